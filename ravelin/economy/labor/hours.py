"""Hours: staff works longer or shorter than usual until a firm has hired, or lost, whom it needs less of."""

import numpy as np

from ravelin.core.system import Doubles, Floats, Indices, Smalls, local_system, reads, sets, uses
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.labor.parameters import Skills, WorkingTime
from ravelin.mechanisms.technology import ces_output, normal_mix_weights


@local_system
def set_hours(
    hours: Floats = sets(Workforce.hours),
    good: Smalls = reads(Firms.good),
    labor: Indices = reads(Workforce.labor),
    labor_wanted: Floats = reads(Workforce.labor_wanted),
    labor_price: Floats = reads(Workforce.labor_price),
    offer: Doubles = reads(Workforce.offer),
    skill_mix: Doubles = reads(Goods.skill_mix),
    skill_weight: Doubles = reads(Goods.skill_weight),
    substitution: float = uses(Skills.substitution),
    owner_labor: float = uses(WorkingTime.owner_labor),
    overtime: float = uses(WorkingTime.overtime),
    short_time: float = uses(WorkingTime.short_time),
) -> None:
    """Set the hours in which the staff there is does what planned output needs, within bounds.

    Where staff is short its owner helps first, who is not paid by the hour. What the labor wanted costs over what a
    unit of it costs in the cheapest mix is how much of it there is.

    Order: after hiring, before offers change and anything is made.
    Source: hours adjust at once and heads slowly, Sargent (1978), "Estimation of dynamic labor demand schedules".
    """
    weights = np.empty_like(skill_mix)
    for g in range(skill_mix.shape[0]):
        normal_mix_weights(skill_mix[g], skill_weight[g], substitution, weights[g])
    has = np.empty(3)
    for firm in range(hours.size):
        cost = 0.0
        for skill in range(3):
            cost += labor_wanted[firm, skill] * offer[firm, skill]
            has[skill] = PER_THOUSAND * labor[firm, skill]
        needed = cost / labor_price[firm]
        staffed = ces_output(has, weights[good[firm]], substitution)
        longest, shortest = (1.0 + overtime) * staffed, (1.0 - short_time) * staffed
        worked = max(min(staffed, needed), needed - owner_labor)
        worked = min(longest, max(shortest, worked))
        hours[firm] = np.float32(worked / staffed) if staffed > 0.0 else np.float32(1.0)
