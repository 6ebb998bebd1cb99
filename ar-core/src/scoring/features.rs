//! What the trees may ask: bins of what is known of the customer, the item and a day on which it may be paid.

#![expect(clippy::indexing_slicing, reason = "arrays of constant length; bins and weekdays are held inside them")]

use super::alike;
use super::bills::{Bill, Year};
use super::eras::{Era, Fading};
use super::histogram::{Above, Hazards, Histogram, still_open};
use super::memory::{COARSE, FINE, Memory, band};
use super::odds::{self, place, quick_log};
use super::trees::{BLOCK, Block};
use super::workdays::{PARTS, WEEKS, Workdays};
use crate::models::{BINS, FEATURES, FIRST_DELAY, PayTimeModel, bin_of};
use core::cell::OnceCell;

/// Features that are the same for every day of an item; the others follow them.
pub const STATIC: usize = 21;
/// Features of a day.
pub const VARYING: usize = FEATURES - STATIC;

/// What is known of one customer on one day, whatever is asked.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The day.
    pub at: i32,
    /// What a payment of the day would weigh.
    unit: f64,
    /// What only features need.
    rhythm: OnceCell<Rhythm>,
}

impl Moment {
    /// Nothing is looked at yet.
    pub fn new(at: i32, fading: Fading) -> Self {
        Self { at, unit: fading.weight(at), rhythm: OnceCell::new() }
    }

    fn rhythm(&self, memory: &Memory, era: &Era) -> &Rhythm {
        self.rhythm.get_or_init(|| Rhythm::new(memory, era, self.unit))
    }
}

/// The bins of how a customer pays within the week and the month, beside all others.
#[derive(Clone, Debug)]
struct Rhythm {
    weekdays: [u8; 7],
    parts: [u8; PARTS],
    month_days: [u8; 32],
    weeks: [u8; WEEKS * 7],
}

impl Rhythm {
    fn new(memory: &Memory, era: &Era, unit: f64) -> Self {
        let (of_one, items) = (1.0 / unit, memory.sums.items / unit);
        let lift = |own: f64, usual: f64, strength: f64| quick_log((own * of_one + strength * usual) / ((items + strength) * (usual + 0.01)));
        let around = |day: usize| (day.saturating_sub(1)..=day + 1).map(|near| memory.month_days[near.clamp(1, 31)]).sum::<f64>();
        let by_month = 10.0 / (items + 3.0);
        let by_week = memory.weekdays.map(|own| WEEKS as f64 / (own * of_one + 2.0));
        Self {
            weekdays: core::array::from_fn(|day| place(lift(memory.weekdays[day], era.weekdays[day], 3.0), -2.0, 2.0, 40)),
            parts: core::array::from_fn(|part| place(lift(memory.parts[part], era.parts[part], 4.0), -2.5, 2.5, 50)),
            month_days: core::array::from_fn(|day| place(quick_log((around(day) * of_one + 0.3) * by_month), -3.0, 3.0, 40)),
            weeks: core::array::from_fn(|week| place(quick_log((memory.weeks[week] * of_one + 0.4) * by_week[week % 7]), -2.5, 1.7, 42)),
        }
    }
}

/// What is known for one due date of one customer: hazards level by level.
#[derive(Clone, Debug)]
pub struct Levels {
    due: i32,
    at: i32,
    calendar: u32,
    /// The bin of the day that is asked: nobody asks for those before it.
    first: usize,
    closed: Closed,
    /// The book and the segment.
    pub segment: Hazards,
    /// The customer, by days.
    by_days: Hazards,
    /// The customer, by business days.
    by_business: Hazards,
    /// The customer's items of this due weekday: the histogram that the trees correct.
    pub own: Hazards,
    /// Share that is still open by [`Levels::own`].
    open: Hazards,
    /// The newest payments, which only features need.
    recent: OnceCell<Hazards>,
}

/// Weight of the histogram of a due date against a band of amounts, coarse and fine, and against the newest payments.
const BAND_STRENGTH: (f64, f64) = (10.0, 8.0);
const RECENT_STRENGTH: f64 = 4.0;
/// Weight of the customer's mean delay against that of items like this one.
const ALIKE_STRENGTH: f64 = 8.0;

impl Levels {
    /// The hazards for a bill, from what was known at the beginning of a day.
    pub fn new(memory: &Memory, era: &Era, bill: &Bill, moment: &Moment, model: &PayTimeModel, year: &Year) -> Self {
        let days = year.days(bill.calendar);
        let closed = Closed::new(bill.due, days);
        let rolled = |mut hazards: Hazards| {
            closed.roll(&mut hazards);
            hazards
        };
        let (weights, unit) = (&model.weights, moment.unit);
        let segment = rolled(era.hazards(bill));
        let above = Above { hazards: &segment, open: &still_open(&segment) };
        let by_days = rolled(memory.all.shrunken(&above, weights.customer, unit, 0));
        let by_business = in_business_days(memory, &above, bill.due, days, weights.customer, unit);
        let mut both = by_days;
        for (slot, other) in both.iter_mut().zip(&by_business) {
            *slot = 0.5 * (*slot + other);
        }
        let above = Above { hazards: &both, open: &still_open(&both) };
        let own = rolled(memory.weekday[bill.due_weekday()].shrunken(&above, weights.weekday, unit, 0));
        let open = still_open(&own);
        let first = bin_of(moment.at - bill.due);
        Self { due: bill.due, at: moment.at, calendar: bill.calendar, first, closed, segment, by_days, by_business, own, open, recent: OnceCell::new() }
    }

    /// The level of the due date, for those below it.
    const fn above(&self) -> Above<'_> {
        Above { hazards: &self.own, open: &self.open }
    }

    /// A level below: what of it lies on closed days goes to open ones.
    fn below(&self, own: &Histogram, strength: f64, unit: f64) -> Hazards {
        let mut found = own.shrunken(&self.above(), strength, unit, self.first);
        self.closed.roll(&mut found);
        found
    }

    fn recent(&self, memory: &Memory) -> &Hazards {
        self.recent.get_or_init(|| self.below(&memory.recent, RECENT_STRENGTH, memory.recent_unit(self.at)))
    }

    /// Whether these are the hazards of the bill on the day.
    pub const fn is_of(&self, bill: &Bill, at: i32) -> bool {
        self.due == bill.due && self.at == at && self.calendar == bill.calendar
    }
}

/// The bins around a due date whose days are closed.
#[derive(Clone, Debug)]
struct Closed {
    bins: [u8; BINS],
    count: usize,
}

impl Closed {
    fn new(due: i32, days: &Workdays) -> Self {
        let (mut bins, mut count) = ([0; BINS], 0);
        for (bin, day) in (0u8..).zip(days.from(due + FIRST_DELAY).take(BINS - 1)) {
            bins[count] = bin;
            count += usize::from(!day.open);
        }
        Self { bins, count }
    }

    /// Chances of closed days go to the next open day; the last bin keeps its own.
    fn roll(&self, hazards: &mut Hazards) {
        for bin in self.bins[..self.count].iter().map(|bin| usize::from(*bin)) {
            let closed = core::mem::take(&mut hazards[bin]);
            if closed > 0.0 {
                hazards[bin + 1] = 1.0 - (1.0 - closed) * (1.0 - hazards[bin + 1]);
            }
        }
    }
}

/// The customer's histogram of business days, laid on the open days around a due date.
fn in_business_days(memory: &Memory, above: &Above<'_>, due: i32, days: &Workdays, strength: f64, unit: f64) -> Hazards {
    if memory.business.is_empty() {
        return *above.hazards;
    }
    let start = days.at(days.next_open(due)).number;
    let paid = memory.business.paid();
    let behind = memory.business.behind();
    let (strength, least) = (strength * unit, 1e-9 * unit);
    let mut found = [0.0; BINS];
    for ((slot, day), (above, open)) in found.iter_mut().zip(days.from(due + FIRST_DELAY)).zip(above.hazards.iter().zip(above.open)) {
        if day.open {
            let (place, weight) = (bin_of(day.number - start), strength * open);
            *slot = ((paid[place] + weight * above) / (behind[place] + weight).max(least)).clamp(1e-6, 1.0 - 1e-6);
        }
    }
    found
}

/// What is known of one item on one day, ready for the days on which it may be paid.
pub struct Features<'m> {
    levels: &'m Levels,
    rhythm: &'m Rhythm,
    recent: &'m Hazards,
    memory: &'m Memory,
    days: &'m Workdays,
    fixed: [u8; STATIC],
    coarse: Hazards,
    fine: Hazards,
    alike: Hazards,
    alike_items: u8,
    /// Share that is still open by the histogram of items like this one.
    open: Hazards,
    /// By which bin a delay is told from the customer's mean delay, from the last one, and from the mean delay of items of nearly the
    /// same amount, of those due on the same day of a month, and of those like this one.
    from_mean: i32,
    from_last: i32,
    from_usual: [i32; 3],
    due_number: i32,
    issued: i32,
}

impl<'m> Features<'m> {
    /// `same_due`: items of the customer that are due on the same day, and known.
    pub fn new(levels: &'m Levels, moment: &'m Moment, memory: &'m Memory, era: &Era, bill: &Bill, same_due: usize, year: &'m Year) -> Self {
        let days = year.days(bill.calendar);
        let unit = moment.unit;
        let rank = memory.rank(bill.amount);
        let coarse = levels.below(&memory.coarse[band(rank, COARSE)], BAND_STRENGTH.0, unit);
        let fine = levels.below(&memory.fine[band(rank, FINE)], BAND_STRENGTH.1, unit);
        let (like, sums) = memory.payments.like(bill, days.at(bill.due).of_month, levels.at);
        let alike = levels.below(&like, alike::STRENGTH, 1.0);
        let of_amount = memory.of_amount(bill.amount).beyond(&memory.alike, unit, 2.0);
        let of_due_day = memory.of_due_day(days.at(bill.due).of_month).beyond(&memory.alike, unit, 2.0);
        let (fixed, mean) = fixed(memory, era, bill, (levels.at, unit), same_due, rank, [of_amount, of_due_day]);
        let usual = [mean + of_amount.2, mean + of_due_day.2, (sums.delay + ALIKE_STRENGTH * mean) / (sums.items + ALIKE_STRENGTH)];
        Self {
            levels,
            rhythm: moment.rhythm(memory, era),
            recent: levels.recent(memory),
            memory,
            days,
            fixed,
            coarse,
            fine,
            alike_items: place(quick_log(1.0 + sums.items), 0.0, 9.0, 50),
            open: still_open(&alike),
            alike,
            from_mean: apart_from(mean),
            from_last: apart_from(f64::from(memory.last[0])),
            from_usual: usual.map(apart_from),
            due_number: days.at(days.next_open(bill.due)).number,
            issued: bill.issued,
        }
    }

    /// The hazards that the trees correct: the customer's or, by this share, those of items like this one.
    pub fn base(&self, alike_share: f64) -> Hazards {
        let mut found = self.levels.own;
        for (slot, alike) in found.iter_mut().zip(&self.alike) {
            *slot += alike_share * (alike - *slot);
        }
        found
    }

    /// The features of customer and item.
    pub const fn fixed(&self) -> &[u8; STATIC] {
        &self.fixed
    }

    /// All features of a day.
    pub fn row(&self, day: i32) -> [u8; FEATURES] {
        let mut features = [0u8; FEATURES];
        features[..STATIC].copy_from_slice(&self.fixed);
        let block = self.of_days(&[day]);
        for (column, slot) in features[STATIC..].iter_mut().enumerate() {
            *slot = block.bin(column, 0);
        }
        features
    }

    /// The features of some days that vary, [`BLOCK`] days at most; of none before the day that is asked.
    pub fn of_days(&self, days: &[i32]) -> Block<VARYING> {
        // Behind the last of the days stands that day again: loops of one length are quicker than short ones, and nobody looks.
        let last = days.last().copied().unwrap_or(self.levels.at);
        let days: [i32; BLOCK] = core::array::from_fn(|at| days.get(at).copied().unwrap_or(last));
        let info = days.map(|day| self.days.at(day));
        let delays = days.map(|day| day - self.levels.due);
        let bins = delays.map(bin_of);
        let mut found = Columns { next: 0, block: Block::new() };
        let Self { levels, rhythm, memory, .. } = self;
        found.push(|at| counted(delays[at] + 31, 63));
        found.push(|at| info[at].weekday);
        found.push(|at| counted(i32::from(info[at].turn) + 15, 31));
        found.push(|at| info[at].to_month_end);
        found.push(|at| info[at].gap);
        found.push(|at| info[at].part);
        for hazards in [&levels.segment, &levels.by_days, &levels.by_business, &levels.own, &self.coarse, &self.fine, self.recent, &self.alike] {
            found.push(|at| odds::bin(hazards[bins[at]]));
        }
        found.push(|at| rhythm.weekdays[usize::from(info[at].weekday)]);
        found.push(|at| rhythm.month_days[usize::from(info[at].of_month)]);
        found.push(|at| rhythm.weeks[usize::from(info[at].week) * 7 + usize::from(info[at].weekday)]);
        found.push(|at| rhythm.parts[usize::from(info[at].part)]);
        found.push(|at| counted(delays[at] + levels.due - self.issued, 62));
        if let Some(last) = memory.last_paid() {
            let (since, of_gap) = (levels.due - last, 1.0 / memory.run_gap.max(1.0));
            found.push(|at| counted(delays[at] + since + 1, 63));
            found.push(|at| place(f64::from(delays[at] + since) * of_gap, 0.0, 6.0, 60));
        } else {
            found.push(|_| 0);
            found.push(|_| 63);
        }
        found.push(|at| counted(delays[at] + self.from_mean, 59));
        let settled = memory.settled > 0;
        found.push(|at| if settled { counted(delays[at] + self.from_last, 59) } else { 63 });
        found.push(|at| counted(delays[at] - i32::from(info[at].gap) + 31, 63));
        found.push(|at| counted(info[at].number - self.due_number + 25, 60));
        for apart in self.from_usual {
            found.push(|at| counted(delays[at] + apart, 59));
        }
        found.push(|_| self.alike_items);
        for open in [&levels.open, &self.open] {
            // How much should have been paid since the question.
            let asked = open[levels.first];
            found.push(|at| place(quick_log(asked / open[bins[at]].max(1e-12)), 0.0, 6.0, 60));
        }
        let next = days.map(|day| bin_of(self.days.next_open(day + 1) - levels.due));
        found.push(|at| odds::bin(self.alike[next[at]]));
        found.block
    }
}

/// A block that is filled feature by feature.
struct Columns {
    next: usize,
    block: Block<VARYING>,
}

impl Columns {
    fn push(&mut self, bin: impl Fn(usize) -> u8) {
        self.block.fill(self.next, &core::array::from_fn(bin));
        self.next += 1;
    }
}

/// What is added to a delay for its bin beside a usual one: a bin a day, from 25 days less on.
#[expect(clippy::cast_possible_truncation, reason = "delays are held within some years")]
fn apart_from(delay: f64) -> i32 {
    libm::floor(25.0 - delay) as i32
}

/// The features of customer and item, and the customer's mean delay.
fn fixed(memory: &Memory, era: &Era, bill: &Bill, (at, unit): (i32, f64), same_due: usize, rank: f64, [of_amount, of_due_day]: [(f64, f64, f64); 2]) -> ([u8; STATIC], f64) {
    let sums = &memory.sums;
    let items = sums.items / unit;
    let late = (sums.late / unit + 2.0 * era.late(bill)) / (items + 2.0);
    let mean = sums.delay / unit / (items + 1.0);
    let deviation = libm::sqrt(((sums.squares / unit + 9.0) / (items + 1.0) - mean * mean).max(0.0));
    let last = memory.last.map(|delay| f64::from(delay.clamp(-10, 30)));
    let (open, overdue, oldest) = memory.owed(at);
    let many = |count: f64| quick_log(1.0 + count.max(0.0));
    let features = [
        counted(bill.due_weekday() as i32, 6),
        place(many(items), 0.0, 8.0, 40),
        place(late, 0.0, 1.0, 40),
        place(mean, -10.0, 30.0, 50),
        place(deviation, 0.0, 25.0, 40),
        place(last[0], -10.0, 31.0, 41),
        place((last[0] + last[1] + last[2]) / 3.0, -10.0, 31.0, 41),
        place(bill.amount, 2.0, 13.0, 60),
        place(rank, 0.0, 1.001, 40),
        place(bill.amount - memory.usual_amount(), -3.0, 3.0, 40),
        counted(bill.segment as i32, 60),
        place(many(f64::from(overdue)), 0.0, 5.0, 30),
        place(many(f64::from(oldest)), 0.0, 5.0, 40),
        place(many(f64::from(open)), 0.0, 6.0, 40),
        counted(same_due as i32, 40),
        place(many(memory.first_issued.map_or(0.0, |first| f64::from(at - first))), 0.0, 7.0, 40),
        counted(memory.runs_since(at) as i32, 50),
        memory.last_paid().map_or(61, |last| counted(at - last, 60)),
        place(many(of_amount.0), 0.0, 5.0, 40),
        place(of_amount.1, -0.6, 0.6, 50),
        place(of_due_day.1, -0.6, 0.6, 50),
    ];
    (features, mean)
}

fn counted(value: i32, most: u8) -> u8 {
    u8::try_from(value.clamp(0, i32::from(most))).unwrap_or(0)
}
