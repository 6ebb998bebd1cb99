"""Grammar of what is only looked at: `statement`, `shadow`, `explain`, `why-not`, `verify`, `replay`, `audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, group, leaf
from ar_core.cli.values import count, day


def add(commands: Any) -> None:
    """What was owed and decided, and why."""
    statement = leaf(
        commands, "statement", help="the statement of account of a customer", example="book C000001 --as-of 2026-11-21"
    )
    book(statement)
    statement.add_argument("customer_id", metavar="CUSTOMER")
    statement.add_argument("--as-of", type=day, required=True, metavar="DATE", help="its last day")
    statement.add_argument("--since", type=day, metavar="DATE", help="its first day (default: from the beginning)")

    shadow = leaf(
        commands,
        "shadow",
        help="what the engine would have done, beside what people did",
        example="book events.json --as-of 2026-11-21",
    )
    book(shadow, "the book as it was before they did it")
    shadow.add_argument("events", type=Path, metavar="EVENTS", help="a JSON array of events: what people did")
    shadow.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the day to decide for")
    shadow.add_argument(
        "--days", type=int, default=1, metavar="N", help="days behind it whose events count, 0 to 60 (default: 1)"
    )
    shadow.add_argument("--policy", type=Path, metavar="FILE", help="default: policy.toml of the book, else built in")

    explain = leaf(commands, "explain", help="why a decision was made", example="book D-…")
    book(explain)
    explain.add_argument("decision_id", metavar="D-…")

    why_not = leaf(
        commands,
        "why-not",
        help="why an action was not taken for a customer, and what would have to be different",
        example="book send_notice C000001",
    )
    book(why_not)
    why_not.add_argument("action", metavar="ACTION", help="like send_notice")
    why_not.add_argument("customer_id", metavar="CUSTOMER")

    verify = leaf(
        commands,
        "verify",
        help="check that an audit chain is whole, or that a text says only what is true",
        example="out/audit.csv",
    )
    verify.add_argument(
        "audit", type=Path, metavar="FILE", help="audit.csv or audit.parquet of an out folder, or a text"
    )
    verify.add_argument(
        "--facts", type=Path, metavar="FILE", help="the facts of a notice (JSON): FILE is its text, or - for stdin"
    )

    replay = leaf(commands, "replay", help="make the newest run again and compare every decision", example="book")
    book(replay)

    parts = group(commands, "audit", help="the audit chain of a book over all its days", dest="what")
    for word, text in (
        ("verify", "check that the chain is whole"),
        ("head", "where the chain ends: keep it elsewhere, and verify against it"),
        ("replay", "make the newest run again and compare every decision"),
        ("search", "entries by customer, action, person, reason, item, payment, decision, kind, day"),
    ):
        part = leaf(parts, word, help=text, example="book --customer C000001" if word == "search" else "book")
        book(part)
        if word == "verify":
            part.add_argument(
                "--head", metavar="N:DIGEST", help="a head that was kept: finds that the newest entries are gone"
            )
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
            part.add_argument("--limit", type=count, default=50, metavar="N", help="how many (default: 50; -1: all)")
