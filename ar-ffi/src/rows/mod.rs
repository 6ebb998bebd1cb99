//! Rows out: plain structs over the tables of a report. Their layouts are part of the ABI.

mod scores;

use crate::arena::{Arena, Slab};
use crate::columns::{Cells, Columns};
use crate::words::{Action, Mode, PaymentStatus, Unit};
use ar_core::reason::{Reason, ReasonCode};
use ar_core::table::Table;
pub use scores::{EscalationRow, ForecastRow, ScoreRow};
use std::ffi::c_char;

/// Stands for "no number" in ar_reason.
pub const AR_NO_NUMBER: i64 = i64::MIN;

/// Why the answer is what it is: what was seen and what it was held against.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ReasonRow {
    /// Which reason; names and texts: ar_reason_code_name, ar_reason_text.
    pub code: ReasonCode,
    /// What the two numbers count.
    pub unit: Unit,
    /// What was seen; AR_NO_NUMBER where the code stands for itself.
    pub observed: i64,
    /// What it was held against; AR_NO_NUMBER where there is no limit.
    pub limit: i64,
}

/// An action on a subject.
#[repr(C)]
#[derive(Debug)]
pub struct DecisionRow {
    /// Identifies the decision: the same inputs give the same id, so it serves as an idempotency key.
    pub decision_id: *const c_char,
    /// The customer; NULL if the payer is unknown.
    pub customer_id: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// What to do.
    pub action: Action,
    /// Whether the host does it or a person decides.
    pub mode: Mode,
    /// The amount in minor units of the currency.
    pub amount_minor: i64,
    /// Who decides ("collector"); NULL if mode is AR_MODE_ACT.
    pub ask_role: *const c_char,
    /// The dunning level; 0 where there is none.
    pub level: i32,
    /// The decision holds before this day (days since 1970-01-01).
    pub expires_on: i32,
    /// Points of the priority score.
    pub priority: i64,
    /// The probability with which this action was chosen among its alternatives.
    pub propensity: f64,
    /// What the action needs to know, as a JSON object.
    pub params: *const c_char,
    /// The items it is about; NULL if there are none.
    pub item_ids: *const *const c_char,
    /// How many.
    pub item_ids_len: usize,
    /// Identifiers of the records that it rests on; NULL if there are none.
    pub evidence: *const *const c_char,
    /// How many.
    pub evidence_len: usize,
    /// Why; NULL if there are none.
    pub reasons: *const ReasonRow,
    /// How many.
    pub reasons_len: usize,
}

/// Something that a person has to do.
#[repr(C)]
#[derive(Debug)]
pub struct WorklistRow {
    /// 1 is the best use of the next minute.
    pub rank: i64,
    /// The decision that waits.
    pub decision_id: *const c_char,
    /// The customer; NULL if the payer is unknown.
    pub customer_id: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// What is proposed.
    pub action: Action,
    /// 1 if it is to be done today, 0 if it waits: the time of its role goes to what is worth more.
    pub today: u8,
    /// The amount in minor units of the currency.
    pub amount_minor: i64,
    /// Expected cash that acting today gains against waiting, less what the contact costs, in minor units of the currency.
    pub expected_value_minor: i64,
    /// Minutes that it takes.
    pub minutes: i64,
    /// Points of the priority score.
    pub priority: i64,
    /// Who decides; NULL if anybody may.
    pub ask_role: *const c_char,
    /// The named person who owns the account; NULL if there is none.
    pub person: *const c_char,
    /// One sentence for that person.
    pub why: *const c_char,
    /// What that person should see, as a JSON object.
    pub context: *const c_char,
}

/// A proposed application of cash.
#[repr(C)]
#[derive(Debug)]
pub struct AllocationRow {
    /// The payment or credit.
    pub payment_id: *const c_char,
    /// The item that is paid.
    pub item_id: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// How certain the payment's explanation is.
    pub status: PaymentStatus,
    /// ISO 4217 code of the item, ended by NUL: another where the payment is in another currency.
    pub item_currency: [c_char; 4],
    /// The amount in minor units of the currency; negative for a credit note that is taken off. Those of kind "payment" sum to
    /// the payment less what stays unapplied.
    pub amount_minor: i64,
    /// The same in minor units of the item's currency: what its open amount is reduced by.
    pub item_amount_minor: i64,
    /// "payment", "discount", "bank_fee", "write_off", "fx_difference" or "deduction".
    pub kind: *const c_char,
    /// The decision that posts it; NULL if there is none.
    pub decision_id: *const c_char,
}

/// What was found for a payment.
#[repr(C)]
#[derive(Debug)]
pub struct PaymentRow {
    /// The payment.
    pub payment_id: *const c_char,
    /// The payer that was found; NULL if none.
    pub customer_id: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// What came of it.
    pub status: PaymentStatus,
    /// The amount in minor units of the currency.
    pub amount_minor: i64,
    /// What no item was found for, in minor units of the currency.
    pub unapplied_minor: i64,
    /// The probability that the explanation is right.
    pub confidence: f64,
    /// "unique", "tied" or "bounded": what the search can say about other explanations.
    pub certificate: *const c_char,
    /// The decision; NULL if there is none.
    pub decision_id: *const c_char,
    /// Why; NULL if there are none.
    pub reasons: *const ReasonRow,
    /// How many.
    pub reasons_len: usize,
}

/// What is open, by days past due.
#[repr(C)]
#[derive(Debug)]
pub struct AgingRow {
    /// "not_due", "1-30", "31-60", "61-90", "over_90", or "credits" (what is unapplied, negative).
    pub bucket: *const c_char,
    /// ISO 4217 code, ended by NUL.
    pub currency: [c_char; 4],
    /// The amount in minor units of the currency.
    pub amount_minor: i64,
    /// How many items.
    pub count: i64,
}

/// A measure.
#[repr(C)]
#[derive(Debug)]
pub struct KpiRow {
    /// Its name ("dso").
    pub name: *const c_char,
    /// Its value; NaN where it is not defined.
    pub value: f64,
    /// What the value counts ("days", "ppm").
    pub unit: *const c_char,
    /// The currency it is of; NULL if of none.
    pub currency: *const c_char,
    /// The formula.
    pub formula: *const c_char,
    /// The version of the formula.
    pub version: *const c_char,
    /// What a reader should know; NULL if nothing.
    pub note: *const c_char,
}

// Programs are compiled against these. A change here is a new AR_ABI_VERSION.
#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<ReasonRow>() == 24 && size_of::<DecisionRow>() == 120 && size_of::<WorklistRow>() == 96);
    assert!(size_of::<AllocationRow>() == 64 && size_of::<PaymentRow>() == 80 && size_of::<AgingRow>() == 32 && size_of::<KpiRow>() == 56);
};

/// What the rows of one part point to.
#[derive(Default)]
pub struct Store {
    texts: Arena,
    lists: Slab<*const c_char>,
    reasons: Slab<ReasonRow>,
}

impl Store {
    fn text(&mut self, cells: Cells<'_>, row: usize) -> *const c_char {
        self.texts.keep_opt(cells.text(row))
    }

    /// A text; NULL also where it is empty.
    fn said(&mut self, cells: Cells<'_>, row: usize) -> *const c_char {
        self.texts.keep_opt(cells.text(row).filter(|text| !text.is_empty()))
    }

    fn list(&mut self, cells: Cells<'_>, row: usize) -> (*const *const c_char, usize) {
        let kept: Vec<_> = cells.texts(row).into_iter().map(|text| self.texts.keep(text)).collect();
        (self.lists.keep(&kept), kept.len())
    }

    fn reasons(&mut self, cells: Cells<'_>, row: usize) -> (*const ReasonRow, usize) {
        let reasons: Vec<_> = cells.reasons(row).iter().copied().map(reason_row).collect();
        (self.reasons.keep(&reasons), reasons.len())
    }
}

fn reason_row(reason: Reason) -> ReasonRow {
    ReasonRow { code: reason.code, unit: reason.code.unit().into(), observed: reason.observed, limit: reason.limit }
}

/// A row that is made from a table.
pub trait Row: Sized {
    /// Makes row after row.
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self>;
}

/// The rows of one part and what they point to.
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    _store: Store,
}

impl<T: Row> Rows<T> {
    /// Reads the table.
    pub fn of(table: &Table<'_>) -> Self {
        let mut store = Store::default();
        Self { rows: T::all(Columns::of(table), &mut store), _store: store }
    }
}

fn currency(text: Option<&str>) -> [c_char; 4] {
    let mut code = [0; 4];
    for (place, byte) in code.iter_mut().zip(text.unwrap_or_default().bytes().take(3)) {
        *place = c_char::from_ne_bytes([byte]);
    }
    code
}

fn action(text: Option<&str>) -> Action {
    text.and_then(Action::from_name).unwrap_or(Action::Unlisted)
}

fn payment_status(text: Option<&str>) -> PaymentStatus {
    text.and_then(PaymentStatus::from_name).unwrap_or(PaymentStatus::Unmatched)
}

impl Row for DecisionRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [id, customer, code, amount, role] = ["decision_id", "customer_id", "currency", "amount", "ask_role"].map(|name| columns.get(name));
        let [verb, mode, level, expires, priority] = ["action", "mode", "level", "expires_on", "priority"].map(|name| columns.get(name));
        let [propensity, params, items, evidence, reasons] = ["propensity", "params", "item_ids", "evidence", "reasons"].map(|name| columns.get(name));
        let row = |row| {
            let (item_ids, item_ids_len) = store.list(items, row);
            let (evidence, evidence_len) = store.list(evidence, row);
            let (reasons, reasons_len) = store.reasons(reasons, row);
            Self {
                decision_id: store.text(id, row),
                customer_id: store.text(customer, row),
                currency: currency(code.text(row)),
                action: action(verb.text(row)),
                mode: mode.text(row).and_then(Mode::from_name).unwrap_or(Mode::Ask),
                amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
                ask_role: store.text(role, row),
                level: level.days(row).unwrap_or(0),
                expires_on: expires.days(row).unwrap_or(0),
                priority: priority.int(row).unwrap_or(0),
                propensity: propensity.double(row),
                params: store.text(params, row),
                item_ids,
                item_ids_len,
                evidence,
                evidence_len,
                reasons,
                reasons_len,
            }
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for WorklistRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [rank, id, customer, code, amount, verb] = ["rank", "decision_id", "customer_id", "currency", "amount", "action"].map(|name| columns.get(name));
        let [role, person, why, value, priority, context] = ["ask_role", "person", "why", "expected_value", "priority", "context"].map(|name| columns.get(name));
        let row = |row| Self {
            rank: rank.int(row).unwrap_or(0),
            decision_id: store.text(id, row),
            customer_id: store.text(customer, row),
            currency: currency(code.text(row)),
            action: action(verb.text(row)),
            amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
            expected_value_minor: value.minor(row, code.text(row).unwrap_or_default()),
            minutes: columns.get("minutes").int(row).unwrap_or(0),
            today: u8::from(columns.get("today").flag(row)),
            priority: priority.int(row).unwrap_or(0),
            ask_role: store.text(role, row),
            person: store.text(person, row),
            why: store.text(why, row),
            context: store.text(context, row),
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for AllocationRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [payment, item, code, status] = ["payment_id", "item_id", "currency", "status"].map(|name| columns.get(name));
        let [amount, kind, id] = ["amount", "kind", "decision_id"].map(|name| columns.get(name));
        let [item_amount, item_code] = ["item_amount", "item_currency"].map(|name| columns.get(name));
        let row = |row| Self {
            payment_id: store.text(payment, row),
            item_id: store.text(item, row),
            currency: currency(code.text(row)),
            status: payment_status(status.text(row)),
            item_currency: currency(item_code.text(row)),
            amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
            item_amount_minor: item_amount.minor(row, item_code.text(row).unwrap_or_default()),
            kind: store.text(kind, row),
            decision_id: store.text(id, row),
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for PaymentRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [payment, customer, code, status, amount] = ["payment_id", "customer_id", "currency", "status", "amount"].map(|name| columns.get(name));
        let [unapplied, confidence, certificate, id, reasons] = ["unapplied", "confidence", "certificate", "decision_id", "reasons"].map(|name| columns.get(name));
        let row = |row| {
            let (reasons, reasons_len) = store.reasons(reasons, row);
            Self {
                payment_id: store.text(payment, row),
                customer_id: store.text(customer, row),
                currency: currency(code.text(row)),
                status: payment_status(status.text(row)),
                amount_minor: amount.minor(row, code.text(row).unwrap_or_default()),
                unapplied_minor: unapplied.minor(row, code.text(row).unwrap_or_default()),
                confidence: confidence.double(row),
                certificate: store.text(certificate, row),
                decision_id: store.text(id, row),
                reasons,
                reasons_len,
            }
        };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for AgingRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [bucket, code, amount, count] = ["bucket", "currency", "amount", "count"].map(|name| columns.get(name));
        let row =
            |row| Self { bucket: store.text(bucket, row), currency: currency(code.text(row)), amount_minor: amount.minor(row, code.text(row).unwrap_or_default()), count: count.int(row).unwrap_or(0) };
        (0..columns.rows).map(row).collect()
    }
}

impl Row for KpiRow {
    fn all(columns: Columns<'_>, store: &mut Store) -> Vec<Self> {
        let [name, value, unit, currency, formula, version, note] = ["name", "value", "unit", "currency", "formula", "version", "note"].map(|name| columns.get(name));
        let row = |row| Self {
            name: store.text(name, row),
            value: value.double(row),
            unit: store.text(unit, row),
            currency: store.text(currency, row),
            formula: store.text(formula, row),
            version: store.text(version, row),
            note: store.text(note, row),
        };
        (0..columns.rows).map(row).collect()
    }
}
