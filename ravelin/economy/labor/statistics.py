"""Labor statistics of the month: who works and who searches, for how long, and jobs made and lost."""

import numpy as np

from ravelin.core.arithmetic import total, whole_total, whole_totals
from ravelin.core.system import Cents, Doubles, Floats, Indices, Smalls, host_system, local_system, reads, sets, writes
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.firms.tables import Workforce
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.people.tables import EMPLOYED, INACTIVE, RETIRED, STATUSES, UNEMPLOYED, Consumers, Population
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import PAYROLL_TAX_EMPLOYERS, PUBLIC_WAGES, WAGES, Flows


@local_system
def count_people(
    employed: Indices = sets(Localities.employed),
    unemployed: Indices = sets(Localities.unemployed),
    wages: Cents = sets(Localities.wages),
    by_duration: Indices = sets(Localities.unemployed_by_duration),
    months_searched: Cents = sets(Localities.months_searched),
    attached: Indices = sets(Localities.attached),
    retired: Indices = sets(Localities.retired),
    inactive: Indices = sets(Localities.inactive),
    status: Smalls = reads(Consumers.status),
    skill: Smalls = reads(Consumers.skill),
    wage: Cents = reads(Consumers.wage),
    months: Smalls = reads(Consumers.months_unemployed),
) -> None:
    """Count the employed and the unemployed of each skill, what they earn, and for how long they have searched.

    The first month without a job is counted as under way, as in the Current Population Survey.
    """
    for k in range(3):
        at_work, searching, earned = 0, 0, 0
        for consumer in range(status.size):
            works = (skill[consumer] == k) & (status[consumer] == EMPLOYED)
            at_work += works
            earned += wage[consumer] if works else 0
            searching += (skill[consumer] == k) & (status[consumer] == UNEMPLOYED)
        employed[0, k] = at_work
        unemployed[0, k] = searching
        wages[0, k] = earned
    first, to_third, to_sixth, longer, total, waiting = 0, 0, 0, 0, 0, 0
    pensioners, others = 0, 0
    for consumer in range(status.size):
        idle = status[consumer] == UNEMPLOYED
        so_far = months[consumer]
        first += idle & (so_far == 0)
        to_third += idle & (so_far >= 1) & (so_far <= 2)
        to_sixth += idle & (so_far >= 3) & (so_far <= 5)
        longer += idle & (so_far >= 6)
        total += so_far if idle else 0
        waiting += (status[consumer] == INACTIVE) & (so_far > 0)
        pensioners += status[consumer] == RETIRED
        others += status[consumer] == INACTIVE
    by_duration[0, 0] = first
    by_duration[0, 1] = to_third
    by_duration[0, 2] = to_sixth
    by_duration[0, 3] = longer
    months_searched[0] = total
    attached[0] = waiting
    retired[0] = pensioners
    inactive[0] = others


@host_system
def count_heads(
    employed: Cents = writes(Population.employed),
    unemployed: Cents = writes(Population.unemployed),
    retired: Cents = writes(Population.retired),
    inactive: Cents = writes(Population.inactive),
    heads_before: Cents = sets(Population.heads_before),
    inflow: Cents = sets(Population.inflow),
    outflow: Cents = sets(Population.outflow),
    at_work: Indices = reads(Localities.employed),
    searching: Indices = reads(Localities.unemployed),
    pensioners: Indices = reads(Localities.retired),
    others: Indices = reads(Localities.inactive),
    turns: Indices = reads(Localities.turns),
) -> None:
    """Add up the people of all localities: who does what, and who came to do it or ceased to.

    Heads change by those who come and those who go, whatever a household's end, study or a new job brings about.
    """
    heads_before[0] = employed[0], unemployed[0], retired[0], inactive[0]
    employed[0], unemployed[0] = whole_total(at_work), whole_total(searching)
    retired[0], inactive[0] = whole_total(pensioners), whole_total(others)
    went = whole_totals(turns, 0).reshape(STATUSES, STATUSES)
    inflow[0], outflow[0] = whole_totals(went, 0), whole_totals(went, 1)


@host_system
def count_turnover(
    hires: Cents = sets(LaborStatistics.hires),
    quits: Cents = sets(LaborStatistics.quits),
    layoffs: Cents = sets(LaborStatistics.layoffs),
    other_separations: Cents = sets(LaborStatistics.other_separations),
    separations: Cents = sets(LaborStatistics.separations),
    hired: Indices = reads(Localities.hires),
    quitted: Indices = reads(Localities.quits),
    laid_off: Indices = reads(Localities.layoffs),
    departed: Indices = reads(Localities.departures),
) -> None:
    """Add up hires and separations, by which employment changes: quits, layoffs and departures from the labor force."""
    hires[0], quits[0], layoffs[0] = whole_total(hired), whole_total(quitted), whole_total(laid_off)
    other_separations[0] = whole_total(departed)
    separations[0] = quits[0] + layoffs[0] + other_separations[0]


@host_system
def measure_unemployment(
    rate: Doubles = sets(LaborStatistics.unemployment_rate),
    by_skill: Doubles = sets(LaborStatistics.unemployment_by_skill),
    by_duration: Doubles = sets(LaborStatistics.unemployment_by_duration),
    duration: Doubles = sets(LaborStatistics.unemployment_duration),
    participation: Doubles = sets(LaborStatistics.participation_rate),
    attached: Cents = sets(LaborStatistics.marginally_attached),
    employed: Cents = reads(Population.employed),
    unemployed: Cents = reads(Population.unemployed),
    at_work: Indices = reads(Localities.employed),
    searching: Indices = reads(Localities.unemployed),
    searching_for: Indices = reads(Localities.unemployed_by_duration),
    months: Cents = reads(Localities.months_searched),
    waiting: Indices = reads(Localities.attached),
    status: Smalls = reads(Consumers.status),
) -> None:
    """Measure what part of the labor force searches, and for how long."""
    force = max(1, int(employed[0] + unemployed[0]))
    rate[0] = unemployed[0] / force
    by_skill[0] = whole_totals(searching, 0) / np.maximum(1, whole_totals(at_work, 0) + whole_totals(searching, 0))
    idle = max(1, int(unemployed[0]))
    by_duration[0] = whole_totals(searching_for, 0) / idle
    # Who lost her job in the course of a month has been without one for half of it.
    duration[0] = (whole_total(months) + 0.5 * unemployed[0]) / idle
    participation[0] = force / status.size
    attached[0] = whole_total(waiting)


@host_system
def measure_vacancies(
    vacancies: Cents = sets(LaborStatistics.vacancies),
    vacancy_rate: Doubles = sets(LaborStatistics.vacancy_rate),
    tightness: Doubles = sets(LaborStatistics.tightness),
    open_posts: Indices = reads(Localities.vacancies),
    employed: Cents = reads(Population.employed),
    unemployed: Cents = reads(Population.unemployed),
) -> None:
    """Measure posts that stay open, over all posts and over those who search."""
    vacancies[0] = whole_total(open_posts)
    vacancy_rate[0] = vacancies[0] / max(1, int(vacancies[0] + employed[0]))
    tightness[0] = vacancies[0] / max(1, int(unemployed[0]))


@host_system
def measure_pay(
    hours: Doubles = sets(LaborStatistics.hours),
    mean_wage: Doubles = sets(LaborStatistics.mean_wage),
    labor_share: Doubles = sets(LaborStatistics.labor_share),
    at_work: Indices = reads(Localities.employed),
    earned: Cents = reads(Localities.wages),
    staff: Indices = reads(Workforce.staff),
    hours_of_staff: Floats = reads(Workforce.hours),
    public_staff: Indices = reads(Localities.public_staff),
    paid: Cents = reads(Flows.paid),
    income: Cents = reads(NationalAccounts.by_income),
) -> None:
    """Measure hours worked, mean wages by skill, and labor's share of income."""
    hours[0] = float(total(whole_totals(staff, 1) * hours_of_staff.astype(np.float64)) + whole_total(public_staff))
    mean_wage[0] = whole_totals(earned, 0) / np.maximum(1, whole_totals(at_work, 0))
    compensation = sum(int(whole_total(paid[flow])) for flow in (WAGES, PUBLIC_WAGES, PAYROLL_TAX_EMPLOYERS))
    labor_share[0] = compensation / max(1, int(income[0]))


@host_system
def count_jobs(
    creation: Doubles = sets(LaborStatistics.job_creation),
    destruction: Doubles = sets(LaborStatistics.job_destruction),
    before: Indices = writes(Workforce.staff_before),
    staff: Indices = reads(Workforce.staff),
) -> None:
    """Sum up the jobs of firms that grew and of those that shrank since the last quarter, over mean employment.

    Source: Davis, Haltiwanger and Schuh (1996), "Job creation and destruction".
    """
    now = whole_totals(staff, 1)
    change = now - before
    mean = max(1.0, 0.5 * float(whole_total(now) + whole_total(before)))
    creation[0] = float(whole_total(np.maximum(change, 0))) / mean
    destruction[0] = float(whole_total(np.maximum(-change, 0))) / mean
    before[:] = now
