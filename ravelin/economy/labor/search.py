"""Search: workers and posts of each locality meet, by skill; some who find nothing try elsewhere."""

import numpy as np

from ravelin.core.draws import bits
from ravelin.core.system import (
    Doubles,
    Floats,
    Indices,
    Smalls,
    bundle,
    draws,
    first,
    local_system,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.acts import (
    Jobs,
    PublicStaff,
    Staff,
    Wants,
    count_in,
    count_in_public,
    lawful_pay,
    sign_on,
    strike_off,
)
from ravelin.economy.labor.matching import best_applicants, list_searchers, lot, post_list
from ravelin.economy.labor.parameters import LaborMarket
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities


@local_system
def match(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    wants: Wants = bundle(Wants),
    unfilled: Indices = sets(Workforce.unfilled),
    turns: Indices = writes(Localities.turns),
    quits: Indices = writes(Localities.quits),
    hires: Indices = writes(Localities.hires),
    vacancies: Indices = reads(Workforce.vacancies),
    labor_wanted: Floats = reads(Workforce.labor_wanted),
    offer: Doubles = reads(Workforce.offer),
    market_offer: Doubles = reads(Localities.offer_mean),
    public_posts: Indices = reads(Localities.public_posts),
    minimum: Doubles = reads(Wages.minimum_wage),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    job_search: float = uses(LaborMarket.job_search),
    public_turnover: float = uses(LaborMarket.public_turnover),
    recruiting: float = uses(LaborMarket.recruiting),
    suitability: float = uses(LaborMarket.suitability),
    posts_seen: int = uses(LaborMarket.posts_seen),
    friends: int = uses(LaborMarket.friends),
    key_recruit: int = draws("posts recruited for"),
    key_post: int = draws("post tried"),
    key_friend: int = draws("friend", fixed=True),
    key_rank: int = draws("applicant rank"),
    first_consumer: int = first(Consumers),
    first_firm: int = first(Firms),
) -> None:
    """Match searchers to posts, one round: each applies for the best post she hears of, a post takes one who suits.

    Every unemployed worker and some of the employed search among posts of their skill; see `labor.matching`.
    """
    unfilled[:, :] = vacancies
    searchers = np.empty(jobs.status.size, np.int32)
    count = list_searchers(
        searchers, jobs.status, jobs.employer, key_rank, first_consumer, job_search, public_turnover, suitability
    )
    for k in range(3):
        public_vacant = max(0, public_posts[0, k] - public.heads[0, k])
        posts = post_list(unfilled, public_vacant, k, recruiting, key_recruit, first_firm)
        winner = best_applicants(
            posts, searchers[:count], k, jobs, skill, efficiency, wants, labor_wanted, offer, market_offer[0, k],
            minimum[0], posts_seen, friends, key_post, key_friend, key_rank, first_consumer, first_firm,
        )  # fmt: skip
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            if jobs.status[consumer] == EMPLOYED:
                quits[0] += 1
                strike_off(jobs, consumer, k, efficiency[consumer], staff, public)
            hires[0] += 1
            boss = PUBLIC_EMPLOYER if firm < 0 else first_firm + firm
            offered = market_offer[0, k] if firm < 0 else offer[firm, k]
            pay = lawful_pay(PER_THOUSAND * efficiency[consumer], offered, minimum[0], wants.hours)
            sign_on(jobs, consumer, boss, pay, turns)
            if firm < 0:
                count_in_public(public, k, 1, pay)
            else:
                count_in(staff, boss, k, 1, efficiency[consumer], pay)
                unfilled[firm, k] -= 1


@system
def match_far(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    wants: Wants = bundle(Wants),
    unfilled: Indices = writes(Workforce.unfilled),
    turns: Indices = writes(Localities.turns),
    hires: Indices = writes(Localities.hires),
    labor_wanted: Floats = reads(Workforce.labor_wanted),
    offer: Doubles = reads(Workforce.offer),
    minimum: Doubles = reads(Wages.minimum_wage),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    far_search: float = uses(LaborMarket.far_search),
    recruiting: float = uses(LaborMarket.recruiting),
    suitability: float = uses(LaborMarket.suitability),
    key_recruit: int = draws("posts recruited for elsewhere"),
    key_post: int = draws("far post tried"),
    key_rank: int = draws("far applicant rank"),
) -> None:
    """Let some of those who found nothing near home try one post anywhere in the country.

    Without it localities drift apart: posts stay empty in one while people are idle in the next.
    """
    searchers = np.empty(jobs.status.size, np.int32)
    count = 0
    for consumer in range(jobs.status.size):
        if jobs.status[consumer] != UNEMPLOYED or jobs.months[consumer] == 0:
            continue
        if lot(bits(key_rank, consumer), 0) < far_search * suitability:
            searchers[count] = consumer
            count += 1
    for k in range(3):
        posts = post_list(unfilled, 0, k, recruiting, key_recruit, 0)
        winner = best_applicants(
            posts, searchers[:count], k, jobs, skill, efficiency, wants, labor_wanted, offer, 0.0, minimum[0], 1, 0,
            key_post, key_post, key_rank, 0, 0,
        )  # fmt: skip
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            hires[0] += 1
            pay = lawful_pay(PER_THOUSAND * efficiency[consumer], offer[firm, k], minimum[0], wants.hours)
            sign_on(jobs, consumer, firm, pay, turns)
            count_in(staff, firm, k, 1, efficiency[consumer], pay)
            unfilled[firm, k] -= 1
