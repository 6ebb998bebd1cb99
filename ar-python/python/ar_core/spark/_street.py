"""What looks at all customers at once: the executors read and pack the frames, the driver decides, with the engine of a single machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import pyarrow as pa
from pyspark.sql import DataFrame

from .._native import Ledger, MatchResult, Models, Policy, Report
from .._native import match_payments as _match_payments
from .._native import run as _run
from ..tables import DayLike, TableLike
from ._frames import gather

Frame: TypeAlias = "DataFrame | TableLike"
"""A table: a DataFrame of Spark, or anything that the engine takes."""


def match(
    items: Frame,
    payments: Frame,
    customers: Frame | None = None,
    remittances: Frame | None = None,
    history: Frame | Mapping[str, Frame] | None = None,
    fx_rates: Frame | None = None,
    policy: Policy | None = None,
) -> MatchResult:
    """Says which items incoming payments pay: `ar_core.match_payments` on the collected frames.

    Arguments, what comes out and errors as there. A payment whose payer nobody names may be anybody's, and what one payment takes the
    next cannot have: all is matched on the driver, whose memory must hold the tables (measured: see docs/out_of_core.md). Select the
    columns and the part of the history that you need before. `spark.createDataFrame(found.allocations.to_pyarrow())` brings the answer back.
    """
    past: Any = history
    if isinstance(history, Mapping):
        past = {name: _here(table) for name, table in history.items()}
    return _match_payments(
        _here(items), _here(payments), _here(customers), _here(remittances), _here(past), _here(fx_rates), policy
    )


def run(
    policy: Policy | None = None,
    models: Models | None = None,
    as_of: DayLike | None = None,
    scope: Literal["all", "cash", "collections"] | Sequence[str] = "all",
    **tables: Frame | None,
) -> Report:
    """Decides what to do on the day `as_of`: `ar_core.run` on a ledger of the collected frames, byte by byte.

    tables: by name, as `Ledger` takes them: customers, items, payments and so on. The other arguments, what comes out and errors as of
    `ar_core.run`; `models` should be given, since fitting takes many times as long as the run. Cash, budgets, the capacity of the day,
    autonomy and the audit log belong to the whole book and go through it in one order, so the day is decided on the driver, on all of
    its cores; it must hold the ledger.
    """
    ledger = Ledger(**{name: _here(table) for name, table in tables.items()})
    return _run(ledger, policy, models, as_of, scope)


def _here(table: Any) -> Any:
    """A table on the driver."""
    found: pa.Table | Any = gather(table) if isinstance(table, DataFrame) else table
    return found
