//! Clauses: sentences, and the parts of a sentence that say something else: after "but", a semicolon or a dash.

use super::MOST_MENTIONS;
use crate::conversation::token::{Kind, Span, Tokens};
use alloc::vec::Vec;

/// Shortened words whose point ends no sentence; single letters are such words too.
const SHORTENED: &[&str] = &[
    "inv", "invs", "no", "nos", "nr", "mr", "mrs", "ms", "dr", "ltd", "inc", "co", "corp", "approx", "ref", "acc", "acct", "art", "bzw", "ca", "usw", "evtl", "ggf", "rg", "re", "fa", "hr", "fr",
    "str", "tel", "ext", "attn", "dept", "mme", "mlle", "num", "sr", "sra", "fra", "fras", "ud", "uds", "pag", "vs", "bsp", "inkl", "exkl", "zzgl", "abzgl", "max", "min", "st", "jan", "feb", "febr",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "okt", "dez", "mrz", "janv", "fevr", "avr", "juil", "ene", "abr", "ago", "dic", "tue", "tues", "thu", "thur", "thurs", "nº",
    "bill", "fact", "rech", "rechn", "lfd", "mio", "tsd", "est", "eur", "vgl", "gem", "betr", "bez",
];

/// Words that begin a part that says something else.
const TURNS: &[&str] =
    &["but", "however", "although", "though", "whereas", "aber", "jedoch", "allerdings", "sondern", "hingegen", "mais", "cependant", "toutefois", "neanmoins", "pero", "aunque", "mientras", "sino"];

/// Bytes of a line from which its end may be a wrap.
const WRAPPED: u32 = 50;

/// Most clauses of a text; the last takes the rest.
const MOST_CLAUSES: usize = 4 * MOST_MENTIONS;

/// The clauses of a part of a text, in its order; they cover every token of it, and no two overlap. `text` is what `tokens` were read from.
pub fn clauses(text: &str, tokens: &Tokens, reply: Span) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut open: Option<Span> = None;
    let mut line = 0;
    for (at, token) in tokens.all().iter().enumerate().filter(|(_, token)| reply.holds(token.span)) {
        let starts = at > 0 && found.len() + 1 < MOST_CLAUSES && begins(text, tokens, at, line);
        if token.first {
            line = token.span.start;
        }
        match open {
            Some(span) if starts => {
                found.push(span);
                open = Some(token.span);
            }
            Some(span) => open = Some(span.with(token.span)),
            None => open = Some(token.span),
        }
    }
    found.extend(open);
    found
}

/// Whether a clause begins at a token; `line` is where the line before it begins.
fn begins(text: &str, tokens: &Tokens, at: usize, line: u32) -> bool {
    let (Some(token), Some(before)) = (tokens.get(at), at.checked_sub(1).and_then(|at| tokens.get(at))) else { return false };
    let last = tokens.text_of(before);
    if token.first {
        let small = token.kind == Kind::Digits || token.span.of(text).starts_with(char::is_lowercase);
        let wrapped = before.span.end.saturating_sub(line) >= WRAPPED && small;
        let same = token.kind != Kind::Digits && token.span.of(text).starts_with(char::is_lowercase);
        let ended = before.kind == Kind::Mark && ".!?:;".contains(last);
        let blank = text.get(before.span.end as usize..token.span.start as usize).is_some_and(|gap| gap.bytes().filter(|byte| *byte == b'\n').count() > 1);
        return ended || blank || !(wrapped || same);
    }
    if token.joined {
        return false;
    }
    match (before.kind, last) {
        (Kind::Mark, "!" | "?" | ";") => true,
        (Kind::Mark, ".") => at.checked_sub(2).is_none_or(|at| ends(tokens, at, token.span.of(text).starts_with(char::is_lowercase))),
        (Kind::Mark, "-") => !before.joined && token.kind != Kind::Digits,
        _ => token.kind == Kind::Word && TURNS.contains(&tokens.text_of(token)),
    }
}

/// Whether a point after a token ends a sentence; `small` tells that the next word begins small.
fn ends(tokens: &Tokens, at: usize, small: bool) -> bool {
    let Some(token) = tokens.get(at) else { return true };
    let word = tokens.text_of(token);
    match token.kind {
        Kind::Word if word.len() == 1 => token.joined && at.checked_sub(1).is_some_and(|before| tokens.is(before, "'")),
        Kind::Word => !SHORTENED.contains(&word),
        // `12. März`, `3. Mahnung`: a number up to 31 before a word that is no start is an ordinal.
        Kind::Digits => {
            let next = tokens.text(at + 2);
            let month = [crate::conversation::locale::Language::De, crate::conversation::locale::Language::En].iter().any(|language| language.month(next).is_some());
            !(month || small || next == "mahnung" || next == "rate" || next == "quartal")
        }
        Kind::Mark => true,
    }
}
