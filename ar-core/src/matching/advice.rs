//! Remittance advice: the payer's own list, line by line, with what is paid of each item. The amounts of a line are
//! trusted over its reference: references are typed by hand.

use super::cases::{Advised, Case, Cases, Class};
use super::certificate::Weight;
use super::difference::{self, Difference, Sum};
use super::listed::{List, written};
use super::names::{NameIndex, folded};
use super::reading::{Lookup, Reading, Slip};
use crate::calendar;
use crate::ledger::Books;
use crate::record::{CustomerIdx, ItemIdx, Payment, PaymentIdx, Remittance};
use alloc::{collections::BTreeMap, vec::Vec};
use chrono::NaiveDate;

/// Lines that are read.
const MOST_LINES: usize = 2_000;
/// Lines whose references are compared letter by letter with every item.
const MOST_NEAR: usize = 40;
/// Days between a message and the money it speaks of.
const MOST_DAYS_APART: i32 = 60;
/// Items that one line may mean.
const MOST_OPTIONS: usize = 6;
/// Lines that make an advice long.
const LONG: usize = 100;
/// Readings of the whole advice that are tried.
const MOST_READINGS: usize = 128;

mod share {
    /// The line's amount is that of the item; or it is not.
    pub(super) const AMOUNT_AGREES: i64 = 950_000;
    pub(super) const AMOUNT_DIFFERS: i64 = 50_000;
    /// A line names an item that we do not see.
    pub(super) const UNSEEN: i64 = 10_000;
    /// The reference has nothing to do with the item, but the amount is right.
    pub(super) const AMOUNT_ONLY: i64 = 200;
}

/// One line of advice with what it may name.
pub(super) struct Line<'a> {
    pub(super) row: &'a Remittance,
    pub(super) reading: Reading,
}

/// Advice that names no payment: it came apart from the money, before it or after it.
#[derive(Default)]
pub(super) struct Apart<'a>(Vec<Group<'a>>);

struct Group<'a> {
    sum: i64,
    customer: Option<CustomerIdx>,
    on: NaiveDate,
    rows: Vec<&'a Remittance>,
}

impl<'a> Apart<'a> {
    /// The lines without a payment, by customer and day: one message.
    pub(super) fn new(books: &'a Books, index: &NameIndex, as_of: NaiveDate) -> Self {
        let mut groups: BTreeMap<(Option<CustomerIdx>, NaiveDate), Vec<&Remittance>> = BTreeMap::new();
        for row in books.remittances().iter().take_while(|row| row.payment.is_none()).filter(|row| row.received_on <= as_of) {
            // A line without a customer is of whoever owns the item that it names.
            let owner = || {
                let name: Vec<char> = folded(books.text(row.reference)).chars().collect();
                index.named(books, &name, 2).first().and_then(|at| books.item(*at)).map(|item| item.customer)
            };
            groups.entry((row.customer.or_else(owner), row.received_on)).or_default().push(row);
        }
        let sum = |rows: &[&Remittance]| rows.iter().try_fold(0i64, |sum, row| sum.checked_add(row.amount?));
        let mut groups: Vec<Group<'_>> = groups.into_iter().filter_map(|((customer, on), rows)| Some(Group { sum: sum(&rows)?, customer, on, rows })).collect();
        groups.sort_by_key(|group| (group.sum, group.customer, group.on));
        Self(groups)
    }

    /// The only message with just this sum of a customer who may have paid.
    fn of(&self, payment: &Payment, payers: &[CustomerIdx]) -> Option<&[&'a Remittance]> {
        let from = self.0.partition_point(|group| group.sum < payment.amount);
        let near = |group: &&Group<'_>| calendar::days_between(group.on, payment.received_on).abs() <= MOST_DAYS_APART;
        let his = |group: &&Group<'_>| payers.is_empty() || group.customer.is_none_or(|customer| payers.contains(&customer));
        let mut fitting = self.0.iter().skip(from).take_while(|group| group.sum == payment.amount).filter(near).filter(his);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first.rows.as_slice())
    }
}

/// The lines that belong to a payment: those that name it; else the only message that came apart from the money and fits.
pub(super) fn lines_of<'a>(books: &'a Books, apart: &Apart<'a>, at: PaymentIdx, payment: &Payment, payers: &[CustomerIdx], as_of: NaiveDate) -> Vec<&'a Remittance> {
    let linked: Vec<&Remittance> = books.remittances_of(at).iter().filter(|row| row.received_on <= as_of).take(MOST_LINES).collect();
    if linked.is_empty() { apart.of(payment, payers).unwrap_or_default().to_vec() } else { linked }
}

/// Reads the references of the lines.
pub(super) fn read<'a>(lookup: &Lookup<'_>, rows: &[&'a Remittance]) -> Vec<Line<'a>> {
    let read = |row: &&'a Remittance| {
        let mut reading = Reading::default();
        reading.read_field(lookup, lookup.books.text(row.reference));
        Line { row, reading }
    };
    rows.iter().map(read).collect()
}

/// A reading of some lines: item and cash of each, and how likely the lines are written so.
#[derive(Clone)]
struct Partial {
    cash: Vec<Advised>,
    weight: Weight,
}

impl List<'_> {
    /// Adds every explanation by the advice.
    pub(super) fn advised(&self, lines: &[Line<'_>], cases: &mut Cases) {
        let mut partials = alloc::vec![Partial { cash: Vec::new(), weight: Weight::ONE }];
        let most = (MOST_READINGS * 16 / lines.len().max(1)).clamp(2, MOST_READINGS);
        let mut near = 0;
        for line in lines {
            let options = self.options(line, &mut near);
            cases.guessed |= !options.is_empty() && options.iter().all(|option| option.3);
            if options.is_empty() {
                // One line that names nothing open: the rest may still be right, but nothing sums up.
                cases.count(Weight::ppm(share::UNSEEN).and(difference::anything(self.paid.amount)));
                continue;
            }
            let mut next: Vec<Partial> = Vec::new();
            for partial in &partials {
                // Of a long advice only the likeliest item of each line is followed.
                for (at, cash, weight, _) in options.iter().take(if lines.len() > LONG { 1 } else { MOST_OPTIONS }) {
                    let Some(mut with) = self.with(partial, *at, *cash, line.row) else { continue };
                    with.weight = with.weight.and(*weight);
                    next.push(with);
                }
            }
            next.sort_by(|a, b| b.weight.order(a.weight).then_with(|| a.cash.cmp(&b.cash)));
            next.truncate(most);
            partials = next;
        }
        for partial in partials.iter().filter(|partial| !partial.cash.is_empty()) {
            self.weigh_advised(partial, cases);
        }
    }

    /// A reading with one line more; two lines of one item add up, as far as it is open.
    fn with(&self, partial: &Partial, at: ItemIdx, cash: i64, row: &Remittance) -> Option<Partial> {
        let mut with = partial.clone();
        match with.cash.iter_mut().find(|known| known.item == at) {
            Some(known) => {
                let (sum, open) = (known.cash.checked_add(cash)?, self.position(at)?.1);
                if sum.abs() > open.abs() {
                    return None;
                }
                known.cash = sum;
            }
            None => with.cash.push(Advised { item: at, cash, kept_back: row.deduction, reason: row.deduction_reason }),
        }
        Some(with)
    }

    /// The items that a line may mean, with the cash it gives them, the likeliest first; and whether nothing but the amount
    /// says so.
    fn options(&self, line: &Line<'_>, compared: &mut usize) -> Vec<(ItemIdx, i64, Weight, bool)> {
        let named: Vec<(ItemIdx, Slip)> = line.reading.mentions.iter().flat_map(|mention| mention.options.iter().copied()).collect();
        let gross = line.row.amount.map(|net| net.saturating_add(line.row.discount).saturating_add(line.row.deduction));
        let mut options: Vec<(ItemIdx, i64, Weight, bool)> = Vec::new();
        let offer = |at: ItemIdx, name: Weight, blind: bool, options: &mut Vec<(ItemIdx, i64, Weight, bool)>| {
            let Some((_, open, _)) = self.position(at).filter(|_| !options.iter().any(|known| known.0 == at)) else { return };
            // Without an amount the line pays the item in full; a credit note is taken off whatever the sign says.
            let cash = line.row.amount.map_or(open, |net| if open < 0 { -net.abs() } else { net });
            let agrees = gross.is_none_or(|gross| gross.abs() == open.abs() || cash == open);
            let sane = cash != 0 && cash.signum() == open.signum() && cash.abs() <= open.abs();
            if sane {
                options.push((at, cash, name.and(if agrees { Weight::ppm(share::AMOUNT_AGREES) } else { Weight::ppm(share::AMOUNT_DIFFERS).and(self.part(open, cash)) }), blind));
            }
        };
        for (at, slip) in &named {
            offer(*at, written(*slip), false, &mut options);
        }
        let certain = options.iter().any(|option| gross.is_none() || self.position(option.0).is_some_and(|row| gross.is_some_and(|gross| row.1.abs() == gross.abs())));
        if !certain && let Some(gross) = gross {
            let name: Vec<char> = folded(self.books.text(line.row.reference)).chars().collect();
            *compared += 1;
            if *compared <= MOST_NEAR {
                for (at, slip) in self.near(&name) {
                    offer(at, written(slip), false, &mut options);
                }
            }
            for at in self.of_amount(gross, 2 * MOST_OPTIONS) {
                offer(at, Weight::ppm(share::AMOUNT_ONLY), true, &mut options);
            }
        }
        options.sort_by(|a, b| b.2.order(a.2).then(a.0.cmp(&b.0)));
        options.truncate(MOST_OPTIONS);
        options
    }

    /// How likely a line pays just this part of an item.
    fn part(&self, open: i64, cash: i64) -> Weight {
        if super::difference::is_usual_share(open.abs(), (open - cash).abs()) { Weight::ppm(20_000) } else { difference::anything(open.abs()) }
    }

    fn weigh_advised(&self, partial: &Partial, cases: &mut Cases) {
        let items: Vec<ItemIdx> = partial.cash.iter().map(|row| row.item).collect();
        let Some((customer, _, _)) = items.first().and_then(|at| self.position(*at)) else { return };
        let total = items.iter().filter_map(|at| self.position(*at)).fold(0i64, |sum, row| sum.saturating_add(row.1));
        let cash = partial.cash.iter().fold(0i64, |sum, row| sum.saturating_add(row.cash));
        let fits = match &self.rate {
            Some(rate) => rate.near(cash, self.paid.amount).map(|weight| (Difference::Fx, weight)),
            None if cash == self.paid.amount => Some((Difference::Advised, difference::exact())),
            None => difference::read(&Sum { total: cash, debits: &[] }, self.paid),
        };
        if let Some((difference, weight)) = fits {
            let advised = if difference == Difference::Fx { Vec::new() } else { partial.cash.clone() };
            let payer = self.payers.weight(customer);
            cases.push(Case { items, customer, class: Class::Listed, difference, total, weight: weight.and(partial.weight).and(payer), advised });
        }
    }
}
