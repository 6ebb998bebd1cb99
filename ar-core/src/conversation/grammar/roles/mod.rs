//! What each day, amount and reference stands for: decided from the intents of the clause it is in, and from the words around it.

mod cues;
mod disputed;

use super::lexicon::Lex;
use super::signs::Sign;
use super::{AmountMention, DayKind, DayMention, ReferenceMention, Words};
use crate::conversation::read::{AmountFound, AmountRole, DateFound, DateRole, Intent, ReferenceFound};
use crate::conversation::token::Span;
use alloc::vec::Vec;
use chrono::NaiveDate;
use cues::{Cues, around};

/// A clause and what it says.
#[derive(Clone, Copy, Debug)]
pub struct Clause<'a> {
    /// Where.
    pub span: Span,
    /// What it says, the surest first.
    pub intents: &'a [Intent],
}

/// The role that an intent gives to a day.
const fn role_of(intent: Intent) -> Option<DateRole> {
    match intent {
        Intent::PromiseToPay => Some(DateRole::Promise),
        Intent::ExtensionRequest => Some(DateRole::Extension),
        Intent::PaymentPlanRequest => Some(DateRole::Instalment),
        Intent::PaymentMade => Some(DateRole::Paid),
        Intent::OutOfOffice => Some(DateRole::Return),
        _ => None,
    }
}

/// What the days of a text stand for, in its order.
pub fn dates(words: &Words<'_>, clauses: &[Clause<'_>], days: &[DayMention], received: NaiveDate) -> Vec<DateFound> {
    let strong = days.iter().any(|day| !matches!(day.kind, DayKind::Length | DayKind::Past | DayKind::Running));
    days.iter()
        .map(|day| {
            let (role, on) = role(words, clauses, day, received, strong);
            DateFound { role, on, bound: day.bound, span: day.span }
        })
        .collect()
}

/// What the amounts of a text stand for, in its order.
pub fn amounts(words: &Words<'_>, clauses: &[Clause<'_>], amounts: &[AmountMention]) -> Vec<AmountFound> {
    amounts.iter().map(|amount| AmountFound { role: amount_role(words, clauses, amount), minor: amount.minor, currency: amount.currency, span: amount.span }).collect()
}

/// The references of a text, in its order; those that are disputed say so.
pub fn references(words: &Words<'_>, clauses: &[Clause<'_>], references: &[ReferenceMention]) -> Vec<ReferenceFound> {
    let row = |reference: &ReferenceMention| ReferenceFound {
        written: reference.written.clone(),
        item: reference.item,
        disputed: disputed::is_disputed(words, clauses, reference.span),
        span: reference.span,
    };
    references.iter().map(row).collect()
}

/// The clause around a span.
fn clause_of<'c, 'a>(clauses: &'c [Clause<'a>], span: Span) -> Option<&'c Clause<'a>> {
    let at = clauses.partition_point(|clause| clause.span.end <= span.start);
    clauses.get(at).filter(|clause| clause.span.start < span.end)
}

/// The tokens of a span: the first, and the one after the last.
fn tokens_of(words: &Words<'_>, span: Span) -> (usize, usize) {
    let all = words.tokens.all();
    (all.partition_point(|token| token.span.start < span.start), all.partition_point(|token| token.span.start < span.end))
}

/// The cues around a span in its clause.
fn cues_of(words: &Words<'_>, clause: &Clause<'_>, span: Span) -> Cues {
    around(words, tokens_of(words, span), tokens_of(words, clause.span))
}

fn role(words: &Words<'_>, clauses: &[Clause<'_>], day: &DayMention, received: NaiveDate, strong: bool) -> (DateRole, NaiveDate) {
    let other = (DateRole::Other, if day.kind == DayKind::Past { day.back } else { day.ahead });
    let Some(clause) = clause_of(clauses, day.span) else { return other };
    let is = |intent: Intent| clause.intents.contains(&intent);
    let (from, end) = tokens_of(words, day.span);
    if is_of_paper(words, from) {
        let back = day.ahead != day.back || day.back <= received;
        return (DateRole::Other, if back { day.back } else { day.ahead });
    }
    let cues = cues_of(words, clause, day.span);
    let (only_past, only_ahead) = (day.kind == DayKind::Past || day.ahead < received, day.back > received);
    let future = cues.has(Sign::Will) || (cues.has(Sign::Pays) && !cues.has(Sign::Was) && !cues.has(Sign::Done));
    let past = !cues.has(Sign::Will) && (cues.has(Sign::Was) || cues.has(Sign::Done) || cues.has(Sign::Else));
    let ahead = |role: DateRole| (role, if role == DateRole::Return && matches!(day.kind, DayKind::Period) { day.first } else { day.ahead });
    let back = words.word_back(from, 1);
    let replaced = ["than", "statt", "anstatt", "lieu", "lugar"].iter().any(|word| (1..=3).any(|step| words.word_back(from, step) == *word)) || (back == "of" && words.word_back(from, 2) == "instead");
    if replaced {
        return other;
    }
    // A day of something else that happened: the goods came on Monday.
    let happened = cues.has(Sign::Else) && !future;
    let long = matches!(day.kind, DayKind::Ahead | DayKind::Length | DayKind::Period | DayKind::Running);
    let planned = cues.has(Sign::Will) && !only_past;
    let length = day.kind == DayKind::Length;
    let due = is_due(words, from);
    let may = |role: DateRole| match role {
        DateRole::Paid => !(only_ahead || long || planned),
        DateRole::Return => !(only_past || day.kind == DayKind::Running || is_from(words, from, end)),
        DateRole::Extension => !(only_past || due || (length && strong) || (happened && !cues.has(Sign::Grace))),
        DateRole::Instalment => !(only_past || due || length),
        DateRole::Promise => !(only_past || due || length || (happened && !cues.has(Sign::Done))),
        DateRole::Other => false,
    };
    let mut roles = clause.intents.iter().filter_map(|intent| role_of(*intent)).filter(|role| may(*role));
    let Some(first) = roles.next() else { return other };
    let role = if roles.next().is_none() {
        first
    } else if is(Intent::OutOfOffice) && cues.has(Sign::Back) && may(DateRole::Return) && !future {
        DateRole::Return
    } else if is(Intent::PaymentMade) && may(DateRole::Paid) && (past || only_past) {
        DateRole::Paid
    } else if is(Intent::ExtensionRequest) && may(DateRole::Extension) && cues.has(Sign::Grace) {
        DateRole::Extension
    } else if is(Intent::PaymentPlanRequest) && may(DateRole::Instalment) && cues.has(Sign::Part) {
        DateRole::Instalment
    } else if is(Intent::PromiseToPay) && may(DateRole::Promise) && (future || only_ahead) {
        DateRole::Promise
    } else {
        first
    };
    if role == DateRole::Paid { (role, day.back) } else { ahead(role) }
}

/// What joins a paper and its day.
const OF: &[&str] = &["of", "dated", "from", "vom", "von", "du", "del", "de", "des", "sent", "date", "datiert", "datee", "fechada", "fecha"];

/// Whether the day is that of a letter, an invoice, an order: `Ihre Mahnung vom 3.3.`, `invoice 5001 dated 2 May`. In `we pay invoice 5001 on
/// Friday` nothing joins them.
fn is_of_paper(words: &Words<'_>, from: usize) -> bool {
    let mut joined = false;
    for step in 1..=6 {
        let word = words.word_back(from, step);
        if words.has_back(from, step, Sign::Paper) {
            return joined;
        }
        if word == "dated" || word == "datiert" {
            return true;
        }
        joined |= OF.contains(&word);
        // The number of an invoice may stand between.
        let number = from.checked_sub(step).is_some_and(|at| words.is_digits(at) || words.mark(at, "-/#."));
        if !(number || OF.contains(&word) || ["the", "on", "den", "le", "el", "con"].contains(&word)) {
            return false;
        }
    }
    false
}

/// Whether the day is when something fell due.
fn is_due(words: &Words<'_>, from: usize) -> bool {
    (1..=3).any(|step| ["due", "fallig", "falligkeit", "echeance", "vencimiento", "vencia", "vence", "faellig"].contains(&words.word_back(from, step))) && words.lex_back(from, 1) != Lex::Range
}

/// Whether the day is one from which somebody is away.
fn is_from(words: &Words<'_>, from: usize, end: usize) -> bool {
    let start = ["from", "since", "starting", "seit", "depuis", "desde"].contains(&words.word_back(from, 1))
        || (["ab", "from", "vom", "du", "del"].contains(&words.word_back(from, 1)) || ["from", "ab"].contains(&words.word_back(from, 2)));
    let again = (0..4).any(|step| {
        ["back", "again", "wieder", "zuruck", "retour", "nouveau", "nuevo", "erreichbar", "available"].contains(&words.word(end + step))
            || ["back", "available", "retour", "wieder", "return", "disponible"].contains(&words.word_back(from, step + 1))
    });
    start && !again
}

fn amount_role(words: &Words<'_>, clauses: &[Clause<'_>], amount: &AmountMention) -> AmountRole {
    let (from, end) = tokens_of(words, amount.span);
    let Some(clause) = clause_of(clauses, amount.span) else { return AmountRole::Other };
    let is = |intent: Intent| clause.intents.contains(&intent);
    // A rate (`£62/hour`, `12 € per unit`) is what is argued about, no amount that is held back.
    let rate = words.joined_mark(end, "/") || (matches!(words.lex(end), Lex::Every) && !is(Intent::PaymentPlanRequest));
    let near = |list: &[&str]| (1..=4).any(|step| list.contains(&words.word_back(from, step)));
    if rate {
        return AmountRole::Other;
    }
    if is(Intent::PaymentMade) && !is(Intent::Dispute) {
        return AmountRole::Paid;
    }
    if near(&["total", "totals", "summe", "gesamt", "gesamtbetrag", "gesamtsumme"]) {
        return AmountRole::Total;
    }
    if near(&["credit", "gutschrift", "avoir", "abono"]) && !is(Intent::Dispute) {
        return AmountRole::Credit;
    }
    let cues = cues_of(words, clause, amount.span);
    let done = cues.has(Sign::Done) && !cues.has(Sign::Will);
    let roles: [(Intent, AmountRole, bool); 5] = [
        (Intent::PaymentMade, AmountRole::Paid, done),
        (Intent::PromiseToPay, AmountRole::Promise, (cues.has(Sign::Will) || cues.has(Sign::Pays)) && !done),
        (Intent::PaymentPlanRequest, AmountRole::Instalment, true),
        (Intent::ExtensionRequest, AmountRole::Extension, true),
        (Intent::Dispute, AmountRole::Disputed, true),
    ];
    let fits = roles.iter().filter(|row| is(row.0));
    fits.clone().find(|row| row.2).or_else(|| fits.clone().next()).map_or(AmountRole::Other, |row| row.1)
}
