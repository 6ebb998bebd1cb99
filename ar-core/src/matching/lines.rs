//! From an explanation to the lines of a posting: how much of which item, and as what. The lines of kind `payment` of a
//! posting always sum to the payment less what stays unapplied.

use super::account::Position;
use super::cases::{Advised, Case};
use super::difference::{Difference, Paid};
use super::listed::List;
use super::{KeptBack, Line};
use crate::record::{AllocationKind, DeductionReason, ItemIdx, ItemKind};
use crate::text::TextId;
use alloc::vec::Vec;

/// The lines of an explanation and what they leave of the payment.
pub(super) struct Posting {
    pub(super) lines: Vec<Line>,
    pub(super) unapplied: i64,
    /// What was kept back, where that is more than a part payment.
    pub(super) kept_back: Vec<KeptBack>,
}

impl Posting {
    /// Nothing is posted.
    fn nothing(paid: Paid) -> Self {
        Self { lines: Vec::new(), unapplied: paid.amount, kept_back: Vec::new() }
    }
}

/// An item of the explanation: signed open amount, and the cash it gets.
struct Share<'p> {
    at: ItemIdx,
    open: i64,
    position: &'p Position,
    cash: i64,
}

/// The posting of `case`; an empty one where the items do not add up to the payment in the way the case says, which no
/// case of ours does.
pub(super) fn post(case: &Case, paid: Paid, list: &List<'_>) -> Posting {
    let mut shares: Vec<Share<'_>> = case.items.iter().filter_map(|at| list.position(*at)).map(|(_, open, position)| Share { at: position.at, open, position, cash: open }).collect();
    shares.sort_by_key(|share| (share.open > 0, share.position.due_on, share.at));
    let mut lines = Vec::new();
    match case.difference {
        Difference::Fx => return exchanged(&shares, case.total, paid),
        Difference::None | Difference::Over | Difference::Advised => {}
        Difference::Discount | Difference::LateDiscount => discount(&mut shares, paid, case.difference == Difference::Discount, &mut lines),
        Difference::BankFee => keep_back(&mut shares, case.total - paid.amount, Some(&mut lines)),
        Difference::Short | Difference::Part => keep_back(&mut shares, case.total - paid.amount, None),
    }
    for share in &mut shares {
        if let Some(advised) = case.advised.iter().find(|advised| advised.item == share.at) {
            share.cash = advised.cash;
        }
    }
    let cash = shares.iter().try_fold(0i64, |sum, share| sum.checked_add(share.cash));
    let Some(unapplied) = cash.and_then(|cash| paid.amount.checked_sub(cash)).filter(|left| *left >= 0) else { return Posting::nothing(paid) };
    if case.difference == Difference::Advised {
        advised_discounts(&shares, paid, &mut lines);
    }
    let mut kept_back: Vec<KeptBack> = match case.difference {
        Difference::Short => kept(&shares, DeductionReason::Unknown),
        Difference::LateDiscount => kept(&shares, DeductionReason::DiscountNotEarned),
        _ => case.advised.iter().filter_map(|advised| advised_kept(advised, paid, &shares, list)).collect(),
    };
    // Of a deduction no other is made: its rest stays open.
    kept_back.retain(|kept| list.books.item(kept.item).is_some_and(|item| item.kind != ItemKind::Deduction));
    let payments = shares.iter().filter(|share| share.cash != 0).map(|share| Line { item: share.at, amount: share.cash, kind: AllocationKind::Payment, item_amount: share.cash });
    let mut all: Vec<Line> = payments.collect();
    all.append(&mut lines);
    Posting { lines: all, unapplied, kept_back }
}

/// What a line of advice says was kept back, and why, as far as the item owes it; a discount that came too late is.
fn advised_kept(advised: &Advised, paid: Paid, shares: &[Share<'_>], list: &List<'_>) -> Option<KeptBack> {
    let late = |share: &&Share<'_>| share.position.discount > 0 && (share.open - share.cash - share.position.discount).abs() <= 1 && !share.position.grants_on(paid.on);
    if let Some(share) = shares.iter().find(|share| share.at == advised.item).filter(late) {
        return Some(KeptBack { item: share.at, amount: share.open - share.cash, reason: DeductionReason::DiscountNotEarned, code: advised.reason });
    }
    if advised.kept_back <= 0 {
        return None;
    }
    let share = shares.iter().find(|share| share.at == advised.item && share.open - share.cash >= advised.kept_back)?;
    let text = list.books.text(advised.reason);
    let reason = if text.is_empty() { DeductionReason::Unknown } else { DeductionReason::read(text).unwrap_or(DeductionReason::Other) };
    Some(KeptBack { item: share.at, amount: advised.kept_back, reason, code: advised.reason })
}

/// What the items get less than they owe.
fn kept(shares: &[Share<'_>], reason: DeductionReason) -> Vec<KeptBack> {
    let short = shares.iter().filter(|share| share.open > share.cash && share.cash > 0);
    short.map(|share| KeptBack { item: share.at, amount: share.open - share.cash, reason, code: TextId::NONE }).collect()
}

/// Every discount, rounded half up; what payers rounded otherwise is settled on the last.
fn discount(shares: &mut [Share<'_>], paid: Paid, only_granted: bool, lines: &mut Vec<Line>) {
    let granted = |position: &Position| !only_granted || position.grants_on(paid.on);
    let mut left = shares.iter().fold(0i64, |sum, share| sum.saturating_add(share.open)) - paid.amount;
    let last = shares.iter().rposition(|share| share.open > 0 && share.position.discount > 0 && granted(share.position));
    for (at, share) in shares.iter_mut().enumerate() {
        if share.open > 0 && share.position.discount > 0 && granted(share.position) {
            let off = if Some(at) == last { left } else { share.position.discount.min(left) }.clamp(0, share.open);
            left -= off;
            share.cash = share.open - off;
            // A discount that came too late is not granted: what was kept back stays open.
            if off > 0 && only_granted {
                lines.push(Line { item: share.at, amount: off, kind: AllocationKind::Discount, item_amount: off });
            }
        }
    }
}

/// What was kept back is taken from the item whose usual share it is, else from the largest; a bank's fee is a line.
fn keep_back(shares: &mut [Share<'_>], kept: i64, fee: Option<&mut Vec<Line>>) {
    let usual = shares.iter().position(|share| fee.is_none() && super::difference::is_usual_share(share.open, kept));
    let largest = shares.iter().enumerate().max_by_key(|(at, share)| (share.open, core::cmp::Reverse(*at))).map(|(at, _)| at);
    let Some(share) = usual.or(largest).and_then(|at| shares.get_mut(at)).filter(|share| share.open >= kept) else { return };
    share.cash = share.open - kept;
    if let Some(lines) = fee {
        lines.push(Line { item: share.at, amount: kept, kind: AllocationKind::BankFee, item_amount: kept });
    }
}

/// What the advice leaves of an item is a discount if it is the one that was granted; else it stays open.
fn advised_discounts(shares: &[Share<'_>], paid: Paid, lines: &mut Vec<Line>) {
    for share in shares.iter().filter(|share| share.open > share.cash && share.cash > 0) {
        let left = share.open - share.cash;
        if share.position.grants_on(paid.on) && (left - share.position.discount).abs() <= 1 {
            lines.push(Line { item: share.at, amount: left, kind: AllocationKind::Discount, item_amount: left });
        }
    }
}

/// Items in another currency are paid in full; the payment is divided among them in proportion, to the last minor unit.
fn exchanged(shares: &[Share<'_>], total: i64, paid: Paid) -> Posting {
    let mut lines: Vec<Line> = Vec::new();
    // A credit note in another currency, or an item that would get nothing, is for a person.
    if shares.iter().any(|share| share.open <= 0) {
        return Posting::nothing(paid);
    }
    let (mut done, mut given) = (0i128, 0i128);
    for share in shares {
        done += i128::from(share.open);
        let until = if total == 0 { 0 } else { i128::from(paid.amount) * done / i128::from(total) };
        let amount = i64::try_from(until - given).unwrap_or(0);
        given = until;
        if amount <= 0 {
            return Posting::nothing(paid);
        }
        lines.push(Line { item: share.at, amount, kind: AllocationKind::Payment, item_amount: share.open });
    }
    Posting { lines, unapplied: paid.amount - i64::try_from(given).unwrap_or(0), kept_back: Vec::new() }
}
