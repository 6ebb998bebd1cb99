//! What lifts each reason that can stop an action: a row for every reason there is, so that a new one is not forgotten.

use crate::reason::ReasonCode;
use alloc::{format, string::String};

/// What lifts a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A limit of the section `autonomy` in whole units of the currency, times `widened_amounts` at level 3.
    Amount(&'static str),
    /// One in whole units of the currency.
    Units(&'static str),
    /// One that is a number, and is to be the one that was seen.
    Number(&'static str),
    /// One that is a share, and is to be the one that was seen.
    Share(&'static str),
    /// A switch of that section, to be off.
    Off(&'static str),
    /// A setting, by the facts of the case; where there is a day, also waiting.
    Setting(&'static str),
    /// What somebody does, or what a day brings.
    Fact(&'static str),
    /// Nothing but what a person decides here.
    Nothing,
    /// It stops nothing, or another decision deals with the item.
    NoStop,
}

impl Row {
    /// In words, for the published list.
    pub fn name(self) -> String {
        match self {
            Self::Amount(name) | Self::Units(name) | Self::Number(name) | Self::Share(name) | Self::Off(name) => format!("`autonomy.{name}`"),
            Self::Setting(names) => format!("`{}`", names.replace(", ", "`, `")),
            Self::Fact(name) => format!("fact `{name}`"),
            Self::Nothing => "nothing".into(),
            Self::NoStop => String::new(),
        }
    }
}

/// What lifts a reason.
pub const fn row(code: ReasonCode) -> Row {
    match code as u16 / 100 {
        3 => of_collections(code),
        4 => of_gate(code),
        // What is matched and scored is explained by them, and stopped by nothing.
        _ => Row::NoStop,
    }
}

const fn of_gate(code: ReasonCode) -> Row {
    use ReasonCode as C;
    match code {
        C::AmountLimit => Row::Amount("amount_limit"),
        C::PlanAmount => Row::Amount("plan_amount_limit"),
        C::DiscountLimit => Row::Amount("discount_limit"),
        C::WriteOffLimit => Row::Amount("write_off_limit"),
        C::BudgetLimit => Row::Units("run_budget"),
        C::LevelLimit => Row::Number("dunning_level_limit"),
        C::PlanParts => Row::Number("plan_parts_limit"),
        C::PlanDays => Row::Number("plan_days_limit"),
        C::ExtensionDays => Row::Number("extension_days_limit"),
        C::Precedents => Row::Number("min_precedents"),
        C::HumanTouch => Row::Number("human_touch_days"),
        C::Unattended => Row::Number("unattended_days"),
        C::ConfidenceLimit => Row::Share("min_confidence"),
        C::StrategicCustomer => Row::Off("ask_strategic"),
        C::FirstContact => Row::Off("ask_first_contact"),
        C::CreditHoldAsks => Row::Off("ask_credit_hold"),
        C::HandOverAsks => Row::Off("ask_hand_over"),
        C::KillSwitch => Row::Off("kill_switch"),
        C::ToneLimit => Row::Setting("autonomy.tone_limit"),
        C::AutonomyLevel => Row::Setting("autonomy.levels, autonomy.default_level"),
        C::ModeAsks | C::SwitchedOff | C::VetoWindow => Row::Setting("autonomy.modes"),
        C::LanguageAsks => Row::Setting("autonomy.languages"),
        C::CountryAsks => Row::Setting("autonomy.countries"),
        C::BudgetCount | C::BudgetAmount => Row::Setting("autonomy.budgets"),
        C::Stopped => Row::Fact("autonomy_resumed"),
        C::Narrowed => Row::Fact("autonomy_widened"),
        C::SecondApproval | C::Rejected => Row::Fact("decision_approved"),
        C::NotCertain | C::AlwaysAsk | C::AlreadyDone => Row::Nothing,
        C::Approved | C::InsideLimits | C::VetoPassed | C::Edited | C::EditVoid | C::Unanswered | C::Earned | C::ErrorBound => Row::NoStop,
        // Of another room.
        _ => Row::NoStop,
    }
}

const fn of_collections(code: ReasonCode) -> Row {
    use ReasonCode as C;
    match code {
        C::NotDue => Row::Setting("collections.grace_days, collections.ladder"),
        C::DisputeOpen => Row::Setting("collections.hold_whole_item"),
        C::CreditsCover => Row::Setting("collections.hold_on_credits"),
        C::NoticeTooRecent => Row::Setting("collections.min_interval_days, collections.repeat_last_days"),
        C::BelowMinimum => Row::Setting("collections.min_notice_amount, collections.minimums, collections.ladder"),
        C::LadderExhausted => Row::Setting("collections.repeat_last_days"),
        C::WithinHabit => Row::Setting("scoring.habit_tolerance_days, scoring.habit_max_days"),
        C::StopSignal => Row::Setting("collections.stop_severity"),
        C::ContactCap => Row::Setting("collections.contact_cap, contact.caps"),
        C::MaxContacts => Row::Setting("collections.max_contacts"),
        C::CashUnplaced => Row::Setting("collections.hold_unplaced_cash_days"),
        C::QuietPeriod => Row::Setting("collections.quiet_days"),
        C::DisputeGrace => Row::Setting("collections.dispute_grace_days"),
        C::CallCap => Row::Setting("collections.call_cap"),
        C::CurrencyNotDunned => Row::Setting("collections.listed_currencies_only"),
        C::PromiseLive | C::Blocked | C::ClosedDay | C::NotIssued => Row::Fact("wait"),
        C::PlanActive => Row::Fact("plan_ended"),
        C::CashLanded => Row::Fact("items_allocated"),
        C::CreditOwed => Row::Fact("item_issued"),
        C::ReplyWaiting => Row::Fact("reply_sent"),
        C::DoNotContact | C::NoChannel => Row::Fact("customer_changed"),
        C::PaidSaid => Row::Setting("replies.paid_days"),
        C::CopySent => Row::Setting("replies.copy_days"),
        C::ContactAway => Row::Setting("replies.away_days"),
        C::HandedOver | C::IsCredit => Row::Nothing,
        _ => of_messages(code),
    }
}

/// What a message says: it lets something be done, and stops nothing by itself.
const fn of_messages(code: ReasonCode) -> Row {
    use ReasonCode as C;
    match code {
        C::SaidPromise
        | C::SaidDispute
        | C::SaidCopy
        | C::SaidPlan
        | C::SaidMoreTime
        | C::SaidPaid
        | C::SaidWrongContact
        | C::SaidAway
        | C::SaidLegal
        | C::SaidInsolvent
        | C::SaidRefusal
        | C::SaidQuestion
        | C::SaidThanks
        | C::SaidOther
        | C::SeesLegal
        | C::SeesInsolvency
        | C::SeesRefusal
        | C::SeesHostile
        | C::SeesAmbiguous
        | C::SeesInjection
        | C::SeesFraud
        | C::SeesHardship
        | C::SeesVulnerable
        | C::SeesPrivacy
        | C::SeesDeceased
        | C::SeesHidden
        | C::SeesOversized
        | C::SeesUnsupported => Row::NoStop,
        _ => of_drafts(code),
    }
}

/// Why something is done rather than not.
const fn of_drafts(code: ReasonCode) -> Row {
    use ReasonCode as C;
    match code {
        C::PastDue
        | C::LevelReached
        | C::OutsideHabit
        | C::PromiseBroken
        | C::PromiseDue
        | C::Deteriorating
        | C::FirstTimeLate
        | C::UndisputedRest
        | C::DisputeWaiting
        | C::OnNotice
        | C::PersonActs
        | C::Strategic
        | C::RemindBefore
        | C::ChannelSilent
        | C::FeeOfLevel
        | C::FeeCapped
        | C::InterestRuns
        | C::InterestToDate
        | C::PaidLate
        | C::Compensation
        | C::NoRate
        | C::DisputeOverdue
        | C::CasesLikeThis
        | C::CasesOfCustomer
        | C::CasesValid
        | C::CreditSuggested
        | C::RejectionSuggested
        | C::SmallCredit
        | C::HandlingCost
        | C::ExposureOverLimit
        | C::ExposureWithinLimit
        | C::GroupLimit
        | C::ExposureNoRate
        | C::HoldLate
        | C::HoldLateEnded
        | C::HoldDistressed
        | C::TermsTighter
        | C::TermsLooser
        | C::GoodRecord
        | C::RetryDue
        | C::HardDecline
        | C::RetriesUsed
        | C::PlanOffered
        | C::ExtensionOffered
        | C::PromiseTooMany
        | C::PromiseTooLate
        | C::PromiseTooLarge
        | C::PromiseTooSmall
        | C::PromiseLevel
        | C::LastContact
        | C::ListedAlongside => Row::NoStop,
        // Of another room.
        _ => Row::NoStop,
    }
}
