//! A rehearsal: what another policy would have decided on past days, decision by decision, before anybody puts it in force.
//!
//! Both policies decide on the same books on each day. What the other one would have changed of the days that follow (a notice that did
//! not go out, money that came because of one that did) is not played on: what happened is what happened.

mod pair;
mod table;

use crate::action::{ActionKind, Mode};
use crate::decision::Decision;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::event::Event;
use crate::ledger::Ledger;
use crate::models::Models;
use crate::money::Currency;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::record::ItemIdx;
use crate::report::Report;
use crate::run::{Extent, run_watched};
use crate::text::words;
use crate::watch::Watch;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

words! {
    /// How much of a day is decided.
    Scope {
        /// All of it, as [`crate::run`].
        All = "all",
        /// Without predicted payment dates, as [`crate::collect`]: many times as fast, and nothing is worth anything.
        Collections = "collections",
    }
}

words! {
    /// What becomes of a decision under the other policy.
    Shift {
        /// It is not made any more.
        OnlyBefore = "only_before",
        /// It is made now.
        OnlyAfter = "only_after",
        /// A person was asked; now the engine acts.
        AskToAct = "ask_to_act",
        /// The engine acted; now a person is asked.
        ActToAsk = "act_to_ask",
        /// It is made by the same hands, and says something else.
        Changed = "changed",
        /// It is the same.
        Unchanged = "unchanged",
    }
}

words! {
    /// What of a decision is another.
    Aspect {
        /// The items that it is about; one of them, or of what else it is about, is the same.
        Items = "items",
        /// The amount.
        Amount = "amount",
        /// The dunning level.
        Level = "level",
        /// How it speaks.
        Tone = "tone",
        /// The channel.
        Channel = "channel",
        /// The day of the contact, or of the next look.
        On = "on",
        /// What people are asked: to approve, to say no, to do it, to look at what the engine did.
        Question = "question",
        /// Who is asked.
        Role = "role",
        /// The last day on which it may be carried out.
        ExpiresOn = "expires_on",
        /// Something else of its particulars: instalments, terms, lines of a posting, a verdict.
        Params = "params",
    }
}

/// A decision as one of the policies makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Whether the engine acts or a person decides.
    pub mode: Mode,
    /// Amount in minor units.
    pub amount: i64,
    /// What acting on that day is worth against waiting, in minor units; `None` where nothing was scored.
    pub worth: Option<i64>,
    /// Minutes that a person needs, by the policy after; none where the engine acts.
    pub minutes: i64,
}

/// A decision that is not the same under both policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The day.
    pub on: NaiveDate,
    /// Its identifier under the policy before; `None` where that does not make it.
    pub decision_id: Option<String>,
    /// The customer, unless the payer is unknown.
    pub customer_id: Option<String>,
    /// Currency of the amounts.
    pub currency: Currency,
    /// The items that it is about, under the policy after where that makes it.
    pub item_ids: Vec<String>,
    /// The payment that it is about.
    pub payment_id: Option<String>,
    /// What is done.
    pub action: ActionKind,
    /// What becomes of it.
    pub shift: Shift,
    /// What of it is another.
    pub aspects: Vec<Aspect>,
    /// Under the policy before.
    pub before: Option<Side>,
    /// Under the policy after.
    pub after: Option<Side>,
    /// Reasons that only the policy before has. Where that does not make the decision: what became of its items instead.
    pub reasons_before: Vec<Reason>,
    /// The same for the policy after.
    pub reasons_after: Vec<Reason>,
}

/// All decisions of one fate, action and currency. Sums end at the greatest number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many; a decision that waits is made again on each day.
    pub count: i64,
    /// Amounts before and after, in minor units.
    pub amount: [i64; 2],
    /// Worth before and after, in minor units; `None` where nothing was scored.
    pub worth: [Option<i64>; 2],
    /// Minutes of people before and after.
    pub minutes: [i64; 2],
}

/// What another policy would have decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// The days.
    pub days: Vec<NaiveDate>,
    /// What is not the same, by day; of one day in the order of the decisions after, then those only made before.
    pub rows: Vec<Row>,
    /// By fate, action and currency: everything that was decided, also what is the same.
    pub sums: BTreeMap<(Shift, ActionKind, Currency), Sum>,
    /// The currencies of the books.
    currencies: BTreeSet<Currency>,
}

/// The most days of a rehearsal.
pub const MAX_DAYS: usize = 400;

/// Decides each of the days under two policies, and says what is not the same.
///
/// `ledger` holds the books as they stood when the first day began. `events`, by day, bring them forward: before a day is decided, those
/// of the days before it are applied, and of the day itself those in front of the first that names a decision. What people said and did
/// of the decisions of a day came after its run. An event with the identifier of a decision is one of the policy `before`, taken to have
/// been in force; where the policy `after` makes exactly the same decision, what was said of it holds there too.
///
/// Without events the books stand as they are on every day. What has a day of its own is then as of the day asked (what was open, paid,
/// applied, promised, disputed, sent), what has none is as the ledger has it now: levels and last notices of items, customers, due dates.
///
/// Decisions are the same decision where they are about the same: customer, currency, action, payment, charge and items; and what is left
/// of one customer, currency, action, payment and charge where it shares an item, or a promise, dispute or message.
///
/// # Errors
/// `invalid_argument` for no day or more than [`MAX_DAYS`], for days or events that are not in order, and for days that [`run`](crate::run()) refuses;
/// `invalid_events` as [`Ledger::apply`], with the number of the event.
pub fn rehearse(ledger: &Ledger, before: &Policy, after: &Policy, models: &Models, days: &[NaiveDate], events: &[Event], scope: Scope) -> Result<Rehearsal, Error> {
    rehearse_watched(ledger, before, after, models, days, events, scope, &Watch::default())
}

/// As [`rehearse`], seen from outside: the stages are those of the run under way.
///
/// # Errors
/// As there; `interrupted` where `watch` was stopped.
#[expect(clippy::too_many_arguments, reason = "those of `rehearse`, and the watch")]
pub fn rehearse_watched(ledger: &Ledger, before: &Policy, after: &Policy, models: &Models, days: &[NaiveDate], events: &[Event], scope: Scope, watch: &Watch) -> Result<Rehearsal, Error> {
    in_order(days, events)?;
    let extent = if scope == Scope::All { Extent::All } else { Extent::Collections };
    let work = |books: &Ledger, policy: &Policy, day: NaiveDate| run_watched(books, policy, models, day, extent, watch);
    let renamed = after.known_as(before);
    let (mut books, mut told) = (ledger.clone(), 0);
    let mut found = Rehearsal { days: days.to_vec(), currencies: ledger.currencies().into_iter().collect(), ..Rehearsal::default() };
    for day in days {
        let known = |event: &Event| event.on < *day || (event.on == *day && event.decision_id.is_none());
        let next = events.iter().skip(told).take_while(|event| known(event)).count();
        apply(&mut books, events, told, next)?;
        told += next;
        let reports = [work(&books, before, *day)?, work(&books, &renamed, *day)?];
        Compared { after, day: *day, scored: scope == Scope::All, reports: &reports }.compare(&mut found);
    }
    Ok(found)
}

fn in_order(days: &[NaiveDate], events: &[Event]) -> Result<(), Error> {
    let mut problems = Problems::default();
    if days.is_empty() || days.len() > MAX_DAYS {
        problems.push("arguments", None, Some("days"), ProblemCode::OutOfRange, || format!("{} days, 1 to {MAX_DAYS} are wanted", days.len()));
    }
    if !days.is_sorted_by(|a, b| a < b) {
        problems.push("arguments", None, Some("days"), ProblemCode::DatesOutOfOrder, || "each day must be later than the one before".into());
    }
    if let Some(at) = events.iter().zip(events.iter().skip(1)).position(|(first, then)| then.on < first.on) {
        problems.push("events", Some(at + 1), Some("on"), ProblemCode::DatesOutOfOrder, || "the events of a rehearsal must be sorted by day".into());
    }
    problems.into_result(ErrorCode::InvalidArgument)
}

/// Applies some of the events; a problem names the number of the event among all.
fn apply(books: &mut Ledger, events: &[Event], from: usize, count: usize) -> Result<(), Error> {
    let Some(some) = events.get(from..from + count).filter(|some| !some.is_empty()) else { return Ok(()) };
    books.apply(some).map_err(|error| error.later_by(from as u64))
}

/// One day, decided twice.
struct Compared<'c> {
    after: &'c Policy,
    day: NaiveDate,
    scored: bool,
    reports: &'c [Report; 2],
}

impl Compared<'_> {
    fn compare(&self, found: &mut Rehearsal) {
        let [old, new] = self.reports.each_ref().map(Report::decisions);
        let pairs = pair::pairs(old, new);
        let lone = pairs.iter().any(|pair| pair.contains(&None));
        // What became of items is only asked for decisions that one of the policies does not make.
        let fates = if lone { self.reports.each_ref().map(fates) } else { Default::default() };
        for [at_old, at_new] in pairs {
            let both = [at_old.and_then(|at| old.get(at)), at_new.and_then(|at| new.get(at))];
            self.one(both, &fates, found);
        }
    }

    fn one(&self, both: [Option<&Decision>; 2], fates: &[Fates; 2], found: &mut Rehearsal) {
        let (aspects, shift) = match both {
            [None, None] => return,
            [Some(_), None] => (Vec::new(), Shift::OnlyBefore),
            [None, Some(_)] => (Vec::new(), Shift::OnlyAfter),
            [Some(old), Some(new)] => {
                let aspects = pair::aspects(old, new);
                let shift = match (old.mode, new.mode) {
                    (Mode::Ask, Mode::Act) => Shift::AskToAct,
                    (Mode::Act, Mode::Ask) => Shift::ActToAsk,
                    _ if aspects.is_empty() => Shift::Unchanged,
                    _ => Shift::Changed,
                };
                (aspects, shift)
            }
        };
        let sides = both.map(|side| side.map(|decision| self.side(decision)));
        let [before, after] = both;
        let Some(shown) = after.or(before) else { return };
        let draft = &shown.draft;
        found.sums.entry((shift, draft.action, draft.currency)).or_default().add(&sides);
        found.currencies.insert(draft.currency);
        if shift == Shift::Unchanged {
            return;
        }
        let books = self.reports[0].ledger();
        let reasons = |side: Option<&Decision>, fates: &Fates| side.map_or_else(|| fates.of(&draft.items), |side| side.reasons().to_vec());
        let [old, new] = [reasons(before, &fates[0]), reasons(after, &fates[1])];
        let less = |all: &[Reason], other: &[Reason]| all.iter().filter(|reason| !other.contains(reason)).copied().collect();
        let (reasons_before, reasons_after) = (less(&old, &new), less(&new, &old));
        let [before_side, after_side] = sides;
        found.rows.push(Row {
            on: self.day,
            decision_id: before.map(|decision| decision.id.clone()),
            customer_id: draft.customer.and_then(|at| books.customer(at)).map(|row| books.text(row.id).into()),
            currency: draft.currency,
            item_ids: draft.items.iter().filter_map(|at| books.item(*at)).map(|row| books.text(row.id).into()).collect(),
            payment_id: draft.params.payment.and_then(|at| books.payment(at)).map(|row| books.text(row.id).into()),
            action: draft.action,
            shift,
            aspects,
            before: before_side,
            after: after_side,
            reasons_before,
            reasons_after,
        });
    }

    fn side(&self, decision: &Decision) -> Side {
        let segment = self.reports[0].ledger().segment_of(decision.customer());
        let minutes = self.after.settings(segment).minutes(decision.action());
        Side { mode: decision.mode, amount: decision.draft.amount, worth: self.scored.then(|| decision.draft.worth.net()), minutes: if decision.mode == Mode::Ask { minutes } else { 0 } }
    }
}

/// What became of each open item on a day.
#[derive(Default)]
struct Fates(BTreeMap<ItemIdx, Reason>);

fn fates(report: &Report) -> Fates {
    Fates(report.outcomes().iter().map(|outcome| (outcome.item, outcome.reason)).collect())
}

impl Fates {
    /// Of some items, each reason once.
    fn of(&self, items: &[ItemIdx]) -> Vec<Reason> {
        let mut found: Vec<Reason> = Vec::new();
        for reason in items.iter().filter_map(|at| self.0.get(at)) {
            if !found.contains(reason) {
                found.push(*reason);
            }
        }
        found
    }
}

impl Sum {
    fn add(&mut self, sides: &[Option<Side>; 2]) {
        self.count = self.count.saturating_add(1);
        for (at, side) in sides.iter().enumerate() {
            let Some(side) = side else { continue };
            if let (Some(amount), Some(worth), Some(minutes)) = (self.amount.get_mut(at), self.worth.get_mut(at), self.minutes.get_mut(at)) {
                *amount = amount.saturating_add(side.amount);
                *worth = side.worth.map(|more| worth.unwrap_or(0).saturating_add(more)).or(*worth);
                *minutes = minutes.saturating_add(side.minutes);
            }
        }
    }
}
