//! Replay: a run out of an audit log, made again from its inputs and compared with what the log says, byte by byte.

use crate::audit::{self, AuditEntry, AuditLog, DECISION, Scope};
use crate::calendar::date_from_text;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::ledger::Ledger;
use crate::models::Models;
use crate::policy::Policy;
use crate::report::Report;
use crate::run::{Extent, run_watched};
use crate::watch::Watch;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde_json::Value;

/// The run of a log that had these books, this policy and these models, made again on its day. The chain is verified first; then every
/// entry of the run must come out as it stands in the log. `models`: `None` for those that the ledger teaches on the day of the run.
/// Where several runs had these inputs, all of them are compared, and the report is that of the newest.
///
/// # Errors
/// `invalid_audit`: `broken_chain` for every break of the log; `unknown_run` where no run had these inputs, which says what the nearest one
/// had instead; `other_decision` for every entry that comes out otherwise, with the fields that differ; `unknown_customer` for a run for
/// some customers of whom the books do not have all. `row` is the place in the log.
pub fn replay(log: &AuditLog, ledger: &Ledger, policy: &Policy, models: Option<&Models>) -> Result<Report, Error> {
    let mut problems = Problems::default();
    for found in audit::verify(log) {
        problems.push("audit", usize::try_from(found.seq).ok(), None, ProblemCode::BrokenChain, || format!("{}: {}", found.code, found.message));
    }
    problems.into_result(ErrorCode::InvalidAudit)?;
    let (ledger_digest, policy_digest) = (ledger.digest(), policy.digest());
    let mut given = Given { ledger: &ledger_digest, policy: &policy_digest, models: models.map(Models::digest) };
    let runs: Vec<Logged> = log.runs().filter_map(|place| Logged::read(log, place)).collect();
    let (mut problems, mut made) = (Problems::default(), None);
    for logged in runs.iter().filter(|run| run.ledger == given.ledger && run.policy == given.policy) {
        let fitted;
        let models = match models {
            Some(models) => models,
            None => {
                fitted = Models::fit(ledger, logged.as_of);
                given.models = Some(fitted.digest());
                &fitted
            }
        };
        if given.models.as_ref() != Some(&logged.models) {
            continue;
        }
        // The books are the same, so somebody else wrote this.
        if let Some(id) = logged.customers.iter().find(|id| ledger.find_customer(id).is_none()) {
            problems.push("audit", Some(logged.place), Some("body"), ProblemCode::UnknownCustomer, || format!("the run was for '{id}', whom its books do not have"));
            continue;
        }
        let report = again(made.take(), logged, ledger, policy, models)?;
        compare(log, logged, report.audit(), &mut problems);
        made = Some((logged, report));
    }
    problems.into_result(ErrorCode::InvalidAudit)?;
    made.map(|(_, report)| report).ok_or_else(|| unknown_run(&given, &runs))
}

/// Digests of what a replay was given.
struct Given<'g> {
    ledger: &'g str,
    policy: &'g str,
    /// `None` where the ledger is to teach them, and no day was found to teach them on.
    models: Option<String>,
}

/// A run as the log has it.
struct Logged {
    /// Place of the entry of its inputs.
    place: usize,
    as_of: NaiveDate,
    scope: Scope,
    /// Whom it was for, where that were some: sorted, each once.
    customers: Vec<String>,
    engine: String,
    ledger: String,
    policy: String,
    models: String,
}

impl Logged {
    fn read(log: &AuditLog, place: usize) -> Option<Self> {
        let body: Value = serde_json::from_str(log.get(place)?.body).ok()?;
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(String::from);
        let scope = text("scope").map_or(Some(Scope::All), |word| Scope::from_name(&word))?;
        let customers: Vec<String> = match body.get("customers") {
            Some(list) => list.as_array()?.iter().map(|id| id.as_str().map(String::from)).collect::<Option<_>>()?,
            None => Vec::new(),
        };
        // A list of nobody, or of somebody where all were meant, is of no run.
        let fits = customers.is_empty() != (scope == Scope::Customers) && customers.is_sorted_by(|a, b| a < b);
        fits.then_some(Self {
            place,
            as_of: date_from_text(&text("as_of")?)?,
            scope,
            customers,
            engine: text("engine").unwrap_or_default(),
            ledger: text("ledger")?,
            policy: text("policy")?,
            models: text("models")?,
        })
    }
}

/// The report of a run, made again; a day that was run twice on the same inputs is made again once.
fn again(made: Option<(&Logged, Report)>, logged: &Logged, ledger: &Ledger, policy: &Policy, models: &Models) -> Result<Report, Error> {
    if let Some((_, report)) = made.filter(|(before, _)| (before.as_of, before.scope, &before.customers) == (logged.as_of, logged.scope, &logged.customers)) {
        return Ok(report);
    }
    let customers: Vec<&str> = logged.customers.iter().map(String::as_str).collect();
    let extent = match logged.scope {
        Scope::All => Extent::All,
        Scope::Collections => Extent::Collections,
        Scope::Cash => Extent::Cash,
        Scope::Customers => Extent::Customers(&customers),
    };
    run_watched(ledger, policy, models, logged.as_of, extent, &Watch::default())
}

/// Compares every decision of a run with what came out again. The entry of its inputs was compared already, but for the version of the
/// engine: another engine may decide the same.
fn compare(log: &AuditLog, logged: &Logged, again: &AuditLog, problems: &mut Problems) {
    let decision = |place: usize| log.get(place).filter(|entry| entry.kind == DECISION);
    let by = if logged.engine == env!("CARGO_PKG_VERSION") { String::new() } else { format!(" (the log is of engine {}, this is {})", logged.engine, env!("CARGO_PKG_VERSION")) };
    let mut place = logged.place + 1;
    for now in again.iter().skip(1) {
        match decision(place) {
            Some(then) if then.records_the_same(&now) => {}
            Some(then) => problems.push("audit", Some(place), Some("body"), ProblemCode::OtherDecision, || difference(&then, &now) + &by),
            None => {
                problems.push("audit", Some(place), None, ProblemCode::OtherDecision, || format!("{} comes out, and the log does not have it{by}", name_of(&now)));
                continue;
            }
        }
        place += 1;
    }
    while let Some(then) = decision(place) {
        problems.push("audit", Some(place), None, ProblemCode::OtherDecision, || format!("{} does not come out{by}", name_of(&then)));
        place += 1;
    }
}

fn name_of(entry: &AuditEntry<'_>) -> String {
    let body: Value = serde_json::from_str(entry.body).unwrap_or_default();
    body.get("decision_id").and_then(Value::as_str).map_or_else(|| format!("the entry '{}'", entry.kind), Into::into)
}

/// What of an entry is other than it was, field by field.
fn difference(then: &AuditEntry<'_>, now: &AuditEntry<'_>) -> String {
    let read = |entry: &AuditEntry<'_>| match serde_json::from_str::<Value>(entry.body) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (read(then), read(now));
    let mut parts: Vec<String> = Vec::new();
    for (name, then, now) in [("kind", then.kind, now.kind), ("policy_version", then.policy_version, now.policy_version), ("model_version", then.model_version, now.model_version)] {
        if then != now {
            parts.push(format!("{name} was '{then}', is '{now}'"));
        }
    }
    let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
    for key in keys.filter(|key| old.get(*key) != new.get(*key)) {
        let text = |value: Option<&Value>| value.map_or_else(|| "absent".into(), |value| format!("{value}"));
        parts.push(format!("{key} was {}, is {}", text(old.get(key)), text(new.get(key))));
    }
    format!("{}: {}", name_of(then), parts.join("; "))
}

/// No run had these inputs: names what the run that is nearest had instead, the newest of them.
fn unknown_run(given: &Given<'_>, runs: &[Logged]) -> Error {
    let differing = |run: &Logged| {
        let pairs = [("ledger", Some(given.ledger), &run.ledger), ("policy", Some(given.policy), &run.policy), ("models", given.models.as_deref(), &run.models)];
        pairs.into_iter().filter_map(|(name, own, logged)| own.filter(|own| own != logged).map(|own| format!("{name}: the log has {logged}, given is {own}"))).collect::<Vec<String>>()
    };
    let nearest = runs.iter().rev().map(|run| (differing(run), run)).min_by_key(|(differing, _)| differing.len());
    let message = match nearest {
        None => "the log has no run".into(),
        Some((differing, run)) => format!("none of the {} runs of the log had these inputs; of the nearest, of {} at entry {}, differ {}", runs.len(), run.as_of, run.place, differing.join("; ")),
    };
    Error::one(ErrorCode::InvalidAudit, "audit", None, ProblemCode::UnknownRun, message)
}
