"""The report of a run: one self-contained page with charts, and a picture of the main ones."""

from ravelin.report.page import write_report

__all__ = ["write_report"]
