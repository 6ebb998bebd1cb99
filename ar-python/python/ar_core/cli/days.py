"""Grammar of the day: `run`, `worklist`, the verdicts on what waits, and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, leaf
from ar_core.cli.values import count, day


def add(commands: Any) -> None:
    """The day of a book."""
    run = leaf(
        commands, "run", help="run one day of a book and write the report", example="book --as-of 2026-11-21 --out out"
    )
    book(run)
    run.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the day to decide for, like 2026-11-21")
    run.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the tables and report.html go")
    run.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="a policy in TOML or JSON (default: policy.toml of the book, else built in)",
    )
    run.add_argument(
        "--statement",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a bank statement or remittance (camt, MT940, BAI2, EDI 820, CSV), which becomes part of the book; more than once for more",
    )
    run.add_argument("--dry-run", action="store_true", help="write the report, carry out and remember nothing")
    run.add_argument("--only-csv", action="store_true", help="write no Parquet files")

    for word, text, example in (
        ("approve", "say yes to open decisions of the latest day and carry them out", "book D-… --by Ada"),
        ("reject", "say no to open decisions of the latest day", "book D-… --by Ada"),
        ("done", "report that a person called, answered or looked", "book --action call --by Ada"),
    ):
        verdict = leaf(commands, word, help=text, example=example)
        book(verdict)
        verdict.add_argument("decision_ids", nargs="*", metavar="D-…")
        verdict.add_argument(
            "--action",
            action="append",
            default=[],
            metavar="ACTION",
            help="all open ones of this action, like send_notice",
        )
        verdict.add_argument(
            "--by", default="", metavar="NAME", help="who says so (default: the name you are logged in with)"
        )
        if word != "done":
            verdict.add_argument("--out", type=Path, metavar="FOLDER", help="default: where the day was written")

    worklist = leaf(commands, "worklist", help="what waits for a person, best first", example="book --limit 10")
    book(worklist)
    worklist.add_argument("--limit", type=count, default=50, metavar="N", help="how many (default: 50; -1: all)")

    demo = leaf(commands, "demo", help="make a small book and run a day of it", example="--out ar-core-demo")
    demo.add_argument("--out", type=Path, default=Path("ar-core-demo"), metavar="FOLDER")
