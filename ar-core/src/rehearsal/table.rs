//! A rehearsal as tables.

use super::{Rehearsal, Row, Side};
use crate::action::Mode;
use crate::money::Currency;
use crate::report::columns::{date, int, list, money, money_opt, reasons, scale, text, text_opt};
use crate::table::Table;
use alloc::{string::String, vec::Vec};

impl Rehearsal {
    fn scale(&self) -> u8 {
        scale(&self.currencies.iter().copied().collect::<Vec<Currency>>())
    }

    /// The decisions that are not the same. `mode_before`, `amount_before` and `worth_before` are null where the policy before does not
    /// make the decision, and so are those of the policy after; `minutes` is what people have to do more (or less, below zero).
    pub fn changes(&self) -> Table<'static> {
        let (rows, scale) = (|| self.rows.iter(), self.scale());
        let mode = |side: &Option<Side>| side.as_ref().map(|side| Mode::name(side.mode));
        let amount = |side: &Option<Side>, row: &Row| side.as_ref().map(|side| (side.amount, row.currency));
        let worth = |side: &Option<Side>, row: &Row| side.as_ref().and_then(|side| side.worth).map(|worth| (worth, row.currency));
        let minutes = |side: &Option<Side>| side.as_ref().map_or(0, |side| side.minutes);
        let columns = alloc::vec![
            date("on", rows().map(|row| row.on)),
            text_opt("decision_id", rows().map(|row| row.decision_id.as_deref())),
            text_opt("customer_id", rows().map(|row| row.customer_id.as_deref())),
            text("currency", rows().map(|row| row.currency.code())),
            list("item_ids", rows().map(|row| row.item_ids.iter().map(String::as_str))),
            text_opt("payment_id", rows().map(|row| row.payment_id.as_deref())),
            text("action", rows().map(|row| row.action.name())),
            text("change", rows().map(|row| row.shift.name())),
            list("differs", rows().map(|row| row.aspects.iter().map(|aspect| aspect.name()))),
            text_opt("mode_before", rows().map(|row| mode(&row.before))),
            text_opt("mode_after", rows().map(|row| mode(&row.after))),
            money_opt("amount_before", scale, rows().map(|row| amount(&row.before, row))),
            money_opt("amount_after", scale, rows().map(|row| amount(&row.after, row))),
            money_opt("worth_before", scale, rows().map(|row| worth(&row.before, row))),
            money_opt("worth_after", scale, rows().map(|row| worth(&row.after, row))),
            int("minutes", rows().map(|row| minutes(&row.after) - minutes(&row.before))),
            reasons("reasons_before", rows().map(|row| row.reasons_before.clone())),
            reasons("reasons_after", rows().map(|row| row.reasons_after.clone())),
        ];
        Table::new("rehearsal", columns)
    }

    /// By change, action and currency: how many decisions, their amounts, what they are worth, and the minutes of people, before and after.
    pub fn summary(&self) -> Table<'static> {
        let (rows, scale) = (|| self.sums.iter(), self.scale());
        let columns = alloc::vec![
            text("change", rows().map(|(key, _)| key.0.name())),
            text("action", rows().map(|(key, _)| key.1.name())),
            text("currency", rows().map(|(key, _)| key.2.code())),
            int("count", rows().map(|(_, sum)| sum.count)),
            money("amount_before", scale, rows().map(|(key, sum)| (sum.amount[0], key.2))),
            money("amount_after", scale, rows().map(|(key, sum)| (sum.amount[1], key.2))),
            money_opt("worth_before", scale, rows().map(|(key, sum)| sum.worth[0].map(|worth| (worth, key.2)))),
            money_opt("worth_after", scale, rows().map(|(key, sum)| sum.worth[1].map(|worth| (worth, key.2)))),
            int("minutes_before", rows().map(|(_, sum)| sum.minutes[0])),
            int("minutes_after", rows().map(|(_, sum)| sum.minutes[1])),
        ];
        Table::new("rehearsal_summary", columns)
    }
}
