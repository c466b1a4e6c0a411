"""What is measured of two futures for each known effect: one declaration each, and why others are not measured yet."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from ravelin.core.clock import QUARTER
from ravelin.core.table import Array
from ravelin.core.units import DOLLARS_PER_CENT
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED
from ravelin.opening.balancing import calibration
from ravelin.validation.futures import PRIZE, REBATE, Pair

INDUSTRY = (
    "iron_ore", "crude_oil", "energy_utilities", "steel", "materials", "car_parts", "cars", "petrol", "machinery",
    "food", "apparel", "other_goods",
)  # fmt: skip
"""Goods of mines, power plants and makers, whose output is industrial production."""
PERSONAL_INCOME = 0.86
"""Personal income over GDP; source: NIPA 2019."""
STANDARD_DEVIATION = 0.7
"""Of a monetary shock, in points; source: Christiano, Eichenbaum and Evans: 60 to 80 basis points."""


class Measured(NamedTuple):
    """How an effect is measured: which future beside which, and the number that is taken of the pair."""

    base: str
    other: str
    measure: Callable[[Pair], float]


def over(series: Array, first: int, last: int) -> float:
    """Return the mean over quarters counted from 1, both included."""
    return float(series[QUARTER * (first - 1) : QUARTER * last].mean())


def percent(name: str, first: int, last: int, pair: Pair) -> float:
    """Return the mean difference of an indicator over some quarters, in percent."""
    return over(pair.percent(name), first, last)


def points(name: str, first: int, last: int, pair: Pair) -> float:
    """Return the mean difference of a rate over some quarters, in points."""
    return over(pair.points(name), first, last)


def scaled(factor: float, measure: Callable[[Pair], float], pair: Pair) -> float:
    """Return a measure times a factor."""
    return factor * measure(pair)


def spending_of_government(months: int, pair: Pair) -> float:
    """Return what the government bought more, percent of a month's GDP, summed."""
    return float(pair.of_gdp("government_real", "gdp_real")[:months].sum())


def stated_cost(name: str, force: int, pair: Pair) -> float:
    """Return what a change of taxes or transfers costs before the economy answers, percent of a month's GDP, summed.

    That is the first quarter's, for as many months as the change is in force.
    """
    return force * abs(over(pair.of_gdp(name), 1, 1))


def multiplier(quarters: int, cost: Callable[[Pair], float], pair: Pair) -> float:
    """Return GDP that was added through some quarters per dollar of cost."""
    return float(pair.percent("gdp_real")[: QUARTER * quarters].sum()) / cost(pair)


def spent(cost: Callable[[Pair], float], pair: Pair) -> float:
    """Return the part of a year's money that was spent within that year, percent."""
    return 100.0 * float(pair.of_gdp("consumption")[:12].sum()) / cost(pair)


def industry(first: int, last: int, pair: Pair) -> float:
    """Return the difference of industrial production at opening prices, percent."""
    base, other = (np.sum([one.monthly(f"output_{good}") for good in INDUSTRY], axis=0) for one in pair)
    months = min(base.size, other.size)
    return over(100.0 * np.log(other[:months] / base[:months]), first, last)


def year_on_year(pair: Pair) -> float:
    """Return the difference of inflation over four quarters, mean of quarters 7 to 12, points."""
    return over(pair.points("inflation"), 7, 12)


def tax_level(first: int, last: int, size: Callable[[Pair], float], pair: Pair) -> float:
    """Return GDP per point of a tax, percent, some quarters on."""
    return percent("gdp_real", first, last, pair) / size(pair)


def tax_of_gdp(pair: Pair) -> float:
    """Return how far a tax was moved, percent of GDP, as the first quarter shows it."""
    return over(pair.of_gdp("taxes"), 1, 1)


def duration_elasticity(pair: Pair) -> float:
    """Return by how much unemployment lasts longer when benefits are doubled, an elasticity."""
    return over(pair.percent("unemployment_duration"), 3, 8) / (100.0 * float(np.log(2.0)))


def spent_of_benefits(pair: Pair) -> float:
    """Return what people without a job spend of higher benefits in the first quarter, percent."""
    base, other = pair.base.watch, pair.other.watch
    jobless = (base.status[0] == UNEMPLOYED) & (other.status[0] == UNEMPLOYED)
    more = sum(float((other.budget[month] - base.budget[month])[jobless].sum()) for month in range(QUARTER))
    paid = np.subtract(*pair.both("transfers")[::-1])[:QUARTER].sum()
    return 100.0 * more * DOLLARS_PER_CENT / float(paid)


def spent_of_payment(dollars: float, months: int, pair: Pair) -> float:
    """Return what those who were paid spend more within some months, percent of what they were paid.

    Who was paid has more on her deposits at the end of that month, when nothing else differed before.
    """
    base, other = pair.base.watch, pair.other.watch
    paid = other.deposits - base.deposits > 0.2 * dollars / DOLLARS_PER_CENT
    more = np.sum([other.budget[month] - base.budget[month] for month in range(months)], axis=0)
    return 100.0 * float(more[paid].mean()) * DOLLARS_PER_CENT / dollars


def job_loss(pair: Pair) -> float:
    """Return spending in the month of a job's loss against the three before, beside those who keep theirs, percent."""
    watch = pair.base.watch
    spent_now = np.zeros(2)
    spent_before = np.zeros(2)
    for month in range(QUARTER, len(watch.status)):
        held = np.logical_and.reduce([status == EMPLOYED for status in watch.status[month - QUARTER : month]])
        for place, code in enumerate((UNEMPLOYED, EMPLOYED)):
            who = held & (watch.status[month] == code)
            # Those who keep their jobs count as those who lose them do, month by month.
            weight = float((held & (watch.status[month] == UNEMPLOYED)).sum()) / max(1, int(who.sum()))
            spent_now[place] += weight * float(watch.budget[month][who].sum())
            before = np.mean([budget[who].sum() for budget in watch.budget[month - QUARTER : month]])
            spent_before[place] += weight * float(before)
    lost, kept = spent_now / spent_before
    return 100.0 * float(lost / kept - 1.0)


def _low_paid(pair: Pair) -> Array:
    """Say whose pay the new law raised in the month it came, when nothing else differed."""
    base, other = pair.base.watch, pair.other.watch
    work = (base.status[0] == EMPLOYED) & (other.status[0] == EMPLOYED)
    return np.asarray(work & (other.wage[0] > base.wage[0]))


_LATER = range(12, 36)
"""Months in which a new minimum wage is looked at."""


def low_wage_jobs(pair: Pair) -> float:
    """Return how many of the low-paid have a job because of it, or not, percent of them."""
    low = _low_paid(pair)
    more = [
        float((pair.other.watch.status[month] == EMPLOYED)[low].mean())
        - float((pair.base.watch.status[month] == EMPLOYED)[low].mean())
        for month in _LATER
    ]
    return 100.0 * float(np.mean(more))


def low_wages(pair: Pair) -> float:
    """Return by how much those of them earn more who have a job in both futures, percent."""
    low, gains = _low_paid(pair), []
    for month in _LATER:
        base, other = pair.base.watch, pair.other.watch
        work = low & (base.status[month] == EMPLOYED) & (other.status[month] == EMPLOYED)
        gains.append(100.0 * float(np.log(other.wage[month][work].mean() / base.wage[month][work].mean())))
    return float(np.mean(gains))


def wage_elasticity(pair: Pair) -> float:
    """Return the employment of the low-paid per percent of their pay."""
    return low_wage_jobs(pair) / low_wages(pair)


def food_price(first: int, last: int, pair: Pair) -> float:
    """Return the part of a tax on food that buyers pay, in some months counted from 1, percent."""
    taxed = 100.0 * float(np.log(1.05 / 1.08))
    before_tax = float(pair.percent("price_food")[first - 1 : last].mean())
    return 100.0 * (before_tax + taxed) / taxed


@cache
def mean_sales_tax() -> float:
    """Return the sales tax over consumption before it, at the opening."""
    data = calibration()
    consumption = sum(row["row_total"] for name, row in data.sam.items() if name.startswith("consumption_"))
    return float(data.paid_into("sales_tax") / (consumption - data.paid_into("sales_tax")))


def consumer_prices(pair: Pair) -> float:
    """Return the part of three points more of sales tax that consumers pay a year later, percent."""
    taxed = 100.0 * float(np.log1p(0.03 / (1.0 + mean_sales_tax())))
    return 100.0 * float(pair.percent("price_index")[9:14].mean()) / taxed


def per_tenth_on_oil(measure: Callable[[Pair], float], pair: Pair) -> float:
    """Return a measure per ten percent on the price of crude oil, mean of the first year."""
    return measure(pair) / (percent("price_crude_oil", 1, 4, pair) / 10.0)


def sharpest_quarter(name: str, sign: float, pair: Pair) -> float:
    """Return in which quarter, of the first eight, a difference moves most in a direction."""
    quarters = pair.percent(name)[: 8 * QUARTER].reshape(8, QUARTER).mean(axis=1)
    return float(np.argmax(sign * np.diff(quarters, prepend=0.0)) + 1)


def capital(pair: Pair) -> float:
    """Return the difference of firms' fixed capital in the twentieth quarter, percent."""
    return over(100.0 * np.log(np.array(pair.other.watch.capital) / np.array(pair.base.watch.capital)), 20, 20)


def beside_struck(buy: bool, pair: Pair) -> float:
    """Return a year's sales of those who buy from firms that a disaster struck, or sell to them, percent.

    Beside the sales of firms that are neither, which the whole economy's answer reaches too.
    """
    watch = pair.other.watch
    struck, links = watch.struck, (watch.buyer.ravel(), watch.supplier.ravel())
    buyers, sellers = (np.zeros(struck.size, np.bool_) for _ in links)
    buyers[links[0][struck[links[1]]]] = True
    sellers[links[1][struck[links[0]]]] = True
    base, other = (np.sum(one.watch.sales[:12], axis=0) for one in pair)

    def growth(who: Array) -> float:
        return 100.0 * float(np.log(other[who].sum() / base[who].sum()))

    return growth((buyers if buy else sellers) & ~struck) - growth(~(buyers | sellers | struck))


def repricing(pair: Pair) -> float:
    """Return the part of firms that change their price in a month, percent."""
    return 100.0 * float(np.mean(pair.base.watch.repriced))


def spent_alike(pair: Pair) -> float:
    """Return what is spent more in the second future, of one percent of GDP for a year, points."""
    return 100.0 * float(pair.of_gdp("consumption")[:12].sum()) / 12.0


_IS = "as it is"
_PURCHASES, _TAXES, _TRANSFERS = (
    partial(spending_of_government, 24), partial(stated_cost, "taxes", 12), partial(stated_cost, "transfers", 12),
)  # fmt: skip
_TWO_YEARS = partial(stated_cost, "taxes", 24)

MEASURES: dict[str, Measured] = {
    "MP1": Measured(_IS, "dear money", partial(percent, "gdp_real", 8, 10)),
    "MP2": Measured(_IS, "dear money", year_on_year),
    "MP5": Measured(_IS, "dear money", partial(industry, 3, 8)),
    "MP6": Measured(_IS, "dear money", partial(industry, 7, 8)),
    "MP7": Measured(_IS, "dear money", partial(scaled, STANDARD_DEVIATION, partial(percent, "gdp_real", 4, 8))),
    "FI1": Measured(_IS, "purchases", partial(multiplier, 8, _PURCHASES)),
    "FI2": Measured(_IS, "transfers", partial(multiplier, 8, _TRANSFERS)),
    "FI3": Measured(_IS, "lower brackets cut", partial(multiplier, 8, _TWO_YEARS)),
    "FI4": Measured(_IS, "top brackets cut", partial(multiplier, 8, _TAXES)),
    "FI5": Measured(_IS, "purchases", partial(multiplier, 6, _PURCHASES)),
    "FI6": Measured(_IS, "purchases", partial(multiplier, 12, _PURCHASES)),
    "FI9": Measured("rate held", "purchases, rate held", partial(multiplier, 8, _PURCHASES)),
    "FI10": Measured(_IS, "tax rise", partial(tax_level, 10, 12, tax_of_gdp)),
    "FI11": Measured(_IS, "tax cut", partial(scaled, -PERSONAL_INCOME, partial(tax_level, 1, 3, tax_of_gdp))),
    "PU1": Measured(_IS, "purchases", partial(points, "unemployment_rate", 13, 16)),
    "TX1": Measured(_IS, "tax cut", partial(spent, _TAXES)),
    "TR1": Measured("tax cut", "transfers", spent_alike),
    "CO2": Measured(_IS, "rebate", partial(spent_of_payment, REBATE, 3)),
    "CO4": Measured(_IS, "rebate", partial(spent_of_payment, REBATE, 3)),
    "CO6": Measured(_IS, "lottery", partial(spent_of_payment, PRIZE, 12)),
    "CO9": Measured(_IS, _IS, job_loss),
    "CO12": Measured(_IS, "benefits doubled", spent_of_benefits),
    "UI1": Measured(_IS, "benefits doubled", partial(points, "unemployment_rate", 5, 8)),
    "LP1": Measured(_IS, "minimum wage", low_wage_jobs),
    "LP2": Measured(_IS, "minimum wage", low_wages),
    "LP3": Measured(_IS, "minimum wage", wage_elasticity),
    "LP4": Measured(_IS, "benefits doubled", duration_elasticity),
    "LP6": Measured("food at 8 percent", "food at 5 percent", partial(food_price, 1, 1)),
    "LP7a": Measured(_IS, "sales tax", consumer_prices),
    "LP7b": Measured("food at 8 percent", "food at 5 percent", partial(food_price, 10, 14)),
    "LP9": Measured(_IS, _IS, repricing),
    "SU1": Measured(_IS, "oil short", partial(per_tenth_on_oil, partial(percent, "gdp_real", 4, 8))),
    "SU2": Measured(_IS, "oil short", partial(per_tenth_on_oil, partial(percent, "price_index", 4, 4))),
    "SU3a": Measured(_IS, "oil short", partial(sharpest_quarter, "gdp_real", -1.0)),
    "SU3b": Measured(_IS, "oil short", partial(sharpest_quarter, "price_index", 1.0)),
    "SU5": Measured(_IS, "disaster", partial(percent, "gdp_real", 1, 4)),
    "SU6a": Measured(_IS, "disaster", partial(beside_struck, True)),
    "SU6b": Measured(_IS, "disaster", partial(beside_struck, False)),
    "SU7": Measured(_IS, "disaster", partial(beside_struck, True)),
    "PR1": Measured(_IS, "productivity", partial(percent, "gdp_real", 11, 12)),
    "CT1": Measured(_IS, "corporate tax", capital),
}
"""Effects that can be measured, by id."""

MISSING = {
    "FI7": "purchases by locality", "FI8": "purchases by locality", "FI14": "forks chosen by slack",
    "CO1": "spending on nondurables", "CO3": "spending on nondurables", "CO5": "spending on nondurables",
    "CO13": "a price of dwellings", "MK13a": "a price of dwellings", "MK13b": "a price of dwellings",
    "CO17a": "people followed for twenty years", "CO17b": "people followed for twenty years",
}  # fmt: skip
"""Effects that apply and cannot be measured yet, by id: what is missing. They count as not met."""
