//! Records: what a ledger holds, as compact rows. Texts are handles into the ledger's pool, money is minor units.

mod claims;
mod deduction;
mod evidence;
mod failure;
mod kinds;

pub use claims::{Dispute, Extension, HandOver, Hold, Instalment, Plan, Promise, Retry, Terms};
pub use deduction::{Deduction, DeductionReason};
pub use evidence::Document;
pub use failure::{Failure, FailureKind};
pub use kinds::{AllocationKind, DisputeState, ItemKind, NoticeState, PlanState, PromiseState};

use crate::money::Currency;
use crate::text::TextId;
use alloc::vec::Vec;
use chrono::NaiveDate;
use chrono_tz::Tz;
use core::ops::Range;

/// Position of a customer in the ledger (customers are sorted by identifier).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerIdx(pub u32);

/// Position of an item in the ledger (items are sorted by customer, due date, identifier).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemIdx(pub u32);

/// Position of a payment in the ledger (payments are sorted by day received, identifier).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaymentIdx(pub u32);

/// The legal party that pays.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// Identifier.
    pub id: TextId,
    /// Name.
    pub name: TextId,
    /// Whose child this customer is.
    pub parent: Option<CustomerIdx>,
    /// The named person of ours.
    pub owner: TextId,
    /// Segment of the policy and of the models.
    pub segment: TextId,
    /// Industry.
    pub industry: TextId,
    /// ISO 3166 country.
    pub country: TextId,
    /// BCP 47 language.
    pub language: TextId,
    /// Time zone; `None` = UTC.
    pub time_zone: Option<Tz>,
    /// Currency of `credit_limit` and `annual_revenue`.
    pub currency: Option<Currency>,
    /// Whether the account is strategic.
    pub strategic: bool,
    /// Whether the customer is a consumer.
    pub consumer: bool,
    /// Whether the engine must not contact the customer.
    pub do_not_contact: bool,
    /// Credit limit in minor units.
    pub credit_limit: Option<i64>,
    /// Revenue a year with us in minor units.
    pub annual_revenue: Option<i64>,
    /// Other names (range of the ledger's lists).
    pub aliases: Range<u32>,
    /// Channels in order of preference.
    pub channels: Range<u32>,
    /// Bank accounts the customer pays from.
    pub bank_accounts: Range<u32>,
    /// No contact before this day.
    pub blocked_until: Option<NaiveDate>,
}

/// Anything on an account but a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Identifier.
    pub id: TextId,
    /// The number that the customer knows; the identifier where none is given.
    pub reference: TextId,
    /// The customer's purchase order.
    pub purchase_order: TextId,
    /// What its notices are grouped by (a contract, a department): items of different groups never stand on one notice.
    pub notice_group: TextId,
    /// What was sold, in words or a number of the host: what disputes are grouped by.
    pub product: TextId,
    /// Who owes (or is owed).
    pub customer: CustomerIdx,
    /// Original amount, positive.
    pub amount: i64,
    /// What the tables and events say is still open, not counting what happens after a day of interest.
    pub open: i64,
    /// Day issued.
    pub issued_on: NaiveDate,
    /// Day due.
    pub due_on: NaiveDate,
    /// Day fully settled.
    pub settled_on: Option<NaiveDate>,
    /// Day of the last notice about it.
    pub last_notice_on: Option<NaiveDate>,
    /// Last day on which the discount may be taken.
    pub discount_until: Option<NaiveDate>,
    /// No dunning of this item before this day.
    pub blocked_until: Option<NaiveDate>,
    /// Early-payment discount in parts per million.
    pub discount_ppm: u32,
    /// Contacts so far.
    pub contacts: u16,
    /// Currency.
    pub currency: Currency,
    /// What it is.
    pub kind: ItemKind,
    /// Level of the last notice *sent*, 0 = none.
    pub level: u8,
    /// Disputed as a whole by the table's flag.
    pub disputed: bool,
    /// The open amount was stated by the host: the allocations of the same tables are in it (else it follows from
    /// amount and allocations).
    pub open_stated: bool,
}

impl Item {
    /// An item just issued: nothing is paid of it, said of it or granted on it.
    pub(crate) fn issued(id: TextId, customer: CustomerIdx, kind: ItemKind, amount: i64, currency: Currency, issued_on: NaiveDate, due_on: NaiveDate) -> Self {
        Self {
            id,
            reference: id,
            purchase_order: TextId::NONE,
            notice_group: TextId::NONE,
            product: TextId::NONE,
            customer,
            amount,
            open: amount,
            issued_on,
            due_on,
            settled_on: None,
            last_notice_on: None,
            discount_until: None,
            blocked_until: None,
            discount_ppm: 0,
            contacts: 0,
            currency,
            kind,
            level: 0,
            disputed: false,
            open_stated: false,
        }
    }

    /// What is open at the end of a day, from all the lines that lower it. As `Books::open_all` says it of every item.
    pub fn open_on<'a>(&self, lines: impl IntoIterator<Item = &'a Allocation>, day: NaiveDate) -> i64 {
        let (lowered, later) = lines.into_iter().fold((0_i64, 0_i64), |(lowered, later), line| match line.on <= day {
            true => (lowered.saturating_add(line.amount), later),
            false => (lowered, later.saturating_add(if line.tabled { 0 } else { line.amount })),
        });
        self.open_from(day, lowered, later)
    }

    /// What is open at the end of a day, from what lines lowered it by then, and what events lowered it by later.
    pub fn open_from(&self, day: NaiveDate, lowered: i64, later: i64) -> i64 {
        let alone = self.open_alone(day);
        match self.open_stated {
            false => (alone - lowered).max(0),
            // The row of the item has all events in it: what came after the day was still open on it.
            true if self.issued_on <= day => alone.saturating_add(later),
            true => alone,
        }
    }

    /// What is open at the end of `as_of`, before allocations are counted: those up to the day, or, where the host
    /// stated what is open, those after it.
    pub fn open_alone(&self, as_of: NaiveDate) -> i64 {
        // Of many items in a row it is all but random which are settled: nothing here jumps.
        let settled = self.settled_on.is_some_and(|day| day <= as_of);
        let stood = if self.open_stated { self.open } else { self.amount };
        stood & -i64::from((self.issued_on <= as_of) & !settled)
    }
}

/// Money that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// Identifier.
    pub id: TextId,
    /// The customer, where the bank or the host knows.
    pub customer: Option<CustomerIdx>,
    /// Amount, positive.
    pub amount: i64,
    /// Of it applied by allocations (all days).
    pub applied: i64,
    /// Fee that the bank kept back.
    pub bank_fee: i64,
    /// Day received.
    pub received_on: NaiveDate,
    /// Name on the statement.
    pub payer_name: TextId,
    /// Account on the statement.
    pub payer_account: TextId,
    /// Text on the statement.
    pub text: TextId,
    /// Structured reference.
    pub reference: TextId,
    /// How it was paid.
    pub method: TextId,
    /// Currency.
    pub currency: Currency,
    /// Returned by the bank.
    pub failed: bool,
}

impl Payment {
    /// What came in by the end of a day; nothing of a payment that failed.
    pub fn come_by(&self, day: NaiveDate) -> i64 {
        if self.received_on > day || self.failed { 0 } else { self.amount }
    }
}

/// One line of what the payer says a payment is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Remittance {
    /// Identifier of the line.
    pub id: TextId,
    /// Who sent it.
    pub customer: Option<CustomerIdx>,
    /// The payment, once linked.
    pub payment: Option<PaymentIdx>,
    /// Day received.
    pub received_on: NaiveDate,
    /// What the line names.
    pub reference: TextId,
    /// Amount of the line; negative for a credit note that is taken off.
    pub amount: Option<i64>,
    /// Discount taken.
    pub discount: i64,
    /// Amount kept back.
    pub deduction: i64,
    /// Why it was kept back.
    pub deduction_reason: TextId,
}

/// The credit side of an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credit {
    /// A payment.
    Payment(PaymentIdx),
    /// A credit note; of a line of the kind `deduction`, the deduction.
    Item(ItemIdx),
    /// Nothing came in: we wrote it off.
    Own,
}

/// Minor units of one credit applied to one debit item.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// The item that is reduced.
    pub item: ItemIdx,
    /// What reduces it.
    pub credit: Credit,
    /// Day of the posting.
    pub on: NaiveDate,
    /// Amount, positive, in minor units of the item's currency.
    pub amount: i64,
    /// What it takes of a payment, in minor units of the payment's currency; 0 where it takes no cash.
    pub cash: i64,
    /// What it stands for.
    pub kind: AllocationKind,
    /// Decision that made it, if the engine did.
    pub decision: TextId,
    /// It came with the tables.
    pub tabled: bool,
}

impl Allocation {
    /// The items whose open amount it lowers: the debit item, and the credit note that it uses.
    pub fn lowers(&self) -> impl Iterator<Item = ItemIdx> + use<> {
        let note = match self.credit {
            Credit::Item(at) if self.kind != AllocationKind::Deduction => Some(at),
            _ => None,
        };
        [Some(self.item), note].into_iter().flatten()
    }

    /// Whether it settles what is owed with money or a credit: not what was kept back, nor what we wrote off of our own.
    pub fn is_money(&self) -> bool {
        self.kind != AllocationKind::Deduction && self.credit != Credit::Own
    }
}

/// One outbound message.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Identifier.
    pub id: TextId,
    /// To whom.
    pub customer: CustomerIdx,
    /// Items covered (range of the ledger's item lists).
    pub items: Range<u32>,
    /// Day sent.
    pub sent_on: NaiveDate,
    /// Dunning level; 0 = outside dunning.
    pub level: u8,
    /// Channel.
    pub channel: TextId,
    /// What became of it.
    pub state: NoticeState,
    /// Levels of its items before it went out, in their order; empty where the notice came with the tables.
    pub before: Vec<u8>,
}

/// One inbound message.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Identifier.
    pub id: TextId,
    /// From whom.
    pub customer: CustomerIdx,
    /// Day received.
    pub received_on: NaiveDate,
    /// Day of our answer.
    pub answered_on: Option<NaiveDate>,
    /// Subject.
    pub subject: TextId,
    /// Text.
    pub text: TextId,
    /// Channel.
    pub channel: TextId,
    /// What it is about, where the host knows: the name of an intent counts as understood.
    pub intent: TextId,
    /// A reading that the host supplies (JSON, as `check_reading` takes it); it is held against the text.
    pub reading: TextId,
}

/// News from outside about a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// About whom.
    pub customer: CustomerIdx,
    /// Day.
    pub on: NaiveDate,
    /// Kind (`insolvency`, `bureau`, `news`, `deceased` …).
    pub kind: TextId,
    /// 0 (harmless) to 100 (certain failure).
    pub severity: u8,
}

/// Units of `quote` for one unit of `base`.
#[derive(Clone, Debug, PartialEq)]
pub struct FxRate {
    /// One unit of this.
    pub base: Currency,
    /// So many units of this.
    pub quote: Currency,
    /// Day.
    pub on: NaiveDate,
    /// Rate times 10^10.
    pub rate: i64,
}

/// A contact with a customer, of any kind, in either direction of initiative but ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// With whom.
    pub customer: CustomerIdx,
    /// Day.
    pub on: NaiveDate,
    /// Channel.
    pub channel: TextId,
}

impl Contact {
    /// Channel of messages to the owner of an account: inside the house, no contact with the customer.
    pub const OWNER: &str = "owner";
    /// Channel of calls.
    pub const CALL: &str = "call";
    /// Channel of calls that reached nobody.
    pub const CALL_MISSED: &str = "call_missed";
    /// Channel of questions what a payment is for.
    pub const REMITTANCE: &str = "remittance";
}
