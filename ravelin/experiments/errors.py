"""What may go wrong with experiments, told in one sentence."""

from typing import Any

from ravelin.core.sentence import Kind, RavelinError


class ExperimentError(RavelinError, ValueError):
    """An experiment asked for in a way that it cannot be made, or asked for what it does not have."""

    kind = Kind.INVALID


class WorkerError(RavelinError, RuntimeError):
    """A run that its process could not finish: it ended, was killed, or ran out of memory."""

    kind = Kind.FAILED


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
