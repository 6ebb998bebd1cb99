//! References that a customer wrote: those that are known, and those that their shape and the words around make one.

use super::lexicon::Lex;
use super::signs::Sign;
use super::{AmountMention, DayMention, MOST_MENTIONS, Words};
use crate::conversation::token::{Kind, Span};
use alloc::{string::String, vec::Vec};

/// A reference that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceMention {
    /// Where.
    pub span: Span,
    /// As it was written, in capitals.
    pub written: String,
    /// The known reference, by its place in what was given.
    pub item: Option<u32>,
}

/// What a reader knows of an account's references beforehand.
#[derive(Clone, Debug, Default)]
pub struct KnownReferences {
    /// Folded whole, without marks; digits without prefix and leading noughts.
    rows: Vec<(String, String)>,
    /// Chains of the subject, folded.
    hints: Vec<String>,
}

/// Letters of a prefix that a customer leaves out.
const PREFIXES: &[&str] = &["INV", "IN", "RE", "RG", "R", "F", "FA", "FAC", "FRA", "FC", "RN", "RNR", "SI", "NO", "NR", "INVOICE", "RECHNUNG", "FACTURE", "FACTURA", "BILL"];

/// Prefixes in one piece with digits that are no reference of ours.
const FOREIGN: &[&str] = &[
    "po", "w", "q", "kw", "cw", "eft", "chk", "ck", "trn", "case", "hrb", "iso", "covid", "vat", "ust", "ticket", "tkt", "so", "wo", "rma", "dn", "no", "nr", "page", "ach", "mp", "ex", "rd", "th",
    "st", "nd", "us", "ft",
];

impl KnownReferences {
    /// Takes the references of the open items, and the subject of the message.
    pub fn new<'r>(items: impl Iterator<Item = &'r str>, subject: Option<&Words<'_>>) -> Self {
        let rows = items.map(|item| (folded(item), core_of(item))).collect();
        let mut hints = Vec::new();
        if let Some(words) = subject {
            let mut at = 0;
            while at < words.len() && hints.len() < MOST_MENTIONS {
                match words.chain(at) {
                    Some(chain) if chain.digits >= 2 && !words.is_others(at) => {
                        hints.push(folded(words.span(at, chain.end).of(words.text)));
                        at = chain.end;
                    }
                    Some(chain) => at = chain.end.max(at + 1),
                    None => at += 1,
                }
            }
        }
        Self { rows, hints }
    }

    /// The one known reference that a text means: whole, or without prefix, noughts and marks; by its last digits only where `cued`.
    fn find(&self, text: &str, cued: bool) -> Option<u32> {
        if self.rows.is_empty() {
            return None;
        }
        let (whole, core) = (folded(text), core_of(text));
        let one = |is: &dyn Fn(&(String, String)) -> bool| {
            let mut found = self.rows.iter().enumerate().filter(|row| is(row.1));
            let first = found.next()?;
            if found.next().is_none() { u32::try_from(first.0).ok() } else { None }
        };
        one(&|row| row.0 == whole).or_else(|| if core.len() >= 3 { one(&|row| row.1 == core) } else { None }).or_else(|| {
            let digits = whole.len() >= 4 && whole.bytes().all(|byte| byte.is_ascii_digit());
            if cued && digits { one(&|row| row.0.ends_with(&whole)) } else { None }
        })
    }
}

/// Letters and digits only, in capitals.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Folded, without a usual prefix and the noughts that follow it.
fn core_of(text: &str) -> String {
    let whole = folded(text);
    let letters = whole.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let rest = if PREFIXES.contains(&whole.get(..letters).unwrap_or("")) { whole.get(letters..).unwrap_or("") } else { whole.as_str() };
    String::from(rest.trim_start_matches('0'))
}

/// Tokens that stand together without a space. An address has no digits.
struct Chain {
    end: usize,
    /// Digits in it.
    digits: usize,
    /// Letters in it, and whether they are capitals.
    letters: usize,
    capitals: bool,
    /// Marks in it.
    marks: usize,
    /// A mark in it that is neither a dash nor a slash.
    other_mark: bool,
}

/// The references of a text, in its order; what is a day or an amount is none.
pub fn references(words: &Words<'_>, known: &KnownReferences, days: &[DayMention], amounts: &[AmountMention]) -> Vec<ReferenceMention> {
    let mut found: Vec<ReferenceMention> = Vec::new();
    let (mut at, mut list_end) = (0, 0);
    while at < words.len() && found.len() < MOST_MENTIONS {
        let Some(chain) = words.chain(at) else {
            at += 1;
            continue;
        };
        if chain.digits == 0 {
            at = chain.end.max(at + 1);
            continue;
        }
        let span = words.span(at, chain.end);
        let written = span.of(words.text).trim_start_matches('#');
        let cued = words.is_cued(at) || words.mark(at.wrapping_sub(1), "#") && words.is_cued(at.wrapping_sub(1));
        let listed = list_end > 0 && words.is_listed(list_end, at);
        let money = amounts.iter().any(|amount| amount.span.start < span.end && span.start < amount.span.end && (amount.written || !cued));
        let day = days.iter().any(|day| day.span.start < span.end && span.start < day.span.end);
        let others = words.is_others(at) && !cued;
        // `QT 118` for a known QT-118.
        let two = at.checked_sub(1).filter(|before| words.is_word(*before) && !words.joined(at)).map(|before| words.span(before, chain.end));
        let item = if others || money { None } else { known.find(written, cued || listed).or_else(|| two.and_then(|span| known.find(span.of(words.text), false))) };
        let hinted = !known.hints.is_empty() && known.hints.contains(&folded(written));
        let shaped = !money && !day && !others && (hinted && chain.digits >= 2 || words.is_reference(at, &chain, cued, listed, amounts));
        if item.is_some() || shaped {
            found.push(ReferenceMention { span, written: written.chars().flat_map(char::to_uppercase).collect(), item });
            list_end = chain.end;
        }
        at = chain.end;
    }
    found
}

impl Words<'_> {
    /// The chain that begins at a place: letters or digits, joined by dashes and slashes.
    fn chain(&self, at: usize) -> Option<Chain> {
        let inside = |at: usize| self.is_word(at) || self.is_digits(at);
        let alone = self.is_word(at) && !self.joined(at + 1);
        if alone || !inside(at) || (self.joined(at) && at.checked_sub(1).is_some_and(|before| self.mark(before, "@/_") || inside(before))) {
            return None;
        }
        let mut chain = Chain { end: at, digits: 0, letters: 0, capitals: true, marks: 0, other_mark: false };
        let mut end = at;
        while end == at || self.joined(end) {
            if self.mark(end, "-/_.") && self.joined(end + 1) && inside(end + 1) {
                chain.marks += 1;
                chain.other_mark |= self.mark(end, "._");
            } else if inside(end) {
                let token = self.token(end)?;
                match token.kind {
                    Kind::Digits => chain.digits += self.word(end).len(),
                    _ => {
                        chain.letters += self.word(end).len();
                        chain.capitals &= token.span.of(self.text).chars().all(char::is_uppercase);
                    }
                }
            } else {
                break;
            }
            end += 1;
        }
        chain.end = end;
        // Addresses are read as one, and are none; a mark that ends a sentence or stands before an amount is no part of one.
        let address = self.joined(end) && self.mark(end, "@:&=?") && self.joined(end + 1) && (inside(end + 1) || self.mark(end + 1, "/"));
        if address {
            chain.digits = 0;
        }
        Some(chain)
    }

    /// Whether a word such as invoice stands before, with `no.` and the like between.
    fn is_cued(&self, at: usize) -> bool {
        let mut place = at;
        for _ in 0..5 {
            let Some(before) = place.checked_sub(1) else { return false };
            if self.is_cue(before) {
                return true;
            }
            if !(self.has(before, Sign::ReferenceLink) || self.mark(before, ".:#°()-") || self.is(before, "o") && self.joined(before))
                || self.token(place).is_some_and(|token| token.first) && !self.mark(before, ":")
            {
                return false;
            }
            place = before;
        }
        false
    }

    fn is_cue(&self, at: usize) -> bool {
        let word = self.word(at);
        // `Re:` of a subject, and `re 5001`, is regarding; `RE 5001` is a German invoice.
        if word == "re" {
            return self.language() == crate::conversation::locale::Language::De && self.capital(at) && !self.mark(at + 1, ":");
        }
        let credit = ["credit", "avoir", "abono", "gutschrift"].contains(&word);
        self.has(at, Sign::Reference) && (!credit || self.has(at + 1, Sign::ReferenceLink))
    }

    /// Whether the number is that of an order, a case, a cheque, an account.
    fn is_others(&self, at: usize) -> bool {
        let mut place = at;
        for _ in 0..4 {
            let Some(before) = place.checked_sub(1) else { return false };
            if self.token(place).is_some_and(|token| token.first) {
                return false;
            }
            if self.has(before, Sign::Foreign) {
                return !(self.is(before, "art") && self.joined(before));
            }
            if !(self.has(before, Sign::ReferenceLink) || self.mark(before, ".:#°()+-/") || ["is", "card", "our", "your", "slip", "file", "de", "para"].contains(&self.word(before))) {
                return false;
            }
            place = before;
        }
        false
    }

    /// Whether only the marks of a list stand between the last reference and this place.
    fn is_listed(&self, end: usize, at: usize) -> bool {
        end < at && at - end <= 3 && (end..at).all(|at| self.mark(at, ",/&+;") || matches!(self.lex(at), Lex::And | Lex::Range | Lex::The))
    }

    /// Whether shape and place make a chain a reference.
    fn is_reference(&self, at: usize, chain: &Chain, cued: bool, listed: bool, amounts: &[AmountMention]) -> bool {
        let next = chain.end;
        if chain.other_mark && !cued || self.mark(next, "%") || self.joined(next) && self.mark(next, "%€$£") {
            return false;
        }
        let counts = matches!(self.lex(next), Lex::Unit(_) | Lex::Month(_) | Lex::Business) || (self.locale.currency_of(self.word(next)).is_some() && !self.is_digits(next + 1));
        let first = self.token(at).is_some_and(|token| token.first);
        if chain.letters > 0 {
            return self.is_mixed(at, chain, cued, listed);
        }
        if counts && !cued {
            return false;
        }
        let year = chain.digits == 4 && chain.marks == 0 && (self.word(at).starts_with("20") || self.word(at).starts_with("19"));
        let long = chain.digits >= 4 && chain.digits <= 12;
        if cued {
            return (chain.digits >= 2 || chain.marks > 0) && !counts && !self.is(next, "of");
        }
        // One line of a remittance: reference, then amount.
        let paid_line = first
            && chain.digits >= 3
            && amounts.iter().any(|amount| {
                self.token(next).is_some_and(|token| !token.first && token.span.start <= amount.span.end && amount.span.start.saturating_sub(token.span.start) <= 40) && self.same_line(at, amount.span)
            });
        if listed || paid_line {
            return chain.digits >= 3 && !year && !counts;
        }
        if chain.marks == 1 {
            let head = self.word(at).len();
            return self.is_split_number(at, chain, head);
        }
        let place = self.is_a_subject(at, next);
        chain.marks == 0 && long && chain.digits <= 10 && !year && place
    }

    /// A number in two parts: `2026-0031`, `77-4402`, `88/4410`. A range of years, a share, and what looks like a telephone is none.
    fn is_split_number(&self, at: usize, chain: &Chain, head: usize) -> bool {
        let tail = chain.digits - head;
        let of_year = head == 4 && (self.word(at).starts_with("20") || self.word(at).starts_with("19"));
        let row = self.is_digits(chain.end) || at.checked_sub(1).is_some_and(|before| self.is_digits(before) && !self.token(at).is_some_and(|token| token.first));
        let phone = row || self.mark(at.wrapping_sub(1), "+()") || (head == 3 && tail == 4);
        !phone && if of_year { chain.digits >= 6 && tail != 2 && !(tail == 4 && self.word(chain.end - 1).starts_with("20")) || tail > 4 } else { chain.digits >= 5 && !(head == 2 && tail == 2) }
    }

    fn same_line(&self, at: usize, span: Span) -> bool {
        (at + 1..self.len().min(at + 16)).take_while(|at| self.token(*at).is_some_and(|token| !token.first)).any(|at| self.token(at).is_some_and(|token| span.holds(token.span)))
    }

    /// A bare number that is spoken of as a thing: `5001 is paid`, `the rate on 8080 is wrong`.
    fn is_a_subject(&self, at: usize, next: usize) -> bool {
        let row = self.is_digits(next) || at.checked_sub(1).is_some_and(|before| self.is_digits(before) && !self.token(at).is_some_and(|token| token.first));
        if row || self.joined(at) || self.mark(at.wrapping_sub(1), "+") {
            return false;
        }
        let verb = self.has(next, Sign::Verb) || self.joined(next) && self.mark(next, "'");
        let lead = self.has_back(at, 1, Sign::Lead) && (self.closes(next) || self.has(next, Sign::Verb) || self.lex(next) != Lex::Plain);
        verb && !self.is(next, "a") || lead && self.tokens.get(at).is_some_and(|token| !token.first)
    }

    /// Letters and digits together.
    fn is_mixed(&self, at: usize, chain: &Chain, cued: bool, listed: bool) -> bool {
        let head = if self.is_word(at) { self.word(at) } else { "" };
        let length = chain.digits + chain.letters;
        if !(3..=24).contains(&length) || chain.letters > 12 {
            return false;
        }
        if cued || listed && chain.capitals {
            return chain.digits >= 2 && !(self.is_digits(at) && chain.letters <= 2 && chain.marks == 0);
        }
        // Post codes, VAT ids, IBANs, sizes: `SW1A 1AA`, `DE123456789`.
        let long_id = chain.marks == 0 && chain.letters == 2 && chain.digits >= 8;
        let code = chain.marks == 0 && (self.is_digits(at) || self.is_digits(chain.end) || self.is_word(chain.end.wrapping_sub(1)));
        if !chain.capitals || long_id || code || FOREIGN.contains(&head) || (head.len() == 1 && chain.marks == 0 && chain.digits < 3) || self.is_word(at) && self.has(at, Sign::Foreign) {
            return false;
        }
        // `0091-F`, `2201/B`.
        if head.is_empty() {
            return chain.marks == 1 && chain.digits >= 3 && chain.letters <= 3;
        }
        let dashed = chain.marks > 0;
        dashed && chain.digits >= 1 || chain.digits >= 2 && chain.letters >= 2 || chain.digits >= 4
    }
}
