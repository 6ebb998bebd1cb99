//! Which events say nothing to the rest of the book, and whose rows they are about.
//!
//! | what the whole book is asked | what it reads of one customer |
//! |---|---|
//! | the cash: which payment is explained by what | items, payments, postings, advice, names, accounts, groups |
//! | whether a posting or a question about a payment passes | the same, contacts, news, segment, what was said of decisions |
//! | the past | items: what was issued and paid strictly before the day |
//! | what promises, disputes, notices and news bear on | their days strictly before the day (`scoring::teach_alike` asks) |
//! | earlier claims | what was decided strictly before the day |
//! | budgets, levels, stops, questions | what was said and done about decisions |
//! | whether all amounts can be summed | items, payments, disputes |
//!
//! So an event of the day that makes or moves no item, payment or posting, and reports or answers no decision, leaves all of it alone, but
//! two lines: the second, of a customer whom cash of the day concerns (`leaves_cash`), and the last, of a dispute that is opened
//! (`Whole::sums_with`).
//!
//! What a part is asked, and reads of others:
//!
//! | asked | read of others | how the part has it |
//! |---|---|---|
//! | what is left of a payment, the statement | items of others that the customer's payments paid | these others are in the part (`Whole::with_paid_for`) |
//! | items that credit notes of others paid | those | it has not: worked out on the whole (`Books::entangled`) |
//! | credit limits, groups | who stands above, what they owe together | bare rows, and the sums of the whole |
//! | what would let the engine act | what was done for others, stops, their segments, what their cash took of budgets | what is known of decisions is that of the whole, and so are the books that it is read against (`ledger::within`); `report::Passed` |
//! | a row by an identifier of its own | whose it is | noted when it is made (`Whole::note`) |

use crate::event::What;

/// Customers that are worked on together, apart from the whole book.
pub(super) const MOST_TOGETHER: usize = 64;

/// Whether an event of the day that reports no decision leaves items, payments, postings and what is known of decisions alone.
pub(super) const fn is_quiet(what: &What) -> bool {
    leaves_cash(what)
        || matches!(
            what,
            What::SignalReceived { .. }
                | What::NoticeSent { .. }
                | What::NoticeVoided { .. }
                | What::StatementSent { .. }
                | What::InvoiceCopySent { .. }
                | What::CallMade { .. }
                | What::OwnerNotified { .. }
                | What::ReplySent { .. }
                | What::PromiseReminded { .. }
        )
}

/// Whether it also leaves the decisions on cash of the customer alone: these look at contacts, news and notices.
pub(super) const fn leaves_cash(what: &What) -> bool {
    matches!(
        what,
        What::PromiseMade { .. }
            | What::PromiseWithdrawn { .. }
            | What::DisputeOpened { .. }
            | What::DisputeRouted { .. }
            | What::DisputeResolved { .. }
            | What::ReplyReceived { .. }
            | What::HoldPlaced { .. }
            | What::HoldReleased { .. }
    )
}

/// Tables whose rows events name by identifiers of their own.
pub(super) const PROMISES: usize = 0;
pub(super) const DISPUTES: usize = 1;
pub(super) const NOTICES: usize = 2;
pub(super) const REPLIES: usize = 3;

/// What an event names.
pub(super) enum Reference<'w> {
    Customer(&'w str),
    Item(&'w str),
    Payment(&'w str),
    /// A row of one of the tables above.
    Claim(usize, &'w str),
}

/// The row that an event makes under an identifier of its own.
pub(super) fn made(what: &What) -> Option<(usize, &str)> {
    match what {
        What::PromiseMade { promise_id, .. } => Some((PROMISES, promise_id)),
        What::DisputeOpened { dispute_id, .. } => Some((DISPUTES, dispute_id)),
        What::ReplyReceived { reply_id, .. } => Some((REPLIES, reply_id)),
        What::NoticeSent { notice_id: Some(id), .. } => Some((NOTICES, id)),
        _ => None,
    }
}

/// Everything that an event names.
pub(super) fn references<'w>(what: &'w What, see: &mut impl FnMut(Reference<'w>)) {
    use Reference::{Claim, Customer, Item, Payment};
    made(what).into_iter().for_each(|(kind, id)| see(Claim(kind, id)));
    match what {
        What::ItemIssued { item_id, customer_id, .. } => {
            see(Item(item_id));
            see(Customer(customer_id));
        }
        What::PaymentReceived { payment_id, customer_id, .. } => {
            see(Payment(payment_id));
            customer_id.iter().for_each(|id| see(Customer(id)));
        }
        What::PaymentFailed { payment_id, .. } | What::PaymentRetried { payment_id } => see(Payment(payment_id)),
        What::RemittanceReceived { payment_id, customer_id, .. } | What::RemittanceAsked { payment_id, customer_id, .. } => {
            payment_id.iter().for_each(|id| see(Payment(id)));
            customer_id.iter().for_each(|id| see(Customer(id)));
        }
        What::ReplyReceived { customer_id, .. }
        | What::SignalReceived { customer_id, .. }
        | What::CustomerChanged { customer_id, .. }
        | What::StatementSent { customer_id, .. }
        | What::CallMade { customer_id, .. }
        | What::OwnerNotified { customer_id }
        | What::PromiseReminded { customer_id, .. }
        | What::HoldPlaced { customer_id, .. }
        | What::HoldReleased { customer_id }
        | What::TermsChanged { customer_id, .. } => see(Customer(customer_id)),
        What::ReplySent { customer_id, reply_id, .. } => {
            see(Customer(customer_id));
            reply_id.iter().for_each(|id| see(Claim(REPLIES, id)));
        }
        What::NoticeSent { customer_id, item_ids, .. }
        | What::InvoiceCopySent { customer_id, item_ids, .. }
        | What::HandedOver { customer_id, item_ids, .. }
        | What::PlanOffered { customer_id, item_ids, .. } => {
            see(Customer(customer_id));
            item_ids.iter().for_each(|id| see(Item(id)));
        }
        What::PlanAgreed { customer_id, item_ids, .. } => {
            customer_id.iter().for_each(|id| see(Customer(id)));
            item_ids.iter().flatten().for_each(|id| see(Item(id)));
        }
        What::NoticeVoided { notice_id } | What::NoticeBounced { notice_id } => see(Claim(NOTICES, notice_id)),
        What::ItemBlocked { item_id, .. } | What::WrittenOff { item_id, .. } | What::DisputeOpened { item_id, .. } => see(Item(item_id)),
        What::DeductionCreated { deduction_id, item_id, .. } => {
            see(Item(deduction_id));
            see(Item(item_id));
        }
        What::ItemsAllocated { payment_id, allocations } => {
            see(Payment(payment_id));
            for line in allocations {
                see(Item(&line.item_id));
            }
        }
        What::AllocationReversed { payment_id, item_ids, .. } => {
            payment_id.iter().for_each(|id| see(Payment(id)));
            item_ids.iter().flatten().for_each(|id| see(Item(id)));
        }
        What::DisputeRouted { dispute_ids } => dispute_ids.iter().for_each(|id| see(Claim(DISPUTES, id))),
        What::DisputeResolved { dispute_id, .. } => see(Claim(DISPUTES, dispute_id)),
        What::PromiseMade { customer_id, item_id, .. } => {
            see(Customer(customer_id));
            item_id.iter().for_each(|id| see(Item(id)));
        }
        What::PromiseWithdrawn { promise_id } => see(Claim(PROMISES, promise_id)),
        What::ExtensionGranted { item_ids, .. } => item_ids.iter().for_each(|id| see(Item(id))),
        _ => {}
    }
}
