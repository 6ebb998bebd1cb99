//! What the book looks like on the day: ageing and KPIs, currency by currency. Amounts are exact.

use super::columns::{int, money, text, text_opt};
use super::kpi::{self, Ratio};
use super::tally::{Sums, Tally};
use crate::calendar;
use crate::money::Currency;
use crate::policy::Settings;
use crate::scoring::Drift;
use crate::table::{Column, Data};
use alloc::{borrow::Cow, string::String, vec::Vec};
use chrono::NaiveDate;

/// Buckets of ageing by days past due.
pub const BUCKETS: [&str; 6] = ["not_due", "1-30", "31-60", "61-90", "over_90", "credits"];
/// The place in [`BUCKETS`] of open credit notes and unapplied cash.
pub(super) const CREDITS: usize = BUCKETS.len() - 1;

/// One bucket of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgingRow {
    /// A name of [`BUCKETS`]; `credits` holds open credit notes and unapplied cash, as a negative amount.
    pub bucket: &'static str,
    /// Currency.
    pub currency: Currency,
    /// Open amount in minor units.
    pub amount: i64,
    /// Items.
    pub count: i64,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KpiRow {
    /// Name.
    pub name: &'static str,
    /// Value; `None` where a denominator is zero or history runs out.
    pub value: Option<Ratio>,
    /// Unit of the value.
    pub unit: &'static str,
    /// The formula in words.
    pub formula: &'static str,
    /// Currency, where the measure is of money.
    pub currency: Option<Currency>,
    /// What a reader must know.
    pub note: String,
}

/// Ages what is open: five buckets of debits and one of credits, which sum to the net receivables exactly.
pub fn aging(tally: &Tally) -> Vec<AgingRow> {
    let of = |sums: &Sums| {
        let currency = sums.currency;
        BUCKETS.iter().zip(sums.aged).map(move |(bucket, aged)| AgingRow { bucket, currency, amount: aged.amount, count: aged.count })
    };
    tally.sums().iter().flat_map(of).collect()
}

/// Ageing as a table.
pub(super) fn aging_columns(aging: &[AgingRow], scale: u8) -> Vec<Column<'static>> {
    let rows = || aging.iter();
    alloc::vec![
        text("bucket", rows().map(|row| row.bucket)),
        text("currency", rows().map(|row| row.currency.code())),
        money("amount", scale, rows().map(|row| (row.amount, row.currency))),
        int("count", rows().map(|row| row.count)),
    ]
}

/// Measures as a table.
pub(super) fn kpi_columns(kpis: &[KpiRow]) -> Vec<Column<'static>> {
    const DIGITS: u8 = 4;
    let rows = || kpis.iter();
    let values: Vec<Option<i128>> = rows().map(|row| row.value.and_then(|value| value.rounded(DIGITS))).collect();
    let valid = values.iter().map(Option::is_some).collect();
    alloc::vec![
        text("name", rows().map(|row| row.name)),
        Column::nullable("value", valid, Data::Decimal(Cow::Owned(values.into_iter().map(|value| value.unwrap_or(0)).collect()), DIGITS)),
        text("unit", rows().map(|row| row.unit)),
        text("formula", rows().map(|row| row.formula)),
        text("version", rows().map(|_| "1")),
        text_opt("currency", rows().map(|row| row.currency.as_ref().map(Currency::code))),
        text_opt("note", rows().map(|row| (!row.note.is_empty()).then_some(row.note.as_str()))),
    ]
}

/// The place in [`BUCKETS`] of what is so many days past due.
pub(super) const fn bucket_of(days_late: i32) -> usize {
    match days_late {
        i32::MIN..=0 => 0,
        1..=30 => 1,
        31..=60 => 2,
        61..=90 => 3,
        _ => 4,
    }
}

/// The day before the first of the period that measures look back on.
pub(super) fn period_begin(settings: &Settings, as_of: NaiveDate) -> NaiveDate {
    calendar::add_days(as_of, -i32::try_from(settings.reporting.kpi_days).unwrap_or(90))
}

/// Months of sales that countback looks at.
const COUNTBACK_MONTHS: usize = 24;

/// The KPIs of every currency.
pub fn kpis(tally: &Tally, settings: &Settings, as_of: NaiveDate) -> Vec<KpiRow> {
    let days = settings.reporting.kpi_days;
    let mut rows = Vec::new();
    for sums in tally.sums() {
        let (currency, sales, begin) = (sums.currency, sums.sales, sums.begin);
        let [not_due, _, _, _, over_90, _] = sums.aged.map(|bucket| bucket.amount);
        let (total, current) = (sums.aged.iter().take(CREDITS).fold(0, |sum: i64, bucket| sum.saturating_add(bucket.amount)), not_due);
        let months = kpi::whole_months(sums.months.iter().map(|month| month.sales), as_of, COUNTBACK_MONTHS);
        let known: i64 = months.iter().map(|month| month.1).sum();
        let (dso, best) = (kpi::dso_simple(total, sales, days), kpi::best_possible_dso(current, sales, days));
        let countback = kpi::dso_countback(total, &months);
        let late = if countback.is_none() { alloc::format!("more than {known} days: receivables exceed all known sales") } else { String::new() };
        let mut row = |name, value, unit, formula, note: String| rows.push(KpiRow { name, value, unit, formula, currency: Some(currency), note });
        row("dso", dso, "days", "receivables / credit sales of the period * days", String::new());
        row("dso_countback", countback, "days", "whole months of sales taken from receivables, newest first, last month pro rata", late);
        row("best_possible_dso", best, "days", "receivables not yet due / credit sales of the period * days", String::new());
        row("average_days_delinquent", dso.zip(best).and_then(|(dso, best)| kpi::average_days_delinquent(dso, best)), "days", "dso - best possible dso", String::new());
        // The period in months, for the formula's monthly sales.
        let cei = kpi::collection_effectiveness(begin, sales, (days / 30).max(1), total, current);
        row("cei", cei, "percent", "(begin + sales / months - end total) / (begin + sales / months - end current) * 100", String::new());
        row("turnover", kpi::turnover(sales, begin, total), "times", "credit sales of the period / mean of the receivables at its begin and end", String::new());
        row("current_share", kpi::percent(i128::from(current), i128::from(total)), "percent", "receivables not yet due / receivables * 100", String::new());
        row("over_90_share", kpi::percent(i128::from(over_90), i128::from(total)), "percent", "receivables 91 days past due and more / receivables * 100", String::new());
        row("overdue_share", kpi::percent(i128::from(total - current), i128::from(total)), "percent", "overdue / receivables * 100", String::new());
    }
    rows
}

/// How far the payment-time model was off in the newest weeks, by range of delay.
pub fn drift(found: &[Drift]) -> impl Iterator<Item = KpiRow> {
    found.iter().map(|row| KpiRow {
        name: "model_drift",
        value: row.thousandths().and_then(|(expected, came)| Ratio::try_new(i128::from(came) * 100, i128::from(expected))),
        unit: "percent",
        formula: "payments that came / payments that the model expected in the newest weeks * 100, newer days weigh more",
        currency: None,
        note: row.note(),
    })
}
