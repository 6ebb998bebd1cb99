//! Whether a person must see a message, and why: by what was learned, and by words that always mean it.

use super::model::{HUMAN, HUMAN_FROM, Model, Scores};
use super::reading::{HumanReason, Intent};
use super::symbols::Symbols;
use crate::conversation::token::Oddities;
use alloc::vec::Vec;

/// Probability from which a learned reason counts, in millionths: rather one too many than one too few.
const LEARNED_FROM: u32 = 140_000;
/// Probability of the surest intent below which it is not clear what is meant.
const CLEAR_FROM: u32 = 250_000;

/// The reasons, in the order of [`HumanReason::ALL`].
pub(super) fn reasons(model: &Model<'_>, scores: &Scores, symbols: &Symbols, intents: &[(Intent, u32)], odd: Oddities) -> Vec<HumanReason> {
    let said = |reason| intents.iter().any(|row| row.0.human() == Some(reason));
    // The first concepts of the model are the words that always mean a reason, in the order of the reasons.
    let word = |at: usize| symbols.list.iter().any(|symbol| symbol.concepts.iter().any(|concept| usize::from(*concept) == at + 1));
    let learned = |at: usize| scores.get(HUMAN_FROM + at).is_some_and(|score| model.probability(*score) >= LEARNED_FROM);
    let follows = |reason| match reason {
        HumanReason::Ambiguous => intents.first().is_none_or(|row| row.1 < CLEAR_FROM),
        HumanReason::Hidden => odd.hidden || odd.look_alike || odd.unseen_html,
        HumanReason::Oversized => odd.cut,
        _ => said(reason),
    };
    let counts = |(at, reason): &(usize, HumanReason)| follows(*reason) || (*at < HUMAN && (word(*at) || learned(*at)));
    HumanReason::ALL.iter().copied().enumerate().filter(counts).map(|row| row.1).collect()
}
