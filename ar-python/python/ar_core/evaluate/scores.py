"""Proper scores and calibration, each a plain function on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .distribution import PayTimes
from .frames import Floats, Rows, refused_argument
from .outcomes import LONGEST, Outcomes

# No probability counts as less in the log score of days; of yes and no the bound of floats.
LEAST = 1e-6
_TINY = 2.0**-52
# Quantile of the normal distribution for intervals of 95 %.
_Z95 = 1.959963984540054


def _pair(p: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    p, happened = np.asarray(p, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if p.shape != happened.shape or p.ndim != 1:
        raise refused_argument("p", f"{p.shape} probabilities for {happened.shape} answers", "bad_shape")
    if not ((p >= 0) & (p <= 1)).all() or not np.isin(happened, (0.0, 1.0)).all():
        raise refused_argument("p", "probabilities are from 0 to 1, answers 0 or 1")
    return p, happened


def brier(p: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance of probability and answer (Brier 1950); 0 is best, 0.25 is what 0.5 always gets.

    p: (n,) probabilities of yes. happened: (n,) 1 for yes, 0 for no. Raises InvalidInput for anything else, as all here.

    >>> round(brier([0.8, 0.4], [1, 0]), 3)
    0.1
    """
    p, happened = _pair(p, happened)
    return float(np.mean((p - happened) ** 2)) if len(p) else float("nan")


def log_score(p: ArrayLike, happened: ArrayLike) -> float:
    """Mean of minus the logarithm of the probability of what happened (Good 1952), in nats; 0 is best.

    >>> round(log_score([0.8, 0.4], [1, 0]), 4)
    0.367
    """
    p, happened = _pair(p, happened)
    p = np.clip(p, _TINY, 1 - _TINY)
    return float(-np.mean(np.where(happened == 1, np.log(p), np.log1p(-p)))) if len(p) else float("nan")


def auc(p: ArrayLike, happened: ArrayLike) -> float:
    """Probability that a yes was given more than a no, ties half (Mann and Whitney 1947); not-a-number with one kind of answer only.

    >>> auc([0.8, 0.4, 0.4], [1, 0, 1])
    0.75
    """
    p, happened = _pair(p, happened)
    values, group, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[group] if len(values) else p
    yes = int(happened.sum())
    no = len(p) - yes
    return float((ranks[happened == 1].sum() - yes * (yes + 1) / 2.0) / (yes * no)) if yes and no else float("nan")


def wilson(yes: ArrayLike, of: ArrayLike) -> tuple[Floats, Floats]:
    """The interval of 95 % for a share of so many (Wilson 1927).

    >>> [round(float(end), 3) for end in wilson(5, 10)]
    [0.237, 0.763]
    """
    of = np.asarray(of, dtype=np.float64)
    share, square = np.asarray(yes, dtype=np.float64) / of, _Z95**2
    centre, wide = share + square / (2 * of), _Z95 * np.sqrt(share * (1 - share) / of + square / (4 * of**2))
    # Rounding must not put the share outside.
    return np.minimum((centre - wide) / (1 + square / of), share), np.maximum(
        (centre + wide) / (1 + square / of), share
    )


def _bins(p: Floats, happened: Floats, bins: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Bins of equal count: how many, mean probability, share of yes, and the standard deviation of that share if the probabilities are
    right. Answers to one and the same probability are shared out evenly, so that the order of the rows does not matter."""
    order = np.argsort(p, kind="stable")
    p, happened = p[order], happened[order]
    group = np.unique(p, return_inverse=True)[1]
    happened = (np.bincount(group, happened) / np.maximum(np.bincount(group), 1))[group] if len(p) else happened
    parts = [part for part in np.array_split(np.arange(len(p)), bins) if len(part)]
    count = np.array([len(part) for part in parts], dtype=np.float64)
    mean = np.array([p[part].mean() for part in parts])
    share = np.array([happened[part].mean() for part in parts])
    noise = np.array([np.sqrt((p[part] * (1 - p[part])).sum()) / len(part) for part in parts])
    return count, mean, share, noise


def ece(p: ArrayLike, happened: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: mean distance of forecast and frequency over bins of equal count.

    >>> round(ece([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 1], bins=2), 3)
    0.1
    """
    count, mean, share, _ = _bins(*_pair(p, happened), bins)
    return float((count * np.abs(mean - share)).sum() / count.sum()) if len(count) else float("nan")


def ece_by_chance(p: ArrayLike, bins: int = 10) -> float:
    """The calibration error that a forecaster who is exactly right shows by chance, if items are paid independently (mean of the absolute
    value of a normal variable, bin by bin). Items of one customer are not independent: then it is more."""
    p = np.asarray(p, dtype=np.float64)
    count, _, _, noise = _bins(p, np.zeros(len(p)), bins)
    return float((count * noise).sum() / count.sum() * np.sqrt(2 / np.pi)) if len(count) else float("nan")


def reliability(p: ArrayLike, happened: ArrayLike, bins: int = 10) -> Rows:
    """The reliability table: of each bin of equal count `count`, mean forecast `p`, `observed` share of yes, and the ends `lo`, `hi` of its
    interval of 95 % (Wilson 1927). A bin is off where its forecast lies outside.

    >>> round(reliability([0.2] * 10, [1] + [0] * 9, bins=1).to_dicts()[0]["observed"], 3)
    0.1
    """
    count, mean, share, _ = _bins(*_pair(p, happened), bins)
    lo, hi = wilson(share * count, count)
    return Rows(
        {
            "bin": np.arange(1, len(count) + 1),
            "count": count.astype(np.int64),
            "p": mean,
            "observed": share,
            "lo": lo,
            "hi": hi,
        }
    )


def pinball(days: ArrayLike, outcomes: Outcomes, share: float, longest: int = LONGEST) -> Floats:
    """(n,) the loss of a quantile in days (Koenker and Bassett 1978): share times the distance where it was paid later than `days`, one less
    share where earlier. Half the absolute error for the median. Outcome and forecast are cut at the last day that was seen.

    >>> pinball([2.0], Outcomes.of([4.0]), 0.9)
    array([1.8])
    """
    last, came = outcomes.cut(longest)
    missed = came - np.minimum(np.asarray(days, dtype=np.float64), last + 1.0)
    return np.asarray(np.maximum(share * missed, (share - 1.0) * missed), dtype=np.float64)


def crps(times: PayTimes, outcomes: Outcomes, longest: int = LONGEST) -> Floats:
    """(n,) continuous ranked probability score in days (Matheson and Winkler 1976; Epstein's ranked score of 1969 without a divisor): the
    sum over days of the squared distance between the probability to be paid by the day and whether it was, up to the last day that was
    seen, at most `longest` days late. 0 is best; for a forecast of one day it is the absolute error."""
    last, came = outcomes.cut(longest)
    found = np.zeros(len(times))
    for part, at, reached, own in times.blocks():
        counts = own & (at <= last[part, None])
        found[part] = (((reached - (at >= came[part, None])) ** 2) * counts).sum(axis=1)
        # A forecast that begins behind the outcome gave these days nothing.
        found[part] += np.clip(np.minimum(at[:, 0], last[part] + 1.0) - came[part], 0.0, None)
    return found


def _around(times: PayTimes, outcomes: Outcomes, longest: int) -> tuple[Floats, Floats]:
    """(n,) the probabilities reached before and on the day of each outcome; of one that was not seen, or lies behind the days that the
    forecast tells apart, those between the last such day and one."""
    last, came = outcomes.cut(longest)
    last = np.minimum(last, times.last - 1.0)
    known = came <= last
    day = np.where(known, came, last)
    on = times.at_most(day)
    return np.where(known, times.at_most(day - 1.0), on), np.where(known, on, 1.0)


def log_score_days(times: PayTimes, outcomes: Outcomes, longest: int = LONGEST) -> Floats:
    """(n,) minus the logarithm of the probability of the day on which it was paid, or of "later than what was seen"; nats. No probability
    counts as less than one in a million."""
    low, high = _around(times, outcomes, longest)
    hit = high - low
    return np.asarray(-np.log(np.maximum(hit, LEAST)), dtype=np.float64)


def pit(times: PayTimes, outcomes: Outcomes, bins: int = 10, longest: int = LONGEST) -> Rows:
    """Histogram of the probability integral transform: how often outcomes fell into each tenth of their forecasts (`share`; 1 / bins each
    where forecasts are right; a hump in the middle: too wide; heaps at the ends: too narrow; a slope: too late or too early).

    Not randomised, for whole days (Czado, Gneiting and Held 2009): an outcome is spread over the probability of its day, and what was still
    open over all that was left."""
    low, high = _around(times, outcomes, longest)
    edges = np.linspace(0.0, 1.0, bins + 1)
    wide = high - low
    parts = []
    for edge in edges:
        inside = np.where(wide > 0, (edge - low) / np.where(wide > 0, wide, 1.0), edge >= high)
        parts.append(float(np.clip(inside, 0.0, 1.0).mean()) if len(wide) else float("nan"))
    return Rows({"lo": edges[:-1].round(12), "hi": edges[1:].round(12), "share": np.diff(parts)})
