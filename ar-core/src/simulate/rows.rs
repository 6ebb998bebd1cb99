//! The tables of a simulated book, row by row.

use super::Sale;
use super::payers::Payer;
use crate::money::minor_to_text;
use crate::table::{Cell, Table};
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;

type Row = Vec<(String, Cell)>;

/// Rows as they are made.
#[derive(Default)]
pub(super) struct Tables {
    customers: Vec<Row>,
    items: Vec<Row>,
    payments: Vec<Row>,
    remittances: Vec<Row>,
    allocations: Vec<Row>,
    disputes: Vec<Row>,
    promises: Vec<Row>,
    replies: Vec<Row>,
    signals: Vec<Row>,
    invoices: u32,
}

/// The number of an invoice as the customer knows it.
pub(super) fn reference(id: u32) -> String {
    alloc::format!("RE{:07}", 100_000 + id)
}

fn item_id(id: u32) -> String {
    alloc::format!("I{id:07}")
}

fn row<const N: usize>(cells: [(&str, Cell); N]) -> Row {
    cells.into_iter().map(|(name, cell)| (name.into(), cell)).collect()
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

impl Tables {
    pub(super) const fn next_invoice(&mut self) -> u32 {
        self.invoices += 1;
        self.invoices
    }

    pub(super) fn customer(&mut self, payer: &Payer) {
        self.customers.push(row([
            ("customer_id", text(payer.id.as_str())),
            ("name", text(payer.name.as_str())),
            ("segment", text(payer.segment)),
            ("strategic", Cell::Bool(payer.is_strategic())),
            ("owner", text(payer.owner)),
            ("country", text(payer.country)),
            ("language", text(payer.language)),
            ("time_zone", text(payer.time_zone)),
            ("currency", text(payer.currency.code())),
            ("credit_limit", text(money(payer.credit_limit, payer))),
            ("channels", Cell::List(alloc::vec!["email".into(), "letter".into()])),
            ("bank_accounts", Cell::List(alloc::vec![payer.account.clone()])),
        ]));
    }

    pub(super) fn invoice(&mut self, payer: &Payer, sale: &Sale, settled_on: Option<NaiveDate>) {
        self.items.push(row([
            ("item_id", text(item_id(sale.id))),
            ("customer_id", text(payer.id.as_str())),
            ("kind", text("invoice")),
            ("currency", text(payer.currency.code())),
            ("amount", text(money(sale.amount, payer))),
            ("issued_on", Cell::Date(sale.issued_on)),
            ("due_on", Cell::Date(sale.due_on)),
            ("settled_on", settled_on.map_or(Cell::Null, Cell::Date)),
            ("reference", text(reference(sale.id))),
            ("dunning_level", Cell::Int(sale.level)),
            ("last_notice_on", if sale.level > 0 { Cell::Date(crate::calendar::add_days(sale.due_on, if sale.level > 1 { 28 } else { 8 })) } else { Cell::Null }),
        ]));
    }

    /// A payment of the past and what it was applied to.
    pub(super) fn applied(&mut self, payer: &Payer, run: &[Sale], on: NaiveDate) {
        let total = run.iter().map(|sale| sale.amount).sum();
        let number = self.payment(payer, on, total, "", true);
        for sale in run {
            self.allocations.push(row([
                ("credit_id", text(number.as_str())),
                ("item_id", text(item_id(sale.id))),
                ("amount", text(money(sale.amount, payer))),
                ("kind", text("payment")),
                ("on", Cell::Date(on)),
            ]));
        }
    }

    /// A payment; its identifier is returned. Without `known` the bank names neither account nor payer.
    pub(super) fn payment(&mut self, payer: &Payer, on: NaiveDate, amount: i64, said: &str, known: bool) -> String {
        let id = alloc::format!("P{:07}", self.payments.len() + 1);
        self.payments.push(row([
            ("payment_id", text(id.as_str())),
            ("currency", text(payer.currency.code())),
            ("amount", text(money(amount, payer))),
            ("received_on", Cell::Date(on)),
            ("payer_name", if known { text(payer.name.to_uppercase()) } else { Cell::Null }),
            ("payer_account", if known { text(payer.account.as_str()) } else { Cell::Null }),
            ("text", if said.is_empty() { Cell::Null } else { text(said) }),
        ]));
        id
    }

    pub(super) fn remittance(&mut self, payment: &str, payer: &Payer, on: NaiveDate, sale: &Sale) {
        self.remittances.push(row([
            ("remittance_id", text(alloc::format!("R{:07}", self.remittances.len() + 1))),
            ("customer_id", text(payer.id.as_str())),
            ("payment_id", text(payment)),
            ("received_on", Cell::Date(on)),
            ("reference", text(reference(sale.id))),
            ("amount", text(money(sale.amount, payer))),
        ]));
    }

    pub(super) fn dispute(&mut self, sale: &Sale, on: NaiveDate, whole: bool) {
        let amount = if whole { Cell::Null } else { Cell::Text(minor_to_text((sale.amount / 4).max(1), 2)) };
        self.disputes.push(row([
            ("dispute_id", text(alloc::format!("X{:05}", self.disputes.len() + 1))),
            ("item_id", text(item_id(sale.id))),
            ("amount", amount),
            ("reason", text(if whole { "not_received" } else { "price" })),
            ("opened_on", Cell::Date(on)),
        ]));
    }

    pub(super) fn promise(&mut self, payer: &Payer, sale: &Sale, made_on: NaiveDate, due_on: NaiveDate) {
        self.promises.push(row([
            ("promise_id", text(alloc::format!("PR{:05}", self.promises.len() + 1))),
            ("customer_id", text(payer.id.as_str())),
            ("item_id", text(item_id(sale.id))),
            ("made_on", Cell::Date(made_on)),
            ("due_on", Cell::Date(due_on)),
        ]));
    }

    pub(super) fn reply(&mut self, payer: &Payer, on: NaiveDate, answered_on: Option<NaiveDate>) {
        self.replies.push(row([
            ("reply_id", text(alloc::format!("M{:05}", self.replies.len() + 1))),
            ("customer_id", text(payer.id.as_str())),
            ("received_on", Cell::Date(on)),
            ("answered_on", answered_on.map_or(Cell::Null, Cell::Date)),
            ("subject", text("Your invoice")),
            ("text", text("Please send a copy of the invoice and the proof of delivery.")),
            ("channel", text("email")),
        ]));
    }

    pub(super) fn signal(&mut self, payer: &Payer, on: NaiveDate, severity: i64) {
        self.signals.push(row([("customer_id", text(payer.id.as_str())), ("on", Cell::Date(on)), ("kind", text("bureau")), ("severity", Cell::Int(severity))]));
    }

    pub(super) fn finish(self) -> Vec<Table<'static>> {
        alloc::vec![
            Table::from_rows("customers", self.customers),
            Table::from_rows("items", self.items),
            Table::from_rows("payments", self.payments),
            Table::from_rows("remittances", self.remittances),
            Table::from_rows("allocations", self.allocations),
            Table::from_rows("disputes", self.disputes),
            Table::from_rows("promises", self.promises),
            Table::from_rows("replies", self.replies),
            Table::from_rows("signals", self.signals),
        ]
    }
}

fn money(minor: i64, payer: &Payer) -> String {
    minor_to_text(minor, payer.currency.exponent())
}
