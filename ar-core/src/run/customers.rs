//! The customers of a day: what is open of each is scored, and what it needs is decided.

use super::Day;
use crate::calendar;
use crate::collections::{self, Found, Loose, Outcome, View};
use crate::conversation;
use crate::decision::{Decision, Matter, matter};
use crate::error::Error;
use crate::escalation::Gate;
use crate::ledger::Books;
use crate::models::Models;
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::Reason;
use crate::record::{CustomerIdx, Item, ItemIdx};
use crate::report;
use crate::scoring::{self, Circumstances, Distribution, Forecast, Past, Profile, Score, Wanted};
use crate::threads;
use crate::watch::{Stage, Watch};
use alloc::vec::Vec;
use chrono::NaiveDate;

/// What payment dates are predicted from.
pub(super) type Known<'k> = (&'k Past<'k>, &'k Circumstances);

/// Customers that are worked on together.
const CHUNK: usize = 512;
/// Customers that wait for the gate together.
const WAVE: usize = 32 * CHUNK;

/// What one chunk of customers leaves behind.
struct ChunkFound {
    profiles: Vec<Profile>,
    scores: Vec<Score>,
    found: Vec<Found>,
    /// What each of the drafts found is about, in their order.
    matters: Vec<Matter>,
    forecast: Forecast,
}

/// What payment dates are predicted from.
pub(super) fn known<'m>(books: &Books, models: &'m Models, as_of: NaiveDate, watch: &Watch) -> Result<(Past<'m>, Circumstances), Error> {
    watch.begin(Stage::Past, 0);
    let today = calendar::days_since_epoch(as_of);
    let past = Past::new(books, &models.pay_time, &[today]);
    watch.check()?;
    let past = past.rolled(&[today]);
    watch.check()?;
    let circumstances = Circumstances::learn(&past, books, today);
    Ok((past, circumstances))
}

impl<'d> Day<'d> {
    /// What payment dates are predicted from.
    pub(super) fn known(&self) -> Result<(Past<'d>, Circumstances), Error> {
        known(self.books, self.models, self.as_of, self.watch)
    }

    /// Works on the customers of the run and passes what they need through the gate, in their order. Returns the forecast of what is
    /// open, where payment dates are predicted.
    pub(super) fn customers(&self, known: Option<Known<'_>>, gate: &mut Gate<'_>, found: &mut report::Parts) -> Result<Forecast, Error> {
        let wanted = self.wanted();
        let mut forecast = Forecast::new(wanted.windows, wanted.width);
        let mut decisions = core::mem::take(&mut found.decisions);
        let some = found.customers.clone();
        let some = some.as_deref();
        let count = some.map_or(self.books.customers().len(), <[_]>::len);
        self.watch.begin(Stage::Customers, count);
        let work = |from: usize| match some {
            None => threads::pieces(count.min(from + WAVE) - from, CHUNK, |range| self.work(known, (range.start + from..range.end + from).map(|at| CustomerIdx(at as u32)))),
            Some(some) => threads::pieces(count.min(from + WAVE) - from, CHUNK, |range| self.work(known, some.get(range.start + from..range.end + from).unwrap_or(&[]).iter().copied())),
        };
        // The gate takes customers one after the other; the next are worked on meanwhile.
        let mut parts = work(0);
        for next in (WAVE..count).step_by(WAVE).map(Some).chain([None]) {
            let taken = core::mem::take(&mut parts);
            let ((), more) = threads::both(|| self.take(taken, gate, &mut forecast, &mut decisions, found), || next.map_or_else(Vec::new, work));
            parts = more;
            self.watch.check()?;
        }
        // What the evidence has earned is a matter of the whole book.
        if found.customers.is_none() {
            decisions.extend(gate.proposals().into_iter().filter_map(|draft| gate.pass(draft, &self.open).ok()));
            found.autonomy = gate.standings();
        }
        found.decisions = decisions;
        Ok(forecast)
    }

    /// Takes what was found of some customers into the report.
    fn take(&self, parts: Vec<ChunkFound>, gate: &mut Gate<'_>, forecast: &mut Forecast, decisions: &mut Vec<Decision>, found: &mut report::Parts) {
        for part in parts {
            forecast.merge(&part.forecast);
            found.scores.extend(part.scores);
            found.profiles.extend(part.profiles);
            let mut matters = part.matters.iter();
            for customer in part.found {
                self.pass(customer, &mut matters, gate, decisions, &mut found.outcomes);
            }
        }
    }

    /// The forecast that the policy asks for.
    pub(super) fn wanted(&self) -> Wanted {
        let base = self.policy.base();
        Wanted { windows: usize::try_from(base.reporting.forecast_days).unwrap_or(90), width: 1, reporting: base.reporting_currency, new_business: base.reporting.new_business }
    }

    /// Scores and decides for a chunk of customers. Touches nothing shared: chunks may run on any thread.
    fn work(&self, known: Option<Known<'_>>, who: impl Iterator<Item = CustomerIdx>) -> ChunkFound {
        let (Wanted { windows, width, .. }, count) = (self.wanted(), who.size_hint().0);
        let mut chunk = ChunkFound { profiles: Vec::with_capacity(count), scores: Vec::new(), found: Vec::with_capacity(count), matters: Vec::new(), forecast: Forecast::new(windows, width) };
        if !self.watch.advance(0) {
            return chunk;
        }
        let mut bytes = Vec::new();
        for at in who {
            self.one(known, at, &mut chunk);
            let drafts = chunk.found.last().map_or(&[][..], |found| &found.drafts);
            chunk.matters.extend(drafts.iter().map(|draft| matter(self.books, &self.policy_digest, draft, &self.open, &mut bytes)));
        }
        self.watch.advance(count);
        chunk
    }

    fn one(&self, known: Option<Known<'_>>, at: CustomerIdx, chunk: &mut ChunkFound) {
        let Some(customer) = self.books.customer(at) else { return };
        let settings = self.policy.settings(self.books.text(customer.segment));
        let amount = |amounts: &[i64], at: ItemIdx| amounts.get(at.0 as usize).copied().unwrap_or(0);
        let left = |at: ItemIdx| amount(&self.open, at) - amount(&self.pending, at);
        let heard = conversation::read::heard(self.books, at, self.as_of, settings.collections.reply_window_days, settings.replies.read);
        let profile = scoring::profile(self.books, at, self.as_of, settings, &left, collections::waiting_days(&heard, settings, self.as_of));
        let (scores, distributions) = known.map_or_else(|| (self.unpredicted(at, &profile, settings), Vec::new()), |known| self.scores(known, at, &profile));
        self.add_forecast(&scores, &distributions, &mut chunk.forecast);
        let loose = self.loose_of(at);
        let credits = self.credits_of(&scores, &loose);
        let view = View {
            books: self.books,
            settings,
            as_of: self.as_of,
            at,
            customer,
            profile: &profile,
            scores: &scores,
            pending: &self.pending,
            credits: &credits,
            loose: &loose,
            usual: &self.usual,
            exposures: &self.exposures,
            failures: &self.failures,
            cases: &self.cases,
            open: &self.open,
            heard: &heard,
            policy_digest: &self.policy_digest,
        };
        chunk.found.push(collections::decide(&view));
        if known.is_some() {
            chunk.scores.extend(scores);
        }
        chunk.profiles.push(profile);
    }

    /// What is open of a customer, where no payment date is predicted.
    fn unpredicted(&self, at: CustomerIdx, profile: &Profile, settings: &Settings) -> Vec<Score> {
        let range = self.books.item_range(at);
        let open = self.open.get(range.clone()).unwrap_or(&[]);
        let rows = range.zip(self.books.items_of(at)).zip(open).filter(|(_, open)| **open > 0);
        rows.map(|((place, item), open)| {
            let score = Score::unpredicted(ItemIdx(place as u32), item, *open, self.as_of);
            self.with_points(score, item, profile, settings)
        })
        .collect()
    }

    fn with_points(&self, score: Score, item: &Item, profile: &Profile, settings: &Settings) -> Score {
        let usual = self.usual.get(&item.currency).copied().unwrap_or(1);
        Score { points: scoring::item_points(item, score.open, usual, self.as_of, profile, score.p_default, settings), ..score }
    }

    fn scores(&self, (past, said): Known<'_>, at: CustomerIdx, profile: &Profile) -> (Vec<Score>, Vec<Distribution>) {
        let settings = self.policy.settings(self.books.segment_of(Some(at)));
        let today = calendar::days_since_epoch(self.as_of);
        let range = self.books.item_range(at);
        let open = |place: usize| self.open.get(range.start + place).copied().filter(|open| *open > 0);
        let asks: Vec<(usize, i32)> = (0..range.len()).filter(|place| open(*place).is_some()).map(|place| (place, today)).collect();
        if asks.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let found = scoring::answer(past, past.bills_of(self.books, at), &asks);
        let scored = asks.iter().zip(found).filter_map(|((place, _), mut found)| {
            let (item, open) = (self.books.items_of(at).get(*place)?, open(*place)?);
            scoring::replace(&past.model, self.books, item, today, &mut found);
            said.apply(said.of(at), self.books, ItemIdx((range.start + place) as u32), &mut found);
            let (distribution, rates) = found;
            let score = scoring::score(ItemIdx((range.start + place) as u32), item, open, self.as_of, &distribution, rates, settings);
            Some((self.with_points(score, item, profile, settings), distribution))
        });
        scored.unzip()
    }

    fn add_forecast(&self, scores: &[Score], distributions: &[Distribution], forecast: &mut Forecast) {
        let debits = || {
            scores.iter().zip(distributions).filter_map(|(score, distribution)| {
                let item = self.books.item(score.item).filter(|item| !item.kind.is_credit())?;
                let pending = self.pending.get(score.item.0 as usize).copied().unwrap_or(0);
                Some((item.currency, (score.open - pending).max(0), distribution))
            })
        };
        let mut currencies: Vec<Currency> = debits().map(|row| row.0).collect();
        currencies.sort_unstable();
        currencies.dedup();
        for currency in currencies {
            forecast.add(currency, debits().filter(|row| row.0 == currency).map(|row| (row.1, row.2)));
        }
    }

    fn loose_of(&self, at: CustomerIdx) -> Vec<Loose> {
        let from = self.loose.partition_point(|row| row.0 < at);
        self.loose.iter().skip(from).take_while(|row| row.0 == at).map(|row| row.1).collect()
    }

    fn credits_of(&self, scores: &[Score], loose: &[Loose]) -> Vec<(Currency, i64)> {
        let notes = scores.iter().filter_map(|score| self.books.item(score.item).filter(|item| item.kind.is_credit()).map(|item| (item.currency, score.open)));
        loose.iter().map(|cash| (cash.currency, cash.amount)).chain(notes).collect()
    }

    /// Passes one customer's drafts through the gate, in order, and ties its outcomes to the decisions.
    fn pass<'m>(&self, customer: Found, matters: &mut impl Iterator<Item = &'m Matter>, gate: &mut Gate<'_>, decisions: &mut Vec<Decision>, outcomes: &mut Vec<Outcome>) {
        let mut passed: Vec<Result<u32, Reason>> = Vec::with_capacity(customer.drafts.len());
        for (draft, matter) in customer.drafts.into_iter().zip(matters) {
            passed.push(gate.pass_known(draft, matter, &self.open).map(|decision| {
                decisions.push(decision);
                decisions.len() as u32 - 1
            }));
        }
        outcomes.extend(customer.outcomes.into_iter().map(|mut outcome| {
            match outcome.draft.and_then(|at| passed.get(at as usize)) {
                Some(Ok(decision)) => outcome.draft = Some(*decision),
                Some(Err(reason)) => (outcome.draft, outcome.reason) = (None, *reason),
                None => outcome.draft = None,
            }
            outcome
        }));
    }
}
