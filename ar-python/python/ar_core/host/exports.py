"""An items file as an ERP exports it: whose columns they are is recognised by `ar_core.infer_columns`, and said."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

from ar_core.host.book import Book, locate
from ar_core.host.errors import InvalidBook, MissingExtra, need

# What is said in Python, as it is typed here.
_TYPED = re.compile(r"with_\((\w+)=['\"]?([^'\",)]*)['\"]?\)")


def inferred(book: Book, known: Sequence[str] = ()) -> list[str]:
    """Give the items of a book the names and forms that the engine knows. `known` is what a person knows better, as `NAME=VALUE`.

    Returns what was assumed, a sentence each. Raises InvalidBook with what cannot be told.
    """
    import ar_core

    recognise = getattr(ar_core, "infer_columns", None)
    if recognise is None:
        raise MissingExtra(
            "this ar-core cannot recognise columns: it has no ar_core.infer_columns. Name the columns as the engine does"
        )
    pa, export = need("pyarrow"), book.tables["items"]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            mapping = recognise(export)
            if known:
                mapping = mapping.with_(**dict(_answer(text) for text in known))
            if getattr(mapping, "table", "items") != "items":
                raise InvalidBook(f"{book.root} looks like {mapping.table}, and items are wanted")
            table = mapping.apply(export)
        except ValueError as error:  # the engine's refusal is one too
            problems = [dict(entry) for entry in getattr(error, "problems", None) or []]
            told = f"the columns of {book.root} are not all recognised" if problems else str(error)
            raise InvalidBook(told, locate(book.files, problems)) from error
    book.tables["items"] = pa.Table.from_pylist(table) if isinstance(table, list) else pa.table(table)
    return [*(_sentence(entry) for entry in mapping.assumptions), *(str(entry.message) for entry in warned)]


def _answer(text: str) -> tuple[str, Any]:
    """`terms_days=30` as a name with a number, `day_first=true` with a truth value, anything else with a text."""
    name, mark, value = text.partition("=")
    if not mark or not name:
        raise InvalidBook(f"--assume wants NAME=VALUE, not '{text}'")
    if value.isdecimal():
        return name, int(value)
    return name, {"true": True, "false": False}.get(value.lower(), value)


def _sentence(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    other = _TYPED.sub(r"--assume \1=\2", f" (else: {entry['otherwise']})") if entry.get("otherwise") else ""
    return f"{entry.get('what') or entry}{other}"


def suggested(error: InvalidBook, asked: bool) -> InvalidBook:
    """The same refusal; where it is the columns of the items that are not known, with the way out."""
    columns = ("unknown_column", "missing_column")
    if not asked and any(entry.get("code") in columns and entry.get("table") == "items" for entry in error.problems):
        error.args = (f"{error}. If this is an ERP's export, --infer recognises its columns",)
    return error


__all__ = ["inferred", "suggested"]
