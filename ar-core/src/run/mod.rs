//! The street: one pure function from the books, the rules and what was learned to the report of a day.
//!
//! `cash` goes first and in one sequence, `customers` in fixed pieces behind it; `some` says whom a run for some customers is for.

mod cash;
mod customers;
mod some;
mod standing;

use crate::audit::Scope;
use crate::calendar;
use crate::collections::disputes::{self, Cases};
use crate::collections::{Exposures, Failures, Loose};
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::escalation::Gate;
use crate::ledger::{Books, Ledger};
use crate::models::Models;
use crate::money::Currency;
use crate::policy::Policy;
use crate::record::CustomerIdx;
use crate::report::{self, Figures, Report};
use crate::scoring;
use crate::threads;
use crate::watch::{Stage, Watch};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use chrono::NaiveDate;
pub use some::MAX_CUSTOMERS;
pub use standing::{Changed, StandingDay};

/// How much of a day is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent<'e> {
    /// The whole day: [`run`].
    All,
    /// The cash: [`match_payments`].
    Cash,
    /// Cash and decisions: [`collect`].
    Collections,
    /// The day of these customers: [`run_for`].
    Customers(&'e [&'e str]),
}

/// Runs one day: applies the cash, scores what is open, decides what each customer needs, lets the gate say who
/// decides, and reports. Pure: the same ledger, policy, models and day give the same report, to the byte.
///
/// # Errors
/// `invalid_argument` for a day outside the calendar, or before a day that the books have closed; `invalid_policy` for another policy
/// under a version that the books know.
pub fn run(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Report, Error> {
    run_watched(ledger, policy, models, as_of, Extent::All, &Watch::default())
}

/// Runs a day for some customers: "these changed, decide them now". The report has what concerns them in the parts `payments`,
/// `allocations`, `scores`, `decisions`, `outcomes`, `worklist`, `capacity`, `escalations` and `audit`; what speaks of the whole book is
/// empty (`forecast`, `aging`, `kpis`, `risk`, `root_causes`, `autonomy`, and proposals of more autonomy). A payment concerns them where
/// the host or the matcher names one of them as its payer, or where it is to be applied to an item of theirs. The order of `customers`
/// does not matter, nor that one is named twice.
///
/// Every row is that of [`run`] on the same inputs, to the byte: the cash of the whole book is matched and passes the gate as ever, since
/// any payment may take what another one could, and payment dates are predicted from the whole past. What customers share is seen
/// only as far as this run goes:
///
/// - `run_budget` and the budgets of a period that are not kept by customer: spent by the day's cash and by these customers, not by
///   the others, so that what [`run`] asks for may be acted on here. A budget of a period counts what was reported done before; that of
///   a run begins anew with each run. The numbers of these rules are also in the entries of the audit log.
/// - the capacity of the day: `worklist` and `capacity` choose among these decisions alone, in the currency of most of them where the
///   policy names none.
///
/// # Errors
/// As [`run`]; and `invalid_argument` for `customers`: `missing_value` where there is none (nobody is not everybody), `out_of_range` for
/// more than [`MAX_CUSTOMERS`] entries, `unknown_customer` for every one that the books do not have; `row` is the place in the list.
pub fn run_for(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, customers: &[&str]) -> Result<Report, Error> {
    run_watched(ledger, policy, models, as_of, Extent::Customers(customers), &Watch::default())
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
    run_watched(ledger, policy, models, as_of, Extent::Collections, &Watch::default())
}

/// Applies the cash of a day and stops there: the report has the parts `payments` and `allocations`, the `decisions` on them
/// with their `worklist`, and the `audit` of these; the other parts are empty. The same answers as those of [`run`].
///
/// # Errors
/// As [`run`].
pub fn match_payments(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<Report, Error> {
    run_watched(ledger, policy, models, as_of, Extent::Cash, &Watch::default())
}

/// Ages the books and measures them as they stand at the end of a day, without running it: nothing is matched, scored or decided, and
/// there is no log. [`Figures`] says what it has. Where a run posts no cash, its ageing is that of the run, and each of its measures is one
/// of the run. Pure, as [`run`]; some milliseconds for a million items.
///
/// # Errors
/// As [`run`].
pub fn figures(ledger: &Ledger, policy: &Policy, as_of: NaiveDate) -> Result<Figures, Error> {
    check(ledger, policy, as_of)?;
    Ok(Figures::new(ledger, policy, as_of))
}

/// Any of the four, seen from outside: another thread reads in `watch` how far it is, and may stop it.
///
/// # Errors
/// As [`run`] and [`run_for`]; `interrupted` where it was stopped, and then there is no report.
pub fn run_watched(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate, extent: Extent<'_>, watch: &Watch) -> Result<Report, Error> {
    check(ledger, policy, as_of)?;
    let customers = if let Extent::Customers(ids) = extent { some::find(ledger, ids)? } else { Vec::new() };
    let mut day = Day::new(ledger, policy, models, as_of, watch);
    let mut gate = Gate::new(ledger, policy, as_of);
    let mut found = day.apply_cash(&mut gate)?;
    let scope = match extent {
        Extent::All => day.whole(&mut gate, &mut found)?,
        Extent::Cash => Scope::Cash,
        Extent::Collections => day.decided(&mut gate, &mut found)?,
        Extent::Customers(_) => day.of_some(customers, &mut gate, &mut found)?,
    };
    watch.begin(Stage::Report, 0);
    if scope != Scope::Cash {
        found.open = day.open;
    }
    Ok(Report::new(ledger.clone(), policy, models, as_of, scope, found))
}

impl Day<'_> {
    /// All customers, and what is said of the whole book.
    fn whole(&mut self, gate: &mut Gate<'_>, found: &mut report::Parts) -> Result<Scope, Error> {
        let (books, policy, as_of) = (self.books, self.policy, self.as_of);
        let claims = disputes::claims(books, as_of);
        self.standing(&claims, gate);
        let (past, circumstances) = self.known()?;
        let forecast = self.customers(Some((&past, &circumstances)), gate, found)?;
        let wanted = self.wanted();
        found.forecast = forecast.lines(books, as_of, &self.models.pay_time.bands, &wanted);
        if wanted.new_business {
            found.forecast.extend(scoring::new_business(books, as_of, forecast.start(as_of), &wanted));
        }
        let tally = report::Tally::new(books, policy.base(), as_of, Some(&self.open), &self.left_of_payments(found));
        found.aging = report::aging(&tally);
        let measured = || {
            let facts = report::MeasureFacts::new(books, policy, as_of, &found.decisions);
            let mut rows = report::kpis(&tally, policy.base(), as_of);
            rows.extend(report::measures(&facts, &tally));
            rows.push(report::approval_load(&found.decisions));
            rows.extend(report::autonomy_measures(&facts));
            rows.extend(report::drift(&past.drift));
            (rows, report::root_causes(books, &claims, &self.open, policy.base(), as_of))
        };
        let risk = || report::risk(&report::RiskFacts { books, policy, as_of, open: &self.open, scores: &found.scores, profiles: &found.profiles, aging: &found.aging });
        let ((kpis, root_causes), risk) = threads::both(measured, risk);
        (found.kpis, found.root_causes, found.risk) = (kpis, root_causes, risk);
        Ok(Scope::All)
    }

    /// All customers, and payment dates only where the policy reminds of items before they are due.
    fn decided(&mut self, gate: &mut Gate<'_>, found: &mut report::Parts) -> Result<Scope, Error> {
        self.standing(&disputes::claims(self.books, self.as_of), gate);
        if self.policy.any(|settings| settings.collections.remind_before_days > 0) {
            let (past, circumstances) = self.known()?;
            self.customers(Some((&past, &circumstances)), gate, found)?;
        } else {
            self.customers(None, gate, found)?;
        }
        found.scores = Vec::new();
        Ok(Scope::Collections)
    }

    /// These customers alone.
    fn of_some(&mut self, customers: Vec<CustomerIdx>, gate: &mut Gate<'_>, found: &mut report::Parts) -> Result<Scope, Error> {
        some::keep(self.books, &customers, found);
        self.standing(&disputes::claims(self.books, self.as_of), gate);
        let (past, circumstances) = self.known()?;
        found.customers = Some(customers);
        self.customers(Some((&past, &circumstances)), gate, found)?;
        Ok(Scope::Customers)
    }
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
    watch: &'d Watch,
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

impl<'d> Day<'d> {
    fn new(books: &'d Books, policy: &'d Policy, models: &'d Models, as_of: NaiveDate, watch: &'d Watch) -> Self {
        Self {
            books,
            policy,
            models,
            as_of,
            watch,
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
