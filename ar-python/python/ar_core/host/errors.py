"""What can go wrong on the host's side, each with its exit code and a message for a person."""

from __future__ import annotations

from typing import Any


class HostError(Exception):
    """A failure that is explained to the user in one message, without a traceback."""

    exit_code = 1


class InvalidBook(HostError):
    """The input is wrong: `problems` says where, all of them at once."""

    exit_code = 2

    def __init__(self, message: str, problems: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class StateBusy(HostError):
    """Another process is working on the same state."""

    exit_code = 3


class Refused(HostError):
    """The request is understood and not carried out: a day in the past, a decision that is not open."""

    exit_code = 4


class MissingExtra(HostError):
    """An optional library that this command needs is not installed."""

    exit_code = 5


def problem(table: str, code: str, message: str, row: int | None = None, column: str | None = None) -> dict[str, Any]:
    """A problem found by the host, in the shape of the engine's own."""
    return {"table": table, "row": row, "column": column, "code": code, "message": message}


def need(module: str, extra: str = "cli") -> Any:
    """Import an optional library, or say how to get it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f"this command needs the library '{module.split('.')[0]}' ({error}). Install it with: pip install 'ar-core[{extra}]'"
        ) from error
