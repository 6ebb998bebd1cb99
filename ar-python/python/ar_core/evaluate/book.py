"""A book of items as columns, and what of it was known on a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import Ledger, PayTimeModel
from .frames import (
    NO_DAY,
    Days,
    Flags,
    arrow,
    day_column,
    days_in,
    problem,
    pyarrow,
    refused,
    refused_argument,
    texts_in,
)

# What the payment-time model reads of an item. The rest of an export says how things stand today (disputed, last notice, open amount):
# asked about a day of the past, that would be known too early.
READ = ("item_id", "customer_id", "kind", "currency", "amount", "amount_minor", "issued_on", "due_on", "settled_on")
# Kinds that nobody is billed for.
NOT_BILLED = ("credit_note", "deduction")


@dataclass(frozen=True)
class Book:
    """Items as an Arrow table with the columns of `READ`, and their days as numbers (`NO_DAY` for none)."""

    table: Any
    issued: Days
    due: Days
    settled: Days
    customer: Days
    billed: Flags

    @classmethod
    def of(cls, items: Any) -> Book:
        """Reads items; raises InvalidInput with every problem."""
        table = arrow(items)
        Ledger(items=table)
        if "settled_on" not in table.column_names:
            raise refused(
                [
                    problem(
                        "items",
                        "missing_column",
                        "the column 'settled_on' is required (null while an item is open)",
                        "settled_on",
                    )
                ]
            )
        table = table.select([name for name in READ if name in table.column_names])
        codes = texts_in(table, "customer_id").dictionary_encode()
        kinds = (
            texts_in(table, "kind").to_numpy(zero_copy_only=False)
            if "kind" in table.column_names
            else np.array(["invoice"] * len(table))
        )
        return cls(
            table,
            days_in(table, "issued_on"),
            days_in(table, "due_on"),
            days_in(table, "settled_on"),
            np.asarray(codes.indices.to_numpy(), dtype=np.int64),
            ~np.isin(kinds, NOT_BILLED),
        )

    def __len__(self) -> int:
        return len(self.issued)

    def after_all(self) -> int:
        """The day after the last thing that happened."""
        return int(max(self.issued.max(initial=0), self.settled.max(initial=0))) + 1

    def known(self, before: int) -> Any:
        """The rows issued strictly before a day, with only those settlements that were strictly before it: what follows is not handed on."""
        return with_settled(self.table, np.where(self.settled < before, self.settled, NO_DAY)).filter(
            pyarrow().array(self.issued < before)
        )

    def asked(self, rows: Days, at: Days) -> Any:
        """Some rows to ask about, without their settlement, each with its day `asked_on`."""
        pa = pyarrow()
        table = self.table.drop_columns(["settled_on"]).take(pa.array(rows))
        return table.append_column("asked_on", day_column(at))


def with_settled(table: Any, settled: Days) -> Any:
    """The table with this column of settlement days."""
    rest = table.drop_columns(["settled_on"]) if "settled_on" in table.column_names else table
    return rest.append_column("settled_on", day_column(settled))


def people(items: Any, customers: Any, segment: str | None, before: int) -> tuple[Any, list[list[str]]]:
    """The customers' segments and countries as they were known at the beginning of a day, as the engine takes them; and those who came
    later, as a model keeps them: [customer_id, segment, country].

    From a table of customers, which is taken to have always been so; or segments from a column of items: that of the customer's newest item
    issued before the day, of one who came later that of its first. None where there is neither."""
    pa = pyarrow()
    if customers is not None:
        if segment is not None:
            message = "segments come from customers or from a column of items, not from both"
            raise refused_argument("segment", message, "contradiction")
        table = arrow(customers, "customers")
        return table.select([name for name in ("customer_id", "segment", "country") if name in table.column_names]), []
    if segment is None:
        return None, []
    if segment not in items.column_names:
        message = f"the column '{segment}' is required: it was named as the segment"
        raise refused([problem("items", "missing_column", message, segment)])
    said = items.filter(items[segment].is_valid())
    codes = texts_in(said, "customer_id").dictionary_encode()
    owner, issued = np.asarray(codes.indices.to_numpy(), dtype=np.int64), days_in(said, "issued_on")
    order = np.argsort(issued, kind="stable")
    early = order[issued[order] < before]
    row = np.full(len(codes.dictionary), -1, dtype=np.int64)
    # Of several values for one place the last stands: the newest.
    row[owner[early]] = early
    known = row[row >= 0]
    first = np.full(len(row), -1, dtype=np.int64)
    first[owner[order[::-1]]] = order[::-1]
    pairs = pa.table({"customer_id": texts_in(said, "customer_id"), "segment": texts_in(said, segment)})
    new = pairs.take(pa.array(np.sort(first[row < 0]), pa.int64())).to_pylist()
    return pairs.take(pa.array(np.sort(known), pa.int64())), [[one["customer_id"], one["segment"], ""] for one in new]


def joined_by(model: PayTimeModel, new: list[list[str]]) -> PayTimeModel:
    """The model with customers that came after its fit."""
    if not new:
        return model
    written = json.loads(model.to_json())
    known = {row[0] for row in written["customers"]}
    written["customers"] += [row for row in new if row[0] not in known]
    return PayTimeModel.from_json(json.dumps(written))


def segments_of(table: Any, customers: Any, segment: str | None) -> list[str | None]:
    """The segment of each row: that of its own column, or what the customers' table says."""
    if segment is not None:
        return list(texts_in(table, segment).to_pylist())
    if customers is None or "segment" not in customers.column_names:
        return [None] * len(table)
    segments = texts_in(customers, "segment").to_pylist()
    known = dict(zip(texts_in(customers, "customer_id").to_pylist(), segments, strict=True))
    return [known.get(name) for name in texts_in(table, "customer_id").to_pylist()]
