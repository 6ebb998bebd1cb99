"""Bank statements and remittances as part of a book.

`run --statement FILE` keeps a copy of the file in the folder `statements` of the book (of a single items file: in a folder beside it), and
every later command reads it from there: an approval tomorrow must find the payment that was proposed today. The copy's name begins with
the digest of its bytes, so that the same file given twice is one file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ar_core.host.book import Book
from ar_core.host.errors import HostError, InvalidBook, MissingExtra, need, problem, why
from ar_core.host.words import plural

TABLES = ("payments", "remittances")
_IDS = {"payments": "payment_id", "remittances": "remittance_id"}
_ALIKE = ("currency", "amount", "received_on")
_PARTIAL = ".ar-core-"


@dataclass
class Statements:
    """What statement files say: tables as `Ledger` takes them, how many entries they have and why each is a payment or not, and what a
    person should know."""

    tables: dict[str, Any] = field(default_factory=dict)
    entries: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def folder_of(root: Path) -> Path:
    """Where the statements of a book are kept."""
    return root / "statements" if root.is_dir() else root.with_name(root.name + ".statements")


def kept(root: Path) -> list[Path]:
    """The statements that are part of a book, in the order of their names."""
    folder = folder_of(root)
    names = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in names if path.is_file() and not path.name.startswith("."))


def keep(root: Path, files: Iterable[Path]) -> list[Path]:
    """Copy statements into the book, each whole or not at all; returns those that were not there."""
    folder = folder_of(root)
    new: list[Path] = []
    there = {path.name for path in kept(root)}
    for path in files:
        try:
            name = f"{_digest(path)[:12]}-{path.name}"
            if any(other.partition("-")[0] == name.partition("-")[0] for other in there):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            partial = folder / f"{_PARTIAL}{os.getpid()}-{name}"
            try:
                shutil.copyfile(path, partial)
                os.replace(partial, folder / name)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            drop(new)
            raise HostError(f"cannot keep {path} in {folder}: {why(error)}. Nothing was recorded.") from error
        there.add(name)
        new.append(folder / name)
    return new


def added(root: Path, files: Iterable[Path]) -> list[Path]:
    """The statements of a book and those files that are not among them."""
    there = kept(root)
    known = {path.name.partition("-")[0] for path in there}
    return [*there, *(path for path in files if not (path.is_file() and _digest(path)[:12] in known))]


def drop(files: Iterable[Path]) -> None:
    """Take statements out of a book again: the day that brought them could not be run."""
    for path in files:
        path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(files: Sequence[Path]) -> Statements:
    """Read statement files. Raises InvalidBook with all that is wrong: an entry that cannot be read stops all, for cash must not get lost."""
    gone = [
        {**problem("statements", "no_such_file", "there is no such file"), "file": str(path)}
        for path in files
        if not path.is_file()
    ]
    if gone:
        raise InvalidBook("a bank statement is not there", gone)
    reader = _reader()
    try:
        with warnings.catch_warnings():  # what it warns of is in the problems of its answer
            warnings.simplefilter("ignore")
            found = reader.read([str(path) for path in files])
    except Exception as error:
        if not hasattr(error, "problems"):
            raise
        raise InvalidBook("the bank statements are not in order and nothing was done", _problems(error)) from error
    tables = {name: table for name in TABLES if (table := _table(getattr(found, name, None))) is not None}
    reasons = dict(found.reasons()) if hasattr(found, "reasons") else {}
    return Statements(tables, len(found.entries), reasons, [*_said(found), *(str(note) for note in found.notes or [])])


def _said(found: Any) -> list[str]:
    """What the files contradict themselves in and was tolerated, and the statements whose balances do not hold."""
    said = [f"{_place(entry)}: {entry['message']}" for entry in _problems(found)]
    wrong = [row for row in found.accounted or [] if isinstance(row, dict) and row.get("holds") is False]
    return said or [f"{row.get('file')}: the balances of account {row.get('account')} do not hold" for row in wrong]


def _place(entry: dict[str, Any]) -> str:
    return str(entry["file"]) if entry["line"] is None else f"{entry['file']}:{entry['line']}"


def _reader() -> Any:
    import importlib

    try:
        return importlib.import_module("ar_core.statements")
    except ModuleNotFoundError as error:
        if error.name != "ar_core.statements":
            raise MissingExtra(
                f"bank statements need the library '{error.name}'. Install it with: pip install 'ar-core[statements]'"
            ) from error
        raise MissingExtra(
            "this ar-core cannot read bank statements: it has no ar_core.statements. Give the payments as payments.csv of a book"
        ) from error


def _problems(found: Any) -> list[dict[str, Any]]:
    """Problems in the shape of those of a book: the reader of statements calls the file the table, and its line the row."""
    return [_placed(dict(entry)) for entry in found.problems or []]


def _placed(entry: dict[str, Any]) -> dict[str, Any]:
    if "file" in entry:
        return entry
    return {**entry, "table": "statements", "row": None, "file": entry.get("table"), "line": entry.get("row")}


def _table(source: Any) -> Any:
    pa = need("pyarrow")
    if source is None:
        return None
    table = pa.Table.from_pylist(list(source)) if isinstance(source, (list, tuple)) else pa.table(source)
    return table if table.num_rows else None


def add(book: Book, found: Statements) -> None:
    """Put the payments and remittances of statements into a book, and note what is there twice or looks like it."""
    for name, table in found.tables.items():
        own = book.tables.get(name)
        if own is not None:
            table = _without_known(name, own, table, book)
            if name == "payments":
                _note_alike(own, table, book)
            table = stack(own, table)
        book.tables[name] = table
    book.notes.extend(found.notes)


def _without_known(name: str, own: Any, more: Any, book: Book) -> Any:
    key = _IDS[name]
    if key not in own.column_names or key not in more.column_names:
        return more
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    known = pc.is_in(pc.cast(more[key], pa.string()), pc.cast(own[key], pa.string()))
    count = pc.sum(known).as_py() or 0
    if count:
        lines = plural(count, f"line of {name}", f"lines of {name}")
        book.notes.append(f"left out, for the book has the same id: {lines} of the statements")
    return more.filter(pc.invert(known))


def _note_alike(own: Any, more: Any, book: Book) -> None:
    """The same money may come in twice, from the books and from the bank, under two ids: a person has to see it."""
    if not all(name in own.column_names and name in more.column_names for name in _ALIKE):
        return
    mine = set(zip(*(texts(own[name]).to_pylist() for name in _ALIKE), strict=True))
    rows = zip(*(texts(more[name]).to_pylist() for name in _ALIKE), strict=True)
    alike = sum((currency, amount, on[:10]) in mine for currency, amount, on in rows if amount and on)
    if alike:
        book.notes.append(
            f"{plural(alike, 'payment')} of the statements may be in the book already: the same currency, amount and day as one of its payments"
        )


def texts(column: Any) -> Any:
    """A column as text, the way the engine reads it: days without a time, decimals written out."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.date32(), safe=False)
    return pc.cast(column, pa.string())


def stack(own: Any, more: Any) -> Any:
    """One table behind another; columns of two types become text, which the engine reads in every column."""
    pa = need("pyarrow")
    for name in own.column_names:
        if name not in more.column_names or own[name].type == more[name].type:
            continue
        if not pa.types.is_nested(own[name].type):
            own = own.set_column(own.column_names.index(name), name, texts(own[name]))
        if not pa.types.is_nested(more[name].type):
            more = more.set_column(more.column_names.index(name), name, texts(more[name]))
    return pa.concat_tables([own, more], promote_options="permissive")


__all__ = ["Statements", "add", "added", "drop", "folder_of", "keep", "kept", "read", "stack", "texts"]
