"""Write anew what `ravelin validate` and `ravelin compare` find into the page of results, with commit and day.

    python docs/renew_results.py                # every check, some minutes
    python docs/renew_results.py opening        # one

The numbers of a page are those that the command printed, so nobody types them, and how old they are stands beside them.
"""

import datetime
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).with_name("results.md")
COMMANDS = {
    "opening": ("validate", "--only", "opening"),
    "moments": ("validate", "--only", "moments", "--consumers", "20000", "--seeds", "8"),
    "input-output": ("validate", "--only", "input-output"),
    **{
        name: ("compare", "default", name, "--consumers", "20000", "--seeds", "8")
        for name in ("steel_disruption", "oil_shock", "skill_shortage")
    },
}
"""What each part of the page is the output of; the survey's part is made by `tests/test_survey_tables.py`."""


def borders(check: str) -> tuple[str, str]:
    """Return the lines between which the part of a check stands."""
    return f"<!-- {check} -->\n", f"<!-- end of {check} -->\n"


def told(check: str, printed: str, commit: str, day: datetime.date) -> str:
    """Return the part of a check."""
    command = " ".join(("ravelin", *COMMANDS[check]))
    return f"`{command}`, {day}, commit {commit}:\n\n```{{code-block}} text\n{printed.strip()}\n```\n"


def replaced(page: str, check: str, part: str) -> str:
    """Return the page with the part of a check in its place."""
    begin, end = borders(check)
    return re.sub(f"(?<={re.escape(begin)}).*?(?={re.escape(end)})", lambda _: part, page, count=1, flags=re.S)


def main(checks: list[str]) -> None:
    """Run the checks and write what they print."""
    root = PAGE.parents[1]
    changed = subprocess.run(["git", "status", "--porcelain", "ravelin"], cwd=root, capture_output=True, text=True)
    if changed.stdout:
        sys.exit(
            "the code has changes that no commit has: commit them first, so that the page can name what it measured"
        )
    commit = subprocess.check_output(["git", "log", "-1", "--format=%h", "--", "ravelin", "data"], cwd=root, text=True)
    for check in checks or COMMANDS:
        # A check that finds something outside its bounds ends with 1, and that is what the page is to say.
        with tempfile.TemporaryDirectory() as folder:
            kept = ["--out", f"{folder}/pairs"] if COMMANDS[check][0] == "compare" else []
            command = [sys.executable, "-m", "ravelin", *COMMANDS[check], *kept, "--quiet"]
            run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode > 1 or not run.stdout:
            sys.exit(run.stderr)
        part = told(check, run.stdout, commit.strip(), datetime.date.today())
        PAGE.write_text(replaced(PAGE.read_text(), check, part))


if __name__ == "__main__":
    main(sys.argv[1:])
