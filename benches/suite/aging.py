"""Ageing and measures (DSO and its like) of a book: from what is in memory to the figures.

pandas and polars compute just these figures, and so does `ar_core.figures`, on a ledger that is loaded. A load checks every row, which a
frame does not ask for: the row from the Arrow table has it included. A whole run also scores each open item, decides about each customer
and chains its log; it ages the book on the way.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .contender import Case, Contender, Quality, Section, scaled
from .draw import cents, dice, weighted

AS_OF = date(2026, 11, 20)
EPOCH = date(1970, 1, 1)
TODAY = (AS_OF - EPOCH).days
PERIOD, MONTHS = 90, 3
NEVER = -1
CURRENCIES = ("EUR", "GBP", "USD")
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90")
MEASURES = ("dso", "best_possible_dso", "average_days_delinquent", "cei", "turnover", "current_share", "over_90_share", "overdue_share")
Figures = dict[tuple[str, str], Any]


def make(settings: dict[str, Any]) -> dict[str, Any]:
    """Columns of a book of invoices and some credit notes: days since 1970, amounts in minor units, settled NEVER where open."""
    draw, count, customers = dice(settings["seed"], "aging"), settings["items"], settings["customers"]
    columns = {name: array("q") for name in ("customer", "currency", "amount", "issued", "due", "settled", "credit")}
    for _ in range(count):
        customer = draw.randrange(customers)
        issued = TODAY - draw.randrange(360)
        due = issued + (14, 30, 60)[customer % 3]
        settled = due + round(draw.gauss(5, 15)) if draw.random() < 0.97 else TODAY + 1
        settled = max(settled, issued)
        row = (customer, weighted(draw, ((0, 7), (1, 1), (2, 2))), cents(draw), issued, due)
        for name, value in zip(columns, (*row, NEVER if settled > TODAY else settled, int(draw.random() < 0.02)), strict=True):
            columns[name].append(value)
    return columns


def cases(size: str) -> list[Case]:
    """One book."""
    items = scaled(size, 100_000, 1_000_000, 5_000_000)
    about = (
        f"{items:,} items of {items // 20:,} customers in three currencies, of a year, some 15 % of them open; as Arrow, pandas or polars in memory"
    )
    return [Case("a book", about, {"seed": 5, "items": items, "customers": items // 20}, scaled(size, 60.0, 300.0, 1200.0))]


def truth(book: dict[str, Any]) -> Figures:
    """The figures, row by row in plain Python integers: what the answers are held against."""
    out: Figures = defaultdict(int)
    sales: dict[str, int] = defaultdict(int)
    begin: dict[str, int] = defaultdict(int)
    for currency, amount, issued, due, settled, credit in zip(*(book[name] for name in list(book)[1:]), strict=True):
        code, late = CURRENCIES[currency], TODAY - due
        if not credit:
            sales[code] += amount * (issued > TODAY - PERIOD)
            begin[code] += amount * (issued <= TODAY - PERIOD and (settled == NEVER or settled > TODAY - PERIOD))
        if settled == NEVER:
            bucket = "credits" if credit else BUCKETS[0 if late <= 0 else min(4, (late - 1) // 30 + 1)]
            out[code, f"{bucket} amount"] += -amount if credit else amount
            out[code, f"{bucket} count"] += 1
    for code in CURRENCIES:
        aged = [out[code, f"{bucket} amount"] for bucket in BUCKETS]
        out |= {(code, name): value for name, value in measures(aged, sales[code], begin[code]).items()}
    return dict(out)


def measures(aged: list[int], sales: int, begin: int) -> dict[str, float]:
    """The measures of a currency from its buckets, the sales of the period, and the receivables at its begin."""
    total, current = sum(aged), aged[0]
    dso, possible = total / sales * PERIOD, current / sales * PERIOD
    values = (
        dso,
        possible,
        dso - possible,
        (begin + sales / MONTHS - total) / (begin + sales / MONTHS - current) * 100,
        sales / ((begin + total) / 2),
        current / total * 100,
        aged[-1] / total * 100,
        (total - current) / total * 100,
    )
    return dict(zip(MEASURES, values, strict=True))


def judge(book: dict[str, Any], answer: Figures) -> dict[str, float]:
    """The share of the figures that is right: amounts and counts exactly, measures to four decimals."""
    right = [abs(answer.get(key, 0) - value) < (1e-4 if key[1] in MEASURES else 0.5) for key, value in truth(book).items()]
    return {"right": sum(right) / len(right), "figures": float(len(right))}


def arrow(book: dict[str, Any]) -> Any:
    """The book as an Arrow table, as a host would hand it over."""
    import pyarrow as pa

    days = {name: pa.array(book[name], pa.int64()).cast(pa.int32()).cast(pa.date32()) for name in ("issued", "due")}
    settled = pa.array([None if day == NEVER else day for day in book["settled"]], pa.int32()).cast(pa.date32())
    count = len(book["amount"])
    return pa.table(
        {
            "item_id": pa.array([f"I{at}" for at in range(count)]),
            "customer_id": pa.array([f"C{customer}" for customer in book["customer"]]),
            "kind": pa.array(["credit_note" if credit else "invoice" for credit in book["credit"]]),
            "currency": pa.array([CURRENCIES[at] for at in book["currency"]]),
            "amount_minor": pa.array(book["amount"], pa.int64()),
            "issued_on": days["issued"],
            "due_on": days["due"],
            "settled_on": settled,
        }
    )


def engine_alone(book: dict[str, Any]) -> Callable[[], Figures]:
    """Figures of a ledger that is there."""
    import ar_core

    ledger = ar_core.Ledger(items=arrow(book))
    return lambda: engine_figures(ar_core.figures(ledger, as_of=AS_OF))


def engine_load(book: dict[str, Any]) -> Callable[[], Figures]:
    """From the Arrow table: ledger, figures."""
    import ar_core

    table = arrow(book)
    return lambda: engine_figures(ar_core.figures(ar_core.Ledger(items=table), as_of=AS_OF))


def engine_whole(book: dict[str, Any]) -> Callable[[], Figures]:
    """From the Arrow table: ledger, models without payment times, run, ageing and measures."""
    import ar_core

    table = arrow(book)

    def work() -> Figures:
        ledger = ar_core.Ledger(items=table)
        return engine_figures(ar_core.run(ledger, models=ar_core.Models.fit(ledger, AS_OF, scope="cash"), as_of=AS_OF))

    return work


def engine_run(book: dict[str, Any]) -> Callable[[], Figures]:
    """A run on a ledger that is there."""
    import ar_core

    ledger = ar_core.Ledger(items=arrow(book))
    models = ar_core.Models.fit(ledger, AS_OF, scope="cash")
    return lambda: engine_figures(ar_core.run(ledger, models=models, as_of=AS_OF))


def engine_figures(found: Any) -> Figures:
    """What figures or a report say of them."""
    out: Figures = {}
    for row in found.aging.to_dicts():
        out[row["currency"], f"{row['bucket']} amount"] = int(row["amount"].scaleb(2))
        out[row["currency"], f"{row['bucket']} count"] = row["count"]
    for row in found.kpis.to_dicts():
        if row["name"] in MEASURES and row["value"] is not None:
            out[row["currency"], row["name"]] = float(Decimal(row["value"]))
    return out


def pandas(book: dict[str, Any]) -> Callable[[], Figures]:
    """Categories for the currency, integers for amounts, days as datetime64; one groupby an answer, `observed`, not sorted."""
    import numpy as np
    import pandas as pd

    frame = arrow(book).select(["kind", "currency", "amount_minor", "issued_on", "due_on", "settled_on"]).to_pandas(date_as_object=False)
    frame = frame.astype({"currency": "category", "kind": "category"})
    today, begin = pd.Timestamp(AS_OF), pd.Timestamp(AS_OF - timedelta(PERIOD))

    def work() -> Figures:
        credit = frame.kind == "credit_note"
        rows = frame[frame.settled_on.isna()]
        late = (today - rows.due_on).dt.days.to_numpy()
        bucket = np.where(credit[rows.index], 5, np.searchsorted([0, 30, 60, 90], late))
        aged = rows.groupby([rows.currency, bucket], observed=True, sort=False).amount_minor.agg(["sum", "size"])
        billed = frame[~credit]
        sold = billed[billed.issued_on > begin].groupby("currency", observed=True).amount_minor.sum()
        before = billed[(billed.issued_on <= begin) & (billed.settled_on.isna() | (billed.settled_on > begin))]
        opened = before.groupby("currency", observed=True).amount_minor.sum()
        table = {key: (int(amount), int(count)) for key, amount, count in aged.itertuples()}
        return figures(table, sold.to_dict(), opened.to_dict())

    return work


def polars(book: dict[str, Any]) -> Callable[[], Figures]:
    """Lazy, so that polars plans all answers together (`collect_all` shares the scan), categories for the texts."""
    import polars as pl

    frame = pl.from_arrow(arrow(book)).select("kind", "currency", "amount_minor", "issued_on", "due_on", "settled_on")
    frame = frame.with_columns(pl.col("currency", "kind").cast(pl.Categorical))
    begin = AS_OF - timedelta(PERIOD)

    def work() -> Figures:
        credit = pl.col("kind") == "credit_note"
        late = (pl.lit(AS_OF) - pl.col("due_on")).dt.total_days()
        bucket = pl.when(credit).then(5).otherwise(((late + 29) // 30).clip(0, 4)).alias("bucket")
        amount = pl.col("amount_minor")
        lazy = frame.lazy()
        aged = lazy.filter(pl.col("settled_on").is_null()).group_by("currency", bucket).agg(amount.sum(), pl.len())
        was_open = (pl.col("issued_on") <= begin) & (pl.col("settled_on").is_null() | (pl.col("settled_on") > begin))
        sums = amount.filter(pl.col("issued_on") > begin).sum().alias("sold"), amount.filter(was_open).sum().alias("opened")
        billed = lazy.filter(~credit).group_by("currency").agg(*sums)
        aged, billed = pl.collect_all([aged, billed])
        table = {(currency, at): (total, count) for currency, at, total, count in aged.iter_rows()}
        sales = {row["currency"]: row for row in billed.iter_rows(named=True)}
        return figures(table, *({code: row[name] for code, row in sales.items()} for name in ("sold", "opened")))

    return work


def figures(aged: dict[tuple[str, int], tuple[int, int]], sold: dict[str, int], opened: dict[str, int]) -> Figures:
    """Groups of a frame as figures."""
    out: Figures = {}
    for code in sold:
        for at, bucket in enumerate((*BUCKETS, "credits")):
            amount, count = aged.get((code, at), (0, 0))
            out[code, f"{bucket} amount"], out[code, f"{bucket} count"] = -amount if at == 5 else amount, count
        values = measures([out[code, f"{bucket} amount"] for bucket in BUCKETS], sold[code], opened.get(code, 0))
        out |= {(code, name): value for name, value in values.items()}
    return out


SECTION = Section(
    name="aging",
    title="Ageing and measures",
    unit="item",
    cases=cases,
    make=make,
    count=lambda book: len(book["amount"]),
    judge=judge,
    quality=[Quality("right", "figures right", "more")],
    about="60 figures: amount and count of six buckets and eight measures of three currencies. `figures` says these, and other measures besides, of a ledger "
    "that is loaded; a load checks every row. A run also scores each open item, decides about each customer and chains its log.",
    contenders=[
        Contender(
            "ar_core, figures",
            engine_alone,
            ("ar-core",),
            "MIT OR Apache-2.0",
            "on a ledger that is in memory: ageing and all measures",
            ours=True,
            base=True,
        ),
        Contender("ar_core, ledger and figures", engine_load, ("ar-core",), "MIT OR Apache-2.0", "the same from the Arrow table: ledger, figures", ours=True),
        Contender(
            "ar_core, ledger and run",
            engine_whole,
            ("ar-core",),
            "MIT OR Apache-2.0",
            "from the Arrow table: ledger, models of cash only (fitting payment times would come on top), run, ageing, measures",
            ours=True,
        ),
        Contender("ar_core, run alone", engine_run, ("ar-core",), "MIT OR Apache-2.0", "the same on a ledger that is in memory", ours=True),
        Contender(
            "pandas",
            pandas,
            ("pandas",),
            "BSD-3-Clause",
            "from a DataFrame in memory: currency and kind as categories, amounts as integers, groupby observed and unsorted",
        ),
        Contender(
            "polars",
            polars,
            ("polars",),
            "MIT",
            "from a DataFrame in memory: lazy, both queries in one collect_all, currency and kind as categories, all cores",
        ),
    ],
)
