//! `Ledger`, `Policy` and `Models`: what goes into a run.

use crate::{
    cells::day_argument,
    errors::{argument, from_core, guarded, internal},
    inputs::{Input, read_all},
    outputs::{Table, shown},
    patience::{SHORT, patiently},
};
use ar_core::{
    Watch,
    error::ProblemCode,
    ledger::{ModelFacts, PayTimes},
    models::Calendars,
    report::{changes_table, remarks_table, statement::statement_of},
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyType},
};
use std::sync::RwLock;

/// What is owed, held and known: the books of one company.
///
/// Each keyword names a table (`customers`, `items`, `payments`, `remittances`, `allocations`, `promises`, `disputes`, `plans`,
/// `instalments`, `notices`, `replies`, `signals`, `fx_rates`); each value is a frame of pandas, polars, pyarrow or DuckDB
/// (anything with `__arrow_c_stream__` or `__arrow_c_array__`), a list of dicts, a dict of columns, or None.
/// Amounts are decimals or text in units of their currency, or `<name>_minor` columns of whole minor units; days are dates or
/// ISO text; identifiers are text or whole numbers; columns of your own start with `x_`. progress: as in `run`.
///
/// Raises InvalidInput with every problem (table, row, column, code, message); then nothing was loaded.
///
///     >>> ledger = ar.Ledger(items=[
///     ...     {"item_id": "R-1", "customer_id": "Mill", "currency": "EUR", "amount": "120.00", "issued_on": "2026-09-01", "due_on": "2026-10-01"},
///     ... ])
///     >>> ledger.apply([{"event": "payment_received", "on": "2026-11-20", "payment_id": "P-1", "customer_id": "Mill", "currency": "EUR", "amount": "120.00"}])
///     >>> ar.Ledger(items=[{"item_id": "R-1"}])
///     Traceback (most recent call last):
///     ar_core.InvalidInput: invalid_tables: 5 problems
///     ...
#[pyclass(frozen, module = "ar_core", name = "Ledger")]
pub(crate) struct Ledger(RwLock<ar_core::Ledger>);

impl Ledger {
    /// A ledger that was made elsewhere.
    pub(crate) fn of(ledger: ar_core::Ledger) -> Self {
        Self(RwLock::new(ledger))
    }

    /// As [`Ledger::read`], for work that may be long: Ctrl-C stops it, and `progress` is told how far it is.
    pub(crate) fn read_patiently<R: Send>(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, work: impl FnOnce(&ar_core::Ledger, &Watch) -> R + Send) -> PyResult<R> {
        let now = self.read(py, ar_core::Ledger::clone)?;
        patiently(py, progress, now.items().len() < SHORT, |watch| work(&now, watch))
    }

    /// Reads the ledger as it stands now, without holding the interpreter; events that other threads apply meanwhile do not show.
    pub(crate) fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&ar_core::Ledger) -> R + Send) -> PyResult<R> {
        py.detach(|| {
            let now = self.0.read().ok().map(|ledger| ledger.clone());
            now.map(|ledger| work(&ledger))
        })
        .ok_or_else(|| broken(py))
    }
}

/// What pickle keeps of an object: a call of a method of its class, and the class.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>,));

/// An object that its class makes again of what it wrote.
pub(crate) fn reduced<'py>(object: &Bound<'py, PyAny>, method: &str, written: impl IntoPyObject<'py>) -> PyResult<Reduced<'py>> {
    let call = object.py().import("operator")?.getattr("methodcaller")?.call1((method, written))?;
    Ok((call, (object.get_type(),)))
}

/// Events as the engine reads them: a JSON array that is one, or a list of dicts.
pub(crate) fn events_text(events: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = events.extract::<String>() {
        return Ok(text);
    }
    // Dates and decimals say themselves as text, which is how events hold them.
    let (py, options) = (events.py(), PyDict::new(events.py()));
    options.set_item("default", py.import("builtins")?.getattr("str")?)?;
    py.import("json")?.call_method("dumps", (events,), Some(&options))?.extract()
}

/// A panic while events were applied: what the ledger holds is not known any more.
fn broken(py: Python<'_>) -> PyErr {
    internal(py, "an earlier failure left this ledger unusable; build it again from its tables")
}

/// Builds a ledger without holding the interpreter.
pub(crate) fn ledger_of(py: Python<'_>, mut inputs: Vec<Input>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<ar_core::Ledger> {
    let views: Vec<_> = inputs.iter_mut().map(Input::view).collect();
    let short = views.iter().map(ar_core::table::Table::rows).sum::<usize>() < SHORT;
    let built = patiently(py, progress, short, |watch| ar_core::Ledger::try_new_watched(&views, watch))?;
    built.map_err(|error| from_core(py, &error))
}

/// What a model of the host's own says of items.
pub(crate) fn pay_times_of(py: Python<'_>, table: Option<Bound<'_, PyAny>>) -> PyResult<PayTimes> {
    let mut inputs = read_all(py, table.map(|table| ("pay_times".to_owned(), table)))?;
    let read = py.detach(move || ModelFacts::try_new(&inputs.iter_mut().map(Input::view).collect::<Vec<_>>()));
    read.map(|facts| facts.pay_times).map_err(|error| from_core(py, &error))
}

#[pymethods]
impl Ledger {
    #[new]
    #[pyo3(signature = (*, progress=None, **tables))]
    fn new(py: Python<'_>, progress: Option<&Bound<'_, PyAny>>, tables: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        guarded(py, || {
            let named = tables.into_iter().flat_map(|tables| tables.iter()).map(|(name, value)| Ok((name.extract()?, value)));
            let inputs = read_all(py, named.collect::<PyResult<Vec<_>>>()?)?;
            Ok(Self(RwLock::new(ledger_of(py, inputs, progress)?)))
        })
    }

    /// Applies what happened: events such as `[{"event": "notice_sent", "on": "2026-11-21", "decision_id": "D-…"}]`, as a list of
    /// dicts (days as dates or ISO text, amounts as Decimal or text) or as a JSON array. All of them or, with InvalidInput, none.
    fn apply(&self, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<()> {
        guarded(py, || {
            let text = events_text(events)?;
            let applied = py.detach(|| self.0.write().ok().map(|mut ledger| ledger.apply_json(&text)));
            applied.ok_or_else(|| broken(py))?.map_err(|error| from_core(py, &error))
        })
    }

    /// What is open and disputed of these items now, as 16 hex digits. A notice has it in its parameters as `precondition`: ask again
    /// just before it goes out; where it is another, the notice is void, and `notice_sent` with the old one is refused.
    /// Raises InvalidInput for items that the ledger does not know.
    fn precondition(&self, py: Python<'_>, item_ids: Vec<String>) -> PyResult<String> {
        guarded(py, || self.read(py, |ledger| ledger.precondition_of(item_ids.iter().map(String::as_str)))?.map_err(|error| from_core(py, &error)))
    }

    /// The statement of account of a customer from the day `since` (default: from the beginning) to the end of the day `as_of`, as one
    /// table: of each currency a line `opening`, each `movement` in order with the running balance, `closing`, what is `open` with due
    /// date and age, and the `age` buckets, which sum to the closing balance. `to_dicts()` gives it as plain Python.
    /// Raises InvalidInput for a customer that the books do not have, and for a first day behind the last.
    #[pyo3(signature = (customer_id, as_of, since=None))]
    fn statement(&self, py: Python<'_>, customer_id: &str, as_of: &Bound<'_, PyAny>, since: Option<&Bound<'_, PyAny>>) -> PyResult<Table> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let since = since.map(|since| day_argument("since", since)).transpose()?;
            let made = self.read(py, |ledger| statement_of(ledger, customer_id, since, as_of).map(|statement| statement.table(ledger)))?;
            made.map(Table::own).map_err(|error| from_core(py, &error))
        })
    }

    /// SHA-256 of everything the ledger holds, as 64 hex digits; the same for the same books, however they came in.
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || self.read(py, |ledger| ledger.digest()))
    }

    /// The ledger as bytes, to be kept or sent: with version and checksum, the same for the same books on any machine.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || Ok(PyBytes::new(py, &self.read(py, |ledger| ledger.to_bytes())?)))
    }

    /// The ledger of which `to_bytes` wrote these bytes, in this or an earlier version. Raises InvalidInput (code `invalid_bytes`) for bytes
    /// that are cut, damaged, of something else, of a later version or not consistent.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        guarded(py, || {
            let restored = py.detach(|| ar_core::Ledger::from_bytes(data));
            restored.map(|ledger| Self(RwLock::new(ledger))).map_err(|error| from_core(py, &error))
        })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduced(slf.as_any(), "from_bytes", slf.get().to_bytes(slf.py())?)
    }

    /// The books as they stand now: events that one ledger applies do not show in the other.
    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self(RwLock::new(self.read(py, Clone::clone)?)))
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "ledger_html")
    }
}

/// Every number and list that we may choose, validated and versioned.
///
///     >>> policy = ar.Policy.from_toml('''
///     ... version = "2026-11"
///     ... [autonomy]
///     ... default_level = 2
///     ... amount_limit = 500
///     ... ''')
///     >>> policy.version
///     '2026-11'
#[pyclass(frozen, module = "ar_core", name = "Policy")]
pub(crate) struct Policy(pub(crate) ar_core::Policy);

#[pymethods]
impl Policy {
    /// The conservative policy: nothing is done without a person.
    #[staticmethod]
    fn default() -> Self {
        Self(ar_core::Policy::default())
    }

    /// Reads a policy from JSON; what is not said keeps its default. Raises PolicyError with every mistake and its path.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || ar_core::Policy::from_json(text).map(Self).map_err(|error| from_core(py, &error)))
    }

    /// Reads a policy from TOML; see `from_json`.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || ar_core::Policy::from_toml(text).map(Self).map_err(|error| from_core(py, &error)))
    }

    /// The whole policy as canonical JSON, defaults included.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// SHA-256 of the canonical JSON, as 64 hex digits.
    #[getter]
    fn digest(&self) -> String {
        self.0.digest()
    }

    /// The version that the policy gives itself.
    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    /// What differs between this policy and another, as a table of one row a setting: `path`, `segment` (None: the whole book), `before`
    /// and `after` (JSON; None where the policy does not say it), `unit`, `direction` (`looser`, `tighter`, `other`: whether the engine may
    /// do more without a person), `effective` (whether another value holds there), `kept_by` (segments that a change of the book does not
    /// reach) and `text`, one sentence. No rows exactly where the policies are equal.
    fn diff(&self, py: Python<'_>, other: &Self) -> PyResult<Table> {
        guarded(py, || Ok(Table::own(py.detach(|| changes_table(&ar_core::Policy::diff(&self.0, &other.0))))))
    }

    /// What the policy says and surely does not mean, though it is legal: `path`, `code` and `text`, one sentence. ledger: books beside which
    /// more can be said (segments without a customer).
    #[pyo3(signature = (ledger=None))]
    fn remarks(&self, py: Python<'_>, ledger: Option<&Ledger>) -> PyResult<Table> {
        guarded(py, || {
            let remarks = match ledger {
                Some(ledger) => ledger.read(py, |ledger| self.0.remarks_on(ledger))?,
                None => self.0.remarks(),
            };
            Ok(Table::own(remarks_table(&remarks)))
        })
    }

    /// The JSON Schema of a policy.
    #[staticmethod]
    fn schema() -> String {
        ar_core::Policy::schema()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduced(slf.as_any(), "from_json", slf.get().to_json())
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.Policy version {} digest {:.12}>", self.0.version(), self.0.digest())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.digest() == other.0.digest()
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.0.digest().hash(&mut hasher);
        hasher.finish()
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "policy_html")
    }
}

/// What was learned from a ledger: the payment-time model.
///
///     >>> ledger = ar.Ledger(**ar.simulate(seed=1, customers=20))
///     >>> models = ar.Models.fit(ledger, "2026-11-20")
///     >>> ar.Models.from_bytes(models.to_bytes()).digest == models.digest
///     True
#[pyclass(frozen, module = "ar_core", name = "Models")]
pub(crate) struct Models(pub(crate) ar_core::Models);

#[pymethods]
impl Models {
    /// Learns from the settled items of a ledger, as known before the day `as_of` (a date, a datetime at midnight, or ISO text).
    ///
    /// calendars: holidays as a dict of ISO 3166 country (or, for customers without one, ISO 4217 currency) to a list of days; default
    /// none (`ar_core.calendars.bank_holidays` gives those of the package `holidays`). pay_times: what a model of your own says, a table
    /// of item_id, delay_days (after the due date, may be negative) and probability not to exceed it; it stands in the place of ours.
    /// scope: `cash` for a run with the scope `cash`: what predicts payment dates is not fitted. progress: as in `run`.
    /// Raises InvalidInput with every problem.
    #[staticmethod]
    #[pyo3(signature = (ledger, as_of, calendars=None, pay_times=None, *, scope="all", progress=None))]
    fn fit(
        py: Python<'_>,
        ledger: &Ledger,
        as_of: &Bound<'_, PyAny>,
        calendars: Option<&Bound<'_, PyDict>>,
        pay_times: Option<Bound<'_, PyAny>>,
        scope: &str,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let calendars = calendars.map_or_else(|| Ok(Calendars::new()), crate::pay_time::read_calendars)?;
            let given = pay_times_of(py, pay_times)?;
            if !["all", "cash"].contains(&scope) {
                return Err(argument(py, "scope", ProblemCode::UnknownWord, format!("'{}' is neither all nor cash", scope.chars().take(80).collect::<String>())));
            }
            let fitted = ledger.read_patiently(py, progress, |ledger, watch| match scope {
                "cash" => ar_core::Models::fit_cash(ledger, as_of, watch),
                _ => ar_core::Models::fit_watched(ledger, as_of, &calendars, watch),
            })?;
            let mut models = fitted.map_err(|error| from_core(py, &error))?;
            models.pay_time.given = given;
            Ok(Self(models))
        })
    }

    /// The models as JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Reads models that `to_json` wrote. Raises InvalidInput.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || ar_core::Models::from_json(text).map(Self).map_err(|error| from_core(py, &error)))
    }

    /// SHA-256 of the models, as 64 hex digits.
    #[getter]
    fn digest(&self) -> String {
        self.0.digest()
    }

    /// The models as bytes, to be kept or sent: with version and checksum.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    /// Reads models that `to_bytes` wrote, in this or an earlier version. Raises InvalidInput.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        guarded(py, || ar_core::Models::from_bytes(data).map(Self).map_err(|error| from_core(py, &error)))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduced(slf.as_any(), "from_bytes", slf.get().to_bytes(slf.py()))
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.Models digest {:.12}>", self.0.digest())
    }

    /// What a notebook shows of it.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        shown(slf, "models_html")
    }
}
