//! What an action of today is worth against waiting for the next look, in minor units.
//!
//! Let `S(d)` be the probability that an item is still open `d` days from now, `u` the share of the money otherwise unpaid that a
//! contact brings in, evenly over the `h` days in which it shows, and `w` the days until the next look. A contact of today brings
//! in `amount * u * S(h)` within `h` days; one that waits is `w` days short of that. So acting today gains
//! `amount * u * S(h) * min(w, h) / h`. What waiting saves: with probability `1 - S(w)` the money comes by itself, and no contact is
//! needed; then the minutes of a person and the goodwill of the customer are kept.

use super::Score;
use crate::money::{Currency, pow10};
use crate::policy::Settings;

/// Expected cash that acting today gains, and what waiting would save.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Cash that acting today brings in and waiting does not.
    pub gain: i64,
    /// Time and goodwill that waiting would save.
    pub cost: i64,
}

impl Worth {
    /// Gain less cost; negative where waiting is worth more.
    pub const fn net(self) -> i64 {
        self.gain.saturating_sub(self.cost)
    }

    /// What it is worth to place cash today.
    pub fn of_cash(amount: i64, settings: &Settings) -> Self {
        Self { gain: part(amount, settings.worklist.unapplied_cost as f64 / 1e6), cost: 0 }
    }
}

/// Items of one customer that one action is about.
pub struct Subject<'s> {
    /// The settings of its segment.
    pub settings: &'s Settings,
    /// The currency.
    pub currency: Currency,
    /// What the customer was billed in the last year, in minor units of the currency.
    pub billed: i64,
}

impl Subject<'_> {
    /// What an action brings in that reaches this share (parts per million) of the money otherwise unpaid, and costs the
    /// customer nothing.
    pub fn gain<'i>(&self, items: impl Iterator<Item = (i64, &'i Score)>, uplift: i64) -> i64 {
        let shows = self.settings.worklist.contact_shows_days as f64;
        let waits = self.settings.worklist.look_again_days as f64;
        let share = uplift as f64 / 1e6 * waits.min(shows) / shows;
        items.map(|(amount, score)| part(amount, share * score.unpaid_soon)).fold(0, i64::saturating_add)
    }

    /// The worth of a contact about these amounts that takes a person so many minutes.
    pub fn contact<'i>(&self, items: impl Iterator<Item = (i64, &'i Score)> + Clone, uplift: i64, minutes: i64) -> Worth {
        let limits = &self.settings.worklist;
        // The items of a customer move together: all are paid by then as often as the likeliest to be open is.
        let needed = items.clone().map(|(_, score)| score.unpaid_then).fold(0.0, f64::max);
        let hour = limits.hour_cost as f64 * pow10(self.currency.exponent()) as f64;
        let spent = hour * minutes as f64 / 60.0 + self.billed as f64 * limits.goodwill_share as f64 / 1e6;
        Worth { gain: self.gain(items, uplift), cost: whole((1.0 - needed) * spent) }
    }
}

/// A share of an amount in whole minor units.
pub(super) fn part(amount: i64, share: f64) -> i64 {
    whole(amount as f64 * share)
}

#[expect(clippy::cast_possible_truncation, reason = "saturates at the ends of the range")]
fn whole(value: f64) -> i64 {
    libm::round(value) as i64
}
