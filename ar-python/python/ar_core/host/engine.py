"""The door to the engine: the native module, and its answers to input that it refuses turned into one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ar_core.host.book import Book
from ar_core.host.errors import InvalidBook


def native() -> Any:
    """The compiled engine."""
    from ar_core import _native

    return _native


def is_refusal(error: BaseException) -> bool:
    """Whether the engine said that its input is wrong (it names a code, and mostly a list of problems)."""
    return isinstance(error, Exception) and hasattr(error, "code") and hasattr(error, "problems")


def refused(error: BaseException, what: str) -> InvalidBook:
    """The engine's refusal as the host's error."""
    problems = [dict(entry) for entry in getattr(error, "problems", None) or []]
    return InvalidBook(f"{what}: {error}" if not problems else f"{what}: {len(problems)} problem(s)", problems)


def load_policy(engine: Any, chosen: Path | None, book: Book) -> Any:
    """The policy asked for, else the book's own, else the conservative default."""
    path = chosen or book.policy_file
    if path is None:
        return engine.Policy.default()
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


def apply_events(ledger: Any, events: list[dict[str, Any]]) -> None:
    """Tell the engine what happened since the book was written."""
    if not events:
        return
    try:
        ledger.apply(json.dumps(events, ensure_ascii=False))
    except Exception as error:
        if is_refusal(error):
            raise refused(error, "what was recorded on earlier days does not fit this book") from error
        raise
