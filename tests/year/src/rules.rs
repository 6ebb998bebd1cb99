//! The rules of the year: one policy with everything on that an invariant speaks of, and what follows from it (open days,
//! thresholds), worked out here by counting, with nothing of the engine.

use ar_core::Policy;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::json;

/// A level of the ladder: days past due, least sum in units, least share of what is open in hundredths.
pub struct Rung {
    pub after: i64,
    pub least: i64,
    pub share: i64,
}

pub const LADDER: [Rung; 4] = [Rung { after: 5, least: 0, share: 0 }, Rung { after: 15, least: 0, share: 0 }, Rung { after: 30, least: 50, share: 0 }, Rung { after: 50, least: 150, share: 5 }];
/// Fixed fee of each level, in hundredths.
pub const FEES: [i64; 4] = [0, 500, 1_000, 1_500];
pub const FEE_CAP_ITEM: i64 = 2_500;
pub const FEE_CAP_CUSTOMER: i64 = 15_000;
/// Compensation for a late payment of at least so much, and what it is; in hundredths.
pub const COMPENSATION: (i64, i64) = (200_000, 4_000);
/// Interest a year, in hundredths.
pub const INTEREST: i64 = 9;
pub const INTERVAL: i64 = 7;
pub const MIN_NOTICE: i64 = 20;
pub const MAX_CONTACTS: i64 = 5;
pub const WINDOW: i64 = 14;
pub const CAP: i64 = 3;
pub const CALL_CAP: i64 = 2;
pub const QUIET: i64 = 2;
pub const GRACE: i64 = 7;
pub const TOLERANCE: i64 = 2;
pub const HORIZON: i64 = 40;
pub const REMIND_BEFORE: i64 = 4;
pub const UNPLACED_DAYS: i64 = 14;
pub const SIGNAL_DAYS: i64 = 180;
pub const STOP_SEVERITY: u8 = 80;
pub const DECISION_DAYS: u64 = 5;
pub const AMOUNT_LIMIT: i64 = 4_000;
pub const BUDGET: i64 = 150_000;
pub const LEVEL_LIMIT: i64 = 2;
pub const CURRENCIES: [&str; 2] = ["EUR", "USD"];
/// In this segment an item is held as a whole while a part of it is disputed.
pub const WHOLE_ITEM_SEGMENT: &str = "medium";

/// Days of the year on which nobody is contacted, by month and day.
const HOLIDAYS: [(u32, u32); 5] = [(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)];

/// The first day of a year: a Monday.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or(NaiveDate::MIN)
}

/// Days from one day to another.
pub fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// A day so many days later, or earlier.
pub fn ahead(from: NaiveDate, count: i64) -> NaiveDate {
    let by = Days::new(count.unsigned_abs());
    if count < 0 { from - by } else { from + by }
}

/// Whether people are contacted on a day.
pub fn is_open(on: NaiveDate) -> bool {
    !matches!(on.weekday(), Weekday::Sat | Weekday::Sun) && !HOLIDAYS.contains(&(on.month(), on.day()))
}

/// The day itself, or the first open day behind it.
pub fn next_open(mut on: NaiveDate) -> NaiveDate {
    while !is_open(on) {
        on = ahead(on, 1);
    }
    on
}

/// The last day on which something due on a day is in time.
pub fn in_time_until(on: NaiveDate) -> NaiveDate {
    (0..TOLERANCE).fold(next_open(on), |on, _| next_open(ahead(on, 1)))
}

/// The rules as the engine reads them.
pub fn policy(killed: bool) -> Policy {
    let units = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let years = 2025..2029;
    let holidays: Vec<NaiveDate> = years.flat_map(|year| HOLIDAYS.iter().filter_map(move |(month, day)| NaiveDate::from_ymd_opt(year, *month, *day))).collect();
    let tones = ["friendly", "neutral", "firm", "final"];
    let rung = |(rung, tone): (&Rung, &str)| json!({ "after_days": rung.after, "min_amount": rung.least, "min_share": rung.share as f64 / 100.0, "tone": tone });
    let ladder: Vec<_> = LADDER.iter().zip(tones).map(rung).collect();
    let fees: Vec<_> = FEES.iter().enumerate().filter(|row| *row.1 > 0).map(|(at, fee)| json!({ "level": at + 1, "fixed": units(*fee) })).collect();
    let text = json!({
        "version": if killed { "killed" } else { "year" },
        "reporting": { "forecast_days": 30 },
        "contact": { "holidays": holidays },
        "autonomy": {
            "kill_switch": killed, "default_level": 2, "amount_limit": AMOUNT_LIMIT, "run_budget": BUDGET, "dunning_level_limit": LEVEL_LIMIT, "min_confidence": 0.9,
            "ask_strategic": true, "ask_first_contact": true,
        },
        "collections": {
            "min_interval_days": INTERVAL, "min_notice_amount": MIN_NOTICE, "remind_before_days": REMIND_BEFORE, "dispute_grace_days": GRACE, "quiet_days": QUIET,
            "call_cap": CALL_CAP, "max_contacts": MAX_CONTACTS, "contact_window_days": WINDOW, "contact_cap": CAP, "promise_tolerance_days": TOLERANCE,
            "promise_max_days": HORIZON, "broken_promises_tolerated": 1, "owner_notice_amount": 2_000, "decision_days": DECISION_DAYS, "ladder": ladder,
        },
        "charges": {
            "interest": true, "margin": INTEREST as f64 / 100.0, "fees": fees, "fee_cap_item": units(FEE_CAP_ITEM), "fee_cap_customer": units(FEE_CAP_CUSTOMER),
            "fee_cap_days": 3_650, "compensation": [{ "from": units(COMPENSATION.0), "amount": units(COMPENSATION.1) }],
        },
        "credit": { "holds": true, "terms": true, "loosen_days": 120, "hold_late_days": 60 },
        "retries": { "after_days": [2, 5] },
        "offers": { "plans": true, "extensions": true, "plan_min_amount": 800, "plan_late_days": 25 },
        "disputes": { "open_deductions": true },
        "segments": { WHOLE_ITEM_SEGMENT: { "collections": { "hold_whole_item": true } } },
    });
    Policy::from_json(&text.to_string()).unwrap_or_else(|error| panic!("{text}: {:?}", error.problems()))
}
