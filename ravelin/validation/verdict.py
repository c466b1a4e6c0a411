"""How a check ends: whether it passes, and of how many seeds its numbers are means."""


def of_seeds(seeds: int) -> str:
    """Say over how many seeds a number is a mean."""
    return f"means of {seeds} seeds" if seeds > 1 else "one seed"


def verdict(outside: list[str], within: str) -> str:
    """Say whether a check passes, and if not, what is outside its bounds."""
    return f"Fails: {'; '.join(outside)}." if outside else f"Passes: {within}."
