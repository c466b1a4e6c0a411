"""Ravelin simulates a whole economy, person by person, every cent accounted for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ravelin.core.sentence import RavelinError
    from ravelin.runs.simulation import Simulation
    from ravelin.scenarios.scenario import Scenario
    from ravelin.tick.page import TICK

__version__ = "0.1.0"
__all__ = ["TICK", "RavelinError", "Scenario", "Simulation", "__version__"]

_HOMES = {
    "RavelinError": "ravelin.core.sentence",
    "Scenario": "ravelin.scenarios.scenario",
    "Simulation": "ravelin.runs.simulation",
    "TICK": "ravelin.tick.page",
}


def __getattr__(name: str) -> Any:
    # The public face is imported when it is first used: numba alone takes a second to load,
    # and `ravelin --help` should not wait for it.
    if name not in _HOMES:
        raise AttributeError(f"module 'ravelin' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
