//! What stopped an action, and the smallest change with which it would not have been stopped.
//!
//! ```text
//! asked       the gate is asked again, under changed settings, until it acts (gate, trial)
//! skipped     each reason that holds an item: the setting, the day or the fact that lifts it (items, limits, dates)
//!     │
//! table       a row for every reason there is
//! change      one change, as data and in words; changes that go together are a way
//! ```

mod change;
mod dates;
mod gate;
mod items;
mod limits;
mod table;
mod trial;

use super::Report;
use super::explain::with_sentence;
use crate::action::{ActionKind, Mode};
use crate::collections::Outcome;
use crate::decision::Decision;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::reason::{Reason, ReasonCode};
use crate::record::CustomerIdx;
use crate::text::nearest;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
pub use change::Fact;
use change::Way;
use serde_json::{Value, json};
pub use table::{Row, row};

/// The most decisions of one action and customer for which the changes are worked out.
const MOST_DECISIONS: usize = 20;

/// Reasons that stopped an action, each with the number of items or decisions.
type Counted = BTreeMap<(u16, i64, i64), (Reason, u32)>;

fn count<'r>(reasons: impl Iterator<Item = &'r Reason>) -> Counted {
    let mut counted = Counted::new();
    for reason in reasons {
        counted.entry((reason.code as u16, reason.observed, reason.limit)).or_insert((*reason, 0)).1 += 1;
    }
    counted
}

/// The codes of reasons, each once.
fn codes<'r>(reasons: impl Iterator<Item = &'r Reason>) -> Vec<ReasonCode> {
    let mut found: Vec<ReasonCode> = Vec::new();
    for reason in reasons {
        if !found.contains(&reason.code) {
            found.push(reason.code);
        }
    }
    found
}

impl Report {
    /// What would let the engine act on a decision, as data and as a sentence: see [`Report::why_not`].
    pub(super) fn would_act_with(&self, decision: &Decision) -> (Value, String) {
        let at = self.parts.decisions.iter().position(|other| other.id == decision.id);
        let ways = at.map_or_else(Vec::new, |at| gate::ways(self, at));
        let sentence = if decision.mode == Mode::Ask { asked_sentence(&ways) } else { String::new() };
        (ways.iter().map(Way::to_json).collect(), sentence)
    }

    /// Says why an action was not taken for a customer: a JSON object with `answer` (`decided`, `asked`, `skipped`,
    /// `nothing_open`; `not_looked_at` where the report ends with the cash), `text`, the `decision_ids` of the action, `reasons` with the
    /// number of items each stopped, and `changes`, the smallest first.
    ///
    /// Each of `changes` names in `lifts` the reasons that it lifts, and in `changes` what is to be different, all of it together: a
    /// `setting` by its path in the policy, `from` and `to`, the value nearest to what stands there with which the rule does not forbid; or
    /// a `fact`: an event that somebody brings about (`who`), or `wait` with the day in `until`. Of an action that was asked for, each alone
    /// makes the engine act on the decision in `decision_id` (an approval: carry out what people approved), with the other decisions of the
    /// day as they stand: what a wider setting would post of the day's cash is not followed through. Of one that was skipped, each alone
    /// lifts its reasons from the `items` (a number) that they hold, and others may then stand. A list without entries: only a person can do it.
    ///
    /// # Errors
    /// `invalid_argument` for an action or customer that does not exist.
    pub fn why_not(&self, action: &str, customer_id: &str) -> Result<String, Error> {
        let (wanted, at) = self.named(action, customer_id)?;
        let taken = || (0..).zip(&self.parts.decisions).filter(|(_, decision)| decision.customer() == Some(at) && decision.action() == wanted);
        let first = taken().next().map(|row| row.1);
        let counted = match first {
            None => count(self.outcomes_of(at).map(|outcome| &outcome.reason)),
            Some(_) => count(taken().flat_map(|(_, decision)| decision.reasons()).filter(|reason| reason.code.room() == 4)),
        };
        let answer = match first.map(|decision| decision.mode) {
            Some(Mode::Act) => "decided",
            Some(Mode::Ask) => "asked",
            None if self.parts.profile(at).is_none() => "not_looked_at",
            None if counted.is_empty() => "nothing_open",
            None => "skipped",
        };
        let item = self.outcomes_of(at).next().and_then(|outcome| self.ledger.item(outcome.item)).map(|item| item.currency.exponent());
        let exponent = first.map(|decision| decision.draft.currency.exponent()).or(item).unwrap_or(2);
        let (ways, sentence) = if first.is_some() {
            let ways: Vec<Vec<Way>> = taken().take(MOST_DECISIONS).map(|(place, _)| gate::ways(self, place)).collect();
            let asked = taken().zip(&ways).find(|((_, decision), _)| decision.mode == Mode::Ask);
            let sentence = asked.map_or_else(String::new, |(_, ways)| asked_sentence(ways));
            (ways.into_iter().flatten().collect(), sentence)
        } else {
            let ways = items::ways(self, at, wanted);
            let sentence = skipped_sentence(&ways);
            (ways, sentence)
        };
        let sentences: Vec<String> = counted.values().map(|(reason, items)| format!("{} ({items})", reason.to_text(exponent))).collect();
        let reasons: Vec<Value> = counted.values().map(|(reason, items)| json!({ "items": items, "reason": with_sentence(reason, exponent) })).collect();
        let ids: Vec<&str> = taken().map(|(_, decision)| decision.id.as_str()).collect();
        let text = format!("{action} for {customer_id}: {answer}{}{}.{sentence}", if sentences.is_empty() { "" } else { ": " }, sentences.join("; "));
        let changes: Vec<Value> = ways.iter().map(Way::to_json).collect();
        Ok(format!("{}", json!({ "answer": answer, "text": text, "decision_ids": ids, "reasons": reasons, "changes": changes })))
    }

    fn named(&self, action: &str, customer_id: &str) -> Result<(ActionKind, CustomerIdx), Error> {
        let Some(wanted) = ActionKind::from_name(action) else {
            let near = nearest(action, ActionKind::WORDS.iter().copied()).unwrap_or("");
            return Err(Error::one(ErrorCode::InvalidArgument, "arguments", Some("action"), ProblemCode::UnknownWord, format!("no action '{action}'; did you mean '{near}'?")));
        };
        let Some(at) = self.ledger.find_customer(customer_id) else {
            return Err(Error::one(ErrorCode::InvalidArgument, "arguments", Some("customer_id"), ProblemCode::UnknownCustomer, format!("no customer '{customer_id}'")));
        };
        Ok((wanted, at))
    }

    /// The outcomes of a customer's items.
    fn outcomes_of(&self, at: CustomerIdx) -> impl Iterator<Item = &Outcome> {
        let range = self.ledger.item_range(at);
        let from = self.parts.outcomes.partition_point(|outcome| (outcome.item.0 as usize) < range.start);
        self.parts.outcomes.iter().skip(from).take_while(move |outcome| (outcome.item.0 as usize) < range.end)
    }
}

/// What would let the engine act; with a space before it.
fn asked_sentence(ways: &[Way]) -> String {
    let told: Vec<String> = ways.iter().filter(|way| !way.approves()).map(Way::to_text).collect();
    match (told.is_empty(), ways.first()) {
        (false, _) => format!(" It would have acted {}.", told.join(", or ")),
        (true, Some(way)) => format!(" It acts {}.", way.to_text()),
        (true, None) => " No setting lets the engine act here: a person does it.".into(),
    }
}

/// What would lift the reason that holds most items; with a space before it.
fn skipped_sentence(ways: &[Way]) -> String {
    let Some(first) = ways.iter().max_by_key(|way| (way.items, core::cmp::Reverse(way.rank()))) else { return String::new() };
    let same = ways.iter().filter(|way| way.lifts == first.lifts && way.items == first.items);
    let (names, told): (Vec<&str>, Vec<String>) = (first.lifts.iter().map(|code| code.name()).collect(), same.map(Way::to_text).collect());
    format!(" Not {} {}.", names.join(", "), told.join(", or "))
}
