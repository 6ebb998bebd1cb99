"""Scores and forecasts where the data is: every customer whole in one part, and two rounds over all parts for what the book has done."""

from __future__ import annotations

import weakref
import zlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import Any, Literal

import pyarrow as pa
from pyspark import Broadcast, SparkContext, StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from .._native import AskedPart, InvalidInput, PayTimeModel, Table, __version__, forecast_of, rolled_of, whole_of
from ..parts import customer_groups
from ..tables import DayLike, TableLike
from . import _work
from ._frames import KEY, ROW, Work, empty, joined
from ._problems import Refusals, told


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
    weakref.finalize(found, asked.release).atexit = False
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
            _work.read(self._known, at, day, __version__), from_arrow_schema(_work.KEPT)
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
            counted = self._each(_work.counted(self._known, days))
        whole = whole_of(self._model, [zlib.decompress(part) for part in counted])
        seen = self._each(_work.seen(self._known, self._context.broadcast(whole)))
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
        found = self._parts.mapInArrow(_work.scored(self._known, self._rolled, what), from_arrow_schema(schema))
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
        own = self._each(_work.foreseen(self._known, self._rolled, (self._at, days, weekly), options))
        parts = [zlib.decompress(part) for part in own]
        return forecast_of(self._model, parts, self._at, days, weekly, currency=currency, fx_rates=rates, **options)

    @property
    def _rolled(self) -> Broadcast[bytes]:
        if self._whole is None:
            raise ValueError("the parts were released")
        return self._whole

    def release(self) -> None:
        """Frees what the executors keep. Frames that came of it are made anew from the beginning where they are asked again."""
        # With the session everything is gone, also where the frame that is kept in a variable outlives it.
        if getattr(self._context, "_jsc", None) is not None:
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
