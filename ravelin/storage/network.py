"""The network of suppliers: who buys what from whom, as a table and as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ravelin.core.arithmetic import whole_totals
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import Array, World
from ravelin.economy.firms.tables import WHOLE, Firms, Inputs
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.places.tables import Localities
from ravelin.storage.files import replacing

if TYPE_CHECKING:
    import pyarrow

KINDS = ("input in store", "service", "capital good")
FORMATS = (".parquet", ".csv")


class NetworkError(RavelinError, ValueError):
    """A network that cannot be written where it was asked for."""

    kind = Kind.INVALID


def bought_by_contract(world: World) -> Array:
    """Return what each contract of each row of Inputs delivered in the last month: (inputs, contracts) int64 cents.

    Each supplier gets its part of the order and serves its part of that, in whole cents, as in
    `ravelin.economy.goods.supply`.
    """
    inputs = world[Inputs]
    upto = inputs.wanted[:, None] * np.cumsum(inputs.part, axis=1, dtype=np.int64) // WHOLE
    return np.asarray(np.diff(upto, axis=1, prepend=0) * inputs.served // WHOLE)


def purchases(world: World) -> Array:
    """Return what each row of Inputs has bought in the last month: (inputs,) int64 cents.

    Brokers serve their part of what suppliers left.
    """
    inputs, brokered = world[Inputs], world[Goods].brokered_part
    lasting = whole_totals(bought_by_contract(world), 1)
    return np.asarray(lasting + ((inputs.wanted - lasting) * brokered[inputs.good]).astype(np.int64))


def suppliers(world: World) -> Array:
    """Return who supplies under each contract: (inputs, contracts) row of Firms."""
    inputs = world[Inputs]
    locality = np.repeat(np.arange(world.localities), np.diff(world.span(Inputs)))
    first = world[Localities].market_first[locality, inputs.good]
    return np.asarray(world[Sellers].firm[first[:, None] + inputs.supplier])


def supply_links(world: World) -> dict[str, Array]:
    """List who supplied whom in the last month, by contract and through brokers.

    Returns
    -------
    name -> (links,) int64
        `row` of Inputs, `supplier` row of Firms, -1 for brokers, and `cents` of the month, which sum to what firms
        paid one another. Several contracts of a buyer with one supplier for one good are one link; brokers are
        listed where they sold something.
    """
    bought, supplier = bought_by_contract(world), suppliers(world).astype(np.int64)
    row = np.arange(len(bought))[:, None]
    links, where = np.unique((row * world[Firms].count + supplier).ravel(), return_inverse=True)
    cents = np.zeros(links.size, np.int64)
    np.add.at(cents, where, bought.ravel())
    row, supplier = np.divmod(links, world[Firms].count)
    spot = purchases(world) - whole_totals(bought, 1)
    turned = np.flatnonzero(spot)
    row = np.concatenate([row, turned])
    order = np.argsort(row, kind="stable")
    return {
        "row": row[order],
        "supplier": np.concatenate([supplier, np.full(turned.size, -1)])[order],
        "cents": np.concatenate([cents, spot[turned]])[order],
    }


def supply_network(world: World) -> "pyarrow.Table":
    """Tabulate `supply_links`: one row per firm, good that it buys, and supplier.

    Returns
    -------
    Arrow table
        `buyer` and `supplier` are rows of Firms, `supplier` is null for brokers; `made` is what the buyer makes,
        `good` what it buys, `kind` how it uses it; `dollars` is what it paid to this supplier for it in the month.
    """
    import pyarrow as pa

    inputs, names, links = world[Inputs], pa.array(world.names[Goods]), supply_links(world)
    row, supplier = links["row"], links["supplier"]

    def named(rows: Array, values: "pyarrow.Array") -> "pyarrow.Array":
        return pa.DictionaryArray.from_arrays(pa.array(rows.astype("i4")), values)

    columns = {
        "buyer": (pa.array(inputs.firm[row]), "row of Firms", "firm that buys"),
        "supplier": (
            pa.array(supplier.astype("i4"), mask=supplier < 0), "row of Firms", "lasting supplier; none for brokers",
        ),
        "made": (named(world[Firms].good[inputs.firm[row]], names), "good", "what the buyer makes"),
        "good": (named(inputs.good[row], names), "good", "what it buys"),
        "kind": (named(inputs.kind[row], pa.array(KINDS)), "code", "how it uses it"),
        "dollars": (pa.array(links["cents"] / 100.0), "dollar/month", "what it paid this supplier in the month"),
    }  # fmt: skip
    fields = [
        pa.field(name, array.type, nullable=name == "supplier", metadata={"unit": unit, "meaning": meaning})
        for name, (array, unit, meaning) in columns.items()
    ]
    return pa.table([array for array, *_ in columns.values()], schema=pa.schema(fields))


def write_network(path: Path, table: "pyarrow.Table") -> None:
    """Write the network as Parquet or CSV, by the ending of the file.

    Raises
    ------
    NetworkError
        If the ending is another one.
    """
    if path.suffix not in FORMATS:
        raise NetworkError(
            f"{path} ends in {path.suffix or 'nothing'}; the network is written as {' or '.join(FORMATS)}"
        )
    with replacing(path) as file:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            pq.write_table(table, file)
        else:
            from pyarrow import csv

            csv.write_csv(table.cast(_plain(table.schema)), file)


def _plain(schema: "pyarrow.Schema") -> "pyarrow.Schema":
    """Return a schema with words in place of numbered words, which CSV has not."""
    import pyarrow as pa

    return pa.schema([
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in schema
    ])  # fmt: skip
