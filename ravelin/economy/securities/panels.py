"""What is shown of markets for securities, once there are any."""

from ravelin.core.panels import Line, Panel

PANELS = (
    Panel(
        id="yield-curve", section="markets", title="Yield curve", drawn="curve",
        question="What does lending to the government earn, by how long one lends?",
        unit="% a year by maturity", measure="1/year",
        definition="Yields of government bonds by maturity, now and a year ago.",
        empty="This economy has no bond market yet",
        lines=tuple(Line(f"{years}y", f"yield_{years}y") for years in (2, 5, 10, 30)),
    ),
    Panel(
        id="stocks", section="markets", title="Stock prices", question="What is a share in the economy's firms worth?",
        unit="index", measure="index", definition="The index of stock prices.",
        empty="This economy has no stock market yet", lines=(Line("", "stock_index"),),
    ),
    Panel(
        id="order-book", section="markets", title="Order book", drawn="depth",
        question="Who bids and who offers, at which price?", unit="quantity, cumulative",
        definition="What is bid for and offered, added up from the best price outward.",
        empty="Nothing trades in an order book yet", needs=("state.order_books",),
    ),
)  # fmt: skip
