"""Whatever a path leads to, a command that is given it ends at once with one sentence and exit code 2.

Every option and argument of every command that takes a path stands in `COMMANDS`; one that is new fails here.
"""

import os
import signal
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from toy_command import Command

from ravelin.cli.main import cli
from ravelin.core.sentence import SENTENCE_MOST

Making = Callable[[Path], object]

COMMANDS = {
    "run SCENARIO": ["run", "{}"],
    "run --model": ["run", "--model", "{}"],
    "run --resume": ["run", "--resume", "{}"],
    "report RUN": ["report", "{}"],
    "explain parameters RUN": ["explain", "parameters", "{}"],
    "explain goods CATALOG": ["explain", "goods", "{}"],
    "chart RUN": ["chart", "{}", "gdp_real", "-o", "chart.png"],
    "chart --with": ["chart", "{}", "gdp_real", "--with", "{}", "-o", "chart.png"],
    "explain network RUN": ["explain", "network", "{}", "--out", "network.csv"],
    "explain balance-sheet RUN": ["explain", "balance-sheet", "{}"],
    "compare BASE": ["compare", "{}", "default"],
    "compare OTHER": ["compare", "default", "{}"],
    "compare --resume": ["compare", "--resume", "{}"],
    "serve SCENARIO": ["serve", "{}"],
    "serve --resume": ["serve", "--resume", "{}"],
}
WRITTEN = {"chart -o", "run --out", "explain network --out", "compare --out", "serve --out", "validate --out"}
"""Where something is to be written; test_cli and test_folder say how what stands there is refused."""
ELSEWHERE = {"chart COLUMNS", "explain levers WORDS", "serve --token-file", "serve --model"}
"""Names and words are no paths. The server's token has tests of its own; its model is read as that of `run`."""


def path_options(command: click.Command, name: str) -> Iterator[str]:
    """Give every parameter of a command and of those below it that takes a path."""
    if isinstance(command, click.Group):
        for below, inner in command.commands.items():
            yield from path_options(inner, f"{name} {below}".strip())
    for found in command.params:
        if isinstance(found, click.Argument) and found.name != "arguments":
            yield f"{name} {(found.name or '').upper()}"
        elif isinstance(found.type, click.Path):
            yield f"{name} {found.opts[0]}"


def test_every_path_of_every_command_is_tried() -> None:
    assert {*path_options(cli, "")} == {*COMMANDS, *WRITTEN, *ELSEWHERE}


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("card.json", b" " * (1 << 24))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 38)


DEEP = "[" * 100_000
STRANGE: dict[str, Making] = {
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a pipe that nobody writes": os.mkfifo,
    "a folder": Path.mkdir,
    "nothing": lambda path: None,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "an empty file": lambda path: path.write_bytes(b""),
    "a quarter of a terabyte": sparse,
    "an archive that unpacks to much": bomb,
    "no text": lambda path: path.write_bytes(b"ticks = 4\ntitle = '\xff\xfe'\n"),
    "zeros": lambda path: path.write_bytes(bytes(1000)),
    "values nested without end": lambda path: path.write_text(f"ticks = {DEEP}"),
    "tables nested without end": lambda path: path.write_text("ticks = " + "{a=" * 100_000),
    "a key of very many parts": lambda path: path.write_text(".".join(["a"] * 200_000) + " = 1"),
    "400 digits": lambda path: path.write_text(f"ticks = {'9' * 400}"),
    "5,000 digits": lambda path: path.write_text(f"ticks = {'9' * 5000}"),
    "a number in very many letters": lambda path: path.write_text(f"ticks = 0x{'f' * 100_000}"),
    "20,000 shocks": lambda path: path.write_text('[[shock]]\ntick = 1\nset = "Spending.swing"\nto = 0.1\n' * 20_000),
    "a very long name": lambda path: path.write_text(f"{'a' * 500_000} = 1"),
    "a very long section": lambda path: path.write_text(f"[{'A' * 500_000}]\nx = 1"),
    "a very long value": lambda path: path.write_text(f'ticks = "{"a" * 500_000}"'),
    "a very long text": lambda path: path.write_text(f'title = "{"a" * 500_000}"\nticks = -1'),
    "many unknown keys": lambda path: path.write_text("".join(f"key_{n} = 1\n" for n in range(30_000))),
    "a terminal's commands": lambda path: path.write_text('"\\u001b[2J\\u0007" = 1\n'),
}
PATHS = [
    "\0",
    "a\0b",
    "a" * 300,
    "a/" * 3000,
    "\udcff",
    "\ud800",
    "\x1b[2J",
    "\n\n\n",
    "~nobody/x",
    "/dev/stdin/x",
    "//",
]


@pytest.fixture(autouse=True)
def at_once(command: Command) -> Iterator[Command]:
    """Give the command line; whoever waits for ever is woken."""

    def wake(*_: object) -> None:
        raise TimeoutError("it takes for ever")

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(60)
    yield command
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


SCENARIOS = ("run SCENARIO", "compare BASE", "compare OTHER", "serve SCENARIO")


def refused(command: Command, path: str, how: list[str]) -> None:
    code, err = command(*(part.replace("{}", path) for part in how))
    assert code == 2, err
    # What the command says it does, and how it is used, may stand before.
    *_, said = err.splitlines()
    assert said.startswith("Error: ")
    assert len(said) <= SENTENCE_MOST + len("Error: ")
    assert all(character.isprintable() for character in said)
    assert "defect" not in said


def pairs(given: Iterable[str]) -> list[Any]:
    """Pair commands with what they are given; what another command shows as well is slow."""
    shown = ("run SCENARIO", "run --model", "run --resume", "explain goods CATALOG")
    return [
        pytest.param(name, one, marks=[] if name in shown or place < 2 else [pytest.mark.slow])
        for name in COMMANDS
        for place, one in enumerate(given)
    ]


@pytest.mark.parametrize(("name", "strange"), pairs(STRANGE))
def test_strange_files(at_once: Command, name: str, strange: str) -> None:
    if strange == "an empty file" and name in SCENARIOS:
        pytest.skip("a scenario that says nothing departs from nothing")
    STRANGE[strange](Path("given"))
    refused(at_once, "given", COMMANDS[name])


@pytest.mark.parametrize(("name", "path"), pairs(PATHS))
def test_strange_paths(at_once: Command, name: str, path: str) -> None:
    refused(at_once, path, COMMANDS[name])
