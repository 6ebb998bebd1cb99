//! Names that are not those of the facts: in the salutation, beside a title or a legal form, in the signature.

use super::facts::Facts;
use super::lexicon::{FORM, GREETING, HONORIFIC};
use super::text::{Text, What};
use super::verdict::FindingCode;
use crate::conversation::locale::Language;
use crate::conversation::token::{Kind, Tokens};
use alloc::vec::Vec;

/// Whom a salutation may mean without a name, folded.
const ANYONE: &[&str] = &[
    "sir",
    "madam",
    "sirs",
    "customer",
    "client",
    "all",
    "team",
    "colleagues",
    "colleague",
    "partner",
    "partners",
    "business",
    "valued",
    "or",
    "and",
    "accounts",
    "payable",
    "there",
    "good",
    "morning",
    "afternoon",
    "day",
    "evening",
    "damen",
    "und",
    "herren",
    "tag",
    "morgen",
    "kunde",
    "kunden",
    "kundin",
    "geschaftspartner",
    "abend",
    "geehrte",
    "geehrter",
    "sehr",
    "guten",
    "madame",
    "monsieur",
    "mesdames",
    "messieurs",
    "client",
    "cliente",
    "et",
    "ou",
    "y",
    "o",
    "dias",
    "tardes",
    "senor",
    "senora",
    "senores",
    "senoras",
    "es",
    "as",
    "a",
    "equipo",
    "to",
    "der",
    "die",
    "buenos",
    "buenas",
    "dear",
    "hello",
    "hi",
    "frau",
    "herr",
    "the",
];

/// Checks names. `facts` have all that may be named.
pub(super) fn check(text: &mut Text, facts: &Facts) {
    let own = parts(facts);
    salutation(text, facts);
    for at in 0..text.tokens.len() {
        if text.is_covered(at) || !text.is_word(at) || !text.is_capital(at) {
            continue;
        }
        let word = text.tokens.text(at);
        let title = before_title(text, at);
        let form = text.cue(at) & FORM != 0 && text.written(at).len() >= 2 && !matches!(word, "se" | "sa" | "as" | "co" | "ab" | "da") || is_form_in_capitals(text, at);
        let part = own.iter().any(|part| part == word) && text.cue(at) == 0;
        let close = word.len() >= 5 && text.cue(at) == 0 && own.iter().any(|part| part.len() >= 5 && part != word && is_near(part, word));
        if title || form || part || close {
            let contact = facts.debtor.contact.as_deref().is_some_and(|contact| contact_part(contact, text, at));
            if !contact {
                text.find_at(FindingCode::BadName, at, at, "a name that is not in the facts, or not the whole of it");
                text.mention(at, at, What::Wrong);
            }
        } else if facts.language() != Language::De && is_stranger(text, at) {
            text.find_at(FindingCode::BadName, at, at, "a name that is not in the facts");
            text.mention(at, at, What::Wrong);
        }
    }
    signature(text, facts.language());
}

/// The words of the names, folded, that stand out.
fn parts(facts: &Facts) -> Vec<alloc::string::String> {
    let names = [Some(&facts.creditor.name), Some(&facts.debtor.name), facts.debtor.contact.as_ref()];
    let mut parts = Vec::new();
    for name in names.into_iter().flatten() {
        let tokens = Tokens::read(name);
        parts.extend(tokens.all().iter().filter(|token| token.kind == Kind::Word).map(|token| tokens.text_of(token)).filter(|word| word.len() >= 4).map(Into::into));
    }
    parts
}

/// Whether one letter was changed, left out or added, or two stand the wrong way round.
fn is_near(a: &str, b: &str) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let tail = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    head + tail + 2 >= a.len().max(b.len())
}

/// The family name after a title is enough: `Ms Reid`, `Reid`.
fn contact_part(contact: &str, text: &Text, at: usize) -> bool {
    let tokens = Tokens::read(contact);
    let last = tokens.len().checked_sub(1);
    last.is_some_and(|last| tokens.is(last, text.tokens.text(at))) && {
        let title = at.checked_sub(1).is_some_and(|before| text.cue(before) & HONORIFIC != 0 || (text.tokens.is(before, ".") && text.cue(before.saturating_sub(1)) & HONORIFIC != 0));
        let is_title = |here: usize| (0..tokens.len()).any(|place| place != last.unwrap_or(0) && same_title(text.tokens.text(here), tokens.text(place)));
        !title || is_title(at.saturating_sub(1)) || is_title(at.saturating_sub(2))
    }
}

/// `Mme` and `Madame` are one title, and so are the cases of `Herr`.
fn same_title(a: &str, b: &str) -> bool {
    const SAME: &[&[&str]] = &[&["mme", "madame"], &["m", "monsieur", "mr"], &["herr", "herrn", "hr"], &["frau", "fr"], &["sr", "senor"], &["sra", "senora"]];
    a == b || SAME.iter().any(|row| row.contains(&a) && row.contains(&b))
}

/// A title stands before the word: `Mr Smith`, `Herrn Weber`, `Sra. Gil`.
fn before_title(text: &Text, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let title = if text.tokens.is(before, ".") && text.joined(before) { before.checked_sub(1) } else { Some(before) };
    title.is_some_and(|title| text.cue(title) & HONORIFIC != 0 && !text.is_covered(title) && text.is_capital(title) && !text.first(at))
        && text.cue(at) & (HONORIFIC | GREETING) == 0
        && !ANYONE.contains(&text.tokens.text(at))
}

fn is_form_in_capitals(text: &Text, at: usize) -> bool {
    matches!(text.written(at), "SA" | "SE" | "AS" | "AB" | "KG" | "SL" | "AG")
}

/// A word with a capital inside a sentence that is no word of dunning.
fn is_stranger(text: &Text, at: usize) -> bool {
    if text.cue(at) != 0 || text.first(at) || at == 0 || text.tokens.text(at).len() < 3 {
        return false;
    }
    let before = at - 1;
    let inside = text.is_word(before) || text.is_covered(before) || text.tokens.is(before, ",") || (text.tokens.is(before, "-") && !text.joined(before));
    // A line of which every word has a capital is a head.
    inside && !is_title_line(text, at)
}

fn is_title_line(text: &Text, at: usize) -> bool {
    let start = (0..=at).rev().take(12).find(|here| text.first(*here)).unwrap_or(at);
    let words = (start..text.tokens.len().min(start + 12)).take_while(|here| *here == start || !text.first(*here)).filter(|here| text.is_word(*here) && !text.is_covered(*here));
    let mut known = 0;
    let mut low = 0;
    for here in words {
        known += usize::from(text.cue(here) != 0);
        low += usize::from(!text.is_capital(here) && text.tokens.text(here).len() > 3);
    }
    low == 0 && known > 0
}

/// A title before the family name of the contact that is not the contact's.
fn wrong_title(text: &Text, facts: &Facts, at: usize) -> bool {
    let Some(contact) = facts.debtor.contact.as_deref().filter(|_| text.cue(at) & HONORIFIC != 0 && !text.is_covered(at)) else { return false };
    let tokens = Tokens::read(contact);
    let next = at + 1 + usize::from(text.tokens.is(at + 1, "."));
    let named = tokens.len().checked_sub(1).is_some_and(|last| tokens.is(last, text.tokens.text(next)));
    named && !(0..tokens.len()).any(|place| same_title(text.tokens.text(at), tokens.text(place)))
}

/// The first line that greets: the rest of it is the contact, the customer, or nobody in particular.
fn salutation(text: &mut Text, facts: &Facts) {
    let greets = (0..text.tokens.len().min(40)).find(|at| text.first(*at) && text.cue(*at) & GREETING != 0);
    let Some(start) = greets else { return };
    let last = facts.debtor.contact.as_deref().and_then(|contact| Tokens::read(contact).all().last().map(|token| token.span.of(contact).to_lowercase()));
    let mut at = start;
    let mut bad: Option<(usize, usize)> = None;
    while at < text.tokens.len()
        && at < start + 16
        && (at == start || !text.first(at))
        && !matches!(text.tokens.text(at), ":" | "!" | ";")
        && !(text.tokens.is(at, ",") && (text.first(at + 1) || !text.is_capital(at + 1)))
    {
        let fits = text.at(at).map_or_else(
            || {
                let word = text.tokens.text(at);
                let surname = last.as_deref().is_some_and(|last| crate::conversation::token::Tokens::read(last).is(0, word));
                !text.is_word(at) || text.cue(at) & (GREETING | HONORIFIC) != 0 || ANYONE.contains(&word) || surname
            },
            |mention| mention.what == What::Settled,
        ) && !wrong_title(text, facts, at);
        if !fits {
            bad = Some((bad.map_or(at, |bad| bad.0), at));
        }
        at += 1;
    }
    // The creditor does not write to itself, and a title must be that of the contact.
    if let Some((from, to)) = bad {
        text.find_at(FindingCode::BadName, from, to, "not whom the facts name");
        for here in from..=to {
            if !text.is_covered(here) {
                text.mention(here, here, What::Wrong);
            }
        }
    }
}

/// Short lines at the end that say nothing that is known: a name.
fn signature(text: &mut Text, language: Language) {
    let len = text.tokens.len();
    let starts: Vec<usize> = (len.saturating_sub(40)..len).filter(|at| text.first(*at)).collect();
    for (number, start) in starts.iter().enumerate().rev().take(3) {
        let end = starts.get(number + 1).copied().unwrap_or(len);
        let words: Vec<usize> = (*start..end).filter(|at| text.is_word(*at)).collect();
        let unknown = |at: &usize| !text.is_covered(*at) && text.cue(*at) == 0 && text.is_capital(*at) && !is_closing(text.tokens.text(*at)) && language.month(text.tokens.text(*at)).is_none();
        if !words.is_empty()
            && words.len() <= 5
            && !text.tokens.is(end - 1, ".")
            && words.iter().all(|at| text.is_covered(*at) || text.is_capital(*at) || text.tokens.text(*at).len() <= 3)
            && words.iter().any(unknown)
        {
            let (from, to) = (*start, end - 1);
            text.find_at(FindingCode::BadName, from, to, "signed with a name that is not in the facts");
        }
    }
}

/// Words before a signature.
fn is_closing(word: &str) -> bool {
    [
        "mit",
        "freundlichen",
        "freundlichem",
        "grussen",
        "gruss",
        "grusse",
        "viele",
        "beste",
        "besten",
        "hochachtungsvoll",
        "ihr",
        "ihre",
        "debitorenbuchhaltung",
        "buchhaltung",
        "forderungsmanagement",
        "cordialement",
        "bien",
        "sinceres",
        "salutations",
        "distinguees",
        "comptabilite",
        "service",
        "atentamente",
        "saludos",
        "cordiales",
        "cordial",
        "reciba",
        "un",
        "departamento",
        "administracion",
        "contabilidad",
        "danke",
        "merci",
        "gracias",
        "vielen",
        "dank",
        "muchas",
    ]
    .contains(&word)
}
