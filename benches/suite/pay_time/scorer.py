"""Scores a model that says on which day each invoice will be paid.

A model hands over an array `p` of shape (invoices, 182): p[i, j] is the chance that invoice i is paid j - 60 days after its due date,
for j = 0..180 (offsets -60..120; earlier ones go into the first column); the last column is "later than 120 days, or never". Rows sum
to 1. Every test invoice is predicted on its own issue date with everything known strictly before it: a payment on day d is known from
d + 1 on, an invoice issued on day d from d + 1 on. What was fitted stays as it was at T0; only the customers' history moves on.

Days are whole numbers since 1970-01-01. `cut_off` is the first day whose payments are not in the data.

Undecided at the cut-off: an unpaid invoice has a known answer to "later than k days?" only if due + k < cut_off. Each measure leaves
out the invoices whose answer to its own question is not known, and nothing else (`n_*` says how many were used). For CRPS, intervals and
errors of the median an unpaid invoice counts only if it is past offset 120 (its outcome is then 121).

Measures: AUC, Brier, ECE (10 bins of equal count) of P(late) and P(later than the second threshold); CRPS in days, the sum over offsets
-60..120 of (F(k) - 1{y <= k})^2; `cover`: the share of the outcome's own probability that lies between the quantiles (randomised PIT, as
a whole day has more probability than the interval's end); `inside`: both ends included; error of the median.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIRST, LAST = -60, 120
TAIL = LAST + 1  # the outcome "later than LAST or never"
WIDTH = TAIL - FIRST + 1
NEVER = 10**6  # settled, for an invoice without a payment
OFFSETS = np.arange(FIRST, TAIL + 1)


def known(frame: pd.DataFrame, today: int) -> pd.DataFrame:
    """What is known on the morning of `today`: invoices issued before it, payments made before it."""
    rows = frame[frame.issued < today].copy()
    rows.loc[rows.settled >= today, "settled"] = NEVER
    return rows


def split(frame: pd.DataFrame, t0: int, t1: int, cut_off: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training rows as known at t0, and the test rows issued in [t0, t1) with what happened before the cut-off."""
    test = known(frame, cut_off)
    return known(frame, t0), test[(test.issued >= t0) & (test.issued < t1)]


def outcomes(rows: pd.DataFrame, cut_off: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(offset of the payment clipped to -60..121, the offset it is known to be at least if not known: else 10**6)."""
    due, settled = rows.due.to_numpy(), rows.settled.to_numpy()
    paid = settled < NEVER
    open_from = np.where(paid, NEVER, cut_off - due)
    y = np.where(paid, np.clip(settled - due, FIRST, TAIL), TAIL)
    return y.astype(np.int64), open_from.astype(np.int64)


def decided(rows: pd.DataFrame, cut_off: int, k: int) -> NDArray[np.bool_]:
    """Is "paid later than k days after the due date?" answered for these rows?"""
    return (rows.due.to_numpy() + k < cut_off) | (rows.settled.to_numpy() < NEVER)


def auc(label: NDArray[np.bool_], p: Floats) -> float:
    """Area under the ROC curve, ties count half; nan if there is only one class."""
    ranks = pd.Series(p).rank().to_numpy()
    pos = int(label.sum())
    neg = len(label) - pos
    return float((ranks[label].sum() - pos * (pos + 1) / 2) / (pos * neg)) if pos and neg else float("nan")


def ece(label: NDArray[np.bool_], p: Floats, bins: int = 10) -> float:
    """Mean distance of forecast and frequency over bins of equal count."""
    order = np.argsort(p, kind="stable")
    parts = [b for b in np.array_split(order, bins) if len(b)]
    return float(sum(len(b) * abs(p[b].mean() - label[b].mean()) for b in parts) / len(p))


def binary(name: str, label: NDArray[np.bool_], p: Floats) -> dict[str, float]:
    """AUC, Brier, ECE and the share of "yes" of one yes/no forecast."""
    brier = float(np.mean((p - label) ** 2))
    return {
        f"auc_{name}": auc(label, p),
        f"brier_{name}": brier,
        f"ece_{name}": ece(label, p),
        f"rate_{name}": float(label.mean()),
        f"n_{name}": float(len(label)),
    }


def late(p: Floats, k: int) -> Floats:
    """P(paid later than k days after the due date)."""
    return p[:, k - FIRST + 1 :].sum(axis=1)


def quantile(f: Floats, q: float) -> NDArray[np.int64]:
    """Smallest offset with F >= q, for each row of cumulative probabilities."""
    return OFFSETS[np.argmax(f >= q - 1e-9, axis=1)]


def covered(f: Floats, p: Floats, y: NDArray[np.int64], tail: float) -> float:
    """Mean share of the probability of the outcome's day that lies between the quantiles `tail` and 1 - `tail`."""
    rows = np.arange(len(y))
    upper, mass = f[rows, y - FIRST], p[rows, y - FIRST]
    lower = upper - mass
    between = np.clip(np.minimum(upper, 1 - tail) - np.maximum(lower, tail), 0, None)
    certain = ((lower >= tail) & (lower <= 1 - tail)).astype(float)
    return float(np.where(mass > 1e-12, between / np.maximum(mass, 1e-12), certain).mean())


def distribution(p: Floats, y: NDArray[np.int64]) -> dict[str, float]:
    """Measures of the whole distribution, of rows whose outcome is known."""
    f = np.cumsum(p, axis=1)
    f[:, -1] = 1.0
    happened = OFFSETS[None, :] >= y[:, None]
    out = {"crps": float(((f - happened)[:, :-1] ** 2).sum(axis=1).mean())}
    for name, tail in (("80", 0.1), ("95", 0.025)):
        lo, hi = quantile(f, tail), quantile(f, 1 - tail)
        out[f"cover_{name}"] = covered(f, p, y, tail)
        out[f"inside_{name}"] = float(((lo <= y) & (y <= hi)).mean())
        out[f"width_{name}"] = float((hi - lo).mean())
    error = np.abs(quantile(f, 0.5) - y)
    out |= {"mae": float(error.mean()), "median_error": float(np.median(error)), "exact": float((error == 0).mean())}
    out |= {f"within_{k}": float((error <= k).mean()) for k in (3, 5, 7)}
    out["log_loss"] = float(-np.log(np.maximum(p[np.arange(len(y)), y - FIRST], 1e-6)).mean())
    return out | {"n_days": float(len(y))}


def score(p: Floats, rows: pd.DataFrame, cut_off: int, second: int = 30) -> dict[str, float]:
    """All measures of one model on the test rows; `second` is the second threshold in days late."""
    p = np.asarray(p, dtype=np.float64)
    if p.shape != (len(rows), WIDTH) or not np.allclose(p.sum(axis=1), 1.0, atol=1e-3) or p.min() < -1e-9:
        raise ValueError(f"expected {len(rows)} x {WIDTH} probabilities whose rows sum to 1, got {p.shape}")
    p = p / p.sum(axis=1, keepdims=True)
    y, open_from = outcomes(rows, cut_off)
    out: dict[str, float] = {}
    for name, k in (("late", 0), ("second", second)):
        use = decided(rows, cut_off, k)
        out |= binary(name, y[use] > k, late(p[use], k))
    full = (open_from == NEVER) | (open_from > LAST)
    return out | distribution(p[full], y[full])
