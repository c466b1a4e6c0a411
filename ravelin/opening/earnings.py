"""What people earn at the opening: wages, pensions, transfers and benefits, as the account matrix has them."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import exp_each, log, log_each, mean, normal_quantile_each, power_each, total, whole_total
from ravelin.core.arithmetic.pieces import in_pieces, together
from ravelin.core.clock import lag_of_average, monthly_growth
from ravelin.economy.people.acts import need, pension_weights
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED
from ravelin.opening.business import Catalog
from ravelin.opening.calibration import Calibration
from ravelin.opening.population import HOUSEHOLDS, Codes, People, uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEWCOMERS = 0.2
"""Part of the unemployed who had no job before, as the young and those who come back; measured in the same runs (CPS
2019: a tenth enter, three tenths return)."""
JOINING = 0.34
"""Last pay of those who lose a job in the first month, over that of all unemployed; measured in the same runs."""
LEAVING = 0.29
"""Part of the unemployed who find a job or give up in the first month; measured in the same runs."""
JOB_FINDING = 0.29
"""Monthly chance to leave unemployment (CPS .27); shapes durations at the opening."""


class Earnings:
    """Wages, pensions, transfers and benefits, in cents a month."""

    def __init__(
        self, data: Calibration, cat: Catalog, people: People, pay: Doubles, seed: int,
        setting: Callable[[str], float],
    ) -> None:  # fmt: skip
        heads, status, skill = people.heads, people.status, people.skill
        scale = heads / 1000.0
        working = status == EMPLOYED
        # Raises come once a year: who waits longest is furthest behind what firms offer now, unless she is new.
        yearly = (1.0 + setting("Anchors.growth")) * (1.0 + setting("Anchors.inflation_target"))
        hired = float(data.rules["hires_rate"])
        waited = np.append(12, np.arange(1, 12))
        behind = power_each(yearly, -(1.0 - power_each(1.0 - hired, waited)) / hired / 12.0)
        locality, standing = people.locality, np.empty(heads)

        def earning(rows: slice) -> Doubles:
            return np.asarray(0.001 * people.efficiency[rows] * cat.wage[skill[rows]])

        def stand(rows: slice) -> None:
            own = earning(rows) * pay[locality[rows], skill[rows]]
            standing[rows] = own * behind[np.arange(rows.start, rows.stop) % 12]

        in_pieces(heads, stand)
        self.offers = cat.wage * (data.paid_into("wages") * scale / total(standing[working]))
        luck, claims = uniforms(seed, "new to the labor force", heads), uniforms(seed, "benefit recipient", heads)
        recipiency = setting("Benefits.recipiency")
        # Who draws a benefit had a job before, and is the longer without one for it: newcomers are among the others.
        luck = np.where(claims < recipiency, 1.0, luck * (1.0 - recipiency))
        self.wage = np.empty(heads, np.int64)

        def be_paid(rows: slice) -> None:
            wage = np.rint(standing[rows] * (self.offers / cat.wage)[skill[rows]])
            self.wage[rows] = np.where((status[rows] == UNEMPLOYED) & (luck[rows] < NEWCOMERS), 0.0, wage)

        in_pieces(heads, be_paid)
        growth = monthly_growth(float(data.rules["growth_nominal"]))
        self.wage_mean = mean(self.wage[working]) * lag_of_average(setting("Trends.wage_memory"), growth)
        luck, months = uniforms(seed, "months unemployed", heads), np.empty(heads, np.uint8)

        def wait(rows: slice) -> None:
            waited = np.minimum(24, log_each(luck[rows]) / log(1.0 - JOB_FINDING))
            months[rows] = np.where(status[rows] == UNEMPLOYED, np.floor(waited), 0)

        in_pieces(heads, wait)
        self.months = _benefits_in_force(data, status, self.wage, months, seed, setting, scale)
        self.pension = _pensions(data, people, lambda rows: earning(rows) / mean(cat.wage), scale)
        luck, self.hardship, tested = uniforms(seed, "need", heads), np.empty(heads), np.empty(heads)
        spread, means_test = setting("Need.spread"), setting("Benefits.means_test")

        def test(rows: slice) -> None:
            has = np.where(working[rows], self.wage[rows], 0) + self.pension[rows]
            tested[rows] = np.maximum(0.2, 1.0 - means_test * has / self.wage_mean)
            self.hardship[rows] = exp_each(spread * normal_quantile_each(luck[rows]))
            luck[rows] = need(people.family_size[rows].astype(np.float64)) * self.hardship[rows] * tested[rows]

        in_pieces(heads, test)
        self.transfer = _by_status(data, status, luck, "other_transfers", scale)
        self.benefit = _benefits(status, self.wage, self.months, seed, setting)
        self.pension_share, self.transfer_share = np.empty(heads, np.float32), np.empty(heads, np.float32)

        def share(rows: slice) -> None:
            self.pension_share[rows] = self.pension[rows] / self.wage_mean
            self.transfer_share[rows] = self.transfer[rows] / tested[rows] / self.wage_mean

        in_pieces(heads, share)


def _by_status(data: Calibration, status: Codes, weight: Doubles, account: str, scale: float) -> Doubles:
    """Split what each status receives from an account over its members by weight: (consumers,) cents."""
    parts = np.zeros(status.size)

    def split(code: int) -> None:
        mine = np.flatnonzero((status == code) & (weight > 0))
        if mine.size:
            own = weight[mine]
            parts[mine] = data.flow(HOUSEHOLDS[code], account) * scale * own / total(own)

    together([partial(split, code) for code in range(len(HOUSEHOLDS))])
    return parts


def _pensions(data: Calibration, people: People, earnings: Callable[[slice], Doubles], scale: float) -> Doubles:
    """Social security: less than proportional to past earnings; the retired, those over 64, and the disabled."""
    weight = np.empty(people.heads)

    def weigh(rows: slice) -> None:
        status = people.status[rows]
        active = (status == EMPLOYED) | (status == UNEMPLOYED)
        weight[rows] = np.where(active & (people.age[rows] < 5), 0.0, pension_weights(earnings(rows)))

    in_pieces(people.heads, weigh)
    return _by_status(data, people.status, weight, "social_security", scale)


def _benefits(status: Codes, wage: Ints, months: Codes, seed: int, setting: Callable[[str], float]) -> Doubles:
    draws = uniforms(seed, "benefit recipient", status.size)
    entitled = (status == UNEMPLOYED) & (months < setting("Benefits.unemployment_months"))
    entitled &= draws < setting("Benefits.recipiency")
    return np.where(entitled, setting("Benefits.unemployment_replacement") * wage, 0.0)


def _benefits_in_force(
    data: Calibration, status: Codes, wage: Ints, months: Codes, seed: int, setting: Callable[[str], float],
    scale: float,
) -> Codes:  # fmt: skip
    """Move recipients of unemployment benefit into or out of its last months until the total is the calibration's."""
    limit = int(setting("Benefits.unemployment_months"))
    draws = uniforms(seed, "benefit recipient", status.size)
    able = np.flatnonzero((status == UNEMPLOYED) & (draws < setting("Benefits.recipiency")))
    benefit = setting("Benefits.unemployment_replacement") * wage[able]
    # In the first month about as many lose a job as find one: those who join draw the benefit, who leaves does not.
    generosity = setting("Benefits.recipiency") * setting("Benefits.unemployment_replacement")
    joining = JOINING * generosity * float(whole_total(wage[status == UNEMPLOYED]))
    wanted = (data.paid_into("unemployment_benefits") * scale - joining) / (1.0 - LEAVING)
    # Those longest out of work are the first to have used up their benefit.
    order = np.lexsort((draws[able], months[able]))
    within = np.cumsum(benefit[order]) - 0.5 * benefit[order] <= wanted
    adjusted = months.copy()
    adjusted[able[order[within]]] = np.minimum(adjusted[able[order[within]]], max(0, limit - 2))
    adjusted[able[order[~within]]] = np.maximum(adjusted[able[order[~within]]], limit)
    return adjusted
