//! A book in parts: what goes from machine to machine is bytes.

use crate::{
    books::{Reduced, reduced},
    cells::day_argument,
    errors::{from_core, guarded},
    inputs::{Input, read_all},
    outputs::{Table, date},
    patience::patiently,
    pay_time::{PayTimeModel, at_of},
};
use ar_core::{
    calendar::days_since_epoch,
    error::Error,
    report::{AskedPart as Part, forecast_of, rolled_of, wanted_cash, whole_of},
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyString},
};

/// Some items to ask about, and the past of their customers: a part of a book that is too large for one machine.
///
/// items, history, at: as in `PayTimeModel.predict`. Every customer is in one part, with all of its items and all of its past. Two rounds
/// over all parts (`count`, `whole_of`, `see`, `rolled_of`) give what the whole book has done; with it each part answers by itself what the
/// book in one piece answers, to the bit. Raises InvalidInput with every problem.
#[pyclass(frozen, module = "ar_core", name = "AskedPart")]
pub(crate) struct AskedPart(Part);

fn bytes<'py>(py: Python<'py>, made: Result<Vec<u8>, Error>) -> PyResult<Bound<'py, PyBytes>> {
    made.map(|made| PyBytes::new(py, &made)).map_err(|error| from_core(py, &error))
}

#[pymethods]
impl AskedPart {
    #[new]
    fn new(py: Python<'_>, items: Bound<'_, PyAny>, history: Bound<'_, PyAny>, at: &Bound<'_, PyAny>) -> PyResult<Self> {
        guarded(py, || {
            let name = at.cast::<PyString>().ok().map(|text| text.to_string_lossy().into_owned());
            let mut past = read_all(py, [("items".to_owned(), history)])?;
            let mut inputs = read_all(py, [("items".to_owned(), items)])?;
            let items = inputs.first_mut().map(Input::view).unwrap_or_default();
            let at = at_of(&items, name.as_deref(), at)?;
            let past: Vec<_> = past.iter_mut().map(Input::view).collect();
            let part = patiently(py, None, false, |watch| Part::try_new(items, &past, at, watch))?;
            part.map(Self).map_err(|error| from_core(py, &error))
        })
    }

    /// The days on which the items are asked about, rising.
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.days().into_iter().map(|day| date(py, days_since_epoch(day))).collect()
    }

    /// What the part brings to the whole, for `whole_of`. days: every day on which an item of any part is asked about.
    fn count<'py>(&self, py: Python<'py>, model: &PayTimeModel, days: Vec<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || {
            let mut days = days.iter().map(|day| day_argument("days", day)).collect::<PyResult<Vec<_>>>()?;
            days.sort_unstable();
            days.dedup();
            Ok(PyBytes::new(py, &py.detach(|| self.0.count(&model.model, &model.customers, &days))))
        })
    }

    /// What the model missed lately in this part, for `rolled_of`. whole: what `whole_of` gave. Raises InvalidInput.
    fn see<'py>(&self, py: Python<'py>, model: &PayTimeModel, whole: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || bytes(py, py.detach(|| self.0.see(&model.model, &model.customers, whole))))
    }

    /// The scores of the items, as of `PayTimeModel.predict`, in the order of the rows. whole: what `rolled_of` gave. Raises InvalidInput.
    fn scores(&self, py: Python<'_>, model: &PayTimeModel, whole: &[u8]) -> PyResult<Table> {
        guarded(py, || py.detach(|| self.0.ask(&model.model, &model.customers, whole).map(|asked| asked.scores())).map(Table::own).map_err(|error| from_core(py, &error)))
    }

    /// The distributions of the items, as of `PayTimeModel.distribution`. Arguments and errors as of `scores`.
    fn distribution(&self, py: Python<'_>, model: &PayTimeModel, whole: &[u8]) -> PyResult<Table> {
        guarded(py, || py.detach(|| self.0.ask(&model.model, &model.customers, whole).map(|asked| asked.distribution())).map(Table::own).map_err(|error| from_core(py, &error)))
    }

    /// What the part brings to the forecast, for `forecast_of`. Arguments as of `forecast_cash`. Raises InvalidInput.
    #[pyo3(signature = (model, whole, as_of, days, weekly=false, *, new_business=false))]
    #[expect(clippy::too_many_arguments, reason = "the face of Python: options by keyword")]
    fn forecast<'py>(&self, py: Python<'py>, model: &PayTimeModel, whole: &[u8], as_of: &Bound<'py, PyAny>, days: u32, weekly: bool, new_business: bool) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || {
            let as_of = day_argument("as_of", as_of)?;
            let wanted = wanted_cash(days, weekly, None, new_business).map_err(|error| from_core(py, &error))?;
            bytes(py, py.detach(|| self.0.forecast(&model.model, &model.customers, whole, as_of, &wanted)))
        })
    }

    /// The part as bytes, to be kept or sent.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.to_bytes()))
    }

    /// The part of which `to_bytes` wrote these bytes. Raises InvalidInput (code `invalid_bytes`) for others.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        guarded(py, || py.detach(|| Part::from_bytes(data)).map(Self).map_err(|error| from_core(py, &error)))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduced(slf.as_any(), "from_bytes", slf.get().to_bytes(slf.py()))
    }

    fn __repr__(&self) -> String {
        format!("<ar_core.AskedPart of {} items>", self.0.len())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}

fn slices<'b>(parts: &'b [Bound<'_, PyBytes>]) -> Vec<&'b [u8]> {
    parts.iter().map(|part| part.as_bytes()).collect()
}

/// What is known of a whole book, from what `AskedPart.count` gave of every part, in any order: for `AskedPart.see`. Raises InvalidInput.
#[pyfunction(name = "whole_of")]
pub(crate) fn whole<'py>(py: Python<'py>, model: &PayTimeModel, counted: Vec<Bound<'py, PyBytes>>) -> PyResult<Bound<'py, PyBytes>> {
    guarded(py, || {
        let parts = slices(&counted);
        bytes(py, py.detach(|| whole_of(&model.model, &parts)))
    })
}

/// The whole with what `AskedPart.see` gave of every part, in any order: what the parts are asked with. Raises InvalidInput where a part is
/// missing or came twice.
#[pyfunction(name = "rolled_of")]
pub(crate) fn rolled<'py>(py: Python<'py>, whole: &[u8], seen: Vec<Bound<'py, PyBytes>>) -> PyResult<Bound<'py, PyBytes>> {
    guarded(py, || {
        let parts = slices(&seen);
        bytes(py, py.detach(|| rolled_of(whole, &parts)))
    })
}

/// The forecast of a whole book, from what `AskedPart.forecast` gave of every part, in any order. Other arguments, and what comes out, as of
/// `forecast_cash`. Raises InvalidInput.
#[pyfunction]
#[pyo3(name = "forecast_of", signature = (model, parts, as_of, days, weekly=false, *, currency=None, fx_rates=None, new_business=false))]
#[expect(clippy::too_many_arguments, reason = "the face of Python: options by keyword")]
pub(crate) fn forecast<'py>(
    py: Python<'py>,
    model: &PayTimeModel,
    parts: Vec<Bound<'py, PyBytes>>,
    as_of: &Bound<'py, PyAny>,
    days: u32,
    weekly: bool,
    currency: Option<&str>,
    fx_rates: Option<Bound<'py, PyAny>>,
    new_business: bool,
) -> PyResult<Table> {
    guarded(py, || {
        let as_of = day_argument("as_of", as_of)?;
        let wanted = wanted_cash(days, weekly, currency, new_business).map_err(|error| from_core(py, &error))?;
        let mut rates = read_all(py, fx_rates.map(|table| ("fx_rates".to_owned(), table)))?;
        let parts = slices(&parts);
        let found = py.detach(|| forecast_of(&model.model, &parts, &rates.iter_mut().map(Input::view).collect::<Vec<_>>(), as_of, &wanted));
        found.map(Table::own).map_err(|error| from_core(py, &error))
    })
}
