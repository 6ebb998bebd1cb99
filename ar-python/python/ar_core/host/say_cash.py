"""What `match`, `score` and `forecast` print."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ar_core.host.bank import Statements
from ar_core.host.grid import answer, grid, line
from ar_core.host.models import Fitted
from ar_core.host.outputs import part
from ar_core.host.plain import rows
from ar_core.host.words import money, plural, words

STATUSES = {"auto": "posted", "propose": "proposed", "unmatched": "unmatched"}
MOST_SHOWN = 10
OF_SCORES = [
    "item_id",
    "customer_id",
    "currency",
    "open_amount",
    "days_late",
    "p_late",
    "p_late_30",
    "expected_on",
    "q10_on",
    "q90_on",
]


def matched(report: Any, as_of: date, found: Statements | None, out: Path, notes: list[str], as_json: bool) -> None:
    """How many payments were matched, and how surely."""
    payments = part(report, "payments")
    lines = _statuses(rows(payments.select(["status", "currency", "amount", "unapplied"])))
    allocations = part(report, "allocations").num_rows
    if as_json:
        told = {
            "as_of": as_of,
            "payments": payments.num_rows,
            "allocations": allocations,
            "statuses": lines,
            "entries": found.entries if found else None,
            "entry_reasons": found.reasons if found else None,
        }
        answer({**told, "out": str(out), "notes": notes})
        return
    _notes(notes)
    if found is not None:
        reasons = ", ".join(f"{count:,} {words(reason).lower()}" for reason, count in found.reasons.items())
        print(f"{plural(found.entries, 'entry', 'entries')} of bank statements" + (f": {reasons}" if reasons else ""))
    print(f"{plural(payments.num_rows, 'open payment')} until {as_of}, {plural(allocations, 'allocation')}")
    shown = [
        (
            STATUSES.get(row["status"], row["status"]),
            row["currency"],
            row["count"],
            money(row["amount"], row["currency"]),
            money(row["applied"], row["currency"]),
            money(row["unapplied"], row["currency"]),
        )
        for row in lines
    ]
    print(grid(("payments", "currency", "count", "amount", "applied", "not applied"), shown, frozenset({2, 3, 4, 5})))
    print(f"see {out / 'payments.csv'} and {out / 'allocations.csv'}")


def _statuses(payments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each status and currency: count, amount, what of it is applied, what is not. `posted` is what is sure enough to be posted."""
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for row in payments:
        key = (row["status"], row["currency"])
        found = sums.setdefault(
            key, {"status": key[0], "currency": key[1], "count": 0, "amount": Decimal(0), "unapplied": Decimal(0)}
        )
        found["count"] += 1
        for name in ("amount", "unapplied"):
            found[name] += Decimal(row[name] or 0)
    order = list(STATUSES)
    ordered = sorted(
        sums.values(), key=lambda row: (order.index(row["status"]) if row["status"] in order else 9, row["currency"])
    )
    return [
        {
            **row,
            "amount": str(row["amount"]),
            "applied": str(row["amount"] - row["unapplied"]),
            "unapplied": str(row["unapplied"]),
        }
        for row in ordered
    ]


def scores(
    table: Any, as_of: date, fitted: Fitted, found: dict[str, Any] | None, out: Path, notes: list[str], as_json: bool
) -> None:
    """How many items were scored, those with the most at risk, and how predictions of the past fared."""
    facts = rows(table.select(OF_SCORES))
    totals: dict[str, Decimal] = {}
    for row in facts:
        totals[row["currency"]] = totals.get(row["currency"], Decimal(0)) + Decimal(row["open_amount"])
    if as_json:
        told = {"as_of": as_of, "items": len(facts), "open": totals, "model": fitted.facts(), "calibration": found}
        answer({**told, "out": str(out), "notes": notes})
        return
    _notes(notes)
    print(f"{plural(len(facts), 'open item')} on {as_of}; {_model(fitted)}")
    for currency, total in sorted(totals.items()):
        print(f"  open  {money(total, currency)}")
    worst = sorted(facts, key=lambda row: (-float(row["open_amount"]) * row["p_late_30"], row["item_id"]))[:MOST_SHOWN]
    shown = [
        (
            row["item_id"],
            row["customer_id"],
            money(row["open_amount"], row["currency"]),
            row["days_late"],
            f"{row['p_late']:.0%}",
            f"{row['p_late_30']:.0%}",
            row["expected_on"],
            f"{row['q10_on']} to {row['q90_on']}",
        )
        for row in worst
    ]
    if shown:
        heads = ("item", "customer", "open", "days late", "late", "30 days late", "expected", "with 80 %")
        print(f"the most money that may be 30 days late:\n{grid(heads, shown, frozenset({2, 3, 4, 5}))}")
    _calibration(found)
    print(f"see {out}")


def _model(fitted: Fitted) -> str:
    where = f" ({'read from' if fitted.loaded else 'kept in'} {fitted.file})" if fitted.file else ""
    return f"model of {fitted.fitted_on}, from {plural(fitted.settled_items, 'settled item')}{where}"


def _calibration(found: dict[str, Any] | None) -> None:
    if found is None:
        return
    print(
        f"held against the past: {plural(found['items'], 'item')} asked on {found['asked_on']}, with what was known then"
    )
    print(f"  late         {found['p_late']:.1%} predicted, {found['late']:.1%} were")
    base = "" if found["brier_base"] is None else f"; {found['brier_base']:.4f} by always saying the share of the past"
    print(f"  Brier score  {found['brier']:.4f} (0 is best{base})")
    if found["in_band_80"] is not None:
        print(f"  80 % bands   {found['in_band_80']:.1%} of {found['bands']:,} were paid inside")


def cash(lines: list[dict[str, Any]], args: Namespace, fitted: Fitted, notes: list[str]) -> None:
    """The forecast, a table a currency."""
    if args.json:
        told = {"as_of": args.as_of, "days": args.days, "weekly": args.weekly, "model": fitted.facts(), "rows": lines}
        answer({**told, "out": str(args.out) if args.out else None, "notes": notes})
        return
    _notes(notes)
    print(f"cash of open items from {args.as_of}, {plural(args.days, 'day')}; {_model(fitted)}")
    if not lines:
        print("nothing is open")
    for currency in dict.fromkeys(row["currency"] for row in lines):
        mine = [row for row in lines if row["currency"] == currency]
        amounts = ("expected", "lo80", "hi80", "lo95", "hi95")
        shown = [(row["on"], *(money(row[name], currency).partition(" ")[2] for name in amounts)) for row in mine]
        heads = ("week from" if args.weekly else "on", f"expected {currency}", "80 % from", "to", "95 % from", "to")
        print(f"\n{grid(heads, shown, frozenset(range(1, 6)))}")
        total = sum((Decimal(row["expected"]) for row in mine), Decimal(0))
        print(f"expected in all: {money(total, currency)}")
    if args.out:
        print(f"\nsee {args.out}")


def _notes(notes: list[str]) -> None:
    for note in notes:
        print(f"note: {line(note)}", file=sys.stderr)


__all__ = ["cash", "matched", "scores"]
