"""What is ordered between two months: a shock, a bank founded, somebody paid; so stated that it can be done again.

An order names all that it depends on but the world itself. The same orders at the same months of the same run give the
same bits, so a run that was killed is taken up from its last checkpoint and the orders after it.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ravelin.economy.banks.tables import Banks
from ravelin.runs.by_hand import RefusedError, found_bank, owners_parts, pay
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.shock import ShockError
from ravelin.scenarios.shock_plan import WithdrawnError
from ravelin.storage.journal import Entry, JournalError

Body = Mapping[str, Any]

SHOCK, FOUND_BANKS, PAY = "shock", "found_banks", "pay"


def obey(simulation: Simulation, kind: str, body: Body) -> Entry:
    """Carry out an order, and return it as the journal keeps it.

    Parameters
    ----------
    kind, body
        `shock`: the keys of a scenario's shock. `found_banks`: count, capital and bonds of each, in cents.
        `pay`: payer and payee, rows of Accounts, and cents.

    Raises
    ------
    RefusedError, ShockError
        If it cannot be carried out; the world is then as it was.
    """
    _ORDERS[kind](simulation, body)
    simulation.orders += 1
    return Entry(simulation.orders, simulation.tick, kind, dict(body))


def repeat(simulation: Simulation, entries: Iterable[Entry], progress: Callable[[str], None] = lambda _: None) -> None:
    """Carry out again what was ordered, each at its month, simulating the months between.

    Raises
    ------
    JournalError
        If an order cannot be carried out again.
    """
    for entry in entries:
        if entry.tick > simulation.tick:
            progress(f"Repeating the months up to {entry.tick}, when an order was given")
        while simulation.tick < entry.tick:
            # Its notice was given when the shock was withdrawn, and the run has gone on since.
            with contextlib.suppress(WithdrawnError):
                simulation.step()
        try:
            if entry.tick != simulation.tick:
                raise RefusedError(f"month {entry.tick} is over")
            obey(simulation, entry.kind, entry.body)
        except (KeyError, RefusedError, ShockError) as error:
            raise JournalError(f"the run's order {entry.number} ({entry.kind}) cannot be repeated: {error}") from None


def _shock(simulation: Simulation, body: Body) -> None:
    simulation.shock(**body)


def _found_banks(simulation: Simulation, body: Body) -> None:
    count, capital, bonds = body["count"], body["capital"], body["bonds"]
    owners_parts(simulation.world, count * capital)
    first = simulation.add_rows(Banks, count)
    for bank in range(first, first + count):
        found_bank(simulation.world, bank, capital, bonds)


def _pay(simulation: Simulation, body: Body) -> None:
    result = pay(simulation.world, body["payer"], body["payee"], body["cents"])
    if result != "paid":
        raise RefusedError(result)


_ORDERS: dict[str, Callable[[Simulation, Body], None]] = {SHOCK: _shock, FOUND_BANKS: _found_banks, PAY: _pay}
