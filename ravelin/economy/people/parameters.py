"""Parameters of people that several domains share."""

from ravelin.core.parameter import Parameters, parameter


class Benefits(Parameters):
    """Transfers to consumers."""

    unemployment_replacement = parameter(0.345, "fraction", "unemployment benefit over the last wage", low=0, high=2,
                                         source="calibration ui_replacement_closing, .283, over the .8 of the "
                                                "unemployed who had a job before; DOL 2019: .45",
                                         known_as=("Unemployment benefits", "unemployment insurance",
                                                   "unemployment compensation", "replacement rate", "dole",
                                                   "jobless benefits"), policy=True)  # fmt: skip
    unemployment_months = parameter(6, "month", "months for which it is paid", low=0, high=120, source="law: 26 weeks",
                                    known_as=("Months of unemployment benefits", "unemployment insurance duration",
                                              "benefit duration", "extended benefits"), policy=True)  # fmt: skip
    recipiency = parameter(0.3146, "fraction", "part of the recently unemployed who draw it", low=0, high=1,
                           source="DOL: .28 of all unemployed, of whom .89 are within six months")  # fmt: skip
    means_test = parameter(0.5, "fraction", "cut of other transfers per unit of labor income over the mean wage",
                           low=0, high=1, source="assumption: transfers are targeted",
                           known_as=("Means test", "benefit withdrawal", "phase-out", "poverty trap"))  # fmt: skip
    transfer_change = parameter(1.0, "1", "other transfers over their rule", low=0, high=10, source="policy switch",
                                known_as=("Transfers", "welfare", "social assistance", "stimulus checks",
                                          "child benefit", "food stamps", "safety net", "basic income"),
                                policy=True)  # fmt: skip
    pension_change = parameter(1.0, "1", "social security over its rule", low=0, high=10, source="policy switch",
                               known_as=("Pensions", "social security", "old-age benefits", "retirement income",
                                         "retirement benefits"), policy=True)  # fmt: skip
