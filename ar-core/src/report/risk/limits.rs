//! The credit limit that a customer's own billing and paying call for. It is said, never set.

use super::{Exposure, RiskFacts, RiskRow, WHOLE, minor, ppm};
use crate::calendar;
use crate::money::{Currency, mul_ratio, pow10};
use crate::reason::{Reason, ReasonCode};
use crate::record::CustomerIdx;
use crate::scoring::Class;

const FORMULA: &str = "monthly billing * days to pay / 30 * class factor * (1 - 4 * expected loss / open amount), at most 3 months of billing, in whole units of the currency; \
    monthly billing = billed in 365 days / months known (3 to 12); days to pay = mean from issue to settlement by amount, from the terms to the terms + 30; \
    class factor: prompt 1.25, occasional and habitual 1, new 0.75, deteriorating 0.5, distressed 0; rate = expected loss / open amount";

/// Days of billing and paying that count.
const YEAR: i32 = 365;
/// Days of a month.
const MONTH: i64 = 30;
/// The least months that billing is divided by: one large invoice makes no habit.
const MIN_MONTHS: i64 = 3;
/// Days beyond the terms that a limit allows for: who pays later and later earns no more credit by it.
const MOST_DAYS_BEYOND: i64 = 30;
/// The most that a limit is, in months of billing.
const MOST_MONTHS: i64 = 3;
/// By how much the expected share of loss takes from the limit: at a quarter nothing is left.
const RISK_WEIGHT: i64 = 4;

/// How a customer was billed and paid in the last year, in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Habit {
    monthly: i64,
    days: i64,
    terms: i64,
}

const fn class_factor(class: Class) -> i64 {
    match class {
        Class::Prompt => 1_250_000,
        Class::Occasional | Class::Habitual => 1_000_000,
        Class::New => 750_000,
        Class::Deteriorating => 500_000,
        Class::Distressed => 0,
    }
}

/// The credit limit of a customer with open items.
pub(super) fn limit(facts: &RiskFacts<'_>, currency: Currency, at: CustomerIdx, exposure: &Exposure) -> RiskRow {
    let habit = habit(facts, currency, at);
    let class = facts.profiles.get(at.0 as usize).map_or(Class::New, |profile| profile.class);
    let loss = ppm(exposure.loss, exposure.open).unwrap_or(WHOLE);
    let (by_class, by_risk) = (class_factor(class), (WHOLE - RISK_WEIGHT.saturating_mul(loss)).max(0));
    let days = habit.days.clamp(habit.terms, habit.terms.saturating_add(MOST_DAYS_BEYOND));
    let times = |amount: i64, factor: i64, of: i64| mul_ratio(amount, factor, of).unwrap_or(i64::MAX);
    let needed = times(times(times(habit.monthly, days, MONTH), by_class, WHOLE), by_risk, WHOLE);
    let most = habit.monthly.saturating_mul(MOST_MONTHS);
    let unit = i64::try_from(pow10(currency.exponent())).unwrap_or(1);
    let limit = needed.min(most) / unit * unit;
    let mut reasons = alloc::vec![
        Reason::new(ReasonCode::MonthlyBilling, habit.monthly, Reason::NOTHING),
        Reason::new(ReasonCode::DaysToPay, habit.days, habit.terms),
        Reason::new(ReasonCode::ClassFactor, by_class, Reason::NOTHING),
        Reason::new(ReasonCode::RiskFactor, by_risk, loss),
    ];
    if needed > most {
        reasons.push(Reason::new(ReasonCode::LimitCapped, needed, most));
    }
    reasons.push(Reason::new(ReasonCode::LimitUsed, minor(exposure.open), limit));
    RiskRow { customer: Some(at), amount: Some(limit), rate_ppm: Some(loss), count: exposure.items, reasons, ..RiskRow::new("credit_limit", currency, FORMULA) }
}

fn habit(facts: &RiskFacts<'_>, currency: Currency, at: CustomerIdx) -> Habit {
    let begin = calendar::add_days(facts.as_of, -YEAR);
    let billed = || facts.books.items_of(at).iter().filter(|item| item.currency == currency && item.kind.is_billed() && item.issued_on <= facts.as_of);
    let Some(first) = billed().map(|item| item.issued_on).min() else { return Habit::default() };
    let known = i64::from(calendar::days_between(first, facts.as_of));
    let months = ((known + MONTH - 1) / MONTH).clamp(MIN_MONTHS, 12);
    let recent = || billed().filter(|item| item.issued_on > begin);
    let sum: i128 = recent().map(|item| i128::from(item.amount)).sum();
    let terms = mean(recent().map(|item| (item.amount, calendar::days_between(item.issued_on, item.due_on).max(0))));
    let paid = billed().filter_map(|item| Some((item, item.settled_on.filter(|day| *day < facts.as_of && *day > begin)?)));
    let days = mean(paid.map(|(item, settled)| (item.amount, calendar::days_between(item.issued_on, settled).max(0))));
    let terms = terms.unwrap_or(0);
    Habit { monthly: mul_ratio(minor(sum), 1, months).unwrap_or(0), days: days.unwrap_or(terms), terms }
}

/// The mean of days, each weighted by its amount, rounded half up.
fn mean(values: impl Iterator<Item = (i64, i32)>) -> Option<i64> {
    let (mut days, mut amounts) = (0_i128, 0_i128);
    for (amount, value) in values {
        days += i128::from(amount) * i128::from(value);
        amounts += i128::from(amount);
    }
    (days * 2 + amounts).checked_div(amounts * 2).and_then(|mean| i64::try_from(mean).ok())
}
