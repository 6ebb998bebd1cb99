//! The rules of a world in plain numbers: written out as a policy for the engine, and read here by the invariants. What follows
//! from them (open days, thresholds, fees) is worked out anew, by counting, with nothing of the engine.

use ar_core::Policy;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

/// Bytes from which a world is made; where there are no more, zeros.
#[derive(Clone)]
pub struct Bytes<'b>(pub &'b [u8], pub usize);

impl Bytes<'_> {
    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.1 += 1;
        self.0.get(self.1 - 1).copied().unwrap_or(0)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u8) -> i64 {
        i64::from(self.byte() % count)
    }

    /// True once in so many.
    pub fn once_in(&mut self, count: u8) -> bool {
        self.byte() % count == count - 1
    }
}

/// A level of the ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Days from the anchor.
    pub after: i64,
    /// What the days are counted from.
    pub anchor: &'static str,
    /// Least sum, in units.
    pub least: i64,
    /// Least share of all that is open, in hundredths.
    pub share: i64,
}

/// What is charged.
#[derive(Clone, Debug, PartialEq)]
pub struct Charging {
    /// Fixed fee of each level, in hundredths of a unit.
    pub fixed: i64,
    /// Share of the item, in hundredths.
    pub share: i64,
    /// Most of the fees of an item, in hundredths of a unit.
    pub cap_item: i64,
    /// Most of the fees of a customer and currency.
    pub cap_customer: i64,
    /// Statutory compensation, in hundredths of a unit; 0 = none.
    pub compensation: i64,
    /// Whether interest is charged.
    pub interest: bool,
}

/// Everything that may be chosen, of which an invariant speaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub ladder: Vec<Rung>,
    pub interval: i64,
    pub min_notice: i64,
    pub jump: bool,
    pub repeat_last: i64,
    pub remind_before: i64,
    pub grace: i64,
    pub quiet: i64,
    pub call_cap: i64,
    pub max_contacts: i64,
    pub window: i64,
    pub cap: i64,
    pub tolerance: i64,
    pub broken_tolerated: i64,
    pub whole_item: bool,
    pub owner_from: i64,
    pub weekend: bool,
    pub holiday: Option<i64>,
    pub level: i64,
    pub amount_limit: i64,
    pub budget: i64,
    pub level_limit: i64,
    pub ask_strategic: bool,
    pub ask_first: bool,
    pub charging: Option<Charging>,
    /// Days from the day a promise is made for which it holds.
    pub horizon: i64,
    /// Contacts by e-mail in the window.
    pub email_cap: i64,
    /// Notices in a row without an answer after which the next channel is tried.
    pub silent_after: i64,
    /// Days in which a notice shows what it brings.
    pub shows: i64,
    /// Whether credits that cover what is due hold the notices.
    pub hold_on_credits: bool,
    /// Days in which a dispute is to be decided.
    pub decide_days: i64,
    /// Past cases from which a verdict is suggested.
    pub cases: i64,
    pub credit: Option<Crediting>,
    pub offers: Option<Offering>,
}

/// When credit is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Crediting {
    pub hold_late: i64,
    pub release_late: i64,
    /// Least that is late, in units.
    pub least: i64,
    pub distressed: bool,
    /// Days between two changes of the terms.
    pub terms_every: i64,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offering {
    pub late: i64,
    /// Least instalment, in units.
    pub least: i64,
    pub again: i64,
}

impl Rules {
    /// Rules from bytes: zeros make the plainest, one level after a day, everything permitted.
    pub fn of(bytes: &mut Bytes<'_>) -> Self {
        let mut after = 0;
        let mut ladder = Vec::new();
        for at in 0..=bytes.below(5) {
            after += 1 + bytes.below(12);
            let anchor = match bytes.below(8) {
                5 => "invoice_date",
                6 => "end_of_month",
                7 if at > 0 => "previous_notice",
                _ => "due_date",
            };
            let least = if bytes.once_in(4) { bytes.below(250) } else { 0 };
            let share = if bytes.once_in(6) { bytes.below(90) } else { 0 };
            ladder.push(Rung { after: if anchor == "invoice_date" { after + 20 } else { after }, anchor, least, share });
        }
        Self {
            ladder,
            interval: bytes.below(9),
            min_notice: if bytes.once_in(3) { bytes.below(120) } else { 0 },
            jump: bytes.once_in(3),
            repeat_last: if bytes.once_in(3) { 1 + bytes.below(9) } else { 0 },
            remind_before: if bytes.once_in(3) { bytes.below(9) } else { 0 },
            grace: bytes.below(5),
            quiet: if bytes.once_in(3) { bytes.below(6) } else { 0 },
            call_cap: 1 + bytes.below(3),
            max_contacts: if bytes.once_in(2) { 1 + bytes.below(4) } else { 20 },
            window: 1 + bytes.below(14),
            cap: if bytes.once_in(2) { 1 + bytes.below(3) } else { 20 },
            tolerance: bytes.below(4),
            broken_tolerated: bytes.below(3),
            whole_item: bytes.once_in(2),
            owner_from: if bytes.once_in(2) { bytes.below(200) } else { 0 },
            weekend: bytes.once_in(2),
            holiday: bytes.once_in(3).then(|| bytes.below(40)),
            level: 2 - i64::from(bytes.once_in(6)),
            amount_limit: if bytes.once_in(3) { bytes.below(250) } else { 1_000_000 },
            budget: if bytes.once_in(3) { bytes.below(250) * 2 } else { 1_000_000 },
            level_limit: if bytes.once_in(3) { bytes.below(4) } else { 9 },
            ask_strategic: bytes.once_in(2),
            ask_first: bytes.once_in(4),
            charging: bytes.once_in(3).then(|| Charging {
                fixed: bytes.below(250) * 10,
                share: bytes.below(5),
                cap_item: bytes.below(250) * 20,
                cap_customer: bytes.below(250) * 40,
                compensation: if bytes.once_in(2) { 4_000 } else { 0 },
                interest: bytes.once_in(2),
            }),
            horizon: if bytes.once_in(3) { bytes.below(6) } else { 60 },
            email_cap: if bytes.once_in(3) { 1 + bytes.below(2) } else { 50 },
            silent_after: if bytes.once_in(2) { 1 + bytes.below(2) } else { 0 },
            shows: 14 - bytes.below(13),
            hold_on_credits: !bytes.once_in(4),
            decide_days: bytes.below(9),
            cases: if bytes.once_in(2) { 1 + bytes.below(2) } else { 1_000 },
            credit: bytes.once_in(3).then(|| Crediting {
                hold_late: 3 + bytes.below(20),
                release_late: bytes.below(3),
                least: bytes.below(100),
                distressed: bytes.once_in(2),
                terms_every: 1 + bytes.below(20),
            }),
            offers: bytes.once_in(3).then(|| Offering { late: 1 + bytes.below(14), least: 1 + bytes.below(60), again: 1 + bytes.below(30) }),
        }
    }

    /// The rules as the engine reads them.
    pub fn policy(&self, killed: bool) -> Policy {
        let holidays: Vec<NaiveDate> = self.holiday.iter().map(|ahead| day(*ahead)).collect();
        let weekend: &[&str] = if self.weekend { &["saturday", "sunday"] } else { &[] };
        let tones = ["friendly", "neutral", "firm", "firm", "final"];
        let ladder: Vec<Value> = self
            .ladder
            .iter()
            .zip(tones)
            .map(|(rung, tone)| json!({ "after_days": rung.after, "anchor": rung.anchor, "min_amount": rung.least, "min_share": rung.share as f64 / 100.0, "tone": tone }))
            .collect();
        let text = json!({
            "version": if killed { "killed" } else { "world" },
            "reporting": { "forecast_days": 1 },
            "contact": { "weekend": weekend, "holidays": holidays, "channels": ["email", "letter"], "caps": { "email": self.email_cap }, "silent_after": self.silent_after },
            "autonomy": {
                "kill_switch": killed, "default_level": self.level, "amount_limit": self.amount_limit, "run_budget": self.budget, "dunning_level_limit": self.level_limit,
                "min_confidence": 0.5, "ask_strategic": self.ask_strategic, "ask_first_contact": self.ask_first,
            },
            "collections": {
                "min_interval_days": self.interval, "min_notice_amount": self.min_notice, "catch_up_jump": self.jump, "repeat_last_days": self.repeat_last,
                "remind_before_days": self.remind_before, "remind_from": 0.0, "dispute_grace_days": self.grace, "quiet_days": self.quiet, "call_cap": self.call_cap,
                "max_contacts": self.max_contacts, "contact_window_days": self.window, "contact_cap": self.cap, "promise_tolerance_days": self.tolerance,
                "broken_promises_tolerated": self.broken_tolerated, "hold_whole_item": self.whole_item, "promise_max_days": self.horizon, "hold_on_credits": self.hold_on_credits, "owner_notice_amount": self.owner_from, "ladder": ladder,
            },
            "worklist": { "contact_shows_days": self.shows },
            "disputes": { "decide_days": self.decide_days, "min_cases": self.cases, "prior_cases": 1, "auto_credit_amount": 50, "auto_credit_from": 0.5 },
            "credit": self.credit.as_ref().map_or(json!({}), |credit| json!({
                "holds": true, "hold_late_days": credit.hold_late, "release_late_days": credit.release_late, "hold_late_amount": credit.least,
                "hold_distressed": credit.distressed, "terms": true, "terms_interval_days": credit.terms_every, "tighten_broken": 1,
            })),
            "offers": self.offers.as_ref().map_or(json!({}), |offers| json!({
                "plans": true, "plan_late_days": offers.late, "plan_min_amount": 1, "min_instalment": offers.least, "first_days": 2, "instalment_days": 3,
                "plan_again_days": offers.again, "broken_plan_days": offers.again, "extensions": true, "extensions_unasked": true,
            })),
            "charges": self.charging.as_ref().map_or(json!({}), |charging| self.charges(charging)),
        });
        Policy::from_json(&text.to_string()).unwrap_or_else(|error| panic!("{text}: {:?}", error.problems()))
    }

    fn charges(&self, charging: &Charging) -> Value {
        let units = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let fees: Vec<Value> = (1..=self.ladder.len()).map(|level| json!({ "level": level, "fixed": units(charging.fixed), "share": charging.share as f64 / 100.0 })).collect();
        let compensation = if charging.compensation > 0 { json!([{ "from": "0", "amount": units(charging.compensation) }]) } else { json!([]) };
        json!({
            "interest": charging.interest, "margin": 0.1, "fees": fees, "fee_cap_item": units(charging.cap_item), "fee_cap_customer": units(charging.cap_customer),
            "fee_cap_days": 3_650, "compensation": compensation,
        })
    }

    /// Whether people are contacted on a day.
    pub fn is_open(&self, on: NaiveDate) -> bool {
        let weekend = self.weekend && matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && self.holiday.is_none_or(|ahead| day(ahead) != on)
    }

    /// The day itself, or the first open day behind it.
    pub fn next_open(&self, mut on: NaiveDate) -> NaiveDate {
        while !self.is_open(on) {
            on = on + Days::new(1);
        }
        on
    }

    /// The last day on which a promise holds: its day and the tolerance, or the horizon, where its day is beyond that.
    pub fn promise_holds_until(&self, made_on: NaiveDate, due_on: NaiveDate) -> NaiveDate {
        let horizon = made_on + Days::new(self.horizon.unsigned_abs());
        if due_on > horizon { horizon } else { self.in_time_until(due_on) }
    }

    /// The last day on which something due on a day is in time.
    pub fn in_time_until(&self, on: NaiveDate) -> NaiveDate {
        let mut on = self.next_open(on);
        for _ in 0..self.tolerance {
            on = self.next_open(on + Days::new(1));
        }
        on
    }
}

/// A day of a world, by its number; the first is a Monday.
pub fn day(number: i64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    if number < 0 { first - Days::new(number.unsigned_abs()) } else { first + Days::new(number.unsigned_abs()) }
}

/// Days from one day to another.
pub fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// Minor units of a whole unit.
pub fn unit(yen: bool) -> i64 {
    if yen { 1 } else { 100 }
}
