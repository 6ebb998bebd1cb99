//! How wide cash is spread around its expectation: the book's own newest past, predicted by a model whose trees have seen
//! none of its newest part. Misses of all currencies count together, each in the width of its own.
//! Quantiles of what was missed, in units of the spread that independent customers would have (split conformal prediction:
//! Lei et al. 2018).

use crate::calendar::{days_since_epoch, weekday_of};
use crate::ledger::Books;
use crate::models::{Bands, PayTimeModel};
use crate::money::Currency;
use crate::record::Item;
use crate::scoring::{Ask, Distribution, Past, answer_ahead};
use crate::watch::Watch;
use alloc::{collections::BTreeMap, vec::Vec};

/// Days on which the open book is asked, at most, and how far they are apart at least.
const MOST_DAYS: i32 = 40;
const LEAST_APART: i32 = 2;
/// The part of the past that is asked is at least so long, though the trees then have seen some of it: less than four months
/// of weeks that overlap are too few to know a fortieth by.
pub(super) const LEAST_SPAN: i32 = 120;
/// Windows that are looked at: days, and weeks.
const AHEAD_DAYS: usize = 7;
const AHEAD_WEEKS: usize = 3;
/// Days that these need: the day itself too.
const AHEAD: i32 = 22;
/// Windows with less than this share of what an average one brings in (closed days) say nothing of the others.
const LEAST_SHARE: f64 = 0.2;
/// Single days miss by more than those of the past, which the counts have seen: so much of a share is left outside.
const OUTSIDE_DAYS: f64 = 0.85;
/// Misses of a currency that the others outweigh.
const OF_ALL: f64 = 20.0;
/// Misses below which the shipped bands stay.
const ENOUGH: usize = 16;
/// Items asked on one day, at most.
const MOST_ITEMS: usize = 200_000;

/// The bands from the days between `from` and `today`.
pub(super) fn fit(model: &PayTimeModel, books: &Books, from: i32, today: i32, watch: &Watch) -> Bands {
    let step = ((today - from) / MOST_DAYS).max(LEAST_APART);
    // Weeks apart by a multiple of seven would always begin on the same weekday.
    let step = if step % 7 == 0 { step + 1 } else { step };
    let days: Vec<i32> = (from..today).step_by(usize::try_from(step).unwrap_or(2)).filter(|day| is_weekday(*day)).collect();
    let past = Past::new(books, model, &days).rolled(&days);
    let every = books.items().len().div_ceil(MOST_ITEMS).max(1);
    let (mut daily, mut weekly) = (Misses::new(), Misses::new());
    for (day, [by_day, by_week]) in days.iter().zip(forecasts(&past, books, &days, every, watch)) {
        missed(&mut daily, books, &by_day, (*day, today, 1), every);
        missed(&mut weekly, books, &by_week, (*day, today, 7), every);
    }
    let shipped = Bands::default();
    let windows = daily.values().chain(weekly.values()).map(Vec::len).sum::<usize>() as u64;
    let (by_day, by_week) = (wider(&mut daily), wider(&mut weekly));
    let of = |parts: &BTreeMap<Currency, f64>, currency| parts.get(currency).copied().unwrap_or(1.0);
    let several = by_day.keys().filter(|_| by_day.len() > 1);
    let currencies = several.map(|currency| (currency.code().into(), [of(&by_day, currency), of(&by_week, currency)])).collect();
    let edges = |misses: Misses, outside: f64| edges(misses.into_values().flatten().collect(), outside);
    Bands { daily: edges(daily, OUTSIDE_DAYS).unwrap_or(shipped.daily), weekly: edges(weekly, 1.0).unwrap_or(shipped.weekly), currencies, windows }
}

/// By currency: by how many spreads windows were missed.
type Misses = BTreeMap<Currency, Vec<f64>>;

/// Mean and variance of the cash of each window, by currency: as a forecast has them, but added up in the order of the items, whose
/// last digits the digests of models have always had.
struct Expected {
    windows: usize,
    width: i32,
    sums: BTreeMap<Currency, Vec<(f64, f64)>>,
}

impl Expected {
    const fn new(windows: usize, width: i32) -> Self {
        Self { windows, width, sums: BTreeMap::new() }
    }

    /// Adds one customer's open items of one currency, which are taken as paid together.
    fn add<'d>(&mut self, currency: Currency, items: impl Iterator<Item = (i64, &'d Distribution)>) {
        let windows = self.sums.entry(currency).or_insert_with(|| alloc::vec![(0.0, 0.0); self.windows]);
        let (mut spread, mut chances) = (alloc::vec![0.0; self.windows], alloc::vec![0.0; self.windows]);
        for (amount, distribution) in items {
            let amount = amount as f64;
            distribution.windows(self.width, false, &mut chances);
            for ((window, spread), chance) in windows.iter_mut().zip(spread.iter_mut()).zip(&chances) {
                window.0 += amount * chance;
                *spread += amount * libm::sqrt(chance * (1.0 - chance));
            }
        }
        for (window, spread) in windows.iter_mut().zip(&spread) {
            window.1 += spread * spread;
        }
    }

    /// Mean and spread of the windows of a currency.
    fn windows(&self, currency: Currency) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.sums.get(&currency).into_iter().flatten().map(|(mean, square)| (*mean, libm::sqrt(*square)))
    }
}

/// The misses of the windows that are over, seen from one day.
fn missed(misses: &mut Misses, books: &Books, forecast: &Expected, (day, today, width): (i32, i32, i32), every: usize) {
    let came = came(books, day, (width, forecast.windows), every);
    for currency in books.currencies() {
        let windows: Vec<(f64, f64)> = forecast.windows(currency).collect();
        let least = LEAST_SHARE * windows.iter().map(|window| window.0).sum::<f64>() / windows.len().max(1) as f64;
        let came = came.get(&currency);
        for ((window, (mean, spread)), number) in (0usize..).zip(windows).zip(1..) {
            if day + number * width < today && mean > least && spread > 0.01 * mean {
                let cash = came.and_then(|cash| cash.get(window)).copied().unwrap_or(0.0);
                misses.entry(currency).or_default().push((cash - mean) / spread);
            }
        }
    }
}

/// How much wider each currency is spread than all, drawn to them where little is known; the misses are then in spreads of that width.
/// By what four of five misses stay below, not by squares: a small currency has few days, and large ones among them.
fn wider(misses: &mut Misses) -> BTreeMap<Currency, f64> {
    let usual = four_of_five(misses.values().flatten());
    let alone = misses.len() < 2;
    let mut found = BTreeMap::new();
    for (currency, misses) in misses.iter_mut().filter(|_| usual > 0.0) {
        let count = misses.len() as f64;
        let part = if alone { 1.0 } else { (count * four_of_five(misses.iter()) / usual + OF_ALL) / (count + OF_ALL) };
        misses.iter_mut().for_each(|miss| *miss /= part);
        found.insert(*currency, part);
    }
    found
}

fn four_of_five<'a>(misses: impl Iterator<Item = &'a f64>) -> f64 {
    let mut sizes: Vec<f64> = misses.map(|miss| miss.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes.get(sizes.len() * 4 / 5).copied().unwrap_or(0.0)
}

fn is_weekday(day: i32) -> bool {
    weekday_of(day) < 5
}

/// The open book of each day, as it was known on that day: by day, and by week.
fn forecasts(past: &Past<'_>, books: &Books, days: &[i32], every: usize, watch: &Watch) -> Vec<[Expected; 2]> {
    let mut found: Vec<[Expected; 2]> = days.iter().map(|_| [Expected::new(AHEAD_DAYS, 1), Expected::new(AHEAD_WEEKS, 7)]).collect();
    for customer in books.each_customer().step_by(every).take_while(|_| !watch.is_stopped()) {
        let items = books.items_of(customer);
        let bills = past.bills(customer).to_vec();
        let mut asks: Vec<Ask> = Vec::new();
        for day in days {
            let open = |bill: &crate::scoring::Bill| bill.billed && bill.issued < *day && bill.paid > *day;
            asks.extend(bills.iter().enumerate().filter(|row| open(row.1)).map(|row| (row.0, *day)));
        }
        let answers = answer_ahead(past, bills, &asks, AHEAD);
        let mut rows: Vec<_> = asks.iter().zip(&answers).filter_map(|(ask, answer)| Some((ask.1, items.get(ask.0)?, &answer.0))).collect();
        rows.sort_by_key(|row| (row.0, row.1.currency));
        for group in rows.chunk_by(|a, b| (a.0, a.1.currency) == (b.0, b.1.currency)) {
            let Some((day, item, _)) = group.first() else { continue };
            let Some(forecasts) = days.binary_search(day).ok().and_then(|place| found.get_mut(place)) else { continue };
            for forecast in forecasts {
                forecast.add(item.currency, group.iter().map(|row| (row.1.amount, row.2)));
            }
        }
    }
    found
}

/// What the items that were open at the end of `day` brought in, window by window.
fn came(books: &Books, day: i32, (width, windows): (i32, usize), every: usize) -> BTreeMap<Currency, Vec<f64>> {
    let mut found: BTreeMap<Currency, Vec<f64>> = BTreeMap::new();
    let is_open = |item: &&Item| item.kind.is_billed() && days_since_epoch(item.issued_on) < day;
    for item in books.each_customer().step_by(every).flat_map(|customer| books.items_of(customer)).filter(is_open) {
        let after = item.settled_on.map_or(0, |paid| days_since_epoch(paid) - day);
        let place = usize::try_from((after - 1).div_euclid(width)).ok().filter(|place| *place < windows);
        if let Some(slot) = place.and_then(|place| found.entry(item.currency).or_insert_with(|| alloc::vec![0.0; windows]).get_mut(place)) {
            *slot += item.amount as f64;
        }
    }
    found
}

/// The quantiles of the misses that leave a tenth, and a fortieth, outside on each side, or so much of these shares; a little
/// farther out, since few misses know little of their tails.
fn edges(mut misses: Vec<f64>, outside: f64) -> Option<[f64; 4]> {
    if misses.len() < ENOUGH {
        return None;
    }
    misses.sort_unstable_by(f64::total_cmp);
    let count = misses.len();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = |share: f64| ((share * outside * (count as f64 + 1.0)) as usize).clamp(1, count) - 1;
    let at = |place: usize| misses.get(place).copied().unwrap_or(0.0);
    let low = |share: f64| at(place(share));
    let high = |share: f64| at(count - 1 - place(share));
    Some([low(0.025).min(0.0), low(0.1).min(0.0), high(0.1).max(0.0), high(0.025).max(0.0)])
}
