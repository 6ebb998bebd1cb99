//! Models: everything learned from data, versioned. Counts and shares only; what they mean is said in `scoring`.

mod pay_time;

pub use pay_time::{BINS, Bands, Calendars, FEATURES, FIRST_DELAY, LAST_DELAY, MAX_DEPTH, MOST_GIVEN_DAYS, PRIOR_LATE_PPM, PayTimeModel, TAIL_FROM, Tree, Weights, bin_of};

use crate::error::{Error, ErrorCode, ProblemCode};
use crate::saved::{self, Kind};
use crate::text::hex;
use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The cash model: what the book's customers pay how long after it is due, and from which confidence an explanation is
/// posted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CashModel {
    /// Version of the format.
    pub version: u32,
    /// Days of payment that were looked at.
    pub pay_days: u32,
    /// Due dates that were open on a day of payment, by days past due (15 before to 40 after, the ends hold the rest).
    pub open: Vec<f64>,
    /// The part of them that was paid.
    pub paid: Vec<f64>,
    /// Past payments that list their items, asked again.
    pub listed: Tried,
    /// Past payments of which only the amount speaks, asked again.
    pub by_amount: Tried,
}

/// What the matcher would have posted of past payments, by falling confidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Steps: confidence in parts per million, explanations at least so confident, wrong ones among them. One step for
    /// every [`Tried::STEP`] explanations, and one behind every wrong one.
    pub steps: Vec<(i64, u64, u64)>,
}

impl Default for CashModel {
    fn default() -> Self {
        Self { version: Self::VERSION, pay_days: 0, open: alloc::vec![0.0; CASH_BINS], paid: alloc::vec![0.0; CASH_BINS], listed: Tried::default(), by_amount: Tried::default() }
    }
}

/// Bins of the cash model.
pub const CASH_BINS: usize = 56;

/// Everything learned that a run uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Models {
    /// When items are paid.
    pub pay_time: PayTimeModel,
    /// What a payment pays.
    #[serde(default)]
    pub cash: CashModel,
}

impl CashModel {
    /// Version of the format that this library reads and writes.
    pub const VERSION: u32 = 1;

    fn problem(&self) -> Option<String> {
        if self.version != Self::VERSION {
            return Some(format!("cash model version {}, this library reads {}", self.version, Self::VERSION));
        }
        let whole = |counts: &[f64]| counts.len() == CASH_BINS && counts.iter().all(|count| count.is_finite() && *count >= 0.0);
        let sane = whole(&self.open) && whole(&self.paid) && self.open.iter().zip(&self.paid).all(|(open, paid)| paid <= open) && self.listed.is_sane() && self.by_amount.is_sane();
        (!sane).then(|| "the counts of the cash model are not counts".into())
    }
}

impl Tried {
    /// Explanations between two steps.
    pub const STEP: usize = 250;
    /// How sure the bound on wrong postings is.
    const SIGNIFICANCE: f64 = 0.05;
    /// Without a history, a posting may be wrong so many times as often as postings may be on average: most explanations
    /// are far surer than the least sure that is posted.
    const WITHOUT_HISTORY: i64 = 40;

    /// From explanations by falling confidence: confidence, and whether it was right.
    pub(crate) fn of(rows: &[(i64, bool)]) -> Self {
        let (mut steps, mut wrong) = (Vec::new(), 0u64);
        for (at, (confidence, right)) in rows.iter().enumerate() {
            wrong += u64::from(!right);
            // Equal confidences stand or fall together.
            let last_of_equals = rows.get(at + 1).is_none_or(|next| next.0 != *confidence);
            let due = steps.last().map_or(0, |step: &(i64, u64, u64)| step.1) + Self::STEP as u64 <= at as u64 + 1;
            let more_wrong = steps.last().map_or(0, |step| step.2) < wrong;
            if last_of_equals && (due || more_wrong || at + 1 == rows.len()) {
                steps.push((*confidence, at as u64 + 1, wrong));
            }
        }
        Self { steps }
    }

    /// Confidence from which an explanation is posted, so that of all that are posted no more than this share is wrong.
    ///
    /// Thresholds are tried from the strictest that has enough trials downwards, each by the exact binomial test of the
    /// hypothesis that more than this share is wrong, until one fails (fixed-sequence testing: Angelopoulos et al., Learn
    /// then Test, 2021); the last that passed holds with 95 % confidence. With too few trials the threshold is the one
    /// without history, and never below a confidence at which the matcher was wrong.
    pub fn limit_ppm(&self, rate_ppm: i64) -> i64 {
        let cautious = (1_000_000 - Self::WITHOUT_HISTORY * rate_ppm).max(500_000);
        let wrong_at = |steps: &[(i64, u64, u64)]| steps.iter().find(|step| step.2 > 0).map_or(0, |step| step.0 + 1);
        let rate = rate_ppm as f64 / 1e6;
        let enough = libm::log(Self::SIGNIFICANCE) / libm::log1p(-rate);
        let mut passed = None;
        for step in self.steps.iter().filter(|step| step.1 as f64 >= enough) {
            if at_most(step.2, step.1, rate) > Self::SIGNIFICANCE {
                break;
            }
            passed = Some(step.0);
        }
        passed.unwrap_or_else(|| cautious.max(wrong_at(&self.steps)).min(999_999))
    }

    fn is_sane(&self) -> bool {
        let steps = &self.steps;
        steps.iter().all(|step| (0..=1_000_000).contains(&step.0) && step.2 <= step.1) && steps.iter().zip(steps.iter().skip(1)).all(|(one, next)| one.0 > next.0 && one.1 < next.1 && one.2 <= next.2)
    }
}

/// Chance of at most `wrong` among `count`, each with this chance.
fn at_most(wrong: u64, count: u64, chance: f64) -> f64 {
    let (mut term, mut sum) = (libm::exp(count as f64 * libm::log1p(-chance)), 0.0);
    for at in 0..=wrong.min(count) {
        sum += term;
        term *= (count - at) as f64 / (at + 1) as f64 * chance / (1.0 - chance);
    }
    sum
}

impl PayTimeModel {
    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`PayTimeModel::to_json`] wrote.
    ///
    /// # Errors
    /// As [`Models::from_json`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let model: Self = serde_json::from_str(text).map_err(|bad| refused(format!("not a payment-time model: {bad}")))?;
        model.problem().map_or(Ok(model), |problem| Err(refused(problem)))
    }
}

fn refused(message: String) -> Error {
    Error::one(ErrorCode::InvalidModels, "models", None, ProblemCode::Syntax, message)
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
        let models: Self = serde_json::from_str(text).map_err(|bad| refused(format!("not models: {bad}")))?;
        match models.pay_time.problem().or_else(|| models.cash.problem()) {
            Some(problem) => Err(refused(problem)),
            None => Ok(models),
        }
    }

    /// The models as bytes, to be kept or sent: their JSON with version and checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        saved::seal(Kind::Models, |mut bytes| {
            bytes.extend_from_slice(self.to_json().as_bytes());
            bytes
        })
    }

    /// Reads what [`Models::to_bytes`] wrote.
    ///
    /// # Errors
    /// `invalid_bytes` for bytes that are cut, damaged, of something else or of a later version; else as [`Models::from_json`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (_, payload) = saved::open(bytes, Kind::Models)?;
        Self::from_json(core::str::from_utf8(payload).map_err(|bad| refused(format!("not models: {bad}")))?)
    }

    /// Hex SHA-256 of the canonical JSON.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.to_json().as_bytes()))
    }
}
