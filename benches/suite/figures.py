"""Spread of repeated measurements, ratios of those made in the same turn, and who is best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread(values: Sequence[float]) -> dict[str, float]:
    """Least, median, greatest and how many."""
    return {"min": min(values), "median": median(values), "max": max(values), "n": len(values)}


def quantile(values: Sequence[float], share: float) -> float:
    """The value at that share of the sorted values (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratios(theirs: Mapping[int, float], ours: Mapping[int, float]) -> dict[str, float] | None:
    """Spread of their time divided by ours, turn by turn: noise of the machine is in both. None where no turn has both."""
    both = [theirs[turn] / ours[turn] for turn in sorted(theirs) if turn in ours and ours[turn] > 0]
    return spread(both) if both else None


def best(values: Mapping[str, float], better: str) -> set[str]:
    """Who has the best value, ties included: `more`, `less`, or nearest to a number. Empty where nothing is better than anything."""
    known = {name: value for name, value in values.items() if not math.isnan(value)}
    if not better or len(known) < 2:
        return set()
    cost = {
        "more": lambda value: -value,
        "less": lambda value: value,
    }.get(better) or (lambda value: abs(value - float(better)))
    costs = {name: cost(value) for name, value in known.items()}
    least = min(costs.values())
    found = {name for name, value in costs.items() if math.isclose(value, least, rel_tol=1e-9, abs_tol=1e-12)}
    return set() if len(found) == len(known) else found
