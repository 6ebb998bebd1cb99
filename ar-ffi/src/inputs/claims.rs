//! The rows of what was said and agreed, and those that the models are given.

use super::fields::{Field, Input, fields};
use std::ffi::c_char;

/// A row of the table "promises": a promise to pay. Set `struct_size`; what is zero is not given. Members are added at the end in later
/// versions.
#[repr(C)]
#[derive(Debug)]
pub struct PromiseInput {
    /// sizeof(ar_promise_input).
    pub struct_size: usize,
    /// Required.
    pub promise_id: *const c_char,
    /// Required.
    pub customer_id: *const c_char,
    /// The item; NULL if all that is due is promised.
    pub item_id: *const c_char,
    /// "open" (where it is NULL), "kept", "partly_kept", "broken", "withdrawn" or "superseded".
    pub state: *const c_char,
    /// Where it was made: "reply:" and the identifier of a message, say.
    pub source: *const c_char,
    /// In minor units of `currency`, else of the item's currency; 0 for all.
    pub amount_minor: i64,
    /// Required.
    pub made_on: i32,
    /// Required.
    pub due_on: i32,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
}

// SAFETY: the macro takes offset and type of each member from the struct.
unsafe impl Input for PromiseInput {
    const TABLE: &'static str = "promises";
    const FIRST_SIZE: usize = 72;
    const FIELDS: &'static [Field] = fields!(PromiseInput {
        text promise_id,
        text customer_id,
        text item_id,
        amount_if_any amount_minor,
        currency currency,
        day made_on,
        day due_on,
        text state,
        text source,
    });
}

/// A row of the table "disputes". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct DisputeInput {
    /// sizeof(ar_dispute_input).
    pub struct_size: usize,
    /// Required.
    pub dispute_id: *const c_char,
    /// The customer of the item.
    pub customer_id: *const c_char,
    /// Required.
    pub item_id: *const c_char,
    /// What is wrong, by the customer: a word of yours.
    pub reason: *const c_char,
    /// "open" (where it is NULL), "in_review", "valid", "invalid", "partial" or "closed".
    pub state: *const c_char,
    /// What is disputed, in minor units of the item's currency; 0 for the whole item.
    pub amount_minor: i64,
    /// What was found to be right of it, in minor units; read if `has_valid_amount` is set.
    pub valid_amount_minor: i64,
    /// Required.
    pub opened_on: i32,
    /// 0 while it is open.
    pub resolved_on: i32,
    /// 1 if it was decided what is right of it, which may be 0.
    pub has_valid_amount: u8,
}

// SAFETY: as above.
unsafe impl Input for DisputeInput {
    const TABLE: &'static str = "disputes";
    const FIRST_SIZE: usize = 80;
    const FIELDS: &'static [Field] = fields!(DisputeInput {
        text dispute_id,
        text customer_id,
        text item_id,
        amount_if_any amount_minor,
        text reason,
        day opened_on,
        day resolved_on,
        text state,
        amount_if_said valid_amount_minor / has_valid_amount,
    });
}

/// A row of the table "plans": a plan of payment by instalments. Set `struct_size`; what is zero is not given. Members are added at the
/// end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct PlanInput {
    /// sizeof(ar_plan_input).
    pub struct_size: usize,
    /// Required.
    pub plan_id: *const c_char,
    /// Required.
    pub customer_id: *const c_char,
    /// "active" (where it is NULL), "offered", "completed" or "broken".
    pub state: *const c_char,
    /// Required: the items that it covers.
    pub item_ids: *const *const c_char,
    /// How many.
    pub item_ids_len: usize,
    /// Required.
    pub agreed_on: i32,
}

// SAFETY: as above.
unsafe impl Input for PlanInput {
    const TABLE: &'static str = "plans";
    const FIRST_SIZE: usize = 56;
    const FIELDS: &'static [Field] = fields!(PlanInput {
        text plan_id,
        text customer_id,
        list item_ids / item_ids_len,
        day agreed_on,
        text state,
    });
}

/// A row of the table "instalments". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct InstalmentInput {
    /// sizeof(ar_instalment_input).
    pub struct_size: usize,
    /// Required.
    pub plan_id: *const c_char,
    /// Required, positive; in minor units of the currency of the plan's items.
    pub amount_minor: i64,
    /// Required.
    pub due_on: i32,
    /// 0 while it is not paid.
    pub paid_on: i32,
}

// SAFETY: as above.
unsafe impl Input for InstalmentInput {
    const TABLE: &'static str = "instalments";
    const FIRST_SIZE: usize = 32;
    const FIELDS: &'static [Field] = fields!(InstalmentInput {
        text plan_id,
        day due_on,
        amount amount_minor,
        day paid_on,
    });
}

/// A row of the table "notices": what was sent to a customer. Set `struct_size`; what is zero is not given. Members are added at the end
/// in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct NoticeInput {
    /// sizeof(ar_notice_input).
    pub struct_size: usize,
    /// Required.
    pub notice_id: *const c_char,
    /// Required.
    pub customer_id: *const c_char,
    /// The channel that it went by.
    pub channel: *const c_char,
    /// "sent" (where it is NULL), "proposed", "bounced" or "void".
    pub state: *const c_char,
    /// The items that it was about.
    pub item_ids: *const *const c_char,
    /// How many.
    pub item_ids_len: usize,
    /// Required.
    pub sent_on: i32,
    /// The dunning level, 0 to 99.
    pub level: i32,
}

// SAFETY: as above.
unsafe impl Input for NoticeInput {
    const TABLE: &'static str = "notices";
    const FIRST_SIZE: usize = 64;
    const FIELDS: &'static [Field] = fields!(NoticeInput {
        text notice_id,
        text customer_id,
        list item_ids / item_ids_len,
        day sent_on,
        number_if_any level,
        text channel,
        text state,
    });
}

/// A row of the table "replies": a message of a customer. Set `struct_size`; what is zero is not given. Members are added at the end in
/// later versions.
#[repr(C)]
#[derive(Debug)]
pub struct ReplyInput {
    /// sizeof(ar_reply_input).
    pub struct_size: usize,
    /// Required.
    pub reply_id: *const c_char,
    /// Required.
    pub customer_id: *const c_char,
    /// The subject of a mail.
    pub subject: *const c_char,
    /// The message; line breaks are allowed.
    pub text: *const c_char,
    /// The channel that it came by.
    pub channel: *const c_char,
    /// What it wants, where somebody said so.
    pub intent: *const c_char,
    /// What was read of it, as JSON, where that is known.
    pub reading: *const c_char,
    /// Required.
    pub received_on: i32,
    /// 0 while it is not answered.
    pub answered_on: i32,
}

// SAFETY: as above.
unsafe impl Input for ReplyInput {
    const TABLE: &'static str = "replies";
    const FIRST_SIZE: usize = 72;
    const FIELDS: &'static [Field] = fields!(ReplyInput {
        text reply_id,
        text customer_id,
        day received_on,
        day answered_on,
        text subject,
        text text,
        text channel,
        text intent,
        text reading,
    });
}

/// A row of the table "signals": news of a customer from outside. Set `struct_size`. Members are added at the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct SignalInput {
    /// sizeof(ar_signal_input).
    pub struct_size: usize,
    /// Required.
    pub customer_id: *const c_char,
    /// Required: a word ("insolvency").
    pub kind: *const c_char,
    /// Required.
    pub on: i32,
    /// Required: 0 to 100. Always read: 0 is a severity.
    pub severity: i32,
}

// SAFETY: as above.
unsafe impl Input for SignalInput {
    const TABLE: &'static str = "signals";
    const FIRST_SIZE: usize = 32;
    const FIELDS: &'static [Field] = fields!(SignalInput {
        text customer_id,
        day on,
        text kind,
        number severity,
    });
}

/// A row of the table "pay_times", for ar_models_fit_on: what a model of your own says of an item. Set `struct_size`. Members are added at
/// the end in later versions.
#[repr(C)]
#[derive(Debug)]
pub struct PayTimeInput {
    /// sizeof(ar_pay_time_input).
    pub struct_size: usize,
    /// Required.
    pub item_id: *const c_char,
    /// Required: the probability, 0 to 1, with which the delay is not longer. Always read.
    pub probability: f64,
    /// Required: days after the due date, negative before it. Always read.
    pub delay_days: i32,
}

// SAFETY: as above.
unsafe impl Input for PayTimeInput {
    const TABLE: &'static str = "pay_times";
    const FIRST_SIZE: usize = 32;
    const FIELDS: &'static [Field] = fields!(PayTimeInput {
        text item_id,
        number delay_days,
        double probability,
    });
}

/// A row of the table "holidays", for ar_models_fit_on: a day on which nothing is paid. Set `struct_size`. Members are added at the end in
/// later versions.
#[repr(C)]
#[derive(Debug)]
pub struct HolidayInput {
    /// sizeof(ar_holiday_input).
    pub struct_size: usize,
    /// Required: ISO 3166 code of a country, or ISO 4217 code of a currency for customers without a country.
    pub calendar: *const c_char,
    /// Required.
    pub on: i32,
}

// SAFETY: as above.
unsafe impl Input for HolidayInput {
    const TABLE: &'static str = "holidays";
    const FIRST_SIZE: usize = 24;
    const FIELDS: &'static [Field] = fields!(HolidayInput {
        text calendar,
        day on,
    });
}
