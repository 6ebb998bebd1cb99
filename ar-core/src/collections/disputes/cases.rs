//! Past cases: what became of disputes and deductions like one that is open. Built once a run; each question looks at a
//! bounded number of cases, however many there are.
//!
//! The share of an amount that is expected to be found valid is judged in circles: half of it where nothing is known, then
//! the cases of other reasons, then those of this reason of other customers, then the customer's own. In each circle what
//! the wider one says counts as so many cases more (`prior_cases`), and no case is counted twice: so a few cases that all
//! went one way do not make a certainty. Each case counts the same, whatever its amount.

use super::claims::{Claimed, Ending};
use crate::calendar::days_between;
use crate::decision::{Estimate, PastCase};
use crate::ledger::Books;
use crate::money::Currency;
use crate::record::{CustomerIdx, DeductionReason};
use crate::text::TextId;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;
use core::cmp::Reverse;

/// The newest cases of a circle that are looked at for one question.
const LOOK: usize = 32;

/// What is taken for the share where nothing at all is known.
const NOTHING_KNOWN: i64 = 500_000;

/// A circle of cases that have something in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Circle {
    Book,
    Reason(DeductionReason),
    Customer(DeductionReason, CustomerIdx),
    Product(DeductionReason, TextId),
    Band(DeductionReason, Currency, u32),
}

#[derive(Clone, Debug, Default)]
struct Group {
    cases: i64,
    /// Sum of the shares, in parts per million.
    shares: i64,
    newest: Vec<u32>,
}

/// The cases that were decided before a day.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    rows: Vec<(PastCase, TextId)>,
    circles: BTreeMap<Circle, Group>,
}

/// What is asked about.
pub(super) struct Question {
    pub(super) reason: DeductionReason,
    pub(super) customer: CustomerIdx,
    pub(super) currency: Currency,
    pub(super) amount: i64,
    pub(super) product: TextId,
}

/// Amounts of one band are within a factor of two.
const fn band(amount: i64) -> u32 {
    i64::BITS - amount.leading_zeros()
}

impl Cases {
    /// The claims that were decided strictly before `as_of`, and at most `days` before it; where nobody said how much of a
    /// claim was valid, it is no case.
    pub fn new(books: &Books, claims: &[Claimed], as_of: NaiveDate, days: i64) -> Self {
        let mut rows: Vec<(PastCase, TextId)> = claims.iter().filter_map(|claim| Some((past(claim, as_of, days)?, claim.product))).collect();
        rows.sort_by(|(a, _), (b, _)| b.decided_on.cmp(&a.decided_on).then_with(|| (books.text(a.id), a.item).cmp(&(books.text(b.id), b.item))));
        let mut circles: BTreeMap<Circle, Group> = BTreeMap::new();
        for ((case, product), at) in rows.iter().zip(0u32..) {
            let reason = case.reason;
            let product = (!product.is_none()).then_some(Circle::Product(reason, *product));
            let circle = [Circle::Book, Circle::Reason(reason), Circle::Customer(reason, case.customer), Circle::Band(reason, case.currency, band(case.amount))];
            for circle in circle.into_iter().chain(product) {
                let group = circles.entry(circle).or_default();
                group.cases += 1;
                group.shares += case.valid_ppm();
                if group.newest.len() < LOOK {
                    group.newest.push(at);
                }
            }
        }
        Self { rows, circles }
    }

    /// Whether nothing was decided yet that is known.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn counts(&self, circle: Circle) -> (i64, i64) {
        self.circles.get(&circle).map_or((0, 0), |group| (group.cases, group.shares))
    }

    /// What the past says; `prior` is what a wider circle counts as.
    pub(super) fn estimate(&self, reason: DeductionReason, customer: CustomerIdx, prior: i64) -> Estimate {
        let shrunken = |cases: i64, shares: i64, wider: i64| shares.saturating_add(prior.saturating_mul(wider)) / cases.saturating_add(prior).max(1);
        let (book, all, own) = (self.counts(Circle::Book), self.counts(Circle::Reason(reason)), self.counts(Circle::Customer(reason, customer)));
        let others = shrunken(book.0 - all.0, book.1 - all.1, NOTHING_KNOWN);
        let of_reason = shrunken(all.0 - own.0, all.1 - own.1, others);
        Estimate { cases: all.0, of_customer: own.0, valid_ppm: shrunken(own.0, own.1, of_reason) }
    }

    /// The `most` cases of the same reason that are nearest: the customer's own first, then those of the product, then by
    /// how near their amounts are, then the newest. Only the newest of each circle are looked at.
    pub(super) fn similar(&self, asked: &Question, most: usize) -> Vec<PastCase> {
        let reason = asked.reason;
        let near = [Circle::Customer(reason, asked.customer), Circle::Product(reason, asked.product), Circle::Band(reason, asked.currency, band(asked.amount)), Circle::Reason(reason)];
        let mut places: Vec<u32> = near.iter().filter_map(|circle| self.circles.get(circle)).flat_map(|group| group.newest.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        let mut ranked: Vec<_> = places.iter().filter_map(|at| Some((*at, self.rows.get(*at as usize)?))).map(|(at, row)| (asked.distance(row), at, &row.0)).collect();
        // The rows are in the order of their age, so the place decides between what is as near.
        ranked.sort_unstable_by_key(|row| (row.0, row.1));
        ranked.into_iter().take(most).map(|row| row.2.clone()).collect()
    }
}

fn past(claim: &Claimed, as_of: NaiveDate, days: i64) -> Option<PastCase> {
    let Ending::On(decided_on) = claim.ending else { return None };
    let ago = i64::from(days_between(decided_on, as_of));
    let valid = claim.valid.filter(|_| ago > 0 && ago <= days)?;
    let Claimed { id, customer, item, reason, currency, amount, opened_on, .. } = *claim;
    Some(PastCase { id, customer, item, reason, currency, amount, valid, opened_on, decided_on })
}

impl Question {
    /// Smaller is nearer: another customer, another product, and how far the amounts are apart; amounts of two currencies
    /// are not compared.
    fn distance(&self, (case, product): &(PastCase, TextId)) -> (Reverse<bool>, Reverse<bool>, u32) {
        let apart = if case.currency == self.currency { band(case.amount).abs_diff(band(self.amount)) } else { u32::MAX };
        (Reverse(case.customer == self.customer), Reverse(!self.product.is_none() && *product == self.product), apart)
    }
}
