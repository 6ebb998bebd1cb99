//! The rows and the sums as tables.

use super::super::columns::{date_opt, flag, int, int_opt, list, money_opt, reasons, text, text_opt};
use super::super::json::write_table;
use super::super::kpi::Ratio;
use super::{Difference, Lines, Shadow, ShadowSum};
use crate::action::{ActionKind, Mode};
use crate::money::Currency;
use crate::table::{Column, Data, Table};
use alloc::{borrow::Cow, string::String};

/// What `amount` and `worth` show where no currency is named.
const fn priced(amount: Option<i64>, currency: Option<Currency>) -> Option<(i64, Currency)> {
    match (amount, currency) {
        (Some(amount), Some(currency)) => Some((amount, currency)),
        _ => None,
    }
}

/// Decimals of a share.
const DIGITS: u8 = 4;

/// The share of agreement, 0 to 1.
fn agreement(sum: &ShadowSum) -> i128 {
    Ratio::try_new(i128::from(sum.agreed), i128::from(sum.of)).and_then(|share| share.rounded(DIGITS)).unwrap_or(0)
}

impl Shadow {
    /// Rows and sums as JSON, as the tables have them: `{"rows": […], "summary": […]}`.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"rows\":");
        write_table(&self.rows_table(), &mut out);
        out.push_str(",\n\"summary\":");
        write_table(&self.summary_table(), &mut out);
        out.push_str("}\n");
        out
    }

    /// The rows: `shadow`.
    pub fn rows_table(&self) -> Table<'static> {
        let rows = || self.rows.iter();
        let lines = |of: fn(Lines) -> i64| rows().map(move |row| row.lines.map(of));
        Table::new(
            "shadow",
            alloc::vec![
                text("class", rows().map(|row| row.class.name())),
                text("action", rows().map(|row| row.action.name())),
                text_opt("people", rows().map(|row| row.people.map(ActionKind::name))),
                list("differs", rows().map(|row| row.differs.iter().copied().map(Difference::name))),
                text_opt("customer_id", rows().map(|row| Some(row.customer_id.as_str()).filter(|id| !id.is_empty()))),
                text("segment", rows().map(|row| row.segment.as_str())),
                text_opt("currency", rows().map(|row| row.currency.as_ref().map(Currency::code))),
                money_opt("amount", self.scale, rows().map(|row| priced(row.amount, row.currency))),
                money_opt("worth", self.scale, rows().map(|row| priced(row.worth, row.currency))),
                int("minutes", rows().map(|row| row.minutes)),
                text_opt("decision_id", rows().map(|row| row.decision_id.as_deref())),
                text_opt("mode", rows().map(|row| row.mode.map(Mode::name))),
                flag("reported", rows().map(|row| row.reported)),
                date_opt("on", rows().map(|row| row.on)),
                int("deeds", rows().map(|row| row.deeds)),
                list("item_ids", rows().map(|row| row.items.iter().map(String::as_str))),
                text_opt("payment_id", rows().map(|row| row.payment.as_deref())),
                int_opt("lines", lines(|found| found.engine)),
                int_opt("lines_right", lines(|found| found.right)),
                int_opt("lines_people", lines(|found| found.people)),
                reasons("reasons", rows().map(|row| row.reasons.clone())),
            ],
        )
    }

    /// The sums: `shadow_summary`.
    pub fn summary_table(&self) -> Table<'static> {
        let rows = || self.sums.iter();
        Table::new(
            "shadow_summary",
            alloc::vec![
                text("action", rows().map(|row| row.action.name())),
                text("segment", rows().map(|row| row.segment.as_str())),
                text_opt("currency", rows().map(|row| row.currency.as_ref().map(Currency::code))),
                text("class", rows().map(|row| row.class.name())),
                int("count", rows().map(|row| row.count)),
                money_opt("amount", self.scale, rows().map(|row| priced(Some(row.amount), row.currency))),
                money_opt("worth", self.scale, rows().map(|row| priced(row.worth, row.currency))),
                int("minutes", rows().map(|row| row.minutes)),
                int("agreed", rows().map(|row| row.agreed)),
                int("of", rows().map(|row| row.of)),
                Column::new("agreement", Data::Decimal(Cow::Owned(rows().map(agreement).collect()), DIGITS)),
            ],
        )
    }
}
