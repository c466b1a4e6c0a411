"""Identities in heads: people by what they do against the books of those who employ them, and stocks against flows."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Indices, Smalls
from ravelin.core.table import World
from ravelin.ledger.transfers import CLAIMS
from ravelin.state.accounts_national import NationalAccounts
from ravelin.state.consumers import EMPLOYED, Wealth
from ravelin.state.firms import Firms
from ravelin.state.goods import SKILLS
from ravelin.state.localities import Localities

TURNS = 12
"""Months in which everything is matched piece by piece once: each month takes a twelfth of the rows."""
STATUS_NAMES = ("employed", "unemployed", "retired", "inactive")


@compiled
def turn_of(rows: int, tick: int) -> tuple[int, int]:
    """Return the first row of the month's twelfth, and where it ends."""
    turn = tick % TURNS
    return rows * turn // TURNS, rows * (turn + 1) // TURNS


@compiled
def count_strays(status: Smalls, employer: Indices) -> int:
    """Count people whose status and employer contradict one another: at work for nobody, or idle and on the books."""
    strays = 0
    for consumer in range(status.size):
        strays += (status[consumer] == EMPLOYED) != (employer[consumer] != -1)
    return strays


@compiled
def count_workers(at_work: Any, status: Smalls, skill: Smalls, employer: Indices, public: int) -> None:
    """Fill the people of each skill at work with the government, if `public`, or with firms: (3,) int."""
    for k in range(3):
        found = 0
        for consumer in range(status.size):
            mine = (employer[consumer] == -2) if public else (employer[consumer] >= 0)
            found += mine & (skill[consumer] == k) & (status[consumer] == EMPLOYED)
        at_work[k] = found


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


def heads_agree(world: World) -> dict[str, int]:
    """What people, firms and localities know of the same jobs and shares is the same; read from last inspection."""
    places, firms, wealth = world[Localities], world[Firms], world[Wealth]
    staff, private = whole_totals(firms.staff, 0), whole_totals(places.private_workers, 0)
    gaps = {"people at work = people with an employer": int(whole_total(places.strays))}
    for k, skill in enumerate(SKILLS):
        gaps[f"{skill} staff of firms = {skill} people who work for firms"] = int(staff[k] - private[k])
        differing = np.abs(places.public_staff[:, k].astype(np.int64) - places.public_workers[:, k])
        gaps[f"{skill} public staff of each locality = {skill} people who work for it"] = int(whole_total(differing))
    gaps["books of firms on staff, labor and payroll = their workers"] = int(whole_total(places.staff_differing))
    gaps["payroll of the government in each locality = its workers"] = int(whole_total(places.payroll_differing))
    gaps["parts of orders under contract = the whole order"] = int(whole_total(places.contracts_differing))
    gaps["own sellers of consumers = sellers of their markets"] = int(whole_total(places.shoppers_astray))
    for name, shares in (
        ("equity", wealth.equity_share), ("bonds", wealth.bond_share), ("dwellings", wealth.dwelling_share)
    ):  # fmt: skip
        gaps[f"shares in {name} = the whole"] = int(whole_total(shares)) - CLAIMS
    return gaps


def heads_follow_flows(world: World) -> dict[str, int]:
    """Heads change by those who came and those who went; employment by hires and separations."""
    counted = world[NationalAccounts]
    now: npt.NDArray[np.int64] = np.array(
        [counted.employed[0], counted.unemployed[0], counted.retired[0], counted.inactive[0]], dtype=np.int64
    )
    change = now - counted.heads_before[0]
    gaps = {
        f"change of the {name} = who came less who went": int(
            change[status] - counted.inflow[0, status] + counted.outflow[0, status]
        )
        for status, name in enumerate(STATUS_NAMES)
    }
    gaps["change of the employed = hires - separations"] = int(change[0] - counted.hires[0] + counted.separations[0])
    gaps["separations = quits, layoffs and other separations"] = int(
        counted.separations[0] - counted.quits[0] - counted.layoffs[0] - counted.other_separations[0]
    )
    gaps["hires = who came to be employed"] = int(counted.hires[0] - counted.inflow[0, 0])
    gaps["separations = who ceased to be employed"] = int(counted.separations[0] - counted.outflow[0, 0])
    gaps["change of enrolment = new students less graduates and dropouts"] = int(
        counted.enrolment[0] - counted.enrolment_before[0] - counted.enrolled[0] + counted.graduates[0]
        + counted.dropouts[0]
    )  # fmt: skip
    return gaps
