//! A few days of a made-up book with a host around the engine: it carries out, approves, rejects, takes back, hears from customers, and
//! keeps one log of it all.

use crate::c_face::load::given;
use crate::c_face::string;
use crate::laws::acting;
use ar_core::action::{ActionKind, Mode};
use ar_core::audit::{AuditEntry, AuditLog, GENESIS, Head};
use ar_core::calendar::days_since_epoch;
use ar_core::decision::Decision;
use ar_core::event::{AllocationLine, What};
use ar_core::money::minor_to_text;
use ar_core::simulate::simulate;
use ar_core::table::{Cell, Column, Data, Table, Texts};
use ar_core::{Event, Ledger, Models, Policy, Report, run};
use ar_core_ffi::audit_log::*;
use ar_core_ffi::ledger::*;
use ar_core_ffi::models::*;
use ar_core_ffi::policy::*;
use ar_core_ffi::report::*;
use ar_core_ffi::status::Status;
use chrono::{Days as Ahead, NaiveDate};
use serde_json::json;
use std::ptr::{null, null_mut};

/// Days that are lived.
pub const DAYS: u64 = 4;

pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 17).unwrap()
}

pub struct Days {
    pub policy: Policy,
    pub models: Models,
    /// The rows of the tables, the last first.
    pub turned: Vec<Table<'static>>,
    /// The books of each run.
    pub ledgers: Vec<Ledger>,
    pub reports: Vec<Report>,
    /// What happened behind each run, in the order in which it was logged.
    pub batches: Vec<Vec<Event>>,
    pub events: Vec<Event>,
    pub log: AuditLog,
    /// Names and texts that customers gave.
    pub private: Vec<String>,
}

impl Days {
    pub fn live(seed: u64) -> Self {
        let made = simulate(seed, 100, first_day());
        let (tables, turned): (Vec<_>, Vec<_>) = (made.iter().map(|table| as_texts(table, false)).collect(), made.iter().map(|table| as_texts(table, true)).collect());
        let mut ledger = Ledger::try_new(&tables).unwrap_or_else(|error| panic!("{:?}", error.problems()));
        let (policy, models) = (acting(), Models::fit(&ledger, first_day()));
        let mut days = Self { private: private(&tables), policy, models, turned, ledgers: Vec::new(), reports: Vec::new(), batches: Vec::new(), events: Vec::new(), log: AuditLog::default() };
        days.log.append_policy(&days.policy, "Grace", first_day());
        for number in 0..DAYS {
            let on = first_day() + Ahead::new(number);
            let report = run(&ledger, &days.policy, &days.models, on).unwrap();
            days.log.append_report(&report);
            days.ledgers.push(ledger.clone());
            let batch = days.happen(&mut ledger, &report, on, number);
            days.log.append_events(&batch, Some(&ledger));
            days.events.extend(batch.iter().cloned());
            days.batches.push(batch);
            days.reports.push(report);
        }
        days
    }

    /// What the host does and hears behind a run; what the books refuse did not happen.
    fn happen(&mut self, ledger: &mut Ledger, report: &Report, on: NaiveDate, number: u64) -> Vec<Event> {
        let mut told: Vec<Event> = Vec::new();
        for (at, decision) in report.decisions().iter().enumerate() {
            let said = |what| Event { on, decision_id: Some(decision.id.clone()), by: Some(["Ada", "Grace"][at % 2].into()), what };
            match (decision.mode, at % 5) {
                (Mode::Act, _) => told.extend(done(ledger, decision, on)),
                (Mode::Ask, 0) => told.push(said(What::DecisionApproved { action: None, segment: None })),
                (Mode::Ask, 1) => told.push(said(What::DecisionRejected { action: None, segment: None })),
                (Mode::Ask, _) => {}
            }
        }
        let posting = told.iter().find_map(|event| if let What::ItemsAllocated { payment_id, .. } = &event.what { Some((payment_id.clone(), event.decision_id.clone())) } else { None });
        if let Some((payment_id, posting)) = posting {
            told.push(Event { on, decision_id: posting, by: Some("Ada".into()), what: What::AllocationReversed { payment_id: Some(payment_id), item_ids: None, posting: None } });
        }
        let customer_id = ledger.customers().first().map(|row| ledger.text(row.id).to_owned()).unwrap();
        let (name, text) = (format!("Widow Świątek-{number}"), format!("Re: \"überweisen\"\nwe pay on day {number}, my leg is broken"));
        self.private.extend([name.clone(), text.clone(), "my leg is broken".into()]);
        told.push(Event {
            on,
            decision_id: None,
            by: None,
            what: What::ReplyReceived {
                reply_id: format!("R-new-{number}"),
                customer_id: customer_id.clone(),
                subject: Some(text.clone()),
                text: Some(text.clone()),
                channel: None,
                intent: None,
                reading: None,
            },
        });
        let payment = What::PaymentReceived {
            payment_id: format!("P-new-{number}"),
            currency: "EUR".into(),
            amount: "12.34".into(),
            customer_id: Some(customer_id),
            payer_name: Some(name),
            payer_account: None,
            text: Some(text),
            reference: None,
            method: None,
        };
        told.push(Event { on, decision_id: None, by: None, what: payment });
        told.retain(|event| ledger.apply(std::slice::from_ref(event)).is_ok());
        told
    }

    /// The books of a run, from tables in any order of rows.
    pub fn ledger_of(&self, tables: &[Table<'_>], number: usize) -> Ledger {
        let mut ledger = Ledger::try_new(tables).unwrap();
        self.batches.iter().take(number).flatten().for_each(|event| ledger.apply(std::slice::from_ref(event)).unwrap());
        ledger
    }

    /// The same log through the exports of C: its head, and the JSON of the newest run made again.
    pub fn through_c(&self) -> (Head, String) {
        let given = given(&self.turned);
        let (mut ledger, mut policy, mut models, mut log, mut again) = (null_mut(), null_mut(), null_mut(), null_mut(), null_mut());
        let (policy_json, models_json) = (self.policy.to_json(), self.models.to_json());
        unsafe {
            assert_eq!(ar_ledger_new(given.0, &mut ledger, null_mut()), Status::Ok);
            assert_eq!(ar_policy_from_json(policy_json.as_ptr().cast(), policy_json.len(), &mut policy, null_mut()), Status::Ok);
            assert_eq!(ar_models_from_json(models_json.as_ptr().cast(), models_json.len(), &mut models, null_mut()), Status::Ok);
            assert_eq!(ar_audit_log_new(0, null(), &mut log, null_mut()), Status::Ok);
            let day = |number: usize| days_since_epoch(first_day()) + number as i32;
            assert_eq!(ar_audit_log_append_policy(log, policy, c"Grace".as_ptr(), day(0), null_mut()), Status::Ok);
            for (number, batch) in self.batches.iter().enumerate() {
                let mut report = null_mut();
                assert_eq!(ar_run(ledger, policy, models, day(number), &mut report, null_mut()), Status::Ok);
                assert_eq!(ar_audit_log_append_report(log, report, null_mut()), Status::Ok);
                ar_report_free(report);
                if number + 1 == self.batches.len() {
                    assert_eq!(ar_audit_log_replay(log, ledger, policy, models, &mut again, null_mut()), Status::Ok);
                }
                for event in batch {
                    let one = json_of(std::slice::from_ref(event));
                    assert_eq!(ar_ledger_apply_json(ledger, one.as_ptr().cast(), one.len(), null_mut()), Status::Ok);
                }
                let events = json_of(batch);
                assert_eq!(ar_audit_log_append_events(log, events.as_ptr().cast(), events.len(), ledger, null_mut()), Status::Ok);
            }
            let (mut len, mut digest, mut breaks, mut text) = (0, null_mut(), null_mut(), null());
            assert_eq!(ar_audit_log_head(log, &mut len, &mut digest, null_mut()), Status::Ok);
            assert_eq!(ar_audit_log_verify(log, len, digest, &mut breaks, null_mut()), Status::Ok);
            let (mut rows, mut count) = (null(), 7);
            assert_eq!((ar_core_ffi::audit::ar_breaks_rows(breaks, &mut rows, &mut count), count), (Status::Ok, 0));
            self.stream_is_the_log(log);
            assert_eq!(ar_report_json(again, &mut text, null_mut()), Status::Ok);
            let answer = (Head { len, digest: string(digest) }, string(text));
            ar_core_ffi::audit::ar_breaks_free(breaks);
            ar_core_ffi::text::ar_string_free(digest);
            ar_report_free(again);
            ar_audit_log_free(log);
            ar_models_free(models);
            ar_policy_free(policy);
            ar_ledger_free(ledger);
            answer
        }
    }

    /// The log goes out and comes in again through C, and a search gives as many rows as in Rust.
    unsafe fn stream_is_the_log(&self, log: *const AuditLogHandle) {
        let (mut stream, mut hits, tables, mut again) = (ar_arrow::FFI_ArrowArrayStream::empty(), ar_arrow::FFI_ArrowArrayStream::empty(), given(&[]), null_mut());
        let (mut len, mut digest, filter) = (0, null_mut(), r#"{"action":"send_notice","kind":"execution"}"#);
        unsafe {
            assert_eq!(ar_audit_log_stream(log, &mut stream, null_mut()), Status::Ok);
            assert_eq!(ar_core_ffi::tables::ar_tables_add_stream(tables.0, c"audit".as_ptr(), &mut stream, null_mut()), Status::Ok);
            assert_eq!(ar_audit_log_from_tables(tables.0, &mut again, null_mut()), Status::Ok);
            assert_eq!(ar_audit_log_head(again, &mut len, &mut digest, null_mut()), Status::Ok);
            assert_eq!((len, string(digest)), (self.log.head().len, self.log.head().digest));
            assert_eq!(ar_audit_log_search(again, filter.as_ptr().cast(), filter.len(), &mut hits, null_mut()), Status::Ok);
            ar_core_ffi::text::ar_string_free(digest);
            ar_audit_log_free(again);
        }
        let wanted = ar_core::audit::Filter::from_json(filter).unwrap();
        let found = ar_core::audit::search(&self.log, &wanted).len();
        assert!(found > 0 && ar_arrow::ArrowTable::try_from_stream(hits).unwrap().rows() == found);
    }
}

/// The event that reports a decision done.
fn done(ledger: &Ledger, decision: &Decision, on: NaiveDate) -> Option<Event> {
    let draft = &decision.draft;
    let item = |at| ledger.item(at).map(|row| ledger.text(row.id).to_owned()).unwrap();
    let customer_id = draft.customer.and_then(|at| ledger.customer(at)).map(|row| ledger.text(row.id).to_owned());
    let what = match draft.action {
        ActionKind::SendNotice | ActionKind::SendReminder => What::NoticeSent {
            customer_id: customer_id?,
            item_ids: draft.items.iter().map(|at| item(*at)).collect(),
            level: draft.params.level,
            channel: draft.params.channel.clone(),
            notice_id: None,
            item_levels: None,
            precondition: None,
        },
        ActionKind::PostAllocation => {
            let line = |line: &ar_core::matching::Line| AllocationLine {
                item_id: item(line.item),
                amount: minor_to_text(line.amount, draft.currency.exponent()),
                item_amount: None,
                kind: Some(line.kind.name().into()),
                credit_id: None,
            };
            let payment = draft.params.payment.and_then(|at| ledger.payment(at))?;
            What::ItemsAllocated { payment_id: ledger.text(payment.id).into(), allocations: draft.params.lines.iter().map(line).collect() }
        }
        ActionKind::NotifyOwner => What::OwnerNotified { customer_id: customer_id? },
        _ => return None,
    };
    Some(Event { on, decision_id: Some(decision.id.clone()), by: None, what })
}

/// Events as the faces take them.
pub fn json_of(events: &[Event]) -> String {
    let one = |event: &Event| {
        let tagged = serde_json::to_value(&event.what).unwrap();
        let (name, fields) = tagged.as_object().unwrap().iter().next().unwrap();
        let mut flat = fields.clone();
        flat["event"] = json!(name);
        flat["on"] = json!(event.on);
        flat["by"] = json!(event.by);
        flat["decision_id"] = json!(event.decision_id);
        flat
    };
    serde_json::Value::from(events.iter().map(one).collect::<Vec<_>>()).to_string()
}

/// Entries chained from the genesis, whatever they say: what a careful forger does.
pub fn chain_anew(log: &mut AuditLog, entries: &[(&str, &str, &str, String)]) {
    for (seq, (kind, policy_version, model_version, body)) in (0i64..).zip(entries) {
        let previous = log.head().digest;
        let mut entry = AuditEntry { seq, previous: &previous, digest: GENESIS, kind, policy_version, model_version, body };
        let digest = entry.expected_digest();
        entry.digest = &digest;
        log.push(&entry);
    }
}

/// A table with its values as text, in its order or the other way round.
fn as_texts(table: &Table<'_>, turned: bool) -> Table<'static> {
    let column = |column: &Column<'_>| {
        let Data::Cells(cells) = &column.data else { panic!("a made-up table has cells") };
        let rows = || (0..cells.len()).map(|row| &cells[if turned { cells.len() - 1 - row } else { row }]);
        let (mut texts, mut ends, is_list) = (Texts::default(), Vec::new(), cells.iter().any(|cell| matches!(cell, Cell::List(_))));
        for cell in rows() {
            match cell {
                Cell::List(list) => list.iter().for_each(|text| texts.push(text)),
                _ if is_list => {}
                Cell::Null => texts.push(""),
                Cell::Text(text) => texts.push(text),
                Cell::Int(number) => texts.push(&number.to_string()),
                Cell::Bool(flag) => texts.push(&flag.to_string()),
                Cell::Date(day) => texts.push(&day.to_string()),
                other => panic!("{other:?}"),
            }
            ends.push(texts.ends.len());
        }
        let valid = rows().map(|cell| *cell != Cell::Null).collect();
        let data = if is_list { Data::TextList(ends, texts) } else { Data::Text(texts) };
        Column { name: column.name.to_string().into(), valid: Some(std::borrow::Cow::Owned(valid)), data }
    };
    Table { name: table.name.to_string().into(), batches: vec![ar_core::table::Batch { columns: table.columns().iter().map(column).collect() }] }
}

/// Every name, account and free text of the tables.
fn private(tables: &[Table<'_>]) -> Vec<String> {
    const PRIVATE: [&str; 9] = ["name", "aliases", "bank_accounts", "payer_name", "payer_account", "text", "subject", "purchase_order", "owner"];
    let of = |column: &Column<'_>| match &column.data {
        Data::Text(texts) | Data::TextList(_, texts) => (0..texts.ends.len()).map(|row| String::from_utf8(texts.bytes_of(row).to_vec()).unwrap()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let columns = tables.iter().flat_map(|table| table.columns()).filter(|column| PRIVATE.contains(&&*column.name));
    columns.flat_map(of).filter(|text| text.len() >= 4).collect()
}
