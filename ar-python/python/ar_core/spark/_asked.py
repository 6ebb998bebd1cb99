"""Scores and forecasts where the data is: every customer whole in one part, and two rounds over all parts for what the book has done."""

from __future__ import annotations

import weakref
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import reduce
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pyspark import Broadcast, SparkContext, StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from .._native import AskedPart, InvalidInput, PayTimeModel, Table, __version__, forecast_of, rolled_of, whole_of
from ..parts import customer_groups
from ..tables import DayLike, TableLike
from ._frames import KEY, ROW, Batches, Work, apart, empty, joined, one_row
from ._problems import Refusals, counted_rows, told

_KEPT = pa.schema(
    [
        ("part", pa.binary()),
        ("rows", pa.binary()),
        ("days", pa.list_(pa.date32())),
        ("counted", pa.binary()),
        ("rows_of", pa.string()),
        ("problems", pa.string()),
    ]
)


def score(
    model: PayTimeModel,
    items: DataFrame,
    history: DataFrame,
    at: DayLike,
    *,
    what: Literal["scores", "distribution"] = "scores",
    parts: int | None = None,
    ordered: bool = True,
) -> DataFrame:
    """When each item is paid: what `model.predict` gives for the collected frames, to the last bit.

    items: the items to ask about. history: settled and other items; it may hold the same items. at: a day, or the name of a column of
    days of `items`; only facts known strictly before it are used. what: `distribution` for the long table of `model.distribution`.
    parts: how many, default three for each core; a part must fit into the memory of a Python process (about 1 kB an item while it is
    read), and a customer is never cut. ordered: rows in the order of `items`; False saves a sort. The rounds over the history are done
    at once, and their parts stay on the executors as long as the frame that is returned; the scores are worked out when they are asked for.

    Columns: item_id, p_late, p_late_30, p_default (probabilities), expected_on, median_on and quantiles of the payment date, reasons.
    Raises InvalidInput with all problems of all parts; `row` is that of the frame as `collect` numbers it.
    """
    asked = Asked(model, items, history, at, parts=parts)
    found = asked.scores(what, ordered=ordered)
    weakref.finalize(found, asked.release)
    return found


def forecast(
    model: PayTimeModel,
    items: DataFrame,
    history: DataFrame,
    as_of: DayLike,
    days: int,
    weekly: bool = False,
    *,
    currency: str | None = None,
    fx_rates: TableLike | DataFrame | None = None,
    new_business: bool = False,
    parts: int | None = None,
) -> Table:
    """Expected cash of the open items: what `forecast_cash` gives for the collected frames, to the minor unit.

    items, history, parts: as in `score`; the other arguments as in `forecast_cash`. What each customer brings in, and its variance, is
    added exactly and rounded once: the bands of the whole book do not depend on how it is cut. Raises InvalidInput as `score`.
    """
    with Asked(model, items, history, as_of, parts=parts) as asked:
        return asked.forecast(days, weekly, currency=currency, fx_rates=fx_rates, new_business=new_business)


class Asked:
    """Items and their past in parts, counted once, for several questions: scores, distributions, forecasts.

    Arguments and errors as of `score`. `release()`, or the end of a `with`, frees what the executors keep (about 60 bytes an item, on
    disk where memory is short).
    """

    def __init__(
        self, model: PayTimeModel, items: DataFrame, history: DataFrame, at: DayLike, *, parts: int | None = None
    ) -> None:
        for name, frame in (("items", items), ("history", history)):
            if not isinstance(frame, DataFrame):
                raise TypeError(f"{name} is a {type(frame).__name__}, not a DataFrame of Spark")
        self._model = model
        self._at = at
        self._context: SparkContext = items.sparkSession.sparkContext
        self._known: Broadcast[PayTimeModel] = self._context.broadcast(model)
        self._frames = {"items": items, "history": history}
        self._count = parts or 3 * max(1, self._context.defaultParallelism)
        day = None if isinstance(at, str) and at in items.columns else at
        refusals = Refusals()
        rows = _brought_together(self._frames, joined(self._frames, "customer_id"), refusals)
        self._parts = rows.repartition(self._count, KEY).mapInArrow(
            _read(self._known, at, day, __version__), from_arrow_schema(_KEPT)
        )
        self._parts = self._parts.persist(StorageLevel.MEMORY_AND_DISK)
        self._whole: Broadcast[bytes] | None = None
        try:
            self._whole = self._context.broadcast(self._rounds(day, refusals))
        except BaseException:
            self.release()
            raise

    def _rounds(self, day: DayLike | None, refusals: Refusals) -> bytes:
        """What the whole book has done."""
        told_of = self._parts.select("problems", "rows_of", "days", "counted").collect()
        for row in told_of:
            refusals.count(row.rows_of)
            if row.problems is not None:
                refusals.add(row.problems)
        try:
            # What is wrong with columns also shows without a row.
            AskedPart(empty(self._frames["items"]), empty(self._frames["history"]), self._at)
        except InvalidInput as error:
            refusals.add(told(error, {}))
        refusals.check()
        counted = [bytes(row.counted) for row in told_of]
        if day is None:
            days = sorted({day for row in told_of for day in row.days})
            counted = self._each(_counted(self._known, days))
        whole = whole_of(self._model, [zlib.decompress(part) for part in counted])
        seen = self._each(_seen(self._known, self._context.broadcast(whole)))
        return rolled_of(whole, [zlib.decompress(part) for part in seen])

    def _each(self, work: Work) -> list[bytes]:
        """What a piece of work gives for each part."""
        return [bytes(row.found) for row in self._parts.mapInArrow(work, "found binary").collect()]

    def scores(self, what: Literal["scores", "distribution"] = "scores", *, ordered: bool = True) -> DataFrame:
        """The scores or the distributions of the items, as a DataFrame that is worked out when it is asked for."""
        sample = (
            self._model.predict([], [], date(2000, 1, 1))
            if what == "scores"
            else self._model.distribution([], [], date(2000, 1, 1))
        )
        schema = pa.schema([(ROW, pa.int64()), *pa.table(sample).schema])
        found = self._parts.mapInArrow(_scored(self._known, self._rolled, what), from_arrow_schema(schema))
        if ordered:
            found = found.orderBy(ROW, *([] if what == "scores" else ["offset_days"]))
        return found.drop(ROW)

    def forecast(
        self,
        days: int,
        weekly: bool = False,
        *,
        currency: str | None = None,
        fx_rates: TableLike | DataFrame | None = None,
        new_business: bool = False,
    ) -> Table:
        """The expected cash of the open items from the day that was asked on, as of `forecast`. Raises InvalidInput where `at` was a column."""
        rates = fx_rates.toArrow() if isinstance(fx_rates, DataFrame) else fx_rates
        options: dict[str, Any] = {"new_business": new_business}
        # What is wrong with the arguments shows before any work.
        forecast_of(self._model, [], self._at, days, weekly, currency=currency, fx_rates=rates, **options)
        own = self._each(_foreseen(self._known, self._rolled, (self._at, days, weekly), options))
        parts = [zlib.decompress(part) for part in own]
        return forecast_of(self._model, parts, self._at, days, weekly, currency=currency, fx_rates=rates, **options)

    @property
    def _rolled(self) -> Broadcast[bytes]:
        if self._whole is None:
            raise ValueError("the parts were released")
        return self._whole

    def release(self) -> None:
        """Frees what the executors keep. Frames that came of it are made anew from the beginning where they are asked again."""
        self._parts.unpersist()

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _brought_together(frames: Mapping[str, DataFrame], rows: DataFrame, refusals: Refusals) -> DataFrame:
    """The rows with customers who share an item under one key; and the items that stand twice under different customers, as problems.

    Only such items are looked at one by one: the rest is settled by hashes.
    """
    names = list(frames)
    known = [frame for frame in frames.values() if {"item_id", "customer_id"} <= set(frame.columns)]
    pairs = [frame.select(_hash("item_id").alias("item"), _hash("customer_id").alias("who")) for frame in known]
    if not pairs:
        return rows
    both = reduce(DataFrame.unionAll, pairs)
    counts = both.groupBy("item").agg(F.min("who").alias("least"), F.max("who").alias("most"))
    hashes = [row.item for row in counts.where(F.col("least") != F.col("most")).collect()]
    if not hashes:
        return rows
    item = F.coalesce(*[_item_of(rows, name) for name in names])
    few = rows.sparkSession.createDataFrame([(number,) for number in hashes], "hashed long")
    found = rows.withColumn("item", item).where(F.col("item").isNotNull() & F.col(KEY).isNotNull())
    found = found.join(F.broadcast(few), F.xxhash64("item") == F.col("hashed"), "left_semi")
    tables = F.coalesce(*[F.when(F.col(name).isNotNull(), F.lit(name)) for name in names])
    places: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in names}
    customers: dict[str, list[str]] = defaultdict(list)
    for row in found.select("item", KEY, ROW, tables.alias("table")).collect():
        places[row.table][row.item].append(row[ROW])
        customers[row.item].append(row[KEY])
    for table, items in places.items():
        for name, numbers in items.items():
            for number in sorted(numbers)[1:]:
                problem = {
                    "table": table,
                    "row": number,
                    "column": "item_id",
                    "code": "duplicate_id",
                    "message": f"'{name}' stands twice",
                }
                refusals.push("invalid_tables", problem)  # type: ignore[arg-type]
    ties = [(who, others[0]) for others in customers.values() for who in others]
    groups = [(who, group) for who, group in customer_groups(ties).items() if who != group]
    if not groups:
        return rows
    tied = rows.sparkSession.createDataFrame(groups, f"{KEY} string, tied string")
    return rows.join(F.broadcast(tied), KEY, "left").withColumn(KEY, F.coalesce("tied", KEY)).drop("tied")


def _hash(name: str) -> Column:
    return F.xxhash64(F.col(name).cast("string"))


def _item_of(rows: DataFrame, name: str) -> Column:
    known = "item_id" in rows.schema[name].dataType.fieldNames()
    return F.col(f"{name}.item_id").cast("string") if known else F.lit(None).cast("string")


def _read(model: Broadcast[PayTimeModel], at: DayLike, day: DayLike | None, version: str) -> Work:
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
            yield one_row({"problems": _refused(tables, at), "rows_of": rows_of}, _KEPT)
            return
        counted = b"" if day is None else zlib.compress(part.count(model.value, [day]), 1)
        rows = b"".join(
            chunk.buffers()[1].to_pybytes()[8 * chunk.offset : 8 * (chunk.offset + len(chunk))]
            for chunk in numbers.chunks
        )
        yield one_row(
            {"part": part.to_bytes(), "rows": rows, "days": part.days(), "counted": counted, "rows_of": rows_of}, _KEPT
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


def _counted(model: Broadcast[PayTimeModel], days: list[Any]) -> Work:
    return _told(lambda part: part.count(model.value, days))


def _seen(model: Broadcast[PayTimeModel], whole: Broadcast[bytes]) -> Work:
    return _told(lambda part: part.see(model.value, whole.value))


def _foreseen(
    model: Broadcast[PayTimeModel], whole: Broadcast[bytes], asked: tuple[Any, int, bool], options: dict[str, Any]
) -> Work:
    return _told(lambda part: part.forecast(model.value, whole.value, *asked, **options))


def _scored(model: Broadcast[PayTimeModel], whole: Broadcast[bytes], what: str) -> Work:
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
