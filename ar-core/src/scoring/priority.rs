//! Priority: an additive scorecard in points, every part of it a reason. The weights are the policy's.

use super::{Class, Profile};
use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::Item;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Points of one item, by part of the scorecard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// For the money at stake.
    pub amount: i16,
    /// For days beyond the habit.
    pub beyond_habit: i16,
    /// For paying later and later.
    pub deteriorating: i16,
    /// For open disputes.
    pub dispute: i16,
    /// For a message that waits.
    pub reply: i16,
    /// For being late for the first time.
    pub first_late: i16,
    /// For the probability of default.
    pub default: i16,
    /// For broken promises.
    pub promise: i16,
    /// For outside signals.
    pub signal: i16,
}

impl Points {
    /// The sum without what the amount gives: what the item's state says.
    pub fn state(&self) -> i64 {
        self.total() - i64::from(self.amount)
    }

    /// The sum: the priority.
    pub fn total(&self) -> i64 {
        self.parts().iter().map(|part| i64::from(part.1)).sum()
    }

    fn parts(&self) -> [(ReasonCode, i16); 9] {
        [
            (ReasonCode::PointsAmount, self.amount),
            (ReasonCode::PointsBeyondHabit, self.beyond_habit),
            (ReasonCode::PointsDeteriorating, self.deteriorating),
            (ReasonCode::PointsDispute, self.dispute),
            (ReasonCode::PointsReplyWaiting, self.reply),
            (ReasonCode::PointsFirstTimeLate, self.first_late),
            (ReasonCode::PointsDefault, self.default),
            (ReasonCode::PointsBrokenPromise, self.promise),
            (ReasonCode::PointsSignal, self.signal),
        ]
    }

    /// The parts that count, each with the most it can give.
    pub fn reasons(&self, settings: &Settings) -> Vec<Reason> {
        let limits = &settings.scoring;
        let most = [
            limits.points_amount,
            limits.points_beyond_habit,
            limits.points_deteriorating,
            limits.points_dispute,
            limits.points_reply_waiting,
            limits.points_first_time_late,
            limits.points_default,
            limits.points_broken_promise,
            limits.points_signal,
        ];
        self.parts().into_iter().zip(most).filter(|((_, points), _)| *points != 0).map(|((code, points), most)| Reason::new(code, i64::from(points), most)).collect()
    }
}

/// Points that one unit on the scale `log2(amount / usual)` gives.
const POINTS_A_DOUBLING: i64 = 40;
/// Points that a day beyond the habit gives.
const POINTS_A_DAY: i64 = 2;

/// The points of an open item. Only what is overdue earns points for the customer's state: an item that is not due
/// asks for nothing yet. `usual` is the median open amount of the book in the item's currency.
pub fn item_points(item: &Item, open: i64, usual: i64, as_of: NaiveDate, profile: &Profile, p_default: f64, settings: &Settings) -> Points {
    let limits = &settings.scoring;
    let late = Books::days_late(item, as_of);
    if late <= 0 || item.kind.is_credit() {
        return Points::default();
    }
    let within_habit = profile.habit_days.is_some_and(|habit| late <= habit);
    let beyond = i64::from(late - profile.habit_days.unwrap_or(0)).max(0);
    let when = |holds: bool, points: i64| if holds { points } else { 0 };
    let small = |points: i64| i16::try_from(points).unwrap_or(i16::MAX);
    Points {
        // What comes as it always comes needs nobody today, however much it is.
        amount: if within_habit { amount_points(open, usual, settings).min(0) } else { amount_points(open, usual, settings) },
        beyond_habit: small((beyond * POINTS_A_DAY).min(limits.points_beyond_habit)),
        deteriorating: small(when(profile.class == Class::Deteriorating || profile.rise_days.is_some(), limits.points_deteriorating)),
        dispute: small(when(profile.disputes > 0, limits.points_dispute)),
        reply: small(when(profile.reply_days.is_some(), limits.points_reply_waiting)),
        first_late: small(when(profile.late == 0 && profile.settled >= limits.history_min_items && !within_habit, limits.points_first_time_late)),
        default: small(share_of(p_default, limits.points_default)),
        promise: small(when(profile.broken > 0, limits.points_broken_promise)),
        signal: small(profile.severity * limits.points_signal / 100),
    }
}

/// Points for an amount: so many for each doubling of the book's usual one, as many less for each halving, between
/// minus half and all of the policy's most.
pub fn amount_points(amount: i64, usual: i64, settings: &Settings) -> i16 {
    let most = settings.scoring.points_amount;
    let points = doublings(amount, usual) * POINTS_A_DOUBLING;
    i16::try_from(points.clamp(-most / 2, most)).unwrap_or(i16::MAX)
}

/// How often `usual` must double to reach `amount`; negative where it must be halved.
fn doublings(amount: i64, usual: i64) -> i64 {
    let (amount, usual) = (amount.max(1), usual.max(1));
    if amount >= usual { i64::from((amount / usual).ilog2()) } else { -i64::from((usual / amount).ilog2()) }
}

#[expect(clippy::cast_possible_truncation, reason = "a probability times at most a thousand points")]
fn share_of(probability: f64, points: i64) -> i64 {
    libm::round(probability * points as f64) as i64
}
