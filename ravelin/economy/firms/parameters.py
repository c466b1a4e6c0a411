"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


class Closing(Parameters):
    """How firms close, and which do not."""

    months = parameter(3, "month", "months in which a closing firm sells what it has", low=1, high=24,
                       source="CREDIT.md 4.6; a chapter 7 sale takes 3 to 12")  # fmt: skip
    stock_discount = parameter(0.3, "fraction", "discount on what it has in store", low=0, high=0.9,
                               source="assumption; inventories bring about half of book in liquidation")  # fmt: skip
    few = parameter(4, "1", "sellers of a market up to which none closes", low=0, high=1000,
                    source="CREDIT.md rule 5: supply chains stop for want of a seller")  # fmt: skip
    big = parameter(0.08, "fraction", "share of its market from which a firm does not close", low=0, high=1,
                    source="CREDIT.md rule 5: .05 to .15")  # fmt: skip


class Capital(Parameters):
    """What everybody knows of firms' capital: how it wears out, and how long it takes to build."""

    depreciation = parameter(0.089, "1/year", "depreciation of firms' capital", low=0, high=1,
                             source="BEA fixed assets; calibration depreciation_firm_capital",
                             known_as=("Depreciation of capital", "wear", "scrapping"))  # fmt: skip
    trend_memory = parameter(0.02, "1/month", "speed at which trend sales, which capital is built for, follow demand",
                             low=0.001, high=1, source="Muth 1960: what lasts of demand; four years, as for "
                                                       "Investment.price_memory")  # fmt: skip
    time_to_build = parameter(3.0, "month", "mean time from purchase of capital goods to their use", low=1, high=60,
                              source="MODEL tlag 2-6: equipment and structures together")  # fmt: skip
