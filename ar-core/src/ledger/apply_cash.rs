//! Events that move money: postings, deductions, and how each is undone. Whatever happens, a payment is what is allocated
//! of it and what is unapplied, and an item is what is open of it and what is allocated to it.

use super::apply::{Batch, catch_up};
use crate::error::ProblemCode;
use crate::event::{AllocationLine, Event, What};
use crate::record::{Allocation, AllocationKind, Credit, Deduction, DeductionReason, Item, ItemIdx, ItemKind, PaymentIdx};
use crate::state::deduction::{self, DeductionState};
use crate::state::item::{self, ItemState};
use crate::state::write_off::WriteOffState;
use crate::text::{TextId, nearest};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// What is posted on an item (or taken from a credit note): the sum, and the number of postings by day.
#[derive(Default)]
pub(super) struct Posted {
    sum: i64,
    /// Of it written off by us, with nothing that came in.
    given_up: i64,
    days: BTreeMap<NaiveDate, u32>,
}

/// What a deduction rests on: it goes with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ground {
    /// The decision of a posting.
    Posting(String),
    /// A payment that was short.
    Payment(PaymentIdx),
}

/// What an event takes back: rows of allocations, and among them, by their deduction, those that made one.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) rows: BTreeSet<usize>,
    pub(super) deductions: BTreeMap<ItemIdx, usize>,
}

const FIRST: ItemIdx = ItemIdx(0);
const LAST: ItemIdx = ItemIdx(u32::MAX);

impl Batch<'_> {
    /// A payment or a credit by its identifier.
    fn credit(&mut self, id: &str) -> Option<Credit> {
        let note = || self.ledger.find_item(id).filter(|at| !self.cancelled.contains(at));
        let found = self.ledger.find_payment(id).map(Credit::Payment).or_else(|| note().map(Credit::Item));
        if found.is_none() {
            self.refuse("payment_id", ProblemCode::UnknownPayment, || format!("no payment or credit note '{id}'"));
        }
        found
    }

    pub(super) fn allocate(&mut self, payment_id: &str, lines: &[AllocationLine], decision: Option<&str>) {
        let Some(usual) = self.credit(payment_id) else { return };
        let decision = decision.and_then(|decision| self.ledger.texts.push(decision)).unwrap_or(TextId::NONE);
        let (notes, lines): (Vec<&AllocationLine>, Vec<&AllocationLine>) = lines.iter().partition(|line| line.amount.trim_start().starts_with('-'));
        let mut notes: Vec<(ItemIdx, i64)> = notes.into_iter().filter_map(|line| self.taken_off(usual, line)).collect();
        for line in lines {
            let credit = line.credit_id.as_deref().map_or(Some(usual), |id| self.credit(id));
            let Some(row) = credit.and_then(|credit| self.read_line(credit, line, decision)) else { continue };
            if line.credit_id.is_none() && row.kind == AllocationKind::Payment {
                self.allocate_with_notes(row, &mut notes);
            } else {
                self.allocate_row(row);
            }
        }
        if notes.iter().any(|(_, left)| *left > 0) {
            self.refuse("amount", ProblemCode::OverAllocated, || "the credit notes give more than the items take".into());
        }
    }

    /// The credit note of a line with a minus, and what it gives.
    fn taken_off(&mut self, usual: Credit, line: &AllocationLine) -> Option<(ItemIdx, i64)> {
        let at = self.item(&line.item_id)?;
        let note = self.ledger.item(at).map(|note| (note.currency, note.kind.is_credit()))?;
        let paid = match usual {
            Credit::Payment(at) => self.ledger.payment(at).map(|payment| payment.currency),
            Credit::Item(_) | Credit::Own => None,
        };
        let plain = line.kind.as_deref().is_none_or(|kind| kind == AllocationKind::Payment.name()) && line.credit_id.is_none();
        if !note.1 || paid.is_none() || !plain {
            self.refuse("amount", ProblemCode::NotPositive, || "only a credit note in a payment is taken off".into());
            return None;
        }
        if paid != Some(note.0) {
            self.refuse("item_id", ProblemCode::CurrencyMismatch, || "the credit note is in another currency than the payment".into());
            return None;
        }
        let amount = self.signed_amount("amount", &line.amount, note.0)?.saturating_neg();
        if amount <= 0 {
            self.refuse("amount", ProblemCode::NotPositive, || "a line of nothing".into());
            return None;
        }
        Some((at, amount))
    }

    /// A line as the row that it would be; says what cannot be read of it.
    fn read_line(&mut self, credit: Credit, line: &AllocationLine, decision: TextId) -> Option<Allocation> {
        let at = self.item(&line.item_id)?;
        let Some(kind) = AllocationKind::from_name(line.kind.as_deref().unwrap_or("payment")) else {
            self.refuse("kind", ProblemCode::UnknownWord, || "no such kind of allocation".into());
            return None;
        };
        if kind == AllocationKind::Deduction {
            self.refuse("kind", ProblemCode::BadEvent, || "what is kept back is told by 'deduction_created'".into());
            return None;
        }
        if let Some(bad) = self.ledger.allocation_problem(at, credit, kind, line.item_amount.is_some()) {
            self.refuse("item_id", bad, || "the credit does not fit the item".into());
            return None;
        }
        let own = self.ledger.item(at)?.currency;
        let paid = match credit {
            Credit::Payment(at) => self.ledger.payment(at)?.currency,
            Credit::Item(_) | Credit::Own => own,
        };
        let taken = self.amount("amount", &line.amount, paid)?;
        let amount = line.item_amount.as_deref().map_or(Some(taken), |amount| self.amount("item_amount", amount, own))?;
        if paid == own && amount != taken {
            self.refuse("item_amount", ProblemCode::Contradiction, || "another amount in the same currency".into());
            return None;
        }
        let cash = if matches!(credit, Credit::Payment(_)) && kind == AllocationKind::Payment { taken } else { 0 };
        Some(Allocation { item: at, credit, on: self.on, amount, cash, kind, decision, tabled: false })
    }

    /// Takes the credit notes of the posting first, in their order, and the rest from the payment.
    fn allocate_with_notes(&mut self, mut row: Allocation, notes: &mut [(ItemIdx, i64)]) {
        let currency = self.ledger.item(row.item).map(|item| item.currency);
        for (note, left) in notes {
            // What is exchanged is not mixed with credit notes: they are in the currency of the payment.
            let part = if self.ledger.item(*note).map(|note| note.currency) == currency { row.amount.min(*left) } else { 0 };
            if part > 0 {
                *left -= part;
                (row.amount, row.cash) = (row.amount - part, row.cash - part);
                self.allocate_row(Allocation { credit: Credit::Item(*note), amount: part, cash: 0, ..row.clone() });
            }
        }
        if row.amount > 0 {
            self.allocate_row(row);
        }
    }

    fn allocate_row(&mut self, row: Allocation) {
        if matches!(row.credit, Credit::Payment(at) if self.ledger.payment(at).is_some_and(|payment| payment.failed)) {
            return self.refuse("payment_id", ProblemCode::ImpossibleEvent, || "the payment failed".into());
        }
        let open = self.ledger.item(row.item).map_or(0, |item| item.open);
        let fits = match row.credit {
            // A discount or fee beside a payment is ours to grant: it takes no cash.
            Credit::Payment(at) => self.ledger.payment(at).is_some_and(|payment| row.cash <= payment.amount - payment.applied),
            Credit::Item(at) => self.ledger.item(at).is_some_and(|note| row.amount <= note.open),
            Credit::Own => true,
        };
        if row.amount > open || !fits {
            let column = if row.amount > open { "item_id" } else { "payment_id" };
            return self.refuse(column, ProblemCode::OverAllocated, || "more is allocated than there is".into());
        }
        self.post(row);
    }

    /// Enters a posting that was found to fit.
    pub(super) fn post(&mut self, row: Allocation) {
        let (state, open) = (self.item_state(row.item), self.ledger.item(row.item).map_or(0, |item| item.open));
        let input = item::Input::posting(row.amount, open, row.credit == Credit::Own);
        if item::next(state, input).is_none() {
            return self.refuse_state("item_id", "the item", state.name(), input.name());
        }
        self.move_cash(&row, row.cash);
        for at in row.lowers() {
            self.move_item(at, &row, true);
        }
        self.ledger.allocations.push(row);
    }

    fn move_cash(&mut self, row: &Allocation, cash: i64) {
        if let Credit::Payment(at) = row.credit
            && let Some(payment) = self.ledger.payments.get_mut(at.0 as usize)
        {
            payment.applied += cash;
        }
    }

    /// Enters a posting on an item, or takes it out. What is open of the item and when it was settled follow from all its
    /// postings, so that one that is undone leaves the item as it was, whatever came in between.
    fn move_item(&mut self, at: ItemIdx, row: &Allocation, enters: bool) {
        self.place_posted(at);
        let Some((posted, item)) = self.places.posted.get_mut(&at).zip(self.ledger.items.get_mut(at.0 as usize)) else { return };
        let more = if enters { row.amount } else { -row.amount };
        posted.given_up += if row.credit == Credit::Own { more } else { 0 };
        if counts(row, item) {
            posted.sum += more;
            let rows = posted.days.entry(row.on).or_insert(0);
            *rows = if enters { *rows + 1 } else { rows.saturating_sub(1) };
            if *rows == 0 {
                posted.days.remove(&row.on);
            }
        }
        let open = if item.open_stated { item.open - more } else { item.amount - posted.sum };
        item.open = open.clamp(0, item.amount);
        // What was given up was never settled: it says nothing of how the customer pays.
        item.settled_on = posted.days.keys().next_back().copied().filter(|_| item.open == 0 && posted.given_up == 0);
    }

    fn place_posted(&mut self, at: ItemIdx) {
        if !self.places.posted.contains_key(&at) {
            let posted = self.posted_before(at);
            self.places.posted.insert(at, posted);
        }
    }

    fn given_up(&mut self, at: ItemIdx) -> bool {
        self.place_posted(at);
        self.places.posted.get(&at).is_some_and(|posted| posted.given_up > 0)
    }

    /// Where an item stands, with what the batch has posted so far.
    pub(super) fn item_state(&mut self, at: ItemIdx) -> ItemState {
        let given_up = self.given_up(at);
        self.ledger.item(at).map_or(ItemState::Settled, |item| ItemState::of(item, given_up))
    }

    pub(super) fn write_off_state(&mut self, at: ItemIdx) -> WriteOffState {
        let given_up = self.given_up(at);
        self.ledger.item(at).map_or(WriteOffState::Nothing, |item| WriteOffState::of(item, given_up))
    }

    /// What was posted on an item before the batch.
    fn posted_before(&mut self, at: ItemIdx) -> Posted {
        let mut posted = Posted::default();
        let Some(item) = self.ledger.item(at).cloned() else { return posted };
        let mut count = |row: &Allocation| {
            posted.given_up += if row.credit == Credit::Own { row.amount } else { 0 };
            if row.amount > 0 && counts(row, &item) {
                posted.sum = posted.sum.saturating_add(row.amount);
                *posted.days.entry(row.on).or_insert(0) += 1;
            }
        };
        if item.kind.is_credit() {
            let rows = self.rows_of_credit(Credit::Item(at), None);
            rows.iter().filter_map(|place| self.ledger.allocations.get(*place)).for_each(&mut count);
        } else {
            let before = self.ledger.allocations.get(..self.sorted).unwrap_or(&[]);
            let from = before.partition_point(|row| row.item < at);
            before.iter().skip(from).take_while(|row| row.item == at).for_each(&mut count);
        }
        posted
    }

    pub(super) fn rows_of_credit(&mut self, credit: Credit, only: Option<&[ItemIdx]>) -> Vec<usize> {
        catch_up(&mut self.places.by_credit, &self.ledger.allocations, |row| alloc::vec![(row.credit, row.item)]);
        live(&mut self.places.by_credit.1, &self.ledger.allocations, &credit, only)
    }

    fn rows_of_posting(&mut self, decision: &str, only: Option<&[ItemIdx]>) -> Vec<usize> {
        let texts = &self.ledger.texts;
        let keys = |row: &Allocation| texts.get_opt(row.decision).map(|id| (id.into(), row.item)).into_iter().collect();
        catch_up(&mut self.places.by_decision, &self.ledger.allocations, keys);
        live(&mut self.places.by_decision.1, &self.ledger.allocations, &decision.into(), only)
    }

    /// Makes an item of what a customer kept back: the item that was short is less open by exactly that.
    pub(super) fn create_deduction(&mut self, event: &Event) {
        let What::DeductionCreated { deduction_id, item_id, reason, code, payment_id, posting, .. } = &event.what else { return };
        let reason = reason.as_deref().unwrap_or(DeductionReason::Unknown.name());
        let known = DeductionReason::read(reason);
        if known.is_none() {
            let near = nearest(reason, DeductionReason::WORDS.iter().copied()).unwrap_or("");
            self.refuse("reason", ProblemCode::UnknownWord, || format!("neither a reason nor a code of X12 element 426; did you mean '{near}'?"));
        }
        let code = code.as_deref().or(Some(reason).filter(|_| DeductionReason::from_name(reason.trim()).is_none()));
        let code = code.map_or(TextId::NONE, |code| self.keep("code", code, 64));
        let payment = payment_id.as_deref().and_then(|id| self.payment(id));
        // What was wrong with the deduction itself or its item was said when the records of the batch were entered.
        let found = self.ledger.find_item(deduction_id).filter(|_| self.made.contains(&self.row));
        let source = self.ledger.find_item(item_id);
        let (Some(at), Some(source), Some(reason)) = (found, source, known) else { return };
        let Some((item, of)) = self.ledger.item(at).zip(self.ledger.item(source)) else { return };
        let (amount, short) = (item.amount, payment.and_then(|at| self.ledger.payment(at)));
        if let Some((field, code, message)) = deduction_problem(item, of, short.map(|row| (row.currency, row.failed))) {
            return self.refuse(field, code, || message.into());
        }
        let mut keep = |id: Option<&str>| id.and_then(|id| self.ledger.texts.push(id)).unwrap_or(TextId::NONE);
        let (decision, posting) = (keep(event.decision_id.as_deref()), keep(posting.as_deref()));
        self.place_grounds();
        let place = self.ledger.deductions.partition_point(|row| row.item < at);
        let Some(row) = self.ledger.deductions.get_mut(place).filter(|row| row.item == at) else { return };
        *row = Deduction { item: at, source: Some(source), payment, posting, reason, code };
        for ground in grounds_of(row, &self.ledger.texts) {
            self.places.by_ground.get_or_insert_default().entry(ground).or_default().insert(at);
        }
        self.post(Allocation { item: source, credit: Credit::Item(at), on: self.on, amount, cash: 0, kind: AllocationKind::Deduction, decision, tabled: false });
    }

    fn place_grounds(&mut self) {
        if self.places.by_ground.is_none() {
            let mut places: BTreeMap<Ground, BTreeSet<ItemIdx>> = BTreeMap::new();
            for row in &self.ledger.deductions {
                grounds_of(row, &self.ledger.texts).for_each(|ground| {
                    places.entry(ground).or_default().insert(row.item);
                });
            }
            self.places.by_ground = Some(places);
        }
    }

    /// Undoes postings. Those of a decision are exactly its own: what a person or the host posted stays.
    pub(super) fn reverse(&mut self, event: &Event) {
        let What::AllocationReversed { payment_id, item_ids, posting } = &event.what else { return };
        let posting = posting.as_deref().or(event.decision_id.as_deref());
        let credit = payment_id.as_deref().map(|id| self.credit(id));
        let only: Option<Vec<Option<ItemIdx>>> = item_ids.as_ref().map(|ids| ids.iter().map(|id| self.item(id)).collect());
        if credit == Some(None) || only.iter().flatten().any(Option::is_none) {
            return;
        }
        let (mut credit, only) = (credit.flatten(), only.map(|items| items.into_iter().flatten().collect::<Vec<_>>()));
        // Nothing but items: what was written off of them.
        if let (None, None, Some(items)) = (posting, credit, &only) {
            if !self.may_restore(items) {
                return;
            }
            credit = Some(Credit::Own);
        }
        let (rows, grounds) = match (posting, credit) {
            (Some(decision), _) => (self.rows_of_posting(decision, only.as_deref()), alloc::vec![Ground::Posting(decision.into())]),
            (None, Some(credit)) => {
                let rows = self.rows_of_credit(credit, only.as_deref());
                let grounds = self.grounds_of_cash(credit, &rows);
                (rows, grounds)
            }
            (None, None) => return self.refuse("payment_id", ProblemCode::BadEvent, || "a reversal names a posting, a payment or credit note, or items that were written off".into()),
        };
        let taken = self.taken(rows, &grounds, only.as_deref());
        if self.may_undo(&taken, posting, credit, only.as_deref()) {
            self.undo(&taken, true);
        }
    }

    /// What deductions may rest on when lines of a credit are taken back: the payment, and the decisions of the lines.
    pub(super) fn grounds_of_cash(&self, credit: Credit, rows: &[usize]) -> Vec<Ground> {
        let mut grounds: BTreeSet<Ground> = BTreeSet::new();
        if let Credit::Payment(at) = credit {
            grounds.insert(Ground::Payment(at));
            let decisions = rows.iter().filter_map(|place| self.ledger.allocations.get(*place)).filter_map(|row| self.ledger.texts.get_opt(row.decision));
            grounds.extend(decisions.map(|id| Ground::Posting(id.into())));
        }
        grounds.into_iter().collect()
    }

    /// The rows, and with them those of the deductions that rest on the grounds.
    pub(super) fn taken(&mut self, rows: Vec<usize>, grounds: &[Ground], only: Option<&[ItemIdx]>) -> Taken {
        self.place_grounds();
        let mut taken = Taken { rows: rows.into_iter().collect(), deductions: BTreeMap::new() };
        let resting: BTreeSet<ItemIdx> = grounds.iter().filter_map(|ground| self.places.by_ground.as_ref()?.get(ground)).flatten().copied().collect();
        for at in resting {
            taken.rows.extend(self.rows_of_credit(Credit::Item(at), only));
        }
        for place in &taken.rows {
            if let Some(Allocation { credit: Credit::Item(at), kind: AllocationKind::Deduction, .. }) = self.ledger.allocations.get(*place) {
                taken.deductions.insert(*at, *place);
            }
        }
        taken
    }

    /// Whether a reversal finds what it names, and nothing stands on what it would take away.
    fn may_undo(&mut self, taken: &Taken, posting: Option<&str>, credit: Option<Credit>, only: Option<&[ItemIdx]>) -> bool {
        let rows: Vec<&Allocation> = taken.rows.iter().filter_map(|place| self.ledger.allocations.get(*place)).collect();
        let failed = matches!(credit, Some(Credit::Payment(at)) if self.ledger.payment(at).is_some_and(|row| row.failed));
        let known = posting.is_some_and(|id| self.ledger.decided.done.contains_key(id));
        let touched: BTreeSet<ItemIdx> = rows.iter().map(|row| row.item).collect();
        let missing = only.and_then(|only| only.iter().find(|at| !touched.contains(at)));
        let missing = missing.and_then(|at| self.ledger.item(*at)).map(|item| String::from(self.ledger.text(item.id)));
        let stranger = posting.is_some() && credit.is_some_and(|credit| !rows.iter().any(|row| row.credit == credit));
        let worked = taken.deductions.keys().filter_map(|at| self.ledger.item(*at)).find(|item| deduction::next(DeductionState::of(item), deduction::Input::Undone).is_none());
        let worked = worked.map(|item| String::from(self.ledger.text(item.id)));
        let (field, message) = match (missing, worked) {
            _ if rows.is_empty() && failed => ("payment_id", "the payment failed, and its postings went with it".into()),
            _ if rows.is_empty() && known => ("posting", "all that the decision posted was undone before".into()),
            _ if rows.is_empty() && posting.is_some() => ("posting", "the books have no posting of the decision".into()),
            _ if rows.is_empty() => ("payment_id", "the payment has no such posting".into()),
            (Some(id), _) => ("item_ids", format!("no such posting on '{id}'")),
            _ if stranger => ("payment_id", "the decision posted nothing of the payment".into()),
            (None, Some(id)) => ("item_ids", format!("the deduction '{id}' is paid or credited in part or in full: undo that first")),
            (None, None) => return true,
        };
        self.refuse(field, ProblemCode::ImpossibleEvent, || message);
        false
    }

    /// Takes rows out of the books. What is left of each has no amount and goes at the end of the batch.
    pub(super) fn undo(&mut self, taken: &Taken, by_people: bool) {
        for place in &taken.rows {
            let Some(row) = self.ledger.allocations.get(*place).cloned() else { continue };
            self.move_cash(&row, -row.cash);
            for at in row.lowers() {
                self.move_item(at, &row, false);
            }
            if let Some(left) = self.ledger.allocations.get_mut(*place) {
                left.amount = 0;
            }
            self.judge_again(&row);
            if by_people && let Some(done) = self.ledger.decided.done.get_mut(self.ledger.texts.get(row.decision)) {
                done.undone_on = Some(self.on);
            }
            if let Credit::Payment(at) = row.credit
                && by_people
                && !row.decision.is_none()
            {
                self.ledger.undone.entry(at).and_modify(|on| *on = self.on.max(*on)).or_insert(self.on);
            }
        }
        self.cancelled.extend(taken.deductions.keys());
    }
}

/// Whether a posting is among those that make up what is open of an item: not where the host stated what is open, and had
/// it in that.
fn counts(row: &Allocation, item: &Item) -> bool {
    !(row.tabled && item.open_stated)
}

/// Places under a key of rows that were not undone, on the items named or on all. Those that were are forgotten, so that
/// postings that come and go do not add up.
fn live<K: Ord + Clone>(known: &mut BTreeMap<(K, ItemIdx), Vec<usize>>, rows: &[Allocation], key: &K, only: Option<&[ItemIdx]>) -> Vec<usize> {
    let keys: Vec<(K, ItemIdx)> = match only {
        Some(items) => items.iter().map(|item| (key.clone(), *item)).collect(),
        None => known.range((key.clone(), FIRST)..=(key.clone(), LAST)).map(|(key, _)| key.clone()).collect(),
    };
    let mut found = Vec::new();
    for key in keys {
        let Some(places) = known.get_mut(&key) else { continue };
        places.retain(|place| rows.get(*place).is_some_and(|row| row.amount > 0));
        found.extend_from_slice(places);
        if places.is_empty() {
            known.remove(&key);
        }
    }
    found
}

fn grounds_of(row: &Deduction, texts: &crate::text::TextPool) -> impl Iterator<Item = Ground> + use<> {
    let posting = texts.get_opt(row.posting).map(|id| Ground::Posting(id.into()));
    [posting, row.payment.map(Ground::Payment)].into_iter().flatten()
}

/// Why a deduction cannot be made of an item, if it cannot: field, code and sentence.
fn deduction_problem(item: &Item, of: &Item, short: Option<(crate::money::Currency, bool)>) -> Option<(&'static str, ProblemCode, &'static str)> {
    if of.kind.is_credit() || of.kind == ItemKind::Deduction {
        return Some(("item_id", ProblemCode::UnknownItem, "nothing is kept back of a credit or of another deduction"));
    }
    if item.issued_on < of.issued_on {
        return Some(("on", ProblemCode::DatesOutOfOrder, "kept back before the item was issued"));
    }
    if item.amount > of.open {
        return Some(("amount", ProblemCode::OverAllocated, "more is kept back than is open"));
    }
    match short {
        Some((_, true)) => Some(("payment_id", ProblemCode::ImpossibleEvent, "the payment failed")),
        Some((currency, false)) if currency != of.currency => Some(("payment_id", ProblemCode::CurrencyMismatch, "the payment is in another currency")),
        _ => None,
    }
}
