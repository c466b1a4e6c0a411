"""What is shown of goods: a line for each, whichever the catalog has."""

from ravelin.core.panels import Line, Panel, growth

PANELS = (
    Panel(
        id="output-by-good", section="output", title="Output by good", drawn="multiples",
        question="Which goods are made more, and which less?",
        unit="%, over 12 months", measure="fraction",
        definition="Change of each good's output over twelve months.",
        lines=(Line("", growth("output_*")),), span=12,
    ),
    Panel(
        id="prices-by-good", section="prices", title="Prices by good", drawn="multiples",
        question="Which goods become dearer?", unit="%, over 12 months", measure="fraction",
        definition="Change of each good's mean price, before tax, over twelve months.",
        lines=(Line("", growth("price_*")),), references=(("Anchors.inflation_target", "target"),),
        but=("price_index",), span=12,
    ),
    Panel(
        id="supply-map", section="supply", title="Supply-chain map", drawn="network",
        question="Who waits for whom, and what is short?", unit="dollars a month",
        definition="Makers of each good, from raw materials to those who use them. A good is short when its makers "
        "hold under 80% of the stock they aim at.",
        needs=("/network/supply",), span=7, height=404,
    ),
)  # fmt: skip
