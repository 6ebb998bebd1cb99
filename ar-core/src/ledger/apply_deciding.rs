//! Events that say how something is decided: verdicts, edits, questions, reviews, autonomy levels, stops and policies.

use super::apply::Batch;
use super::decided::{Asked, Cell, Done, LevelChange, PolicyVersion, Review, Stop, Verdict, VerdictKind};
use super::deeds::action_of;
use crate::action::{ActionKind, Tone};
use crate::error::ProblemCode;
use crate::event::{Edit, Event, What};
use crate::state::decision::{self, DecisionState, Input};
use alloc::{format, string::String, vec::Vec};

/// The highest autonomy level.
const HIGHEST_LEVEL: u8 = 3;

/// The longest name of a person, a segment or a version.
const LONGEST: usize = 256;

/// Whether two names are of one person, whatever their capitals and the blanks around them.
fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

impl Batch<'_> {
    pub(super) fn deciding(&mut self, event: &Event) {
        let by = event.by.clone().unwrap_or_default();
        if by.trim().is_empty() && !matches!(event.what, What::DecisionAsked { .. }) {
            return self.refuse("by", ProblemCode::BadEvent, || "the person who says so is named".into());
        }
        match &event.what {
            What::AutonomyWidened { action, segment, level } => self.change_level(by, (action, segment.as_deref()), *level, true),
            What::AutonomyNarrowed { action, segment, level } => self.change_level(by, (action, segment.as_deref()), *level, false),
            What::AutonomyStopped { action, segment, customer_id } => self.stop((action.as_deref(), segment.as_deref(), customer_id.as_deref()), true),
            What::AutonomyResumed { action, segment, customer_id } => self.stop((action.as_deref(), segment.as_deref(), customer_id.as_deref()), false),
            What::PolicyChanged { version, digest } => self.change_policy(by, version, digest),
            what => match event.decision_id.clone() {
                Some(id) => self.about(id, by, what),
                None => self.refuse("decision_id", ProblemCode::BadEvent, || "a verdict names its decision".into()),
            },
        }
    }

    /// What is said of one decision.
    fn about(&mut self, id: String, by: String, what: &What) {
        match what {
            What::DecisionApproved { action, segment } => self.verdict(id, by, VerdictKind::Approved, None, (action.as_deref(), segment.as_deref())),
            What::DecisionRejected { action, segment } => self.verdict(id, by, VerdictKind::Rejected, None, (action.as_deref(), segment.as_deref())),
            What::DecisionEdited { action, segment, edit } => self.verdict(id, by, VerdictKind::Edited, Some(edit), (action.as_deref(), segment.as_deref())),
            What::DecisionReviewed { verdict, action, segment } => self.review(id, by, verdict, (action.as_deref(), segment.as_deref())),
            What::DecisionAsked { to } => self.asked(id, to.as_deref().unwrap_or("")),
            What::DecisionDelegated { to } if to.is_empty() => self.refuse("to", ProblemCode::BadEvent, || "the person or role that it is handed to is named".into()),
            What::DecisionDelegated { to } => self.asked(id, to),
            _ => {}
        }
    }

    fn state_of(&self, id: &str) -> DecisionState {
        let decided = &self.ledger.decided;
        match decided.verdicts.get(id).map(|row| row.kind) {
            _ if decided.done.contains_key(id) => DecisionState::Done,
            None => DecisionState::Open,
            Some(VerdictKind::Approved) => DecisionState::Approved,
            Some(VerdictKind::Rejected) => DecisionState::Rejected,
            Some(VerdictKind::Edited) => DecisionState::Edited,
        }
    }

    /// Whether an input may happen to a decision; refused where not.
    fn may(&mut self, id: &str, input: Input) -> bool {
        let state = self.state_of(id);
        let may = decision::next(state, input).is_some();
        if !may {
            self.refuse_state("decision_id", "the decision", state.name(), input.name());
        }
        may
    }

    fn cell(&mut self, (action, segment): (Option<&str>, Option<&str>)) -> Option<Cell> {
        let name = action?;
        let Some(action) = ActionKind::from_name(name) else {
            let near = crate::text::nearest(name, ActionKind::WORDS.iter().copied()).unwrap_or("");
            self.refuse("action", ProblemCode::UnknownWord, || format!("no action '{name}'; did you mean '{near}'?"));
            return None;
        };
        Some(Cell { action, segment: self.short("segment", segment.unwrap_or("")) })
    }

    /// A short text as it is kept; refused where it is long or has control characters.
    fn short(&mut self, field: &str, text: &str) -> String {
        self.keep(field, text, LONGEST);
        text.into()
    }

    fn verdict(&mut self, id: String, by: String, kind: VerdictKind, edit: Option<&Edit>, cell: (Option<&str>, Option<&str>)) {
        let cell = self.cell(cell);
        let input = match kind {
            VerdictKind::Approved => Input::Approved,
            VerdictKind::Rejected => Input::Rejected,
            VerdictKind::Edited => Input::Edited,
        };
        if edit.is_some_and(|edit| !self.edit_reads(edit)) || !self.may(&id, input) {
            return;
        }
        let before = self.ledger.decided.verdicts.get(&id).cloned();
        let cell = cell.or_else(|| before.as_ref().and_then(|row| row.cell.clone()));
        let (mut approvers, known) = before.as_ref().map_or_else(Default::default, |row| (row.approvers.clone(), row.edit.clone()));
        match kind {
            VerdictKind::Approved if known.as_ref().is_some_and(|(_, editor)| same_person(editor, &by)) => {
                return self.refuse("by", ProblemCode::SamePerson, || format!("'{by}' changed the decision: another person approves it"));
            }
            VerdictKind::Approved if !approvers.iter().any(|known| same_person(known, &by)) => approvers.push(by.clone()),
            VerdictKind::Approved => {}
            VerdictKind::Rejected | VerdictKind::Edited => approvers.clear(),
        }
        let edit = edit.map(|edit| (edit.clone(), by.clone())).or(known);
        let decided = &mut self.ledger.decided;
        if let Some(row) = before.filter(|row| row.on < self.on) {
            decided.replaced.entry(id.clone()).or_default().push(row);
        }
        decided.verdicts.insert(id, Verdict { kind, by, on: self.on, approvers, edit, cell });
    }

    fn review(&mut self, id: String, by: String, verdict: &str, cell: (Option<&str>, Option<&str>)) {
        let cell = self.cell(cell);
        let right = match verdict {
            "right" => true,
            "wrong" => false,
            _ => return self.refuse("verdict", ProblemCode::UnknownWord, || "right or wrong is wanted".into()),
        };
        if self.may(&id, Input::Reviewed) {
            self.ledger.decided.reviews.insert(id, Review { right, by, on: self.on, cell });
        }
    }

    /// The day on which it was first asked stays; whom it was last put to counts.
    fn asked(&mut self, id: String, to: &str) {
        let to = self.short("to", to);
        if self.may(&id, Input::Asked) {
            let row = self.ledger.decided.asked.entry(id).or_insert(Asked { on: self.on, to: String::new() });
            row.to = to;
        }
    }

    fn change_level(&mut self, by: String, (action, segment): (&str, Option<&str>), level: u8, wider: bool) {
        let Some(cell) = self.cell((Some(action), segment)) else { return };
        if level > HIGHEST_LEVEL || (wider && cell.action.needs_person()) {
            return self.refuse("level", ProblemCode::OutOfRange, || format!("a level from 0 to {HIGHEST_LEVEL}, of an action that the engine can carry out"));
        }
        self.ledger.decided.changes.push(LevelChange { cell, level, on: self.on, by, wider });
    }

    fn stop(&mut self, (action, segment, customer_id): (Option<&str>, Option<&str>, Option<&str>), on: bool) {
        let named = action.map(|action| self.cell((Some(action), None)));
        let customer = customer_id.map(|id| self.customer(id));
        if matches!(named, Some(None)) || matches!(customer, Some(None)) {
            return;
        }
        let segment = segment.map(|segment| self.short("segment", segment));
        let stop = Stop { action: named.flatten().map(|cell| cell.action), segment, customer: customer.flatten().map(|at| self.ledger.told(at)) };
        let known = self.ledger.decided.stops.get(&stop).and_then(|told| told.last()).copied();
        if !on && !known.is_some_and(|row| row.1) {
            self.refuse("event", ProblemCode::ImpossibleEvent, || "nothing of this extent is stopped".into());
        } else if known != Some((self.on, on)) {
            self.ledger.decided.stops.entry(stop).or_default().push((self.on, on));
        }
    }

    fn change_policy(&mut self, by: String, version: &str, digest: &str) {
        let (version, digest) = (self.short("version", version), self.short("digest", digest));
        match self.ledger.decided.versions.get(&version).cloned() {
            Some(known) if known.digest != digest => {
                self.refuse("version", ProblemCode::VersionTaken, || format!("'{version}' is another policy, since {}: a change has a version of its own", known.on));
            }
            Some(_) => {}
            None => drop(self.ledger.decided.versions.insert(version, PolicyVersion { digest, on: self.on, by })),
        }
    }

    /// Whether an edit can be read; what is wrong is refused. Whether it fits its decision, the gate says when it is made.
    fn edit_reads(&mut self, edit: &Edit) -> bool {
        let before = self.problems.total();
        if *edit == Edit::default() {
            self.refuse("edit", ProblemCode::MissingValue, || "an edit changes something".into());
        }
        if let Some(channel) = &edit.channel {
            self.keep("edit.channel", channel, 64);
        }
        if edit.tone.as_deref().is_some_and(|tone| Tone::from_name(tone).is_none()) {
            self.refuse("edit.tone", ProblemCode::UnknownWord, || format!("one of {} is wanted", Tone::WORDS.join(", ")));
        }
        if edit.level.is_some_and(|level| !(1..=9).contains(&level)) {
            self.refuse("edit.level", ProblemCode::OutOfRange, || "a level from 1 to 9 is wanted".into());
        }
        for (field, day) in [("edit.on", edit.on), ("edit.due_on", edit.due_on)] {
            if day.is_some_and(|day| day < self.on || day > crate::calendar::LAST_DAY) {
                self.refuse(field, ProblemCode::DatesOutOfOrder, || "a day that is not before the edit is wanted".into());
            }
        }
        if edit.item_ids.as_ref().is_some_and(Vec::is_empty) {
            self.refuse("edit.item_ids", ProblemCode::MissingValue, || "a decision has items: reject it, where none is left".into());
        }
        let lines = edit.allocations.iter().flatten().map(|line| &line.item_id);
        for id in edit.item_ids.iter().flatten().chain(lines) {
            self.item(id);
        }
        self.problems.total() == before
    }

    /// Whether this decision was reported done before: then nothing moves a second time.
    pub(super) fn repeats(&mut self, event: &Event) -> bool {
        let Some(id) = event.reports() else { return false };
        if self.ledger.decided.done.contains_key(id) {
            return true;
        }
        let disputed = self.disputed_by(&event.what);
        let amount = self.ledger.amount_of(&event.what).or(disputed.map(|row| (row.1, row.2)));
        let row = Done {
            on: event.on,
            // What a person changed is that person's too: the engine never does it unless the policy takes a change for an approval.
            by_person: event.by.as_ref().is_some_and(|by| !by.trim().is_empty()) || self.ledger.verdict(id).is_some_and(|row| row.kind != VerdictKind::Rejected),
            action: action_of(&event.what),
            customer: self.ledger.customer_of(&event.what).or(disputed.map(|row| row.0)).map(|at| self.ledger.told(at)),
            amount: amount.map_or(0, |row| row.0),
            currency: amount.map(|row| row.1),
            undone_on: None,
        };
        self.ledger.decided.done.insert(id.into(), row);
        false
    }
}
