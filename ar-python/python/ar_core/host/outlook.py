"""`ar-core score` and `ar-core forecast`: when open items will be paid, and the cash to expect. Nothing is remembered.

What is open, and of how much, the engine says: a run with these models scores exactly the items that are open on that day, whatever the
book lists as settled, allocated or credited. `score` is therefore what `run` shows of the same book and day, promises and all. `forecast` asks
`forecast_cash` of these items, by day or week from the day itself on; it knows amounts and payment habits, and no promises.
"""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any

from ar_core.host import engine as door
from ar_core.host import exports, files, past
from ar_core.host import say_cash as say
from ar_core.host.bank import texts
from ar_core.host.book import Book, read_book
from ar_core.host.errors import InvalidBook, need
from ar_core.host.models import Fitted, ledger_of, models_of
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.progress import Progress

STEPS = 5
CHECK_UP_TO = 20_000  # items; with more the second fit takes too long to be done unasked


def score(args: Namespace) -> int:
    """Score the open items of a day."""
    files.check_table_path(args.out, "score")
    progress = Progress(total=STEPS, quiet=args.json)
    engine, book, ledger, fitted, notes = _prepared(args, progress)
    with progress.step("score"):
        table = _scored(engine, ledger, book, fitted, args.as_of, progress)
    found = None
    if args.check or (args.check is None and book.tables["items"].num_rows <= CHECK_UP_TO):
        with progress.step("hold it against the past"):
            found = past.calibration(engine, ledger, book, fitted, args.as_of, progress)
    with progress.step("write the scores"):
        files.write_table(args.out, table)
    say.scores(table, args.as_of, fitted, found, args.out, notes, args.json)
    return 0


def forecast(args: Namespace) -> int:
    """Forecast the cash of the open items."""
    if args.out is not None:
        files.check_table_path(args.out, "forecast")
    progress = Progress(total=STEPS, quiet=args.json)
    engine, book, ledger, fitted, notes = _prepared(args, progress)
    with progress.step("forecast"):
        items = _open_items(book, _scored(engine, ledger, book, fitted, args.as_of, progress))
        try:
            found = engine.forecast_cash(
                fitted.pay_time, items, _history(book), args.as_of.isoformat(), args.days, weekly=args.weekly
            )
        except Exception as error:
            if door.is_refusal(error):
                raise door.refused(error, "no forecast can be made") from error
            raise
        table = need("pyarrow").table(found)
    if args.out is not None:
        with progress.step("write the forecast"):
            files.write_table(args.out, table)
    say.cash(rows(table), args, fitted, notes)
    return 0


def _prepared(args: Namespace, progress: Progress) -> tuple[Any, Book, Any, Fitted, list[str]]:
    engine = door.native()
    if args.model is not None and not args.model.exists():
        files.check_path(args.model)
    with progress.step("read the book"):
        book = read_book(args.book)
        assumed = exports.inferred(book, args.assume) if args.infer or args.assume else []
        ledger = ledger_of(engine, book, args.infer)
    fitted = models_of(engine, ledger, book, args.as_of, args.model, progress)
    return engine, book, ledger, fitted, [*assumed, *book.notes]


def _scored(engine: Any, ledger: Any, book: Book, fitted: Fitted, as_of: date, progress: Progress) -> Any:
    policy = door.load_policy(engine, None, book)  # it has the points of the classes
    try:
        report = engine.run(ledger, policy, fitted.models, as_of=as_of.isoformat(), **progress.watch())
    except Exception as error:
        if door.is_refusal(error):
            raise door.refused(error, "the items cannot be scored") from error
        raise
    return part(report, "scores")


def _history(book: Book) -> Any:
    """The items with the days on which they were settled, also where only allocations tell: as the engine sees them."""
    found = past.settled_items(book)
    return book.tables["items"] if found is None else found


def _open_items(book: Book, scores: Any) -> Any:
    """The rows of the open items, with what is open of them."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    items = book.tables["items"]
    if items.num_rows and "item_id" not in items.column_names:
        raise InvalidBook("the items have no 'item_id'")
    at = pc.index_in(texts(items["item_id"]), value_set=pc.cast(scores["item_id"], pa.string()))
    found = items.filter(pc.is_valid(at))
    found = found.drop_columns([name for name in ("open_amount", "open_amount_minor") if name in found.column_names])
    return found.append_column("open_amount", scores["open_amount"].take(at.drop_null()))


__all__ = ["forecast", "score"]
