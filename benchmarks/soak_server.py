"""Whether the server stands a long mixed load: no 5xx, no growth of memory, no file handle left open.

    python benchmarks/soak_server.py [--minutes 10] [--consumers 1000] [--speed 10]

While the economy ticks, readers poll, page and follow the events, one of them reads nothing at all, others fork, step,
pay, shock and reset, and somebody sends nonsense. After each minute's rest the memory and the open files of both
processes are printed; it ends with exit code 1 if anything grew from the second minute to the last.
"""

import argparse
import asyncio
import contextlib
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2

GROWTH_MAX = 1.1
HANDLES_MORE = 3
HISTORY_BYTES = 4000
"""What a month may add to the memory of the economy's process: its row of history, twice over."""
REST_SECONDS = 6.0
READS = (
    "/state", "/state?fields=status,indicators", "/history?series=gdp,inflation&every=12", "/history",
    "/agents/firms?limit=50&order=-capital", "/agents/consumers/5", "/agents/banks", "/network/supply",
    "/network/interbank", "/balance-sheet", "/schedule", "/columns", "/parameters", "/schema", "/forks", "/runs",
    "/checkpoints", "/", "/dashboard/main.js",
)  # fmt: skip
NONSENSE = (
    ("GET", "/nothing"), ("GET", "/history?series=%FF"), ("GET", "/agents/firms?filter=x"), ("PUT", "/state"),
    ("POST", "/shocks"), ("POST", "/tick?n=0"), ("GET", "/history?from=99999999999"), ("OPTIONS", "/run"),
)  # fmt: skip


class Load:
    """Everybody who asks, and what they were answered."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port
        self.statuses: Counter[int] = Counter()
        self.events = 0
        self.failed: list[str] = []
        self.luck = random.Random(7)
        self.ends = 0.0

    async def ask(self, client: httpx2.AsyncClient, method: str, path: str, **members: object) -> httpx2.Response:
        """Ask once, and take down what came."""
        answer = await client.request(method, path, **members)  # type: ignore[arg-type]
        self.statuses[answer.status_code] += 1
        # A server that is asked too much at once says so, on purpose.
        if answer.status_code >= 500 and "too-busy" not in answer.text:
            self.failed.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def poll(self, client: httpx2.AsyncClient) -> None:
        """Poll the state as a program does that knows what it has."""
        tag = ""
        while time.monotonic() < self.ends:
            answer = await self.ask(client, "GET", "/state", headers={"If-None-Match": tag})
            tag = answer.headers.get("etag", tag)
            await asyncio.sleep(0.03)

    async def read(self, client: httpx2.AsyncClient) -> None:
        """Read one thing after another, now and then as Arrow."""
        while time.monotonic() < self.ends:
            accept = self.luck.choice(("*/*", "*/*", "application/vnd.apache.arrow.stream", "text/plain"))
            await self.ask(client, "GET", self.luck.choice(READS), headers={"Accept": accept})
            await asyncio.sleep(0.05)

    async def follow(self, client: httpx2.AsyncClient) -> None:
        """Follow the events, leave, and come back for what was missed."""
        last = "0"
        while time.monotonic() < self.ends:
            async with client.stream("GET", "/events", headers={"Last-Event-ID": last}) as answer:
                self.statuses[answer.status_code] += 1
                async with contextlib.aclosing(answer.aiter_lines()) as lines:
                    await self._hear(lines, time.monotonic() + 3.0)

    async def _hear(self, lines: AsyncIterator[str], until: float) -> None:
        async for line in lines:
            self.events += line.startswith("data:")
            if time.monotonic() > until:
                return

    async def stare(self, _: httpx2.AsyncClient) -> None:
        """Ask for the events and read none of them."""
        while time.monotonic() < self.ends:
            with socket.create_connection(("127.0.0.1", self.port)) as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                deaf.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await asyncio.sleep(5.0)

    async def act(self, client: httpx2.AsyncClient) -> None:
        """Fork, step, pay, shock, keep; what a moment does not allow is refused."""
        deeds: tuple[tuple[str, object], ...] = (
            ("/fork", {"shock": {"scale": "FiscalPolicy.purchases", "by": 1.1}, "horizon": 2}),
            ("/pause", None), ("/tick?n=2", None), ("/do_tx", None), ("/run", {"ticks_per_second": self.speed}),
            ("/shocks", {"set": "MonetaryPolicy.rate_shock", "to": 0.0}), ("/checkpoints", None),
        )  # fmt: skip
        while time.monotonic() < self.ends:
            for path, body in deeds:
                answer = await self.ask(client, "POST", path, **({} if body is None else {"json": body}))
                if path == "/fork" and answer.status_code == 202:
                    await asyncio.sleep(0.2)
                    await self.ask(client, "DELETE", answer.headers["location"])
            await asyncio.sleep(1.0)

    async def babble(self, client: httpx2.AsyncClient) -> None:
        """Send what makes no sense."""
        while time.monotonic() < self.ends:
            await self.ask(client, *self.luck.choice(NONSENSE))
            with socket.create_connection(("127.0.0.1", self.port)) as rude:
                rude.sendall(self.luck.randbytes(200))
            await asyncio.sleep(0.1)

    speed = 10.0

    async def minute(self, seconds: float) -> None:
        """Let everybody ask for a while, then leave."""
        self.ends = time.monotonic() + seconds
        people: list[Callable[[httpx2.AsyncClient], Awaitable[None]]] = [
            self.poll, self.poll, self.poll, self.read, self.read, self.follow, self.follow, self.stare, self.act,
            self.babble,
        ]  # fmt: skip
        async with contextlib.AsyncExitStack() as held:
            clients = [
                await held.enter_async_context(httpx2.AsyncClient(base_url=self.url, timeout=120)) for _ in people
            ]
            await asyncio.gather(*(person(client) for person, client in zip(people, clients, strict=True)))
            await self.ask(clients[0], "POST", "/reset")
            await self.ask(clients[0], "POST", "/run", json={"ticks_per_second": self.speed})


def weigh(process: int) -> dict[str, int]:
    """Return a process's resident bytes and open files."""
    resident = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
    return {"bytes": resident, "handles": len(list(Path(f"/proc/{process}/fd").iterdir()))}


def child_of(process: int) -> int:
    """Return the economy's process: the only child that goes on spawning nothing."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return max(map(int, children), key=lambda one: weigh(one)["bytes"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--consumers", type=float, default=1e3)
    parser.add_argument("--speed", type=float, default=10.0, help="months a second")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        serve = f"-m ravelin serve --consumers {int(chosen.consumers)} --ticks 60000 --threads 1 --port 0".split()
        with subprocess.Popen([sys.executable, *serve], stderr=subprocess.PIPE, text=True, cwd=folder) as server:
            try:
                return soak(server, chosen.minutes, chosen.speed)
            finally:
                server.terminate()
                server.communicate()


def soak(server: "subprocess.Popen[str]", minutes: int, speed: float) -> int:
    """Load a server for some minutes and judge what it left."""
    assert server.stderr is not None
    found = next(found for line in server.stderr if (found := re.search(r"http://127\.0\.0\.1:(\d+)", line)))
    load = Load(found[0], int(found[1]))
    load.speed = speed
    httpx2.get(f"{load.url}/state", timeout=300)
    weights = []
    for minute in range(1, minutes + 1):
        asyncio.run(load.minute(60.0 - REST_SECONDS))
        time.sleep(REST_SECONDS)
        weights.append({"front": weigh(server.pid), "economy": weigh(child_of(server.pid))})
        answers = {str(status): count for status, count in sorted(load.statuses.items())}
        said = {"minute": minute, **weights[-1], "answers": answers, "events": load.events}
        print(json.dumps(said), flush=True)
    first, last = weights[min(1, minutes - 1)], weights[-1]
    grown = [
        f"{process}: {first[process]} to {last[process]}"
        for process in ("front", "economy")
        if last[process]["bytes"] > GROWTH_MAX * first[process]["bytes"] + HISTORY_BYTES * speed * 60
        or last[process]["handles"] > first[process]["handles"] + HANDLES_MORE
    ]
    print(json.dumps({"failed": load.failed[:20], "grown": grown, "requests": load.statuses.total()}), flush=True)
    return 1 if load.failed or grown else 0


if __name__ == "__main__":
    sys.exit(main())
