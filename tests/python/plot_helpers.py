"""What the tests of charts share: a real day of the example book, and rows as large, small and odd as books have them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import ar_core
from ar_core.host.book import read_book

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "book"
DAY = date(2026, 11, 20)
NAMES = (
    "<script>alert(1)</script>",
    "شركة النور للتجارة والصناعة المحدودة",
    "株式会社日本商事東京支店営業部第二課御中",
    "Nordwind Handelsgesellschaft für internationale Spezialtransporte mbH & Co. KG, Zweigniederlassung Süd",
    "Quote \" and ' and & and \\ and \u202e turned \x00 \n around",
    "{{ 7 * 7 }} ${datum.value} @ink",
)


@lru_cache(maxsize=1)
def example():
    """The ledger, the book and the report of the example's day."""
    book = read_book(EXAMPLE)
    ledger = ar_core.Ledger(**book.tables)
    policy = ar_core.Policy.from_toml((EXAMPLE / "policy.toml").read_text(encoding="utf-8"))
    return ledger, book, ar_core.run(ledger, policy, as_of=DAY)


def aging_rows(amounts, currency="EUR"):
    names = ("not_due", "1-30", "31-60", "61-90", "over_90", "credits")
    return [
        {"bucket": name, "currency": currency, "amount": Decimal(amount), "count": 1}
        for name, amount in zip(names, amounts, strict=False)
    ]


def forecast_rows(days, expected="10.00", currency="EUR", step=1):
    low, high = Decimal(expected) / 2, Decimal(expected) * 2
    return [
        {
            "on": DAY + timedelta(days=step * n),
            "currency": currency,
            "expected": Decimal(expected),
            "lo80": low,
            "hi80": high,
            "lo95": low / 2,
            "hi95": high * 2,
            "line": "open_items",
        }
        for n in range(days)
    ]


def worklist_rows(count, currency="EUR", worth="1000.00"):
    return [
        {
            "rank": n + 1,
            "customer_id": NAMES[n % len(NAMES)] if n % 7 else None,
            "currency": currency,
            "action": "send_notice",
            "expected_value": Decimal(worth) / (n + 1),
            "minutes": 12,
            "today": n < 40,
        }
        for n in range(count)
    ]


def score_rows(count):
    reasons = [
        {"code": "points_amount", "observed": 240, "limit": 300, "unit": "points"},
        {"code": "points_default", "observed": 4, "limit": 150, "unit": "points"},
    ]
    return [{"item_id": f"I{n}", "currency": "EUR", "priority": 244, "reasons": reasons} for n in range(count)]


def ladder_rows(count):
    line = {
        **{"policy_level": 2, "level": 2, "trials": 150, "errors": 1, "error_over_ppm": 0, "error_under_ppm": 18_000},
        **{"error_limit_ppm": 20_000, "evidence_ppm": 9_000_000, "enough_ppm": 20_000_000, "needed": 12},
        **{"earned_level": None, "why": "Level 2, by the policy."},
    }
    return [{"action": "send_notice", "segment": NAMES[n % len(NAMES)] if n else "", **line} for n in range(count)]
