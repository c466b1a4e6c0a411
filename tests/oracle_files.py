"""Test vectors: known answers from books and from other programs, read from the folder that holds them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("RAVELIN_ORACLES", Path(__file__).parent / "oracles"))


def read_vectors(name: str) -> dict[str, Any]:
    """Read a file of vectors; a test module that needs one that is absent is not collected."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"{FOLDER} holds no {name}", allow_module_level=True)
    vectors: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return vectors
