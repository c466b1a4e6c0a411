"""What happens to a person's place at work, her claims and her household when her life changes."""

from typing import Any, NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp, normal_quantile, power
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import Key, uniform
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Doubles, Floats, Indices, Smalls, adds, draws, moves, reads, uses, writes
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.banks.acts import CONSUMER_LOANS, DEPOSITS, MORTGAGES
from ravelin.economy.banks.tables import Banks
from ravelin.economy.labor.acts import Jobs, PublicStaff, Staff, strike_off
from ravelin.economy.people.tables import EDUCATIONS, NO_EMPLOYER, CellGroups, Consumers, Lives, Society, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.parameters import Need
from ravelin.economy.spending.tables import SpendingCells
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.transfers import CLAIMS, amount_of, exchange_balances

_PENSION_FLAT, _PENSION_EARNED, _PENSION_CURVE, _EARNINGS_COUNTED = 0.35, 0.65, 0.6, 1.5
"""Smooth form of social security's bend points (90, 32 and 15 percent) and of the ceiling on earnings that count."""
_NEED_OF_ANOTHER = 0.3
"""What another member adds to a household's need: OECD-modified scale, between a child's .3 and an adult's .5."""
_JUST = 1.0e-9
"""Keeps the place below the last quantile, so that there is always one above it."""

PLACES = 8
"""Regions times degrees of urbanization: groups of cells of one age band and education."""


NEIGHBORS = 8
"""Rows side by side that share their birthday, so that a month touches a twelfth of the memory."""


@compiled
def benefit_months(searched: int, limit: int, recipiency: float, key: Key, row: int) -> int:
    """Return for how many months, this one included, an unemployed person may still draw a benefit.

    None if she claims none: who does is drawn once and for all.
    """
    return limit - searched if searched < limit and uniform(key, row) < recipiency else 0


class Estate(NamedTuple):
    """What a household leaves to its heirs: what it owns and owes, at which bank, and its way to save."""

    equity_share: Indices = writes(Wealth.equity_share)
    bond_share: Indices = writes(Wealth.bond_share)
    dwelling_share: Indices = writes(Wealth.dwelling_share)
    deposits: Cents = moves(Accounts.deposits, of=Consumers)
    cash: Cents = moves(Accounts.cash, of=Consumers)
    consumer_loan: Cents = moves(Wealth.consumer_loan)
    mortgage: Cents = moves(Wealth.mortgage)
    arrears: Cents = moves(Wealth.arrears)
    thrift: Floats = writes(Lives.thrift)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank, of=Consumers)


class Households(NamedTuple):
    """In which demographic cell each household lives, and how cells lie in groups of one age, education and place."""

    cell: Indices = writes(Consumers.cell)
    married: Smalls = writes(Consumers.married)
    group: Indices = reads(SpendingCells.group)
    share_upto: Doubles = reads(SpendingCells.share_upto)
    married_in: Smalls = reads(SpendingCells.married)
    first_cell: Indices = reads(CellGroups.first_cell)
    cells: Indices = reads(CellGroups.cells)


class HumanCapital(NamedTuple):
    """What each can do at work, as it grows with age and study."""

    skill: Smalls = writes(Consumers.skill)
    efficiency: Indices = writes(Consumers.efficiency)


class Schooling(NamedTuple):
    """How long each has still to study, and how many of a locality leave without a degree."""

    months: Smalls = writes(Lives.study_months)
    dropouts: Indices = writes(Localities.dropouts)


class LaborForceFlows(NamedTuple):
    """Who goes from one status to another in a locality, and who gives up a job for that."""

    turns: Indices = writes(Localities.turns)
    departures: Indices = writes(Localities.departures)


class Transfers(NamedTuple):
    """What households receive beside social security: by status, and by need."""

    share: Floats = writes(Consumers.transfer_share)
    unit: Doubles = reads(Society.transfer)
    family_size: Smalls = reads(SpendingCells.family_size)
    spread: float = uses(Need.spread)
    key: int = draws("need", fixed=True)


@compiled
def birthdays(rows: int, tick: int) -> Indices:
    """List the rows of a slice whose birthday is in a tick; all have one in twelve months."""
    found = np.empty(rows // 12 + NEIGHBORS, np.int32)
    count = 0
    for begin in range(NEIGHBORS * (-tick % 12), rows, 12 * NEIGHBORS):
        for row in range(begin, min(begin + NEIGHBORS, rows)):
            found[count] = row
            count += 1
    return found[:count]


@compiled
def leave_job(
    jobs: Jobs, consumer: int, skill: int, efficiency: int, staff: Staff, public: PublicStaff, departures: Indices
) -> None:
    """Take an employed consumer off her employer's books; she has no last wage to claim benefits on."""
    strike_off(jobs, consumer, skill, efficiency, staff, public)
    jobs.employer[consumer] = NO_EMPLOYER
    jobs.wage[consumer] = 0
    departures[0] += 1


@compiled
def leave_school(schooling: Schooling, consumer: int) -> None:
    """Let a consumer give up her study, if she studies."""
    schooling.dropouts[0] += schooling.months[consumer] > 0
    schooling.months[consumer] = 0


@compiled
def pension_weight(earnings: float) -> float:
    """Return social security's formula: less than proportional to past earnings over the mean.

    90, 32 and 15 percent of average earnings up to the bend points make benefits concave.
    """
    return _PENSION_FLAT + _PENSION_EARNED * power(min(earnings, _EARNINGS_COUNTED), _PENSION_CURVE)


@compiled
def pension_weights(earnings: Doubles) -> Doubles:
    """Return the formula for many: (persons,) to (persons,)."""
    weights = np.empty(earnings.size)
    for person in range(earnings.size):
        weights[person] = pension_weight(earnings[person])
    return weights


@compiled
def pension_due(status: int, efficiency: int, skill: int, offer_mean: Doubles, unit: Doubles) -> float:
    """Return social security over the mean wage, from what she could earn at her skill and efficiency."""
    mean = (offer_mean[0, 0] + offer_mean[0, 1] + offer_mean[0, 2]) / offer_mean.shape[1]
    due: float = unit[0, status] * pension_weight(PER_THOUSAND * efficiency * offer_mean[0, skill] / mean)
    return due


@compiled
def need(family_size: Any) -> Any:
    """Return how transfers grow with the household, for one or many."""
    return 1.0 + _NEED_OF_ANOTHER * (family_size - 1.0)


@compiled
def hardship(luck: float, spread: float) -> float:
    """Return how much more need a household has than others of its size, for life: lognormal."""
    return exp(spread * normal_quantile(luck))


@compiled
def transfer_due(transfers: Transfers, row: int, status: int, cell: int) -> float:
    """Return a household's transfers over the mean wage, by status and cell; its row among all tells its hardship."""
    luck = hardship(uniform(transfers.key, row), transfers.spread)
    due: float = transfers.unit[0, status] * need(transfers.family_size[cell]) * luck
    return due


@compiled
def at_rank(quantiles: Floats, rank: float) -> float:
    """Read a quantile function given at the even ranks (i + 1/2) / n, flat beyond its ends: (n,) float."""
    last = quantiles.size - 1
    place = min(max(rank * quantiles.size - 0.5, 0.0), last - _JUST)
    low = whole(place)
    value: float = quantiles[low] + (place - low) * (quantiles[low + 1] - quantiles[low])
    return value


@compiled
def band_at(age: int) -> int:
    """Return the age band of the spending model: under 25, then ten years each, 75 and over."""
    return min(max((age - 15) // 10, 0), 6)


@compiled
def group_of(band: int, education: int, place: int) -> int:
    """Number the group of cells of an age band and education, in a place of its region and urbanization."""
    return (band * EDUCATIONS + education) * PLACES + place


@compiled
def cell_at(rank: float, group: int, first_cell: Indices, cells: Indices, share_upto: Doubles) -> int:
    """Find the cell of a group in which a rank lies."""
    low: int = whole(first_cell[group])
    high = low + cells[group] - 1
    while low < high:
        middle = (low + high) // 2
        if share_upto[middle] < rank:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def cell_rank(cell: int, luck: float, group: int, first_cell: Indices, share_upto: Doubles) -> float:
    """Return a rank that lies in a cell, at a random place of it."""
    before = share_upto[cell - 1] if cell > first_cell[group] else 0.0
    rank: float = before + luck * (share_upto[cell] - before)
    return rank


@compiled
def rank_at_home(households: Households, consumer: int, luck: float) -> float:
    """Return a rank of a household in the group of its cell."""
    cell = households.cell[consumer]
    return cell_rank(cell, luck, households.group[cell], households.first_cell, households.share_upto)


@compiled
def move_to(households: Households, consumer: int, group: int, rank: float) -> None:
    """Let a household live like the one at a rank of a group of cells."""
    here = cell_at(rank, group, households.first_cell, households.cells, households.share_upto)
    households.cell[consumer] = here
    households.married[consumer] = households.married_in[here]


@compiled
def values_of_shares(dividend: float, bonds: float, rent: float, yearly_yield: float) -> tuple[float, float, float]:
    """Value a share in firms, bonds and dwellings: what a month yields, capitalized, and bonds at par."""
    capitalized = MONTHS_PER_YEAR / yearly_yield
    return capitalized * dividend / CLAIMS, bonds / CLAIMS, capitalized * rent / CLAIMS


@compiled
def inherit(estate: Estate, values: Any, consumer: int, heir: int) -> None:
    """Let an heir have what was left if it is more than she has; who begins takes what she had."""
    net, heirs_net = 0.0, 0.0
    for kind, shares in enumerate((estate.equity_share, estate.bond_share, estate.dwelling_share)):
        net += shares[consumer] * values[kind]
        heirs_net += shares[heir] * values[kind]
    debts = estate.consumer_loan[consumer] + estate.mortgage[consumer] + estate.arrears[consumer]
    net += amount_of(estate.deposits[consumer] + estate.cash[consumer] - debts)
    debts = estate.consumer_loan[heir] + estate.mortgage[heir] + estate.arrears[heir]
    heirs_net += amount_of(estate.deposits[heir] + estate.cash[heir] - debts)
    if net <= heirs_net:
        return
    for shares in (estate.equity_share, estate.bond_share, estate.dwelling_share):
        exchange(shares, consumer, heir)
    exchange(estate.thrift, consumer, heir)
    at_banks = (DEPOSITS, estate.deposits), (CONSUMER_LOANS, estate.consumer_loan), (MORTGAGES, estate.mortgage)
    for kind, balances in at_banks:
        change = balances[heir] - balances[consumer]
        estate.posted[estate.bank[consumer], kind] += change
        estate.posted[estate.bank[heir], kind] -= change
    exchange_balances(estate.deposits, consumer, heir)
    exchange_balances(estate.cash, consumer, heir)
    exchange_balances(estate.consumer_loan, consumer, heir)
    exchange_balances(estate.mortgage, consumer, heir)
    exchange_balances(estate.arrears, consumer, heir)


@compiled
def exchange(values: Any, one: int, other: int) -> None:
    """Let two rows of a column change places."""
    kept = values[one]
    values[one] = values[other]
    values[other] = kept
