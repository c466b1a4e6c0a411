"""The names and codes under which the survey publishes what the model needs.

One row per variable. An alias is a column name of the Interview Survey's family files (`FMLI`, the
reference person's traits) or of the Parquet extract (the primary earner's traits); the first alias
that a file has is read. Codes turn what is published into the model's own levels; a value without a
code counts as missing. Source: BLS, Consumer Expenditure Public Use Microdata, data dictionary.
"""

from collections.abc import Mapping
from typing import NamedTuple

Codes = Mapping[float, float]

SAME: Codes = {}
"""The published number is the model's number."""

_EDUCATION_REFERENCE: Codes = {0: 1, 10: 1, 11: 1, 12: 2, 13: 3, 14: 3, 15: 4, 16: 5, 17: 5}
_EDUCATION_EARNER: Codes = {1: 1, 2: 1, 3: 1, 4: 2, 5: 3, 6: 3, 7: 4, 8: 5}
_MARITAL: Codes = {1: 1, 2: 2, 3: 2, 4: 2, 5: 3}
_TENURE: Codes = {1: 1, 2: 2, 3: 1, 4: 4, 5: 5, 6: 6}
_REGION: Codes = {1: 1, 2: 2, 3: 3, 4: 4}
_URBAN: Codes = {1: 1, 2: 2}

WORDS: Mapping[str, float] = {"M": 1, "F": 2, "Y": 1, "N": 2, "FULL": 1, "PART": 2, "NO": 3}
"""Words that stand for numbers in the extract; the numbers are the family files' own."""

CODE_WORDS: Mapping[str, Mapping[str, float]] = {
    "education": {
        "no diploma": 1, "high school": 2, "some college": 3, "bachelor": 4, "advanced": 5,
    },
    "tenure": {
        "owner with mortgage": 1, "owner without mortgage": 2, "renter": 4, "no cash rent": 5, "student housing": 6,
    },
    "region": {"northeast": 1, "midwest": 2, "south": 3, "west": 4},
    "urban": {"urban": 1, "rural": 2},
    "marital": {"married": 1, "widowed": 2, "divorced": 2, "separated": 2, "never married": 3, "single": 3},
    "sex": {"male": 1, "female": 2, "m": 1, "f": 2},
    "hispanic": {"yes": 1, "no": 2, "y": 1, "n": 2},
}  # fmt: skip
"""Words that a profile may use for the model's codes."""

MISSING_FLAGS = frozenset("ABC")
"""Flags of a blank: A valid blank, B invalid or no response, C don't know, refusal or other."""

TOPCODE_FLAGS = frozenset("TUV")
"""Flags of a topcoded value; such values are kept as published."""


class Range(NamedTuple):
    """What a number may be, ends included."""

    low: float
    high: float
    whole: bool = True


RANGES: Mapping[str, Range] = {
    "interview": Range(1, 1e10),
    "weight": Range(0, 1e9, whole=False),
    "income": Range(-1e8, 1e8, whole=False),
    "age": Range(14, 120),
    "family_size": Range(1, 40),
    "children": Range(0, 39),
    "persons_over_64": Range(0, 39),
    "earners": Range(0, 40),
    "interview_month": Range(1, 12),
    "interview_year": Range(0, 2100),
    "months_told": Range(0, 2),
    "vehicles": Range(0, 200),
    "rooms": Range(0, 200),
    "bathrooms": Range(0, 100),
    "bedrooms": Range(0, 100),
}
"""Beyond these lies no household: the extract's largest has 29 persons, 22 earners, 21 vehicles, 75 rooms.

Ages below 14 are not asked for work, and whoever answers for a household is no younger. Codes have no range; one that
means nothing counts as missing.
"""

SPENDING_MAX = 1e8
"""Dollars that no household spends on an item in a quarter."""


class Variable(NamedTuple):
    """A variable of the survey and the column names it goes by."""

    name: str
    aliases: Mapping[str, Codes]
    required: bool = True


VARIABLES = (
    Variable("interview", {"NEWID": SAME}),
    Variable("weight", {"FINLWT21": SAME}),
    Variable("income", {"FINCBTXM": SAME, "FINCBTAX": SAME}),
    Variable("age", {"AGE_REF": SAME, "AGE": SAME}),
    Variable("education", {"EDUC_REF": _EDUCATION_REFERENCE, "EDUCA": _EDUCATION_EARNER}),
    Variable("family_size", {"FAM_SIZE": SAME}),
    Variable("children", {"PERSLT18": SAME}),
    Variable("persons_over_64", {"PERSOT64": SAME}),
    Variable("earners", {"NO_EARNR": SAME}),
    Variable("tenure", {"CUTENURE": _TENURE}),
    Variable("region", {"REGION": _REGION}),
    Variable("urban", {"BLS_URBN": _URBAN}),
    Variable("marital", {"MARITAL1": _MARITAL, "MARITAL": _MARITAL}),
    Variable("interview_month", {"QINTRVMO": SAME}),
    Variable("interview_year", {"QINTRVYR": SAME}, required=False),
    Variable("months_told", {"CQ_MONTHS": SAME}, required=False),
    Variable("income_complete", {"RESPSTAT": SAME}, required=False),
    Variable("vehicles", {"VEHQ": SAME}, required=False),
    Variable("rooms", {"ROOMSQ": SAME}, required=False),
    Variable("bathrooms", {"BATHRMQ": SAME}, required=False),
    Variable("bedrooms", {"BEDROOMQ": SAME}, required=False),
    Variable("occupation", {"OCCUCOD1": SAME, "OCCUCODE": SAME}, required=False),
    Variable("employer_kind", {"INCOMEY1": SAME, "INCOMEY": SAME}, required=False),
    Variable("idle_reason", {"INCNONW1": SAME, "INCNONWK": SAME}, required=False),
    Variable("work_year", {"EARNTYPE": SAME}, required=False),
    Variable("city_size", {"POPSIZE": SAME}, required=False),
    Variable("sex", {"SEX_REF": SAME, "SEX": SAME}, required=False),
    Variable("race", {"REF_RACE": SAME, "MEMBRACE": SAME}, required=False),
    Variable("hispanic", {"HISP_REF": SAME, "HORIGIN": SAME}, required=False),
)

CATEGORIES = (
    "food",
    "housing",
    "transport",
    "health",
    "apparel",
    "entertainment",
    "education",
    "other",
)
"""Budget categories, in the order of every array of shares."""


class Amount(NamedTuple):
    """A spending item, the stems of its columns, and whether the quarter's file must have it.

    A family file has two columns per stem: `PQ` for the months before the interview's calendar
    quarter and `CQ` for those within it. The extract has the second only.
    """

    name: str
    stems: tuple[str, ...]
    required: bool = False


AMOUNTS = (
    Amount("total", ("TOTEXP",), required=True),
    Amount("food", ("FOOD",)),
    Amount("alcohol", ("ALCBEV",)),
    Amount("housing", ("HOUS", "EHOUSNG")),
    Amount("transport", ("TRANS", "TRAN")),
    Amount("health", ("HEALTH",)),
    Amount("apparel", ("APPAR",)),
    Amount("entertainment", ("ENTERT",)),
    Amount("reading", ("READ",)),
    Amount("education", ("EDUCA",)),
    Amount("personal_care", ("PERSCA",)),
    Amount("tobacco", ("TOBACC",)),
    Amount("miscellaneous", ("MISC",)),
    Amount("contributions", ("CASHCO",)),
)

CATEGORY_ITEMS: Mapping[str, tuple[str, ...]] = {
    "food": ("food", "alcohol"),
    "housing": ("housing",),
    "transport": ("transport",),
    "health": ("health",),
    "apparel": ("apparel",),
    "entertainment": ("entertainment", "reading"),
    "education": ("education",),
    "other": ("personal_care", "tobacco", "miscellaneous", "contributions"),
}
"""Items of each category; personal insurance and pensions are saving here, not consumption."""


def amount_columns(stem: str) -> tuple[str, str]:
    """Give the column names of the months before and within the interview's calendar quarter.

    Stems of seven letters (outlays) end in P and C, shorter ones in PQ and CQ.
    """
    return (f"{stem}P", f"{stem}C") if len(stem) == 7 else (f"{stem}PQ", f"{stem}CQ")


def flag_columns(column: str) -> tuple[str, ...]:
    """List the names a column's flag may have: a letter replaced by `_` (or `0`), or `_` added."""
    replaced = (
        column[:at] + ("0" if column[at] == "_" else "_") + column[at + 1 :] for at in (4, 5, 6) if at < len(column)
    )
    return (*replaced, f"{column}_") if len(column) >= 8 else (f"{column}_", *replaced)
