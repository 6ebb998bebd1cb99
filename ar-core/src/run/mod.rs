//! The street: one pure function from the books, the rules and what was learned to the report of a day.

mod chunks;

use crate::action::{ActionKind, Mode};
use crate::audit::Scope;
use crate::calendar;
use crate::collections::disputes::{self, Cases};
use crate::collections::{self, Exposures, Failures, Found, Loose, Outcome, View};
use crate::conversation;
use crate::decision::{Decision, Draft, Params};
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::escalation::Gate;
use crate::ledger::{Books, Ledger};
use crate::matching::{self, Answer, Certificate, MatchStatus};
use crate::models::Models;
use crate::money::Currency;
use crate::policy::{Policy, Settings};
use crate::reason::{Reason, ReasonCode};
use crate::record::{Contact, CustomerIdx, Item, ItemIdx};
use crate::report::{self, Report};
use crate::scoring::{self, Circumstances, Distribution, Forecast, Past, Profile, Score, Wanted, Worth};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use chunks::chunks;
use core::ops::Range;

/// Runs one day: applies the cash, scores what is open, decides what each customer needs, lets the gate say who
/// decides, and reports. Pure: the same ledger, policy, models and day give the same report, to the byte.
///
/// # Errors
/// `invalid_argument` for a day outside the calendar, or before a day that the books have closed; `invalid_policy` for another policy
/// under a version that the books know.
pub fn run(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Report, Error> {
    check(ledger, policy, as_of)?;
    let mut day = Day::new(ledger, policy, models, as_of);
    let mut gate = Gate::new(ledger, policy, as_of);
    let mut found = day.apply_cash(&mut gate);
    let claims = disputes::claims(ledger, as_of);
    day.standing(&claims, &gate);
    let (past, circumstances) = known(ledger, models, as_of);
    let wanted = day.wanted();
    let forecast = day.customers(Some((&past, &circumstances)), &mut gate, &mut found);
    found.forecast = forecast.lines(ledger, ledger, as_of, &models.pay_time.bands, &wanted);
    found.aging = report::aging(ledger, &day.open, &day.left_of_payments(&found), as_of);
    found.kpis = report::kpis(ledger, &found.aging, policy.base(), as_of);
    let facts = report::MeasureFacts { books: ledger, policy, as_of, open: &day.open, decisions: &found.decisions };
    found.kpis.extend(report::measures(&facts).into_iter().chain(report::autonomy_measures(&facts)));
    found.kpis.extend(report::drift(&past.drift));
    found.root_causes = report::root_causes(ledger, &claims, &day.open, policy.base(), as_of);
    found.risk = report::risk(&report::RiskFacts { books: ledger, policy, as_of, open: &day.open, scores: &found.scores, profiles: &found.profiles, aging: &found.aging });
    found.open = day.open;
    Ok(Report::new(ledger.clone(), policy, models, as_of, Scope::All, found))
}

/// Applies the cash of a day, decides what each customer needs, and stops there: the report has the parts `payments`,
/// `allocations`, `decisions`, `outcomes`, `worklist`, `capacity` and `audit`; the other parts are empty. The decisions are those of
/// [`run`], with the same identifiers and reasons. No payment date is predicted, unless the policy reminds of items before they are
/// due: the worth of the decisions is then nothing, and their priority is without the points for the risk of default. For the evening
/// of a large book, where only dunning is wanted.
///
/// # Errors
/// As [`run`].
pub fn collect(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Report, Error> {
    check(ledger, policy, as_of)?;
    let mut day = Day::new(ledger, policy, models, as_of);
    let mut gate = Gate::new(ledger, policy, as_of);
    let mut found = day.apply_cash(&mut gate);
    day.standing(&disputes::claims(ledger, as_of), &gate);
    if policy.any(|settings| settings.collections.remind_before_days > 0) {
        let (past, circumstances) = known(ledger, models, as_of);
        day.customers(Some((&past, &circumstances)), &mut gate, &mut found);
    } else {
        day.customers(None, &mut gate, &mut found);
    }
    (found.scores, found.open) = (Vec::new(), day.open);
    Ok(Report::new(ledger.clone(), policy, models, as_of, Scope::Collections, found))
}

/// Applies the cash of a day and stops there: the report has the parts `payments` and `allocations`, the `decisions` on them
/// with their `worklist`, and the `audit` of these; the other parts are empty. The same answers as those of [`run`].
///
/// # Errors
/// As [`run`].
pub fn match_payments(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Report, Error> {
    check(ledger, policy, as_of)?;
    let mut day = Day::new(ledger, policy, models, as_of);
    let found = day.apply_cash(&mut Gate::new(ledger, policy, as_of));
    Ok(Report::new(ledger.clone(), policy, models, as_of, Scope::Cash, found))
}

fn check(books: &Books, policy: &Policy, as_of: NaiveDate) -> Result<(), Error> {
    // A version is one policy for ever: one that was changed without a new name would stand in the log as the old one.
    let known = books.policy_versions().find(|(version, _)| *version == policy.version());
    if let Some((version, row)) = known.filter(|(_, row)| row.digest != policy.digest()) {
        let message = format!("'{version}' is another policy since {}: a change has a version of its own", row.on);
        return Err(Error::one(ErrorCode::InvalidPolicy, "policy", Some("version"), ProblemCode::VersionTaken, message));
    }
    let refuse = |code, message| Err(Error::one(ErrorCode::InvalidArgument, "arguments", Some("as_of"), code, message));
    if !(calendar::FIRST_DAY..=calendar::LAST_DAY).contains(&as_of) {
        return refuse(ProblemCode::OutOfRange, format!("{as_of} is not in {} to {}", calendar::FIRST_DAY, calendar::LAST_DAY));
    }
    match books.closed_on().filter(|closed| as_of < *closed) {
        Some(closed) => refuse(ProblemCode::EventTooOld, format!("the books are closed until {closed}")),
        None => Ok(()),
    }
}

/// What the stages of one run share.
struct Day<'d> {
    books: &'d Books,
    policy: &'d Policy,
    models: &'d Models,
    as_of: NaiveDate,
    /// Open amount of each item, after what was posted this morning.
    open: Vec<i64>,
    /// Cash proposed for each item and not posted.
    pending: Vec<i64>,
    /// Cash that could not be placed, sorted by customer.
    loose: Vec<(CustomerIdx, Loose)>,
    /// Median open amount by currency.
    usual: BTreeMap<Currency, i64>,
    /// What is owed under each credit limit.
    exposures: Exposures,
    /// The payments that failed.
    failures: Failures,
    /// What became of earlier disputes and deductions.
    cases: Cases,
    policy_digest: String,
}

/// What payment dates are predicted from.
type Known<'k> = (&'k Past<'k>, &'k Circumstances);

fn known<'k>(books: &'k Books, models: &'k Models, as_of: NaiveDate) -> (Past<'k>, Circumstances) {
    let today = calendar::days_since_epoch(as_of);
    let past = Past::new(books, &models.pay_time, &[today]).rolled(&[today]);
    let circumstances = Circumstances::learn(&past, books, today);
    (past, circumstances)
}

/// What one chunk of customers leaves behind.
struct ChunkFound {
    profiles: Vec<Profile>,
    scores: Vec<Score>,
    found: Vec<Found>,
    forecast: Forecast,
}

impl<'d> Day<'d> {
    fn new(books: &'d Books, policy: &'d Policy, models: &'d Models, as_of: NaiveDate) -> Self {
        Self {
            books,
            policy,
            models,
            as_of,
            open: books.open_all(as_of),
            pending: alloc::vec![0; books.items().len()],
            loose: Vec::new(),
            usual: BTreeMap::new(),
            exposures: Exposures::default(),
            failures: Failures::default(),
            cases: Cases::default(),
            policy_digest: String::new(),
        }
    }

    /// What customers owe together, what failed and what became of earlier claims, once the cash of the day is placed. Only for those who
    /// ask for it.
    fn standing(&mut self, claims: &[disputes::Claimed], gate: &Gate<'_>) {
        self.cases = Cases::new(self.books, claims, self.as_of, self.policy.base().disputes.numbers.case_days);
        self.policy_digest = gate.digest().into();
        if self.policy.any(|settings| settings.credit.numbers.holds) {
            self.exposures = Exposures::read(self.books, &self.open, &self.pending, &self.loose);
        }
        if self.policy.any(|settings| !settings.retries.after_days.is_empty()) {
            self.failures = Failures::read(self.books, self.as_of);
        }
    }
}

impl Day<'_> {
    /// Matches the payments and passes each answer through the gate. What may be posted is no longer open; what is
    /// only proposed holds its items. Returns the answers, the decision of each, and what is usual among what is left open.
    fn apply_cash(&mut self, gate: &mut Gate<'_>) -> report::Parts {
        let mut decisions = Vec::new();
        let mut remaining = self.open.clone();
        let mut answers = matching::match_payments(self.books, self.policy.base(), &self.models.cash, self.as_of, &mut remaining);
        let mut posted = Vec::with_capacity(answers.len());
        let mut asked: BTreeSet<CustomerIdx> = BTreeSet::new();
        for answer in &mut answers {
            // One question a customer and day is enough; the others are asked on another.
            let draft = self.cash_draft(answer).filter(|draft| draft.action != ActionKind::AskRemittance || draft.customer.is_none_or(|at| asked.insert(at)));
            let decision = draft.and_then(|draft| gate.pass(draft, &self.open).ok());
            let acted = decision.as_ref().is_some_and(|decision| decision.mode == Mode::Act && decision.draft.action == ActionKind::PostAllocation);
            if let Some(decision) = decision.as_ref().filter(|_| acted) {
                answer.post_instead(&decision.draft.params.lines);
            }
            self.place(answer, acted);
            posted.push(decision.map(|decision| {
                decisions.push(decision);
                decisions.len() as u32 - 1
            }));
            if acted {
                self.deduct(answer, gate, &mut decisions);
            }
        }
        self.loose.sort_by_key(|row| (row.0, row.1.currency, row.1.received_on, row.1.amount));
        self.usual = usual_amounts(self.books, &self.open);
        report::Parts { answers, posted, decisions, usual: self.usual.clone(), ..report::Parts::default() }
    }

    /// Works on all customers and passes what they need through the gate, in their order. Returns the forecast of what is open, where
    /// payment dates are predicted.
    fn customers(&self, known: Option<Known<'_>>, gate: &mut Gate<'_>, found: &mut report::Parts) -> Forecast {
        let wanted = self.wanted();
        let mut forecast = Forecast::new(wanted.windows, wanted.width);
        let mut decisions = core::mem::take(&mut found.decisions);
        let parts = chunks(self.books.customers().len(), |range| self.work(known, range));
        let count = |of: fn(&Found) -> usize| parts.iter().flat_map(|part| &part.found).map(of).sum();
        decisions.reserve(count(|found| found.drafts.len()));
        found.outcomes.reserve(count(|found| found.outcomes.len()));
        for part in parts {
            forecast.merge(&part.forecast);
            found.scores.extend(part.scores);
            for (profile, customer) in part.profiles.into_iter().zip(part.found) {
                found.profiles.push(profile);
                self.pass(customer, gate, &mut decisions, &mut found.outcomes);
            }
        }
        decisions.extend(gate.proposals().into_iter().filter_map(|draft| gate.pass(draft, &self.open).ok()));
        found.autonomy = gate.standings();
        found.decisions = decisions;
        forecast
    }

    /// What was kept back of the items of a posting is worked on as a deduction from the day it is seen.
    fn deduct(&mut self, answer: &Answer, gate: &mut Gate<'_>, decisions: &mut Vec<Decision>) {
        let Some(posting) = decisions.last().map(|decision| decision.id.clone()) else { return };
        for kept in &answer.kept_back {
            let Some(item) = self.books.item(kept.item) else { continue };
            let draft = Draft {
                customer: Some(item.customer),
                currency: item.currency,
                items: alloc::vec![kept.item],
                action: ActionKind::CreateDeduction,
                amount: kept.amount,
                priority: self.policy.base().scoring.points_amount / 2,
                worth: Worth::of_cash(kept.amount, self.policy.base()),
                options: Vec::new(),
                confidence_ppm: answer.confidence_ppm,
                certain: true,
                params: Params { payment: Some(answer.payment), kept_back: Some((kept.clone(), posting.clone())), ..Params::default() },
                reasons: alloc::vec![Reason::new(ReasonCode::ShortPaid, kept.amount, Reason::NOTHING)],
            };
            let Ok(decision) = gate.pass(draft, &self.open) else { continue };
            // What is a deduction, or waits to be one, is no longer dunned as what it was.
            let acted = decision.mode == Mode::Act;
            let place = if acted { self.open.get_mut(kept.item.0 as usize) } else { self.pending.get_mut(kept.item.0 as usize) };
            if let Some(place) = place {
                *place = if acted { *place - kept.amount } else { place.saturating_add(kept.amount) };
            }
            decisions.push(decision);
        }
    }

    /// Where the money of an answer stands for the rest of the day.
    fn place(&mut self, answer: &Answer, acted: bool) {
        let Some(payment) = self.books.payment(answer.payment).filter(|payment| !payment.failed) else { return };
        // What a person approved is placed, however many explanations there were.
        let placed = acted || (answer.certificate != Certificate::Tied && answer.status != MatchStatus::Unmatched);
        for line in &answer.lines {
            let at = line.item.0 as usize;
            if let Some(open) = self.open.get_mut(at).filter(|_| acted) {
                *open -= line.item_amount.abs();
            } else if let Some(pending) = self.pending.get_mut(at).filter(|_| placed) {
                *pending = pending.saturating_add(line.item_amount.abs());
            }
        }
        let explained = answer.cash();
        let loose = if placed { answer.unapplied } else { answer.unapplied + explained };
        if let Some(customer) = answer.customer.filter(|_| loose > 0) {
            self.loose.push((customer, Loose { currency: payment.currency, amount: loose, received_on: payment.received_on, whole: !placed }));
        }
    }

    /// Whether nothing may be sent to the customer: then a person looks instead of a question going out.
    fn is_silent(&self, at: CustomerIdx) -> bool {
        let Some(customer) = self.books.customer(at) else { return true };
        let settings = self.policy.settings(self.books.text(customer.segment));
        collections::silence(customer, scoring::severity(self.books, at, self.as_of, settings), settings, self.as_of).is_some()
    }

    fn cash_draft(&self, answer: &Answer) -> Option<Draft> {
        let payment = self.books.payment(answer.payment).filter(|payment| !payment.failed)?;
        let explained = answer.cash();
        let asked = || {
            let settings = self.policy.base();
            let recent =
                |contact: &&Contact| self.books.text(contact.channel) == Contact::REMITTANCE && i64::from(calendar::days_between(contact.on, self.as_of)) < settings.collections.min_interval_days;
            answer.customer.is_some_and(|at| self.books.contacts_of(at).iter().any(|contact| recent(&contact)))
        };
        let action = match answer.status {
            MatchStatus::Auto | MatchStatus::Propose => ActionKind::PostAllocation,
            // What a posting left over stays on account until there is something to apply it to.
            MatchStatus::Unmatched if answer.unapplied < payment.amount => return None,
            MatchStatus::Unmatched if answer.customer.is_none() => ActionKind::Review,
            MatchStatus::Unmatched if asked() => return None,
            MatchStatus::Unmatched if answer.customer.is_some_and(|at| self.is_silent(at)) => ActionKind::Review,
            MatchStatus::Unmatched => ActionKind::AskRemittance,
        };
        let amount = if explained > 0 { explained } else { answer.unapplied };
        Some(Draft {
            customer: answer.customer,
            currency: payment.currency,
            items: answer.lines.iter().map(|line| line.item).collect(),
            action,
            amount,
            priority: self.policy.base().scoring.points_amount / 2,
            worth: Worth::of_cash(amount, self.policy.base()),
            options: Vec::new(),
            confidence_ppm: if answer.lines.is_empty() { 1_000_000 } else { answer.confidence_ppm },
            certain: answer.status != MatchStatus::Propose,
            params: Params { payment: Some(answer.payment), lines: answer.lines.clone(), ..Params::default() },
            reasons: answer.reasons.clone(),
        })
    }

    /// The forecast that the policy asks for.
    fn wanted(&self) -> Wanted {
        let base = self.policy.base();
        Wanted { windows: usize::try_from(base.reporting.forecast_days).unwrap_or(90), width: 1, reporting: base.reporting_currency, new_business: base.reporting.new_business }
    }

    /// Scores and decides for a chunk of customers. Touches nothing shared: chunks may run on any thread.
    fn work(&self, known: Option<Known<'_>>, range: Range<usize>) -> ChunkFound {
        let Wanted { windows, width, .. } = self.wanted();
        let mut chunk = ChunkFound { profiles: Vec::with_capacity(range.len()), scores: Vec::new(), found: Vec::with_capacity(range.len()), forecast: Forecast::new(windows, width) };
        for at in range.filter_map(|at| u32::try_from(at).ok()).map(CustomerIdx) {
            self.one(known, at, &mut chunk);
        }
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
        let found = scoring::answer(past, past.bills(at).to_vec(), &asks);
        let scored = asks.iter().zip(found).filter_map(|((place, _), mut found)| {
            let (item, open) = (self.books.items_of(at).get(*place)?, open(*place)?);
            scoring::replace(past.model, self.books, item, today, &mut found);
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
    fn pass(&self, customer: Found, gate: &mut Gate<'_>, decisions: &mut Vec<Decision>, outcomes: &mut Vec<Outcome>) {
        let mut passed: Vec<Result<u32, Reason>> = Vec::with_capacity(customer.drafts.len());
        for draft in customer.drafts {
            passed.push(gate.pass(draft, &self.open).map(|decision| {
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

    /// What the day leaves unapplied of each payment.
    fn left_of_payments(&self, found: &report::Parts) -> Vec<i64> {
        let mut left = self.books.unapplied_all(self.as_of);
        for (answer, decision) in found.answers.iter().zip(&found.posted) {
            let acted = decision.and_then(|at| found.decisions.get(at as usize)).is_some_and(|decision| decision.mode == Mode::Act && decision.draft.action == ActionKind::PostAllocation);
            if let Some(left) = left.get_mut(answer.payment.0 as usize).filter(|_| acted) {
                *left -= answer.cash();
            }
        }
        left
    }
}

fn usual_amounts(books: &Books, open: &[i64]) -> BTreeMap<Currency, i64> {
    let mut amounts: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
    for (item, open) in books.items().iter().zip(open).filter(|(item, open)| **open > 0 && !item.kind.is_credit()) {
        amounts.entry(item.currency).or_default().push(*open);
    }
    amounts
        .into_iter()
        .map(|(currency, mut amounts)| {
            let middle = amounts.len() / 2;
            let (_, median, _) = amounts.select_nth_unstable(middle);
            (currency, *median)
        })
        .collect()
}
