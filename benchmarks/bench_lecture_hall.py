"""A lecture hall on one server: listeners of events and pollers of the state, while the economy ticks.

    python benchmarks/bench_lecture_hall.py
    python benchmarks/bench_lecture_hall.py --listeners 256 --pollers 500 --seconds 60 --months-a-second 2

Everybody is a connection of their own, opened as a browser opens it; a poller asks, waits, and asks again on a new
connection. One JSON line goes to standard output: how many were refused, how long a poller waited (as a ratio to one
who asks alone, before the hall fills), how many months every listener heard, and what memory the server gained after
the hall was full. The exit code is 1 if anybody was refused, missed a month, or memory grew by more than a tenth.
"""

import asyncio
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

HOST = "127.0.0.1"
PATIENCE = 120.0
POLLED = ("/state?fields=status,indicators", "/history?series=gdp_real,inflation&every=3", "/state?fields=status")
SETTLED = 0.25
"""Part of the time after which memory is first looked at: by then everybody sits."""


@dataclass
class Hall:
    """What everybody saw.

    Attributes
    ----------
    waits : seconds that each answered request took
    refused : what went wrong, of each request or stream that was not answered as asked
    heard : for each listener, the ticks that were told
    """

    port: int
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    heard: list[list[int]] = field(default_factory=list)

    async def ask(self, path: str, method: str = "GET", body: bytes = b"") -> bytes:
        """Make a request on a connection of its own and return the answer's body."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if method == "POST" else ""
            writer.write(f"{head}\r\n".encode() + body)
            told = await asyncio.wait_for(reader.read(-1), PATIENCE)
        finally:
            writer.close()
        status, _, content = told.partition(b"\r\n\r\n")
        if b" 20" not in status[:13]:
            raise ConnectionError(f"{path}: {status[:60].decode(errors='replace') or 'closed without an answer'}")
        return content

    async def poll(self, until: float, pause: float, chance: random.Random) -> None:
        """Ask again and again, with pauses, until it is over."""
        await asyncio.sleep(chance.uniform(0.0, pause))
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                await self.ask(chance.choice(POLLED))
                self.waits.append(time.monotonic() - begun)
            except (OSError, TimeoutError) as error:
                self.refused.append(f"poller: {error!r}")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

    async def listen(self, until: float) -> None:
        """Take events until it is over."""
        ticks: list[int] = []
        self.heard.append(ticks)
        try:
            reader, writer = await asyncio.open_connection(HOST, self.port, limit=1 << 20)
            writer.write(f"GET /events HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
            status = await asyncio.wait_for(reader.readline(), PATIENCE)
            if b" 200" not in status:
                raise ConnectionError(status.decode(errors="replace"))
            while (left := until - time.monotonic()) > 0:
                line = await asyncio.wait_for(reader.readline(), left)
                if not line:
                    raise ConnectionError("the stream was closed")
                if found := re.match(rb"id: .*:(\d+)\s*$", line):
                    ticks.append(int(found[1]))
        except TimeoutError:
            pass
        except OSError as error:
            self.refused.append(f"listener: {error!r}")
        finally:
            writer.close()


def memory_of(process: int) -> int:
    """Return the bytes that a process and those that it began hold for themselves."""
    found = 0
    for folder in (process, *children(process)):
        told = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{folder}/smaps_rollup").read_text(), re.M)
        found += int(told[1]) * 1024 if told else 0
    return found


def children(process: int) -> list[int]:
    """Return the processes that a process began, and those that they began."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [inner for one in map(int, listed) for inner in (one, *children(one))]


async def fill(port: int, process: int, listeners: int, pollers: int, seconds: float, pause: float, pace: float) -> Any:
    """Fill the hall while the economy ticks, and tell what everybody saw."""
    hall = Hall(port)
    alone = []
    for _ in range(20):
        begun = time.monotonic()
        await hall.ask(POLLED[0])
        alone.append(time.monotonic() - begun)
    await hall.ask("/run", "POST", json.dumps({"ticks_per_second": pace}).encode())
    until = time.monotonic() + seconds
    people = [hall.listen(until) for _ in range(listeners)]
    people += [hall.poll(until, pause, random.Random(number)) for number in range(pollers)]
    sitting = [asyncio.create_task(one) for one in people]
    await asyncio.sleep(SETTLED * seconds)
    before = memory_of(process)
    await asyncio.sleep((0.95 - SETTLED) * seconds)
    after = memory_of(process)
    await asyncio.gather(*sitting)
    await hall.ask("/pause", "POST")
    gaps = sum(any(later != one + 1 for one, later in itertools.pairwise(ticks)) for ticks in hall.heard)
    return {
        "listeners": listeners, "pollers": pollers, "seconds": seconds, "answered": len(hall.waits),
        "refused": len(hall.refused), "reasons": sorted(set(hall.refused))[:5],
        "months_heard": [min(map(len, hall.heard), default=0), max(map(len, hall.heard), default=0)],
        "listeners_that_missed_a_month": gaps,
        "wait_over_alone": round(statistics.median(hall.waits) / statistics.median(alone), 2),
        "longest_wait_seconds": round(max(hall.waits), 3),
        "memory_bytes": [before, after],
    }  # fmt: skip


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--listeners", default=200, show_default=True, help="Streams of events.")
@click.option("--pollers", default=500, show_default=True, help="Who ask for the state.")
@click.option("--seconds", default=60.0, show_default=True, help="How long the hall is full.")
@click.option("--pause", default=5.0, show_default=True, help="Seconds between a poller's questions, on average.")
@click.option("--months-a-second", default=2.0, show_default=True, help="Pace of the economy.")
@click.option("--consumers", default=1000, show_default=True)
def bench(listeners: int, pollers: int, seconds: float, pause: float, months_a_second: float, consumers: int) -> None:
    """Fill a lecture hall, and tell what everybody saw."""
    most = max(256, listeners)
    command = [sys.executable, "-m", "ravelin", "serve", "--port", "0", "--consumers", str(consumers), "--seed", "1"]
    command += ["--ticks", "100000", "--listeners", str(most), "--threads", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            port = next(int(found[1]) for line in server.stderr if (found := re.search(r"http://[^:]+:(\d+)", line)))
            asyncio.run(Hall(port).ask("/state?fields=status"))  # It waits until the economy is open.
            asyncio.run(Hall(port).ask("/tick?n=13", "POST"))
            told = asyncio.run(fill(port, server.pid, listeners, pollers, seconds, pause, months_a_second))
        finally:
            server.terminate()
    click.echo(json.dumps(told))
    before, after = told["memory_bytes"]
    sys.exit(int(told["refused"] > 0 or told["listeners_that_missed_a_month"] > 0 or after > 1.1 * before))


if __name__ == "__main__":
    bench()
