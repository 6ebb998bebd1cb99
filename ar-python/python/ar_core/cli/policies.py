"""Grammar of `policy`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, group, leaf
from ar_core.cli.values import day


def add(commands: Any) -> None:
    """Work on policies."""
    tasks = group(
        commands, "policy", help="compare, check and rehearse policies before one is put in force", dest="task"
    )
    diff = leaf(tasks, "diff", help="what differs between two policies, in words", example="policy.toml new.toml")
    diff.add_argument("old", type=Path, help="a policy in TOML or JSON")
    diff.add_argument("new", type=Path)
    check = leaf(
        tasks,
        "check",
        help="whether a policy is in order, and what in it is surely not meant",
        example="policy.toml book",
    )
    check.add_argument("file", type=Path)
    check.add_argument("book", type=Path, nargs="?", help="the book it is for: also segments that no customer is in")
    rehearse = leaf(
        tasks,
        "rehearse",
        help="which decisions of past days would have been others",
        example="book new.toml --as-of 2026-11-21",
    )
    book(rehearse)
    rehearse.add_argument("new", type=Path, help="the policy to try")
    rehearse.add_argument(
        "--old", type=Path, metavar="FILE", help="the one that was in force (default: that of the book)"
    )
    rehearse.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the first day")
    rehearse.add_argument(
        "--days", type=int, default=1, metavar="N", help="so many days in a row (default: 1, most: 400)"
    )
    rehearse.add_argument(
        "--scope",
        choices=("all", "collections"),
        default="all",
        help="collections: without predicted payment dates; many times as fast, and nothing is worth anything",
    )
    rehearse.add_argument("--out", type=Path, metavar="FOLDER", help="where rehearsal.csv and rehearsal_summary.csv go")
