"""Ctrl-C waits for the end of the month: an economy in the middle of one belongs to no month, and could not go on.

A second Ctrl-C is obeyed at once. Whoever handles signals otherwise, as the command line and the server do, is left
alone; so are threads other than the main one, which Python never interrupts.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self


class Patience:
    """A context in which the first Ctrl-C is noted, and told as `KeyboardInterrupt` when it is left.

    Parameters
    ----------
    told : callable
        Gives the sentence that the interrupt says.
    """

    def __init__(self, told: Callable[[], str]) -> None:
        self._told = told
        self._asked = False
        self._outer: Patience | None = None
        self._is_handler = False

    @property
    def asked(self) -> bool:
        """Whether Ctrl-C was pressed, here or around here."""
        return self._asked or (self._outer is not None and self._outer.asked)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            outer = getattr(handler, "__self__", None)
            if isinstance(outer, Patience):
                self._outer = outer
            elif handler is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._hear)
                self._is_handler = True
        return self

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            self._give_back()
            raise KeyboardInterrupt(self._told())
        self._asked = True

    def _give_back(self) -> None:
        if self._is_handler:
            self._is_handler = False
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()
        if error is None and self.asked:
            raise KeyboardInterrupt(self._told())
