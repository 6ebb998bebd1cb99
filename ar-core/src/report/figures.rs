//! Ageing and measures of the books as they stand, without a run.

use super::Part;
use super::book::{AgingRow, KpiRow, aging, aging_columns, kpi_columns, kpis};
use super::columns::scale;
use super::json::write_table;
use super::measures::{MeasureFacts, measures};
use super::tally::Tally;
use crate::ledger::Books;
use crate::policy::Policy;
use crate::table::Table;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde_json::json;

/// Ageing and measures of the books at the end of a day, as they stand: what came in and is not applied is a credit. The rows are those of
/// the parts `aging` and `kpis` of a report. Measures that only a run can say are not among them: those of the decisions of the day and of
/// autonomy (`approval_load` and what comes behind it), and `model_drift`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    as_of: NaiveDate,
    policy_version: String,
    aging: Vec<AgingRow>,
    kpis: Vec<KpiRow>,
    /// Decimals of its amounts: those of the currency of the books that has most.
    scale: u8,
}

impl Figures {
    pub(crate) fn new(books: &Books, policy: &Policy, as_of: NaiveDate) -> Self {
        let settings = policy.base();
        let tally = Tally::new(books, settings, as_of, None, &books.unapplied_all(as_of));
        let mut measured = kpis(&tally, settings, as_of);
        measured.extend(measures(&MeasureFacts::new(books, policy, as_of, &[]), &tally));
        Self { as_of, policy_version: policy.version().into(), aging: aging(&tally), kpis: measured, scale: scale(&tally.currencies()) }
    }

    /// The day.
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Ageing: of each currency six buckets, which sum to its net receivables.
    pub fn aging(&self) -> &[AgingRow] {
        &self.aging
    }

    /// Measures, each with its formula.
    pub fn kpis(&self) -> &[KpiRow] {
        &self.kpis
    }

    /// Ageing as a table of one batch, as the part `aging` of a report.
    pub fn aging_table(&self) -> Table<'static> {
        Table::new(Part::Aging.name(), aging_columns(&self.aging, self.scale))
    }

    /// Measures as a table of one batch, as the part `kpis` of a report.
    pub fn kpis_table(&self) -> Table<'static> {
        Table::new(Part::Kpis.name(), kpi_columns(&self.kpis))
    }

    /// Canonical JSON, as that of a report with only these parts.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\"as_of\":\"{}\",\"policy_version\":{},\"parts\":{{", self.as_of, json!(self.policy_version));
        for (before, table) in [("\n", self.aging_table()), (",\n", self.kpis_table())] {
            out.push_str(&format!("{before}\"{}\":", table.name));
            write_table(&table, &mut out);
        }
        out.push_str("}}\n");
        out
    }
}
