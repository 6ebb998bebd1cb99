//! Events that move payment plans.

use super::Books;
use super::apply::{Batch, catch_up, place_of};
use crate::error::ProblemCode;
use crate::event::{InstalmentLine, What};
use crate::record::{Allocation, Instalment, ItemIdx, Plan, PlanState};
use crate::state::{item, plan};
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// The most parts of one plan.
const MAX_PARTS: usize = 1_000;

impl Batch<'_> {
    pub(super) fn plan(&mut self, what: &What) {
        match what {
            What::PlanOffered { plan_id, customer_id, item_ids, instalments, channel } => {
                self.new_plan(plan_id, customer_id, item_ids, instalments, PlanState::Offered);
                // What was offered in writing is a message like any other.
                if channel.is_some() {
                    self.contact(customer_id, channel.as_deref());
                }
            }
            What::PlanAgreed { plan_id, customer_id, item_ids, instalments } => {
                let at = place_of(&mut self.places.plans, &self.ledger.texts, &self.ledger.plans, |row| row.id, plan_id);
                match (at, customer_id, item_ids, instalments) {
                    (Some(at), ..) => self.agree(at, customer_id.as_deref(), item_ids.as_deref(), instalments.as_deref()),
                    (None, Some(customer_id), Some(item_ids), Some(instalments)) => self.new_plan(plan_id, customer_id, item_ids, instalments, PlanState::Active),
                    (None, ..) => self.refuse("plan_id", ProblemCode::UnknownRecord, || format!("no plan '{plan_id}' was offered; one that was not needs customer_id, item_ids and instalments")),
                }
            }
            _ => {}
        }
    }

    pub(super) fn place_plans(&mut self) {
        let lists = &self.ledger.item_lists;
        catch_up(&mut self.places.plans_of, &self.ledger.plans, |row| lists.get(row.items.start as usize..row.items.end as usize).unwrap_or(&[]).to_vec());
        catch_up(&mut self.places.instalments_of, &self.ledger.instalments, |row| alloc::vec![row.plan]);
    }

    fn new_plan(&mut self, plan_id: &str, customer_id: &str, item_ids: &[String], lines: &[InstalmentLine], state: PlanState) {
        let taken = place_of(&mut self.places.plans, &self.ledger.texts, &self.ledger.plans, |row| row.id, plan_id).is_some();
        let id = self.new_id("plan_id", plan_id, taken);
        let Some(customer) = self.customer(customer_id) else { return };
        let before = self.problems.total();
        let items = self.item_list(item_ids, customer);
        let parts = self.parts(&items, lines);
        let (Some(id), Some(parts), true) = (id, parts, self.problems.total() == before) else { return };
        if state == PlanState::Active && !self.free_of_plans(&items) {
            return;
        }
        let plan = self.ledger.plans.len() as u32;
        self.ledger.plans.push(Plan { id, customer, agreed_on: self.on, state, items });
        self.ledger.instalments.extend(parts.into_iter().map(|(due_on, amount)| Instalment { plan, due_on, amount, paid_on: None }));
    }

    /// The instalments of a plan: one after the other, and to the minor unit what is open of the items.
    fn parts(&mut self, items: &Range<u32>, lines: &[InstalmentLine]) -> Option<Vec<(NaiveDate, i64)>> {
        let total = self.open_of(items)?;
        if lines.is_empty() || lines.len() > MAX_PARTS {
            self.refuse("instalments", ProblemCode::OutOfRange, || format!("1 to {MAX_PARTS} instalments"));
            return None;
        }
        let days: Vec<NaiveDate> = lines.iter().map(|line| line.due_on).collect();
        if days.iter().any(|day| *day < self.on || *day > crate::calendar::LAST_DAY) || !days.is_sorted_by(|a, b| a < b) {
            self.refuse("instalments", ProblemCode::DatesOutOfOrder, || "instalments are due one after the other, and not before they are agreed".into());
            return None;
        }
        let currency = self.ledger.item_list(items).first().and_then(|at| self.ledger.item(*at))?.currency;
        let texts: Vec<&str> = lines.iter().filter_map(|line| line.amount.as_deref()).collect();
        let amounts = match texts.len() {
            0 => plan::split(total, lines.len()),
            stated if stated == lines.len() => Some(texts.iter().filter_map(|text| self.amount("instalments", text, currency)).collect()),
            _ => None,
        };
        let Some(amounts) = amounts.filter(|amounts| amounts.len() == lines.len()) else {
            self.refuse("instalments", ProblemCode::BadEvent, || "each instalment has an amount, or none has".into());
            return None;
        };
        let sum = amounts.iter().try_fold(0i64, |sum, amount| sum.checked_add(*amount));
        if sum != Some(total) {
            self.refuse("instalments", ProblemCode::Contradiction, || {
                let exponent = currency.exponent();
                format!("the instalments are {}, and {} is open", sum.map_or("too much".into(), |sum| crate::money::minor_to_text(sum, exponent)), crate::money::minor_to_text(total, exponent))
            });
            return None;
        }
        Some(days.into_iter().zip(amounts).collect())
    }

    /// What is open of the items of a plan together. They are in one currency, and something is open of each.
    fn open_of(&mut self, items: &Range<u32>) -> Option<i64> {
        let list = self.ledger.item_list(items).to_vec();
        let currency = list.first().and_then(|at| self.ledger.item(*at)).map(|item| item.currency);
        let mut total = Some(0i64);
        for at in &list {
            total = total.filter(|_| self.may_arrange(*at));
            let Some(item) = self.ledger.item(*at) else { continue };
            total = total.and_then(|total| total.checked_add(item.open));
            if Some(item.currency) != currency {
                self.refuse("item_ids", ProblemCode::CurrencyMismatch, || "a plan is in one currency".into());
                total = None;
            }
        }
        if list.is_empty() {
            self.refuse("item_ids", ProblemCode::MissingValue, || "a plan covers items".into());
        }
        total.filter(|_| !list.is_empty())
    }

    /// Whether something may be arranged about an item: it is owed, in full or in part. If not, that is said.
    pub(super) fn may_arrange(&mut self, at: ItemIdx) -> bool {
        let Some(row) = self.ledger.item(at) else { return false };
        let (is_credit, id) = (row.kind.is_credit(), row.id);
        let state = self.item_state(at);
        if is_credit {
            self.refuse("item_ids", ProblemCode::UnknownItem, || "a credit note is not owed".into());
        } else if item::next(state, item::Input::Arranged).is_none() {
            let what = format!("the item '{}'", self.ledger.text(id));
            self.refuse_state("item_ids", &what, state.name(), item::Input::Arranged.name());
        } else {
            return true;
        }
        false
    }

    fn agree(&mut self, at: usize, customer_id: Option<&str>, item_ids: Option<&[String]>, lines: Option<&[InstalmentLine]>) {
        self.place_plans();
        let Some(row) = self.ledger.plans.get(at).cloned() else { return };
        let Some(state) = plan::next(row.state, plan::Input::Agreed) else {
            return self.refuse_state("plan_id", "the plan", row.state.name(), plan::Input::Agreed.name());
        };
        if self.on < row.agreed_on {
            return self.refuse("on", ProblemCode::DatesOutOfOrder, || "agreed before it was offered".into());
        }
        let before = self.problems.total();
        if let Some(id) = customer_id
            && self.customer(id).is_some_and(|customer| customer != row.customer)
        {
            self.refuse("customer_id", ProblemCode::Contradiction, || "the plan was offered to another customer".into());
        }
        if let Some(ids) = item_ids {
            let mut named: Vec<ItemIdx> = ids.iter().filter_map(|id| self.item(id)).collect();
            named.sort_unstable();
            named.dedup();
            if named.len() == ids.len() && named != self.ledger.item_list(&row.items) {
                self.refuse("item_ids", ProblemCode::Contradiction, || "the plan was offered for other items".into());
            }
        }
        let total = self.open_of(&row.items);
        let places = u32::try_from(at).ok().and_then(|at| self.places.instalments_of.1.get(&at).cloned()).unwrap_or_default();
        let parts: Vec<(NaiveDate, i64)> = places.iter().filter_map(|place| self.ledger.instalments.get(*place)).map(|part| (part.due_on, part.amount)).collect();
        let sum = parts.iter().fold(0i64, |sum, part| sum.saturating_add(part.1));
        if total.is_some_and(|total| total != sum) {
            self.refuse("plan_id", ProblemCode::ImpossibleEvent, || "what is open of its items is not what it was when the plan was offered".into());
        }
        if let Some(lines) = lines
            && total == Some(sum)
            && self.parts(&row.items, lines).is_some_and(|said| said != parts)
        {
            self.refuse("instalments", ProblemCode::Contradiction, || "the plan was offered with other instalments".into());
        }
        if self.problems.total() > before || !self.free_of_plans(&row.items) {
            return;
        }
        if let Some(row) = self.ledger.plans.get_mut(at) {
            (row.state, row.agreed_on) = (state, self.on);
        }
    }

    /// The postings on an item: those that were there before the batch are sorted by item, those behind them are not.
    fn rows_on(&self, at: ItemIdx) -> impl Iterator<Item = &Allocation> {
        let (before, since) = self.ledger.allocations.split_at_checked(self.sorted).unwrap_or_default();
        let from = before.partition_point(|row| row.item < at);
        before.iter().skip(from).take_while(move |row| row.item == at).chain(since.iter().filter(move |row| row.item == at))
    }

    /// Whether no item is in a plan that still runs. One that broke makes room: that is what a new agreement is for.
    fn free_of_plans(&mut self, items: &Range<u32>) -> bool {
        self.place_plans();
        let on = self.on;
        let mut others: Vec<usize> = self.ledger.item_list(items).iter().filter_map(|at| self.places.plans_of.1.get(at)).flatten().copied().collect();
        others.sort_unstable();
        others.dedup();
        for place in others {
            let Some(row) = self.ledger.plans.get(place).filter(|row| row.state == PlanState::Active) else { continue };
            let places = u32::try_from(place).ok().and_then(|place| self.places.instalments_of.1.get(&place)).map_or(&[][..], Vec::as_slice);
            let parts: Vec<Instalment> = places.iter().filter_map(|part| self.ledger.instalments.get(*part)).cloned().collect();
            let rows: Vec<&Allocation> = self.ledger.item_list(&row.items).iter().flat_map(|at| self.rows_on(*at)).collect();
            // Without a tolerance: who agrees anew on the day after knows that an instalment is missing.
            match plan::judge(row, &parts, rows, on, &|day| day) {
                PlanState::Active => {
                    let id = String::from(self.ledger.text(row.id));
                    self.refuse("item_ids", ProblemCode::ImpossibleEvent, || format!("the plan '{id}' covers one of the items, and is 'active'"));
                    return false;
                }
                state => {
                    if let Some(row) = self.ledger.plans.get_mut(place) {
                        row.state = state;
                    }
                }
            }
        }
        true
    }
}

impl Books {
    /// Sorts plans by customer, day and identifier, and takes their instalments along.
    pub(super) fn sort_plans(&mut self) {
        let texts = &self.texts;
        let mut order: Vec<(u32, Plan)> = (0u32..).zip(core::mem::take(&mut self.plans)).collect();
        order.sort_by(|(_, a), (_, b)| (a.customer, a.agreed_on, texts.get(a.id)).cmp(&(b.customer, b.agreed_on, texts.get(b.id))));
        let mut moved = alloc::vec![0u32; order.len()];
        for (to, (from, _)) in (0u32..).zip(&order) {
            if let Some(slot) = moved.get_mut(*from as usize) {
                *slot = to;
            }
        }
        self.plans = order.into_iter().map(|(_, plan)| plan).collect();
        for row in &mut self.instalments {
            row.plan = moved.get(row.plan as usize).copied().unwrap_or(row.plan);
        }
        self.instalments.sort_by_key(|row| (row.plan, row.due_on, row.amount));
    }
}
