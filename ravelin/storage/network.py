"""The network of suppliers: who buys what from whom, as a table and as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ravelin.core.table import Array, World
from ravelin.state.firms import Firms, Inputs, Sellers
from ravelin.state.goods import Goods
from ravelin.storage.folder import replacing

if TYPE_CHECKING:
    import pyarrow

KINDS = ("input in store", "service", "capital good")
FORMATS = (".parquet", ".csv")


class NetworkError(ValueError):
    """A network that cannot be written where it was asked for."""


def purchases(world: World) -> Array:
    """Return what each row of Inputs has bought in the last month: (inputs,) int64 cents.

    The main supplier serves its part of an order in whole cents, then brokers serve theirs of the rest, as in
    `ravelin.systems.supply`.
    """
    inputs, brokered = world[Inputs], world[Goods].brokered_part
    first = (inputs.wanted * (1.0 - inputs.missed.astype(np.float64))).astype(np.int64)
    return np.asarray(first + ((inputs.wanted - first) * brokered[inputs.good]).astype(np.int64))


def supply_network(world: World) -> "pyarrow.Table":
    """List who supplies whom: one row per firm and good that it buys, with its main supplier at the month's end.

    Returns
    -------
    Arrow table
        `buyer` and `supplier` are rows of Firms, `made` is what the buyer makes, `good` what it buys, `kind` how it
        uses it; `dollars` is what it paid for that good in the month, to this supplier, to one it has since left,
        and to those whom brokers found when it could not deliver.
    """
    import pyarrow as pa

    inputs, names = world[Inputs], pa.array(world.names[Goods])

    def named(rows: Array, values: "pyarrow.Array") -> "pyarrow.Array":
        return pa.DictionaryArray.from_arrays(pa.array(rows.astype("i4")), values)

    columns = {
        "buyer": (pa.array(inputs.firm), "row of Firms", "firm that buys"),
        "supplier": (pa.array(world[Sellers].firm[inputs.supplier]), "row of Firms", "its main supplier"),
        "made": (named(world[Firms].good[inputs.firm], names), "good", "what the buyer makes"),
        "good": (named(inputs.good, names), "good", "what it buys"),
        "kind": (named(inputs.kind, pa.array(KINDS)), "code", "how it uses it"),
        "dollars": (pa.array(purchases(world) / 100.0), "dollar/month", "what it paid for that good in the month"),
    }
    fields = [
        pa.field(name, array.type, nullable=False, metadata={"unit": unit, "meaning": meaning})
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
