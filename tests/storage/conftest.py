"""The toy economy, and the command line on it, lie one folder up."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from toy_command import command

__all__ = ["command"]
