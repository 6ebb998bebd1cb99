//! How wide cash is spread around its expectation: the book's own newest past, predicted by a model whose trees have seen
//! none of its newest part.
//! Quantiles of what was missed, in units of the spread that independent customers would have (split conformal prediction:
//! Lei et al. 2018).

use crate::calendar::{date_from_days, weekday_of};
use crate::ledger::Books;
use crate::models::{Bands, PayTimeModel};
use crate::money::Currency;
use crate::scoring::{Ask, Forecast, Past, answer_ahead};
use alloc::vec::Vec;

/// Days on which the open book is asked, at most, and how far they are apart at least.
const MOST_DAYS: i32 = 24;
const LEAST_APART: i32 = 2;
/// The part of the past that is asked is at least so long, though the trees then have seen some of it.
pub(super) const LEAST_SPAN: i32 = 75;
/// Windows that are looked at: days, and weeks.
const AHEAD_DAYS: usize = 7;
const AHEAD_WEEKS: usize = 3;
/// Days that these need: the day itself too.
const AHEAD: i32 = 22;
/// Misses below which the shipped bands stay.
const ENOUGH: usize = 16;
/// Items asked on one day, at most.
const MOST_ITEMS: usize = 200_000;

/// The bands from the days between `from` and `today`.
pub(super) fn fit(model: &PayTimeModel, books: &Books, from: i32, today: i32) -> Bands {
    let Some(currency) = main_currency(books) else { return Bands::default() };
    let step = ((today - from) / MOST_DAYS).max(LEAST_APART);
    // Weeks apart by a multiple of seven would always begin on the same weekday.
    let step = if step % 7 == 0 { step + 1 } else { step };
    let days: Vec<i32> = (from..today).step_by(usize::try_from(step).unwrap_or(2)).filter(|day| is_weekday(*day)).collect();
    let past = Past::new(books, model, &days).rolled(&days);
    let (mut daily, mut weekly) = (Vec::new(), Vec::new());
    for (day, [by_day, by_week]) in days.iter().zip(forecasts(&past, books, currency, &days)) {
        for (width, forecast, misses) in [(1, by_day, &mut daily), (7, by_week, &mut weekly)] {
            for (window, (mean, spread)) in (0i32..).zip(forecast.windows(currency)) {
                let (first, last) = (day + 1 + window * width, day + (window + 1) * width);
                let mattered = mean > 0.0 && spread > 0.01 * mean;
                if last < today && mattered {
                    misses.push((cash(books, currency, *day, first, last) - mean) / spread);
                }
            }
        }
    }
    let shipped = Bands::default();
    let windows = (daily.len() + weekly.len()) as u64;
    Bands { daily: edges(daily).unwrap_or(shipped.daily), weekly: edges(weekly).unwrap_or(shipped.weekly), windows }
}

fn is_weekday(day: i32) -> bool {
    weekday_of(day) < 5
}

/// The currency with the most items.
fn main_currency(books: &Books) -> Option<Currency> {
    let count = |currency: Currency| books.items().iter().filter(|item| item.currency == currency).count();
    books.currencies().into_iter().max_by_key(|currency| (count(*currency), core::cmp::Reverse(*currency)))
}

/// The open book of each day, as it was known on that day: by day, and by week.
fn forecasts(past: &Past<'_>, books: &Books, currency: Currency, days: &[i32]) -> Vec<[Forecast; 2]> {
    let mut found: Vec<[Forecast; 2]> = days.iter().map(|_| [Forecast::new(AHEAD_DAYS, 1), Forecast::new(AHEAD_WEEKS, 7)]).collect();
    let every = books.items().len().div_ceil(MOST_ITEMS).max(1);
    for customer in books.each_customer().step_by(every) {
        let items = books.items_of(customer);
        let bills = past.bills(customer).to_vec();
        let mut asks: Vec<Ask> = Vec::new();
        for day in days {
            let open = |(place, bill): (usize, &crate::scoring::Bill)| {
                let counts = bill.billed && bill.issued < *day && bill.paid > *day && items.get(place).is_some_and(|item| item.currency == currency);
                counts.then_some((place, *day))
            };
            asks.extend(bills.iter().enumerate().filter_map(open));
        }
        let answers = answer_ahead(past, bills, &asks, AHEAD);
        let rows: Vec<_> = asks.iter().zip(&answers).collect();
        for group in rows.chunk_by(|a, b| a.0.1 == b.0.1) {
            let Some(place) = group.first().and_then(|row| days.binary_search(&row.0.1).ok()) else { continue };
            for forecast in found.get_mut(place).into_iter().flatten() {
                forecast.add(currency, group.iter().filter_map(|row| Some((items.get(row.0.0)?.amount, &row.1.0))));
            }
        }
    }
    found
}

/// What the items that were open at the end of `day` brought in from `first` to `last`.
fn cash(books: &Books, currency: Currency, day: i32, first: i32, last: i32) -> f64 {
    let (Some(day), Some(first), Some(last)) = (date_from_days(day), date_from_days(first), date_from_days(last)) else { return 0.0 };
    let inside = |item: &&crate::record::Item| item.kind.is_billed() && item.currency == currency && item.issued_on < day && item.settled_on.is_some_and(|paid| paid >= first && paid <= last);
    books.items().iter().filter(inside).map(|item| item.amount as f64).sum()
}

/// The quantiles of the misses that leave a tenth, and a fortieth, outside on each side; a little farther out, since few
/// misses know little of their tails.
fn edges(mut misses: Vec<f64>) -> Option<[f64; 4]> {
    if misses.len() < ENOUGH {
        return None;
    }
    misses.sort_unstable_by(f64::total_cmp);
    let count = misses.len();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = |share: f64| ((share * (count as f64 + 1.0)) as usize).clamp(1, count) - 1;
    let at = |place: usize| misses.get(place).copied().unwrap_or(0.0);
    let low = |share: f64| at(place(share));
    let high = |share: f64| at(count - 1 - place(share));
    Some([low(0.025).min(0.0), low(0.1).min(0.0), high(0.1).max(0.0), high(0.025).max(0.0)])
}
