"""Renew the digests after a change of results: `python tests/golden/renew.py "the line of the changelog"`.

The line must stand in CHANGELOG.md, say **Results change**, and must not have served before.
"""

import json
import sys

from digests import FOLDER, KEPT, MONTHS, QUICK, SLOW, kept, name_of, seal, today

CHANGELOG = FOLDER.parents[1] / "CHANGELOG.md"


def renew(line: str) -> None:
    """Run all economies anew and keep what they come to, with the line that says why it is other than before."""
    text = " ".join(CHANGELOG.read_text().split())
    reasons = kept()["reasons"] if KEPT.exists() else []
    if line not in text or (reasons and "**Results change**" not in line):
        sys.exit("the line does not stand in CHANGELOG.md, or does not say **Results change**")
    if any(reason["line"] == line for reason in reasons):
        sys.exit("that line has served before; write one that says what changes now")
    economies = {name_of(case): today(case) for case in (*QUICK, *SLOW)}
    held = {"months": MONTHS, "economies": economies, "reasons": [*reasons, {"line": line, "seal": seal(economies)}]}
    KEPT.write_text(json.dumps(held, indent=1) + "\n")


if __name__ == "__main__":
    renew(" ".join(sys.argv[1:]))
