"""No bit of a run may differ in silence: whoever reads it refuses it in a sentence, or reads what was written.

What nobody reads back is harmless: the report and its picture, which `ravelin report` draws anew from what is sealed,
and the empty file of the lock.
"""

import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_command import Command

from ravelin import Scenario, Simulation
from ravelin.runs.recorder import read_accounts
from ravelin.runs.resuming import take_up
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import ScenarioError
from ravelin.storage import history
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.folder import RunFolder, RunFolderError

CATALOG = Path(__file__).resolve().parents[2] / "data" / "goods" / "teaching.toml"
UNREAD = ("report.html", "overview.png", ".lock")
"""Files that no command reads."""


def state_of(simulation: Simulation) -> Any:
    """Return all that a simulation goes on from."""
    with simulation:
        return (
            simulation.fingerprint(), simulation.scenario, simulation.settings.as_dict(), simulation.overrides,
            simulation.engine.luck, simulation.rows.digest(), simulation.world.names, simulation.world.sectors,
            {table: list(span) for table, span in simulation.world.spans.items()}, simulation.code_changed,
        )  # fmt: skip


def accounts_of(run: Path) -> Any:
    accounts = read_accounts(RunFolder.look(run))
    return accounts.tick, accounts.balance_sheet.cents.tolist(), accounts.flow_matrix.rows


READERS: dict[str, Callable[[Path], Any]] = {
    "run --resume, serve --resume": lambda run: state_of(take_up(RunFolder.look(run))),
    "Simulation.load": lambda run: state_of(Simulation.load(run)),
    "an earlier checkpoint": lambda run: state_of(Simulation.load(run / "checkpoints" / "2")),
    "report, serve": lambda run: history.read(run).digest(),
    "report": lambda run: RunFolder.look(run).read_manifest(),
    "explain balance-sheet": accounts_of,
    "explain parameters, compare": lambda run: Scenario.load(run / "scenario.toml"),
    "explain goods, compare": lambda run: load_catalog(str(run / "catalog.toml")),
}


def read_all(run: Path) -> dict[str, Any]:
    """Return what each reader makes of a run; a refusal is its sentence."""
    found: dict[str, Any] = {}
    for reader, read in READERS.items():
        try:
            found[reader] = read(run)
        except (RunFolderError, CheckpointError, ScenarioError) as error:
            found[reader] = f"refused: {error}"
    for told in found.values():
        if str(told).startswith("refused"):
            assert "\n" not in told
            assert len(told) < 700
    return found


@pytest.fixture
def run(command: Command) -> Path:
    """Make a run with goods of its own, a shock in force, accounts and a report."""
    work = Path.cwd()
    shutil.copy(CATALOG, work / "goods.toml")
    shock = '[[shock]]\ntick = 1\nset = "Spending.swing"\nto = 0.5\nuntil = 9\n'
    (work / "mine.toml").write_text(f'catalog = "goods.toml"\nticks = 4\n{shock}')
    code, err = command("run", "mine.toml", "--consumers", "100", "--out", "x", "--checkpoint-every", "2", "--quiet")
    assert code == 0, err
    return work / "x"


def unfinished(run: Path) -> None:
    """Bring a run into the state after a kill in its last month, with history in parts."""
    folder = RunFolder.open(run)
    rows = history.read(run)
    writer = history.HistoryWriter(run, rows.copy(1))
    for _ in range(3):
        writer.history = rows.copy(len(writer.history) + 1)
        writer.flush()
    manifest = folder.read_manifest()
    given = {name: digest for name, digest in manifest["files"].items() if name.endswith(".toml")}
    folder.write_manifest({**manifest, "status": "running", "files": given})
    folder.close()
    assert len(list((run / "history").iterdir())) == 4


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("flips", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_flipped_bit_is_silent(run: Path, finished: bool, flips: int) -> None:
    if not finished:
        unfinished(run)
    files = sorted(path for path in run.rglob("*") if path.is_file() and path.stat().st_size)
    whole, chance = read_all(run), random.Random(11)
    refusals = [reader for reader, found in whole.items() if str(found).startswith("refused")]
    assert refusals == []
    outcome: Counter[str] = Counter()
    for _ in range(flips):
        file = chance.choice(files)
        data = bytearray(before := file.read_bytes())
        place, bit = chance.randrange(len(data)), chance.randrange(8)
        data[place] ^= 1 << bit
        file.write_bytes(data)
        found = read_all(run)
        file.write_bytes(before)
        silent = [
            reader for reader in whole
            if found[reader] != whole[reader] and not str(found[reader]).startswith("refused")
        ]  # fmt: skip
        assert silent == [], f"bit {bit} of byte {place} of {file.relative_to(run)}"
        is_refused = found != whole
        outcome["refused" if is_refused else "read as written"] += 1
        if file.name in UNREAD:
            assert not is_refused
        elif finished or file.suffix not in (".parquet", ".json"):
            # Blanks of JSON, and what Parquet writes beside its values, may differ without a difference.
            assert is_refused or file.suffix == ".json", f"bit {bit} of byte {place} of {file.relative_to(run)}"
    assert outcome["refused"] > flips // 2


def test_damaged_reports_are_drawn_anew(command: Command, run: Path) -> None:
    digest = hashlib.sha256((run / "report.html").read_bytes()).hexdigest()
    (run / "report.html").write_bytes(b"")
    assert command("report", "x")[0] == 0
    assert hashlib.sha256((run / "report.html").read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", ["history.parquet", "accounts.json"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_what_is_damaged_is_written_anew(
    command: Command, run: Path, name: str, damage: Callable[[Path], object]
) -> None:
    whole = read_all(run)
    damage(run / name)
    code, err = command("run", "--resume", "x", "--json")
    assert code == 0
    assert f"x/{name} is {'damaged' if damage is not Path.unlink else 'missing'}, so it is written anew" in err
    assert {**read_all(run), "report": None} == {**whole, "report": None}


def test_runs_of_before_are_read(run: Path) -> None:
    """They have no seals; a manifest that lost one of its two marks is damaged."""
    import json

    import pyarrow.parquet as pq

    whole = read_all(run)
    manifest = json.loads((run / "manifest.json").read_bytes())
    for key in ("format", "digest"):
        (run / "manifest.json").write_text(json.dumps({name: manifest[name] for name in manifest if name != key}))
        with pytest.raises(RunFolderError, match=r"damaged: its checksum differs"):
            RunFolder.look(run)
    for key in ("format", "format_version", "digest", "files", "id"):
        del manifest[key]
    (run / "manifest.json").write_text(json.dumps(manifest))
    accounts = json.loads((run / "accounts.json").read_bytes())
    del accounts["digest"]
    (run / "accounts.json").write_text(json.dumps(accounts))
    table = pq.read_table(run / "history.parquet")
    pq.write_table(table.replace_schema_metadata(None), run / "history.parquet")
    assert {**read_all(run), "report": None} == {**whole, "report": None}
