//! Payers: what kind of customer, and on which day it pays.

use super::names;
use crate::calendar::{self, Calendar};
use crate::money::Currency;
use alloc::string::String;
use chrono::NaiveDate;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How a payer behaves.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// On the due date or before.
    Prompt,
    /// Always about so many days late.
    Late(i32),
    /// Sometimes forgets.
    Forgetful,
    /// Later and later.
    Worse,
    /// Pays little and late.
    Distressed,
}

/// A made-up customer.
pub(super) struct Payer {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) segment: &'static str,
    pub(super) country: &'static str,
    pub(super) language: &'static str,
    pub(super) time_zone: &'static str,
    pub(super) currency: Currency,
    pub(super) account: String,
    pub(super) owner: &'static str,
    pub(super) term_days: i32,
    pub(super) interval_days: i32,
    pub(super) credit_limit: i64,
    habit: Habit,
    usual: i64,
}

/// Country, language, zone, currency, and how many of a hundred customers.
const PLACES: [(&str, &str, &str, &str, u32); 5] = [
    ("DE", "de", "Europe/Berlin", "EUR", 40),
    ("FR", "fr", "Europe/Paris", "EUR", 20),
    ("ES", "es", "Europe/Madrid", "EUR", 10),
    ("GB", "en", "Europe/London", "GBP", 15),
    ("US", "en", "America/New_York", "USD", 15),
];
const OWNERS: [&str; 6] = ["Anna Keller", "Ben Ortiz", "Chloe Martin", "David Stone", "Eva Lindt", "Farid Amari"];
const TERMS: [i32; 4] = [14, 30, 30, 60];

impl Payer {
    pub(super) fn draw(random: &mut ChaCha8Rng, number: u32) -> Self {
        let mut ticket = random.random_range(0..100);
        let mut place = PLACES.len() - 1;
        for (at, candidate) in PLACES.iter().enumerate() {
            if ticket < candidate.4 {
                place = at;
                break;
            }
            ticket -= candidate.4;
        }
        let (country, language, time_zone, code, _) = PLACES.get(place).copied().unwrap_or(("DE", "de", "Europe/Berlin", "EUR", 0));
        let habit = match random.random_range(0..100) {
            0..50 => Habit::Prompt,
            50..72 => Habit::Late(random.random_range(3..25)),
            72..88 => Habit::Forgetful,
            88..95 => Habit::Worse,
            _ => Habit::Distressed,
        };
        // Whole orders of magnitude between small and large customers.
        let usual = [12_000, 12_000, 12_000, 45_000, 45_000, 45_000, 180_000, 180_000, 900_000, 4_000_000].get(random.random_range(0..10usize)).copied().unwrap_or(45_000);
        let segment = if usual >= 4_000_000 {
            "strategic"
        } else if usual >= 180_000 {
            "medium"
        } else {
            "small"
        };
        Self {
            id: alloc::format!("C{:06}", number + 1),
            name: names::company(random, country, number),
            segment,
            country,
            language,
            time_zone,
            currency: Currency::try_new(code).unwrap_or(Currency::EUR),
            account: alloc::format!("{country}{:02}{:018}", random.random_range(10..99), random.random_range(0..1_000_000_000_000_000_000_u64)),
            owner: OWNERS.get(number as usize % OWNERS.len()).copied().unwrap_or(""),
            term_days: TERMS.get(random.random_range(0..TERMS.len())).copied().unwrap_or(30),
            interval_days: random.random_range(7..45),
            credit_limit: usual * 20,
            habit,
            usual,
        }
    }

    /// Whether the account is strategic.
    pub(super) fn is_strategic(&self) -> bool {
        self.segment == "strategic"
    }

    /// An amount around the customer's usual one, in minor units.
    pub(super) fn amount(&self, random: &mut ChaCha8Rng) -> i64 {
        let percent = random.random_range(30..250);
        (self.usual * percent / 100 + random.random_range(0..100)).max(100)
    }

    /// The day an invoice is paid; far away when it is not. `progress` runs from 0 to 1 over the history.
    pub(super) fn pays_on(&self, random: &mut ChaCha8Rng, issued_on: NaiveDate, due_on: NaiveDate, progress: f64) -> NaiveDate {
        #[expect(clippy::cast_possible_truncation, reason = "progress is in 0 to 1")]
        let delay = match self.habit {
            Habit::Prompt => random.random_range(-6..=1),
            Habit::Late(days) => days + random.random_range(-2..=2),
            Habit::Forgetful if random.random_bool(0.3) => random.random_range(5..50),
            Habit::Forgetful => random.random_range(-3..=4),
            Habit::Worse => (progress * 45.0) as i32 + random.random_range(-3..=3),
            Habit::Distressed if random.random_bool(0.35) => 900,
            Habit::Distressed => random.random_range(10..80),
        };
        let weekly = calendar::add_days(due_on, delay).max(calendar::add_days(issued_on, 1));
        Calendar::default().next_open(weekly)
    }
}
