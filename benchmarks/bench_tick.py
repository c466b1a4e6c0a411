"""How long a month takes, by population: per phase and system, with memory and start-up.

    python benchmarks/bench_tick.py --consumers 1e4 --consumers 1e6
    python benchmarks/bench_tick.py --cold --append results.jsonl

Each population runs in a process of its own, so that memory is its own. What a busy machine can
do varies, so the speed of copying memory is measured beside: `copies_per_tick` says how often
the whole state could have been copied while one month passed, and compares across machines.
One JSON line per population goes to standard output, tables to standard error.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()

import click  # noqa: E402  (the clock starts before anything is loaded)

_COPY_BYTES = 1 << 28
_COPY_ROUNDS = 3


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--consumers",
    "populations",
    type=float,
    multiple=True,
    default=(1e4, 1e5, 1e6),
    show_default=True,
    help="Consumers; may be repeated. 1e7 takes about 3 GB.",
)
@click.option("--ticks", type=int, default=12, show_default=True, help="Months to time.")
@click.option("--threads", type=int, help="Threads; all if not given.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--cold", is_flag=True, help="Measure the start from an empty cache as well.")
@click.option("--append", type=click.Path(path_type=Path), help="Add the JSON lines to a file.")
@click.option("--one", type=int, hidden=True, help="Measure one population in this process.")
def bench(
    populations: tuple[float, ...],
    ticks: int,
    threads: int | None,
    seed: int,
    cold: bool,
    append: Path | None,
    one: int | None,
) -> None:
    """Time the default economy's month by population."""
    if one is not None:
        click.echo(json.dumps(measure(one, ticks, threads, seed)))
        return
    facts = {"benchmark": "tick", "commit": commit(), "machine": machine()}
    for population in populations:
        arguments = ["--one", str(int(population)), "--ticks", str(ticks), "--seed", str(seed)]
        if threads is not None:
            arguments += ["--threads", str(threads)]
        found = {**facts, **start_up(int(population), seed, cold=cold), **in_process(arguments)}
        show(found)
        line = json.dumps(found)
        click.echo(line)
        if append is not None:
            with append.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def measure(consumers: int, ticks: int, threads: int | None, seed: int) -> dict[str, Any]:
    """Open the economy, simulate it, and return the times and sizes."""
    from ravelin import Scenario, Simulation
    from ravelin.cli.run import peak_memory_bytes

    imported = time.perf_counter()
    simulation = Simulation(Scenario.load("default", consumers=consumers, seed=seed), threads=threads)
    opened = time.perf_counter()
    simulation.step()
    first = time.perf_counter() - opened
    by_system: dict[str, list[float]] = {}
    for _ in range(ticks):
        simulation.step()
        for name, seconds in simulation.engine.seconds.items():
            by_system.setdefault(name, []).append(seconds)
    tick = statistics.median(simulation.seconds[1:])
    seldom = {member.name for part in simulation.schedule.phases for member in part.systems if part.every > 1}
    systems = {
        # A system that runs once a quarter costs what it costs on average.
        name: statistics.mean(times) if name in seldom else statistics.median(times)
        for name, times in by_system.items()
    }
    state = simulation.world.bytes()
    peak = peak_memory_bytes()  # Before the copies, which need room of their own.
    copy = copy_bytes_per_second(simulation.threads)
    return {
        "consumers": consumers,
        "firms": simulation.rows_of("Firms"),
        "banks": simulation.rows_of("Banks"),
        "threads": simulation.threads,
        "ticks": ticks,
        "seconds_import": imported - BEGUN,
        "seconds_open": opened - imported,
        "seconds_first_tick": first,
        "seconds_per_tick": tick,
        "seconds_per_tick_least": min(simulation.seconds[1:]),
        "nanoseconds_per_consumer": 1e9 * tick / consumers,
        "phases": {
            part.title: sum(systems[name] for name in {member.name for member in part.systems})
            for part in simulation.schedule.phases
        },
        "systems": systems,
        "state_bytes": state,
        "state_bytes_per_consumer": state / consumers,
        "peak_memory_bytes": peak,
        "copy_bytes_per_second": copy,
        "copies_per_tick": tick * copy / state,
        "fingerprint": simulation.fingerprint(),
    }


def copy_bytes_per_second(threads: int) -> float:
    """Return how fast this machine copies memory now: bytes copied, counted once, best of a few."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    source = np.ones(_COPY_BYTES // threads // 8)
    targets = [np.zeros_like(source) for _ in range(threads)]
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(_COPY_ROUNDS):
            begun = time.perf_counter()
            list(pool.map(lambda target: np.copyto(target, source), targets))
            best = max(best, source.nbytes * threads / (time.perf_counter() - begun))
    return best


def start_up(consumers: int, seed: int, *, cold: bool) -> dict[str, float]:
    """Time a process from its start to the end of its first month, warm and, if asked, cold."""
    command = [str(consumers), "--ticks", "1", "--seed", str(seed)]
    found = {}
    if cold:
        with tempfile.TemporaryDirectory() as cache:
            begun = time.perf_counter()
            in_process(["--one", *command], RAVELIN_CACHE=cache)
            found["seconds_start_cold"] = time.perf_counter() - begun
    else:
        in_process(["--one", *command])  # Whatever is not in the cache yet is compiled here.
    begun = time.perf_counter()
    in_process(["--one", *command])
    found["seconds_start_warm"] = time.perf_counter() - begun
    return found


def in_process(arguments: list[str], **environment: str) -> dict[str, Any]:
    """Run this script in a process of its own and return what it measured."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        sys.exit(done.returncode)  # It has said what went wrong.
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def show(found: dict[str, Any]) -> None:
    """Print what was measured for people."""
    tick = found["seconds_per_tick"]
    lines = [
        f"{found['consumers']:,} consumers, {found['firms']:,} firms, {found['threads']} threads",
        f"  {tick:.4g} s a month, {found['nanoseconds_per_consumer']:.0f} ns a consumer, "
        f"{found['copies_per_tick']:.1f} copies of the state "
        f"(at {found['copy_bytes_per_second'] / 1e9:.1f} GB/s)",
        f"  {found['state_bytes_per_consumer']:.0f} bytes a consumer, "
        f"peak memory {found['peak_memory_bytes'] / 1e6:,.0f} MB",
        "  start to first month: "
        + ", ".join(
            f"{found[key]:.1f} s {key.rpartition('_')[2]}"
            for key in ("seconds_start_cold", "seconds_start_warm")
            if key in found
        )
        + f" (import {found['seconds_import']:.1f} s, opening {found['seconds_open']:.1f} s)",
    ]
    for title, seconds in found["phases"].items():
        lines.append(f"  {1e3 * seconds:9.2f} ms {100 * seconds / tick:5.1f} %  {title}")
    lines.append("  slowest systems:")
    slowest = sorted(found["systems"].items(), key=lambda item: -item[1])[:10]
    lines += [f"  {1e3 * value:9.2f} ms {100 * value / tick:5.1f} %  {name}" for name, value in slowest]
    click.echo("\n".join(lines), err=True)


def commit() -> str:
    """Return the commit that is measured, with a mark if the files differ from it."""
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return asked.stdout.strip()


def machine() -> dict[str, Any]:
    """Return what the numbers depend on beside the code."""
    from importlib import metadata

    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        "numba": metadata.version("numba"),
    }


if __name__ == "__main__":
    bench()
