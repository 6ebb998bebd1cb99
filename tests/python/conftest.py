"""What several tests of the engine share: a small book in which every kind of column has values and nulls."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from postgres import postgres_server  # noqa: F401 a fixture of the tests of the state


def small_book():
    """Tables as lists of dicts; every row of a table names every column."""
    customers = [
        {"customer_id": "C1", "name": "Söhne & Co", "aliases": ["SOEHNE", "Söhne"], "strategic": True, "credit_limit": Decimal("5000.00"), "time_zone": "Europe/Berlin", "blocked_until": None},
        {"customer_id": "C2", "name": None, "aliases": [], "strategic": False, "credit_limit": None, "time_zone": None, "blocked_until": date(2026, 12, 1)},
        {"customer_id": "C3", "name": "日本", "aliases": None, "strategic": None, "credit_limit": Decimal("0.50"), "time_zone": "Asia/Tokyo", "blocked_until": None},
    ]
    items = [
        {
            "item_id": f"I{number}",
            "customer_id": f"C{number % 3 + 1}",
            "kind": "fee" if number % 5 == 4 else "invoice",
            "currency": "USD" if number == 7 else "EUR",
            "amount": Decimal(100 * number + 5) / 4,
            "issued_on": date(2026, 8, 1 + number),
            "due_on": date(2026, 9, 1 + number),
            "settled_on": date(2026, 9, 20) if number % 4 == 0 else None,
            "reference": f"RE-{number}" if number % 2 else None,
            "dunning_level": number % 3 if number % 3 else None,
            "disputed": number == 3,
        }
        for number in range(1, 13)
    ]
    payments = [
        {"payment_id": "P1", "currency": "EUR", "amount": Decimal("26.25"), "received_on": date(2026, 9, 3), "customer_id": "C2", "text": "RE-1\nthanks", "failed": False},
        {"payment_id": "P2", "currency": "EUR", "amount": Decimal("99.99"), "received_on": date(2026, 9, 4), "customer_id": None, "text": None, "failed": True},
    ]
    allocations = [{"credit_id": "P1", "item_id": "I1", "amount": Decimal("26.25"), "on": date(2026, 9, 4)}]
    return {"customers": customers, "items": items, "payments": payments, "allocations": allocations}


@pytest.fixture
def book():
    """A fresh copy of the small book."""
    return small_book()
