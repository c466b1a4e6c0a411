"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


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
