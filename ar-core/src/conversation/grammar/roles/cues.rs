//! What the words around a day say of it: paid, to be paid, back, more time, in parts.

use super::super::Words;
use super::super::lexicon::Lex;
use super::super::signs::Sign;
use crate::conversation::locale::Language;

/// The signs of a stretch of text, one bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cues(u32);

/// The signs that say something of a payment.
const PAYMENT: u32 = (1 << (Sign::Else as u32 + 1)) - 1;

impl Cues {
    pub(super) const fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u32) != 0
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The cues of one word.
    fn of(words: &Words<'_>, at: usize) -> Self {
        let (word, signs) = (words.word(at), words.signs(at) & PAYMENT);
        // A future in one word: paierons, reglerai, pagaremos, transferiremos.
        let future = match words.language() {
            Language::Fr => word.len() > 5 && ["erons", "erai", "irons", "drons", "drai"].iter().any(|end| word.ends_with(end)),
            Language::Es => word.len() > 5 && ["remos", "are", "ara", "aran"].iter().any(|end| word.ends_with(end)),
            _ => false,
        };
        Self(if future { signs | 1 << Sign::Will as u32 } else { signs })
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Tokens looked at on each side.
const REACH: usize = 24;

/// Whether a part of a sentence may end here.
fn parts(words: &Words<'_>, at: usize) -> bool {
    words.mark(at, ",;:.!?(")
        || (words.lex(at) == Lex::And && !words.is(at, "or"))
        || ["once", "when", "as", "because", "so", "weil", "da", "sobald", "wenn", "car", "porque", "cuando"].contains(&words.word(at))
}

/// The cues around the tokens `from..end` inside `low..high`: of the part of the sentence they are in; where that says nothing, of what is
/// before it, then of what is after it.
pub(super) fn around(words: &Words<'_>, (from, end): (usize, usize), (low, high): (usize, usize)) -> Cues {
    let low = low.max(from.saturating_sub(REACH));
    let high = high.min(end.saturating_add(REACH));
    let mut found = Cues::default();
    let mut at = from;
    while at > low {
        at -= 1;
        if parts(words, at) && !found.is_empty() {
            break;
        }
        found = found.and(Cues::of(words, at));
    }
    for at in end..high {
        if parts(words, at) {
            if found.is_empty() {
                continue;
            }
            break;
        }
        found = found.and(Cues::of(words, at));
    }
    found
}
