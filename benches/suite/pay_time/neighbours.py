"""How the customer paid invoices like this one: same amount, same weekday and day of month of the due date.

A customer often is several: plants, products or contracts that are paid by different rules, and the amount tells which.
For each question the customer's payments known by then are weighted by age, distance in log amount, and distance of the
due dates' weekdays and days of month.

`targets` is their histogram over the day that was *meant*: who pays on a Monday may have meant Saturday, Sunday or
Monday, so a payment counts in equal parts for all days since the previous business day. Read it with `hazard`: a
business day collects what is meant for it and for the closed days before it. Nothing is fitted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .history import Book, Snapshot

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
LOW, HIGH = -40, 140  # offsets of the histogram
TARGETS = HIGH - LOW + 1
PRIOR = 8.0  # weight of the general histogram against it, in payments
NEAR = ("fine_n", "fine_late", "fine_delay", "broad_late", "broad_delay", "date_n", "date_late", "date_delay")


@dataclass(frozen=True)
class Kernel:
    """Reach of the weights."""

    half_life: float = 180.0
    fine: float = 0.005  # in log amount
    broad: float = 0.6
    month: float = 1.0  # days of the month
    other_weekday: float = 0.6
    prior: float = 4.0


def shares(w: Floats, recent: Floats, late: Floats, delay: Floats, prior: float) -> tuple[Floats, Floats, Floats]:
    """Weight, share late and mean delay, both less what the customer does in general, shrunken to 0."""
    total = w.sum(axis=1)
    everything = np.maximum(recent.sum(axis=1), 1e-9)
    late_rest = w @ late - total * (recent @ late) / everything
    delay_rest = w @ delay - total * (recent @ delay) / everything
    return np.log1p(total), late_rest / (total + prior), delay_rest / (total + prior)


def meant(b: Book, paid: Ints, bandwidth: int) -> Floats:
    """(payments, TARGETS): each payment spread over the offsets it may have been meant for."""
    offset, gap = b.settled[paid] - b.due[paid], b.cal.at("gap", b.settled[paid])
    out = np.zeros((len(paid), TARGETS), np.float32)
    reach = np.arange(-bandwidth, bandwidth + 1)
    for back in range(min(int(gap.max()), 5)):
        use = np.flatnonzero(gap > back)
        for shift, share in zip(reach, (1 - np.abs(reach) / (bandwidth + 1)) / (bandwidth + 1), strict=True):
            at = np.clip(offset[use] - back + shift, LOW, HIGH) - LOW
            np.add.at(out, (use, at), share / np.minimum(gap[use], 5))
    return out


def of_customer(b: Book, mine: Ints, spread: Floats, item: Ints, day: Ints, k: Kernel) -> tuple[Floats, Floats]:
    """(questions, NEAR) and (questions, TARGETS) weighted counts, for questions about one customer."""
    paid = b.settled[mine]
    delay = paid - b.due[mine]
    late, clipped = (delay > 0).astype(np.float32), np.clip(delay, -20, 45).astype(np.float32)
    age = (day[:, None] - paid[None]).astype(np.float32)
    recent = np.where(age > 0, np.exp2(-age / k.half_life), 0).astype(np.float32)
    amount = np.log(np.maximum(b.amount, 0.01)).astype(np.float32)
    apart = np.abs(amount[item][:, None] - amount[mine][None])
    dom = np.abs(b.cal.at("day", b.due[item])[:, None] - b.cal.at("day", b.due[mine])[None])
    month = np.exp(-np.minimum(dom, 30.5 - dom).astype(np.float32) / k.month)
    weekday = np.where((b.due[item][:, None] - b.due[mine][None]) % 7 == 0, 1.0, k.other_weekday).astype(np.float32)
    fine, broad = recent * np.exp(-apart / k.fine), recent * np.exp(-apart / k.broad)
    date = broad * month
    near = [*shares(fine, recent, late, clipped, k.prior / 2), *shares(broad, recent, late, clipped, k.prior)[1:]]
    near += shares(date, recent, late, clipped, k.prior / 2)
    weight = (broad + 4 * date + 8 * fine) * weekday
    return np.stack(near, axis=1), weight @ spread


def neighbours(b: Book, s: Snapshot, bandwidth: int, chunk: int = 600) -> tuple[Floats, Floats]:
    """(questions, NEAR) and the cumulative histogram (questions, TARGETS)."""
    k = Kernel()
    near, counts = np.zeros((len(s.item), len(NEAR)), np.float32), np.zeros((len(s.item), TARGETS), np.float32)
    customer = b.customer[s.item]
    order = np.argsort(customer, kind="stable")
    for asked in np.split(order, np.flatnonzero(np.diff(customer[order])) + 1):
        mine = np.flatnonzero((b.customer == customer[asked[0]]) & (b.settled < s.day[asked].max()))
        spread = meant(b, mine, bandwidth) if len(mine) else None
        for start in range(0, len(asked) if len(mine) else 0, chunk):
            part = asked[start : start + chunk]
            near[part], counts[part] = of_customer(b, mine, spread, s.item[part], s.day[part], k)
    return near, np.cumsum(counts, axis=1)


def hazard(b: Book, s: Snapshot, q: Ints, d: Ints, general: Floats) -> Floats:
    """Chance to be paid on day d if open, from the payments like this one, shrunken to the general hazard."""
    offset, gap = d - b.due[s.item[q]], b.cal.at("gap", d)
    until = s.alike[q, np.clip(offset, LOW, HIGH) - LOW]
    before = np.where(offset - gap < LOW, 0.0, s.alike[q, np.clip(offset - gap, LOW, HIGH) - LOW])
    left = np.maximum(s.alike[q, -1] - before, 0.0)
    return np.where(b.cal.at("business", d), (until - before + PRIOR * general) / (left + PRIOR), general)
