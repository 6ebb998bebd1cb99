//! A decision and what people did, in the same words: whom and what it is about, and what it says of that.

use super::super::Report;
use super::{Difference, Lines};
use crate::action::ActionKind;
use crate::decision::{Arrangement, Decision};
use crate::event::{AllocationLine, Event, InstalmentLine, What};
use crate::ledger::{Books, action_of};
use crate::money::{Currency, minor_from_text};
use crate::record::{AllocationKind, CustomerIdx};
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// The kinds of records that tell one subject from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Payment,
    Item,
    Dispute,
    Reply,
    Cell,
    /// The key of a charge: people may have numbers of their own, so another one is no other subject.
    Charge,
}

impl Kind {
    /// The kinds of which two subjects that name some share one.
    pub(super) const TELLING: [Self; 5] = [Self::Payment, Self::Item, Self::Dispute, Self::Reply, Self::Cell];
}

/// A record by its kind and identifier.
pub(super) type Name = (Kind, String);

/// A day, and an amount where there is one.
type Part = (NaiveDate, Option<i64>);

/// What something is about, and what it says. What is absent is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) customer: Option<CustomerIdx>,
    /// The records that it is about.
    pub(super) names: BTreeSet<Name>,
    /// The items that it touches; those of a posting do not tell what it is about.
    pub(super) items: BTreeSet<String>,
    /// Item and kind of a line, and what is posted: of the payment, and of the item.
    lines: BTreeMap<(String, &'static str), (i64, i64)>,
    level: Option<u8>,
    amount: Option<i64>,
    /// What is granted.
    terms: Vec<Part>,
    payment_days: Option<u16>,
    verdict: Option<String>,
    channels: BTreeSet<String>,
    on: Option<NaiveDate>,
}

/// Something that people did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deed {
    pub(super) on: NaiveDate,
    pub(super) action: ActionKind,
    pub(super) subject: Subject,
    pub(super) amount: Option<(i64, Currency)>,
    pub(super) customer_id: String,
    pub(super) decision_id: Option<String>,
}

/// Customer and item of each dispute.
pub(super) struct Disputes<'b>(BTreeMap<&'b str, CustomerIdx>);

impl<'b> Disputes<'b> {
    pub(super) fn read(books: &'b Books) -> Self {
        Self(books.each_customer().flat_map(|at| books.disputes_of(at)).map(|row| (books.text(row.id), row.customer)).collect())
    }
}

/// What people did, in an order that does not depend on that of the events.
pub(super) fn deeds<'e>(books: &Books, disputes: &Disputes<'_>, events: impl Iterator<Item = &'e Event>) -> Vec<Deed> {
    let mut found: Vec<Deed> = events.filter_map(|event| deed(books, disputes, event)).collect();
    found.sort();
    found
}

fn deed(books: &Books, disputes: &Disputes<'_>, event: &Event) -> Option<Deed> {
    let action = action_of(&event.what)?;
    let mut subject = Subject { on: Some(event.on), ..Subject::default() };
    subject.read(books, &event.what);
    let of_dispute = || subject.names.iter().find_map(|(kind, id)| disputes.0.get(id.as_str()).filter(|_| *kind == Kind::Dispute).copied());
    subject.customer = books.customer_of(&event.what).or_else(of_dispute);
    let known = subject.customer.and_then(|at| books.customer(at)).map(|row| books.text(row.id));
    let customer_id = known.or_else(|| named_customer(&event.what)).unwrap_or("").into();
    Some(Deed { on: event.on, action, subject, amount: books.amount_of(&event.what), customer_id, decision_id: event.decision_id.clone() })
}

/// The customer that an event names, also one that the books do not know.
fn named_customer(what: &What) -> Option<&str> {
    match what {
        What::ItemIssued { customer_id, .. } | What::NoticeSent { customer_id, .. } | What::CallMade { customer_id, .. } | What::PromiseMade { customer_id, .. } => Some(customer_id),
        What::RemittanceAsked { customer_id, .. } => customer_id.as_deref(),
        _ => None,
    }
}

impl Subject {
    fn name(&mut self, kind: Kind, id: &str) {
        if kind == Kind::Item {
            self.items.insert(id.into());
        }
        self.names.insert((kind, id.into()));
    }

    fn name_all(&mut self, kind: Kind, ids: &[String]) {
        ids.iter().for_each(|id| self.name(kind, id));
    }

    fn say_channel(&mut self, channel: Option<&str>) {
        self.channels.extend(channel.filter(|channel| !channel.is_empty()).map(String::from));
    }

    /// The payment that it is about.
    pub(super) fn payment(&self) -> Option<&str> {
        self.names.iter().find(|(kind, _)| *kind == Kind::Payment).map(|(_, id)| id.as_str())
    }

    /// A decision.
    pub(super) fn decided(report: &Report, decision: &Decision) -> Self {
        let (books, draft) = (&report.ledger, &decision.draft);
        let params = &draft.params;
        let day = params.on.filter(|_| draft.action != ActionKind::Wait).unwrap_or(report.as_of);
        let mut found = Self { customer: draft.customer, amount: Some(draft.amount), on: Some(day), ..Self::default() };
        if let Some(payment) = params.payment.and_then(|at| books.payment(at)) {
            found.name(Kind::Payment, books.text(payment.id));
        }
        if draft.action == ActionKind::PostAllocation {
            for line in &params.lines {
                found.post(report.item_id(line.item), line.kind.name(), line.amount, line.item_amount);
            }
        } else {
            draft.items.iter().for_each(|at| found.name(Kind::Item, report.item_id(*at)));
        }
        let texts = |kind: Kind, ids: &[TextId], found: &mut Self| ids.iter().for_each(|id| found.name(kind, books.text(*id)));
        texts(Kind::Dispute, &params.disputes, &mut found);
        texts(Kind::Reply, &params.replies, &mut found);
        if let Some(charge) = &params.charge {
            found.name(Kind::Charge, &charge.key);
        }
        if let Some(verdict) = &params.verdict {
            found.name(Kind::Dispute, books.text(verdict.dispute));
            found.verdict = Some(verdict.state.name().into());
        }
        if let Some(widening) = &params.widening {
            found.name(Kind::Cell, &format!("{}/{}", widening.cell.action.name(), widening.cell.segment));
            found.level = Some(widening.level);
        }
        if draft.action == ActionKind::SendNotice {
            found.level = Some(params.level);
        }
        match &params.arrangement {
            Some(Arrangement::Terms(days)) => found.payment_days = Some(*days),
            Some(Arrangement::Plan(parts)) => found.terms = parts.iter().map(|(day, amount)| (*day, Some(*amount))).collect(),
            Some(Arrangement::Extension(due_on)) => found.terms.push((*due_on, None)),
            Some(Arrangement::Hold(_)) | None => {}
        }
        found.say_channel(params.channel.as_deref());
        found
    }

    /// What an event says.
    fn read(&mut self, books: &Books, what: &What) {
        match what {
            What::ItemsAllocated { payment_id, allocations } => self.posted(books, payment_id, allocations),
            What::AllocationReversed { payment_id, item_ids, .. } => {
                payment_id.iter().for_each(|id| self.name(Kind::Payment, id));
                self.name_all(Kind::Item, item_ids.as_deref().unwrap_or(&[]));
            }
            What::DeductionCreated { item_id, payment_id, .. } => {
                self.name(Kind::Item, item_id);
                payment_id.iter().for_each(|id| self.name(Kind::Payment, id));
                self.amount = books.amount_of(what).map(|row| row.0);
            }
            What::RemittanceAsked { payment_id, channel, .. } => {
                payment_id.iter().for_each(|id| self.name(Kind::Payment, id));
                self.say_channel(channel.as_deref());
            }
            What::PaymentRetried { payment_id } => self.name(Kind::Payment, payment_id),
            What::ItemIssued { item_id, reference, .. } => {
                self.name(Kind::Charge, item_id);
                reference.iter().for_each(|id| self.name(Kind::Charge, id));
                self.amount = books.amount_of(what).map(|row| row.0);
            }
            What::WrittenOff { item_id, amount } => {
                self.name(Kind::Item, item_id);
                self.amount = amount.as_ref().and_then(|_| books.amount_of(what)).map(|row| row.0);
            }
            What::AutonomyWidened { action, segment, level } => {
                self.name(Kind::Cell, &format!("{action}/{}", segment.as_deref().unwrap_or("")));
                self.level = Some(*level);
            }
            _ => self.read_message(books, what),
        }
    }

    /// What an event says of messages and claims.
    fn read_message(&mut self, books: &Books, what: &What) {
        match what {
            What::NoticeSent { item_ids, level, channel, .. } => {
                self.name_all(Kind::Item, item_ids);
                self.level = Some(*level).filter(|level| *level > 0);
                self.say_channel(channel.as_deref());
            }
            What::InvoiceCopySent { item_ids, channel, .. } => {
                self.name_all(Kind::Item, item_ids);
                self.say_channel(channel.as_deref());
            }
            What::StatementSent { channel, .. } | What::PromiseReminded { channel, .. } => self.say_channel(channel.as_deref()),
            What::ReplySent { reply_id, channel, .. } => {
                reply_id.iter().for_each(|id| self.name(Kind::Reply, id));
                self.say_channel(channel.as_deref());
            }
            What::DisputeOpened { item_id, amount, .. } => {
                self.name(Kind::Item, item_id);
                self.amount = amount.as_deref().and_then(|amount| minor_of(books, item_id, amount));
            }
            What::DisputeRouted { dispute_ids } => self.name_all(Kind::Dispute, dispute_ids),
            What::DisputeResolved { dispute_id, state, .. } => {
                self.name(Kind::Dispute, dispute_id);
                self.verdict = Some(state.clone());
            }
            What::PromiseMade { item_id, .. } => item_id.iter().for_each(|id| self.name(Kind::Item, id)),
            What::PlanOffered { item_ids, instalments, channel, .. } => {
                self.name_all(Kind::Item, item_ids);
                self.terms = parts(books, item_ids, instalments);
                self.say_channel(channel.as_deref());
            }
            What::PlanAgreed { item_ids: Some(item_ids), instalments, .. } => {
                self.name_all(Kind::Item, item_ids);
                self.terms = parts(books, item_ids, instalments.as_deref().unwrap_or(&[]));
            }
            What::ExtensionGranted { item_ids, due_on } => {
                self.name_all(Kind::Item, item_ids);
                self.terms.push((*due_on, None));
            }
            What::HandedOver { item_ids, .. } => self.name_all(Kind::Item, item_ids),
            What::TermsChanged { payment_days, .. } => self.payment_days = *payment_days,
            _ => {}
        }
    }

    /// The lines of a posting. A line that takes from another credit than the posting is two: what the item gets, and what the credit
    /// gives.
    fn posted(&mut self, books: &Books, payment_id: &str, lines: &[AllocationLine]) {
        self.name(Kind::Payment, payment_id);
        let of_payment = books.named_payment(payment_id).map(|row| row.currency);
        let of_item = |id: &str| books.named_item(id).map(|row| row.currency);
        for line in lines {
            let Some(currency) = of_payment.or_else(|| of_item(payment_id)).or_else(|| of_item(&line.item_id)) else { continue };
            let read = |text: &str, currency: Currency| minor_from_text(text, currency.exponent()).unwrap_or(0);
            let amount = read(&line.amount, currency);
            let own = line.item_amount.as_deref().map_or(amount, |text| read(text, of_item(&line.item_id).unwrap_or(currency)));
            let kind = line.kind.as_deref().and_then(AllocationKind::from_name).unwrap_or(AllocationKind::Payment);
            self.post(&line.item_id, kind.name(), amount, own);
            if let Some(credit) = line.credit_id.as_deref().filter(|id| *id != payment_id) {
                self.post(credit, kind.name(), amount.saturating_neg(), own.saturating_neg());
            }
        }
    }

    fn post(&mut self, item: &str, kind: &'static str, amount: i64, own: i64) {
        self.items.insert(item.into());
        let line = self.lines.entry((item.into(), kind)).or_default();
        *line = (line.0.saturating_add(amount), line.1.saturating_add(own));
    }

    /// What several deeds say as one: postings of a payment add up, and letters of a day.
    pub(super) fn together(deeds: &[&Deed]) -> Option<Self> {
        let (first, rest) = deeds.split_first()?;
        let mut all = first.subject.clone();
        for deed in rest {
            let one = &deed.subject;
            all.names.extend(one.names.iter().cloned());
            for ((item, kind), (amount, own)) in &one.lines {
                all.post(item, kind, *amount, *own);
            }
            all.items.extend(one.items.iter().cloned());
            all.level = all.level.max(one.level);
            all.amount = all.amount.zip(one.amount).map(|(a, b)| a.saturating_add(b));
            all.channels.extend(one.channels.iter().cloned());
            all.on = all.on.min(one.on);
        }
        Some(all)
    }

    /// What people did otherwise; of what only one side says, nothing is known.
    pub(super) fn differences(&self, people: &Self) -> Vec<Difference> {
        fn other<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
            a.zip(b).is_some_and(|(a, b)| a != b)
        }
        let said = |set: &BTreeSet<String>| !set.is_empty();
        let both = |of: fn(&Self) -> &BTreeSet<String>| Some((of(self), of(people))).filter(|(a, b)| said(a) && said(b));
        let is_posting = !self.lines.is_empty() || !people.lines.is_empty();
        let found = [
            // The lines of a posting say whose items they are; who paid is another question.
            (Difference::Customer, !is_posting && other(self.customer.as_ref(), people.customer.as_ref())),
            (Difference::Items, !is_posting && both(|side| &side.items).is_some_and(|(a, b)| a != b)),
            (Difference::Lines, is_posting && self.lines != people.lines),
            (Difference::Level, other(self.level.as_ref(), people.level.as_ref())),
            (Difference::Amount, other(self.amount.as_ref(), people.amount.as_ref())),
            (Difference::Terms, other(self.payment_days.as_ref(), people.payment_days.as_ref()) || self.grants_otherwise(people)),
            (Difference::Verdict, other(self.verdict.as_ref(), people.verdict.as_ref())),
            (Difference::Channel, both(|side| &side.channels).is_some_and(|(a, b)| a != b)),
            (Difference::Day, other(self.on.as_ref(), people.on.as_ref())),
        ];
        found.into_iter().filter(|row| row.1).map(|row| row.0).collect()
    }

    fn grants_otherwise(&self, people: &Self) -> bool {
        let (ours, theirs) = (&self.terms, &people.terms);
        let part = |(a, b): (&Part, &Part)| a.0 != b.0 || a.1.zip(b.1).is_some_and(|(a, b)| a != b);
        !ours.is_empty() && !theirs.is_empty() && (ours.len() != theirs.len() || ours.iter().zip(theirs).any(part))
    }

    /// The lines of both, and how many are the same.
    pub(super) fn lines_beside(&self, people: &Self) -> Lines {
        let right = self.lines.iter().filter(|(line, amounts)| people.lines.get(*line) == Some(*amounts)).count();
        Lines { engine: self.lines.len() as i64, right: right as i64, people: people.lines.len() as i64 }
    }
}

fn minor_of(books: &Books, item_id: &str, amount: &str) -> Option<i64> {
    let currency = books.named_item(item_id)?.currency;
    minor_from_text(amount, currency.exponent()).ok()
}

/// The parts of a plan; their amounts are in the currency of the first item that the books know.
fn parts(books: &Books, item_ids: &[String], instalments: &[InstalmentLine]) -> Vec<Part> {
    let amount = |line: &InstalmentLine| item_ids.iter().find_map(|id| minor_of(books, id, line.amount.as_deref()?));
    instalments.iter().map(|line| (line.due_on, amount(line))).collect()
}
