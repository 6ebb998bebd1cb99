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
    AskedPart,
    AuditLog,
    Changed,
    Figures,
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
    StandingDay,
    Table,
    __version__,
    figures,
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
    from . import currencies as currencies
    from . import evaluate as evaluate
    from . import generators as generators
    from . import notebook as notebook
    from . import parts as parts
    from . import plot as plot
    from . import sklearn as sklearn
    from . import spark as spark
    from . import statements as statements
    from .erp import LeftOut as LeftOut
    from .erp import Mapping as Mapping
    from .erp import infer_columns as infer_columns
    from .frames import to_frame as to_frame
    from .quality import Quality as Quality
    from .quality import check as check

__all__ = [
    "ArError",
    "AskedPart",
    "AuditLog",
    "Changed",
    "Figures",
    "InvalidInput",
    "Ledger",
    "LeftOut",
    "Mapping",
    "MatchResult",
    "Models",
    "Notice",
    "PayTimeModel",
    "Policy",
    "PolicyError",
    "Quality",
    "Reading",
    "Rehearsal",
    "Report",
    "Shadow",
    "StandingDay",
    "Table",
    "Verdict",
    "__version__",
    "check",
    "check_reading",
    "figures",
    "forecast_cash",
    "infer_columns",
    "match_payments",
    "read_reply",
    "reason_text",
    "rehearse",
    "replay",
    "run",
    "simulate",
    "to_frame",
    "verify_audit",
    "verify_notice",
    "write_notice",
]

# Parts that are loaded when they are first asked for: each brings what the engine does not need. The name of a module is the module itself.
_PARTS = ("currencies", "evaluate", "generators", "notebook", "parts", "plot", "sklearn", "spark", "statements")
_NAMES = {"LeftOut": "erp", "Mapping": "erp", "Quality": "quality", "check": "quality", "infer_columns": "erp", "to_frame": "frames"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _PARTS:
        return import_module(f".{name}", __name__)
    if name in _NAMES:
        return getattr(import_module(f".{_NAMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PARTS, *_NAMES})
