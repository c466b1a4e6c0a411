"""What study brings and costs somebody, and how likely she is to begin it."""

from ravelin.core.arithmetic import exp
from ravelin.core.kernel import compiled

_ADULT = 18.0
"""Age from which the aversion to study grows."""
_NEVER = -100.0
"""Yearly wages that study costs whom no career is left: nobody enrolls for that."""
_EXPONENT_MOST = 60.0
"""Beyond it a logistic chance is zero in all its digits."""


@compiled
def net_return(
    years_left: float, rate: float, premium: float, years: float, completion: float, forgone: float, tuition: float
) -> float:
    """Return the present value of study, in yearly wages of who does not study.

    Parameters
    ----------
    years_left, years : float, year
        From now to the end of the career, and of study.
    rate : float, 1/year
    premium : float, fraction
        The wage of the next skill over the own, less one.
    forgone, tuition : float, fraction
        Income given up and tuition, over the own wage.
    """
    if years_left <= years:
        return _NEVER
    during = (1.0 - exp(-rate * years)) / rate
    after = (exp(-rate * years) - exp(-rate * years_left)) / rate
    return completion * premium * after - (forgone + tuition) * during


@compiled
def means_needed(months: float, tuition: float, living: float, transfer: float) -> float:
    """Return what study costs beyond the transfers that students live on, over the mean wage."""
    return months * max(0.0, tuition + living - transfer)


@compiled
def chance_to_enroll(value: float, cost: float, taste: float, aging: float, age: float) -> float:
    """Return the yearly chance that somebody who can pay begins to study: logistic in the net return."""
    return 1.0 / (1.0 + exp(min(_EXPONENT_MOST, (cost - value) / taste + aging * (age - _ADULT))))
