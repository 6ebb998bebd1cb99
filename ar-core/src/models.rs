//! Models: everything learned from data, versioned. Counts and shares only; what they mean is said in `scoring`.

use crate::calendar;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::text::hex;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Earliest delay that has a bin of its own (days relative to the due date); earlier ones are counted there.
pub const FIRST_DELAY: i32 = -60;
/// Latest delay that has a bin of its own; later ones are in the tail bin.
pub const LAST_DELAY: i32 = 180;
/// Bins of a delay distribution: one a day and one for the tail.
pub const BINS: usize = (LAST_DELAY - FIRST_DELAY + 2) as usize;

/// The bin of a delay in days.
pub fn bin_of(delay: i32) -> usize {
    usize::try_from(delay.clamp(FIRST_DELAY, LAST_DELAY + 1) - FIRST_DELAY).unwrap_or(0)
}

/// The payment-time model: delay distributions of the book and of each segment, and how fast a customer's own
/// settled items outweigh them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayTimeModel {
    /// Version of the format.
    pub version: u32,
    /// Facts strictly before this day were used.
    pub fitted_on: NaiveDate,
    /// Settled items that were used.
    pub settled_items: u64,
    /// Share by bin in the whole book, sums to 1.
    pub book: Vec<f64>,
    /// Share by bin in each segment, shrunk to the book.
    pub segments: BTreeMap<String, Vec<f64>>,
    /// Share by bin that is shipped, for a book without history.
    pub prior_late: f64,
    /// Weight of the segment's shares against a customer's settled items, in items.
    pub customer_strength: f64,
    /// Days after which a settled item counts half.
    pub half_life_days: f64,
    /// Chance a day that an item older than the last bin is paid.
    pub tail_hazard: f64,
}

/// Everything learned that a run uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Models {
    /// When items are paid.
    pub pay_time: PayTimeModel,
}

impl PayTimeModel {
    /// Version of the format that this library reads and writes.
    pub const VERSION: u32 = 1;

    /// The shares of a segment; those of the book where the segment is unknown.
    pub fn shares(&self, segment: &str) -> &[f64] {
        self.segments.get(segment).unwrap_or(&self.book)
    }

    fn problem(&self) -> Option<String> {
        if self.version != Self::VERSION {
            return Some(format!("version {}, this library reads {}", self.version, Self::VERSION));
        }
        let whole = |shares: &Vec<f64>| shares.len() == BINS && shares.iter().all(|share| (0.0..=1.0).contains(share)) && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-6;
        if !whole(&self.book) || !self.segments.values().all(whole) {
            return Some(format!("a distribution is not {BINS} shares that sum to 1"));
        }
        let sane = self.customer_strength.is_finite()
            && self.customer_strength > 0.0
            && self.half_life_days.is_finite()
            && self.half_life_days > 0.0
            && self.tail_hazard > 0.0
            && self.tail_hazard < 1.0
            && (0.0..=1.0).contains(&self.prior_late)
            && (calendar::FIRST_DAY..=calendar::LAST_DAY).contains(&self.fitted_on);
        (!sane).then(|| "a number is outside its range".into())
    }
}

impl Models {
    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Models::to_json`] wrote.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidModels`] for another version, or numbers that no fit can give.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let refuse = |message: String| Error::one(ErrorCode::InvalidModels, "models", None, ProblemCode::Syntax, message);
        let models: Self = serde_json::from_str(text).map_err(|bad| refuse(format!("not models: {bad}")))?;
        match models.pay_time.problem() {
            Some(problem) => Err(refuse(problem)),
            None => Ok(models),
        }
    }

    /// Hex SHA-256 of the canonical JSON.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.to_json().as_bytes()))
    }
}
