"""The tables of a book with their texts turned into days, amounts and lists. Amounts are exact fractions."""

from datetime import date
from fractions import Fraction

DAYS = {"issued_on", "due_on", "settled_on", "last_notice_on", "blocked_until", "received_on", "on", "made_on", "opened_on", "agreed_on", "sent_on", "answered_on"}
AMOUNTS = {"amount", "open_amount"}


def read(name, value):
    """One field: a day, an amount, or what it is."""
    if value is None:
        return None
    if name in DAYS:
        return date.fromisoformat(value)
    if name in AMOUNTS:
        return Fraction(value)
    return value


class Book:
    """A book: lists of rows by table, and what can be said of a row on a day."""

    def __init__(self, tables):
        self.tables = {name: [{key: read(key, value) for key, value in row.items()} for row in rows] for name, rows in tables.items()}
        self.items = {row["item_id"]: row for row in self.rows("items")}
        self.customers = {row["customer_id"]: row for row in self.rows("customers")}

    def rows(self, name):
        """Rows of a table; none where the table was not given."""
        return self.tables.get(name, [])

    def currencies(self):
        """Currencies of items and payments."""
        return sorted({row["currency"] for row in self.rows("items") + self.rows("payments")})

    def open_on(self, item, day):
        """What is open at the end of a day, from what was known by then."""
        if item["issued_on"] > day:
            return Fraction(0)
        if item["settled_on"] is not None and item["settled_on"] <= day:
            return Fraction(0)
        if item["open_amount"] is not None and item["settled_on"] is None:
            return item["open_amount"]
        used = Fraction(0)
        for line in self.rows("allocations"):
            if line["on"] <= day and item["item_id"] in (line["item_id"], line["credit_id"]):
                used += line["amount"]
        return item["amount"] - used

    def unapplied_on(self, payment, day):
        """What of a payment has no place yet. Discounts and write-offs are ours, not the payer's money."""
        if payment["failed"] or payment["received_on"] > day:
            return Fraction(0)
        used = Fraction(0)
        for line in self.rows("allocations"):
            if line["credit_id"] == payment["payment_id"] and line["on"] <= day and line["kind"] == "payment":
                used += line["amount"]
        return payment["amount"] - used


def is_credit(item):
    """Whether an item lowers what is owed."""
    return item["kind"] == "credit_note"


def days_late(item, day):
    """Days past due; 0 or less is not late."""
    return (day - item["due_on"]).days
