"""What consumers expect of their incomes: how these are followed, and what of them is taken for luck."""

from typing import NamedTuple

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Doubles, Floats, Indices, reads, sets, uses, writes
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Technology
from ravelin.economy.people.tables import ALL_RETAINED, TAKE_HOME_MOST, TAKE_HOME_UNIT, Consumers, Lives
from ravelin.economy.places.tables import Localities
from ravelin.ledger.transfers import whole_cents


class Income(Parameters):
    """How income enters plans."""

    memory = parameter(0.06, "1/month", "speed at which permanent income follows income", low=0, high=1,
                       source="gain of the Kalman filter at the permanent and transitory variances of Carroll and "
                       "Samwick 1997, .0217 and .044 a year; Meghir and Pistaferri 2004: .08")  # fmt: skip
    new_life = parameter(1.5, "1", "income over what was expected, or under it, from which on it is no passing luck",
                         low=1.0, high=1e6, source="two standard deviations of transitory income: exp(2 * .21), "
                         "Carroll and Samwick 1997")  # fmt: skip
    pay_regained = parameter(0.88, "fraction", "part of the last pay that the unemployed count on again", low=0, high=1,
                             source="displaced workers lose 1.4 of about 12 discounted years' earnings: Davis and von "
                             "Wachter 2011")  # fmt: skip
    property_weight = parameter(0.4, "fraction", "share of property income that counts for spending", low=0, high=1,
                                source="Kaldor; MODEL omega")  # fmt: skip


class UsualIncomes(NamedTuple):
    """What consumers expect of their incomes, before tax and to take home, and the sums of a locality."""

    permanent: Floats = writes(Consumers.permanent_income)
    retained: Indices = writes(Consumers.retained)
    take_home: Indices = writes(Lives.take_home)
    permanent_sum: Doubles = sets(Localities.income_sum)
    retained_sum: Doubles = sets(Localities.retained_sum)
    take_home_sum: Doubles = sets(Localities.take_home_sum)
    inflation: Doubles = reads(Economy.inflation)
    productivity_growth: Doubles = reads(Technology.productivity_growth)
    offer: Doubles = reads(Localities.offer_mean)
    memory: float = uses(Income.memory)
    new_life: float = uses(Income.new_life)
    pay_regained: float = uses(Income.pay_regained)
    property_weight: float = uses(Income.property_weight)


@compiled
def shares_retained(share: Doubles, received: Doubles, tax: Doubles, labor: Doubles, payroll: float) -> None:
    """Fill what taxes leave of all that is received, all if there is none; `received` is net of payroll tax."""
    for row in range(share.size):
        before = received[row] + np.rint(payroll * labor[row])
        share[row] = max(0.0, received[row] - tax[row]) / before if before > 0.0 else 1.0


@compiled
def follow_incomes(
    usually: UsualIncomes, begin: int, counted: Doubles, contracted: Doubles, lacking: Doubles, taken_home: Doubles,
    share: Doubles,
) -> tuple[int, int, int]:  # fmt: skip
    """Let permanent incomes, and what taxes leave of them, follow those of the month; return sums in whole cents.

    y <- e + v (x - e), with e = y (1 + growth of prices and productivity), x what counts as income, with the pay that
    the unemployed count on again, and v the gain of a Kalman filter: luck of a month moves little. Where x is less than
    e over `new_life`, or pay and pension by themselves are more than so many times e, it is no luck, and y = x.
    Taxes are followed alike; who is out of work goes by those of her work.
    Source: Muth (1960); Carroll and Samwick (1997), "The nature of precautionary wealth".
    """
    rows = slice(begin, begin + counted.size)
    permanent, retained, take_home = usually.permanent[rows], usually.retained[rows], usually.take_home[rows]
    growth = 1.0 + (usually.inflation[0] + usually.productivity_growth[0]) / MONTHS_PER_YEAR
    memory, bound = usually.memory, usually.new_life
    incomes, left, home = 0, 0, 0
    for row in range(counted.size):
        expected = growth * permanent[row]
        anew = (contracted[row] + lacking[row] > bound * expected) | (bound * counted[row] < expected)
        gain = 1.0 if anew else memory
        permanent[row] = np.float32(expected + gain * (counted[row] - expected))
        own = np.float64(permanent[row])
        left_before = np.float64(retained[row])
        gain_of_share = 0.0 if lacking[row] > 0.0 else gain
        left_now = np.rint(left_before + gain_of_share * (ALL_RETAINED * share[row] - left_before))
        retained[row] = whole(left_now)
        home_before = np.float64(take_home[row])
        now = taken_home[row] + lacking[row] * (left_now / ALL_RETAINED)
        now = min(TAKE_HOME_MOST, TAKE_HOME_UNIT * max(0.0, now) / max(1.0, counted[row]))
        home_now = np.rint(home_before + gain * (now - home_before))
        take_home[row] = whole(home_now)
        incomes += whole_cents(own)
        left += whole_cents(own * (left_now / ALL_RETAINED))
        home += whole_cents(own * (home_now / TAKE_HOME_UNIT))
    return incomes, left, home
