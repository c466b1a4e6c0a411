"""What may go wrong with experiments, told in one sentence."""

from typing import Any

from ravelin.core.sentence import ToldError


class ExperimentError(ToldError, ValueError):
    """An experiment asked for in a way that it cannot be made, or asked for what it does not have."""


class WorkerError(ToldError, RuntimeError):
    """A run that its process could not finish: it ended, was killed, or ran out of memory."""


class RunsInterruptedError(KeyboardInterrupt):
    """Runs that were interrupted, with what was finished before.

    Attributes
    ----------
    finished : Ensemble or Comparison, or None
        The runs, or pairs, that were finished; None if none was. Given back as `finished=`, they are not made again.
    remaining : tuple of int
        The seeds that are missing.
    """

    def __init__(self, message: str, finished: Any, remaining: tuple[int, ...]) -> None:
        super().__init__(message)
        self.finished = finished
        self.remaining = remaining
