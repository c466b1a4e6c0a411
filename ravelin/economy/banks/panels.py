"""What is shown of banks."""

from ravelin.core.panels import Line, Panel

PANELS = (
    Panel(
        id="bank-health", section="credit", title="Bank health", question="Could banks bear more losses?",
        unit="% of assets; % of loans to firms", measure="fraction",
        definition="Equity of banks over their assets, and loans in trouble over loans to firms. Banks must hold the "
        "required equity over their loans.",
        lines=(Line("capital", "bank_capital_ratio", "c4"), Line("bad loans", "nonperforming_ratio", "c2")),
        references=(("Lending.capital_requirement", "required"),), zero=True, span=5,
    ),
    Panel(
        id="interbank", section="credit", title="Payments between banks", drawn="network",
        question="Which banks do customers pay through?", unit="dollars a month",
        definition="What customers of each bank paid to customers of each other bank in the month, as far as the "
        "books name both: wages, and what firms buy from one another.",
        needs=("/network/interbank",), span=7,
    ),
)  # fmt: skip
