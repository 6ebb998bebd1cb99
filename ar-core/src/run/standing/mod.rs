//! A day that stands: the whole book is worked through once, and then only what events touch.
//!
//! ```text
//! whole    what the whole book says: the cash of the day, the past that dates are predicted from, the gate, the digest
//!    │
//! events ──> touched    whose rows they are about, and whether they can say anything to the rest of the book
//!    │           │
//!    │           ├─ no:  part    these customers as books of their own; the events; their day, with the facts of the whole
//!    │           └─ yes: the whole book again
//!    v
//! the report of `run_for` on the books behind the events, to the byte
//! ```
//!
//! What cannot say anything to the rest, and why, is in `touched`. Whatever is in doubt is worked out again.

mod cash;
mod touched;
mod whole;

use super::Day;
use crate::audit::{Digests, Scope};
use crate::collections::Failures;
use crate::collections::disputes::{self, Cases};
use crate::error::Error;
use crate::escalation::Gate;
use crate::event::{Event, What};
use crate::ledger::Ledger;
use crate::models::Models;
use crate::policy::Policy;
use crate::record::CustomerIdx;
use crate::report::{self, Report};
use crate::scoring::{self, Circumstances};
use crate::watch::Watch;
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use chrono::NaiveDate;
use whole::Whole;

/// A day of a book that events come in on: what each of them changes is decided at once.
///
/// It works the whole book through when it is made, and again where an event may say something to the rest of the book. Else it works
/// only on the customers that the events touch. Either way the report is that of [`run_for`](crate::run_for) on the ledger behind the
/// events, to the byte.
pub struct StandingDay {
    policy: Policy,
    models: Models,
    as_of: NaiveDate,
    whole: Whole,
    /// The customers that something happened to since the whole book was worked through.
    parts: BTreeMap<CustomerIdx, Arc<Part>>,
    /// What happened to them.
    since: Vec<(Vec<CustomerIdx>, Vec<Event>)>,
}

/// What came of some events.
pub struct Changed {
    /// The customers that the events touch, by identifier, in order.
    pub customers: Vec<String>,
    /// Their day; none where the events touch nobody.
    pub report: Option<Report>,
    /// Whether the whole book was worked through again.
    pub again: bool,
}

/// Some customers as books of their own.
struct Part {
    /// Who, as the whole counts them.
    customers: Vec<CustomerIdx>,
    books: Ledger,
}

impl StandingDay {
    /// Works the whole book through. Policy and models are copied.
    ///
    /// # Errors
    /// As [`run`](crate::run).
    pub fn try_new(ledger: Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Self, Error> {
        let (whole, _) = Whole::work(ledger, policy, models, as_of, None)?;
        Ok(Self { policy: policy.clone(), models: models.clone(), as_of, whole, parts: BTreeMap::new(), since: Vec::new() })
    }

    /// Takes events in, in their order, and decides for the customers that they touch: those that they name, whose items, payments,
    /// promises, disputes and messages they name, and whom the payments that they name are explained by. `report` is that of
    /// [`run_for`](crate::run_for) for these customers on the ledger behind the events, with its explanations, notices and statements. Its
    /// [`Report::ledger`] may hold these customers alone, with those whose items they paid: it is to be asked of nobody else, and as long as
    /// the report is kept, so is the whole book as it was.
    ///
    /// Events of the day about promises, disputes, messages, calls, notices and holds that report no decision say nothing to the rest of
    /// the book, as a rule, and cost what their customers cost. Items, payments and postings, whatever reports a decision or is said of
    /// one, and what is dated before the day is worked out on the whole book.
    ///
    /// # Errors
    /// As [`Ledger::apply`] and [`run`](crate::run), and the day is as it was; `out_of_range` where the events touch more customers than
    /// one run may name.
    pub fn apply(&mut self, events: &[Event]) -> Result<Changed, Error> {
        match self.of_part(events) {
            Some(changed) => Ok(changed),
            None => self.of_whole(events),
        }
    }

    /// The day.
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The ledger behind all events so far. Costs a copy of the books where events came since the whole book was worked through.
    ///
    /// # Errors
    /// None that is known: what is taken in again was taken in before.
    pub fn ledger(&self) -> Result<Ledger, Error> {
        let mut ledger = self.whole.ledger.clone();
        if !self.since.is_empty() {
            // What was taken in about one customer after the other is taken in at once: the parts had nothing to do with each other.
            let events: Vec<Event> = self.since.iter().flat_map(|(_, events)| events).cloned().collect();
            ledger.apply(&events)?;
        }
        Ok(ledger)
    }

    /// The digest of that ledger, which is known.
    pub fn digest(&self) -> String {
        self.whole.digest.of(self.whole.ledger.closed_on())
    }

    fn of_whole(&mut self, events: &[Event]) -> Result<Changed, Error> {
        let mut ledger = self.ledger()?;
        ledger.apply(events)?;
        let (whole, found) = Whole::work(ledger, &self.policy, &self.models, self.as_of, Some(events))?;
        (self.whole, self.parts, self.since) = (whole, BTreeMap::new(), Vec::new());
        Ok(found.unwrap_or(Changed { customers: Vec::new(), report: None, again: true }))
    }

    /// `None` where the whole book may have something to say, or would refuse the events.
    fn of_part(&mut self, events: &[Event]) -> Option<Changed> {
        let customers = self.whole.touched(events, self.as_of)?;
        let part = self.part(&customers)?;
        let mut books = part.books.clone();
        books.apply(events).ok()?;
        let disputes = events.iter().any(|event| matches!(event.what, What::DisputeOpened { .. }));
        let sums = if disputes { Some(self.whole.sums_with(&part.books, &books)?) } else { None };
        let mut entries = self.whole.entries;
        let today = crate::calendar::days_since_epoch(self.as_of);
        let own: Vec<CustomerIdx> = customers.iter().map(|at| part.books.own(*at)).collect::<Option<_>>()?;
        for own in &own {
            entries = scoring::teach_alike(&self.whole.past, (&part.books, *own), (&books, *own), today, entries)?;
        }
        let claims = disputes::claims(&books, self.as_of);
        // What was decided of earlier claims is a matter of the whole book, which a part knows only where there is nothing.
        let cases = Cases::new(&books, &claims, self.as_of, self.policy.base().disputes.numbers.case_days);
        if !cases.is_empty() || (self.whole.has_cases && !claims.is_empty()) {
            return None;
        }
        let next = Arc::new(Part { customers: part.customers.clone(), books });
        let (found, books) = (self.found(&next, &own)?, &next.books);
        // What the digest does not know as it was is worked out again: it cannot be.
        if !self.whole.digest.change(&part.books, books, &own) {
            return None;
        }
        self.whole.entries = entries;
        let digests = Digests { ledger: self.digest(), models: self.whole.digests.models.clone(), policy: self.whole.digests.policy.clone() };
        let ids = own.iter().filter_map(|at| books.customer(*at)).map(|row| books.text(row.id).into()).collect();
        self.whole.note(events, sums);
        let report = Report::of((books.clone(), &self.policy, &digests), self.as_of, Scope::Customers, found);
        for at in &next.customers {
            self.parts.insert(*at, Arc::clone(&next));
        }
        self.since.push((customers, events.to_vec()));
        Some(Changed { customers: ids, report: Some(report), again: false })
    }

    /// The books of these customers, with all that happened to them today, and of those whose items they paid. Customers that something
    /// happened to together stay together, but no more than so many: then the whole book is worked through, and all begins anew.
    fn part(&self, customers: &[CustomerIdx]) -> Option<Arc<Part>> {
        let mut together = self.whole.with_paid_for(customers);
        let known: Vec<&Arc<Part>> = together.iter().filter_map(|at| self.parts.get(at)).collect();
        if let Some(part) = known.first().filter(|part| together.iter().all(|at| part.customers.binary_search(at).is_ok())) {
            return Some(Arc::clone(part));
        }
        let any = !known.is_empty();
        let joined: Vec<CustomerIdx> = known.iter().flat_map(|part| &part.customers).copied().collect();
        together.extend(joined);
        if together.len() > touched::MOST_TOGETHER {
            return None;
        }
        let customers: Vec<CustomerIdx> = together.into_iter().collect();
        let mut books = self.whole.part(&customers)?;
        if any {
            for (_, events) in self.since.iter().filter(|(who, _)| who.iter().any(|at| customers.binary_search(at).is_ok())) {
                books.apply(events).ok()?;
            }
        }
        Some(Arc::new(Part { customers, books }))
    }

    /// The day of some customers of a part: as `Day::of_some`, with what the whole book says.
    fn found(&self, part: &Part, customers: &[CustomerIdx]) -> Option<report::Parts> {
        let (whole, books, watch) = (&self.whole, &part.books, Watch::default());
        let mut day = Day::new(books, &self.policy, &self.models, self.as_of, &watch);
        let mut gate = Gate::of_part(books, &self.policy, self.as_of, &whole.gate);
        let mut found = report::Parts { usual: whole.usual.clone(), ..report::Parts::default() };
        day.usual.clone_from(&whole.usual);
        whole.cash_of(part, customers, &mut day, &mut found)?;
        day.policy_digest.clone_from(&whole.digests.policy);
        if self.policy.any(|settings| settings.credit.numbers.holds) {
            day.exposures = whole.exposures.of_part(books.places());
        }
        if self.policy.any(|settings| !settings.retries.after_days.is_empty()) {
            day.failures = Failures::read(books, self.as_of);
        }
        let said: Circumstances = whole.said.of_part(books, customers, crate::calendar::days_since_epoch(self.as_of));
        found.customers = Some(customers.to_vec());
        day.customers(Some((&whole.past, &said)), &mut gate, &mut found).ok()?;
        found.open = day.open;
        Some(found)
    }
}
