"""Known effects and what pairs of futures show of them: declarations that are whole, verdicts, and one tiny run."""

import numpy as np
import pytest

from ravelin.core.clock import QUARTER, date_of
from ravelin.economy.firms.tables import Firms
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import Field, History
from ravelin.validation import measures
from ravelin.validation.commitment import known_effects
from ravelin.validation.effects import NOT_YET, OUT, SHARE, Shown, groups, lived_effects, missed, page, shown
from ravelin.validation.futures import FORK, FUTURES, Future, Lived, Pair, Watch, disaster
from ravelin.validation.judging import GOOD, UNRESOLVED, Judged, Known
from ravelin.validation.measures import MEASURES, MISSING, Measured

APPLYING = {name for name, effect in known_effects().items() if effect.applies}


def test_every_effect_that_applies_is_measured_or_says_what_is_missing() -> None:
    assert set(MEASURES) | set(MISSING) == APPLYING
    assert not set(MEASURES) & set(MISSING)
    assert {one for measured in MEASURES.values() for one in measured[:2]} == set(FUTURES)


def test_every_future_can_be_asked_of_the_economy() -> None:
    """Each change is checked as a shock is, without a month being lived."""
    longest = max(future.months for future in FUTURES.values())
    with Simulation(Scenario.load("default", consumers=300, ticks=FORK + longest), threads=1) as economy:
        for future in FUTURES.values():
            for change in future.shocks(economy.world):
                shock = economy.check_shock(change.stated(FORK))
                assert shock.tick == FORK + change.after
                assert shock.tick < FORK + future.months
                assert shock.until is None or shock.until <= FORK + future.months


def lived(months: int = 48, people: Watch | None = None, **columns: float | np.ndarray) -> Lived:
    """Make a future by hand: a constant or a series for each indicator, after two months that are the fork's past."""
    values = {name: np.broadcast_to(value, months).astype(np.float64) for name, value in columns.items()}
    history = History([Field(name, name, "dollar/month", "made", "flow") for name in values])
    for tick in range(months + 2):
        history.append(tick, date_of(Scenario().start, tick), [series[max(0, tick - 2)] for series in values.values()])
    return Lived(history, 2, people or Watch(people=False))


def made(base: dict[str, object], other: dict[str, object]) -> Pair:
    """Make a pair."""
    return Pair(lived(**base), lived(**other))  # type: ignore[arg-type]


def for_a_year(before: float, after: float) -> np.ndarray:
    """Return four years of a series that differs in the first."""
    return np.where(np.arange(48) < 12, after, before)


def test_a_multiplier_is_what_is_added_per_dollar() -> None:
    """Two percent of GDP bought more for a year; output one percent up for two."""
    gdp = np.where(np.arange(48) < 24, 100.0 * np.exp(0.01), 100.0)
    pair = made(
        {"gdp_real": 100.0, "government_real": 18.0},
        {"gdp_real": gdp, "government_real": for_a_year(18.0, 20.0)},
    )
    assert MEASURES["FI1"].measure(pair) == pytest.approx(1.0)
    assert MEASURES["FI5"].measure(pair) == pytest.approx(18 / 24)


def test_a_tax_is_reckoned_at_what_it_costs_before_the_economy_answers() -> None:
    pair = made(
        {"gdp": 100.0, "gdp_real": 100.0, "taxes": 30.0, "consumption": 60.0},
        {"gdp": 100.0, "gdp_real": 100.0 * np.exp(0.005), "consumption": 60.3,
         "taxes": np.concatenate([np.full(3, 29.0), np.full(45, 29.5)])},
    )  # fmt: skip
    assert MEASURES["TX1"].measure(pair) == pytest.approx(30.0)
    assert MEASURES["FI4"].measure(pair) == pytest.approx(24 * 0.5 / 12)
    assert MEASURES["FI11"].measure(pair) == pytest.approx(measures.PERSONAL_INCOME * 0.5)
    rise = Pair(pair.other, pair.base)
    assert MEASURES["FI10"].measure(rise) == pytest.approx(-0.5 / (1.0 / 100.0 * 100.0))


def test_pass_through_is_the_part_that_buyers_pay() -> None:
    whole = made({"price_food": 2.0}, {"price_food": 2.0})
    assert MEASURES["LP6"].measure(whole) == pytest.approx(100.0)
    kept = made({"price_food": 2.0}, {"price_food": 2.0 * 1.08 / 1.05})
    assert MEASURES["LP6"].measure(kept) == pytest.approx(0.0, abs=1e-9)
    shared = made({"price_index": 100.0}, {"price_index": 100.0 * (1.0 + 0.03 / (1.0 + measures.mean_sales_tax()))})
    assert MEASURES["LP7a"].measure(shared) == pytest.approx(100.0)


def test_oil_is_reckoned_per_tenth_of_its_price() -> None:
    pair = made(
        {"price_crude_oil": 1.0, "gdp_real": 100.0, "price_index": 100.0},
        {"price_crude_oil": np.exp(0.4), "gdp_real": 100.0 * np.exp(-0.02), "price_index": 100.0 * np.exp(0.01)},
    )
    assert MEASURES["SU1"].measure(pair) == pytest.approx(-0.5)
    assert MEASURES["SU2"].measure(pair) == pytest.approx(0.25)


@pytest.mark.parametrize("quarter", [1, 4, 8])
def test_the_sharpest_quarter_is_found(quarter: int) -> None:
    fall = np.where(np.arange(48) < QUARTER * (quarter - 1), 100.0, 98.0)
    pair = made({"gdp_real": 100.0, "price_index": 100.0}, {"gdp_real": fall, "price_index": 10_000.0 / fall})
    assert MEASURES["SU3a"].measure(pair) == quarter
    assert MEASURES["SU3b"].measure(pair) == quarter


def watched(status: list[list[int]], budget: list[list[float]], wage: list[list[float]] | None = None) -> Watch:
    """Make what a watch saw of people, month by month."""
    watch = Watch(people=True)
    watch.status = [np.array(month, dtype=np.uint8) for month in status]
    watch.budget = [np.array(month) for month in budget]
    watch.wage = [np.array(month) for month in wage or budget]
    return watch


def test_a_lost_job_is_put_beside_jobs_that_are_kept() -> None:
    """One of three loses her job in the fourth month and spends a tenth less, while the others spend a tenth more."""
    e, u = EMPLOYED, UNEMPLOYED
    watch = watched([[e, e, e]] * 3 + [[u, e, e]], [[100.0, 80.0, 60.0]] * 3 + [[90.0, 88.0, 66.0]])
    one = lived(4, watch, gdp=1.0)
    assert MEASURES["CO9"].measure(Pair(one, one)) == pytest.approx(100.0 * (0.9 / 1.1 - 1.0))


def test_the_law_on_pay_is_judged_on_those_whose_pay_it_raised() -> None:
    """Of two whose pay it raised at once by a tenth, one loses her job; who earned more does not count."""
    e, u = EMPLOYED, UNEMPLOYED
    base = watched([[e, e, e]] * 36, [[0.0] * 3] * 36, [[10.0, 10.0, 50.0]] * 36)
    other = watched([[e, e, e]] + [[e, u, u]] * 35, [[0.0] * 3] * 36, [[11.0, 11.0, 50.0]] * 36)
    pair = Pair(lived(36, base, gdp=1.0), lived(36, other, gdp=1.0))
    assert MEASURES["LP1"].measure(pair) == pytest.approx(-50.0)
    assert MEASURES["LP2"].measure(pair) == pytest.approx(100.0 * np.log(1.1))


def test_those_who_buy_from_struck_firms_are_put_beside_others() -> None:
    """The first is struck; the second buys from it, selling a tenth less; the third sells to it; the fourth neither."""
    base, other = (Watch(people=False, firms=True) for _ in range(2))
    base.sales, other.sales = [np.full(4, 100.0)] * 12, [np.array([50.0, 90.0, 95.0, 100.0])] * 12
    other.struck = np.array([True, False, False, False])
    other.buyer, other.supplier = np.array([[1, 1], [0, 3], [3, 3]]), np.array([[0, 2], [2, 2], [1, 2]])
    pair = Pair(lived(12, base, gdp_real=1.0), lived(12, other, gdp_real=0.99))
    assert MEASURES["SU6a"].measure(pair) == pytest.approx(100.0 * np.log(0.9))
    assert MEASURES["SU6b"].measure(pair) == pytest.approx(100.0 * np.log(0.95))
    assert MEASURES["SU5"].measure(pair) == pytest.approx(100.0 * np.log(0.99))


def test_a_disaster_strikes_many_small_firms() -> None:
    with Simulation(Scenario.load("default", consumers=2_000), threads=1) as economy:
        economy.step()
        firms = economy.world[Firms]
        struck = [change.shock["where"]["seller"] for change in disaster(economy.world)]  # type: ignore[index]
        share = (firms.sold * firms.price)[np.isin(firms.seller, struck)].sum() / (firms.sold * firms.price).sum()
        assert len(struck) == len(set(struck)) >= 10
        assert 0.03 < share <= 0.046


def test_a_payment_is_followed_in_those_who_got_it() -> None:
    """The first was paid and spends a fourth of it in three months; the second was not, and does not count."""
    base, other = (watched([[EMPLOYED] * 2] * 3, [[1_000.0, 1_000.0]] * 3) for _ in range(2))
    dollars = measures.REBATE
    other.budget = [np.array([1_000.0 + 100.0 * dollars / 12, 9_000.0])] * 3
    base.deposits, other.deposits = np.array([5.0, 5.0]), np.array([5.0 + 90.0 * dollars, 5.0])
    pair = Pair(lived(3, base, gdp=1.0), lived(3, other, gdp=1.0))
    assert MEASURES["CO4"].measure(pair) == pytest.approx(25.0)


def test_higher_benefits_are_spent_by_those_without_a_job() -> None:
    base = watched([[UNEMPLOYED, EMPLOYED]] * 3, [[10_000.0, 5_000.0]] * 3)
    other = watched([[UNEMPLOYED, EMPLOYED]] * 3, [[13_000.0, 9_000.0]] * 3)
    pair = Pair(lived(3, base, transfers=500.0), lived(3, other, transfers=600.0))
    assert MEASURES["CO12"].measure(pair) == pytest.approx(30.0)


def verdicts(good: set[str], resolved: bool = True) -> list[Shown]:
    """Put effects in the middle of their band where asked for, else far out."""
    spread = 0.0 if resolved else 1e6
    found = []
    for name in sorted(APPLYING):
        effect = known_effects()[name]
        known = Known.of_band(effect.low, effect.high)
        middle = known.value + (0.0 if name in good else 1e6)
        found.append(Shown(effect, Judged((middle - spread, middle + spread), known)))
    return found


def test_one_rival_that_is_met_is_enough_and_counts_once() -> None:
    found = groups(verdicts({"FI6", "MP2"}))
    assert {group for group, verdict in found.items() if verdict == GOOD} == {
        "purchases: output", "policy rate: inflation",
    }  # fmt: skip
    assert set(found.values()) == {GOOD, OUT}
    assert set(groups(verdicts(set(), resolved=False)).values()) == {UNRESOLVED}


def test_what_was_set_by_an_effect_is_no_evidence() -> None:
    assert known_effects()["LP9"].calibrated
    assert "LP9" not in groups(verdicts({"LP9"}))
    assert len(groups(verdicts(set()))) == 39


def test_what_is_not_measured_yet_is_not_met() -> None:
    found = shown({name: (known_effects()[name].low, known_effects()[name].high) for name in MEASURES})
    ranks = groups(found)
    assert ranks["local purchases: output"] == NOT_YET
    assert "not yet: purchases by locality" in page(found, ["made"])
    assert len(ranks) == 39, "they count"


def test_three_quarters_pass() -> None:
    names = sorted(groups(verdicts(set())))
    enough = int(np.ceil(SHARE * len(names)))
    of_group = {known_effects()[name].group: name for name in APPLYING}
    assert missed(verdicts({of_group[group] for group in names[:enough]})) == []
    assert missed(verdicts({of_group[group] for group in names[: enough - 1]})) == [
        f"{enough - 1} of 39 groups are good (at least 75%)"
    ]


def test_a_tiny_economy_lives_two_futures() -> None:
    """The same people: nothing differs before the change, and more is bought after it."""
    bought = FUTURES["purchases"].changes
    assert isinstance(bought, tuple)
    futures = {"as it is": Future(6), "purchases": Future(6, tuple(change._replace(months=3) for change in bought))}
    wanted = {
        "bought": Measured("as it is", "purchases", lambda pair: measures.spending_of_government(3, pair)),
        "nothing": Measured("as it is", "as it is", lambda pair: measures.spending_of_government(3, pair)),
    }
    scenario = Scenario.load("default", consumers=300)
    found = lived_effects(scenario, [101, 102], futures, wanted, workers=1)
    assert found["nothing"] == (0.0, 0.0)
    assert all(1.0 < value < 6.0 for value in found["bought"]), "about one percent of GDP in each of three months"
