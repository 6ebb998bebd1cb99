//! Payments that fail at the bank, and are tried again.

use super::apply::Batch;
use super::apply_cash::Taken;
use crate::error::ProblemCode;
use crate::record::{Credit, Failure, FailureKind, ItemIdx, PaymentIdx, Retry};
use crate::state::deduction::{self, DeductionState};
use alloc::{collections::BTreeSet, format};

impl Batch<'_> {
    pub(super) fn fail_payment(&mut self, payment_id: &str, failure: Option<&str>) {
        let kind = failure.map_or(Some(FailureKind::Unknown), FailureKind::from_name);
        let (Some(at), Some(kind)) = (self.payment(payment_id), kind) else {
            if kind.is_none() {
                self.refuse("failure", ProblemCode::UnknownWord, || format!("one of {} is wanted", FailureKind::WORDS.join(", ")));
            }
            return;
        };
        let rows = self.rows_of_credit(Credit::Payment(at), None);
        let grounds = self.grounds_of_cash(Credit::Payment(at), &rows);
        let mut taken = self.taken(rows, &grounds, None);
        // The bank does not ask: a deduction that was paid or credited since has been worked on, and stays for itself.
        let ledger = &self.ledger;
        taken.deductions.retain(|at, place| {
            let untouched = ledger.item(*at).is_some_and(|item| deduction::next(DeductionState::of(item), deduction::Input::Undone).is_some());
            untouched || !taken.rows.remove(place)
        });
        self.note_failure(at, kind, &taken);
        self.undo(&taken, false);
        if let Some(row) = self.ledger.payments.get_mut(at.0 as usize) {
            row.failed = true;
        }
    }

    /// Keeps why and when a payment failed, and what it had been posted on.
    fn note_failure(&mut self, at: PaymentIdx, kind: FailureKind, taken: &Taken) {
        let (on, start) = (self.on, self.ledger.item_lists.len() as u32);
        let paid: BTreeSet<ItemIdx> = taken.rows.iter().filter_map(|place| self.ledger.allocations.get(*place)).filter(|row| row.cash > 0).map(|row| row.item).collect();
        self.ledger.item_lists.extend(paid);
        let items = start..self.ledger.item_lists.len() as u32;
        let row = self.ledger.failures.entry(at).or_insert(Failure { kind, first_on: on, last_on: on, items: items.clone() });
        let items = if items.is_empty() { row.items.clone() } else { items };
        let kind = if on >= row.last_on { kind } else { row.kind };
        *row = Failure { kind, first_on: row.first_on.min(on), last_on: row.last_on.max(on), items };
    }

    pub(super) fn retry(&mut self, payment_id: &str) {
        let Some(at) = self.payment(payment_id) else { return };
        if !self.ledger.payment(at).is_some_and(|row| row.failed) {
            return self.refuse("payment_id", ProblemCode::ImpossibleEvent, || "the payment did not fail".into());
        }
        let row = self.ledger.retried.entry(at).or_insert(Retry { count: 0, last_on: self.on });
        *row = Retry { count: row.count.saturating_add(1), last_on: row.last_on.max(self.on) };
    }
}
