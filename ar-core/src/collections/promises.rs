//! Limits of promises: what is promised too often, too late, or for too much or too little is a fact all the same, but a person
//! looks at it, and one for too late a day holds dunning only up to the horizon.

use super::{Found, View};
use crate::action::ActionKind;
use crate::calendar::{Calendar, add_days, days_between, whole_days};
use crate::decision::Params;
use crate::ledger::Books;
use crate::money::{Currency, units};
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx, Promise, PromiseState};
use crate::scoring::{Worth, promise_ends};
use crate::state::promise::covers;
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// The last day on which a promise holds dunning: its day and the tolerance, or, where that day is beyond the horizon, the
/// horizon.
fn held_until(promise: &Promise, calendar: &Calendar, settings: &Settings) -> NaiveDate {
    let horizon = add_days(promise.made_on, whole_days(settings.collections.promise_max_days));
    if promise.due_on > horizon { horizon } else { promise_ends(promise.due_on, calendar, settings) }
}

/// The promises that hold dunning on a day, each with the day promised and the last that it holds.
#[derive(Default)]
pub(crate) struct Held {
    items: BTreeMap<ItemIdx, (NaiveDate, NaiveDate)>,
    /// About the whole account: made on, promised for, held until.
    account: Option<(NaiveDate, NaiveDate, NaiveDate)>,
}

impl Held {
    pub(crate) fn on(books: &Books, customer: CustomerIdx, settings: &Settings, day: NaiveDate) -> Self {
        let mut held = Self::default();
        // Most customers have no promises.
        if books.promises_of(customer).is_empty() {
            return held;
        }
        let calendar = settings.calendar();
        for promise in books.promises_of(customer).iter().filter(|row| row.state_on(day) == PromiseState::Open && row.made_on <= day) {
            let ends = held_until(promise, &calendar, settings);
            if ends < day {
                continue;
            }
            match promise.item {
                Some(item) => drop(held.items.insert(item, (promise.due_on, ends))),
                // Of several promises about the account the latest made covers the most items.
                None => held.account = held.account.max(Some((promise.made_on, promise.due_on, ends))),
            }
        }
        held
    }

    /// The promise that holds an item: the day promised, and the last day that it holds.
    pub(crate) fn of(&self, at: ItemIdx, item: &Item) -> Option<(NaiveDate, NaiveDate)> {
        let account = self.account.filter(|(made_on, _, _)| item.issued_on <= *made_on).map(|(_, due_on, ends)| (due_on, ends));
        self.items.get(&at).copied().or(account)
    }
}

/// What is promised: currency, amount and items that are open.
struct Promised {
    currency: Currency,
    amount: i64,
    items: Vec<ItemIdx>,
}

/// Brings the live promises that are beyond a limit to a person, each once.
pub(super) fn decide(view: &View<'_>, found: &mut Found) {
    if view.books.promises_of(view.at).is_empty() {
        return;
    }
    let calendar = view.settings.calendar();
    let made = |row: &&Promise| row.state_on(view.as_of) == PromiseState::Open && row.made_on <= view.as_of && promise_ends(row.due_on, &calendar, view.settings) >= view.as_of;
    let mut live: Vec<&Promise> = view.books.promises_of(view.at).iter().filter(made).collect();
    live.sort_by_key(|row| (row.made_on, view.books.text(row.id)));
    let levels = levels(view, &live, &calendar);
    for (count, promise) in (1i64..).zip(live) {
        let Some(what) = promised(view, promise) else { continue };
        let reasons = beyond(view, promise, &what, count, levels.get(&promise.item).copied().unwrap_or(0));
        let ends = promise_ends(promise.due_on, &calendar, view.settings);
        if reasons.is_empty() || view.books.promise_on(promise, view.as_of, ends) != PromiseState::Open {
            continue;
        }
        let params = Params { promises: alloc::vec![promise.id], since: Some(promise.made_on), ..Params::default() };
        found.add(view.draft_about(ActionKind::Review, (what.currency, what.amount, Worth::default()), what.items, params, reasons));
    }
}

/// The levels of what was promised more often than the limit allows, by item.
fn levels(view: &View<'_>, live: &[&Promise], calendar: &Calendar) -> BTreeMap<Option<ItemIdx>, i64> {
    let mut times: BTreeMap<Option<ItemIdx>, i64> = BTreeMap::new();
    for row in view.books.promises_of(view.at).iter().filter(|row| row.made_on <= view.as_of) {
        *times.entry(row.item).or_insert(0) += 1;
    }
    times.retain(|item, times| *times > view.settings.collections.promise_max_level && live.iter().any(|row| row.item == *item));
    let last_day = |due_on| promise_ends(due_on, calendar, view.settings);
    times.into_keys().map(|item| (item, i64::from(view.books.promise_level(view.at, item, view.as_of, &last_day)))).collect()
}

/// Nothing where what was promised is not open any more.
fn promised(view: &View<'_>, promise: &Promise) -> Option<Promised> {
    let mut open: BTreeMap<Currency, (i64, Vec<ItemIdx>)> = BTreeMap::new();
    for score in view.scores.iter().filter(|score| promise.item.is_none_or(|at| at == score.item)) {
        let Some(item) = view.books.item(score.item).filter(|item| covers(promise, item) && promise.currency.is_none_or(|currency| currency == item.currency)) else { continue };
        let (sum, items) = open.entry(item.currency).or_default();
        *sum = sum.saturating_add(score.open);
        items.push(score.item);
    }
    // Of a promise of the whole account in several currencies, the one that is beyond a limit speaks.
    let most = |currency: Currency| units(view.settings.collections.promise_max_amount, currency);
    let found = open.iter().find(|(currency, (sum, _))| *sum > most(**currency)).or_else(|| open.iter().next());
    found.map(|(currency, (sum, items))| Promised { currency: *currency, amount: promise.amount.unwrap_or(*sum), items: items.clone() })
}

/// Every limit that a promise is beyond.
fn beyond(view: &View<'_>, promise: &Promise, what: &Promised, count: i64, level: i64) -> Vec<Reason> {
    let limits = &view.settings.collections;
    let (most, least) = (units(limits.promise_max_amount, what.currency), units(limits.promise_min_amount, what.currency));
    let days = i64::from(days_between(promise.made_on, promise.due_on));
    let over = |code, observed: i64, limit: i64| (observed > limit).then_some(Reason::new(code, observed, limit));
    let small = (what.amount < least).then_some(Reason::new(ReasonCode::PromiseTooSmall, what.amount, least));
    let all = [
        over(ReasonCode::PromiseTooMany, count, limits.promise_max_live),
        over(ReasonCode::PromiseTooLate, days, limits.promise_max_days),
        over(ReasonCode::PromiseTooLarge, what.amount, most),
        small,
        over(ReasonCode::PromiseLevel, level, limits.promise_max_level),
    ];
    all.into_iter().flatten().collect()
}
