"""Parameters of people that several domains share."""

from ravelin.core.parameter import Parameters, parameter


class Benefits(Parameters):
    """Transfers to consumers."""

    unemployment_replacement = parameter(0.345, "fraction", "unemployment benefit over the last wage", low=0, high=2,
                                         source="calibration ui_replacement_closing, .283, over the .8 of the "
                                                "unemployed who had a job before; DOL 2019: .45")  # fmt: skip
    unemployment_months = parameter(6, "month", "months for which it is paid", low=0, high=120, source="law: 26 weeks")
    recipiency = parameter(0.3146, "fraction", "part of the recently unemployed who draw it", low=0, high=1,
                           source="DOL: .28 of all unemployed, of whom .89 are within six months")  # fmt: skip
    means_test = parameter(0.5, "fraction", "cut of other transfers per unit of labor income over the mean wage",
                           low=0, high=1, source="assumption: transfers are targeted")  # fmt: skip
    transfer_change = parameter(1.0, "1", "other transfers over their rule", low=0, high=10, source="policy switch")
