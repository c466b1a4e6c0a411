"""What firms have, need and are asked for: the columns that rules on them take together."""

from typing import NamedTuple

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Floats, Indices, Smalls, first, reads
from ravelin.economy.firms.tables import Firms, Inputs, Purchasing


class Demand(NamedTuple):
    """What was asked of each firm in a month: what it sold, and what it was asked for in vain."""

    sold: Doubles = reads(Firms.sold)
    unserved: Floats = reads(Firms.unserved)
    unmet: Floats = reads(Firms.unmet)


class InputLists(NamedTuple):
    """Which inputs each firm buys: a span of rows for each firm, and for each row what it is."""

    first_input: Indices = reads(Purchasing.first_input)
    number: Smalls = reads(Purchasing.input_count)
    kind: Smalls = reads(Inputs.kind)
    good: Smalls = reads(Inputs.good)
    first_row: int = first(Inputs)


@compiled
def span_of(inputs: InputLists, firm: int) -> tuple[int, int]:
    """Return where a firm's inputs begin among the rows of a locality, and where they end."""
    begin = whole(inputs.first_input[firm]) - inputs.first_row
    return begin, begin + whole(inputs.number[firm])
