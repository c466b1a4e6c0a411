"""Parameters that systems of several domains share."""

from ravelin.core.parameter import Parameters, parameter


class Anchors(Parameters):
    """The growth path that the opening stands on."""

    inflation_target = parameter(0.02, "1/year", "inflation the central bank aims at", low=-0.02, high=0.2,
                                 source="FOMC longer-run goal")  # fmt: skip
    growth = parameter(0.015, "1/year", "growth of the productivity of new capital", low=-0.02, high=0.1,
                       source="US trend; calibration growth_real")  # fmt: skip


class Capital(Parameters):
    """What everybody knows of firms' capital: how it wears out, and how long it takes to build."""

    depreciation = parameter(0.089, "1/year", "depreciation of firms' capital", low=0, high=1,
                             source="BEA fixed assets; calibration depreciation_firm_capital")  # fmt: skip
    trend_memory = parameter(0.04, "1/month", "speed at which trend sales, which capital is built for, follow demand",
                             low=0.001, high=1, source="MODEL lam_slow")  # fmt: skip
    time_to_build = parameter(3.0, "month", "mean time from purchase of capital goods to their use", low=1, high=60,
                              source="MODEL tlag 2-6: equipment and structures together")  # fmt: skip


class Taxes(Parameters):
    """Rates of tax, as the calibration closes them."""

    payroll_employer = parameter(0.059994703, "fraction", "payroll tax of employers over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employer")  # fmt: skip
    payroll_employee = parameter(0.070886051, "fraction", "payroll tax of employees over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employee")  # fmt: skip
    corporate = parameter(0.066075016, "fraction", "corporate tax over profit", low=0, high=0.9,
                          source="calibration corporate_tax_effective")  # fmt: skip
    sales_tax_change = parameter(0.0, "fraction", "added to every good's sales tax", low=-0.1, high=0.5,
                                 source="policy switch")  # fmt: skip


class Lending(Parameters):
    """Interest rates that banks set over the policy rate, and the capital they must hold."""

    firm_spread = parameter(0.0234, "1/year", "loan rate of a firm of normal leverage over the policy rate",
                            low=0, high=0.5, source="calibration: 4.5 % at 2.16 %")  # fmt: skip
    leverage_spread = parameter(0.03, "1/year", "added per unit of leverage above normal", low=0, high=1,
                                source="MODEL spr1, assumption")  # fmt: skip
    deposit_spread = parameter(0.0086, "1/year", "deposit rate below the policy rate", low=0, high=0.2,
                               source="calibration: 1.3 % at 2.16 %")  # fmt: skip
    consumer_spread = parameter(0.0534, "1/year", "consumer loan rate over the policy rate", low=0, high=0.5,
                                source="calibration: 7.5 % at 2.16 %")  # fmt: skip
    mortgage_spread = parameter(0.0174, "1/year", "rate of new mortgages over the policy rate", low=0, high=0.5,
                                source="calibration: 3.9 % at 2.16 %")  # fmt: skip
    advance_spread = parameter(0.005, "1/year", "rate of central-bank advances over the policy rate", low=0, high=0.5,
                               source="calibration lending_facility_spread")  # fmt: skip
    leverage_max = parameter(0.75, "fraction", "credit line over a firm's assets", low=0, high=1,
                             source="MODEL lev_max, assumption")  # fmt: skip
    capital_requirement = parameter(0.08, "fraction", "bank equity over loans below which no new investment is lent",
                                    low=0, high=1, source="Basel III total capital")  # fmt: skip
    residential_share = parameter(0.0374668, "fraction", "residential investment over trend GDP", low=0, high=1,
                                  source="calibration: account matrix")  # fmt: skip
    capital_target = parameter(0.113, "fraction", "bank equity over assets that banks aim at", low=0, high=1,
                               source="FDIC QBP 2019Q4")  # fmt: skip


class Shopping(Parameters):
    """How consumers choose where to buy."""

    switching = parameter(0.08, "1/month", "chance to try another seller in an aisle", low=0, high=1,
                          source="Lengnick 2013; MODEL sw")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing seller", low=0, high=100, source="MODEL beta")
    leaving = parameter(1.0, "fraction", "chance to stay with the second seller, per part of a purchase that the own "
                        "seller could not serve", low=0, high=1, source="assumption: customers leave who are "
                        "turned away")  # fmt: skip
    small_firm_weight = parameter(0.75, "fraction", "pull of any firm, over the mean size in its market", low=0,
                                  high=10, source="MODEL 3.6, tuned to Zipf's law after thirty years")  # fmt: skip


class Need(Parameters):
    """What other transfers answer."""

    spread = parameter(0.85, "1", "spread of the log of other transfers among people alike in status and family", low=0,
                       high=2, source="assumption")  # fmt: skip
