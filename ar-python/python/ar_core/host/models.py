"""The models of a book: fitted on its history, or kept in a file and used again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ar_core.host import engine as door
from ar_core.host import exports
from ar_core.host.bank import texts
from ar_core.host.book import Book, locate
from ar_core.host.errors import InvalidBook, Refused, why
from ar_core.host.files import write_bytes
from ar_core.host.progress import Progress


@dataclass
class Fitted:
    """Models, and whence they are."""

    models: Any
    pay_time: Any  # the `PayTimeModel` in them, with the customers of the book
    fitted_on: date
    settled_items: int
    file: Path | None  # where they were read from, or are kept now
    loaded: bool

    def facts(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "digest": self.models.digest,
            "fitted_on": self.fitted_on.isoformat(),
            "settled_items": self.settled_items,
            "file": str(self.file) if self.file else None,
            "loaded": self.loaded,
        }


def ledger_of(engine: Any, book: Book, inferred: bool) -> Any:
    """The book in the engine, or its problems with file and line."""
    try:
        return door.load_ledger(engine, book)
    except InvalidBook as error:
        error.problems = locate(book.files, error.problems)
        raise exports.suggested(error, inferred) from error


def models_of(engine: Any, ledger: Any, book: Book, as_of: date, file: Path | None, progress: Progress) -> Fitted:
    """Read the models from the file, or fit them and keep them there. A model that knows what came later is refused."""
    if file is not None and file.exists():
        with progress.step("read the model"):
            models = _read(engine, file)
        found = _fitted(engine, models, book, file, loaded=True)
        if found.fitted_on > as_of:
            raise Refused(
                f"the model {file} was fitted on {found.fitted_on} and knows what happened after {as_of}: its predictions would be hindsight"
            )
        return found
    with progress.step("fit the model"):
        models = fit(engine, ledger, as_of, progress)
    if file is not None:
        write_bytes(file, models.to_bytes())
    return _fitted(engine, models, book, file, loaded=False)


def fit(engine: Any, ledger: Any, as_of: date, progress: Progress) -> Any:
    """The models that a run of this day would learn."""
    try:
        return engine.Models.fit(ledger, as_of.isoformat(), **progress.watch())
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(error, "no model can be fitted") from error
        raise


def _read(engine: Any, file: Path) -> Any:
    try:
        return engine.Models.from_bytes(file.read_bytes())
    except OSError as error:
        raise InvalidBook(f"the model {file} cannot be read: {why(error)}") from error
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(
                error, f"the model {file} cannot be used; another one is fitted where --model names a new file"
            ) from error
        raise


def _fitted(engine: Any, models: Any, book: Book, file: Path | None, loaded: bool) -> Fitted:
    inside = json.loads(models.to_json())["pay_time"]
    pay_time = pay_time_of(engine, models, book)
    return Fitted(models, pay_time, date.fromisoformat(inside["fitted_on"]), int(inside["settled_items"]), file, loaded)


def pay_time_of(engine: Any, models: Any, book: Book) -> Any:
    """The payment-time model of the models, with the segments and countries of this book's customers."""
    inside = json.loads(models.to_json())["pay_time"]
    return engine.PayTimeModel.from_json(json.dumps({"customers": _customers(book), "model": inside}))


def _customers(book: Book) -> list[list[str]]:
    table = book.tables.get("customers")
    if table is None:
        return []
    names = ("customer_id", "segment", "country")
    columns = [
        texts(table[name]).to_pylist() if name in table.column_names else [None] * table.num_rows for name in names
    ]
    return [[value or "" for value in row] for row in zip(*columns, strict=True)]


__all__ = ["Fitted", "fit", "ledger_of", "models_of", "pay_time_of"]
