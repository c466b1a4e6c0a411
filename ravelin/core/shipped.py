"""Where the data lie that ship with Ravelin: in the installed package, or beside it in a checkout."""

from importlib import resources
from pathlib import Path


def data_folder() -> Path:
    """Find the shipped data."""
    package = Path(str(resources.files("ravelin")))
    packaged = package / "data"
    return packaged if packaged.is_dir() else package.parent / "data"
