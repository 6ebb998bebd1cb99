//! Why a payment differs from the sum of the items it pays: a discount taken, a bank fee, a short payment, a part only,
//! more than was owed. For each the chance that a payment has exactly this amount, given the items.
//!
//! The shares are a prior of ours, set by hand from published descriptions of incoming payments and round so that nobody
//! takes them for measurements; confirmed history moves the threshold of posting, not these.

use super::account::{Position, share_of};
use super::certificate::Weight;
use chrono::NaiveDate;

/// Why the payment is not the sum of the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    /// It is.
    None,
    /// The remittance advice says line by line what is paid.
    Advised,
    /// Early-payment discount taken while it was granted.
    Discount,
    /// The same, too late.
    LateDiscount,
    /// The sum in another currency at a rate near that of the day.
    Fx,
    /// A bank kept a fee.
    BankFee,
    /// The customer kept something back.
    Short,
    /// A part of one item.
    Part,
    /// More than the items.
    Over,
}

impl Difference {
    /// Whether nothing is missing: the items, or what the advice says of them, are the payment to the minor unit.
    pub(super) fn adds_up(self) -> bool {
        matches!(self, Self::None | Self::Advised)
    }
}

/// What a set of items looks like to a difference.
pub(super) struct Sum<'s> {
    /// Debts less credit notes.
    pub(super) total: i64,
    /// The debts of the set; not looked at one by one where there are more than [`LOOKED_AT`].
    pub(super) debits: &'s [&'s Position],
}

/// One payment's amount and day, and what its currency counts in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paid {
    pub(super) amount: i64,
    pub(super) on: NaiveDate,
    /// Minor units in one unit of the currency; 100 for currencies without minor units, whose amounts are as large.
    pub(super) unit: i64,
    /// The fee that the bank says it kept.
    pub(super) fee: i64,
}

/// How often a payment is exactly the sum, takes a discount, and so on, in parts per million.
mod share {
    pub(super) const EXACT: i64 = 750_000;
    pub(super) const DISCOUNT: i64 = 40_000;
    pub(super) const LATE_DISCOUNT: i64 = 10_000;
    pub(super) const BANK_FEE: i64 = 40_000;
    pub(super) const SHORT: i64 = 50_000;
    pub(super) const PART: i64 = 50_000;
    pub(super) const OVER: i64 = 25_000;
}

/// Items whose share a short payment may be; in a longer list every small amount is somebody's share.
const LOOKED_AT: usize = 60;
/// Usual shares that are kept back, in parts per million.
const KEPT_BACK: [i64; 11] = [10_000, 20_000, 25_000, 30_000, 50_000, 75_000, 80_000, 100_000, 125_000, 150_000, 200_000];
/// Usual parts of an item that are paid, in parts per million, and how usual among parts.
const PARTS: [(i64, i64); 12] = [
    (500_000, 300_000),
    (250_000, 100_000),
    (300_000, 60_000),
    (800_000, 60_000),
    (333_333, 40_000),
    (750_000, 20_000),
    (666_667, 10_000),
    (200_000, 10_000),
    (400_000, 10_000),
    (600_000, 10_000),
    (700_000, 10_000),
    (900_000, 10_000),
];

/// The exact sum.
pub(super) fn exact() -> Weight {
    Weight::ppm(share::EXACT)
}

/// The discounts of a set: while granted on `on`, and whether late or not.
pub(super) fn discounts(debits: &[&Position], on: NaiveDate) -> (i64, i64) {
    let sum = |in_time: bool| debits.iter().filter(|position| !in_time || position.grants_on(on)).fold(0i64, |sum, position| sum.saturating_add(position.discount));
    (sum(true), sum(false))
}

/// The best reading of the difference between `sum` and the payment, with its weight. `None` for a difference that no
/// reading covers; [`Weight`] of an unexplained difference is that of any amount whatever.
pub(super) fn read(sum: &Sum<'_>, paid: Paid) -> Option<(Difference, Weight)> {
    if sum.total <= 0 {
        return None;
    }
    let difference = sum.total.checked_sub(paid.amount)?;
    match difference {
        stated if stated > 0 && stated == paid.fee => Some((Difference::BankFee, exact())),
        0 => Some((Difference::None, exact())),
        1.. => less(sum, paid, difference),
        _ => Some((Difference::Over, over(sum.total, paid, -difference))),
    }
}

fn less(sum: &Sum<'_>, paid: Paid, difference: i64) -> Option<(Difference, Weight)> {
    let mut best: Option<(Difference, Weight)> = None;
    let mut offer = |reading: Difference, weight: Weight| {
        if !weight.is_never() && best.is_none_or(|(_, known)| known.order(weight).is_lt()) {
            best = Some((reading, weight));
        }
    };
    // Payers round each item's discount in their own way: one minor unit an item.
    let slack = i64::try_from(sum.debits.len()).unwrap_or(i64::MAX);
    let (granted, any) = discounts(sum.debits, paid.on);
    let near = |discount: i64| discount > 0 && (difference - discount).abs() <= slack;
    let spread = Weight::one_in(if difference == granted || difference == any { 1 } else { 4 * slack });
    if near(granted) {
        offer(Difference::Discount, Weight::ppm(share::DISCOUNT).and(spread));
    } else if near(any) {
        offer(Difference::LateDiscount, Weight::ppm(share::LATE_DISCOUNT).and(spread));
    }
    offer(Difference::BankFee, Weight::ppm(share::BANK_FEE).and(bank_fee(difference, sum.total, paid.unit)));
    offer(Difference::Short, Weight::ppm(share::SHORT).and(short(sum, difference, paid.unit)));
    if let [position] = sum.debits {
        offer(Difference::Part, Weight::ppm(share::PART).and(part(position.open, sum.total, paid)));
    }
    best
}

/// Banks charge whole or half units, most often multiples of 5, or of 2.50, rarely more than 50, and never
/// a large part of what is paid.
fn bank_fee(fee: i64, total: i64, unit: i64) -> Weight {
    if fee > 50 * unit || fee > total / 5 {
        Weight::NEVER
    } else if fee % (5 * unit) == 0 {
        Weight::ppm(60_000)
    } else if (2 * fee) % (5 * unit) == 0 {
        Weight::ppm(25_000)
    } else if (2 * fee) % unit == 0 {
        Weight::ppm(1_500)
    } else {
        // Odd cents were kept back by the customer, not by a bank.
        Weight::NEVER
    }
}

/// A usual share of one of the items, or a round amount; at worst any amount up to a quarter.
fn short(sum: &Sum<'_>, kept: i64, unit: i64) -> Weight {
    let largest = sum.debits.iter().map(|position| position.open).max().unwrap_or(0);
    if kept > sum.total / 4 && kept > largest {
        return Weight::NEVER;
    }
    if sum.debits.len() <= LOOKED_AT && sum.debits.iter().any(|position| is_usual_share(position.open, kept)) {
        return Weight::ppm(50_000).and(Weight::one_in(sum.debits.len() as i64));
    }
    let little = kept <= 500 * unit && kept <= sum.total / 3;
    if little && kept % (5 * unit) == 0 {
        Weight::ppm(2_500)
    } else if little && kept % unit == 0 {
        Weight::ppm(100)
    } else if kept <= sum.total / 4 {
        anything(sum.total / 4)
    } else {
        anything(sum.total).and(Weight::ppm(200_000))
    }
}

/// Whether an amount kept back is a share that customers usually keep back, to the minor unit.
pub(super) fn is_usual_share(open: i64, kept: i64) -> bool {
    KEPT_BACK.iter().any(|share| (share_of(open, *share) - kept).abs() <= 1)
}

/// A usual part of the item, a round amount, or anything.
fn part(open: i64, total: i64, paid: Paid) -> Weight {
    if open != total {
        return Weight::NEVER;
    }
    if let Some((_, usual)) = PARTS.iter().find(|(share, _)| (share_of(open, *share) - paid.amount).abs() <= 1) {
        return Weight::ppm(*usual);
    }
    round(paid.amount, paid.unit, total).unwrap_or_else(|| anything(total))
}

/// A slip of one digit, or rounded up.
fn over(total: i64, paid: Paid, more: i64) -> Weight {
    let Paid { amount, unit, .. } = paid;
    if [unit / 100, unit / 10, unit, 10 * unit, 100 * unit].contains(&more) {
        return Weight::ppm(share::OVER).and(Weight::ppm(60_000));
    }
    let up = [10_000, 1_000, 500, 100, 50, 10].iter().find(|step| amount % (*step * unit) == 0 && more < *step * unit);
    match up {
        // Nobody rounds 1.20 up to 10,000.
        Some(step) if more <= total => Weight::ppm(share::OVER).and(Weight::ppm(if step * unit > total { 10_000 } else { 80_000 })),
        _ if more <= total / 4 => Weight::ppm(share::OVER).and(anything(total / 4)),
        _ => Weight::ppm(share::OVER).and(anything(total)).and(Weight::ppm(100_000)),
    }
}

/// The chance of a round amount up to `most`, by how round it is.
pub(super) fn round(amount: i64, unit: i64, most: i64) -> Option<Weight> {
    let steps = [(10_000, 60_000), (1_000, 100_000), (100, 120_000), (10, 60_000), (1, 30_000)];
    let (step, share) = steps.iter().find(|(step, _)| amount % (*step * unit) == 0)?;
    Some(Weight::ppm(*share).and(Weight::one_in(most / (step * unit))))
}

/// Any amount up to `most`.
pub(super) fn anything(most: i64) -> Weight {
    Weight::ppm(50_000).and(Weight::one_in(most))
}

/// The chance that a sum spread evenly up to `most` has just the payment's amount: sums of whole units meet whole units
/// more often.
pub(super) fn density(most: i64, paid: Paid) -> Weight {
    Weight::one_in(if paid.amount % paid.unit == 0 { most / paid.unit } else { most })
}

/// Whether one item alone explains the payment in a usual way.
pub(super) fn is_usual(position: &Position, paid: Paid) -> bool {
    read(&Sum { total: position.open, debits: &[position] }, paid).is_some_and(|(_, weight)| weight.order(Weight::one_in(20_000)).is_gt())
}
