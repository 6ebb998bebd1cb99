//! The section `charges`: dunning fees, interest on late payment, and the sum that a law grants for one. Nothing is
//! charged unless it is chosen here, and no rate, fee or sum is shipped: they are law of a place and day, and so data.

use super::read::{currency, leftovers, object, wrong};
use super::setting::{self, Amount, Day, Flag, Setting, Share, Whole, section, words_setting};
use crate::error::{ProblemCode, Problems};
use crate::money::Currency;
use crate::text::words;
use alloc::{format, string::String, vec::Vec};
use serde_json::{Map, Value, json};

words! {
    /// Which rate an item bears.
    RateMode {
        /// The rate of the day on which interest starts to run, until the item is paid (United Kingdom).
        FixedAtStart = "fixed_at_start",
        /// The rate of each day (European Union, Germany).
        Floating = "floating",
    }
}

words! {
    /// How days become a part of a year.
    DayCount {
        /// Days over 365, also in leap years.
        Act365 = "act/365",
        /// Days of leap years over 366, the others over 365 (ISDA).
        ActAct = "act/act",
        /// Months of 30 days over 360; the 31st counts as the 30th (European).
        Thirty360 = "30/360",
    }
}

words! {
    /// How an exact amount becomes minor units, once, at the end.
    Rounding {
        /// To the nearest, half a unit up.
        HalfUp = "half_up",
        /// What is less than a unit is left out.
        Truncate = "truncate",
    }
}
words_setting!(RateMode, DayCount, Rounding);

/// A cap that holds nothing back, in hundredths.
const MOST: i64 = 100_000_000_000;

section! {
    /// What is charged for late payment, and when.
    ChargeNumbers {
        /// Whether interest is charged.
        interest: Flag = false, 0, 1, "flag";
        /// What is added to the reference rate; without reference rates, the rate.
        margin: Share = 0, 0, 1_000_000, "share a year";
        /// Which rate an item bears.
        rate_mode: RateMode = RateMode::Floating, 0, 0, "word";
        /// Whether the reference rate of 1 January and 1 July holds for the half-year that begins; else each holds from its day.
        by_half_year: Flag = true, 0, 1, "flag";
        /// How days become a part of a year.
        day_count: DayCount = DayCount::Act365, 0, 0, "word";
        /// How interest and fees are rounded, once, at the end.
        rounding: Rounding = Rounding::HalfUp, 0, 0, "word";
        /// Whether the day of a payment, and the day of the notice that interest is charged with, bear interest too.
        count_last_day: Flag = false, 0, 1, "flag";
        /// Charge interest and compensation when a notice about the item was sent.
        at_notice: Flag = true, 0, 1, "flag";
        /// Charge interest and compensation when an item was paid late.
        when_paid: Flag = true, 0, 1, "flag";
        /// Whether what a notice gave rise to is still charged once the item is paid.
        keep_when_paid: Flag = true, 0, 1, "flag";
        /// Whether a share is taken of what is open, not of what the item was issued for.
        fee_on_open: Flag = false, 0, 1, "flag";
        /// Most of the fees of one item.
        fee_cap_item: Amount = MOST, 0, MOST, "units of the currency";
        /// Most of the fees of one customer and currency.
        fee_cap_customer: Amount = MOST, 0, MOST, "units of the currency";
        /// Days for which a fee counts towards the cap of its customer.
        fee_cap_days: Whole = 365, 1, 3_650, "days";
        /// Whether consumers are charged fees and interest; compensation never.
        consumers: Flag = false, 0, 1, "flag";
        /// Days after a notice or a payment within which what it gives rise to may still be charged.
        window_days: Whole = 30, 0, 720, "days";
        /// Days that the customer has to pay a charge.
        due_days: Whole = 14, 0, 180, "days";
    }
}

section! {
    /// What a level of the ladder costs.
    FeeNumbers {
        /// The level.
        level: Whole = 1, 1, 9, "level";
        /// A fixed amount.
        fixed: Amount = 0, 0, MOST, "units of the currency";
        /// A share of the item, beside the fixed amount.
        share: Share = 0, 0, 1_000_000, "share";
    }
}

section! {
    /// A step of a table by the amount of the item.
    Band {
        /// The amount of the item from which the step holds.
        from: Amount = 0, 0, MOST, "units of the currency";
        /// What is charged.
        amount: Amount = 0, 0, MOST, "units of the currency";
    }
}

section! {
    /// A reference rate.
    ReferenceRate {
        /// The first day on which it is in force.
        from: Day = crate::calendar::FIRST_DAY, 0, 84_005, "day";
        /// The rate.
        rate: Share = 0, -1_000_000, 1_000_000, "share a year";
    }
}

/// What a level of the ladder costs, also by the amount of the item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fee {
    /// The numbers.
    pub numbers: FeeNumbers,
    /// Added to the fixed amount: that of the last step that the item reaches.
    pub by_amount: Vec<Band>,
}

/// What is charged for late payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charges {
    /// The numbers.
    pub numbers: ChargeNumbers,
    /// Currency of the amounts of the section; `None` = that of the item.
    pub currency: Option<Currency>,
    /// Fees by level.
    pub fees: Vec<Fee>,
    /// The sum granted for a late payment, by the amount of the item; none where the table is empty.
    pub compensation: Vec<Band>,
    /// Reference rates by day. A day before the first of them bears no interest.
    pub reference_rates: Vec<ReferenceRate>,
}

impl Charges {
    /// Whether anything may be charged at all.
    pub fn is_on(&self) -> bool {
        self.numbers.interest || !self.fees.is_empty() || !self.compensation.is_empty()
    }

    /// What a level costs.
    pub fn fee(&self, level: u8) -> Option<&Fee> {
        self.fees.iter().find(|fee| fee.numbers.level == i64::from(level))
    }

    pub(super) fn read(&mut self, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
        self.numbers.read(&mut section, path, problems);
        currency(&mut self.currency, section.remove("currency"), &format!("{path}.currency"), problems);
        let place = format!("{path}.fees");
        if let Some(fees) = rows(section.remove("fees"), 9, &place, problems, read_fee) {
            self.fees = fees;
        }
        if let Some(bands) = bands(section.remove("compensation"), &format!("{path}.compensation"), problems) {
            self.compensation = bands;
        }
        let place = format!("{path}.reference_rates");
        if let Some(rates) = rows(section.remove("reference_rates"), 1_000, &place, problems, read_rate) {
            increasing(rates.iter().map(|rate| rate.from), &place, problems);
            self.reference_rates = rates;
        }
        leftovers(section, path, &self.write(), problems);
        if self.numbers.interest && self.numbers.margin == 0 && self.reference_rates.is_empty() {
            wrong(problems, &format!("{path}.interest"), ProblemCode::SettingConflict, "there is no rate: neither margin nor reference_rates".into());
        }
    }

    /// Levels that the ladder does not have, and levels that stand twice.
    pub(super) fn check(&self, levels: usize, path: &str, problems: &mut Problems) {
        for (at, fee) in self.fees.iter().enumerate() {
            let place = format!("{path}.fees[{at}].level");
            let level = fee.numbers.level;
            if usize::try_from(level).is_ok_and(|level| level > levels) {
                wrong(problems, &place, ProblemCode::SettingConflict, format!("the ladder has {levels} levels"));
            }
            if self.fees.iter().take(at).any(|other| other.numbers.level == level) {
                wrong(problems, &place, ProblemCode::SettingConflict, format!("level {level} stands twice"));
            }
        }
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let mut map = self.numbers.write();
        let list = |bands: &[Band]| -> Value { bands.iter().map(|band| Value::Object(band.write())).collect() };
        let fee = |fee: &Fee| {
            let mut map = fee.numbers.write();
            map.insert("by_amount".into(), list(&fee.by_amount));
            Value::Object(map)
        };
        map.insert("currency".into(), json!(self.currency.as_ref().map(Currency::code)));
        map.insert("fees".into(), self.fees.iter().map(fee).collect());
        map.insert("compensation".into(), list(&self.compensation));
        map.insert("reference_rates".into(), self.reference_rates.iter().map(|rate| Value::Object(rate.write())).collect());
        map
    }

    pub(super) fn schema() -> Map<String, Value> {
        let list = |most: usize, row: Map<String, Value>, required: &[&str], doc: &str| {
            let row = json!({ "type": "object", "additionalProperties": false, "properties": row, "required": required });
            json!({ "type": "array", "maxItems": most, "default": [], "items": row, "description": doc })
        };
        let bands = |doc: &str| list(MAX_BANDS, Band::schema(), &[], doc);
        let mut fee = FeeNumbers::schema();
        fee.insert("by_amount".into(), bands("Added to the fixed amount: that of the last step that the item reaches; from strictly increasing."));
        let mut map = ChargeNumbers::schema();
        map.insert("currency".into(), json!({ "type": ["string", "null"], "default": null, "description": "ISO 4217 code of the currency of the amounts of this section, turned into that of the item at the rate of the day; none: they are in the currency of the item." }));
        map.insert("fees".into(), list(9, fee, &[], "What the levels of the ladder cost."));
        map.insert("compensation".into(), bands("The sum granted for a late payment, once an item: that of the last step that the item reaches; from strictly increasing."));
        map.insert("reference_rates".into(), list(1_000, ReferenceRate::schema(), &["from"], "Reference rates, oldest first; a day before the first bears no interest."));
        map
    }
}

/// Steps that a table by amount may have.
const MAX_BANDS: usize = 50;

/// Reads one row of a list, and says which names it knows.
pub(super) type ReadRow<T> = fn(&mut Map<String, Value>, &str, &mut Problems) -> (T, Map<String, Value>);

pub(super) fn rows<T>(value: Option<Value>, most: usize, path: &str, problems: &mut Problems, read: ReadRow<T>) -> Option<Vec<T>> {
    let Value::Array(values) = value? else {
        wrong(problems, path, ProblemCode::SettingType, "a list is wanted".into());
        return None;
    };
    if values.len() > most {
        wrong(problems, path, ProblemCode::SettingRange, format!("{} rows, at most {most}", values.len()));
        return None;
    }
    let mut found = Vec::with_capacity(values.len());
    for (at, value) in values.into_iter().enumerate() {
        let place = format!("{path}[{at}]");
        let Some(mut map) = object(value, &place, problems) else { continue };
        let (row, known) = read(&mut map, &place, problems);
        leftovers(map, &place, &known, problems);
        found.push(row);
    }
    Some(found)
}

fn bands(value: Option<Value>, path: &str, problems: &mut Problems) -> Option<Vec<Band>> {
    let read: ReadRow<Band> = |map, place, problems| {
        let mut band = Band::default();
        band.read(map, place, problems);
        let known = band.write();
        (band, known)
    };
    let bands = rows(value, MAX_BANDS, path, problems, read)?;
    increasing(bands.iter().map(|band| band.from), path, problems);
    Some(bands)
}

fn read_fee(map: &mut Map<String, Value>, place: &str, problems: &mut Problems) -> (Fee, Map<String, Value>) {
    let mut fee = Fee::default();
    fee.numbers.read(map, place, problems);
    fee.by_amount = bands(map.remove("by_amount"), &format!("{place}.by_amount"), problems).unwrap_or_default();
    let mut known = fee.numbers.write();
    known.insert("by_amount".into(), Value::Null);
    (fee, known)
}

fn read_rate(map: &mut Map<String, Value>, place: &str, problems: &mut Problems) -> (ReferenceRate, Map<String, Value>) {
    if !map.contains_key("from") {
        wrong(problems, &format!("{place}.from"), ProblemCode::SettingType, "a day such as '2026-01-01' is wanted".into());
    }
    let mut rate = ReferenceRate::default();
    rate.read(map, place, problems);
    let known = rate.write();
    (rate, known)
}

fn increasing<T: PartialOrd>(values: impl Iterator<Item = T>, path: &str, problems: &mut Problems) {
    let mut last: Option<T> = None;
    for (at, value) in values.enumerate() {
        if last.as_ref().is_some_and(|last| *last >= value) {
            wrong(problems, &format!("{path}[{at}].from"), ProblemCode::SettingConflict, "from must be greater and greater".into());
        }
        last = Some(value);
    }
}
