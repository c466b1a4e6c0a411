"""The stories run, and need nothing but the public face."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

STORIES = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.py"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_a_story_runs(story: Path) -> None:
    command = [sys.executable, "-W", "error", str(story)]
    ended = subprocess.run(command, cwd=STORIES[0].parents[1], capture_output=True, text=True, check=False, timeout=900)
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) > 5


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_a_story_imports_only_the_public_face(story: Path) -> None:
    for node in ast.walk(ast.parse(story.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "ravelin":
            assert node.module == "ravelin"
            assert {alias.name for alias in node.names} <= {"TICK", "Scenario", "Simulation"}
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("ravelin.") for alias in node.names)


def test_there_are_stories() -> None:
    assert len(STORIES) >= 2
