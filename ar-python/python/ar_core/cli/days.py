"""Grammar of the day: `run`, `worklist`, the verdicts on what waits, and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.values import day


def add(commands: Any) -> None:
    """The day of a book."""
    run = commands.add_parser("run", help="run one day of a book and write the report")
    run.add_argument(
        "book", type=Path, help="a folder with items.csv or items.parquet and more tables, or one items file"
    )
    run.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the day to decide for, like 2026-11-21")
    run.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the tables and report.html go")
    run.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="a policy in TOML or JSON (default: policy.toml of the book, else built in)",
    )
    run.add_argument("--dry-run", action="store_true", help="write the report, carry out and remember nothing")
    run.add_argument("--only-csv", action="store_true", help="write no Parquet files")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")

    for word, text in (
        ("approve", "say yes to open decisions of the latest day and carry them out"),
        ("reject", "say no to open decisions of the latest day"),
        ("done", "report that a person called, answered or looked"),
    ):
        verdict = commands.add_parser(word, help=text)
        verdict.add_argument("book", type=Path)
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
        verdict.add_argument("--json", action="store_true", help="print the summary as JSON")

    worklist = commands.add_parser("worklist", help="what waits for a person, best first")
    worklist.add_argument("book", type=Path)
    worklist.add_argument("--limit", type=int, default=50, metavar="N")
    worklist.add_argument("--json", action="store_true")

    demo = commands.add_parser("demo", help="make a small book and run a day of it")
    demo.add_argument("--out", type=Path, default=Path("ar-core-demo"), metavar="FOLDER")
    demo.add_argument("--json", action="store_true", help="print the summary as JSON")
