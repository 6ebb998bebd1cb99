//! Claims: what a customer promised, disputes or agreed to, and what we granted, held back or gave out of hand.

use super::{CustomerIdx, DisputeState, ItemIdx, PlanState, PromiseState};
use crate::money::Currency;
use crate::text::TextId;
use chrono::NaiveDate;
use core::ops::Range;

/// A promise to pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Identifier.
    pub id: TextId,
    /// Who promised.
    pub customer: CustomerIdx,
    /// The item, or the whole account.
    pub item: Option<ItemIdx>,
    /// Amount promised; `None` = all that is due.
    pub amount: Option<i64>,
    /// Day of the promise.
    pub made_on: NaiveDate,
    /// Day promised.
    pub due_on: NaiveDate,
    /// Where it stands, as the books were told.
    pub state: PromiseState,
    /// The day on which it was taken back or replaced, where an event told it.
    pub closed_on: Option<NaiveDate>,
    /// Currency of the amount, where no item says it.
    pub currency: Option<Currency>,
    /// Where it came from: a message, a call, a person.
    pub source: TextId,
}

impl Promise {
    /// Where it stood at the end of a day, as the books were told.
    pub fn state_on(&self, day: NaiveDate) -> PromiseState {
        if self.closed_on.is_some_and(|on| on > day) { PromiseState::Open } else { self.state }
    }
}

/// A claim that something is wrong with an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// Identifier.
    pub id: TextId,
    /// Who disputes.
    pub customer: CustomerIdx,
    /// What is disputed.
    pub item: ItemIdx,
    /// Disputed amount; at most the item's.
    pub amount: i64,
    /// Reason code of the host.
    pub reason: TextId,
    /// Day opened.
    pub opened_on: NaiveDate,
    /// Day resolved.
    pub resolved_on: Option<NaiveDate>,
    /// Where it stands.
    pub state: DisputeState,
    /// The customer is told who works on it.
    pub routed: bool,
    /// The last day on which an event said so.
    pub routed_on: Option<NaiveDate>,
    /// How much of it was found valid, where it was decided by an event.
    pub valid: Option<i64>,
}

impl Dispute {
    /// How much of it was found valid; `None` while nobody decided, or where nobody said how much.
    pub fn valid_amount(&self) -> Option<i64> {
        match self.state {
            DisputeState::Valid => Some(self.amount),
            DisputeState::Invalid => Some(0),
            _ => self.valid,
        }
    }

    /// Since when somebody works on it, as it was known on a day: the day it was last brought to somebody, or else that
    /// on which it was opened. `None` while nobody does.
    pub fn worked_on_since(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self.routed_on {
            Some(on) if on > day => None,
            Some(on) => Some(on),
            None => self.routed.then_some(self.opened_on),
        }
    }

    /// Whether the dispute holds dunning on a day, from what was known by then.
    pub fn is_live_on(&self, day: NaiveDate) -> bool {
        let undecided = if self.state.is_live() { self.resolved_on.is_none_or(|on| on > day) } else { self.resolved_on.is_some_and(|on| on > day) };
        self.opened_on <= day && undecided
    }
}

/// An agreement to pay in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Identifier.
    pub id: TextId,
    /// Who pays.
    pub customer: CustomerIdx,
    /// Day agreed.
    pub agreed_on: NaiveDate,
    /// Where it stands.
    pub state: PlanState,
    /// Items covered (range of the ledger's item lists).
    pub items: Range<u32>,
}

/// One part of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Instalment {
    /// The plan (position in the ledger's plans).
    pub plan: u32,
    /// Day due.
    pub due_on: NaiveDate,
    /// Amount.
    pub amount: i64,
    /// Day paid.
    pub paid_on: Option<NaiveDate>,
}

/// A due date that was moved. The item has the new one; here is what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    /// The item.
    pub item: ItemIdx,
    /// Day granted.
    pub on: NaiveDate,
    /// Due before.
    pub from: NaiveDate,
    /// Due since.
    pub to: NaiveDate,
}

/// A credit hold: the customer is not delivered to.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Who.
    pub customer: CustomerIdx,
    /// Day placed.
    pub placed_on: NaiveDate,
    /// Day released.
    pub released_on: Option<NaiveDate>,
    /// Why, in words of the host.
    pub reason: TextId,
}

/// Payment terms that were changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Whose.
    pub customer: CustomerIdx,
    /// Since when.
    pub on: NaiveDate,
    /// Days to pay, of what is issued from then on.
    pub payment_days: Option<u16>,
    /// Credit limit from then on, in the currency of the customer's limit.
    pub credit_limit: Option<i64>,
}

/// Items that were handed over to an agency or a lawyer.
#[derive(Clone, Debug, PartialEq)]
pub struct HandOver {
    /// Whose.
    pub customer: CustomerIdx,
    /// Day.
    pub on: NaiveDate,
    /// Items (range of the ledger's item lists).
    pub items: Range<u32>,
    /// To whom, in words of the host.
    pub to: TextId,
}

/// How often a payment that failed was tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Times.
    pub count: u16,
    /// The last time.
    pub last_on: NaiveDate,
}
