//! What a person changed of a decision, made part of it where it still fits.

use crate::action::{ActionKind, Tone};
use crate::calendar::LAST_DAY;
use crate::decision::{Arrangement, Draft};
use crate::event::{AllocationLine, Edit, InstalmentLine};
use crate::ledger::Books;
use crate::matching::Line;
use crate::money::{Currency, minor_from_text};
use crate::policy::Settings;
use crate::record::{AllocationKind, ItemIdx};
use crate::state::plan;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// What an edit is held against.
pub(super) struct Ground<'g> {
    pub(super) books: &'g Books,
    pub(super) settings: &'g Settings,
    pub(super) open: &'g [i64],
    pub(super) as_of: NaiveDate,
}

/// The draft as it was edited; `None` where a part of the edit does not fit the action or the facts.
pub(super) fn apply(ground: &Ground<'_>, draft: &Draft, edit: &Edit) -> Option<Draft> {
    let mut draft = draft.clone();
    ground.message(&mut draft, edit)?;
    ground.items(&mut draft, edit)?;
    ground.amount(&mut draft, edit)?;
    ground.granted(&mut draft, edit)?;
    if let Some(lines) = &edit.allocations {
        ground.posting(&mut draft, lines)?;
    }
    Some(draft)
}

/// Whether what is wanted fits, where something is.
fn fits(wanted: bool, holds: bool) -> Option<()> {
    (!wanted || holds).then_some(())
}

impl Ground<'_> {
    fn message(&self, draft: &mut Draft, edit: &Edit) -> Option<()> {
        let wanted = edit.channel.is_some() || edit.tone.is_some() || edit.level.is_some() || edit.on.is_some();
        fits(wanted, draft.action.is_contact())?;
        if let Some(channel) = &edit.channel {
            fits(true, self.settings.contact.channels.contains(channel))?;
            draft.params.channel = Some(channel.clone());
        }
        if let Some(tone) = &edit.tone {
            draft.params.tone = Some(Tone::from_name(tone)?);
        }
        if let Some(level) = edit.level {
            fits(true, draft.action == ActionKind::SendNotice && usize::from(level) <= self.settings.ladder.len())?;
            draft.params.level = level;
            draft.params.item_levels.iter_mut().for_each(|own| *own = level.min(*own));
        }
        if let Some(on) = edit.on {
            fits(true, on >= self.as_of)?;
            draft.params.on = Some(on);
        }
        Some(())
    }

    /// Items may be left out; the amount is then at most what is open of the others, and a plan has the same days.
    fn items(&self, draft: &mut Draft, edit: &Edit) -> Option<()> {
        let Some(ids) = &edit.item_ids else { return Some(()) };
        fits(true, draft.action.is_contact() || draft.action == ActionKind::GrantExtension)?;
        let kept: Vec<ItemIdx> = ids.iter().map(|id| self.books.find_item(id)).collect::<Option<_>>()?;
        fits(true, kept.iter().all(|at| draft.items.contains(at)))?;
        let levels = core::mem::take(&mut draft.params.item_levels);
        let left = draft.items.iter().filter(|at| kept.contains(at)).map(|at| self.open.get(at.0 as usize).copied().unwrap_or(0));
        draft.amount = draft.amount.min(left.fold(0, i64::saturating_add));
        draft.params.item_levels = draft.items.iter().zip(levels).filter(|(at, _)| kept.contains(at)).map(|row| row.1).collect();
        draft.items.retain(|at| kept.contains(at));
        if let Some(Arrangement::Plan(parts)) = &mut draft.params.arrangement {
            let amounts = plan::split(draft.amount, parts.len())?;
            parts.iter_mut().zip(amounts).for_each(|(part, amount)| part.1 = amount);
        }
        Some(())
    }

    /// A charge or a credit may be made smaller.
    fn amount(&self, draft: &mut Draft, edit: &Edit) -> Option<()> {
        let Some(amount) = &edit.amount else { return Some(()) };
        fits(true, matches!(draft.action, ActionKind::ChargeFee | ActionKind::ChargeInterest | ActionKind::IssueCreditNote))?;
        let amount = read(amount, draft.currency)?;
        fits(true, amount <= draft.amount)?;
        draft.amount = amount;
        Some(())
    }

    fn granted(&self, draft: &mut Draft, edit: &Edit) -> Option<()> {
        match (&mut draft.params.arrangement, edit) {
            (_, Edit { due_on: None, payment_days: None, instalments: None, .. }) => {}
            (Some(Arrangement::Extension(due_on)), Edit { due_on: Some(wanted), payment_days: None, instalments: None, .. }) => {
                fits(true, *wanted > self.as_of)?;
                *due_on = *wanted;
            }
            (Some(Arrangement::Terms(days)), Edit { due_on: None, payment_days: Some(wanted), instalments: None, .. }) => *days = *wanted,
            (Some(Arrangement::Plan(parts)), Edit { due_on: None, payment_days: None, instalments: Some(wanted), .. }) => {
                fits(true, wanted.first().is_some_and(|part| part.due_on > self.as_of) && wanted.last().is_some_and(|part| part.due_on <= LAST_DAY))?;
                *parts = parts_of(wanted, draft.amount, draft.currency)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// Other lines for a posting: of open items in the currency of the payment, and not more than it was to post.
    fn posting(&self, draft: &mut Draft, lines: &[AllocationLine]) -> Option<()> {
        let payment = self.books.payment(draft.params.payment?)?;
        fits(true, draft.action == ActionKind::PostAllocation && !lines.is_empty())?;
        let mut posted: Vec<Line> = Vec::with_capacity(lines.len());
        for line in lines {
            let at = self.books.find_item(&line.item_id)?;
            let item = self.books.item(at)?;
            let kind = line.kind.as_deref().map_or(Some(AllocationKind::Payment), AllocationKind::from_name)?;
            let amount = read(&line.amount, payment.currency)?;
            let plain = line.item_amount.is_none() && line.credit_id.is_none() && item.currency == payment.currency && !item.kind.is_credit();
            let taken: i64 = posted.iter().filter(|row| row.item == at).map(|row| row.amount).fold(amount, i64::saturating_add);
            fits(true, plain && taken <= self.open.get(at.0 as usize).copied().unwrap_or(0))?;
            posted.push(Line { item: at, amount, kind, item_amount: amount });
        }
        let cash = posted.iter().filter(|line| line.kind == AllocationKind::Payment).fold(0, |sum: i64, line| sum.saturating_add(line.amount));
        let unapplied = self.books.unapplied_of(draft.params.payment?, self.as_of);
        fits(true, cash > 0 && cash <= unapplied)?;
        (draft.items, draft.amount) = (posted.iter().map(|line| line.item).collect(), cash);
        draft.params.lines = posted;
        Some(())
    }
}

fn read(amount: &str, currency: Currency) -> Option<i64> {
    minor_from_text(amount, currency.exponent()).ok().filter(|amount| *amount > 0)
}

/// The parts of a plan, which sum to its amount. Where none has an amount they are equal.
fn parts_of(lines: &[InstalmentLine], amount: i64, currency: Currency) -> Option<Vec<(NaiveDate, i64)>> {
    let stated: Vec<i64> = lines.iter().filter_map(|line| read(line.amount.as_deref()?, currency)).collect();
    let amounts = if lines.iter().all(|line| line.amount.is_none()) { plan::split(amount, lines.len())? } else { stated };
    let sum = amounts.iter().try_fold(0i64, |sum, part| sum.checked_add(*part));
    let in_order = lines.is_sorted_by(|a, b| a.due_on < b.due_on);
    (amounts.len() == lines.len() && sum == Some(amount) && in_order).then(|| lines.iter().map(|line| line.due_on).zip(amounts).collect())
}
