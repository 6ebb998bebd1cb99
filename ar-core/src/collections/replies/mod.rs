//! What customers write becomes what is done: a dispute is opened on exactly the invoice it is about, a promise is recorded, a copy is
//! sent, what is said to be paid is waited for. What a person must see, and what is not understood, waits for a person as it ever did.

mod said;

use super::{Found, Outcome, View};
use crate::action::ActionKind;
use crate::calendar::{add_days, days_between, days_since_epoch, whole_days};
use crate::conversation::read::{DateRole, DisputeCode, Heard, Intent, Reading};
use crate::conversation::token::Span;
use crate::decision::{Draft, Opening, Params, Promised, decision_id};
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::ItemIdx;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    vec::Vec,
};
use chrono::NaiveDate;
pub(super) use said::said_reasons;
pub(crate) use said::{for_person, waiting_days};

/// What the messages of a customer lead to today.
#[derive(Default)]
pub(super) struct Said {
    /// What is to be done, and the reason with which its items leave.
    drafts: Vec<(Draft, Reason)>,
    /// Items that are not dunned because of what was written.
    held: BTreeMap<ItemIdx, Reason>,
    /// Whether what a person rejected, or what does not lead to anything, waits for a person.
    pub(super) person: bool,
}

impl Said {
    /// Reads the messages of the customer, the oldest first.
    pub(super) fn of(view: &View<'_>) -> Self {
        let mut said = Self::default();
        for heard in view.heard.iter().filter(|heard| heard.waits(view.as_of)) {
            if for_person(&heard.reading, view.settings) {
                said.person = true;
                continue;
            }
            said.one(view, heard);
        }
        said
    }

    /// The items that are not dunned because of what was written, and why.
    pub(super) const fn held(&self) -> &BTreeMap<ItemIdx, Reason> {
        &self.held
    }

    /// Items that leave with what is done.
    pub(super) fn taken(&self) -> impl Iterator<Item = ItemIdx> {
        self.drafts.iter().flat_map(|(draft, _)| draft.items.iter().copied())
    }

    fn one(&mut self, view: &View<'_>, heard: &Heard) {
        let mut named: BTreeSet<ItemIdx> = self.taken().collect();
        // What is disputed is set apart before the rest is promised.
        let mut intents: Vec<_> = heard.reading.intents.iter().collect();
        intents.sort_by_key(|found| found.intent != Intent::Dispute);
        for found in intents {
            let items: Vec<ItemIdx> = heard.items(&found.items).collect();
            let asked = Asked { view, heard, intent: found.intent, probability: i64::from(found.probability_ppm), spans: &found.spans, items };
            let done = match found.intent {
                Intent::Dispute => asked.disputes(&named),
                Intent::PromiseToPay => asked.promises(&named),
                Intent::CopyRequest => asked.copies(&named),
                Intent::PaymentMade => asked.paid(&named),
                Intent::OutOfOffice => asked.away(),
                _ => Some(Done::default()),
            };
            let Some(done) = done else {
                self.person = true;
                continue;
            };
            named.extend(done.drafts.iter().flat_map(|(draft, _)| draft.items.iter().copied()));
            named.extend(done.held.iter().map(|row| row.0));
            self.drafts.extend(done.drafts);
            for (at, reason) in done.held {
                self.held.entry(at).or_insert(reason);
            }
        }
    }
}

/// What one matter of a message leads to; a matter that leads to nothing that can be done is for a person.
#[derive(Default)]
struct Done {
    drafts: Vec<(Draft, Reason)>,
    held: Vec<(ItemIdx, Reason)>,
}

/// One matter of a message.
struct Asked<'a> {
    view: &'a View<'a>,
    heard: &'a Heard,
    intent: Intent,
    probability: i64,
    spans: &'a [Span],
    items: Vec<ItemIdx>,
}

impl Asked<'_> {
    fn reason(&self) -> Reason {
        Reason::new(said::code_of(self.intent), self.probability, self.view.settings.replies.min_confidence)
    }

    fn params(&self) -> Params {
        Params { replies: alloc::vec![self.heard.reply], spans: self.spans.to_vec(), since: Some(self.heard.received_on), ..Params::default() }
    }

    fn is_open(&self, at: ItemIdx) -> bool {
        self.view.score_of(at).is_some() && self.view.books.item(at).is_some_and(|item| !item.kind.is_credit() && item.issued_on <= self.heard.received_on)
    }

    /// The open items that are meant: those named, else those of our message below, else nothing.
    fn meant(&self) -> Vec<ItemIdx> {
        let is_open = |at: &ItemIdx| self.is_open(*at);
        if self.items.is_empty() { self.heard.items(&self.heard.reading.thread).filter(is_open).collect() } else { self.items.iter().copied().filter(is_open).collect() }
    }

    /// The items that are meant, or else everything that was due when the customer wrote; `true` where it is everything.
    fn meant_or_due(&self) -> (Vec<ItemIdx>, bool) {
        let meant = self.meant();
        if !meant.is_empty() || !self.items.is_empty() {
            return (meant, false);
        }
        let due = |score: &&crate::scoring::Score| self.is_open(score.item) && self.view.books.item(score.item).is_some_and(|item| item.due_on <= self.heard.received_on);
        (self.view.scores.iter().filter(due).map(|score| score.item).collect(), true)
    }

    /// Items by currency, in order, without those that are spoken of already.
    fn by_currency(&self, items: &[ItemIdx], named: &BTreeSet<ItemIdx>) -> BTreeMap<Currency, Vec<ItemIdx>> {
        let mut rows: BTreeMap<Currency, Vec<ItemIdx>> = BTreeMap::new();
        for at in items.iter().filter(|at| !named.contains(at)) {
            if let Some(item) = self.view.books.item(*at) {
                rows.entry(item.currency).or_default().push(*at);
            }
        }
        rows
    }

    fn open_of(&self, items: &[ItemIdx]) -> i64 {
        items.iter().filter_map(|at| self.view.score_of(*at)).fold(0, |sum: i64, score| sum.saturating_add(score.open))
    }

    fn draft(&self, action: ActionKind, currency: Currency, items: Vec<ItemIdx>, params: Params, amount: Option<i64>) -> Draft {
        let amount = amount.unwrap_or_else(|| self.open_of(&items));
        let (worth, _) = self.view.worth(action, currency, items.iter().filter_map(|at| self.view.score_of(*at)).map(|score| (score.open, score)));
        let draft = self.view.draft_about(action, (currency, amount, worth), items, params, alloc::vec![self.reason()]);
        Draft { confidence_ppm: self.probability, ..draft }
    }

    fn is_done(&self, draft: &Draft) -> Option<NaiveDate> {
        let view = self.view;
        view.books.done_on(&decision_id(view.books, view.policy_digest, view.as_of, draft, view.open))
    }

    /// A dispute is opened about each item that is meant; about none where it is not known which.
    fn disputes(&self, named: &BTreeSet<ItemIdx>) -> Option<Done> {
        let view = self.view;
        let mut meant = self.meant();
        if meant.is_empty() && self.items.is_empty() {
            meant = view.scores.iter().map(|score| score.item).filter(|at| self.is_open(*at)).collect();
        }
        // What nobody named is only meant where there is one.
        if meant.is_empty() || (self.items.is_empty() && meant.len() > 1) {
            return None;
        }
        let one = meant.len() == 1;
        let mut done = Done::default();
        for at in meant.into_iter().filter(|at| !named.contains(at)) {
            let (item, score) = (view.books.item(at)?, view.score_of(at)?);
            let known = view.books.disputes_of(view.at).iter().any(|row| row.item == at && row.opened_on >= self.heard.received_on && row.opened_on <= view.as_of);
            if known {
                continue;
            }
            let amount = said::disputed_amount(&self.heard.reading, item.currency).filter(|amount| one && *amount < score.open);
            let code = self.heard.reading.dispute_codes.first().copied().unwrap_or(DisputeCode::Other);
            let key = format!("{}/dispute/{}", view.books.text(self.heard.reply), view.books.text(item.id));
            let opening = Some(Opening { key, reason: said::family(code).name().into(), on: self.heard.received_on });
            let draft = self.draft(ActionKind::OpenDispute, item.currency, alloc::vec![at], Params { opening, since: None, ..self.params() }, amount);
            if view.is_rejected(&draft) {
                return None;
            }
            done.drafts.push((draft, self.reason()));
        }
        Some(done)
    }

    /// The promise is recorded: one day, of each item named or of the account. Several days, none, or an account in several currencies
    /// are for a person.
    fn promises(&self, named: &BTreeSet<ItemIdx>) -> Option<Done> {
        let view = self.view;
        let mut days: Vec<NaiveDate> = self.heard.reading.dates.iter().filter(|found| found.role == DateRole::Promise).map(|found| found.on).collect();
        days.dedup();
        let [due_on] = days.as_slice() else { return None };
        let (items, account) = self.meant_or_due();
        let made = |at: ItemIdx| {
            let later = |row: &crate::record::Promise| row.made_on >= self.heard.received_on && row.made_on <= view.as_of && row.item.is_none_or(|item| item == at);
            view.books.promises_of(view.at).iter().any(later)
        };
        let items: Vec<ItemIdx> = items.into_iter().filter(|at| !made(*at)).collect();
        let rows = self.by_currency(&items, named);
        if account && rows.len() > 1 {
            return None;
        }
        let mut done = Done::default();
        for (currency, items) in rows {
            let parts: Vec<Vec<ItemIdx>> = if account { alloc::vec![items] } else { items.into_iter().map(|at| alloc::vec![at]).collect() };
            let one = parts.len() == 1;
            for items in parts {
                let amount = said::promised_amount(&self.heard.reading, currency).filter(|amount| one && *amount < self.open_of(&items));
                let promised = Some(Promised { reply: self.heard.reply, due_on: *due_on, account });
                let mut draft = self.draft(ActionKind::RecordPromise, currency, items, Params { promised, ..self.params() }, amount);
                draft.certain = view.settings.replies.promises_count;
                if view.is_rejected(&draft) {
                    return None;
                }
                if self.is_done(&draft).is_none() {
                    done.drafts.push((draft, self.reason()));
                }
            }
        }
        Some(done)
    }

    /// A copy is sent, and its items rest for some days.
    fn copies(&self, named: &BTreeSet<ItemIdx>) -> Option<Done> {
        let (view, patience) = (self.view, self.view.settings.replies.copy_days);
        let (items, _) = self.meant_or_due();
        if items.is_empty() {
            return None;
        }
        let mut done = Done::default();
        for (currency, items) in self.by_currency(&items, named) {
            let draft = self.draft(ActionKind::SendInvoiceCopy, currency, items, self.params(), None);
            if view.is_rejected(&draft) {
                return None;
            }
            match self.is_done(&draft) {
                None => done.drafts.push((draft, self.reason())),
                Some(on) => {
                    let ago = i64::from(days_between(on, view.as_of));
                    let rest = (0..patience).contains(&ago).then(|| Reason::new(ReasonCode::CopySent, ago, patience));
                    done.held.extend(rest.into_iter().flat_map(|reason| draft.items.iter().map(move |at| (*at, reason))));
                }
            }
        }
        Some(done)
    }

    /// What is said to be paid is waited for.
    fn paid(&self, named: &BTreeSet<ItemIdx>) -> Option<Done> {
        let patience = self.view.settings.replies.paid_days;
        let (items, _) = self.meant_or_due();
        let ago = i64::from(days_between(self.heard.received_on, self.view.as_of));
        let held = items.into_iter().filter(|at| !named.contains(at) && (0..patience).contains(&ago));
        Some(Done { drafts: Vec::new(), held: held.map(|at| (at, Reason::new(ReasonCode::PaidSaid, ago, patience))).collect() })
    }

    /// Nothing is sent to somebody who is away and soon back.
    fn away(&self) -> Option<Done> {
        let view = self.view;
        let back = self.heard.reading.dates.iter().filter(|found| found.role == DateRole::Return).map(|found| found.on).max();
        let latest = add_days(self.heard.received_on, whole_days(view.settings.replies.away_days));
        let day = |day: NaiveDate| i64::from(days_since_epoch(day));
        let reason = back.filter(|back| view.as_of < *back && *back <= latest).map(|back| Reason::new(ReasonCode::ContactAway, day(self.heard.received_on), day(back)));
        let held = view.scores.iter().filter(|score| self.is_open(score.item)).filter_map(|score| Some((score.item, reason?)));
        Some(Done { drafts: Vec::new(), held: held.collect() })
    }
}

/// Adds what the messages lead to.
pub(super) fn decide(said: Said, found: &mut Found) {
    for (draft, reason) in said.drafts {
        let at = found.drafts.len() as u32;
        found.outcomes.extend(draft.items.iter().map(|item| Outcome { item: *item, draft: Some(at), reason }));
        found.add(draft);
    }
}

/// Whether the customer wrote something good so lately that it is spoken to more mildly.
pub(super) fn is_good(view: &View<'_>) -> bool {
    let limit = view.settings.replies.milder_days;
    let lately = |heard: &&Heard| (0..limit).contains(&i64::from(days_between(heard.received_on, view.as_of)));
    view.heard.iter().filter(lately).any(|heard| is_kind(&heard.reading, view.settings))
}

fn is_kind(reading: &Reading, settings: &Settings) -> bool {
    let kind = |intent| matches!(intent, Intent::PromiseToPay | Intent::PaymentMade | Intent::NoAction | Intent::CopyRequest);
    !for_person(reading, settings) && reading.intents.iter().all(|found| kind(found.intent))
}
