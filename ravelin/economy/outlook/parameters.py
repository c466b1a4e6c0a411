"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


class Anchors(Parameters):
    """The growth path that the opening stands on."""

    inflation_target = parameter(0.02, "1/year", "inflation the central bank aims at", low=-0.02, high=0.2,
                                 source="FOMC longer-run goal",
                                 known_as=("Inflation target", "price stability", "inflation goal",
                                           "central bank target"), policy=True)  # fmt: skip
    growth = parameter(0.015, "1/year", "growth of the productivity of new capital", low=-0.02, high=0.1,
                       source="US trend; calibration growth_real",
                       known_as=("Productivity growth", "technical progress", "innovation", "trend growth",
                                 "potential growth"))  # fmt: skip
