"""`ravelin serve` as people use it: the seed's example, a stream that is resumed, an end in good order."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click import UsageError
from served import Command, step

from ravelin.cli.serve import read_token
from ravelin.server.listening import ListeningError, open_sockets

Begin = Callable[..., Command]
SMALL = ("--consumers", "1000", "--seed", "1", "--threads", "1")


def lines_of(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    """Give the events of a stream."""
    event: dict[str, Any] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if not line:
            if "event" in event:
                yield event
            event = {}
        else:
            event[name] = json.loads(value) if name == "data" else value


def test_watching_an_economy_run_word_for_word(command: Begin) -> None:
    server = command(*SMALL)
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")

    def ask(path: str) -> Any:
        url = f"http://localhost:{server.port}{path}"
        return json.loads(subprocess.run([curl, "-sf", url], check=True, capture_output=True, timeout=120).stdout)

    made = ask("/make_bank")
    assert len(made["made"]) == 3
    assert all(int(bank["bonds"]) > 0 for bank in made["made"])
    state = ask("/state")
    assert state["banks"]["count"] == 6
    assert state["audit"]["gap_cents"] == "0"
    assert ask("/health")["status"] == "ok"
    assert ask("/do_tx")["transfer"]["result"] == "paid"
    assert ask("/clear")["tick"] == 0
    assert ask("/state")["banks"]["count"] == 3


def test_a_stream_is_resumed_without_gap_or_repetition(command: Begin) -> None:
    server = command(*SMALL, "--ticks", "60000")
    with httpx2.Client(base_url=server.url, timeout=120) as client:
        run = step(client, 5)["run_id"]
        client.post("/run", json={"ticks_per_second": 40})
        seen: list[int] = []
        for _ in range(4):
            headers = {"Last-Event-ID": f"{run}:{seen[-1] if seen else 1}"}
            with client.stream("GET", "/events?world=base", headers=headers) as answer:
                assert answer.headers["content-type"] == "text/event-stream"
                events = lines_of(answer)
                assert next(events)["event"] == "status"
                for event in events:
                    if event["event"] == "tick":
                        tick = event["data"]["row"]["tick"]
                        assert event["id"] == f"{run}:{tick}"
                        assert event["data"]["tick"] == tick + 1
                        seen.append(tick)
                    if len(seen) % 20 == 0:
                        break
            time.sleep(0.3)
        assert seen == list(range(2, len(seen) + 2))
        client.post("/pause")
        with client.stream("GET", "/events") as answer:
            events = lines_of(answer)
            next(events)
            client.post("/reset")
            told = next(event for event in events if event["event"] == "reset")
            assert told["data"]["tick"] == 0
            client.post("/tick")
            assert next(event for event in events if event["event"] == "tick")["id"] == f"{told['data']['run_id']}:0"


def told_after(client: httpx2.Client, last: str | bytes, count: int) -> list[tuple[str, str]]:
    """Return kind and id of the first events that a reader gets who comes back with an id."""
    with client.stream("GET", "/events", headers={b"Last-Event-ID": last}) as answer:
        return [(one["event"], one.get("id", "")) for one in islice(lines_of(answer), count)]


def test_a_reader_of_a_run_that_is_gone_begins_anew(command: Begin) -> None:
    server = command(*SMALL, "--out", "mine")
    with httpx2.Client(base_url=server.url, timeout=240) as client:
        first = step(client, 5)["run_id"]
        assert told_after(client, f"{first}:2", 3) == [("status", ""), ("tick", f"{first}:3"), ("tick", f"{first}:4")]
        client.post("/reset")
        second = step(client, 10)["run_id"]
        assert second != first
        anew = [("reset", ""), *(("tick", f"{second}:{month}") for month in range(10))]
        # An id of the other run, of months that this run does not have, and of no run at all.
        for gone in (f"{first}:4", f"{second}:10", "4", b"\xb2", "-5", "x", "9" * 30):
            assert told_after(client, gone, 11) == anew, gone
        assert told_after(client, f"{second}:9", 1) == [("status", "")]
        assert told_after(client, "", 1) == [("status", "")]
        folder = client.get("/runs/" + client.get("/health").json()["run"]).json()["folder"]
    assert server.end() == 0
    again = command("--resume", folder, "--threads", "1")
    with httpx2.Client(base_url=again.url, timeout=240) as client:
        assert client.get("/state?fields=status").json()["status"]["run_id"] == second, "a run that goes on is the same"
        assert told_after(client, f"{second}:7", 3) == [
            ("status", ""),
            ("tick", f"{second}:8"),
            ("tick", f"{second}:9"),
        ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order_and_goes_on(command: Begin, tmp_path: Path, number: int) -> None:
    server = command(*SMALL, "--out", "mine", "--ticks", "60000")
    with httpx2.Client(base_url=server.url, timeout=120) as client:
        step(client, 3)
        client.post("/make_bank")
        client.post("/run")
        with client.stream("GET", "/events") as answer:
            events = lines_of(answer)
            next(events)
            assert server.end(number) == 0
            assert all(event["event"] in ("tick", "status") for event in events)
    manifest = json.loads((tmp_path / "mine" / "manifest.json").read_text())
    assert manifest["status"] == "stopped"
    again = command("--resume", "mine", "--threads", "1")
    with httpx2.Client(base_url=again.url, timeout=120) as client:
        state = client.get("/state").json()
        assert state["status"]["tick"] == manifest["ticks_done"] >= 3
        assert state["status"]["ticks_total"] == 60_000
        assert state["banks"]["count"] == 6
        assert client.get("/history?series=gdp").json()["rows"] == manifest["ticks_done"]
        assert step(client)["tick"] == manifest["ticks_done"] + 1
    assert again.end() == 0


def wakings(process: int) -> int:
    """Count how often the threads of a process got a processor."""
    texts = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/status")]
    return sum(int(line.split()[1]) for text in texts for line in text.splitlines() if "ctxt_switches" in line)


def test_polls_never_wake_the_economy(command: Begin) -> None:
    server = command(*SMALL)
    with httpx2.Client(base_url=server.url, timeout=120) as client:
        assert step(client, 2)["tick"] == 2
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        economy = int(children[-1])
        before = wakings(economy)
        for _ in range(400):
            assert client.get("/state").status_code == 200
        assert client.get("/state?fields=status").json()["status"]["tick"] == 2
        assert wakings(economy) - before < 40, "a poll is answered by the front alone"
        before = wakings(economy)
        for _ in range(100):
            assert client.get("/history?series=gdp").status_code == 200
        assert wakings(economy) - before >= 100, "a question is not"


def test_a_lost_economy_is_told_and_another_can_be_opened(command: Begin) -> None:
    server = command(*SMALL)
    with httpx2.Client(base_url=server.url, timeout=120) as client:
        assert step(client)["tick"] == 1
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        end = time.monotonic() + 120
        while client.get("/state").json()["status"]["status"] != "failed" and time.monotonic() < end:
            time.sleep(0.1)
        assert client.post("/tick").status_code == 409
        assert client.get("/history").status_code == 409
        assert client.get("/state").json()["indicators"]["tick"] == 0
        opened = client.post("/runs", json={"consumers": 1000})
        assert opened.status_code == 202
        while client.get("/state").json()["status"]["status"] == "failed" and time.monotonic() < end:
            time.sleep(0.1)
        assert step(client, 2)["tick"] == 2
    assert server.end() == 0


def test_an_economy_in_which_nothing_happened_leaves_nothing(command: Begin, tmp_path: Path) -> None:
    server = command(*SMALL)
    httpx2.get(f"{server.url}/state", timeout=120)
    assert server.end() == 0
    assert list((tmp_path / "runs").glob("*")) == []


def test_a_killed_front_leaves_a_checkpoint(command: Begin, tmp_path: Path) -> None:
    server = command(*SMALL, "--out", "mine")
    with httpx2.Client(base_url=server.url, timeout=120) as client:
        assert step(client, 4)["tick"] == 4
    server.process.kill()
    manifest = tmp_path / "mine" / "manifest.json"
    end = time.monotonic() + 120
    while json.loads(manifest.read_text())["status"] != "stopped" and time.monotonic() < end:
        time.sleep(0.1)
    assert (tmp_path / "mine" / "checkpoints" / "4" / "checkpoint.json").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("oil_shok",), "oil_shock"),
        (("--consumers", "10"), "at least 100"),
        (("--host", "0.0.0.0"), "--token-file"),
        (("--resume", "nowhere"), "nowhere"),
        (("--resume", "nowhere", "--seed", "2"), "--seed"),
        (("--set", "Taxes.corporat=1"), "Taxes.corporate"),
        (("--token-file", "nowhere"), "--token-file nowhere cannot be read: No such file"),
        (("--allow-origin", "example.org"), "--allow-origin example.org is not an origin such as https://example.org"),
        (("--listeners", "0"), "'--listeners': 0 is not in the range 1<=x<=10000"),
    ],
)
def test_wrong_usage_is_one_sentence(command: Begin, tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    server = command(*arguments)
    assert server.process.wait(240) == 2
    assert sentence in server.said[-1]
    assert not any("Traceback" in line for line in server.said)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("content", [None, b"abc", b"a token of many letters", b"\xff" * 20, b"a" * 2000, b""])
def test_a_token_is_one_line_that_a_header_can_carry(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read: No such file" if content is None else "holds no token"):
        read_token(path)
    path.write_bytes(b"a-token-of-letters\n")
    assert read_token(path) == "a-token-of-letters"
    with pytest.raises(UsageError, match="cannot be read"):
        read_token(tmp_path)
    with pytest.raises(UsageError, match="holds no token"):
        read_token(Path("/dev/zero"))


def test_a_used_port_is_one_sentence_before_anything_is_opened(command: Begin, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = command(*SMALL, "--host", "localhost", "--port", str(port))
        assert server.process.wait(240) == 2
    said = f"Error: port {port} of localhost is used by another program; choose another one with --port, or --port 0"
    assert server.said[-1].startswith(said)
    assert not any("Errno" in line or "Traceback" in line for line in server.said)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("no.such.host.invalid", "--host no.such.host.invalid is not an address of this machine"),
        ("a" * 70, "is not an address of this machine"),
        ("203.0.113.1", "203.0.113.1 is not an address of this machine; choose one with --host"),
    ],
)
def test_an_address_of_elsewhere_is_one_sentence(host: str, sentence: str) -> None:
    with pytest.raises(ListeningError, match=re.escape(sentence)):
        open_sockets(host, 0)


def test_every_address_of_a_name_is_listened_on_at_one_port() -> None:
    opened = open_sockets("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in opened}) == 1
        with pytest.raises(ListeningError, match="is used by another program"):
            open_sockets("127.0.0.1", opened[0].getsockname()[1])
    finally:
        for one in opened:
            one.close()


def test_it_says_where_the_run_is_kept_and_how_to_stop(command: Begin) -> None:
    server = command(*SMALL)
    run = httpx2.get(f"{server.url}/state", timeout=120).json()["status"]["run"]
    assert server.end() == 0
    said = "\n".join(server.said)
    assert f"keeping the run in runs/{run}" in said
    assert "Stop with Ctrl-C" in said
