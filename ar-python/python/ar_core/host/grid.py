"""Tables and lines of text for a terminal."""

from __future__ import annotations

import json
import sys
from typing import Any

from ar_core.host import terminal

CELL_WIDTH = 100


def answer(value: Any) -> None:
    """The answer as one JSON document on stdout; escaped where the terminal lacks characters, so that none is lost."""
    print(json.dumps(value, indent=2, ensure_ascii=not terminal.is_utf8(sys.stdout), default=str))


def grid(
    headers: tuple[str, ...],
    lines: list[tuple[Any, ...]],
    right: frozenset[int] = frozenset(),
    whole: frozenset[int] = frozenset(),
) -> str:
    """A plain table with aligned columns; control characters of untrusted text do not reach the terminal. Cells of the columns `whole` are
    not cut."""
    cells = [tuple(line(value) if index in whole else cell(value) for index, value in enumerate(row)) for row in lines]
    widths = [max(len(row[index]) for row in [headers, *cells]) for index in range(len(headers))]
    shown = []
    for row in [headers, tuple("-" * width for width in widths), *cells]:
        parts = [
            text.rjust(width) if index in right else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        shown.append("  ".join(parts).rstrip())
    return "\n".join(shown)


def cell(value: Any) -> str:
    """A value short enough for a column."""
    text = line(value)
    return text if len(text) <= CELL_WIDTH else text[: CELL_WIDTH - 1] + "…"


def line(value: Any) -> str:
    """A sentence of any length on one line, without what would reach the terminal."""
    text = "" if value is None else str(value)
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in " ".join(text.split()))


__all__ = ["answer", "cell", "grid", "line"]
