//! Has it become worse? An e-detector of the kind of Shiryaev and Roberts: a bet on more errors than the limit, begun anew
//! at every trial, all of them added up (Shin, Ramdas and Rinaldo, E-detectors, 2023).
//!
//! While each trial is in error with a chance of at most the limit, given all before it, the sum of `n` trials is at most
//! `n` on average, whenever one stops. So an alarm at `A` comes after `A` trials or more on average, and within `n` trials
//! with a chance of at most `n / A`.

use super::wealth::ALL;

/// The ratios of odds that are bet on, in equal parts: from a little worse to twenty times.
const TIMES: [f64; 8] = [1.25, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0];

/// No number grows beyond this.
const MOST: f64 = 1e15;

/// The running sum of one ratio of odds, and what a trial multiplies it by.
#[derive(Clone, Copy, Debug)]
struct Sum {
    value: f64,
    on_right: f64,
    on_wrong: f64,
}

/// The detector: eight numbers, moved by each trial.
#[derive(Clone, Debug)]
pub struct Drift {
    sums: [Sum; 8],
    may_rise: bool,
}

impl Drift {
    /// A detector that saw nothing yet, against this error rate in parts per million. Of a limit of all, nothing is worse.
    pub fn new(limit_ppm: i64) -> Self {
        let limit = limit_ppm.clamp(0, ALL) as f64 / ALL as f64;
        let sums = TIMES.map(|times| {
            let on_right = 1.0 / (1.0 + limit * (times - 1.0));
            Sum { value: 0.0, on_right, on_wrong: times * on_right }
        });
        Self { sums, may_rise: limit_ppm < ALL }
    }

    /// Takes one trial, and gives what the detector then stands at: at least 0.
    pub fn add(&mut self, error: bool) -> f64 {
        if !self.may_rise {
            return 0.0;
        }
        for sum in &mut self.sums {
            sum.value = ((1.0 + sum.value) * if error { sum.on_wrong } else { sum.on_right }).min(MOST);
        }
        self.sums.iter().map(|sum| sum.value).sum::<f64>() / TIMES.len() as f64
    }
}
