"""The command line. Heavy modules are imported inside commands, so that help comes at once."""

import sys

try:
    from ravelin.cli.main import cli, main
except KeyboardInterrupt:  # While the commands are being loaded nobody else listens.
    sys.stderr.write("Interrupted.\n")
    sys.exit(130)

__all__ = ["cli", "main"]
