//! Which invoice a value belongs to, and whether it is true of it.
//!
//! A text divides into units: sentences, lines of a list, rows of a table. A unit divides into segments, each of one invoice or of several
//! named in a row; what the unit names no invoice for belongs to the one named last in the paragraph, or to the only one there is.

mod dates;
mod money;
mod status;
mod times;

use super::facts::{Facts, InvoiceStatus};
use super::text::{Text, What};
use super::verdict::{Claim, ClaimKind, FindingCode};
use crate::conversation::token::Kind;
use alloc::{string::String, vec::Vec};

/// What was said of an invoice.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) named: bool,
    pub(super) open: bool,
    pub(super) due: bool,
    /// The mention that tells what it was made out for.
    gross: Option<usize>,
}

/// What was said at all.
pub(super) struct Seen {
    pub(super) invoices: Vec<Said>,
    pub(super) deadline: bool,
}

/// The part of a unit in which values belong to the same invoices.
#[derive(Clone, Debug)]
struct Segment {
    from: usize,
    /// The token after the last.
    to: usize,
    /// By their place in the facts.
    owners: Vec<usize>,
    /// The invoices are named in the segment itself.
    named: bool,
}

/// One unit, and what is asked about it.
struct Unit {
    from: usize,
    to: usize,
    /// Everything that its words may mean.
    cues: u64,
    named: Vec<usize>,
    /// What is open of the invoices that it names, where it names several.
    listed: Option<i64>,
}

pub(super) struct Check<'c, 't> {
    text: &'c mut Text<'t>,
    facts: &'c Facts,
    claims: &'c mut Vec<Claim>,
    seen: Seen,
    /// Sums that may be called a total.
    sums: Vec<(i64, &'static str)>,
    /// A line without numbers speaks of days: the head of a column.
    days_column: bool,
}

/// Checks every value.
pub(super) fn check(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) -> Seen {
    let seen = Seen { invoices: alloc::vec![Said::default(); facts.known().len()], deadline: false };
    let mut check = Check { text, facts, claims, seen, sums: Vec::new(), days_column: false };
    check.name_all();
    check.sums = check.totals();
    let starts = check.text.units();
    let mut context: Vec<usize> = Vec::new();
    for (number, from) in starts.iter().enumerate() {
        let to = starts.get(number + 1).copied().unwrap_or(check.text.tokens.len());
        if check.text.begins_paragraph(*from) {
            context.clear();
        }
        let unit = check.unit(*from, to);
        check.head(&unit);
        let segments = check.segments(&unit, &context);
        for segment in &segments {
            check.segment(&unit, segment);
        }
        if !unit.named.is_empty() {
            context.clone_from(&unit.named);
            context.sort_unstable();
            context.dedup();
        }
    }
    check.gross_alone();
    check.seen
}

impl Check<'_, '_> {
    fn name_all(&mut self) {
        for mention in &self.text.mentions {
            if let What::Reference(at) = mention.what
                && let Some(said) = self.seen.invoices.get_mut(at)
            {
                said.named = true;
            }
        }
    }

    fn unit(&self, from: usize, to: usize) -> Unit {
        let cues = (from..to).filter(|at| !self.text.is_covered(*at)).fold(0, |all, at| all | self.text.cue(at));
        let mut unit = Unit { from, to, cues, named: Vec::new(), listed: None };
        let mut at = from;
        while at < to {
            let Some(mention) = self.text.at(at) else {
                at += 1;
                continue;
            };
            if let What::Reference(place) = mention.what {
                unit.named.push(place);
            }
            at = mention.to.max(at) + 1;
        }
        if unit.named.len() > 1 {
            let mut named = unit.named.clone();
            named.sort_unstable();
            named.dedup();
            unit.listed = self.open_of(&named);
        }
        unit
    }

    /// What is open of the invoices among these that may be asked for.
    fn open_of(&self, places: &[usize]) -> Option<i64> {
        let rows = places.iter().filter_map(|at| self.facts.known().get(*at)).filter(|invoice| invoice.status == InvoiceStatus::Open);
        rows.map(|invoice| invoice.open).try_fold(0_i64, i64::checked_add)
    }

    /// Whether a line is the head of a table with a column of days.
    fn head(&mut self, unit: &Unit) {
        let numbers = (unit.from..unit.to).any(|at| self.text.kind(at) == Some(Kind::Digits));
        self.days_column |= !numbers && unit.cues & super::lexicon::DAYS != 0;
    }

    /// The mentions of a part of the text, in order.
    fn mentions(&self, from: usize, to: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut at = from;
        while at < to {
            let number = self.text.number_at(at);
            match number.and_then(|number| self.text.mentions.get(number).map(|mention| (number, mention.to))) {
                Some((number, last)) => {
                    found.push(number);
                    at = last.max(at) + 1;
                }
                None => at += 1,
            }
        }
        found
    }

    fn segments(&self, unit: &Unit, context: &[usize]) -> Vec<Segment> {
        let groups = self.groups(unit);
        if groups.is_empty() {
            let only = self.only();
            let owners = if context.len() == 1 { context.to_vec() } else { only.into_iter().collect() };
            return alloc::vec![Segment { from: unit.from, to: unit.to, owners, named: false }];
        }
        if let [one] = groups.as_slice() {
            return alloc::vec![Segment { from: unit.from, to: unit.to, owners: one.owners.clone(), named: true }];
        }
        let is_money = |number: &usize| self.text.mentions.get(*number).filter(|mention| matches!(mention.what, What::Money { .. })).map(|mention| mention.from);
        let mentions = self.mentions(unit.from, unit.to);
        let first = mentions.iter().find_map(is_money);
        let last = mentions.iter().rev().find_map(is_money);
        let (first_group, last_group) = (groups.first().map_or(0, |group| group.from), groups.last().map_or(0, |group| group.from));
        // `£5 for A and £6 for B`: the invoice is behind its values.
        let behind = first.is_some_and(|at| at < first_group) && last.is_some_and(|at| at < last_group);
        let mut segments = Vec::with_capacity(groups.len() + 1);
        if behind {
            let mut from = unit.from;
            for (at, group) in groups.iter().enumerate() {
                let to = if at + 1 == groups.len() { unit.to } else { group.to };
                segments.push(Segment { from, to, owners: group.owners.clone(), named: true });
                from = to;
            }
            return segments;
        }
        segments.push(Segment { from: unit.from, to: first_group, owners: Vec::new(), named: false });
        for (at, group) in groups.iter().enumerate() {
            let to = groups.get(at + 1).map_or(unit.to, |next| next.from);
            segments.push(Segment { from: group.from, to, owners: group.owners.clone(), named: true });
        }
        segments
    }

    /// Invoices that are named in a row, with nothing but `and` between them.
    fn groups(&self, unit: &Unit) -> Vec<Segment> {
        let mut groups: Vec<Segment> = Vec::new();
        for number in self.mentions(unit.from, unit.to) {
            let Some(mention) = self.text.mentions.get(number) else { continue };
            let What::Reference(place) = mention.what else { continue };
            let joins = |at: usize| matches!(self.text.tokens.text(at), "," | "/" | "&" | "and" | "und" | "sowie" | "et" | "y" | "e" | "or" | "oder" | "ou" | "o");
            match groups.last_mut().filter(|group| (group.to..mention.from).all(joins)) {
                Some(group) => {
                    group.owners.push(place);
                    group.to = mention.to + 1;
                }
                None => groups.push(Segment { from: mention.from, to: mention.to + 1, owners: alloc::vec![place], named: true }),
            }
        }
        // An invoice that is named twice in a row of its own is one.
        groups.dedup_by(|next, before| {
            let same = next.owners == before.owners;
            if same {
                before.to = next.to;
            }
            same
        });
        groups
    }

    /// The only invoice that may be asked for; nothing where there are several.
    fn only(&self) -> Option<usize> {
        let mut open = self.facts.known().iter().enumerate().filter(|row| row.1.status == InvoiceStatus::Open);
        open.next().filter(|_| open.next().is_none()).map(|row| row.0)
    }

    fn segment(&mut self, unit: &Unit, segment: &Segment) {
        self.status(segment);
        let mentions = self.mentions(segment.from, segment.to);
        let moneys: Vec<usize> = mentions.iter().copied().filter(|number| self.is(*number, |what| matches!(what, What::Money { .. }))).collect();
        let dates: Vec<usize> = mentions.iter().copied().filter(|number| self.is(*number, |what| matches!(what, What::Date { .. }))).collect();
        self.moneys(unit, segment, &moneys);
        self.dates(unit, segment, &dates);
        for number in mentions {
            self.time(unit, segment, number);
        }
    }

    fn is(&self, number: usize, what: impl Fn(&What) -> bool) -> bool {
        self.text.mentions.get(number).is_some_and(|mention| what(&mention.what))
    }

    /// What the words between two tokens may mean, where no mention is.
    fn cues(&self, from: usize, to: usize) -> u64 {
        (from..to).filter(|at| !self.text.is_covered(*at)).fold(0, |all, at| all | self.text.cue(at))
    }

    /// What the words behind a mention may mean, up to the next mention or mark, at most four.
    fn cues_after(&self, unit: &Unit, to: usize) -> u64 {
        let words = (to + 1..unit.to).take(5).take_while(|at| !self.text.is_covered(*at) && !matches!(self.text.tokens.text(*at), "," | "." | ";" | ":" | ")" | "|"));
        words.fold(0, |all, at| all | self.text.cue(at))
    }

    /// The token after the last mention of a kind before a place of the unit.
    fn window(&self, unit: &Unit, at: usize, stops: impl Fn(&What) -> bool) -> usize {
        (unit.from..at).rev().find(|here| self.text.at(*here).is_some_and(|mention| stops(&mention.what))).map_or(unit.from, |here| here + 1)
    }

    fn claim(&mut self, number: usize, kind: ClaimKind, value: String, fact: Option<String>) {
        let Some(mention) = self.text.mentions.get(number) else { return };
        let span = self.text.tokens.span(mention.from, mention.to);
        self.claims.push(Claim { span, kind, value, fact });
    }

    fn wrong(&mut self, number: usize, code: FindingCode, message: &str) {
        let Some(mention) = self.text.mentions.get(number) else { return };
        let (from, to) = (mention.from, mention.to);
        self.text.find_at(code, from, to, message);
    }
}
