"""What a month's spending decision costs: the compiled table against XGBoost, in the same run.

    python benchmarks/bench_consumption.py
    python benchmarks/bench_consumption.py --rows 1e5 --cells 2000

Each consumer has a demographic cell, an income and a rank. The table answers in random order of
cells and in cell order, on one thread and on all; XGBoost predicts the same rows with both of its
boosters. The answers are compared bit for bit. One JSON line goes to standard output.
"""

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import numpy as np

from ravelin.learning.inference import SpendingModel, SpendingTable
from ravelin.learning.lookup import spending_of

INCOME_LOG_MEAN, INCOME_LOG_SD = 10.7, 1.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", type=float, default=1e6, show_default=True, help="Consumers.")
@click.option("--cells", type=float, default=30_000, show_default=True, help="Kinds of consumer.")
@click.option("--repeat", default=7, show_default=True, help="Runs of which the median is told.")
@click.option("--threads", default=os.cpu_count() or 1, show_default=True)
@click.option("--model", type=click.Path(path_type=Path), help="A model file; the shipped one if omitted.")
def bench(rows: float, cells: float, repeat: int, threads: int, model: Path | None) -> None:
    """Time the table and XGBoost on the same made-up consumers."""
    chosen = SpendingModel.load(model)
    rng = np.random.default_rng(1)
    kinds = np.column_stack([rng.choice(feature.levels, int(cells)) for feature in chosen.features[1:]])
    chosen.compile(kinds[:10])  # Loads the kernels.
    begun = time.perf_counter()
    table = chosen.compile(kinds)
    compile_seconds = time.perf_counter() - begun
    cell = rng.integers(0, int(cells), int(rows)).astype(np.int32)
    income = np.exp(rng.normal(INCOME_LOG_MEAN, INCOME_LOG_SD, int(rows))).astype(np.float32)
    score = rng.normal(size=int(rows)).astype(np.float32)
    features = np.column_stack([income, kinds[cell]]).astype(np.float32)
    for booster in chosen.boosters:
        booster.set_param({"nthread": threads})

    def ask_xgboost() -> None:
        for booster in chosen.boosters:
            booster.inplace_predict(features)

    by_cell = np.sort(cell)
    seconds = {
        "table_random_1_thread": median(repeat, lambda: answer(table, cell, income, score, 1)),
        "table_random_all_threads": median(repeat, lambda: answer(table, cell, income, score, threads)),
        "table_by_cell_1_thread": median(repeat, lambda: answer(table, by_cell, income, score, 1)),
        "table_by_cell_all_threads": median(repeat, lambda: answer(table, by_cell, income, score, threads)),
        "xgboost_all_threads": median(min(repeat, 3), ask_xgboost),
    }
    place = np.searchsorted(table.income_edges, income, side="right")
    location, scale = chosen.location_and_scale(features)
    equal = np.array_equal(table.location[cell, place], location) and np.array_equal(table.scale[cell, place], scale)
    result = {
        "benchmark": "consumption",
        "commit": commit(),
        "machine": {"processor": platform.processor(), "cores": os.cpu_count(), "python": platform.python_version()},
        "xgboost": metadata.version("xgboost-cpu" if any_installed("xgboost-cpu") else "xgboost"),
        "rows": int(rows),
        "cells": int(cells),
        "threads": threads,
        "income_bins": len(table.income_edges) + 1,
        "table_bytes": table.answer.nbytes,
        "compile_seconds": round(compile_seconds, 3),
        "seconds": {name: round(value, 5) for name, value in seconds.items()},
        "speedup": round(seconds["xgboost_all_threads"] / seconds["table_random_all_threads"], 1),
        "bit_equal": bool(equal),
    }
    click.echo(json.dumps(result))


def answer(table: SpendingTable, cell: Any, income: Any, score: Any, threads: int) -> None:
    """Spend for all rows, a slice of them per thread."""
    spending = np.empty(len(cell), np.float32)
    bins = np.empty(len(cell), np.int32)
    cuts = np.linspace(0, len(cell), threads + 1).astype(int)

    def part(number: int) -> None:
        rows = slice(cuts[number], cuts[number + 1])
        spending_of(
            spending[rows], bins[rows], cell[rows], income[rows], score[rows], table.answer,
            table.income_edges, table.first_bucket, table.buckets, table.shape, table.scale_low, table.scale_step,
        )  # fmt: skip

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, range(threads)))


def median(repeat: int, work: Callable[[], None]) -> float:
    """Return the median seconds of some runs after a first one."""
    work()
    found = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def any_installed(package: str) -> bool:
    """Tell whether a package is installed."""
    return any(metadata.distributions(name=package))


def commit() -> str:
    """Return the commit that is measured, with a mark if the files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        asked = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return asked.stdout.strip()


if __name__ == "__main__":
    bench()
