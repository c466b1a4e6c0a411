"""Pay: the wages that firms offer, the yearly raises of those who work there, and the minimum wage."""

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.system import (
    Cents,
    Doubles,
    Indices,
    Smalls,
    adds,
    first,
    local_system,
    reads,
    renews,
    sets,
    system,
    this_tick,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.firms.tables import Technology, Workforce
from ravelin.economy.government.parameters import PublicEmployment
from ravelin.economy.labor.acts import lawful_pay, open_in_public
from ravelin.economy.labor.parameters import LaborMarket, MinimumWage
from ravelin.economy.labor.tables import Wages
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.acts import birthdays
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.transfers import round_cents


@system
def set_minimum_wage(
    minimum: Doubles = writes(Wages.minimum_wage),
    last: Doubles = sets(Wages.minimum_wage_last),
    base: Doubles = writes(Wages.minimum_wage_base),
    wage_mean: Doubles = reads(Wages.wage_mean),
    share: float = uses(MinimumWage.share),
    tick: int = this_tick(),
) -> None:
    """Set the statutory wage of full-time work, once a year by the mean wage, which never lowers it."""
    if tick % 12 == 0:
        base[0] = max(base[0], wage_mean[0])
    last[0] = minimum[0]
    minimum[0] = share * base[0]


@local_system
def enforce_minimum_wage(
    wage: Cents = writes(Consumers.wage),
    payroll: Cents = adds(Workforce.payroll),
    public_payroll: Cents = writes(Localities.public_payroll),
    offer: Doubles = writes(Workforce.offer),
    market_offer: Doubles = writes(Localities.offer_mean),
    status: Smalls = reads(Consumers.status),
    employer: Indices = reads(Consumers.employer),
    efficiency: Indices = reads(Consumers.efficiency),
    minimum: Doubles = reads(Wages.minimum_wage),
    last: Doubles = reads(Wages.minimum_wage_last),
    hours: float = uses(MinimumWage.hours),
    tick: int = this_tick(),
) -> None:
    """Raise offers to a minimum wage that has risen, and pay to what the law asks for at the worker's efficiency.

    In other months only who has turned a year older may be worth more: who is hired is paid what the law asks for.
    """
    if minimum[0] > last[0]:
        for k in range(3):
            market_offer[0, k] = max(market_offer[0, k], minimum[0])
            for firm in range(offer.shape[0]):
                offer[firm, k] = max(offer[firm, k], minimum[0])
        concerned = np.arange(status.size, dtype=np.int32)
    else:
        concerned = birthdays(status.size, tick)
    for consumer in concerned:
        if status[consumer] != EMPLOYED or wage[consumer] >= minimum[0]:
            continue
        due = lawful_pay(PER_THOUSAND * efficiency[consumer], 0.0, minimum[0], hours)
        rise = max(0, due - wage[consumer])
        if employer[consumer] == PUBLIC_EMPLOYER:
            public_payroll[0] += rise
        else:
            payroll[employer[consumer]] += rise
        wage[consumer] += rise


@local_system
def raise_pay(
    wage: Cents = writes(Consumers.wage),
    payroll: Cents = adds(Workforce.payroll),
    public_payroll: Cents = writes(Localities.public_payroll),
    status: Smalls = reads(Consumers.status),
    employer: Indices = reads(Consumers.employer),
    skill: Smalls = reads(Consumers.skill),
    efficiency: Indices = reads(Consumers.efficiency),
    offer: Doubles = reads(Workforce.offer, whole=True),
    market_offer: Doubles = reads(Localities.offer_mean),
    expected_inflation: Doubles = reads(Outlook.expected_inflation),
    growth: Doubles = reads(Technology.productivity_growth),
    catch_up: float = uses(LaborMarket.catch_up),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Raise once a year, in the month of her anniversary, who is at work.

    A raise is expected inflation and productivity growth, moved towards what the firm offers new people, all
    the way at a catch-up of one; pay is never cut. Source: downward rigidity, Bewley (1999); MODEL 3.4.
    """
    indexation = 1.0 + max(0.0, expected_inflation[0] + growth[0])
    for consumer in range(-(first_consumer + tick) % 12, status.size, 12):
        if status[consumer] != EMPLOYED:
            continue
        k, boss = skill[consumer], employer[consumer]
        outside = market_offer[0, k] if boss == PUBLIC_EMPLOYER else offer[boss, k]
        raised = wage[consumer] * indexation
        raised += catch_up * (PER_THOUSAND * efficiency[consumer] * outside - raised)
        new_wage = max(wage[consumer], round_cents(raised))
        if boss == PUBLIC_EMPLOYER:
            public_payroll[0] += new_wage - wage[consumer]
        else:
            payroll[boss] += new_wage - wage[consumer]
        wage[consumer] = new_wage


@local_system
def revise_offers(
    offer: Doubles = writes(Workforce.offer),
    vacancies: Indices = reads(Workforce.vacancies),
    unfilled: Indices = reads(Workforce.unfilled),
    market_offer: Doubles = reads(Localities.offer_mean),
    expected_inflation: Doubles = reads(Outlook.expected_inflation),
    growth: Doubles = reads(Technology.productivity_growth),
    response: float = uses(LaborMarket.offer_response),
    unfilled_normal: float = uses(LaborMarket.unfilled_normal),
    pull: float = uses(LaborMarket.pull),
    cut: float = uses(LaborMarket.offer_cut),
    minimum: Doubles = reads(Wages.minimum_wage),
) -> None:
    """Raise offers with expected inflation and growth, more where posts stay unfilled, less where they fill.

    Nominal offers rarely fall, and not below the minimum wage. Lag: the market's mean offer of the previous month.
    """
    drift = 1.0 + (expected_inflation[0] + growth[0]) / MONTHS_PER_YEAR
    for firm in range(offer.shape[0]):
        for k in range(3):
            wage = offer[firm, k] * drift
            if vacancies[firm, k] > 0:
                wage *= 1.0 + response * (unfilled[firm, k] / vacancies[firm, k] - unfilled_normal)
            wage += pull * (market_offer[0, k] * drift - wage)
            if wage < offer[firm, k]:
                wage = offer[firm, k] + cut * (wage - offer[firm, k])
            offer[firm, k] = max(wage, minimum[0])


@local_system
def count_posts(
    offer_sum: Doubles = sets(Localities.offer_sum),
    posts: Indices = sets(Localities.posts),
    open_posts: Indices = sets(Localities.vacancies),
    public_posts: Indices = reads(Localities.public_posts),
    public_staff: Indices = reads(Localities.public_staff),
    staff: Indices = reads(Workforce.staff),
    vacancies: Indices = reads(Workforce.vacancies),
    unfilled: Indices = reads(Workforce.unfilled),
    offer: Doubles = reads(Workforce.offer),
    wanted: float = uses(PublicEmployment.posts),
) -> None:
    """Count a locality's posts of each skill, what firms offer for theirs, and those that stay open."""
    for k in range(3):
        offer_sum[0, k] = 0.0
        posts[0, k] = 0
        open_posts[0, k] = open_in_public(public_posts, wanted, public_staff, k)
    for firm in range(offer.shape[0]):
        for k in range(3):
            weight = staff[firm, k] + vacancies[firm, k]
            offer_sum[0, k] += weight * offer[firm, k]
            posts[0, k] += weight
            open_posts[0, k] += unfilled[firm, k]


@system
def compare_offers(
    offer_mean: Doubles = renews(Wages.offer_mean),
    local_mean: Doubles = renews(Localities.offer_mean),
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
