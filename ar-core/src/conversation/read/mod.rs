//! Reads what a customer wrote: facts with evidence, in one pass, offline.
//!
//! The quoted thread and the signature are set apart; a trained linear model says what is meant, of the whole and of each clause; exact
//! grammars find days, amounts and references, and the clause in which they stand says what they are for. Nothing in a text can do
//! anything: what comes out is a [`Reading`], and what follows from it is decided elsewhere, by policy.

pub mod concepts;
mod context_json;
mod embedded;
pub mod features;
mod heard;
mod human;
pub mod intents;
mod json;
mod language;
pub mod model;
mod reading;
mod scene;
mod supplied;
pub mod symbols;
pub mod thread;

use crate::conversation::locale::Locale;
use crate::money::Currency;
use chrono::NaiveDate;
pub use context_json::{MOST_ITEMS, OwnedContext};
pub use heard::{Heard, heard};
pub use reading::{AmountFound, AmountRole, Bound, DateFound, DateRole, DisputeCode, HumanReason, Intent, IntentFound, Reading, ReferenceFound, RemittanceLine};
pub use supplied::check_reading;

/// An item that the customer may write of.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// Its number as the customer knows it; empty where there is none.
    pub reference: &'k str,
    /// Its identifier.
    pub item_id: &'k str,
    /// Its currency.
    pub currency: Currency,
    /// What is open of it, in minor units.
    pub open: i64,
}

/// What is known besides the text.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The day on which the message was received: days in it are counted from there.
    pub received_on: NaiveDate,
    /// Its subject.
    pub subject: Option<&'c str>,
    /// The language and region of the customer, where they are known; a text that is plainly in another language is read in that one.
    pub locale: Option<Locale>,
    /// ISO 3166-1 code of the customer's country, or nothing: how dates and amounts are written there.
    pub country: &'c str,
    /// The currency of an amount without one.
    pub currency: Option<Currency>,
    /// The customer's items.
    pub known: &'c [Known<'c>],
}

impl Context<'_> {
    /// A context of which nothing is known but the day.
    pub const fn on(received_on: NaiveDate) -> Self {
        Self { received_on, subject: None, locale: None, country: "", currency: None, known: &[] }
    }
}

/// Reads a message with the model that the crate carries; without the feature `reader` there is none, no intent is found, and every message
/// is for a person. At most [`crate::conversation::token::MOST_BYTES`] of the text are read.
pub fn read_reply(text: &str, context: &Context<'_>) -> Reading {
    scene::read(text, context, embedded::model().as_ref())
}

/// The same with a model of the caller.
pub fn read_with(text: &str, context: &Context<'_>, model: &model::Model<'_>) -> Reading {
    scene::read(text, context, Some(model))
}
