//! The leaf of a customer: its own row, and all rows of other tables that are about it and its items.

use super::leaf::{Hash, Kind, Leaf};
use crate::calendar::days_since_epoch;
use crate::ledger::{Books, OfCustomer};
use crate::record::{Allocation, Contact, Credit, CustomerIdx, Deduction, Dispute, Extension, HandOver, Hold, Instalment, Item, Notice, Plan, Promise, Reply, Signal, Terms};
use core::ops::Range;

/// What is left of every sorted table behind the customers that were passed.
pub(in crate::ledger) struct Accounts<'l> {
    leaf: Leaf<'l>,
    allocations: &'l [Allocation],
    deductions: &'l [Deduction],
    extensions: &'l [Extension],
    promises: &'l [Promise],
    disputes: &'l [Dispute],
    plans: &'l [Plan],
    instalments: &'l [Instalment],
    holds: &'l [Hold],
    terms: &'l [Terms],
    handovers: &'l [HandOver],
    notices: &'l [Notice],
    replies: &'l [Reply],
    signals: &'l [Signal],
    contacts: &'l [Contact],
}

/// The rows from the first one on of which `before` does not hold.
fn behind<R>(rows: &[R], before: impl Fn(&R) -> bool) -> &[R] {
    rows.get(rows.partition_point(before)..).unwrap_or(&[])
}

/// Takes the rows off the front that belong.
fn take<'l, R>(rows: &mut &'l [R], belongs: impl Fn(&R) -> bool) -> &'l [R] {
    let count = rows.iter().take_while(|row| belongs(row)).count();
    let (taken, rest) = rows.split_at_checked(count).unwrap_or((rows, &[]));
    *rows = rest;
    taken
}

/// Begins a table of a leaf: its number and how many rows it has. A table without rows is left out.
fn told<R>(leaf: &mut Leaf<'_>, number: usize, rows: &[R]) {
    if !rows.is_empty() {
        leaf.count(number).count(rows.len());
    }
}

impl<'l> Accounts<'l> {
    /// Before a customer.
    pub(in crate::ledger) fn new(books: &'l Books, first: CustomerIdx) -> Self {
        fn from<R: OfCustomer>(rows: &[R], first: CustomerIdx) -> &[R] {
            behind(rows, |row| row.customer() < first)
        }
        let item = books.item_range(first).start;
        let plan = books.plans.partition_point(|row| row.customer < first);
        Self {
            leaf: Leaf::new(books),
            allocations: behind(&books.allocations, |row| (row.item.0 as usize) < item),
            deductions: behind(&books.deductions, |row| (row.item.0 as usize) < item),
            extensions: behind(&books.extensions, |row| (row.item.0 as usize) < item),
            promises: from(&books.promises, first),
            disputes: from(&books.disputes, first),
            plans: from(&books.plans, first),
            instalments: behind(&books.instalments, |row| (row.plan as usize) < plan),
            holds: from(&books.holds, first),
            terms: from(&books.terms, first),
            handovers: from(&books.handovers, first),
            notices: from(&books.notices, first),
            replies: from(&books.replies, first),
            signals: from(&books.signals, first),
            contacts: from(&books.contacts, first),
        }
    }

    /// The leaf of the next customer: they come in the order of the books.
    pub(in crate::ledger) fn next(&mut self, at: CustomerIdx) -> Option<Hash> {
        let books = self.leaf.books;
        let row = books.customer(at)?;
        let own = books.item_range(at);
        let leaf = self.leaf.begin(Kind::Customer);
        leaf.text(row.id).text(row.name).customer(row.parent).text(row.owner).text(row.segment).text(row.industry).text(row.country).text(row.language);
        leaf.str(row.time_zone.map_or("", |zone| zone.name())).currency_or_none(row.currency).flag(row.strategic).flag(row.consumer).flag(row.do_not_contact);
        leaf.opt(row.credit_limit).opt(row.annual_revenue).list(&row.aliases).list(&row.channels).list(&row.bank_accounts).day(row.blocked_until);
        leaf.count(own.len());
        for row in books.items_of(at) {
            item(leaf, row);
        }
        self.cash(&own);
        self.claims(at, &own);
        self.messages(at, &own);
        Some(self.leaf.hash())
    }

    fn cash(&mut self, own: &Range<usize>) {
        let (books, leaf) = (self.leaf.books, &mut self.leaf);
        let allocations = take(&mut self.allocations, |row| (row.item.0 as usize) < own.end);
        told(leaf, 1, allocations);
        for row in allocations {
            leaf.item(own, row.item);
            match row.credit {
                Credit::Payment(at) => leaf.int(0).payment(Some(at)),
                Credit::Item(at) => leaf.int(1).item(own, at),
                Credit::Own => leaf.int(2),
            };
            leaf.date(row.on).int(row.amount).int(row.cash).int(row.kind as i64).text(row.decision);
            // Where a line came from says something only beside an open amount that the host stated.
            leaf.flag(row.tabled && row.lowers().any(|at| books.item(at).is_some_and(|item| item.open_stated)));
        }
        let deductions = take(&mut self.deductions, |row| (row.item.0 as usize) < own.end);
        told(leaf, 2, deductions);
        for row in deductions {
            leaf.item(own, row.item).item_or_none(own, row.source).payment(row.payment).text(row.posting).int(row.reason as i64).text(row.code);
        }
        let extensions = take(&mut self.extensions, |row| (row.item.0 as usize) < own.end);
        told(leaf, 3, extensions);
        for row in extensions {
            leaf.item(own, row.item).date(row.on).date(row.from).date(row.to);
        }
    }

    fn claims(&mut self, at: CustomerIdx, own: &Range<usize>) {
        let (books, leaf) = (self.leaf.books, &mut self.leaf);
        let promises = take(&mut self.promises, |row| row.customer == at);
        told(leaf, 4, promises);
        for row in promises {
            leaf.text(row.id).item_or_none(own, row.item).opt(row.amount).date(row.made_on).date(row.due_on).int(row.state as i64);
            leaf.day(row.closed_on).currency_or_none(row.currency).text(row.source);
        }
        let disputes = take(&mut self.disputes, |row| row.customer == at);
        told(leaf, 5, disputes);
        for row in disputes {
            leaf.text(row.id).item(own, row.item).int(row.amount).text(row.reason).date(row.opened_on).day(row.resolved_on).int(row.state as i64);
            leaf.flag(row.routed).day(row.routed_on).opt(row.valid);
        }
        let first = books.plans.len() - self.plans.len();
        let plans = take(&mut self.plans, |row| row.customer == at);
        told(leaf, 6, plans);
        for (at, row) in plans.iter().enumerate() {
            leaf.text(row.id).date(row.agreed_on).int(row.state as i64).items(own, &row.items);
            let parts = take(&mut self.instalments, |part| part.plan as usize <= first + at);
            leaf.count(parts.len());
            for part in parts {
                leaf.date(part.due_on).int(part.amount).day(part.paid_on);
            }
        }
        let holds = take(&mut self.holds, |row| row.customer == at);
        told(leaf, 7, holds);
        for row in holds {
            leaf.date(row.placed_on).day(row.released_on).text(row.reason);
        }
        let terms = take(&mut self.terms, |row| row.customer == at);
        told(leaf, 8, terms);
        for row in terms {
            leaf.date(row.on).opt(row.payment_days.map(i64::from)).opt(row.credit_limit);
        }
        let handovers = take(&mut self.handovers, |row| row.customer == at);
        told(leaf, 9, handovers);
        for row in handovers {
            leaf.date(row.on).items(own, &row.items).text(row.to);
        }
    }

    fn messages(&mut self, at: CustomerIdx, own: &Range<usize>) {
        let leaf = &mut self.leaf;
        let notices = take(&mut self.notices, |row| row.customer == at);
        told(leaf, 10, notices);
        for row in notices {
            leaf.text(row.id).date(row.sent_on).int(i64::from(row.level)).text(row.channel).int(row.state as i64).items(own, &row.items).bytes(&row.before);
        }
        let replies = take(&mut self.replies, |row| row.customer == at);
        told(leaf, 11, replies);
        for row in replies {
            leaf.text(row.id).date(row.received_on).day(row.answered_on).text(row.subject).text(row.text).text(row.channel).text(row.intent).text(row.reading);
        }
        let signals = take(&mut self.signals, |row| row.customer == at);
        told(leaf, 12, signals);
        for row in signals {
            leaf.date(row.on).text(row.kind).int(i64::from(row.severity));
        }
        let contacts = take(&mut self.contacts, |row| row.customer == at);
        told(leaf, 13, contacts);
        for row in contacts {
            leaf.date(row.on).text(row.channel);
        }
    }
}

/// One item. What it need not have stands behind a number that has a bit for each.
fn item(leaf: &mut Leaf<'_>, row: &Item) {
    let books = leaf.books;
    let named_apart = row.reference != row.id && books.text(row.reference) != books.text(row.id);
    let texts = [(row.reference, named_apart), (row.purchase_order, true), (row.notice_group, true), (row.product, true)].map(|(text, told)| Some(text).filter(|text| told && !text.is_none()));
    let days = [row.settled_on, row.discount_until, row.blocked_until, row.last_notice_on];
    let numbers = [i64::from(row.discount_ppm), i64::from(row.contacts), i64::from(row.level)];
    let has = texts.iter().map(Option::is_some).chain(days.iter().map(Option::is_some)).chain(numbers.iter().map(|number| *number != 0));
    let has = has.chain([row.open != row.amount, row.disputed, row.open_stated]);
    leaf.count(has.enumerate().fold(0, |bits, (place, has)| bits | usize::from(has) << place));
    leaf.text(row.id).int(row.kind as i64).currency(row.currency).int(row.amount);
    let issued_on = days_since_epoch(row.issued_on);
    leaf.int(i64::from(issued_on)).int(i64::from(days_since_epoch(row.due_on) - issued_on));
    for text in texts.into_iter().flatten() {
        leaf.text(text);
    }
    for day in days.into_iter().flatten() {
        leaf.date(day);
    }
    for number in numbers.into_iter().filter(|number| *number != 0) {
        leaf.int(number);
    }
    if row.open != row.amount {
        leaf.int(row.open);
    }
}
