"""Scores a model that says on which day each invoice will be paid, and how much cash comes in each week.

A model hands over an array `p` of shape (invoices, 182): p[i, j] is the chance that invoice i is paid j - 60 days after
its due date, for j = 0..180 (offsets -60..120; earlier ones go into the first column); the last column is "later than
120 days, or never". Rows sum to 1. Every test invoice is predicted on its own issue date with everything known strictly
before it: a payment on day d is known from d + 1 on, an invoice issued on day d from d + 1 on. What was fitted stays as
it was at T0; only the customers' history moves on.

    frame = load("distributor.csv")
    train, test = split(frame, day("2019-07-01"), day("2019-08-15"), cut_off)
    print(table({"model": score(p, test, cut_off) | cash(p_at, frame, t0, t1, cut_off)}))

Days are whole numbers since 1970-01-01. `cut_off` is the first day whose payments are not in the data.

Undecided at the cut-off: an unpaid invoice has a known answer to "later than k days?" only if due + k < cut_off. Each
measure leaves out the invoices whose answer to its own question is not known, and nothing else (`n_*` says how many
were used). That keeps the paid ones among invoices of which some are undecided, so a measure over a short follow-up is
a little too favourable; `strict=True` leaves out every invoice that *could* have been undecided. For CRPS, intervals
and errors of the median an unpaid invoice counts only if it is past offset 120 (its outcome is then 121).

Measures: AUC, Brier, ECE (10 bins of equal count) of P(late) and P(late > second threshold); CRPS in days, the sum over
offsets -60..120 of (F(k) - 1{y <= k})^2; central 80 % and 95 % intervals, ends = smallest k with F(k) >= q; error of
the median, and share within 3 days of the centre of the best 7-day window (`win3`); share with the most likely bucket
right; mean log loss of the exact day (no probability below 1e-6). Cash: see `cash`.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIRST, LAST = -60, 120
TAIL = LAST + 1  # the outcome "later than LAST or never"
WIDTH = TAIL - FIRST + 1
NEVER = 10**6  # settled, for an invoice without a payment
OFFSETS = np.arange(FIRST, TAIL + 1)
BUCKET_ENDS = (0, 15, 30, 60)
WEEKS = 4
HORIZON = 7 * WEEKS
NORMAL = {"80": 1.2815515655446004, "95": 1.959963984540054}


def day(text: str) -> int:
    """2019-07-01 -> days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype(int))


def load(path: str | Path) -> pd.DataFrame:
    """The invoices, ordered by issue date: item_id, customer_id, segment, amount, issued, due, settled, term."""
    raw = pd.read_csv(path, dtype={"item_id": str, "customer_id": str, "x_segment": str})
    days = {c: pd.to_datetime(raw[c]).to_numpy().astype("datetime64[D]") for c in ("issued_on", "due_on", "settled_on")}
    unpaid = np.isnat(days["settled_on"])
    frame = pd.DataFrame(
        {
            "item_id": raw["item_id"],
            "customer_id": raw["customer_id"],
            "segment": raw["x_segment"],
            "amount": raw["amount"].astype(float),
            "issued": days["issued_on"].astype(int),
            "due": days["due_on"].astype(int),
            "settled": np.where(unpaid, NEVER, days["settled_on"].astype(int)),
            "term": raw["x_term_days"].astype(int),
        }
    )
    return frame.sort_values("issued", kind="stable").reset_index(drop=True)


def last_seen(frame: pd.DataFrame) -> int:
    """The cut-off if nobody says otherwise: the day after the last thing that happened."""
    paid = frame.loc[frame.settled < NEVER, "settled"]
    return int(max(paid.max(), frame.issued.max())) + 1


def known(frame: pd.DataFrame, today: int) -> pd.DataFrame:
    """What is known on the morning of `today`: invoices issued before it, payments made before it."""
    rows = frame[frame.issued < today].copy()
    rows.loc[rows.settled >= today, "settled"] = NEVER
    return rows


def split(frame: pd.DataFrame, t0: int, t1: int, cut_off: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training rows as known at t0, and the test rows issued in [t0, t1) with what happened before the cut-off."""
    test = known(frame, cut_off)
    return known(frame, t0), test[(test.issued >= t0) & (test.issued < t1)]


def newest(frame: pd.DataFrame, t0: int, k: int, followed: int = 30) -> pd.DataFrame:
    """The ledger as if only k invoices before t0 had been kept; everything from t0 on stays.

    They are the newest that were due more than `followed` days before t0. The very newest would have no outcomes yet
    (250 are three days of the distributor), and the paid ones among them are those paid early.
    """
    past = np.flatnonzero((frame.issued < t0) & (frame.due + followed < t0))
    rows = np.concatenate([past[-k:], np.flatnonzero(frame.issued >= t0)])
    return frame.iloc[rows].reset_index(drop=True)


def thinned(frame: pd.DataFrame, t0: int, k: int) -> pd.DataFrame:
    """The ledger as if it had only k invoices before t0, evenly spread over the time; everything from t0 on stays."""
    past = np.flatnonzero(frame.issued < t0)
    pick = past[np.unique(np.linspace(0, len(past) - 1, min(k, len(past))).astype(int))]
    return frame.iloc[np.concatenate([pick, np.flatnonzero(frame.issued >= t0)])].reset_index(drop=True)


def outcomes(rows: pd.DataFrame, cut_off: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(offset of the payment clipped to -60..121, the offset it is known to be at least if not known: else 10**6)."""
    due, settled = rows.due.to_numpy(), rows.settled.to_numpy()
    paid = settled < NEVER
    open_from = np.where(paid, NEVER, cut_off - due)
    y = np.where(paid, np.clip(settled - due, FIRST, TAIL), TAIL)
    return y.astype(np.int64), open_from.astype(np.int64)


def decided(rows: pd.DataFrame, cut_off: int, k: int, strict: bool) -> NDArray[np.bool_]:
    """Is "paid later than k days after the due date?" answered for these rows (strict: for whatever outcome)?"""
    followed = rows.due.to_numpy() + k < cut_off
    return followed if strict else followed | (rows.settled.to_numpy() < NEVER)


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


def best_window(p: Floats, reach: int = 3) -> NDArray[np.int64]:
    """Centre of the most likely window of 2 * reach + 1 days."""
    padded = np.pad(np.cumsum(p[:, :-1], axis=1), ((0, 0), (reach + 1, reach)), mode="edge")
    padded[:, : reach + 1] = 0.0
    return OFFSETS[np.argmax(padded[:, 2 * reach + 1 :] - padded[:, : -2 * reach - 1], axis=1)]


def distribution(p: Floats, y: NDArray[np.int64]) -> dict[str, float]:
    """Measures of the whole distribution, of rows whose outcome is known."""
    f = np.cumsum(p, axis=1)
    f[:, -1] = 1.0
    happened = OFFSETS[None, :] >= y[:, None]
    out = {"crps": float(((f - happened)[:, :-1] ** 2).sum(axis=1).mean())}
    for name, tail in (("80", 0.1), ("95", 0.025)):
        lo, hi = quantile(f, tail), quantile(f, 1 - tail)
        out[f"cover_{name}"] = float(((lo <= y) & (y <= hi)).mean())
        out[f"width_{name}"] = float((hi - lo).mean())
    error = np.abs(quantile(f, 0.5) - y)
    out |= {"mae": float(error.mean()), "median_error": float(np.median(error)), "exact": float((error == 0).mean())}
    out |= {f"within_{k}": float((error <= k).mean()) for k in (3, 5, 7)}
    out["win3"] = float((np.abs(best_window(p) - y) <= 3).mean())
    out["log_loss"] = float(-np.log(np.maximum(p[np.arange(len(y)), y - FIRST], 1e-6)).mean())
    return out | {"n_days": float(len(y))}


def bucket_right(p: Floats, y: NDArray[np.int64]) -> float:
    """Share of rows whose most likely bucket (on time, 1-15, 16-30, 31-60, over 60 days late) is the right one."""
    edges = [0, *(k - FIRST + 1 for k in BUCKET_ENDS)]
    mass = np.add.reduceat(p, edges, axis=1)
    return float((mass.argmax(axis=1) == np.searchsorted(BUCKET_ENDS, y)).mean())


def score(p: Floats, rows: pd.DataFrame, cut_off: int, second: int = 30, strict: bool = False) -> dict[str, float]:
    """All measures of one model on the test rows; `second` is the second threshold (30, services 15)."""
    p = np.asarray(p, dtype=np.float64)
    if p.shape != (len(rows), WIDTH) or not np.allclose(p.sum(axis=1), 1.0, atol=1e-3) or p.min() < -1e-9:
        raise ValueError(f"expected {len(rows)} x {WIDTH} probabilities whose rows sum to 1, got {p.shape}")
    p = p / p.sum(axis=1, keepdims=True)
    y, open_from = outcomes(rows, cut_off)
    out: dict[str, float] = {}
    for name, k in (("late", 0), ("second", second)):
        use = decided(rows, cut_off, k, strict)
        out |= binary(name, y[use] > k, late(p[use], k))
    full = rows.due.to_numpy() + LAST < cut_off if strict else (open_from == NEVER) | (open_from > LAST)
    out |= distribution(p[full], y[full])
    last = BUCKET_ENDS[-1]
    use = decided(rows, cut_off, last, strict)
    return out | {"bucket": bucket_right(p[use], y[use])}


Conditional = Callable[[pd.DataFrame, int], Floats]
Bands = Callable[[pd.DataFrame, int], dict[str, Floats]]


def independent_bands(amount: Floats, weekly: Floats) -> dict[str, Floats]:
    """Bands as if every invoice were paid independently of all others: name -> (weeks, 2) array of low and high."""
    mean = amount @ weekly
    sd = np.sqrt((amount**2) @ (weekly * (1 - weekly)))
    return {name: np.stack([np.maximum(mean - z * sd, 0.0), mean + z * sd], axis=1) for name, z in NORMAL.items()}


def by_week(amount: Floats, settled: NDArray[np.int64], today: int) -> Floats:
    """What was paid in each of the next 4 windows of 7 days, the first one starting today."""
    week = (settled - today) // 7
    return np.array([amount[week == w].sum() for w in range(WEEKS)])


def cash(
    p_at: Conditional, frame: pd.DataFrame, t0: int, t1: int, cut_off: int, bands_at: Bands | None = None
) -> dict[str, float]:
    """Expected against actual cash of the next 4 weeks, seen from the morning of each weekday in [t0, t1).

    The book of a day is every invoice issued before it and not paid before it, however old. `p_at(rows, today)` gets
    those rows (settled is NEVER in all of them) and returns (rows, 29): the chance to be paid on today + 0 .. today +
    27, and later or never. The rows of earlier days may be looked up with `known(frame, today)`. `wape_k`: sum over
    days of |expected - actual| over the sum of actual cash of week k, from the items of the book only; `wape_all_k`:
    actual cash includes invoices issued later. `band80`, `band95`: share of days and weeks whose actual cash of the
    book is inside the band, for independent invoices or, if given, for `bands_at(rows, today)` -> {"80": (4, 2)
    array of low and high, "95": ...}. Weeks that reach past the cut-off are left out.
    """
    truth = known(frame, cut_off)
    miss, total = np.zeros((2, WEEKS)), np.zeros((2, WEEKS))
    inside = {name: np.zeros(WEEKS) for name in NORMAL}
    widths, count, runs = {name: 0.0 for name in NORMAL}, np.zeros(WEEKS), np.zeros(2)
    for today in range(t0, t1):
        if (today + 3) % 7 >= 5:  # 1970-01-01 was a Thursday
            continue
        fully_seen = today + 7 * np.arange(1, WEEKS + 1) <= cut_off
        book = truth[(truth.issued < today) & (truth.settled >= today)]
        amount, settled = book.amount.to_numpy(), book.settled.to_numpy()
        blind = book.assign(settled=NEVER)
        daily = np.asarray(p_at(blind, today), dtype=np.float64)[:, :HORIZON]
        weekly = daily.reshape(len(book), WEEKS, 7).sum(axis=2)
        expected = amount @ weekly
        actual = by_week(amount, settled, today)
        rest = truth[truth.settled >= today]
        everything = by_week(rest.amount.to_numpy(), rest.settled.to_numpy(), today)
        for i, target in enumerate((actual, everything)):
            miss[i] += fully_seen * np.abs(expected - target)
            total[i] += fully_seen * target
        bands = bands_at(blind, today) if bands_at else independent_bands(amount, weekly)
        for name in NORMAL:
            low, high = bands[name][:, 0], bands[name][:, 1]
            inside[name] += fully_seen * ((low <= actual) & (actual <= high))
            widths[name] += float((fully_seen * (high - low)).sum())
        count += fully_seen
        runs += np.array([(fully_seen * expected).sum(), (fully_seen * actual).sum()])
    wape = miss / np.maximum(total, 1e-9)
    out = {f"wape_{w + 1}": float(wape[0, w]) for w in range(WEEKS)}
    out |= {f"wape_all_{w + 1}": float(wape[1, w]) for w in range(WEEKS)}
    for name in NORMAL:
        out[f"band{name}"] = float(inside[name].sum() / count.sum())
        out |= {f"band{name}_{w + 1}": float(inside[name][w] / max(count[w], 1)) for w in range(WEEKS)}
        out[f"band{name}_width"] = widths[name] / max(float(runs[1]), 1e-9)  # as a share of actual cash
    return out | {"cash_bias": float(runs[0] / max(runs[1], 1e-9) - 1), "cash_days": float(count[0])}


COLUMNS = (
    ("AUC", "auc_late", 3), ("Brier", "brier_late", 3), ("ECE", "ece_late", 3),
    ("AUC 2nd", "auc_second", 3), ("Brier 2nd", "brier_second", 4), ("ECE 2nd", "ece_second", 3),
    ("MAE", "mae", 2), ("±3", "within_3", 3), ("±5", "within_5", 3), ("±7", "within_7", 3), ("win3", "win3", 3),
    ("exact", "exact", 3), ("bucket", "bucket", 3), ("CRPS", "crps", 3), ("log loss", "log_loss", 3),
    ("PI80", "cover_80", 3), ("w80", "width_80", 1), ("PI95", "cover_95", 3), ("w95", "width_95", 1),
    ("w1", "wape_1", 3), ("w2", "wape_2", 3), ("w3", "wape_3", 3), ("w4", "wape_4", 3),
    ("all1", "wape_all_1", 3), ("all2", "wape_all_2", 3), ("all3", "wape_all_3", 3), ("all4", "wape_all_4", 3),
    ("b80", "band80", 2), ("b95", "band95", 2), ("bias", "cash_bias", 3),
    ("fit s", "fit_s", 1), ("curves/s", "curves_s", 0),
)  # fmt: skip


def table(results: dict[str, dict[str, float]]) -> str:
    """A Markdown table of {model: measures}; columns nobody has are left out, a measure a model lacks is "-"."""
    used = [c for c in COLUMNS if any(c[1] in r for r in results.values())]
    lines = ["| model | " + " | ".join(c[0] for c in used) + " |", "|---" * (len(used) + 1) + "|"]
    for name, result in results.items():
        cells = [f"{result[key]:.{digits}f}" if key in result else "-" for _, key, digits in used]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
