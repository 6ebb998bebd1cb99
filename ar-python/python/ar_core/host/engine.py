"""The door to the engine: the native module, and its answers to input that it refuses turned into one message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.host.book import Book
from ar_core.host.errors import InvalidBook
from ar_core.host.words import plural


def native() -> Any:
    """The compiled engine."""
    from ar_core import _native

    return _native


def is_refusal(error: BaseException) -> bool:
    """Whether the engine said that its input is wrong (it names a code, and mostly a list of problems)."""
    return isinstance(error, ValueError) and hasattr(error, "code") and hasattr(error, "problems")


def refused(error: BaseException, what: str) -> InvalidBook:
    """The engine's refusal as the host's error."""
    problems = [dict(entry) for entry in getattr(error, "problems", None) or []]
    total = max(len(problems), int(getattr(error, "total", 0)))
    return InvalidBook(f"{what}: {plural(total, 'problem')}" if problems else f"{what}: {error}", problems)


def load_policy(engine: Any, chosen: Path | None, book: Book) -> Any:
    """The policy asked for, else the book's own, else the conservative default."""
    path = chosen or book.policy_file
    return engine.Policy.default() if path is None else read_policy(engine, path)


def read_policy(engine: Any, path: Path) -> Any:
    """A policy from its file, or all of its problems."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidBook(f"the policy {path} cannot be read: {error}") from error
    try:
        return engine.Policy.from_json(text) if path.suffix.lower() == ".json" else engine.Policy.from_toml(text)
    except Exception as error:
        if is_refusal(error):
            raise refused(error, f"the policy {path}") from error
        raise


def load_ledger(engine: Any, book: Book) -> Any:
    """The book in the engine, or all of its problems."""
    try:
        return engine.Ledger(**book.tables)
    except Exception as error:
        if is_refusal(error):
            raise refused(error, f"the book {book.root} is not in order and nothing was done") from error
        raise
