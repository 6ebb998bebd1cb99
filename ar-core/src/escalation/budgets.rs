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
use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
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

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        for (currency, amount) in &other.amounts {
            let sum = self.amounts.entry(*currency).or_default();
            *sum = sum.saturating_add(*amount);
        }
    }
}

/// What was spent: of the book under none, of a customer under it.
type Spending = BTreeMap<Option<CustomerIdx>, Spent>;

/// What was done before the run, as far as the policy asks about it.
#[derive(Clone, Default)]
struct Before {
    /// Every budget of the policy, with what was spent.
    budgets: Vec<(BudgetRule, Spending)>,
    /// Amounts carried out, by action and currency, smallest first.
    amounts: BTreeMap<(ActionKind, Currency), Vec<i64>>,
    /// The last day on which a person dealt with a customer.
    touched: BTreeMap<CustomerIdx, NaiveDate>,
}

/// What was done before, and what this run does.
#[derive(Clone, Default)]
pub(super) struct History {
    before: Arc<Before>,
    /// What this run spends of each of the budgets.
    spent: Vec<Spending>,
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
        let mut found = Before::default();
        for rule in policy.each().flat_map(|settings| &settings.supervision.budgets) {
            if found.budgets.iter().all(|(known, _)| known != rule) {
                found.budgets.push((rule.clone(), BTreeMap::new()));
            }
        }
        for (rule, spent) in &mut found.budgets {
            let recent = |on: NaiveDate| on <= as_of && i64::from(days_between(on, as_of)) < rule.budget.days;
            for (_, done) in books.deeds_told().filter(|(_, done)| !done.by_person && recent(done.on) && done.action.is_some_and(|action| covers(rule, action))) {
                spent.entry(key(rule, done.customer)).or_default().add(done.amount, done.currency);
            }
        }
        if policy.any(|settings| settings.each_limits().any(|limits| limits.min_precedents > 0)) {
            for (_, done) in books.deeds_told().filter(|(_, done)| done.undone_on.is_none_or(|undone| undone > as_of) && done.on <= as_of) {
                let Some(key) = done.action.zip(done.currency) else { continue };
                found.amounts.entry(key).or_default().push(done.amount);
            }
            found.amounts.values_mut().for_each(|amounts| amounts.sort_unstable());
        }
        if policy.any(|settings| settings.each_limits().any(|limits| limits.human_touch_days > 0 || limits.unattended_days > 0)) {
            found.touched = touches(books, as_of);
        }
        Self { spent: alloc::vec![Spending::new(); found.budgets.len()], before: Arc::new(found), run: BTreeMap::new() }
    }

    /// The same, for another run that goes on where this one is.
    pub(super) fn kept(&self) -> Self {
        let mut before = (*self.before).clone();
        for ((_, known), own) in before.budgets.iter_mut().zip(&self.spent) {
            for (key, own) in own {
                known.entry(*key).or_default().join(own);
            }
        }
        Self { before: Arc::new(before), spent: alloc::vec![Spending::new(); self.spent.len()], run: self.run.clone() }
    }

    pub(super) fn touched_on(&self, customer: CustomerIdx) -> Option<NaiveDate> {
        self.before.touched.get(&customer).copied()
    }

    /// How often something of this action and currency and of at least this amount was carried out.
    pub(super) fn precedents(&self, draft: &Draft) -> i64 {
        let amounts = self.before.amounts.get(&(draft.action, draft.currency));
        amounts.map_or(0, |amounts| (amounts.len() - amounts.partition_point(|amount| *amount < draft.amount)) as i64)
    }

    /// Takes note of what the engine is about to do for a customer.
    pub(super) fn spend(&mut self, draft: &Draft, customer: Option<CustomerIdx>) {
        let used = self.run.entry(draft.currency).or_default();
        *used = used.saturating_add(draft.amount);
        for ((rule, _), spent) in self.before.budgets.iter().zip(&mut self.spent).filter(|((rule, _), _)| covers(rule, draft.action)) {
            spent.entry(key(rule, customer)).or_default().add(draft.amount, Some(draft.currency));
        }
    }

    /// How often and how much of a budget was spent, before and in this run.
    fn spent(&self, rule: &BudgetRule, customer: Option<CustomerIdx>, currency: Currency) -> (i64, i64) {
        let place = self.before.budgets.iter().position(|(known, _)| known == rule);
        let both = place.and_then(|place| Some([&self.before.budgets.get(place)?.1, self.spent.get(place)?]));
        let spent = both.into_iter().flatten().filter_map(|spent| spent.get(&key(rule, customer)));
        spent.fold((0, 0), |sum, spent| (sum.0 + spent.count, sum.1.saturating_add(spent.amounts.get(&currency).copied().unwrap_or(0))))
    }
}

/// The last day on which a person dealt with each customer, as deeds tell it: where it was called, or where a person did what a decision
/// named.
fn touches(books: &Books, as_of: NaiveDate) -> BTreeMap<CustomerIdx, NaiveDate> {
    let mut touched = BTreeMap::new();
    let mut touch = |at: CustomerIdx, on: NaiveDate| {
        if on <= as_of {
            touched.entry(at).and_modify(|last: &mut NaiveDate| *last = on.max(*last)).or_insert(on);
        }
    };
    let all: &Books = books.whole().map_or(books, |whole| whole);
    for at in all.each_customer() {
        dealt_with(all, at).for_each(|on| touch(at, on));
    }
    for (_, done) in books.deeds_told().filter(|(_, done)| done.by_person) {
        if let Some(at) = done.customer {
            touch(at, done.on);
        }
    }
    touched
}

/// The days on which a customer was called, or a message of it was answered.
pub(super) fn dealt_with(books: &Books, at: CustomerIdx) -> impl Iterator<Item = NaiveDate> {
    let calls = books.contacts_of(at).iter().filter(|contact| books.text(contact.channel) == Contact::CALL).map(|contact| contact.on);
    calls.chain(books.replies_of(at).iter().filter_map(|reply| reply.answered_on))
}

/// Asks the budgets: of the run, and of the periods.
pub(super) fn ask(case: &Case<'_>, asked: &mut Asked) {
    let (draft, history) = (case.draft, &case.gate.history);
    let used = history.run.get(&draft.currency).copied().unwrap_or(0);
    asked.most(ReasonCode::BudgetLimit, used.saturating_add(draft.amount), units(case.limits.run_budget, draft.currency));
    for rule in case.settings.supervision.budgets.iter().filter(|rule| covers(rule, draft.action)) {
        let (count, amount) = history.spent(rule, case.gate.told(draft.customer), draft.currency);
        asked.most(ReasonCode::BudgetCount, count + 1, rule.budget.count);
        asked.most(ReasonCode::BudgetAmount, amount.saturating_add(draft.amount), units(rule.budget.amount, draft.currency));
    }
}
