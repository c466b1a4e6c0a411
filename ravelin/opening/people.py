"""The opening of people: what they own and want, where they shop, who works where."""

from functools import partial

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import exp_each, log, log_each, normal_quantile_each, total, whole_total, whole_totals
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import together
from ravelin.core.draws import Key, key, order_of, uniform
from ravelin.core.kernel import compiled
from ravelin.core.system import Cents, Indices, Smalls
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Aisles
from ravelin.economy.people.tables import (
    ALL_RETAINED,
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    TAKE_HOME_MOST,
    TAKE_HOME_UNIT,
    UNEMPLOYED,
    Consumers,
    Lives,
    Wealth,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import (
    BudgetShares,
    IncomeBuckets,
    IncomeEdges,
    ResidualShape,
    SpendingCells,
    SpendingGrid,
)
from ravelin.mechanisms.rounding import whole_posts
from ravelin.opening.draft import Draft
from ravelin.opening.population import uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

PUBLIC_POSTS = 1.02
"""Public posts over public employees: JOLTS, openings rate of government in 2019."""

STAFF_LUCK = 0.07
"""Spread of the log of staff over what firms want, as staff follows sales late: with it the first month's layoffs are
those of later years, 1 % of employment; measured in runs of 20,000 and of 100,000 consumers."""


def write_spending(draft: Draft) -> None:
    """Write what the survey has people spend, and on what."""
    homes, table = draft.homes, draft.homes.table
    cells, grid, edges = draft.world[SpendingCells], draft.world[SpendingGrid], draft.world[IncomeEdges]
    cells.share_row[:] = homes.share_row
    grid.answer[:] = table.answer.reshape(-1, 2)
    edges.edge[:], edges.share_class[:] = table.income_edges, homes.edge_class
    draft.world[IncomeBuckets].below[:] = table.buckets
    draft.world[ResidualShape].quantile[:] = table.shape
    draft.world[BudgetShares].cumulative[:] = homes.cumulative
    draft.world[Aisles].good[:] = homes.aisles


def settle_people(draft: Draft) -> None:
    """Write people and what they own."""
    rows, wealth, people, homes = draft.world[Consumers], draft.world[Wealth], draft.people, draft.homes
    rows.cell[:], rows.skill[:] = homes.cell, people.skill
    rows.married[:] = people.marital == 1
    rows.efficiency[:] = people.efficiency
    rows.pension_share[:], rows.transfer_share[:] = homes.pension_share, homes.transfer_share
    rows.status[:], rows.wage[:] = people.status, homes.wage
    rows.months_unemployed[:] = homes.months + _months_given_up(draft)
    # What people got used to by the month before.
    rows.permanent_income[:] = homes.income / (1.0 + draft.growth)
    rows.retained[:] = np.rint(ALL_RETAINED * homes.retained)
    rows.habit[:], rows.buffer[:] = homes.habit, homes.buffer
    wealth.equity_share[:], wealth.bond_share[:] = homes.equity_share, homes.bond_share
    wealth.dwelling_share[:] = homes.dwelling_share
    lives = draft.world[Lives]
    relative = TAKE_HOME_UNIT * np.maximum(0.0, homes.take_home) / np.maximum(1.0, homes.income)
    lives.take_home[:], lives.thrift[:] = np.rint(np.minimum(TAKE_HOME_MOST, relative)), homes.thrift
    places = draft.world[Localities]
    places.region[:] = people.locality_region
    spans = draft.world.span(Consumers)
    for place in range(draft.world.localities):
        places.take_home_sum[place] = total(homes.take_home[spans[place] : spans[place + 1]])
    begins = spans[:-1]
    for column, before in ((wealth.equity_share, places.equity_before), (wealth.bond_share, places.bonds_before),
                           (wealth.dwelling_share, places.dwellings_before)):  # fmt: skip
        running = np.cumsum(column, dtype=np.int64)
        before[:] = np.where(begins > 0, running[begins - 1], 0)


def _months_given_up(draft: Draft) -> Codes:
    """Mark so many of the inactive under 65 as marginally attached that as many come back as give up."""
    people, searched = draft.people, draft.homes.months
    patience, returning = draft.value("Participation.patience"), draft.value("Participation.returning")
    draw = uniforms(draft.seed, "marginally attached", people.heads)
    claims = uniforms(draft.seed, "benefit recipient", people.heads) < draft.value("Benefits.recipiency")
    tried = (searched > patience) & ~(claims & (searched < draft.value("Benefits.unemployment_months")))
    months = np.zeros(people.heads, dtype=np.uint8)
    for skill in range(3):
        mine = people.skill == skill
        leaving = draft.value("Participation.giving_up") * whole_total(tried & mine)
        inactive = np.flatnonzero((people.status == INACTIVE) & mine & (people.age < 5))
        chosen = inactive[ascending(draw[inactive])[: round(leaving / max(returning, 1e-9))]]
        since = log_each(1.0 - uniforms(draft.seed, "months given up", people.heads)[chosen])
        months[chosen] = np.minimum(120, patience + 1 + since / log(1.0 - min(0.999, max(returning, 1e-9))))
    return months


def assign_jobs(draft: Draft) -> None:
    """Assign every employed consumer of a locality to a firm or the government, filling labor demand."""
    world, cat, business = draft.world, draft.cat, draft.business
    rows, firms, places = world[Consumers], world[Firms], world[Localities]
    span = world.span(Firms)
    locality = draft.people.locality
    posts = np.empty((business.good.size, 3), dtype=np.int32)
    _posts(draft.labor, key(draft.seed, "staff dither", -1), posts)
    past = exp_each(
        STAFF_LUCK * normal_quantile_each(uniforms(draft.seed, "staff before the opening", business.good.size))
    )
    employed = np.flatnonzero(rows.status == EMPLOYED)
    luck = uniforms(draft.seed, "first job", rows.status.size)

    def assign(skill: int, skilled: float, mine: Ints, bounds: Ints, place: int) -> None:
        workers = mine[bounds[place] : bounds[place + 1]]
        supply = whole_total(rows.efficiency[workers]) * 0.001
        public_labor = cat.labor[cat.public, skill] * draft.scale * supply / max(1e-9, skilled)
        public_labor *= business.labor_scale[place, skill]
        here = slice(span[place], span[place + 1])
        wanted = np.append(posts[here, skill] * past[here], public_labor)
        efficiency = rows.efficiency[workers] * 0.001
        room = wanted * (total(efficiency) / max(1e-12, total(wanted)))
        employer = _assign(efficiency, room, luck[workers])
        public = employer == span[place + 1] - span[place]
        rows.employer[workers] = np.where(public, PUBLIC_EMPLOYER, employer + span[place])
        places.public_staff[place, skill] = whole_total(public)
        places.public_posts[place, skill] = round(PUBLIC_POSTS * whole_total(public))

    for skill in range(3):
        mine = employed[rows.skill[employed] == skill]
        skilled = whole_total(rows.efficiency[mine]) * 0.001
        bounds = np.searchsorted(locality[mine], np.arange(world.localities + 1))
        together([partial(assign, skill, skilled, mine, bounds, place) for place in range(world.localities)])
    rows.employer[rows.status != EMPLOYED] = NO_EMPLOYER
    _count_hired(
        rows.employer, rows.skill, rows.efficiency, rows.wage, rows.status, locality, firms.staff, firms.labor,
        firms.payroll, places.employed, places.unemployed, places.wages, places.public_payroll,
    )  # fmt: skip
    firms.staff_before[:] = whole_totals(firms.staff, 1)
    places.vacancies[:] = places.unemployed  # JOLTS 2019: a post and a little more per unemployed.


@compiled
def _count_hired(
    employer: Indices, skill: Codes, efficiency: Smalls, wage: Cents, status: Codes, locality: Indices, staff: Indices,
    labor: Cents, payroll: Cents, employed: Cents, unemployed: Cents, wages: Cents, public_payroll: Cents,
) -> None:  # fmt: skip
    """Count staff, their work and pay by employer, and who works, looks for work and earns what by locality."""
    for row in range(employer.size):
        place, own = locality[row], skill[row]
        if status[row] == UNEMPLOYED:
            unemployed[place, own] += 1
        if status[row] != EMPLOYED:
            continue
        employed[place, own] += 1
        wages[place, own] += wage[row]
        if employer[row] >= 0:
            staff[employer[row], own] += 1
            labor[employer[row], own] += efficiency[row]
            payroll[employer[row]] += wage[row]
        elif employer[row] == PUBLIC_EMPLOYER:
            public_payroll[place] += wage[row]


@compiled
def _posts(wanted: Doubles, dither: Key, posts: Indices) -> None:
    for firm in range(wanted.shape[0]):
        whole_posts(wanted[firm], uniform(dither, 2 * firm), uniform(dither, 2 * firm + 1), posts[firm])


@compiled
def _assign(efficiency: Doubles, room: Doubles, luck: Doubles) -> Ints:
    """Assign workers to employers so that each employer's work comes close to its room for work.

    Workers worth more than a small firm can use go first, to employers large enough for them; the rest
    fill what is left, laid on a line in random order.
    """
    left = room.copy()
    employer = np.full(efficiency.size, -1, np.int64)
    large = np.flatnonzero(efficiency > 1.5)
    for worker in large[np.argsort(-efficiency[large], kind="stable")]:
        enough = 0.67 * efficiency[worker]
        total = 0.0
        pick = -1
        for place in range(left.size):
            if left[place] >= enough:
                total += max(left[place], 1e-9)
                pick = place
        if pick < 0:
            pick = int(np.argmax(left))
        else:
            aim, passed = luck[worker] * total, 0.0
            for place in range(pick):
                if left[place] >= enough:
                    passed += max(left[place], 1e-9)
                    if passed >= aim:
                        pick = place
                        break
        employer[worker] = pick
        left[pick] -= efficiency[worker]
    rest = np.flatnonzero(employer < 0)
    rest = rest[order_of(luck[rest])]
    line = np.cumsum(np.maximum(left, 0.0))
    work = np.cumsum(efficiency[rest])
    place = 0
    for turn in range(rest.size):
        middle = (work[turn] - 0.5 * efficiency[rest[turn]]) / work[-1] * line[-1]
        while place < left.size - 1 and line[place] < middle:
            place += 1
        employer[rest[turn]] = place
    return employer
