"""Parameters that several rules share."""


from ravelin.core.parameter import Parameters, parameter


class Shopping(Parameters):
    """How consumers choose where to buy."""

    switching = parameter(0.08, "1/month", "chance to try another seller in an aisle", low=0, high=1,
                          source="Lengnick 2013; MODEL sw")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing seller", low=0, high=100, source="MODEL beta")
    leaving = parameter(1.0, "fraction", "chance to stay with the second seller, per part of a purchase that the own "
                        "seller could not serve", low=0, high=1, source="assumption: customers leave who are "
                        "turned away")  # fmt: skip
    small_firm_weight = parameter(0.4, "fraction", "pull of any firm, over the mean size in its market", low=0, high=10,
                                  source="MODEL 3.6; Zipf's law over sixty years and a level first year")  # fmt: skip
