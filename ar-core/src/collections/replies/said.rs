//! What a reading means here: whether a person must see it, in which reasons it is said, which amount is meant.

use crate::calendar::days_between;
use crate::conversation::read::{AmountRole, DisputeCode, Heard, HumanReason, Intent, Reading};
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::DeductionReason;
use alloc::vec::Vec;
use chrono::NaiveDate;

/// Whether a message is for a person: something in it demands one, it is not understood well enough, or it asks for what only a person
/// gives.
pub(crate) fn for_person(reading: &Reading, settings: &Settings) -> bool {
    let sure = reading.intents.first().is_some_and(|found| i64::from(found.probability_ppm) >= settings.replies.min_confidence);
    !settings.replies.read || !reading.human.is_empty() || !sure || reading.intents.iter().any(|found| !is_handled(found.intent))
}

/// What leads to something without a person having to answer.
const fn is_handled(intent: Intent) -> bool {
    matches!(intent, Intent::PromiseToPay | Intent::Dispute | Intent::CopyRequest | Intent::PaymentMade | Intent::OutOfOffice | Intent::NoAction)
}

/// Days for which the oldest message waits that somebody has to answer or to act on: not those that want nothing.
pub(crate) fn waiting_days(heard: &[Heard], settings: &Settings, as_of: NaiveDate) -> Option<i32> {
    let wants = |reading: &Reading| for_person(reading, settings) || reading.intents.iter().any(|found| !matches!(found.intent, Intent::NoAction | Intent::OutOfOffice));
    heard.iter().filter(|row| row.waits(as_of) && wants(&row.reading)).map(|row| days_between(row.received_on, as_of)).max()
}

/// What was understood of a message, as reasons: of what a person must see first.
pub(crate) fn said_reasons(reading: &Reading, settings: &Settings) -> Vec<Reason> {
    // Of a message without a text there is nothing to say.
    let read = !reading.intents.is_empty();
    let seen = reading.human.iter().filter(|_| read).map(|reason| Reason::bare(seen_code(*reason)));
    let said = reading.intents.iter().map(|found| Reason::new(code_of(found.intent), i64::from(found.probability_ppm), settings.replies.min_confidence));
    seen.chain(said).collect()
}

/// The reason that says an intent.
pub(super) const fn code_of(intent: Intent) -> ReasonCode {
    match intent {
        Intent::PromiseToPay => ReasonCode::SaidPromise,
        Intent::Dispute => ReasonCode::SaidDispute,
        Intent::CopyRequest => ReasonCode::SaidCopy,
        Intent::PaymentPlanRequest => ReasonCode::SaidPlan,
        Intent::ExtensionRequest => ReasonCode::SaidMoreTime,
        Intent::PaymentMade => ReasonCode::SaidPaid,
        Intent::WrongContact => ReasonCode::SaidWrongContact,
        Intent::OutOfOffice => ReasonCode::SaidAway,
        Intent::LegalThreat => ReasonCode::SaidLegal,
        Intent::InsolvencyNotice => ReasonCode::SaidInsolvent,
        Intent::Refusal => ReasonCode::SaidRefusal,
        Intent::InfoRequest => ReasonCode::SaidQuestion,
        Intent::NoAction => ReasonCode::SaidThanks,
        Intent::Other => ReasonCode::SaidOther,
    }
}

const fn seen_code(reason: HumanReason) -> ReasonCode {
    match reason {
        HumanReason::Legal => ReasonCode::SeesLegal,
        HumanReason::Insolvency => ReasonCode::SeesInsolvency,
        HumanReason::Refusal => ReasonCode::SeesRefusal,
        HumanReason::Hostile => ReasonCode::SeesHostile,
        HumanReason::Ambiguous => ReasonCode::SeesAmbiguous,
        HumanReason::Injection => ReasonCode::SeesInjection,
        HumanReason::Fraud => ReasonCode::SeesFraud,
        HumanReason::Hardship => ReasonCode::SeesHardship,
        HumanReason::Vulnerable => ReasonCode::SeesVulnerable,
        HumanReason::Privacy => ReasonCode::SeesPrivacy,
        HumanReason::Deceased => ReasonCode::SeesDeceased,
        HumanReason::Hidden => ReasonCode::SeesHidden,
        HumanReason::Oversized => ReasonCode::SeesOversized,
        HumanReason::Unsupported => ReasonCode::SeesUnsupported,
    }
}

/// The family of deductions that a code of a dispute belongs to.
pub(super) const fn family(code: DisputeCode) -> DeductionReason {
    match code {
        DisputeCode::Price => DeductionReason::Pricing,
        DisputeCode::Quantity => DeductionReason::QuantityShortage,
        DisputeCode::Damaged => DeductionReason::Damaged,
        DisputeCode::NotReceived => DeductionReason::NotReceived,
        DisputeCode::Quality => DeductionReason::Quality,
        DisputeCode::Duplicate => DeductionReason::Duplicate,
        DisputeCode::MissingPo => DeductionReason::MissingDocuments,
        DisputeCode::Tax => DeductionReason::Tax,
        DisputeCode::CreditNotApplied => DeductionReason::CreditNotApplied,
        DisputeCode::Returned => DeductionReason::ReturnedGoods,
        DisputeCode::WrongEntity => DeductionReason::WrongEntity,
        DisputeCode::Terms => DeductionReason::Terms,
        DisputeCode::Freight => DeductionReason::Freight,
        DisputeCode::NotOrdered => DeductionReason::NotOrdered,
        DisputeCode::IncompleteService => DeductionReason::Service,
        DisputeCode::Other => DeductionReason::Other,
    }
}

/// The one amount of a role in a currency; nothing where there are several.
fn only_amount(reading: &Reading, role: AmountRole, currency: Currency) -> Option<i64> {
    let mut amounts = reading.amounts.iter().filter(|found| found.role == role && found.currency == currency && found.minor > 0).map(|found| found.minor);
    amounts.next().filter(|_| amounts.next().is_none())
}

/// How much is disputed, where the message says so.
pub(super) fn disputed_amount(reading: &Reading, currency: Currency) -> Option<i64> {
    only_amount(reading, AmountRole::Disputed, currency)
}

/// How much is promised, where the message says so.
pub(super) fn promised_amount(reading: &Reading, currency: Currency) -> Option<i64> {
    only_amount(reading, AmountRole::Promise, currency)
}
