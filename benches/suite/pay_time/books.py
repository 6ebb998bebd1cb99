"""Two made-up books: the engine's own simulator, and payers with other mechanisms, so that nobody is judged on one's own world only.

The payers here have pay runs (weekly, on the 15th and the last, at month's end, or whenever), a mood that drifts (autoregressive), a
change of habits on a day for a sixth of them, approval that takes longer for large amounts, disputes, seasons, weekends on which nobody
pays, and a few invoices that are never paid.
"""

from __future__ import annotations

import random
from array import array
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from ..draw import dice, weighted

AS_OF = date(2026, 11, 20)
EPOCH = date(1970, 1, 1)
NEVER = 10**6
RUNS = (("weekly", 4), ("half_month", 2), ("month_end", 1), ("any_day", 3))
Book = dict[str, Any]


def make(settings: dict[str, Any]) -> Book:
    """A book as columns, with the days of the split: fit before t0, test on what is issued in [t0, t1), seen until cut_off."""
    rows = simulated(settings) if settings["book"] == "simulate" else invented(settings)
    rows.sort(key=lambda row: (row[4], row[0]))
    names = ("item_id", "customer_id", "segment", "amount", "issued", "due", "settled")
    columns: Book = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    for name in names[4:]:
        columns[name] = array("q", columns[name])
    today = (AS_OF - EPOCH).days
    return columns | {"t0": today - 150, "t1": today - 100, "cut_off": today}


def simulated(settings: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Invoices of `ar_core.simulate`."""
    import ar_core

    tables = ar_core.simulate(settings["seed"], settings["customers"], AS_OF)
    segments = {row["customer_id"]: row["segment"] or "none" for row in tables["customers"].to_dicts()}
    out = []
    for row in tables["items"].to_dicts():
        if row["kind"] == "invoice":
            settled = (row["settled_on"] - EPOCH).days if row["settled_on"] else NEVER
            days = (row["issued_on"] - EPOCH).days, (row["due_on"] - EPOCH).days
            out.append((row["item_id"], row["customer_id"], segments[row["customer_id"]], float(row["amount"]), *days, settled))
    return out


def invented(settings: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Invoices of the payers of this file."""
    draw = dice(settings["seed"], "pay times")
    today, out = (AS_OF - EPOCH).days, []
    for who in range(settings["customers"]):
        payer = Payer(draw, today)
        for _ in range(max(3, round(draw.lognormvariate(3.2, 0.8)))):
            issued = today - draw.randrange(480)
            amount = round(draw.lognormvariate(payer.size, 0.7), 2)
            due = issued + payer.term
            settled = payer.pays(draw, issued, due, amount)
            seen = settled if settled < today else NEVER
            out.append((f"I{len(out):07}", f"C{who:05}", payer.segment, amount, issued, due, seen))
    return out


class Payer:
    """How a customer pays."""

    def __init__(self, draw: random.Random, today: int) -> None:
        self.run, self.weekday = weighted(draw, RUNS), draw.randrange(5)
        self.term = draw.choice((14, 30, 30, 45, 60))
        self.segment = draw.choice(("retail", "industry", "public"))
        base = {"retail": 2.0, "industry": 6.0, "public": 12.0}[self.segment]
        self.delay, self.noise = draw.gauss(base, 7.0), draw.uniform(1.0, 5.0)
        self.size = draw.gauss(6.0, 1.0)
        self.change = today - draw.randrange(400) if draw.random() < 1 / 6 else 10**9
        self.changed = self.delay + draw.choice((-8, 10, 20))
        self.disputes = draw.choice((0.0, 0.02, 0.08))
        mood, self.mood = 0.0, []
        for _ in range(90):  # weeks
            mood = 0.9 * mood + draw.gauss(0, 1.2)
            self.mood.append(mood)
        self.start = today - 80 * 7

    def pays(self, draw: random.Random, issued: int, due: int, amount: float) -> int:
        """The day on which an invoice is paid."""
        if draw.random() < 0.008:
            return NEVER
        delay = self.changed if issued >= self.change else self.delay
        delay += self.mood[min(89, max(0, (due - self.start) // 7))] + draw.gauss(0, self.noise)
        if amount > 3_000:
            delay += draw.expovariate(1 / 5)
        if draw.random() < self.disputes:
            delay += draw.uniform(20, 75)
        month = (EPOCH + timedelta(due)).month
        delay += {8: 5, 12: 4}.get(month, 0)
        return self.on_run(max(issued + 1, due + round(delay)))

    def on_run(self, day: int) -> int:
        """The first day from this one on which the payer pays."""
        while True:
            when = EPOCH + timedelta(day)
            last = monthrange(when.year, when.month)[1]
            fits = {
                "weekly": when.weekday() == self.weekday,
                "half_month": when.day in (15, last) or (when.day in (16, 17) and when.weekday() == 0),
                "month_end": when.day >= last - 1,
                "any_day": True,
            }[self.run]
            if fits and when.weekday() < 5:
                return day
            day += 1
