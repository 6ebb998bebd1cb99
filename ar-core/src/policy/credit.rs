//! The sections `credit`, `retries` and `offers`: when credit is held and terms are changed, when a failed payment is tried
//! again, and what may be offered to a customer who cannot pay at once. What costs the customer something is off by default.

use super::read::{leftovers, wrong};
use super::setting::{self, Flag, Setting, Share, Whole, section};
use crate::error::{ProblemCode, Problems};
use alloc::{format, string::String, vec::Vec};
use serde_json::{Map, Value, json};

section! {
    /// Credit holds and terms.
    CreditNumbers {
        /// Whether credit holds are placed and released.
        holds: Flag = false, 0, 1, "flag";
        /// Share of the credit limit above which credit is held.
        hold_share: Share = 1_000_000, 0, 10_000_000, "share";
        /// Share of the credit limit up to which a hold is released; at most hold_share.
        release_share: Share = 900_000, 0, 10_000_000, "share";
        /// Days past due beyond which credit is held; 0 = never for that.
        hold_late_days: Whole = 60, 0, 720, "days";
        /// Days past due up to which a hold is released; less than hold_late_days.
        release_late_days: Whole = 30, 0, 720, "days";
        /// Open amount of the items past due, in one currency, below which they hold nothing.
        hold_late_amount: Whole = 100, 0, 1_000_000_000, "units of the currency";
        /// Whether credit is held of a customer with signs that it cannot pay.
        hold_distressed: Flag = true, 0, 1, "flag";
        /// Whether other days to pay are proposed.
        terms: Flag = false, 0, 1, "flag";
        /// Days between two changes of the terms of a customer.
        terms_interval_days: Whole = 90, 1, 720, "days";
        /// Broken promises from which fewer days to pay are proposed.
        tighten_broken: Whole = 2, 1, 50, "promises";
        /// Settled items of a customer who pays promptly from which more days to pay are proposed.
        loosen_items: Whole = 12, 1, 1_000, "items";
        /// Days that such a customer has been known.
        loosen_days: Whole = 365, 0, 3_650, "days";
    }
}

section! {
    /// Payments that failed, tried again.
    RetryNumbers {
        /// Days after the first failure in which a payment may be tried again.
        within_days: Whole = 30, 0, 365, "days";
        /// Whether a failure that nobody gives a reason for is tried again.
        unknown: Flag = false, 0, 1, "flag";
    }
}

section! {
    /// Plans and extensions that are offered.
    Offers {
        /// Whether plans are offered.
        plans: Flag = false, 0, 1, "flag";
        /// Days past due of the oldest item from which a plan is offered.
        plan_late_days: Whole = 14, 1, 720, "days";
        /// Least amount of a plan.
        plan_min_amount: Whole = 500, 0, 1_000_000_000, "units of the currency";
        /// Largest amount of a plan.
        plan_max_amount: Whole = 50_000, 0, 1_000_000_000, "units of the currency";
        /// Most instalments of a plan.
        max_instalments: Whole = 6, 2, 120, "instalments";
        /// Least amount of an instalment.
        min_instalment: Whole = 100, 0, 1_000_000_000, "units of the currency";
        /// Days from one instalment to the next.
        instalment_days: Whole = 30, 1, 365, "days";
        /// Days until the first instalment.
        first_days: Whole = 14, 0, 365, "days";
        /// Whether plans are offered to customers with signs that they cannot pay.
        plan_distressed: Flag = false, 0, 1, "flag";
        /// Days after a plan broke in which none is offered.
        broken_plan_days: Whole = 365, 0, 3_650, "days";
        /// Days after a plan was offered in which none is offered again.
        plan_again_days: Whole = 90, 1, 3_650, "days";
        /// Whether a later due date is offered to a reliable customer who asked for it (replies.intent: extension_request).
        extensions: Flag = false, 0, 1, "flag";
        /// Whether it is offered to reliable customers who did not ask.
        extensions_unasked: Flag = false, 0, 1, "flag";
        /// Days by which a due date is moved.
        extension_days: Whole = 14, 1, 180, "days";
        /// Days before the due date from which an item may be extended.
        extension_before_days: Whole = 7, 0, 180, "days";
        /// Days past due up to which an item may be extended.
        extension_late_days: Whole = 3, 0, 180, "days";
        /// Days after an extension in which the customer is granted none.
        extension_again_days: Whole = 180, 1, 3_650, "days";
    }
}

/// When credit is held, and which terms there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The numbers.
    pub numbers: CreditNumbers,
    /// Days to pay that may be proposed, strictly increasing.
    pub term_days: Vec<i64>,
}

impl Default for Credit {
    fn default() -> Self {
        Self { numbers: CreditNumbers::default(), term_days: alloc::vec![7, 14, 30, 45, 60] }
    }
}

/// When a payment that failed is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The numbers.
    pub numbers: RetryNumbers,
    /// Days from the last attempt to the next, one for each attempt; none = nothing is tried again.
    pub after_days: Vec<i64>,
    /// Methods that we collect by, as in `payments.method`.
    pub methods: Vec<String>,
}

impl Default for Retries {
    fn default() -> Self {
        Self { numbers: RetryNumbers::default(), after_days: alloc::vec![3, 7], methods: alloc::vec!["direct_debit".into(), "card".into()] }
    }
}

/// Days to pay that the books take.
const TERM_DAYS: (i64, i64) = (0, 730);
/// Days to wait for an attempt: never two on one day.
const WAIT_DAYS: (i64, i64) = (1, 365);
/// Entries of a list.
const MOST_ENTRIES: usize = 20;

impl Credit {
    pub(super) fn read(&mut self, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
        self.numbers.read(&mut section, path, problems);
        let place = format!("{path}.term_days");
        if let Some(days) = whole_days(section.remove("term_days"), TERM_DAYS, &place, problems) {
            if !days.is_sorted_by(|a, b| a < b) {
                wrong(problems, &place, ProblemCode::SettingConflict, "days must be greater and greater".into());
            }
            self.term_days = days;
        }
        leftovers(section, path, &self.write(), problems);
        // What releases must be less than what holds, or a hold would be placed and released in turn.
        if self.numbers.release_share > self.numbers.hold_share {
            wrong(problems, &format!("{path}.release_share"), ProblemCode::SettingConflict, "release_share is over hold_share".into());
        }
        if self.numbers.hold_late_days > 0 && self.numbers.release_late_days >= self.numbers.hold_late_days {
            wrong(problems, &format!("{path}.release_late_days"), ProblemCode::SettingConflict, "release_late_days is not less than hold_late_days".into());
        }
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let mut map = self.numbers.write();
        map.insert("term_days".into(), json!(self.term_days));
        map
    }

    pub(super) fn schema() -> Map<String, Value> {
        let mut map = CreditNumbers::schema();
        let default = Self::default().term_days;
        map.insert("term_days".into(), days_schema(&default, TERM_DAYS, "Days to pay that may be proposed, strictly increasing. [days]"));
        map
    }
}

impl Retries {
    pub(super) fn read(&mut self, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
        self.numbers.read(&mut section, path, problems);
        if let Some(days) = whole_days(section.remove("after_days"), WAIT_DAYS, &format!("{path}.after_days"), problems) {
            self.after_days = days;
        }
        if let Some(methods) = super::read::texts(section.remove("methods"), &format!("{path}.methods"), problems) {
            self.methods = methods;
        }
        leftovers(section, path, &self.write(), problems);
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let mut map = self.numbers.write();
        map.insert("after_days".into(), json!(self.after_days));
        map.insert("methods".into(), json!(self.methods));
        map
    }

    pub(super) fn schema() -> Map<String, Value> {
        let mut map = RetryNumbers::schema();
        let default = Self::default();
        map.insert("after_days".into(), days_schema(&default.after_days, WAIT_DAYS, "Days from the last attempt to the next, one for each attempt; an empty list: nothing is tried again. [days]"));
        map.insert("methods".into(), json!({ "type": "array", "items": { "type": "string" }, "default": default.methods, "description": "Methods that we collect by, as in payments.method." }));
        map
    }
}

fn days_schema(default: &[i64], (least, most): (i64, i64), doc: &str) -> Value {
    json!({ "type": "array", "maxItems": MOST_ENTRIES, "items": { "type": "integer", "minimum": least, "maximum": most }, "default": default, "description": doc })
}

fn whole_days(value: Option<Value>, (least, most): (i64, i64), path: &str, problems: &mut Problems) -> Option<Vec<i64>> {
    let value = value?;
    let days: Option<Vec<i64>> = value.as_array().and_then(|list| list.iter().map(Value::as_i64).collect());
    match days {
        None => wrong(problems, path, ProblemCode::SettingType, "a list of days is wanted".into()),
        Some(days) if days.len() > MOST_ENTRIES || days.iter().any(|day| !(least..=most).contains(day)) => {
            wrong(problems, path, ProblemCode::SettingRange, format!("at most {MOST_ENTRIES} numbers from {least} to {most} are wanted"));
        }
        Some(days) => return Some(days),
    }
    None
}
