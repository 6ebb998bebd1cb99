//! Direct debits and cards that failed: tried again within bounds, and never after a failure that no attempt changes.
//!
//! An attempt that is reported (`payment_retried`) may come back as another failed payment. So payments of one customer,
//! currency and amount that failed after an attempt, and within the days of the policy, are one chain: it has one first failure
//! and one count of attempts, whatever its payments are called.

use super::holds::Holds;
use super::{Found, View};
use crate::action::ActionKind;
use crate::calendar::{LAST_DAY, add_days, days_between, whole_days};
use crate::decision::Params;
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, FailureKind, ItemIdx, PaymentIdx};
use crate::scoring::Worth;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use chrono::NaiveDate;

/// The newest failed payments of a customer that are looked at.
const MOST_FAILURES: usize = 300;

/// The payments of a book that failed, by customer and day received, and when money of the same amounts last came.
#[derive(Default)]
pub struct Failures {
    rows: Vec<(CustomerIdx, PaymentIdx)>,
    came: BTreeMap<(CustomerIdx, Currency, i64), NaiveDate>,
}

impl Failures {
    /// Reads what was known by the end of a day. Failures that nobody gave a day for are known from the day of the payment.
    pub fn read(books: &Books, as_of: NaiveDate) -> Self {
        let known = || (0u32..).map(PaymentIdx).zip(books.payments()).filter(|(_, row)| row.received_on <= as_of);
        let failed = |at: PaymentIdx| books.failure(at, LAST_DAY).is_none_or(|failure| failure.first_on <= as_of);
        let rows: Vec<(CustomerIdx, PaymentIdx)> = known().filter(|(at, row)| row.failed && failed(*at)).filter_map(|(at, row)| Some((row.customer?, at))).collect();
        if rows.is_empty() {
            return Self::default();
        }
        let keys: BTreeSet<_> = rows.iter().filter_map(|(customer, at)| books.payment(*at).map(|row| (*customer, row.currency, row.amount))).collect();
        // Payments stand by day: the last of a key is the newest.
        let came = known().filter(|(_, row)| !row.failed).filter_map(|(_, row)| Some(((row.customer?, row.currency, row.amount), row.received_on))).filter(|(key, _)| keys.contains(key));
        let mut found = Self { came: came.collect(), rows };
        found.rows.sort_unstable();
        found
    }

    /// The newest of a customer, by day received.
    fn of(&self, customer: CustomerIdx) -> impl Iterator<Item = PaymentIdx> {
        let from = self.rows.partition_point(|row| row.0 < customer);
        let to = self.rows.partition_point(|row| row.0 <= customer);
        self.rows.get(from.max(to.saturating_sub(MOST_FAILURES))..to).unwrap_or(&[]).iter().map(|row| row.1)
    }
}

/// Attempts at one and the same money.
struct Chain<'v> {
    /// The newest of its payments.
    payment: PaymentIdx,
    currency: Currency,
    amount: i64,
    first_on: NaiveDate,
    /// The day of the newest failure or attempt.
    last_on: NaiveDate,
    /// The day of the newest attempt.
    tried_on: Option<NaiveDate>,
    made: i64,
    hard: bool,
    kind: FailureKind,
    items: &'v [ItemIdx],
}

fn chains<'v>(view: &View<'v>) -> Vec<Chain<'v>> {
    let settings = &view.settings.retries;
    let within = settings.numbers.within_days;
    let mut found: Vec<Chain<'v>> = Vec::new();
    for at in view.failures.of(view.at) {
        let Some(row) = view.books.payment(at).filter(|row| collects(view.settings, view.books.text(row.method))) else { continue };
        let failure = view.books.failure(at, view.as_of);
        let kind = failure.map_or(FailureKind::Unknown, |failure| failure.kind);
        let (first_on, failed_on) = failure.map_or((row.received_on, row.received_on), |failure| (failure.first_on, failure.last_on));
        let retry = view.books.retried(at);
        let (made, tried_on) = retry.map_or((0, None), |retry| (i64::from(retry.count), Some(retry.last_on)));
        let items = failure.map_or(&[][..], |failure| view.books.item_list(&failure.items));
        let follows = |chain: &&mut Chain<'v>| {
            let after = chain.tried_on.map(|on| i64::from(days_between(on, row.received_on)));
            chain.currency == row.currency && chain.amount == row.amount && after.is_some_and(|days| (0..=within).contains(&days))
        };
        let last_on = tried_on.map_or(failed_on, |on| on.max(failed_on));
        match found.iter_mut().find(follows) {
            Some(chain) => {
                (chain.payment, chain.kind, chain.last_on) = (at, kind, chain.last_on.max(last_on));
                (chain.made, chain.hard, chain.tried_on) = (chain.made.saturating_add(made), chain.hard || kind.is_hard(), chain.tried_on.max(tried_on));
                chain.items = if items.is_empty() { chain.items } else { items };
            }
            None => found.push(Chain { payment: at, currency: row.currency, amount: row.amount, first_on, last_on, tried_on, made, hard: kind.is_hard(), kind, items }),
        }
    }
    found
}

/// Whether we collect by a method: what the customer sends by itself we cannot try again.
fn collects(settings: &Settings, method: &str) -> bool {
    settings.retries.methods.iter().any(|own| own.eq_ignore_ascii_case(method))
}

impl Chain<'_> {
    /// Money of the same amount came since: the attempt succeeded, or the customer sent it. Where it is known what the payment
    /// was for, what is open of that says it better.
    fn came(&self, view: &View<'_>) -> bool {
        self.items.is_empty() && view.failures.came.get(&(view.at, self.currency, self.amount)).is_some_and(|on| *on >= self.last_on)
    }

    /// The day of the next attempt, where there is one.
    fn next_on(&self, view: &View<'_>) -> Option<NaiveDate> {
        let settings = &view.settings.retries;
        let soft = self.kind.is_soft() || (self.kind == FailureKind::Unknown && settings.numbers.unknown);
        let wait = usize::try_from(self.made).ok().and_then(|made| settings.after_days.get(made))?;
        let next = view.settings.calendar().next_open(add_days(self.last_on, whole_days(*wait)));
        let ends = add_days(self.first_on, whole_days(settings.numbers.within_days));
        (soft && !self.hard && next <= ends && view.as_of <= ends && !self.came(view)).then_some(next)
    }

    /// Whether another chain may be about the same debt.
    fn meets(&self, other: &Self) -> bool {
        let apart = !self.items.is_empty() && !other.items.is_empty() && !other.items.iter().any(|at| self.items.contains(at));
        self.currency == other.currency && self.payment != other.payment && !apart
    }

    /// Whether the newest that is known of it is an attempt, whose outcome is awaited.
    fn is_under_way(&self, view: &View<'_>) -> bool {
        self.tried_on == Some(self.last_on) && i64::from(days_between(self.last_on, view.as_of)) <= view.settings.retries.numbers.within_days
    }

    /// Whether all that is tried again may be pursued today: what the payment was for, else all that is due in the currency.
    /// `claimed` is what other attempts collect of it.
    fn is_owed(&self, view: &View<'_>, holds: &Holds, claimed: i64) -> bool {
        if view.loose.iter().any(|cash| cash.whole && cash.currency == self.currency) {
            return false;
        }
        let mine = |at: ItemIdx, late: i32| if self.items.is_empty() { late >= 0 } else { self.items.contains(&at) };
        let mut sum = 0i64;
        for score in view.scores.iter().filter(|score| mine(score.item, score.days_late)) {
            let Some(item) = view.books.item(score.item).filter(|item| item.currency == self.currency && !item.kind.is_credit()) else { continue };
            match holds.pursue(view, score.item, item, score.open) {
                Ok(amount) if amount == score.open => sum = sum.saturating_add(amount),
                _ => return false,
            }
        }
        sum >= self.amount.saturating_add(claimed)
    }
}

/// Proposes the attempts that are due.
pub(super) fn decide(view: &View<'_>, holds: &Holds, found: &mut Found) {
    let settings = &view.settings.retries;
    let all = chains(view);
    if all.is_empty() || settings.after_days.is_empty() || view.silence().is_some() || !view.settings.calendar().is_open(view.as_of) {
        return;
    }
    let mut proposed: Vec<PaymentIdx> = Vec::new();
    for chain in &all {
        let rivals = all.iter().filter(|other| chain.meets(other) && (other.is_under_way(view) || proposed.contains(&other.payment)));
        let claimed = rivals.fold(0, |sum: i64, other| sum.saturating_add(other.amount));
        let Some(next) = chain.next_on(view).filter(|next| *next <= view.as_of && chain.is_owed(view, holds, claimed)) else { continue };
        proposed.push(chain.payment);
        let params = Params { payment: Some(chain.payment), since: Some(next), ..Params::default() };
        let reasons = alloc::vec![Reason::new(ReasonCode::RetryDue, chain.made.saturating_add(1), settings.after_days.len() as i64)];
        let worth = Worth::of_cash(chain.amount, view.settings);
        found.add(view.draft_about(ActionKind::RetryPayment, (chain.currency, chain.amount, worth), chain.items.to_vec(), params, reasons));
    }
}

/// What whoever writes or calls should know: a payment failed and is not tried again.
pub(super) fn given_up(view: &View<'_>, currency: Currency) -> Option<Reason> {
    let settings = &view.settings.retries;
    let fresh = |chain: &Chain<'_>| (0..=settings.numbers.within_days).contains(&i64::from(days_between(chain.last_on, view.as_of)));
    let newest = chains(view).into_iter().filter(|chain| chain.currency == currency && fresh(chain) && !chain.came(view)).max_by_key(|chain| (chain.last_on, chain.payment))?;
    let most = settings.after_days.len() as i64;
    let used = newest.made > 0 && newest.made >= most;
    if newest.hard { Some(Reason::bare(ReasonCode::HardDecline)) } else { used.then_some(Reason::new(ReasonCode::RetriesUsed, newest.made, most)) }
}
