//! Disputes in a report: what a decision about them carries.

use super::Report;
use super::object::Object;
use crate::decision::{Claim, Decision, PastCase};
use crate::money::minor_to_text;
use crate::record::{AllocationKind, Credit, DisputeState, Document, ItemIdx};
use alloc::{format, vec::Vec};
use serde_json::{Value, json};

impl Report {
    /// The disputes of a decision: the documents that are wanted, each dispute with its past cases, and the verdict.
    pub(super) fn put_claims(&self, decision: &Decision, map: &mut Object) {
        let params = &decision.draft.params;
        let text = |amount: i64| json!(minor_to_text(amount, decision.draft.currency.exponent()));
        if let Some(opening) = &params.opening {
            // As the identifier of a charge: a second report of it cannot be entered.
            map.insert("dispute_id", json!(if opening.key.len() <= 256 { &opening.key } else { &decision.id }));
            map.insert("item_id", decision.draft.items.iter().map(|at| json!(self.item_id(*at))).next().unwrap_or_default());
            map.insert("amount", text(decision.draft.amount));
            map.insert("reason", json!(opening.reason));
        }
        if let Some(verdict) = &params.verdict {
            map.insert("dispute_id", json!(self.ledger.text(verdict.dispute)));
            map.insert("state", json!(verdict.state.name()));
            if verdict.state == DisputeState::Valid {
                map.insert("credit_amount", text(decision.draft.amount));
            }
        } else if !params.disputes.is_empty() {
            map.insert("dispute_ids", params.disputes.iter().map(|id| json!(self.ledger.text(*id))).collect());
        }
        if !params.claims.is_empty() {
            let mut documents: Vec<Document> = Vec::new();
            for document in params.claims.iter().flat_map(|claim| &claim.documents) {
                if !documents.contains(document) {
                    documents.push(*document);
                }
            }
            map.insert("documents", documents.iter().map(|document| document.name()).collect());
            map.insert("claims", params.claims.iter().map(|claim| self.claim(claim, &text)).collect());
        }
    }

    /// The five amounts of a disputed item: what it was issued for is what is open, paid, credited and cleared otherwise (kept
    /// back, discounts, write-offs, and what was posted today).
    fn five_amounts(&self, at: ItemIdx, text: &dyn Fn(i64) -> Value) -> Value {
        let original = self.ledger.item(at).map_or(0, |item| item.amount);
        let open = self.parts.scores.binary_search_by_key(&at, |score| score.item).ok().and_then(|place| self.parts.scores.get(place)).map_or(0, |score| score.open);
        let lines = || self.ledger.allocations_of(at).iter().filter(|line| line.on <= self.as_of && line.kind == AllocationKind::Payment);
        let sum = |of: fn(&Credit) -> bool| lines().filter(|line| of(&line.credit)).fold(0, |sum: i64, line| sum.saturating_add(line.amount));
        let (paid, credited) = (sum(|credit| matches!(credit, Credit::Payment(_))), sum(|credit| matches!(credit, Credit::Item(_))));
        let otherwise = original.saturating_sub(open).saturating_sub(paid).saturating_sub(credited);
        json!({ "item_id": self.item_id(at), "original": text(original), "open": text(open), "paid": text(paid), "credited": text(credited), "otherwise": text(otherwise) })
    }

    fn claim(&self, claim: &Claim, text: &dyn Fn(i64) -> Value) -> Value {
        json!({
            "dispute_id": self.ledger.text(claim.dispute),
            "reason": claim.reason.name(),
            "amount": text(claim.amount),
            "days_open": claim.days_open,
            "documents": claim.documents.iter().map(|document| document.name()).collect::<Vec<_>>(),
            "cases": claim.estimate.cases,
            "cases_of_customer": claim.estimate.of_customer,
            "valid_ppm": claim.estimate.valid_ppm,
            "item": self.five_amounts(claim.item, text),
            "similar": claim.similar.iter().map(|case| self.past_case(case)).collect::<Vec<_>>(),
        })
    }

    fn past_case(&self, case: &PastCase) -> Value {
        json!({
            "case_id": self.ledger.text(case.id),
            "customer_id": self.customer_id(Some(case.customer)),
            "currency": case.currency.code(),
            "amount": minor_to_text(case.amount, case.currency.exponent()),
            "outcome": case.outcome().name(),
            "valid_ppm": case.valid_ppm(),
            "days": crate::calendar::days_between(case.opened_on, case.decided_on),
            "decided_on": format!("{}", case.decided_on),
        })
    }
}
