//! Puts the parts of a reading together.

use super::intents::{Judged, judge};
use super::language::language;
use super::model::{CODES_FROM, Model, ONE};
use super::reading::{AmountFound, AmountRole, DisputeCode, HumanReason, Intent, IntentFound, Reading, ReferenceFound, RemittanceLine, each_once};
use super::symbols::Symbols;
use super::thread::Thread;
use super::{Context, human};
use crate::conversation::grammar::roles::{self, Clause};
use crate::conversation::grammar::{DayMention, KnownReferences, Words, amounts, clauses, dates::days, references};
use crate::conversation::locale::{Language, Locale};
use crate::conversation::token::{Span, Tokens};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Probability from which an intent besides the surest is found, in millionths.
const FOUND_FROM: u32 = 500_000;
/// Probability from which a code of a dispute is found besides the surest.
const CODE_FROM: u32 = 400_000;
/// What a clause must score to be shown as evidence, where it is not the best.
const SHOWN_FROM: i32 = 0;
/// Small words by which another language leads from which that of the customer is not trusted.
const OTHER_LANGUAGE: u32 = 2;

/// What the model said, or nothing where there is none.
struct Meant {
    judged: Judged,
    /// The places of its clauses.
    spans: Vec<Span>,
    intents: Vec<(Intent, u32)>,
    codes: Vec<DisputeCode>,
    human: Vec<HumanReason>,
}

pub(super) fn read(text: &str, context: &Context<'_>, model: Option<&Model<'_>>) -> Reading {
    let tokens = Tokens::read(text);
    let thread = Thread::read(text, &tokens);
    let reply = tokens.only(&thread.parts);
    let language = language(&reply);
    let locale = locale(context, language);
    let words = Words::new(text, &reply, locale);
    let days = days(&words, context.received_on);
    let subject_tokens = Tokens::read(context.subject.unwrap_or(""));
    let meant = model.map(|model| meant(model, &reply, &subject_tokens, &days, context.received_on));
    let amounts = amounts(&words, context.currency, &days);
    let subject = context.subject.map(|subject| Words::new(subject, &subject_tokens, locale));
    let known = KnownReferences::new(context.known.iter().map(|item| if item.reference.is_empty() { item.item_id } else { item.reference }), subject.as_ref());
    let references = references(&words, &known, &days, &amounts);
    let spans = clauses(text, &reply, thread.reply);
    let said: Vec<Vec<Intent>> = spans.iter().map(|span| meant.as_ref().map_or_else(Vec::new, |meant| intents_of(meant, *span))).collect();
    let scenes: Vec<Clause<'_>> = spans.iter().zip(&said).map(|(span, intents)| Clause { span: *span, intents }).collect();
    let references = roles::references(&words, &scenes, &references);
    let amounts = roles::amounts(&words, &scenes, &amounts);
    let intents = meant.as_ref().map_or_else(Vec::new, |meant| found(meant, &references));
    let lines = remittance(&references, &amounts, &tokens);
    Reading {
        language: Some(locale.language).filter(|_| language.is_some() || context.locale.is_some()),
        reply: thread.reply,
        dates: roles::dates(&words, &scenes, &days, context.received_on),
        references,
        amounts,
        dispute_codes: meant.as_ref().map_or_else(Vec::new, |meant| meant.codes.clone()),
        remittance: lines,
        thread: quoted(text, &tokens, &thread, locale, &known, context),
        human: meant.map_or_else(|| alloc::vec![HumanReason::Ambiguous], |meant| meant.human),
        intents,
        odd: tokens.odd,
    }
}

fn locale(context: &Context<'_>, language: Option<(Language, u32)>) -> Locale {
    let found = language.map(|(language, sure)| (Locale::of(language), sure));
    let locale = match (context.locale, found) {
        (Some(known), Some((found, sure))) if known.language != found.language && sure >= OTHER_LANGUAGE => found.in_region(known.region()),
        (Some(known), _) => known,
        (None, Some((found, _))) => found,
        (None, None) => Locale::of(Language::En),
    };
    locale.in_region(context.country)
}

fn meant(model: &Model<'_>, reply: &Tokens, subject: &Tokens, days: &[DayMention], received_on: NaiveDate) -> Meant {
    let mut symbols = Symbols::read(reply, &[(0, reply.len())], &model.concepts);
    symbols.note_days(reply, days, received_on);
    let subject = Symbols::read(subject, &[(0, subject.len())], &model.concepts);
    let judged = judge(model, &symbols, Some(&subject));
    let probability = |output: usize| judged.whole.get(output).map_or(0, |score| model.probability(*score));
    let ranked = |count: usize, from: usize, least: u32| {
        let mut rows: Vec<(usize, u32)> = (0..count).map(|at| (at, probability(from + at))).collect();
        rows.sort_by_key(|row| core::cmp::Reverse(row.1));
        rows.into_iter().enumerate().filter(|(place, row)| *place == 0 || row.1 >= least).map(|(_, row)| row).collect::<Vec<_>>()
    };
    let intents: Vec<(Intent, u32)> = match symbols.list.is_empty() {
        true => Vec::new(),
        false => ranked(Intent::ALL.len(), 0, FOUND_FROM).into_iter().filter_map(|(at, sure)| Some((*Intent::ALL.get(at)?, sure))).collect(),
    };
    let disputed = intents.iter().any(|row| row.0 == Intent::Dispute);
    let codes = if disputed { ranked(DisputeCode::ALL.len(), CODES_FROM, CODE_FROM) } else { Vec::new() };
    let codes = codes.into_iter().filter_map(|(at, _)| DisputeCode::ALL.get(at).copied()).collect();
    let human = human::reasons(model, &judged.whole, &symbols, &intents, reply.odd);
    let spans = judged.clauses.iter().map(|((from, to), _)| reply.span(*from as usize, *to as usize)).collect();
    Meant { judged, spans, intents, codes, human }
}

/// The intents that were found, the surest in a stretch of the text first; those that it does not speak of last.
fn intents_of(meant: &Meant, span: Span) -> Vec<Intent> {
    let score = |intent: Intent| {
        let inside = meant.spans.iter().zip(&meant.judged.clauses).filter(|(clause, _)| clause.start < span.end && span.start < clause.end);
        inside.filter_map(|(_, (_, scores))| scores.get(intent as usize)).max().copied().unwrap_or(i32::MIN)
    };
    let mut rows: Vec<(i32, Intent)> = meant.intents.iter().map(|row| (score(row.0), row.0)).collect();
    rows.sort_by_key(|row| core::cmp::Reverse(row.0));
    let best = rows.first().map_or(0, |row| row.0);
    rows.into_iter().filter(|row| row.0 >= best.saturating_sub(4 * ONE)).map(|row| row.1).collect()
}

/// The intents with their evidence and items.
fn found(meant: &Meant, references: &[ReferenceFound]) -> Vec<IntentFound> {
    let spans = &meant.spans;
    let best_of = |at: usize| meant.intents.iter().filter_map(|row| Some((meant.judged.clauses.get(at)?.1.get(row.0 as usize)?, row.0))).max_by_key(|row| *row.0).map(|row| row.1);
    let one = |(intent, probability_ppm): &(Intent, u32)| {
        let scores: Vec<i32> = meant.judged.clauses.iter().map(|(_, scores)| scores.get(*intent as usize).copied().unwrap_or(i32::MIN)).collect();
        let best = scores.iter().max().copied().unwrap_or(0);
        let shown: Vec<Span> = spans.iter().zip(&scores).filter(|(_, score)| **score == best || **score > SHOWN_FROM).map(|row| *row.0).collect();
        let speaks = |reference: &ReferenceFound| {
            let disputed = *intent == Intent::Dispute;
            if reference.disputed || meant.intents.len() < 2 {
                return reference.disputed == disputed || meant.intents.len() < 2;
            }
            // Of several intents, a reference belongs to the one that its clause is most about.
            let clause = spans.iter().position(|span| span.holds(reference.span));
            !disputed && clause.and_then(best_of).is_none_or(|other| other == *intent || other == Intent::Dispute)
        };
        let items = each_once(references.iter().filter(|reference| speaks(reference)).filter_map(|reference| reference.item));
        IntentFound { intent: *intent, probability_ppm: *probability_ppm, items, spans: shown }
    };
    meant.intents.iter().map(one).collect()
}

/// Lines that hold just one reference and, after it, one amount; a remittance has at least two.
fn remittance(references: &[ReferenceFound], amounts: &[AmountFound], tokens: &Tokens) -> Vec<RemittanceLine> {
    let starts: Vec<u32> = tokens.all().iter().filter(|token| token.first).map(|token| token.span.start).collect();
    let line_of = |span: Span| starts.partition_point(|start| *start <= span.start);
    let of_references: Vec<usize> = references.iter().map(|found| line_of(found.span)).collect();
    let of_amounts: Vec<usize> = amounts.iter().map(|found| line_of(found.span)).collect();
    let mut lines: Vec<RemittanceLine> = Vec::new();
    for (at, (reference, line)) in (0u32..).zip(references.iter().zip(&of_references)) {
        let alone = of_references.iter().filter(|other| *other == line).count() == 1;
        let is_inside = |(amount, of): (&AmountFound, &usize)| of == line && amount.span.start > reference.span.start && amount.role == AmountRole::Paid;
        let mut inside = (0u32..).zip(amounts.iter().zip(&of_amounts)).filter(|(_, row)| is_inside(*row));
        if let (true, Some((amount, _)), None) = (alone, inside.next(), inside.next()) {
            lines.push(RemittanceLine { reference: at, amount });
        }
    }
    if lines.len() < 2 { Vec::new() } else { lines }
}

/// The known items that the quoted part names.
fn quoted(text: &str, tokens: &Tokens, thread: &Thread, locale: Locale, known: &KnownReferences, context: &Context<'_>) -> Vec<u32> {
    if context.known.is_empty() {
        return Vec::new();
    }
    let mut rest: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for (start, end) in thread.parts.iter().copied().chain([(tokens.len(), tokens.len())]) {
        if from < start {
            rest.push((from, start));
        }
        from = end;
    }
    let rest = tokens.only(&rest);
    let words = Words::new(text, &rest, locale);
    let (days, amounts) = (days(&words, context.received_on), amounts(&words, context.currency, &[]));
    each_once(references(&words, known, &days, &amounts).into_iter().filter_map(|reference| reference.item))
}
