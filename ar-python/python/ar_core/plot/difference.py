"""What if: two reports, and what is not the same in decisions, cash and questions to people."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from .bars import Bar, bar_list
from .drawing import Plot, empty
from .forecast import of_items, weeks
from .labels import axis_unit, short
from .tables import arrow, chosen_currency, rows
from .theme import Role

CHANGES = ("new", "gone", "ask to act", "act to ask", "changed", "same")
DECISIONS = ("action", "customer_id", "item_ids", "mode", "amount", "level")


def compared(before: Any, after: Any) -> dict[str, Counter[str]]:
    """How many decisions of each action are new, gone, no longer asked, asked now, changed in amount or level, or the same.

    before, after: the parts `decisions`. A decision is the same one where action, customer and items are the same: its identifier also
    holds the policy, and another policy gives another one.
    """
    mine, other = _by_subject(before), _by_subject(after)
    found: dict[str, Counter[str]] = {}
    for subject in {**mine, **other}:
        counts = found.setdefault(subject[0], Counter())
        left, right = mine.get(subject, []), other.get(subject, [])
        for old, new in zip(left, right, strict=False):
            counts[_change(old, new)] += 1
        counts["gone"] += max(0, len(left) - len(right))
        counts["new"] += max(0, len(right) - len(left))
    return found


def _by_subject(table: Any) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows(arrow(table, DECISIONS)):
        found.setdefault((row["action"], row["customer_id"], *sorted(row["item_ids"] or [])), []).append(row)
    return found


def _change(old: dict[str, Any], new: dict[str, Any]) -> str:
    if old["mode"] != new["mode"]:
        return f"{old['mode']} to {new['mode']}"
    return "same" if (old["amount"], old["level"]) == (new["amount"], new["level"]) else "changed"


def difference(before: Any, after: Any, currency: str | None = None, top: int = 12, width: int = 560) -> Plot:
    """What differs between two reports, such as those of two policies on the same books, or of two days.

    before, after: reports. currency: of the cash, default that of most rows of the forecast. top: at most so many actions and roles, those
    that differ most. width: pixels. Grey is before, blue is after. Returns a `Plot`; its `rows` count the decisions by action and change.
    Raises ValueError for a currency that neither report has.
    """
    changes = compared(before.decisions, after.decisions)
    data: list[dict[str, Any]] = [
        {"action": action, **{name: counts[name] for name in CHANGES}} for action, counts in changes.items()
    ]
    data.sort(key=lambda row: (-_moved(row), -row["same"], row["action"]))
    asked = _asked(before, after)
    cash, currency, others = _cash(before, after, currency)
    title, moved = "What differs", [row for row in data if _moved(row)]
    if not (data or cash or asked):
        return empty(title, "nothing was decided in either report", width)
    notes = ["Grey: before. Blue: after."]
    if len(data) > len(moved):
        same = len(data) - len(moved)
        notes.append(f"Not drawn: {same:,} action{' in which' if same == 1 else 's in which'} nothing differs.")
    if len(moved) > top:
        notes.append(f"The {top} actions that differ most, of {len(moved):,}.")
    if others:
        notes.append(others.replace("In ", "Cash in ", 1))
    parts = [_headed(_decisions(moved[:top], width), "Decisions by action")] if moved else []
    parts += [_headed(_lines(cash, currency, width), f"Cash expected by week, {currency}")] if cash else []
    parts += [_headed(_questions(asked[:top], width), "Minutes of people, by role")] if asked else []
    if not parts:
        return empty(title, "nothing", width, tuple(notes))
    text = _told(changes, cash, currency, asked)
    return Plot(title, text, {"vconcat": parts, "spacing": 26}, tuple(notes), data)


def _told(
    changes: dict[str, Counter[str]],
    cash: list[list[dict[str, Any]]],
    currency: str | None,
    asked: list[dict[str, Any]],
) -> str:
    totals = Counter[str]()
    for counts in changes.values():
        totals.update(counts)
    sizes = (totals.total() - totals["new"], totals.total() - totals["gone"])
    said = ", ".join(f"{totals[name]:,} {name}" for name in CHANGES if totals[name])
    text = f"What differs: {sizes[0]:,} decisions before and {sizes[1]:,} after{f' ({said})' if said else ''}"
    if cash:
        sums = [sum((Decimal(line["expected"]) for line in side), Decimal(0)) for side in cash]
        by = f"{'+' if sums[1] > sums[0] else ''}{short(sums[1] - sums[0])}"
        text += f"; cash expected in {currency} {short(sums[0])} and {short(sums[1])} ({by})"
    minutes = [sum(row["minutes"][side] for row in asked) for side in (0, 1)]
    return f"{text}; people are asked for {minutes[0]:,} and {minutes[1]:,} minutes."


def _moved(row: dict[str, Any]) -> int:
    return sum(int(row[name]) for name in CHANGES if name != "same")


def _asked(before: Any, after: Any) -> list[dict[str, Any]]:
    """Questions and minutes by role, before and after."""
    counts: dict[str, list[int]] = {}
    minutes: dict[str, list[int]] = {}
    for side, report in enumerate((before, after)):
        for row in rows(arrow(report.escalations, ("role",))):
            counts.setdefault(row["role"] or "anybody", [0, 0])[side] += 1
        for row in rows(arrow(report.worklist, ("ask_role", "minutes"))):
            minutes.setdefault(row["ask_role"] or "anybody", [0, 0])[side] += row["minutes"] or 0
    found = [
        {"role": role, "count": counts.get(role, [0, 0]), "minutes": minutes.get(role, [0, 0])}
        for role in {**counts, **minutes}
    ]
    return sorted(
        found, key=lambda row: (-abs(row["minutes"][1] - row["minutes"][0]), -max(row["minutes"]), row["role"])
    )


def _cash(before: Any, after: Any, currency: str | None) -> tuple[list[list[dict[str, Any]]], str | None, str]:
    sides = [of_items(rows(report.forecast)) for report in (before, after)]
    both = ((line["currency"], Decimal(line["expected"]) != 0) for side in sides for line in side)
    currency, others = chosen_currency(both, currency)
    found = [weeks(side, currency) for side in sides]
    return (found if any(found) else []), currency, others


def _headed(spec: dict[str, Any], text: str) -> dict[str, Any]:
    return {**spec, "title": {"text": text, "fontSize": 12, "offset": 8}}


def _decisions(data: list[dict[str, Any]], width: int) -> dict[str, Any]:
    bars = []
    for row in data:
        common = _moved(row) + row["same"] - row["new"] - row["gone"]
        counts = (common + row["gone"], common + row["new"])
        said = (
            ", ".join(f"{row[name]:,} {name}" for name in CHANGES if row[name])
            if width >= 400
            else f"{_moved(row):,} differ"
        )
        bars.append(_pair(row["action"], counts, said))
    return bar_list(bars, width)


def _questions(asked: list[dict[str, Any]], width: int) -> dict[str, Any]:
    bars = []
    for row in asked:
        (few, many), minutes = row["count"], row["minutes"]
        said = (
            f"{few:,} question{'' if few == 1 else 's'}, then {many:,}" if width >= 400 else f"{few:,}, then {many:,}"
        )
        bars.append(_pair(row["role"], (minutes[0], minutes[1]), said))
    return bar_list(bars, width)


def _pair(word: str, sizes: tuple[int, int], said: str) -> Bar:
    return Bar(
        f"{word.replace('_', ' ').capitalize()}: {sizes[0]:,}, then {sizes[1]:,}",
        said,
        0,
        sizes[0],
        "total",
        below=(0, sizes[1], "main"),
    )


def _lines(sides: list[list[dict[str, Any]]], currency: str | None, width: int) -> dict[str, Any]:
    values = [
        {"on": line["on"].isoformat(), "amount": float(line["expected"]), "side": name}
        for name, side in zip(("before", "after"), sides, strict=True)
        for line in (side[:-1] if len(side) > 1 and side[-1]["days"] < 7 else side)
    ]
    unit, divisor = axis_unit([value["amount"] for value in values], currency)
    axis = {"title": unit, "tickCount": 4, "labelExpr": f"format(datum.value / {divisor}, ',.4~r')", "orient": "right"}
    days = {"format": "%-d %b", "title": None, "tickCount": max(3, width // 110), "labelOverlap": "parity"}
    return {
        **{"width": width - 64, "height": 130, "data": {"values": values}},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": {"field": "on", "type": "temporal", "scale": {"type": "utc"}, "axis": days},
            "y": {"field": "amount", "type": "quantitative", "axis": axis},
            "color": {
                **{"field": "side", "type": "nominal", "legend": None},
                "scale": {"domain": ["before", "after"], "range": [Role("total"), Role("main")]},
            },
            "strokeDash": {
                "field": "side",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": ["before", "after"], "range": [[5, 3], [1, 0]]},
            },
        },
    }
