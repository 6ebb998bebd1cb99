"""Grammar of what is only looked at: `statement`, `shadow`, `explain`, `why-not`, `verify`, `audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.values import day


def add(commands: Any) -> None:
    """What was owed and decided, and why."""
    statement = commands.add_parser("statement", help="the statement of account of a customer")
    statement.add_argument("book", type=Path)
    statement.add_argument("customer_id", metavar="CUSTOMER")
    statement.add_argument("--as-of", type=day, required=True, metavar="DATE", help="its last day")
    statement.add_argument("--since", type=day, metavar="DATE", help="its first day (default: from the beginning)")
    statement.add_argument("--json", action="store_true")

    shadow = commands.add_parser("shadow", help="what the engine would have done, beside what people did")
    shadow.add_argument("book", type=Path, help="the book as it was before they did it")
    shadow.add_argument("events", type=Path, metavar="EVENTS", help="a JSON array of events: what people did")
    shadow.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the day to decide for")
    shadow.add_argument(
        "--days", type=int, default=1, metavar="N", help="days behind it whose events count, 0 to 60 (default: 1)"
    )
    shadow.add_argument("--policy", type=Path, metavar="FILE", help="default: policy.toml of the book, else built in")
    shadow.add_argument("--json", action="store_true", help="print all rows and the summary as JSON")

    explain = commands.add_parser("explain", help="why a decision was made")
    explain.add_argument("book", type=Path)
    explain.add_argument("decision_id", metavar="D-…")
    explain.add_argument("--json", action="store_true")

    why_not = commands.add_parser(
        "why-not", help="why an action was not taken for a customer, and what would have to be different"
    )
    why_not.add_argument("book", type=Path)
    why_not.add_argument("action", metavar="ACTION", help="like send_notice")
    why_not.add_argument("customer_id", metavar="CUSTOMER")
    why_not.add_argument("--json", action="store_true")

    verify = commands.add_parser("verify", help="check that an audit chain is whole, or that a text says only what is true")
    verify.add_argument("audit", type=Path, metavar="FILE", help="audit.csv or audit.parquet of an out folder, or a text")
    verify.add_argument("--facts", type=Path, metavar="FILE", help="the facts of a notice (JSON): FILE is its text, or - for stdin")
    verify.add_argument("--json", action="store_true")

    audit = commands.add_parser("audit", help="the audit chain of a book over all its days")
    parts = audit.add_subparsers(dest="what", required=True, metavar="what")
    for word, text in (
        ("verify", "check that the chain is whole"),
        ("head", "where the chain ends: keep it elsewhere, and verify against it"),
        ("replay", "make the newest run again and compare every decision"),
        ("search", "entries by customer, action, person, reason, item, payment, decision, kind, day"),
    ):
        part = parts.add_parser(word, help=text)
        part.add_argument("book", type=Path)
        if word == "verify":
            part.add_argument("--head", metavar="N:DIGEST", help="a head that was kept: finds that the newest entries are gone")
        if word == "search":
            for name, meta in (
                ("customer", "ID"),
                ("action", "ACTION"),
                ("by", "NAME"),
                ("reason", "CODE"),
                ("item", "ID"),
                ("payment", "ID"),
                ("decision", "D-…"),
                ("kind", "KIND"),
            ):
                part.add_argument(f"--{name}", metavar=meta)
            part.add_argument("--since", type=day, metavar="DATE")
            part.add_argument("--until", type=day, metavar="DATE")
            part.add_argument("--limit", type=int, default=50, metavar="N")
        part.add_argument("--json", action="store_true")
