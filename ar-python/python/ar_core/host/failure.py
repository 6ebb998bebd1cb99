"""What the command says when it fails: on stderr, for a person or as one JSON document."""

from __future__ import annotations

import json
import sys
from typing import Any

from ar_core.host.errors import HostError, InvalidBook, UsageError

MOST_PROBLEMS = 50
COLUMNS = ("table", "row", "column", "code", "file", "line", "message")


def tell(error: HostError, as_json: bool) -> None:
    """One message, and for wrong input the table of its problems."""
    problems = error.problems if isinstance(error, InvalidBook) else []
    if as_json:
        told = {"error": str(error), "code": error.code, "exit_code": error.exit_code, "problems": problems}
        print(json.dumps(told, indent=2, default=str), file=sys.stderr)  # ASCII: whatever the terminal has
        return
    if isinstance(error, UsageError):
        print(f"{error}\nsee: {error.see}", file=sys.stderr)
        return
    print(f"ar-core: {error}", file=sys.stderr)
    if problems:
        _table(problems)


def _table(problems: list[dict[str, Any]]) -> None:
    from ar_core.host.grid import grid

    shown = [name for name in COLUMNS if any(entry.get(name) is not None for entry in problems[:MOST_PROBLEMS])]
    lines = [tuple(entry.get(name) for name in shown) for entry in problems[:MOST_PROBLEMS]]
    right = frozenset(index for index, name in enumerate(shown) if name in ("row", "line"))
    whole = frozenset(index for index, name in enumerate(shown) if name in ("file", "message"))
    print(grid(tuple(shown), lines, right, whole), file=sys.stderr)
    if len(problems) > MOST_PROBLEMS:
        print(f"… and {len(problems) - MOST_PROBLEMS:,} more (all of them with --json)", file=sys.stderr)


__all__ = ["tell"]
