"""What can go wrong on the host's side, each with its exit code, its code and a message for a person."""

from __future__ import annotations

import re
from typing import Any


class HostError(Exception):
    """A failure that is explained to the user in one message, without a traceback."""

    exit_code = 1
    code = "failed"


class UsageError(HostError):
    """What was typed is no command, or lacks something; `see` is the command that helps."""

    exit_code = 2
    code = "usage"

    def __init__(self, message: str, see: str) -> None:
        super().__init__(message)
        self.see = see


class InvalidBook(HostError):
    """The input is wrong: `problems` says where, all of them at once."""

    exit_code = 2
    code = "invalid_input"

    def __init__(self, message: str, problems: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class StateBusy(HostError):
    """Another process is working on the same state."""

    exit_code = 3
    code = "busy"


class Refused(HostError):
    """The request is understood and not carried out: a day in the past, a decision that is not open."""

    exit_code = 4
    code = "refused"


class MissingExtra(HostError):
    """An optional library that this command needs is not installed."""

    exit_code = 5
    code = "missing_library"


def problem(table: str, code: str, message: str, row: int | None = None, column: str | None = None) -> dict[str, Any]:
    """A problem found by the host, in the shape of the engine's own."""
    return {"table": table, "row": row, "column": column, "code": code, "message": message}


def why(error: OSError) -> str:
    """What the system says, in its own words: Arrow puts them behind `[errno 28]` of a longer sentence."""
    found = re.search(r"Detail: \[errno \d+\] (.+)", str(error))
    return found.group(1) if found else error.strerror or str(error)


def need(module: str, extra: str = "cli") -> Any:
    """Import an optional library, or say how to get it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f"this command needs the library '{module.split('.')[0]}' ({error}). Install it with: pip install 'ar-core[{extra}]'"
        ) from error
