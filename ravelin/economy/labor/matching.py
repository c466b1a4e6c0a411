"""How posts find workers: urn-ball matching, one round.

Each searcher applies for one post, the best of those she hears of; a post takes one of those who suit and accept.
Competing applicants are ranked by a hash, never by row. Congestion makes the Beveridge curve smooth.
Source: Petrongolo and Pissarides (2001), section 3.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import power
from ravelin.core.draws import Key, below, bits, fill_bits, uniform
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Indices, Smalls, draws, uses
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.labor.acts import Abilities, FirstRows, Jobs, Offers, Wants, lawful_pay
from ravelin.economy.labor.parameters import LaborMarket
from ravelin.economy.people.acts import benefit_months
from ravelin.economy.people.parameters import Benefits
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, UNEMPLOYED

_LOT = 1.0 / 2**16
"""Of one in 16 bits."""
_WORTH_MOST = 1.5
"""Work of how many standard workers one person may bring to a firm that wants one (assumption)."""
_BLOCK = 512
"""Rows that are worked on together."""
_NOBODY = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled
def lot(word: Key, place: int) -> float:
    """Give a draw in [0, 1) from 16 of a word's 64 bits; separate bits serve as separate draws."""
    return np.float64(whole((word >> np.uint64(16 * place)) & np.uint64(0xFFFF))) * _LOT


@compiled
def post_list(
    vacancies: Indices, public_vacancies: int, skill: int, recruiting: float, key: Key, first_firm: int
) -> Indices:
    """List the firm (local row, -1 for the government) of every post of a skill to be filled this month.

    A part of open posts is recruited for, rounded without bias by a draw per firm and skill.
    """
    most = public_vacancies
    for firm in range(vacancies.shape[0]):
        most += vacancies[firm, skill]
    posts = np.empty(most, np.int32)
    place = 0
    for firm in range(vacancies.shape[0]):
        if vacancies[firm, skill] > 0:
            dither = uniform(key, 3 * (first_firm + firm) + skill)
            for _ in range(whole(np.floor(recruiting * vacancies[firm, skill] + dither))):
                posts[place] = firm
                place += 1
    for _ in range(whole(np.floor(recruiting * public_vacancies + 0.5))):
        posts[place] = -1
        place += 1
    return posts[:place]


class SearchEffort(NamedTuple):
    """How often people look for another post, and suit one."""

    job_search: float = uses(LaborMarket.job_search)
    public_turnover: float = uses(LaborMarket.public_turnover)
    suitability: float = uses(LaborMarket.suitability)


class Insured(NamedTuple):
    """Who draws a benefit while out of work, for how long and how much, and what this does to search."""

    replacement: float = uses(Benefits.unemployment_replacement)
    months: int = uses(Benefits.unemployment_months)
    recipiency: float = uses(Benefits.recipiency)
    key: Key = draws("benefit recipient", fixed=True)
    search_response: float = uses(LaborMarket.search_response)
    asking_response: float = uses(LaborMarket.asking_response)
    finding: float = uses(LaborMarket.finding_expected)


@compiled
def benefit_to_come(insured: Insured, jobs: Jobs, row: int, number: int) -> float:
    """Return what an unemployed person would forgo by a job now, over what she would earn in the same time.

    The benefit over the last wage, times the part of the time out of work still to be expected in which it is paid:
    1 - (1 - finding) ** months left, which is little when it is about to end. None for who does not draw one, or
    never had a wage.
    """
    if jobs.wage[row] == 0:
        return 0.0
    left = benefit_months(jobs.months[row], insured.months, insured.recipiency, insured.key, number)
    return insured.replacement * (1.0 - power(1.0 - insured.finding, left))


@compiled
def searches(insured: Insured, jobs: Jobs, row: int, number: int) -> float:
    """Return how much an unemployed person searches over who has no benefit: (1 - benefit to come) ** response.

    Source: Mortensen (1977), "Unemployment insurance and job search decisions"; with a cost of search that is
    quadratic, Chetty (2008), "Moral hazard versus liquidity", the elasticity is one.
    """
    return power(max(0.0, 1.0 - benefit_to_come(insured, jobs, row, number)), insured.search_response)


@compiled
def list_searchers(
    searchers: Indices, status: Smalls, employer: Indices, effort: SearchEffort, key: Key, first: int
) -> int:
    """List who looks for a post and suits: the unemployed, and the employed at a chance; return how many.

    Employees of the government look for another post less often.

    Everybody is written down, and the place is taken only if she searches: no branch has to be guessed.
    """
    words = np.empty(_BLOCK, np.uint64)
    looks = np.empty(_BLOCK, np.uint8)
    count = np.uint64(0)
    for begin in range(0, status.size, _BLOCK):
        here, boss = status[begin : begin + _BLOCK], employer[begin : begin + _BLOCK]
        fill_bits(words[: here.size], key, first + begin)
        for row in range(here.size):
            often = effort.public_turnover if boss[row] == PUBLIC_EMPLOYER else 1.0
            at_work = effort.job_search * often if here[row] == EMPLOYED else 0.0
            chance = 1.0 if here[row] == UNEMPLOYED else at_work
            looks[row] = (lot(words[row], 0) < chance) & (lot(words[row], 1) < effort.suitability)
        for row in range(here.size):
            searchers[count] = begin + row
            count += np.uint64(looks[row])
    return whole(count)


@compiled
def keep_active(searchers: Indices, count: int, jobs: Jobs, insured: Insured, key: Key, first: int) -> int:
    """Strike off the list those unemployed whom a benefit keeps from searching this month; return how many stay.

    Their first draw is free: whoever is unemployed was listed whatever it is.
    """
    kept = 0
    for place in range(count):
        row, number = searchers[place], first + searchers[place]
        if jobs.status[row] == UNEMPLOYED and lot(bits(key, number), 0) >= searches(insured, jobs, row, number):
            continue
        searchers[kept] = row
        kept += 1
    return kept


class WordOfMouth(NamedTuple):
    """How many posts a searcher hears of: some by chance, and one of each friend whose employer has any."""

    posts_seen: int = uses(LaborMarket.posts_seen)
    friends: int = uses(LaborMarket.friends)
    key_post: Key = draws("post tried")
    key_friend: Key = draws("friend", fixed=True)


@compiled
def best_applicants(
    posts: Indices, searchers: Indices, k: int, jobs: Jobs, work: Abilities, wants: Wants, offers: Offers,
    public_offer: float, heard: WordOfMouth, insured: Insured, key_rank: Key, begin: FirstRows,
) -> Indices:  # fmt: skip
    """Let each searcher of a skill apply for the best post she hears of; return who gets it, by post (-1 nobody).

    She sees some posts by chance, and hears of one from each friend whose employer has any. Friends are people
    of her locality, drawn once and for all; they are computed, not stored.

    Parameters
    ----------
    posts : (posts,) int
        Whose each post is: a row of `offer`, or -1 for the government, which pays `public_offer`; ascending, -1 last.
    searchers : (searchers,) int
        Rows of those who search, ascending.
    """
    best = np.full(posts.size, _NOBODY, np.uint64)
    winner = np.full(posts.size, -1, np.int32)
    if posts.size == 0:
        return winner
    firms = offers.offer.shape[0]
    open_at = first_posts(posts, firms)
    for place in range(searchers.size):
        row = searchers[place]
        if work.skill[row] != k:
            continue
        standard = PER_THOUSAND * work.efficiency[row]
        choice, offered = -1, 0.0
        many = heard.posts_seen + heard.friends
        for turn in range(many):
            ticket = many * (begin.consumer + row) + turn
            if turn < heard.posts_seen:
                post = below(heard.key_post, ticket, posts.size)
            else:
                place_of_friend = heard.friends * (begin.consumer + row) + turn - heard.posts_seen
                friend = below(heard.key_friend, place_of_friend, jobs.status.size)
                boss = jobs.employer[friend] - begin.firm
                at_work_here = jobs.employer[friend] >= 0 and 0 <= boss < firms
                if not at_work_here or open_at[boss] == open_at[boss + 1]:
                    continue
                post = open_at[boss] + below(heard.key_post, ticket, open_at[boss + 1] - open_at[boss])
            firm = posts[post]
            public = firm < 0
            # A small firm has no work for somebody worth several standard jobs.
            suits = public | (standard <= _WORTH_MOST * max(1.0, offers.labor_wanted[max(0, firm), k]))
            # Nobody applies where she works already, the government included.
            moves = jobs.employer[row] != (PUBLIC_EMPLOYER if public else begin.firm + firm)
            here = public_offer if public else offers.offer[max(0, firm), k]
            if suits & moves & (here > offered):
                choice, offered = post, here
        if choice < 0:
            continue
        pay = lawful_pay(standard, offered, offers.minimum[0], wants.hours)
        word = bits(key_rank, begin.consumer + row)
        # What the other sides of a job are worth differs by person and post.
        needed = (wants.raise_wanted + wants.taste * (2.0 * lot(word, 2) - 1.0)) * jobs.wage[row]
        if jobs.status[row] == UNEMPLOYED:
            asked = wants.reservation * power(1.0 - wants.decline, jobs.months[row])
            asked += insured.asking_response * benefit_to_come(insured, jobs, row, begin.consumer + row)
            needed = asked * jobs.wage[row]
        rank = word >> np.uint64(20)
        if (pay >= needed) & (rank < best[choice]):
            best[choice] = rank
            winner[choice] = row
    return winner


@compiled
def first_posts(posts: Indices, firms: int) -> Indices:
    """Return the place of each firm's first post in the list, (firms + 1,): none if the next firm begins there."""
    begin = np.zeros(firms + 1, np.int32)
    for place in range(posts.size):
        if posts[place] >= 0:
            begin[posts[place] + 1] += 1
    for firm in range(firms):
        begin[firm + 1] += begin[firm]
    return begin
