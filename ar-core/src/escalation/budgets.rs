//! Budgets: what may be done without a person in a run and in a period, and what was done before.

use super::rules::{Asked, Case};
use crate::action::ActionKind;
use crate::calendar::days_between;
use crate::decision::Draft;
use crate::ledger::Books;
use crate::money::{Currency, units};
use crate::policy::Policy;
use crate::policy::autonomy::{BudgetRule, Per};
use crate::reason::ReasonCode;
use crate::record::{Contact, CustomerIdx};
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// What was done without a person under one budget.
#[derive(Clone, Default)]
struct Spent {
    count: i64,
    amounts: BTreeMap<Currency, i64>,
}

impl Spent {
    fn add(&mut self, amount: i64, currency: Option<Currency>) {
        self.count += 1;
        if let Some(currency) = currency {
            let sum = self.amounts.entry(currency).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
}

/// What was done before, as far as the policy asks about it.
#[derive(Default)]
pub(super) struct History {
    /// Every budget of the policy, with what was spent: of the book under none, of a customer under it.
    budgets: Vec<(BudgetRule, BTreeMap<Option<CustomerIdx>, Spent>)>,
    /// Amounts carried out, by action and currency, smallest first.
    amounts: BTreeMap<(ActionKind, Currency), Vec<i64>>,
    /// The last day on which a person dealt with a customer.
    touched: BTreeMap<CustomerIdx, NaiveDate>,
    /// Automatic amounts of the run.
    run: BTreeMap<Currency, i64>,
}

/// Whose spending a budget counts: nobody's in particular, or the customer's.
fn key(rule: &BudgetRule, customer: Option<CustomerIdx>) -> Option<CustomerIdx> {
    customer.filter(|_| rule.budget.per == Per::Customer)
}

fn covers(rule: &BudgetRule, action: ActionKind) -> bool {
    rule.action.is_none_or(|of| of == action)
}

impl History {
    /// Reads what the policy needs, and no more.
    pub(super) fn read(books: &Books, policy: &Policy, as_of: NaiveDate) -> Self {
        let mut found = Self::default();
        for rule in policy.each().flat_map(|settings| &settings.supervision.budgets) {
            if found.budgets.iter().all(|(known, _)| known != rule) {
                found.budgets.push((rule.clone(), BTreeMap::new()));
            }
        }
        for (rule, spent) in &mut found.budgets {
            let recent = |on: NaiveDate| on <= as_of && i64::from(days_between(on, as_of)) < rule.budget.days;
            for (_, done) in books.deeds().filter(|(_, done)| !done.by_person && recent(done.on) && done.action.is_some_and(|action| covers(rule, action))) {
                spent.entry(key(rule, done.customer)).or_default().add(done.amount, done.currency);
            }
        }
        if policy.any(|settings| settings.each_limits().any(|limits| limits.min_precedents > 0)) {
            for (_, done) in books.deeds().filter(|(_, done)| done.undone_on.is_none_or(|undone| undone > as_of) && done.on <= as_of) {
                let Some(key) = done.action.zip(done.currency) else { continue };
                found.amounts.entry(key).or_default().push(done.amount);
            }
            found.amounts.values_mut().for_each(|amounts| amounts.sort_unstable());
        }
        if policy.any(|settings| settings.each_limits().any(|limits| limits.human_touch_days > 0 || limits.unattended_days > 0)) {
            found.read_touches(books, as_of);
        }
        found
    }

    /// A person dealt with a customer where it was called, or where a person did what a decision named.
    fn read_touches(&mut self, books: &Books, as_of: NaiveDate) {
        let mut touch = |at: CustomerIdx, on: NaiveDate| {
            if on <= as_of {
                self.touched.entry(at).and_modify(|last| *last = on.max(*last)).or_insert(on);
            }
        };
        for at in books.each_customer() {
            books.contacts_of(at).iter().filter(|contact| books.text(contact.channel) == Contact::CALL).for_each(|contact| touch(at, contact.on));
            books.replies_of(at).iter().filter_map(|reply| reply.answered_on).for_each(|on| touch(at, on));
        }
        for (_, done) in books.deeds().filter(|(_, done)| done.by_person) {
            if let Some(at) = done.customer {
                touch(at, done.on);
            }
        }
    }

    pub(super) fn touched_on(&self, customer: CustomerIdx) -> Option<NaiveDate> {
        self.touched.get(&customer).copied()
    }

    /// How often something of this action and currency and of at least this amount was carried out.
    pub(super) fn precedents(&self, draft: &Draft) -> i64 {
        let amounts = self.amounts.get(&(draft.action, draft.currency));
        amounts.map_or(0, |amounts| (amounts.len() - amounts.partition_point(|amount| *amount < draft.amount)) as i64)
    }

    /// Takes note of what the engine is about to do.
    pub(super) fn spend(&mut self, draft: &Draft) {
        let used = self.run.entry(draft.currency).or_default();
        *used = used.saturating_add(draft.amount);
        for (rule, spent) in self.budgets.iter_mut().filter(|(rule, _)| covers(rule, draft.action)) {
            spent.entry(key(rule, draft.customer)).or_default().add(draft.amount, Some(draft.currency));
        }
    }
}

/// Asks the budgets: of the run, and of the periods.
pub(super) fn ask(case: &Case<'_>, asked: &mut Asked) {
    let (draft, history) = (case.draft, &case.gate.history);
    let used = history.run.get(&draft.currency).copied().unwrap_or(0);
    asked.most(ReasonCode::BudgetLimit, used.saturating_add(draft.amount), units(case.limits.run_budget, draft.currency));
    for rule in case.settings.supervision.budgets.iter().filter(|rule| covers(rule, draft.action)) {
        let spent = history.budgets.iter().find(|(known, _)| known == rule).and_then(|(_, spent)| spent.get(&key(rule, draft.customer)));
        asked.most(ReasonCode::BudgetCount, spent.map_or(0, |spent| spent.count) + 1, rule.budget.count);
        let amount = spent.and_then(|spent| spent.amounts.get(&draft.currency)).copied().unwrap_or(0);
        asked.most(ReasonCode::BudgetAmount, amount.saturating_add(draft.amount), units(rule.budget.amount, draft.currency));
    }
}
