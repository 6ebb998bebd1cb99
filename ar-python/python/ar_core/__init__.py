"""ar_core: the decision engine for accounts receivable.

    import ar_core as ar

    ledger = ar.Ledger(customers=customers, items=items, payments=payments)
    report = ar.run(ledger, ar.Policy.default(), as_of="2026-11-21")
    report.decisions.to_polars()

Tables go in as frames of pandas, polars, pyarrow or DuckDB, as lists of dicts or as dicts of columns; they come out as `Table`, which
speaks Arrow and plain Python. Importing this package loads nothing but the engine.

    reading = ar.read_reply(mail, received_on="2026-11-21", items=items)
    notice = ar.write_notice(report, decision_id, sender={"name": "Northgate Ltd", "email": "ar@northgate.example"})

    report.plot.forecast()  # charts of a report; of any table: ar.plot.reliability(predictions)
"""

from typing import TYPE_CHECKING, Any

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
from .conversation import Notice, Reading, Verdict, check_reading, read_reply, verify_notice, write_notice

if TYPE_CHECKING:
    from . import generators as generators
    from . import notebook as notebook
    from . import plot as plot

__all__ = [
    "ArError",
    "AuditLog",
    "InvalidInput",
    "Ledger",
    "MatchResult",
    "Models",
    "Notice",
    "PayTimeModel",
    "Policy",
    "PolicyError",
    "Reading",
    "Rehearsal",
    "Report",
    "Shadow",
    "Table",
    "Verdict",
    "__version__",
    "check_reading",
    "forecast_cash",
    "match_payments",
    "read_reply",
    "reason_text",
    "rehearse",
    "replay",
    "run",
    "simulate",
    "verify_audit",
    "verify_notice",
    "write_notice",
]


def __getattr__(name: str) -> Any:
    """Submodules that are loaded when they are first asked for: what speaks HTTP, what draws, what notebooks show."""
    if name in ("generators", "notebook", "plot"):
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
