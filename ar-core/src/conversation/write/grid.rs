//! The tables of a notice: what is open, and what is offered in parts.

use super::context::{Words, plural};
use super::facts::ItemFact;
use crate::money::Money;
use alloc::{format, string::String, vec::Vec};

/// A table: a head, rows of as many cells, and rows of sums.
pub(super) struct Grid {
    /// What stands over each column, and whether its cells are numbers.
    pub(super) head: Vec<(String, bool)>,
    /// The rows.
    pub(super) rows: Vec<Vec<String>>,
    /// The sums below: in HTML only, as plain text says the sum in a sentence.
    pub(super) sums: Vec<Vec<String>>,
}

/// What is open; `None` where the notice names nothing.
pub(super) fn items(words: &Words<'_>) -> Option<Grid> {
    let facts = words.facts;
    if facts.items.is_empty() {
        return None;
    }
    let disputed = facts.items.iter().any(|item| item.disputed > 0);
    let head = [("reference", false), ("issued", false), ("due", false), ("days_late", true), ("amount", true), ("open", true), ("disputed", true)];
    let head: Vec<(String, bool)> = head.iter().filter(|row| row.0 != "disputed" || disputed).map(|row| (words.set.label(row.0).into(), row.1)).collect();
    let day = |day| facts.locale.numeric_date(day);
    let row = |item: &ItemFact| {
        let unit = words.set.label(plural(facts.locale.language, i64::from(item.days_late), "day", "days"));
        let late = if item.days_late > 0 { format!("{} {unit}", item.days_late) } else { String::new() };
        let mut row = alloc::vec![name(words, item), day(item.issued_on), item.due_on.map_or(String::new(), day), late, words.money(item.amount), words.money(item.open)];
        if disputed {
            row.push(if item.disputed > 0 { words.money(Money::new(item.disputed, item.open.currency())) } else { String::new() });
        }
        row
    };
    let sum = |sum: &Money| {
        let mut row = alloc::vec![String::new(); head.len()];
        row.iter_mut().take(1).for_each(|cell| *cell = words.set.label("total").into());
        row.iter_mut().skip(5).take(1).for_each(|cell| *cell = words.money(*sum));
        row
    };
    let sums = if facts.items.len() > 1 { facts.totals.iter().map(sum).collect() } else { Vec::new() };
    Some(Grid { rows: facts.items.iter().map(row).collect(), sums, head })
}

/// The reference, with what it is where it is no invoice.
fn name(words: &Words<'_>, item: &ItemFact) -> String {
    match (item.kind, item.reference.as_str()) {
        ("invoice", reference) => reference.into(),
        (kind, "") => words.set.label(kind).into(),
        (kind, reference) => format!("{reference} ({})", words.set.label(kind)),
    }
}

/// The instalments that are offered; `None` where there are none.
pub(super) fn parts(words: &Words<'_>) -> Option<Grid> {
    let parts = &words.facts.parts;
    let head = alloc::vec![(words.set.label("part_due").into(), false), (words.set.label("part_amount").into(), true)];
    let rows = parts.iter().map(|(on, amount)| alloc::vec![words.facts.locale.numeric_date(*on), words.money(*amount)]).collect();
    (!parts.is_empty()).then_some(Grid { head, rows, sums: Vec::new() })
}

impl Grid {
    /// Writes the table with its columns one below the other, as a fixed-width font shows them.
    pub(super) fn write(&self, out: &mut String) {
        let head: Vec<String> = self.head.iter().map(|cell| cell.0.clone()).collect();
        let all = || core::iter::once(&head).chain(&self.rows);
        let wide = |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.head.len()).map(wide).collect();
        for (at, row) in all().enumerate() {
            out.push_str(if at > 0 { "\n" } else { "" });
            let start = out.len();
            for ((cell, width), (_, number)) in row.iter().zip(&widths).zip(&self.head) {
                out.push_str(if out.len() > start { "  " } else { "" });
                let fill = width.saturating_sub(cell.chars().count());
                let spaces = |out: &mut String| (0..fill).for_each(|_| out.push(' '));
                if *number {
                    spaces(out);
                    out.push_str(cell);
                } else {
                    out.push_str(cell);
                    spaces(out);
                }
            }
            out.truncate(start + out.get(start..).map_or(0, |line| line.trim_end_matches(' ').len()));
        }
    }
}
