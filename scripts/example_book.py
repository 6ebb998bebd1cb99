"""Writes the tables of the example book as CSV: made-up customers, from a fixed seed, so that anybody can make the same files.

    python scripts/example_book.py [FOLDER]        (default: examples/book; `policy.toml` there is written by hand and stays)

The seed was chosen because in this small book everything happens at once: cash that is posted, cash that is asked about,
notices that go out and notices that wait for a person, a dispute, a promise, a message, a signal.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ar_core

SEED = 2
CUSTOMERS = 120
AS_OF = "2026-11-20"
FOLDER = Path(__file__).resolve().parent.parent / "examples" / "book"


def cell(value: Any) -> str:
    """One value as a person would type it: ISO dates, `true`, lists joined by semicolons, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, (str, int, Decimal)):
        return str(value)
    raise TypeError(f"no way to write {value!r} into a CSV file")


def files() -> dict[str, str]:
    """The text of each file by its name. Tables without a row have no file."""
    made = {}
    for name, table in ar_core.simulate(seed=SEED, customers=CUSTOMERS, as_of=AS_OF).items():
        rows = table.to_dicts()
        if rows:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(table.column_names)
            writer.writerows([cell(row[column]) for column in table.column_names] for row in rows)
            made[f"{name}.csv"] = text.getvalue()
    return made


def main() -> None:
    """Replaces the CSV files of the folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        print(f"{name}: {text.count(chr(10)) - 1} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
