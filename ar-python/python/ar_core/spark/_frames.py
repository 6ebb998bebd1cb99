"""Tables on their way: cut into parts by customer, and carried to the driver."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema

Batches: TypeAlias = "Iterable[pa.RecordBatch]"
Work: TypeAlias = "Callable[[Batches], Iterator[pa.RecordBatch]]"

KEY = "key"
ROW = "row"
"""Number of a row: that of its partition times 2**33, and its place in it."""
ROW_BITS = 33


def joined(frames: Mapping[str, DataFrame], key: str) -> DataFrame:
    """All rows of several frames as one: `key` (text), `row`, and a struct for each frame, of which one is not null."""
    found: DataFrame | None = None
    for name, frame in frames.items():
        # A frame without the column is refused where it is read; until then its rows stay together.
        own = F.col(key).cast("string") if key in frame.columns else F.lit(None).cast("string")
        structs = [_rows(frame) if other == name else _nothing(frames[other]) for other in frames]
        rows = frame.select(
            own.alias(KEY),
            F.monotonically_increasing_id().alias(ROW),
            *[struct.alias(other) for struct, other in zip(structs, frames, strict=True)],
        )
        found = rows if found is None else found.unionByName(rows)
    if found is None:
        raise ValueError("no frame was given")
    return found


def _rows(frame: DataFrame) -> Column:
    return F.struct(*[F.col(f"`{name}`") for name in frame.columns])


def _nothing(frame: DataFrame) -> Column:
    return F.lit(None).cast(frame.schema)


def apart(batches: Batches, names: Iterable[str]) -> dict[str, tuple[pa.Table, pa.ChunkedArray]]:
    """The tables of a part, each with the numbers of its rows. A part without any row has no tables."""
    found: dict[str, tuple[list[pa.RecordBatch], list[pa.Array]]] = {}
    schemas: dict[str, pa.Schema] = {}
    for batch in batches:
        for name in names:
            tables, numbers = found.setdefault(name, ([], []))
            place = batch.schema.get_field_index(name)
            schemas.setdefault(name, pa.schema(list(batch.schema.field(place).type)))
            column = batch.column(place)
            valid = pc.is_valid(column)
            if valid.true_count:
                tables.append(pa.RecordBatch.from_struct_array(column.filter(valid)))
                numbers.append(batch.column(batch.schema.get_field_index(ROW)).filter(valid))
    return {
        name: (pa.Table.from_batches(tables, schemas[name]), pa.chunked_array(numbers, type=pa.int64()))
        for name, (tables, numbers) in found.items()
    }


def empty(frame: DataFrame) -> pa.Table:
    """A table with the columns of a frame and no rows; no job is run."""
    return to_arrow_schema(frame.schema).empty_table()


def gather(frame: DataFrame) -> pa.Table:
    """All rows of a frame on the driver, in the order in which `collect` gives them: packed on the way, partition after partition, so that
    no limit of Spark on results stands in the way of a large book."""
    batches: list[pa.RecordBatch] = []
    packed = frame.mapInArrow(_pack, "batch binary")
    for row in packed.toLocalIterator(prefetchPartitions=True):
        with pa.ipc.open_stream(pa.py_buffer(row.batch)) as reader:
            batches.extend(reader)
    return pa.Table.from_batches(batches) if batches else empty(frame)


def _pack(batches: Batches) -> Iterator[pa.RecordBatch]:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    for batch in batches:
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
            writer.write_batch(batch)
        yield one_row({"batch": sink.getvalue()}, pa.schema([("batch", pa.binary())]))


def one_row(values: Mapping[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    """A batch of a single row."""
    return pa.RecordBatch.from_pylist([dict(values)], schema=schema)


def pack(path: str | Path) -> Path:
    """Writes the installed package as a `.tar.gz` for `spark.archives`, for executors that do not have it.

    They need pyarrow, Python 3.10 or newer and the processor and system of the driver; nothing else. Returns the path.

    >>> import tarfile, tempfile, ar_core as ar
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = tarfile.open(ar.spark.pack(f"{folder}/ar.tar.gz"))
    ...     "ar_core/__init__.py" in archive.getnames()
    True
    """
    package = Path(__file__).resolve().parent.parent
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for file in sorted(package.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.add(file, arcname=str(Path("ar_core") / file.relative_to(package)))
    return Path(path)
