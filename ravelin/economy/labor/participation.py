"""Participation: who finds nothing for long gives up, and comes back when posts are many.

Who gave up is marginally attached to the labor force: she draws no benefit, does not count as unemployed, and her
months without a job go on counting. Others who do not work (they study, keep house, are ill) never search.
"""

import numpy as np

from ravelin.core.arithmetic import power
from ravelin.core.draws import uniform
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Indices, Smalls, draws, first, local_system, reads, uses, writes
from ravelin.economy.labor.acts import turn_to
from ravelin.economy.people.acts import benefit_months
from ravelin.economy.people.parameters import Benefits
from ravelin.economy.people.tables import INACTIVE, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities


class Participation(Parameters):
    """Who leaves the labor force for want of work, and who returns."""

    patience = parameter(3, "month", "months without a job before anybody gives up", low=0, high=120,
                         source="assumption: BLS asks the discouraged about the last year")  # fmt: skip
    giving_up = parameter(0.04, "1/month", "chance to give up after that", low=0, high=1,
                          source="with the return 1 % of the labor force are marginally attached (BLS A-38, 2019: "
                                 ".9); CPS flows of .22 hold much that is misread: Elsby et al. (2015)")  # fmt: skip
    returning = parameter(0.05, "1/month", "chance to come back while there is a post per unemployed", low=0, high=1,
                          source="assumption: twenty months; see giving_up")  # fmt: skip
    response = parameter(1.0, "1", "elasticity of that chance to posts per unemployed of the own skill", low=0, high=5,
                         source="tuned: participation varies a fifth as much as GDP, and follows it; CPS")  # fmt: skip


@local_system
def give_up_and_return(
    status: Smalls = writes(Consumers.status),
    turns: Indices = writes(Localities.turns),
    months: Smalls = reads(Consumers.months_unemployed),
    skill: Smalls = reads(Consumers.skill),
    vacancies: Indices = reads(Localities.vacancies),
    unemployed: Indices = reads(Localities.unemployed),
    patience: int = uses(Participation.patience),
    giving_up: float = uses(Participation.giving_up),
    returning: float = uses(Participation.returning),
    response: float = uses(Participation.response),
    benefit_limit: int = uses(Benefits.unemployment_months),
    recipiency: float = uses(Benefits.recipiency),
    key: int = draws("participation"),
    key_benefit: int = draws("benefit recipient", fixed=True),
    first_consumer: int = first(Consumers),
) -> None:
    """Let some who searched for long give up, and some who gave up search again, the more the more posts there are.

    Whoever draws a benefit does not give up: the law asks her to search for it.
    Source: Rothstein (2011), "Unemployment insurance and job search in the Great Recession".
    """
    back = np.empty(3)
    for k in range(3):
        back[k] = returning * power(vacancies[0, k] / max(1, unemployed[0, k]), response)
    for consumer in range(status.size):
        if months[consumer] == 0:
            continue
        if status[consumer] == UNEMPLOYED and months[consumer] > patience:
            row = first_consumer + consumer
            draws_benefit = benefit_months(months[consumer], benefit_limit, recipiency, key_benefit, row) > 0
            if uniform(key, row) < giving_up and not draws_benefit:
                turn_to(consumer, INACTIVE, status, turns)
        elif status[consumer] == INACTIVE and uniform(key, first_consumer + consumer) < back[skill[consumer]]:
            turn_to(consumer, UNEMPLOYED, status, turns)
