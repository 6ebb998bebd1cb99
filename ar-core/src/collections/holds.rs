//! Holds: what stops dunning, of one item or of the customer. One mechanism, each hold with its reason.

use super::replies::Said;
use super::{Due, Found, Loose, View, disputes, promises, reminders};
use crate::action::Anchor;
use crate::decision::Draft;
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Customer, DisputeState, Item, ItemIdx, NoticeState, PlanState};
use crate::scoring::promise_ends;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use chrono::NaiveDate;
use core::cell::LazyCell;

/// The claims of one customer by item, gathered once: a customer may have as many claims as items.
pub(super) struct Holds {
    disputed: BTreeMap<ItemIdx, i64>,
    /// What was found valid and is to be credited.
    owed: BTreeMap<ItemIdx, i64>,
    /// Days since a dispute about the item was decided against the customer, in the days of grace.
    decided: BTreeMap<ItemIdx, i64>,
    /// Items that left with a dispute that is opened, or with what the customer asked for.
    opening: BTreeSet<ItemIdx>,
    /// Items that rest because of what the customer wrote.
    said: BTreeMap<ItemIdx, Reason>,
    planned: BTreeSet<ItemIdx>,
    handed_over: BTreeSet<ItemIdx>,
    promised: promises::Held,
    /// Level, day of the last notice and notices of each item up to the day; only where the books know of later ones.
    sent: BTreeMap<ItemIdx, (u8, NaiveDate, u16)>,
}

impl Holds {
    /// `owed`: the credits that are owed; `opened`: the items about which a dispute is opened today; `said`: what the customer wrote.
    pub(super) fn new(view: &View<'_>, owed: &[disputes::Owed], opened: &[(ItemIdx, Draft)], said: &Said) -> Self {
        let mut holds = Self {
            disputed: BTreeMap::new(),
            owed: BTreeMap::new(),
            decided: BTreeMap::new(),
            opening: opened.iter().map(|(item, _)| *item).chain(said.taken()).collect(),
            said: said.held().clone(),
            planned: BTreeSet::new(),
            handed_over: view.books.handed_over(view.at, view.as_of).into_iter().collect(),
            promised: promises::Held::on(view.books, view.at, view.settings, view.as_of),
            sent: BTreeMap::new(),
        };
        if view.scores.iter().any(|score| view.books.item(score.item).is_some_and(|item| item.last_notice_on > Some(view.as_of))) {
            holds.read_notices(view);
        }
        for row in view.books.disputes_of(view.at).iter().filter(|row| row.is_live_on(view.as_of)) {
            let sum = holds.disputed.entry(row.item).or_insert(0);
            *sum = sum.saturating_add(row.amount);
        }
        for owed in owed {
            let sum = holds.owed.entry(owed.item).or_insert(0);
            *sum = sum.saturating_add(owed.amount);
        }
        // Decided, and not all of it in the customer's favour.
        let lost = view.books.disputes_of(view.at).iter().filter(|row| row.state == DisputeState::Partial || row.valid_amount().is_some_and(|valid| valid < row.amount));
        for (row, on) in lost.filter_map(|row| Some((row, row.resolved_on?))) {
            let ago = i64::from(crate::calendar::days_between(on, view.as_of));
            if (0..view.settings.collections.dispute_grace_days).contains(&ago) {
                holds.decided.insert(row.item, ago);
            }
        }
        // Most customers have no plans.
        let calendar = LazyCell::new(|| view.settings.calendar());
        for (plan, instalments) in view.books.plans_with_instalments(view.at) {
            // An instalment that was missed breaks the plan: its items return to their true age.
            let last_day = |due_on| promise_ends(due_on, &calendar, view.settings);
            if plan.agreed_on <= view.as_of && view.books.plan_on(plan, instalments, view.as_of, &last_day) == PlanState::Active {
                holds.planned.extend(view.books.item_list(&plan.items));
            }
        }
        holds
    }

    /// A run of an earlier day: what was sent by then, from the notices themselves.
    fn read_notices(&mut self, view: &View<'_>) {
        for notice in view.books.notices_of(view.at).iter().filter(|notice| notice.sent_on <= view.as_of && notice.state == NoticeState::Sent) {
            for at in view.books.item_list(&notice.items) {
                let (level, last, count) = self.sent.entry(*at).or_insert((0, notice.sent_on, 0));
                *level = (*level).max(notice.level);
                *last = (*last).max(notice.sent_on);
                *count = count.saturating_add(1);
            }
        }
    }

    /// Level, day of the last notice and number of notices of an item, as they were known on the day.
    pub(super) fn notices_of(&self, view: &View<'_>, at: ItemIdx, item: &Item) -> (u8, Option<NaiveDate>, u16) {
        if item.last_notice_on <= Some(view.as_of) {
            return (item.level, item.last_notice_on, item.contacts);
        }
        self.sent.get(&at).map_or((0, None, 0), |(level, last, count)| (*level, Some(*last), *count))
    }

    /// What may be pursued of an item, or why nothing may.
    pub(super) fn pursue(&self, view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> Result<i64, Reason> {
        self.stopped(view, at, item, open)?;
        if let Some((due_on, ends)) = self.promised.of(at, item) {
            let day = |day: NaiveDate| i64::from(crate::calendar::days_since_epoch(day));
            return Err(Reason::new(ReasonCode::PromiseLive, day(due_on), day(ends)));
        }
        self.undisputed(view, at, item, open)
    }

    /// What a customer may be reminded of that it promised: any hold but the promise itself holds that too.
    pub(super) fn promised_rest(&self, view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> Result<i64, Reason> {
        self.stopped(view, at, item, open)?;
        self.undisputed(view, at, item, open)
    }

    /// Why an item is not ours to speak of today, whatever is said of it.
    fn stopped(&self, view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> Result<(), Reason> {
        let day = |day: NaiveDate| i64::from(crate::calendar::days_since_epoch(day));
        if self.handed_over.contains(&at) {
            return Err(Reason::bare(ReasonCode::HandedOver));
        }
        if let Some(until) = item.blocked_until.filter(|until| view.as_of < *until) {
            return Err(Reason::new(ReasonCode::Blocked, Reason::NOTHING, day(until)));
        }
        // Money for the item lies on the desk of whoever posts cash: until it is posted, also a rest is not chased.
        let landed = view.pending.get(at.0 as usize).copied().unwrap_or(0);
        if landed > 0 {
            return Err(Reason::new(ReasonCode::CashLanded, landed, open));
        }
        if self.planned.contains(&at) {
            return Err(Reason::bare(ReasonCode::PlanActive));
        }
        self.said.get(&at).map_or(Ok(()), |reason| Err(*reason))
    }

    fn undisputed(&self, view: &View<'_>, at: ItemIdx, item: &Item, open: i64) -> Result<i64, Reason> {
        if let Some(ago) = self.decided.get(&at) {
            return Err(Reason::new(ReasonCode::DisputeGrace, *ago, view.settings.collections.dispute_grace_days));
        }
        let claimed = self.disputed.get(&at).copied().unwrap_or(0).min(open);
        let disputed = if item.disputed { open } else { claimed };
        if disputed >= open || (disputed > 0 && view.settings.collections.hold_whole_item) {
            return Err(Reason::new(ReasonCode::DisputeOpen, disputed, open));
        }
        let owed = self.owed.get(&at).copied().unwrap_or(0);
        if owed >= open - disputed {
            return Err(Reason::new(ReasonCode::CreditOwed, owed, open));
        }
        Ok(open - disputed - owed)
    }
}

/// Whether an item may be dunned by its date: from the day after it is due and any grace; on the day itself only where the first
/// level says so, and before it only where a level counts from the invoice and the policy wants it so.
pub(crate) fn is_due(settings: &Settings, days_late: i64) -> bool {
    let (limits, ladder) = (&settings.collections, &settings.ladder);
    let on_the_day = || ladder.first().is_some_and(|level| level.numbers.after_days == 0 && level.anchor == Anchor::DueDate);
    let by_invoice = || limits.before_due && ladder.iter().any(|level| level.anchor == Anchor::InvoiceDate);
    match days_late {
        1.. => days_late > limits.grace_days,
        0 => limits.grace_days == 0 && (on_the_day() || by_invoice()),
        _ => by_invoice(),
    }
}

/// The customer's overdue items in one currency that nothing holds, and those that it may be reminded of before they are due. The
/// others leave with the reason.
pub(super) fn pursuable<'v>(view: &View<'v>, holds: &Holds, currency: Currency, found: &mut Found) -> (Vec<Due<'v>>, Vec<Due<'v>>) {
    let (mut due, mut early) = (Vec::new(), Vec::new());
    for score in view.scores {
        let Some(item) = view.books.item(score.item).filter(|item| item.currency == currency) else { continue };
        if holds.opening.contains(&score.item) {
            continue;
        }
        if item.kind.is_credit() {
            found.skip(score.item, Reason::new(ReasonCode::IsCredit, score.open, Reason::NOTHING));
            continue;
        }
        let is_due = is_due(view.settings, i64::from(score.days_late));
        if !is_due && !reminders::wanted(view, score) {
            found.skip(score.item, Reason::new(ReasonCode::NotDue, i64::from(score.days_late), view.settings.collections.grace_days));
            continue;
        }
        match holds.pursue(view, score.item, item, score.open) {
            Err(reason) => found.skip(score.item, reason),
            Ok(amount) => {
                let (level, last_notice_on, contacts) = holds.notices_of(view, score.item, item);
                let into = if is_due { &mut due } else { &mut early };
                into.push(Due { score, amount, level, last_notice_on, contacts });
            }
        }
    }
    (due, early)
}

/// Why a customer must not be written to at all, if so. `severity` is that of the outside signals of the day.
pub(crate) fn silence(customer: &Customer, severity: i64, settings: &Settings, as_of: NaiveDate) -> Option<Reason> {
    let limit = settings.collections.stop_severity;
    if severity >= limit {
        return Some(Reason::new(ReasonCode::StopSignal, severity, limit));
    }
    if customer.do_not_contact {
        return Some(Reason::bare(ReasonCode::DoNotContact));
    }
    let until = customer.blocked_until.filter(|until| as_of < *until)?;
    Some(Reason::new(ReasonCode::Blocked, Reason::NOTHING, i64::from(crate::calendar::days_since_epoch(until))))
}

/// Why nothing may be asked for in this currency, if so. `sum` is what may be pursued.
pub(super) fn customer_hold(view: &View<'_>, currency: Currency, sum: i64) -> Option<Reason> {
    let limits = &view.settings.collections;
    if let Some(reason) = view.silence() {
        return Some(reason);
    }
    // Money that nobody could place yet may well be for what is due: nothing is chased beside it for a while.
    let fresh = |cash: &&Loose| cash.whole && cash.currency == currency && i64::from(crate::calendar::days_between(cash.received_on, view.as_of)) < limits.hold_unplaced_cash_days;
    let unplaced: i64 = view.loose.iter().filter(fresh).map(|cash| cash.amount).sum();
    if unplaced > 0 {
        return Some(Reason::new(ReasonCode::CashUnplaced, unplaced, sum));
    }
    if limits.listed_currencies_only && !view.settings.minimums.contains_key(&currency) {
        return Some(Reason::bare(ReasonCode::CurrencyNotDunned));
    }
    let credits: i64 = view.credits.iter().filter(|credit| credit.0 == currency).map(|credit| credit.1).sum();
    if limits.hold_on_credits && credits > 0 && credits >= sum {
        return Some(Reason::new(ReasonCode::CreditsCover, credits, sum));
    }
    let least = view.settings.minimum(currency);
    (sum < least).then_some(Reason::new(ReasonCode::BelowMinimum, sum, least))
}
