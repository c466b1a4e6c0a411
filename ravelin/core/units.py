"""The units that columns and parameters may state."""

UNITS = frozenset(
    {
        "1", "1/month", "1/year", "bin", "bitmask", "cell", "cent", "cent/month", "cent/unit", "class",
        "code", "date", "dollar/year", "fraction", "index", "month", "month of year", "person", "rank", "share",
        "unit", "unit/month", "worker", "worker/month", "year", "job",
    }
)  # fmt: skip


def is_unit(text: str) -> bool:
    """Say whether a unit is known; `row of Firms` and the like name a reference to a table."""
    return text in UNITS or text.startswith("row of ")
