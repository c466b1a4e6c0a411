"""Lives: a consumer's age, study and thrift, and what the opening knows of lives in general.

The tables beside `Lives` hold hazards and careers by age, kinds of household, and claims by status; nothing in
them changes after the opening.
"""

from ravelin.core.table import Table, column
from ravelin.state.consumers import Consumers

BANDS = 7
OLDEST = 100
EDUCATIONS = 5
LOWEST_EDUCATION = (0, 2, 3)
"""The least education of each skill; who rises to a skill has just that."""
HIGHEST_EDUCATION = (1, 2, 4)
CAREER_RANKS = 128


class Lives(Table, rows=Consumers):
    """Where a consumer stands in life, and what her household means to put by."""

    age = column("u1", "year", "age of the head", start=40, high=OLDEST,
                 kept_by="the calendar, together with her demographic cell",
                 instead="Ages.ending or Ages.retirement")  # fmt: skip
    study_months = column("u1", "month", "months of study left; she is inactive meanwhile",
                          kept_by="education, together with her status",
                          instead="Education.months or Education.completion")  # fmt: skip
    take_home = column("f4", "cent/month", "income received after taxes, smoothed", low=-1e12, high=1e12)
    thrift = column("f4", "month", "deposits meant to be held over the mean income of consumers", low=0, high=1e6)


class Ages(Table):
    """Lives by age in years, one row a year, from 0 to 100."""

    ending = column("f4", "1/year", "chance that a household ends within the year", fixed=True, low=0, high=1)
    entry = column("f8", "fraction", "share of new households whose head is at most this old", fixed=True,
                   kept_by="the other ages, whose shares add up to one", instead="Ages.ending")  # fmt: skip
    retirement = column("f4", "1/year", "chance to retire within the year, by skill", width=3, fixed=True, low=0,
                        high=1)  # fmt: skip
    leaving = column("f4", "1/year", "chance of the employed to leave the labor force, by skill", width=3, fixed=True,
                     low=0, high=1)  # fmt: skip
    idle = column("f4", "fraction", "share of the unretired outside the labor force, by skill", width=3, fixed=True,
                  low=0, high=1)  # fmt: skip
    career = column("f4", "1", "labor supplied over the skill's mean, by skill", width=3, fixed=True, low=0.01,
                    high=100)  # fmt: skip


class Careers(Table):
    """One row per skill: how unlike people of one age are at work."""

    relative = column("f4", "1", "labor supplied over the mean of skill and age, at even ranks", width=CAREER_RANKS,
                      fixed=True, low=0.01, high=100)  # fmt: skip


class CellGroups(Table):
    """Demographic cells of one age band, education, region and degree of urbanization, side by side."""

    first_cell = column("i4", "row of SpendingCells", "first cell of the group", fixed=True)
    cells = column("i4", "1", "cells of the group", fixed=True)


class Society(Table):
    """Rules of the opening that lives go by, one row."""

    pension = column("f8", "1", "social security over the mean wage per unit of its formula, by status", width=4,
                     fixed=True, low=0, high=100)  # fmt: skip
    transfer = column("f8", "1", "other transfers over the mean wage per unit of need, by status", width=4,
                      fixed=True, low=0, high=100)  # fmt: skip
    beginning_below = column("f8", "fraction", "chance that the heirs of a skill begin one skill lower", width=3,
                             fixed=True, low=0, high=1)  # fmt: skip
    study_cost = column("f8", "year", "yearly wages that would make up for the toil of study, by skill", width=2,
                        fixed=True, low=-1000, high=1000)  # fmt: skip
    left_share = column("f8", "fraction", "what income leaves all consumers for spending and deposits, over it",
                        fixed=True, low=0, high=10)  # fmt: skip
