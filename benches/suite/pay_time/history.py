"""What was known on a day: rolling, decayed histories of everybody's payments, without looking ahead.

One pass over the days. In the morning of a day the state answers the questions asked for that day (`Ask`: item, day);
then the payments of the day are added. A question is answered with a `Snapshot`:

* `hazard` (questions, cells): shrunken chance to be paid at a cell of offsets from the due date, on a neutral day,
  global -> segment x due weekday -> customer -> customer x due weekday, each level a gamma prior for the next.
* `week`, `month`: the customer's own multipliers for the weekday (8 kinds: 7 weekdays, holiday) and the part of month.
* `static`: what is known of the customer, the segment and the item (names in `STATIC`). Nothing that is the same for
  everybody on a day: a tree would learn dates from it.

A hazard is an exact count of payments over an exact count of open items, per day, so items not yet paid count as what
they are. Everything is weighted by 2^(age / half-life).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .bizdays import Calendar, calendar
from .scorer import FIRST, NEVER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STARTS = np.array([*range(FIRST, 36), 36, 43, 50, 57, 64, 78, 92, 106, 121, 181])  # first offset of each cell
CELLS = len(STARTS)
STATIC = (
    "n_paid", "late_rate", "mean_delay", "sd_delay", "last1", "last2", "last3", "last_run_delay", "since_pay",
    "run_gap", "run_gap_dev", "run_size", "open_n", "open_amount", "overdue_n", "overdue_amount", "overdue_oldest",
    "amount", "amount_vs_usual", "term", "segment", "due_weekday", "due_day", "due_to_end", "due_gap", "ahead_n",
    "same_week_n", "run_lead", "late30_rate",
)  # fmt: skip


def cell(offset: Ints) -> Ints:
    """The cell of an offset from the due date."""
    return np.clip(np.searchsorted(STARTS, offset, side="right") - 1, 0, CELLS - 1)


def month_part(days: Ints, cal: Calendar) -> Ints:
    """Which week around the end of a month."""
    return cal.at("slot", days)


@dataclass(frozen=True)
class Settings:
    """Knobs of the histogram, chosen by the likelihood of the training payments, each predicted before it happened."""

    half_life: float = 90.0
    bandwidth: int = 0
    kappa_1: float = 40.0  # weight of the level above, in open items
    kappa_2: float = 8.0
    kappa_3: float = 12.0
    kappa_week: float = 3.0
    kappa_month: float = 6.0


GRID: dict[str, tuple[float, ...]] = {
    "bandwidth": (0, 1, 2, 4),
    "kappa_2": (3.0, 5.0, 8.0, 12.0, 20.0, 40.0),
    "kappa_3": (4.0, 8.0, 12.0, 20.0, 40.0, 1e6),
    "kappa_week": (1.0, 2.0, 3.0, 6.0, 15.0, 1e6),
    "kappa_month": (2.0, 4.0, 8.0, 20.0, 1e6),
    "kappa_1": (10.0, 40.0, 150.0),
    "half_life": (45.0, 60.0, 90.0, 150.0, 300.0, 600.0),
}


@dataclass
class Book:
    """The invoices as arrays, and the calendar."""

    customer: Ints
    segment: Ints
    issued: Ints
    due: Ints
    settled: Ints
    amount: Floats
    term: Ints
    cal: Calendar
    customers: int
    segments: int

    @property
    def group(self) -> Ints:
        """Segment x due weekday."""
        return self.segment * 7 + (self.due + 3) % 7


def book(frame: pd.DataFrame, t0: int, cut_off: int) -> Book:
    """The frame as arrays; whether weekends are closed is seen from the payments before t0."""
    start = int(min(frame.issued.min(), frame.due.min())) - 70
    settled = np.where(frame.settled.to_numpy() < cut_off, frame.settled.to_numpy(), NEVER)
    paid = settled[settled < t0]
    weekends_closed = bool(((paid + 3) % 7 >= 5).mean() < 0.05)
    customer, customers = pd.factorize(frame.customer_id)
    segment, segments = pd.factorize(frame.segment)
    return Book(
        customer=customer.astype(np.int64),
        segment=segment.astype(np.int64),
        issued=frame.issued.to_numpy(),
        due=frame.due.to_numpy(),
        settled=settled,
        amount=frame.amount.to_numpy(),
        term=frame.term.to_numpy(),
        cal=calendar(start, cut_off - start + 700, weekends_closed),
        customers=len(customers),
        segments=len(segments),
    )


@dataclass
class Snapshot:
    """Answers, one row a question."""

    item: Ints
    day: Ints
    hazard: NDArray[np.float32]
    week: NDArray[np.float32]
    month: NDArray[np.float32]
    static: NDArray[np.float32]
    last_pay: Ints
    near: NDArray[np.float32]  # filled in by neighbours.py
    alike: NDArray[np.float32]

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Snapshot":
        """Some of the questions."""
        return Snapshot(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def stack(parts: list[Snapshot]) -> Snapshot:
    """One snapshot of many."""
    return Snapshot(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in Snapshot.__dataclass_fields__})


@dataclass
class Calendric:
    """Global multipliers of the kinds of day and parts of month, fitted on the training rows."""

    kind: Floats = field(default_factory=lambda: np.ones(8))
    part: Floats = field(default_factory=lambda: np.ones(5))

    def of(self, days: Ints, cal: Calendar) -> Floats:
        """The multiplier of each day."""
        return self.kind[cal.at("kind", days)] * self.part[month_part(days, cal)]


class State:
    """Everything known in the morning of a day."""

    def __init__(self, b: Book, s: Settings, calendric: Calendric) -> None:
        self.b, self.s, self.calendric = b, s, calendric
        self.sizes = (1, b.segments * 7, b.customers, b.customers * 7)
        self.n = [np.zeros((size, CELLS)) for size in self.sizes]
        self.r = [np.zeros((size, CELLS)) for size in self.sizes]
        self.week = np.zeros((2, b.customers, 8))
        self.month = np.zeros((2, b.customers, 5))
        reach = np.arange(-s.bandwidth, s.bandwidth + 1)
        weight = 1.0 - np.abs(reach) / (s.bandwidth + 1)
        self.kernel = list(zip(reach, weight / weight.sum(), strict=True))
        c = b.customers
        self.count, self.sums = np.zeros(c), np.zeros((c, 7))  # weight, late, delay, delay^2, amount, run gap, late30
        self.seg, self.last = np.zeros((b.segments, 3)), np.zeros((c, 3))
        self.runs, self.gap = np.zeros(c), np.zeros((c, 2))
        self.run_size, self.run_delay, self.run_lead = np.zeros(c), np.zeros(c), np.zeros(c)
        self.last_pay, self.issued_n = np.full(c, -1), np.zeros(c)
        self.all_kind, self.all_part = np.zeros((2, 8)), np.zeros((2, 5))
        self.zero = int(b.issued.min())

    def weight(self, day: int) -> float:
        """Weight of what happens on this day: newer is heavier."""
        return float(2.0 ** ((day - self.zero) / self.s.half_life))

    def keys(self, items: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Rows of the items in the four levels."""
        b = self.b
        c = b.customer[items]
        return np.zeros_like(c), b.group[items], c, c * 7 + (b.due[items] + 3) % 7

    def chain(self, items: Ints, at: Ints | slice, w: float) -> Floats:
        """Hazard on a neutral day, at one cell of each item or at all cells."""
        keys = self.keys(items)
        h = (self.n[0][0] + 1e-3 * w) / (self.r[0][0] + w)
        h = np.broadcast_to(h, (len(items), CELLS)) if isinstance(at, slice) else h[at]
        for level in (1, 2, 3):
            kappa = (self.s.kappa_1, self.s.kappa_2, self.s.kappa_3)[level - 1] * w
            where = (keys[level], at)
            h = (self.n[level][where] + kappa * h) / (self.r[level][where] + kappa)
        return h

    def own(self, counts: Floats, customer: Ints, at: Ints | slice, kappa: float) -> Floats:
        """The customer's own multiplier: observed over expected, shrunken to 1."""
        return (counts[0][customer, at] + kappa) / (counts[1][customer, at] + kappa)

    def learn(self, day: int, items: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """Adds what the open items did on this day; returns the hazard that was predicted, and who paid."""
        b, w = self.b, self.weight(day)
        at = cell(day - b.due[items])
        paid = b.settled[items] == day
        customer = b.customer[items]
        neutral = self.chain(items, at, w)
        days = np.full(1, day)
        general = self.calendric.of(days, b.cal)[0]
        kind, part = int(b.cal.at("kind", days)[0]), int(month_part(days, b.cal)[0])
        week = self.own(self.week, customer, kind, self.s.kappa_week * w)
        month = self.own(self.month, customer, part, self.s.kappa_month * w)
        hazard = np.clip(neutral * general * week * month, 1e-7, 0.98)
        exposure = w * np.minimum(general * week * month, 0.98 / np.maximum(neutral, 1e-9))
        for key, n, r in zip(self.keys(items), self.n, self.r, strict=True):
            for shift, share in self.kernel:
                cells = np.clip(at + shift, 0, CELLS - 1) if self.s.bandwidth else at
                np.add.at(r, (key, cells), exposure * share)
                np.add.at(n, (key[paid], cells[paid]), w * share)
        for counts, index, others in ((self.week, kind, month), (self.month, part, week)):
            np.add.at(counts[0], (customer[paid], index), w)
            np.add.at(counts[1], (customer, index), w * np.minimum(neutral * general * others, 0.98))
        self.all_kind[:, kind] += paid.sum(), (exposure / w * neutral).sum() / self.calendric.kind[kind]
        self.all_part[:, part] += paid.sum(), (exposure / w * neutral).sum() / self.calendric.part[part]
        self.remember(day, items[paid], w)
        return hazard, paid

    def remember(self, day: int, paid: Ints, w: float) -> None:
        """Statistics of the customers from the payments of a day."""
        if len(paid) == 0:
            return
        b = self.b
        customer, delay = b.customer[paid], np.clip(day - b.due[paid], -30, 90).astype(float)
        late = (delay > 0).astype(float)
        log_amount = np.log(np.maximum(b.amount[paid], 0.01))
        late30 = (delay > 30).astype(float)
        columns = (np.ones(len(paid)), late, delay, delay**2, log_amount, np.zeros(len(paid)), late30)
        np.add.at(self.sums, customer, w * np.stack(columns, axis=1))
        np.add.at(self.count, customer, 1.0)
        np.add.at(self.seg, b.segment[paid], w * np.stack([np.ones(len(paid)), late, delay], axis=1))
        for c in np.unique(customer):
            mine = delay[customer == c]
            if self.last_pay[c] >= 0:
                gap = min(day - self.last_pay[c], 60)
                mean = self.gap[c, 0] if self.runs[c] > 1 else gap
                self.gap[c] = (mean + 0.25 * (gap - mean), 0.75 * self.gap[c, 1] + 0.25 * abs(gap - mean))
            self.runs[c] += 1
            self.run_size[c] += 0.25 * (len(mine) - self.run_size[c])
            self.run_delay[c], self.run_lead[c] = mine.mean(), mine.min()
            self.last[c] = [*mine[-3:][::-1], *self.last[c]][:3]
            self.last_pay[c] = day

    def answer(self, day: int, items: Ints, is_open: Ints) -> Snapshot:
        """What is known in the morning of the day, for these items."""
        w, customer = self.weight(day), self.b.customer[items]
        return Snapshot(
            item=items,
            day=np.full(len(items), day),
            hazard=self.chain(items, slice(None), w).astype(np.float32),
            week=self.own(self.week, customer, slice(None), self.s.kappa_week * w).astype(np.float32),
            month=self.own(self.month, customer, slice(None), self.s.kappa_month * w).astype(np.float32),
            static=self.static(day, items, is_open, w).astype(np.float32),
            last_pay=self.last_pay[customer],
            near=np.zeros((len(items), 0), np.float32),
            alike=np.zeros((len(items), 0), np.float32),
        )

    def static(self, day: int, items: Ints, is_open: Ints, w: float) -> Floats:
        """The columns of `STATIC`."""
        b, c = self.b, self.b.customer[items]
        seg = self.seg[b.segment[items]]
        all_late = (self.seg[:, 1].sum() + 0.4 * w) / (self.seg[:, 0].sum() + w)
        seg_late = (seg[:, 1] + 5 * w * all_late) / (seg[:, 0] + 5 * w)
        seg_delay = seg[:, 2] / (seg[:, 0] + 5 * w)
        n = self.sums[c, 0]
        mean = (self.sums[c, 2] + 2 * w * seg_delay) / (n + 2 * w)
        variance = self.sums[c, 3] / np.maximum(n, 1e-9 * w) - (self.sums[c, 2] / np.maximum(n, 1e-9 * w)) ** 2
        none = self.count[c] == 0
        log_amount = np.log(np.maximum(b.amount[items], 0.01))
        due = b.due[items]
        columns = {
            "n_paid": np.log1p(self.count[c]),
            "late_rate": (self.sums[c, 1] + 2 * w * seg_late) / (n + 2 * w),
            "mean_delay": mean,
            "sd_delay": np.where(self.count[c] > 1, np.sqrt(np.maximum(variance, 0)), np.nan),
            **{f"last{k + 1}": np.where(self.count[c] > k, self.last[c, k], np.nan) for k in range(3)},
            "last_run_delay": np.where(none, np.nan, self.run_delay[c]),
            "since_pay": np.where(none, np.nan, day - self.last_pay[c]),
            "run_gap": np.where(self.runs[c] > 1, self.gap[c, 0], np.nan),
            "run_gap_dev": np.where(self.runs[c] > 2, self.gap[c, 1], np.nan),
            "run_size": self.run_size[c],
            "run_lead": np.where(none, np.nan, self.run_lead[c]),
            "late30_rate": (self.sums[c, 6] + 0.05 * w) / (n + 2 * w),
            "amount": log_amount,
            "amount_vs_usual": np.where(none, np.nan, log_amount - self.sums[c, 4] / np.maximum(n, 1e-9 * w)),
            "term": b.term[items],
            "segment": b.segment[items],
            "due_weekday": (due + 3) % 7,
            "due_day": b.cal.at("day", due),
            "due_to_end": b.cal.at("to_end", due),
            "due_gap": b.cal.at("gap", due),
            **self.exposure(day, items, is_open),
        }
        return np.stack([np.asarray(columns[name], dtype=float) for name in STATIC], axis=1)

    def exposure(self, day: int, items: Ints, is_open: Ints) -> dict[str, Floats]:
        """The customer's other open items, all and overdue, and those due before this one or in its week."""
        b, c, due = self.b, self.b.customer[items], self.b.due[items]
        oc, od, oa = b.customer[is_open], b.due[is_open], b.amount[is_open]
        mine = (b.issued[items] < day).astype(float)
        mine_over = mine * (due < day)
        over = od < day
        size = b.customers
        oldest = np.zeros(size)
        np.maximum.at(oldest, oc[over], np.minimum(day - od[over], 180))
        order = np.sort(oc * 10**6 + od)
        below, low, high = (np.searchsorted(order, c * 10**6 + x) for x in (due, due - 3, due + 4))
        first = np.searchsorted(order, c * 10**6)

        def total(weights: Floats, own: Floats) -> Floats:
            return np.maximum(np.bincount(oc, weights, size)[c] - own, 0.0)

        return {
            "open_n": total(np.ones(len(oc)), mine),
            "open_amount": np.log1p(total(oa, mine * b.amount[items])),
            "overdue_n": total(over.astype(float), mine_over),
            "overdue_amount": np.log1p(total(oa * over, mine_over * b.amount[items])),
            "overdue_oldest": oldest[c],
            "ahead_n": (below - first).astype(float),
            "same_week_n": high - low - mine,
        }


def days_of(state: State, last: int) -> Iterator[tuple[int, Ints]]:
    """Each day up to `last` and the invoices open on it; issued on the day counts, for it may be paid at once."""
    for day in range(state.zero, last + 1):
        yield day, np.flatnonzero((state.b.issued <= day) & (state.b.settled >= day))


def loss(b: Book, s: Settings, calendric: Calendric, last: int) -> tuple[float, Calendric]:
    """Minus log likelihood of the days before `last`, each predicted before it came, the first third not counted.

    Also the multipliers as they should have been.
    """
    state, losses = State(b, s, calendric), []
    for day, is_open in days_of(state, last - 1):
        hazard, paid = state.learn(day, is_open)
        losses.append(-(np.log(hazard[paid]).sum() + np.log1p(-hazard[~paid]).sum()))
    kind, part = (level(*counts) for counts in (state.all_kind, state.all_part))
    return float(np.sum(losses[len(losses) // 3 :])), Calendric(kind, part)


def level(paid: Floats, expected: Floats) -> Floats:
    """Observed over expected, 1 on average."""
    ratio = (paid + 5) / (expected + 5)
    return ratio * expected.sum() / max(float((ratio * expected).sum()), 1e-9)


def tune(b: Book, last: int) -> tuple[Settings, Calendric]:
    """Knobs one at a time, then the multipliers again."""
    settings, calendric = Settings(), Calendric()
    for _ in range(3):
        calendric = loss(b, settings, calendric, last)[1]
    best = loss(b, settings, calendric, last)[0]
    for _ in range(2):
        for name, values in GRID.items():
            for value in values:
                trial = replace(settings, **{name: value})
                found = loss(b, trial, calendric, last)[0]
                if found < best:
                    best, settings = found, trial
        calendric = loss(b, settings, calendric, last)[1]
        best = loss(b, settings, calendric, last)[0]
    return settings, calendric


def roll(b: Book, s: Settings, calendric: Calendric, asks: dict[int, Ints]) -> Snapshot:
    """All answers, in the order of days; one pass up to the last day asked for."""
    state, answers = State(b, s, calendric), []
    for day, is_open in days_of(state, max(asks)):
        if day in asks:
            answers.append(state.answer(day, asks[day], is_open[b.issued[is_open] < day]))
        state.learn(day, is_open)
    return stack(answers)
