"""Search: workers and posts of each locality meet, by skill; some who find nothing try elsewhere."""

from typing import NamedTuple

import numpy as np

from ravelin.core.draws import Key, bits
from ravelin.core.system import (
    Indices,
    bundle,
    draws,
    local_system,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.firms.tables import Workforce
from ravelin.economy.labor.acts import (
    Abilities,
    FirstRows,
    Hires,
    Jobs,
    Offers,
    PublicPosts,
    PublicStaff,
    Staff,
    Wants,
    count_in,
    count_in_public,
    lawful_pay,
    open_in_public,
    sign_on,
    strike_off,
)
from ravelin.economy.labor.matching import (
    Insured,
    SearchEffort,
    WordOfMouth,
    best_applicants,
    keep_active,
    list_searchers,
    lot,
    post_list,
    searches,
)  # fmt: skip
from ravelin.economy.labor.parameters import LaborMarket
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, UNEMPLOYED
from ravelin.economy.places.tables import Localities


class Recruitment(NamedTuple):
    """What part of open posts is recruited for in a month, and the draws that round it."""

    part: float = uses(LaborMarket.recruiting)
    key: Key = draws("posts recruited for")


class OpenPosts(NamedTuple):
    """Posts that firms open, and those that stay open when people were hired."""

    unfilled: Indices = sets(Workforce.unfilled)
    vacancies: Indices = reads(Workforce.vacancies)


@local_system
def match(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    open_posts: OpenPosts = bundle(OpenPosts),
    found: Hires = bundle(Hires),
    quits: Indices = writes(Localities.quits),
    work: Abilities = bundle(Abilities),
    wants: Wants = bundle(Wants),
    offers: Offers = bundle(Offers),
    public_posts: PublicPosts = bundle(PublicPosts),
    effort: SearchEffort = bundle(SearchEffort),
    insured: Insured = bundle(Insured),
    heard: WordOfMouth = bundle(WordOfMouth),
    recruitment: Recruitment = bundle(Recruitment),
    key_rank: int = draws("applicant rank"),
    begin: FirstRows = bundle(FirstRows),
) -> None:
    """Match searchers to posts, one round: each applies for the best post she hears of, a post takes one who suits.

    The unemployed, less who is content with a benefit for now, and some of the employed search among posts of their
    skill; see `labor.matching`.
    """
    unfilled = open_posts.unfilled
    unfilled[:, :] = open_posts.vacancies
    searchers = np.empty(jobs.status.size, np.int32)
    count = list_searchers(searchers, jobs.status, jobs.employer, effort, key_rank, begin.consumer)
    count = keep_active(searchers, count, jobs, insured, key_rank, begin.consumer)
    for k in range(3):
        vacant = open_in_public(public_posts.posts, public_posts.wanted, public.heads, k)
        posts = post_list(unfilled, vacant, k, recruitment.part, recruitment.key, begin.firm)
        public_offer = public_posts.offer[0, k]
        winner = best_applicants(
            posts, searchers[:count], k, jobs, work, wants, offers, public_offer, heard, insured, key_rank, begin
        )
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            if jobs.status[consumer] == EMPLOYED:
                quits[0] += 1
                strike_off(jobs, consumer, k, work.efficiency[consumer], staff, public)
            found.hires[0] += 1
            boss = PUBLIC_EMPLOYER if firm < 0 else begin.firm + firm
            offered = public_offer if firm < 0 else offers.offer[firm, k]
            pay = lawful_pay(PER_THOUSAND * work.efficiency[consumer], offered, offers.minimum[0], wants.hours)
            sign_on(jobs, consumer, boss, pay, found.turns)
            if firm < 0:
                count_in_public(public, k, 1, pay)
            else:
                count_in(staff, boss, k, 1, work.efficiency[consumer], pay)
                unfilled[firm, k] -= 1


@system
def match_far(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    unfilled: Indices = writes(Workforce.unfilled),
    found: Hires = bundle(Hires),
    work: Abilities = bundle(Abilities),
    wants: Wants = bundle(Wants),
    offers: Offers = bundle(Offers),
    far_search: float = uses(LaborMarket.far_search),
    suitability: float = uses(LaborMarket.suitability),
    insured: Insured = bundle(Insured),
    recruiting: float = uses(LaborMarket.recruiting),
    key_recruit: Key = draws("posts recruited for elsewhere"),
    key_post: Key = draws("far post tried"),
    key_rank: Key = draws("far applicant rank"),
) -> None:
    """Let some of those who found nothing near home try one post anywhere in the country.

    Without it localities drift apart: posts stay empty in one while people are idle in the next.
    """
    searchers = np.empty(jobs.status.size, np.int32)
    count = 0
    for consumer in range(jobs.status.size):
        if jobs.status[consumer] != UNEMPLOYED or jobs.months[consumer] == 0:
            continue
        chance = far_search * suitability * searches(insured, jobs, consumer, consumer)
        if lot(bits(key_rank, consumer), 0) < chance:
            searchers[count] = consumer
            count += 1
    one_post, everywhere = WordOfMouth(1, 0, key_post, key_post), FirstRows(0, 0)
    for k in range(3):
        posts = post_list(unfilled, 0, k, recruiting, key_recruit, 0)
        winner = best_applicants(
            posts, searchers[:count], k, jobs, work, wants, offers, 0.0, one_post, insured, key_rank, everywhere
        )
        for post in range(posts.size):
            consumer = winner[post]
            if consumer < 0:
                continue
            firm = posts[post]
            found.hires[0] += 1
            pay = lawful_pay(
                PER_THOUSAND * work.efficiency[consumer], offers.offer[firm, k], offers.minimum[0], wants.hours
            )
            sign_on(jobs, consumer, firm, pay, found.turns)
            count_in(staff, firm, k, 1, work.efficiency[consumer], pay)
            unfilled[firm, k] -= 1
