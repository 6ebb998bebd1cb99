//! Every number and list that somebody may choose, with unit, range and default. The defaults are conservative.

use super::autonomy::{Autonomy, Supervision};
use super::charges::Charges;
use super::credit::{Credit, Offers, Retries};
use super::disputes::Disputes;
use super::replies::Replies;
use super::setting::{self, Flag, Setting, Share, Whole, section};
use crate::action::{ActionKind, Anchor, GateMode, Tone};
use crate::error::Problems;
use crate::money::Currency;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use chrono::{NaiveDate, Weekday};
use serde_json::{Map, Value};

section! {
    /// Cash application.
    Matching {
        /// The shortest reference that counts as one when it is met in a text.
        min_reference_length: Whole = 4, 2, 64, "characters";
        /// Candidate items that are looked at for one payment before the search stops and says so.
        candidate_budget: Whole = 20_000, 100, 10_000_000, "items";
        /// Steps that the search for sets of items takes for one payment before it stops and says so.
        search_budget: Whole = 400_000, 1_000, 1_000_000_000, "steps";
        /// Rival explanations that are carried in the answer.
        max_alternatives: Whole = 3, 0, 20, "explanations";
        /// Probability from which an explanation that the payer did not list is proposed, and holds its items; below it, it is
        /// only offered among the alternatives.
        propose_from: Share = 200_000, 0, 1_000_000, "probability";
        /// Wrong postings that are accepted of all that are made without a person.
        max_wrong_post_rate: Share = 1_000, 1, 500_000, "share";
        /// Whether a payment that lists nothing may be posted by what its amount says.
        post_by_amount: Flag = true, 0, 1, "flag";
        /// How far the rate of a payment in another currency may be from the rate of the day.
        fx_tolerance: Share = 15_000, 0, 100_000, "share";
    }
}

section! {
    /// Payment-time scores and priorities.
    Scoring {
        /// Settled items that make a history; below it a customer is new.
        history_min_items: Whole = 3, 1, 100, "items";
        /// Settled items needed before a habit is believed.
        habit_min_items: Whole = 5, 2, 100, "items";
        /// Days beyond the customer's own 90 % quantile that still count as habit.
        habit_tolerance_days: Whole = 3, 0, 60, "days";
        /// A habit later than this is not accepted as one.
        habit_max_days: Whole = 60, 0, 365, "days";
        /// Share of late items from which lateness is habitual.
        habitual_share: Share = 750_000, 0, 1_000_000, "share";
        /// Share of late items below which a customer is prompt.
        prompt_share: Share = 200_000, 0, 1_000_000, "share";
        /// Rise of the delay, newest third against the rest, that counts as deterioration.
        deteriorating_days: Whole = 5, 1, 180, "days";
        /// Days past due after which an unpaid item counts as in default.
        default_days: Whole = 180, 60, 720, "days";
        /// Assumed share of the open amount that is lost where a customer defaults; an assumption until it is measured.
        loss_given_default: Share = 600_000, 0, 1_000_000, "share";
        /// Assumed share of the money otherwise unpaid that a message brings in; an assumption until it is measured.
        contact_uplift: Share = 150_000, 0, 1_000_000, "share";
        /// Assumed share of the money otherwise unpaid that a call brings in; an assumption until it is measured.
        call_uplift: Share = 250_000, 0, 1_000_000, "share";
        /// Most points for the money at stake.
        points_amount: Whole = 300, 0, 1000, "points";
        /// Most points for days beyond the habit.
        points_beyond_habit: Whole = 100, 0, 1000, "points";
        /// Points for paying later and later.
        points_deteriorating: Whole = 150, 0, 1000, "points";
        /// Points for open disputes.
        points_dispute: Whole = 100, 0, 1000, "points";
        /// Points for a message of the customer that waits for an answer.
        points_reply_waiting: Whole = 150, 0, 1000, "points";
        /// Points for being late for the first time.
        points_first_time_late: Whole = 60, 0, 1000, "points";
        /// Most points for the probability of default.
        points_default: Whole = 150, 0, 1000, "points";
        /// Points for broken promises.
        points_broken_promise: Whole = 120, 0, 1000, "points";
        /// Most points for outside signals.
        points_signal: Whole = 200, 0, 1000, "points";
    }
}

section! {
    /// When and about what customers are contacted.
    Collections {
        /// Days between two notices of one item, and between two notices of one customer; 0 = also two on one day.
        min_interval_days: Whole = 7, 0, 180, "days";
        /// Sum of a customer's due items below which no notice goes out.
        min_notice_amount: Whole = 5, 0, 1_000_000, "units of the currency";
        /// Whether only the currencies that `minimums` names are dunned.
        listed_currencies_only: Flag = false, 0, 1, "flag";
        /// Days past due for which an item is left alone: until they are over it is on no notice and in no sum of one.
        grace_days: Whole = 0, 0, 90, "days";
        /// Whether levels that count from the invoice date may be reached before the item is due.
        before_due: Flag = false, 0, 1, "flag";
        /// Whether a notice also lists what else the customer has past due in its currency; what has reached no level rises to none.
        whole_account: Flag = false, 0, 1, "flag";
        /// Whether the level before is sent again where the minimum of the next one is not reached; else nothing is sent.
        repeat_below_minimum: Flag = false, 0, 1, "flag";
        /// Whether unapplied credits that cover all that is due hold the notices.
        hold_on_credits: Flag = true, 0, 1, "flag";
        /// After an outage an item goes up one level a run; with this, at once to the highest level that it has reached.
        catch_up_jump: Flag = false, 0, 1, "flag";
        /// Days after which the last level is sent again; 0 = never, a person decides.
        repeat_last_days: Whole = 0, 0, 365, "days";
        /// Days before the due date on which an item is reminded of that is likely to be paid late; 0 = never.
        remind_before_days: Whole = 0, 0, 60, "days";
        /// Probability of being late from which an item is reminded of before it is due.
        remind_from: Share = 500_000, 0, 1_000_000, "probability";
        /// Days from the day of a notice to the day by which it asks for payment; a closed day moves it to the next open one.
        pay_within_days: Whole = 7, 1, 90, "days";
        /// Days for which nothing is sent about an item after a dispute was decided against the customer.
        dispute_grace_days: Whole = 7, 0, 90, "days";
        /// Days for which nobody calls or writes after a conversation, the day of the conversation included; 0 = none.
        quiet_days: Whole = 0, 0, 90, "days";
        /// Length of the window in which calls are capped.
        call_window_days: Whole = 7, 1, 90, "days";
        /// Calls to one customer in the window.
        call_cap: Whole = 7, 1, 50, "calls";
        /// Notices about one item over its life.
        max_contacts: Whole = 10, 1, 100, "notices";
        /// Length of the window in which contacts are capped.
        contact_window_days: Whole = 7, 1, 90, "days";
        /// Contacts with one customer in the window.
        contact_cap: Whole = 2, 1, 50, "contacts";
        /// Business days after the day promised before a promise counts as broken.
        promise_tolerance_days: Whole = 2, 0, 30, "business days";
        /// Live promises of a customer that are taken without a person; a person looks at each further one.
        promise_max_live: Whole = 10, 0, 1_000, "promises";
        /// Days from the day a promise is made for which it holds; a person looks at one for a later day.
        promise_max_days: Whole = 60, 0, 3_650, "days";
        /// Amount of a promise above which a person looks at it.
        promise_max_amount: Whole = 1_000_000_000, 0, 1_000_000_000, "units of the currency";
        /// Amount of a promise below which a person looks at it.
        promise_min_amount: Whole = 0, 0, 1_000_000_000, "units of the currency";
        /// How often something may be promised without being kept before a person looks.
        promise_max_level: Whole = 3, 0, 100, "promises";
        /// Broken promises of a customer that are tolerated before a person calls.
        broken_promises_tolerated: Whole = 0, 0, 20, "promises";
        /// Days for which a payment that nobody could place holds the customer's notices in its currency.
        hold_unplaced_cash_days: Whole = 14, 0, 365, "days";
        /// Hold the whole item while part of it is disputed.
        hold_whole_item: Flag = false, 0, 1, "flag";
        /// Days that a dispute may be open before it is routed.
        route_dispute_days: Whole = 0, 0, 60, "days";
        /// Days that a message of a customer may wait before a person is reminded to answer.
        answer_reply_days: Whole = 0, 0, 30, "days";
        /// Messages older than this are taken as answered elsewhere.
        reply_window_days: Whole = 30, 1, 365, "days";
        /// Amount from which the owner of a strategic account is told.
        owner_notice_amount: Whole = 10_000, 0, 1_000_000_000, "units of the currency";
        /// Days past due from which a person calls a customer who pays later and later.
        call_after_days: Whole = 30, 1, 365, "days";
        /// Severity of an outside signal from which everything stops and a person looks.
        stop_severity: Whole = 80, 1, 100, "severity";
        /// Days for which an outside signal counts.
        signal_window_days: Whole = 180, 1, 1825, "days";
        /// Days after which a decision that nobody carried out expires.
        decision_days: Whole = 5, 1, 60, "days";
    }
}

section! {
    /// One level of the dunning ladder.
    DunningLevel {
        /// Days from the level's anchor on which it may be reached.
        after_days: Whole = 7, 0, 720, "days";
        /// Sum of the customer's due items in the currency from which the level may be reached.
        min_amount: Whole = 0, 0, 1_000_000_000, "units of the currency";
        /// The same as a share of all that the customer has open in the currency.
        min_share: Share = 0, 0, 1_000_000, "share";
    }
}

section! {
    /// What the team can do in a day, and what it costs to wait or to act.
    Worklist {
        /// What an hour of a person costs.
        hour_cost: Whole = 45, 0, 100_000_000, "units of the currency";
        /// What a contact that was not needed costs in goodwill, as a share of what the customer was billed in the last year.
        goodwill_share: Share = 20, 0, 1_000_000, "share";
        /// Days that a decision waits that is not made today.
        look_again_days: Whole = 7, 1, 90, "days";
        /// Days in which a contact shows all that it brings in.
        contact_shows_days: Whole = 14, 1, 90, "days";
        /// What it costs when cash stays unapplied until the next look, as a share of it.
        unapplied_cost: Share = 1_000, 0, 1_000_000, "share";
        /// Steps that the choice of the worklist takes before it stops and says how far from the best it may be.
        choice_budget: Whole = 50_000_000, 0, 10_000_000_000, "steps";
    }
}

section! {
    /// What is reported.
    Reporting {
        /// Days that the cash forecast looks ahead.
        forecast_days: Whole = 90, 1, 366, "days";
        /// Whether the forecast has a line for invoices that are not issued yet.
        new_business: Flag = false, 0, 1, "flag";
        /// Days of sales behind DSO and CEI.
        kpi_days: Whole = 90, 30, 366, "days";
    }
}

/// A level of the ladder with its tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The numbers.
    pub numbers: DunningLevel,
    /// How it speaks.
    pub tone: Tone,
    /// What its days are counted from.
    pub anchor: Anchor,
}

/// Contact days and hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Closed weekdays.
    pub weekend: Vec<Weekday>,
    /// Closed days.
    pub holidays: Vec<NaiveDate>,
    /// First minute of the day, in the customer's zone.
    pub not_before_minute: u16,
    /// Last minute of the day.
    pub not_after_minute: u16,
    /// Channels that the host can send on, in order of preference where the customer has none.
    pub channels: Vec<String>,
    /// Contacts with one customer by a channel in the window of `collections.contact_window_days`; a channel that is absent has no cap
    /// of its own.
    pub caps: BTreeMap<String, i64>,
    /// Notices in a row by one channel without an answer after which the next channel is tried; 0 = never.
    pub silent_after: i64,
}

impl Default for Contact {
    fn default() -> Self {
        Self {
            weekend: alloc::vec![Weekday::Sat, Weekday::Sun],
            holidays: Vec::new(),
            not_before_minute: 8 * 60,
            not_after_minute: 18 * 60,
            channels: alloc::vec!["email".into(), "letter".into()],
            caps: BTreeMap::new(),
            silent_after: 3,
        }
    }
}

/// Everything that may be chosen for a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Cash application.
    pub matching: Matching,
    /// Scores and priorities.
    pub scoring: Scoring,
    /// Contacts.
    pub collections: Collections,
    /// The dunning ladder, mildest first.
    pub ladder: Vec<Level>,
    /// By currency, in the place of `min_notice_amount`: the sum below which no notice goes out, in hundredths of a unit.
    pub minimums: BTreeMap<Currency, i64>,
    /// Days and hours.
    pub contact: Contact,
    /// Fees, interest and compensation.
    pub charges: Charges,
    /// Credit holds and terms.
    pub credit: Credit,
    /// Failed payments, tried again.
    pub retries: Retries,
    /// Plans and extensions that are offered.
    pub offers: Offers,
    /// Messages of customers.
    pub replies: Replies,
    /// Disputes and deductions.
    pub disputes: Disputes,
    /// Limits.
    pub autonomy: Autonomy,
    /// Who decides what, and what differs by action.
    pub supervision: Supervision,
    /// What a person's day is worth.
    pub worklist: Worklist,
    /// Minutes that a person needs, by action, where it differs from [`Settings::OTHER_MINUTES`].
    pub minutes: BTreeMap<ActionKind, i64>,
    /// Minutes a day by role; a role that is absent has all the time in the world.
    pub capacity: BTreeMap<String, i64>,
    /// Actions that go before all others, whatever they are worth.
    pub first: Vec<ActionKind>,
    /// Reports.
    pub reporting: Reporting,
    /// The currency that sums over currencies are given in; none where nobody named it.
    pub reporting_currency: Option<Currency>,
}

impl Default for Settings {
    fn default() -> Self {
        let level = |after_days, tone| Level { numbers: DunningLevel { after_days, ..DunningLevel::default() }, tone, anchor: Anchor::DueDate };
        let minutes = [
            (ActionKind::Call, 12),
            (ActionKind::Review, 10),
            (ActionKind::RouteDispute, 15),
            (ActionKind::Reply, 6),
            (ActionKind::SendNotice, 2),
            (ActionKind::RemindPromise, 1),
            (ActionKind::NotifyOwner, 2),
            (ActionKind::PostAllocation, 3),
            (ActionKind::CreateDeduction, 2),
            (ActionKind::AskRemittance, 1),
        ];
        Self {
            matching: Matching::default(),
            scoring: Scoring::default(),
            collections: Collections::default(),
            ladder: alloc::vec![level(7, Tone::Friendly), level(21, Tone::Neutral), level(42, Tone::Firm), level(63, Tone::Final)],
            minimums: BTreeMap::new(),
            contact: Contact::default(),
            charges: Charges::default(),
            credit: Credit::default(),
            retries: Retries::default(),
            offers: Offers::default(),
            replies: Replies::default(),
            disputes: Disputes::default(),
            autonomy: Autonomy::default(),
            supervision: Supervision::default(),
            worklist: Worklist::default(),
            minutes: minutes.into_iter().collect(),
            capacity: BTreeMap::new(),
            first: alloc::vec![ActionKind::Reply, ActionKind::Review],
            reporting_currency: None,
            reporting: Reporting::default(),
        }
    }
}

impl Settings {
    /// The autonomy level of an action.
    pub fn level(&self, action: ActionKind) -> i64 {
        self.supervision.levels.get(&action).map_or(self.autonomy.default_level, |level| i64::from(*level))
    }

    /// How the gate treats an action at a level: as the policy says of the action, else as goes with the level.
    pub fn mode(&self, action: ActionKind, level: u8) -> GateMode {
        self.supervision.modes.get(&action).copied().unwrap_or_else(|| GateMode::of_level(level))
    }

    /// The limits of an action.
    pub fn limits(&self, action: ActionKind) -> &Autonomy {
        self.supervision.own.get(&action).unwrap_or(&self.autonomy)
    }

    /// The limits of all actions, and those of the actions that have their own.
    pub fn each_limits(&self) -> impl Iterator<Item = &Autonomy> {
        core::iter::once(&self.autonomy).chain(self.supervision.own.values())
    }

    /// Who decides about an action; the collector where nobody is named.
    pub fn role(&self, action: ActionKind) -> &str {
        self.supervision.roles.get(&action).map_or("collector", String::as_str)
    }

    /// Minutes that a person needs for an action that nothing is said about.
    pub const OTHER_MINUTES: i64 = 5;

    /// Minutes that a person needs for an action.
    pub fn minutes(&self, action: ActionKind) -> i64 {
        self.minutes.get(&action).copied().unwrap_or(Self::OTHER_MINUTES)
    }

    /// The sum of what is due in a currency below which no notice goes out, in minor units.
    pub fn minimum(&self, currency: Currency) -> i64 {
        let named = self.minimums.get(&currency).map(|hundredths| {
            let scaled = i128::from(*hundredths) * crate::money::pow10(currency.exponent());
            i64::try_from(scaled.div_euclid(100) + i128::from(scaled.rem_euclid(100) != 0)).unwrap_or(i64::MAX)
        });
        named.unwrap_or_else(|| crate::money::units(self.collections.min_notice_amount, currency))
    }

    /// The business calendar of contacts.
    pub fn calendar(&self) -> crate::calendar::Calendar {
        crate::calendar::Calendar::new(&self.contact.weekend, self.contact.holidays.clone())
    }
}
