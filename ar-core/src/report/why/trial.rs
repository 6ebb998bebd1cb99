//! Tries a decision out on the gate itself, so that what is said is so.
//!
//! Each round asks the gate under the changed policy which rules forbid, and lifts each by the smallest change, until it acts. The
//! decisions that go before in the run are passed again where a budget could bind: what a wider limit lets through uses it, too.

use super::change::{Change, Fact};
use super::table::{Row, row};
use crate::action::{ACTS_FROM, ActionKind, GateMode, Mode, Tone};
use crate::decision::{Decision, Draft, Rule, Unanswered};
use crate::escalation::Gate;
use crate::ledger::{Ledger, Stop};
use crate::money::units;
use crate::policy::{Place, Policy, Settings, Step, share_value};
use crate::reason::{Reason, ReasonCode};
use crate::report::Report;
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use serde_json::{Value, json};

/// Rounds in which rules may come to light that stood behind others.
const MOST_ROUNDS: usize = 32;
/// The highest value of a limit on amounts.
const MOST_AMOUNT: i64 = 1_000_000_000;

/// A policy and books that change round by round.
pub(super) struct Trial<'t> {
    report: &'t Report,
    at: usize,
    decision: &'t Decision,
    ledger: Ledger,
    policy: Policy,
    settings: Vec<(Place, Value)>,
    changes: Vec<Change>,
    /// The events that they would be reported by.
    told: Vec<Value>,
    lifts: Vec<ReasonCode>,
}

/// The draft as its stage made it.
fn bare(decision: &Decision) -> Draft {
    let mut draft = decision.draft.clone();
    draft.reasons.retain(|reason| reason.code.room() != 4);
    draft
}

impl<'t> Trial<'t> {
    pub(super) fn new(report: &'t Report, at: usize) -> Option<Self> {
        let decision = report.parts.decisions.get(at)?;
        let (ledger, policy) = (report.ledger.clone(), report.policy.renamed());
        Some(Self { report, at, decision, ledger, policy, settings: Vec::new(), changes: Vec::new(), told: Vec::new(), lifts: Vec::new() })
    }

    /// What is to be different for the engine to act, and what that lifts; none where nothing helps or nothing is needed.
    pub(super) fn solve(mut self) -> Option<(Vec<ReasonCode>, Vec<Change>)> {
        for _ in 0..MOST_ROUNDS {
            let found = self.pass()?;
            if found.mode == Mode::Act {
                return (!self.changes.is_empty()).then_some((self.lifts, self.changes));
            }
            self.lift(&found)?;
        }
        None
    }

    fn segment(&self) -> &'t str {
        self.report.ledger.segment_of(self.decision.customer())
    }

    fn now(&self) -> &Settings {
        self.policy.settings(self.segment())
    }

    /// What the gate says of the decision now.
    fn pass(&self) -> Option<Decision> {
        let (parts, as_of, binds) = (&self.report.parts, self.report.as_of, self.budgets_may_bind());
        let passed = if binds { parts.passed_before(self.at) } else { &[] };
        let mut gate = if passed.is_empty() { Gate::new(&self.ledger, &self.policy, as_of) } else { self.behind(passed)? };
        if binds {
            parts.before(self.at).for_each(|before| drop(gate.pass(bare(before), &parts.open)));
        }
        gate.pass(bare(self.decision), &parts.open).ok()
    }

    /// The gate of a part of a book behind what passed on the cash of the whole: only there are its items.
    fn behind(&self, passed: &[Decision]) -> Option<Gate<'_>> {
        let mut whole = self.report.ledger.whole()?.clone();
        if !self.told.is_empty() {
            whole.apply_json(&format!("{}", json!(self.told))).ok()?;
        }
        let open = self.report.parts.passed.as_ref()?.0.open(&whole, self.report.as_of);
        let mut gate = Gate::new(&whole, &self.policy, self.report.as_of);
        passed.iter().for_each(|before| drop(gate.pass(bare(before), &open)));
        Some(Gate::of_part(&self.ledger, &self.policy, self.report.as_of, &gate.kept()))
    }

    /// Whether what went before in the run could use up a budget of the decision.
    fn budgets_may_bind(&self) -> bool {
        let (settings, draft) = (self.now(), &self.decision.draft);
        let parts = &self.report.parts;
        let before = parts.passed_before(self.at).iter().chain(parts.before(self.at)).chain([self.decision]).filter(|before| before.draft.currency == draft.currency);
        let most = before.fold(0, |sum: i64, before| sum.saturating_add(before.draft.amount));
        !settings.supervision.budgets.is_empty() || most > units(settings.limits(draft.action).run_budget, draft.currency)
    }

    /// Lifts all that forbids; nothing where something cannot be lifted.
    fn lift(&mut self, found: &Decision) -> Option<()> {
        if found.gate.unanswered == Unanswered::Acts {
            return self.act_inside_limits(ReasonCode::VetoWindow, GateMode::Limits);
        }
        let rules: Vec<Rule> = found.gate.rules.clone();
        for (number, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.forbids) {
            let before = rules.get(..number).unwrap_or(&[]).iter().filter(|other| other.reason.code == rule.reason.code).count();
            self.one(found, rule.reason, before)?;
        }
        Some(())
    }

    fn limit(&self, name: &str) -> Place {
        self.policy.place_of_limit(self.segment(), self.decision.action(), name)
    }

    fn one(&mut self, found: &Decision, reason: Reason, before: usize) -> Option<()> {
        let limits = self.now().limits(self.decision.action());
        let times = limits.times(found.gate.level);
        match row(reason.code) {
            Row::Amount(name) => self.at_least(reason, name, times),
            Row::Units(name) => self.set(reason.code, self.limit(name), json!(self.whole(reason.observed, 1))),
            // A person was never in: the rule is switched off, where its range ends.
            Row::Number(name) if reason.code == ReasonCode::Unattended && reason.observed > 3_650 => self.set(reason.code, self.limit(name), json!(0)),
            Row::Number(name) => self.set(reason.code, self.limit(name), json!(reason.observed)),
            Row::Share(name) => self.set(reason.code, self.limit(name), share_value(reason.observed)),
            Row::Off("kill_switch") => self.kill_switch(),
            Row::Off("ask_strategic") if !limits.ask_strategic => None,
            Row::Off(name) => self.set(reason.code, self.limit(name), json!(false)),
            Row::Setting(_) => self.by_case(found, reason, before),
            Row::Fact(_) if reason.code == ReasonCode::Stopped => self.resume(),
            Row::Fact(_) if reason.code == ReasonCode::Narrowed => self.widen(),
            Row::Fact(_) | Row::Nothing | Row::NoStop => None,
        }
    }

    fn by_case(&mut self, found: &Decision, reason: Reason, before: usize) -> Option<()> {
        let customer = self.decision.customer().and_then(|at| self.report.ledger.customer(at));
        match reason.code {
            ReasonCode::ToneLimit => {
                let tone = Tone::ALL.get(usize::try_from(reason.observed).ok()?)?;
                self.set(reason.code, self.limit("tone_limit"), json!(tone.name()))
            }
            ReasonCode::AutonomyLevel => self.level(i64::from(found.gate.level)),
            ReasonCode::ModeAsks => self.act_inside_limits(reason.code, GateMode::Limits),
            ReasonCode::LanguageAsks => self.allow(reason.code, "languages", customer.map_or("", |row| self.report.ledger.text(row.language)).to_owned()),
            ReasonCode::CountryAsks => self.allow(reason.code, "countries", customer.map_or("", |row| self.report.ledger.text(row.country)).to_owned()),
            ReasonCode::BudgetCount | ReasonCode::BudgetAmount => self.budget(reason, before),
            _ => None,
        }
    }

    /// An amount in whole units of the currency, rounded up, that the limit is to be at least.
    fn whole(&self, amount: i64, times: i64) -> i64 {
        let one = i128::from(units(1, self.decision.draft.currency).max(1)) * i128::from(times.max(1));
        i64::try_from((i128::from(amount) + one - 1) / one).unwrap_or(i64::MAX)
    }

    fn at_least(&mut self, reason: Reason, name: &str, times: i64) -> Option<()> {
        match self.whole(reason.observed, times) {
            // No limit is so high: only without limits.
            beyond if beyond > MOST_AMOUNT => self.act_inside_limits(reason.code, GateMode::Act),
            to => self.set(reason.code, self.limit(name), json!(to)),
        }
    }

    fn set(&mut self, code: ReasonCode, place: Place, to: Value) -> Option<()> {
        let from = self.report.policy.get(&place).unwrap_or(Value::Null);
        if !self.lifts.contains(&code) {
            self.lifts.push(code);
        }
        let known = self.settings.iter().position(|(other, _)| *other == place);
        if known.is_some_and(|known| self.settings.get(known).is_some_and(|(_, before)| *before == to)) {
            return None;
        }
        let change = Change::Setting { place: place.clone(), from, to: to.clone() };
        match known.and_then(|known| self.settings.get_mut(known)) {
            Some(slot) => {
                slot.1 = to;
                let mine = self.changes.iter_mut().find(|change| matches!(change, Change::Setting { place: other, .. } if *other == place));
                mine.map(|slot| *slot = change)?;
            }
            None => {
                self.settings.push((place, to));
                self.changes.push(change);
            }
        }
        self.policy = self.report.policy.with(&self.settings).ok()?;
        Some(())
    }

    /// That of the action, and that of all.
    fn kill_switch(&mut self) -> Option<()> {
        if self.now().limits(self.decision.action()).kill_switch {
            self.set(ReasonCode::KillSwitch, self.limit("kill_switch"), json!(false))?;
        }
        if self.now().autonomy.kill_switch {
            let place = self.policy.place(self.segment(), &["autonomy".into(), "kill_switch".into()]);
            self.set(ReasonCode::KillSwitch, place, json!(false))?;
        }
        Some(())
    }

    fn act_inside_limits(&mut self, code: ReasonCode, mode: GateMode) -> Option<()> {
        let place = self.policy.place(self.segment(), &["autonomy".into(), "modes".into(), self.decision.action().name().into()]);
        self.set(code, place, json!(mode.name()))
    }

    /// The level of the policy, unless people or the evidence have set another: then it is a person's to give back.
    fn level(&mut self, in_force: i64) -> Option<()> {
        let action = self.decision.action();
        let policy = self.now().level(action);
        if policy == in_force && policy < i64::from(ACTS_FROM) && !self.is_changed() {
            let levels = [Step::from("autonomy"), "levels".into(), action.name().into()];
            let all = [Step::from("autonomy"), "default_level".into()];
            let named = self.now().supervision.levels.contains_key(&action);
            let place = self.policy.place(self.segment(), if named { &levels } else { &all });
            return self.set(ReasonCode::AutonomyLevel, place, json!(ACTS_FROM));
        }
        self.widen()
    }

    fn is_changed(&self) -> bool {
        let (action, segment) = (self.decision.action(), self.segment());
        self.ledger.level_changes().iter().any(|row| row.on <= self.report.as_of && row.cell.action == action && row.cell.segment == segment)
    }

    fn widen(&mut self) -> Option<()> {
        let (action, segment) = (self.decision.action(), self.segment());
        let told = |change: &Change| matches!(change, Change::Fact { fact: Fact::Widened, .. });
        if self.changes.iter().any(told) {
            // A person gave the level back, and the policy does not let it go so far.
            return self.set(ReasonCode::AutonomyLevel, self.limit("earned_level"), json!(ACTS_FROM));
        }
        let about = [("action", json!(action.name())), ("segment", json!(segment)), ("level", json!(ACTS_FROM))];
        self.happens(ReasonCode::AutonomyLevel, Change::fact(Fact::Widened, &self.decision.ask_role, &about), &about)
    }

    fn resume(&mut self) -> Option<()> {
        let stops: Vec<Stop> = self.ledger.stops_of(self.decision.action(), self.segment(), self.decision.customer(), self.report.as_of).collect();
        for stop in stops {
            let customer = stop.customer.and_then(|at| self.report.ledger.customer(at)).map(|row| self.report.ledger.text(row.id));
            let all = [("action", stop.action.map(|action| json!(action.name()))), ("segment", stop.segment.map(Value::String)), ("customer_id", customer.map(|id| json!(id)))];
            let about: Vec<(&str, Value)> = all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            self.happens(ReasonCode::Stopped, Change::fact(Fact::Resumed, &self.decision.ask_role, &about), &about)?;
        }
        Some(())
    }

    /// Takes for true what an event would report.
    fn happens(&mut self, code: ReasonCode, change: Change, about: &[(&str, Value)]) -> Option<()> {
        let Change::Fact { fact, .. } = &change else { return None };
        let mut event = json!({ "event": fact.name(), "on": format!("{}", self.report.as_of), "by": "a person" });
        event.as_object_mut()?.extend(about.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self.ledger.apply_json(&format!("[{event}]")).ok()?;
        self.told.push(event);
        if !self.lifts.contains(&code) {
            self.lifts.push(code);
        }
        self.changes.push(change);
        Some(())
    }

    /// One more language or country. Where the customer has none, all: an empty list.
    fn allow(&mut self, code: ReasonCode, list: &str, word: String) -> Option<()> {
        let supervision = &self.now().supervision;
        let known = if list == "languages" { &supervision.languages } else { &supervision.countries };
        let to = if word.is_empty() { json!([]) } else { json!(known.iter().chain([&word]).collect::<Vec<_>>()) };
        let place = self.policy.place(self.segment(), &["autonomy".into(), list.into()]);
        self.set(code, place, to)
    }

    /// The budget whose rule it is: they are asked in the order of the policy.
    fn budget(&mut self, reason: Reason, before: usize) -> Option<()> {
        let action = self.decision.action();
        let covers = |of: Option<ActionKind>| of.is_none_or(|of| of == action);
        let at = self.now().supervision.budgets.iter().enumerate().filter(|(_, rule)| covers(rule.action)).nth(before)?.0;
        let (name, to) = if reason.code == ReasonCode::BudgetCount { ("count", reason.observed) } else { ("amount", self.whole(reason.observed, 1)) };
        let place = self.policy.place(self.segment(), &["autonomy".into(), "budgets".into(), at.into(), name.into()]);
        self.set(reason.code, place, json!(to))
    }
}
