"""Grammar of what needs no day: `match`, `score`, `forecast`. They work on a book, or on one file of items as an ERP exports it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, leaf
from ar_core.cli.values import day, days


def add(commands: Any) -> None:
    """Cash: what came in, and what will."""
    match = leaf(
        commands,
        "match",
        help="which items the payments pay, of a book or of bank statements; nothing is carried out or remembered",
        example="book --out matched",
    )
    book(match)
    match.add_argument(
        "statements",
        type=Path,
        nargs="*",
        metavar="STATEMENT",
        help="bank statements and remittances: camt.052/053/054, MT940/942, BAI2, EDI 820, CSV",
    )
    match.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where allocations and payments go, as CSV and Parquet",
    )
    match.add_argument("--as-of", type=day, metavar="DATE", help="leave out payments of later days (default: take all)")
    match.add_argument("--policy", type=Path, metavar="FILE", help="default: policy.toml of the book, else built in")
    match.add_argument("--only-csv", action="store_true", help="write no Parquet files")

    score = leaf(
        commands,
        "score",
        help="when each open item will be paid: chance of being late, expected day, band",
        example="book --as-of 2026-11-21 --out scores.csv",
    )
    forecast = leaf(
        commands,
        "forecast",
        help="the cash to expect from open items, by day or week and currency, with bands",
        example="book --as-of 2026-11-21 --days 28 --weekly",
    )
    for command in (score, forecast):
        book(command)
        command.add_argument(
            "--as-of", type=day, required=True, metavar="DATE", help="only facts known before this day are used"
        )
        command.add_argument(
            "--out", type=Path, required=command is score, metavar="FILE", help="a .csv or .parquet file"
        )
        command.add_argument(
            "--model",
            type=Path,
            metavar="FILE",
            help="use the fitted model in FILE; fit and keep it there if there is none",
        )
    score.add_argument(
        "--check",
        action=argparse.BooleanOptionalAction,
        help="also hold predictions of the past against what happened (default: where that takes a few seconds)",
    )
    forecast.add_argument("--days", type=days, required=True, metavar="N", help="how many days from --as-of")
    forecast.add_argument("--weekly", action="store_true", help="weeks of seven days instead of days")
    for command in (match, score, forecast):
        command.add_argument(
            "--infer", action="store_true", help="recognise the columns of an ERP export by their names and values"
        )
        command.add_argument(
            "--assume",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="with --infer, what you know better: currency=EUR, terms_days=30, day_first=true, or due_on=HEADING",
        )


__all__ = ["add"]
