"""What is shown of the central bank."""

from ravelin.core.panels import Line, Panel, read

PANELS = (
    Panel(
        id="real-rate", section="prices", title="Real policy rate", question="Is money tight or loose?",
        unit="% a year", measure="1/year",
        definition="The policy rate, expected inflation, and the one less the other.",
        lines=(
            Line("policy rate", "policy_rate", "c1"),
            Line("expected inflation", "expected_inflation", "c5", "aside"),
            Line("real rate", read("policy_rate") - read("expected_inflation"), "ink", "whole"),
        ),
        zero=True, digits=2, height=236,
    ),
    Panel(
        id="money", section="credit", title="Money", question="How much money is there, and of which kind?",
        unit="", measure="dollar",
        definition="Deposits at banks, currency of the central bank that is held, and reserves of banks.",
        lines=(
            Line("deposits", "deposits", "c1"),
            Line("reserves", "reserves", "c4"),
            Line("currency", "cash", "c6"),
        ),
        zero=True,
    ),
)  # fmt: skip
