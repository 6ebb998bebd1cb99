//! Sums of floats that do not depend on the order: exact inside, rounded once when they are read.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A sum of finite numbers, kept as numbers that do not overlap and whose sum it is to the last bit: parts of a book may be added in any
/// order, on any machine, and give the same bits.
///
/// Shewchuk, Adaptive precision floating-point arithmetic (1997); read as Python's `math.fsum` does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExactSum(Vec<f64>);

impl ExactSum {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        let mut rest = number;
        let mut kept = 0;
        for place in 0..self.0.len() {
            let Some(part) = self.0.get(place).copied() else { break };
            // What is lost of either, without asking which is larger (Knuth): a branch that nobody can foresee costs more.
            let sum = rest + part;
            let of_part = sum - rest;
            let lost = (rest - (sum - of_part)) + (part - of_part);
            if lost != 0.0 {
                if let Some(slot) = self.0.get_mut(kept) {
                    *slot = lost;
                }
                kept += 1;
            }
            rest = sum;
        }
        self.0.truncate(kept);
        if rest != 0.0 {
            self.0.push(rest);
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|part| self.add(*part));
    }

    /// The number that is nearest to the sum.
    pub fn value(&self) -> f64 {
        let mut parts = self.0.iter().rev().copied();
        let Some(mut sum) = parts.next() else { return 0.0 };
        let mut lost = 0.0;
        for part in parts.by_ref() {
            let before = sum;
            sum = before + part;
            lost = part - (sum - before);
            if lost != 0.0 {
                break;
            }
        }
        // Half way between two numbers, what is left decides.
        if let Some(next) = parts.next()
            && ((lost < 0.0 && next < 0.0) || (lost > 0.0 && next > 0.0))
        {
            let twice = lost * 2.0;
            let rounded = sum + twice;
            if twice == rounded - sum {
                sum = rounded;
            }
        }
        sum
    }
}
