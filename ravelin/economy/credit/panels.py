"""What is shown of loans."""

from ravelin.core.panels import Line, Panel, read, year

_LOANS = read("loans_firms") + read("loans_consumers")

PANELS = (
    Panel(
        id="loans", section="credit", title="Loans outstanding", question="Who owes banks how much?",
        unit="", measure="dollar", definition="What firms and consumers owe to banks.",
        lines=(Line("consumers", "loans_consumers", "c1"), Line("firms", "loans_firms", "c5")), zero=True,
    ),
    Panel(
        id="rates", section="credit", title="Interest rates", question="What do loans cost, and what do deposits earn?",
        unit="% a year", measure="1/year", definition="The central bank's rate, and what banks take and give.",
        lines=(
            Line("loans", "loan_rate", "c2", optional=True),
            Line("policy rate", "policy_rate", "ink", "whole"),
            Line("deposits", "deposit_rate", "c3", optional=True),
        ),
        zero=True, digits=2,
    ),
    Panel(
        id="lending", section="credit", title="New loans and repayments",
        question="Do banks lend more than they are repaid?",
        unit="% of loans outstanding a month", measure="fraction",
        definition="New loans of the month, and loans repaid in it, over what firms and consumers owe to banks.",
        lines=(
            Line("new loans", read("new_loans") / _LOANS, "c1"),
            Line("repaid", read("loans_repaid") / _LOANS, "c3"),
        ),
        zero=True, digits=2,
    ),
    Panel(
        id="credit-to-gdp", section="credit", title="Credit and deposits over GDP",
        question="Does credit grow faster than the economy?",
        unit="% of GDP of the last 12 months", measure="fraction",
        definition="Loans to firms and consumers, and deposits, over GDP of the last twelve months.",
        lines=(
            Line("loans", _LOANS / year("gdp"), "c2"),
            Line("deposits", read("deposits") / year("gdp"), "c1"),
        ),
        zero=True,
    ),
    Panel(
        id="losses", section="credit", title="Losses on loans", question="How much do banks lose on loans?",
        unit="% of loans, last 12 months", measure="fraction",
        definition="Loans written off over the last twelve months, over loans outstanding of the same kind.",
        lines=(
            Line("firms", year("charge_offs_firms") / read("loans_firms"), "c5"),
            Line("consumers", year("charge_offs_consumers") / read("loans_consumers"), "c1"),
        ),
        none="No loan has been written off in this run", zero=True, digits=2,
    ),
)  # fmt: skip
