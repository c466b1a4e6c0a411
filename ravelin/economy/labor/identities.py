"""Identities in heads: people by what they do against the books of those who employ them, and stocks against flows."""

from typing import Any

import numpy as np

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Indices, Smalls, reads
from ravelin.economy.goods.tables import SKILLS
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, STATUS, STATUSES, Population
from ravelin.economy.places.tables import BOND_SHARES, DWELLING_SHARES, EQUITY_SHARES, STAFF, Localities
from ravelin.ledger.claims import over_places
from ravelin.ledger.columns import sum_of
from ravelin.ledger.transfers import CLAIMS

TURNS = 12
"""Months in which everything is matched piece by piece once: a twelfth of the rows each month, or a quarter each
quarter where that takes a look at everybody."""


@compiled
def turn_of(rows: int, tick: int, months: int) -> tuple[int, int]:
    """Return the first row of what is due in a tick, and where it ends, if a part is due every so many months."""
    turn, turns = tick // months % (TURNS // months), TURNS // months
    return rows * turn // turns, rows * (turn + 1) // turns


@compiled
def count_strays(status: Smalls, employer: Indices) -> int:
    """Count people whose status and employer contradict one another: at work for nobody, or idle and on the books."""
    strays = 0
    for consumer in range(status.size):
        strays += (status[consumer] == EMPLOYED) != (employer[consumer] != -1)
    return strays


@compiled
def count_workers(private: Any, public: Any, skill: Smalls, employer: Indices) -> None:
    """Fill the people of each skill on the books of firms and of the government: (3,) int.

    Whoever is on somebody's books is at work, or one of the strays.
    """
    for k in range(3):
        firms, state = 0, 0
        for consumer in range(skill.size):
            mine = skill[consumer] == k
            firms += mine & (employer[consumer] >= 0)
            state += mine & (employer[consumer] == PUBLIC_EMPLOYER)
        private[k], public[k] = firms, state


@compiled
def match_staff(
    begin: int, end: int, status: Smalls, skill: Smalls, employer: Indices, efficiency: Indices, wage: Cents,
    staff: Indices, labor: Indices, payroll: Cents,
) -> int:  # fmt: skip
    """Count the firms, from one row to before another, whose books differ from what their workers say."""
    here = end - begin
    heads, work, pay = np.zeros((here, 3), np.int64), np.zeros((here, 3), np.int64), np.zeros(here, np.int64)
    for consumer in range(employer.size):
        boss = employer[consumer] - begin
        if (boss < 0) | (boss >= here):
            continue
        if status[consumer] == EMPLOYED:
            heads[boss, skill[consumer]] += 1
            work[boss, skill[consumer]] += whole(efficiency[consumer])
            pay[boss] += wage[consumer]
    differing = 0
    for firm in range(here):
        differs = pay[firm] != payroll[begin + firm]
        for k in range(3):
            differs |= heads[firm, k] != staff[begin + firm, k]
            differs |= work[firm, k] != labor[begin + firm, k]
        differing += differs
    return differing


AGREEING = (
    "people at work = people with an employer",
    *(f"{skill} staff of firms = {skill} people who work for firms" for skill in SKILLS),
    *(f"{skill} public staff of each locality = {skill} people who work for it" for skill in SKILLS),
    "books of firms on staff, labor and payroll = their workers",
    "payroll of the government in each locality = its workers",
    "parts of orders under contract = the whole order",
    "own sellers of consumers = sellers of their markets",
    *(f"shares in {name} = the whole" for name in ("equity", "bonds", "dwellings")),
)
"""What people, firms and localities know of the same jobs and shares, as `heads_agree` orders it."""
FOLLOWING = (
    *(f"change of the {name} = who came less who went" for name in STATUS),
    "change of the employed = hires - separations",
    "separations = quits, layoffs and other separations",
    "hires = who came to be employed",
    "separations = who ceased to be employed",
    "change of enrolment = new students less graduates and dropouts",
)
"""How heads change, as `heads_follow_flows` orders it."""


@compiled
def heads_agree(
    gaps: Cents,
    shares: Cents,
    books: Cents,
    strays: Cents = reads(Localities.strays),
    private_workers: Cents = reads(Localities.private_workers),
    public_workers: Cents = reads(Localities.public_workers),
    public_staff: Indices = reads(Localities.public_staff),
    staff_differing: Cents = reads(Localities.staff_differing),
    payroll_differing: Cents = reads(Localities.payroll_differing),
    contracts_differing: Cents = reads(Localities.contracts_differing),
    shoppers_astray: Cents = reads(Localities.shoppers_astray),
) -> None:
    """What people, firms and localities know of the same jobs and shares is the same; read from last inspection."""
    gaps[:] = 0
    gaps[0] = sum_of(strays)
    for k in range(3):
        gaps[1 + k] = over_places(books, STAFF + k)
    for place in range(strays.size):
        for k in range(3):
            gaps[1 + k] -= private_workers[place, k]
            gaps[4 + k] += abs(whole(public_staff[place, k]) - public_workers[place, k])
    gaps[7], gaps[8] = sum_of(staff_differing), sum_of(payroll_differing)
    gaps[9], gaps[10] = sum_of(contracts_differing), sum_of(shoppers_astray)
    gaps[11] = over_places(shares, EQUITY_SHARES) - CLAIMS
    gaps[12] = over_places(shares, BOND_SHARES) - CLAIMS
    gaps[13] = over_places(shares, DWELLING_SHARES) - CLAIMS


@compiled
def heads_follow_flows(
    gaps: Cents,
    employed: Cents = reads(Population.employed),
    unemployed: Cents = reads(Population.unemployed),
    retired: Cents = reads(Population.retired),
    inactive: Cents = reads(Population.inactive),
    before: Cents = reads(Population.heads_before),
    inflow: Cents = reads(Population.inflow),
    outflow: Cents = reads(Population.outflow),
    hires: Cents = reads(LaborStatistics.hires),
    separations: Cents = reads(LaborStatistics.separations),
    quits: Cents = reads(LaborStatistics.quits),
    layoffs: Cents = reads(LaborStatistics.layoffs),
    others: Cents = reads(LaborStatistics.other_separations),
    enrolment: Cents = reads(Population.enrolment),
    enrolment_before: Cents = reads(Population.enrolment_before),
    enrolled: Cents = reads(Population.enrolled),
    graduates: Cents = reads(Population.graduates),
    dropouts: Cents = reads(Population.dropouts),
) -> None:
    """Heads change by those who came and those who went; employment by hires and separations."""
    now = (employed[0], unemployed[0], retired[0], inactive[0])
    for status in range(STATUSES):
        gaps[status] = now[status] - before[0, status] - inflow[0, status] + outflow[0, status]
    gaps[4] = employed[0] - before[0, 0] - hires[0] + separations[0]
    gaps[5] = separations[0] - quits[0] - layoffs[0] - others[0]
    gaps[6], gaps[7] = hires[0] - inflow[0, 0], separations[0] - outflow[0, 0]
    gaps[8] = enrolment[0] - enrolment_before[0] - enrolled[0] + graduates[0] + dropouts[0]
