//! Of each reason: its name, what its numbers count, and its sentence.

use super::{ReasonCode, Unit};

pub(super) struct Info {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) sentence: &'static str,
}

const fn info(name: &'static str, unit: Unit, sentence: &'static str) -> Info {
    Info { name, unit, sentence }
}

impl ReasonCode {
    pub(super) const fn info(self) -> Info {
        match self.room() {
            1 => self.matching_info(),
            2 => self.scoring_info(),
            3 if matches!(self as u16, 370..=389) => self.credit_info(),
            3 => self.collections_info(),
            5 => self.conversation_info(),
            _ => self.escalation_info(),
        }
    }

    /// What a message of a customer says.
    const fn conversation_info(self) -> Info {
        use Unit::{Count, Date, Days, Ppm};
        match self {
            Self::SaidPromise => info("said_promise", Ppm, "it is promised to pay, with {observed}[, needed {limit}]"),
            Self::SaidDispute => info("said_dispute", Ppm, "something is disputed, with {observed}[, needed {limit}]"),
            Self::SaidCopy => info("said_copy", Ppm, "a copy is asked for, with {observed}[, needed {limit}]"),
            Self::SaidPlan => info("said_plan", Ppm, "payment in parts is asked for, with {observed}[, needed {limit}]"),
            Self::SaidMoreTime => info("said_more_time", Ppm, "more time is asked for, with {observed}[, needed {limit}]"),
            Self::SaidPaid => info("said_paid", Ppm, "it is said to be paid, with {observed}[, needed {limit}]"),
            Self::SaidWrongContact => info("said_wrong_contact", Ppm, "it went to the wrong contact, with {observed}[, needed {limit}]"),
            Self::SaidAway => info("said_away", Ppm, "nobody is there for now, with {observed}[, needed {limit}]"),
            Self::SaidLegal => info("said_legal", Ppm, "it speaks of lawyers or courts, with {observed}[, needed {limit}]"),
            Self::SaidInsolvent => info("said_insolvent", Ppm, "it speaks of insolvency, with {observed}[, needed {limit}]"),
            Self::SaidRefusal => info("said_refusal", Ppm, "payment is refused, with {observed}[, needed {limit}]"),
            Self::SaidQuestion => info("said_question", Ppm, "something is asked, with {observed}[, needed {limit}]"),
            Self::SaidThanks => info("said_thanks", Ppm, "nothing is wanted, with {observed}[, needed {limit}]"),
            Self::SaidOther => info("said_other", Ppm, "it is about something else, with {observed}[, needed {limit}]"),
            Self::SeesLegal => info("sees_legal", Count, "a person must see it: lawyers, courts or regulators"),
            Self::SeesInsolvency => info("sees_insolvency", Count, "a person must see it: insolvency"),
            Self::SeesRefusal => info("sees_refusal", Count, "a person must see it: a refusal to pay"),
            Self::SeesHostile => info("sees_hostile", Count, "a person must see it: abuse"),
            Self::SeesAmbiguous => info("sees_ambiguous", Count, "a person must see it: a message that is not clear"),
            Self::SeesInjection => info("sees_injection", Count, "a person must see it: orders to a machine"),
            Self::SeesFraud => info("sees_fraud", Count, "a person must see it: changed bank details or fraud"),
            Self::SeesHardship => info("sees_hardship", Count, "a person must see it: hardship"),
            Self::SeesVulnerable => info("sees_vulnerable", Count, "a person must see it: somebody who needs protection"),
            Self::SeesPrivacy => info("sees_privacy", Count, "a person must see it: rights about personal data"),
            Self::SeesDeceased => info("sees_deceased", Count, "a person must see it: a death"),
            Self::SeesHidden => info("sees_hidden", Count, "a person must see it: characters that are not seen, or not what they look like"),
            Self::SeesOversized => info("sees_oversized", Count, "a person must see it: a message longer than what is read"),
            Self::SeesUnsupported => info("sees_unsupported", Count, "a person must see it: a reading that the text does not bear out"),
            Self::PaidSaid => info("paid_said", Days, "said to be paid {observed} ago, {limit} of patience"),
            Self::CopySent => info("copy_sent", Days, "a copy was sent {observed} ago, {limit} of patience"),
            _ => info("contact_away", Date, "away since {observed}, back on {limit}"),
        }
    }

    const fn matching_info(self) -> Info {
        use Unit::{Count, Minor, Ppm};
        match self {
            Self::ReferenceListed => info("reference_listed", Count, "{observed} of {limit} references name open items"),
            Self::AmountExact => info("amount_exact", Minor, "the items sum to the payment exactly"),
            Self::AmountDiffers => info("amount_differs", Minor, "the listed items sum to {observed}, the payment is {limit}"),
            Self::PayerKnown => info("payer_known", Count, "evidence for the payer: {observed}"),
            Self::PayerUnknown => info("payer_unknown", Count, "no customer found for the payer"),
            Self::SeveralExplanations => info("several_explanations", Count, "{observed} explanations fit equally well, {limit} is needed"),
            Self::AmountOnly => info("amount_only", Minor, "only the amount {observed} points to the item"),
            Self::CurrencyDiffers => info("currency_differs", Count, "{observed} of the listed items are in another currency"),
            Self::RemittanceListed => info("remittance_listed", Count, "lines of remittance advice: {observed}"),
            Self::PaymentFailed => info("payment_failed", Count, "the payment failed at the bank"),
            Self::SeveralCustomers => info("several_customers", Count, "the listed items belong to {observed} customers"),
            Self::BudgetReached => info("budget_reached", Count, "the search budget of {limit} was reached"),
            Self::Confidence => info("confidence", Ppm, "right with {observed}[, needed {limit}]"),
            Self::RivalOdds => info("rival_odds", Count, "{observed} times as likely as all other explanations together"),
            Self::ListContinues => info("list_continues", Count, "the list goes on: {observed} items, {limit} of them named"),
            Self::AllOpen => info("all_open", Count, "all {observed} open items are paid"),
            Self::InOrder => info("in_order", Count, "{observed} items that follow one another by due date are paid"),
            Self::DiscountTaken => info("discount_taken", Minor, "a discount of {observed} was taken in time"),
            Self::DiscountTooLate => info("discount_too_late", Minor, "a discount of {observed} was taken too late"),
            Self::BankFeeKept => info("bank_fee_kept", Minor, "a bank kept {observed}"),
            Self::ShortPaid => info("short_paid", Minor, "{observed} was kept back"),
            Self::PartPaid => info("part_paid", Minor, "{observed} of {limit} is paid"),
            Self::OverPaid => info("over_paid", Minor, "{observed} was paid for {limit}"),
            Self::CreditNetted => info("credit_netted", Count, "credit notes taken off: {observed}"),
            _ => info("nothing_fits", Minor, "nothing open explains {observed}"),
        }
    }

    const fn scoring_info(self) -> Info {
        use Unit::{Count, Days, Minor, Points, Ppm};
        match self {
            Self::BookRate => info("book_rate", Ppm, "late in the whole book: {observed}, shipped prior {limit}"),
            Self::SegmentRate => info("segment_rate", Ppm, "late in this segment: {observed}, before {limit}"),
            Self::CustomerRate => info("customer_rate", Ppm, "late for this customer: {observed}, before {limit}"),
            Self::AgeSoFar => info("age_so_far", Ppm, "late in the book after so many days: {observed}, at first {limit}"),
            Self::CircumstanceRate => info("circumstance_rate", Ppm, "with amount, calendar, trend and what else is open: {observed}, without {limit}"),
            Self::GivenRate => info("given_rate", Ppm, "by a model of your own: {observed}, by the customer's history {limit}"),
            Self::ClaimRate => info("claim_rate", Ppm, "with promises, disputes, notices and news: {observed}, without {limit}"),
            Self::PointsAmount => info("points_amount", Points, "{observed} of {limit} points for the money at stake"),
            Self::PointsBeyondHabit => info("points_beyond_habit", Points, "{observed} of {limit} points for being later than usual"),
            Self::PointsDeteriorating => info("points_deteriorating", Points, "{observed} of {limit} points for paying later and later"),
            Self::PointsDispute => info("points_dispute", Points, "{observed} of {limit} points for open disputes"),
            Self::PointsReplyWaiting => info("points_reply_waiting", Points, "{observed} of {limit} points: the customer waits for an answer"),
            Self::PointsFirstTimeLate => info("points_first_time_late", Points, "{observed} of {limit} points for being late for the first time"),
            Self::PointsDefault => info("points_default", Points, "{observed} of {limit} points for the risk of default"),
            Self::PointsBrokenPromise => info("points_broken_promise", Points, "{observed} of {limit} points for broken promises"),
            Self::PointsSignal => info("points_signal", Points, "{observed} of {limit} points for outside signals"),
            Self::ExpectedLoss => info("expected_loss", Minor, "a loss of {observed} is expected of {limit} open"),
            Self::LossGivenDefault => info("loss_given_default", Ppm, "{observed} is assumed lost where a customer defaults"),
            Self::LossRate => info("loss_rate", Ppm, "lost of this bucket in the book's own past: {observed}, shipped rate {limit}"),
            Self::LossHistory => info("loss_history", Count, "the book's own past counts as {observed} items, the shipped rate as {limit}"),
            Self::MonthlyBilling => info("monthly_billing", Minor, "{observed} is billed a month"),
            Self::DaysToPay => info("days_to_pay", Days, "pays {observed} after the invoice[, {limit} are granted]"),
            Self::ClassFactor => info("class_factor", Ppm, "the class of payer leaves {observed}"),
            Self::RiskFactor => info("risk_factor", Ppm, "the expected loss leaves {observed}[, with {limit} of the open amount expected to be lost]"),
            Self::LimitCapped => info("limit_capped", Minor, "the formula gives {observed}, the most is {limit}"),
            Self::LimitUsed => info("limit_used", Minor, "{observed} is open, the limit is {limit}"),
            _ => info("history_length", Count, "{observed} settled items known, {limit} make a history"),
        }
    }

    const fn collections_info(self) -> Info {
        use Unit::{Count, Date, Days, Level, Minor, Ppm};
        match self {
            Self::PastDue => info("past_due", Days, "{observed} past due[, {limit} allowed]"),
            Self::NotDue => info("not_due", Days, "not due for dunning: {observed} past due, {limit} allowed"),
            Self::DisputeOpen => info("dispute_open", Minor, "{observed} is disputed of {limit} open"),
            Self::PromiseLive => info("promise_live", Date, "payment is promised for {observed}, held until {limit}"),
            Self::PlanActive => info("plan_active", Count, "an active payment plan covers the item"),
            Self::Blocked => info("blocked", Date, "blocked until {limit}"),
            Self::CashLanded => info("cash_landed", Minor, "{observed} has landed for {limit} open"),
            Self::CreditsCover => info("credits_cover", Minor, "credits of {observed} cover {limit} due"),
            Self::NoticeTooRecent => info("notice_too_recent", Days, "last notice {observed} ago, {limit} required"),
            Self::LevelReached => info("level_reached", Level, "level {observed} reached, level {limit} before"),
            Self::BelowMinimum => info("below_minimum", Minor, "{observed} is due, the minimum is {limit}"),
            Self::WithinHabit => info("within_habit", Days, "{observed} late, usually up to {limit}"),
            Self::OutsideHabit => info("outside_habit", Days, "{observed} late, usually up to {limit}"),
            Self::ReplyWaiting => info("reply_waiting", Days, "a message waits for an answer, for {observed}[, {limit} allowed]"),
            Self::DoNotContact => info("do_not_contact", Count, "the customer must not be contacted"),
            Self::StopSignal => info("stop_signal", Count, "outside signal of severity {observed}, limit {limit}"),
            Self::PromiseBroken => info("promise_broken", Count, "promises broken: {observed}[, tolerated: {limit}]"),
            Self::PromiseDue => info("promise_due", Date, "payment was promised for {observed}"),
            Self::Deteriorating => info("deteriorating", Days, "pays {observed} later than before, limit {limit}"),
            Self::FirstTimeLate => info("first_time_late", Count, "late for the first time, after {limit} settled items"),
            Self::UndisputedRest => info("undisputed_rest", Minor, "{observed} of {limit} is not disputed"),
            Self::ContactCap => info("contact_cap", Count, "{observed} contacts in the window, at most {limit}"),
            Self::MaxContacts => info("max_contacts", Count, "{observed} contacts about the item, at most {limit}"),
            Self::NotIssued => info("not_issued", Date, "issued on {observed}, after the day of the run"),
            Self::NoChannel => info("no_channel", Count, "no allowed channel reaches the customer"),
            Self::DisputeWaiting => info("dispute_waiting", Days, "a dispute is open for {observed}[, {limit} allowed]"),
            Self::OnNotice => info("on_notice", Level, "on the customer's notice at level {observed}, own level {limit}"),
            Self::PersonActs => info("person_acts", Count, "a person deals with this customer today"),
            Self::IsCredit => info("is_credit", Minor, "a credit of {observed}: nothing to collect"),
            Self::Strategic => info("strategic", Count, "a strategic customer"),
            Self::CashUnplaced => info("cash_unplaced", Minor, "{observed} has landed and waits to be placed; {limit} is due"),
            Self::RemindBefore => info("remind_before", Days, "due in {observed} and likely to be late"),
            Self::QuietPeriod => info("quiet_period", Days, "a conversation {observed} ago, {limit} of quiet"),
            Self::DisputeGrace => info("dispute_grace", Days, "a dispute was decided {observed} ago, {limit} of grace"),
            Self::CallCap => info("call_cap", Count, "{observed} calls in the window, at most {limit}"),
            Self::ChannelSilent => info("channel_silent", Count, "{observed} notices in a row by the usual channel without an answer, at most {limit}"),
            Self::HandedOver => info("handed_over", Count, "handed over to others, who collect it"),
            Self::ClosedDay => info("closed_day", Date, "{observed} is not a contact day, {limit} is"),
            Self::FeeOfLevel => info("fee_of_level", Level, "a notice of level {observed} was sent"),
            Self::FeeCapped => info("fee_capped", Minor, "a fee of {observed} is more than is left of the cap, {limit}"),
            Self::InterestRuns => info("interest_runs", Days, "interest runs for {observed}"),
            Self::InterestToDate => info("interest_to_date", Minor, "interest to date is {observed}, charged before {limit}"),
            Self::PaidLate => info("paid_late", Days, "paid {observed} late"),
            Self::Compensation => info("compensation", Minor, "{observed} is granted for the late payment of {limit}"),
            Self::NoRate => info("no_rate", Count, "no exchange rate turns the charge into the currency of the item"),
            Self::DisputeOverdue => info("dispute_overdue", Days, "the dispute is open for {observed}, {limit} are allowed"),
            Self::CasesLikeThis => info("cases_like_this", Count, "{observed} cases of this reason were decided before, {limit} make a history"),
            Self::CasesOfCustomer => info("cases_of_customer", Count, "{observed} of these {limit} cases are the customer's own"),
            Self::CasesValid => info("cases_valid", Ppm, "{observed} of the amount is expected to be valid, by past cases; a verdict needs {limit}"),
            Self::CreditSuggested => info("credit_suggested", Minor, "past cases suggest to credit {observed} of {limit} disputed"),
            Self::RejectionSuggested => info("rejection_suggested", Minor, "past cases suggest to reject the claim: {observed} of {limit} disputed is open"),
            Self::SmallCredit => info("small_credit", Minor, "{observed} is disputed, up to {limit} is credited without a person"),
            Self::HandlingCost => info("handling_cost", Minor, "to work on it costs {observed}, it is about {limit}"),
            Self::CreditOwed => info("credit_owed", Minor, "a credit of {observed} is owed, {limit} is open"),
            Self::LastContact => info("last_contact", Count, "the last of {limit} contacts about an item"),
            Self::CurrencyNotDunned => info("currency_not_dunned", Count, "nothing is dunned in this currency"),
            Self::ListedAlongside => info("listed_alongside", Level, "listed on the customer's notice at level {observed}, stays at level {limit}"),
            _ => info("ladder_exhausted", Level, "level {observed} was the last of {limit}"),
        }
    }

    /// Reasons of credit, retries, offers and the limits of promises.
    const fn credit_info(self) -> Info {
        use Unit::{Count, Days, Minor};
        match self {
            Self::ExposureOverLimit => info("exposure_over_limit", Minor, "exposure of {observed}, {limit} allowed"),
            Self::ExposureWithinLimit => info("exposure_within_limit", Minor, "exposure of {observed} is within {limit} again"),
            Self::GroupLimit => info("group_limit", Count, "a limit of the group: {observed} customers of it owe something"),
            Self::ExposureNoRate => info("exposure_no_rate", Count, "not counted in the exposure, for want of a rate or of the currency of the limit: {observed} currencies"),
            Self::HoldLate => info("hold_late", Days, "{observed} past due, credit is held beyond {limit}"),
            Self::HoldLateEnded => info("hold_late_ended", Days, "nothing is more than {limit} past due"),
            Self::HoldDistressed => info("hold_distressed", Count, "signs that the customer cannot pay"),
            Self::TermsTighter => info("terms_tighter", Days, "terms of {observed}, {limit} proposed"),
            Self::TermsLooser => info("terms_looser", Days, "terms of {observed}, {limit} proposed"),
            Self::GoodRecord => info("good_record", Count, "pays promptly: {observed} settled items, {limit} needed"),
            Self::RetryDue => info("retry_due", Count, "attempt {observed} of {limit} after a payment failed"),
            Self::HardDecline => info("hard_decline", Count, "a payment failed for good and is not tried again"),
            Self::RetriesUsed => info("retries_used", Count, "a payment failed, attempts made: {observed} of {limit}"),
            Self::PlanOffered => info("plan_offered", Count, "{observed} instalments, at most {limit}"),
            Self::ExtensionOffered => info("extension_offered", Days, "{observed} more to pay[, {limit} past due]"),
            Self::PromiseTooMany => info("promise_too_many", Count, "live promises: {observed}, at most {limit}"),
            Self::PromiseTooLate => info("promise_too_late", Days, "promised for {observed} later, at most {limit}"),
            Self::PromiseTooLarge => info("promise_too_large", Minor, "{observed} is promised, at most {limit}"),
            Self::PromiseTooSmall => info("promise_too_small", Minor, "{observed} is promised, at least {limit}"),
            _ => info("promise_level", Count, "promised {observed} times without being kept, at most {limit}"),
        }
    }

    const fn escalation_info(self) -> Info {
        use Unit::{Count, Level, Minor, Ppm};
        match self {
            Self::AutonomyLevel => info("autonomy_level", Level, "autonomy level {observed} is in force, acting needs {limit}"),
            Self::AmountLimit => info("amount_limit", Minor, "{observed} is over the limit of {limit}"),
            Self::LevelLimit => info("level_limit", Level, "dunning level {observed} is over the limit of {limit}"),
            Self::ConfidenceLimit => info("confidence_limit", Ppm, "confidence {observed} is under the limit of {limit}"),
            Self::StrategicCustomer => info("strategic_customer", Count, "a strategic customer: its owner decides"),
            Self::FirstContact => info("first_contact", Count, "the first contact ever is approved by a person"),
            Self::Approved => info("approved", Count, "approved by a person"),
            Self::Rejected => info("rejected", Count, "rejected by a person"),
            Self::InsideLimits => info("inside_limits", Minor, "{observed} is inside the limit of {limit}"),
            Self::KillSwitch => info("kill_switch", Count, "the kill switch is on"),
            Self::BudgetLimit => info("budget_limit", Minor, "{observed} would go over the run's budget of {limit}"),
            Self::NotCertain => info("not_certain", Ppm, "a proposal, likely to {observed}"),
            Self::AlreadyDone => info("already_done", Count, "was done today already"),
            Self::AlwaysAsk => info("always_ask", Count, "this action is always for a person"),
            _ => self.supervision_info(),
        }
    }

    /// Reasons of thresholds, budgets, questions and earned levels.
    const fn supervision_info(self) -> Info {
        use Unit::{Count, Days, Minor, Ppm};
        match self {
            Self::ModeAsks => info("mode_asks", Count, "the policy has a person decide about this action"),
            Self::SwitchedOff => info("switched_off", Count, "the policy has this action off"),
            Self::ToneLimit => info("tone_limit", Count, "tone {observed} is firmer than the limit of {limit} (0 friendly, 4 final)"),
            Self::PlanParts => info("plan_parts", Count, "{observed} instalments are over the limit of {limit}"),
            Self::PlanDays => info("plan_days", Days, "a plan over {observed} is over the limit of {limit}"),
            Self::PlanAmount => info("plan_amount", Minor, "a plan of {observed} is over the limit of {limit}"),
            Self::ExtensionDays => info("extension_days", Days, "an extension of {observed} is over the limit of {limit}"),
            Self::DiscountLimit => info("discount_limit", Minor, "discounts of {observed} are over the limit of {limit}"),
            Self::WriteOffLimit => info("write_off_limit", Minor, "writing off {observed} is over the limit of {limit}"),
            Self::CreditHoldAsks => info("credit_hold_asks", Count, "a person decides about credit holds"),
            Self::HandOverAsks => info("hand_over_asks", Count, "a person decides about handing over"),
            Self::Precedents => info("precedents", Count, "{observed} of this kind and size were carried out before, {limit} are wanted"),
            Self::HumanTouch => info("human_touch", Days, "a person dealt with the customer {observed} ago; within {limit} a person decides"),
            Self::Unattended => info("unattended", Days, "no person has dealt with the customer for {observed}, {limit} are allowed"),
            Self::LanguageAsks => info("language_asks", Count, "the engine does not write in this language without a person"),
            Self::CountryAsks => info("country_asks", Count, "the engine does not deal with customers of this country without a person"),
            Self::BudgetCount => info("budget_count", Count, "{observed} decisions would go over the budget of {limit}"),
            Self::BudgetAmount => info("budget_amount", Minor, "{observed} would go over the budget of {limit} for the period"),
            Self::VetoWindow => info("veto_window", Days, "waits for a no: {observed} of {limit} are over"),
            Self::VetoPassed => info("veto_passed", Days, "nobody said no in {observed}, {limit} were given"),
            Self::SecondApproval => info("second_approval", Count, "approved by {observed} of {limit} people"),
            Self::Edited => info("edited", Count, "changed by a person"),
            Self::EditVoid => info("edit_void", Count, "what a person changed no longer fits the facts"),
            Self::Stopped => info("stopped", Count, "a person stopped it"),
            Self::Narrowed => info("narrowed", Count, "{observed} errors: narrowed by itself to level {limit}"),
            Self::Unanswered => info("unanswered", Days, "not answered for {observed}, {limit} were given"),
            Self::Earned => info("earned", Count, "{observed} decisions were judged, {limit} of them wrong"),
            _ => info("error_bound", Ppm, "the share of errors is under {observed}, the limit is {limit}"),
        }
    }
}
