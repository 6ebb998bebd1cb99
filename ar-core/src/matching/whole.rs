//! What nobody lists: one item, all that is open, the oldest, a block in the order in which items fall due, and what a
//! customer usually pays so long after it is due. The amounts alone decide, so the sets that fit by chance are counted.

use super::account::{Account, Position};
use super::cases::{Case, Cases, Class};
use super::certificate::Weight;
use super::count;
use super::difference::{self, Difference, Paid, Sum};
use super::edits;
use super::fx::Rate;
use super::habits::Choice;
use crate::record::{CustomerIdx, ItemIdx};
use alloc::{collections::BTreeSet, vec::Vec};
use chrono::Datelike;

/// One customer's account and the payment.
pub(super) struct Frame<'f> {
    pub(super) customer: CustomerIdx,
    pub(super) account: &'f Account,
    pub(super) choice: &'f Choice,
    pub(super) paid: Paid,
    /// The chance that this customer paid, and in this manner.
    pub(super) prior: Weight,
    /// The month that the text names.
    pub(super) month: Option<u32>,
    /// Steps that the search for sets may take.
    pub(super) budget: u64,
    /// The text lists items: only what fits plainly is worth a look beside them.
    pub(super) plain: bool,
}

/// How often a payment that lists nothing is of each pattern, in parts per million; ours, see `difference`.
mod share {
    pub(super) const SINGLE: i64 = 550_000;
    pub(super) const ALL: i64 = 100_000;
    pub(super) const OLDEST: i64 = 140_000;
    pub(super) const BLOCK: i64 = 40_000;
    pub(super) const OLDEST_BUT_ONE: i64 = 30_000;
    pub(super) const MIXED: i64 = 140_000;
    /// Of single items, how often it is the oldest because it is the oldest.
    pub(super) const SINGLE_OLDEST: i64 = 250_000;
    /// Believed of habits against patterns, where a habit is known and where not.
    pub(super) const HABIT_KNOWN: i64 = 300_000;
    pub(super) const HABIT_UNKNOWN: i64 = 200_000;
    /// All items of the month that the text names.
    pub(super) const MONTH: i64 = 200_000;
    /// Credit notes taken off without a word.
    pub(super) const NETTING: i64 = 20_000;
    /// Of sets that fit by chance, how many more there are with a difference that can be read; their differences are not
    /// any amounts, but usual ones.
    pub(super) const DIFFERING: i64 = 200_000;
    /// Money on account without a word that says so.
    pub(super) const ON_ACCOUNT: i64 = 3_000;
}

/// Up to so many debts all exact sets are listed.
const LISTED_DEBTS: usize = 30;
/// Credit notes up to which they are among the sets.
const LISTED_CREDITS: usize = 4;
/// Exact sets that are listed; where there are more, amounts say nothing.
const MOST_SETS: usize = 64;
/// Sets of which the swaps of equal amounts are counted.
const MOST_TWINS: usize = 8;
/// Items in a mixed payment, on average: sets the share with which one is chosen.
const MIXED_ITEMS: i64 = 6;
/// Up to so many debts pairs of items are added to and taken from blocks.
const PAIRED_DEBTS: usize = 120;
/// Up to so many debts the chance of a sum is not smooth: it is taken to be spread over whole units at most.
const FEW_DEBTS: usize = 12;
/// Up to so many debts every set is read with a difference: their sets double with each.
pub(super) const TRIED_DEBTS: usize = 10;
/// Credit notes that are tried one by one.
const MOST_CREDITS: usize = 20;

/// Adds every explanation of the payment by this account that lists nothing.
pub(super) fn explain(frame: &Frame<'_>, cases: &mut Cases) {
    let search = Search { frame, opens: frame.account.debits.iter().map(|position| position.open).collect() };
    cases.bounded |= frame.account.bounded;
    search.on_account(cases);
    if search.opens.is_empty() {
        return;
    }
    if frame.plain {
        search.runs(cases);
        cases.count(Weight::ppm(share::MIXED).and(difference::density(frame.paid.amount, frame.paid)).and(frame.prior));
        return;
    }
    let all = search.all_sets(cases);
    if !all {
        search.runs(cases);
    }
    let exact = |cases: &Cases| cases.found.iter().any(|case| case.difference == Difference::None && case.customer == frame.customer);
    // Sets that are further to seek are only sought where nothing plain fits: beside that they are among those counted.
    if !all && !exact(cases) {
        search.edited(cases);
    }
    search.chance(all, cases);
    search.differences(cases);
    if !exact(cases) {
        search.any_differing(cases);
    }
    search.discounted_runs(cases);
    search.netted(cases);
    search.month(cases);
}

struct Search<'s> {
    frame: &'s Frame<'s>,
    opens: Vec<i64>,
}

impl Search<'_> {
    fn debits(&self) -> &[Position] {
        &self.frame.account.debits
    }

    fn habit(&self) -> i64 {
        if self.frame.choice.known { share::HABIT_KNOWN } else { share::HABIT_UNKNOWN }
    }

    fn habits(&self) -> Weight {
        Weight::ppm(self.habit())
    }

    fn patterns(&self) -> Weight {
        Weight::ppm(1_000_000 - self.habit())
    }

    /// The share with which an item is in a mixed payment: a few of many, half of few.
    fn mixed_share(&self) -> i64 {
        (MIXED_ITEMS * 1_000_000 / self.opens.len().max(1) as i64).min(500_000)
    }

    /// The chance of the debts from one place to another by pattern.
    fn run_pattern(&self, from: usize, to: usize) -> Weight {
        let (all, length) = (self.opens.len() as i64, (to - from) as i64);
        let long = Weight::one_in(2 * (length + 3));
        let mut weight = Weight::NEVER;
        if length == 1 {
            let any = Weight::ppm(1_000_000 - share::SINGLE_OLDEST).and(Weight::one_in(all));
            let which = if from == 0 { any.or(Weight::ppm(share::SINGLE_OLDEST)) } else { any };
            weight = weight.or(Weight::ppm(share::SINGLE).and(which));
        } else if from == 0 {
            weight = weight.or(Weight::ppm(share::OLDEST).and(long));
        } else {
            weight = weight.or(Weight::ppm(share::BLOCK).and(long).and(Weight::one_in(all)));
        }
        if length == all {
            weight = weight.or(Weight::ppm(share::ALL));
        }
        weight
    }

    fn pattern(&self, places: &[usize]) -> Weight {
        let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) else { return Weight::NEVER };
        let (all, length) = (self.opens.len() as i64, places.len() as i64);
        let chosen = Weight::ppm(self.mixed_share());
        let left = Weight::ppm(1_000_000 - self.mixed_share());
        let mixed = if length >= 2 { Weight::ppm(share::MIXED).and(chosen.times(length)).and(left.times(all - length)) } else { Weight::NEVER };
        if last - first + 1 == places.len() {
            mixed.or(self.run_pattern(first, last + 1))
        } else if first <= 1 && last + 1 == places.len() + 1 {
            mixed.or(Weight::ppm(share::OLDEST_BUT_ONE).and(Weight::one_in(2 * (length + 3))).and(Weight::one_in(length)))
        } else {
            mixed
        }
    }

    /// The chance that just these debts are paid.
    fn weight(&self, places: &[usize]) -> Weight {
        self.patterns().and(self.pattern(places)).or(self.habits().and(self.frame.choice.of(places)))
    }

    fn class(&self, places: &[usize]) -> Class {
        let run = places.first().zip(places.last()).is_some_and(|(first, last)| last - first + 1 == places.len());
        if places.len() == self.opens.len() && places.len() > 1 {
            Class::AllOpen
        } else if places.len() == 1 {
            Class::Single
        } else if run {
            Class::InOrder
        } else {
            Class::Amounts
        }
    }

    fn push(&self, cases: &mut Cases, places: &[usize], credits: &[ItemIdx], difference: Difference, weight: Weight) {
        let items: Vec<ItemIdx> = places.iter().filter_map(|at| self.debits().get(*at)).map(|position| position.at).chain(credits.iter().copied()).collect();
        let debts: i64 = places.iter().filter_map(|at| self.opens.get(*at)).fold(0, |sum, open| sum.saturating_add(*open));
        let off: i64 = self.frame.account.credits.iter().filter(|credit| credits.contains(&credit.at)).map(|credit| credit.open).sum();
        let class = self.class(places);
        cases.push(Case { items, customer: self.frame.customer, class, difference, total: debts.saturating_sub(off), weight: weight.and(self.frame.prior), advised: Vec::new() });
    }

    fn exact(&self, cases: &mut Cases, places: &[usize]) {
        self.push(cases, places, &[], Difference::None, self.weight(places).and(difference::exact()));
    }

    /// Money on account that happens to have this amount.
    fn on_account(&self, cases: &mut Cases) {
        let Paid { amount, unit, .. } = self.frame.paid;
        let round = difference::round(amount, unit, amount).unwrap_or_else(|| difference::anything(amount));
        cases.count(Weight::ppm(share::ON_ACCOUNT).and(round).and(self.frame.prior));
    }

    /// Every set of debts that sums to the payment, if they are few enough to be listed.
    fn all_sets(&self, cases: &mut Cases) -> bool {
        if self.opens.len() > LISTED_DEBTS {
            return false;
        }
        let credits = &self.frame.account.credits;
        let noted = credits.len() <= LISTED_CREDITS;
        let off = credits.iter().filter(|_| noted).map(|credit| -credit.open);
        let amounts: Vec<i64> = self.opens.iter().copied().chain(off).collect();
        let (sets, complete) = count::list(&amounts, self.frame.paid.amount, MOST_SETS, self.frame.budget / 4);
        if !complete {
            return false;
        }
        let share = Weight::ppm(share::NETTING).and(Weight::one_in(credits.len() as i64));
        for set in sets {
            let (places, notes): (Vec<usize>, Vec<usize>) = set.iter().map(|at| *at as usize).partition(|at| *at < self.opens.len());
            let notes: Vec<ItemIdx> = notes.iter().filter_map(|at| credits.get(at - self.opens.len())).map(|credit| credit.at).collect();
            if notes.is_empty() {
                self.exact(cases, &places);
            } else if !places.is_empty() {
                self.push(cases, &places, &notes, Difference::None, self.weight(&places).and(share));
            }
        }
        true
    }

    /// Single items, and blocks in the order in which they fall due, that sum to the payment.
    fn runs(&self, cases: &mut Cases) {
        for (at, _) in self.opens.iter().enumerate().filter(|(_, open)| **open == self.frame.paid.amount).take(MOST_SETS) {
            self.exact(cases, &[at]);
        }
        let runs = runs_of(&self.opens, self.frame.paid.amount);
        cases.bounded |= runs.len() > MOST_SETS;
        for (count, (from, to)) in runs.into_iter().take(MOST_SETS).enumerate() {
            if to - from > 1 {
                let places: Vec<usize> = (from..to).collect();
                self.exact(cases, &places);
                if count < MOST_TWINS {
                    self.twins(cases, &places);
                }
            }
        }
    }

    /// The sets that have other items of the same amounts: they fit as well, and only when they are due tells them apart.
    fn twins(&self, cases: &mut Cases, places: &[usize]) {
        let twins = self.frame.choice.twins(places, self.frame.account).and(self.frame.choice.of(places));
        cases.count(twins.and(self.habits()).and(difference::exact()).and(self.frame.prior));
    }

    /// Blocks of whole due dates with one item or two more or fewer, and what is usually paid on such a day with up to
    /// three: few payments of a book are further from one of these.
    fn edited(&self, cases: &mut Cases) {
        let edits = edits::Edits::new(&self.opens, &self.group_ends(), self.frame.paid.amount, self.opens.len() <= PAIRED_DEBTS, self.frame.budget);
        let flips = if self.opens.len() <= PAIRED_DEBTS { edits::flips(&self.opens, &self.frame.choice.likely(), self.frame.paid.amount, self.frame.budget).found } else { Vec::new() };
        cases.bounded |= edits.bounded;
        for places in edits.found.into_iter().chain(flips).collect::<BTreeSet<_>>() {
            self.exact(cases, &places);
            self.twins(cases, &places);
        }
    }

    /// Ends of the groups of debts with one due date.
    fn group_ends(&self) -> Vec<usize> {
        let debits = self.debits();
        let changes = debits.iter().zip(debits.iter().skip(1)).enumerate().filter(|(_, (one, next))| one.due_on != next.due_on).map(|(at, _)| at + 1);
        changes.chain([debits.len()]).collect()
    }

    /// The weight of all the sets that fit by chance and were not listed: exactly, unless all of those are known; and with
    /// a fee, a discount or the like, whose sums lie as close.
    fn chance(&self, all: bool, cases: &mut Cases) {
        let amount = self.frame.paid.amount;
        let few = self.opens.len() <= FEW_DEBTS;
        let density = |chance: Weight| if few { chance.most(difference::density(amount, self.frame.paid)) } else { chance };
        let mixed = density(Weight::by_chance(&self.opens, amount, self.mixed_share()).or(self.many_mixed()));
        let usual = density(self.frame.choice.mass(&self.opens, amount));
        let weight = self.patterns().and(Weight::ppm(share::MIXED)).and(mixed).or(self.habits().and(usual));
        let exact_known = all
            || count::ways(&self.opens, amount, self.frame.budget)
                .is_some_and(|ways| usize::from(ways) <= 1 && cases.found.iter().filter(|case| case.difference == Difference::None).count() == usize::from(ways));
        let part = if exact_known { Weight::ppm(share::DIFFERING) } else { Weight::ONE };
        cases.count(weight.and(part).and(self.frame.prior));
    }

    /// The chance that a mixed payment of as many items as the amount asks for has just this sum: the share of items that
    /// makes it the mean, and how often a payment has about so many.
    fn many_mixed(&self) -> Weight {
        let total: i128 = self.opens.iter().map(|open| i128::from(*open)).sum();
        let paid = i128::from(self.frame.paid.amount);
        if total <= paid {
            return Weight::NEVER;
        }
        let share = i64::try_from(paid * 1_000_000 / total).unwrap_or(1_000_000).clamp(1, 999_999);
        let items = share.saturating_mul(self.opens.len() as i64) / 1_000_000 + 1;
        Weight::by_chance(&self.opens, self.frame.paid.amount, share).and(Weight::one_in((items + 3) / (1 + (6 * items).isqrt())))
    }

    /// Single items, the oldest, and all, with a difference that can be read.
    fn differences(&self, cases: &mut Cases) {
        let mut oldest: Vec<&Position> = Vec::new();
        let mut sum: i64 = 0;
        for (at, position) in self.debits().iter().enumerate() {
            let one = [position];
            self.differing(cases, &one, position.open, at, at + 1);
            let Some(next) = sum.checked_add(position.open) else { return };
            sum = next;
            oldest.push(position);
            // Beyond twice the payment nothing that was kept back explains it.
            if at > 0 && sum / 2 <= self.frame.paid.amount {
                self.differing(cases, &oldest, sum, 0, at + 1);
            }
        }
    }

    fn differing(&self, cases: &mut Cases, debits: &[&Position], total: i64, from: usize, to: usize) {
        if total == self.frame.paid.amount {
            return;
        }
        let read = difference::read(&Sum { total, debits }, self.frame.paid);
        if let Some((reading, weight)) = read.filter(|(_, weight)| self.opens.len() <= 3 || weight.order(Weight::one_in(1_000_000)).is_gt()) {
            let chance = self.patterns().and(self.run_pattern(from, to)).or(self.habits().and(self.frame.choice.run(from, to)));
            let places: Vec<usize> = (from..to).collect();
            self.push(cases, &places, &[], reading, chance.and(weight));
        }
    }

    /// Any set of a few debts with a difference that can be read.
    fn any_differing(&self, cases: &mut Cases) {
        let count = self.opens.len();
        if count > TRIED_DEBTS {
            return;
        }
        for chosen in 1u32..1 << count {
            let places: Vec<usize> = (0..count).filter(|at| chosen & (1 << at) != 0).collect();
            let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) else { continue };
            // Single items and the oldest were weighed before.
            if places.len() == 1 || (first == 0 && last + 1 == places.len()) {
                continue;
            }
            let debits: Vec<&Position> = places.iter().filter_map(|at| self.debits().get(*at)).collect();
            let total = debits.iter().fold(0i64, |sum, position| sum.saturating_add(position.open));
            if total == self.frame.paid.amount {
                continue;
            }
            let read = difference::read(&Sum { total, debits: &debits }, self.frame.paid);
            if let Some((reading, weight)) = read.filter(|(_, weight)| weight.order(Weight::one_in(1_000_000)).is_gt()) {
                self.push(cases, &places, &[], reading, self.weight(&places).and(weight));
            }
        }
    }

    /// Blocks that sum to the payment when every discount still granted is taken.
    fn discounted_runs(&self, cases: &mut Cases) {
        let granted = |position: &Position| position.grants_on(self.frame.paid.on);
        let taken = |position: &Position| if granted(position) { position.open - position.discount } else { position.open };
        if !self.debits().iter().any(|position| granted(position) && position.discount > 0) {
            return;
        }
        let amounts: Vec<i64> = self.debits().iter().map(taken).collect();
        for (from, to) in runs_of(&amounts, self.frame.paid.amount).into_iter().take(MOST_SETS) {
            let debits: Vec<&Position> = self.debits().get(from..to).unwrap_or(&[]).iter().collect();
            let total = debits.iter().fold(0i64, |sum, position| sum.saturating_add(position.open));
            if from > 0 && to - from > 1 {
                self.differing(cases, &debits, total, from, to);
            }
        }
    }

    /// Single items, the oldest, blocks, and all, less one credit note or all of them.
    fn netted(&self, cases: &mut Cases) {
        let credits = &self.frame.account.credits;
        let mut off: Vec<(i64, Vec<ItemIdx>)> = credits.iter().take(MOST_CREDITS).map(|credit| (credit.open, alloc::vec![credit.at])).collect();
        if credits.len() > 1 {
            let all = credits.iter().fold(0i64, |sum, credit| sum.saturating_add(credit.open));
            off.push((all, credits.iter().map(|credit| credit.at).collect()));
        }
        let share = Weight::ppm(share::NETTING).and(Weight::one_in(off.len() as i64));
        for (amount, items) in &off {
            let Some(target) = self.frame.paid.amount.checked_add(*amount) else { continue };
            for (from, to) in runs_of(&self.opens, target).into_iter().take(MOST_SETS) {
                let places: Vec<usize> = (from..to).collect();
                self.push(cases, &places, items, Difference::None, self.weight(&places).and(share));
            }
        }
    }

    /// All items issued, or due, in the month that the text names.
    fn month(&self, cases: &mut Cases) {
        let Some(month) = self.frame.month else { return };
        for by_issue in [true, false] {
            let of = |position: &Position| if by_issue { position.issued_on } else { position.due_on };
            let places: Vec<usize> = self.debits().iter().enumerate().filter(|(_, position)| of(position).month() == month).map(|(at, _)| at).collect();
            let total = places.iter().filter_map(|at| self.opens.get(*at)).fold(0i64, |sum, open| sum.saturating_add(*open));
            if total == self.frame.paid.amount {
                self.push(cases, &places, &[], Difference::None, Weight::ppm(share::MONTH).and(difference::exact()));
                cases.of_month(&places.iter().filter_map(|at| self.debits().get(*at)).map(|position| position.at).collect::<Vec<_>>());
            }
        }
    }
}

/// Every run of positive amounts with this sum: from, to.
fn runs_of(amounts: &[i64], target: i64) -> Vec<(usize, usize)> {
    let (mut found, mut from, mut sum) = (Vec::new(), 0, 0i128);
    for (at, amount) in amounts.iter().enumerate() {
        sum += i128::from(*amount);
        while sum > i128::from(target) && from <= at {
            sum -= i128::from(amounts.get(from).copied().unwrap_or(0));
            from += 1;
        }
        if sum == i128::from(target) && from <= at {
            found.push((from, at + 1));
        }
    }
    found
}

/// One item, the oldest, or all, paid in another currency at a rate near that of the day.
pub(super) fn exchanged(customer: CustomerIdx, account: &Account, rate: Rate, paid: Paid, prior: Weight, cases: &mut Cases) {
    let count = account.debits.len() as i64;
    let mut push = |positions: &[Position], class: Class, chance: Weight| {
        let total = positions.iter().fold(0i64, |sum, position| sum.saturating_add(position.open));
        if let Some(near) = rate.near(total, paid.amount) {
            let items = positions.iter().map(|position| position.at).collect();
            cases.push(Case { items, customer, class, difference: Difference::Fx, total, weight: prior.and(chance).and(near), advised: Vec::new() });
        }
    };
    for (at, position) in account.debits.iter().enumerate() {
        push(core::slice::from_ref(position), Class::Single, Weight::ppm(share::SINGLE).and(Weight::one_in(count)));
        if at > 0 {
            let length = at as i64 + 1;
            let chance = Weight::ppm(share::OLDEST).and(Weight::one_in(2 * (length + 3)));
            let all = if length == count { chance.or(Weight::ppm(share::ALL)) } else { chance };
            push(account.debits.get(..=at).unwrap_or(&[]), if length == count { Class::AllOpen } else { Class::InOrder }, all);
        }
    }
    // Within the tolerance any set of a few items fits: nothing but the list of a small account is certain.
    if count > 3 {
        cases.count(prior.and(Weight::ppm(share::MIXED)).and(Weight::ppm(30_000)).and(Weight::one_in(paid.amount / 10)));
    }
}
