//! What the books know of decisions: what people said, what was done, what was undone, and how far the engine may go.

use super::Books;
use crate::action::ActionKind;
use crate::event::Edit;
use crate::money::Currency;
use crate::record::CustomerIdx;
use crate::text::words;
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use chrono::NaiveDate;
use core::ops::{Deref, DerefMut};

words! {
    /// What a person said of a decision.
    VerdictKind {
        /// It may be carried out.
        Approved = "approved",
        /// It must not.
        Rejected = "rejected",
        /// It was changed, and nobody has approved the change yet.
        Edited = "edited",
    }
}

/// The kind of decision that a verdict counts for: an action, in a segment of customers (empty: without one).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The action.
    pub action: ActionKind,
    /// The segment.
    pub segment: String,
}

/// What people said of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The newest word.
    pub kind: VerdictKind,
    /// Who said it.
    pub by: String,
    /// When.
    pub on: NaiveDate,
    /// Who approved it since it was last changed or rejected, in the order of their approvals.
    pub approvers: Vec<String>,
    /// What was changed, and by whom.
    pub edit: Option<(Edit, String)>,
    /// What it counts for, where the host said so.
    pub cell: Option<Cell>,
}

impl Verdict {
    /// Whether it may be carried out.
    pub fn approved(&self) -> bool {
        self.kind == VerdictKind::Approved
    }
}

/// That a question was put to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The first time.
    pub on: NaiveDate,
    /// Whom: a person or a role; empty where nobody said.
    pub to: String,
}

/// That somebody looked at what the engine did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Whether it was right.
    pub right: bool,
    /// Who.
    pub by: String,
    /// When.
    pub on: NaiveDate,
    /// What it counts for, where the host said so.
    pub cell: Option<Cell>,
}

/// That the action of a decision was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The day.
    pub on: NaiveDate,
    /// Whether a person did it, or had approved it.
    pub by_person: bool,
    /// What was done; none where the event reports nothing that the engine decides.
    pub action: Option<ActionKind>,
    /// For whom, where the event says it. In the part of a book: none where it was for a customer that is not in it.
    pub customer: Option<CustomerIdx>,
    /// How much it was about, in minor units.
    pub amount: i64,
    /// The currency of the amount; none where there is none.
    pub currency: Option<Currency>,
    /// The day on which it was undone.
    pub undone_on: Option<NaiveDate>,
}

/// That the autonomy level of a kind of decision was changed by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// Of what.
    pub cell: Cell,
    /// The level from then on.
    pub level: u8,
    /// The day.
    pub on: NaiveDate,
    /// Who.
    pub by: String,
    /// Whether it was told as a wider level; one that was told as narrower never widens.
    pub wider: bool,
}

/// The extent of a stop: what is absent is all of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stop {
    /// The action.
    pub action: Option<ActionKind>,
    /// The segment.
    pub segment: Option<String>,
    /// The customer.
    pub customer: Option<CustomerIdx>,
}

/// A policy that was put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Its digest.
    pub digest: String,
    /// The day on which it was first put in force.
    pub on: NaiveDate,
    /// Who did.
    pub by: String,
}

/// What many books may hold together: it is copied where one of them changes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

/// All of it, each under the identifier of its decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) verdicts: BTreeMap<String, Verdict>,
    /// Verdicts that a later day replaced, oldest first: a run of a day before knows them.
    pub(super) replaced: BTreeMap<String, Vec<Verdict>>,
    pub(super) asked: BTreeMap<String, Asked>,
    pub(super) reviews: BTreeMap<String, Review>,
    pub(super) done: BTreeMap<String, Done>,
    pub(super) changes: Vec<LevelChange>,
    /// Of each extent the stops and the ends of stops, as they were told: the day, and whether it stopped.
    pub(super) stops: BTreeMap<Stop, Vec<(NaiveDate, bool)>>,
    pub(super) versions: BTreeMap<String, PolicyVersion>,
}

impl Books {
    /// What people said of a decision.
    pub fn verdict(&self, decision_id: &str) -> Option<&Verdict> {
        self.decided.verdicts.get(decision_id)
    }

    /// What people had said of a decision by a day, that day included.
    pub fn verdict_on(&self, decision_id: &str, day: NaiveDate) -> Option<&Verdict> {
        let newest = self.decided.verdicts.get(decision_id)?;
        if newest.on <= day { Some(newest) } else { self.decided.replaced.get(decision_id)?.iter().rev().find(|row| row.on <= day) }
    }

    /// What people said, by identifier of the decision.
    pub fn verdicts(&self) -> impl Iterator<Item = (&str, &Verdict)> {
        self.decided.verdicts.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// What people had said by a day, that day included, by identifier of the decision.
    pub fn verdicts_on(&self, day: NaiveDate) -> impl Iterator<Item = (&str, &Verdict)> {
        self.verdicts().filter_map(move |(id, newest)| Some((id, if newest.on <= day { newest } else { self.verdict_on(id, day)? })))
    }

    /// The questions that were put to people, by identifier of the decision.
    pub fn questions(&self) -> impl Iterator<Item = (&str, &Asked)> {
        self.decided.asked.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// Whom the question of a decision was put to by a day, and when.
    pub fn question_on(&self, decision_id: &str, day: NaiveDate) -> Option<&Asked> {
        self.decided.asked.get(decision_id).filter(|row| row.on <= day)
    }

    /// What people found who looked at what the engine had done, by identifier of the decision.
    pub fn reviews(&self) -> impl Iterator<Item = (&str, &Review)> {
        self.decided.reviews.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// What was carried out, by identifier of the decision.
    pub fn deeds(&self) -> impl Iterator<Item = (&str, Done)> {
        self.decided.done.iter().map(|(id, row)| (id.as_str(), self.own_deed(row)))
    }

    /// What was carried out, by identifier of the decision, with customers as the whole of these books counts them.
    pub(crate) fn deeds_told(&self) -> impl Iterator<Item = (&str, &Done)> {
        self.decided.done.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// What was carried out of a decision.
    pub fn deed(&self, decision_id: &str) -> Option<Done> {
        self.decided.done.get(decision_id).map(|row| self.own_deed(row))
    }

    /// The day on which the action of a decision was reported done.
    pub fn done_on(&self, decision_id: &str) -> Option<NaiveDate> {
        self.decided.done.get(decision_id).map(|row| row.on)
    }

    /// Changes of autonomy levels by people, in the order in which they were told.
    pub fn level_changes(&self) -> &[LevelChange] {
        &self.decided.changes
    }

    /// What people stopped, by a day, that covers an action for a customer.
    pub fn stops_of(&self, action: ActionKind, segment: &str, customer: Option<CustomerIdx>, day: NaiveDate) -> impl Iterator<Item = Stop> {
        let told = customer.map(|at| self.told(at));
        let covers = move |stop: &Stop| stop.action.is_none_or(|of| of == action) && stop.segment.as_deref().is_none_or(|of| of == segment) && stop.customer.is_none_or(|of| Some(of) == told);
        let stopped = move |told: &[(NaiveDate, bool)]| told.iter().rev().find(|row| row.0 <= day).is_some_and(|row| row.1);
        self.decided.stops.iter().filter(move |(stop, told)| covers(stop) && stopped(told)).filter_map(|row| self.own_stop(row.0))
    }

    /// Whether people stopped, by a day, what the engine does of an action for a customer.
    pub fn is_stopped(&self, action: ActionKind, segment: &str, customer: Option<CustomerIdx>, day: NaiveDate) -> bool {
        self.stops_of(action, segment, customer, day).next().is_some()
    }

    /// The policies that were put in force, by version.
    pub fn policy_versions(&self) -> impl Iterator<Item = (&str, &PolicyVersion)> {
        self.decided.versions.iter().map(|(version, row)| (version.as_str(), row))
    }
}
