//! What the timings share: random numbers that are the same on every machine, columns, quantiles, and the memory of the process.

pub mod book;
pub mod clock;
pub mod large;
pub mod mail;

use ar_core::conversation::write::Sender;
use ar_core::table::{Data, Texts};
use std::borrow::Cow;

/// A small linear congruential generator: the books are the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }

    pub fn unit(&mut self) -> f64 {
        (self.below(1 << 30) as f64 + 0.5) / f64::from(1 << 30)
    }

    /// Box and Muller.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    pub fn lognormal(&mut self, median: f64, spread: f64) -> i64 {
        ((median * (spread * self.normal()).exp()) as i64).max(1)
    }
}

/// Draws an amount in cents.
pub type Model = fn(&mut Dice) -> i64;

/// Amounts to the cent, as services and weighed goods have them.
pub fn cents(dice: &mut Dice) -> i64 {
    dice.lognormal(8_000.0, 1.0)
}

/// Net prices in steps of five units, with VAT: many sums are equal.
pub fn vat(dice: &mut Dice) -> i64 {
    let net = (dice.lognormal(80.0, 1.0) / 5 + 1) * 500;
    net * if dice.below(4) == 0 { 107 } else { 119 } / 100
}

pub fn texts(values: impl Iterator<Item = String>) -> Data<'static> {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(&value));
    Data::Text(texts)
}

/// Lists of one text each.
pub fn lists(values: impl Iterator<Item = String>) -> Data<'static> {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(&value));
    Data::TextList((1..=texts.ends.len()).collect(), texts)
}

pub fn days(values: impl Iterator<Item = i32>) -> Data<'static> {
    Data::Date(Cow::Owned(values.collect()))
}

pub fn numbers(values: impl Iterator<Item = i64>) -> Data<'static> {
    Data::Int(Cow::Owned(values.collect()))
}

/// The value below which so large a share of the sorted values is.
pub fn part(sorted: &[f64], share: f64) -> f64 {
    if sorted.is_empty() { f64::NAN } else { sorted[((sorted.len() - 1) as f64 * share).round() as usize] }
}

/// A line `name: N kB` of the kernel's account of this process, in bytes.
pub fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse().ok()).unwrap_or(0) * 1024
}

/// Seconds of processor time that this process has had, to the hundredth: what other processes take does not count.
pub fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or("");
    behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Seconds that the calling thread has had of a processor, to the nanosecond.
pub fn busy() -> f64 {
    unsafe extern "C" {
        fn clock_gettime(clock: i32, out: *mut [i64; 2]) -> i32;
    }
    const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
    let mut time = [0; 2];
    // SAFETY: on Linux with 64 bits a timespec is two numbers of 64 bits, which is what is handed over.
    unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time[0] as f64 + time[1] as f64 / 1e9
}

/// In whose name notices are written.
pub fn sender() -> Sender {
    Sender {
        name: "Northgate Supplies Ltd".into(),
        email: "ar@northgate.example".into(),
        phone: "0161 496 0100".into(),
        iban: "GB33BUKB20201555555555".into(),
        pay_url: "https://pay.northgate.example/a/7F3K".into(),
    }
}
