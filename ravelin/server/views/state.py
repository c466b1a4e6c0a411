"""What `/state` says, encoded once and never changed: readers share the bytes."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson

from ravelin.economy.accounts.balance_sheet import total
from ravelin.economy.banks.tables import Banks
from ravelin.economy.goods.tables import Goods
from ravelin.ledger.accounts import FLOWS, SECTORS, Flows
from ravelin.runs.simulation import Matrix, Simulation
from ravelin.server.views.declarations import words
from ravelin.server.views.history import row_content

FIELDS = (
    "status", "indicators", "balance_sheet", "flows", "paid", "goods", "banks", "distribution", "audit", "schedule",
    "forks",
)  # fmt: skip
BANKS_SHOWN = 50
_CHOICES_KEPT = 64
_COMPRESSED_FROM = 1000


@dataclass(frozen=True)
class Published:
    """An economy between two ticks, as readers see it.

    Attributes
    ----------
    tag : str
        Run, tick and revision: the ETag without quotes.
    parts : field of `/state` -> its JSON
    """

    tag: str
    run: str
    tick: int
    status: dict[str, Any]
    parts: dict[str, bytes]
    whole: "Body" = field(init=False)
    _choices: dict[tuple[str, ...], "Body"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", Body.of(self._joined(FIELDS)))

    def choice(self, fields: Sequence[str]) -> "Body":
        """Return the named fields of `/state`, encoded once for everybody who asks for the same ones."""
        key = tuple(fields)
        found = self._choices.get(key)
        if found is None:
            found = Body.of(self._joined(key))
            if len(self._choices) < _CHOICES_KEPT:
                self._choices[key] = found
        return found

    def _joined(self, fields: Sequence[str]) -> bytes:
        return b"{" + b",".join(b'"%b":%b' % (name.encode(), self.parts[name]) for name in fields) + b"}"


@dataclass(frozen=True)
class Body:
    """Bytes of an answer, plain and compressed; `zipped` is empty where that saves nothing."""

    plain: bytes
    zipped: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Body":
        """Compress an answer if it is worth it."""
        return cls(plain, gzip.compress(plain, 1, mtime=0) if len(plain) >= _COMPRESSED_FROM else b"")


def encode(value: Any) -> bytes:
    """Write JSON; numbers that do not exist become null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def matrix(given: Matrix, unit: str = "cent") -> dict[str, Any]:
    """Give a matrix of cents, each amount as text so that no reader rounds it."""
    return {
        "rows": given.rows,
        "columns": given.columns,
        "unit": unit,
        "cents": [[str(value) for value in row] for row in given.cents.tolist()],
    }


def parts_of(simulation: Simulation) -> dict[str, bytes]:
    """Encode what a tick brought: every field of `/state` but status, distribution and forks, and `sums`."""
    gaps = simulation.audit(pieces=False)  # The month's own audit has passed; a whole one takes as long as a month.
    sheet, flows = simulation.balance_sheet(), simulation.flow_matrix()
    sums = {"of_instruments": sheet.cents.sum(axis=0), "of_flows": flows.cents.sum(axis=1)}
    return {
        "indicators": encode(row_content(simulation.rows.last(), simulation.rows.fields)),
        "balance_sheet": encode(matrix(sheet)),
        "flows": encode(matrix(flows, "cent/month")),
        "sums": encode({name: [str(cents) for cents in found.tolist()] for name, found in sums.items()}),
        "paid": encode(payments(simulation)),
        "goods": encode(goods(simulation)),
        "banks": encode(banks(simulation)),
        "audit": encode(
            {
                "gap_cents": str(max((abs(gap) for gap in gaps.values()), default=0)),
                "identities": {name: str(gap) for name, gap in gaps.items()},
            }
        ),
        "schedule": encode({"seconds": simulation.engine.seconds}),
    }


def payments(simulation: Simulation) -> dict[str, Any]:
    """Give who paid whom for what in the month: entries of flow, payer, payee and cents."""
    paid = simulation.world[Flows].paid
    flow, pair = np.nonzero(paid)
    entries = [
        [int(kind), int(place) // len(SECTORS), int(place) % len(SECTORS), str(paid[kind, place])]
        for kind, place in zip(flow, pair, strict=True)
    ]
    return {"rows": FLOWS, "payers": SECTORS, "payees": SECTORS, "unit": "cent/month", "entries": entries}


def goods(simulation: Simulation) -> list[dict[str, Any]]:
    """Give each good's market in the month."""
    rows = simulation.world[Goods]
    columns = [
        (rows.price * 0.01).tolist(),
        *(array.tolist() for array in (rows.output, rows.sales, rows.inventory, rows.unserved)),
    ]
    names = ("price", "output", "sales", "inventory", "unserved")
    made = rows.firm_share.tolist()
    return [
        {"good": good, "title": words(good)}
        | {name: column[place] for name, column in zip(names, columns, strict=True)}
        for place, good in enumerate(simulation.world.names[Goods])
        if made[place]
    ]


def banks(simulation: Simulation) -> dict[str, Any]:
    """Give the balance sheets of the largest banks."""
    rows = simulation.world[Banks]
    loans = rows.firm_loans + rows.consumer_loans + rows.mortgages
    bonds = rows.bonds.sum(axis=1)
    assets = loans + bonds + rows.reserves + rows.cash
    largest = np.argsort(-assets, kind="stable")[:BANKS_SHOWN].tolist()
    shown = {
        "deposits": rows.deposits, "reserves": rows.reserves, "cash": rows.cash, "bonds": bonds, "loans": loans,
        "advances": rows.advances, "equity": rows.equity,
    }  # fmt: skip
    return {
        "count": rows.count,
        "failed": int(rows.failed.sum()),
        "largest_share": float(assets.max() / max(1, total(assets))),
        "rows": [
            {"bank": bank}
            | {name: str(column[bank]) for name, column in shown.items()}
            | {"capital_ratio": float(rows.capital_ratio[bank]) if loans[bank] else None}
            for bank in largest
        ],
    }
