//! What the book looks like on the day: ageing and KPIs, currency by currency. Amounts are exact.

use super::kpi::{self, Ratio};
use crate::calendar;
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Settings;
use crate::scoring::Drift;
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;

/// Buckets of ageing by days past due.
pub const BUCKETS: [&str; 6] = ["not_due", "1-30", "31-60", "61-90", "over_90", "credits"];

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
pub fn aging(books: &Books, open: &[i64], unapplied: &[i64], as_of: NaiveDate) -> Vec<AgingRow> {
    let mut rows: Vec<AgingRow> = Vec::new();
    for currency in books.currencies() {
        rows.extend(BUCKETS.iter().map(|bucket| AgingRow { bucket, currency, amount: 0, count: 0 }));
    }
    let mut add = |currency: Currency, bucket: usize, amount: i64| {
        let start = rows.iter().position(|row| row.currency == currency).unwrap_or(0);
        if let Some(row) = rows.get_mut(start + bucket) {
            row.amount = row.amount.saturating_add(amount);
            row.count += 1;
        }
    };
    for (item, open) in books.items().iter().zip(open).filter(|(_, open)| **open > 0) {
        let bucket = if item.kind.is_credit() { 5 } else { bucket_of(Books::days_late(item, as_of)) };
        add(item.currency, bucket, if bucket == 5 { -*open } else { *open });
    }
    for (payment, amount) in books.payments().iter().zip(unapplied).filter(|(_, amount)| **amount > 0) {
        add(payment.currency, 5, -*amount);
    }
    rows
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
pub fn kpis(books: &Books, aging: &[AgingRow], settings: &Settings, as_of: NaiveDate) -> Vec<KpiRow> {
    let (days, begin_on) = (settings.reporting.kpi_days, period_begin(settings, as_of));
    let begin_open = books.open_all(begin_on);
    let mut rows = Vec::new();
    for currency in books.currencies() {
        let debit = |bucket: &str| aging.iter().filter(|row| row.currency == currency && (bucket.is_empty() || row.bucket == bucket) && row.bucket != "credits").map(|row| row.amount).sum::<i64>();
        // What was kept back was sold once, with the item that it is a part of.
        let sold = || books.items().iter().filter(|item| item.currency == currency && item.kind.is_billed());
        let sales: i64 = sold().filter(|item| item.issued_on > begin_on && item.issued_on <= as_of).map(|item| item.amount).sum();
        let begin: i64 = books.items().iter().zip(&begin_open).filter(|(item, _)| item.currency == currency && !item.kind.is_credit()).map(|(_, open)| *open).sum();
        let (total, current) = (debit(""), debit("not_due"));
        let months = kpi::monthly_sales(sold().map(|item| (item.issued_on, item.amount)), as_of, COUNTBACK_MONTHS);
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
        row("over_90_share", kpi::percent(i128::from(debit("over_90")), i128::from(total)), "percent", "receivables 91 days past due and more / receivables * 100", String::new());
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
