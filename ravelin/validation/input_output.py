"""Whether sectors and recipes still agree with the input-output table after years of simulation.

Measured from what firms bought, stocked and made, not from the recipes that they plan with.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.economy.firms.tables import CAPITAL_GOOD, Firms, Inputs
from ravelin.economy.goods.tables import Goods
from ravelin.experiments.runs import silent
from ravelin.experiments.workers import Hear, Standing
from ravelin.opening.balancing import calibration
from ravelin.opening.calibration import Calibration
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.network import purchases
from ravelin.validation.verdict import of_seeds, verdict

Doubles = npt.NDArray[np.float64]

SHARE_BOUND = 0.05
"""A good's share in the year's gross output, relative to the table; relative prices and dwellings move it."""
INPUTS_BOUND = 0.02
"""Inputs of all kinds in a unit of output, less those of the table."""
CELL_BOUND = 0.03
"""One input in a unit of output, less that of the table, of which the catalog lumps what is below 1 %."""


class Measured(NamedTuple):
    """What a year of simulation shows, at base prices (units)."""

    output: Doubles
    """(goods,) units made by firms in the year, less what spoiled"""
    used: Doubles
    """(goods, goods) units of each input (column) that went into each good (row)"""


def input_output(
    consumers: int = 20_000, seeds: int = 4, years: int = 10, scenario: str = "default", hear: Hear = silent
) -> tuple[bool, str]:
    """Compare output shares and technical coefficients of the last year with the calibration's table.

    Means over seeds: where in its cycle an economy is in that year moves machinery's share by several percent.
    """
    measured = []
    for seed in range(1, seeds + 1):
        with Simulation(Scenario.load(scenario, consumers=consumers), seed=seed) as run:
            data = calibration(run.scenario.catalog)
            for year in range(1, years):
                run.run(12)
                hear(Standing(seed - 1, seeds, 12 * (years * (seed - 1) + year), 12 * years * seeds))
            measured.append(measure(run))
    output, used = (np.mean(column, axis=0) for column in zip(*measured, strict=True))
    return compare(
        Measured(output, used), data,
        f"Year {years} of {consumers:,} consumers against the input-output table, {of_seeds(seeds)}",
    )  # fmt: skip


def measure(run: Simulation, months: int = 12) -> Measured:
    """Simulate some months and measure what was made and what went into it."""
    inputs, goods, firms = run.world[Inputs], run.world[Goods], run.world[Firms]
    intermediate = np.flatnonzero(inputs.kind != CAPITAL_GOOD)
    pair = firms.good[inputs.firm[intermediate]].astype(np.int64) * goods.count + inputs.good[intermediate]

    def by_pair(values: Doubles) -> Doubles:
        sums = np.bincount(pair, weights=values, minlength=goods.count**2)
        return np.asarray(sums.reshape(goods.count, goods.count), dtype=np.float64)

    output = np.zeros(goods.count)
    stored = (inputs.stock + inputs.transit)[intermediate].astype(np.float64)
    used = by_pair(stored)
    for _ in range(months):
        run.step()
        # Normal losses of what is in store lower output in the national accounts.
        output += goods.output - np.bincount(firms.good, weights=firms.spoiled, minlength=goods.count)
        # Purchases at a good's mean price are its units, over all who buy it.
        used += by_pair(purchases(run.world)[intermediate].astype(np.float64)) / goods.price[None, :]
    stored = (inputs.stock + inputs.transit)[intermediate].astype(np.float64)
    return Measured(output, used - by_pair(stored))


def compare(measured: Measured, data: Calibration, title: str) -> tuple[bool, str]:
    """Tell how far shares and coefficients are from the table: whether all are within bounds, and the lines."""
    made = np.array([not good.public for good in data.catalog.goods])
    output = np.where(made, data.column("gross_output_cents"), 0.0)
    wanted, found = output / output.sum(), np.where(made, measured.output, 0.0) / measured.output[made].sum()
    table = (data.intermediate() / np.maximum(1.0, data.column("gross_output_cents"))).T
    used = measured.used / np.maximum(1e-9, measured.output)[:, None]
    head = f"{'':<22}{'share of output':^24}{'inputs per unit':^24}  largest departure of one input"
    lines = [title, "", head, f"{'good':<22}" + 2 * f"{'table':>8}{'model':>8}{'':>8}"]
    outside: list[str] = []
    for place in np.flatnonzero(made):
        relative = found[place] / wanted[place] - 1.0
        inputs, target = used[place].sum(), table[place].sum()
        worst = int(np.argmax(np.abs(used[place] - table[place])))
        gap = used[place, worst] - table[place, worst]
        wrong = [
            what
            for what, departure, bound in (
                ("share", relative, SHARE_BOUND), ("inputs", inputs - target, INPUTS_BOUND),
                ("one input", gap, CELL_BOUND),
            )
            if abs(departure) > bound
        ]  # fmt: skip
        outside += [f"{data.names[place]}, {what}" for what in wrong]
        lines.append(
            f"{data.names[place]:<22}{wanted[place]:>8.2%}{found[place]:>8.2%}{relative:>+8.1%}"
            f"{target:>8.3f}{inputs:>8.3f}{inputs - target:>+8.3f}  {data.names[worst]:<20}{gap:>+7.3f}"
            f"   {'outside: ' + ', '.join(wrong) if wrong else 'ok'}"
        )
    lines += [
        "",
        f"half the sum of absolute differences of output shares: {0.5 * np.abs(found - wanted).sum():.2%}",
        f"mean absolute difference of technical coefficients: {np.abs(used - table)[made].mean():.4f}",
        f"Bounds: shares {SHARE_BOUND:.0%} each; inputs per unit {INPUTS_BOUND:g} in all, {CELL_BOUND:g} each.",
        "",
        verdict(outside, "every good is within its bounds"),
    ]
    return not outside, "\n".join(lines)
