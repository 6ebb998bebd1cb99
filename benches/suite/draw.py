"""The seeded draws that the generators share. Only `random.Random`: the same bytes on every machine and in every version of numpy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any


def dice(*seed: object) -> random.Random:
    """A generator for a seed and a name of what is drawn."""
    return random.Random("/".join(map(str, seed)))


def weighted(draw: random.Random, choices: Sequence[tuple[Any, float]]) -> Any:
    """One of the choices by their weights."""
    values, weights = zip(*choices, strict=True)
    return draw.choices(values, weights)[0]


def cents(draw: random.Random, median: float = 80.0, sigma: float = 1.1) -> int:
    """A lognormal amount in minor units, at least 1.00."""
    return max(100, round(100 * median * draw.lognormvariate(0, sigma)))


def with_tax(draw: random.Random) -> int:
    """A round net price with 7 or 19 % tax: many of their sums are equal."""
    net = draw.choice((5, 10, 20, 25, 40, 50, 75, 80, 100, 120, 150, 200, 250, 400, 500)) * draw.randint(1, 8) * 100
    return net * (107 if draw.random() < 0.3 else 119) // 100
