//! Escalation: the gate. Default deny: a draft is acted on only if its mode lets the engine act and every rule permits it; any rule that
//! forbids wins, and says so. More amount, level or risk, or less confidence, never turns `ask` into `act`.
//!
//! ```text
//! questions   under which identifier the matter waits, and what people said of it
//!     │
//! standing    the level in force: the policy's, what people made of it, what the evidence took back; the mode that goes with it
//!     │
//! edits       what a person changed
//!     │
//! rules       thresholds, then budgets: all are asked, each with its two numbers
//!     │
//! answer      act or ask; who is asked, by when, and what happens if nobody answers
//! ```

mod budgets;
mod edits;
pub mod evidence;
mod questions;
mod rules;
mod standing;
mod trials;

use crate::action::{ACTS_FROM, ActionKind, GateMode, Mode};
use crate::calendar::{add_days, days_between, period_start};
use crate::decision::{Decision, Draft, Gated, Matter, Params, Rule, Unanswered, Widening, is_rejected_before, matter};
use crate::ledger::{Books, Cell, Verdict, VerdictKind};
use crate::money::{Currency, units};
use crate::policy::{Policy, Settings};
use crate::reason::{Reason, ReasonCode};
use crate::record::CustomerIdx;
use crate::scoring::Worth;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};
use budgets::History;
use chrono::NaiveDate;
use edits::Ground;
use questions::{Named, Questions};
use rules::Case;
pub use standing::CellStanding;
use standing::{InForce, Standings};

/// Days for which a rejected proposal of more autonomy is not made again.
const REJECTED_DAYS: i64 = 30;

/// The gate of one run: policy, day, what waits for an answer, how far the engine may go, and what of the budgets is used.
pub struct Gate<'g> {
    books: &'g Books,
    policy: &'g Policy,
    digest: String,
    as_of: NaiveDate,
    questions: Questions<'g>,
    standings: Arc<Standings>,
    history: History,
    /// Room to write in.
    bytes: Vec<u8>,
}

/// What a gate knew of a whole book, and what of its budgets was used.
pub struct KeptGate {
    digest: String,
    waiting: Arc<BTreeSet<String>>,
    standings: Arc<Standings>,
    history: History,
}

/// What comes of a draft: who decides, and why.
struct Ruling {
    mode: Mode,
    rules: Vec<Rule>,
    why: Vec<Reason>,
    /// Whether a no is waited for.
    veto: bool,
}

impl Ruling {
    fn ask(why: Vec<Reason>) -> Self {
        let rules = why.iter().map(|reason| Rule { reason: *reason, forbids: true }).collect();
        Self { mode: Mode::Ask, rules, why, veto: false }
    }

    fn act(why: Vec<Reason>) -> Self {
        Self { mode: Mode::Act, rules: Vec::new(), why, veto: false }
    }
}

impl<'g> Gate<'g> {
    /// A gate with nothing used in the run.
    pub fn new(books: &'g Books, policy: &'g Policy, as_of: NaiveDate) -> Self {
        Self {
            books,
            policy,
            digest: policy.digest(),
            as_of,
            questions: Questions::read(books, policy, as_of),
            standings: Arc::new(Standings::read(books, policy, as_of)),
            history: History::read(books, policy, as_of),
            bytes: Vec::new(),
        }
    }

    /// What it knows, for gates of parts of the same books on the same day.
    pub fn kept(&self) -> KeptGate {
        KeptGate { digest: self.digest.clone(), waiting: Arc::clone(self.questions.waiting()), standings: Arc::clone(&self.standings), history: self.history.kept() }
    }

    /// The gate of a part of the books that goes on where the one of the whole was.
    pub fn of_part(books: &'g Books, policy: &'g Policy, as_of: NaiveDate, kept: &KeptGate) -> Self {
        Self {
            books,
            policy,
            digest: kept.digest.clone(),
            as_of,
            questions: Questions::of(books, &kept.waiting),
            standings: Arc::clone(&kept.standings),
            history: kept.history.clone(),
            bytes: Vec::new(),
        }
    }

    /// A customer as what was done and is spent tells it: where the books are a part of others, by its place there.
    fn told(&self, at: Option<CustomerIdx>) -> Option<CustomerIdx> {
        at.map(|at| self.books.told(at))
    }

    /// The last day on which a person dealt with a customer. The part knows what came since the whole was read.
    fn touched_on(&self, at: CustomerIdx) -> Option<NaiveDate> {
        let known = self.history.touched_on(self.books.told(at));
        let since = self.books.whole().and_then(|_| budgets::dealt_with(self.books, at).filter(|on| *on <= self.as_of).max());
        known.max(since)
    }

    /// The digest of the policy.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How far the engine may go: every cell that something is known of, and every action that the engine can carry out, for the
    /// customers without a segment and for the segments of the policy. In the order of action and segment.
    pub fn standings(&self) -> Vec<CellStanding> {
        let mut rows: BTreeMap<Cell, CellStanding> = self.standings.cells().map(|row| (row.cell.clone(), row.clone())).collect();
        let segments = || core::iter::once("").chain(self.policy.segments());
        let able = ActionKind::ALL.iter().filter(|action| !action.needs_person() && **action != ActionKind::Wait);
        for cell in able.flat_map(|action| segments().map(|segment| Cell { action: *action, segment: segment.into() })) {
            if !rows.contains_key(&cell) {
                rows.insert(cell.clone(), standing::unknown(self.policy, cell));
            }
        }
        rows.into_values().collect()
    }

    /// What the evidence has earned, for a person to confirm: a draft a cell, in order. A rejection holds for some days.
    pub fn proposals(&self) -> Vec<Draft> {
        let currency = self.policy.base().reporting_currency.or_else(|| self.books.currencies().first().copied()).unwrap_or(Currency::EUR);
        let earned = self.standings.cells().filter_map(|row| Some((row, row.earned?)));
        earned.map(|(row, level)| self.proposal(row, level, currency)).collect()
    }

    fn proposal(&self, row: &CellStanding, level: u8, currency: Currency) -> Draft {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let params = Params { widening: Some(Widening { cell: row.cell.clone(), level }), since: Some(period_start(self.as_of, REJECTED_DAYS)), asked_every: Some(REJECTED_DAYS), ..Params::default() };
        let reasons = alloc::vec![
            Reason::new(ReasonCode::Earned, count(row.standing.tally.trials()), count(row.standing.tally.wrong)),
            Reason::new(ReasonCode::ErrorBound, row.standing.upper_ppm, row.rule.limit_ppm),
        ];
        Draft {
            customer: None,
            currency,
            items: Vec::new(),
            action: ActionKind::WidenAutonomy,
            amount: 0,
            priority: 0,
            worth: Worth::default(),
            options: Vec::new(),
            confidence_ppm: 1_000_000,
            certain: true,
            params,
            reasons,
        }
    }

    /// Decides who decides.
    ///
    /// # Errors
    /// The reason why there is no decision: it was reported done, a person rejected it, or the policy has the action off.
    pub fn pass(&mut self, draft: Draft, open: &[i64]) -> Result<Decision, Reason> {
        let matter = matter(self.books, &self.digest, &draft, open, &mut self.bytes);
        self.pass_known(draft, &matter, open)
    }

    /// As [`Gate::pass`], where it is known what the draft is about: that may be worked out for many drafts at once.
    ///
    /// # Errors
    /// As [`Gate::pass`].
    pub fn pass_known(&mut self, draft: Draft, matter: &Matter, open: &[i64]) -> Result<Decision, Reason> {
        let settings = self.policy.settings(self.books.segment_of(draft.customer));
        let named = self.questions.name(matter, &draft, self.as_of, settings.collections.decision_days);
        let force = self.standings.of(settings, draft.action, self.books.segment_of(draft.customer));
        self.refuse(&draft, &named, force, open)?;
        let draft = self.edited(draft, &named, settings, open);
        let ruling = self.rule(&draft, &named, settings, force);
        Ok(self.answer(draft, named, settings, force, ruling))
    }

    /// Whether there is nothing to decide.
    fn refuse(&self, draft: &Draft, named: &Named<'_>, force: InForce, open: &[i64]) -> Result<(), Reason> {
        let refused = |code| Err(Reason::bare(code));
        if self.books.done_on(&named.id).is_some() {
            return refused(ReasonCode::AlreadyDone);
        }
        let rejected = named.verdict.is_some_and(|verdict| verdict.kind == VerdictKind::Rejected);
        if rejected || is_rejected_before(self.books, &self.digest, self.as_of, draft, open) {
            return refused(ReasonCode::Rejected);
        }
        // A promise that a person looked at and approved is not looked at again.
        if draft.action == ActionKind::Review && !draft.params.promises.is_empty() && named.verdict.is_some() {
            return refused(ReasonCode::Approved);
        }
        if force.mode == GateMode::Off && draft.action != ActionKind::Wait {
            return refused(ReasonCode::SwitchedOff);
        }
        Ok(())
    }

    /// The draft with what a person changed; what no longer fits is left as it was, and nobody has approved that.
    fn edited(&self, mut draft: Draft, named: &Named<'_>, settings: &Settings, open: &[i64]) -> Draft {
        let Some((edit, _)) = named.lives.and_then(|verdict| verdict.edit.as_ref()) else { return draft };
        let ground = Ground { books: self.books, settings, open, as_of: self.as_of };
        match edits::apply(&ground, &draft, edit) {
            Some(mut edited) => {
                edited.reasons.push(Reason::bare(ReasonCode::Edited));
                edited
            }
            None => {
                draft.reasons.push(Reason::bare(ReasonCode::EditVoid));
                draft
            }
        }
    }

    /// The terms of a strategic customer are its owner's to change, whatever the policy leaves to the engine.
    fn is_owners(&self, draft: &Draft) -> bool {
        draft.action == ActionKind::ChangeTerms && draft.customer.and_then(|at| self.books.customer(at)).is_some_and(|row| row.strategic)
    }

    fn rule(&self, draft: &Draft, named: &Named<'_>, settings: &Settings, force: InForce) -> Ruling {
        let (limits, segment) = (settings.limits(draft.action), self.books.segment_of(draft.customer));
        // Waiting has no effect; it is never asked for.
        if draft.action == ActionKind::Wait {
            return Ruling::act(alloc::vec![Reason::new(ReasonCode::InsideLimits, draft.amount, units(limits.amount_limit, draft.currency))]);
        }
        // What only a person can carry out stays asked for, approved or not; and whoever stops everything stops what was approved, too.
        if draft.action.needs_person() {
            return Ruling::ask(alloc::vec![Reason::bare(ReasonCode::AlwaysAsk)]);
        }
        if [&self.policy.base().autonomy, &settings.autonomy, limits].iter().any(|limits| limits.kill_switch) {
            return Ruling::ask(alloc::vec![Reason::bare(ReasonCode::KillSwitch)]);
        }
        if self.books.is_stopped(draft.action, segment, draft.customer, self.as_of) {
            return Ruling::ask(alloc::vec![Reason::bare(ReasonCode::Stopped)]);
        }
        if force.mode == GateMode::Suggest {
            return Ruling::ask(force.asks());
        }
        if let Some(ruling) = named.lives.and_then(|verdict| approval(draft, verdict, settings)) {
            return ruling;
        }
        if force.mode <= GateMode::Approve {
            return Ruling::ask(force.asks());
        }
        let customer = draft.customer.and_then(|at| self.books.customer(at));
        let case = Case { gate: self, draft, settings, limits, mode: force.mode, times: limits.times(force.level), customer };
        let rules = case.ask();
        let forbidding: Vec<Reason> = rules.iter().filter(|rule| rule.forbids).map(|rule| rule.reason).collect();
        if !forbidding.is_empty() {
            return Ruling { mode: Mode::Ask, rules, why: forbidding, veto: false };
        }
        let (days, lives) = (named.asked.map(|asked| i64::from(days_between(asked.on, self.as_of))), settings.collections.decision_days);
        match force.mode {
            GateMode::Veto if days.is_none_or(|days| days < limits.veto_days) => {
                Ruling { mode: Mode::Ask, rules, why: alloc::vec![Reason::new(ReasonCode::VetoWindow, days.unwrap_or(0), limits.veto_days)], veto: true }
            }
            // A question that is older than a decision lives has expired: nobody has to remember it.
            GateMode::Veto if days.is_some_and(|days| days > lives) => Ruling { mode: Mode::Ask, rules, why: alloc::vec![Reason::new(ReasonCode::Unanswered, days.unwrap_or(0), lives)], veto: false },
            GateMode::Veto => Ruling { rules, ..Ruling::act(alloc::vec![Reason::new(ReasonCode::VetoPassed, days.unwrap_or(0), limits.veto_days)]) },
            _ => Ruling { rules, ..Ruling::act(alloc::vec![Reason::new(ReasonCode::InsideLimits, draft.amount, case.amount(limits.amount_limit))]) },
        }
    }

    /// The decision: who is asked, by when, what happens if nobody answers; and what of the budgets it takes.
    fn answer(&mut self, mut draft: Draft, named: Named<'_>, settings: &Settings, force: InForce, ruling: Ruling) -> Decision {
        let limits = settings.limits(draft.action);
        let strategic = ruling.why.iter().any(|reason| reason.code == ReasonCode::StrategicCustomer);
        draft.reasons.extend(ruling.why);
        let anchor = if named.day < self.as_of && crate::decision::since(&draft).is_none() { named.day } else { self.as_of };
        let expires_on = add_days(anchor, i32::try_from(settings.collections.decision_days).unwrap_or(5));
        let mut gate = Gated { mode: force.mode, level: force.level, rules: ruling.rules, sampled: false, asked_on: None, answer_by: None, unanswered: Unanswered::Nothing, person: String::new() };
        let mut ask_role = String::new();
        if ruling.mode == Mode::Ask {
            let asked_on = named.asked.map(|asked| asked.on);
            let by = add_days(asked_on.unwrap_or(self.as_of), i32::try_from(limits.answer_days).unwrap_or(0));
            (gate.asked_on, gate.answer_by) = (asked_on, Some(by.min(expires_on)));
            ask_role = if strategic || self.is_owners(&draft) { "account_owner".into() } else { draft.params.role.clone().unwrap_or_else(|| settings.role(draft.action).into()) };
            let deputy = settings.supervision.deputies.get(&ask_role).filter(|_| !ruling.veto);
            gate.unanswered = match deputy {
                _ if ruling.veto => Unanswered::Acts,
                Some(_) => Unanswered::Deputy,
                None => Unanswered::Lapses,
            };
            if let Some(deputy) = deputy.filter(|_| asked_on.is_some() && self.as_of > by) {
                let late = asked_on.map_or(0, |on| i64::from(days_between(on, self.as_of)));
                draft.reasons.push(Reason::new(ReasonCode::Unanswered, late, limits.answer_days));
                // Whom it was put to did not answer: it is the deputy's now.
                gate.person = self.person(&draft, "", settings, deputy);
                (ask_role, gate.unanswered) = (deputy.clone(), Unanswered::Lapses);
            } else {
                gate.person = self.person(&draft, named.asked.map_or("", |asked| asked.to.as_str()), settings, &ask_role);
            }
        } else if draft.action != ActionKind::Wait {
            // What a person approved is that person's, and takes nothing of what the engine may do by itself.
            if !draft.reasons.iter().any(|reason| reason.code == ReasonCode::Approved) {
                self.history.spend(&draft, self.told(draft.customer));
            }
            let share = limits.sample_share.saturating_mul(1 << 32) / 1_000_000;
            gate.sampled = i64::from(named.lot) < share;
        }
        Decision { id: named.id, draft, mode: ruling.mode, ask_role, expires_on, gate }
    }

    /// Who is asked by name: whom it was handed to, the owner of the customer, or the person behind the role.
    fn person(&self, draft: &Draft, handed: &str, settings: &Settings, role: &str) -> String {
        let owner = || draft.customer.and_then(|at| self.books.customer(at)).map_or("", |row| self.books.text(row.owner));
        let known = settings.supervision.people.get(role).map_or("", String::as_str);
        let found = if !handed.is_empty() && handed != role {
            handed
        } else if role == "account_owner" && !owner().is_empty() {
            owner()
        } else {
            known
        };
        found.into()
    }
}

impl InForce {
    /// Why a person is asked whatever the rules say.
    fn asks(&self) -> Vec<Reason> {
        let narrowed = self.narrowed.map(|errors| Reason::new(ReasonCode::Narrowed, errors, i64::from(self.level)));
        let mode = if self.by_level { Reason::new(ReasonCode::AutonomyLevel, i64::from(self.level), i64::from(ACTS_FROM)) } else { Reason::bare(ReasonCode::ModeAsks) };
        core::iter::once(mode).chain(narrowed.filter(|_| self.by_level)).collect()
    }
}

/// What the words of people make of a draft; none where they said nothing that counts. What a person changed is that person's: no rule
/// lets it pass that another has not approved, nor the draft without the change.
fn approval(draft: &Draft, verdict: &Verdict, settings: &Settings) -> Option<Ruling> {
    let limits = settings.limits(draft.action);
    let void = Reason::bare(ReasonCode::EditVoid);
    if draft.reasons.contains(&void) {
        return Some(Ruling { rules: alloc::vec![Rule { reason: void, forbids: true }], ..Ruling::ask(Vec::new()) });
    }
    if verdict.kind == VerdictKind::Rejected {
        return None;
    }
    let wanted = limits.approvals(draft.amount, draft.currency);
    let given = verdict.approvers.len() as i64 + i64::from(limits.edit_approves && verdict.edit.is_some());
    Some(if given < wanted { Ruling::ask(alloc::vec![Reason::new(ReasonCode::SecondApproval, given, wanted)]) } else { Ruling::act(alloc::vec![Reason::bare(ReasonCode::Approved)]) })
}
