//! One reason with its two numbers: what they count, and how they are said.

use super::ReasonCode;
use alloc::string::String;

/// What the two numbers of a [`Reason`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Whole days.
    Days,
    /// Minor units of the currency of the row.
    Minor,
    /// Parts per million of a share or probability.
    Ppm,
    /// A number of things.
    Count,
    /// A dunning or autonomy level.
    Level,
    /// Days since 1970-01-01.
    Date,
    /// Points of the priority score.
    Points,
}

impl Unit {
    /// The name that every face uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Minor => "minor",
            Self::Ppm => "ppm",
            Self::Count => "count",
            Self::Level => "level",
            Self::Date => "date",
            Self::Points => "points",
        }
    }
}

/// One reason: what was seen and what it was held against, in the code's [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// Which reason.
    pub code: ReasonCode,
    /// What was seen; [`Reason::NOTHING`] where the code stands for itself.
    pub observed: i64,
    /// What it was held against; [`Reason::NOTHING`] where there is no limit.
    pub limit: i64,
}

impl Reason {
    /// Stands for "no number".
    pub const NOTHING: i64 = i64::MIN;

    /// A reason with both numbers.
    pub const fn new(code: ReasonCode, observed: i64, limit: i64) -> Self {
        Self { code, observed, limit }
    }

    /// A reason that stands for itself.
    pub const fn bare(code: ReasonCode) -> Self {
        Self { code, observed: Self::NOTHING, limit: Self::NOTHING }
    }

    /// The sentence for a person. `exponent` is that of the row's currency.
    pub fn to_text(self, exponent: u8) -> String {
        let unit = self.code.unit();
        let sentence = self.code.sentence();
        let told = match (sentence.split_once('['), self.limit) {
            (Some((told, _)), Self::NOTHING | 0) => String::from(told),
            (Some(_), _) => sentence.replace(['[', ']'], ""),
            (None, _) => sentence.into(),
        };
        told.replace("{observed}", &number_text(self.observed, unit, exponent)).replace("{limit}", &number_text(self.limit, unit, exponent))
    }
}

fn number_text(value: i64, unit: Unit, exponent: u8) -> String {
    if value == Reason::NOTHING {
        return "none".into();
    }
    match unit {
        Unit::Minor => crate::money::grouped(value, exponent),
        Unit::Days if value == 1 => "1 day".into(),
        Unit::Days => alloc::format!("{value} days"),
        Unit::Ppm => alloc::format!("{}.{} %", value / 10_000, (value % 10_000).abs() / 1_000),
        Unit::Date => i32::try_from(value).ok().and_then(crate::calendar::date_from_days).map_or_else(|| alloc::format!("day {value}"), |date| alloc::format!("{date}")),
        Unit::Count | Unit::Level | Unit::Points => alloc::format!("{value}"),
    }
}
