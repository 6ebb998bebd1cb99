//! The provision matrix (IFRS 9, simplified approach, B5.5.35): the loss rate of each bucket from the book's own past,
//! shrunken towards shipped rates, times what is open in the bucket.
//!
//! Of the past only items count whose default would have been seen before the day: what was open of them when they came
//! into the bucket, and what of that was unpaid (open, or written off) the policy's `default_days` after the due date.

use super::{BUCKETS, DEBITS, RiskFacts, RiskRow, WHOLE, minor, ppm};
use crate::calendar;
use crate::ledger::TOGETHER;
use crate::money::{Currency, mul_ratio};
use crate::reason::{Reason, ReasonCode};
use crate::record::{Allocation, AllocationKind, Item};
use crate::threads;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// Loss rates of the buckets where the book knows nothing, in parts per million: those of the provision matrix in the
/// Illustrative Examples of IFRS 9 (example 12, IE74 to IE77).
const SHIPPED: [i64; DEBITS] = [3_000, 16_000, 36_000, 66_000, 106_000];
/// Decided items that the shipped rate counts as.
const SHIPPED_ITEMS: i64 = 20;
/// First and last day past due of the buckets; what is not due begins with its issue.
const DAYS: [(i32, i32); DEBITS] = [(i32::MIN, 0), (1, 30), (31, 60), (61, 90), (91, i32::MAX)];

/// What became of the amounts that were once in a bucket.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct History {
    /// Open when they came into the bucket.
    entered: i128,
    /// Of that lost: unpaid at default, times loss given default.
    lost: i128,
    /// Sum of the squares of what entered.
    squares: i128,
}

impl History {
    /// As many items of one size tell as much: the square of the sum over the sum of the squares (Kish). One large
    /// item among many small ones is little more than one item.
    fn items(&self) -> i64 {
        let square = self.entered.saturating_mul(self.entered);
        square.checked_div(self.squares).and_then(|items| i64::try_from(items).ok()).unwrap_or(0)
    }
}

/// The past of the buckets of each currency.
type Histories = BTreeMap<Currency, [History; DEBITS]>;

/// The past of every bucket, by currency.
pub(super) fn histories(facts: &RiskFacts<'_>) -> Histories {
    let mut found = Histories::new();
    for (currency, histories) in threads::pieces(facts.books.items().len(), TOGETHER, |range| histories_of(facts, range)).into_iter().flatten() {
        for (mine, its) in found.entry(currency).or_default().iter_mut().zip(histories) {
            mine.entered += its.entered;
            mine.lost += its.lost;
            mine.squares = mine.squares.saturating_add(its.squares);
        }
    }
    found
}

/// The past of some items in a row.
fn histories_of(facts: &RiskFacts<'_>, range: Range<usize>) -> Histories {
    let mut found = Histories::new();
    let allocations = facts.books.allocations();
    let mut rest = allocations.get(allocations.partition_point(|line| (line.item.0 as usize) < range.start)..).unwrap_or(&[]);
    for (place, item) in range.clone().zip(facts.books.items().get(range).unwrap_or(&[])) {
        let count = rest.iter().take_while(|line| line.item.0 as usize == place).count();
        let (lines, behind) = rest.split_at_checked(count).unwrap_or_default();
        rest = behind;
        if item.kind.is_billed() && item.due_on < facts.as_of {
            add(facts, item, lines, &mut found);
        }
    }
    found
}

fn add(facts: &RiskFacts<'_>, item: &Item, lines: &[Allocation], found: &mut Histories) {
    let settings = &facts.settings(item.customer).scoring;
    let default_on = calendar::add_days(item.due_on, i32::try_from(settings.default_days).unwrap_or(180));
    if default_on >= facts.as_of {
        return;
    }
    let mine = found.entry(item.currency).or_default();
    for (history, (first, last)) in mine.iter_mut().zip(DAYS) {
        let begins = if first == i32::MIN { item.issued_on } else { calendar::add_days(item.due_on, first).max(item.issued_on) };
        let decided = default_on.max(begins);
        // Issued after the bucket, or not decided yet.
        if calendar::days_between(item.due_on, begins) > last || decided >= facts.as_of {
            continue;
        }
        let (entered, written) = state(item, lines, begins);
        let (open, written_by_default) = state(item, lines, decided);
        let unpaid = (open + written_by_default - written).clamp(0, entered);
        history.entered += i128::from(entered);
        history.lost += i128::from(mul_ratio(unpaid, settings.loss_given_default, WHOLE).unwrap_or(unpaid));
        history.squares = history.squares.saturating_add(i128::from(entered).saturating_mul(i128::from(entered)));
    }
}

/// What is open of an item at the end of a day, and what was written off of it by then.
fn state(item: &Item, lines: &[Allocation], day: NaiveDate) -> (i64, i64) {
    let written = lines.iter().filter(|line| line.on <= day && line.kind == AllocationKind::WriteOff).fold(0_i64, |sum, line| sum.saturating_add(line.amount));
    (item.open_on(lines, day), written.min(item.amount))
}

/// What is open in each bucket, and the provision for it.
pub(super) fn provision(facts: &RiskFacts<'_>, currency: Currency, histories: Option<&[History; DEBITS]>, rows: &mut Vec<RiskRow>) {
    const FORMULA: &str = "open amount of the bucket * loss rate; loss rate = (own rate * decided items + shipped rate * 20) / (decided items + 20)";
    let aged = || facts.aging.iter().filter(|row| row.currency == currency).take(DEBITS);
    let total: i128 = aged().map(|row| i128::from(row.amount)).sum();
    rows.extend(aged().map(|row| RiskRow {
        bucket: Some(row.bucket),
        amount: Some(row.amount),
        rate_ppm: ppm(i128::from(row.amount), total),
        count: row.count,
        ..RiskRow::new("exposure", currency, "open amount of the bucket; rate = its share of all that is open")
    }));
    let histories = histories.copied().unwrap_or_default();
    let (mut sum, mut count) = (0_i128, 0);
    for (((row, history), shipped), bucket) in aged().zip(histories).zip(SHIPPED).zip(BUCKETS) {
        let (own, items) = (ppm(history.lost, history.entered), history.items());
        let rate = shrunken(own.unwrap_or(0), items, shipped);
        let amount = mul_ratio(row.amount, rate, WHOLE).unwrap_or(row.amount);
        (sum, count) = (sum + i128::from(amount), count + row.count);
        let reasons = alloc::vec![
            Reason::new(ReasonCode::ExpectedLoss, amount, row.amount),
            Reason::new(ReasonCode::LossRate, own.unwrap_or(Reason::NOTHING), shipped),
            Reason::new(ReasonCode::LossHistory, items, SHIPPED_ITEMS),
        ];
        rows.push(RiskRow { bucket: Some(bucket), amount: Some(amount), rate_ppm: Some(rate), count: row.count, reasons, ..RiskRow::new("provision", currency, FORMULA) });
    }
    rows.push(RiskRow {
        amount: Some(minor(sum)),
        rate_ppm: ppm(sum, total),
        count,
        reasons: alloc::vec![Reason::new(ReasonCode::ExpectedLoss, minor(sum), minor(total))],
        ..RiskRow::new("provision", currency, "sum of the provisions of the buckets; rate = provision / open amount")
    });
}

/// The mean of the book's own rate, with as many items as it has, and the shipped one, with [`SHIPPED_ITEMS`].
fn shrunken(own: i64, items: i64, shipped: i64) -> i64 {
    let sum = i128::from(own) * i128::from(items) + i128::from(shipped) * i128::from(SHIPPED_ITEMS);
    // Rounded once, half to even, to a whole part per million.
    let (weight, rest) = (i128::from(items) + i128::from(SHIPPED_ITEMS), i128::from(WHOLE));
    ppm(sum, weight * rest).unwrap_or(shipped)
}
