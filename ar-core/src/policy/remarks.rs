//! What a policy says and surely does not mean: legal settings that do nothing, or that nothing follows.

use super::sections::Settings;
use super::{Policy, words};
use crate::action::{ACTS_FROM, ActionKind, GateMode};
use crate::ledger::Books;
use crate::text::{nearest, words as word_list};
use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use serde_json::Value;

word_list! {
    /// What is remarked of a policy.
    RemarkCode {
        /// It has no version of its own: no audit entry says which policy it was.
        Unnamed = "unnamed",
        /// Some action may be acted on, and an amount of nothing is the most for it: all is asked.
        ActsOnNothing = "acts_on_nothing",
        /// The budget of a run is less than the amount up to which the engine acts: it never acts on so much.
        BudgetBelowLimit = "budget_below_limit",
        /// The engine acts however little it is sure.
        AnyConfidence = "any_confidence",
        /// The highest dunning level at which the engine acts is one that the ladder does not have.
        LevelAboveLadder = "level_above_ladder",
        /// A level is set for an action that only a person can carry out: it is always asked for.
        LevelOfPerson = "level_of_person",
        /// A level or mode is set for an action that another setting leaves to people: it has no effect.
        LevelWithoutEffect = "level_without_effect",
        /// The time of some roles is capped, that of one who decides is not.
        RoleWithoutCapacity = "role_without_capacity",
        /// A role has a capacity, and nothing to decide.
        CapacityWithoutRole = "capacity_without_role",
        /// A channel is capped that the host does not send on.
        CapOfUnusedChannel = "cap_of_unused_channel",
        /// A channel may be used more often than the customer may be contacted: its cap is never reached.
        CapNeverReached = "cap_never_reached",
        /// Only listed currencies are dunned, and none is listed.
        NothingDunned = "nothing_dunned",
        /// A segment says nothing else than the whole book.
        SegmentWithoutEffect = "segment_without_effect",
        /// A segment says something that only counts for the whole book.
        BookOnly = "book_only",
        /// No customer of the ledger is in the segment.
        SegmentWithoutCustomer = "segment_without_customer",
    }
}

/// One thing that is legal, and surely not meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The path of the setting, as in [`super::Change`].
    pub path: String,
    /// What is remarked.
    pub code: RemarkCode,
    /// One English sentence.
    pub text: String,
}

/// Settings, by the end of their path, that the engine only reads for the whole book: cash comes before its customer is known, reports and
/// the days of people are one for all.
const BOOK_ONLY: &[&str] = &["matching", "reporting", "worklist.capacity", "worklist.choice_budget", "worklist.unapplied_cost", "disputes.case_days", "disputes.cause_days", "disputes.cause_rows"];

impl Policy {
    /// What is surely not meant, by path: of the whole book, and of each segment what is not so of the whole book.
    pub fn remarks(&self) -> Vec<Remark> {
        let of_book = of_settings(&self.base);
        let mut found = of_people(self);
        found.extend(of_book.iter().cloned());
        if self.version == "unnamed" {
            found.push(Remark { path: "version".into(), code: RemarkCode::Unnamed, text: "The policy has no version, so nothing that is logged says which one it was.".into() });
        }
        for (name, settings) in &self.segments {
            let place = |path: &str| words::joined(&["segments", name], path);
            let own = of_settings(settings).into_iter().filter(|remark| !of_book.contains(remark));
            found.extend(own.map(|remark| Remark { path: place(&remark.path), text: format!("In the segment {name}: {}", remark.text), ..remark }));
            if *settings == self.base {
                let text = format!("The segment {name} says nothing else than the whole book.");
                found.push(Remark { path: place(""), code: RemarkCode::SegmentWithoutEffect, text });
            }
            let says = |path: &str| path.split('.').try_fold(self.overrides.get(name)?, |value, name| value.get(name));
            found.extend(BOOK_ONLY.iter().filter(|path| says(path).is_some_and(|value| !is_empty(value))).map(|path| {
                let text = format!("In the segment {name}: {path} counts for the whole book only; what a segment says of it has no effect.");
                Remark { path: place(path), code: RemarkCode::BookOnly, text }
            }));
        }
        found.sort();
        found
    }

    /// As [`Policy::remarks`], with what can only be said beside books.
    pub fn remarks_on(&self, books: &Books) -> Vec<Remark> {
        let known: BTreeSet<&str> = books.customers().iter().map(|customer| books.text(customer.segment)).collect();
        let mut found = self.remarks();
        for name in self.segments.keys().filter(|name| !known.contains(name.as_str())) {
            let near = nearest(name, known.iter().copied().filter(|known| !known.is_empty())).map_or_else(String::new, |near| format!("; the nearest segment of one is {near}"));
            let text = format!("No customer is in the segment {name}{near}.");
            found.push(Remark { path: words::joined(&["segments", name], ""), code: RemarkCode::SegmentWithoutCustomer, text });
        }
        found.sort();
        found
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.values().all(is_empty))
}

/// What is remarked of the settings of the book or of a segment.
fn of_settings(settings: &Settings) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut remark = |path: &str, code, text: String| found.push(Remark { path: path.into(), code, text });
    of_gate(settings, &mut remark);
    of_contacts(settings, &mut remark);
    found
}

/// What the policy lets the engine do with an action, before anything was earned or lost.
fn mode(settings: &Settings, action: ActionKind) -> GateMode {
    settings.mode(action, u8::try_from(settings.level(action)).unwrap_or(0))
}

fn of_gate(settings: &Settings, remark: &mut impl FnMut(&str, RemarkCode, String)) {
    let own = &settings.supervision;
    let levels = own.levels.iter().map(|(action, level)| ("levels", *action, *level >= ACTS_FROM, format!("level {level}")));
    let modes = own.modes.iter().map(|(action, mode)| ("modes", *action, *mode >= GateMode::Veto, format!("mode {}", mode.name())));
    for (list, action, acts, said) in levels.chain(modes) {
        let path = words::joined(&["autonomy", list, action.name()], "");
        if action.needs_person() && (acts || list == "levels") {
            remark(&path, RemarkCode::LevelOfPerson, format!("Only a person can carry out {}: it is always asked for, and {said} has no effect.", action.name()));
        } else if let Some(why) = always_asked(settings, action).filter(|_| acts) {
            remark(&path, RemarkCode::LevelWithoutEffect, format!("{why}: {} is always asked for, and {said} has no effect.", action.name()));
        }
    }
    let of_book = of_limits(settings, None);
    let of_actions = own.own.keys().flat_map(|action| of_limits(settings, Some(*action))).filter(|of_action| !of_book.iter().any(|of_book| (of_book.1, &of_book.2) == (of_action.1, &of_action.2)));
    of_book.iter().cloned().chain(of_actions).for_each(|(path, code, text)| remark(&path, code, text));
}

/// The setting that leaves an action to people, whatever its level.
fn always_asked(settings: &Settings, action: ActionKind) -> Option<&'static str> {
    let limits = settings.limits(action);
    match action {
        ActionKind::PlaceHold | ActionKind::ReleaseHold if limits.ask_credit_hold => Some("ask_credit_hold is on"),
        ActionKind::HandOver if limits.ask_hand_over => Some("ask_hand_over is on"),
        ActionKind::WriteOff if limits.write_off_limit == 0 && mode(settings, action) != GateMode::Act => Some("write_off_limit is 0"),
        _ => None,
    }
}

/// What is remarked of the limits of all actions, or of those that one has for itself.
fn of_limits(settings: &Settings, of: Option<ActionKind>) -> Vec<(String, RemarkCode, String)> {
    let limits = of.map_or(&settings.autonomy, |action| settings.limits(action));
    let modes: Vec<(ActionKind, GateMode)> =
        ActionKind::ALL.iter().filter(|action| of.is_none_or(|of| of == **action) && !action.needs_person() && **action != ActionKind::Wait).map(|action| (*action, mode(settings, *action))).collect();
    let path = |name: &str| match of {
        None => format!("autonomy.{name}"),
        Some(action) => format!("autonomy.actions.{}.{name}", action.name()),
    };
    let mut found = Vec::new();
    if modes.iter().any(|(_, mode)| *mode >= GateMode::Veto) && limits.min_confidence == 0 {
        found.push((path("min_confidence"), RemarkCode::AnyConfidence, "min_confidence is 0: the engine acts however little it is sure.".into()));
    }
    let inside: Vec<ActionKind> = modes.iter().filter(|(_, mode)| *mode == GateMode::Limits).map(|row| row.0).collect();
    if inside.is_empty() {
        return found;
    }
    for (name, limit) in [("amount_limit", limits.amount_limit), ("run_budget", limits.run_budget)] {
        if limit == 0 {
            found.push((path(name), RemarkCode::ActsOnNothing, format!("Actions may be acted on inside limits, and {name} is 0: the engine acts on no amount.")));
        }
    }
    if limits.run_budget > 0 && limits.run_budget < limits.amount_limit {
        let text = format!("run_budget is {} and amount_limit {}: the engine never acts on more than the budget.", limits.run_budget, limits.amount_limit);
        found.push((path("run_budget"), RemarkCode::BudgetBelowLimit, text));
    }
    let levels = settings.ladder.len();
    if inside.contains(&ActionKind::SendNotice) && usize::try_from(limits.dunning_level_limit).is_ok_and(|limit| limit > levels) {
        let text = format!("dunning_level_limit is {}, and the ladder has {levels} levels: no level is left to a person.", limits.dunning_level_limit);
        found.push((path("dunning_level_limit"), RemarkCode::LevelAboveLadder, text));
    }
    found
}

fn of_contacts(settings: &Settings, remark: &mut impl FnMut(&str, RemarkCode, String)) {
    let most = settings.collections.contact_cap;
    for (channel, cap) in &settings.contact.caps {
        let path = words::joined(&["contact", "caps", channel], "");
        if !settings.contact.channels.contains(channel) {
            remark(&path, RemarkCode::CapOfUnusedChannel, format!("The channel {channel} has a cap, and the host does not send on it."));
        } else if *cap > most {
            remark(&path, RemarkCode::CapNeverReached, format!("The cap of {channel} is {cap}, and contact_cap {most} on all channels together: it is never reached."));
        }
    }
    if settings.collections.listed_currencies_only && settings.minimums.is_empty() {
        remark("collections.minimums", RemarkCode::NothingDunned, "Only the currencies that minimums names are dunned, and it names none: nobody is dunned.".into());
    }
}

/// The roles that decide: of actions, of disputes, and those that the engine knows by itself.
fn roles(settings: &Settings) -> impl Iterator<Item = &str> {
    let owners = settings.disputes.owners.iter().map(|owner| owner.role.as_str());
    let deputies = settings.supervision.deputies.values().map(String::as_str);
    ActionKind::ALL.iter().map(|action| settings.role(*action)).chain(owners).chain(deputies).chain(["account_owner"])
}

/// Whose time is capped and whose is not. Days have one length for all segments.
fn of_people(policy: &Policy) -> Vec<Remark> {
    let capacity = &policy.base.capacity;
    let decide: BTreeSet<&str> = roles(&policy.base).chain(policy.segments.values().flat_map(roles)).collect();
    let free: Vec<&str> = decide.iter().copied().filter(|role| !capacity.contains_key(*role)).collect();
    let mut found = Vec::new();
    if !capacity.is_empty() && !free.is_empty() {
        let text = format!("Some roles have a capacity, and these that decide have none, so their day has no end: {}.", free.join(", "));
        found.push(Remark { path: "worklist.capacity".into(), code: RemarkCode::RoleWithoutCapacity, text });
    }
    for role in capacity.keys().filter(|role| !decide.contains(role.as_str())) {
        let near = nearest(role, decide.iter().copied()).unwrap_or("");
        let text = format!("The role {role} has a capacity and nothing to decide; the nearest that decides is {near}.");
        found.push(Remark { path: words::joined(&["worklist", "capacity", role], ""), code: RemarkCode::CapacityWithoutRole, text });
    }
    found
}
