"""What a practitioner computes of a customer's past: as known on the day of issue, nothing later.

Used by the plain models (quantiles, survival). The recipe of `recipe.py` has richer ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .scorer import NEVER, TAIL

NAMES = (
    "known", "mean_delay", "median_delay", "sd_delay", "last_delay", "late_share", "since_payment", "open", "overdue", "log_amount",
    "amount_ratio", "term", "due_weekday", "due_day", "due_month", "segment",
)  # fmt: skip


def frame_of(book: dict[str, Any]) -> pd.DataFrame:
    """The invoices, ordered by issue date."""
    columns = ("item_id", "customer_id", "segment", "amount", "issued", "due", "settled")
    frame = pd.DataFrame({name: np.array(book[name]) for name in columns})
    frame["term"] = frame.due - frame.issued
    return frame


def features(frame: pd.DataFrame) -> np.ndarray:
    """(invoices, NAMES); NaN where nothing is known."""
    out = np.full((len(frame), len(NAMES)), np.nan)
    issued, due, settled = (frame[name].to_numpy() for name in ("issued", "due", "settled"))
    delay = np.clip(settled - due, -60, TAIL).astype(float)
    amount = np.log(np.maximum(frame.amount.to_numpy(), 0.01))
    for rows in frame.groupby("customer_id", sort=False).indices.values():
        order = rows[np.argsort(settled[rows], kind="stable")]
        paid, delays, amounts = settled[order], delay[order], amount[order]
        for row in rows:
            known = int(np.searchsorted(paid, issued[row]))  # paid strictly before the day of issue
            before = rows[issued[rows] < issued[row]]
            is_open = before[settled[before] >= issued[row]]
            out[row, [0, 7, 8]] = known, len(is_open), (due[is_open] < issued[row]).sum()
            if known:
                past = delays[max(0, known - 30) : known]
                recent = past.mean(), np.median(past), past.std(), past[-1], (past > 0).mean(), issued[row] - paid[known - 1]
                out[row, 1:7] = recent
                out[row, 10] = amount[row] - amounts[:known].mean()
    out[:, 9], out[:, 11] = amount, due - issued
    days = due.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    out[:, 12], out[:, 13] = (due + 3) % 7, (days - months).astype(int) + 1
    out[:, 14] = months.astype(int) % 12
    out[:, 15] = pd.factorize(frame.segment)[0]
    return out


def followed(frame: pd.DataFrame, t0: int, days: int = 60) -> np.ndarray:
    """Training invoices that were due so long before t0 that what is not paid is late: others would teach that all is paid early."""
    return ((frame.issued < t0) & (frame.due + days < t0)).to_numpy()


def as_known(frame: pd.DataFrame, t0: int) -> pd.DataFrame:
    """Payments from t0 on are not known."""
    return frame.assign(settled=np.where(frame.settled < t0, frame.settled, NEVER))
