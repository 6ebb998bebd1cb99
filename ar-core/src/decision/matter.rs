//! What a decision is about, and the identifier that follows from it.

use super::{Arrangement, Draft, Params};
use crate::action::Tone;
use crate::calendar::{add_days, days_between, days_since_epoch, whole_days};
use crate::ledger::{Books, Verdict, VerdictKind};
use crate::text::hex;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// What a draft is about, whatever the day: SHA-256 over the policy, the action and the facts it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matter([u8; 32]);

impl Matter {
    /// The identifier of the matter on a day: `D-` and the first 96 bits of a SHA-256 in hexadecimal; and 32 more bits that nobody
    /// reads off the identifier.
    pub fn on(&self, day: NaiveDate) -> (String, u32) {
        let mut hash = Sha256::new();
        hash.update(days_since_epoch(day).to_le_bytes());
        hash.update(self.0);
        let digest = hash.finalize();
        let lot = digest.get(12..16).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
        (format!("D-{}", hex(digest.get(..12).unwrap_or(&[]))), lot)
    }
}

/// The day of the fact that gave rise to a draft (a charge, an attempt, a promise to look at, a verdict, the opening of a dispute): it is
/// one decision from that day until it is made, whatever becomes of its items.
pub fn since(draft: &Draft) -> Option<NaiveDate> {
    let params = &draft.params;
    let (charge, verdict, opening) = (params.charge.as_ref(), params.verdict.as_ref(), params.opening.as_ref());
    params.since.or(charge.map(|charge| charge.on)).or(verdict.map(|verdict| verdict.opened_on)).or(opening.map(|opening| opening.on))
}

/// The day that the identifier of a draft names. A message that waits for the next contact day is one decision on each of the closed days
/// before it.
pub fn named_day(draft: &Draft, as_of: NaiveDate) -> NaiveDate {
    draft.params.on.filter(|_| draft.action.is_message()).or(since(draft)).unwrap_or(as_of)
}

/// The matter of a draft. What people said of the decision is not among the facts, so that an approval keeps the identifier. `bytes` is
/// room to write in.
pub fn matter(books: &Books, policy_digest: &str, draft: &Draft, open: &[i64], bytes: &mut Vec<u8>) -> Matter {
    bytes.clear();
    let mut number = |value: i64| bytes.extend_from_slice(&value.to_le_bytes());
    let params = &draft.params;
    number(draft.amount);
    number(i64::from(params.level));
    number(draft.items.len() as i64);
    let since = since(draft);
    for at in draft.items.iter().filter(|_| since.is_none()) {
        let item = books.item(*at);
        number(open.get(at.0 as usize).copied().unwrap_or(0));
        number(item.map_or(0, |item| i64::from(item.level)));
        number(item.and_then(|item| item.last_notice_on).map_or(0, |day| i64::from(days_since_epoch(day))));
    }
    number(params.item_levels.len() as i64);
    for level in &params.item_levels {
        number(i64::from(*level));
    }
    number(params.lines.len() as i64);
    for line in &params.lines {
        number(line.amount);
        number(line.item_amount);
        number(line.kind as i64);
    }
    let mut text = |text: &str| {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    text(draft.action.name());
    text(policy_digest);
    text(draft.currency.code());
    let customer = draft.customer.and_then(|at| books.customer(at));
    text(customer.map_or("", |row| books.text(row.id)));
    text(customer.map_or("", |row| books.text(row.segment)));
    text(if customer.is_some_and(|row| row.strategic) { "strategic" } else { "" });
    text(params.payment.and_then(|at| books.payment(at)).map_or("", |row| books.text(row.id)));
    text(params.tone.map_or("", Tone::name));
    text(params.channel.as_deref().unwrap_or(""));
    for at in draft.items.iter().chain(params.lines.iter().map(|line| &line.item)) {
        text(books.item(*at).map_or("", |row| books.text(row.id)));
    }
    if let Some(charge) = &params.charge {
        text(&charge.key);
    }
    match &params.arrangement {
        Some(Arrangement::Hold(cause)) => text(cause),
        Some(Arrangement::Terms(days)) => text(&format!("{days}")),
        // Their days follow from the day of the run and the policy.
        Some(Arrangement::Plan(_) | Arrangement::Extension(_)) | None => {}
    }
    if let Some(verdict) = &params.verdict {
        text(verdict.state.name());
    }
    if let Some(widening) = &params.widening {
        text(widening.cell.action.name());
        text(&widening.cell.segment);
        text(&format!("{}", widening.level));
    }
    if let Some(promised) = &params.promised {
        text(&format!("{}", promised.due_on));
        text(if promised.account { "account" } else { "" });
    }
    for id in params.promises.iter().chain(&params.disputes).chain(&params.replies) {
        text(books.text(*id));
    }
    Matter(Sha256::digest(&*bytes).into())
}

/// The identifier of a draft on a day.
pub fn decision_id(books: &Books, policy_digest: &str, as_of: NaiveDate, draft: &Draft, open: &[i64]) -> String {
    matter(books, policy_digest, draft, open, &mut Vec::new()).on(named_day(draft, as_of)).0
}

/// Whether a person said no to exactly this; or, where a rejection holds for some days, to the same thing in the period before, and
/// not so long ago that it may be asked again.
pub fn is_rejected(books: &Books, policy_digest: &str, as_of: NaiveDate, draft: &Draft, open: &[i64]) -> bool {
    refused(books, policy_digest, as_of, draft, open).is_some() || is_rejected_before(books, policy_digest, as_of, draft, open)
}

fn refused<'b>(books: &'b Books, policy_digest: &str, as_of: NaiveDate, draft: &Draft, open: &[i64]) -> Option<&'b Verdict> {
    books.verdict_on(&decision_id(books, policy_digest, as_of, draft, open), as_of).filter(|verdict| verdict.kind == VerdictKind::Rejected)
}

/// Whether a rejection of the period before still holds.
pub fn is_rejected_before(books: &Books, policy_digest: &str, as_of: NaiveDate, draft: &Draft, open: &[i64]) -> bool {
    let Some((since, days)) = draft.params.since.zip(draft.params.asked_every) else { return false };
    let params = Params { since: Some(add_days(since, -whole_days(days))), ..draft.params.clone() };
    refused(books, policy_digest, as_of, &Draft { params, ..draft.clone() }, open).is_some_and(|verdict| i64::from(days_between(verdict.on, as_of)) < days)
}
