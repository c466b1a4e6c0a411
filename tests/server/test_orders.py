"""Orders between months are kept in a line each, and a run that is killed has carried out every one it answered."""

import json
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from served import Command, serving, step
from starlette.testclient import TestClient

from ravelin import Scenario, Simulation
from ravelin.runs.by_hand import RefusedError
from ravelin.runs.orders import obey
from ravelin.runs.recorder import Recorder, begin
from ravelin.runs.resuming import take_up
from ravelin.storage.folder import RunFolder, RunFolderError
from ravelin.storage.journal import NAME

Begin = Callable[..., Command]
SMALL = ("--consumers", "500", "--seed", "1", "--threads", "1")


def files_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file of a run."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


ORDERS: list[tuple[str, dict[str, Any]]] = [
    ("/do_tx", {}),
    ("/do_tx", {"payer": 7, "payee": 8, "cents": 1}),
    ("/make_bank", {}),
    ("/shocks", {"set": "Taxes.corporate", "to": 0.2}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("/do_tx", {"payer": 7, "payee": 8, "cents": 10**17}),
    ("/make_bank", {"capital": 10**17}),
    ("/shocks", {"set": "Taxes.corporate", "to": 0.2, "tick": 0, "until": 0}),
]


def test_an_order_writes_its_own_bytes_and_no_more(client: TestClient, tmp_path: Path) -> None:
    """The same orders in an economy of three times the size write as many bytes, give or take longer row numbers."""
    written: list[list[int]] = []
    with serving(tmp_path, consumers=3000) as larger:
        for one in (client, larger):
            run = step(one)["run"]
            folder = Path(one.get(f"/runs/{run}").json()["folder"])
            written.append([])
            for path, body in ORDERS:
                before = files_of(folder)
                assert one.post(path, json=body).status_code in (200, 201)
                after = files_of(folder)
                changed = {name for name in after if after[name] != before.get(name)}
                assert changed == {NAME}, f"{path} wrote {changed}"
                written[-1].append(after[NAME][0] - before.get(NAME, (0, 0))[0])
            for path, body in REFUSED:
                before = files_of(folder)
                assert one.post(path, json=body).status_code == 409
                assert files_of(folder) == before, "what is refused is not kept"
    assert max(written[0]) < 300
    assert all(abs(small - large) < 12 for small, large in zip(*written, strict=True))


def carry_out(simulation: Simulation, luck: random.Random) -> Any:
    """Give one order or another."""
    now, choice = simulation.tick, luck.randrange(4)
    if choice == 0:
        return obey(simulation, "found_banks", {"count": 2, "capital": 100_000, "bonds": 50_000})
    if choice == 1:
        stated = {"tick": now + luck.randrange(3), "set": "Taxes.corporate", "to": 0.2 + 0.01 * luck.randrange(9)}
        return obey(simulation, "shock", stated | {"until": stated["tick"] + 2})
    people = [int(row) for row in luck.sample(range(500), 2)]
    return obey(simulation, "pay", {"payer": people[0], "payee": people[1], "cents": luck.randrange(1, 5)})


def test_a_run_is_taken_up_at_any_order_to_the_same_bits(tmp_path: Path) -> None:
    luck = random.Random(4)
    scenario = Scenario.load("default", consumers=500, seed=3, ticks=40)
    original = tmp_path / "run"
    kept = RunFolder.create(original)
    begin(kept, Simulation.prepare(scenario))
    moments: list[tuple[Path, str, int]] = []
    with kept, Simulation(scenario, threads=1) as live, Recorder(live, kept, 40, None) as recorder:
        for number in range(14):
            if number in (5, 9):
                recorder.checkpoint(lasting=number == 5)
            if luck.random() < 0.5:
                live.step()
                recorder.keep()
            try:
                recorder.order(carry_out(live, luck))
            except RefusedError:
                continue
            if number % 3 == 0:
                moments.append((tmp_path / str(number), live.fingerprint(), live.tick))
                shutil.copytree(original, moments[-1][0])
        assert not any(live.audit().values())
        ends = {tick: None for _, _, tick in moments}
        assert len(ends) > 2
        last = live.fingerprint()
        assert len((original / NAME).read_bytes().splitlines()) < live.orders, "what a checkpoint holds is let go"
    moments.append((original, last, live.tick))
    for path, fingerprint, tick in moments:
        # Whoever is killed again while it is taken up loses and doubles nothing.
        for again in range(2):
            with RunFolder.open(path) as folder, take_up(folder, 1) as simulation:
                assert (simulation.tick, simulation.fingerprint()) == (tick, fingerprint), (path.name, again)
                if again == 0:
                    Recorder(simulation, folder, 40, None).__enter__()


def test_a_damaged_journal_is_one_sentence(tmp_path: Path) -> None:
    scenario = Scenario.load("default", consumers=500, seed=3, ticks=40)
    with RunFolder.create(tmp_path / "run") as kept:
        begin(kept, Simulation.prepare(scenario))
        with Simulation(scenario, threads=1) as live:
            recorder = Recorder(live, kept, 40, None)
            recorder.__enter__()
            recorder.order(obey(live, "pay", {"payer": 1, "payee": 2, "cents": 3}))
    path = tmp_path / "run" / NAME
    whole = path.read_bytes()
    for damaged, sentence in (
        (whole.replace(b'"cents":3', b'"cents":4'), "line 1 is not as it was written; restore it, or remove it"),
        (whole * 2, "cannot be repeated|given before|order"),
    ):
        path.write_bytes(damaged)
        with RunFolder.open(tmp_path / "run") as kept:
            if damaged == whole * 2:
                # The same order twice is one order.
                take_up(kept, 1).close()
                continue
            with pytest.raises(RunFolderError, match=sentence):
                take_up(kept, 1)


def kill(server: Command) -> None:
    """Kill the economy's process and the front, as the system does that runs out of memory."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for one in (*children, server.process.pid):
        os.kill(int(one), signal.SIGKILL)
    server.process.wait()


def test_a_killed_server_goes_on_as_if_it_had_not_been(command: Begin, tmp_path: Path) -> None:
    def give(client: httpx2.Client, orders: list[tuple[str, dict[str, Any]]]) -> None:
        for path, body in orders:
            assert client.post(path, json=body).status_code in (200, 201), path
        for path, body in REFUSED:
            assert client.post(path, json=body).status_code == 409

    plain, killed = command(*SMALL, "--out", "plain"), command(*SMALL, "--out", "killed")
    for server in (plain, killed):
        with httpx2.Client(base_url=server.url, timeout=240) as client:
            give(client, ORDERS[:1])
            step(client, 3)
            give(client, [*ORDERS, ("/shocks", {"tick": 4, "scale": "Firms.tfp", "by": 0.9})])
    kill(killed)
    assert not (tmp_path / "killed" / "checkpoints").exists(), "nothing but the journal has kept the orders"
    again = command("--resume", "killed", "--threads", "1")
    found = []
    for server, name in ((plain, "plain"), (again, "killed")):
        with httpx2.Client(base_url=server.url, timeout=240) as client:
            assert client.get("/state").json()["status"]["tick"] == 3
            assert client.get("/state").json()["banks"]["count"] == 6
            give(client, ORDERS[1:2])
            assert step(client, 3)["tick"] == 6
        assert server.end() == 0
        found.append(json.loads((tmp_path / name / "manifest.json").read_text())["fingerprint"])
    assert found[0] == found[1]
