"""Ageing and measures by the formulas of the documentation, in exact fractions."""

import calendar
from datetime import date, timedelta
from fractions import Fraction

from rows import days_late, is_credit


def ageing(book, day):
    """(currency, bucket) -> (amount, count). Credits are negative and have a bucket of their own."""
    table = {(currency, bucket): [Fraction(0), 0] for currency in book.currencies() for bucket in ("not_due", "1-30", "31-60", "61-90", "over_90", "credits")}

    def add(currency, bucket, amount):
        table[(currency, bucket)][0] += amount
        table[(currency, bucket)][1] += 1

    for item in book.rows("items"):
        left = book.open_on(item, day)
        if left <= 0:
            continue
        late = days_late(item, day)
        if is_credit(item):
            add(item["currency"], "credits", -left)
        elif late <= 0:
            add(item["currency"], "not_due", left)
        elif late > 90:
            add(item["currency"], "over_90", left)
        else:
            first = (late - 1) // 30 * 30 + 1
            add(item["currency"], f"{first}-{first + 29}", left)
    for payment in book.rows("payments"):
        left = book.unapplied_on(payment, day)
        if left > 0:
            add(payment["currency"], "credits", -left)
    return {key: tuple(value) for key, value in table.items()}


def ratio(top, bottom):
    """A fraction, or nothing where nothing divides it."""
    return None if bottom == 0 else Fraction(top) / Fraction(bottom)


def countback(receivables, sold, day):
    """Whole months of sales off the receivables, newest first; the last month in part. Nothing beyond 24 months."""
    left, days = receivables, Fraction(0)
    year, month = day.year, day.month
    for step in range(24):
        length = day.day if step == 0 else calendar.monthrange(year, month)[1]
        sales = sum((amount for on, amount in sold if (on.year, on.month) == (year, month) and on <= day), Fraction(0))
        if left <= 0:
            break
        if sales >= left:
            return days + left * length / sales
        left -= sales
        days += length
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return days if left <= 0 else None


def measures(book, day, period):
    """(currency, name) -> value."""
    table = {}
    begin = day - timedelta(days=period)
    months = max(period // 30, 1)
    for currency in book.currencies():
        debits = [item for item in book.rows("items") if item["currency"] == currency and not is_credit(item)]
        total = sum((book.open_on(item, day) for item in debits), Fraction(0))
        current = sum((book.open_on(item, day) for item in debits if days_late(item, day) <= 0), Fraction(0))
        at_begin = sum((book.open_on(item, begin) for item in debits), Fraction(0))
        # What a customer kept back of an invoice was sold once, with the invoice.
        sold = [item for item in debits if item["kind"] != "deduction"]
        sales = sum((item["amount"] for item in sold if begin < item["issued_on"] <= day), Fraction(0))
        dso, best = ratio(total * period, sales), ratio(current * period, sales)
        monthly = Fraction(sales, 1) / months
        table[(currency, "dso")] = dso
        table[(currency, "best_possible_dso")] = best
        table[(currency, "average_days_delinquent")] = None if dso is None else dso - best
        # Where nothing was collectible there is no effectiveness to speak of.
        collectible = at_begin + monthly - current
        table[(currency, "cei")] = ratio((at_begin + monthly - total) * 100, collectible) if collectible > 0 else None
        table[(currency, "overdue_share")] = ratio((total - current) * 100, total)
        table[(currency, "dso_countback")] = countback(total, [(item["issued_on"], item["amount"]) for item in sold], day)
    return table


def business_days_after(day, count, contact):
    """The day `count` business days behind the first business day from `day` on."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

    def closed(when: date):
        return names[when.weekday()] in contact["weekend"] or when.isoformat() in contact["holidays"]

    while closed(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while closed(day):
            day += timedelta(days=1)
    return day
