"""Columns as an Arrow IPC stream, for readers elsewhere."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ravelin.core.table import Array


class StreamColumn(NamedTuple):
    """A column with what is known about it; values of (rows,), or (rows, width) for lists."""

    name: str
    values: Array
    metadata: Mapping[str, str]


def arrow_stream(columns: Sequence[StreamColumn], metadata: Mapping[str, str]) -> bytes:
    """Write columns as one record batch."""
    import pyarrow as pa

    arrays, fields = [], []
    for name, values, known in columns:
        array = pa.array(np.ascontiguousarray(values).reshape(-1))
        if values.ndim > 1:
            item = pa.field("item", array.type, nullable=False)
            array = pa.FixedSizeListArray.from_arrays(array, type=pa.list_(item, values.shape[1]))
        arrays.append(array)
        fields.append(pa.field(name, array.type, nullable=False, metadata=dict(known)))
    schema = pa.schema(fields, metadata=dict(metadata))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return bytes(sink.getvalue())
