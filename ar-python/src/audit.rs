//! The audit log: `AuditLog`, `verify_audit`, `replay`.

use crate::{
    books::{Ledger, Models, Policy, events_text},
    cells::day_argument,
    errors::{argument, from_core, guarded, internal},
    inputs::read_all,
    outputs::{Table, shown},
    street::Report,
};
use ar_core::{
    audit::{Break, Filter, Head, from_table, hits_table, search, verify, verify_to},
    error::{ErrorCode, ProblemCode, Problems},
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyList},
};
use std::sync::{Arc, RwLock};

/// An append-only audit log: one chain over all days of a host.
///
/// head: goes on behind a log that is kept elsewhere (what its `head` said), without its entries; None begins a new one.
/// Raises InvalidInput for what is no head.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> models = ar.Models.fit(ledger, "2026-11-20")
///     >>> report = ar.run(ledger, models=models, as_of="2026-11-20")
///     >>> log = ar.AuditLog()
///     >>> log.append(report)
///     >>> log.verify()
///     []
///     >>> ar.replay(log, ledger, models=models).to_json() == report.to_json()
///     True
#[pyclass(frozen, module = "ar_core", name = "AuditLog")]
pub(crate) struct AuditLog(RwLock<ar_core::audit::AuditLog>);

impl AuditLog {
    /// Reads the log without holding the interpreter.
    fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&ar_core::audit::AuditLog) -> R + Send) -> PyResult<R> {
        py.detach(|| self.0.read().ok().map(|log| work(&log))).ok_or_else(|| broken(py))
    }

    fn append_with(&self, py: Python<'_>, work: impl FnOnce(&mut ar_core::audit::AuditLog) + Send) -> PyResult<()> {
        py.detach(|| self.0.write().ok().map(|mut log| work(&mut log))).ok_or_else(|| broken(py))
    }
}

/// A panic while entries were appended: what the log holds is not known any more.
fn broken(py: Python<'_>) -> PyErr {
    internal(py, "an earlier failure left this log unusable; read it again from its table")
}

#[pymethods]
impl AuditLog {
    #[new]
    #[pyo3(signature = (head=None))]
    fn new(py: Python<'_>, head: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guarded(py, || {
            let head = head.map(head_of).transpose()?.unwrap_or_default();
            Ok(Self(RwLock::new(ar_core::audit::AuditLog::behind(head))))
        })
    }

    /// Reads a log from its table, as `table` or the part `audit` of a report gave it. It is taken as it is: `verify` says whether it is
    /// whole. head: that of the log before, where the table goes on behind it. Raises InvalidInput when it is no audit table.
    #[staticmethod]
    #[pyo3(signature = (table, head=None))]
    fn from_table(py: Python<'_>, table: &Bound<'_, PyAny>, head: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guarded(py, || Ok(Self(RwLock::new(read_table(py, table, head.map(head_of).transpose()?.unwrap_or_default())?))))
    }

    /// Appends the log of a run: its entries are chained behind the newest, what they record stays.
    fn append(&self, py: Python<'_>, report: &Report) -> PyResult<()> {
        guarded(py, || {
            let report = report.0.clone();
            self.append_with(py, |log| log.append_report(&report))
        })
    }

    /// Appends what happened: an entry for each event, as `Ledger.apply` takes them. ledger: the books behind all of them; then their
    /// digest gets an entry too, and events that name only items or payments are logged with the customers of these. An entry has the
    /// digest of the event and identifiers, no names and no texts. Raises InvalidInput for what are no events; then nothing is appended.
    #[pyo3(signature = (events, ledger=None))]
    fn append_events(&self, py: Python<'_>, events: &Bound<'_, PyAny>, ledger: Option<&Ledger>) -> PyResult<()> {
        guarded(py, || {
            let text = events_text(events)?;
            let mut problems = Problems::default();
            let events = ar_core::event::parse(&text, &mut problems);
            problems.into_result(ErrorCode::InvalidEvents).map_err(|error| from_core(py, &error))?;
            let after = ledger.map(|ledger| ledger.read(py, ar_core::Ledger::clone)).transpose()?;
            self.append_with(py, |log| log.append_events(&events, after.as_deref()))
        })
    }

    /// Appends that a version of the policy came into force on a day, and who brought it.
    fn append_policy(&self, py: Python<'_>, policy: &Policy, by: &str, on: &Bound<'_, PyAny>) -> PyResult<()> {
        guarded(py, || {
            let on = day_argument("on", on)?;
            self.append_with(py, |log| log.append_policy(&policy.0, by, on))
        })
    }

    /// Where the log ends: a dict of `len` (entries, those before the head that it went on behind are counted) and `digest`. Kept
    /// elsewhere, it shows whether entries were taken away since.
    #[getter]
    fn head<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guarded(py, || {
            let head = self.read(py, |log| log.head())?;
            let dict = PyDict::new(py);
            dict.set_item("len", head.len)?;
            dict.set_item("digest", head.digest)?;
            Ok(dict)
        })
    }

    /// Checks the chain, and, where a head is given, that the log leads to it: a list of breaks (dicts of seq, code, message), empty when
    /// all is whole.
    #[pyo3(signature = (head=None))]
    fn verify<'py>(&self, py: Python<'py>, head: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyList>> {
        guarded(py, || {
            let head = head.map(head_of).transpose()?;
            breaks(py, self.read(py, |log| breaks_of(log, head.as_ref()))?)
        })
    }

    /// The entries that are all that is given, in their order, as a table of the columns of the log and `on`, the day: customer_id, action,
    /// by (the person), reason (its code), item_id, payment_id, decision_id, kind, start and end (first and last day). What names a decision
    /// is also found by what that decision is. Raises InvalidInput for another keyword or kind.
    #[pyo3(signature = (**filter))]
    fn search(&self, py: Python<'_>, filter: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        guarded(py, || {
            let filter = filter.map_or_else(|| Ok(Filter::default()), |filter| filter_of(py, filter))?;
            Ok(Table::own(self.read(py, |log| hits_table(&search(log, &filter)))?))
        })
    }

    /// All that names a decision: the decision, what was said of it, its execution, its reversal; a table as `search` gives it.
    fn history(&self, py: Python<'_>, decision_id: &str) -> PyResult<Table> {
        guarded(py, || Ok(Table::own(self.read(py, |log| hits_table(&search(log, &Filter::history(decision_id))))?)))
    }

    /// Every entry, with the columns of the part `audit` of a report.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        guarded(py, || Ok(Table::own(self.read(py, |log| log.table())?)))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        guarded(py, || self.read(py, |log| log.len()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || self.read(py, |log| format!("<ar_core.AuditLog of {} entries, head {:.12}>", log.len(), log.head().digest)))
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "audit_html")
    }
}

/// A head from a dict of `len` and `digest`.
fn head_of(value: &Bound<'_, PyAny>) -> PyResult<Head> {
    let py = value.py();
    let refuse = || argument(py, "head", ProblemCode::Unreadable, "a head is a dict of len (0 or more) and digest (64 digits of lower-case hexadecimal)".into());
    let (len, digest) = (value.get_item("len").and_then(|len| len.extract::<i64>()), value.get_item("digest").and_then(|digest| digest.extract::<String>()));
    match (len, digest) {
        (Ok(len @ 0..), Ok(digest)) if digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) => Ok(Head { len, digest }),
        _ => Err(refuse()),
    }
}

/// A filter from keywords: days as dates or ISO text; what is None is not asked.
fn filter_of(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<Filter> {
    let fields = PyDict::new(py);
    for (key, value) in given.iter().filter(|(_, value)| !value.is_none()) {
        let name: String = key.extract()?;
        match name.as_str() {
            "start" => fields.set_item("from", day_argument("start", &value)?.to_string())?,
            "end" => fields.set_item("to", day_argument("end", &value)?.to_string())?,
            _ => fields.set_item(name, value)?,
        }
    }
    let options = PyDict::new(py);
    options.set_item("default", py.import("builtins")?.getattr("str")?)?;
    let text: String = py.import("json")?.call_method("dumps", (fields,), Some(&options))?.extract()?;
    Filter::from_json(&text).map_err(|error| from_core(py, &error))
}

fn read_table(py: Python<'_>, table: &Bound<'_, PyAny>, start: Head) -> PyResult<ar_core::audit::AuditLog> {
    let mut inputs = read_all(py, [("audit".to_owned(), table.clone())])?;
    let read = py.detach(|| inputs.first_mut().map_or_else(|| Ok(ar_core::audit::AuditLog::default()), |input| from_table(&input.view(), start)));
    read.map_err(|error| from_core(py, &error))
}

fn breaks_of(log: &ar_core::audit::AuditLog, head: Option<&Head>) -> Vec<Break> {
    head.map_or_else(|| verify(log), |head| verify_to(log, head))
}

fn breaks(py: Python<'_>, found: Vec<Break>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for found in found {
        let entry = PyDict::new(py);
        entry.set_item("seq", found.seq)?;
        entry.set_item("code", found.code)?;
        entry.set_item("message", found.message)?;
        list.append(entry)?;
    }
    Ok(list)
}

/// Checks the chain of an audit table (any table form that Ledger accepts).
///
/// head: one that was kept (`AuditLog.head`); then the log must lead to it. Returns a list of breaks, each a dict with seq, code and
/// message; empty when the chain is whole. Raises InvalidInput when the table is not an audit table.
///
///     >>> report = ar.run(ar.Ledger(**ar.simulate(seed=1, customers=5)), as_of="2026-11-20")
///     >>> rows = report.audit.to_dicts()
///     >>> ar.verify_audit(rows)
///     []
///     >>> rows[1]["body"] = rows[1]["body"].replace("ask", "act")
///     >>> ar.verify_audit(rows)[0]["code"]
///     'wrong_digest'
#[pyfunction]
#[pyo3(signature = (audit, head=None))]
pub(crate) fn verify_audit<'py>(py: Python<'py>, audit: &Bound<'py, PyAny>, head: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyList>> {
    guarded(py, || {
        let (log, head) = (read_table(py, audit, Head::default())?, head.map(head_of).transpose()?);
        breaks(py, py.detach(|| breaks_of(&log, head.as_ref())))
    })
}

/// Makes a run out of a log again: the one that had this ledger, this policy and these models, on its day, and compares every decision
/// with what the log has, byte by byte.
///
/// audit: an AuditLog, or its table. policy: default `Policy.default()`. models: default those that the ledger teaches on that day.
/// Returns the report. Raises InvalidInput (code `invalid_audit`) where the chain is broken, where no run had these inputs (it says which
/// digest differs), or with a problem for each entry that comes out otherwise; `row` is its place in the log.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> models = ar.Models.fit(ledger, "2026-11-20")
///     >>> report = ar.run(ledger, models=models, as_of="2026-11-20")
///     >>> ar.replay(report.audit, ledger, models=models).to_json() == report.to_json()
///     True
#[pyfunction]
#[pyo3(signature = (audit, ledger, policy=None, models=None))]
pub(crate) fn replay(py: Python<'_>, audit: &Bound<'_, PyAny>, ledger: &Ledger, policy: Option<&Policy>, models: Option<&Models>) -> PyResult<Report> {
    guarded(py, || {
        let log = match audit.cast::<AuditLog>() {
            Ok(log) => log.get().read(py, ar_core::audit::AuditLog::clone)?,
            Err(_) => read_table(py, audit, Head::default())?,
        };
        let (policy, models) = (policy.map_or_else(ar_core::Policy::default, |policy| policy.0.clone()), models.map(|models| &models.0));
        let report = ledger.read(py, |ledger| ar_core::replay(&log, ledger, &policy, models))?;
        report.map(|report| Report(Arc::new(report))).map_err(|error| from_core(py, &error))
    })
}
