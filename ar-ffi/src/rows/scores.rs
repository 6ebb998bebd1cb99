//! Rows out, continued: when items are paid, what cash is expected, and what people are asked.

use super::{ReasonRow, Row, Store, action, currency};
use crate::columns::Columns;
use crate::words::Action;
use std::ffi::c_char;

/// When an open item is paid, and how urgent it is.
#[repr(C)]
#[derive(Debug)]
pub struct ScoreRow {
    /// The item.
    pub item_id: *const c_char,
    /// Its customer.
    pub customer_id: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// Days past due; negative before the due date.
    pub days_late: i32,
    /// What is open, in minor units of the currency.
    pub open_amount_minor: i64,
    /// The probability that it is paid after its due date.
    pub p_late: f64,
    /// The probability that it is paid more than 30 days after its due date.
    pub p_late_30: f64,
    /// The probability that it is still open so many days after its due date as the policy calls default.
    pub p_default: f64,
    /// The mean of the payment date (days since 1970-01-01, as those below).
    pub expected_on: i32,
    /// Its median.
    pub median_on: i32,
    /// It is paid by this day with probability 0.1.
    pub q10_on: i32,
    /// It is paid by this day with probability 0.9.
    pub q90_on: i32,
    /// Points of the priority score.
    pub priority: i64,
    /// How the customer pays: "new", "prompt", "occasional", "habitual", "deteriorating" or "distressed".
    pub class_name: *const c_char,
    /// What would make that another, as a sentence; NULL where nothing simple would.
    pub counterfactual: *const c_char,
    /// Steps from the shipped prior to p_late, in parts per million, and the points of the priority; NULL if there are none.
    pub reasons: *const ReasonRow,
    /// How many.
    pub reasons_len: usize,
}

/// Expected cash of a window of days (of a report: a day), with the central bands of 80 % and 95 %.
#[repr(C)]
#[derive(Debug)]
pub struct ForecastRow {
    /// The first day of the window (days since 1970-01-01).
    pub on: i32,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// What is expected, in minor units of the currency, as all below.
    pub expected_minor: i64,
    /// Lower end of the band of 80 %.
    pub lo80_minor: i64,
    /// Upper end of the band of 80 %.
    pub hi80_minor: i64,
    /// Lower end of the band of 95 %.
    pub lo95_minor: i64,
    /// Upper end of the band of 95 %.
    pub hi95_minor: i64,
    /// "open_items", "open_items_converted" (all currencies in that of the report) or "new_business" (what is not issued yet).
    pub line: *const c_char,
}

/// A question to a person, with what it takes to answer it on the spot.
#[repr(C)]
#[derive(Debug)]
pub struct EscalationRow {
    /// 1 is the best use of the next minute; what is only to be looked at comes last.
    pub rank: i64,
    /// The decision that is asked about.
    pub decision_id: *const c_char,
    /// "do", "approve", "veto" (say no in time) or "review" (look at what the engine did).
    pub question: *const c_char,
    /// The customer; NULL if the payer is unknown.
    pub customer_id: *const c_char,
    /// The segment that the answer counts for.
    pub segment: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// What is proposed.
    pub action: Action,
    /// The amount in minor units of the currency.
    pub amount_minor: i64,
    /// The probability that the proposal is right, in parts per million.
    pub confidence_ppm: i64,
    /// The role that is asked.
    pub role: *const c_char,
    /// The named person; NULL if the role is asked.
    pub person: *const c_char,
    /// One sentence for that person.
    pub why: *const c_char,
    /// Since when it is asked (days since 1970-01-01); 0 where nothing is.
    pub asked_on: i32,
    /// The day by which it is to be answered; 0 where there is none.
    pub answer_by: i32,
    /// The decision holds before this day.
    pub expires_on: i32,
    /// What happens if nobody answers: "lapses", "deputy", "acts", or empty.
    pub unanswered: *const c_char,
    /// What can be answered, as a JSON array of objects {"choice", "expected_value", "risk"}.
    pub alternatives: *const c_char,
    /// What the action needs to know, as a JSON object.
    pub params: *const c_char,
    /// What that person should see, as a JSON object.
    pub context: *const c_char,
}

// Programs are compiled against these. A change here is a new AR_ABI_VERSION.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<ScoreRow>() == 112 && size_of::<ForecastRow>() == 56 && size_of::<EscalationRow>() == 136);

impl Row for ScoreRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [item, customer, code, amount, late, priority] = ["item_id", "customer_id", "currency", "open_amount", "days_late", "priority"].map(|name| columns.get(name));
        let [p_late, p_late_30, p_default] = ["p_late", "p_late_30", "p_default"].map(|name| columns.get(name));
        let [expected, median, q10, q90] = ["expected_on", "median_on", "q10_on", "q90_on"].map(|name| columns.get(name));
        let [class, counterfactual, reasons] = ["class", "counterfactual", "reasons"].map(|name| columns.get(name));
        let row = |row| {
            let (reasons, reasons_len) = store.reasons(reasons, row);
            Self {
                item_id: store.text(item, row),
                customer_id: store.text(customer, row),
                currency: currency(code.text(row)),
                days_late: late.days(row).unwrap_or(0),
                open_amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
                p_late: p_late.double(row),
                p_late_30: p_late_30.double(row),
                p_default: p_default.double(row),
                expected_on: expected.days(row).unwrap_or(0),
                median_on: median.days(row).unwrap_or(0),
                q10_on: q10.days(row).unwrap_or(0),
                q90_on: q90.days(row).unwrap_or(0),
                priority: priority.int(row).unwrap_or(0),
                class_name: store.text(class, row),
                counterfactual: store.said(counterfactual, row),
                reasons,
                reasons_len,
            }
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for ForecastRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [on, code, line, expected] = ["on", "currency", "line", "expected"].map(|name| columns.get(name));
        let bands = ["lo80", "hi80", "lo95", "hi95"].map(|name| columns.get(name));
        let row = |row| {
            let unit = code.text(row).unwrap_or_default();
            let [lo80_minor, hi80_minor, lo95_minor, hi95_minor] = bands.map(|band| band.minor(row, unit));
            Self {
                on: on.days(row).unwrap_or(0),
                currency: currency(Some(unit)),
                expected_minor: expected.minor(row, unit),
                lo80_minor,
                hi80_minor,
                lo95_minor,
                hi95_minor,
                line: store.text(line, row),
            }
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for EscalationRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [rank, id, question, customer, segment] = ["rank", "decision_id", "question", "customer_id", "segment"].map(|name| columns.get(name));
        let [code, verb, amount, confidence] = ["currency", "action", "amount", "confidence_ppm"].map(|name| columns.get(name));
        let [role, person, why, unanswered] = ["role", "person", "why", "unanswered"].map(|name| columns.get(name));
        let [asked, answer_by, expires] = ["asked_on", "answer_by", "expires_on"].map(|name| columns.get(name));
        let [alternatives, params, context] = ["alternatives", "params", "context"].map(|name| columns.get(name));
        let row = |row| Self {
            rank: rank.int(row).unwrap_or(0),
            decision_id: store.text(id, row),
            question: store.text(question, row),
            customer_id: store.text(customer, row),
            segment: store.text(segment, row),
            currency: currency(code.text(row)),
            action: action(verb.text(row)),
            amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
            confidence_ppm: confidence.int(row).unwrap_or(0),
            role: store.text(role, row),
            person: store.text(person, row),
            why: store.text(why, row),
            asked_on: asked.days(row).unwrap_or(0),
            answer_by: answer_by.days(row).unwrap_or(0),
            expires_on: expires.days(row).unwrap_or(0),
            unanswered: store.text(unanswered, row),
            alternatives: store.text(alternatives, row),
            params: store.text(params, row),
            context: store.text(context, row),
        };
        (0..columns.rows).map(row).collect()
    }
}
