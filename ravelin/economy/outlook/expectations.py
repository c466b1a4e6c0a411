"""What everybody expects: inflation, growth and the real rate, learned from what happened."""

from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Doubles, reads, sets, system, uses, writes
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook


class Expectations(Parameters):
    """How beliefs move."""

    target_weight = parameter(0.5, "fraction", "weight of the inflation target in expected inflation", low=0, high=1,
                              source="De Grauwe 2012; MODEL theta_pi")  # fmt: skip
    inflation_memory = parameter(0.1, "1/month", "speed at which past inflation is absorbed", low=0, high=1,
                                 source="MODEL 3.1")  # fmt: skip
    investor_memory = parameter(0.3333, "1/month", "speed at which investors take in the real rate", low=0, high=1,
                                source="MODEL lam_long")  # fmt: skip
    consumer_memory = parameter(0.15, "1/month", "speed at which consumers take in the real rate", low=0, high=1,
                                source="MODEL 10: spending must not answer within the month")  # fmt: skip
    unemployment_memory = parameter(0.00833, "1/month", "speed at which people get used to unemployment", low=0, high=1,
                                    source="assumption: ten years; Malmendier and Shen 2018: what was lived through "
                                           "scars")  # fmt: skip


@system
def revise_inflation(
    expected: Doubles = sets(Outlook.expected_inflation),
    average: Doubles = writes(Outlook.inflation_average),
    inflation: Doubles = reads(Economy.inflation),
    target: float = uses(Anchors.inflation_target),
    weight: float = uses(Expectations.target_weight),
    memory: float = uses(Expectations.inflation_memory),
) -> None:
    """Expect a mix of the target and the average of past inflation.

    Source: De Grauwe (2012), "Lectures on Behavioral Macroeconomics"; an anchored and an adaptive rule.
    """
    average[0] += memory * (inflation[0] - average[0])
    expected[0] = weight * target + (1.0 - weight) * average[0]


@system
def revise_real_rate(
    slow: Doubles = writes(Outlook.real_rate_slow),
    smooth: Doubles = writes(Outlook.real_rate_smooth),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    expected: Doubles = reads(Outlook.expected_inflation),
    premium: Doubles = reads(Outlook.risk_premium),
    investor_memory: float = uses(Expectations.investor_memory),
    consumer_memory: float = uses(Expectations.consumer_memory),
) -> None:
    """Take in the real policy rate, and the premium for risk on top of it, slowly, as long rates do."""
    real = policy_rate[0] - expected[0] + premium[0]
    slow[0] += investor_memory * (real - slow[0])
    smooth[0] += consumer_memory * (real - smooth[0])


@system
def get_used_to_unemployment(
    usual: Doubles = writes(Outlook.unemployment_usual),
    unemployment: Doubles = reads(LaborStatistics.unemployment_rate),
    memory: float = uses(Expectations.unemployment_memory),
) -> None:
    """Get used to unemployment: what has lasted for a decade frightens nobody more than it did.

    Source: Malmendier and Shen (2018), "Scarred consumption".
    """
    usual[0] += memory * (unemployment[0] - usual[0])
