//! Credits that are owed: what was found valid of a dispute, until it is credited or the dispute is closed. It is not
//! pursued meanwhile.
//!
//! The credit note has a key, `X-1/credit`, which is its identifier and its reference: so a second one cannot be entered, and
//! it is for that dispute only. A host may credit under numbers of its own: what was credited so on the item since the dispute
//! was opened is taken off, and so is every such credit note of the customer that was issued since the verdict and is still
//! open; each once, for the oldest dispute first.

use crate::action::ActionKind;
use crate::collections::{Found, View};
use crate::decision::{Charge, Params};
use crate::ledger::Books;
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::record::{Allocation, AllocationKind, Credit, Dispute, DisputeState, Item, ItemIdx, ItemKind};
use crate::scoring::Worth;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// A credit that is owed.
pub(in crate::collections) struct Owed {
    pub(in crate::collections) item: ItemIdx,
    pub(in crate::collections) amount: i64,
    key: String,
    currency: Currency,
    /// What is open of the item.
    open: i64,
    since: NaiveDate,
    dispute: crate::text::TextId,
}

/// What is owed to the customer, by dispute.
pub(in crate::collections) fn owed(view: &View<'_>) -> Vec<Owed> {
    let is_valid = |row: &&Dispute| matches!(row.state, DisputeState::Valid | DisputeState::Partial) && row.opened_on <= view.as_of && !row.is_live_on(view.as_of);
    let mut rows = view.books.disputes_of(view.at).iter().filter(is_valid).filter(|row| view.score_of(row.item).is_some()).peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let mut notes = Notes::read(view);
    let mut left: BTreeMap<ItemIdx, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for row in rows {
        let (Some(valid), Some(item), Some(score)) = (row.valid_amount(), view.books.item(row.item), view.score_of(row.item)) else { continue };
        let key = key_of(view.books, row);
        if notes.names.contains(key.as_str()) {
            continue;
        }
        let since = row.resolved_on.unwrap_or(row.opened_on);
        let rest = notes.take_posted(view, row, valid);
        let rest = notes.take(item.currency, since, rest);
        let left = left.entry(row.item).or_insert(score.open);
        let amount = rest.min(*left);
        if amount > 0 {
            *left -= amount;
            found.push(Owed { item: row.item, amount, key, currency: item.currency, open: score.open, since, dispute: row.id });
        }
    }
    found
}

fn key_of(books: &Books, row: &Dispute) -> String {
    format!("{}/credit", books.text(row.id))
}

/// The credit notes of a customer.
struct Notes<'v> {
    /// Identifiers and references.
    names: BTreeSet<&'v str>,
    /// The keys of the customer's disputes: a note of such a name is for that dispute, whatever others there are.
    keys: BTreeSet<String>,
    /// By currency, day issued and place: what is open and not taken for a dispute yet.
    open: BTreeMap<(Currency, NaiveDate, usize), i64>,
    /// Of each item what was credited, with the day, and not taken for a dispute yet.
    posted: BTreeMap<ItemIdx, Vec<(NaiveDate, i64)>>,
}

impl<'v> Notes<'v> {
    fn read(view: &View<'v>) -> Self {
        let books = view.books;
        let notes = || view.books.item_range(view.at).zip(books.items_of(view.at)).filter(|(_, item): &(usize, &Item)| item.kind == ItemKind::CreditNote && item.issued_on <= view.as_of);
        let names = notes().flat_map(|(_, item)| [books.text(item.id), books.text(item.reference)]).collect();
        let keys: BTreeSet<String> = books.disputes_of(view.at).iter().map(|row| key_of(books, row)).collect();
        let free = notes().filter(|(_, item)| !is_named(books, &keys, item));
        let open = free.filter_map(|(at, item)| Some(((item.currency, item.issued_on, at), view.open.get(at).copied().filter(|open| *open > 0)?))).collect();
        Self { names, keys, open, posted: BTreeMap::new() }
    }

    /// What is left of an amount when what was credited on the item since the dispute was opened is taken for it.
    fn take_posted(&mut self, view: &View<'_>, row: &Dispute, amount: i64) -> i64 {
        let by_note = |line: &&Allocation| match line.credit {
            Credit::Item(at) => line.kind == AllocationKind::Payment && line.on <= view.as_of && view.books.item(at).is_some_and(|note| !is_named(view.books, &self.keys, note)),
            _ => false,
        };
        let read = || view.books.allocations_of(row.item).iter().filter(by_note).map(|line| (line.on, line.amount)).collect();
        let mut rest = amount;
        for (_, left) in self.posted.entry(row.item).or_insert_with(read).iter_mut().filter(|line| line.0 >= row.opened_on) {
            let taken = rest.min(*left).max(0);
            *left -= taken;
            rest -= taken;
        }
        rest
    }

    /// What is left of an amount when the open credit notes since a day are taken for it.
    fn take(&mut self, currency: Currency, since: NaiveDate, amount: i64) -> i64 {
        let mut rest = amount.max(0);
        while rest > 0 {
            let Some(note) = self.open.range_mut((currency, since, 0)..).next().filter(|note| note.0.0 == currency) else { break };
            let (key, taken) = (*note.0, rest.min(*note.1));
            *note.1 -= taken;
            rest -= taken;
            // What is used up is not met again.
            if *note.1 == 0 {
                self.open.remove(&key);
            }
        }
        rest
    }
}

fn is_named(books: &Books, keys: &BTreeSet<String>, note: &Item) -> bool {
    [note.id, note.reference].iter().any(|name| keys.contains(books.text(*name)))
}

/// Proposes the credit notes that are owed.
pub(super) fn decide(view: &View<'_>, owed: Vec<Owed>, found: &mut Found) {
    for owed in owed {
        let reasons = alloc::vec![Reason::new(ReasonCode::CreditOwed, owed.amount, owed.open)];
        let charge = Some(Charge { key: owed.key, kind: ItemKind::CreditNote, on: owed.since, due_on: view.as_of });
        let params = Params { charge, disputes: alloc::vec![owed.dispute], ..Params::default() };
        found.add(view.draft_about(ActionKind::IssueCreditNote, (owed.currency, owed.amount, Worth::default()), alloc::vec![owed.item], params, reasons));
    }
}
