//! Search in a log: by customer, action, person, reason, item, payment, decision, kind and day.

use super::entry::{BOOKS, DECISION, INPUTS};
use super::json::push_text;
use super::{AuditEntry, AuditLog};
use crate::calendar::date_from_text;
use crate::error::{Error, ErrorCode, ProblemCode};
use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::Deserialize;

/// What is looked for: an entry must be all that is given.
///
/// An entry about a decision (what was said of it, its execution, its reversal) is also what that decision is, as far as it stands
/// earlier in the log: so the notices that went out are found by `action`, and their approvals by customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// The customer.
    pub customer_id: Option<String>,
    /// The action of a decision.
    pub action: Option<String>,
    /// The person behind an event or a change of the policy.
    pub by: Option<String>,
    /// The code of a reason: the rule that spoke.
    pub reason: Option<String>,
    /// An item.
    pub item_id: Option<String>,
    /// A payment.
    pub payment_id: Option<String>,
    /// A decision: itself and all that names it.
    pub decision_id: Option<String>,
    /// A word of [`super::KINDS`].
    pub kind: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Filter {
    /// Reads a filter from a JSON object with the fields of this type, days as ISO text.
    ///
    /// # Errors
    /// `invalid_argument` where it is no such object, and for a kind that there is not.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let refuse = |code, message| Error::one(ErrorCode::InvalidArgument, "arguments", Some("filter"), code, message);
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).map_err(|bad| refuse(ProblemCode::Syntax, format!("not a filter: {bad}")))?;
        let filter: Self = serde_json::from_value(serde_json::Value::Object(fields)).map_err(|bad| refuse(ProblemCode::Syntax, format!("not a filter: {bad}")))?;
        match filter.kind.as_deref().filter(|kind| !super::KINDS.contains(kind)) {
            Some(kind) => Err(refuse(ProblemCode::UnknownWord, format!("no kind of entry is called '{kind}'; there are {}", super::KINDS.join(", ")))),
            None => Ok(filter),
        }
    }

    /// A filter for all that names a decision: the decision, what was said of it, its execution, its reversal.
    pub fn history(decision_id: &str) -> Self {
        Self { decision_id: Some(decision_id.into()), ..Self::default() }
    }
}

/// An entry that was found, and its day: that of the event, or of the run that the decision is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'l> {
    /// The entry.
    pub entry: AuditEntry<'l>,
    /// Its day; `None` where the log does not say.
    pub on: Option<NaiveDate>,
}

/// The entries of a log that a filter lets through, in their order. A log that is broken is searched all the same: an entry whose body
/// cannot be read has nothing to be found by but its kind.
pub fn search<'l>(log: &'l AuditLog, filter: &Filter) -> Vec<Hit<'l>> {
    let needles = Needles::of(filter);
    let (mut day, mut linked, mut found) = (None, BTreeSet::new(), Vec::new());
    for entry in log.iter() {
        let own_kind = filter.kind.as_deref().is_none_or(|kind| kind == entry.kind);
        let is_decision = entry.kind == DECISION;
        // Most entries are decisions, and most are not what is looked for: these are not read.
        if is_decision && !(needles.all_in(entry.body) && (own_kind || needles.any()) && (needles.any() || needles.by_in(entry.body))) {
            continue;
        }
        let needs_no_facts = is_decision && !needles.any() && filter.by.is_none();
        let facts = if needs_no_facts { Facts::default() } else { Facts::read(entry.body).unwrap_or_default() };
        if entry.kind == INPUTS {
            day = facts.day();
        }
        let is_it = facts.is(filter, &entry);
        if is_decision && is_it {
            linked.extend(facts.decision_id.clone());
        }
        let named = || needles.any() && facts.decisions().any(|id| linked.contains(id));
        let on = if is_decision { day } else { facts.day() };
        let in_days = filter.from.is_none_or(|from| on.is_some_and(|on| from <= on)) && filter.to.is_none_or(|to| on.is_some_and(|on| on <= to));
        let by = filter.by.as_deref().is_none_or(|by| facts.by.as_deref() == Some(by));
        if own_kind && in_days && by && (is_it || (!is_decision && named())) {
            found.push(Hit { entry, on });
        }
    }
    found
}

/// What must stand somewhere in the body of a decision, if it is to be found: texts as JSON has them.
struct Needles {
    of_decision: Vec<String>,
    by: Option<String>,
}

impl Needles {
    fn of(filter: &Filter) -> Self {
        let given = [&filter.customer_id, &filter.action, &filter.reason, &filter.item_id, &filter.payment_id, &filter.decision_id];
        let quoted = |text: &String| {
            let mut quoted = String::new();
            push_text(&mut quoted, text);
            quoted
        };
        Self { of_decision: given.into_iter().flatten().map(quoted).collect(), by: filter.by.as_ref().map(quoted) }
    }

    fn any(&self) -> bool {
        !self.of_decision.is_empty()
    }

    fn all_in(&self, body: &str) -> bool {
        self.of_decision.iter().all(|needle| body.contains(needle.as_str()))
    }

    fn by_in(&self, body: &str) -> bool {
        self.by.as_deref().is_none_or(|by| body.contains(by))
    }
}

/// What a body says that can be looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Facts {
    action: Option<String>,
    by: Option<String>,
    customer_id: Option<String>,
    decision_id: Option<String>,
    item_ids: Vec<String>,
    payment_id: Option<String>,
    reasons: Vec<(String, Option<i64>, Option<i64>)>,
    lines: Vec<(String, i64, String)>,
    references: References,
    facts: Said,
    on: Option<String>,
    as_of: Option<String>,
}

/// The references of an event.
#[derive(Default, Deserialize)]
#[serde(default)]
struct References {
    customer_ids: Vec<String>,
    item_ids: Vec<String>,
    payment_ids: Vec<String>,
    decision_ids: Vec<String>,
    postings: Vec<String>,
}

/// The facts of an event that can be looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    action: Option<String>,
}

impl Facts {
    fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    fn day(&self) -> Option<NaiveDate> {
        self.on.as_deref().or(self.as_of.as_deref()).and_then(date_from_text)
    }

    /// The decisions that the entry names.
    fn decisions(&self) -> impl Iterator<Item = &str> {
        self.decision_id.iter().chain(&self.references.decision_ids).chain(&self.references.postings).map(String::as_str)
    }

    /// Whether the entry itself is all that is asked for, its kind, person and day aside.
    fn is(&self, filter: &Filter, entry: &AuditEntry<'_>) -> bool {
        let one = |wanted: &Option<String>, own: &[&Option<String>], lists: &[&[String]]| {
            wanted.as_deref().is_none_or(|wanted| own.iter().any(|own| own.as_deref() == Some(wanted)) || lists.iter().any(|list| list.iter().any(|own| own == wanted)))
        };
        let line = |wanted: &Option<String>| wanted.as_deref().is_some_and(|wanted| self.lines.iter().any(|line| line.0 == wanted));
        let is_run = entry.kind == INPUTS || entry.kind == BOOKS;
        let asked = [&filter.customer_id, &filter.action, &filter.reason, &filter.item_id, &filter.payment_id, &filter.decision_id];
        (!is_run || asked.iter().all(|asked| asked.is_none()))
            && one(&filter.customer_id, &[&self.customer_id], &[&self.references.customer_ids])
            && one(&filter.action, &[&self.action, &self.facts.action], &[])
            && (one(&filter.item_id, &[], &[&self.item_ids, &self.references.item_ids]) || line(&filter.item_id))
            && one(&filter.payment_id, &[&self.payment_id], &[&self.references.payment_ids])
            && filter.decision_id.as_deref().is_none_or(|wanted| self.decisions().any(|own| own == wanted))
            && filter.reason.as_deref().is_none_or(|wanted| self.reasons.iter().any(|reason| reason.0 == wanted))
    }
}
