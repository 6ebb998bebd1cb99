//! Root causes: disputes and deductions by reason, and by reason with product and with customer, currency by currency.

use crate::calendar::days_between;
use crate::collections::disputes::{Claimed, Ending};
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Settings;
use crate::record::{CustomerIdx, DeductionReason, ItemIdx};
use crate::text::TextId;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;
use core::cmp::Reverse;

/// What rows are counted by, beside the reason.
pub const BY: [&str; 3] = ["all", "product", "customer"];

/// Claims of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseRow {
    /// Currency.
    pub currency: Currency,
    /// Why.
    pub reason: DeductionReason,
    /// A word of `BY`.
    pub by: &'static str,
    /// The product, of rows by product.
    pub product: Option<TextId>,
    /// The customer, of rows by customer.
    pub customer: Option<CustomerIdx>,
    /// What was counted.
    pub sums: Sums,
}

/// Counts and amounts of claims, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Claims.
    pub count: i64,
    /// What was claimed.
    pub amount: i64,
    /// Claims that are not decided.
    pub open_count: i64,
    /// What of them is open: what is at stake.
    pub open_amount: i64,
    /// Claims that were decided, where it is known how much was valid.
    pub decided_count: i64,
    /// What of the amount was decided, where it is known how much was valid.
    pub decided_amount: i64,
    /// What of that was valid.
    pub valid_amount: i64,
    /// Days that claims were open, or are, together.
    pub days: i64,
    /// Claims of which these are the days.
    pub dated_count: i64,
}

impl Sums {
    fn add(&mut self, claim: &Claimed, open: i64, as_of: NaiveDate) {
        let add = |sum: &mut i64, amount: i64| *sum = sum.saturating_add(amount);
        add(&mut self.count, 1);
        add(&mut self.amount, claim.amount);
        if claim.ending == Ending::Open {
            add(&mut self.open_count, 1);
            add(&mut self.open_amount, open);
        }
        if let Some(valid) = claim.valid {
            add(&mut self.decided_count, 1);
            add(&mut self.decided_amount, claim.amount);
            add(&mut self.valid_amount, valid);
        }
        let until = match claim.ending {
            Ending::Open => Some(as_of),
            Ending::On(day) => Some(day),
            Ending::Undated => None,
        };
        if let Some(until) = until {
            add(&mut self.days, i64::from(days_between(claim.opened_on, until)));
            add(&mut self.dated_count, 1);
        }
    }
}

/// What the rows of one kind are told apart by.
type Key = (Currency, DeductionReason, Option<TextId>, Option<CustomerIdx>);

/// The causes of what was claimed in the days that the policy says, and of what is not decided: per currency all reasons,
/// and the reasons with the products, and with the customers, that have most at stake. What is at stake of one item is
/// never more than is open of it.
pub fn root_causes(books: &Books, claims: &[Claimed], open: &[i64], settings: &Settings, as_of: NaiveDate) -> Vec<CauseRow> {
    let limits = &settings.disputes.numbers;
    let mut left: BTreeMap<ItemIdx, i64> = BTreeMap::new();
    let mut counted: [BTreeMap<Key, Sums>; 3] = Default::default();
    for claim in claims {
        let is_open = claim.ending == Ending::Open;
        if !is_open && i64::from(days_between(claim.opened_on, as_of)) >= limits.cause_days {
            continue;
        }
        let left = left.entry(claim.item).or_insert_with(|| open.get(claim.item.0 as usize).copied().unwrap_or(0).max(0));
        let at_stake = if is_open { claim.amount.min(*left) } else { 0 };
        *left -= at_stake;
        let (currency, reason) = (claim.currency, claim.reason);
        let product = (!claim.product.is_none()).then_some((currency, reason, Some(claim.product), None));
        let keys = [Some((currency, reason, None, None)), product, Some((currency, reason, None, Some(claim.customer)))];
        for (sums, key) in counted.iter_mut().zip(keys) {
            if let Some(key) = key {
                sums.entry(key).or_default().add(claim, at_stake, as_of);
            }
        }
    }
    let most = usize::try_from(limits.cause_rows).unwrap_or(0);
    let mut rows = Vec::new();
    for (by, sums) in BY.into_iter().zip(counted) {
        let mut kind: Vec<CauseRow> = sums.into_iter().map(|((currency, reason, product, customer), sums)| CauseRow { currency, reason, by, product, customer, sums }).collect();
        kind.sort_by(|a, b| order(books, a).cmp(&order(books, b)));
        for currency in kind.chunk_by(|a, b| a.currency == b.currency) {
            rows.extend(currency.iter().take(if by == "all" { usize::MAX } else { most }).cloned());
        }
    }
    // The sort is stable: inside a currency, all reasons stand before products and customers.
    rows.sort_by_key(|row| row.currency);
    rows
}

/// What has most at stake stands first.
fn order<'b>(books: &'b Books, row: &CauseRow) -> (Currency, Reverse<i64>, Reverse<i64>, DeductionReason, &'b str, Option<CustomerIdx>) {
    (row.currency, Reverse(row.sums.open_amount), Reverse(row.sums.amount), row.reason, row.product.map_or("", |product| books.text(product)), row.customer)
}
