"""ar_core: the decision engine for accounts receivable.

    import ar_core as ar

    ledger = ar.Ledger(customers=customers, items=items, payments=payments)
    report = ar.run(ledger, ar.Policy.default(), as_of="2026-11-21")
    report.decisions.to_polars()

Tables go in as frames of pandas, polars, pyarrow or DuckDB, as lists of dicts or as dicts of columns; they come out as `Table`, which
speaks Arrow and plain Python. Importing this package loads nothing but the engine.
"""

from ._native import (
    ArError,
    AuditLog,
    InvalidInput,
    Ledger,
    MatchResult,
    Models,
    PayTimeModel,
    Policy,
    PolicyError,
    Rehearsal,
    Report,
    Shadow,
    Table,
    __version__,
    forecast_cash,
    match_payments,
    reason_text,
    rehearse,
    replay,
    run,
    simulate,
    verify_audit,
)

__all__ = [
    "ArError",
    "AuditLog",
    "InvalidInput",
    "Ledger",
    "MatchResult",
    "Models",
    "PayTimeModel",
    "Policy",
    "PolicyError",
    "Rehearsal",
    "Report",
    "Shadow",
    "Table",
    "__version__",
    "forecast_cash",
    "match_payments",
    "reason_text",
    "rehearse",
    "replay",
    "run",
    "simulate",
    "verify_audit",
]
