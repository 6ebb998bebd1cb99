//! The payments of a day, one after the other: each is answered on what those before leave open. Where there are threads, payments are
//! answered ahead of their turn, as if it were theirs; when the turn comes, what looked at something that was changed since is answered
//! again. The answers are the same either way.

use super::explain::Kept;
use super::open::{Known, Open, Remaining};
use super::{Answer, Certificate, MatchStatus, Matcher, explained};
use crate::ledger::Books;
use crate::models::CashModel;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, PaymentIdx};
use crate::threads;
use crate::watch::{Stage, Watch};
use alloc::{collections::BTreeSet, vec::Vec};
use chrono::NaiveDate;

/// Payments that are answered ahead together, and those of them in one piece of work.
const AHEAD: usize = 128;
const PIECE: usize = 8;
/// Rounds of payments that are answered in their turn after one of which many were answered for nothing: where all pay the same items, to
/// be ahead does not help.
const ROUNDS_IN_TURN: usize = 16;
/// Times that the payments that are not certain are looked at again after others were posted.
const MOST_ROUNDS: usize = 8;

/// Works through the payments in order of the day received, then identifier: first what is certain, then the rest on
/// what the certain ones leave. No two answers use the same money of an item: `open` is lowered as it goes, so that
/// whatever is posted or approved of a day fits together. Where `watch` was stopped, the answers are some of them.
pub fn match_payments(books: &Books, settings: &Settings, model: &CashModel, as_of: NaiveDate, open: &mut [i64], watch: &Watch) -> Vec<Answer> {
    let unapplied = books.unapplied_all(as_of);
    let received = (0u32..).map(PaymentIdx).zip(books.payments().iter().zip(unapplied)).filter(|(_, (payment, _))| payment.received_on <= as_of);
    let due: Vec<(PaymentIdx, i64)> = received.filter(|(_, (payment, amount))| *amount > 0 || payment.failed).map(|(at, (_, amount))| (at, amount)).collect();
    if due.is_empty() {
        return Vec::new();
    }
    watch.begin(Stage::Cash, due.len());
    let matcher = Matcher::new(books, settings, model, as_of, open);
    let mut day = Day { books, matcher, remaining: Remaining::new(open), answers: Vec::new(), later: Vec::new(), touched: BTreeSet::new() };
    if day.certain(&due, watch) && day.again(watch) {
        day.rest(watch);
    }
    day.answers
}

/// A payment that is not certain, and what its answer rests on.
struct Later {
    /// Its place among the answers.
    place: usize,
    amount: i64,
    read: Vec<u32>,
    changes: u32,
}

/// The payments that were answered so far.
struct Day<'d> {
    books: &'d Books,
    matcher: Matcher<'d>,
    remaining: Remaining<'d>,
    answers: Vec<Answer>,
    later: Vec<Later>,
    /// Whose items were posted on.
    touched: BTreeSet<CustomerIdx>,
}

impl Day<'_> {
    /// Answers each payment and posts what is certain; `false` where it was stopped.
    fn certain(&mut self, due: &[(PaymentIdx, i64)], watch: &Watch) -> bool {
        let mut in_turn = 0;
        for round in due.chunks(AHEAD) {
            let ahead = if in_turn == 0 && threads::are_many() { self.ahead(round) } else { Vec::new() };
            let (all, mut again) = (ahead.len(), 0);
            let mut ahead = ahead.into_iter();
            for (at, amount) in round {
                if !watch.advance(1) {
                    return false;
                }
                let before = ahead.next().flatten();
                let known = match before.filter(|known| self.remaining.is_as_it_was(&known.read, known.changes)) {
                    Some(known) => Some(known),
                    None => {
                        again += 1;
                        self.ask(*at, *amount)
                    }
                };
                if let Some(known) = known {
                    self.add(known, *amount);
                }
            }
            in_turn = if again * 4 > all && all > 0 { ROUNDS_IN_TURN } else { in_turn.saturating_sub(1) };
        }
        true
    }

    /// What was posted is a rival no more: who owes it is asked about again, until nothing more is certain. A second run
    /// of the day, with the postings in the books, then finds nothing new.
    fn again(&mut self, watch: &Watch) -> bool {
        for _ in 0..MOST_ROUNDS {
            let touched = core::mem::take(&mut self.touched);
            let mut later = core::mem::take(&mut self.later);
            let mut stopped = false;
            later.retain(|known| {
                stopped |= watch.is_stopped();
                let Some(answer) = self.answers.get(known.place).filter(|answer| !stopped && answer.customer.is_none_or(|customer| touched.contains(&customer))) else { return true };
                // Where nothing was changed of what it looked at, the same comes out.
                if self.remaining.is_as_it_was(&known.read, known.changes) {
                    return true;
                }
                let Some(now) = self.ask(answer.payment, known.amount).map(|now| now.answer).filter(|now| now.status == MatchStatus::Auto) else { return true };
                self.touched.extend(owners(self.books, &now));
                self.remaining.take(&now);
                self.answers.get_mut(known.place).into_iter().for_each(|slot| *slot = now.clone());
                false
            });
            self.later = later;
            if stopped {
                return false;
            }
            if self.touched.is_empty() {
                break;
            }
        }
        true
    }

    /// What is not certain: each on what the proposals before it leave.
    fn rest(&mut self, watch: &Watch) {
        for known in core::mem::take(&mut self.later) {
            if watch.is_stopped() {
                return;
            }
            let now = match self.answers.get(known.place) {
                Some(answer) if !self.remaining.is_as_it_was(&known.read, known.changes) => self.ask(answer.payment, known.amount),
                _ => None,
            };
            let Some(slot) = self.answers.get_mut(known.place) else { continue };
            if let Some(now) = now {
                *slot = now.answer;
            }
            // What other proposals hold is still a rival: with it out of sight nothing here is certain.
            if slot.status == MatchStatus::Auto {
                slot.status = MatchStatus::Propose;
            }
            self.remaining.take(slot);
        }
    }

    fn add(&mut self, known: Known, amount: i64) {
        let is_failed = self.books.payment(known.answer.payment).is_some_and(|payment| payment.failed);
        if known.answer.status == MatchStatus::Auto {
            self.touched.extend(owners(self.books, &known.answer));
            self.remaining.take(&known.answer);
        } else if !is_failed {
            self.later.push(Later { place: self.answers.len(), amount, read: known.read, changes: known.changes });
        }
        self.answers.push(known.answer);
    }

    /// The answer to a payment whose turn it is.
    fn ask(&mut self, at: PaymentIdx, amount: i64) -> Option<Known> {
        let matcher = &mut self.matcher;
        asked(&matcher.shared, &self.remaining, (at, amount), &mut matcher.kept)
    }

    /// The answers to payments whose turn is yet to come, on what is open now.
    fn ahead(&self, round: &[(PaymentIdx, i64)]) -> Vec<Option<Known>> {
        let (shared, remaining) = (&self.matcher.shared, &self.remaining);
        let answers = threads::pieces(round.len(), PIECE, |range| {
            let mut kept = Kept::default();
            round.get(range).unwrap_or(&[]).iter().map(|due| asked(shared, remaining, *due, &mut kept)).collect::<Vec<_>>()
        });
        answers.into_iter().flatten().collect()
    }
}

fn asked(shared: &super::Shared<'_>, remaining: &Remaining<'_>, (at, amount): (PaymentIdx, i64), kept: &mut Kept) -> Option<Known> {
    let payment = shared.books.payment(at)?;
    let open = Open::new(remaining.amounts);
    let answer = if payment.failed { failed(at, payment.customer) } else { explained(shared, at, amount, &open, kept)? };
    Some(Known { answer, read: open.into_read(), changes: remaining.changes() })
}

/// Whose items an answer pays.
fn owners(books: &Books, answer: &Answer) -> impl Iterator<Item = CustomerIdx> {
    answer.lines.iter().filter_map(|line| books.item(line.item)).map(|item| item.customer)
}

fn failed(payment: PaymentIdx, customer: Option<CustomerIdx>) -> Answer {
    Answer {
        payment,
        customer,
        status: MatchStatus::Unmatched,
        confidence_ppm: 0,
        certificate: Certificate::Unique,
        lines: Vec::new(),
        kept_back: Vec::new(),
        alternatives: Vec::new(),
        unapplied: 0,
        reasons: alloc::vec![Reason::bare(ReasonCode::PaymentFailed)],
    }
}
