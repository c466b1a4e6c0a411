"""How lives run, fitted to the people of the opening so that they stay what they are.

Ages within a band, the chance that a household ends, the age at which heirs begin, retirement and
participation follow from one condition: that the shares by age, skill and status of the opening
renew themselves. Mortality of the period life table is the least that households end by; what
exceeds it is dissolution (moving in with children, remarriage, institutions).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import (
    exp_each,
    interpolate,
    log,
    log_each,
    mean,
    normal_quantile_each,
    power,
    power_each,
    product,
    quantiles,
    solve,
    total,
    totals,
)
from ravelin.core.arithmetic.pieces import in_pieces
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Settings
from ravelin.core.table import Table, World
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.people.acts import need, pension_weights
from ravelin.economy.people.education import OLDEST_STUDENT, Education
from ravelin.economy.people.study import chance_to_enroll, net_return
from ravelin.economy.people.tables import (
    BANDS,
    CAREER_RANKS,
    EDUCATIONS,
    EMPLOYED,
    INACTIVE,
    OLDEST,
    RETIRED,
    STATUS,
    UNEMPLOYED,
    Ages,
    Careers,
    CellGroups,
    Consumers,
    Lives,
    Society,
)
from ravelin.economy.spending.tables import SpendingCells
from ravelin.ledger.accounts import Accounts
from ravelin.opening.calibration import Calibration
from ravelin.opening.draft import Draft, setting
from ravelin.opening.population import People, labor_table, uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EDGES = (18, 25, 35, 45, 55, 65, 75, 97)
"""Ages at which bands begin; nobody heads a household beyond the last."""
CENTERS = (21.5, 30.0, 40.0, 50.0, 60.0, 70.0, 81.0)
REGIONS, URBAN = 4, 2
GROUPS = BANDS * EDUCATIONS * REGIONS * URBAN
STUDENT_BANDS = (1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Students among the inactive below the highest skill, by age band (CPS school enrolment, assumption)."""
SAMPLE = 200_000

DEATHS = (
    (18, 25, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90, 97),
    (0.00056, 0.00104, 0.0013, 0.0018, 0.0041, 0.0092, 0.0133, 0.0193, 0.0305, 0.0513, 0.088, 0.15, 0.27),
)
"""Yearly chance of death by age: Social Security Administration, period life table 2019, mean of men and
women (to age 25 from the table, beyond checked against memory)."""


def life_rows() -> dict[type[Table], int]:
    """Give the rows of the tables of lives."""
    return {Ages: OLDEST + 1, Careers: 3, CellGroups: GROUPS}


def open_lives(draft: Draft, settings: Settings) -> None:
    """Give everybody an age, students their months, and fill the tables that lives go by."""
    world, data, people = draft.world, draft.data, draft.people
    _group_cells(draft)
    numbers = heads_by_age(data)
    resting = retired_by_age(data, numbers)
    lives = world[Lives]
    _draw_ages(lives.age, people, numbers, resting, uniforms(draft.seed, "age", people.heads))
    students = _students(people, uniforms(draft.seed, "student", people.heads))
    _fill_ages(world, data, numbers, resting, settings)
    _fill_careers(world, people)
    _fill_society(draft, numbers, settings, students)
    world[Consumers].months_unemployed[lives.study_months > 0] = 0  # Students do not wait for a post.
    world[NationalAccounts].enrolment[:] = np.count_nonzero(lives.study_months)
    world[NationalAccounts].enrolment_before[:] = world[NationalAccounts].enrolment


def _counts(data: Calibration) -> dict[str, Doubles]:
    """Give people per 1,000 by status, age band and skill: (7, 3) each."""
    return {name: labor_table(data, f"{name}_per_1000") for name in STATUS}


def _all_counts(data: Calibration) -> Doubles:
    """Give people per 1,000 by age band and skill: (7, 3)."""
    return totals(list(_counts(data).values()), 0)


def band_of(ages: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give the age band of ages in years."""
    return np.searchsorted(EDGES[1:-1], ages, side="right")


def heads_by_age(data: Calibration) -> Doubles:
    """Give the share of heads at each age in years, (101,): the smoothest with each band's share of the opening."""
    shares = totals(_all_counts(data), 1)
    years = EDGES[-1] - EDGES[0]
    # Nobody is a head just before the first age and after the last.
    bend = np.diff(np.eye(years + 2), n=2, axis=0)[:, 1:-1]
    inside = np.zeros((BANDS, years))
    inside[band_of(np.arange(EDGES[0], EDGES[-1])), np.arange(years)] = 1.0
    system = np.block([[product(bend.T, bend), inside.T], [inside, np.zeros((BANDS, BANDS))]])
    smooth = solve(system, np.concatenate([np.zeros(years), shares / total(shares)]))[:years]
    numbers = np.zeros(OLDEST + 1)
    numbers[EDGES[0] : EDGES[-1]] = smooth
    return numbers


def hazards_of(numbers: Doubles) -> tuple[Doubles, Doubles]:
    """Give the chance that a household ends at each age, and the share of new households by age, (101,) each.

    Households end at least as often as their heads die, and more where the next age has fewer of them; new
    ones begin where it has more.
    """
    deaths = exp_each(interpolate(np.arange(OLDEST + 1), DEATHS[0], log_each(DEATHS[1])))
    older = np.append(numbers[1:], 0.0)
    ending = np.where(numbers > 0, np.maximum(deaths, 1.0 - older / np.maximum(1e-12, numbers)), 1.0)
    begun = np.maximum(0.0, numbers - np.append(0.0, (numbers * (1.0 - ending))[:-1]))
    return ending, np.asarray(begun / total(begun))


def retired_by_age(data: Calibration, numbers: Doubles) -> Doubles:
    """Give the share of the retired by age and skill, (101, 3): smooth in its log odds, each band's the opening's."""
    counts = _counts(data)
    share = np.clip(counts["retired"] / _all_counts(data), 1e-4, 0.99)
    target = log_each(share / (1.0 - share))
    ages = np.arange(OLDEST + 1)
    band = band_of(ages)
    weight = numbers / np.bincount(band, weights=numbers)[band]
    knots = target.copy()
    fitted = np.zeros((OLDEST + 1, 3))
    for _ in range(200):
        for k in range(3):
            fitted[:, k] = 1.0 / (1.0 + exp_each(-interpolate(ages + 0.5, CENTERS, knots[:, k])))
            average = np.bincount(band, weights=weight * fitted[:, k])
            knots[:, k] += 0.5 * (target[:, k] - log_each(average / (1.0 - average)))
        knots = np.maximum.accumulate(knots, axis=0)
    return fitted


def _draw_ages(ages: npt.NDArray[Any], people: People, numbers: Doubles, resting: Doubles, luck: Doubles) -> None:
    """Fill ages drawn within bands: the retired are the older ones."""

    def draw(rows: slice) -> None:
        band_of_row, skill, rests, drawn = (
            people.age[rows], people.skill[rows], people.status[rows] == RETIRED, luck[rows]
        )  # fmt: skip
        for band in range(BANDS):
            years = np.arange(EDGES[band], EDGES[band + 1])
            for k in range(3):
                for retired in (False, True):
                    mine = np.flatnonzero((band_of_row == band) & (skill == k) & (rests == retired))
                    part = resting[years, k] if retired else 1.0 - resting[years, k]
                    upto = np.cumsum(numbers[years] * part)
                    ages[rows][mine] = years[np.searchsorted(upto[:-1] / upto[-1], drawn[mine], side="right")]

    in_pieces(people.heads, draw)


def _fill_ages(world: World, data: Calibration, numbers: Doubles, resting: Doubles, settings: Settings) -> None:
    returning = setting(settings)("LifeCycle.returning")
    table, counts = world[Ages], _counts(data)
    ending, begun = hazards_of(numbers)
    table.ending[:], table.entry[:] = ending, np.minimum(1.0, np.cumsum(begun) + 1e-12)
    table.entry[EDGES[-1] - 1 :] = 1.0
    earlier = np.vstack([resting[:1], resting[:-1]])
    table.retirement[:] = np.clip((resting - earlier) / (1.0 - earlier), 0.0, 1.0)
    active = counts["employed"] + counts["unemployed"]
    idle = counts["inactive"] * _not_students()
    idle_share = idle / (active + idle)
    comes = 1.0 - power(1.0 - returning, 12)
    # As many leave as return when the shares are the opening's.
    leaves = comes * idle_share / (1.0 - idle_share)
    pay = labor_table(data, "mean_wage_model_usd_month")
    ages = np.arange(OLDEST + 1)
    band = band_of(ages)
    for k in range(3):
        table.idle[:, k] = interpolate(ages, CENTERS, idle_share[:, k])
        table.leaving[:, k] = np.minimum(1.0, interpolate(ages, CENTERS, leaves[:, k]))
        path = exp_each(interpolate(ages, CENTERS, log_each(pay[:, k])))
        average = np.bincount(band, weights=numbers * path) / np.bincount(band, weights=numbers)
        working = counts["employed"][:, k]
        table.career[:, k] = path / (total(average * working) / total(working))


def _not_students() -> Doubles:
    """Give the share of the inactive that do not study: (7, 3)."""
    studying = np.array(STUDENT_BANDS)
    return 1.0 - np.stack([studying, studying, np.zeros(BANDS)], axis=1)


def _students(people: People, luck: Doubles) -> npt.NDArray[np.bool_]:
    """Say who of the inactive studies."""
    chance = 1.0 - _not_students()[people.age, people.skill]
    return np.asarray((people.status == INACTIVE) & (luck < chance))


def _fill_careers(world: World, people: People) -> None:
    """Pool how far people are from the mean of their age and skill."""
    ranks = (np.arange(CAREER_RANKS) + 0.5) / CAREER_RANKS
    working = people.status == EMPLOYED
    kind = people.age * 3 + people.skill
    summed = np.bincount(kind[working], weights=people.efficiency[working], minlength=3 * BANDS)
    average = summed / np.maximum(1, np.bincount(kind[working], minlength=3 * BANDS))
    for k in range(3):
        mine = working & (people.skill == k)
        relative = quantiles(people.efficiency[mine] / average[kind[mine]], ranks)
        world[Careers].relative[k] = relative / mean(relative)


def _group_cells(draft: Draft) -> None:
    """Say what households a cell holds, and in which group of cells it lies; an empty group has the nearest's."""
    cells, homes = draft.world[SpendingCells], draft.homes
    age, education, size, _, _, _, _, region, urban, marital = homes.traits.astype(np.int64).T
    group = (((age // 10 - 2) * EDUCATIONS + education - 1) * REGIONS + region - 1) * URBAN + urban - 1
    cells.group[:], cells.family_size[:], cells.married[:] = group, size, marital == 1
    weight = np.bincount(draft.world[Consumers].cell, minlength=group.size).astype(np.float64)
    count = np.bincount(group, minlength=GROUPS)
    first = np.cumsum(count) - count
    running = np.cumsum(weight)
    before = (running - weight)[np.minimum(first, group.size - 1)]
    summed = np.bincount(group, weights=weight, minlength=GROUPS)
    cells.share_upto[:] = (running - before[group]) / summed[group]
    found = np.flatnonzero(count)
    for empty in np.flatnonzero(count == 0):
        # Age counts most, then education, region and degree of urbanization.
        far = np.abs(found // 40 - empty // 40) * 1000 + np.abs(found // 8 % 5 - empty // 8 % 5) * 100
        far += (found // 2 % 4 != empty // 2 % 4) * 10 + (found % 2 != empty % 2)
        nearest = found[np.argmin(far)]
        first[empty], count[empty] = first[nearest], count[nearest]
    groups = draft.world[CellGroups]
    groups.first_cell[:], groups.cells[:] = first, count


def _fill_society(draft: Draft, numbers: Doubles, settings: Settings, students: npt.NDArray[np.bool_]) -> None:
    """Solve the units of claims, the months of students, the toil of study, and where heirs begin."""
    world, data, people, homes, seed = draft.world, draft.data, draft.people, draft.homes, draft.seed
    society, rows = world[Society], world[Consumers]
    weight = pension_weights(0.001 * people.efficiency * homes.offers[people.skill] / mean(homes.offers))
    size = need(people.family_size.astype(np.float64)) * homes.hardship
    for status, members in ((EMPLOYED, (0, 1)), (UNEMPLOYED, (0, 1)), (RETIRED, (2,)), (INACTIVE, (3,))):
        mine = np.isin(people.status, members)
        entitled = mine & (rows.pension_share > 0)
        society.pension[0, status] = total(rows.pension_share[entitled]) / max(1e-9, total(weight[entitled]))
        society.transfer[0, status] = total(rows.transfer_share[mine]) / max(1e-9, total(size[mine]))
    society.left_share[0] = homes.left_share
    value = setting(settings)
    months, completion = value("Education.months"), value("Education.completion")
    stays = power_each(completion, 1.0 / months)
    staying = (1.0 - power_each(stays, months)) / (1.0 - stays)
    luck = uniforms(seed, "months of study", people.heads)
    for k in range(2):
        mine = students & (people.skill == k)
        passed = np.floor(log_each(1.0 - luck[mine] * (1.0 - completion[k])) / log(stays[k]))
        world[Lives].study_months[mine] = np.maximum(1, months[k] - passed)
    inactive = _counts(data)["inactive"] * (1.0 - _not_students())
    beginners = totals(inactive, 0)[:2] / 1000.0 * 12.0 / staying
    graduates = beginners * completion
    ending, _ = hazards_of(numbers)
    skills = totals(_all_counts(data), 0) / 1000.0
    society.beginning_below[0, 1:] = np.minimum(0.9, graduates / (total(numbers * ending) * skills[1:]))
    for k in range(2):
        society.study_cost[0, k] = _solve_cost(draft, settings, k, beginners[k])


def _solve_cost(draft: Draft, settings: Settings, k: int, wanted: float) -> float:
    """Find the toil of study at which as many begin as keep the number of students."""
    world, people, seed = draft.world, draft.people, draft.seed
    lives, society, economy = world[Lives], world[Society], world[Economy]
    step = max(1, people.heads // SAMPLE)
    pick = np.zeros(people.heads, dtype=bool)
    pick[::step] = True
    given = {name: setting(settings)(f"Education.{name}") for name in Education.declared}
    months, tuition = given["months"][k], given["tuition"][k]
    support = society.transfer[0, INACTIVE] * need(people.family_size.astype(np.float64)) * draft.homes.hardship
    gap = np.maximum(0.0, tuition + given["living"] - support) * months
    able = world[Accounts].deposits[: people.heads] >= gap * economy.wage_mean[0]
    pick &= able & (people.skill == k) & (people.status != RETIRED) & (lives.study_months == 0)
    pick &= lives.age <= OLDEST_STUDENT
    spread = exp_each(given["patience_spread"] * normal_quantile_each(uniforms(seed, "patience", people.heads)[pick]))
    rate = given["patience"] * spread
    forgone = np.where(people.status[pick] == EMPLOYED, 1.0, given["idle_forgone"])
    offers = economy.offer_mean[0]
    fee = tuition * economy.wage_mean[0] / (0.001 * people.efficiency[pick] * offers[k])
    left = given["work_until"] - lives.age[pick]
    value = np.empty(left.size)
    _values(value, left, rate, offers[k + 1] / offers[k] - 1.0, months / 12.0, given["completion"][k], forgone, fee)
    low, high = -200.0, 200.0
    ages = lives.age[pick].astype(np.float64)
    heads = people.heads / step
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _beginning(value, middle, given["taste"], given["aging"], ages) > wanted * heads:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def _values(
    value: Doubles, left: Doubles, rate: Doubles, premium: float, years: float, completion: float, forgone: Doubles,
    fee: Doubles,
) -> None:  # fmt: skip
    for row in range(value.size):
        value[row] = net_return(left[row], rate[row], premium, years, completion, forgone[row], fee[row])


@compiled
def _beginning(value: Doubles, cost: float, taste: float, aging: float, ages: Doubles) -> float:
    total = 0.0
    for row in range(value.size):
        total += chance_to_enroll(value[row], cost, taste, aging, ages[row])
    return total
