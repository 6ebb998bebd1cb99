//! Credit: what a customer owes against its limit, credit holds, and the days to pay.
//!
//! A credit limit is that of the customer it is stated for and of all customers below it (`parent_id`). So a customer may
//! stand under several limits, its own and those of the groups that it is in; each is held against what its own customers owe
//! together. Exposure is open debits less open credits and cash that came and is not posted, currency by currency: a credit in
//! one currency is not set off against a debit in another. What is in another currency than the limit counts at the rate of
//! the day; without a rate it is not counted, and that is said.
//!
//! A hold is released at less than what places it (`release_share`, `release_late_days`), so nothing goes to and fro.

use super::holds::Holds;
use super::{Found, Loose, View};
use crate::action::ActionKind;
use crate::calendar::days_between;
use crate::decision::{Arrangement, Params};
use crate::ledger::Books;
use crate::money::{Currency, mul_ratio, pow10, units};
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx, ItemKind};
use crate::scoring::{Class, Worth};
use alloc::{collections::BTreeMap, vec::Vec};

/// The share that is a whole, in parts per million.
const WHOLE: i64 = 1_000_000;
/// Levels of a group that are followed upwards.
const MOST_LEVELS: usize = 32;

/// Why a hold is placed, as the event says it. A hold for another reason is the host's own, and not released.
const OVER_LIMIT: &str = "exposure_over_limit";
const LATE: &str = "hold_late";
const DISTRESSED: &str = "hold_distressed";

/// What the customers under each limit owe together.
#[derive(Clone, Default)]
pub struct Exposures {
    /// By the customer that the limit is stated for.
    sums: BTreeMap<CustomerIdx, BTreeMap<Currency, i64>>,
    /// Customers under it that owe something.
    members: BTreeMap<CustomerIdx, i64>,
}

/// The customer and those above it that have a credit limit, nearest first.
fn holders(books: &Books, at: CustomerIdx) -> Vec<CustomerIdx> {
    let mut path: Vec<CustomerIdx> = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next.filter(|at| path.len() < MOST_LEVELS && !path.contains(at)) {
        path.push(at);
        next = books.customer(at).and_then(|row| row.parent);
    }
    path.retain(|at| books.customer(*at).is_some_and(|row| row.credit_limit.is_some()));
    path
}

impl Exposures {
    /// Sums what is left of each item once the cash of the day is counted, and takes off what could not be placed.
    pub fn read(books: &Books, open: &[i64], pending: &[i64], loose: &[(CustomerIdx, Loose)]) -> Self {
        let mut own: BTreeMap<(CustomerIdx, Currency), i64> = BTreeMap::new();
        for ((item, open), pending) in books.items().iter().zip(open).zip(pending).filter(|row| *row.0.1 > 0) {
            let left = open.saturating_sub(*pending).max(0);
            let sum = own.entry((item.customer, item.currency)).or_insert(0);
            *sum = if item.kind.is_credit() { sum.saturating_sub(left) } else { sum.saturating_add(left) };
        }
        for (customer, cash) in loose {
            let sum = own.entry((*customer, cash.currency)).or_insert(0);
            *sum = sum.saturating_sub(cash.amount);
        }
        let mut found = Self::default();
        let mut last: Option<CustomerIdx> = None;
        for ((customer, currency), sum) in own {
            // The currencies of one customer stand in a row: it is counted with the first that it owes something in.
            let counts = sum > 0 && last != Some(customer);
            last = if counts { Some(customer) } else { last };
            for holder in holders(books, customer) {
                let total = found.sums.entry(holder).or_default().entry(currency).or_insert(0);
                *total = total.saturating_add(sum);
                *found.members.entry(holder).or_insert(0) += i64::from(counts);
            }
        }
        found
    }

    /// Of a part of the books: `places` are those of its customers in the whole.
    #[must_use]
    pub fn of_part(&self, places: &[CustomerIdx]) -> Self {
        let places = || (0u32..).map(CustomerIdx).zip(places);
        Self { sums: places().filter_map(|(own, at)| Some((own, self.sums.get(at)?.clone()))).collect(), members: places().filter_map(|(own, at)| Some((own, *self.members.get(at)?))).collect() }
    }

    fn of(&self, holder: CustomerIdx) -> impl Iterator<Item = (Currency, i64)> {
        self.sums.get(&holder).into_iter().flatten().map(|(currency, sum)| (*currency, *sum)).filter(|row| row.1 > 0)
    }
}

/// One limit that a customer stands under, and what is owed against it.
struct Standing {
    holder: CustomerIdx,
    currency: Currency,
    limit: i64,
    exposure: i64,
    /// Currencies that are not counted.
    uncounted: i64,
    members: i64,
}

impl Standing {
    fn of(view: &View<'_>, holder: CustomerIdx) -> Option<Self> {
        let row = view.books.customer(holder)?;
        let stated = row.credit_limit?;
        let sums = || view.exposures.of(holder);
        let members = view.exposures.members.get(&holder).copied().unwrap_or(0);
        let only = row.currency.or_else(|| sums().next().map(|first| first.0))?;
        // A limit without a currency, of a customer who owes in several, is held against nothing.
        if row.currency.is_none() && sums().count() > 1 {
            return Some(Self { holder, currency: only, limit: stated, exposure: 0, uncounted: sums().count() as i64, members });
        }
        // Without a currency of its own a limit was read with two decimals.
        let limit = if row.currency.is_some() { stated } else { i64::try_from(i128::from(stated).checked_mul(pow10(only.exponent()))? / 100).ok()? };
        let (mut exposure, mut uncounted) = (0i64, 0);
        for (currency, sum) in sums() {
            match view.books.rate(currency, only, view.as_of, view.as_of).and_then(|rate| rate.value(sum)) {
                Some(value) => exposure = exposure.saturating_add(value),
                None => uncounted += 1,
            }
        }
        Some(Self { holder, currency: only, limit, exposure, uncounted, members })
    }

    fn share(&self, share: i64) -> i64 {
        mul_ratio(self.limit, share, WHOLE).unwrap_or(i64::MAX)
    }

    fn reasons(&self, view: &View<'_>, first: Reason) -> Vec<Reason> {
        let group = (self.holder != view.at).then_some(Reason::new(ReasonCode::GroupLimit, self.members, Reason::NOTHING));
        let gaps = (self.uncounted > 0).then_some(Reason::new(ReasonCode::ExposureNoRate, self.uncounted, Reason::NOTHING));
        [Some(first), group, gaps].into_iter().flatten().collect()
    }
}

/// What of a currency is past due beyond some days, and how old the oldest of it is.
struct Overdue {
    currency: Currency,
    amount: i64,
    oldest: i64,
}

/// The oldest of the customer's overdue money, where it is enough to count. `pursued`: only what nothing else holds.
fn overdue(view: &View<'_>, beyond: i64, pursued: Option<&Holds>) -> Option<Overdue> {
    let mut found: BTreeMap<Currency, Overdue> = BTreeMap::new();
    for score in view.scores.iter().filter(|score| i64::from(score.days_late) > beyond) {
        let Some(item) = view.books.item(score.item).filter(|item| !item.kind.is_credit()) else { continue };
        let amount = pursued.map_or(score.open, |holds| holds.pursue(view, score.item, item, score.open).unwrap_or(0));
        if amount > 0 {
            let row = found.entry(item.currency).or_insert(Overdue { currency: item.currency, amount: 0, oldest: 0 });
            (row.amount, row.oldest) = (row.amount.saturating_add(amount), row.oldest.max(i64::from(score.days_late)));
        }
    }
    let least = view.settings.credit.numbers.hold_late_amount;
    found.into_values().filter(|row| row.amount >= units(least, row.currency)).max_by_key(|row| row.oldest)
}

/// Proposes to hold credit, to release it, or other terms.
pub(super) fn decide(view: &View<'_>, holds: &Holds, found: &mut Found) {
    let numbers = &view.settings.credit.numbers;
    if numbers.holds {
        let standings: Vec<Standing> = holders(view.books, view.at).into_iter().filter_map(|holder| Standing::of(view, holder)).collect();
        match view.books.hold_on(view.at, view.as_of) {
            None => place(view, holds, &standings, found),
            Some(hold) => {
                let reason = view.books.text(hold.reason);
                if ["", OVER_LIMIT, LATE, DISTRESSED].contains(&reason) {
                    release(view, &standings, found);
                }
            }
        }
        uncounted(view, &standings, found);
    }
    if numbers.terms {
        terms(view, found);
    }
}

/// The open debits of the customer in a currency.
fn debits(view: &View<'_>, currency: Currency) -> Vec<ItemIdx> {
    let mine = |at: &ItemIdx| view.books.item(*at).is_some_and(|item| item.currency == currency && !item.kind.is_credit());
    view.scores.iter().map(|score| score.item).filter(mine).collect()
}

fn push(view: &View<'_>, action: ActionKind, (currency, amount): (Currency, i64), arrangement: Option<Arrangement>, reasons: Vec<Reason>, found: &mut Found) {
    let params = Params { arrangement, ..Params::default() };
    found.add(view.draft_about(action, (currency, amount, Worth::default()), debits(view, currency), params, reasons));
}

/// Holds the credit of a customer that owes something: its limit or that of its group is used up, it is too late, or it may not
/// be able to pay.
fn place(view: &View<'_>, holds: &Holds, standings: &[Standing], found: &mut Found) {
    let numbers = &view.settings.credit.numbers;
    let Some(own) = view.scores.iter().filter_map(|score| view.books.item(score.item)).find(|item| !item.kind.is_credit()).map(|item| item.currency) else { return };
    let mut reasons: Vec<Reason> = Vec::new();
    let mut cause: Option<(&'static str, Currency, i64)> = None;
    for standing in standings {
        let allowed = standing.share(numbers.hold_share);
        if standing.exposure > allowed {
            reasons.extend(standing.reasons(view, Reason::new(ReasonCode::ExposureOverLimit, standing.exposure, allowed)));
            cause = Some((OVER_LIMIT, standing.currency, standing.exposure));
            // The numbers of a reason are in the currency of the row: one limit is enough.
            break;
        }
    }
    if let Some(late) = overdue(view, numbers.hold_late_days, Some(holds)).filter(|_| numbers.hold_late_days > 0) {
        reasons.push(Reason::new(ReasonCode::HoldLate, late.oldest, numbers.hold_late_days));
        cause = cause.or(Some((LATE, late.currency, late.amount)));
    }
    if numbers.hold_distressed && view.profile.class == Class::Distressed {
        reasons.push(Reason::new(ReasonCode::HoldDistressed, view.profile.severity, Reason::NOTHING));
        cause = cause.or_else(|| Some((DISTRESSED, own, owed(view, own))));
    }
    if let Some((word, currency, amount)) = cause {
        push(view, ActionKind::PlaceHold, (currency, amount), Some(Arrangement::Hold(word)), reasons, found);
    }
}

/// What the customer owes in a currency.
fn owed(view: &View<'_>, currency: Currency) -> i64 {
    debits(view, currency).iter().filter_map(|at| view.score_of(*at)).fold(0, |sum: i64, score| sum.saturating_add(score.open))
}

/// Releases a hold once nothing would come near to placing it again.
fn release(view: &View<'_>, standings: &[Standing], found: &mut Found) {
    let numbers = &view.settings.credit.numbers;
    let within = |standing: &Standing| standing.uncounted == 0 && standing.exposure <= standing.share(numbers.release_share);
    let late = overdue(view, numbers.release_late_days, None).filter(|_| numbers.hold_late_days > 0);
    let distressed = numbers.hold_distressed && view.profile.class == Class::Distressed;
    if late.is_some() || distressed || !standings.iter().all(within) {
        return;
    }
    let mut reasons = Vec::new();
    if let Some(nearest) = standings.first() {
        reasons.extend(nearest.reasons(view, Reason::new(ReasonCode::ExposureWithinLimit, nearest.exposure, nearest.share(numbers.release_share))));
    }
    if numbers.hold_late_days > 0 {
        let oldest = view.scores.iter().map(|score| i64::from(score.days_late)).max().unwrap_or(0).max(0);
        reasons.push(Reason::new(ReasonCode::HoldLateEnded, oldest, numbers.release_late_days));
    }
    let usual = || view.customer.currency.or_else(|| view.books.items_of(view.at).first().map(|item| item.currency)).or_else(|| view.books.currencies().first().copied());
    let about = standings.first().map(|nearest| (nearest.currency, nearest.exposure)).or_else(|| usual().map(|currency| (currency, owed(view, currency))));
    if let Some(about) = about {
        push(view, ActionKind::ReleaseHold, about, None, reasons, found);
    }
}

/// What a limit cannot be held against is not passed over in silence: a person hears of it, once for the limit.
fn uncounted(view: &View<'_>, standings: &[Standing], found: &mut Found) {
    let placed = found.drafts.last().is_some_and(|draft| draft.action == ActionKind::PlaceHold);
    let mine = standings.iter().find(|standing| standing.holder == view.at && standing.uncounted > 0 && !placed);
    if let Some(mine) = mine {
        let reasons = alloc::vec![Reason::new(ReasonCode::ExposureNoRate, mine.uncounted, Reason::NOTHING)];
        push(view, ActionKind::Review, (mine.currency, mine.exposure), None, reasons, found);
    }
}

/// Fewer days to pay for who pays later and later or breaks promises, more for who has long paid promptly: one step of the
/// policy's list, and not again within the interval.
fn terms(view: &View<'_>, found: &mut Found) {
    let (numbers, list) = (&view.settings.credit.numbers, &view.settings.credit.term_days);
    let invoice = |item: &&Item| item.kind == ItemKind::Invoice && item.issued_on <= view.as_of;
    let range = view.books.item_range(view.at);
    let billed = || range.clone().zip(view.books.items_of(view.at)).filter(|(_, item)| invoice(item));
    let Some((place, newest)) = billed().max_by_key(|(place, item)| (item.issued_on, *place)) else { return };
    let changed = view.books.terms_of(view.at).iter().filter(|row| row.on <= view.as_of && row.payment_days.is_some()).max_by_key(|row| row.on);
    if changed.is_some_and(|row| i64::from(days_between(row.on, view.as_of)) < numbers.terms_interval_days) {
        return;
    }
    let first_due = view.books.first_due_on(ItemIdx(place as u32)).unwrap_or(newest.due_on);
    let current = changed.and_then(|row| row.payment_days).map_or(i64::from(days_between(newest.issued_on, first_due)), i64::from);
    let (cause, next, code) = if let Some(cause) = worse(view) {
        (cause, list.iter().copied().filter(|days| *days < current).max(), ReasonCode::TermsTighter)
    } else {
        let known = billed().map(|(_, item)| i64::from(days_between(item.issued_on, view.as_of))).max().unwrap_or(0);
        let Some(cause) = better(view, known) else { return };
        (cause, list.iter().copied().filter(|days| *days > current).min(), ReasonCode::TermsLooser)
    };
    let Some((next, days)) = next.and_then(|next| Some((next, u16::try_from(next).ok()?))) else { return };
    let reasons = alloc::vec![Reason::new(code, current, next), cause];
    let again = numbers.terms_interval_days;
    let params = Params { arrangement: Some(Arrangement::Terms(days)), since: Some(view.period(again)), asked_every: Some(again), ..Params::default() };
    // It is about what is issued from now on: there is no amount yet.
    found.add(view.draft_about(ActionKind::ChangeTerms, (newest.currency, 0, Worth::default()), Vec::new(), params, reasons));
}

/// Why a customer should have fewer days to pay, if so.
fn worse(view: &View<'_>) -> Option<Reason> {
    let (numbers, profile) = (&view.settings.credit.numbers, view.profile);
    match profile.class {
        Class::Distressed => Some(Reason::new(ReasonCode::HoldDistressed, profile.severity, Reason::NOTHING)),
        Class::Deteriorating => Some(Reason::new(ReasonCode::Deteriorating, i64::from(profile.rise_days.unwrap_or(0)), view.settings.scoring.deteriorating_days)),
        _ => (profile.broken >= numbers.tighten_broken).then_some(Reason::new(ReasonCode::PromiseBroken, profile.broken, numbers.tighten_broken)),
    }
}

/// Why a customer may have more days to pay, if so. `known` are the days since its first invoice.
fn better(view: &View<'_>, known: i64) -> Option<Reason> {
    let (numbers, profile) = (&view.settings.credit.numbers, view.profile);
    let late = view.scores.iter().any(|score| score.days_late > 0 && view.books.item(score.item).is_some_and(|item| !item.kind.is_credit()));
    let good = profile.class == Class::Prompt && profile.settled >= numbers.loosen_items && profile.broken == 0 && known >= numbers.loosen_days;
    (good && !late && view.books.hold_on(view.at, view.as_of).is_none()).then_some(Reason::new(ReasonCode::GoodRecord, profile.settled, numbers.loosen_items))
}
