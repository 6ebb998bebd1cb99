//! Which references are disputed: those of a clause that disputes, but not those it names as fine.

use super::super::Words;
use super::super::lexicon::Lex;
use super::super::signs::Sign;
use super::{Clause, clause_of, tokens_of};
use crate::conversation::read::Intent;
use crate::conversation::token::Span;

/// Tokens looked at on each side.
const REACH: usize = 30;

/// A part of a sentence ends at a comma, a mark of its end, or an "and" that has another reference's story after it.
fn parts(words: &Words<'_>, at: usize) -> bool {
    words.mark(at, ",;:.!?") || words.lex(at) == Lex::And
}

fn any(words: &Words<'_>, mut places: core::ops::Range<usize>, sign: Sign) -> bool {
    places.any(|at| words.has(at, sign))
}

fn says(words: &Words<'_>, mut places: core::ops::Range<usize>, list: &[&str]) -> bool {
    places.any(|at| words.is_word(at) && list.contains(&words.word(at)))
}

pub(super) fn is_disputed(words: &Words<'_>, clauses: &[Clause<'_>], span: Span) -> bool {
    let Some(clause) = clause_of(clauses, span) else { return false };
    let is = |intent: Intent| clause.intents.contains(&intent);
    if !is(Intent::Dispute) {
        return false;
    }
    let (from, end) = tokens_of(words, span);
    let (low, high) = tokens_of(words, clause.span);
    let (low, high) = (low.max(from.saturating_sub(REACH)), high.min(end.saturating_add(REACH)));
    // A missing order number keeps an invoice from being paid; it does not contest it.
    let order = (low..high)
        .any(|at| (words.is(at, "po") || words.is(at, "bestellnummer")) && (1..=3).any(|step| ["no", "missing", "without", "need", "keine", "ohne", "fehlt"].contains(&words.word_back(at, step))));
    if order && !says(words, low..high, &["wrong", "dispute", "disputed", "incorrect"]) {
        return false;
    }
    let left_out = (1..=4).any(|step| words.has_back(from, step, Sign::Except) || (words.word_back(from, step) == "than" && words.word_back(from, step + 1) == "other"));
    if left_out {
        let rest_fine = any(words, low..high, Sign::Fine);
        let rest_wrong = says(words, low..high, &["dispute", "disputed", "wrong", "reject", "contest", "bestreiten", "contestons", "disputamos"]);
        return rest_fine || !rest_wrong;
    }
    // The part of the sentence around the reference; what follows it says more of it than what is before.
    let right = (end..high).find(|at| parts(words, *at) && (end..*at).any(|at| words.is_word(at) && words.lex(at) != Lex::And)).unwrap_or(high);
    let left = (low..from).rev().find(|at| parts(words, *at) && (*at..from).filter(|at| words.is_word(*at)).count() > 2).unwrap_or(low);
    let (fine, wrong) = (any(words, left..right, Sign::Fine), any(words, left..right, Sign::Wrong));
    if fine && !wrong {
        // Something else in the clause must be what is disputed, or the words are those of the complaint.
        return !(is(Intent::PromiseToPay) || is(Intent::PaymentMade) || any(words, low..left, Sign::Wrong) || any(words, right..high, Sign::Wrong));
    }
    true
}
