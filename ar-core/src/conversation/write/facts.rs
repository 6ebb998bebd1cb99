//! The facts of a notice: everything that its text may say, and nothing else. They come from the decision, the books, the policy and the
//! sender; names are clean, amounts are minor units of one currency each.

use super::clean;
use super::kind::NoticeKind;
use super::style::{Channel, Sender, Style};
use crate::action::{ActionKind, Tone};
use crate::calendar::{add_days, whole_days};
use crate::conversation::locale::Locale;
use crate::decision::{Arrangement, Decision};
use crate::ledger::Books;
use crate::money::{Currency, Money, minor_to_text};
use crate::policy::Policy;
use crate::policy::sections::Settings;
use crate::record::{Credit, CustomerIdx, Item, ItemIdx, ItemKind, PromiseState};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Something on the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// The number that the customer knows; empty for a payment that is not applied.
    pub reference: String,
    /// A word of `ItemKind`, or `payment`.
    pub kind: &'static str,
    /// What it was issued for; below 0 for a credit.
    pub amount: Money,
    /// What is open of it at the end of the day; below 0 for a credit.
    pub open: Money,
    /// What of that is disputed.
    pub disputed: i64,
    /// Day issued, or received.
    pub issued_on: NaiveDate,
    /// Day due.
    pub due_on: Option<NaiveDate>,
    /// Days past due; 0 where it is not.
    pub days_late: i32,
}

/// Everything that the text of a notice may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is for.
    pub kind: NoticeKind,
    /// The day on which it goes out.
    pub as_of: NaiveDate,
    /// Language and region.
    pub locale: Locale,
    /// How firmly it speaks.
    pub tone: Tone,
    /// What it is laid out for.
    pub channel: Channel,
    /// The dunning level; 0 = none.
    pub level: u8,
    /// Who writes.
    pub sender: Sender,
    /// The name of the customer; empty where it has none that may be shown.
    pub customer: String,
    /// The person who is written to; empty where nobody is named.
    pub contact: String,
    /// Segment of the policy, for the choice of the texts.
    pub segment: String,
    /// Currency of the decision.
    pub currency: Currency,
    /// What it is about, in the order of the decision.
    pub items: Vec<ItemFact>,
    /// The sum of what is open of them, currency by currency.
    pub totals: Vec<Money>,
    /// What is asked for of that, where it is less: the rest is disputed, promised or on its way.
    pub asked: Option<Money>,
    /// The day by which payment is asked for.
    pub deadline: Option<NaiveDate>,
    /// The day of the last notice before this one, where there was one about each of the items.
    pub reminded_on: Option<NaiveDate>,
    /// What was promised, and for when.
    pub promise: Option<(NaiveDate, Money)>,
    /// What is disputed in sum, where the notice is about a dispute.
    pub disputed: Option<Money>,
    /// The instalments that are offered.
    pub parts: Vec<(NaiveDate, Money)>,
    /// The due date that is granted.
    pub new_due_on: Option<NaiveDate>,
    /// The payment that it is about: day received and amount.
    pub payment: Option<(NaiveDate, Money)>,
    /// The day of the message that is answered; the newest of several.
    pub message_on: Option<NaiveDate>,
    /// What the text says of a payment, a promise, a plan or a message, word for word; an own text has to say it in the same words.
    pub stated: Vec<String>,
    /// What the policy lets a text speak of, beside a request for payment.
    pub allowed_acts: Vec<&'static str>,
}

/// What the facts are gathered from.
pub(super) struct Source<'s> {
    pub(super) decision: &'s Decision,
    pub(super) books: &'s Books,
    pub(super) policy: &'s Policy,
    pub(super) as_of: NaiveDate,
}

impl Source<'_> {
    /// Gathers the facts.
    pub(super) fn facts(&self, kind: NoticeKind, style: &Style<'_>) -> Facts {
        let (draft, at) = (&self.decision.draft, self.decision.draft.customer);
        let params = &draft.params;
        let customer = at.and_then(|at| self.books.customer(at));
        let text = |id| self.books.text(id);
        let segment = self.books.segment_of(at);
        let settings = self.policy.settings(segment);
        let channel = match kind {
            NoticeKind::Call => Channel::Call,
            _ => style.channel.or(params.channel.as_deref().map(Channel::of)).unwrap_or(Channel::Email),
        };
        let tone = match (style.tone, params.tone) {
            (Some(wanted), Some(most)) => wanted.min(most),
            (wanted, said) => wanted.or(said).unwrap_or(Tone::Neutral),
        };
        let mut items: Vec<ItemFact> = self.item_places(kind, at).into_iter().filter_map(|at| self.item(at)).collect();
        if kind == NoticeKind::Statement {
            items.extend(at.into_iter().flat_map(|at| self.loose(at)));
        }
        let totals = sums(&items);
        let total = totals.iter().find(|sum| sum.currency() == draft.currency).copied();
        let asked = total.filter(|total| kind.asks() && draft.amount > 0 && draft.amount < total.minor()).map(|_| Money::new(draft.amount, draft.currency));
        Facts {
            kind,
            as_of: self.as_of,
            locale: style.locale_for(customer.map_or("", |row| text(row.language)), customer.map_or("", |row| text(row.country))),
            tone,
            channel,
            level: params.level,
            sender: style.sender.clone(),
            customer: customer.map_or(String::new(), |row| clean::name(text(row.name))),
            contact: clean::name(style.contact),
            segment: segment.into(),
            currency: draft.currency,
            totals,
            asked,
            deadline: matches!(kind, NoticeKind::Dunning | NoticeKind::Call).then(|| self.deadline(settings)),
            reminded_on: self.reminded_on(),
            promise: matches!(kind, NoticeKind::PromiseConfirmation | NoticeKind::PromiseReminder).then(|| self.promise(kind, at)),
            disputed: (kind == NoticeKind::Dispute).then(|| Money::new(draft.amount, draft.currency)),
            parts: match &params.arrangement {
                Some(Arrangement::Plan(parts)) => parts.iter().map(|(on, amount)| (*on, Money::new(*amount, draft.currency))).collect(),
                _ => Vec::new(),
            },
            new_due_on: match params.arrangement {
                Some(Arrangement::Extension(on)) => Some(on),
                _ => None,
            },
            payment: params.payment.and_then(|at| self.books.payment(at)).map(|row| (row.received_on, Money::new(row.amount, row.currency))),
            message_on: at.and_then(|at| self.books.replies_of(at).iter().filter(|row| params.replies.contains(&row.id)).map(|row| row.received_on).max()),
            allowed_acts: allowed(settings, customer.is_some_and(|row| row.consumer)),
            stated: Vec::new(),
            items,
        }
    }

    /// What the notice is about: the items of the decision; of a statement that names none, and of thanks, what follows from it.
    fn item_places(&self, kind: NoticeKind, at: Option<CustomerIdx>) -> Vec<ItemIdx> {
        let draft = &self.decision.draft;
        match kind {
            NoticeKind::Statement if draft.items.is_empty() => {
                let range = at.map_or(0..0, |at| self.books.item_range(at));
                let places = range.map(|at| ItemIdx(at as u32));
                places.filter(|at| self.books.item(*at).is_some_and(|item| self.open(*at, item) != 0)).collect()
            }
            NoticeKind::ThankYou if draft.action == ActionKind::PostAllocation => {
                let lines: BTreeSet<ItemIdx> = draft.params.lines.iter().map(|line| line.item).collect();
                lines.into_iter().collect()
            }
            _ => draft.items.clone(),
        }
    }

    /// What is open of an item at the end of the day, as [`Books::open_all`] says it.
    fn open(&self, at: ItemIdx, item: &Item) -> i64 {
        if item.kind.is_credit() {
            item.open_on(self.books.allocations().iter().filter(|line| line.lowers().any(|other| other == at)), self.as_of)
        } else {
            item.open_on(self.books.allocations_of(at), self.as_of)
        }
    }

    fn item(&self, at: ItemIdx) -> Option<ItemFact> {
        let item = self.books.item(at)?;
        let (open, side) = (self.open(at, item), if item.kind.is_credit() { -1 } else { 1 });
        let live = self.books.disputes_of(item.customer).iter().filter(|row| row.item == at && row.is_live_on(self.as_of));
        let disputed = live.fold(if item.disputed { open } else { 0 }, |sum: i64, row| sum.saturating_add(row.amount)).min(open);
        Some(ItemFact {
            reference: clean::reference(self.books.text(item.reference)),
            kind: item.kind.name(),
            amount: Money::new(side * item.amount, item.currency),
            open: Money::new(side * open, item.currency),
            disputed,
            issued_on: item.issued_on,
            due_on: Some(item.due_on).filter(|_| side > 0),
            days_late: if side > 0 { Books::days_late(item, self.as_of).max(0) } else { 0 },
        })
    }

    /// Payments of a customer that are not applied, as rows of a statement.
    fn loose(&self, at: CustomerIdx) -> Vec<ItemFact> {
        let mut taken: BTreeMap<u32, i64> = BTreeMap::new();
        for line in self.books.allocations().iter().filter(|line| line.on <= self.as_of) {
            if let Credit::Payment(payment) = line.credit {
                let sum = taken.entry(payment.0).or_default();
                *sum = sum.saturating_add(line.cash);
            }
        }
        let own = (0u32..).zip(self.books.payments()).filter(|(_, row)| row.customer == Some(at));
        own.filter_map(|(place, row)| {
            let left = row.come_by(self.as_of).saturating_sub(taken.get(&place).copied().unwrap_or(0));
            let fact = ItemFact {
                reference: String::new(),
                kind: "payment",
                amount: Money::new(-row.amount, row.currency),
                open: Money::new(-left, row.currency),
                disputed: 0,
                issued_on: row.received_on,
                due_on: None,
                days_late: 0,
            };
            (left > 0).then_some(fact)
        })
        .collect()
    }

    fn reminded_on(&self) -> Option<NaiveDate> {
        let before = |at: &ItemIdx| self.books.item(*at)?.last_notice_on.filter(|day| *day < self.as_of);
        let days: Option<Vec<NaiveDate>> = self.decision.draft.items.iter().map(before).collect();
        days.and_then(|days| days.into_iter().max())
    }

    /// The day by which payment is asked for: so many days after the notice, or the next open day.
    fn deadline(&self, settings: &Settings) -> NaiveDate {
        settings.calendar().next_open(add_days(self.as_of, whole_days(settings.collections.pay_within_days)))
    }

    /// The promise that is spoken of: the newest open one of the items, or of the account; else what the decision itself says.
    fn promise(&self, kind: NoticeKind, at: Option<CustomerIdx>) -> (NaiveDate, Money) {
        let draft = &self.decision.draft;
        let named = |row: &&crate::record::Promise| match row.item {
            _ if !draft.params.promises.is_empty() => draft.params.promises.contains(&row.id),
            Some(item) => draft.items.contains(&item),
            None => draft.items.is_empty(),
        };
        let open = |row: &&crate::record::Promise| row.made_on <= self.as_of && row.state_on(self.as_of) == PromiseState::Open;
        let rows = at.map_or(&[][..], |at| self.books.promises_of(at)).iter();
        let due = |row: &&crate::record::Promise| kind != NoticeKind::PromiseReminder || row.due_on <= self.as_of;
        let found = rows.filter(open).filter(named).filter(due).max_by_key(|row| (row.made_on, row.due_on));
        let amount = Money::new(draft.amount, draft.currency);
        (found.map(|row| row.due_on).or(draft.params.on).unwrap_or(self.as_of), amount)
    }
}

/// The sums of what is open, by currency, in the order of their codes.
fn sums(items: &[ItemFact]) -> Vec<Money> {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for item in items {
        let sum = sums.entry(item.open.currency()).or_default();
        *sum = sum.saturating_add(item.open.minor());
    }
    sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
}

/// What the policy charges a customer, and a text may therefore speak of.
fn allowed(settings: &Settings, consumer: bool) -> Vec<&'static str> {
    let charges = &settings.charges;
    let mut acts = alloc::vec!["request_payment"];
    let charged = charges.numbers.consumers || !consumer;
    acts.extend((charges.numbers.interest && charged).then_some("late_interest_notice"));
    acts.extend((!charges.fees.is_empty() && charged).then_some("late_fee"));
    acts.extend((!charges.compensation.is_empty() && !consumer).then_some("fixed_recovery_fee"));
    acts
}

fn amount(money: Money) -> String {
    minor_to_text(money.minor(), money.currency().exponent())
}

fn or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

impl Facts {
    /// Whether any of the items is a fee or interest that was charged.
    pub fn has_charges(&self) -> bool {
        self.items.iter().any(|item| item.kind == ItemKind::Fee.name() || item.kind == ItemKind::Interest.name())
    }

    /// The most days that one of the items is past due.
    pub fn oldest_days(&self) -> i32 {
        self.items.iter().map(|item| item.days_late).max().unwrap_or(0)
    }

    /// The facts as JSON: what a generator of the host is given, and may say. Amounts are decimal text, days ISO dates.
    pub fn to_json(&self) -> Value {
        let item = |item: &ItemFact| {
            json!({
                "ref": item.reference, "kind": item.kind, "currency": item.open.currency().code(), "gross": amount(item.amount), "open": amount(item.open),
                "disputed": minor_to_text(item.disputed, item.open.currency().exponent()),
                "issued": item.issued_on, "due": item.due_on, "days_overdue": item.days_late, "status": if item.disputed > 0 { "disputed" } else { "open" },
            })
        };
        let money = |money: Money| json!({ "amount": amount(money), "currency": money.currency().code() });
        let dated = |(on, sum): (NaiveDate, Money)| json!({ "on": on, "amount": amount(sum), "currency": sum.currency().code() });
        json!({
            "kind": self.kind.name(), "as_of": self.as_of, "locale": self.locale.tag(), "currency": self.currency.code(), "stage": self.level,
            "tone": self.tone.name(), "channel": self.channel.name(),
            "creditor": { "name": self.sender.name, "email": or_null(&self.sender.email), "phone": or_null(&self.sender.phone), "iban": or_null(&self.sender.iban), "pay_url": or_null(&self.sender.pay_url) },
            "debtor": { "name": or_null(&self.customer), "contact": or_null(&self.contact) },
            "invoices": self.items.iter().map(item).collect::<Vec<Value>>(),
            "derived": { "totals": self.totals.iter().copied().map(money).collect::<Vec<Value>>(), "asked": self.asked.map(money), "count": self.items.len(), "oldest_days": self.oldest_days() },
            "policy": { "allowed_acts": self.allowed_acts, "deadline": self.deadline },
            "reminded_on": self.reminded_on, "promise": self.promise.map(dated), "disputed": self.disputed.map(money), "plan": self.parts.iter().copied().map(dated).collect::<Vec<Value>>(),
            "new_due": self.new_due_on, "payment": self.payment.map(dated), "message_on": self.message_on, "stated": self.stated,
        })
    }
}
