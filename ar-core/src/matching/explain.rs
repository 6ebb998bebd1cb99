//! Explanations of one payment, the strongest evidence first: listed items that sum exactly; listed items that do
//! not; one item of the same amount, or all that is open, with nothing but the amount to say so.

use super::payer::{Payer, PayerIndex};
use super::references::{Named, Numbers, ReferenceIndex};
use super::{Answer, Certificate, Line, MatchStatus};
use crate::ledger::Books;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{AllocationKind, CustomerIdx, ItemIdx, Payment, PaymentIdx};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// All that is needed to explain one payment.
pub(super) struct Question<'q> {
    pub(super) books: &'q Books,
    pub(super) settings: &'q Settings,
    pub(super) as_of: NaiveDate,
    pub(super) at: PaymentIdx,
    pub(super) payment: &'q Payment,
    pub(super) amount: i64,
    pub(super) references: &'q ReferenceIndex,
    pub(super) payers: &'q PayerIndex,
}

/// Probabilities that an explanation is right, in parts per million, until confirmed history replaces them.
/// A listed set that sums exactly: rule of succession on 507 posts of that rule without a wrong one, (507+1)/(507+2).
/// The others never post by themselves; they rank proposals.
mod confidence {
    pub(super) const LISTED_EXACT: i64 = 998_035;
    pub(super) const LISTED_OTHER: i64 = 600_000;
    pub(super) const AMOUNT_ONLY: i64 = 800_000;
}

struct Listed {
    items: Vec<ItemIdx>,
    /// The same with the items that lie between the ends of the ranges; empty where the text names no range.
    ranged: Vec<ItemIdx>,
    references: i64,
    advice: i64,
    bounded: bool,
    /// The evidence for the payer points to several customers.
    disputed_payer: bool,
}

pub(super) fn explain(question: &Question<'_>, open: &[i64]) -> Answer {
    let payer = question.payers.find(question.books, question.payment);
    let listed = listed(question, open, &payer);
    let mut reasons = Vec::new();
    let customer = payer.customer.or_else(|| only_customer(question.books, &listed.items));
    match customer {
        Some(_) => reasons.push(Reason::new(ReasonCode::PayerKnown, payer.evidence.max(i64::from(!listed.items.is_empty())), Reason::NOTHING)),
        None => reasons.push(Reason::bare(ReasonCode::PayerUnknown)),
    }
    let mut answer = Answer {
        payment: question.at,
        customer,
        status: MatchStatus::Unmatched,
        confidence_ppm: 0,
        certificate: if listed.bounded { Certificate::Bounded } else { Certificate::Unique },
        lines: Vec::new(),
        alternatives: Vec::new(),
        unapplied: question.amount,
        reasons,
    };
    if listed.bounded {
        answer.reasons.push(Reason::new(ReasonCode::BudgetReached, Reason::NOTHING, question.settings.matching.candidate_budget));
    }
    if listed.items.is_empty() {
        by_amount(question, open, &mut answer);
    } else {
        by_list(question, open, &listed, &mut answer);
    }
    if answer.lines.is_empty() {
        answer.reasons.push(Reason::new(ReasonCode::NothingFits, question.amount, Reason::NOTHING));
    }
    answer
}

/// The open items that the payment's texts and advice name.
fn listed(question: &Question<'_>, open: &[i64], payer: &Payer) -> Listed {
    let (books, payment) = (question.books, question.payment);
    let budget = usize::try_from(question.settings.matching.candidate_budget).unwrap_or(usize::MAX);
    let numbers = Numbers::new(books, open, payer.customer, budget);
    let mut named = Named::default();
    question.references.read_field(books, &numbers, books.text(payment.reference), budget, &mut named);
    question.references.read(books, &numbers, books.text(payment.text), budget, &mut named);
    let mut advice = 0;
    for line in books.remittances_of(question.at).iter().filter(|line| line.received_on <= question.as_of) {
        advice += 1;
        question.references.read_field(books, &numbers, books.text(line.reference), budget, &mut named);
    }
    let bounded = named.items.len() + named.ranged.len() >= budget;
    let mut ranged = if named.ranged.is_empty() { Vec::new() } else { named.items.iter().chain(&named.ranged).copied().collect() };
    let mut items: Vec<ItemIdx> = named.items.into_iter().collect();
    for list in [&mut items, &mut ranged] {
        list.retain(|at| open.get(at.0 as usize).is_some_and(|open| *open > 0));
        // The same number on items of two customers: the payer's own are meant.
        if let Some(customer) = payer.customer
            && list.iter().any(|at| owner(books, *at) == Some(customer))
        {
            list.retain(|at| owner(books, *at) == Some(customer));
        }
        list.sort_unstable();
        list.dedup();
    }
    Listed { items, ranged, references: named.references, advice, bounded, disputed_payer: payer.disagrees }
}

fn owner(books: &Books, at: ItemIdx) -> Option<CustomerIdx> {
    books.item(at).map(|item| item.customer)
}

fn only_customer(books: &Books, items: &[ItemIdx]) -> Option<CustomerIdx> {
    let first = owner(books, *items.first()?)?;
    items.iter().all(|at| owner(books, *at) == Some(first)).then_some(first)
}

fn by_list(question: &Question<'_>, open: &[i64], listed: &Listed, answer: &mut Answer) {
    let books = question.books;
    answer.reasons.push(Reason::new(ReasonCode::ReferenceListed, listed.items.len() as i64, listed.references.max(listed.items.len() as i64)));
    if listed.advice > 0 {
        answer.reasons.push(Reason::new(ReasonCode::RemittanceListed, listed.advice, Reason::NOTHING));
    }
    let foreign = listed.items.iter().filter(|at| books.item(**at).is_some_and(|item| item.currency != question.payment.currency)).count();
    if foreign > 0 {
        answer.reasons.push(Reason::new(ReasonCode::CurrencyDiffers, foreign as i64, Reason::NOTHING));
    }
    let in_currency = |list: &[ItemIdx]| list.iter().copied().filter(|at| books.item(*at).is_some_and(|item| item.currency == question.payment.currency)).collect::<Vec<_>>();
    let sum_of = |list: &[ItemIdx]| list.iter().map(|at| i128::from(open_of(open, *at))).sum::<i128>();
    // `5888-6125` may mean the two ends or all between them: the amount says which, and if both fit nobody knows.
    let (items, ranged) = (in_currency(&listed.items), in_currency(&listed.ranged));
    let ends_fit = sum_of(&items) == i128::from(question.amount);
    let range_fits = !ranged.is_empty() && ranged != items && sum_of(&ranged) == i128::from(question.amount);
    let tied = ends_fit && range_fits;
    let items = if range_fits && !ends_fit { ranged } else { items };
    let sum = sum_of(&items);
    let exact = sum == i128::from(question.amount);
    let mut owners: Vec<CustomerIdx> = items.iter().filter_map(|at| owner(books, *at)).collect();
    owners.sort_unstable();
    owners.dedup();
    let strange = listed.disputed_payer || owners.len() > 1 || answer.customer.is_some_and(|customer| owners.first().is_some_and(|owner| *owner != customer));
    if strange {
        answer.reasons.push(Reason::new(ReasonCode::SeveralCustomers, owners.len().max(2) as i64, Reason::NOTHING));
    }
    let shown = i64::try_from(sum).unwrap_or(i64::MAX);
    answer.reasons.push(Reason::new(if exact { ReasonCode::AmountExact } else { ReasonCode::AmountDiffers }, shown, question.amount));
    // A reference that names two open items of the same payer cannot say which is meant unless both are paid.
    let ambiguous = (listed.items.len() as i64) > listed.references;
    let certain = exact && !tied && !strange && !ambiguous && !listed.bounded && foreign == 0 && !items.is_empty();
    answer.status = if certain { MatchStatus::Auto } else { MatchStatus::Propose };
    answer.confidence_ppm = if exact && !ambiguous && !strange { confidence::LISTED_EXACT } else { confidence::LISTED_OTHER };
    if tied {
        answer.certificate = Certificate::Tied;
        answer.reasons.push(Reason::new(ReasonCode::SeveralExplanations, 2, 1));
    }
    pay_in_order(&items, open, question.amount, answer);
    if answer.lines.is_empty() {
        answer.status = MatchStatus::Unmatched;
        answer.confidence_ppm = 0;
    }
}

/// Pays the items, which are in order of due date, until the money is used up.
fn pay_in_order(items: &[ItemIdx], open: &[i64], amount: i64, answer: &mut Answer) {
    let mut left = amount;
    for at in items {
        let part = open_of(open, *at).min(left);
        if part > 0 {
            answer.lines.push(Line { item: *at, amount: part, kind: AllocationKind::Payment });
            left -= part;
        }
    }
    answer.unapplied = left;
}

fn open_of(open: &[i64], at: ItemIdx) -> i64 {
    open.get(at.0 as usize).copied().unwrap_or(0)
}

/// Nothing is listed: items of the payer with exactly this amount, or everything that is open.
fn by_amount(question: &Question<'_>, open: &[i64], answer: &mut Answer) {
    let Some(customer) = answer.customer else { return };
    let budget = usize::try_from(question.settings.matching.candidate_budget).unwrap_or(usize::MAX);
    let range = question.books.item_range(customer);
    let bounded = range.len() > budget;
    let fits = |at: &usize| question.books.items().get(*at).is_some_and(|item| item.currency == question.payment.currency && !item.kind.is_credit()) && open.get(*at).is_some_and(|open| *open > 0);
    let candidates: Vec<ItemIdx> = range.take(budget).filter(fits).filter_map(|at| u32::try_from(at).ok()).map(ItemIdx).collect();
    let mut sets: Vec<Vec<ItemIdx>> = candidates.iter().filter(|at| open_of(open, **at) == question.amount).map(|at| alloc::vec![*at]).collect();
    let everything: i128 = candidates.iter().map(|at| i128::from(open_of(open, *at))).sum();
    if candidates.len() > 1 && everything == i128::from(question.amount) && !bounded {
        sets.push(candidates);
    }
    if bounded {
        answer.certificate = Certificate::Bounded;
        answer.reasons.push(Reason::new(ReasonCode::BudgetReached, Reason::NOTHING, question.settings.matching.candidate_budget));
    }
    let count = sets.len() as i64;
    let mut sets = sets.into_iter();
    let Some(best) = sets.next() else { return };
    answer.status = MatchStatus::Propose;
    answer.confidence_ppm = confidence::AMOUNT_ONLY / count.max(1);
    answer.reasons.push(Reason::new(ReasonCode::AmountOnly, question.amount, Reason::NOTHING));
    if count > 1 {
        answer.certificate = if bounded { Certificate::Bounded } else { Certificate::Tied };
        answer.reasons.push(Reason::new(ReasonCode::SeveralExplanations, count, 1));
    }
    pay_in_order(&best, open, question.amount, answer);
    answer.alternatives = sets.take(usize::try_from(question.settings.matching.max_alternatives).unwrap_or(0)).collect();
}
