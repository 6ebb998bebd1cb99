//! The trained model: a linear score for each output over hashed features, in integers, so that every machine finds the same.
//!
//! Layout of the bytes, all numbers little end first: `ARRM`, version, number of concept slots, number of buckets (a power of two), the
//! logistic function from 0 in steps of an eighth in millionths ([`STEPS`] numbers), then for each output its bias (1/1024 of a logit) and
//! its scale (2^-20 of a logit for one step of a weight), the concept slots, and the weights as signed bytes, bucket by bucket.

use super::concepts::Concepts;
use super::reading::{DisputeCode, Intent};

/// Reasons for a person that are learned: the first of [`super::HumanReason::ALL`].
pub const HUMAN: usize = 11;
/// Where the outputs of each kind begin: intents, then reasons for a person, codes of disputes.
pub const HUMAN_FROM: usize = Intent::ALL.len();
/// See [`HUMAN_FROM`].
pub const CODES_FROM: usize = HUMAN_FROM + HUMAN;
/// Outputs of the model.
pub const OUTPUTS: usize = CODES_FROM + DisputeCode::ALL.len();
/// Weights of one bucket.
pub const ROW: usize = 48;
/// Steps of the logistic function.
pub const STEPS: usize = 97;
/// The version of the layout and of the features.
pub const VERSION: u32 = 1;
/// One logit.
pub const ONE: i32 = 1024;

const HEAD: usize = 4 + 3 * 4 + STEPS * 4 + OUTPUTS * 8;

/// Scores in 1/1024 of a logit, by output.
pub type Scores = [i32; OUTPUTS];

/// A model over its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Model<'m> {
    head: &'m [u8],
    /// Its concepts.
    pub concepts: Concepts<'m>,
    weights: &'m [u8],
    mask: u32,
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl<'m> Model<'m> {
    /// Reads the bytes of a model; `None` for what is not one of this version.
    pub fn from_bytes(bytes: &'m [u8]) -> Option<Self> {
        if bytes.get(..4)? != b"ARRM" || number(bytes, 4)? != VERSION {
            return None;
        }
        let (slots, buckets) = (number(bytes, 8)? as usize, number(bytes, 12)?);
        let concepts = bytes.get(HEAD..HEAD + slots.checked_mul(5)?)?;
        let weights = bytes.get(HEAD + concepts.len()..)?;
        let whole = buckets.is_power_of_two() && weights.len() == buckets as usize * ROW;
        whole.then(|| Self { head: bytes.get(..HEAD).unwrap_or(&[]), concepts: Concepts::new(concepts), weights, mask: buckets - 1 })
    }

    /// The scores of features.
    pub fn scores(&self, features: &[u32]) -> Scores {
        let mut sums = [0i32; ROW];
        for feature in features {
            let at = (feature & self.mask) as usize * ROW;
            let row = self.weights.get(at..at + ROW).unwrap_or(&[]);
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += i32::from(*weight as i8);
            }
        }
        let shrink = i64::from(inverse_root(features.len()));
        core::array::from_fn(|output| {
            let at = 16 + STEPS * 4 + output * 8;
            let bias = number(self.head, at).unwrap_or(0) as i32;
            let scale = i64::from(number(self.head, at + 4).unwrap_or(0));
            let sum = i64::from(sums.get(output).copied().unwrap_or(0));
            bias.saturating_add(((sum * scale * shrink) >> 26) as i32)
        })
    }

    /// The probability of a score, in millionths.
    pub fn probability(&self, score: i32) -> u32 {
        let size = score.unsigned_abs();
        let (step, part) = ((size / 128) as usize, size % 128);
        let at = |step: usize| number(self.head, 16 + step.min(STEPS - 1) * 4).unwrap_or(1_000_000);
        let value = at(step) + (at(step + 1) - at(step)) * part / 128;
        if score < 0 { 1_000_000 - value } else { value }
    }
}

/// 2^16 through the square root of a count.
pub fn inverse_root(count: usize) -> u32 {
    let square = (1u64 << 32) / count.max(1) as u64;
    square.isqrt() as u32
}
