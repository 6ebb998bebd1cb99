//! A plain second telling of the cash side of the books: lists of items, payments and lines, and what each event must do
//! to them. Nothing is kept that can be counted, and a reversal is nothing but lines that are taken out.

use super::book::ago;
use ar_core::Ledger;
use ar_core::event::{AllocationLine, Event, What};
use ar_core::money::minor_to_text;
use ar_core::record::{Credit, DeductionReason};
use ar_core::table::{Cell, Table};
use chrono::NaiveDate;

/// What gives the money of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Payment(usize),
    /// A credit note or, in a line of the kind `deduction`, the deduction.
    Item(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub id: String,
    pub kind: &'static str,
    pub customer: usize,
    pub amount: i64,
    pub issued_on: NaiveDate,
    /// What the host stated as open, with the tabled lines that were taken back since.
    pub stated: Option<i64>,
    pub gone: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    pub id: String,
    pub amount: i64,
    pub failed: bool,
    pub undone: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub from: From,
    pub item: usize,
    pub amount: i64,
    pub kind: &'static str,
    pub on: NaiveDate,
    pub decision: Option<String>,
    pub tabled: bool,
}

/// A deduction and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    pub item: usize,
    pub payment: Option<usize>,
    pub posting: Option<String>,
    pub reason: &'static str,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cash {
    pub items: Vec<Item>,
    pub payments: Vec<Payment>,
    pub lines: Vec<Line>,
    pub rests: Vec<Rest>,
    pub done: Vec<String>,
}

impl Line {
    /// Whether it lowers what is open of an item.
    pub fn lowers(&self, at: usize) -> bool {
        self.item == at || (self.from == From::Item(at) && self.kind != "deduction")
    }
}

impl Cash {
    pub fn is_credit(&self, at: usize) -> bool {
        self.items[at].kind == "credit_note"
    }

    fn counted(&self, at: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.lowers(at) && !(line.tabled && self.items[at].stated.is_some()))
    }

    /// What is open of an item at the end of a day.
    pub fn open(&self, at: usize, day: NaiveDate) -> i64 {
        let item = &self.items[at];
        let used: i64 = self.counted(at).filter(|line| line.on <= day).map(|line| line.amount).sum();
        if item.issued_on > day { 0 } else { item.stated.unwrap_or(item.amount) - used }
    }

    pub fn open_now(&self, at: usize) -> i64 {
        self.open(at, NaiveDate::MAX)
    }

    /// The day of the last line of an item of which nothing is open.
    pub fn settled_on(&self, at: usize) -> Option<NaiveDate> {
        self.counted(at).map(|line| line.on).max().filter(|_| self.open_now(at) == 0)
    }

    /// What is left of a payment.
    pub fn unapplied(&self, at: usize) -> i64 {
        let used: i64 = self.lines.iter().filter(|line| line.from == From::Payment(at) && line.kind == "payment").map(|line| line.amount).sum();
        if self.payments[at].failed { 0 } else { self.payments[at].amount - used }
    }

    pub fn find(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.id == id && !item.gone)
    }

    fn find_payment(&self, id: &str) -> Option<usize> {
        self.payments.iter().position(|payment| payment.id == id)
    }

    fn find_credit(&self, id: &str) -> Option<From> {
        self.find_payment(id).map(From::Payment).or_else(|| self.find(id).map(From::Item))
    }

    /// What the event makes of the books; `None` where it cannot be.
    pub fn after(&self, event: &Event) -> Option<Self> {
        let names_posting = matches!(&event.what, What::AllocationReversed { posting, .. } if posting.is_none() || *posting == event.decision_id);
        let mut cash = self.clone();
        if let Some(id) = event.decision_id.clone().filter(|_| !names_posting && !matches!(event.what, What::PaymentFailed { .. })) {
            if self.done.contains(&id) {
                return Some(cash);
            }
            cash.done.push(id);
        }
        match &event.what {
            What::ItemIssued { item_id, customer_id, kind, amount, .. } => {
                let kind = if kind.as_deref() == Some("credit_note") { "credit_note" } else { "invoice" };
                cash.items.push(Item { id: item_id.clone(), kind, customer: usize::from(customer_id == "C1"), amount: minor(amount), issued_on: event.on, stated: None, gone: false });
            }
            What::PaymentReceived { payment_id, amount, .. } => cash.payments.push(Payment { id: payment_id.clone(), amount: minor(amount), failed: false, undone: false }),
            What::ItemsAllocated { payment_id, allocations } => {
                let mut notes = cash.taken_off(payment_id, allocations)?;
                for line in allocations.iter().filter(|line| !line.amount.starts_with('-')) {
                    cash.post(event, payment_id, line, &mut notes)?;
                }
                notes.iter().all(|note| note.1 == 0).then_some(())?;
            }
            What::DeductionCreated { .. } => cash.keep_back(event)?,
            What::AllocationReversed { .. } => cash.reverse(event)?,
            What::PaymentFailed { payment_id, .. } => cash.fail(payment_id)?,
            _ => return None,
        }
        Some(cash)
    }

    /// The credit notes that a posting takes off, and how much of each.
    fn taken_off(&self, payment_id: &str, lines: &[AllocationLine]) -> Option<Vec<(usize, i64)>> {
        let of = |line: &AllocationLine| {
            let at = self.find(&line.item_id).filter(|at| self.is_credit(*at) && self.find_payment(payment_id).is_some())?;
            Some((at, -minor(&line.amount)))
        };
        lines.iter().filter(|line| line.amount.starts_with('-')).map(of).collect()
    }

    fn post(&mut self, event: &Event, payment_id: &str, line: &AllocationLine, notes: &mut [(usize, i64)]) -> Option<()> {
        let from = self.find_credit(line.credit_id.as_deref().unwrap_or(payment_id))?;
        let item = self.find(&line.item_id).filter(|item| !self.is_credit(*item))?;
        let kind = ["payment", "discount", "write_off", "bank_fee"].into_iter().find(|kind| line.kind.as_deref().unwrap_or("payment") == *kind)?;
        let mut left = minor(&line.amount);
        let mut parts: Vec<(From, i64)> = Vec::new();
        for note in notes.iter_mut().filter(|_| kind == "payment" && line.credit_id.is_none()) {
            let part = left.min(note.1);
            (left, note.1) = (left - part, note.1 - part);
            parts.push((From::Item(note.0), part));
        }
        parts.push((from, left));
        for (from, amount) in parts.into_iter().filter(|part| part.1 > 0) {
            let room = match from {
                From::Payment(at) if self.payments[at].failed => return None,
                From::Payment(_) if kind != "payment" => i64::MAX,
                From::Payment(at) => self.unapplied(at),
                From::Item(at) if self.is_credit(at) => self.open_now(at),
                From::Item(_) => return None,
            };
            if amount > room || amount > self.open_now(item) {
                return None;
            }
            self.lines.push(Line { from, item, amount, kind, on: event.on, decision: event.decision_id.clone(), tabled: false });
        }
        Some(())
    }

    fn keep_back(&mut self, event: &Event) -> Option<()> {
        let What::DeductionCreated { deduction_id, item_id, amount, reason, payment_id, posting, .. } = &event.what else { return None };
        let (of, amount) = (self.find(item_id)?, minor(amount));
        let payment = payment_id.as_deref().map(|id| self.find_payment(id)).map_or(Some(None), |found| found.map(Some))?;
        let source = self.items[of].clone();
        let may = source.kind == "invoice" && event.on >= source.issued_on && amount <= self.open_now(of) && payment.is_none_or(|at| !self.payments[at].failed);
        let reason = DeductionReason::read(reason.as_deref().unwrap_or("unknown"))?.name();
        if !may || self.find(deduction_id).is_some() {
            return None;
        }
        let item = self.items.len();
        self.items.push(Item { id: deduction_id.clone(), kind: "deduction", amount, issued_on: event.on, stated: None, ..source });
        self.rests.push(Rest { item, payment, posting: posting.clone(), reason });
        self.lines.push(Line { from: From::Item(item), item: of, amount, kind: "deduction", on: event.on, decision: event.decision_id.clone(), tabled: false });
        Some(())
    }

    fn reverse(&mut self, event: &Event) -> Option<()> {
        let What::AllocationReversed { payment_id, item_ids, posting } = &event.what else { return None };
        let posting = posting.as_ref().or(event.decision_id.as_ref());
        let from = payment_id.as_deref().map(|id| self.find_credit(id)).map_or(Some(None), |found| found.map(Some))?;
        let only: Option<Vec<usize>> = item_ids.as_ref().map(|ids| ids.iter().map(|id| self.find(id)).collect::<Option<Vec<_>>>()).map_or(Some(None), |found| found.map(Some))?;
        let named = |line: &Line| match posting {
            Some(decision) => line.decision.as_ref() == Some(decision),
            None => from == Some(line.from),
        };
        posting.map(|_| ()).or(from.map(|_| ()))?;
        let inside = |line: &Line| only.as_ref().is_none_or(|only| only.contains(&line.item));
        let first: Vec<usize> = (0..self.lines.len()).filter(|at| named(&self.lines[*at]) && inside(&self.lines[*at])).collect();
        let decisions: Vec<&String> = first.iter().filter_map(|at| self.lines[*at].decision.as_ref()).collect();
        let rests_on = |rest: &Rest| match (posting, from) {
            (Some(decision), _) => rest.posting.as_ref() == Some(decision),
            (None, Some(From::Payment(at))) => rest.payment == Some(at) || rest.posting.as_ref().is_some_and(|posting| decisions.contains(&posting)),
            _ => false,
        };
        let resting: Vec<From> = self.rests.iter().filter(|rest| rests_on(rest)).map(|rest| From::Item(rest.item)).collect();
        let also = |line: &Line| line.kind == "deduction" && resting.contains(&line.from) && inside(line);
        let taken: Vec<usize> = (0..self.lines.len()).filter(|at| first.contains(at) || also(&self.lines[*at])).collect();
        let found = !taken.is_empty() && only.iter().flatten().all(|item| taken.iter().any(|at| self.lines[*at].item == *item));
        let meant = posting.is_none() || from.is_none_or(|from| taken.iter().any(|at| self.lines[*at].from == from));
        let free = taken.iter().all(|at| self.is_untouched(&self.lines[*at]));
        if !found || !meant || !free {
            return None;
        }
        self.take(&taken, true);
        Some(())
    }

    fn is_untouched(&self, line: &Line) -> bool {
        match line.from {
            From::Item(at) if line.kind == "deduction" => self.open_now(at) == self.items[at].amount,
            _ => true,
        }
    }

    fn fail(&mut self, payment_id: &str) -> Option<()> {
        let at = self.find_payment(payment_id)?;
        let cash: Vec<usize> = (0..self.lines.len()).filter(|line| self.lines[*line].from == From::Payment(at)).collect();
        let decisions: Vec<&String> = cash.iter().filter_map(|line| self.lines[*line].decision.as_ref()).collect();
        let rests_on = |rest: &&Rest| rest.payment == Some(at) || rest.posting.as_ref().is_some_and(|posting| decisions.contains(&posting));
        let resting: Vec<From> = self.rests.iter().filter(rests_on).map(|rest| From::Item(rest.item)).collect();
        let also = |line: &Line| line.kind == "deduction" && resting.contains(&line.from);
        let taken: Vec<usize> = (0..self.lines.len()).filter(|line| cash.contains(line) || also(&self.lines[*line]) && self.is_untouched(&self.lines[*line])).collect();
        self.take(&taken, false);
        self.payments[at].failed = true;
        Some(())
    }

    fn take(&mut self, taken: &[usize], by_people: bool) {
        for at in taken {
            let line = self.lines[*at].clone();
            for item in [Some(line.item), if let From::Item(at) = line.from { Some(at) } else { None }].into_iter().flatten() {
                let amount = self.items[item].amount;
                if let Some(stated) = self.items[item].stated.as_mut().filter(|_| line.tabled && line.lowers(item)) {
                    *stated = (*stated + line.amount).min(amount);
                }
            }
            match line.from {
                From::Item(item) if line.kind == "deduction" => {
                    self.items[item].gone = true;
                    self.rests.retain(|rest| rest.item != item);
                }
                From::Payment(at) => self.payments[at].undone |= by_people && line.decision.is_some(),
                From::Item(_) => {}
            }
        }
        let mut place = 0;
        self.lines.retain(|_| {
            place += 1;
            !taken.contains(&(place - 1))
        });
    }

    /// The tables of a host that has written down what happened.
    pub fn tables(&self) -> Vec<Table<'static>> {
        let text = |name: &str, value: &str| (name.to_string(), Cell::Text(value.into()));
        let money = |name: &str, minor: i64| (name.to_string(), Cell::Decimal(i128::from(minor), 2));
        let live = || (0..self.items.len()).filter(|at| !self.items[*at].gone);
        let items = live().map(|at| {
            let item = &self.items[at];
            let customer = ["C0", "C1"][item.customer];
            let mut row = vec![text("item_id", &item.id), text("customer_id", customer), text("kind", item.kind), text("currency", "EUR"), money("amount", item.amount)];
            row.extend([("issued_on".to_string(), Cell::Date(item.issued_on)), ("due_on".to_string(), Cell::Date(item.issued_on.max(ago(0))))]);
            row.extend(item.stated.map(|_| money("open_amount", self.open_now(at))));
            row.extend(self.rests.iter().find(|rest| rest.item == at).map(|rest| text("deduction_reason", rest.reason)));
            row
        });
        let payments = self.payments.iter().map(|row| {
            let received_on = ("received_on".to_string(), Cell::Date(ago(3)));
            vec![text("payment_id", &row.id), text("currency", "EUR"), money("amount", row.amount), received_on, ("failed".to_string(), Cell::Bool(row.failed))]
        });
        let lines = self.lines.iter().map(|line| {
            let credit = match line.from {
                From::Payment(at) => &self.payments[at].id,
                From::Item(at) => &self.items[at].id,
            };
            let mut row = vec![text("credit_id", credit), text("item_id", &self.items[line.item].id), money("amount", line.amount), text("kind", line.kind), ("on".to_string(), Cell::Date(line.on))];
            row.extend(line.decision.as_deref().map(|id| text("decision_id", id)));
            row
        });
        let customers = ["C0", "C1"].map(|id| vec![text("customer_id", id)]);
        vec![Table::from_rows("customers", customers), Table::from_rows("items", items), Table::from_rows("payments", payments), Table::from_rows("allocations", lines)]
    }
}

fn minor(text: &str) -> i64 {
    ar_core::money::minor_from_text(text, 2).unwrap()
}

pub fn text(minor: i64) -> String {
    minor_to_text(minor, 2)
}

/// Where the ledger says something else than the plain telling, on a day and at the end of time: `None` if nowhere.
pub fn differs(ledger: &Ledger, cash: &Cash, day: NaiveDate) -> Option<String> {
    let (now, then) = (ledger.open_all(ar_core::calendar::LAST_DAY), ledger.open_all(day));
    let live: Vec<usize> = (0..cash.items.len()).filter(|at| !cash.items[*at].gone).collect();
    if ledger.items().len() != live.len() || ledger.allocations().len() != cash.lines.len() || ledger.payments().len() != cash.payments.len() {
        return Some(format!("{} items, {} payments, {} lines", ledger.items().len(), ledger.payments().len(), ledger.allocations().len()));
    }
    for at in live {
        let plain = &cash.items[at];
        let Some(found) = ledger.find_item(&plain.id) else { return Some(format!("no item {}", plain.id)) };
        let place = found.0 as usize;
        let item = &ledger.items()[place];
        let seen = (item.amount, item.open, now[place], then[place], item.settled_on);
        let wanted = (plain.amount, cash.open_now(at), cash.open_now(at), cash.open(at, day), cash.settled_on(at));
        if seen != wanted {
            return Some(format!("{}: {seen:?}, wanted {wanted:?}", plain.id));
        }
        let rest = cash.rests.iter().find(|rest| rest.item == at);
        let known = ledger.deduction_of(found);
        let source = cash.lines.iter().find(|line| line.kind == "deduction" && line.from == From::Item(at)).map(|line| cash.items[line.item].id.as_str());
        if known.map(|row| row.reason.name()) != rest.map(|rest| rest.reason) || known.and_then(|row| row.source).map(|at| ledger.text(ledger.items()[at.0 as usize].id)) != source {
            return Some(format!("{}: {known:?}", plain.id));
        }
    }
    let unapplied = ledger.unapplied_all(ar_core::calendar::LAST_DAY);
    for (at, plain) in cash.payments.iter().enumerate() {
        let place = ledger.find_payment(&plain.id).unwrap().0 as usize;
        let payment = &ledger.payments()[place];
        let seen = (unapplied[place], payment.failed, ledger.undone_on(ledger.find_payment(&plain.id).unwrap()).is_some());
        if seen != (cash.unapplied(at), plain.failed, plain.undone) || (!plain.failed && payment.amount - payment.applied != cash.unapplied(at)) {
            return Some(format!("{}: {seen:?}, wanted {}", plain.id, cash.unapplied(at)));
        }
    }
    None
}

/// Whether money was made or lost: a payment is what is allocated of it and what is unapplied, an item what is open and
/// what is allocated, and all that is owed is all that was billed less all that came in or was granted.
pub fn is_conserved(ledger: &Ledger, stated_before: i64) -> bool {
    let lines = ledger.allocations();
    let of_payment = |at: usize, cash: bool| -> i64 {
        lines.iter().filter(|line| line.credit == Credit::Payment(ar_core::record::PaymentIdx(at as u32)) && (line.kind.name() == "payment") == cash).map(|line| line.amount).sum()
    };
    let unapplied = ledger.unapplied_all(ar_core::calendar::LAST_DAY);
    let (mut came_in, mut granted, mut left) = (0, 0, 0);
    for (at, payment) in ledger.payments().iter().enumerate().filter(|(_, payment)| !payment.failed) {
        if payment.amount != of_payment(at, true) + unapplied[at] {
            return false;
        }
        (came_in, granted, left) = (came_in + payment.amount, granted + of_payment(at, false), left + unapplied[at]);
    }
    let (mut owed, mut billed) = (-left, 0);
    for item in ledger.items() {
        let sign = if item.kind.is_credit() { -1 } else { 1 };
        // What was kept back was billed once, with the item that it is a part of.
        billed += if item.kind.is_billed() || item.kind.is_credit() { sign * item.amount } else { 0 };
        owed += sign * item.open;
    }
    owed == billed - came_in - granted - stated_before
}
