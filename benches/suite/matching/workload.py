"""Books, payments and the truth about them. Plain lists, so that a workload has the same bytes wherever it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

EPOCH = date(1970, 1, 1)
TODAY = (date(2026, 11, 20) - EPOCH).days


@dataclass
class Customer:
    """Who buys: a name, an account of which we may know, and how it pays."""

    name: str
    account: str
    account_known: bool
    habit: str
    whole_prices: bool
    references: str


@dataclass
class Item:
    """An invoice; `settled` is the day on which it was paid in the past, or -1."""

    customer: int
    reference: str
    amount: int
    issued: int
    due: int
    settled: int = -1


@dataclass
class Payment:
    """Money that came in. `pays` is the truth: places of items in the book, none where it pays nothing of what is open."""

    customer: int
    amount: int
    text: str
    received: int
    kind: str
    pays: list[int]
    payer_name: str = ""
    payer_account: str = ""
    stranger: bool = False


@dataclass
class Book:
    """Customers, items, payments to be explained, and payments of the past with what they paid (minor units)."""

    customers: list[Customer]
    items: list[Item]
    payments: list[Payment]
    past: list[Payment] = field(default_factory=list)
    applied: list[tuple[int, int, int]] = field(default_factory=list)
    """Of the past: payment, item, amount."""


@dataclass
class Workload:
    """One book or many, and the seconds that a solver may take for one payment."""

    books: list[Book]
    seconds_each: float

    def count(self) -> int:
        """How many payments."""
        return sum(len(book.payments) for book in self.books)


@dataclass
class Answer:
    """For each payment the places of the items, or None; whether it would be posted; and microseconds where they were taken apart."""

    found: list[list[int] | None] = field(default_factory=list)
    posted: list[bool] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)

    def add(self, items: list[int] | None, posts: bool) -> None:
        """The answer to the next payment."""
        self.found.append(items)
        self.posted.append(posts)


def day(number: int) -> date:
    """Days since 1970 as a date."""
    return date.fromordinal(EPOCH.toordinal() + number)


def open_items(book: Book) -> dict[int, list[int]]:
    """Places of what is open, by customer, oldest due first."""
    out: dict[int, list[int]] = {}
    for at, item in enumerate(book.items):
        if item.settled < 0:
            out.setdefault(item.customer, []).append(at)
    for places in out.values():
        places.sort(key=lambda at: (book.items[at].due, at))
    return out
