//! Charges: dunning fees, interest on late payment and the sum that a law grants for one. Each is proposed once what gives
//! rise to it has happened: a notice that was reported sent, or a payment that came late.
//!
//! A charge has a key, `INV-1/fee-2`, made of the identifier of the item it is for. It is the identifier and the reference of
//! the item that the charge becomes, and a host keeps one of the two. So what was charged is read off the books, in
//! whatever way it came into them; there is no second register that could disagree. The decision is the same from the day
//! that gives rise to it on, so `done`, approval and rejection hold for as long as its facts do.

pub mod compensation;
pub mod exact;
pub mod fees;
pub mod interest;
pub mod principal;

use super::holds::Holds;
use super::{Found, View};
use crate::action::ActionKind;
use crate::calendar::{add_days, days_between};
use crate::decision::{Charge, Draft, Params};
use crate::ledger::Books;
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx, ItemKind};
use crate::scoring::Worth;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use exact::Exact;
use interest::{Terms, accrue};
use principal::{Principal, principal};

/// What of an item is charged, behind the last slash of a key.
const COMPENSATION: &str = "compensation";
const FEE: &str = "fee-";
const INTEREST: &str = "interest-";

/// What was charged to a customer, and what this run adds to it.
#[derive(Default)]
struct Charged<'b> {
    /// Keys of items, and of what of them.
    keys: BTreeSet<(&'b str, &'b str)>,
    /// Fees by item.
    fees: BTreeMap<&'b str, i64>,
    /// Interest by item.
    interest: BTreeMap<&'b str, i64>,
    /// Fees of the window of the customer's cap, by currency; those of unknown keys too.
    in_window: BTreeMap<Currency, i64>,
    /// Items in a currency that no rate leads to.
    no_rate: BTreeMap<Currency, Vec<ItemIdx>>,
}

/// The item that a key names, and what of it is charged.
fn parts(key: &str) -> Option<(&str, &str)> {
    let (item, what) = key.rsplit_once('/')?;
    (what == COMPENSATION || what.starts_with(FEE) || what.starts_with(INTEREST)).then_some((item, what))
}

impl<'b> Charged<'b> {
    fn read(books: &'b Books, customer: CustomerIdx, since: NaiveDate) -> Self {
        let mut charged = Self::default();
        for item in books.items_of(customer).iter().filter(|item| matches!(item.kind, ItemKind::Fee | ItemKind::Interest)) {
            let key = parts(books.text(item.id)).or_else(|| parts(books.text(item.reference)));
            if item.kind == ItemKind::Fee && item.issued_on > since && key.is_none_or(|(_, what)| what != COMPENSATION) {
                add(charged.in_window.entry(item.currency).or_insert(0), item.amount);
            }
            let Some((source, what)) = key else { continue };
            charged.keys.insert((source, what));
            if what.starts_with(FEE) {
                add(charged.fees.entry(source).or_insert(0), item.amount);
            } else if what.starts_with(INTEREST) {
                add(charged.interest.entry(source).or_insert(0), item.amount);
            }
        }
        charged
    }

    fn has(&self, source: &str, what: &str) -> bool {
        self.keys.contains(&(source, what))
    }
}

fn add(sum: &mut i64, amount: i64) {
    *sum = sum.saturating_add(amount);
}

/// An item that is or was late, and what is known of it on the day.
struct Late<'v> {
    at: ItemIdx,
    item: &'v Item,
    id: &'v str,
    principal: Principal,
    level: u8,
    /// The day of its last notice, within the window.
    notice_on: Option<NaiveDate>,
    /// The day on which it was paid late, within the window.
    paid_on: Option<NaiveDate>,
}

/// Proposes what may be charged to a customer.
pub(super) fn decide(view: &View<'_>, holds: &Holds, found: &mut Found) {
    let charges = &view.settings.charges;
    let allowed = charges.is_on() && (charges.numbers.consumers || !view.customer.consumer);
    if !allowed || view.silence().is_some() {
        return;
    }
    let since = add_days(view.as_of, -i32::try_from(charges.numbers.fee_cap_days).unwrap_or(365));
    let mut charged = Charged::read(view.books, view.at, since);
    let range = view.books.item_range(view.at);
    for (place, item) in range.zip(view.books.items_of(view.at)) {
        // Fees and interest are no principal; what was kept back is in dispute, and a credit is nothing owed.
        let is_principal = matches!(item.kind, ItemKind::Invoice | ItemKind::DebitNote);
        if !is_principal || item.due_on >= view.as_of || item.issued_on > view.as_of || lapsed(view, item) {
            continue;
        }
        let Some(late) = Late::read(view, holds, ItemIdx(place as u32), item) else { continue };
        fee(view, &late, &mut charged, found);
        interest(view, &late, &charged, found);
        compensate(view, &late, &mut charged, found);
    }
    for (currency, items) in charged.no_rate {
        let amount = items.iter().filter_map(|at| view.score_of(*at)).fold(0, |sum: i64, score| sum.saturating_add(score.open));
        let reasons = alloc::vec![Reason::bare(ReasonCode::NoRate)];
        found.add(view.draft_about(ActionKind::Review, (currency, amount, Worth::default()), items, Params::default(), reasons));
    }
}

/// Whether an item was settled and last spoken of before the window: most of a long history, passed over at once.
fn lapsed(view: &View<'_>, item: &Item) -> bool {
    let opens = add_days(view.as_of, -i32::try_from(view.settings.charges.numbers.window_days).unwrap_or(0));
    item.settled_on.is_some_and(|day| day < opens) && item.last_notice_on.is_none_or(|day| day < opens)
}

impl<'v> Late<'v> {
    /// Nothing where nothing gives rise to a charge, or where a claim, a plan, a promise or cash on its way holds the item.
    fn read(view: &View<'v>, holds: &Holds, at: ItemIdx, item: &'v Item) -> Option<Self> {
        let numbers = &view.settings.charges.numbers;
        let within = |day: &NaiveDate| *day <= view.as_of && i64::from(days_between(*day, view.as_of)) <= numbers.window_days;
        let principal = principal(view.books, at, item, view.as_of);
        let (level, last, _) = holds.notices_of(view, at, item);
        let notice_on = last.filter(within).filter(|_| level > 0 && (numbers.keep_when_paid || principal.open > 0));
        let paid_on = principal.settled_on.filter(within).filter(|day| *day > item.due_on);
        if notice_on.is_none() && paid_on.is_none() {
            return None;
        }
        // Any claim holds the charge, also one about a part: what is charged now could turn out to be too much.
        let held = if principal.open > 0 {
            holds.pursue(view, at, item, principal.open) != Ok(principal.open)
        } else {
            view.books.disputes_of(view.at).iter().any(|row| row.item == at && row.is_live_on(view.as_of))
        };
        (!held).then(|| Self { at, item, id: view.books.text(item.id), principal, level, notice_on, paid_on })
    }

    /// The day that gives rise to interest and compensation: that of the payment, else that of the notice.
    fn moment(&self, view: &View<'_>) -> Option<NaiveDate> {
        let numbers = &view.settings.charges.numbers;
        self.paid_on.filter(|_| numbers.when_paid).or(self.notice_on.filter(|_| numbers.at_notice))
    }

    /// What a hundredth of the policy's currency is in that of the item; where no rate says so, a person hears of it.
    fn hundredth(&self, view: &View<'_>, on: NaiveDate, charged: &mut Charged<'_>) -> Option<Exact> {
        let found = fees::hundredth(view.books, &view.settings.charges, self.item.currency, on, view.as_of);
        if found.is_none() {
            let waits = charged.no_rate.entry(self.item.currency).or_default();
            if !waits.contains(&self.at) {
                waits.push(self.at);
            }
        }
        found
    }

    fn draft(&self, view: &View<'_>, action: ActionKind, amount: i64, params: Params, reasons: Vec<Reason>) -> Draft {
        // A charge that waits is not lost: what acting today gains is the part of the window that passes until the next look.
        let (waits, window) = (view.settings.worklist.look_again_days, view.settings.charges.numbers.window_days.max(1));
        let gain = crate::money::mul_ratio(amount, waits.min(window), window).unwrap_or(0);
        view.draft_about(action, (self.item.currency, amount, Worth { gain, cost: 0 }), alloc::vec![self.at], params, reasons)
    }

    fn charge(&self, view: &View<'_>, what: &str, kind: ItemKind, on: NaiveDate) -> Option<Charge> {
        let days = i32::try_from(view.settings.charges.numbers.due_days).unwrap_or(14);
        Some(Charge { key: key(self.id, what), kind, on, due_on: add_days(view.as_of, days) })
    }
}

/// The fee of the level that the last notice brought the item to: once an item and level, for ever.
fn fee(view: &View<'_>, late: &Late<'_>, charged: &mut Charged<'_>, found: &mut Found) {
    let charges = &view.settings.charges;
    let (Some(fee), Some(on)) = (charges.fee(late.level), late.notice_on) else { return };
    let what = format!("{FEE}{}", late.level);
    if charged.has(late.id, &what) {
        return;
    }
    let Some(hundredth) = late.hundredth(view, on, charged) else { return };
    let base = if charges.numbers.fee_on_open { late.principal.open } else { late.item.amount };
    let Some(full) = fees::fee(fee, late.item.amount, base, hundredth, charges.numbers.rounding) else { return };
    let of_item = charged.fees.get(late.id).copied().unwrap_or(0);
    let of_customer = charged.in_window.get(&late.item.currency).copied().unwrap_or(0);
    let left = |cap: i64, used: i64| Some(fees::cap(cap, hundredth)?.saturating_sub(used).max(0));
    let Some(room) = left(charges.numbers.fee_cap_item, of_item).zip(left(charges.numbers.fee_cap_customer, of_customer)).map(|(item, customer)| item.min(customer)) else { return };
    let amount = full.min(room);
    if amount <= 0 {
        return;
    }
    add(charged.in_window.entry(late.item.currency).or_insert(0), amount);
    let mut reasons = alloc::vec![Reason::new(ReasonCode::FeeOfLevel, i64::from(late.level), Reason::NOTHING)];
    reasons.extend((amount < full).then_some(Reason::new(ReasonCode::FeeCapped, full, room)));
    let params = Params { level: late.level, charge: late.charge(view, &what, ItemKind::Fee, on), ..Params::default() };
    found.add(late.draft(view, ActionKind::ChargeFee, amount, params, reasons));
}

/// Interest up to the day that gives rise to it, less what was charged of it before. So it is rounded once for the item,
/// however often it is charged.
fn interest(view: &View<'_>, late: &Late<'_>, charged: &Charged<'_>, found: &mut Found) {
    let charges = &view.settings.charges;
    let Some(on) = late.moment(view).filter(|_| charges.numbers.interest) else { return };
    let what = format!("{INTEREST}{on}");
    if charged.has(late.id, &what) {
        return;
    }
    let extra = i32::from(charges.numbers.count_last_day);
    let starts = add_days(late.item.due_on, 1);
    let steps: Vec<_> = late.principal.steps.iter().map(|step| interest::Step { from: add_days(step.from, extra), ..*step }).collect();
    let to = add_days(on, extra);
    let whole = accrue(&steps, starts, to, Terms { charges, starts }).and_then(|exact| exact.round(charges.numbers.rounding));
    let before = charged.interest.get(late.id).copied().unwrap_or(0);
    let Some(amount) = whole.map(|whole| whole.saturating_sub(before)).filter(|amount| *amount > 0) else { return };
    let mut reasons = alloc::vec![Reason::new(ReasonCode::InterestRuns, i64::from(days_between(starts, to)), Reason::NOTHING)];
    reasons.extend((before > 0).then_some(Reason::new(ReasonCode::InterestToDate, amount.saturating_add(before), before)));
    reasons.extend(late.paid_late(view));
    let params = Params { charge: late.charge(view, &what, ItemKind::Interest, on), ..Params::default() };
    found.add(late.draft(view, ActionKind::ChargeInterest, amount, params, reasons));
}

/// The sum granted for a late payment: once an item, for ever, and never from a consumer.
fn compensate(view: &View<'_>, late: &Late<'_>, charged: &mut Charged<'_>, found: &mut Found) {
    let charges = &view.settings.charges;
    if charges.compensation.is_empty() || view.customer.consumer || charged.has(late.id, COMPENSATION) {
        return;
    }
    if late.moment(view).is_none() {
        return;
    }
    // It is granted from the first late day on, at whatever moment it is charged: so a rejection holds for both.
    let on = add_days(late.item.due_on, 1);
    let Some(hundredth) = late.hundredth(view, on, charged) else { return };
    let Some(amount) = compensation::compensation(&charges.compensation, late.item.amount, hundredth, charges.numbers.rounding).filter(|amount| *amount > 0) else { return };
    let mut reasons = alloc::vec![Reason::new(ReasonCode::Compensation, amount, late.item.amount)];
    reasons.extend(late.paid_late(view));
    let params = Params { charge: late.charge(view, COMPENSATION, ItemKind::Fee, on), ..Params::default() };
    found.add(late.draft(view, ActionKind::ChargeFee, amount, params, reasons));
}

impl Late<'_> {
    fn paid_late(&self, view: &View<'_>) -> Option<Reason> {
        let on = self.paid_on.filter(|_| view.settings.charges.numbers.when_paid)?;
        Some(Reason::new(ReasonCode::PaidLate, i64::from(days_between(self.item.due_on, on)), Reason::NOTHING))
    }
}

/// The key under which something of an item is charged, for hosts that charge by themselves.
pub fn key(item_id: &str, what: &str) -> String {
    format!("{item_id}/{what}")
}
