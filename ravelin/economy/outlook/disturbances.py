"""Common disturbances: what moves everybody at once and the model does not explain, declared and measured."""

import math

from ravelin.core.draws import normal
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Doubles, draws, system, uses, writes
from ravelin.economy.outlook.tables import Outlook


class Disturbances(Parameters):
    """Spread and persistence of common disturbances."""

    size = parameter(1.0, "1", "factor on all disturbances; 0 switches them off", low=0, high=10,
                     source="scenario switch",
                     known_as=("Size of all disturbances", "volatility", "uncertainty",
                               "business cycle shocks"))  # fmt: skip
    premium_spread = parameter(0.008, "1/year", "standard deviation of the premium for risk", low=0, high=0.1,
                               source="Baa yield over ten-year Treasury, FRED-QD BAA10YM 1959-2019")  # fmt: skip
    premium_memory = parameter(0.973, "1", "part of the premium that stays a month", low=0, high=0.9999,
                               source="the same: autocorrelation .92 a quarter")  # fmt: skip
    procurement_spread = parameter(0.052, "1", "standard deviation of log government purchases around trend", low=0,
                                   high=0.5, source="FRED-QD GCEC1 1959-2019, quadratic trend")  # fmt: skip
    procurement_memory = parameter(0.9944, "1", "part of it that stays a month", low=0, high=0.9999,
                                   source="the same: autocorrelation .983 a quarter")  # fmt: skip


@system
def draw_disturbances(
    premium: Doubles = writes(Outlook.risk_premium),
    procurement: Doubles = writes(Outlook.procurement),
    size: float = uses(Disturbances.size),
    premium_spread: float = uses(Disturbances.premium_spread),
    premium_memory: float = uses(Disturbances.premium_memory),
    procurement_spread: float = uses(Disturbances.procurement_spread),
    procurement_memory: float = uses(Disturbances.procurement_memory),
    key_premium: int = draws("risk premium"),
    key_procurement: int = draws("procurement"),
) -> None:
    """Move each disturbance: part of it stays, the rest is drawn anew.

    Without them the cycle is made of the luck of single firms and shrinks as firms multiply.
    Source: risk premium, Smets and Wouters (2007); Gilchrist and Zakrajsek (2012).
    """
    premium[0] = moved(premium[0], premium_memory, size * premium_spread, normal(key_premium, 0))
    procurement[0] = moved(procurement[0], procurement_memory, size * procurement_spread, normal(key_procurement, 0))


@compiled
def moved(value: float, memory: float, spread: float, score: float) -> float:
    """Return the next value of an autoregression with a standard deviation, given a normal score."""
    return float(memory * value + math.sqrt(1.0 - memory * memory) * spread * score)
