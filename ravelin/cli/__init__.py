"""The command line. Heavy modules are imported inside commands, so that help comes at once."""

from ravelin.cli.main import cli, main

__all__ = ["cli", "main"]
