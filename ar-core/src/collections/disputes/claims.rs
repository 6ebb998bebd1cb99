//! Claims: every dispute of the books, and every deduction that nobody disputed, as it was known on a day.

use crate::ledger::Books;
use crate::money::Currency;
use crate::record::{Allocation, AllocationKind, Credit, CustomerIdx, DeductionReason, Dispute, Item, ItemIdx};
use crate::text::TextId;
use alloc::{collections::BTreeSet, vec::Vec};
use chrono::NaiveDate;

/// Whether a claim is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is not.
    Open,
    /// It is done, and nobody said on which day.
    Undated,
    /// It was done on a day.
    On(NaiveDate),
}

/// A dispute, or a deduction that nobody disputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The dispute, or the item that is the deduction.
    pub id: TextId,
    /// Who claims.
    pub customer: CustomerIdx,
    /// The item.
    pub item: ItemIdx,
    /// Why.
    pub reason: DeductionReason,
    /// Currency.
    pub currency: Currency,
    /// Amount claimed.
    pub amount: i64,
    /// Day opened; of a deduction, issued.
    pub opened_on: NaiveDate,
    /// Whether it is decided.
    pub ending: Ending,
    /// How much of it was found valid, where it is decided and that is known.
    pub valid: Option<i64>,
    /// What was sold, where somebody said: texts of products are stored once, so equal ones have one handle.
    pub product: TextId,
}

/// Why a customer disputes: what was said of the dispute, or of the deduction that is disputed where that says more.
pub(super) fn reason_of(books: &Books, row: &Dispute) -> DeductionReason {
    let kept_back = || books.deduction_of(row.item).map(|deduction| deduction.reason);
    let said = DeductionReason::of_claim(books.text(row.reason));
    if matches!(said, DeductionReason::Unknown | DeductionReason::Other) { kept_back().unwrap_or(said) } else { said }
}

/// The code that a dispute has from the host: of the dispute, or else of the deduction that is disputed.
pub(super) fn code_of<'b>(books: &'b Books, row: &Dispute) -> &'b str {
    let kept_back = || books.deduction_of(row.item).map_or("", |deduction| books.text(deduction.code));
    books.texts().get_opt(row.reason).unwrap_or_else(kept_back)
}

/// Every claim that was opened by the end of a day, as it stood then.
pub fn claims(books: &Books, as_of: NaiveDate) -> Vec<Claimed> {
    let disputes = || books.each_customer().flat_map(|at| books.disputes_of(at)).filter(|row| row.opened_on <= as_of);
    let disputed: BTreeSet<ItemIdx> = disputes().map(|row| row.item).collect();
    let mut found: Vec<Claimed> = disputes().filter_map(|row| dispute(books, row, as_of)).collect();
    found.extend(books.deductions().iter().filter(|row| !disputed.contains(&row.item)).filter_map(|row| {
        let item = books.item(row.item).filter(|item| item.issued_on <= as_of)?;
        let (ending, valid) = ending_of(item, books.allocations_of(row.item), as_of);
        Some(Claimed {
            id: item.id,
            customer: item.customer,
            item: row.item,
            reason: row.reason,
            currency: item.currency,
            amount: item.amount,
            opened_on: item.issued_on,
            ending,
            valid,
            product: item.product,
        })
    }));
    found
}

fn dispute(books: &Books, row: &Dispute, as_of: NaiveDate) -> Option<Claimed> {
    let item = books.item(row.item)?;
    let ending = match row.resolved_on {
        _ if row.is_live_on(as_of) => Ending::Open,
        Some(on) => Ending::On(on),
        None => Ending::Undated,
    };
    Some(Claimed {
        id: row.id,
        customer: row.customer,
        item: row.item,
        reason: reason_of(books, row),
        currency: item.currency,
        amount: row.amount,
        opened_on: row.opened_on,
        ending,
        valid: row.valid_amount().filter(|_| ending != Ending::Open),
        product: item.product,
    })
}

/// A deduction is decided by what cleared it: what was credited was valid, what was paid was not. Where something else
/// cleared a part of it, nobody said which it was.
fn ending_of(item: &Item, lines: &[Allocation], as_of: NaiveDate) -> (Ending, Option<i64>) {
    let known = || lines.iter().filter(|line| line.on <= as_of);
    let sum = |lines: &mut dyn Iterator<Item = &Allocation>| lines.fold(0, |sum: i64, line| sum.saturating_add(line.amount));
    if let Some(last) = known().map(|line| line.on).max().filter(|_| sum(&mut known()) >= item.amount) {
        let plain = known().all(|line| line.kind == AllocationKind::Payment && line.credit != Credit::Own);
        let credited = sum(&mut known().filter(|line| matches!(line.credit, Credit::Item(_))));
        return (Ending::On(last), plain.then_some(credited));
    }
    match item.settled_on.filter(|on| *on <= as_of) {
        Some(on) => (Ending::On(on), None),
        None => (Ending::Open, None),
    }
}
