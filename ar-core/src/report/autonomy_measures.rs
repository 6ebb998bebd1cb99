//! Measures of autonomy: how much was done without people, how often they had to correct it, and what it asked of them. From what the
//! books know of decisions; only facts dated on or before the day count. The period is that of the other measures.
//!
//! What the engine did without a person is called touchless: a decision that was reported done by nobody in particular (`by` is empty),
//! of which no person said anything (approved, rejected, edited), and which was not undone since. A question that nobody answered, and
//! that the engine acted on when the time for a no was over, is touchless, but was put to people.

use super::KpiRow;
use super::kpi::{self, Ratio};
use super::measures::{MeasureFacts, Part};
use crate::action::{ActionKind, Mode};
use crate::calendar::days_between;
use crate::ledger::{Asked, Done, Verdict, VerdictKind};
use crate::money::Currency;
use crate::record::{Allocation, Credit, PaymentIdx};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

const MINUTES: i128 = 60;

/// Every measure of autonomy.
pub fn autonomy_measures(facts: &MeasureFacts<'_>) -> Vec<KpiRow> {
    let mut rows = Rows(Vec::new());
    facts.touchless_actions(&mut rows);
    facts.touchless_cash(&mut rows);
    facts.touchless_items(&mut rows);
    facts.escalated(&mut rows);
    facts.time_to_decide(&mut rows);
    facts.overrides(&mut rows);
    facts.false_posts(&mut rows);
    facts.load(&mut rows);
    facts.unanswered(&mut rows);
    rows.0
}

/// The rows so far.
struct Rows(Vec<KpiRow>);

impl Rows {
    fn put(&mut self, name: &'static str, value: Option<Ratio>, unit: &'static str, formula: &'static str, note: String) {
        self.0.push(KpiRow { name, value, unit, formula, currency: None, note });
    }

    fn share(&mut self, name: &'static str, part: Part, formula: &'static str) {
        self.put(name, part.percent(), "percent", formula, part.note());
    }

    fn share_of_money(&mut self, name: &'static str, part: Part, formula: &'static str, currency: Currency, note: String) {
        self.0.push(KpiRow { name, value: part.percent(), unit: "percent", formula, currency: Some(currency), note });
    }

    /// A share of all, and of each action.
    fn by_action(&mut self, name: &'static str, parts: &BTreeMap<ActionKind, Part>, all: Part, formula: &'static str) {
        self.share(name, all, formula);
        for (action, part) in parts {
            self.put(name, part.percent(), "percent", formula, format!("action {}: {}", action.name(), part.note()));
        }
    }

    fn count(&mut self, name: &'static str, value: i128, unit: &'static str, formula: &'static str, note: String) {
        self.put(name, Ratio::try_new(value, 1), unit, formula, note);
    }
}

impl MeasureFacts<'_> {
    fn verdict_on(&self, id: &str) -> Option<&Verdict> {
        self.books.verdict_on(id, self.as_of)
    }

    fn question_on(&self, id: &str) -> Option<&Asked> {
        self.books.question_on(id, self.as_of)
    }

    fn is_done(&self, id: &str) -> bool {
        self.books.done_on(id).is_some_and(|on| on <= self.as_of)
    }

    fn is_undone(&self, row: &Done) -> bool {
        row.undone_on.is_some_and(|on| on <= self.as_of)
    }

    /// What was carried out in the period, by identifier.
    fn deeds(&self) -> impl Iterator<Item = (&str, Done)> {
        self.books.deeds().filter(|(_, row)| self.within(row.on))
    }

    /// Whether it was done without a person, undone since or not.
    fn is_alone(&self, id: &str, row: &Done) -> bool {
        !row.by_person && self.verdict_on(id).is_none()
    }

    fn is_touchless(&self, id: &str, row: &Done) -> bool {
        self.is_alone(id, row) && !self.is_undone(row)
    }

    /// Whether a line of a posting was made by a decision without a person. What was undone is no line any more.
    fn is_line_touchless(&self, row: &Allocation) -> bool {
        let id = self.books.text(row.decision);
        let by_person = self.books.deed(id).is_some_and(|done| done.by_person);
        !row.decision.is_none() && !by_person && self.verdict_on(id).is_none()
    }

    /// Decisions that were carried out; and the hours that the touchless ones would have taken.
    fn touchless_actions(&self, rows: &mut Rows) {
        let (mut parts, mut all, mut minutes) = (BTreeMap::<ActionKind, Part>::new(), Part::default(), 0_i128);
        for (id, row) in self.deeds() {
            let touchless = self.is_touchless(id, &row);
            all.add(i64::from(touchless), 1);
            if let Some(action) = row.action {
                parts.entry(action).or_default().add(i64::from(touchless), 1);
                let settings = self.policy.settings(self.books.segment_of(row.customer));
                minutes += if touchless { i128::from(settings.minutes(action)) } else { 0 };
            }
        }
        rows.by_action(
            "touchless_action_rate",
            &parts,
            all,
            "decisions carried out in the period without a person having approved, changed or done them, and not undone since / decisions carried out in it * 100",
        );
        let assumed = String::from("assumes that a person would have needed the minutes of the policy (worklist.minutes) for each");
        rows.put("hours_reclaimed", Ratio::try_new(minutes, MINUTES), "hours", "sum over what was done touchless in the period of the minutes of its action / 60", assumed);
    }

    /// Payments and money that were posted.
    fn touchless_cash(&self, rows: &mut Rows) {
        let mut payments: BTreeMap<PaymentIdx, Part> = BTreeMap::new();
        for row in self.books.allocations().iter().filter(|row| self.within(row.on) && row.cash > 0) {
            if let Credit::Payment(at) = row.credit {
                payments.entry(at).or_default().add(if self.is_line_touchless(row) { row.cash } else { 0 }, row.cash);
            }
        }
        let mut sums: BTreeMap<Currency, (Part, Part)> = BTreeMap::new();
        for (at, part) in payments {
            let Some(currency) = self.books.payment(at).map(|row| row.currency) else { continue };
            let (count, money) = sums.entry(currency).or_default();
            count.add(i64::from(part.part == part.whole), 1);
            (money.part, money.whole) = (money.part + part.part, money.whole + part.whole);
        }
        for (currency, (count, money)) in sums {
            rows.share_of_money(
                "touchless_payment_rate",
                count,
                "payments of which all that was posted in the period was posted touchless / payments with postings in it * 100",
                currency,
                count.note(),
            );
            rows.share_of_money("touchless_cash_rate", money, "money posted touchless in the period / money posted in it * 100", currency, String::new());
        }
    }

    /// Items settled without any human action.
    fn touchless_items(&self, rows: &mut Rows) {
        let mut found = Part::default();
        for postings in self.books.allocations().chunk_by(|a, b| a.item == b.item) {
            let item = postings.first().and_then(|row| self.books.item(row.item));
            if item.and_then(|item| item.settled_on).is_some_and(|day| self.within(day)) {
                found.add(i64::from(postings.iter().all(|row| self.is_line_touchless(row))), 1);
            }
        }
        let note = if found.whole == 0 { "no item with known postings was settled in the period".into() } else { format!("{} items with known postings", found.whole) };
        rows.put("touchless_rate", found.percent(), "percent", "items settled by postings without a person / items settled with known postings * 100", note);
    }

    /// What did not have to be put to people: of the day, and of the period.
    fn escalated(&self, rows: &mut Rows) {
        let mut today = Part::default();
        for decision in self.decisions.iter().filter(|decision| decision.action() != ActionKind::Wait) {
            let alone = decision.mode == Mode::Act && self.verdict_on(&decision.id).is_none() && self.question_on(&decision.id).is_none();
            today.add(i64::from(alone), 1);
        }
        rows.share("unescalated_today", today, "decisions of the day acted on that nobody was asked about / decisions of the day, without those that wait * 100");
        let verdicts = self.books.verdicts().filter(|row| self.within(row.1.on)).map(|row| row.0);
        let questions = self.books.questions().filter(|row| self.within(row.1.on)).map(|row| row.0);
        let cases: BTreeSet<&str> = self.deeds().map(|row| row.0).chain(verdicts).chain(questions).collect();
        let alone = self.deeds().filter(|(id, row)| self.is_touchless(id, row) && self.question_on(id).is_none()).count();
        let part = Part { part: alone as i128, whole: cases.len() as i128 };
        rows.share("unescalated_rate", part, "decisions carried out touchless in the period that nobody was asked about / decisions carried out, asked or answered in it * 100");
    }

    /// From the day on which a question was put to the newest answer; and how old those are that wait.
    fn time_to_decide(&self, rows: &mut Rows) {
        let answered = self.books.verdicts().filter(|(_, row)| self.within(row.on));
        let took = answered.filter_map(|(id, row)| Some(i64::from(days_between(self.question_on(id).filter(|asked| asked.on <= row.on)?.on, row.on))));
        let days: Vec<i64> = took.collect();
        let note = format!("{} answered", days.len());
        rows.put("time_to_decide_mean", kpi::mean(&days), "days", "mean days from the day on which a question was put to its answer, of those answered in the period", note.clone());
        rows.put("time_to_decide_median", kpi::median(&days), "days", "median days from the day on which a question was put to its answer, of those answered in the period", note);
        let asked = self.decisions.iter().filter(|decision| decision.mode == Mode::Ask).filter_map(|decision| decision.gate.asked_on);
        let ages: Vec<i64> = asked.map(|on| i64::from(days_between(on, self.as_of))).collect();
        let note = format!("{} open", ages.len());
        rows.put("open_question_days_mean", kpi::mean(&ages), "days", "mean days since the questions that are open were put", note.clone());
        rows.put("open_question_days_oldest", ages.iter().max().and_then(|days| Ratio::try_new(i128::from(*days), 1)), "days", "days since the oldest question that is open was put", note);
    }

    /// How often people did not take what was proposed.
    fn overrides(&self, rows: &mut Rows) {
        let (mut parts, mut all) = (BTreeMap::<ActionKind, Part>::new(), Part::default());
        for (id, row) in self.books.verdicts().filter(|(_, row)| self.within(row.on)) {
            let overridden = i64::from(row.kind != VerdictKind::Approved || row.edit.is_some());
            all.add(overridden, 1);
            let action = row.cell.as_ref().map(|cell| cell.action).or_else(|| self.books.deed(id)?.action);
            if let Some(action) = action {
                parts.entry(action).or_default().add(overridden, 1);
            }
        }
        rows.by_action("override_rate", &parts, all, "decisions rejected or changed in the period / decisions approved, rejected or changed in it * 100");
    }

    /// Postings that the engine made alone, and that people undid.
    fn false_posts(&self, rows: &mut Rows) {
        let mut all = Part::default();
        let mut money: BTreeMap<Currency, Part> = BTreeMap::new();
        for (_, row) in self.deeds().filter(|(id, row)| row.action == Some(ActionKind::PostAllocation) && self.is_alone(id, row)) {
            let undone = self.is_undone(&row);
            all.add(i64::from(undone), 1);
            if let Some(currency) = row.currency {
                money.entry(currency).or_default().add(if undone { row.amount } else { 0 }, row.amount);
            }
        }
        rows.share("false_post_rate", all, "postings of the period made without a person that people undid since / postings of the period made without a person * 100");
        for (currency, part) in money {
            let note = "what nobody has looked at counts as right".into();
            rows.share_of_money("false_post_rate_by_amount", part, "money posted in the period without a person that people undid since / money so posted * 100", currency, note);
        }
    }

    /// What the day asks of people, role by role.
    fn load(&self, rows: &mut Rows) {
        let mut roles: BTreeMap<&str, (i128, i128)> = BTreeMap::new();
        for decision in self.decisions.iter().filter(|decision| decision.mode == Mode::Ask) {
            let minutes = self.policy.settings(self.books.segment_of(decision.customer())).minutes(decision.action());
            let row = roles.entry(decision.ask_role.as_str()).or_default();
            *row = (row.0 + 1, row.1 + i128::from(minutes));
        }
        let (count, minutes) = roles.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        let mut both = |(count, minutes): (i128, i128), note: String| {
            rows.count("questions_waiting", count, "questions", "decisions of the day that wait for a person", note.clone());
            rows.count("question_minutes", minutes, "minutes", "sum over the decisions of the day that wait for a person of the minutes of their action", note);
        };
        both((count, minutes), String::new());
        for (role, row) in roles {
            both(row, format!("role {role}"));
        }
    }

    /// Questions and approvals that came to nothing.
    fn unanswered(&self, rows: &mut Rows) {
        let today: BTreeSet<&str> = self.decisions.iter().map(|decision| decision.id.as_str()).collect();
        let gone = |id: &str| !today.contains(id) && !self.is_done(id);
        let expired = self.books.questions().filter(|(id, row)| self.within(row.on) && self.verdict_on(id).is_none() && gone(id)).count();
        rows.count("expired_questions", expired as i128, "questions", "questions put in the period that nobody answered and that no decision of the day asks any more", String::new());
        let void = self.books.verdicts().filter(|(id, row)| self.within(row.on) && row.approved() && gone(id)).count();
        rows.count("void_approvals", void as i128, "approvals", "approvals of the period that were not carried out and that no decision of the day answers any more", String::new());
    }
}
