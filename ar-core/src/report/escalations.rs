//! Questions to people, each so that it can be answered on the spot: what, why, about what, what else could be done, by when, and what
//! happens if nobody answers. Behind them what the engine does here and a person is to look at afterwards.

use super::Report;
use super::columns::{date, date_opt, int, money, text, text_made, text_opt};
use super::explain::Owing;
use super::object::Object;
use crate::action::{ActionKind, GateMode, Mode};
use crate::decision::{Decision, Unanswered};
use crate::scoring::Worth;
use crate::table::Column;
use crate::text::words;
use alloc::{format, string::String, vec::Vec};

words! {
    /// What a person is asked.
    Question {
        /// To carry it out: the engine cannot, or the policy leaves it to people.
        Do = "do",
        /// To approve it; then the engine carries it out.
        Approve = "approve",
        /// To say no in time; else the engine carries it out.
        Veto = "veto",
        /// To look at what the engine does.
        Review = "review",
    }
}

impl Question {
    /// What is asked about a decision; none where nothing is.
    pub fn of(decision: &Decision) -> Option<Self> {
        match decision.mode {
            Mode::Act if decision.gate.sampled => Some(Self::Review),
            Mode::Act => None,
            Mode::Ask if decision.gate.unanswered == Unanswered::Acts => Some(Self::Veto),
            Mode::Ask if decision.action().needs_person() || decision.gate.mode == GateMode::Suggest => Some(Self::Do),
            Mode::Ask => Some(Self::Approve),
        }
    }
}

impl Report {
    /// What people are asked, in the order of the worklist; behind it what they are to look at.
    pub fn questions(&self) -> impl Iterator<Item = (Question, &Decision)> {
        let sampled = self.decisions().iter().filter(|decision| decision.mode == Mode::Act);
        self.worklist().chain(sampled).filter_map(|decision| Some((Question::of(decision)?, decision)))
    }

    pub(super) fn escalations_table(&self) -> Vec<Column<'static>> {
        let all: Vec<(Question, &Decision)> = self.questions().collect();
        let rows = || all.iter().copied();
        alloc::vec![
            int("rank", (1..).zip(rows()).map(|row| row.0)),
            text("decision_id", rows().map(|row| row.1.id.as_str())),
            text("question", rows().map(|row| row.0.name())),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.1.customer()))),
            text("action", rows().map(|row| row.1.action().name())),
            text("segment", rows().map(|row| self.segment_of(row.1))),
            text("currency", rows().map(|row| row.1.draft.currency.code())),
            money("amount", self.scale(), rows().map(|row| (row.1.draft.amount, row.1.draft.currency))),
            text("role", rows().map(|row| self.role_of(row.1))),
            text_opt("person", rows().map(|row| Some(row.1.gate.person.as_str()).filter(|name| !name.is_empty()))),
            text_made("why", &all, |row, _: &mut ()| self.why(row.1)),
            date_opt("asked_on", rows().map(|row| row.1.gate.asked_on)),
            date_opt("answer_by", rows().map(|row| row.1.gate.answer_by)),
            text("unanswered", rows().map(|row| row.1.gate.unanswered.name())),
            date("expires_on", rows().map(|row| row.1.expires_on)),
            int("confidence_ppm", rows().map(|row| row.1.draft.confidence_ppm)),
            text_made("alternatives", &all, |row, _: &mut ()| self.alternatives_of(row.1)),
            text_made("params", &all, |row, _: &mut ()| self.params(row.1)),
            text_made("context", &all, |row, owing: &mut Owing| self.context(row.1, owing)),
        ]
    }

    /// Who is asked; of what is only looked at, who would have been.
    fn role_of<'r>(&'r self, decision: &'r Decision) -> &'r str {
        if decision.ask_role.is_empty() { self.policy.settings(self.ledger.segment_of(decision.customer())).role(decision.action()) } else { &decision.ask_role }
    }

    /// What can be answered: the proposal, what else could be done, and nothing. Each with what it is expected to bring, and with what
    /// may be lost by it: of a proposal that may be wrong, the part of the amount that is; of a contact, what it costs in goodwill and
    /// time; of doing nothing, what the proposal would bring.
    pub(super) fn alternatives_of(&self, decision: &Decision) -> String {
        let draft = &decision.draft;
        let exponent = draft.currency.exponent();
        let mut out = String::from("[");
        let mut row = |choice: ActionKind, value: i64, risk: i64| {
            if out.len() > 1 {
                out.push(',');
            }
            let mut row = Object::default();
            row.text("choice", choice.name());
            row.amount("expected_value", value, exponent);
            row.amount("risk", risk, exponent);
            row.write(&mut out);
        };
        let doubt = i128::from(draft.amount) * i128::from(1_000_000 - draft.confidence_ppm) / 1_000_000;
        let risk = |worth: &Worth| worth.cost.saturating_add(i64::try_from(doubt).unwrap_or(i64::MAX)).max(0);
        row(draft.action, draft.worth.net(), risk(&draft.worth));
        for (action, worth) in draft.options.iter().filter(|(action, _)| *action != draft.action && *action != ActionKind::Wait) {
            row(*action, worth.net(), risk(worth));
        }
        row(ActionKind::Wait, 0, draft.worth.gain.max(0));
        out.push(']');
        out
    }

    /// The cell that a verdict on the decision counts for.
    pub fn segment_of<'r>(&'r self, decision: &'r Decision) -> &'r str {
        match &decision.draft.params.widening {
            Some(widening) => &widening.cell.segment,
            None => self.ledger.segment_of(decision.customer()),
        }
    }

    /// One sentence on what happens if nobody answers.
    pub(super) fn if_unanswered(&self, decision: &Decision) -> String {
        let by = decision.gate.answer_by.map_or_else(String::new, |by| format!("{by}"));
        match decision.gate.unanswered {
            Unanswered::Nothing => String::new(),
            Unanswered::Acts => "Nobody says no: the engine acts.".into(),
            Unanswered::Deputy => format!("No answer by {by}: it goes to the deputy."),
            Unanswered::Lapses => format!("No answer by {}: it lapses, and is asked anew if the facts are the same.", decision.expires_on),
        }
    }
}
