//! What is disputed, promised, paid or paid in parts is not asked for.

use super::super::facts::InvoiceStatus;
use super::super::lexicon::{DEMAND, DISPUTE, EXCLUDED, LATE, NEG, PAID, PROMISE};
use super::super::text::What;
use super::super::verdict::FindingCode;
use super::{Check, Segment};

/// Words before which a negation still reaches.
const REACH: usize = 4;

impl Check<'_, '_> {
    pub(super) fn status(&mut self, segment: &Segment) {
        if !segment.named {
            return;
        }
        for place in &segment.owners {
            let Some(status) = self.facts.known().get(*place).map(|invoice| invoice.status) else { continue };
            let (cue, code) = match status {
                InvoiceStatus::Open => continue,
                InvoiceStatus::Disputed => (DISPUTE, FindingCode::DemandsDisputed),
                InvoiceStatus::Promised => (PROMISE, FindingCode::DemandsPromised),
                InvoiceStatus::Paid => (PAID, FindingCode::DemandsPaid),
                InvoiceStatus::InPlan => (PROMISE | EXCLUDED, FindingCode::DemandsPlan),
            };
            let cues = self.cues(segment.from, segment.to);
            if cues & cue == 0 || self.demands(segment, status) {
                let mention = self.text.mentions.iter().find(|mention| mention.what == What::Reference(*place) && mention.from >= segment.from && mention.to < segment.to);
                if let Some((from, to)) = mention.map(|mention| (mention.from, mention.to)) {
                    self.text.find_at(code, from, to, "asked for, or not said to be left out");
                }
            }
        }
    }

    /// Whether the words of a segment ask for the money.
    fn demands(&self, segment: &Segment, status: InvoiceStatus) -> bool {
        let cue = |at: usize| if self.text.is_covered(at) { 0 } else { self.text.cue(at) };
        let cues = self.cues(segment.from, segment.to);
        let left_out = (segment.from..segment.to)
            .any(|at| cue(at) & EXCLUDED != 0 && cue(at) & NEG == 0 && (cues & NEG != 0 || !["inclu", "compris", "enthalten"].iter().any(|stem| self.text.tokens.text(at).starts_with(stem))));
        let asks = |at: usize| cue(at) & (DEMAND | LATE) != 0 && !(status == InvoiceStatus::Promised && cue(at) & LATE == 0);
        let denied = |at: usize| (at.saturating_sub(REACH).max(segment.from)..at).any(|before| cue(before) & NEG != 0);
        !left_out && (segment.from..segment.to).any(|at| asks(at) && !denied(at) && cue(at) & PAID == 0)
    }
}
