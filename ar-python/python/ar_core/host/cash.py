"""`ar-core match`: which items the payments pay. Nothing is decided, carried out or remembered."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from ar_core.host import bank, exports
from ar_core.host import engine as door
from ar_core.host import say_cash as say
from ar_core.host.book import Book, read_book
from ar_core.host.errors import InvalidBook, need, problem
from ar_core.host.models import ledger_of
from ar_core.host.outputs import check_no_book, part, staged, write_table
from ar_core.host.progress import Progress

PARTS = ("allocations", "payments")
STEPS = 4


def match(args: Namespace) -> int:
    """Match the payments of a book, or of bank statements, and write what was found."""
    check_no_book(args.out)
    progress = Progress(total=STEPS, quiet=args.json)
    with progress.step("read the book"):
        book = read_book(args.book)
        assumed = exports.inferred(book, args.assume) if args.infer or args.assume else []
        found = _statements(book, args.statements)
    engine = door.native()
    report, as_of = _report(engine, book, found, args, progress)
    with progress.step("write the tables"), staged(args.out) as folder:
        for name in PARTS:
            write_table(folder, name, part(report, name), args.only_csv)
    say.matched(report, as_of, found, args.out, [*assumed, *book.notes, *_later(book, as_of)], args.json)
    return 0


def _statements(book: Book, files: list[Path]) -> bank.Statements | None:
    """Put the statements named beside the book into it."""
    if not files:
        return None
    there = set(bank.kept(book.root))
    found = bank.read([path for path in bank.added(book.root, files) if path not in there])
    bank.add(book, found)
    return found


def _report(
    engine: Any, book: Book, found: bank.Statements | None, args: Namespace, progress: Progress
) -> tuple[Any, date]:
    with progress.step("check the book"):
        policy = door.load_policy(engine, args.policy, book)
        ledger = ledger_of(engine, book, args.infer)
    as_of = args.as_of or _last_day(book, found)
    with progress.step("match"):
        try:
            models = engine.Models.fit(ledger, as_of.isoformat(), scope="cash", **progress.watch())
            return engine.run(ledger, policy, models, as_of.isoformat(), scope="cash", **progress.watch()), as_of
        except Exception as error:
            if door.is_refusal(error):
                raise door.refused(error, "the payments cannot be matched") from error
            raise


def _days(book: Book) -> Any:
    """The days of the payments as ISO text; the engine has taken them, so they are days."""
    pc = need("pyarrow.compute")
    return pc.utf8_slice_codeunits(bank.texts(book.tables["payments"]["received_on"]), 0, 10)


def _last_day(book: Book, found: bank.Statements | None) -> date:
    """The day of the last payment; of statements without one, that of the last item."""
    pc, payments, items = need("pyarrow.compute"), book.tables.get("payments"), book.tables["items"]
    if payments is not None and payments.num_rows:
        return date.fromisoformat(pc.max(_days(book)).as_py())
    if found is None:
        told = "give payments.csv in the folder of the book, or a bank statement behind it"
        raise InvalidBook(
            f"there is nothing to match: {book.root} has no payments, and no bank statement is named",
            [problem("payments", "missing_table", told)],
        )
    if not items.num_rows:
        raise InvalidBook(
            f"there is nothing to match: {book.root} has no items, and the bank statements have no payment"
        )
    return date.fromisoformat(pc.max(bank.texts(items["issued_on"])).as_py()[:10])


def _later(book: Book, as_of: date) -> list[str]:
    """That payments of later days were not looked at. (The engine leaves them out itself.)"""
    pc = need("pyarrow.compute")
    if "payments" not in book.tables:
        return []
    count = pc.sum(pc.greater(_days(book), as_of.isoformat())).as_py() or 0
    return [f"payments after {as_of} are left out: {count:,}"] if count else []


__all__ = ["match"]
