//! What the model says of a message: of the whole, and of each clause by itself, so that a short matter in a long letter is seen.

use super::features::features;
use super::model::{Model, ONE, OUTPUTS, Scores};
use super::symbols::Symbols;
use alloc::vec::Vec;

/// Clauses that are scored by themselves; of a longer text the rest only counts in the whole.
const MOST_CLAUSES: usize = 48;
/// What a clause must score more than nought to speak for the whole, in 1/1024 of a logit.
const CLAUSE_MARGIN: i32 = ONE;

/// The scores of a message.
pub struct Judged {
    /// Of the message.
    pub whole: Scores,
    /// Of each clause: its first and last token, its scores.
    pub clauses: Vec<((u32, u32), Scores)>,
}

/// Scores a message.
pub fn judge(model: &Model<'_>, symbols: &Symbols, subject: Option<&Symbols>) -> Judged {
    let mut found = Vec::with_capacity(symbols.list.len() * 12);
    features(symbols, 0, symbols.list.len(), subject, &mut found);
    let mut whole = model.scores(&found);
    let mut clauses = Vec::new();
    let mut from = 0;
    while let Some(first) = symbols.list.get(from).filter(|_| clauses.len() < MOST_CLAUSES) {
        let len = symbols.list.iter().skip(from).take_while(|symbol| symbol.clause == first.clause).count();
        let last = symbols.list.get(from + len - 1).map_or(first.tokens.1, |symbol| symbol.tokens.1);
        if from == 0 && len == symbols.list.len() {
            clauses.push(((first.tokens.0, last), whole));
        } else {
            features(symbols, from, from + len, None, &mut found);
            clauses.push(((first.tokens.0, last), model.scores(&found)));
        }
        from += len;
    }
    if clauses.len() > 1 {
        for output in 0..OUTPUTS {
            let best = clauses.iter().filter_map(|(_, scores)| scores.get(output)).max().copied().unwrap_or(i32::MIN);
            if let Some(score) = whole.get_mut(output) {
                *score = (*score).max(best.saturating_sub(CLAUSE_MARGIN));
            }
        }
    }
    Judged { whole, clauses }
}
