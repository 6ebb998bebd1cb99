//! The language of the text, and of each of its sentences, is that of the facts.

use super::lexicon::tells;
use super::text::Text;
use super::verdict::FindingCode;
use crate::conversation::locale::Language;

/// Common words of another language that a sentence may have without being in it.
const MOST_OTHER: usize = 2;

pub(super) fn check(text: &mut Text, language: Language) {
    let starts = text.units();
    let mut all = [0_usize; 4];
    for (number, from) in starts.iter().enumerate() {
        let to = starts.get(number + 1).copied().unwrap_or(text.tokens.len());
        let mut counts = [0_usize; 4];
        for at in (*from..to).filter(|at| text.is_word(*at) && !text.is_covered(*at)) {
            for (count, other) in counts.iter_mut().zip(Language::ALL) {
                *count += usize::from(tells(*other, text.tokens.text(at)));
            }
        }
        let own = counts.get(language as usize).copied().unwrap_or(0);
        let most = counts.iter().copied().max().unwrap_or(0);
        if most > MOST_OTHER && most > own * 2 {
            text.find_at(FindingCode::WrongLanguage, *from, to - 1, "a sentence in another language");
        }
        all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let own = all.get(language as usize).copied().unwrap_or(0);
    let most = all.iter().copied().max().unwrap_or(0);
    if most > own && !starts.is_empty() {
        let last = text.tokens.len().saturating_sub(1);
        text.find_at(FindingCode::WrongLanguage, 0, last, "in another language than the facts");
    }
}
