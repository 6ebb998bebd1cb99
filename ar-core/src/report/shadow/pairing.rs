//! Which deed answers which decision. One to one, the closest pairs first; then what belongs to a pair as well (several postings of one
//! payment, several letters of one day); then what people did instead. Neither the order of the events nor that of the rows of the books
//! matters. Of each deed at most [`MOST_TRIED`] decisions by each of its records are looked at or, where none names one, of its customer.

use super::Side;
use super::subject::{Deed, Kind, Name, Subject};
use crate::action::ActionKind;
use crate::record::CustomerIdx;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::cmp::Reverse;

/// The most decisions of one record or customer that a deed is held against.
const MOST_TRIED: usize = 64;

/// The deeds of a decision.
#[derive(Clone, Default)]
pub(super) struct Paired {
    /// Places among the deeds.
    pub(super) deeds: Vec<usize>,
    /// Whether they are something else than the decision.
    pub(super) other: bool,
}

/// The pairs of all decisions.
pub(super) struct Pairs {
    /// By decision.
    pub(super) of: Vec<Paired>,
    taken: Vec<bool>,
}

impl Pairs {
    /// The deeds that no decision has.
    pub(super) fn left<'f>(&self, found: &'f Side) -> impl Iterator<Item = &'f Deed> {
        found.deeds.iter().zip(self.taken.clone()).filter(|(_, taken)| !taken).map(|row| row.0)
    }

    fn is_free(&self, decision: usize) -> bool {
        self.of.get(decision).is_some_and(|row| row.deeds.is_empty())
    }

    fn give(&mut self, decision: usize, deed: usize, other: bool) {
        if let (Some(row), Some(taken)) = (self.of.get_mut(decision), self.taken.get_mut(deed)) {
            row.deeds.push(deed);
            (row.other, *taken) = (other, true);
        }
    }

    /// Gives decisions and deeds that are both free to each other, the closest first.
    fn marry(&mut self, mut pairs: Vec<Candidate>, other: bool) {
        pairs.sort_unstable();
        for pair in pairs {
            if self.is_free(pair.decision) && self.taken.get(pair.deed) == Some(&false) {
                self.give(pair.decision, pair.deed, other);
            }
        }
    }
}

/// A pair that could be; the closest is the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The deed names the decision.
    reported: Reverse<bool>,
    /// Records that both name.
    shared: Reverse<usize>,
    /// Particulars in which they differ.
    differs: usize,
    decision: usize,
    deed: usize,
}

/// How a decision can be found.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'f> {
    Customer(CustomerIdx),
    Name(&'f Name),
    Item(&'f str),
}

/// Decisions by what they are about.
struct Index<'f>(BTreeMap<(Option<ActionKind>, Key<'f>), Vec<usize>>);

impl<'f> Index<'f> {
    /// With the action in the key, or without.
    fn new(found: &'f Side, with_action: bool, wanted: impl Fn(usize) -> bool) -> Self {
        let mut index: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, (action, subject)) in found.decisions.iter().enumerate().filter(|(at, _)| wanted(*at)) {
            for key in records(subject, !with_action).chain(subject.customer.map(Key::Customer)) {
                index.entry((with_action.then_some(*action), key)).or_default().push(at);
            }
        }
        Self(index)
    }

    /// Decisions that name a record of the subject; else those of its customer.
    fn find(&self, action: Option<ActionKind>, subject: &'f Subject) -> BTreeSet<usize> {
        let of = |key: Key<'f>| self.0.get(&(action, key)).into_iter().flat_map(|found| found.iter().take(MOST_TRIED)).copied();
        let named: BTreeSet<usize> = records(subject, action.is_none()).flat_map(of).collect();
        if named.is_empty() { subject.customer.map(Key::Customer).into_iter().flat_map(of).collect() } else { named }
    }
}

/// The records of a subject; with the items of a posting, where it is about whatever is touched.
fn records(subject: &Subject, items: bool) -> impl Iterator<Item = Key<'_>> {
    let touched = subject.items.iter().filter(move |_| items).map(|id| Key::Item(id));
    subject.names.iter().map(Key::Name).chain(touched)
}

/// Pairs decisions and deeds.
pub(super) fn pair(found: &Side) -> Pairs {
    let mut pairs = Pairs { of: alloc::vec![Paired::default(); found.decisions.len()], taken: alloc::vec![false; found.deeds.len()] };
    let index = Index::new(found, true, |_| true);
    let tried = |deed: &'_ Deed| index.find(Some(deed.action), &deed.subject);
    let mut close: Vec<Candidate> = Vec::new();
    for (at, deed) in found.deeds.iter().enumerate() {
        close.extend(tried(deed).into_iter().filter_map(|decision| same_subject(found, decision, deed, at)));
    }
    pairs.marry(close, false);
    for (at, deed) in found.deeds.iter().enumerate() {
        if pairs.taken.get(at) == Some(&false) {
            let belongs = |pair: &Candidate| pairs.of.get(pair.decision).is_some_and(|row| belongs(found, row, pair, deed));
            if let Some(pair) = tried(deed).into_iter().filter_map(|decision| same_subject(found, decision, deed, at)).filter(belongs).min() {
                pairs.give(pair.decision, at, false);
            }
        }
    }
    let free: Vec<bool> = pairs.of.iter().map(|row| row.deeds.is_empty()).collect();
    let index = Index::new(found, false, |at| free.get(at) == Some(&true));
    let mut instead: Vec<Candidate> = Vec::new();
    for (at, deed) in found.deeds.iter().enumerate().filter(|(at, _)| pairs.taken.get(*at) == Some(&false)) {
        instead.extend(index.find(None, &deed.subject).into_iter().filter_map(|decision| same_records(found, decision, deed, at)));
    }
    pairs.marry(instead, true);
    pairs
}

/// Whether a deed is about what a decision is about: they share the records that both name, and name some, or it is the same customer.
fn same_subject(found: &Side, decision: usize, deed: &Deed, at: usize) -> Option<Candidate> {
    let ours = &found.decisions.get(decision)?.1;
    let theirs = &deed.subject;
    let of = |subject: &Subject, kind: Kind| subject.names.iter().any(|name| name.0 == kind);
    let shared_of = |kind: Kind| ours.names.intersection(&theirs.names).filter(|name| name.0 == kind).count();
    let fits = Kind::TELLING.iter().all(|kind| !of(ours, *kind) || !of(theirs, *kind) || shared_of(*kind) > 0);
    let telling: usize = Kind::TELLING.iter().map(|kind| shared_of(*kind)).sum();
    let customer = ours.customer.is_some() && ours.customer == theirs.customer;
    let candidate =
        || Candidate { reported: Reverse(found.is_reported(decision, deed)), shared: Reverse(telling + shared_of(Kind::Charge)), differs: ours.differences(theirs).len(), decision, deed: at };
    (fits && (telling > 0 || customer)).then(candidate)
}

/// Whether a deed that is left over is a part of what a pair is about: it shares a record with the decision, and is a posting (of the same
/// payment), or of the same day as the deed that is paired.
fn belongs(found: &Side, row: &Paired, pair: &Candidate, deed: &Deed) -> bool {
    let first = row.deeds.first().and_then(|at| found.deeds.get(*at));
    pair.shared.0 > 0 && first.is_some_and(|first| deed.action == ActionKind::PostAllocation || deed.on == first.on)
}

/// Whether a deed is about the records of a decision, or with its customer where one of them names no items.
fn same_records(found: &Side, decision: usize, deed: &Deed, at: usize) -> Option<Candidate> {
    let ours = &found.decisions.get(decision)?.1;
    let theirs = &deed.subject;
    let shared = ours.items.intersection(&theirs.items).count() + ours.names.intersection(&theirs.names).filter(|name| name.0 != Kind::Item).count();
    let customer = ours.customer.is_some() && ours.customer == theirs.customer && (ours.items.is_empty() || theirs.items.is_empty());
    (shared > 0 || customer).then_some(Candidate { reported: Reverse(false), shared: Reverse(shared), differs: 0, decision, deed: at })
}
