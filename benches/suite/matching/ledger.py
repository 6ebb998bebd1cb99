"""A book of customers with habits: half a year of invoices and payments, and the payments of the last month to be explained.

Nothing of the engine's simulator is in it. Each customer lists what it pays, pays one by one, the oldest first, a month at once, or some
without saying which; a tenth of the payments differs from the sum; some mistype or shorten references; some come from a name that the
bank cut, or from an account that we do not know; and some pay nothing of what is open.
"""

from __future__ import annotations

import random
from typing import Any

from ..draw import cents, dice, weighted, with_tax
from ..name_words import companies, formless, upper
from .workload import TODAY, Book, Customer, Item, Payment, Workload

MONTHS = 7
HABITS = (("listed", 45), ("one", 15), ("oldest", 13), ("month", 12), ("several", 5), ("mixed", 10))
DIFFERENCES = (("none", 88), ("fee", 4), ("discount", 4), ("short", 4))
REFERENCES = ("RE-{y}-{n:05}", "INV{n:06}", "{n:07}", "R{y}{n:05}")
NOISE = (
    "advance for order {n}", "VORAUSZAHLUNG AUFTRAG {n}", "KAUTION", "refund of duplicate {n}", "GUTSCHRIFT STEUER {n}", "donation", "rent {n}",
)  # fmt: skip


def make(settings: dict[str, Any]) -> Workload:
    """The book."""
    draw = dice(settings["seed"], "ledger")
    book = Book([], [], [])
    names = companies(draw, settings["customers"] + 50)
    for at in range(settings["customers"]):
        book.customers.append(customer(draw, names[at]))
        live(draw, book, at)
    strangers = names[settings["customers"] :]
    for _ in range(round(len(book.payments) * 0.07)):
        book.payments.append(noise(draw, book, strangers))
    book.payments.sort(key=lambda payment: (payment.received, payment.amount, payment.text))
    return Workload([book], settings["seconds_each"])


def customer(draw: random.Random, name: str) -> Customer:
    """A customer with a habit."""
    account = f"DE{draw.randrange(10**20):020}"
    return Customer(name, account, draw.random() < 0.7, weighted(draw, HABITS), draw.random() < 0.5, draw.choice(REFERENCES))


def live(draw: random.Random, book: Book, who: int) -> None:
    """Invoices and payments of a customer, month by month; those of the last month are the ones to be explained."""
    one = book.customers[who]
    monthly = min(200, max(1, round(draw.lognormvariate(1.6, 1.1))))
    number = draw.randrange(1, 90_000)
    waiting: list[int] = []
    for month in range(MONTHS):
        first = TODAY - 30 * (MONTHS - month)
        for _ in range(monthly):
            number += draw.randint(1, 9)
            issued = first + draw.randrange(28)
            amount = with_tax(draw) if one.whole_prices else cents(draw)
            book.items.append(Item(who, one.references.format(y=2026, n=number % 100_000), amount, issued, issued + 14))
            waiting.append(len(book.items) - 1)
        if month == 0:
            continue
        for turn in range(draw.choice((1, 1, 1, 2))):
            received = first + 5 + draw.randrange(8) + 12 * turn
            due = [at for at in waiting if book.items[at].due <= received + 5]
            if due:
                pay(draw, book, who, due, received, month == MONTHS - 1)
                waiting = [at for at in waiting if book.items[at].settled < 0 and not promised(book, at)]


def promised(book: Book, at: int) -> bool:
    """Whether a payment that is to be explained pays it: nothing else pays it again."""
    return any(at in payment.pays for payment in book.payments[-2:])


def pay(draw: random.Random, book: Book, who: int, due: list[int], received: int, asked: bool) -> None:
    """One payment of some of what is due; of the past it settles, with what was applied."""
    one = book.customers[who]
    habit = draw.choice(("listed", "one", "oldest", "several")) if one.habit == "mixed" else one.habit
    pays = chosen(draw, habit, due, book)
    amounts = [book.items[at].amount for at in pays]
    difference = weighted(draw, DIFFERENCES) if habit in ("listed", "one") else "none"
    if difference == "fee" and amounts[-1] > 3_000:
        amounts[-1] -= draw.choice((500, 750, 1000, 1500))
    elif difference == "discount":
        amounts = [amount - round(amount * 0.02) for amount in amounts]
    elif difference == "short":
        amounts[-1] -= round(amounts[-1] * draw.uniform(0.05, 0.4))
    text = said(draw, [book.items[at].reference for at in pays]) if habit == "listed" else draw.choice(("", "", "payment", "RECHNUNGEN"))
    kind = habit if difference == "none" else f"{habit}, {difference}"
    payment = Payment(who, sum(amounts), text, received, kind, sorted(pays), written(draw, one.name), one.account)
    if asked:
        book.payments.append(payment)
        return
    for at, amount in zip(pays, amounts, strict=True):
        book.items[at].settled = received
        book.applied.append((len(book.past), at, amount))
    book.past.append(payment)


def chosen(draw: random.Random, habit: str, due: list[int], book: Book) -> list[int]:
    """Places of what is paid."""
    ordered = sorted(due, key=lambda at: (book.items[at].due, at))
    if habit == "one":
        return [draw.choice(ordered)]
    if habit == "oldest":
        return ordered[: draw.randint(1, min(12, len(ordered)))]
    if habit == "month":
        return ordered
    if habit == "several":
        return draw.sample(ordered, min(len(ordered), draw.randint(2, 5)))
    return draw.sample(ordered, draw.randint(1, min(10, len(ordered))))


def said(draw: random.Random, references: list[str]) -> str:
    """References as they are written: whole, without what stands in front of the number, cut by the bank's line, or mistyped."""
    way = weighted(draw, (("whole", 80), ("bare", 10), ("lines", 5), ("typo", 5)))
    if way == "bare":
        references = [reference.rpartition("-")[2].lstrip("REINV") for reference in references]
    elif way == "typo":
        at = draw.randrange(len(references))
        wrong = references[at]
        references = [*references[:at], wrong[:-2] + wrong[-1] + wrong[-2], *references[at + 1 :]]
    text = draw.choice(("Rechnung ", "INVOICES ", "", "RG ")) + draw.choice((", ", " ", " / ")).join(references)
    return text[:27] + "\n" + text[27:] if way == "lines" and len(text) > 27 else text


def written(draw: random.Random, name: str) -> str:
    """The name on the statement: in capitals, cut, or without the legal form."""
    way = weighted(draw, (("upper", 80), ("cut", 10), ("formless", 10)))
    if way == "formless":
        return upper(formless(name))
    return upper(name)[:22] if way == "cut" else upper(name)


def noise(draw: random.Random, book: Book, strangers: list[str]) -> Payment:
    """A payment that pays nothing of what is open: of a customer, or of somebody else."""
    text = draw.choice(NOISE).format(n=draw.randrange(100, 9_999))
    received, amount = TODAY - 25 + draw.randrange(25), draw.choice((cents(draw), with_tax(draw), draw.randrange(1, 90) * 10_000))
    if draw.random() < 0.5:
        who = draw.randrange(len(book.customers))
        one = book.customers[who]
        return Payment(who, amount, text, received, "nothing", [], written(draw, one.name), one.account)
    account = f"DE{draw.randrange(10**20):020}"
    return Payment(-1, amount, text, received, "nothing", [], upper(draw.choice(strangers)), account, stranger=True)
