"""What is shown of the national accounts, of prices on the whole, and of who owns what."""

from ravelin.core.panels import Line, Panel, before, change, indexed, read, year
from ravelin.economy.accounts.tables import NationalAccounts

_USES = (
    ("consumption", "consumption_real", "c1"),
    ("investment", "investment_real", "c5"),
    ("government", "government_real", "c3"),
    ("inventories", "inventory_change_real", "c4"),
)
_COMPENSATION = year(read("labor_share") * read("gdp"))

PANELS = (
    Panel(
        id="contributions", section="output", title="Contributions to growth of real GDP", drawn="bars",
        question="How fast does the economy grow, and what makes it grow?",
        unit="percentage points, change over 12 months", measure="fraction",
        definition="What each use of output adds to the growth of real GDP: its change over twelve months over real "
        "GDP of twelve months ago.",
        lines=(
            *(Line(label, change(name) / before("gdp_real"), color) for label, name, color in _USES),
            Line("GDP growth", change("gdp_real") / before("gdp_real"), "ink", "whole"),
        ),
        span=7, height=236,
    ),
    Panel(
        id="gdp", section="output", title="Real GDP", question="How much does the economy make?",
        unit="", measure="base-year dollar/month",
        definition=f"{NationalAccounts.gdp_real.meaning}.",
        lines=(Line("", "gdp_real"),), span=5, height=236,
    ),
    Panel(
        id="income-shares", section="output", title="GDP by income", drawn="stack",
        question="Who earns what the economy makes?",
        unit="% of GDP, last 12 months; adds up to 100", measure="fraction",
        definition="Compensation of employees (wages and employers' social contributions), the gross operating "
        "surplus of firms, and what is left of GDP: taxes on production and on sales, less subsidies, and "
        "the use of public capital. The three add up to GDP.",
        lines=(
            Line("compensation", _COMPENSATION / year("gdp"), "c1"),
            Line("operating surplus", year("profits") / year("gdp"), "c5"),
            Line("taxes and other", (year("gdp") - _COMPENSATION - year("profits")) / year("gdp"), "c3"),
        ),
        zero=True,
    ),
    Panel(
        id="uses", section="output", title="GDP by use", question="What is output used for?",
        unit="% of real GDP, last 12 months", measure="fraction",
        definition="Real consumption, fixed investment, government consumption and the change in inventories over "
        "real GDP, sums of the last twelve months.",
        lines=tuple(Line(label, year(name) / year("gdp_real"), color) for label, name, color in _USES),
        zero=True,
    ),
    Panel(
        id="inflation", section="prices", title="Inflation",
        question="How fast do prices rise, and how fast are they expected to?",
        unit="% over 12 months", measure="fraction",
        definition="Change of the consumer price index over twelve months, and what it is expected to be.",
        lines=(
            Line("inflation", "inflation", "c1"),
            Line("expected", "expected_inflation", "c5", "aside", optional=True),
        ),
        references=(("Anchors.inflation_target", "target"),), height=236,
    ),
    Panel(
        id="wages-and-prices", section="prices", title="Wages and prices", question="Do wages keep up with prices?",
        unit="index, first month = 100", measure="index",
        definition="The wage index, the consumer price index, and the one over the other.",
        lines=(
            Line("wages", indexed("wage_index"), "c1"),
            Line("prices", indexed("price_index"), "c2"),
            Line("real wage", indexed(read("wage_index") / read("price_index")), "ink", "whole"),
        ),
        height=236,
    ),
    Panel(
        id="sheet", section="books", title="Who owns what, who owes it", drawn="matrix",
        question="Who owns what, and who owes it?", unit="end of month; blue owns, orange owes",
        definition="Assets less liabilities of each sector in each instrument at the end of the month. Claims sum to "
        "zero over the sectors; real assets are owed by nobody.",
        needs=("state.balance_sheet",), span=7,
    ),
    Panel(
        id="flows", section="books", title="Money flows this month", drawn="sankey",
        question="Who paid whom this month?", unit="dollars",
        definition="Who paid whom in the month. Ribbons have the payer's color.",
        needs=("state.paid", "state.flows"), span=5, height=384,
    ),
    Panel(
        id="lorenz", section="distribution", title="Lorenz curves", drawn="lorenz",
        question="How much of income and of wealth do the poorest have?",
        unit="cumulative share of income and of net worth, %",
        definition="Share of all income and of all net worth that the poorest given share of consumers has. On the "
        "diagonal all are alike.",
        empty="No distribution has been measured yet", needs=("state.distribution",), height=236,
    ),
    Panel(
        id="inequality", section="distribution", title="Inequality", question="Does inequality rise or fall?",
        unit="Gini coefficient", digits=3,
        definition="Gini coefficients of permanent income and of net worth: 0 when all have the same, 1 when one has "
        "all.",
        lines=(Line("wealth", "gini_wealth", "c4"), Line("income", "gini_income", "c3")), height=236,
    ),
)  # fmt: skip
