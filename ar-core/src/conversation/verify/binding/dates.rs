//! Dates: due, of the invoice, of the deadline, of an event, of the notice.

use super::super::lexicon::{ASOF, CALLED, DEADLINE, DEMAND, DUE, ISSUED, LATE, OFFER, PAID, PROMISE, REMIND, SINCE, UNTIL};
use super::super::text::What;
use super::super::verdict::{ClaimKind, FindingCode};
use super::{Check, Segment, Unit};
use alloc::{format, string::String, string::ToString, vec::Vec};
use chrono::{Datelike, NaiveDate};

/// What a date is said to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Due,
    Issued,
    Deadline,
    /// By its words due or to be paid by.
    DueBy,
    Event,
    AsOf,
    Unsaid,
}

/// Half a year: a date without its year is of the nearest.
const NEAREST_DAYS: i64 = 183;

/// Tokens before a date in which the payment that is asked for is looked for.
const REACH: usize = 40;

/// Tokens of the longest list of dates that stand in the order of their invoices.
pub(super) const LONGEST_LIST: usize = 400;

#[derive(Clone, Copy)]
struct Day {
    number: usize,
    year: Option<i32>,
    month: u32,
    day: u32,
    weekday: Option<u32>,
}

impl Check<'_, '_> {
    pub(super) fn dates(&mut self, unit: &Unit, segment: &Segment, dates: &[usize]) {
        let mut unsaid = 0;
        for number in dates {
            let Some(mention) = self.text.mentions.get(*number) else { continue };
            let What::Date { year, month, day, weekday } = mention.what else { continue };
            let from = mention.from;
            let day = Day { number: *number, year, month, day, weekday };
            let role = self.role(unit, from);
            let fact = self.date(unit, segment, day, (role, from, unsaid));
            unsaid += usize::from(role == Role::Unsaid);
            let value = day.year.map_or_else(|| format!("--{month:02}-{:02}", day.day), |year| format!("{year:04}-{month:02}-{:02}", day.day));
            self.claim(*number, ClaimKind::Date, value, fact);
        }
    }

    /// What the words before a date say that it is: the nearest one counts.
    fn role(&self, unit: &Unit, at: usize) -> Role {
        let start = self.window(unit, at, |what| matches!(what, What::Date { .. } | What::Reference(_)));
        let cue = |here: usize| if self.text.is_covered(here) { 0 } else { self.text.cue(here) };
        let near = at.saturating_sub(3).max(start);
        let until = (near..at).rev().find(|here| cue(*here) & UNTIL != 0);
        if let Some(until) = until {
            let due = (until.saturating_sub(4).max(start)..until).any(|here| cue(here) & DUE != 0);
            return if due { Role::DueBy } else { Role::Deadline };
        }
        for here in (start..at).rev() {
            let cue = cue(here);
            let role = if cue & DEADLINE != 0 && cue & DUE == 0 {
                Role::Deadline
            } else if cue & (DUE | SINCE) != 0 || (cue & LATE != 0 && cue & DEMAND == 0) {
                Role::Due
            } else if cue & ISSUED != 0 {
                Role::Issued
            } else if cue & (REMIND | PROMISE | PAID | CALLED) != 0 {
                Role::Event
            } else if cue & ASOF != 0 {
                Role::AsOf
            } else {
                continue;
            };
            return role;
        }
        Role::Unsaid
    }

    /// The day that was meant, where it is this one.
    fn is_day(&self, day: Day, fact: NaiveDate) -> bool {
        let year = day.year.map_or_else(|| (fact - self.facts.as_of).num_days().abs() < NEAREST_DAYS, |year| year == fact.year());
        year && day.month == fact.month() && day.day == fact.day()
    }

    /// The facts that a date may be, by its role.
    fn days(&self, unit: &Unit, segment: &Segment, (role, from, unsaid): (Role, usize, usize)) -> Vec<(NaiveDate, String)> {
        let facts = self.facts;
        let owners = || segment.owners.iter().filter_map(|at| facts.known().get(*at).map(|invoice| (*at, invoice)));
        let mut due: Vec<(NaiveDate, String)> = owners().map(|(at, invoice)| (invoice.due, format!("invoices[{at}].due"))).collect();
        if segment.owners.is_empty() {
            // Of all at once only what is the same for all.
            let first = facts.known().iter().find(|invoice| invoice.status == super::InvoiceStatus::Open).map(|invoice| invoice.due);
            let same = first.filter(|day| facts.known().iter().all(|invoice| invoice.status != super::InvoiceStatus::Open || invoice.due == *day));
            due.extend(same.map(|day| (day, "invoices.due".to_string())));
        }
        let issued = owners().filter_map(|(at, invoice)| invoice.issued.map(|day| (day, format!("invoices[{at}].issued"))));
        let deadline = facts.policy.deadline.map(|day| (day, "policy.deadline".to_string()));
        let events = facts.events.iter().enumerate().map(|(at, event)| (event.on, format!("events[{at}].date")));
        let as_of = (facts.as_of, "as_of".to_string());
        let offers = facts.policy.offers.iter().enumerate().filter(|_| unit.cues & OFFER != 0).filter_map(|(at, offer)| offer.until.map(|day| (day, format!("policy.offers[{at}].until"))));
        let asks = self.cues(from.saturating_sub(REACH).max(unit.from), from) & DEMAND != 0;
        match role {
            Role::Due if asks && !segment.named => due.into_iter().chain(deadline).collect(),
            Role::Due => due,
            Role::Issued => issued.collect(),
            Role::Deadline => deadline.into_iter().chain(offers).collect(),
            Role::DueBy => due.into_iter().chain(deadline).collect(),
            Role::Event => events.collect(),
            Role::AsOf => alloc::vec![as_of],
            Role::Unsaid => {
                let mut may: Vec<(NaiveDate, String)> = Vec::new();
                // Of two days in a row of a table the first is that of the invoice.
                if unsaid == 0 {
                    may.extend(issued);
                }
                may.extend(due);
                if !segment.named {
                    may.push(as_of);
                }
                if unit.cues & (REMIND | PROMISE | PAID | CALLED) != 0 {
                    may.extend(events);
                }
                if unit.cues & DEMAND != 0 && !segment.named {
                    may.extend(deadline);
                }
                may
            }
        }
    }

    /// The fact that a date is; where it is none, the finding is made.
    fn date(&mut self, unit: &Unit, segment: &Segment, day: Day, role: (Role, usize, usize)) -> Option<String> {
        let may = self.days(unit, segment, role);
        let found: Vec<&(NaiveDate, String)> = may.iter().filter(|row| self.is_day(day, row.0)).collect();
        // Of several invoices in a row: each of them.
        let shared = segment.owners.len() > 1 && matches!(role.0, Role::Due);
        let fact = found.first().filter(|_| !shared || found.len() == may.len() || found.len() == 1 && self.in_turn(segment, day)).copied();
        let Some((on, fact)) = fact.cloned() else {
            self.bad_date(segment, day, role.0);
            return None;
        };
        if day.weekday.is_some_and(|weekday| weekday != on.weekday().num_days_from_monday()) {
            self.wrong(day.number, FindingCode::WeekdayMismatch, "the weekday of another day");
            return None;
        }
        if fact.ends_with(".due") {
            for place in &segment.owners {
                let is = self.facts.known().get(*place).is_some_and(|invoice| invoice.due == on);
                if let Some(said) = self.seen.invoices.get_mut(*place).filter(|_| is) {
                    said.due = true;
                }
            }
            if fact == "invoices.due" {
                self.seen.invoices.iter_mut().for_each(|said| said.due = true);
            }
        }
        self.seen.deadline |= fact == "policy.deadline";
        Some(fact)
    }

    /// `A and B were due on x and y`: the days stand in the order of the invoices.
    fn in_turn(&self, segment: &Segment, day: Day) -> bool {
        if segment.to - segment.from > LONGEST_LIST {
            return false;
        }
        let dates: Vec<usize> = self.mentions(segment.from, segment.to).into_iter().filter(|number| self.is(*number, |what| matches!(what, What::Date { .. }))).collect();
        let turn = dates.iter().position(|number| *number == day.number);
        let place = turn.filter(|_| dates.len() >= segment.owners.len()).and_then(|turn| segment.owners.get(turn));
        place.and_then(|place| self.facts.known().get(*place)).is_some_and(|invoice| self.is_day(day, invoice.due))
    }

    fn bad_date(&mut self, segment: &Segment, day: Day, role: Role) {
        let own = day.year.and_then(|year| NaiveDate::from_ymd_opt(year, day.month, day.day));
        if own.zip(day.weekday).is_some_and(|(own, weekday)| own.weekday().num_days_from_monday() != weekday) {
            self.wrong(day.number, FindingCode::WeekdayMismatch, "the weekday of another day");
        }
        if role == Role::Event {
            if self.facts.events.is_empty() {
                self.wrong(day.number, FindingCode::InventedEvent, "nothing of that day is in the facts");
            } else {
                self.wrong(day.number, FindingCode::BadDate, "not the day on which it happened");
                self.wrong(day.number, FindingCode::InventedEvent, "nothing of that day is in the facts");
            }
            return;
        }
        let of_other = |at: usize, on: NaiveDate| !segment.owners.contains(&at) && self.is_day(day, on);
        let elsewhere = matches!(role, Role::Due | Role::Issued | Role::Unsaid)
            && self.facts.known().iter().enumerate().any(|(at, invoice)| of_other(at, invoice.due) || invoice.issued.is_some_and(|on| of_other(at, on)));
        if elsewhere {
            self.wrong(day.number, FindingCode::Binding, "the day of another invoice");
        } else {
            self.wrong(day.number, FindingCode::BadDate, "not in the facts, or not in this place");
        }
    }
}
