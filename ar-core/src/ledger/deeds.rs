//! What an event that reports a decision says was done: which action, for whom, and how much it is about.

use super::Books;
use super::apply::{Batch, place_of};
use crate::action::ActionKind;
use crate::event::What;
use crate::money::{Currency, minor_from_text};
use crate::record::{AllocationKind, CustomerIdx, Item, Payment};
use alloc::string::String;

/// The action that an event reports; none where it says what came from outside.
pub fn action_of(what: &What) -> Option<ActionKind> {
    Some(match what {
        What::ItemsAllocated { .. } => ActionKind::PostAllocation,
        What::AllocationReversed { .. } => ActionKind::ReverseAllocation,
        What::DeductionCreated { .. } => ActionKind::CreateDeduction,
        What::RemittanceAsked { .. } => ActionKind::AskRemittance,
        What::NoticeSent { level: 0, .. } => ActionKind::SendReminder,
        What::NoticeSent { .. } => ActionKind::SendNotice,
        What::StatementSent { .. } => ActionKind::SendStatement,
        What::InvoiceCopySent { .. } => ActionKind::SendInvoiceCopy,
        What::CallMade { .. } => ActionKind::Call,
        What::OwnerNotified { .. } => ActionKind::NotifyOwner,
        What::ReplySent { .. } => ActionKind::Reply,
        What::ItemIssued { kind, .. } => match kind.as_deref() {
            Some("fee") => ActionKind::ChargeFee,
            Some("interest") => ActionKind::ChargeInterest,
            Some("credit_note") => ActionKind::IssueCreditNote,
            _ => return None,
        },
        What::DisputeOpened { .. } => ActionKind::OpenDispute,
        What::DisputeRouted { .. } => ActionKind::RouteDispute,
        What::DisputeResolved { .. } => ActionKind::ResolveDispute,
        What::PromiseMade { .. } => ActionKind::RecordPromise,
        What::PromiseReminded { .. } => ActionKind::RemindPromise,
        What::PlanOffered { .. } => ActionKind::OfferPlan,
        What::PlanAgreed { .. } => ActionKind::AgreePlan,
        What::ExtensionGranted { .. } => ActionKind::GrantExtension,
        What::HoldPlaced { .. } => ActionKind::PlaceHold,
        What::HoldReleased { .. } => ActionKind::ReleaseHold,
        What::TermsChanged { .. } => ActionKind::ChangeTerms,
        What::WrittenOff { .. } => ActionKind::WriteOff,
        What::HandedOver { .. } => ActionKind::HandOver,
        What::PaymentRetried { .. } => ActionKind::RetryPayment,
        What::AutonomyWidened { .. } => ActionKind::WidenAutonomy,
        _ => return None,
    })
}

impl Batch<'_> {
    /// For whom something was done about disputes, and how much of them is claimed in the currency of the first.
    pub(super) fn disputed_by(&mut self, what: &What) -> Option<(CustomerIdx, i64, Currency)> {
        let ids = match what {
            What::DisputeRouted { dispute_ids } => dispute_ids.as_slice(),
            What::DisputeResolved { dispute_id, .. } => core::slice::from_ref(dispute_id),
            _ => return None,
        };
        let mut found: Option<(CustomerIdx, i64, Currency)> = None;
        for id in ids {
            let at = place_of(&mut self.places.disputes, &self.ledger.texts, &self.ledger.disputes, |row| row.id, id);
            let Some((row, item)) = at.and_then(|at| self.ledger.disputes.get(at)).and_then(|row| Some((row, self.ledger.item(row.item)?))) else { continue };
            let (_, sum, currency) = found.get_or_insert((row.customer, 0, item.currency));
            if *currency == item.currency {
                *sum = sum.saturating_add(row.amount);
            }
        }
        found
    }
}

impl Books {
    /// For whom it was done, as far as the event and the books say.
    pub(crate) fn customer_of(&self, what: &What) -> Option<CustomerIdx> {
        match what {
            What::RemittanceAsked { customer_id, .. } | What::PlanAgreed { customer_id, .. } => self.find_customer(customer_id.as_deref()?),
            What::NoticeSent { customer_id, .. }
            | What::StatementSent { customer_id, .. }
            | What::InvoiceCopySent { customer_id, .. }
            | What::CallMade { customer_id, .. }
            | What::OwnerNotified { customer_id }
            | What::ReplySent { customer_id, .. }
            | What::ItemIssued { customer_id, .. }
            | What::PromiseMade { customer_id, .. }
            | What::PromiseReminded { customer_id, .. }
            | What::PlanOffered { customer_id, .. }
            | What::HoldPlaced { customer_id, .. }
            | What::HoldReleased { customer_id }
            | What::TermsChanged { customer_id, .. }
            | What::HandedOver { customer_id, .. } => self.find_customer(customer_id),
            What::ItemsAllocated { allocations, .. } => Some(self.named_item(&allocations.first()?.item_id)?.customer),
            What::DeductionCreated { item_id, .. } | What::DisputeOpened { item_id, .. } | What::WrittenOff { item_id, .. } => Some(self.named_item(item_id)?.customer),
            What::ExtensionGranted { item_ids, .. } => Some(self.named_item(item_ids.first()?)?.customer),
            What::AllocationReversed { payment_id, .. } => self.named_payment(payment_id.as_deref()?)?.customer,
            What::PaymentRetried { payment_id } => self.named_payment(payment_id)?.customer,
            _ => None,
        }
    }

    /// How much it is about, as the books stood before.
    pub(crate) fn amount_of(&self, what: &What) -> Option<(i64, Currency)> {
        let read = |amount: &str, currency: Currency| Some((minor_from_text(amount, currency.exponent()).ok()?, currency));
        match what {
            What::ItemsAllocated { payment_id, allocations } => {
                let currency = self.named_payment(payment_id).map(|row| row.currency).or_else(|| self.named_item(payment_id).map(|row| row.currency))?;
                // The money, as the decision counts it: not what is granted or kept back beside it.
                let cash = allocations.iter().filter(|line| line.kind.as_deref().is_none_or(|kind| kind == AllocationKind::Payment.name()));
                Some((cash.filter_map(|line| read(&line.amount, currency)).fold(0, |sum: i64, row| sum.saturating_add(row.0)), currency))
            }
            What::DeductionCreated { item_id, amount, .. } => read(amount, self.named_item(item_id)?.currency),
            What::ItemIssued { currency, amount, .. } => read(amount, Currency::try_new(currency).ok()?),
            What::NoticeSent { item_ids, .. } | What::PlanOffered { item_ids, .. } | What::ExtensionGranted { item_ids, .. } | What::HandedOver { item_ids, .. } => self.open_of(item_ids),
            What::WrittenOff { item_id, amount } => {
                let item = self.named_item(item_id)?;
                amount.as_deref().map_or(Some((item.open, item.currency)), |amount| read(amount, item.currency))
            }
            What::PaymentRetried { payment_id } | What::RemittanceAsked { payment_id: Some(payment_id), .. } => self.named_payment(payment_id).map(|row| (row.amount, row.currency)),
            What::DisputeOpened { item_id, amount, .. } => {
                let item = self.named_item(item_id)?;
                amount.as_deref().map_or(Some((item.open, item.currency)), |amount| read(amount, item.currency))
            }
            _ => None,
        }
    }

    pub(crate) fn named_item(&self, id: &str) -> Option<&Item> {
        self.item(self.find_item(id)?)
    }

    pub(crate) fn named_payment(&self, id: &str) -> Option<&Payment> {
        self.payment(self.find_payment(id)?)
    }

    /// What is open of items together: of those in the currency of the first.
    fn open_of(&self, ids: &[String]) -> Option<(i64, Currency)> {
        let items = || ids.iter().filter_map(|id| self.named_item(id));
        let currency = items().next()?.currency;
        Some((items().filter(|row| row.currency == currency).fold(0, |sum: i64, row| sum.saturating_add(row.open)), currency))
    }
}
