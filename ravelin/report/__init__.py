"""The report of a run: one self-contained page with charts, a picture of the main ones, any chart by itself.

What draws is imported when it is asked for: pages of words and the server's panels need no package that draws.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ravelin.report.export import Picture, picture_of
    from ravelin.report.page import chart_of_run, write_report

__all__ = ["Picture", "chart_of_run", "picture_of", "write_report"]
_HOMES = {"Picture": "export", "picture_of": "export", "chart_of_run": "page", "write_report": "page"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
