"""Parameters that several rules share."""


from ravelin.core.parameter import Parameters, parameter


class Need(Parameters):
    """What other transfers answer."""

    spread = parameter(0.85, "1", "spread of the log of other transfers among people alike in status and family", low=0,
                       high=2, source="assumption")  # fmt: skip
