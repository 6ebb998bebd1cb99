//! The worklist: what people should do today, best first, within the time that they have.
//!
//! Role by role it is chosen what fits into the day: first what the policy puts first, by priority; then, in the time that is left,
//! the set that is worth most (`choice`; worth: `scoring::Worth`). What does not fit, or is worth nothing, waits. Both halves stand in
//! the order of their priority: what is chosen is chosen for its worth, and begun with where it is urgent.

use super::choice::{self, Candidate};
use crate::action::Mode;
use crate::decision::Decision;
use crate::ledger::Books;
use crate::money::{Currency, pow10};
use crate::policy::Policy;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use core::cmp::Reverse;

/// What people have to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worklist {
    /// Places among the decisions, best first.
    pub lines: Vec<Line>,
    /// Role by role, how much of it fits into the day.
    pub capacity: Vec<CapacityRow>,
}

/// One decision of the worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The place among the decisions.
    pub decision: u32,
    /// Minutes that it takes.
    pub minutes: i64,
    /// Whether it is to be done today.
    pub today: bool,
    /// Whether the policy puts it before all others.
    pub first: bool,
    /// What it is worth, in minor units of the currency that all are compared in.
    pub value: i64,
    /// Whether an exchange rate says so.
    pub rated: bool,
}

/// What one role has to do, and how good the choice for its day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityRow {
    /// The role.
    pub role: String,
    /// Minutes that it has; `None` = no limit.
    pub capacity: Option<i64>,
    /// Minutes that are given to what is to be done today.
    pub minutes: i64,
    /// Decisions for today.
    pub today: i64,
    /// Decisions that wait.
    pub waiting: i64,
    /// The currency of the values.
    pub currency: Currency,
    /// What the decisions that were chosen by their worth are worth together.
    pub value: i64,
    /// No choice in the same time would be worth more.
    pub bound: i64,
    /// Whether the choice is the best.
    pub exact: bool,
    /// Decisions in a currency without a rate: their usual item was taken as worth as much as that of the other currency.
    pub without_rate: i64,
}

/// What the worklist is made of.
pub struct Facts<'f> {
    /// The books.
    pub books: &'f Books,
    /// The policy.
    pub policy: &'f Policy,
    /// The day.
    pub as_of: NaiveDate,
    /// The decisions.
    pub decisions: &'f [Decision],
    /// Median open amount by currency.
    pub usual: &'f BTreeMap<Currency, i64>,
}

/// Puts what people have to do in order.
pub fn worklist(facts: &Facts<'_>) -> Worklist {
    let asked = || (0u32..).zip(facts.decisions).filter(|(_, decision)| decision.mode == Mode::Ask);
    let currencies: BTreeSet<Currency> = asked().map(|row| row.1.draft.currency).collect();
    let Some(currency) = facts.currency(asked().map(|row| row.1)) else { return Worklist::default() };
    // Once a currency: a book may have many rates, and more decisions.
    let scales: BTreeMap<Currency, Scale> = currencies.into_iter().map(|from| (from, facts.scale(from, currency))).collect();
    let line = |(at, decision): (u32, &Decision)| Some(facts.line(at, decision, *scales.get(&decision.draft.currency)?));
    // By priority. What is compared stands beside the line: decisions lie far apart.
    let mut keyed: Vec<(Reverse<i64>, Reverse<i64>, Line)> = asked().filter_map(|row| Some((Reverse(row.1.draft.priority), Reverse(row.1.draft.amount), line(row)?))).collect();
    let id = |line: &Line| facts.decision(line).map(|decision| decision.id.as_str());
    keyed.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| id(&a.2).cmp(&id(&b.2))));
    let mut lines: Vec<Line> = keyed.into_iter().map(|row| row.2).collect();
    let roles: BTreeSet<&str> = asked().map(|row| row.1.ask_role.as_str()).collect();
    let capacity = roles.into_iter().map(|role| facts.role(role, currency, &mut lines)).collect();
    // The sort is stable: inside each half the order stays.
    lines.sort_by_key(|line| !line.today);
    Worklist { lines, capacity }
}

/// A numerator and a denominator, and whether an exchange rate gave them.
#[derive(Clone, Copy)]
struct Scale {
    ratio: (i128, i128),
    rated: bool,
}

impl Scale {
    fn value(self, value: i64) -> i64 {
        let scaled = i128::from(value).checked_mul(self.ratio.0).and_then(|scaled| i64::try_from(scaled / self.ratio.1).ok());
        scaled.unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
    }
}

impl Facts<'_> {
    fn decision(&self, line: &Line) -> Option<&Decision> {
        self.decisions.get(line.decision as usize)
    }

    /// The currency that values are compared in: the policy's where the books know what it is worth, else that of most decisions.
    fn currency<'d>(&self, asked: impl Iterator<Item = &'d Decision>) -> Option<Currency> {
        let mut counts: BTreeMap<Currency, u32> = BTreeMap::new();
        asked.for_each(|decision| *counts.entry(decision.draft.currency).or_default() += 1);
        let most = *counts.iter().max_by_key(|(currency, count)| (**count, Reverse(**currency)))?.0;
        let known = |to: &Currency| self.usual.contains_key(to) || counts.keys().all(|from| self.books.rate(*from, *to, self.as_of, self.as_of).is_some());
        Some(self.policy.base().reporting_currency.filter(known).unwrap_or(most))
    }

    fn line(&self, at: u32, decision: &Decision, scale: Scale) -> Line {
        let settings = self.policy.settings(self.books.segment_of(decision.customer()));
        let action = decision.draft.action;
        Line { decision: at, minutes: settings.minutes(action), today: false, first: settings.first.contains(&action), value: scale.value(decision.draft.worth.net()), rated: scale.rated }
    }

    /// How values in one currency are counted in another: at the rate of the day; where there is none, a usual item of the one is taken
    /// as one of the other, and where nothing is open in one of them, a unit as a unit.
    fn scale(&self, from: Currency, to: Currency) -> Scale {
        if let Some(rate) = self.books.rate(from, to, self.as_of, self.as_of) {
            return Scale { ratio: rate.ratio(), rated: true };
        }
        let ratio = match (self.usual.get(&from), self.usual.get(&to)) {
            (Some(one), Some(other)) if *one > 0 => (i128::from(*other), i128::from(*one)),
            _ => (pow10(to.exponent()), pow10(from.exponent())),
        };
        Scale { ratio, rated: false }
    }

    /// Chooses for one role. `lines` are in order.
    fn role(&self, role: &str, currency: Currency, lines: &mut [Line]) -> CapacityRow {
        let base = self.policy.base();
        let capacity = base.capacity.get(role).copied();
        let mine: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).and_then(|line| self.decision(line)).is_some_and(|decision| decision.ask_role == role)).collect();
        let mut room = capacity.unwrap_or(i64::MAX);
        let mut open: Vec<usize> = Vec::new();
        for at in mine.iter().copied() {
            let Some(line) = lines.get_mut(at) else { continue };
            if !line.first {
                open.push(at);
            } else if line.minutes <= room {
                line.today = true;
                room -= line.minutes;
            }
        }
        let candidates: Vec<Candidate> = open.iter().filter_map(|at| lines.get(*at)).map(Line::candidate).collect();
        let choice = choice::choose(&candidates, room, base.worklist.choice_budget);
        for (at, chosen) in open.into_iter().zip(choice.chosen) {
            if let Some(line) = lines.get_mut(at) {
                line.today = chosen;
            }
        }
        let of_role = || mine.iter().filter_map(|at| lines.get(*at));
        let without_rate = of_role().filter(|line| !line.rated).count() as i64;
        let today = of_role().filter(|line| line.today).count() as i64;
        let minutes = of_role().filter(|line| line.today).map(|line| line.minutes).fold(0, i64::saturating_add);
        CapacityRow { role: role.into(), capacity, minutes, today, waiting: mine.len() as i64 - today, currency, value: choice.value, bound: choice.bound, exact: choice.exact, without_rate }
    }
}

impl Line {
    const fn candidate(&self) -> Candidate {
        Candidate { value: self.value, minutes: self.minutes }
    }
}
