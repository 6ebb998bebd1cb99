//! The rows of the books: customers, items, payments, remittances, allocations and rates.

use super::fields::{Field, Input, fields};
use std::ffi::c_char;

/// A row of the table "customers". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct CustomerInput {
    /// sizeof(ar_customer_input).
    pub struct_size: usize,
    /// Required.
    pub customer_id: *const c_char,
    /// The name of the legal party.
    pub name: *const c_char,
    /// The customer that this one belongs to.
    pub parent_id: *const c_char,
    /// The named person of yours who owns the account.
    pub owner: *const c_char,
    /// A word of yours, by which the policy may have other numbers.
    pub segment: *const c_char,
    /// ISO 3166 code.
    pub country: *const c_char,
    /// BCP 47 tag ("de").
    pub language: *const c_char,
    /// IANA name ("Europe/Berlin").
    pub time_zone: *const c_char,
    /// A word of yours.
    pub industry: *const c_char,
    /// Other names that it pays under.
    pub aliases: *const *const c_char,
    /// How many.
    pub aliases_len: usize,
    /// Channels in order of preference ("email", "post").
    pub channels: *const *const c_char,
    /// How many.
    pub channels_len: usize,
    /// Bank accounts that it pays from.
    pub bank_accounts: *const *const c_char,
    /// How many.
    pub bank_accounts_len: usize,
    /// In minor units of `currency`; read if `has_credit_limit` is set.
    pub credit_limit_minor: i64,
    /// In minor units of `currency`; read if `has_annual_revenue` is set.
    pub annual_revenue_minor: i64,
    /// No contact before this day.
    pub blocked_until: i32,
    /// ISO 4217 code of the two amounts, ended by NUL.
    pub currency: [c_char; 4],
    /// 1 if there is a credit limit, which may be 0.
    pub has_credit_limit: u8,
    /// 1 if the annual revenue is known.
    pub has_annual_revenue: u8,
    /// 1 for a strategic account, for which its owner decides.
    pub strategic: u8,
    /// 1 if it is a consumer.
    pub consumer: u8,
    /// 1 if it must not be contacted.
    pub do_not_contact: u8,
}

// SAFETY: the macro takes offset and type of each member from the struct.
unsafe impl Input for CustomerInput {
    const TABLE: &'static str = "customers";
    const FIRST_SIZE: usize = 160;
    const FIELDS: &'static [Field] = fields!(CustomerInput {
        text customer_id,
        text name,
        list aliases / aliases_len,
        text parent_id,
        text owner,
        text segment,
        flag strategic,
        flag consumer,
        text country,
        text language,
        text time_zone,
        list channels / channels_len,
        flag do_not_contact,
        amount_if_said credit_limit_minor / has_credit_limit,
        amount_if_said annual_revenue_minor / has_annual_revenue,
        currency currency,
        list bank_accounts / bank_accounts_len,
        text industry,
        day blocked_until,
    });
}

/// A row of the table "items": what is or was owed. Set `struct_size`; what is zero is not given. Members are added at the end in later
/// versions.
#[repr(C)]
#[derive(Debug)]
pub struct ItemInput {
    /// sizeof(ar_item_input).
    pub struct_size: usize,
    /// Required.
    pub item_id: *const c_char,
    /// Required.
    pub customer_id: *const c_char,
    /// "invoice" (where it is NULL), "debit_note", "fee", "interest", "deduction" or "credit_note".
    pub kind: *const c_char,
    /// As the customer knows it; where it is NULL, the item_id.
    pub reference: *const c_char,
    /// The customer's order.
    pub purchase_order: *const c_char,
    /// Items of a group go into one notice.
    pub notice_group: *const c_char,
    /// Of a deduction: why it was kept back.
    pub deduction_reason: *const c_char,
    /// Of a deduction: the customer's own code for it.
    pub deduction_code: *const c_char,
    /// What was sold.
    pub product: *const c_char,
    /// Required, positive; in minor units of `currency`.
    pub amount_minor: i64,
    /// What is still open, in minor units; read if `has_open_amount` is set, else worked out from the allocations.
    pub open_amount_minor: i64,
    /// What may be taken off for early payment, 0 to 100, at most four decimals, which a double of this size tells apart.
    pub discount_percent: f64,
    /// Required.
    pub issued_on: i32,
    /// Required.
    pub due_on: i32,
    /// 0 while it is open.
    pub settled_on: i32,
    /// The last day on which the discount may be taken.
    pub discount_until: i32,
    /// The day of the last notice.
    pub last_notice_on: i32,
    /// No notice before this day.
    pub blocked_until: i32,
    /// The level of the last notice, 0 to 99.
    pub dunning_level: i32,
    /// Required: ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// 1 if the open amount is given, which may be 0.
    pub has_open_amount: u8,
    /// 1 if the customer disputes it.
    pub disputed: u8,
}

// SAFETY: as above.
unsafe impl Input for ItemInput {
    const TABLE: &'static str = "items";
    const FIRST_SIZE: usize = 144;
    const FIELDS: &'static [Field] = fields!(ItemInput {
        text item_id,
        text customer_id,
        text kind,
        currency currency,
        amount amount_minor,
        day issued_on,
        day due_on,
        amount_if_said open_amount_minor / has_open_amount,
        day settled_on,
        text reference,
        text purchase_order,
        text notice_group,
        double_if_any discount_percent,
        day discount_until,
        number_if_any dunning_level,
        day last_notice_on,
        flag disputed,
        day blocked_until,
        text deduction_reason,
        text deduction_code,
        text product,
    });
}

/// A row of the table "payments": what came in. Set `struct_size`; what is zero is not given. Members are added at the end in later
/// versions.
#[repr(C)]
#[derive(Debug)]
pub struct PaymentInput {
    /// sizeof(ar_payment_input).
    pub struct_size: usize,
    /// Required.
    pub payment_id: *const c_char,
    /// The payer; NULL if unknown.
    pub customer_id: *const c_char,
    /// As the bank names the payer.
    pub payer_name: *const c_char,
    /// The account that it came from.
    pub payer_account: *const c_char,
    /// The text of the bank; line breaks are allowed.
    pub text: *const c_char,
    /// The reference of the bank.
    pub reference: *const c_char,
    /// "transfer", "direct_debit", or any other word of yours.
    pub method: *const c_char,
    /// Why it failed: "insufficient_funds", "limit_exceeded", "technical", "expired_card", "account_closed", "mandate_revoked",
    /// "disputed_by_payer" or "unknown".
    pub failure: *const c_char,
    /// Required, positive; in minor units of `currency`.
    pub amount_minor: i64,
    /// What the bank kept, in minor units.
    pub bank_fee_minor: i64,
    /// Required.
    pub received_on: i32,
    /// The day on which it failed.
    pub failed_on: i32,
    /// Required: ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// 1 if it was returned or refused.
    pub failed: u8,
}

// SAFETY: as above.
unsafe impl Input for PaymentInput {
    const TABLE: &'static str = "payments";
    const FIRST_SIZE: usize = 104;
    const FIELDS: &'static [Field] = fields!(PaymentInput {
        text payment_id,
        currency currency,
        amount amount_minor,
        day received_on,
        text customer_id,
        text payer_name,
        text payer_account,
        text text,
        text reference,
        amount_if_any bank_fee_minor,
        text method,
        flag failed,
        text failure,
        day failed_on,
    });
}

/// A row of the table "remittances": a line of what a payer says a payment is for. Set `struct_size`; what is zero is not given. Members
/// are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct RemittanceInput {
    /// sizeof(ar_remittance_input).
    pub struct_size: usize,
    /// Required; of each line another.
    pub remittance_id: *const c_char,
    /// The payer.
    pub customer_id: *const c_char,
    /// The payment; NULL if it is not known yet.
    pub payment_id: *const c_char,
    /// Required: what the line names.
    pub reference: *const c_char,
    /// Why something was kept back.
    pub deduction_reason: *const c_char,
    /// In minor units of the payment's currency, negative for a credit note that is taken off; read if `has_amount` is set.
    pub amount_minor: i64,
    /// Discount that was taken, in minor units.
    pub discount_minor: i64,
    /// What was kept back, in minor units.
    pub deduction_minor: i64,
    /// Required.
    pub received_on: i32,
    /// 1 if the line has an amount, which may be 0.
    pub has_amount: u8,
}

// SAFETY: as above.
unsafe impl Input for RemittanceInput {
    const TABLE: &'static str = "remittances";
    const FIRST_SIZE: usize = 80;
    const FIELDS: &'static [Field] = fields!(RemittanceInput {
        text remittance_id,
        text customer_id,
        text payment_id,
        day received_on,
        text reference,
        amount_if_said amount_minor / has_amount,
        amount_if_any discount_minor,
        amount_if_any deduction_minor,
        text deduction_reason,
    });
}

/// A row of the table "allocations": what was posted of a payment or credit note to an item. Set `struct_size`; what is zero is not given.
/// Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct AllocationInput {
    /// sizeof(ar_allocation_input).
    pub struct_size: usize,
    /// Required: the payment or credit note; of a write-off the item itself.
    pub credit_id: *const c_char,
    /// Required.
    pub item_id: *const c_char,
    /// "payment" (where it is NULL), "discount", "bank_fee", "write_off", "fx_difference" or "deduction".
    pub kind: *const c_char,
    /// The decision that it was posted by.
    pub decision_id: *const c_char,
    /// Required, positive; in minor units of the item's currency.
    pub amount_minor: i64,
    /// What it took of the payment, in minor units of the payment's currency, where that is another.
    pub credit_amount_minor: i64,
    /// Required: the day of the posting.
    pub on: i32,
}

// SAFETY: as above.
unsafe impl Input for AllocationInput {
    const TABLE: &'static str = "allocations";
    const FIRST_SIZE: usize = 64;
    const FIELDS: &'static [Field] = fields!(AllocationInput {
        text credit_id,
        text item_id,
        amount amount_minor,
        text kind,
        day on,
        amount_if_any credit_amount_minor,
        text decision_id,
    });
}

/// A row of the table "fx_rates". Set `struct_size`. Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct FxRateInput {
    /// sizeof(ar_fx_rate_input).
    pub struct_size: usize,
    /// Required: what one unit of `base` costs in `quote`, as decimal text ("1.0843", at most ten decimals). Text, because a double cannot
    /// hold ten decimals of a rate above 90,000.
    pub rate: *const c_char,
    /// Required.
    pub on: i32,
    /// Required: ISO 4217 code, ended by NUL.
    pub base: [c_char; 4],
    /// Required: ISO 4217 code, ended by NUL.
    pub quote: [c_char; 4],
}

// SAFETY: as above.
unsafe impl Input for FxRateInput {
    const TABLE: &'static str = "fx_rates";
    const FIRST_SIZE: usize = 32;
    const FIELDS: &'static [Field] = fields!(FxRateInput {
        currency base,
        currency quote,
        day on,
        text rate,
    });
}
