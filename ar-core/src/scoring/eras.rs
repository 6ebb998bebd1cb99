//! What the whole book had done by a day: hazards of each segment and weekday, and when in the week and month it is paid.

use super::bills::{Bill, NEVER, Year};
use super::histogram::{Above, Hazards, Histogram, kernel, still_open};
use super::workdays::PARTS;
use crate::calendar::weekday_of;
use crate::models::{BINS, PayTimeModel};
use crate::threads;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How fast the past fades. Weights grow with time instead of shrinking, so that nothing that was counted changes.
#[derive(Clone, Copy, Debug)]
pub struct Fading {
    from: i32,
    half_life_days: f64,
}

/// A weight may grow to 2^this; what is older than that is as good as forgotten, and the count begins anew.
const MOST_DOUBLINGS: f64 = 900.0;

impl Fading {
    /// From the first day of anything; `until` is the last.
    pub fn new(first: i32, until: i32, half_life_days: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a number of days, far below the limit")]
        let reach = (MOST_DOUBLINGS * half_life_days).min(1e6) as i32;
        Self { from: first.max(until.saturating_sub(reach)), half_life_days }
    }

    /// What something that happens on the day counts.
    pub fn weight(&self, day: i32) -> f64 {
        libm::exp2(f64::from(day.saturating_sub(self.from)).max(0.0) / self.half_life_days)
    }
}

/// What was known of the book strictly before a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Era {
    /// The day.
    pub day: i32,
    #[serde(with = "rows")]
    hazards: Vec<Hazards>,
    /// Share of payments by weekday.
    pub weekdays: [f64; 7],
    /// Share of payments by part of the month.
    pub parts: [f64; PARTS],
    /// Share of late items by segment.
    late: Vec<f64>,
}

impl Era {
    /// The hazards of the bill's segment and due weekday.
    pub fn hazards(&self, bill: &Bill) -> Hazards {
        self.hazards.get(bill.segment as usize * 7 + bill.due_weekday()).copied().unwrap_or([0.01; BINS])
    }

    /// Late share of the bill's segment.
    pub fn late(&self, bill: &Bill) -> f64 {
        self.late.get(bill.segment as usize).copied().unwrap_or(0.4)
    }
}

/// Hazards as lists: the library has no arrays of such a length.
mod rows {
    use super::{BINS, Hazards, Vec};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(rows: &[Hazards], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(rows.iter().map(|row| row.as_slice()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Hazards>, D::Error> {
        let rows = Vec::<Vec<f64>>::deserialize(from)?;
        rows.into_iter().map(|row| row.try_into().map_err(|row: Vec<f64>| Error::invalid_length(row.len(), &"as many hazards as there are bins"))).collect::<Result<Vec<[f64; BINS]>, _>>()
    }
}

/// Eras at several days, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Eras(Vec<Era>);

/// So many eras are kept at most; where more days are asked for, they are a week or more apart.
const MOST_ERAS: usize = 120;

impl Eras {
    /// What was known of the book at each of the days that are asked for (rising).
    pub fn new<'b>(bills: impl Iterator<Item = &'b Bill>, year: &Year, model: &PayTimeModel, fading: Fading, asked: &[i32]) -> Self {
        let mut paid: Vec<Paid> = bills.filter_map(Paid::of).collect();
        // Sums of floats depend on their order: that of the days of payment, not of the rows.
        threads::sort(&mut paid);
        Self::of(paid.into_iter().map(|paid| (paid, 1)), year, model, fading, asked)
    }

    /// As [`Eras::new`], where payments that are alike were counted. In their order.
    pub fn of(paid: impl Iterator<Item = (Paid, u64)>, year: &Year, model: &PayTimeModel, fading: Fading, asked: &[i32]) -> Self {
        let mut counting = Counting::new(model);
        let mut next = paid.peekable();
        let eras = days(asked).into_iter().map(|day| {
            while let Some((paid, times)) = next.next_if(|(paid, _)| paid.on < day) {
                // What is alike weighs alike: so often the same is added.
                let weight = fading.weight(paid.on);
                (0..times).for_each(|_| counting.add(&paid, year, weight));
            }
            counting.era(day, model, fading.weight(day))
        });
        Self(eras.collect())
    }

    /// The days at which an era begins.
    pub fn days(&self) -> Vec<i32> {
        self.0.iter().map(|era| era.day).collect()
    }

    /// The newest era that is not after the day.
    pub fn at(&self, day: i32) -> Option<&Era> {
        let behind = self.0.partition_point(|era| era.day <= day);
        self.0.get(behind.saturating_sub(1)).or_else(|| self.0.first())
    }
}

/// All that the book as a whole learns of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(i32, i32, u32, u32)", into = "(i32, i32, u32, u32)")]
pub struct Paid {
    /// The day of the payment.
    pub on: i32,
    due: i32,
    segment: u32,
    calendar: u32,
}

impl From<(i32, i32, u32, u32)> for Paid {
    fn from((on, due, segment, calendar): (i32, i32, u32, u32)) -> Self {
        Self { on, due, segment, calendar }
    }
}

impl From<Paid> for (i32, i32, u32, u32) {
    fn from(paid: Paid) -> Self {
        (paid.on, paid.due, paid.segment, paid.calendar)
    }
}

impl Paid {
    /// Of an item that we billed and that was paid.
    pub fn of(bill: &Bill) -> Option<Self> {
        (bill.billed && bill.paid != NEVER).then_some(Self { on: bill.paid, due: bill.due, segment: bill.segment, calendar: bill.calendar })
    }
}

/// The days at which an era begins.
pub(super) fn days(asked: &[i32]) -> Vec<i32> {
    let mut days: Vec<i32> = asked.to_vec();
    days.dedup();
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return days };
    if days.len() <= MOST_ERAS {
        return days;
    }
    let step = (last.saturating_sub(first) / i32::try_from(MOST_ERAS).unwrap_or(120)).max(6) + 1;
    (first..=last).step_by(usize::try_from(step).unwrap_or(7)).collect()
}

struct Counting {
    paid: Vec<Histogram>,
    weekdays: [f64; 7],
    parts: [f64; PARTS],
    late: Vec<(f64, f64)>,
    kernel: Vec<(i32, f64)>,
}

impl Counting {
    fn new(model: &PayTimeModel) -> Self {
        let groups = model.segments.len() + 1;
        Self { paid: alloc::vec![Histogram::default(); groups * 7], weekdays: [0.0; 7], parts: [0.0; PARTS], late: alloc::vec![(0.0, 0.0); groups], kernel: kernel(0.0) }
    }

    fn add(&mut self, paid: &Paid, year: &Year, weight: f64) {
        let delay = paid.on.saturating_sub(paid.due);
        if let Some(slot) = self.paid.get_mut(paid.segment as usize * 7 + weekday_of(paid.due)) {
            slot.add(delay, weight, &self.kernel);
        }
        if let Some(late) = self.late.get_mut(paid.segment as usize) {
            late.0 += if delay > 0 { weight } else { 0.0 };
            late.1 += weight;
        }
        let day = year.days(paid.calendar).at(paid.on);
        if let Some(slot) = self.weekdays.get_mut(usize::from(day.weekday)) {
            *slot += weight;
        }
        if let Some(slot) = self.parts.get_mut(usize::from(day.part)) {
            *slot += weight;
        }
    }

    fn era(&self, day: i32, model: &PayTimeModel, unit: f64) -> Era {
        let hazards = self.paid.iter().zip(&model.base).map(|(paid, base)| {
            let mut above = [0.0; BINS];
            for (slot, hazard) in above.iter_mut().zip(base) {
                *slot = f64::from(*hazard);
            }
            paid.shrunken(&Above { hazards: &above, open: &still_open(&above) }, model.weights.segment, unit, 0)
        });
        let share = |counts: &[f64], slot: f64| (slot / unit + 1.0) / (counts.iter().sum::<f64>() / unit + counts.len() as f64);
        Era {
            day,
            hazards: hazards.collect(),
            weekdays: self.weekdays.map(|slot| share(&self.weekdays, slot)),
            parts: self.parts.map(|slot| share(&self.parts, slot)),
            late: self.late.iter().map(|(late, all)| (late / unit + 1.0) / (all / unit + 2.0)).collect(),
        }
    }
}
