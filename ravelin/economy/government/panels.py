"""What is shown of the government."""

from ravelin.core.panels import Line, Panel, read, year

PANELS = (
    Panel(
        id="budget", section="credit", title="Public budget", question="Does the government take in what it gives out?",
        unit="% of GDP, last 12 months", measure="fraction",
        definition="Taxes, transfers to consumers and the deficit of the government, last twelve months, over GDP of "
        "the same months.",
        lines=tuple(
            Line(name, year(name) / year("gdp"), color)
            for name, color in (("taxes", "c3"), ("transfers", "c1"), ("deficit", "c2"))
        ),
        zero=True,
    ),
    Panel(
        id="debt", section="credit", title="Government debt", question="How much does the government owe?",
        unit="% of GDP of the last 12 months", measure="fraction",
        definition="Bonds owed by the government over GDP of the last twelve months.",
        lines=(Line("", read("government_debt") / year("gdp"), "c3"),),
    ),
)  # fmt: skip
