"""What the executors do with a part: read it, count it, look at some of its items, ask it. Each gives a function for `mapInArrow`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark import Broadcast

from .._native import AskedPart, InvalidInput, PayTimeModel, __version__
from ..tables import DayLike
from ._frames import ROW, Batches, Work, apart, one_row
from ._problems import counted_rows, told

KEPT = pa.schema(
    [
        ("part", pa.binary()),
        ("rows", pa.binary()),
        ("days", pa.list_(pa.date32())),
        ("counted", pa.binary()),
        ("rows_of", pa.string()),
        ("problems", pa.string()),
    ]
)
"""A part as the executors keep it."""


def read(model: Broadcast[PayTimeModel], at: DayLike, day: DayLike | None, version: str) -> Work:
    """Reads the rows of a partition as one part, and counts it where the day is known."""

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        if version != __version__:
            raise RuntimeError(
                f"ar_core is {__version__} on the executor and {version} on the driver; both need the same"
            )
        tables = apart(batches, ("items", "history"))
        if not tables:
            return
        (items, numbers), (history, _) = tables.values()
        rows_of = counted_rows({name: rows for name, (_, rows) in tables.items()})
        try:
            part = AskedPart(items, history, at)
        except InvalidInput:
            yield one_row({"problems": _refused(tables, at), "rows_of": rows_of}, KEPT)
            return
        counted = b"" if day is None else zlib.compress(part.count(model.value, [day]), 1)
        rows = b"".join(
            chunk.buffers()[1].to_pybytes()[8 * chunk.offset : 8 * (chunk.offset + len(chunk))]
            for chunk in numbers.chunks
        )
        yield one_row(
            {"part": part.to_bytes(), "rows": rows, "days": part.days(), "counted": counted, "rows_of": rows_of}, KEPT
        )

    return work


def _refused(tables: dict[str, tuple[pa.Table, pa.ChunkedArray]], at: DayLike) -> str:
    """The problems of a part, read once more in the order of the frames: of rows with one identifier the first is the one that stands."""
    sorted_rows = {name: _in_order(*table) for name, table in tables.items()}
    try:
        AskedPart(sorted_rows["items"][0], sorted_rows["history"][0], at)
    except InvalidInput as error:
        return told(error, {name: numbers for name, (_, numbers) in sorted_rows.items()})
    raise RuntimeError("a part was refused that is in order")


def _in_order(table: pa.Table, numbers: pa.ChunkedArray) -> tuple[pa.Table, pa.ChunkedArray]:
    order = pc.sort_indices(numbers)
    return table.take(order), numbers.take(order)


def _parts_in(batches: Batches) -> Iterator[tuple[AskedPart, bytes]]:
    for batch in batches:
        for place in range(batch.num_rows):
            part = batch.column("part")[place].as_buffer()
            yield AskedPart.from_bytes(part.to_pybytes()), batch.column("rows")[place].as_buffer().to_pybytes()


def _told(of: Callable[[AskedPart], bytes]) -> Work:
    """A piece of work that gives bytes for each part."""

    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        for part, _ in _parts_in(batches):
            yield one_row({"found": zlib.compress(of(part), 1)}, pa.schema([("found", pa.binary())]))

    return work


def counted(model: Broadcast[PayTimeModel], days: list[Any]) -> Work:
    return _told(lambda part: part.count(model.value, days))


def seen(model: Broadcast[PayTimeModel], whole: Broadcast[bytes]) -> Work:
    return _told(lambda part: part.see(model.value, whole.value))


def foreseen(
    model: Broadcast[PayTimeModel], whole: Broadcast[bytes], asked: tuple[Any, int, bool], options: dict[str, Any]
) -> Work:
    return _told(lambda part: part.forecast(model.value, whole.value, *asked, **options))


def scored(model: Broadcast[PayTimeModel], whole: Broadcast[bytes], what: str) -> Work:
    def work(batches: Batches) -> Iterator[pa.RecordBatch]:
        for part, numbers in _parts_in(batches):
            ask = part.scores if what == "scores" else part.distribution
            found = pa.table(ask(model.value, whole.value)).combine_chunks()
            rows = pa.Array.from_buffers(pa.int64(), len(part), [None, pa.py_buffer(numbers)])
            if what != "scores":
                # The items of a distribution come in their order, each with several rows.
                rows = rows.take(found.column("item_id").combine_chunks().dictionary_encode().indices)
            yield from found.add_column(0, ROW, rows).to_batches(max_chunksize=65_536)

    return work
