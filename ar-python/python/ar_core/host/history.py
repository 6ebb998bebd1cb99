"""What was recorded on earlier days, made to fit the book of today.

A book is written anew every day by a system that moves too: what we posted yesterday it may have posted by now, and items that were
paid may be gone. An event that the book already contains must not count twice, and one that names what is gone must not stop the day.
The rules: ids that the book no longer holds are left out; a posting that the book shows (its allocations have it, the item is settled,
or its open amount moved since) is not applied again, but the payment still counts as used. A deduction that the book shows is not made
again, under whatever number the book has it; nor is a charge, whose reference names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ar_core.host import engine as door
from ar_core.host.book import TABLES, Book
from ar_core.host.errors import InvalidBook, need
from ar_core.host.events import FIELDS, VERDICTS
from ar_core.host.words import plural

LIVE_DISPUTES = (None, "", "open", "in_review")
MOST_ROUNDS = 10
# An event that creates a record: where the book would have that record, and the field of the event that names it.
CREATED = {
    "promise_made": ("promises", "promise_id", "promise_id"),
    "dispute_opened": ("disputes", "dispute_id", "dispute_id"),
    "item_issued": ("items", "item_id", "item_id"),
    "deduction_created": ("items", "item_id", "deduction_id"),
    "plan_offered": ("plans", "plan_id", "plan_id"),
}

# Kinds of items that a charge becomes. A book that gives them numbers of its own keeps the reference, which names the charge.
CHARGES = ("fee", "interest")


@dataclass
class History:
    """Events that the engine is told, and postings that the book has made but does not list."""

    events: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0

    def notes(self) -> list[str]:
        """What a reader of the report should know of it."""
        if not self.left_out:
            return []
        known = plural(self.left_out, "earlier event was", "earlier events were")
        return [
            f"{known} left out or shortened: the book has made the change itself, or no longer holds what they name"
        ]


def book_opens(book: Book, item_ids: Iterable[str]) -> dict[str, str]:
    """The open amounts that the book states for some items, as it writes them; empty where it states none."""
    column = next((name for name in ("open_amount", "open_amount_minor") if name in _columns(book, "items")), None)
    if column is None:
        return {}
    rows = _rows(book, "items", "item_id", set(item_ids), (column,))
    return {item_id: str(row[column]) for item_id, row in rows.items() if row[column] is not None}


def fitted(events: list[dict[str, Any]], book: Book) -> History:
    """The events of earlier days as far as they still say something that this book does not."""
    told = [event for event in events if event["event"] in FIELDS or event["event"] in VERDICTS]
    view = _View(book, told)
    history = History()
    for event in told:
        kept = view.keep(event, history)
        if kept is not None:
            history.events.append({key: value for key, value in kept.items() if not key.startswith("x_")})
        history.left_out += kept != event
    return history


class _View:
    """What the book says of everything that the events name; one pass over each table."""

    def __init__(self, book: Book, events: list[dict[str, Any]]) -> None:
        lines = [line for event in events for line in event.get("allocations", [])]
        items = {item for event in events for item in event.get("item_ids") or []} | {line["item_id"] for line in lines}
        items |= {event["item_id"] for event in events if event.get("item_id")}
        payments = {event["payment_id"] for event in events if event.get("payment_id")}
        self.items = _rows(book, "items", "item_id", items | payments, ("settled_on",))
        self.opens = book_opens(book, items)
        self.payments = _rows(book, "payments", "payment_id", payments, ())
        self.posted = _pairs(book, payments | {line["item_id"] for line in lines if is_note(line)})
        self.customers = _customers(book, {event["customer_id"] for event in events if event.get("customer_id")})
        disputes = {dispute for event in events for dispute in event.get("dispute_ids") or []}
        disputes |= {event["dispute_id"] for event in events if event.get("dispute_id")}
        found = _rows(book, "disputes", "dispute_id", disputes, ("state", "resolved_on"))
        self.disputes = {
            key for key, row in found.items() if row.get("state") in LIVE_DISPUTES and not row.get("resolved_on")
        }
        self.created = {
            name: set(_rows(book, table, key, {event[of] for event in events if event.get(of)}, ()))
            for name, (table, key, of) in CREATED.items()
        }
        charges = {event["reference"] for event in events if event.get("kind") in CHARGES and event.get("reference")}
        self.charged = set(_rows(book, "items", "reference", charges, ()))

    def keep(self, event: dict[str, Any], history: History) -> dict[str, Any] | None:
        """The event, shortened, or None."""
        name = event["event"]
        if name in VERDICTS:
            return event
        customer = event.get("customer_id")
        if customer is not None and customer not in self.customers:
            return None
        if name in CREATED and event.get(CREATED[name][2]) in self.created[name]:
            return None
        if event.get("kind") in CHARGES and event.get("reference") in self.charged:
            return None
        if name == "items_allocated":
            return self._posting(event, history)
        if name in ("deduction_created", "written_off") and self._moved(event["item_id"], event):
            return None
        if "dispute_ids" in event:
            live = [dispute for dispute in event["dispute_ids"] if dispute in self.disputes]
            return {**event, "dispute_ids": live} if live else None
        if "item_ids" in event:
            # A message to a customer whose items are gone was a contact all the same.
            event = {**event, "item_ids": [item for item in event["item_ids"] if item in self.items]}
        return event

    def _posting(self, event: dict[str, Any], history: History) -> dict[str, Any] | None:
        payment = event["payment_id"]
        if payment not in self.payments and payment not in self.items:
            return None
        if any(is_note(line) for line in event["allocations"]):
            return self._netted(event, history)
        lines = []
        for line in event["allocations"]:
            item = line["item_id"]
            if item not in self.items or (payment, item) in self.posted:
                continue
            if self._moved(item, event):
                history.posted.append(_row(event, line))
            else:
                lines.append(line)
        return {**event, "allocations": lines} if lines else None

    def _netted(self, event: dict[str, Any], history: History) -> dict[str, Any] | None:
        """A posting that takes credit notes off is made as a whole, or not at all."""
        made = (self._moved(line["item_id"], event) for line in event["allocations"])
        listed = {(row["credit_id"], row["item_id"]) for row in plain_rows(event)} & self.posted
        if not any(made) and not listed:
            return event
        for row in plain_rows(event):
            if row["item_id"] in self.items and (row["credit_id"], row["item_id"]) not in self.posted:
                history.posted.append(row)
        return None

    def _moved(self, item: str, event: dict[str, Any]) -> bool:
        """Whether the book has settled the item or moved its open amount since the event was recorded."""
        if item not in self.items:
            return True
        opens = event.get("x_book_open", {})
        return bool(self.items[item].get("settled_on")) or self.opens.get(item) != opens.get(item)


def is_note(line: dict[str, Any]) -> bool:
    """Whether a line is a credit note that the posting takes off."""
    return str(line["amount"]).startswith("-")


def _row(event: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """A line of a posting as a row of `allocations`: there the amount is in the currency of the item."""
    row = {"credit_id": event["payment_id"], "on": event["on"], "decision_id": event.get("decision_id"), **line}
    if "item_amount" in row:
        row["credit_amount"], row["amount"] = row["amount"], row.pop("item_amount")
    return row


def plain_rows(event: dict[str, Any]) -> list[dict[str, Any]]:
    """A posting with credit notes as the engine books it: the notes first, in their order, the rest from the payment."""
    notes = [[line["item_id"], -Decimal(line["amount"])] for line in event["allocations"] if is_note(line)]
    rows = []
    for line in (line for line in event["allocations"] if not is_note(line)):
        left = Decimal(line["amount"])
        if line.get("kind", "payment") == "payment" and not {"credit_id", "item_amount"} & set(line):
            for note in notes:
                part = min(left, note[1])
                if part > 0:
                    rows.append(_row(event, {**line, "credit_id": note[0], "amount": str(part)}))
                    left, note[1] = left - part, note[1] - part
        if left > 0:
            rows.append(_row(event, {**line, "amount": str(left)}))
    return rows


def _columns(book: Book, table: str) -> list[str]:
    return list(book.tables[table].column_names) if table in book.tables else []


def _rows(book: Book, table: str, key: str, wanted: set[str], columns: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The rows of a table whose key is wanted, by key."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    present = _columns(book, table)
    if not wanted or key not in present:
        return {}
    source = book.tables[table].select([key, *(column for column in columns if column in present)])
    keys = pc.cast(source.column(key), pa.string())
    found = source.set_column(0, key, keys).filter(pc.is_in(keys, pa.array(sorted(wanted), pa.string())))
    return {row[key]: row for row in found.to_pylist()}


def _pairs(book: Book, payments: set[str]) -> set[tuple[str, str]]:
    """Which payment the book itself has applied to which item."""
    pa, pc = need("pyarrow"), need("pyarrow.compute")
    if not payments or not {"credit_id", "item_id"} <= set(_columns(book, "allocations")):
        return set()
    table = book.tables["allocations"].select(["credit_id", "item_id"])
    credit, item = (pc.cast(table.column(name), pa.string()) for name in ("credit_id", "item_id"))
    mask = pc.is_in(credit, pa.array(sorted(payments), pa.string()))
    return set(zip(credit.filter(mask).to_pylist(), item.filter(mask).to_pylist(), strict=True))


def _customers(book: Book, wanted: set[str]) -> set[str]:
    """Without a table of customers they are those that the other tables name."""
    places = ("customers",) if "customers" in book.tables else TABLES
    return {customer for table in places for customer in _rows(book, table, "customer_id", wanted, ())}


def tell(engine: Any, ledger: Any, book: Book, history: History) -> Any:
    """A ledger that knows the history: the one given, or a new one where postings have to be listed."""
    if history.posted:
        ledger = _with_postings(engine, ledger, book, history)
    for _ in range(MOST_ROUNDS):
        if not history.events:
            return ledger
        try:
            ledger.apply(json.dumps(history.events, ensure_ascii=False))
            return ledger
        except Exception as error:
            if not door.is_refusal(error):
                raise
            refused = {entry["row"] for entry in getattr(error, "problems", []) if isinstance(entry.get("row"), int)}
            kept = _without(history.events, refused) if refused else None
            if kept is None:
                raise door.refused(error, "what was recorded for this book is refused") from error
            # The engine names exactly what no longer fits; the rest of the history still counts.
            history.events = kept
            history.left_out += len(refused)
    raise InvalidBook("what was recorded on earlier days does not fit this book")


def _without(events: list[dict[str, Any]], refused: set[int]) -> list[dict[str, Any]] | None:
    """The events without those that the engine refuses; None where one of them is a word that must not be forgotten.

    A change that a person made names items that are gone: nobody can approve it any more, so it is told as a no, which is as much
    evidence. A stop for a customer who is gone stops nothing.
    """
    kept: list[dict[str, Any]] = []
    void: set[str] = set()
    for row, event in enumerate(events):
        name = event["event"]
        if row in refused and name == "decision_edited":
            void.add(event["decision_id"])
            told = {key: value for key, value in event.items() if key != "edit"}
            kept.append({**told, "event": "decision_rejected"})
        elif row in refused and name in VERDICTS:
            if not event.get("customer_id"):
                return None
        elif row not in refused and not (name == "decision_approved" and event["decision_id"] in void):
            kept.append(event)
    return kept


def _with_postings(engine: Any, ledger: Any, book: Book, history: History) -> Any:
    pa = need("pyarrow")
    names = ("credit_id", "item_id", "amount", "kind", "on", "decision_id", "credit_amount")
    rows = pa.table({name: pa.array([row.get(name) for row in history.posted], pa.string()) for name in names})
    table = book.tables.get("allocations")
    if table is not None:
        if "amount" not in table.column_names:
            return ledger  # minor units cannot stand beside decimal text in one column
        texts = [
            table.column(name).cast(pa.string())
            if name in table.column_names
            else pa.nulls(table.num_rows, pa.string())
            for name in names
        ]
        rows = pa.concat_tables([pa.table(dict(zip(names, texts, strict=True))), rows])
    try:
        return engine.Ledger(**{**book.tables, "allocations": rows})
    except Exception as error:
        if not door.is_refusal(error):
            raise
        history.left_out += len(history.posted)
        return ledger
