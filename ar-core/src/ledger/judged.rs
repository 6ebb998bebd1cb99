//! What the books say of a day: where a promise, a plan and an item stand, and what was granted, held and handed over.

use super::{Books, slice_of};
use crate::money::Currency;
use crate::record::{Allocation, Credit, CustomerIdx, Extension, Failure, HandOver, Hold, Instalment, Item, ItemIdx, PaymentIdx, Plan, PlanState, Promise, PromiseState, Retry, Terms};
use crate::state::item::{ItemState, owed_on};
use crate::state::promise::Input;
use crate::state::{plan, promise};
use alloc::vec::Vec;
use chrono::NaiveDate;

impl Books {
    /// Payment plans of a customer, each with its instalments by day due.
    pub fn plans_with_instalments(&self, customer: CustomerIdx) -> impl Iterator<Item = (&Plan, &[Instalment])> {
        let first = self.plans.partition_point(|row| row.customer < customer);
        (first..).zip(self.plans_of(customer)).map(|(at, plan)| {
            let from = self.instalments.partition_point(|row| (row.plan as usize) < at);
            let to = self.instalments.partition_point(|row| (row.plan as usize) <= at);
            (plan, self.instalments.get(from..to).unwrap_or(&[]))
        })
    }

    /// Where a promise stands at the end of `as_of`, from the cash that was posted. `ends` is the last day that it may be
    /// kept on: its day and a tolerance.
    pub fn promise_on(&self, row: &Promise, as_of: NaiveDate, ends: NaiveDate) -> PromiseState {
        promise::judge(row, self.promised(row), as_of, ends)
    }

    /// What was promised: the amount named, else what was owed of the item on the day it was made. `None` for all of an account.
    pub fn promised_amount(&self, row: &Promise) -> Option<(Currency, i64)> {
        let item = row.item.and_then(|at| self.item(at));
        let owed = || row.item.zip(item).map(|(at, item)| owed_on(item, self.allocations_of(at), row.made_on, row.made_on));
        item.map(|item| item.currency).or(row.currency).zip(row.amount.or_else(owed))
    }

    /// Whether what was promised has come by the end of a day, however late.
    pub fn is_paid_by(&self, row: &Promise, day: NaiveDate) -> bool {
        promise::came(row, self.promised(row), day) == Input::Paid
    }

    /// The level of the promises of an item (or, with `None`, of the whole account) on a day. `last_day` gives the last day
    /// that a promise of a day may be kept on.
    pub fn promise_level(&self, customer: CustomerIdx, item: Option<ItemIdx>, as_of: NaiveDate, last_day: &dyn Fn(NaiveDate) -> NaiveDate) -> u16 {
        let mut made: Vec<&Promise> = self.promises_of(customer).iter().filter(|row| row.item == item && row.made_on <= as_of).collect();
        made.sort_by_key(|row| row.made_on);
        promise::level(made.into_iter().map(|row| self.promise_on(row, as_of, last_day(row.due_on))))
    }

    /// The items that a promise may be kept on, each with its postings: one, or those of the account that were not
    /// settled when it was made.
    fn promised(&self, row: &Promise) -> impl Iterator<Item = (&Item, &[Allocation])> {
        let range = row.item.map_or_else(|| self.item_range(row.customer), |at| at.0 as usize..at.0 as usize + 1);
        let places = range.filter_map(|at| u32::try_from(at).ok()).map(ItemIdx);
        let made_on = row.made_on;
        let unpaid = move |item: &Item| !item.kind.is_credit() && item.settled_on.is_none_or(|day| day >= made_on);
        places.filter_map(move |at| Some((self.item(at).filter(|item| unpaid(item))?, self.allocations_of(at))))
    }

    /// Where a plan stands at the end of `as_of`, from what is said of its instalments, or else from the cash that was
    /// posted. `last_day` gives the last day that an instalment of a due date may be paid on.
    pub fn plan_on(&self, row: &Plan, instalments: &[Instalment], as_of: NaiveDate, last_day: &dyn Fn(NaiveDate) -> NaiveDate) -> PlanState {
        let rows = self.item_list(&row.items).iter().flat_map(|at| self.allocations_of(*at));
        plan::judge(row, instalments, rows, as_of, last_day)
    }

    /// Where an item stands.
    pub fn item_state(&self, at: ItemIdx) -> Option<ItemState> {
        Some(ItemState::of(self.item(at)?, self.written_off(at) > 0))
    }

    /// What was written off of an item by `written_off`.
    pub fn written_off(&self, at: ItemIdx) -> i64 {
        self.allocations_of(at).iter().filter(|row| row.credit == Credit::Own).fold(0, |sum, row| sum.saturating_add(row.amount))
    }

    /// Due dates that were moved, by item and day.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// Due dates of a customer's items that were moved.
    pub fn extensions_of(&self, customer: CustomerIdx) -> &[Extension] {
        let range = self.item_range(customer);
        let from = self.extensions.partition_point(|row| (row.item.0 as usize) < range.start);
        let to = self.extensions.partition_point(|row| (row.item.0 as usize) < range.end);
        self.extensions.get(from..to).unwrap_or(&[])
    }

    /// The day an item was due before any extension: what its true age counts from.
    pub fn first_due_on(&self, at: ItemIdx) -> Option<NaiveDate> {
        let from = self.extensions.partition_point(|row| row.item < at);
        let first = self.extensions.get(from).filter(|row| row.item == at).map(|row| row.from);
        first.or_else(|| self.item(at).map(|item| item.due_on))
    }

    /// Credit holds of a customer, by day placed.
    pub fn holds_of(&self, customer: CustomerIdx) -> &[Hold] {
        slice_of(&self.holds, customer)
    }

    /// The credit hold of a customer on a day.
    pub fn hold_on(&self, customer: CustomerIdx, day: NaiveDate) -> Option<&Hold> {
        self.holds_of(customer).iter().find(|row| row.placed_on <= day && row.released_on.is_none_or(|on| on > day))
    }

    /// Changes of the terms of a customer, by day.
    pub fn terms_of(&self, customer: CustomerIdx) -> &[Terms] {
        slice_of(&self.terms, customer)
    }

    /// What was handed over of a customer, by day.
    pub fn handovers_of(&self, customer: CustomerIdx) -> &[HandOver] {
        slice_of(&self.handovers, customer)
    }

    /// Items of a customer that were handed over by the end of a day.
    pub fn handed_over(&self, customer: CustomerIdx, day: NaiveDate) -> Vec<ItemIdx> {
        self.handovers_of(customer).iter().filter(|row| row.on <= day).flat_map(|row| self.item_list(&row.items)).copied().collect()
    }

    /// How often a payment that failed was tried again.
    pub fn retried(&self, payment: PaymentIdx) -> Option<Retry> {
        self.retried.get(&payment).copied()
    }

    /// Why and when a payment failed, by the end of a day; `None` where it had not, or where nobody told.
    pub fn failure(&self, payment: PaymentIdx, day: NaiveDate) -> Option<&Failure> {
        self.failures.get(&payment).filter(|row| row.first_on <= day)
    }
}
