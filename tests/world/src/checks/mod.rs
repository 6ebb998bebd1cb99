//! The invariants, each a function named after its number. Those of a day are asked of every report, before the host has done
//! anything; those of the books after every step; those of the log at the end.

mod arrangement;
mod audit;
mod autonomy;
mod contact;
mod contact_when;
mod level;
mod money;
mod outcome;
mod owed;

use crate::facts::Facts;
use crate::rules::{Rules, days};
use crate::world::{Meaning, World};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use ar_core::matching::{Answer, Certificate, MatchStatus};
use ar_core::record::ItemIdx;
use ar_core::{Ledger, Report};

pub use audit::chain_holds;
pub use level::level_stands;

type OnRun = fn(&Seen<'_>) -> Result<(), String>;
type AfterStep = fn(&World) -> Result<(), String>;
type AtTheEnd = fn(&World, &Ledger, Option<&(usize, String)>) -> Result<(), String>;

macro_rules! named {
    ($list:ident: $kind:ty = $($room:ident::$name:ident),+ $(,)?) => {
        const $list: &[(&str, $kind)] = &[$((stringify!($name), $room::$name)),+];
    };
}

named! { ON_RUN: OnRun =
    contact::invariant_01_nothing_settled_is_asked_for,
    contact::invariant_02_disputes_hold,
    contact::invariant_03_promises_and_plans_hold,
    contact::invariant_04_blocks_hold,
    contact_when::invariant_05_contact_days,
    contact_when::invariant_06_caps_and_quiet,
    contact_when::invariant_07_interval_between_notices,
    contact_when::invariant_08_channels,
    contact::invariant_09_one_notice,
    contact::invariant_10_credits_cover,
    contact_when::invariant_11_most_contacts,
    level::invariant_12_one_level_a_run,
    level::invariant_13_levels_are_earned,
    level::invariant_14_minimum_falls_back,
    level::invariant_15_the_highest_level_speaks,
    level::invariant_17_exhausted_goes_to_a_person,
    level::invariant_18_settled_items_are_left_alone,
    money::invariant_20_fees_once_and_capped,
    money::invariant_21_no_fee_on_fees,
    money::invariant_24_compensation_once,
    money::invariant_25_currencies_do_not_mix,
    owed::invariant_26_credits_are_owed_once,
    audit::invariant_27_the_same_day_again,
    audit::invariant_30_a_dry_run_changes_nothing,
    outcome::invariant_32_one_outcome,
    outcome::invariant_33_nothing_is_left_out,
    audit::invariant_34_the_chain_holds,
    autonomy::invariant_35_default_deny,
    autonomy::invariant_37_approvals_are_exact,
    autonomy::invariant_38_kill_switch,
    arrangement::invariant_38_holds_stay,
    autonomy::invariant_39_budgets,
    autonomy::invariant_40_one_authorisation,
}

named! { AFTER_STEP: AfterStep =
    level::invariant_16_levels_fall_by_events_only,
    money::invariant_26_amounts_add_up,
    audit::invariant_28_no_day_before_the_closed_one,
}

named! { AT_THE_END: AtTheEnd =
    audit::invariant_29_replay,
}

/// The names of all checks, as the table of the invariants has them.
pub const NAMES: [&str; ON_RUN.len() + AFTER_STEP.len() + AT_THE_END.len()] = {
    let mut names = [""; ON_RUN.len() + AFTER_STEP.len() + AT_THE_END.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = if at < ON_RUN.len() {
            ON_RUN[at].0
        } else if at < ON_RUN.len() + AFTER_STEP.len() {
            AFTER_STEP[at - ON_RUN.len()].0
        } else {
            AT_THE_END[at - ON_RUN.len() - AFTER_STEP.len()].0
        };
        at += 1;
    }
    names
};

fn name(result: Result<(), String>, name: &str) -> Result<(), String> {
    result.map_err(|why| format!("{name}: {why}"))
}

pub(crate) fn on_run(seen: &Seen<'_>) -> Result<(), String> {
    ON_RUN.iter().try_for_each(|(of, check)| name(check(seen), of))
}

pub(crate) fn after_step(world: &World) -> Result<(), String> {
    AFTER_STEP.iter().try_for_each(|(of, check)| name(check(world), of))
}

pub(crate) fn at_the_end(world: &World, genesis: &Ledger, kept: Option<&(usize, String)>) -> Result<(), String> {
    AT_THE_END.iter().try_for_each(|(of, check)| name(check(world, genesis, kept), of))
}

/// `Err` with a sentence where something does not hold.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}
use ensure;

/// A report, beside what the host knows on the day.
pub(crate) struct Seen<'w> {
    pub world: &'w World,
    pub facts: &'w Facts,
    pub rules: &'w Rules,
    pub report: &'w Report,
    /// What is left of each item once the day has posted what it posts.
    pub left: Vec<i64>,
    /// Cash on its way to each item: proposed, and not posted.
    pub landed: Vec<i64>,
    /// Of each dispute what was found valid and is still to be credited.
    pub credits_owed: Vec<i64>,
    /// The item of the facts at each place of the books.
    places: Vec<usize>,
}

impl<'w> Seen<'w> {
    pub(crate) fn new(world: &'w World, report: &'w Report) -> Self {
        let (books, facts) = (report.ledger(), &world.facts);
        let place = |id: &str| facts.items.iter().position(|item| item.id == id).unwrap_or(usize::MAX);
        let places: Vec<usize> = books.items().iter().map(|item| place(books.text(item.id))).collect();
        let left = (0..facts.items.len()).map(|at| facts.open(at)).collect();
        let mut seen = Self { world, facts, rules: &world.rules, report, left, landed: vec![0; facts.items.len()], credits_owed: Vec::new(), places };
        for decision in report.decisions() {
            if let Some((kept, _)) = &decision.draft.params.kept_back {
                let at = seen.place(kept.item);
                *(if decision.mode == Mode::Act { &mut seen.left[at] } else { &mut seen.landed[at] }) += if decision.mode == Mode::Act { -kept.amount } else { kept.amount };
            }
        }
        for answer in report.payments() {
            let posted = seen.posts(answer);
            for line in &answer.lines {
                let at = seen.place(line.item);
                if posted {
                    seen.left[at] -= line.item_amount.abs();
                } else if placed(answer) {
                    seen.landed[at] += line.item_amount.abs();
                }
            }
        }
        seen.credits_owed = owed::credits_owed(facts, &seen.left);
        seen
    }

    /// Whether the day posts an answer without asking.
    fn posts(&self, answer: &Answer) -> bool {
        self.report.decisions().iter().any(|row| row.mode == Mode::Act && row.action() == ActionKind::PostAllocation && row.draft.params.payment == Some(answer.payment))
    }

    /// The item of the facts.
    pub(crate) fn place(&self, at: ItemIdx) -> usize {
        self.places[at.0 as usize]
    }

    /// The items of a decision.
    pub(crate) fn items(&self, decision: &Decision) -> impl Iterator<Item = usize> {
        decision.draft.items.iter().map(|at| self.place(*at))
    }

    /// What the identifier of a decision stands for.
    pub(crate) fn meaning(&self, decision: &Decision) -> Meaning {
        // A posting changes what is open of its items itself.
        let cash = matches!(decision.action(), ActionKind::PostAllocation | ActionKind::CreateDeduction | ActionKind::Review | ActionKind::AskRemittance);
        let items = self.items(decision).map(|at| (at, if cash { 0 } else { self.left[at] })).collect();
        let params = &decision.draft.params;
        let of_fact = params.charge.is_some() || params.since.is_some() || params.verdict.is_some() || params.opening.is_some();
        Meaning {
            action: decision.action().name(),
            customer: decision.customer().map(|at| at.0 as usize),
            // What a fact gave rise to is the same decision whatever becomes of its items.
            items: if of_fact { Vec::new() } else { items },
            amount: decision.draft.amount,
            level: decision.draft.params.level,
        }
    }

    /// The decisions that speak to a customer about what it owes.
    pub(crate) fn contacts(&self) -> impl Iterator<Item = &'w Decision> {
        self.report.decisions().iter().filter(|row| matches!(row.action(), ActionKind::SendNotice | ActionKind::SendReminder | ActionKind::RemindPromise | ActionKind::Call))
    }

    /// The channels that a customer may be written to by, in its order.
    pub(crate) fn channels(&self, customer: usize) -> Vec<&'static str> {
        let own = &self.facts.customers[customer].channels;
        if own.is_empty() { vec!["email", "letter"] } else { own.iter().copied().filter(|name| *name != "portal").collect() }
    }

    /// Contacts with a customer by a channel in the window.
    pub(crate) fn by_channel(&self, customer: usize, channel: &str) -> usize {
        self.facts.contacts_by(customer, channel).filter(|on| self.world.ago(*on) < self.rules.window).count()
    }

    /// Whether a channel may be used up once the run is over. A draft counts too that the gate lets not pass: it was refused by a
    /// person, or done today already.
    pub(crate) fn used_up(&self, customer: usize, channel: &str) -> bool {
        let now = self.report.decisions().iter().filter(|row| row.customer().is_some_and(|at| at.0 as usize == customer) && row.draft.params.channel.as_deref() == Some(channel)).count();
        let today = self.facts.contacts_by(customer, channel).filter(|on| self.world.ago(*on) == 0).count();
        let capped = channel == "email" && self.rules.email_cap < 50;
        capped && ((self.by_channel(customer, channel) + now + today) as i64 >= self.rules.email_cap || self.facts.verdicts.values().any(|approved| !approved))
    }

    /// The notices of the ladder.
    pub(crate) fn notices(&self) -> impl Iterator<Item = &'w Decision> {
        self.contacts().filter(|row| row.action() == ActionKind::SendNotice)
    }

    /// Days past due.
    pub(crate) fn late(&self, at: usize) -> i64 {
        days(self.facts.items[at].due_on, self.world.today)
    }

    /// Why an item is not pursued today, if so.
    pub(crate) fn held(&self, at: usize) -> Option<&'static str> {
        let (item, today, rules) = (&self.facts.items[at], self.world.today, self.rules);
        let disputed = self.facts.disputed(at);
        let owed = self.owed(at);
        let grace = self.facts.lost_dispute_on(at).is_some_and(|on| self.world.ago(on) < rules.grace);
        let holds = [
            (item.handed_over, "handed_over"),
            (item.blocked_until.is_some_and(|until| today < until), "blocked"),
            (self.landed[at] > 0, "cash_landed"),
            (self.facts.planned(at, today, rules, true), "plan_active"),
            (self.facts.promised(at, today, rules), "promise_live"),
            (grace, "dispute_grace"),
            (disputed >= self.left[at] || (disputed > 0 && rules.whole_item), "dispute_open"),
            (owed > 0 && disputed + owed >= self.left[at], "credit_owed"),
        ];
        holds.iter().find(|(holds, _)| *holds).map(|(_, name)| *name)
    }

    /// What may be asked for of an item that nothing holds.
    pub(crate) fn undisputed(&self, at: usize) -> i64 {
        (self.left[at] - self.facts.disputed(at) - self.owed(at)).max(0)
    }

    /// What of an item was found valid and is still to be credited.
    pub(crate) fn owed(&self, at: usize) -> i64 {
        self.facts.disputes.iter().zip(&self.credits_owed).filter(|row| row.0.item == at).map(|row| row.1).sum()
    }

    /// The overdue items of a customer in a currency that nothing holds.
    pub(crate) fn pursued(&self, customer: usize, yen: bool) -> Vec<usize> {
        let of = |at: &usize| {
            let item = &self.facts.items[*at];
            item.customer == customer && item.yen == yen && !item.is_credit() && self.left[*at] > 0 && self.late(*at) > 0 && self.held(*at).is_none()
        };
        (0..self.facts.items.len()).filter(of).collect()
    }

    /// What those sum to.
    pub(crate) fn pursued_sum(&self, customer: usize, yen: bool) -> i64 {
        self.pursued(customer, yen).iter().map(|at| self.undisputed(*at)).sum()
    }

    /// Credits of a customer in a currency that are for nothing yet: the rest of its payments, and its credit notes.
    pub(crate) fn credits(&self, customer: usize, yen: bool) -> i64 {
        let notes = (0..self.facts.items.len()).filter(|at| self.facts.items[*at].is_credit() && self.facts.items[*at].customer == customer && self.facts.items[*at].yen == yen);
        let cash = self.report.payments().iter().filter_map(|answer| Some((answer, self.payment(answer)?)));
        let mine = cash.filter(|(_, at)| self.facts.payments[*at].customer == Some(customer) && self.facts.payments[*at].yen == yen);
        notes.map(|at| self.left[at]).sum::<i64>() + mine.map(|(answer, at)| self.loose(answer, at)).sum::<i64>()
    }

    /// What an answer leaves of a payment that stands on no item.
    pub(crate) fn loose(&self, answer: &Answer, at: usize) -> i64 {
        let explained: i64 = answer.lines.iter().filter(|line| line.kind.name() == "payment").map(|line| line.amount).sum();
        self.facts.unapplied(at) - if self.posts(answer) || placed(answer) { explained } else { 0 }
    }

    /// The payment of an answer.
    pub(crate) fn payment(&self, answer: &Answer) -> Option<usize> {
        let books = self.report.ledger();
        let id = books.text(books.payment(answer.payment)?.id);
        self.facts.payments.iter().position(|row| row.id == id)
    }

    /// The customer of a decision, whether it is in yen, and how it is called.
    pub(crate) fn of(&self, decision: &Decision) -> (usize, bool, String) {
        let customer = decision.customer().map_or(usize::MAX, |at| at.0 as usize);
        let ids: Vec<&str> = self.items(decision).map(|at| self.facts.items[at].id.as_str()).collect();
        (customer, decision.draft.currency.code() == "JPY", format!("{} to C{customer} about {ids:?} on {}", decision.action().name(), self.world.today))
    }
}

/// Whether an answer says which items its cash is for.
fn placed(answer: &Answer) -> bool {
    answer.status != MatchStatus::Unmatched && answer.certificate != Certificate::Tied
}
