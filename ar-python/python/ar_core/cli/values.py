"""Values as they are typed on the command line."""

from __future__ import annotations

import argparse
from datetime import date


def day(text: str) -> date:
    """A day like 2026-11-21."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2026-11-21{_meant(text)}") from None


def _meant(text: str) -> str:
    """A day with dots begins with the day of the month everywhere; one with slashes does not."""
    parts = text.split(".")
    try:
        return f"; did you mean {date(int(parts[2]), int(parts[1]), int(parts[0]))}?" if len(parts) == 3 else ""
    except ValueError:
        return ""


def count(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None


def days(text: str) -> int:
    """A number of days, at least one."""
    number = count(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}': at least one day")
    return number
