"""The waterfall of one score: what each reason adds, up to the number that the score says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from ar_core._native import reason_text

from .bars import Bar, bar_list
from .drawing import Plot, empty, need
from .labels import clipped
from .tables import arrow

Score = Literal["priority", "p_late"]
MILLION = 1_000_000
SMALL = 500  # parts per million: less is 0.0 when written
TITLES = {"priority": "Why this priority", "p_late": "Why this chance of being late"}
# Reasons in parts per million that lead from the shipped prior to p_late, each from what was before it (`limit`) to what it says.
STEPS_OF_P_LATE = (
    "book_rate",
    "age_so_far",
    "segment_rate",
    "customer_rate",
    "circumstance_rate",
    "claim_rate",
    "given_rate",
)
# `240 of 300 points for the money at stake`; `late in this segment: 57.2 %, before 59.0 %`.
_POINTS = re.compile(r"^-?[\d,]+ of [\d,]+ points(?: for|:) (?:the |being )?")


@dataclass(frozen=True)
class Step:
    """What one reason adds, in points or in parts per million; `most`: what it can add at most, where there is such a bound."""

    code: str
    words: str
    amount: int
    most: int | None


def contributions(row: dict[str, Any], of: Score) -> tuple[int, list[Step], int]:
    """Where a score starts, what each reason adds, and where it ends: start + sum of steps = end, to the unit.

    row: a row of `scores`. of: "priority" (points, from 0) or "p_late" (parts per million, from the shipped prior). What the reasons do
    not explain is a step of its own with the code `rest`, so that the sum always holds; the engine's own scores have none.
    """
    reasons = row["reasons"] or []
    if of == "priority":
        start, end = 0, int(row["priority"])
        found = [reason for reason in reasons if reason["unit"] == "points"]
        steps = [Step(one["code"], _words(one, row), int(one["observed"] or 0), one["limit"]) for one in found]
    else:
        found = [
            one
            for one in reasons
            if one["unit"] == "ppm" and one["code"] in STEPS_OF_P_LATE and one["limit"] is not None
        ]
        start, end = (int(found[0]["limit"]) if found else 0), round(float(row["p_late"] or 0) * MILLION)
        steps = [Step(one["code"], _words(one, row), int(one["observed"]) - int(one["limit"]), None) for one in found]
    rest = end - start - sum(step.amount for step in steps)
    if of == "p_late" and abs(rest) == 1 and steps:  # the last step and the end were rounded apart
        last = steps.pop()
        steps.append(Step(last.code, last.words, last.amount + rest, None))
    elif rest:
        steps.append(Step("rest", "Not explained by the reasons", rest, None))
    return start, steps, end


def _words(reason: dict[str, Any], row: dict[str, Any]) -> str:
    """What a reason is about, in the engine's own words."""
    text = reason_text(reason["code"], reason["observed"], reason["limit"], row.get("currency"))
    text = _POINTS.sub("", text) if reason["unit"] == "points" else text.split(":")[0]
    return text[:1].upper() + text[1:]


def waterfall(table: Any, item_id: str | None = None, of: Score = "priority", width: int = 420) -> Plot:
    """How one score comes about: bars of what each reason adds, in the engine's order, and the sum below them.

    table: the part `scores` of a report, or what `PayTimeModel.predict` gives (then of="p_late"). item_id: default the item of highest
    priority, or the first. of: "priority" (points) or "p_late" (the chance to be paid late). Returns a `Plot`. Raises ValueError for an
    item that the table has not.

    >>> from ar_core.plot import waterfall
    >>> late = {"code": "points_amount", "observed": 240, "limit": 300, "unit": "points"}
    >>> print(waterfall([{"item_id": "I1", "priority": 240, "reasons": [late], "currency": "EUR"}]).text)
    Priority of item I1: 240 points = 240 money at stake.
    """
    row = _row(table, item_id, of)
    if row is None:
        return empty(TITLES[of], "no scores", width)
    start, steps, end = contributions(row, of)
    item = str(row["item_id"])
    drawn = [step for step in steps if abs(step.amount) > (SMALL if of == "p_late" else 0)]
    bars = [Bar("Known before anything else", _amount(start, of), 0, start, "total")] if of == "p_late" else []
    at = start
    for step in steps:
        if step in drawn:
            low, high = sorted((at, at + step.amount))
            bars.append(Bar(step.words, _step(step, of), low, high, "raise" if step.amount > 0 else "lower"))
        at += step.amount
    last = "Priority" if of == "priority" else "Chance to be paid late"
    bars.append(Bar(last, _amount(end, of), 0, end, "total", strong=True))
    notes = []
    if len(steps) > len(drawn):
        count = len(steps) - len(drawn)
        little = "less than 0.05 pp" if of == "p_late" else "nothing"
        notes.append(f"Not drawn: {count} reason{' that changes' if count == 1 else 's that change'} {little}.")
    if of == "p_late":
        notes.append("pp: percentage points.")
    if of == "priority":
        said = " + ".join(f"{step.amount:,} {_lower(step.words)}" for step in drawn)
        text = f"Priority of item {item}: {_amount(end, of)}{f' = {said}' if said else ''}."
    else:
        said = "".join(f"; {_lower(step.words)} {_step(step, of)}" for step in drawn)
        text = f"Chance of item {item} to be paid late, {_amount(end, of)}: at first {_amount(start, of)}{said}."
    spec = bar_list(bars, width, low=min(0, at), high=MILLION if of == "p_late" else max(end, 1))
    data = [{"code": step.code, "words": step.words, "amount": step.amount, "most": step.most} for step in steps]
    return Plot(f"{TITLES[of]}: {clipped(item, 40)}", text, spec, tuple(notes), data)


def _row(table: Any, item_id: str | None, of: Score) -> dict[str, Any] | None:
    found = arrow(
        table, [name for name in ("item_id", "currency", "reasons", of) if name != "currency" or _has(table, name)]
    )
    if item_id is not None:
        pc = need("pyarrow.compute")
        at = pc.index(pc.cast(found.column("item_id"), "string"), str(item_id)).as_py() if found.num_rows else -1
        if at < 0:
            raise ValueError(f"there is no score of an item '{item_id}'")
        return dict(found.slice(at, 1).to_pylist()[0])
    if not found.num_rows:
        return None
    if of == "priority":
        pc = need("pyarrow.compute")
        at = pc.index(found.column("priority"), pc.max(found.column("priority"))).as_py()
        return dict(found.slice(at, 1).to_pylist()[0])
    return dict(found.slice(0, 1).to_pylist()[0])


def _has(table: Any, name: str) -> bool:
    return name in arrow(table).column_names


def _amount(value: int, of: Score) -> str:
    return f"{value:,} points" if of == "priority" else f"{value / 10_000:.1f} %"


def _step(step: Step, of: Score) -> str:
    if of == "p_late":
        return f"{step.amount / 10_000:+.1f} pp"
    return f"{step.amount:+,}{f' of {step.most:,}' if step.most else ''}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
