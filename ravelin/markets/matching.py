"""How posts find workers: urn-ball matching, one round.

Each searcher tries one post; a post takes one of those who suit and accept. Competing applicants are
ranked by a hash, never by row. Congestion makes the Beveridge curve smooth.
Source: Petrongolo and Pissarides (2001), section 3.
"""

import numpy as np

from ravelin.core.draws import Key, below, bits, fill_bits
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Doubles, Indices, Smalls
from ravelin.state.consumers import EMPLOYED, UNEMPLOYED

_BLOCK = 512
"""Rows that are worked on together."""
_NOBODY = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled
def lot(word: Key, place: int) -> float:
    """Give a draw in [0, 1) from 16 of a word's 64 bits; separate bits serve as separate draws."""
    return np.float64(whole((word >> np.uint64(16 * place)) & np.uint64(0xFFFF))) * (1.0 / 65536.0)


@compiled
def post_list(vacancies: Indices, public_vacancies: int, skill: int) -> Indices:
    """List the firm (local row, -1 for the government) of every open post of a skill."""
    count = public_vacancies
    for firm in range(vacancies.shape[0]):
        count += vacancies[firm, skill]
    posts = np.empty(count, np.int32)
    place = 0
    for firm in range(vacancies.shape[0]):
        for _ in range(vacancies[firm, skill]):
            posts[place] = firm
            place += 1
    posts[place:] = -1
    return posts


@compiled
def list_searchers(
    searchers: Indices, status: Smalls, key: Key, first: int, job_search: float, suitability: float
) -> int:
    """List who looks for a post and suits: the unemployed, and the employed at a chance; return how many.

    Everybody is written down, and the place is taken only if she searches: no branch has to be guessed.
    """
    words = np.empty(_BLOCK, np.uint64)
    looks = np.empty(_BLOCK, np.uint8)
    count = np.uint64(0)
    for begin in range(0, status.size, _BLOCK):
        here = status[begin : begin + _BLOCK]
        fill_bits(words[: here.size], key, first + begin)
        for row in range(here.size):
            chance = 1.0 if here[row] == UNEMPLOYED else (job_search if here[row] == EMPLOYED else 0.0)
            looks[row] = (lot(words[row], 0) < chance) & (lot(words[row], 1) < suitability)
        for row in range(here.size):
            searchers[count] = begin + row
            count += np.uint64(looks[row])
    return whole(count)


@compiled
def best_applicants(
    posts: Indices, searchers: Indices, k: int, status: Smalls, employer: Indices, wage: Cents, months: Smalls,
    skill: Smalls, efficiency: Indices, labor_wanted: Doubles, offer: Doubles, public_offer: float,
    raise_wanted: float, reservation: float, decline: float, key_post: Key, key_rank: Key, first: int,
    first_firm: int,
) -> Indices:  # fmt: skip
    """Let each searcher of a skill try a post; return who gets it, by post (-1 nobody).

    Parameters
    ----------
    posts : (posts,) int
        Whose each post is: a row of `offer`, or -1 for the government, which pays `public_offer`.
    searchers : (searchers,) int
        Rows of those who search, ascending.
    """
    best = np.full(posts.size, _NOBODY, np.uint64)
    winner = np.full(posts.size, -1, np.int32)
    if posts.size == 0:
        return winner
    for place in range(searchers.size):
        row = searchers[place]
        if skill[row] != k:
            continue
        post = below(key_post, first + row, posts.size)
        firm = posts[post]
        public = firm < 0
        standard = 0.001 * efficiency[row]
        # A small firm has no work for somebody worth several standard workers.
        suits = public | (standard <= 1.5 * max(1.0, labor_wanted[max(0, firm), k]))
        moves = public | (employer[row] != first_firm + firm)
        offered = (public_offer if public else offer[max(0, firm), k]) * standard
        word = bits(key_rank, first + row)
        easy = ((word >> np.uint64(32)) & np.uint64(3)) == np.uint64(0)
        needed = (reservation if easy else raise_wanted) * wage[row]
        if status[row] == UNEMPLOYED:
            needed = reservation * wage[row] * (1.0 - decline) ** months[row]
        rank = word >> np.uint64(20)
        if suits & moves & (offered >= needed) & (rank < best[post]):
            best[post] = rank
            winner[post] = row
    return winner
