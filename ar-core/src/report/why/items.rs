//! What would lift the reasons that hold a customer's items.

use super::change::{Change, Fact, Way};
use crate::action::{ActionKind, Anchor, GateMode, Mode};
use crate::calendar::{days_between, month_end};
use crate::collections::{Outcome, gone};
use crate::decision::Decision;
use crate::ledger::Books;
use crate::money::{pow10, units};
use crate::policy::sections::Level;
use crate::policy::{Settings, Step, share_value};
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx};
use crate::report::Report;
use alloc::vec::Vec;
use serde_json::{Value, json};

/// One item, and what holds it.
pub(super) struct Case<'c> {
    pub(super) report: &'c Report,
    pub(super) customer: CustomerIdx,
    pub(super) settings: &'c Settings,
    pub(super) at: ItemIdx,
    pub(super) item: &'c Item,
    pub(super) reason: Reason,
    /// What was asked for.
    wanted: ActionKind,
}

/// What lifts each reason that holds items of the customer, the smallest first.
pub(super) fn ways(report: &Report, customer: CustomerIdx, wanted: ActionKind) -> Vec<Way> {
    let settings = report.policy.settings(report.ledger.segment_of(Some(customer)));
    let mut found: Vec<(Reason, Way)> = Vec::new();
    for outcome in report.outcomes_of(customer) {
        let Some(item) = report.ledger.item(outcome.item) else { continue };
        let case = Case { report, customer, settings, at: outcome.item, item, reason: outcome.reason, wanted };
        let mut alternatives = case.alternatives();
        alternatives.extend(case.decided(outcome));
        for changes in alternatives.into_iter().filter(|changes| !changes.is_empty()) {
            add(&mut found, outcome.reason, changes);
        }
    }
    let settings_of = |way: &Way| -> Vec<_> {
        let changes = way.changes.iter();
        changes.filter_map(|change| if let Change::Setting { place, to, .. } = change { Some((place.clone(), to.clone())) } else { None }).collect()
    };
    let mut ways: Vec<Way> = found.into_iter().map(|row| row.1).filter(|way| !way.changes.iter().any(Change::is_setting) || report.policy.with(&settings_of(way)).is_ok()).collect();
    ways.sort_by_key(Way::rank);
    ways
}

/// What lifts the same reason from several items is one way, that does for all of them.
fn add(found: &mut Vec<(Reason, Way)>, reason: Reason, changes: Vec<Change>) {
    for (known, way) in found.iter_mut().filter(|row| row.0 == reason) {
        let mut merged = way.changes.clone();
        if merged.len() == changes.len() && merged.iter_mut().zip(&changes).all(|(mine, other)| mine.merge(other)) {
            (*known, way.changes, way.items) = (reason, merged, way.items.map(|items| items + 1));
            return;
        }
    }
    found.push((reason, Way { lifts: alloc::vec![reason.code], items: Some(1), decision_id: None, changes }));
}

fn ids(all: impl Iterator<Item = impl Into<Value>>) -> Value {
    Value::Array(all.map(Into::into).collect())
}

impl Case<'_> {
    pub(super) fn books(&self) -> &Books {
        &self.report.ledger
    }

    fn set(&self, path: &[Step], from: impl Into<Value>, to: impl Into<Value>) -> Change {
        let place = self.report.policy.place(self.books().segment_of(Some(self.customer)), path);
        Change::Setting { place, from: from.into(), to: to.into() }
    }

    /// A number of the section `collections`.
    fn limit(&self, name: &str, from: i64, to: i64) -> Change {
        self.set(&["collections".into(), name.into()], from, to)
    }

    fn off(&self, name: &str) -> Vec<Vec<Change>> {
        alloc::vec![alloc::vec![self.set(&["collections".into(), name.into()], true, false)]]
    }

    fn or_wait(changes: Vec<Change>, until: Option<chrono::NaiveDate>) -> Vec<Vec<Change>> {
        alloc::vec![changes, until.map(Change::wait).into_iter().collect()]
    }

    fn fact(&self, fact: Fact, who: &str, name: &str, about: Value) -> Vec<Vec<Change>> {
        alloc::vec![alloc::vec![Change::fact(fact, who, &[(name, about)])]]
    }

    /// The decisions of the customer about the item.
    fn about(&self, action: ActionKind) -> impl Iterator<Item = &Decision> {
        let about = move |row: &&Decision| row.action() == action && (row.draft.items.contains(&self.at) || row.draft.params.lines.iter().any(|line| line.item == self.at));
        self.report.parts.decisions.iter().filter(about)
    }

    /// Each alone lifts the reason from the item.
    fn alternatives(&self) -> Vec<Vec<Change>> {
        let (limits, reason) = (&self.settings.collections, self.reason);
        let more = reason.observed.saturating_add(1);
        match reason.code {
            ReasonCode::NotDue => self.not_due(),
            ReasonCode::DisputeOpen => self.disputed(),
            ReasonCode::PromiseLive => {
                let promises = self.books().promises_of(self.customer).iter().filter(|row| row.item.is_none_or(|at| at == self.at) && row.state_on(self.report.as_of) == crate::record::PromiseState::Open);
                let mut found = self.fact(Fact::Withdrawn, "customer", "promise_ids", ids(promises.map(|row| self.books().text(row.id))));
                found.push(self.promised_until().map(Change::wait).into_iter().collect());
                found
            }
            ReasonCode::PlanActive => {
                let plans = self.books().plans_of(self.customer).iter().filter(|plan| self.books().item_list(&plan.items).contains(&self.at));
                self.fact(Fact::PlanEnded, "customer", "plan_ids", ids(plans.map(|plan| self.books().text(plan.id))))
            }
            ReasonCode::Blocked => Self::or_wait(Vec::new(), self.blocked_until()),
            ReasonCode::CashLanded => self.landed(),
            ReasonCode::CreditsCover => self.off("hold_on_credits"),
            ReasonCode::CurrencyNotDunned => self.off("listed_currencies_only"),
            ReasonCode::NoticeTooRecent => self.too_recent(),
            ReasonCode::BelowMinimum => alloc::vec![self.below()],
            ReasonCode::LadderExhausted => {
                let ago = self.own(self.report.as_of).filter(|ago| limits.repeat_last_days == 0 && *ago > 0);
                alloc::vec![ago.map(|ago| self.limit("repeat_last_days", 0, ago.min(365))).into_iter().collect()]
            }
            ReasonCode::WithinHabit => Self::or_wait(self.habit(), Some(self.in_days(reason.limit + 1 - reason.observed))),
            ReasonCode::ReplyWaiting => self.fact(Fact::Answered, self.settings.role(ActionKind::Reply), "reply_ids", self.replies()),
            ReasonCode::DoNotContact => self.fact(Fact::Customer, "collector", "do_not_contact", json!(false)),
            ReasonCode::NoChannel => self.fact(Fact::Customer, "collector", "channels", json!(self.settings.contact.channels)),
            ReasonCode::StopSignal => Self::or_wait(alloc::vec![self.limit("stop_severity", reason.limit, more)], self.signals_fade()),
            ReasonCode::ContactCap => self.contact_cap(),
            ReasonCode::CallCap => Self::or_wait(alloc::vec![self.limit("call_cap", reason.limit, reason.observed + self.place_in_line())], self.calls_fade().filter(|_| self.drafted(ActionKind::Call) == 0)),
            ReasonCode::MaxContacts => alloc::vec![alloc::vec![self.limit("max_contacts", reason.limit, more)]],
            ReasonCode::QuietPeriod => Self::or_wait(alloc::vec![self.limit("quiet_days", reason.limit, reason.observed)], Some(self.in_days(reason.limit - reason.observed))),
            ReasonCode::DisputeGrace => {
                let ago = self.lost_ago().unwrap_or(reason.observed);
                Self::or_wait(alloc::vec![self.limit("dispute_grace_days", reason.limit, ago)], Some(self.in_days(reason.limit - ago)))
            }
            ReasonCode::CashUnplaced => self.unplaced_cash(),
            ReasonCode::CreditOwed => self.fact(Fact::Credited, self.settings.role(ActionKind::IssueCreditNote), "decision_ids", ids(self.about(ActionKind::IssueCreditNote).map(|row| row.id.as_str()))),
            ReasonCode::SwitchedOff if self.settings.supervision.modes.get(&self.wanted) == Some(&GateMode::Off) => {
                alloc::vec![alloc::vec![self.set(&["autonomy".into(), "modes".into(), self.wanted.name().into()], GateMode::Off.name(), GateMode::Approve.name())]]
            }
            ReasonCode::Rejected => alloc::vec![alloc::vec![Change::fact(Fact::Approved, self.settings.role(self.wanted), &[])]],
            _ => Vec::new(),
        }
    }

    /// Another decision has the item: what becomes of that comes first.
    fn decided(&self, outcome: &Outcome) -> Option<Vec<Change>> {
        let decision = outcome.draft.and_then(|at| self.report.parts.decisions.get(at as usize));
        let beside = || {
            let other = |row: &&Decision| row.customer() == Some(self.customer) && row.mode == Mode::Ask && row.action() != self.wanted;
            self.report.parts.decisions.iter().find(other).filter(|_| self.reason.code == ReasonCode::PersonActs)
        };
        let decision = decision.or_else(beside).filter(|decision| decision.action() != self.wanted)?;
        let who = if decision.ask_role.is_empty() { "engine" } else { decision.ask_role.as_str() };
        Some(alloc::vec![Change::fact(Fact::Decided, who, &[("decision_ids", json!([decision.id]))])])
    }

    fn not_due(&self) -> Vec<Vec<Change>> {
        let (day, limits) = (self.report.as_of, &self.settings.collections);
        let late = self.days_late(day);
        if self.item.last_notice_on > Some(day) {
            return Vec::new();
        }
        let mut changes = Vec::new();
        if (1..=limits.grace_days).contains(&late) {
            changes.push(self.limit("grace_days", limits.grace_days, late - 1));
        }
        let habit = self.report.parts.profiles.get(self.customer.0 as usize).and_then(|profile| profile.habit_days);
        let within = self.item.level == 0 && habit.is_some_and(|habit| late <= i64::from(habit));
        if !within && !self.reached(day) {
            changes.extend(self.ahead().first().and_then(|level| self.sooner(level)));
        }
        // Before it is due, no setting makes an item late.
        let due = late > 0 || crate::collections::is_due(self.settings, late);
        Self::or_wait(if due { changes } else { Vec::new() }, self.due_from())
    }

    /// The days of the next level, so that it is reached today.
    fn sooner(&self, level: &Level) -> Option<Change> {
        let day = self.report.as_of;
        let days = match level.anchor {
            Anchor::EndOfMonth => {
                let ended = if month_end(day) == day { day } else { crate::calendar::add_days(day, -i32::try_from(chrono::Datelike::day(&day)).unwrap_or(0)) };
                i64::from(days_between(self.item.due_on, ended))
            }
            _ => gone(level, self.item, self.item.last_notice_on, day),
        };
        let path = ["collections".into(), "ladder".into(), usize::from(self.item.level).into(), "after_days".into()];
        (days >= 0).then(|| self.set(&path, level.numbers.after_days, days))
    }

    fn disputed(&self) -> Vec<Vec<Change>> {
        let live = self.books().disputes_of(self.customer).iter().filter(|row| row.item == self.at && row.is_live_on(self.report.as_of));
        let mut found = self.fact(Fact::Resolved, self.settings.role(ActionKind::ResolveDispute), "dispute_ids", ids(live.map(|row| self.books().text(row.id))));
        if self.settings.collections.hold_whole_item && self.reason.observed < self.reason.limit {
            found.extend(self.off("hold_whole_item"));
        }
        found
    }

    fn landed(&self) -> Vec<Vec<Change>> {
        let waits = self.about(ActionKind::PostAllocation).chain(self.about(ActionKind::CreateDeduction)).filter(|row| row.mode == Mode::Ask);
        self.fact(Fact::Posted, self.settings.role(ActionKind::PostAllocation), "decision_ids", ids(waits.map(|row| row.id.as_str())))
    }

    /// The item's own last notice, the customer's last contact, or that its owner was told.
    fn too_recent(&self) -> Vec<Vec<Change>> {
        let (day, limits, seen) = (self.report.as_of, &self.settings.collections, self.reason.observed);
        let (own, contact, owner) = (self.own(day), self.contact(day), self.owner(day).filter(|_| self.books().customer(self.customer).is_some_and(|row| row.strategic)));
        if own.is_some_and(|ago| ago < 0) {
            return Vec::new();
        }
        let top = usize::from(self.item.level) >= self.settings.ladder.len() && limits.repeat_last_days > 0;
        let told = owner == Some(seen) && own != Some(seen) && contact != Some(seen);
        let spoken = contact == Some(seen) && own != Some(seen);
        let asks = (!spoken, spoken, told);
        let until = self.sent_long_ago(asks);
        // A promise that is remembered today has no interval: nothing goes out beside it.
        if self.drafted(ActionKind::RemindPromise) > 0 && seen == 0 && own != Some(0) && contact != Some(0) {
            return Self::or_wait(Vec::new(), Some(until.map_or(self.in_days(1), |until| until.max(self.in_days(1)))));
        }
        let mut least = if self.reason.limit == limits.min_interval_days { seen } else { limits.min_interval_days };
        let goes_out = spoken || top || self.reached(day);
        for ago in [own.filter(|_| asks.0), contact.filter(|_| goes_out)].into_iter().flatten() {
            least = least.min(ago);
        }
        let mut changes = Vec::new();
        if least < limits.min_interval_days {
            changes.push(self.limit("min_interval_days", limits.min_interval_days, least));
        }
        if let Some(ago) = own.filter(|ago| top && asks.0 && *ago < limits.repeat_last_days) {
            // 0 would be never.
            changes.extend((ago > 0).then(|| self.limit("repeat_last_days", limits.repeat_last_days, ago)));
            if ago == 0 {
                changes.clear();
            }
        }
        Self::or_wait(changes, until)
    }

    /// The minimum of the customer, or of the level.
    fn below(&self) -> Vec<Change> {
        let (seen, least, currency) = (self.reason.observed, self.reason.limit, self.item.currency);
        let one = units(1, currency).max(1);
        let mut changes = Vec::new();
        if least == self.settings.minimum(currency) {
            changes.push(match self.settings.minimums.get(&currency) {
                None => self.limit("min_notice_amount", self.settings.collections.min_notice_amount, seen / one),
                Some(hundredths) => {
                    let text = |amount: i64| crate::money::minor_to_text(amount, 2);
                    let to = i64::try_from(i128::from(seen) * 100 / pow10(currency.exponent())).unwrap_or(0);
                    self.set(&["collections".into(), "minimums".into(), currency.code().into()], text(*hundredths), text(to))
                }
            });
            return changes;
        }
        let Some(level) = self.ahead().first() else { return changes };
        let path = |name: &str| ["collections".into(), "ladder".into(), usize::from(self.item.level).into(), name.into()];
        if units(level.numbers.min_amount, currency) > seen {
            changes.push(self.set(&path("min_amount"), level.numbers.min_amount, seen / one));
        }
        let open = self.open_debits();
        let share = i64::try_from(i128::from(seen) * 1_000_000 / i128::from(open.max(1))).unwrap_or(1_000_000);
        if share < level.numbers.min_share {
            changes.push(self.set(&path("min_share"), share_value(level.numbers.min_share), share_value(share)));
        }
        changes
    }

    /// What the customer has open in the currency of the item.
    fn open_debits(&self) -> i64 {
        let range = self.books().item_range(self.customer);
        let open = self.report.parts.open.get(range).unwrap_or(&[]);
        let rows = self.books().items_of(self.customer).iter().zip(open).filter(|(item, open)| **open > 0 && item.currency == self.item.currency && !item.kind.is_credit());
        rows.fold(0, |sum: i64, (_, open)| sum.saturating_add(*open))
    }

    /// A habit that ends before today: less tolerance, or one that is not believed.
    fn habit(&self) -> Vec<Change> {
        let limits = &self.settings.scoring;
        let usual = self.reason.limit - limits.habit_tolerance_days;
        let tolerance = self.reason.observed - 1 - usual;
        let setting = |name: &str, from: i64, to: i64| alloc::vec![self.set(&["scoring".into(), name.into()], from, to)];
        if tolerance >= 0 {
            setting("habit_tolerance_days", limits.habit_tolerance_days, tolerance)
        } else if usual > 0 {
            setting("habit_max_days", limits.habit_max_days, usual - 1)
        } else {
            Vec::new()
        }
    }

    fn replies(&self) -> Value {
        let (day, window) = (self.report.as_of, self.settings.collections.reply_window_days);
        let waits = |row: &&crate::record::Reply| (0..=window).contains(&i64::from(days_between(row.received_on, day))) && row.answered_on.is_none_or(|on| on > day);
        ids(self.books().replies_of(self.customer).iter().filter(waits).map(|row| self.books().text(row.id)))
    }

    fn drafted(&self, action: ActionKind) -> i64 {
        self.report.parts.decisions.iter().filter(|row| row.customer() == Some(self.customer) && row.action() == action).count() as i64
    }

    /// Contacts that this run has decided on for the customer.
    fn contacts_drafted(&self) -> i64 {
        self.report.parts.decisions.iter().filter(|row| row.customer() == Some(self.customer) && row.action().is_contact()).count() as i64
    }

    fn contact_cap(&self) -> Vec<Vec<Change>> {
        let (day, cap, seen) = (self.report.as_of, self.reason.limit, self.reason.observed);
        let (drafted, to) = (self.contacts_drafted(), seen + self.place_in_line());
        let is_count = |before: i64| (before..=before + drafted).contains(&seen);
        if cap == self.settings.collections.contact_cap && is_count(self.contacts(day, None)) {
            return Self::or_wait(alloc::vec![self.limit("contact_cap", cap, to)], self.contacts_fade(cap, None).filter(|_| drafted == 0));
        }
        let used = self.settings.contact.caps.iter().find(|(channel, most)| **most == cap && is_count(self.contacts(day, Some(channel))));
        used.map_or_else(Vec::new, |(channel, _)| {
            let change = self.set(&["contact".into(), "caps".into(), channel.as_str().into()], cap, to);
            Self::or_wait(alloc::vec![change], self.contacts_fade(cap, Some(channel)).filter(|_| drafted == 0))
        })
    }

    /// How many notices must go out before that of the item does: they are decided by currency, and what was written about longest ago
    /// goes first.
    fn place_in_line(&self) -> i64 {
        let mut groups: Vec<(_, Option<_>, &str)> = Vec::new();
        let held = self.report.outcomes_of(self.customer).filter(|outcome| outcome.reason.code == self.reason.code);
        for item in held.filter_map(|outcome| self.books().item(outcome.item)) {
            let name = self.books().text(item.notice_group);
            match groups.iter_mut().find(|row| row.0 == item.currency && row.2 == name) {
                Some(row) => row.1 = row.1.max(Some(item.last_notice_on)),
                None => groups.push((item.currency, Some(item.last_notice_on), name)),
            }
        }
        groups.sort_unstable();
        let mine = self.books().text(self.item.notice_group);
        groups.iter().position(|row| row.0 == self.item.currency && row.2 == mine).map_or(1, |place| place as i64 + 1)
    }

    fn unplaced_cash(&self) -> Vec<Vec<Change>> {
        let (limits, currency) = (&self.settings.collections, self.item.currency);
        let fresh = || self.unplaced(currency).filter(|(_, ago)| *ago < limits.hold_unplaced_cash_days);
        let payments = fresh().filter_map(|(answer, _)| self.books().payment(answer.payment)).map(|row| self.books().text(row.id));
        let mut found = self.fact(Fact::Posted, self.settings.role(ActionKind::PostAllocation), "payment_ids", ids(payments));
        if let Some(ago) = fresh().map(|row| row.1).min() {
            found.push(alloc::vec![self.limit("hold_unplaced_cash_days", limits.hold_unplaced_cash_days, ago.max(0))]);
            found.push(alloc::vec![Change::wait(self.in_days(limits.hold_unplaced_cash_days - ago))]);
        }
        found
    }
}
