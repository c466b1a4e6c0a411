"""How fast the server answers, and whether answering slows the economy.

    python benchmarks/bench_server.py [--consumers 100000] [--connections 50] [--seconds 5]
    python benchmarks/bench_server.py --siege --consumers 1000

Beside each figure stands the load tool's own baseline: a bare ASGI application that returns as many
bytes, under the same uvicorn, asked by the same client, in the same run. The last part alternates windows
with and without 200 polls a second, first the one, then the other, and compares what a tick takes: by
the clock, which counts whoever else is on the machine, and in processor time of the economy's process,
which counts what answering does to it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BARE = """
import sys, uvicorn
body = b"x" * int(sys.argv[1])
headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("Listening on http://127.0.0.1:%d" % self.servers[0].sockets[0].getsockname()[1], file=sys.stderr)
        sys.stderr.flush()
Server(uvicorn.Config(app, port=0, access_log=False, log_level="warning", lifespan="off", ws="none")).run()
"""


@contextlib.contextmanager
def process(arguments: list[str], folder: Path) -> Iterator[tuple[int, int]]:
    """Run a server and give its port and its process."""
    with subprocess.Popen([sys.executable, *arguments], stderr=subprocess.PIPE, text=True, cwd=folder) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                    yield int(found[1]), server.pid
                    return
            raise RuntimeError("the server did not start")
        finally:
            server.terminate()
            server.communicate()


class Client(asyncio.Protocol):
    """One connection that sends the next request when the answer to the last one is whole."""

    def __init__(self, request: bytes, done: list[tuple[float, bytes]], pause: float) -> None:
        self.request = request
        self.done = done
        self.pause = pause
        self.received = b""
        self.begun = 0.0
        self.open = True

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        self.send()

    def send(self) -> None:
        """Ask once."""
        if self.open:
            self.begun = time.perf_counter()
            self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Note the time when an answer is whole, and ask again."""
        self.received += data
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return
        length = re.search(rb"content-length: (\d+)", head)
        if len(body) < (int(length[1]) if length else 0):
            return
        self.done.append((time.perf_counter() - self.begun, head[9:12]))
        self.received = b""
        if self.pause:
            asyncio.get_running_loop().call_later(self.pause, self.send)
        else:
            self.send()


def load(port: int, path: str, headers: str, connections: int, seconds: float, pause: float = 0.0) -> dict[str, Any]:
    """Ask for so many seconds over so many connections; return requests a second and latencies in milliseconds."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{headers}\r\n".encode()

    async def ask() -> list[tuple[float, bytes]]:
        done: list[tuple[float, bytes]] = []
        loop = asyncio.get_running_loop()
        clients = [
            (await loop.create_connection(lambda: Client(request, done, pause), "127.0.0.1", port))[1]
            for _ in range(connections)
        ]
        await asyncio.sleep(0.5)
        done.clear()
        await asyncio.sleep(seconds)
        for client in clients:
            client.open = False
        answers = list(done)
        for client in clients:
            client.transport.close()
        return answers

    import uvloop

    return summary(uvloop.run(ask()), seconds)


def summary(answers: list[tuple[float, bytes]], seconds: float) -> dict[str, Any]:
    """Return requests a second and latencies in milliseconds."""
    taken = sorted(answer[0] * 1000 for answer in answers)
    return {
        "requests_per_second": round(len(taken) / seconds),
        "p50_ms": round(taken[len(taken) // 2], 2),
        "p99_ms": round(taken[int(len(taken) * 0.99)], 2),
        "statuses": sorted({answer[1].decode() for answer in answers}),
    }


def get(port: int, path: str) -> tuple[dict[str, Any], str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=300) as answer:
        return json.loads(answer.read()), answer.headers.get("ETag", "")


def post(port: int, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.loads(answer.read())


def busy(server: int) -> float:
    """Return the processor seconds that a server's economy has taken."""
    taken = []
    for child in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        taken.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    return max(taken)


def ticks_while(port: int, server: int, seconds: float, polls: int) -> tuple[float, float]:
    """Return the seconds and the processor seconds of a tick while so many polls a second are answered."""
    status = get(port, "/state?fields=status")[0]["status"]
    if status["status"] != "running":
        raise RuntimeError(f"the economy is {status['status']}: {status['problem']}")
    before, begun, worked = status["tick"], time.perf_counter(), busy(server)
    if polls:
        load(port, "/state", "", 10, seconds, pause=10 / polls)
    else:
        time.sleep(seconds)
    after = get(port, "/state?fields=status")[0]["status"]["tick"]
    ticks = max(1, after - before)
    return (time.perf_counter() - begun) / ticks, (busy(server) - worked) / ticks


def tell(name: str, found: dict[str, Any]) -> None:
    print(json.dumps({"what": name, **found}), flush=True)


def answers(port: int, many: int, seconds: float, folder: Path) -> None:
    """Ask for the state while the economy rests, and while it ticks."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/state", timeout=60) as answer:
        size = len(answer.read())
    with process(["-c", BARE, str(size)], folder) as (bare, _):
        tell("bare application", {"bytes": size, **load(bare, "/", "", many, seconds)})
        tell("/state, idle", load(port, "/state", "", many, seconds))
        tell("/state, idle, gzip", load(port, "/state", "Accept-Encoding: gzip\r\n", many, seconds))
        tag = get(port, "/state")[1]
        tell("/state, idle, 304", load(port, "/state", f"If-None-Match: {tag}\r\n", many, seconds))
        tell("bare application, again", load(bare, "/", "", many, seconds))
        post(port, "/run", {})
        tell("/state, ticking", load(port, "/state", "", many, seconds))
        tell("/state, ticking, 200 polls a second", load(port, "/state", "", 10, seconds, pause=0.05))
        tell("bare application, the economy ticking", load(bare, "/", "", many, seconds))


def afresh(port: int) -> None:
    """Let the economy run from its opening: windows one after another would take it through centuries."""
    post(port, "/pause", {})
    post(port, "/reset", {})
    while get(port, "/state?fields=status")[0]["status"]["status"] != "paused":
        time.sleep(0.2)
    post(port, "/run", {})


def compare(port: int, server: int, seconds: float, pairs: int) -> None:
    """Alternate windows with and without polls, beginning with the one and the other in turn."""
    found = []
    for pair in range(pairs):
        afresh(port)
        ticks_while(port, server, 1.0, 200)
        order = (0, 200) if pair % 2 else (200, 0)
        window = {polls: ticks_while(port, server, seconds, polls) for polls in order}
        found.append([with_polls / alone - 1.0 for alone, with_polls in zip(window[0], window[200], strict=True)])
        alone = window[0]
    by_clock, by_processor = (sorted(column) for column in zip(*found, strict=True))
    told = {
        name: {
            "median": f"{statistics.median(column):+.1%}",
            "middle half": [f"{column[len(column) // 4]:+.1%}", f"{column[-1 - len(column) // 4]:+.1%}"],
        }
        for name, column in (("slower by the clock", by_clock), ("slower in processor time", by_processor))
    }
    tell("ticks under 200 polls a second", {"seconds_per_tick": round(alone[0], 5), "pairs": pairs, **told})


HALF = b"GET /state HTTP/1.1\r\nHost: localhost\r\nX: "
SLOW = b"POST /pause HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
ATTACKERS = {"half-sent": (2300, HALF, b""), "endless header": (4, HALF, b"y" * 65536), "slow body": (50, SLOW, b" ")}


async def attack(port: int, first: bytes, drip: bytes, pause: float) -> None:
    """Send slowly, or without end; begin again when the server has had enough."""
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(first)
                closed = asyncio.ensure_future(reader.read())
                while not closed.done():
                    await asyncio.wait((closed,), timeout=pause)
                    writer.write(drip)
            finally:
                closed.cancel()
                writer.transport.abort()
        await asyncio.sleep(0.5)


async def polite(port: int, seconds: float) -> list[tuple[float, bytes]]:
    """Ask for the state over a new connection each time, fifty times a second."""
    done = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        done.append((time.perf_counter() - begun, answer[9:12]))
        await asyncio.sleep(0.02)
    return done


def besiege(port: int, names: list[str]) -> None:
    """Go on attacking in the ways named until ended from outside."""

    async def all_of_them() -> None:
        chosen = [ATTACKERS[name] for name in names]
        ways = [(first, drip, 0.002 if len(drip) > 1 else 1.0, count) for count, first, drip in chosen]
        await asyncio.gather(*(attack(port, *way) for *way, count in ways for _ in range(count)))

    asyncio.run(all_of_them())


def siege(port: int, many: int, seconds: float, folder: Path) -> None:
    """Compare a healthy client's waiting alone and beside attackers, who are a process of their own."""
    with process(["-c", BARE, "10000"], folder) as (bare, _):
        for turn in range(2):
            again = ", again" if turn else ""
            tell(f"bare application{again}", load(bare, "/", "", many, seconds))
            tell(f"/state, idle{again}", load(port, "/state", "", many, seconds))
    for names in ([], *([name] for name in ATTACKERS), list(ATTACKERS)):
        attackers = [sys.executable, __file__, "--besiege", str(port), *names]
        begun = subprocess.Popen(attackers, cwd=folder) if names else None
        try:
            time.sleep(3.0 if begun else 0.0)
            answers = asyncio.run(polite(port, seconds))
        finally:
            if begun is not None:
                begun.kill()
                begun.wait()
        tell(f"a healthy client beside: {', '.join(names) or 'nobody'}", summary(answers, seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consumers", type=float, default=1e5)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pairs", type=int, default=20, help="of windows with and without polls")
    parser.add_argument("--window", type=float, default=3.0, help="seconds of each")
    parser.add_argument("--siege", action="store_true", help="only a healthy client, alone and beside attackers")
    parser.add_argument("--besiege", nargs="+", metavar=("PORT", "ATTACK"), help="be the attackers")
    parser.add_argument("--only-polls", action="store_true", help="only the last part")
    chosen = parser.parse_args()
    many, seconds = chosen.connections, chosen.seconds
    if chosen.besiege is not None:
        besiege(int(chosen.besiege[0]), chosen.besiege[1:])
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        serve = f"-m ravelin serve --consumers {int(chosen.consumers)} --ticks 60000 --port 0".split()
        with process(serve, folder) as (port, server):
            post(port, "/tick?n=3", {})
            while get(port, "/state?fields=status")[0]["status"]["status"] == "running":
                time.sleep(1.0)
            if chosen.siege:
                siege(port, many, seconds, folder)
                return
            if not chosen.only_polls:
                answers(port, many, seconds, folder)
            compare(port, server, chosen.window, chosen.pairs)


if __name__ == "__main__":
    main()
