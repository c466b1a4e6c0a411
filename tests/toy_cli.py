"""The command line on the toy economy: `python toy_cli.py run --ticks 12`.

`TOY_SECONDS` makes each month last so long; `TOY_FAILURE` makes month 5 fail in a given way.
"""

import os
import sys
import time
import types
from typing import Any

import toy

from ravelin.core.schedule import phase, schedule
from ravelin.core.system import host_system, this_tick
from ravelin.economy.accounts.indicators import DURATIONS, Indicator


@host_system
def rest(tick: int = this_tick()) -> None:
    """Let time pass."""
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    failure = os.environ.get("TOY_FAILURE")
    if failure and tick == 5:
        from ravelin.economy.accounts.identities import AuditError

        raise {
            "audit": AuditError("assets differ from liabilities in deposits by 1 cent"),
            "disk": OSError(28, "No space left on device", "somewhere"),
            "defect": ZeroDivisionError("division by zero"),
            "memory": MemoryError(),
        }[failure]


def modules() -> dict[str, types.ModuleType]:
    """Return what stands in the place of the real economy."""
    contents: dict[str, dict[str, Any]] = {
        "ravelin.tick.page": {"TICK": schedule(*toy.TICK.phases, phase("Rest", rest))},
        "ravelin.opening.world": {
            "open_world": toy.open_world, "row_counts": toy.row_counts, "least_firms": toy.least_firms,
        },  # fmt: skip
        "ravelin.economy.accounts.indicators": {
            "indicators": toy.indicators, "DURATIONS": DURATIONS, "Indicator": Indicator,
        },  # fmt: skip
    }
    made = {}
    for name, values in contents.items():
        made[name] = types.ModuleType(name)
        vars(made[name]).update(values)
    return made


if __name__ == "__main__":
    sys.modules.update(modules())
    from ravelin.cli import main

    main()
