"""The people of the opening: drawn from tables estimated from the survey, locality by locality.

Draws are stratified (one uniform per equal slice of the distribution), so that small economies already
have the survey's proportions, and pure functions of the seed.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.draws import Key, key, uniform
from ravelin.core.kernel import compiled
from ravelin.scenarios.calibration import Calibration, read_rows
from ravelin.state.consumers import EMPLOYED, INACTIVE, RETIRED, UNEMPLOYED
from ravelin.state.goods import SKILLS

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AGES = ("15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
EDUCATIONS = ("lt_high_school", "high_school", "some_college", "bachelor", "advanced")
REGIONS = ("northeast", "midwest", "south", "west")
TENURES = ("rent", "mortgage", "owned")
SKILL_OF_EDUCATION = np.array([0, 0, 1, 2, 2])
_GROUP_OF_DECILE = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3, 3])
_GROUPS = ("1-2", "3-5", "6-8", "9-10")
_STATUSES = ("active", "retired", "inactive")
SMALL_WORLD = 40_000
EFFICIENCY_MAX = 12.0


class People(NamedTuple):
    """Consumers in the order of rows; each column is (consumers,)."""

    locality_ends: Ints
    locality_region: Ints
    age: Ints
    education: Ints
    family_size: Ints
    children: Ints
    persons_over_64: Ints
    earners: Ints
    tenure: Ints
    region: Ints
    urban: Ints
    marital: Ints
    skill: Ints
    decile: Ints
    status: Ints
    efficiency: Ints

    @property
    def heads(self) -> int:
        """Consumers."""
        return self.age.size


@compiled
def _uniforms(key: Key, first: int, draws: Doubles) -> None:
    for row in range(draws.size):
        draws[row] = uniform(key, first + row)


def uniforms(seed: int, stream: str, count: int) -> Doubles:
    """Give one uniform draw per row."""
    draws = np.empty(count)
    _uniforms(key(seed, stream, -1), 0, draws)
    return draws


def stratified(seed: int, stream: str, count: int) -> Doubles:
    """Give uniforms, one in each of `count` equal slices of (0, 1), in random order."""
    draws = uniforms(seed, stream, count)
    ranks = np.empty(count)
    ranks[np.argsort(uniforms(seed, stream + " order", count), kind="stable")] = np.arange(count)
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
    by_region = place.sum(axis=(0, 1, 3)) / place.sum()
    if localities == 1:
        locality_region = np.zeros(1, dtype=np.int64)
        ends = np.array([consumers])
        region = None
    else:
        counts = np.maximum(1, np.floor(by_region * localities).astype(np.int64))
        while counts.sum() < localities:
            counts[np.argmax(by_region * localities - counts)] += 1
        while counts.sum() > localities:
            counts[np.argmax(counts - by_region * localities)] -= 1
        locality_region = np.repeat(np.arange(1, 5), counts)
        weights = np.repeat(by_region / counts, counts)
        ends = np.rint(np.cumsum(weights) / weights.sum() * consumers).astype(np.int64)
        sizes = np.diff(ends, prepend=0)
        region = np.repeat(locality_region, sizes) - 1
    demography = np.empty(consumers, dtype=np.int64)
    if region is None:
        demography[:] = _pick(tables.demography_weight, stratified(seed, "demography", consumers))
        age, education = tables.demography[demography, 0], tables.demography[demography, 3]
        joint = place[age, education].reshape(consumers, -1) if consumers <= 2_000_000 else None
        assert joint is not None
        chosen = _pick_rows(joint, uniforms(seed, "place", consumers))
        region, urban = chosen // 2, chosen % 2
    else:
        urban = np.empty(consumers, dtype=np.int64)
        draw_demography = uniforms(seed, "demography", consumers)
        draw_urban = uniforms(seed, "urban", consumers)
        first = 0
        for locality, end in enumerate(ends):
            rows = slice(first, end)
            r = locality_region[locality] - 1
            share = place[tables.demography[:, 0], tables.demography[:, 3], r].sum(axis=1)
            slots = (np.arange(end - first) + draw_demography[rows]) / (end - first)
            demography[rows] = _pick(tables.demography_weight * share, slots)
            of_urban = place[:, :, r, 0] / place[:, :, r].sum(axis=2)
            own = tables.demography[demography[rows]]
            urban[rows] = draw_urban[rows] >= of_urban[own[:, 0], own[:, 3]]
            first = end
    age, family_size, children, education = tables.demography[demography].T
    size3 = np.minimum(family_size, 3)
    tenure = _pick_rows(tables.tenure[age, size3 - 1, education, urban], uniforms(seed, "tenure", consumers))
    decile = _pick_rows(tables.decile[age, education, size3 - 1, tenure], uniforms(seed, "decile", consumers))
    skill = SKILL_OF_EDUCATION[education]
    status = _draw_status(data, tables, age, education, skill, decile, seed)
    efficiency = _draw_efficiency(data, age, skill, decile, status, seed)
    head_earns = (status == EMPLOYED) | (status == UNEMPLOYED)
    traits = _pick_rows(tables.traits_weight[head_earns * 1, size3 - 1, age], uniforms(seed, "traits", consumers))
    marital, over_64, earners = tables.traits[traits].T
    # An unemployed head earns nothing now; her household's other earners stay.
    people = People(
        ends, locality_region, age, education, family_size, children, over_64, earners, tenure, region, urban,
        marital, skill, decile, status, efficiency,
    )  # fmt: skip
    return _by_cell(people)


def _by_cell(people: People) -> People:
    """Order rows by locality, then by demographic traits, so that like consumers lie side by side."""
    locality = np.repeat(np.arange(people.locality_ends.size), np.diff(people.locality_ends, prepend=0))
    traits = (people.age, people.education, people.family_size, people.children, people.persons_over_64,
              people.earners, people.tenure, people.region, people.urban, people.marital)  # fmt: skip
    order = np.lexsort((*reversed(traits), locality))
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
        self.tenure[self.tenure.sum(axis=-1) == 0] = self.tenure.sum(axis=(0, 1, 2, 3))
        self.decile = np.zeros((7, 5, 3, 3, 10))
        for r in by_factor["income_decile"]:
            spot4 = AGES.index(r["age_band"]), EDUCATIONS.index(r["education"]), int(r["size3"]) - 1
            self.decile[(*spot4, TENURES.index(r["tenure"]), int(r["income_decile"]) - 1)] = float(r["p"])
        self.decile[self.decile.sum(axis=-1) == 0] = 0.1
        self.status = np.zeros((7, 4, 5, 3))
        for r in by_factor["status"]:
            spot5 = AGES.index(r["age_band"]), _GROUPS.index(r["income_group"]), EDUCATIONS.index(r["education"])
            self.status[(*spot5, _STATUSES.index(r["status"]))] = float(r["p"])
        self.status[self.status.sum(axis=-1) == 0] = (1.0, 0.0, 0.0)
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
    cumulative = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(cumulative, draws, side="right"), weights.size - 1)


@compiled
def _pick_each(weights: Doubles, draws: Doubles, picked: Ints) -> None:
    for row in range(draws.size):
        total = 0.0
        for kind in range(weights.shape[1]):
            total += weights[row, kind]
        aim = draws[row] * total
        kind = 0
        passed = weights[row, 0]
        while passed <= aim and kind < weights.shape[1] - 1:
            kind += 1
            passed += weights[row, kind]
        picked[row] = kind


def _pick_rows(weights: Doubles, draws: Doubles) -> Ints:
    """Draw a kind per row from its own weights: (rows, kinds) and (rows,) to (rows,) int."""
    picked = np.empty(draws.size, dtype=np.int64)
    _pick_each(np.ascontiguousarray(weights, dtype=np.float64), draws, picked)
    return picked


def _labor_table(data: Calibration, column: str) -> Doubles:
    """Give a column of the labor table by age and skill: (7, 3)."""
    table = np.zeros((len(AGES), 3))
    for row in data.labor:
        table[AGES.index(row["age_band"]), SKILLS.index(row["skill"])] = float(row[column])
    return table


def _draw_status(
    data: Calibration, tables: _Tables, age: Ints, education: Ints, skill: Ints, decile: Ints, seed: int
) -> Ints:
    """Trim who works, looks for work, is retired or neither to the counts by age and skill.

    Within a cell the survey's chances order people: those who more likely work come first.
    """
    chance = tables.status[age, _GROUP_OF_DECILE[decile], education]
    luck = -np.log(-np.log(uniforms(seed, "status", age.size)))
    eager = np.log(chance[:, 0] + 1e-9) - np.log(1.0 - chance[:, 0] + 1e-9) + luck
    resting = chance[:, 1] / (chance[:, 1] + chance[:, 2] + 1e-9) + 0.3 * uniforms(seed, "retired", age.size)
    idle = uniforms(seed, "unemployed", age.size)
    counts = np.stack(
        [_labor_table(data, f"{name}_per_1000") for name in ("employed", "unemployed", "retired", "inactive")]
    )
    shares = counts / counts.sum(axis=0)
    status = np.empty(age.size, dtype=np.int64)
    cell = age * 3 + skill
    order = np.lexsort((-eager, cell))
    starts = np.searchsorted(cell[order], np.arange(22))
    carried = np.zeros(4)
    for kind in range(21):
        members = order[starts[kind] : starts[kind + 1]]
        exact = shares[:, kind // 3, kind % 3] * members.size + carried
        heads = np.maximum(0, np.floor(exact + 0.5)).astype(np.int64)
        heads[0] += members.size - heads.sum()
        carried = exact - heads
        active, rest = members[: heads[0] + heads[1]], members[heads[0] + heads[1] :]
        status[active] = EMPLOYED
        status[active[np.argsort(idle[active], kind="stable")[: heads[1]]]] = UNEMPLOYED
        rest = rest[np.argsort(-resting[rest], kind="stable")]
        status[rest[: heads[2]]] = RETIRED
        status[rest[heads[2] :]] = INACTIVE
    return status


def _draw_efficiency(data: Calibration, age: Ints, skill: Ints, decile: Ints, status: Ints, seed: int) -> Ints:
    """Draw work efficiency in thousandths of the skill's mean: lognormal with a Pareto tail by age and skill.

    Within status, age and skill the income decile ranks people. The mean over the employed of a skill is one.
    """
    from scipy.special import ndtri

    sigma = _labor_table(data, "sigma_log")[age, skill]
    mean = _labor_table(data, "mean_salary")
    tail = (_labor_table(data, "pareto_threshold") / mean)[age, skill]
    alpha = np.maximum(1.6, _labor_table(data, "pareto_alpha"))[age, skill]
    cell = (age * 3 + skill) * 4 + status
    ranking = np.lexsort((decile + uniforms(seed, "efficiency", age.size), cell))
    starts = np.searchsorted(cell[ranking], np.arange(7 * 3 * 4 + 1))
    rank = np.empty(age.size)
    place = np.arange(age.size) - starts[cell[ranking]]
    size = np.diff(starts)[cell[ranking]]
    rank[ranking] = (place + 0.5) / size
    relative = np.exp(sigma * ndtri(rank) - 0.5 * sigma**2)
    above = 1.0 - rank
    at_tail = 1.0 - _normal_cdf((np.log(tail) + 0.5 * sigma**2) / sigma)
    in_tail = relative > tail
    relative[in_tail] = (tail * (at_tail / above) ** (1.0 / alpha))[in_tail]
    relative = np.minimum(relative, EFFICIENCY_MAX) * (_labor_table(data, "mean_wage_model_usd_month")[age, skill])
    for k in range(3):
        relative[skill == k] /= relative[(skill == k) & (status == EMPLOYED)].mean()
    return np.clip(np.rint(1000.0 * np.minimum(relative, EFFICIENCY_MAX)), 50, 65_000).astype(np.int64)


def _normal_cdf(score: Doubles) -> Doubles:
    from scipy.special import ndtr

    return np.asarray(ndtr(score))
