"""What is shown of firms that fail."""

from ravelin.core.panels import Line, Panel, year

PANELS = (
    Panel(
        id="failures", section="credit", title="Failures", question="How many firms and banks fail?",
        unit="number in the last 12 months",
        definition="Firms and banks that failed, summed over the last twelve months.",
        lines=(Line("firms", year("firm_failures"), "c5"), Line("banks", year("bank_failures"), "c4")),
        none="No firm and no bank has failed in this run", zero=True,
    ),
)  # fmt: skip
