//! What the trees may ask: bins of what is known of the customer, the item and a day on which it may be paid.

#![expect(clippy::indexing_slicing, reason = "arrays of constant length; bins and weekdays are held inside them")]

use super::bills::{Bill, Year};
use super::eras::{Era, Fading};
use super::histogram::Hazards;
use super::memory::{COARSE, FINE, Memory, band};
use super::odds::{self, place, quick_log};
use super::workdays::{PARTS, WEEKS, Workdays};
use crate::models::{BINS, FEATURES, FIRST_DELAY, PayTimeModel, bin_of};
use core::cell::OnceCell;

/// Features that are the same for every day of an item; the others follow them.
pub const STATIC: usize = 21;
/// Features of a day.
pub const VARYING: usize = FEATURES - STATIC;

/// What is known for one due date of one customer: hazards level by level.
#[derive(Clone, Debug)]
pub struct Levels {
    due: i32,
    at: i32,
    calendar: usize,
    /// The book and the segment.
    pub segment: Hazards,
    /// The customer, by days.
    by_days: Hazards,
    /// The customer, by business days.
    by_business: Hazards,
    /// The customer's items of this due weekday: the histogram that the trees correct.
    pub own: Hazards,
    /// What only features need.
    newest: OnceCell<Newest>,
}

/// The newest payments of the customer, and the bins of how it pays within the week and the month.
#[derive(Clone, Debug)]
struct Newest {
    recent: Hazards,
    weekdays: [u8; 7],
    parts: [u8; PARTS],
    month_days: [u8; 32],
    weeks: [u8; WEEKS * 7],
}

/// Weight of the histogram of a due date against a band of amounts, coarse and fine, and against the newest payments.
const BAND_STRENGTH: (f64, f64) = (10.0, 8.0);
const RECENT_STRENGTH: f64 = 4.0;
/// Weight of the customer's mean delay against that of items like this one.
const ALIKE_STRENGTH: f64 = 8.0;

impl Levels {
    /// The hazards for a bill, from what was known at the beginning of the day `at`.
    pub fn new(memory: &Memory, era: &Era, bill: &Bill, at: i32, model: &PayTimeModel, fading: Fading, year: &Year) -> Self {
        let days = year.days(bill.calendar);
        let unit = fading.weight(at);
        let rolled = |mut hazards: Hazards| {
            roll(&mut hazards, bill.due, days);
            hazards
        };
        let weights = &model.weights;
        let segment = rolled(era.hazards(bill));
        let by_days = rolled(memory.all.shrunken(&segment, weights.customer, unit));
        let by_business = in_business_days(memory, &segment, bill.due, days, weights.customer, unit);
        let mut both = by_days;
        for (slot, other) in both.iter_mut().zip(&by_business) {
            *slot = 0.5 * (*slot + other);
        }
        let own = rolled(memory.weekday[bill.due_weekday()].shrunken(&both, weights.weekday, unit));
        Self { due: bill.due, at, calendar: bill.calendar, segment, by_days, by_business, own, newest: OnceCell::new() }
    }

    fn newest(&self, memory: &Memory, era: &Era, days: &Workdays, unit: f64) -> &Newest {
        self.newest.get_or_init(|| {
            let mut recent = memory.recent.shrunken(&self.own, RECENT_STRENGTH, memory.recent_unit(self.at));
            roll(&mut recent, self.due, days);
            let lift = |own: f64, of: f64, usual: f64, strength: f64| quick_log((own / unit + strength * usual) / (of / unit + strength) / (usual + 0.01));
            let items = memory.sums.items;
            let around = |day: usize| (day.saturating_sub(1)..=day + 1).map(|near| memory.month_days[near.clamp(1, 31)]).sum::<f64>();
            Newest {
                recent,
                weekdays: core::array::from_fn(|day| place(lift(memory.weekdays[day], items, era.weekdays[day], 3.0), -2.0, 2.0, 40)),
                parts: core::array::from_fn(|part| place(lift(memory.parts[part], items, era.parts[part], 4.0), -2.5, 2.5, 50)),
                month_days: core::array::from_fn(|day| place(quick_log((around(day) / unit + 0.3) / (items / unit + 3.0) * 10.0), -3.0, 3.0, 40)),
                weeks: core::array::from_fn(|week| place(quick_log((memory.weeks[week] / unit + 0.4) / (memory.weekdays[week % 7] / unit + 2.0) * WEEKS as f64), -2.5, 1.7, 42)),
            }
        })
    }

    /// Whether these are the hazards of the bill on the day.
    pub const fn is_of(&self, bill: &Bill, at: i32) -> bool {
        self.due == bill.due && self.at == at && self.calendar == bill.calendar
    }
}

/// Chances of closed days go to the next open day.
fn roll(hazards: &mut Hazards, due: i32, days: &Workdays) {
    for bin in 0..BINS - 1 {
        if !days.at(due + FIRST_DELAY + bin as i32).open {
            let closed = hazards[bin];
            hazards[bin] = 0.0;
            hazards[bin + 1] = 1.0 - (1.0 - closed) * (1.0 - hazards[bin + 1]);
        }
    }
}

/// The customer's histogram of business days, laid on the open days around a due date.
fn in_business_days(memory: &Memory, above: &Hazards, due: i32, days: &Workdays, strength: f64, unit: f64) -> Hazards {
    if memory.business.is_empty() {
        return *above;
    }
    let start = days.at(days.next_open(due)).number;
    let paid = memory.business.paid().map(|paid| paid / unit);
    let mut behind = [0.0; BINS + 1];
    for (bin, paid) in paid.iter().enumerate().rev() {
        behind[bin] = behind[bin + 1] + paid;
    }
    let mut found = [0.0; BINS];
    let mut survival = strength;
    for (bin, slot) in found.iter_mut().enumerate() {
        let day = days.at(due + FIRST_DELAY + bin as i32);
        if day.open {
            let place = bin_of(day.number - start);
            *slot = ((paid[place] + survival * above[bin]) / (behind[place] + survival).max(1e-9)).clamp(1e-6, 1.0 - 1e-6);
            survival *= 1.0 - above[bin];
        }
    }
    found
}

/// What is known of one item on one day, ready for the days on which it may be paid.
pub struct Features<'m> {
    levels: &'m Levels,
    newest: &'m Newest,
    memory: &'m Memory,
    days: &'m Workdays,
    fixed: [u8; STATIC],
    coarse: Hazards,
    fine: Hazards,
    alike: Hazards,
    alike_items: u8,
    /// Share that is still open by the customer's histogram, and by that of items like this one.
    open: [Hazards; 2],
    mean: f64,
    /// Mean delay of items of nearly the same amount, of those due on the same day of a month, and of those like this one.
    usual: [f64; 3],
    due_number: i32,
    issued: i32,
}

impl<'m> Features<'m> {
    /// `same_due`: items of the customer that are due on the same day, and known.
    pub fn new(levels: &'m Levels, memory: &'m Memory, era: &Era, bill: &Bill, same_due: usize, fading: Fading, year: &'m Year) -> Self {
        let days = year.days(bill.calendar);
        let unit = fading.weight(levels.at);
        let rank = memory.rank(bill.amount);
        let mut coarse = memory.coarse[band(rank, COARSE)].shrunken(&levels.own, BAND_STRENGTH.0, unit);
        let mut fine = memory.fine[band(rank, FINE)].shrunken(&levels.own, BAND_STRENGTH.1, unit);
        roll(&mut coarse, bill.due, days);
        roll(&mut fine, bill.due, days);
        let (mut alike, sums) = memory.payments.like(bill, days.at(bill.due).of_month, levels.at, &levels.own);
        roll(&mut alike, bill.due, days);
        let of_amount = memory.of_amount(bill.amount).beyond(&memory.alike, unit, 2.0);
        let of_due_day = memory.of_due_day(days.at(bill.due).of_month).beyond(&memory.alike, unit, 2.0);
        let (fixed, mean) = fixed(memory, era, bill, (levels.at, unit), same_due, rank, [of_amount, of_due_day]);
        let usual = [mean + of_amount.2, mean + of_due_day.2, (sums.delay + ALIKE_STRENGTH * mean) / (sums.items + ALIKE_STRENGTH)];
        let alike_items = place(quick_log(1.0 + sums.items), 0.0, 9.0, 50);
        let open = [&levels.own, &alike].map(still_open);
        let due_number = days.at(days.next_open(bill.due)).number;
        let newest = levels.newest(memory, era, days, unit);
        Self { levels, newest, memory, days, fixed, coarse, fine, alike, alike_items, open, mean, usual, due_number, issued: bill.issued }
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
        features[STATIC..].copy_from_slice(&self.of_day(day));
        features
    }

    /// The features of a day that vary.
    pub fn of_day(&self, day: i32) -> [u8; VARYING] {
        let info = self.days.at(day);
        let delay = day - self.levels.due;
        let bin = bin_of(delay);
        let hazard = |hazards: &Hazards| odds::bin(hazards[bin]);
        // How much should have been paid since the question.
        let asked = bin_of(self.levels.at - self.levels.due).min(bin);
        let passed = |open: &Hazards| place(quick_log(open[asked] / open[bin].max(1e-12)), 0.0, 6.0, 60);
        let (memory, newest) = (self.memory, self.newest);
        let since = memory.last_paid().map(|last| day - last);
        [
            counted(delay + 31, 63),
            info.weekday,
            counted(i32::from(info.turn) + 15, 31),
            info.to_month_end,
            info.gap,
            info.part,
            hazard(&self.levels.segment),
            hazard(&self.levels.by_days),
            hazard(&self.levels.by_business),
            hazard(&self.levels.own),
            hazard(&self.coarse),
            hazard(&self.fine),
            hazard(&newest.recent),
            hazard(&self.alike),
            newest.weekdays[usize::from(info.weekday)],
            newest.month_days[usize::from(info.of_month)],
            newest.weeks[usize::from(info.week) * 7 + usize::from(info.weekday)],
            newest.parts[usize::from(info.part)],
            counted(day - self.issued, 62),
            since.map_or(0, |since| counted(since + 1, 63)),
            since.map_or(63, |since| place(f64::from(since) / memory.run_gap.max(1.0), 0.0, 6.0, 60)),
            place(f64::from(delay) - self.mean, -25.0, 35.0, 60),
            if memory.settled > 0 { place(f64::from(delay - memory.last[0]), -25.0, 35.0, 60) } else { 63 },
            counted(delay - i32::from(info.gap) + 31, 63),
            counted(info.number - self.due_number + 25, 60),
            place(f64::from(delay) - self.usual[0], -25.0, 35.0, 60),
            place(f64::from(delay) - self.usual[1], -25.0, 35.0, 60),
            place(f64::from(delay) - self.usual[2], -25.0, 35.0, 60),
            self.alike_items,
            passed(&self.open[0]),
            passed(&self.open[1]),
            odds::bin(self.alike[bin_of(self.days.next_open(day + 1) - self.levels.due)]),
        ]
    }
}

/// The share that is open at the beginning of each bin.
fn still_open(hazards: &Hazards) -> Hazards {
    let mut open = 1.0;
    hazards.map(|hazard| {
        let before = open;
        open *= 1.0 - hazard;
        before
    })
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
