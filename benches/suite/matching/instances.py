"""One payment of one customer with so many open items: listed in the text, one item, the oldest ones, some without a text, nothing."""

from __future__ import annotations

import random
from typing import Any

from ..draw import cents, dice, with_tax
from .workload import TODAY, Book, Customer, Item, Payment, Workload

KINDS = ("listed", "one", "oldest", "several", "difference", "nothing")


def make(settings: dict[str, Any]) -> Workload:
    """As many payments of each kind and each kind of amounts (lognormal cents; round net prices with tax)."""
    draw = dice(settings["seed"], "instances", settings["open"])
    books = [one(draw, settings["open"], kind, whole) for _ in range(settings["each"]) for whole in (False, True) for kind in KINDS]
    return Workload(books, settings["seconds_each"])


def one(draw: random.Random, count: int, kind: str, whole: bool) -> Book:
    """A book of one customer with one payment."""
    items = []
    for at in range(count):
        # One after the other, so that "the oldest" is said by number where it is not said by day.
        due = TODAY - 60 + 90 * at // count
        items.append(Item(0, f"RE{70_000 + at * 7:06}", with_tax(draw) if whole else cents(draw), due - 30, due))
    pays = chosen(draw, kind, list(range(count)))
    amount = sum(items[at].amount for at in pays)
    text = ""
    if kind == "listed":
        text = " ".join(items[at].reference for at in pays)
    elif kind == "difference":
        text = "Invoices " + ", ".join(items[at].reference for at in pays)
        amount -= draw.choice((500, 750, 1000, 1500, round(amount * 0.02), round(amount * 0.03)))
        amount = max(amount, 100)
    elif kind == "nothing":
        text, amount = "advance for order 77", draw.randrange(100_000, 1_000_000)
    customer = Customer("Nordfeld Handel GmbH", "DE02120300000000202051", True, kind, whole, "RE")
    payment = Payment(0, amount, text, TODAY, kind, sorted(pays), customer.name.upper(), customer.account)
    return Book([customer], items, [payment])


def chosen(draw: random.Random, kind: str, oldest: list[int]) -> list[int]:
    """Places of the items that a payment of this kind pays."""
    count = len(oldest)
    if kind == "nothing":
        return []
    if kind == "one":
        return [draw.choice(oldest)]
    if kind == "oldest":
        return oldest[: draw.randint(2, min(30, count - 1))]
    if kind == "several":
        return draw.sample(oldest, min(5, count))
    return draw.sample(oldest, draw.randint(1, min(10, count)))
