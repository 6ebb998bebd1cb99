//! The past of a book, walked through customer by customer: what was known when, and what follows for an item.

use super::bills::{self, Bill, NEVER, Year};
use super::circumstances::{self, Circumstance, Circumstances};
use super::curve::{self, Scene};
use super::eras::{Eras, Fading};
use super::features::{Features, Levels, Moment};
use super::given;
use super::histogram::kernel;
use super::memory::Memory;
use super::rolling::{self, Correction, Drift};
use super::trees::Forest;
use super::whole::Whole;
use super::{Distribution, Forecast, ForecastDay, Wanted, new_business};
use crate::calendar::{date_from_days, days_since_epoch};
use crate::ledger::Books;
use crate::models::{BINS, FIRST_DELAY, PRIOR_LATE_PPM, PayTimeModel};
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx};
use crate::threads;
use crate::watch::{Stage, Watch};
use alloc::{borrow::Cow, vec::Vec};
use chrono::NaiveDate;
use core::ops::Range;

/// A book as a payment-time model sees it, for the days on which something will be asked.
pub struct Past<'m> {
    /// The model.
    pub model: Cow<'m, PayTimeModel>,
    /// The calendars.
    pub year: Year,
    /// What the book had done by each of the days.
    pub eras: Eras,
    /// How fast the past fades.
    pub fading: Fading,
    /// The first and the last day of anything.
    pub span: (i32, i32),
    /// The model's trees.
    pub forest: Forest,
    kernel: Vec<(i32, f64)>,
    corrections: Vec<Correction>,
    /// How far off the model was in the newest weeks, by range of delay; empty before [`Past::rolled`].
    pub drift: Vec<Drift>,
    /// The items of the history, customer by customer, and where those of each customer end.
    bills: Vec<Bill>,
    ends: Vec<usize>,
}

impl<'m> Past<'m> {
    /// For questions on these days (days since 1970-01-01, rising).
    pub fn new(books: &Books, model: &'m PayTimeModel, asked: &[i32]) -> Self {
        Self::over(books, &[books], books, model, asked)
    }

    /// What `history` had done; calendars that reach over all `books`; `who` knows the customers.
    fn over(history: &Books, books: &[&Books], who: &Books, model: &'m PayTimeModel, asked: &[i32]) -> Self {
        let last = asked.last().copied().unwrap_or_else(|| days_since_epoch(model.fitted_on));
        let year = Year::new(books, &model.calendars, model.open_weekdays, date_from_days(last).unwrap_or(model.fitted_on));
        let first = history.items().iter().map(|item| item.issued_on).min().map_or(last, days_since_epoch).min(last);
        let fading = Fading::new(first, last, model.weights.half_life_days);
        let (bills, ends) = bills_of(history, who, model, &year);
        let eras = Eras::new(bills.iter(), &year, model, fading, asked);
        Self::made(model, year, eras, (first, last), (bills, ends))
    }

    /// The past of a part of the history, of which the whole is known.
    pub fn of_part(whole: &Whole, history: &Books, who: &Books, model: &'m PayTimeModel) -> Self {
        let year = whole.year(model);
        let rows = bills_of(history, who, model, &year);
        Self { corrections: whole.corrections.clone(), drift: whole.drift.clone(), ..Self::made(model, year, whole.eras.clone(), whole.span(), rows) }
    }

    fn made(model: &'m PayTimeModel, year: Year, eras: Eras, span: (i32, i32), (bills, ends): (Vec<Bill>, Vec<usize>)) -> Self {
        let fading = Fading::new(span.0, span.1, model.weights.half_life_days);
        Self {
            model: Cow::Borrowed(model),
            year,
            eras,
            fading,
            span,
            forest: Forest::new(&model.trees),
            kernel: kernel(model.weights.bandwidth_days),
            corrections: Vec::new(),
            drift: Vec::new(),
            bills,
            ends,
        }
    }

    /// The same past as another model sees it that has the same segments and calendars.
    pub(crate) fn seen_by(&self, model: &'m PayTimeModel, asked: &[i32]) -> Self {
        let fading = Fading::new(self.span.0, self.span.1, model.weights.half_life_days);
        let eras = Eras::new(self.bills.iter(), &self.year, model, fading, asked);
        Self::made(model, self.year.clone(), eras, self.span, (self.bills.clone(), self.ends.clone()))
    }

    /// With what the model missed lately taken into account.
    #[must_use]
    pub fn rolled(mut self, asked: &[i32]) -> Self {
        (self.corrections, self.drift) = rolling::corrections(&self, asked);
        self
    }

    /// The items of a customer of the history.
    pub fn bills(&self, at: CustomerIdx) -> &[Bill] {
        let at = at.0 as usize;
        let from = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied()).unwrap_or(0);
        self.ends.get(at).and_then(|end| self.bills.get(from..*end)).unwrap_or(&[])
    }

    /// As [`Past::bills`], of books whose customers are those of the history or, where this past has let its items go, a part of them.
    pub fn bills_of(&self, books: &Books, at: CustomerIdx) -> Vec<Bill> {
        if self.ends.is_empty() { bills::of_customer(books, at, books, &self.model.segments, &self.year).collect() } else { self.bills(at).to_vec() }
    }

    /// What the whole book had done, without the items themselves, to be kept: the model is copied.
    pub fn without_bills(self) -> Past<'static> {
        Past { model: Cow::Owned(self.model.into_owned()), bills: Vec::new(), ends: Vec::new(), ..self }
    }

    /// The items of each customer of the history.
    pub fn customers(&self) -> impl Iterator<Item = &[Bill]> {
        (0u32..).take(self.ends.len()).map(|at| self.bills(CustomerIdx(at)))
    }

    /// The past of one customer, from its beginning. Bills with one due date must stand together.
    pub fn walk(&self, bills: Vec<Bill>) -> Walk<'_> {
        let mut moves: Vec<(i32, bool, u32)> = Vec::with_capacity(2 * bills.len());
        for (place, bill) in (0u32..).zip(&bills).filter(|(_, bill)| bill.billed) {
            // What was settled before it was issued was never open.
            moves.push((bill.issued.min(bill.paid), false, place));
            if bill.paid != NEVER {
                moves.push((bill.paid, true, place));
            }
        }
        moves.sort_unstable();
        Walk { past: self, bills, moves, next: 0, memory: Memory::new(self.span.0, self.span.1) }
    }
}

/// Customers whose items are read together.
const TOGETHER: usize = 4_096;

/// The items of a history, customer by customer, and where those of each customer end.
pub(super) fn bills_of(history: &Books, who: &Books, model: &PayTimeModel, year: &Year) -> (Vec<Bill>, Vec<usize>) {
    let read = |range: Range<usize>| {
        let (mut bills, mut counts) = (Vec::new(), Vec::with_capacity(range.len()));
        for at in range.map(|at| CustomerIdx(at as u32)) {
            let before = bills.len();
            bills.extend(bills::of_customer(history, at, who, &model.segments, year));
            counts.push(bills.len() - before);
        }
        (bills, counts)
    };
    let (mut bills, mut ends) = (Vec::with_capacity(history.items().len()), Vec::with_capacity(history.customers().len()));
    let mut end = 0;
    for (more, counts) in threads::pieces(history.customers().len(), TOGETHER, read) {
        bills.extend(more);
        ends.extend(counts.into_iter().map(|count| {
            end += count;
            end
        }));
    }
    (bills, ends)
}

/// One customer on the way through its past.
pub struct Walk<'p> {
    past: &'p Past<'p>,
    /// Its items, in the order of the ledger.
    pub bills: Vec<Bill>,
    /// Day, whether it is a payment, item.
    moves: Vec<(i32, bool, u32)>,
    next: usize,
    /// What is known so far.
    pub memory: Memory,
}

/// Items of one due date that are counted at most.
const MOST_SAME_DUE: usize = 40;

impl Walk<'_> {
    /// Goes on to the beginning of a day: what was issued or settled strictly before it is known.
    pub fn until(&mut self, day: i32) {
        while let Some((on, is_payment, place)) = self.moves.get(self.next).copied().filter(|step| step.0 < day) {
            self.next += 1;
            let Some(bill) = self.bills.get(place as usize) else { continue };
            if is_payment {
                self.memory.settle(bill, self.past.fading.weight(on), &self.past.kernel, &self.past.year);
            } else {
                self.memory.first_issued.get_or_insert(on);
                self.memory.issue(bill);
            }
        }
    }

    /// Items of the customer that are due on the same day and were issued by `day`.
    pub fn same_due(&self, place: usize, day: i32) -> usize {
        let Some(bill) = self.bills.get(place) else { return 0 };
        let known = |other: &&Bill| other.issued <= day && other.billed;
        let (before, behind) = self.bills.split_at(place);
        let alike = |other: &&Bill| other.due == bill.due;
        // What is not issued yet counts neither way, within a bound on the looking.
        let early = before.iter().rev().take(8 * MOST_SAME_DUE).take_while(alike).filter(known).take(MOST_SAME_DUE).count();
        early + behind.iter().take(8 * MOST_SAME_DUE).take_while(alike).filter(known).take(MOST_SAME_DUE).count()
    }
}

/// Late shares of an item, level by level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Of the whole book.
    pub book: f64,
    /// Of the book, of items that waited so long.
    pub waited: f64,
    /// Of the segment.
    pub segment: f64,
    /// By the customer's own history.
    pub customer: f64,
    /// Whether the last word is that of a model of one's own.
    pub given: bool,
    /// Before promises, disputes, notices and news were taken into account, if there are any.
    pub without_circumstances: Option<f64>,
}

impl Rates {
    /// The reasons: from the shipped prior to `p_late`, each step adds observed less limit. In parts per million.
    pub fn reasons(&self, p_late: f64) -> Vec<Reason> {
        let said = self.without_circumstances.map(|_| (ReasonCode::ClaimRate, p_late));
        let steps = [
            (ReasonCode::BookRate, self.book),
            (ReasonCode::AgeSoFar, self.waited),
            (ReasonCode::SegmentRate, self.segment),
            (ReasonCode::CustomerRate, self.customer),
            (if self.given { ReasonCode::GivenRate } else { ReasonCode::CircumstanceRate }, self.without_circumstances.unwrap_or(p_late)),
        ];
        let mut before = PRIOR_LATE_PPM;
        let reason = |(code, rate): (ReasonCode, f64)| {
            let observed = ppm(rate);
            let reason = Reason::new(code, observed, before);
            before = observed;
            reason
        };
        steps.into_iter().chain(said).map(reason).collect()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a probability times a million")]
fn ppm(share: f64) -> i64 {
    libm::round(share * 1_000_000.0) as i64
}

/// What is asked: an item (its place among its customer's), and the day at whose beginning it is still open.
pub type Ask = (usize, i32);

/// Shows each item that is asked of one customer on its day; the questions must come in the order of their days.
pub fn each(past: &Past<'_>, bills: Vec<Bill>, asks: &[Ask], mut see: impl FnMut(&Scene<'_>)) {
    let mut walk = past.walk(bills);
    let (mut levels, mut moment): (Option<Levels>, Option<Moment>) = (None, None);
    for (place, at) in asks.iter().copied() {
        walk.until(at);
        if moment.as_ref().is_none_or(|moment| moment.at != at) {
            (moment, levels) = (Some(Moment::new(at, past.fading)), None);
        }
        let Some(moment) = &moment else { continue };
        let (Some(bill), Some(era)) = (walk.bills.get(place).copied(), past.eras.at(at)) else { continue };
        if levels.as_ref().is_none_or(|level| !level.is_of(&bill, at)) {
            levels = Some(Levels::new(&walk.memory, era, &bill, moment, &past.model, &past.year));
        }
        let Some(levels) = &levels else { continue };
        let features = Features::new(levels, moment, &walk.memory, era, &bill, walk.same_due(place, at), &past.year);
        see(&Scene { past, levels, features, bill, at });
    }
}

/// Answers questions about one customer; they must come in the order of their days.
pub fn answer(past: &Past<'_>, bills: Vec<Bill>, asks: &[Ask]) -> Vec<(Distribution, Rates)> {
    answer_ahead(past, bills, asks, i32::MAX)
}

/// As [`answer`], where nobody looks farther than so many days ahead: what is behind them follows the tail.
pub fn answer_ahead(past: &Past<'_>, bills: Vec<Bill>, asks: &[Ask], ahead: i32) -> Vec<(Distribution, Rates)> {
    let mut book = [0.0; BINS];
    for (slot, hazard) in book.iter_mut().zip(&past.model.book) {
        *slot = f64::from(*hazard);
    }
    // Of the whole book, an item that waited for nothing yet: the same for all.
    let fresh = bills.first().map_or(0.0, |bill| curve::late_share(&book, bill, bill.due.saturating_add(FIRST_DELAY)));
    let mut found = Vec::with_capacity(asks.len());
    each(past, bills, asks, |scene| {
        let Scene { levels, bill, at, .. } = scene;
        let mut hazards = curve::hazards(scene, i32::MIN, at.saturating_add(ahead - 1));
        rolling::correct(rolling::at(&past.corrections, *at), &mut hazards, bill.delay_on(*at));
        let rates = Rates {
            book: fresh,
            waited: curve::late_share(&book, bill, *at),
            segment: curve::late_share(&levels.segment, bill, *at),
            customer: curve::late_share(&levels.own, bill, *at),
            given: false,
            without_circumstances: None,
        };
        found.push((curve::distribution(&past.model, hazards.into_iter(), bill, *at), rates));
    });
    found
}

/// Items to ask about, and what is known of their customers.
#[derive(Clone, Copy)]
pub struct Question<'b> {
    /// The items.
    pub items: &'b Books,
    /// What was issued and settled; where it holds an item of `items` too, what it says of it counts.
    pub history: &'b Books,
    /// Segments and countries of the customers.
    pub customers: &'b Books,
    /// Where it is stopped, the answers are some of them.
    pub watch: &'b Watch,
}

/// The payment date of each of the items, from what was known at the beginning of its day: settled items and items issued
/// strictly before it. The item itself is taken as open. In the order of `asks`.
pub fn predict(model: &PayTimeModel, question: Question<'_>, asks: &[(ItemIdx, NaiveDate)]) -> Vec<(Distribution, Rates)> {
    predict_ahead(model, question, asks, i32::MAX)
}

/// As [`predict`], where nobody looks farther than so many days ahead.
fn predict_ahead(model: &PayTimeModel, question: Question<'_>, asks: &[(ItemIdx, NaiveDate)], ahead: i32) -> Vec<(Distribution, Rates)> {
    let Question { items, history, customers: who, watch } = question;
    watch.begin(Stage::Past, 0);
    let mut days: Vec<i32> = asks.iter().map(|ask| days_since_epoch(ask.1)).collect();
    days.sort_unstable();
    let past = Past::over(history, &[history, items], who, model, &days).rolled(&days);
    answers(&past, question, asks, ahead)
}

/// Answers questions about the items of a part of the books, where `past` is that of the part. In the order of `asks`.
pub(super) fn answers(past: &Past<'_>, question: Question<'_>, asks: &[(ItemIdx, NaiveDate)], ahead: i32) -> Vec<(Distribution, Rates)> {
    let (items, model, watch) = (question.items, &*past.model, question.watch);
    let mut order: Vec<(u32, i32, u32, usize)> = Vec::with_capacity(asks.len());
    for (number, (item, day)) in asks.iter().enumerate() {
        if let Some(row) = items.item(*item) {
            order.push((row.customer.0, days_since_epoch(*day), item.0, number));
        }
    }
    order.sort_unstable();
    let mut found: Vec<Option<(Distribution, Rates)>> = asks.iter().map(|_| None).collect();
    // Of what the items' own columns say, nothing has been seen to come: the guesses stand.
    let guesses = Circumstances::default();
    watch.begin(Stage::Customers, order.len());
    for group in order.chunk_by(|a, b| a.0 == b.0).take_while(|_| !watch.is_stopped()) {
        watch.advance(group.len());
        let Some(customer) = group.first().map(|row| CustomerIdx(row.0)) else { continue };
        let (bills, places) = together(past, question, customer);
        let start = items.item_range(customer).start;
        let place = |item: u32| places.get((item as usize).saturating_sub(start)).copied().unwrap_or(usize::MAX);
        let asks: Vec<Ask> = group.iter().map(|row| (place(row.2), row.1)).collect();
        let mut said: (i32, Vec<Circumstance>) = (i32::MIN, Vec::new());
        for (row, mut answer) in group.iter().zip(answer_ahead(past, bills, &asks, ahead)) {
            if let Some(item) = items.item(ItemIdx(row.2)) {
                given::replace(model, items, item, row.1, &mut answer);
            }
            if said.0 != row.1 {
                said = (row.1, circumstances::of_customer(items, customer, row.1));
            }
            guesses.apply(&said.1, items, ItemIdx(row.2), &mut answer);
            if let Some(slot) = found.get_mut(row.3) {
                *slot = Some(answer);
            }
        }
    }
    found.into_iter().flatten().collect()
}

/// A customer's bills of history and of the items asked, by due date, and the place of each item asked.
fn together(past: &Past<'_>, question: Question<'_>, customer: CustomerIdx) -> (Vec<Bill>, Vec<usize>) {
    let Question { items, history, customers: who, .. } = question;
    let asked = bills::of_customer(items, customer, who, &past.model.segments, &past.year);
    let same = items.customer(customer).and_then(|row| history.find_customer(items.text(row.id)));
    let known = same.map_or(&[][..], |at| past.bills(at));
    let start = same.map_or(0, |at| history.item_range(at).start);
    let of_history = |item: &crate::record::Item| history.find_item(items.text(item.id)).map(|at| (at.0 as usize).checked_sub(start)).map(|place| place.filter(|place| *place < known.len()));
    // By due date: history first, then what only the question holds.
    let mut rows: Vec<(Bill, Option<usize>)> = known.iter().map(|bill| (*bill, None)).collect();
    for (number, (item, bill)) in items.items_of(customer).iter().zip(asked).enumerate() {
        match of_history(item).flatten().and_then(|place| rows.get_mut(place)) {
            Some(row) => row.1 = Some(number),
            None => rows.push((bill, Some(number))),
        }
    }
    rows.sort_by_key(|row| row.0.due);
    let mut places = alloc::vec![usize::MAX; items.items_of(customer).len()];
    for (place, (_, number)) in rows.iter().enumerate() {
        if let Some(slot) = number.and_then(|number| places.get_mut(number)) {
            *slot = place;
        }
    }
    (rows.into_iter().map(|row| row.0).collect(), places)
}

/// The cash that the open items bring in, window by window, from the beginning of `as_of` on. What was issued on the day or
/// later, or settled before it, is not asked; new business is what is issued from the day on. Rates are those of the items' books.
pub fn forecast(model: &PayTimeModel, question: Question<'_>, as_of: NaiveDate, wanted: &Wanted) -> Vec<ForecastDay> {
    let asks = open_on(question, as_of);
    let answers = predict_ahead(model, question, &asks, wanted.reach());
    let found = cash_of(question.items, &asks, &answers, wanted);
    let mut rows = found.lines(question.items, as_of, &model.bands, wanted);
    if wanted.new_business {
        rows.extend(new_business(question.history, as_of, found.start(as_of), wanted));
    }
    rows
}

/// The items that are open at the beginning of a day, each to be asked on it.
pub(super) fn open_on(question: Question<'_>, as_of: NaiveDate) -> Vec<(ItemIdx, NaiveDate)> {
    let items = question.items;
    let is_open = |item: &Item| {
        let settled = question.history.find_item(items.text(item.id)).and_then(|at| question.history.item(at)).map_or(item.settled_on, |row| row.settled_on);
        item.issued_on < as_of && !item.kind.is_credit() && settled.is_none_or(|day| day >= as_of)
    };
    (0u32..).zip(items.items()).filter(|(_, item)| is_open(item)).map(|(at, _)| (ItemIdx(at), as_of)).collect()
}

/// The cash of the items that were asked, window by window.
pub(super) fn cash_of(items: &Books, asks: &[(ItemIdx, NaiveDate)], answers: &[(Distribution, Rates)], wanted: &Wanted) -> Forecast {
    let mut rows: Vec<(CustomerIdx, Currency, i64, &Distribution)> = Vec::with_capacity(asks.len());
    for ((at, _), (distribution, _)) in asks.iter().zip(answers) {
        let Some(item) = items.item(*at) else { continue };
        // What a host says is open counts; an item that was settled later owed all of it.
        let amount = if item.open > 0 { item.open } else { item.amount };
        rows.push((item.customer, item.currency, amount, distribution));
    }
    rows.sort_by_key(|row| (row.0, row.1));
    let mut forecast = Forecast::from_today(wanted.windows, wanted.width);
    for group in rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if let Some(first) = group.first() {
            forecast.add(first.1, group.iter().map(|row| (row.2, row.3)));
        }
    }
    forecast
}
