"""An items file as an ERP exports it: whose columns they are is recognised by `ar_core.infer_columns`, and said."""

from __future__ import annotations

from typing import Any

from ar_core.host.book import Book
from ar_core.host.errors import InvalidBook, MissingExtra, need


def inferred(book: Book) -> list[str]:
    """Give the items of a book the names and forms that the engine knows. Returns what was assumed, a sentence each."""
    import ar_core

    recognise = getattr(ar_core, "infer_columns", None)
    if recognise is None:
        raise MissingExtra(
            "this ar-core cannot recognise columns: it has no ar_core.infer_columns. Name the columns as the engine does"
        )
    pa = need("pyarrow")
    try:
        mapping = recognise(book.tables["items"])
        table = mapping.apply(book.tables["items"])
    except Exception as error:
        if not hasattr(error, "problems"):
            raise
        raise InvalidBook(
            f"the columns of {book.root} are not recognised", [dict(entry) for entry in error.problems]
        ) from error
    book.tables["items"] = pa.Table.from_pylist(table) if isinstance(table, list) else pa.table(table)
    return [_sentence(entry) for entry in mapping.assumptions]


def suggested(error: InvalidBook, asked: bool) -> InvalidBook:
    """The same refusal; where it is the columns of the items that are not known, with the way out."""
    columns = ("unknown_column", "missing_column")
    if not asked and any(entry.get("code") in columns and entry.get("table") == "items" for entry in error.problems):
        error.args = (f"{error}. If this is an ERP's export, --infer recognises its columns",)
    return error


def _sentence(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    text = next((str(entry[name]) for name in ("text", "message", "what") if entry.get(name)), str(entry))
    return f"{entry['column']}: {text}" if entry.get("column") else text


__all__ = ["inferred", "suggested"]
