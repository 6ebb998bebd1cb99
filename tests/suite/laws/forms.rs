//! The same value comes in many forms: an amount as a whole number of minor units, as a decimal, a float or a text, a day as a date, a
//! timestamp or a text. Whole columns of each form must be read as the values row by row are.

use super::cases;
use super::loading::{Is, Rows, same_as_records};
use ar_core::calendar::date_from_days;
use proptest::prelude::*;

/// An amount of so many cents, a thousandth at `fine`, in the form that the table has.
fn amount(form: usize, cents: i64, fine: bool) -> Is {
    match form {
        0 => Is::Whole(cents),
        1 => Is::Decimal(i128::from(cents) + i128::from(fine), 2),
        2 => Is::Decimal(i128::from(cents) * 100 + i128::from(fine), 4),
        3 => Is::Decimal(i128::from(cents) / 100, 0),
        4 => Is::Float(cents as f64 / 100.0),
        _ => Is::Text(format!("{}.{:02}", cents / 100, cents % 100)),
    }
}

fn day(form: usize, day: i32, hour: bool) -> Is {
    let instant = |a_day: i64| Is::Instant(i64::from(day) * a_day + i64::from(hour), a_day);
    match form {
        0 => Is::Day(day),
        1 => instant(86_400),
        2 => instant(86_400_000_000_000),
        _ => Is::Text(date_from_days(day).map_or_else(String::new, |day| day.to_string())),
    }
}

fn percent(form: usize, tenths: i64) -> Is {
    match form {
        0 => Is::Whole(tenths / 10),
        1 => Is::Decimal(i128::from(tenths), 1),
        2 => Is::Float(tenths as f64 / 10.0),
        _ => Is::Text(format!("{}.{}", tenths / 10, tenths % 10)),
    }
}

/// Mostly the value; none for every eighth.
fn may(dice: u64, value: Is) -> Is {
    if dice.is_multiple_of(8) { Is::None } else { value }
}

/// The forms of a table's columns, and what is wrong with it, if anything is.
#[derive(Clone, Copy, Debug)]
struct Forms {
    amount: usize,
    day: usize,
    percent: usize,
    faults: bool,
}

impl Forms {
    fn customers(self, dice: &[u64]) -> Rows {
        let columns = vec!["customer_id", "currency", "credit_limit", "annual_revenue", "strategic", "do_not_contact", "aliases", "bank_accounts", "blocked_until", "time_zone"];
        let list = |dice: u64| Is::List((0..dice % 3).map(|at| format!("name {at}")).collect());
        let row = |(at, dice): (usize, &u64)| {
            let of = |place: u32| dice.rotate_left(place * 7) >> 8;
            vec![
                Is::Text(format!("C{at}")),
                may(of(1), Is::Text(["EUR", "JPY", "BHD"][of(2) as usize % 3].into())),
                may(of(3), amount(self.amount, (of(4) % 900) as i64 * 100, false)),
                may(of(5), amount(self.amount, (of(6) % 900) as i64 * 100, self.faults && of(7).is_multiple_of(30))),
                may(of(1) / 8, Is::Flag(of(8) % 2 == 0)),
                Is::Flag(of(2) % 2 == 0),
                may(of(3) / 8, list(of(4))),
                list(of(5)),
                may(of(6) / 8, day(self.day, 20_460 + (of(7) % 20) as i32, false)),
                may(of(8) / 8, Is::Text(if self.faults && of(1).is_multiple_of(30) { "Europe/Nowhere" } else { "Europe/Berlin" }.into())),
            ]
        };
        Rows { name: "customers", columns, rows: dice.iter().enumerate().map(row).collect() }
    }

    fn items(self, dice: &[u64], customers: usize) -> Rows {
        let columns = vec!["item_id", "customer_id", "currency", "amount", "issued_on", "due_on", "discount_percent", "discount_until", "disputed", "dunning_level"];
        let row = |(at, dice): (usize, &u64)| {
            let of = |place: u32| dice.rotate_left(place * 7) >> 8;
            let issued = 20_454 + (of(1) % 5) as i32;
            let wrong = self.faults && of(2).is_multiple_of(40);
            vec![
                Is::Text(format!("I{at}")),
                Is::Text(format!("C{}", of(3) as usize % customers)),
                Is::Text(["EUR", "JPY", "EUR"][of(4) as usize % 3].into()),
                if wrong && of(5) % 2 == 0 { Is::None } else { amount(self.amount, 100 + (of(6) % 900) as i64 * 100, wrong) },
                day(self.day, issued, wrong),
                if wrong && of(7) % 2 == 0 { Is::None } else { day(self.day, issued + 14, false) },
                may(of(8), percent(self.percent, if wrong { 1_001 } else { (of(1) % 1_000) as i64 })),
                may(of(2) / 40, day(self.day, issued + 7, false)),
                may(of(3) / 8, Is::Flag(of(5) % 2 == 0)),
                may(of(4) / 8, Is::Whole((of(6) % 5) as i64)),
            ]
        };
        Rows { name: "items", columns, rows: dice.iter().enumerate().map(row).collect() }
    }

    fn payments(self, dice: &[u64]) -> Rows {
        let columns = vec!["payment_id", "currency", "amount", "bank_fee", "received_on", "failed", "text"];
        let row = |(at, dice): (usize, &u64)| {
            let of = |place: u32| dice.rotate_left(place * 7) >> 8;
            vec![
                // Whole numbers are identifiers as well.
                Is::Whole(7 + at as i64),
                Is::Text(["EUR", "USD"][of(1) as usize % 2].into()),
                amount(self.amount, 100 + (of(2) % 900) as i64 * 100, self.faults && of(3).is_multiple_of(30)),
                may(of(4), amount(self.amount, (of(5) % 9) as i64 * 100, false)),
                day(self.day, 20_460, false),
                may(of(6), Is::Flag(false)),
                may(of(7), Is::Text("paid".into())),
            ]
        };
        Rows { name: "payments", columns, rows: dice.iter().enumerate().map(row).collect() }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    /// Catches a form that is read otherwise by the column than by the row: rounded, scaled by another currency, taken where the row is
    /// refused, or refused where it is taken.
    #[test]
    fn every_form_of_a_value_is_read_as_the_row_has_it(
        customers in prop::collection::vec(any::<u64>(), 1..6),
        items in prop::collection::vec(any::<u64>(), 1..30),
        payments in prop::collection::vec(any::<u64>(), 1..10),
        (amount, day, percent) in (0usize..6, 0usize..4, 0usize..4),
        faults in any::<bool>(),
        batch in prop_oneof![Just(1usize), Just(7), Just(1000)],
    ) {
        let forms = Forms { amount, day, percent, faults };
        let tables = [forms.customers(&customers), forms.items(&items, customers.len()), forms.payments(&payments)];
        let came = same_as_records(&tables, batch)?;
        prop_assert!(faults || came, "a book without faults is loaded");
    }
}
