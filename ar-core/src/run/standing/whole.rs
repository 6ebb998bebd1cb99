//! What the whole book says on a day, worked out once.

use super::super::customers::known;
use super::super::{Day, check, some};
use super::Changed;
use crate::audit::{Digests, Scope};
use crate::collections::Exposures;
use crate::collections::disputes;
use crate::error::Error;
use crate::escalation::{Gate, KeptGate};
use crate::event::Event;
use crate::ledger::{Books, KeptDigest, Ledger, MOST_SUM};
use crate::models::Models;
use crate::money::Currency;
use crate::policy::Policy;
use crate::record::{CustomerIdx, PaymentIdx};
use crate::report::Report;
use crate::run::MAX_CUSTOMERS;
use crate::scoring::{Circumstances, Past};
use crate::watch::Watch;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;

/// What the whole book says.
pub(super) struct Whole {
    pub(super) ledger: Ledger,
    pub(super) digest: KeptDigest,
    /// Those of policy and models.
    pub(super) digests: Digests,
    /// What payment dates are predicted from.
    pub(super) past: Past<'static>,
    pub(super) said: Circumstances,
    /// How many circumstances are known, those that came today among them.
    pub(super) entries: usize,
    currencies: Vec<Currency>,
    /// Median open amount by currency, once the cash is posted.
    pub(super) usual: BTreeMap<Currency, i64>,
    pub(super) gate: KeptGate,
    pub(super) exposures: Exposures,
    /// Whether earlier claims were decided.
    pub(super) has_cases: bool,
    /// The cash of the day.
    pub(super) cash: super::cash::Cash,
    /// All amounts together, with what came since: no more is disputed than the whole can sum.
    sums: BTreeMap<Currency, i128>,
    /// Customers whose items hang together with those of others.
    entangled: BTreeSet<CustomerIdx>,
    /// Whose items payments of a customer paid beside its own.
    paid_for: BTreeMap<CustomerIdx, BTreeSet<CustomerIdx>>,
    payments: Vec<(CustomerIdx, PaymentIdx)>,
    /// Whose promises, disputes, notices and messages these are.
    owners: [BTreeMap<String, CustomerIdx>; 4],
}

impl Whole {
    /// Works the whole book through, and the day of the customers whom events touch that the ledger has in it.
    pub(super) fn work(ledger: Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, events: Option<&[Event]>) -> Result<(Self, Option<Changed>), Error> {
        check(&ledger, policy, as_of)?;
        let ledger = ledger.on_its_own();
        let (watch, books) = (Watch::default(), ledger.clone());
        let mut day = Day::new(&books, policy, models, as_of, &watch);
        let mut gate = Gate::new(&books, policy, as_of);
        let mut found = day.apply_cash(&mut gate)?;
        let kept = gate.kept();
        let cash = super::cash::Cash::new(&day, &found);
        let claims = disputes::claims(&books, as_of);
        day.standing(&claims, &gate);
        let (past, said) = known(&books, models, as_of, &watch)?;
        let digest = KeptDigest::new(&books);
        let digests = Digests { ledger: digest.of(books.closed_on()), models: models.digest(), policy: policy.digest() };
        let owners = books.owners_by_id().map(|owners| owners.into_iter().map(|(id, at)| (id.to_string(), at)).collect());
        let customers = events.map(|events| named(&books, &owners, Some(&cash), events)).unwrap_or_default();
        let ids: Vec<String> = customers.iter().filter_map(|at| books.customer(*at)).map(|row| books.text(row.id).to_string()).collect();
        if ids.len() > MAX_CUSTOMERS {
            some::find(&books, &ids.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        let (usual, exposures, has_cases) = (day.usual.clone(), core::mem::take(&mut day.exposures), !day.cases.is_empty());
        day.exposures = exposures.clone();
        let changed = if customers.is_empty() {
            None
        } else {
            some::keep(&books, &customers, &mut found);
            found.customers = Some(customers);
            day.customers(Some((&past, &said)), &mut gate, &mut found)?;
            found.open = day.open;
            Some(Changed { customers: ids, report: Some(Report::of((ledger.clone(), policy, &digests), as_of, Scope::Customers, found)), again: true })
        };
        let whole = Self {
            digest,
            digests,
            entries: said.count(),
            said: said.without_entries(),
            past: past.without_bills(),
            usual,
            gate: kept,
            exposures,
            has_cases,
            cash,
            currencies: books.currencies(),
            sums: books.sums(),
            entangled: books.entangled(),
            paid_for: books.paid_for(),
            payments: books.payments_by_customer(),
            owners,
            ledger,
        };
        Ok((whole, changed))
    }

    /// Customers as books of their own.
    pub(super) fn part(&self, customers: &[CustomerIdx]) -> Option<Ledger> {
        let of = |at: CustomerIdx| {
            let from = self.payments.partition_point(|row| row.0 < at);
            self.payments.iter().skip(from).take_while(move |row| row.0 == at).map(|row| row.1)
        };
        let mut payments: Vec<PaymentIdx> = customers.iter().copied().flat_map(of).collect();
        payments.extend(customers.iter().flat_map(|at| self.cash.payments_of(*at)));
        self.ledger.part(customers, &payments, &self.currencies)
    }

    /// Whom events touch, where all of them say nothing to the rest of the book; `None` where they may.
    pub(super) fn touched(&self, events: &[Event], as_of: NaiveDate) -> Option<Vec<CustomerIdx>> {
        let quiet = |event: &Event| event.on == as_of && event.decision_id.is_none() && super::touched::is_quiet(&event.what);
        let open = self.ledger.closed_on().is_none_or(|closed| closed <= as_of);
        if events.is_empty() || !open || !events.iter().all(quiet) {
            return None;
        }
        let customers = named(&self.ledger, &self.owners, None, events);
        let apart = |at: &CustomerIdx| !self.entangled.contains(at) && (!self.cash.concerns(*at) || events.iter().all(|event| super::touched::leaves_cash(&event.what)));
        (!customers.is_empty() && customers.len() <= super::touched::MOST_TOGETHER && customers.iter().all(apart)).then_some(customers)
    }

    /// These customers, and those whose items their payments paid.
    pub(super) fn with_paid_for(&self, customers: &[CustomerIdx]) -> BTreeSet<CustomerIdx> {
        let paid_for = customers.iter().filter_map(|at| self.paid_for.get(at)).flatten();
        customers.iter().chain(paid_for).copied().collect()
    }

    /// All amounts of the whole together once a part is as in `after`; `None` for more than can be summed.
    pub(super) fn sums_with(&self, before: &Books, after: &Books) -> Option<BTreeMap<Currency, i128>> {
        let mut sums = self.sums.clone();
        for (currency, sum) in before.sums() {
            *sums.entry(currency).or_default() -= sum;
        }
        for (currency, sum) in after.sums() {
            *sums.entry(currency).or_default() += sum;
        }
        sums.values().all(|sum| *sum <= MOST_SUM).then_some(sums)
    }

    /// Takes note of what events did to a part: of whose the rows are that they made, and of the sums with what they dispute.
    pub(super) fn note(&mut self, events: &[Event], sums: Option<BTreeMap<Currency, i128>>) {
        self.sums = sums.unwrap_or_else(|| core::mem::take(&mut self.sums));
        for event in events {
            let Some((kind, id)) = super::touched::made(&event.what) else { continue };
            // What the event itself names says whose the row is: others of its batch may be about other customers.
            let owner = named(&self.ledger, &self.owners, None, core::slice::from_ref(event)).first().copied();
            if let (Some(owners), Some(at)) = (self.owners.get_mut(kind), owner) {
                owners.insert(id.to_string(), at);
            }
        }
    }
}

/// The customers that events name, and those whose rows they name, in order. With the cash of the day, also those by whom payments that
/// they name are explained.
fn named(books: &Books, owners: &[BTreeMap<String, CustomerIdx>; 4], cash: Option<&super::cash::Cash>, events: &[Event]) -> Vec<CustomerIdx> {
    let mut found: BTreeSet<CustomerIdx> = BTreeSet::new();
    for event in events {
        super::touched::references(&event.what, &mut |reference| {
            use super::touched::Reference;
            match reference {
                Reference::Customer(id) => found.extend(books.find_customer(id)),
                Reference::Item(id) => found.extend(books.find_item(id).and_then(|at| books.item(at)).map(|row| row.customer)),
                Reference::Payment(id) => {
                    let Some(at) = books.find_payment(id) else { return };
                    found.extend(books.payment(at).and_then(|row| row.customer));
                    found.extend(cash.into_iter().flat_map(|cash| cash.concerned_by(at)));
                }
                Reference::Claim(kind, id) => found.extend(owners.get(kind).and_then(|owners| owners.get(id))),
            }
        });
    }
    found.into_iter().collect()
}
