"""The people of the opening: drawn from tables estimated from the survey, locality by locality.

Draws are stratified (one uniform per equal slice of the distribution), so that small economies already
have the survey's proportions, and pure functions of the seed.
"""

import math
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import (
    exp_each,
    log,
    log_each,
    mean,
    normal_quantile_each,
    normal_rank,
    power_each,
    total,
    totals,
    whole_total,
)
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import in_pieces, together
from ravelin.core.draws import Key, key, order_of, uniform
from ravelin.core.kernel import compiled
from ravelin.economy.goods.tables import SKILLS
from ravelin.economy.people.tables import EMPLOYED, INACTIVE, RETIRED, STATUS, UNEMPLOYED
from ravelin.opening.calibration import Calibration, read_rows

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int32]

AGES = ("15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
EDUCATIONS = ("lt_high_school", "high_school", "some_college", "bachelor", "advanced")
REGIONS = ("northeast", "midwest", "south", "west")
TENURES = ("rent", "mortgage", "owned")
SKILL_OF_EDUCATION = np.array([0, 0, 1, 2, 2], dtype=np.uint8)
_GROUP_OF_DECILE = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3, 3], dtype=np.uint8)
_GROUPS = ("1-2", "3-5", "6-8", "9-10")
_ACTIVITIES = ("active", "retired", "inactive")
HOUSEHOLDS = tuple(f"consumers_{name}" for name in STATUS)
"""Accounts of the calibration, in the order of the codes of status."""
SMALL_WORLD = 40_000
EFFICIENCY_MAX = 12.0


class People(NamedTuple):
    """Consumers in the order of rows; each column is (consumers,)."""

    locality_ends: Ints
    """(localities,)"""
    locality_region: Ints
    """(localities,)"""
    age: Codes
    education: Codes
    family_size: Codes
    children: Codes
    persons_over_64: Codes
    earners: Codes
    tenure: Codes
    region: Codes
    urban: Codes
    marital: Codes
    skill: Codes
    decile: Codes
    status: Codes
    efficiency: npt.NDArray[np.uint16]

    @property
    def heads(self) -> int:
        """Consumers."""
        return self.age.size

    @property
    def locality(self) -> Numbers:
        """Where each lives: (consumers,)."""
        return np.repeat(np.arange(self.locality_ends.size, dtype=np.int32), np.diff(self.locality_ends, prepend=0))


@compiled
def _uniforms(key: Key, first: int, draws: Doubles) -> None:
    for row in range(draws.size):
        draws[row] = uniform(key, first + row)


def uniforms(seed: int, stream: str, count: int) -> Doubles:
    """Give one uniform draw per row."""
    draws, own = np.empty(count), key(seed, stream, -1)
    in_pieces(count, lambda rows: _uniforms(own, rows.start, draws[rows]))
    return draws


def stratified(seed: int, stream: str, count: int) -> Doubles:
    """Give uniforms, one in each of `count` equal slices of (0, 1), in random order."""
    draws = uniforms(seed, stream, count)
    ranks = np.empty(count)
    ranks[order_of(uniforms(seed, stream + " order", count))] = np.arange(count)
    return np.asarray((ranks + draws) / count)


def locality_count(consumers: int) -> int:
    """Say how many localities an economy has: one in small worlds, else one per 25,000 to 130,000 consumers."""
    if consumers < SMALL_WORLD:
        return 1
    per_locality = 25_000 if consumers <= 25_000_000 else 130_000
    return max(4, round(consumers / per_locality))


def draw_people(data: Calibration, consumers: int, seed: int) -> People:
    """Draw all consumers: demography, place, tenure, income decile, status, efficiency at work."""
    tables = _Tables()
    localities = locality_count(consumers)
    place = tables.place
    by_region = totals(place, (0, 1, 3)) / total(place)
    if localities == 1:
        locality_region = np.zeros(1, dtype=np.int64)
        ends = np.array([consumers])
    else:
        counts = np.maximum(1, np.floor(by_region * localities).astype(np.int64))
        while whole_total(counts) < localities:
            counts[np.argmax(by_region * localities - counts)] += 1
        while whole_total(counts) > localities:
            counts[np.argmax(counts - by_region * localities)] -= 1
        locality_region = np.repeat(np.arange(1, 5), counts)
        weights = np.repeat(by_region / counts, counts)
        ends = np.rint(np.cumsum(weights) / total(weights) * consumers).astype(np.int64)
    age, family_size, children, education = np.empty((4, consumers), dtype=np.uint8)
    region, urban = np.empty((2, consumers), dtype=np.uint8)
    if localities == 1:
        kind = _pick(tables.demography_weight, stratified(seed, "demography", consumers))
        age[:], family_size[:], children[:], education[:] = tables.demography[kind].T
        chosen = _pick_rows(place, (age, education), uniforms(seed, "place", consumers))
        region[:], urban[:] = chosen // 2, chosen % 2
    else:
        draw_demography = uniforms(seed, "demography", consumers)
        draw_urban = uniforms(seed, "urban", consumers)
        begins = np.append(0, ends)

        def settle(locality: int) -> None:
            rows, heads = slice(begins[locality], begins[locality + 1]), begins[locality + 1] - begins[locality]
            r = locality_region[locality] - 1
            share = totals(place[tables.demography[:, 0], tables.demography[:, 3], r], 1)
            slots = (np.arange(heads) + draw_demography[rows]) / heads
            of_urban = place[:, :, r, 0] / totals(place[:, :, r], 2)
            own = tables.demography[_pick(tables.demography_weight * share, slots)]
            age[rows], family_size[rows], children[rows], education[rows] = own.T
            region[rows], urban[rows] = r, draw_urban[rows] >= of_urban[own[:, 0], own[:, 3]]

        together([partial(settle, locality) for locality in range(localities)])
    size = np.minimum(family_size, 3) - np.uint8(1)
    tenure = _pick_rows(tables.tenure, (age, size, education, urban), uniforms(seed, "tenure", consumers))
    decile = _pick_rows(tables.decile, (age, education, size, tenure), uniforms(seed, "decile", consumers))
    skill = SKILL_OF_EDUCATION[education]
    status = _draw_status(data, tables, age, education, skill, decile, seed)
    efficiency = _draw_efficiency(data, age, skill, decile, status, seed)
    # An unemployed head earns nothing now; her household's other earners stay.
    head_earns = ((status == EMPLOYED) | (status == UNEMPLOYED)).view(np.uint8)
    traits = _pick_rows(tables.traits_weight, (head_earns, size, age), uniforms(seed, "traits", consumers))
    marital, over_64, earners = (tables.traits[:, column].astype(np.uint8)[traits] for column in range(3))
    people = People(
        ends, locality_region, age, education, family_size, children, over_64, earners, tenure, region, urban,
        marital, skill, decile, status, efficiency,
    )  # fmt: skip
    return _by_cell(people)


def _by_cell(people: People) -> People:
    """Order rows by locality, then by demographic traits, so that like consumers lie side by side."""
    traits = (people.age, people.education, people.family_size, people.children, people.persons_over_64,
              people.earners, people.tenure, people.region, people.urban, people.marital)  # fmt: skip
    keys: list[Any] = [*reversed(traits), people.locality.astype(np.uint16)]
    order = np.lexsort(keys)
    return people._replace(**{name: getattr(people, name)[order] for name in People._fields[2:]})


class _Tables:
    """The factors of the joint distribution as arrays indexed by code."""

    def __init__(self) -> None:
        rows = read_rows("calibration", "population.csv")
        by_factor: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            by_factor.setdefault(row["factor"], []).append(row)
        demography = by_factor["demography"]
        self.demography = np.array(
            [[AGES.index(r["age_band"]), int(r["family_size"]), int(r["children"]), EDUCATIONS.index(r["education"])]
             for r in demography]
        )  # fmt: skip
        self.demography_weight = np.array([float(r["p"]) for r in demography])
        self.place = np.zeros((7, 5, 4, 2))
        for r in by_factor["place"]:
            spot = AGES.index(r["age_band"]), EDUCATIONS.index(r["education"])
            self.place[(*spot, REGIONS.index(r["region"]), int(r["urban"] == "rural"))] = float(r["p"])
        # Weigh by how many people of the kind there are, so that slices over kinds are shares of people.
        self.tenure = np.zeros((7, 3, 5, 2, 3))
        for r in by_factor["tenure"]:
            spot3 = AGES.index(r["age_band"]), int(r["size3"]) - 1, EDUCATIONS.index(r["education"])
            self.tenure[(*spot3, int(r["urban"] == "rural"), TENURES.index(r["tenure"]))] = float(r["p"])
        self.tenure[totals(self.tenure, -1) == 0] = totals(self.tenure, (0, 1, 2, 3))
        self.decile = np.zeros((7, 5, 3, 3, 10))
        for r in by_factor["income_decile"]:
            spot4 = AGES.index(r["age_band"]), EDUCATIONS.index(r["education"]), int(r["size3"]) - 1
            self.decile[(*spot4, TENURES.index(r["tenure"]), int(r["income_decile"]) - 1)] = float(r["p"])
        self.decile[totals(self.decile, -1) == 0] = 0.1
        self.status = np.zeros((7, 4, 5, 3))
        for r in by_factor["status"]:
            spot5 = AGES.index(r["age_band"]), _GROUPS.index(r["income_group"]), EDUCATIONS.index(r["education"])
            self.status[(*spot5, _ACTIVITIES.index(r["status"]))] = float(r["p"])
        self.status[totals(self.status, -1) == 0] = (1.0, 0.0, 0.0)
        traits = read_rows("people", "household_traits.csv")
        kinds = sorted({(int(r["marital"]), int(r["persons_over_64"]), int(r["earners"])) for r in traits})
        self.traits = np.array(kinds)
        self.traits_weight = np.zeros((2, 3, 7, len(kinds)))
        for r in traits:
            kind = kinds.index((int(r["marital"]), int(r["persons_over_64"]), int(r["earners"])))
            self.traits_weight[int(r["head_earns"]), int(r["size3"]) - 1, AGES.index(r["age_band"]), kind] = float(
                r["p"]
            )


def _pick(weights: Doubles, draws: Doubles) -> Ints:
    """Draw kinds in proportion to weights: (kinds,) and (rows,) to (rows,) int."""
    cumulative = np.cumsum(weights) / total(weights)
    return np.minimum(np.searchsorted(cumulative, draws, side="right"), weights.size - 1)


@compiled
def _pick_each(weights: Doubles, cell: npt.NDArray[np.uint16], draws: Doubles, picked: Codes) -> None:
    totals = np.zeros(weights.shape[0])
    for own in range(weights.shape[0]):
        for kind in range(weights.shape[1]):
            totals[own] += weights[own, kind]
    for row in range(draws.size):
        own = cell[row]
        aim = draws[row] * totals[own]
        kind = 0
        passed = weights[own, 0]
        while passed <= aim and kind < weights.shape[1] - 1:
            kind += 1
            passed += weights[own, kind]
        picked[row] = kind


def _cell(codes: tuple[Codes, ...], sizes: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    """Number the combinations of codes as a table of these sizes does, row by row: (rows,)."""
    cell = np.zeros(codes[0].size, dtype=np.uint16)
    for code, size in zip(codes, sizes, strict=True):
        cell *= np.uint16(size)
        cell += code
    return cell


def _pick_rows(weights: Doubles, codes: tuple[Codes, ...], draws: Doubles) -> Codes:
    """Draw a kind per row from the weights of its codes: (sizes of the codes, kinds) and (rows,) to (rows,)."""
    picked = np.empty(draws.size, dtype=np.uint8)
    sizes = weights.shape[: len(codes)]
    table = np.ascontiguousarray(weights.reshape(math.prod(sizes), -1))

    def pick(rows: slice) -> None:
        _pick_each(table, _cell(tuple(code[rows] for code in codes), sizes), draws[rows], picked[rows])

    in_pieces(draws.size, pick)
    return picked


def _groups(cell: npt.NDArray[np.integer[Any]], cells: int) -> list[npt.NDArray[np.intp]]:
    """List the rows of each cell, in order."""
    order = np.argsort(cell, kind="stable")
    return np.split(order, np.searchsorted(cell[order], np.arange(1, cells)))


def labor_table(data: Calibration, column: str) -> Doubles:
    """Give a column of the labor table by age and skill: (7, 3)."""
    table = np.zeros((len(AGES), 3))
    for row in data.labor:
        table[AGES.index(row["age_band"]), SKILLS.index(row["skill"])] = float(row[column])
    return table


def _draw_status(
    data: Calibration, tables: _Tables, age: Codes, education: Codes, skill: Codes, decile: Codes, seed: int
) -> Codes:
    """Trim who works, looks for work, is retired or neither to the counts by age and skill.

    Within a cell the survey's chances order people: those who more likely work come first.
    """
    kind = _cell((age, _GROUP_OF_DECILE[decile], education), tables.status.shape[:3])
    works, rests, neither = tables.status.reshape(-1, 3).T
    eagerness = log_each(works + 1e-9) - log_each(1.0 - works + 1e-9)
    restfulness = rests / (rests + neither + 1e-9)
    eager, resting = uniforms(seed, "status", age.size), uniforms(seed, "retired", age.size)

    def weigh(rows: slice) -> None:
        eager[rows] = eagerness[kind[rows]] - log_each(-log_each(eager[rows]))
        resting[rows] = restfulness[kind[rows]] + 0.3 * resting[rows]

    in_pieces(age.size, weigh)
    idle = uniforms(seed, "unemployed", age.size)
    counts = np.stack(
        [labor_table(data, f"{name}_per_1000") for name in STATUS]
    )
    shares = counts / totals(counts, 0)
    status = np.empty(age.size, dtype=np.uint8)

    def trim(members: npt.NDArray[np.intp], heads: Ints) -> None:
        order = members[ascending(-eager[members])]
        active, rest = order[: heads[0] + heads[1]], order[heads[0] + heads[1] :]
        status[active] = EMPLOYED
        status[active[ascending(idle[active])[: heads[1]]]] = UNEMPLOYED
        rest = rest[ascending(-resting[rest])]
        status[rest[: heads[2]]] = RETIRED
        status[rest[heads[2] :]] = INACTIVE

    carried = np.zeros(4)
    trims = []
    for cell, members in enumerate(_groups(age * np.uint8(3) + skill, 21)):
        exact = shares[:, cell // 3, cell % 3] * members.size + carried
        heads = np.maximum(0, np.floor(exact + 0.5)).astype(np.int64)
        heads[0] += members.size - whole_total(heads)
        carried = exact - heads
        trims.append(partial(trim, members, heads))
    together(trims)
    return status


def _draw_efficiency(
    data: Calibration, age: Codes, skill: Codes, decile: Codes, status: Codes, seed: int
) -> npt.NDArray[np.uint16]:
    """Draw work efficiency in thousandths of the skill's mean: lognormal with a Pareto tail by age and skill.

    Within status, age and skill the income decile ranks people. The mean over the employed of a skill is one.
    """
    deviation, salary = labor_table(data, "sigma_log"), labor_table(data, "mean_salary")
    threshold = labor_table(data, "pareto_threshold") / salary
    exponent = np.maximum(1.6, labor_table(data, "pareto_alpha"))
    wage = labor_table(data, "mean_wage_model_usd_month")
    place = decile + uniforms(seed, "efficiency", age.size)
    relative = np.empty(age.size)

    def draw(cell: int, members: npt.NDArray[np.intp]) -> None:
        kind = cell // 12, cell // 4 % 3
        sigma, tail = deviation[kind], threshold[kind]
        half = 0.5 * (sigma * sigma)
        rank = (np.arange(members.size) + 0.5) / members.size
        drawn = exp_each(sigma * normal_quantile_each(rank) - half)
        at_tail = 1.0 - normal_rank((log(tail) + half) / sigma)
        rare = drawn > tail
        drawn[rare] = tail * power_each(at_tail / (1.0 - rank[rare]), 1.0 / exponent[kind])
        relative[members[ascending(place[members])]] = np.minimum(drawn, EFFICIENCY_MAX) * wage[kind]

    groups = _groups((age * np.uint8(3) + skill) * np.uint8(4) + status, 7 * 3 * 4)
    together([partial(draw, cell, members) for cell, members in enumerate(groups)])
    for k in range(3):
        relative[skill == k] /= mean(relative[(skill == k) & (status == EMPLOYED)])
    return np.clip(np.rint(1000.0 * np.minimum(relative, EFFICIENCY_MAX)), 50, 65_000).astype(np.uint16)
