"""Grammar of `policy`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.values import day


def add(commands: Any) -> None:
    """Work on policies."""
    policy = commands.add_parser("policy", help="compare, check and rehearse policies before one is put in force")
    tasks = policy.add_subparsers(dest="task", required=True, metavar="task")
    diff = tasks.add_parser("diff", help="what differs between two policies, in words")
    diff.add_argument("old", type=Path, help="a policy in TOML or JSON")
    diff.add_argument("new", type=Path)
    check = tasks.add_parser("check", help="whether a policy is in order, and what in it is surely not meant")
    check.add_argument("file", type=Path)
    check.add_argument("book", type=Path, nargs="?", help="the book it is for: also segments that no customer is in")
    rehearse = tasks.add_parser("rehearse", help="which decisions of past days would have been others")
    rehearse.add_argument("book", type=Path)
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
    for task in (diff, check, rehearse):
        task.add_argument("--json", action="store_true")
