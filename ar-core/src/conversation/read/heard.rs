//! The messages of a customer as the engine heard them.

use super::reading::{HumanReason, Intent, IntentFound, Reading};
use super::{Context, Known, check_reading, read_reply};
use crate::calendar::days_between;
use crate::conversation::locale::Locale;
use crate::ledger::Books;
use crate::record::{CustomerIdx, ItemIdx, Reply};
use crate::text::TextId;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Messages of one customer that are read in a run, the newest; of more than that the older ones wait for a person.
const MOST_MESSAGES: usize = 64;
/// Items of a customer that a message is held against, the newest.
const MOST_ITEMS: usize = 2_000;

/// A message and its reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The message.
    pub reply: TextId,
    /// Day received.
    pub received_on: NaiveDate,
    /// Day of our answer.
    pub answered_on: Option<NaiveDate>,
    /// What was understood.
    pub reading: Reading,
    /// The first of the customer's items that it was held against: what a place in the reading is counted from.
    first: u32,
}

impl Heard {
    /// Whether it is not answered on a day.
    pub fn waits(&self, day: NaiveDate) -> bool {
        self.answered_on.is_none_or(|on| on > day)
    }

    /// The items that places in the reading mean.
    pub fn items(&self, places: &[u32]) -> impl Iterator<Item = ItemIdx> {
        places.iter().map(|place| ItemIdx(self.first + place))
    }
}

/// Reads the messages of a customer of the last `window_days`, in the order of the books; nothing where `read` is false but that there is
/// a message.
pub fn heard(books: &Books, customer: CustomerIdx, as_of: NaiveDate, window_days: i64, read: bool) -> Vec<Heard> {
    let inside = |reply: &&Reply| (0..=window_days).contains(&i64::from(days_between(reply.received_on, as_of)));
    let replies: Vec<&Reply> = books.replies_of(customer).iter().filter(inside).collect();
    if replies.is_empty() {
        return Vec::new();
    }
    let range = books.item_range(customer);
    let first = range.start.max(range.end.saturating_sub(MOST_ITEMS)) - range.start;
    let items = books.items_of(customer).iter().skip(first);
    let known: Vec<Known<'_>> = items.map(|item| Known { reference: books.text(item.reference), item_id: books.text(item.id), currency: item.currency, open: item.open }).collect();
    let unread = replies.len().saturating_sub(MOST_MESSAGES);
    let one = |(place, reply): (usize, &&Reply)| {
        let reading = if read && place >= unread { reading(books, customer, reply, &known) } else { unclear() };
        Heard { reply: reply.id, received_on: reply.received_on, answered_on: reply.answered_on, reading, first: (range.start + first) as u32 }
    };
    replies.iter().enumerate().map(one).collect()
}

fn reading(books: &Books, customer: CustomerIdx, reply: &Reply, known: &[Known<'_>]) -> Reading {
    let row = books.customer(customer);
    let language = row.map_or("", |row| books.text(row.language));
    let country = row.map_or("", |row| books.text(row.country));
    let locale = Locale::from_tag(language).map(|locale| locale.in_region(country));
    let currency = known.last().map(|item| item.currency);
    let context = Context { received_on: reply.received_on, subject: books.texts().get_opt(reply.subject), locale, country, currency, known };
    let text = books.text(reply.text);
    let supplied = books.text(reply.reading);
    let mut reading = match (text.is_empty(), supplied.is_empty()) {
        (true, _) => unclear(),
        (false, true) => read_reply(text, &context),
        (false, false) => check_reading(text, &context, supplied).unwrap_or_else(|_| unsupported(read_reply(text, &context))),
    };
    // What the host knows of the message counts as its own.
    if let Some(intent) = Intent::from_name(books.text(reply.intent)) {
        if text.is_empty() {
            reading.human.clear();
        }
        let found = reading.intents.iter().position(|found| found.intent == intent).map(|place| reading.intents.remove(place));
        let found = found.unwrap_or(IntentFound { intent, probability_ppm: 0, items: Vec::new(), spans: Vec::new() });
        reading.intents.insert(0, IntentFound { probability_ppm: 1_000_000, ..found });
    }
    reading
}

/// What our own reader made of a message whose supplied reading cannot be read at all: a person sees it.
fn unsupported(mut reading: Reading) -> Reading {
    reading.human.push(HumanReason::Unsupported);
    reading
}

/// A message of which nothing is understood.
fn unclear() -> Reading {
    Reading { human: alloc::vec![HumanReason::Ambiguous], ..Reading::default() }
}
