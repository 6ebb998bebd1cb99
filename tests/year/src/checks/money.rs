//! Invariants 20, 21, 23, 24 and 25 of a report, and that its ageing is what is owed.

use super::ensure;
use crate::facts::Kind;
use crate::rules::{COMPENSATION, CURRENCIES, FEE_CAP_CUSTOMER, FEE_CAP_ITEM, FEES, INTEREST};
use crate::seen::Seen;
use ar_core::action::ActionKind;
use ar_core::decision::Decision;
use std::collections::{HashMap, HashSet};

/// The item that a charge is for, what of it is charged (`fee-2`), and the decision.
fn charges<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = (usize, &'s str, &'s Decision)> {
    let rows = seen.report.decisions().iter().filter(|row| row.action() != ActionKind::IssueCreditNote);
    let of = |row: &'s Decision| row.draft.params.charge.as_ref().map(|charge| (row, charge.key.rsplit_once('/').map_or("", |parts| parts.1)));
    rows.filter_map(of).flat_map(|(row, what)| seen.items(row).map(move |at| (at, what, row)))
}

/// Sums by item, and by customer and currency.
type Charged<'f> = (HashMap<&'f str, i64>, HashMap<(usize, usize), i64>);

/// What was charged before of the charges whose name begins so.
fn before<'f>(seen: &Seen<'f>, what: &str) -> Charged<'f> {
    let (mut items, mut customers) = (HashMap::new(), HashMap::new());
    for item in seen.facts.items.iter().filter(|item| matches!(item.kind, Kind::Fee | Kind::Interest)) {
        if let Some((of, _)) = item.id.rsplit_once('/').filter(|parts| parts.1.starts_with(what)) {
            *items.entry(of).or_insert(0) += item.amount;
            *customers.entry((item.customer, item.currency)).or_insert(0) += item.amount;
        }
    }
    (items, customers)
}

/// A fee once an item and level, for ever; never more than its level costs, nor than the caps of item and customer leave.
pub(super) fn invariant_20_fees_once_and_capped(seen: &Seen<'_>) -> Result<(), String> {
    let (mut now, (of_item, mut of_customer)) = (HashSet::new(), before(seen, "fee-"));
    for (at, what, row) in charges(seen).filter(|row| row.1.starts_with("fee-")) {
        let item = &seen.facts.items[at];
        let key = format!("{}/{what}", item.id);
        ensure!(now.insert(at) && !seen.facts.item_of.contains_key(&key), "{key} is charged twice");
        ensure!(what == format!("fee-{}", item.level) && item.level > 0, "{key}: the last notice was of level {}", item.level);
        let used = of_customer.entry((item.customer, item.currency)).or_insert(0);
        let room = (FEE_CAP_ITEM - of_item.get(item.id.as_str()).copied().unwrap_or(0)).min(FEE_CAP_CUSTOMER - *used);
        let most = FEES[usize::from(item.level) - 1].min(room);
        ensure!(row.draft.amount <= most, "{key}: {} is charged, at most {most} may be", row.draft.amount);
        *used += row.draft.amount;
    }
    Ok(())
}

/// Charges are for invoices, never for fees, interest, credits or what was kept back; nothing is charged where nothing may be.
pub(super) fn invariant_21_no_fee_on_fees(seen: &Seen<'_>) -> Result<(), String> {
    for (at, what, row) in charges(seen) {
        let item = &seen.facts.items[at];
        ensure!(item.kind == Kind::Invoice && row.draft.amount > 0, "{what} of the {} {}: {}", item.kind.name(), item.id, row.draft.amount);
        ensure!(!seen.facts.customers[item.customer].consumer && !seen.facts.silent(item.customer, seen.today), "{what} of {}: the customer is not charged", item.id);
        ensure!(seen.facts.disputed(at) == 0, "{what} of {}: it is disputed", item.id);
        ensure!(seen.left[at] == 0 || seen.held(at).is_none(), "{what} of {}: {:?}", item.id, seen.held(at));
    }
    Ok(())
}

/// Interest is never more than that of the whole item for all days past due, and nothing before that.
pub(super) fn invariant_23_interest_is_bounded(seen: &Seen<'_>) -> Result<(), String> {
    let (of_item, _) = before(seen, "interest-");
    for (at, what, row) in charges(seen).filter(|row| row.1.starts_with("interest-")) {
        let item = &seen.facts.items[at];
        let sum = of_item.get(item.id.as_str()).copied().unwrap_or(0) + row.draft.amount;
        let most = item.amount * INTEREST * seen.late(at) / 36_500 + 1;
        ensure!(seen.late(at) > 0 && sum <= most, "{}/{what}: {sum} in all, at most {most}", item.id);
    }
    Ok(())
}

/// Compensation once a late invoice.
pub(super) fn invariant_24_compensation_once(seen: &Seen<'_>) -> Result<(), String> {
    let mut now = HashSet::new();
    for (at, _, row) in charges(seen).filter(|row| row.1 == "compensation") {
        let item = &seen.facts.items[at];
        let key = format!("{}/compensation", item.id);
        ensure!(now.insert(at) && !seen.facts.item_of.contains_key(&key), "{key} twice");
        ensure!(item.amount >= COMPENSATION.0 && row.draft.amount == COMPENSATION.1, "{key}: {} for an item of {}", row.draft.amount, item.amount);
    }
    Ok(())
}

/// A decision is in one currency, that of its items, and of one customer; what it amounts to is not negative.
pub(super) fn invariant_25_currencies_do_not_mix(seen: &Seen<'_>) -> Result<(), String> {
    for row in seen.report.decisions() {
        ensure!(row.draft.amount >= 0, "{}: {}", seen.of(row).2, row.draft.amount);
        // A posting may be for several customers, and stands in the currency of the payment.
        let several = row.action() == ActionKind::PostAllocation;
        for item in seen.items(row).map(|at| &seen.facts.items[at]) {
            let (customer, currency, what) = (row.customer().map(|at| at.0 as usize), row.draft.currency.code(), &item.id);
            ensure!(CURRENCIES[item.currency] == currency && (several || Some(item.customer) == customer), "{}: {what} is another's", seen.of(row).2);
        }
    }
    Ok(())
}

/// The buckets sum to what is owed, less credits and cash that is not applied, currency by currency.
pub(super) fn conservation_the_ageing_is_what_is_owed(seen: &Seen<'_>) -> Result<(), String> {
    let mut owed = [0i64; 2];
    for (at, item) in seen.facts.items.iter().enumerate() {
        owed[item.currency] += if item.is_credit() { -seen.left[at] } else { seen.left[at] };
    }
    seen.facts.payments.iter().for_each(|row| owed[row.currency] -= row.left());
    for answer in seen.report.payments().iter().filter(|answer| seen.posts(answer)) {
        let currency = seen.payment(answer).map_or(0, |at| seen.facts.payments[at].currency);
        // A credit note that is taken off lowers what the items take of the payment.
        owed[currency] += answer.cash();
    }
    for (currency, code) in CURRENCIES.iter().enumerate() {
        let aged: i64 = seen.report.aging().iter().filter(|row| row.currency.code() == *code).map(|row| row.amount).sum();
        ensure!(aged == owed[currency], "{aged} {code} by age, {} by the log", owed[currency]);
    }
    Ok(())
}
