"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


class Lending(Parameters):
    """Interest rates that banks set over the policy rate, and the capital they must hold."""

    firm_spread = parameter(0.0234, "1/year", "loan rate of a firm of normal leverage over the policy rate",
                            low=0, high=0.5, source="calibration: 4.5 % at 2.16 %",
                            known_as=("Spread on loans to firms", "credit spread", "lending rate", "interest margin",
                                      "cost of borrowing"))  # fmt: skip
    leverage_spread = parameter(0.03, "1/year", "added per unit of leverage above normal", low=0, high=1,
                                source="MODEL spr1, assumption")  # fmt: skip
    deposit_spread = parameter(0.0086, "1/year", "deposit rate below the policy rate", low=0, high=0.2,
                               source="calibration: 1.3 % at 2.16 %")  # fmt: skip
    consumer_spread = parameter(0.0534, "1/year", "consumer loan rate over the policy rate", low=0, high=0.5,
                                source="calibration: 7.5 % at 2.16 %",
                                known_as=("Spread on consumer loans", "credit cards", "interest margin"))  # fmt: skip
    mortgage_spread = parameter(0.0174, "1/year", "rate of new mortgages over the policy rate", low=0, high=0.5,
                                source="calibration: 3.9 % at 2.16 %",
                                known_as=("Spread on mortgages", "mortgage rate", "housing credit",
                                          "interest margin"))  # fmt: skip
    advance_spread = parameter(0.005, "1/year", "rate of central-bank advances over the policy rate", low=0, high=0.5,
                               source="calibration lending_facility_spread")  # fmt: skip
    leverage_max = parameter(0.75, "fraction", "credit line over a firm's assets", low=0, high=1,
                             source="MODEL lev_max, assumption",
                             known_as=("Credit limit of firms", "loan to value", "credit crunch", "credit supply",
                                       "collateral requirement"))  # fmt: skip
    capital_requirement = parameter(0.08, "fraction", "bank equity over loans below which no new investment is lent",
                                    low=0, high=1, source="Basel III total capital",
                                    known_as=("Capital requirement of banks", "bank capital", "Basel III",
                                              "macroprudential policy", "capital buffer", "leverage ratio"),
                                    policy=True)  # fmt: skip
    residential_share = parameter(0.0374668, "fraction", "residential investment over trend GDP", low=0, high=1,
                                  source="calibration: account matrix")  # fmt: skip
    capital_target = parameter(0.113, "fraction", "bank equity over assets that banks aim at", low=0, high=1,
                               source="FDIC QBP 2019Q4",
                               known_as=("Capital that banks aim at", "bank capital", "capital buffer",
                                         "deleveraging"))  # fmt: skip
