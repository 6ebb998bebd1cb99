//! Days late and to a date, counts, shares, the how-manieth reminder.

use super::super::facts::{InvoiceFact, InvoiceStatus};
use super::super::lexicon::{DAYS, DISPUTE, HOURS, INTEREST, LATE, MONTHS, OFFER, OPEN, SINCE, TERMS, WEEKS, YEARS};
use super::super::text::{Hedge, What};
use super::super::verdict::{ClaimKind, FindingCode};
use super::{Check, Segment, Unit};
use alloc::{format, string::String, string::ToString, vec::Vec};
use chrono::{Days, Months};

/// Words before a time that lies ahead.
const AHEAD: &[&str] = &["within", "in", "innerhalb", "binnen", "von", "sous", "dans", "en", "dentro", "next", "nachsten", "prochains", "proximos"];

impl Check<'_, '_> {
    /// Checks what is neither amount nor date.
    pub(super) fn time(&mut self, unit: &Unit, segment: &Segment, number: usize) {
        let Some(mention) = self.text.mentions.get(number).cloned() else { return };
        match mention.what {
            What::Time { count, unit: length, hedge } => {
                let fact = self.length(unit, segment, (number, mention.from, mention.to), (count, length, hedge));
                self.claim(number, ClaimKind::Days, count.to_string(), fact);
            }
            What::Count(count) => {
                let fact = self.count(unit, segment, number, count);
                self.claim(number, ClaimKind::Count, count.to_string(), fact);
            }
            What::Percent(ppm) => {
                let fact = self.percent(unit, number, ppm);
                self.claim(number, ClaimKind::Percent, ppm.to_string(), fact);
            }
            What::Stage(stage) => {
                let fact = self.stage(number, stage);
                self.claim(number, ClaimKind::Stage, stage.to_string(), fact);
            }
            What::Bare(count) => {
                let fact = self.bare(segment, number, count);
                self.claim(number, ClaimKind::Days, count.to_string(), fact);
            }
            _ => {}
        }
    }

    /// Whether so many days, weeks or months are exactly the time by which an invoice is late, or less where more is said.
    fn is_late_by(&self, invoice: &InvoiceFact, (count, length, hedge): (u32, u64, Hedge)) -> bool {
        let then = if length & DAYS != 0 {
            invoice.due.checked_add_days(Days::new(u64::from(count)))
        } else if length & WEEKS != 0 {
            invoice.due.checked_add_days(Days::new(u64::from(count) * 7))
        } else {
            invoice.due.checked_add_months(Months::new(if length & YEARS != 0 { count.saturating_mul(12) } else { count }))
        };
        let late = self.facts.as_of > invoice.due;
        late && then.is_some_and(|then| if hedge == Hedge::More { self.facts.as_of > then } else { self.facts.as_of == then })
    }

    fn length(&mut self, unit: &Unit, segment: &Segment, (number, from, to): (usize, usize, usize), said: (u32, u64, Hedge)) -> Option<String> {
        let (count, length, hedge) = said;
        if length & HOURS != 0 {
            self.wrong(number, FindingCode::FalseUrgency, "hours are never so short that they count");
            return None;
        }
        if matches!(hedge, Hedge::About | Hedge::Less) {
            self.wrong(number, if hedge == Hedge::About { FindingCode::Rounded } else { FindingCode::Comparative }, "a time is told exactly or not at all");
            return None;
        }
        let start = self.window(unit, from, |what| matches!(what, What::Time { .. } | What::Reference(_) | What::Date { .. }));
        let before = self.cues(start, from);
        let after = self.cues_after(unit, to);
        let late = after & LATE != 0 || self.cues(from.saturating_sub(6).max(start), from) & (LATE | SINCE) != 0;
        let ahead = (from.saturating_sub(3).max(start)..from).any(|at| AHEAD.contains(&self.text.tokens.text(at)));
        if before & TERMS != 0 && !late {
            return self.terms(segment, number, count);
        }
        if ahead && !late {
            let then = self.facts.as_of.checked_add_days(Days::new(u64::from(count) * if length & WEEKS != 0 { 7 } else { 1 }));
            if length & (DAYS | WEEKS) != 0 && hedge == Hedge::None && then.is_some() && then == self.facts.policy.deadline {
                self.seen.deadline = true;
                return Some("policy.deadline".to_string());
            }
            self.wrong(number, FindingCode::BadDays, "not the days to the deadline");
            return None;
        }
        if !late && segment.owners.is_empty() {
            self.wrong(number, FindingCode::BadDays, "a time that belongs to nothing");
            return None;
        }
        self.late(segment, number, said)
    }

    fn late(&mut self, segment: &Segment, number: usize, said: (u32, u64, Hedge)) -> Option<String> {
        let facts = self.facts;
        let owned: Vec<(usize, &InvoiceFact)> = if segment.owners.is_empty() {
            facts.known().iter().enumerate().filter(|row| row.1.status == InvoiceStatus::Open).collect()
        } else {
            segment.owners.iter().filter_map(|at| facts.known().get(*at).map(|invoice| (*at, invoice))).collect()
        };
        let fits = !owned.is_empty() && owned.iter().all(|row| self.is_late_by(row.1, said));
        let turn = owned.len() > 1 && owned.iter().any(|row| self.is_late_by(row.1, said)) && self.days_in_turn(segment, number, said);
        if fits || turn {
            return owned.first().map(|row| format!("days_overdue[{}]", row.0));
        }
        let elsewhere = said.2 == Hedge::None && facts.known().iter().enumerate().any(|(at, invoice)| !segment.owners.contains(&at) && self.is_late_by(invoice, said));
        let code = match said {
            (.., Hedge::More) => FindingCode::Comparative,
            (_, length, _) if length & (MONTHS | YEARS) != 0 => FindingCode::Comparative,
            _ if elsewhere && !segment.owners.is_empty() => FindingCode::Binding,
            _ => FindingCode::BadDays,
        };
        self.wrong(number, code, "not the days by which it is late");
        None
    }

    /// `A and B are 31 and 17 days overdue`: only what stands in the order of the invoices.
    fn days_in_turn(&self, segment: &Segment, number: usize, said: (u32, u64, Hedge)) -> bool {
        if segment.to - segment.from > super::dates::LONGEST_LIST {
            return false;
        }
        let times: Vec<usize> = self.mentions(segment.from, segment.to).into_iter().filter(|number| self.is(*number, |what| matches!(what, What::Time { .. }))).collect();
        let turn = times.iter().position(|time| *time == number).filter(|_| times.len() == segment.owners.len());
        turn.and_then(|turn| segment.owners.get(turn)).and_then(|place| self.facts.known().get(*place)).is_some_and(|invoice| self.is_late_by(invoice, said))
    }

    fn terms(&mut self, segment: &Segment, number: usize, count: u32) -> Option<String> {
        let facts = self.facts;
        let term = |invoice: &InvoiceFact| invoice.issued.map(|issued| (invoice.due - issued).num_days()) == Some(i64::from(count));
        let fits = if segment.owners.is_empty() { !facts.known().is_empty() && facts.known().iter().all(term) } else { segment.owners.iter().all(|at| facts.known().get(*at).is_some_and(term)) };
        if fits {
            return Some("terms".to_string());
        }
        self.wrong(number, FindingCode::BadDays, "not the days from invoice to due date");
        None
    }

    fn count(&mut self, unit: &Unit, segment: &Segment, number: usize, count: u32) -> Option<String> {
        let facts = self.facts;
        let with = |status: InvoiceStatus| facts.known().iter().filter(|invoice| invoice.status == status).count();
        let named = self.seen.invoices.iter().zip(facts.known()).filter(|row| row.0.named && row.1.status == InvoiceStatus::Open).count();
        let late = facts.known().iter().filter(|invoice| invoice.status == InvoiceStatus::Open && facts.days_late(invoice) > 0).count();
        let count = count as usize;
        let fact = if unit.cues & LATE != 0 && unit.cues & OPEN == 0 && count == late {
            "count_overdue"
        } else if count == facts.count() && (unit.cues & LATE == 0 || late == count) {
            "count"
        } else if count == named && count > 0 {
            "count_of_named"
        } else if segment.owners.len() > 1 && count == segment.owners.len() {
            "count_of_listed"
        } else if unit.cues & DISPUTE != 0 && count == with(InvoiceStatus::Disputed) {
            "count_disputed"
        } else {
            self.wrong(number, FindingCode::BadCount, "not so many");
            return None;
        };
        Some(fact.to_string())
    }

    fn percent(&mut self, unit: &Unit, number: usize, ppm: i64) -> Option<String> {
        if unit.cues & INTEREST != 0 {
            if self.facts.policy.interest_ppm == Some(ppm) {
                return Some("policy.interest_rate".to_string());
            }
            self.wrong(number, FindingCode::BadInterest, "a rate that is not in the facts");
            return None;
        }
        let offer = self.facts.policy.offers.iter().position(|offer| offer.rate_ppm == Some(ppm));
        if unit.cues & OFFER != 0 {
            if offer.is_none() {
                self.wrong(number, FindingCode::InventedOffer, "a share that was not offered");
            }
            return offer.map(|at| format!("policy.offers[{at}].percent"));
        }
        self.wrong(number, FindingCode::Unparsed, "a share of nothing that could be checked");
        None
    }

    fn stage(&mut self, number: usize, stage: u32) -> Option<String> {
        let sent = u32::try_from(self.facts.events.iter().filter(|event| super::super::acts::is_reminder(&event.kind)).count()).unwrap_or(u32::MAX);
        if stage == u32::from(self.facts.stage) || stage == sent.saturating_add(1) || (stage == sent && sent > 0) {
            return Some("stage".to_string());
        }
        let code = if stage > u32::from(self.facts.stage) { FindingCode::StageExceeded } else { FindingCode::BadCount };
        self.wrong(number, code, "not the how-manieth reminder");
        None
    }

    /// A cell of a table: days late, where a column is headed so.
    fn bare(&mut self, segment: &Segment, number: usize, count: u32) -> Option<String> {
        let from = self.text.mentions.get(number).map_or(0, |mention| mention.from);
        // `Days overdue: 31`
        let headed = self.cues(from.saturating_sub(5).max(segment.from), from) & DAYS != 0;
        let place = segment.owners.first().copied().filter(|_| segment.owners.len() == 1 && (headed || segment.named && self.days_column));
        let Some(invoice) = place.and_then(|place| self.facts.known().get(place)) else {
            self.wrong(number, FindingCode::Unparsed, "a number that says nothing that can be checked");
            return None;
        };
        if self.facts.days_late(invoice).max(0) == i64::from(count) {
            return place.map(|place| format!("days_overdue[{place}]"));
        }
        self.wrong(number, FindingCode::BadDays, "not the days by which it is late");
        None
    }
}
