//! Deductions that nobody disputes: a dispute is opened about each, so that somebody decides it.

use super::owner;
use crate::action::ActionKind;
use crate::collections::View;
use crate::decision::{Draft, Opening, Params};
use crate::money::units;
use crate::reason::{Reason, ReasonCode};
use crate::record::{ItemIdx, ItemKind};
use crate::scoring::Worth;
use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The open deductions about which there never was a dispute, each with the draft that opens one; not those about which a
/// person said no.
pub(in crate::collections) fn to_open(view: &View<'_>) -> Vec<(ItemIdx, Draft)> {
    if !view.settings.disputes.numbers.open_deductions {
        return Vec::new();
    }
    let disputed: BTreeSet<ItemIdx> = view.books.disputes_of(view.at).iter().filter(|row| row.opened_on <= view.as_of).map(|row| row.item).collect();
    let open = view.scores.iter().filter(|score| !disputed.contains(&score.item));
    open.filter_map(|score| Some((score.item, draft(view, score.item, score.open)?))).filter(|(_, draft)| !view.is_rejected(draft)).collect()
}

fn draft(view: &View<'_>, at: ItemIdx, open: i64) -> Option<Draft> {
    let books = view.books;
    let item = books.item(at).filter(|item| item.kind == ItemKind::Deduction)?;
    let deduction = books.deduction_of(at)?;
    let code = books.text(deduction.code);
    let role = owner::owner(&view.settings.disputes.owners, code, deduction.reason, open / units(1, item.currency).max(1)).map(String::from);
    let reason = if code.is_empty() { deduction.reason.name() } else { code }.to_string();
    let opening = Some(Opening { key: format!("{}/dispute", books.text(item.id)), reason, on: item.issued_on });
    let reasons = alloc::vec![Reason::new(ReasonCode::ShortPaid, open, Reason::NOTHING)];
    let worth = Worth { gain: super::gain(view, item.currency, view.score_of(at).map(|score| (open, score)).into_iter()), cost: 0 };
    Some(view.draft_about(ActionKind::OpenDispute, (item.currency, open, worth), alloc::vec![at], Params { opening, role, ..Params::default() }, reasons))
}
