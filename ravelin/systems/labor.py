"""The labor market of each locality: layoffs, vacancies, search, matching and wages, by skill.

Work is measured in thousandths of a standard worker of the skill, so that a person's efficiency
scales her wage and her work alike and unit costs do not depend on who happens to be hired.
"""

import numpy as np

from ravelin.core.draws import bits, uniform
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    draws,
    first,
    local_system,
    reads,
    system,
    this_tick,
    uses,
    writes,
)  # fmt: skip
from ravelin.ledger.transfers import round_cents
from ravelin.markets.matching import best_applicants, list_searchers, lot, post_list
from ravelin.markets.rounding import whole_posts
from ravelin.markets.staffing import count_in, draw_at_desks, sign_on
from ravelin.state.consumers import EMPLOYED, NO_EMPLOYER, PUBLIC_EMPLOYER, UNEMPLOYED, Consumers
from ravelin.state.firms import Firms
from ravelin.state.institutions import Economy
from ravelin.state.localities import Localities

MONTHS_MAX = 250
"""Months without a job are counted up to here."""


class LaborMarket(Parameters):
    """How workers and posts come together and part."""

    post_slack = parameter(1.03, "1", "posts over the labor that planned output needs", low=1, high=1.5,
                           source="JOLTS openings rate .045: some posts are always vacant; MODEL vslack")  # fmt: skip
    hoarding = parameter(0.04, "fraction", "excess labor tolerated", low=0, high=1, source="MODEL hoard, tuned")
    band = parameter(0.6, "worker", "excess labor tolerated beside that", low=0, high=10, source="MODEL band, tuned")
    layoff_speed = parameter(0.35, "1/month", "share of the excess laid off", low=0, high=1, source="MODEL fire")
    separation = parameter((0.0114, 0.0089, 0.0045), "1/month",
                           "chance by skill to leave a job for unemployment, not planned by the firm", low=0, high=1,
                           source="unemployment by skill in labor_by_age_skill.csv times a job-finding rate of .36 "
                                  "(Shimer 2012, spells within a month counted), less layoffs and less "
                                  "those who come to unemployment from outside the labor force")  # fmt: skip
    pay_protects = parameter(0.5, "1", "fall of that chance with efficiency, an elasticity", low=0, high=3,
                             source="the young and low paid of a skill lose jobs more often: CPS; the unemployed of "
                                    "the calibration have .85 of the mean wage")  # fmt: skip
    public_turnover = parameter(0.4, "1", "turnover of public over that of private employees", low=0, high=2,
                                source="JOLTS 2019: quits of government .8, private 2.6 %")  # fmt: skip
    quit_share = parameter(0.25, "fraction", "part of these separations that are quits", low=0, high=1,
                           source="CPS 2019: job leavers .8 m, losers 2.8 m (from memory)")  # fmt: skip
    job_search = parameter(0.26, "1/month", "chance that an employed worker looks for another post", low=0, high=1,
                           source="Faberman et al. (2022): .22; CPS job-to-job rate, tuned")  # fmt: skip
    recruiting = parameter(0.55, "fraction", "part of open posts that the firm is set to fill in the month", low=0.01,
                           high=1, source="Davis, Faberman and Haltiwanger 2013: recruiting intensity; JOLTS hires "
                                          "over openings plus hires")  # fmt: skip
    suitability = parameter(0.5, "fraction", "chance that an applicant suits", low=0, high=1,
                            source="job-finding rate; MODEL q_suit .3-.6")  # fmt: skip
    far_search = parameter(0.25, "fraction", "chance that somebody unemployed for a month tries a post elsewhere",
                           low=0, high=1, source="assumption: migration and commuting")  # fmt: skip
    raise_wanted = parameter(1.02, "1", "offer over own wage at which half of the workers would move", low=0.5, high=2,
                             source="MODEL gap_otj 1.02-1.05")  # fmt: skip
    taste = parameter(0.25, "1", "half the range of what the other sides of a job are worth, over the wage", low=0,
                      high=1, source="Sorkin (2018): a third of movers take a cut; tuned")  # fmt: skip
    catch_up = parameter(1.0, "fraction", "part of the gap to the outside option closed by a yearly raise", low=0,
                         high=1, source="internal equity, Bewley (1999); MODEL 3.4 takes half")  # fmt: skip
    reservation = parameter(0.97, "1", "reservation wage over the last wage when a job is lost", low=0, high=2,
                            source="MODEL 3.4")  # fmt: skip
    reservation_decline = parameter(0.03, "1/month", "fall of the reservation wage", low=0, high=1,
                                    source="Delli Gatti et al. 2011; MODEL res_dec")  # fmt: skip
    offer_response = parameter(0.04, "1/month", "response of offers to the share of posts unfilled", low=0, high=1,
                               source="MODEL eta_w: Phillips slope")  # fmt: skip
    unfilled_normal = parameter(0.6, "fraction", "share of posts unfilled at which real offers stay", low=0, high=1,
                                source="MODEL vnorm .4-.5: the natural rate of unemployment")  # fmt: skip
    offer_cut = parameter(0.1, "fraction", "part of a fall in the wage offered that is carried out", low=0, high=1,
                          source="Hazell and Taska (2020): posted wages rarely fall; assumption")  # fmt: skip
    pull = parameter(0.06, "1/month", "draw of offers to the market's mean", low=0, high=1, source="MODEL pull")


@local_system
def plan_staff(
    vacancies: Indices = writes(Firms.vacancies),
    dismissals: Indices = writes(Firms.dismissals),
    labor_wanted: Floats = reads(Firms.labor_wanted),
    labor: Cents = reads(Firms.labor),
    staff: Indices = reads(Firms.staff),
    slack: float = uses(LaborMarket.post_slack),
    hoarding: float = uses(LaborMarket.hoarding),
    band: float = uses(LaborMarket.band),
    speed: float = uses(LaborMarket.layoff_speed),
    key_dither: int = draws("staff dither", fixed=True),
    key_layoff: int = draws("layoff rounding"),
    first_firm: int = first(Firms),
) -> None:
    """Open posts up to the labor that planned output needs; lay off part of what exceeds it.

    The band is one-sided: attrition keeps firms near the hiring line.
    """
    posts = np.empty(3, np.int32)
    for firm in range(staff.shape[0]):
        row = first_firm + firm
        wanted = slack * labor_wanted[firm]
        whole_posts(wanted, uniform(key_dither, 2 * row), uniform(key_dither, 2 * row + 1), posts)
        short, scarce, widest = 0.0, 0, -1.0e30
        for skill in range(3):
            have = 0.001 * labor[firm, skill]
            vacancies[firm, skill] = np.int32(max(0.0, np.floor(posts[skill] - have + 0.5)))
            excess = have - (1.0 + hoarding) * max(wanted[skill], 1.0 * posts[skill]) - band
            dismissals[firm, skill] = 0
            if excess > 0.0:
                heads = np.int32(np.floor(speed * excess + uniform(key_layoff, 3 * row + skill)))
                dismissals[firm, skill] = min(staff[firm, skill], heads)
            gap = posts[skill] - have - vacancies[firm, skill]
            short += gap
            if gap > widest:
                scarce, widest = skill, gap
        # Three gaps of less than half a worker can still be a worker.
        if short >= 0.5:
            vacancies[firm, scarce] += 1


@local_system
def part(
    status: Smalls = writes(Consumers.status),
    employer: Indices = writes(Consumers.employer),
    wage: Cents = writes(Consumers.wage),
    months: Smalls = writes(Consumers.months_unemployed),
    staff: Indices = adds(Firms.staff),
    labor: Cents = adds(Firms.labor),
    payroll: Cents = adds(Firms.payroll),
    vacancies: Indices = writes(Firms.vacancies),
    public_staff: Indices = writes(Localities.public_staff),
    public_payroll: Cents = writes(Localities.public_payroll),
    quits: Indices = writes(Localities.quits),
    layoffs: Indices = writes(Localities.layoffs),
    dismissals: Indices = reads(Firms.dismissals),
    local_staff: Indices = reads(Firms.staff),
    offer: Doubles = reads(Firms.offer, whole=True),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    expected_inflation: Doubles = reads(Economy.expected_inflation),
    growth: Doubles = reads(Economy.productivity_growth),
    market_offer: Doubles = reads(Localities.offer_mean),
    separation: Doubles = uses(LaborMarket.separation),
    pay_protects: float = uses(LaborMarket.pay_protects),
    public_turnover: float = uses(LaborMarket.public_turnover),
    quit_share: float = uses(LaborMarket.quit_share),
    catch_up: float = uses(LaborMarket.catch_up),
    key: int = draws("separation"),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
    first_firm: int = first(Firms),
) -> None:
    """Lay off whom firms dismiss, let others leave, raise who has her anniversary.

    Dismissals are drawn without replacement among a firm's workers of a skill, in one pass.
    A yearly raise is expected inflation and productivity growth, moved towards what the firm offers new
    people, all the way at a catch-up of one; pay is never cut. Source: downward rigidity, Bewley (1999); MODEL 3.4.
    """
    quits[0] = 0
    layoffs[0] = 0
    for consumer in range(status.size):
        months[consumer] += (status[consumer] == UNEMPLOYED) & (months[consumer] < MONTHS_MAX)
    # Who works for the government or in another locality leaves by herself only: layoffs are drawn
    # among locals. The last row stands for all other employers and dismisses nobody.
    elsewhere = vacancies.shape[0]
    unseen, remaining = np.zeros(3 * elsewhere + 3, np.int32), np.zeros(3 * elsewhere + 3, np.int32)
    unseen[: 3 * elsewhere] = local_staff.reshape(3 * elsewhere)
    remaining[: 3 * elsewhere] = dismissals.reshape(3 * elsewhere)
    # Nobody's chance is above four times the highest mean; only theirs who come near it is worked out.
    safe = max(0.0, 1.0 - 4.0 * np.max(separation))
    desk, draw = np.empty(status.size, np.int64), np.empty(status.size)
    draw_at_desks(desk, draw, status, employer, skill, first_firm, elsewhere, key, first_consumer)
    for consumer in range(status.size):
        at = np.uint64(desk[consumer])
        dismissed = (remaining[at] > 0) & (draw[consumer] * unseen[at] < remaining[at])
        unseen[at] -= 1
        if not dismissed and draw[consumer] <= safe:
            continue
        k, boss = skill[consumer], employer[consumer]
        risk = separation[k] * min(4.0, (1000.0 / efficiency[consumer]) ** pay_protects)
        if boss == PUBLIC_EMPLOYER:
            risk *= public_turnover
        if not dismissed and draw[consumer] <= 1.0 - risk:
            continue
        if dismissed:
            remaining[at] -= 1
            layoffs[0] += 1
        else:
            if draw[consumer] > 1.0 - quit_share * risk:
                quits[0] += 1
            else:
                layoffs[0] += 1
            if desk[consumer] < 3 * elsewhere:
                vacancies[boss - first_firm, k] += 1
        status[consumer] = UNEMPLOYED
        employer[consumer] = NO_EMPLOYER
        months[consumer] = 0
        if boss == PUBLIC_EMPLOYER:
            public_staff[0, k] -= 1
            public_payroll[0] -= wage[consumer]
        else:
            count_in(staff, labor, payroll, boss, k, -1, efficiency[consumer], wage[consumer])
    indexation = 1.0 + max(0.0, expected_inflation[0] + growth[0])
    for consumer in range(-(first_consumer + tick) % 12, status.size, 12):
        if status[consumer] != EMPLOYED:
            continue
        k, boss = skill[consumer], employer[consumer]
        outside = market_offer[0, k] if boss == PUBLIC_EMPLOYER else offer[boss, k]
        raised = wage[consumer] * indexation
        raised += catch_up * (0.001 * efficiency[consumer] * outside - raised)
        new_wage = max(wage[consumer], round_cents(raised))
        if boss == PUBLIC_EMPLOYER:
            public_payroll[0] += new_wage - wage[consumer]
        else:
            payroll[boss] += new_wage - wage[consumer]
        wage[consumer] = new_wage


@local_system
def match(
    status: Smalls = writes(Consumers.status),
    employer: Indices = writes(Consumers.employer),
    wage: Cents = writes(Consumers.wage),
    months: Smalls = writes(Consumers.months_unemployed),
    staff: Indices = adds(Firms.staff),
    labor: Cents = adds(Firms.labor),
    payroll: Cents = adds(Firms.payroll),
    unfilled: Indices = writes(Firms.unfilled),
    public_staff: Indices = writes(Localities.public_staff),
    public_payroll: Cents = writes(Localities.public_payroll),
    quits: Indices = writes(Localities.quits),
    hires: Indices = writes(Localities.hires),
    vacancies: Indices = reads(Firms.vacancies),
    labor_wanted: Floats = reads(Firms.labor_wanted),
    offer: Doubles = reads(Firms.offer),
    market_offer: Doubles = reads(Localities.offer_mean),
    public_posts: Indices = reads(Localities.public_posts),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    job_search: float = uses(LaborMarket.job_search),
    public_turnover: float = uses(LaborMarket.public_turnover),
    recruiting: float = uses(LaborMarket.recruiting),
    suitability: float = uses(LaborMarket.suitability),
    raise_wanted: float = uses(LaborMarket.raise_wanted),
    taste: float = uses(LaborMarket.taste),
    reservation: float = uses(LaborMarket.reservation),
    decline: float = uses(LaborMarket.reservation_decline),
    key_recruit: int = draws("posts recruited for"),
    key_post: int = draws("post tried"),
    key_rank: int = draws("applicant rank"),
    first_consumer: int = first(Consumers),
    first_firm: int = first(Firms),
) -> None:
    """Match searchers to posts, one round: each tries one post, a post takes one who suits.

    Every unemployed worker and some of the employed draw a post of their skill; see `markets.matching`.
    """
    hires[0] = 0
    unfilled[:, :] = vacancies
    searchers = np.empty(status.size, np.int32)
    count = list_searchers(
        searchers, status, employer, key_rank, first_consumer, job_search, public_turnover, suitability
    )
    for k in range(3):
        public_vacant = max(0, public_posts[0, k] - public_staff[0, k])
        posts = post_list(unfilled, public_vacant, k, recruiting, key_recruit, first_firm)
        winner = best_applicants(
            posts, searchers[:count], k, status, employer, wage, months, skill, efficiency, labor_wanted, offer,
            market_offer[0, k], raise_wanted, taste, reservation, decline, key_post, key_rank, first_consumer,
            first_firm,
        )  # fmt: skip
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            if status[consumer] == EMPLOYED:
                quits[0] += 1
                old = employer[consumer]
                if old == PUBLIC_EMPLOYER:
                    if firm < 0:
                        continue
                    public_staff[0, k] -= 1
                    public_payroll[0] -= wage[consumer]
                else:
                    count_in(staff, labor, payroll, old, k, -1, efficiency[consumer], wage[consumer])
            hires[0] += 1
            boss = PUBLIC_EMPLOYER if firm < 0 else first_firm + firm
            offered = market_offer[0, k] if firm < 0 else offer[firm, k]
            pay = round_cents(0.001 * efficiency[consumer] * offered)
            sign_on(consumer, boss, pay, status, employer, wage, months)
            if firm < 0:
                public_staff[0, k] += 1
                public_payroll[0] += wage[consumer]
            else:
                count_in(staff, labor, payroll, boss, k, 1, efficiency[consumer], wage[consumer])
                unfilled[firm, k] -= 1


@system
def match_far(
    status: Smalls = writes(Consumers.status),
    employer: Indices = writes(Consumers.employer),
    wage: Cents = writes(Consumers.wage),
    months: Smalls = writes(Consumers.months_unemployed),
    staff: Indices = writes(Firms.staff),
    labor: Cents = writes(Firms.labor),
    unfilled: Indices = writes(Firms.unfilled),
    payroll: Cents = writes(Firms.payroll),
    hires: Indices = writes(Localities.hires),
    labor_wanted: Floats = reads(Firms.labor_wanted),
    offer: Doubles = reads(Firms.offer),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    far_search: float = uses(LaborMarket.far_search),
    recruiting: float = uses(LaborMarket.recruiting),
    suitability: float = uses(LaborMarket.suitability),
    reservation: float = uses(LaborMarket.reservation),
    decline: float = uses(LaborMarket.reservation_decline),
    key_recruit: int = draws("posts recruited for elsewhere"),
    key_post: int = draws("far post tried"),
    key_rank: int = draws("far applicant rank"),
) -> None:
    """Let some of those who found nothing near home try one post anywhere in the country.

    Without it localities drift apart: posts stay empty in one while people are idle in the next.
    """
    searchers = np.empty(status.size, np.int32)
    count = 0
    for consumer in range(status.size):
        if status[consumer] != UNEMPLOYED or months[consumer] == 0:
            continue
        if lot(bits(key_rank, consumer), 0) < far_search * suitability:
            searchers[count] = consumer
            count += 1
    for k in range(3):
        posts = post_list(unfilled, 0, k, recruiting, key_recruit, 0)
        winner = best_applicants(
            posts, searchers[:count], k, status, employer, wage, months, skill, efficiency, labor_wanted, offer, 0.0,
            0.0, 0.0, reservation, decline, key_post, key_rank, 0, 0,
        )  # fmt: skip
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            hires[0] += 1
            pay = round_cents(0.001 * efficiency[consumer] * offer[firm, k])
            sign_on(consumer, firm, pay, status, employer, wage, months)
            count_in(staff, labor, payroll, firm, k, 1, efficiency[consumer], wage[consumer])
            unfilled[firm, k] -= 1


@local_system
def revise_offers(
    offer: Doubles = writes(Firms.offer),
    offer_sum: Doubles = writes(Localities.offer_sum),
    posts: Indices = writes(Localities.posts),
    open_posts: Indices = writes(Localities.vacancies),
    public_posts: Indices = reads(Localities.public_posts),
    public_staff: Indices = reads(Localities.public_staff),
    vacancies: Indices = reads(Firms.vacancies),
    unfilled: Indices = reads(Firms.unfilled),
    staff: Indices = reads(Firms.staff),
    market_offer: Doubles = reads(Localities.offer_mean),
    expected_inflation: Doubles = reads(Economy.expected_inflation),
    growth: Doubles = reads(Economy.productivity_growth),
    response: float = uses(LaborMarket.offer_response),
    unfilled_normal: float = uses(LaborMarket.unfilled_normal),
    pull: float = uses(LaborMarket.pull),
    cut: float = uses(LaborMarket.offer_cut),
) -> None:
    """Raise offers with expected inflation and growth, more where posts stay unfilled, less where they fill.

    Nominal offers rarely fall. Lag: the market's mean offer of the previous month.
    """
    drift = 1.0 + (expected_inflation[0] + growth[0]) / 12.0
    for k in range(3):
        offer_sum[0, k] = 0.0
        posts[0, k] = 0
        open_posts[0, k] = max(0, public_posts[0, k] - public_staff[0, k])
    for firm in range(staff.shape[0]):
        for k in range(3):
            wage = offer[firm, k] * drift
            if vacancies[firm, k] > 0:
                wage *= 1.0 + response * (unfilled[firm, k] / vacancies[firm, k] - unfilled_normal)
            wage += pull * (market_offer[0, k] * drift - wage)
            if wage < offer[firm, k]:
                wage = offer[firm, k] + cut * (wage - offer[firm, k])
            offer[firm, k] = wage
            weight = staff[firm, k] + vacancies[firm, k]
            offer_sum[0, k] += weight * wage
            posts[0, k] += weight
            open_posts[0, k] += unfilled[firm, k]


@system
def compare_offers(
    offer_mean: Doubles = writes(Economy.offer_mean),
    local_mean: Doubles = writes(Localities.offer_mean),
    offer_sum: Doubles = reads(Localities.offer_sum),
    posts: Indices = reads(Localities.posts),
) -> None:
    """Publish the mean offer of each skill, local and national, weighted by staff and posts."""
    for k in range(3):
        weight = 0
        total = 0.0
        for locality in range(posts.shape[0]):
            weight += posts[locality, k]
            total += offer_sum[locality, k]
            if posts[locality, k] > 0:
                local_mean[locality, k] = offer_sum[locality, k] / posts[locality, k]
        if weight > 0:
            offer_mean[0, k] = total / weight
