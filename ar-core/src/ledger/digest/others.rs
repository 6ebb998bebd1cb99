//! The leaves of what is about no one customer: payments, advice, rates, and what is known of decisions.

use super::leaf::{Hash, Kind, Leaf};
use crate::ledger::Books;
use crate::ledger::decided::{Cell, Verdict};
use crate::record::PaymentIdx;
use alloc::vec::Vec;
use core::ops::Range;

/// Of no customer.
const NOBODY: Range<usize> = 0..0;

impl Leaf<'_> {
    /// A payment, with what became of it at the bank and what people undid of it.
    pub(in crate::ledger) fn of_payment(&mut self, at: PaymentIdx) -> Option<Hash> {
        let books = self.books;
        let row = books.payment(at)?;
        self.begin(Kind::Payment).text(row.id).customer(row.customer).currency(row.currency).int(row.amount).int(row.bank_fee).date(row.received_on);
        self.text(row.payer_name).text(row.payer_account).text(row.text).text(row.reference).text(row.method).flag(row.failed);
        self.day(books.undone.get(&at).copied());
        let retried = books.retried.get(&at);
        self.flag(retried.is_some());
        if let Some(row) = retried {
            self.int(i64::from(row.count)).date(row.last_on);
        }
        let failure = books.failures.get(&at);
        self.flag(failure.is_some());
        if let Some(row) = failure {
            self.int(row.kind as i64).date(row.first_on).date(row.last_on).items(&NOBODY, &row.items);
        }
        Some(self.hash())
    }

    fn of_verdict(&mut self, id: &str, place: usize, row: &Verdict) -> Hash {
        self.begin(Kind::Verdict).str(id).count(place).int(row.kind as i64).str(&row.by).date(row.on).count(row.approvers.len());
        for by in &row.approvers {
            self.str(by);
        }
        self.flag(row.edit.is_some());
        if let Some((edit, by)) = &row.edit {
            self.str(&serde_json::to_string(edit).unwrap_or_default()).str(by);
        }
        self.cell(row.cell.as_ref()).hash()
    }

    fn cell(&mut self, cell: Option<&Cell>) -> &mut Self {
        self.str(cell.map_or("", |cell| cell.action.name())).str(cell.map_or("", |cell| &cell.segment))
    }

    /// What is known of one decision, under its identifier.
    pub(in crate::ledger) fn of_decision(&mut self, id: &str, found: &mut Vec<Hash>) {
        let decided = &self.books.decided;
        if let Some(row) = decided.verdicts.get(id) {
            // The newest word first, then those that it replaced, the oldest first.
            found.push(self.of_verdict(id, 0, row));
        }
        for (place, row) in (1..).zip(decided.replaced.get(id).into_iter().flatten()) {
            found.push(self.of_verdict(id, place, row));
        }
        if let Some(row) = self.books.deed(id) {
            self.begin(Kind::Done).str(id).date(row.on).flag(row.by_person).str(row.action.map_or("", |action| action.name()));
            self.customer(row.customer).int(row.amount).currency_or_none(row.currency).day(row.undone_on);
            found.push(self.hash());
        }
        if let Some(row) = decided.asked.get(id) {
            found.push(self.begin(Kind::Asked).str(id).date(row.on).str(&row.to).hash());
        }
        if let Some(row) = decided.reviews.get(id) {
            self.begin(Kind::Review).str(id).flag(row.right).str(&row.by).date(row.on);
            found.push(self.cell(row.cell.as_ref()).hash());
        }
    }
}

impl Books {
    pub(super) fn payment_leaves(&self) -> Vec<Hash> {
        super::in_chunks(self.payments.len(), |range| {
            let mut leaf = Leaf::new(self);
            range.filter_map(|at| leaf.of_payment(PaymentIdx(at as u32))).collect()
        })
    }

    pub(super) fn remittance_leaves(&self) -> Vec<Hash> {
        let mut leaf = Leaf::new(self);
        let of = |row: &crate::record::Remittance| {
            leaf.begin(Kind::Remittance).text(row.id).customer(row.customer).payment(row.payment).date(row.received_on).text(row.reference);
            leaf.opt(row.amount).int(row.discount).int(row.deduction).text(row.deduction_reason).hash()
        };
        self.remittances.iter().map(of).collect()
    }

    pub(super) fn rate_leaves(&self) -> Vec<Hash> {
        let mut leaf = Leaf::new(self);
        self.fx_rates.iter().map(|row| leaf.begin(Kind::FxRate).currency(row.base).currency(row.quote).date(row.on).int(row.rate).hash()).collect()
    }

    /// What is known of decisions.
    pub(super) fn decision_leaves(&self) -> Vec<Hash> {
        let (decided, mut found, mut leaf) = (&self.decided, Vec::new(), Leaf::new(self));
        let mut ids: Vec<&str> =
            decided.verdicts.keys().chain(decided.replaced.keys()).chain(decided.done.keys()).chain(decided.asked.keys()).chain(decided.reviews.keys()).map(alloc::string::String::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            leaf.of_decision(id, &mut found);
        }
        found
    }

    /// What is known of how far the engine may go: little, and in the order in which it was told.
    pub(super) fn autonomy_leaves(&self) -> Vec<Hash> {
        let (decided, mut found, mut leaf) = (&self.decided, Vec::new(), Leaf::new(self));
        leaf.begin(Kind::LevelChanges).count(decided.changes.len());
        for row in &decided.changes {
            leaf.cell(Some(&row.cell)).int(i64::from(row.level)).date(row.on).str(&row.by).flag(row.wider);
        }
        found.push(leaf.hash());
        for (stop, told) in decided.stops.iter().filter_map(|(stop, told)| Some((self.own_stop(stop)?, told))) {
            leaf.begin(Kind::Stop).str(stop.action.map_or("", |action| action.name())).flag(stop.segment.is_some()).str(stop.segment.as_deref().unwrap_or(""));
            leaf.customer(stop.customer).count(told.len());
            for (on, stopped) in told {
                leaf.date(*on).flag(*stopped);
            }
            found.push(leaf.hash());
        }
        for (version, row) in &decided.versions {
            found.push(leaf.begin(Kind::Version).str(version).str(&row.digest).date(row.on).str(&row.by).hash());
        }
        found
    }
}
