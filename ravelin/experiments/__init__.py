"""Runs about runs: ensembles, paired counterfactuals, and comparisons with data.

from ravelin.experiments import ensemble, paired
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ravelin.experiments.counterfactual import Comparison, Effect, paired
    from ravelin.experiments.errors import ExperimentError, RunsInterruptedError, WorkerError
    from ravelin.experiments.runs import Ensemble, ensemble

__all__ = [
    "Comparison",
    "Effect",
    "Ensemble",
    "ExperimentError",
    "RunsInterruptedError",
    "WorkerError",
    "ensemble",
    "paired",
]

_HOMES = {
    "Comparison": "counterfactual",
    "Effect": "counterfactual",
    "ExperimentError": "errors",
    "WorkerError": "errors",
    "RunsInterruptedError": "errors",
    "paired": "counterfactual",
}


def __getattr__(name: str) -> Any:
    # Statistics are of use without the engine, which takes a second to load.
    if name not in __all__:
        raise AttributeError(f"module 'ravelin.experiments' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"ravelin.experiments.{_HOMES.get(name, 'runs')}"), name)
    globals()[name] = value
    return value
