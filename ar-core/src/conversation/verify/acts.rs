//! What a notice threatens, urges, claims to have happened, offers or admits: only what the facts have.
//!
//! A list of words can be written around; so a sentence that speaks of a consequence has to consist of the act that is allowed and of the
//! common words of dunning alone, and consequences without a name ("further steps") are never allowed but beside a named one that is.

use super::facts::{Act, Facts, InvoiceStatus};
use super::lexicon::{
    ADMIT, AGENCY, CONSEQUENCE, DISPUTE, DUE, EXCLUDED, FEE, FORM, HOLD, HOURS, INTEREST, LAW, LEGAL, MANY, MONTHS, NEG, OFFER, PROMISE, Phrase, REGISTER, REMIND, THREAT, URGENT, WEEKS, YEARS,
    is_ahead, is_common, matches, phrases,
};
use super::text::{Text, What};
use super::verdict::FindingCode;
use crate::conversation::locale::Language;
use alloc::vec::Vec;

/// Whether an event is a message of ours.
pub(super) fn is_reminder(kind: &str) -> bool {
    ["remind", "notice", "letter", "email", "dunning", "message", "sent", "mahn"].iter().any(|part| kind.contains(part))
}

/// A phrase that was found.
struct Found {
    phrase: Phrase,
    from: usize,
    to: usize,
}

/// Checks every unit.
pub(super) fn check(text: &mut Text, facts: &Facts) {
    let found = find(text, facts.language());
    let mut harmless = alloc::vec![false; text.tokens.len()];
    for row in found.iter().filter(|row| matches!(row.phrase, Phrase::Harmless | Phrase::Fee)) {
        harmless.get_mut(row.from..=row.to).unwrap_or(&mut []).fill(true);
    }
    for row in &found {
        let inside = row.phrase != Phrase::Fee && row.phrase != Phrase::Harmless && harmless.get(row.from..=row.to).is_some_and(|part| part.iter().all(|is| *is));
        if !inside {
            phrase(text, facts, row);
        }
    }
    ahead(text, facts, &harmless);
    for at in 0..text.tokens.len() {
        if !text.is_covered(at) && text.is_word(at) && !harmless.get(at).copied().unwrap_or(false) {
            word(text, facts, at);
        }
    }
}

/// A sentence about what will happen is made of words that are known: a threat can be put in any others.
fn ahead(text: &mut Text, facts: &Facts, harmless: &[bool]) {
    let language = facts.language();
    let starts = text.units();
    for (number, from) in starts.iter().enumerate() {
        let to = starts.get(number + 1).copied().unwrap_or(text.tokens.len());
        let plain = |text: &Text, at: usize| text.is_word(at) && !text.is_covered(at);
        if !(*from..to).any(|at| plain(text, at) && is_ahead(language, text.written(at), text.tokens.text(at))) {
            continue;
        }
        let known = |text: &Text, at: usize| {
            let word = text.tokens.text(at);
            text.cue(at) != 0 || harmless.get(at).copied().unwrap_or(false) || is_common(language, word) || (language != Language::Fr && is_ahead(language, "", word))
        };
        // The sentence of an act that is allowed may have two words more: what is stopped, who is told.
        let acts = (*from..to).any(|at| plain(text, at) && NEEDS.iter().any(|(bit, act)| text.cue(at) & bit != 0 && facts.allows(*act)));
        if let Some(at) = (*from..to).filter(|at| plain(text, *at) && !known(text, *at)).nth(if acts { 2 } else { 0 }) {
            text.find_at(FindingCode::StageExceeded, at, at, "a sentence about what will happen, in words that are not known");
        }
    }
}

/// All phrases of the text. What is written is compared once at each word with the phrases that begin like it.
fn find(text: &Text, language: Language) -> Vec<Found> {
    // One list for each first letter; what begins with none is in the first.
    let slot = |words: &str| usize::from(words.bytes().next().unwrap_or(0)) % 32;
    let mut rows: [Vec<(Phrase, &str)>; 32] = Default::default();
    for (phrase, list) in phrases(language) {
        for words in list.split(',') {
            if let Some(same) = rows.get_mut(slot(words)) {
                same.push((*phrase, words));
            }
        }
    }
    let mut found = Vec::new();
    for at in 0..text.tokens.len() {
        let word = text.tokens.text(at);
        if !text.is_word(at) {
            continue;
        }
        for (phrase, words) in rows.get(slot(word)).into_iter().flatten() {
            let mut to = at;
            let mut fits = true;
            for (step, part) in words.split(' ').enumerate() {
                to = at + step;
                if !matches(part, text.tokens.text(to)) || (text.is_covered(to) && *phrase != Phrase::Harmless) {
                    fits = false;
                    break;
                }
            }
            if fits {
                found.push(Found { phrase: *phrase, from: at, to });
            }
        }
    }
    found
}

fn phrase(text: &mut Text, facts: &Facts, found: &Found) {
    let (from, to) = (found.from, found.to);
    let has = |fits: &dyn Fn(&str) -> bool| facts.events.iter().any(|event| fits(&event.kind));
    match found.phrase {
        Phrase::Harmless => {}
        Phrase::Urgent => text.find_at(FindingCode::FalseUrgency, from, to, "nothing in the facts is so urgent"),
        Phrase::Final if facts.allows(Act::FinalNotice) => {}
        Phrase::Final => {
            text.find_at(FindingCode::StageExceeded, from, to, "this is not the last stage");
            text.find_at(FindingCode::FalseUrgency, from, to, "this is not the last time");
        }
        Phrase::Reminded if has(&is_reminder) => {}
        Phrase::Talked if has(&|kind| ["call", "phone", "agree", "meeting", "promise", "plan", "visit"].iter().any(|part| kind.contains(part))) => {}
        Phrase::Promised if promised(facts) => {}
        Phrase::Received if has(&|kind| ["payment", "paid", "receiv"].iter().any(|part| kind.contains(part))) || facts.known().iter().any(|invoice| invoice.open < invoice.gross) => {}
        Phrase::Reminded | Phrase::Talked | Phrase::Promised | Phrase::Received => text.find_at(FindingCode::InventedEvent, from, to, "nothing of the kind is in the facts"),
        Phrase::Threat => consequence(text, facts, THREAT, from, to),
        Phrase::Fee => consequence(text, facts, FEE, from, to),
        Phrase::Offer if offers(facts) => {}
        Phrase::Offer => text.find_at(FindingCode::InventedOffer, from, to, "not offered"),
        Phrase::Admit => text.find_at(FindingCode::Admission, from, to, "a fault that nobody has found"),
        Phrase::Approx => text.find_at(FindingCode::Rounded, from, to, "not exact"),
    }
}

/// Whether the customer said anything.
fn promised(facts: &Facts) -> bool {
    let said = |kind: &str| ["promise", "reply", "confirm", "commit", "agree"].iter().any(|part| kind.contains(part));
    facts.events.iter().any(|event| said(&event.kind)) || facts.known().iter().any(|invoice| matches!(invoice.status, InvoiceStatus::Promised | InvoiceStatus::InPlan))
}

fn offers(facts: &Facts) -> bool {
    !facts.policy.offers.is_empty()
}

/// The act that a word of a consequence needs.
const NEEDS: &[(u64, Act)] =
    &[(INTEREST, Act::LateInterestNotice), (FEE, Act::FixedRecoveryFee), (HOLD, Act::HoldDeliveries), (AGENCY, Act::CollectionAgency), (REGISTER, Act::CreditRegister), (LEGAL, Act::LegalAction)];

/// Words of consequences are allowed if each of them is of an act that is.
fn consequence(text: &mut Text, facts: &Facts, cue: u64, from: usize, to: usize) {
    let around = |at: usize| !text.is_covered(at) || text.at(at).is_some_and(|mention| mention.what == What::Wrong);
    let near: u64 = (from.saturating_sub(12)..=to + 12).filter(|at| around(*at)).fold(0, |all, at| all | text.cue(at));
    let allowed = |bit: u64, act: Act| cue & bit != 0 && facts.allows(act);
    let named = NEEDS.iter().any(|(bit, act)| allowed(*bit, *act));
    // `statutory interest`, `legal costs of collection`: what goes with an act that is allowed.
    let beside = NEEDS.iter().any(|(bit, act)| near & bit != 0 && facts.allows(*act));
    let only_beside = cue & !(THREAT | LAW | LEGAL) == 0 && (cue & LEGAL == 0 || cue & LAW != 0 || facts.allows(Act::LegalAction));
    let charged = cue & FEE != 0 && facts.allows(Act::LateInterestNotice) && near & INTEREST != 0 && ["charg", "penal"].iter().any(|stem| text.tokens.text(from).starts_with(stem));
    if named || charged || (beside && only_beside) {
        return;
    }
    // A fee or a charge in the words of an allowed interest is its cost.
    let code = if cue & LAW != 0 && cue & !(LAW | LEGAL) == 0 && near & (INTEREST | FEE) == 0 { FindingCode::LegalClaim } else { FindingCode::StageExceeded };
    text.find_at(code, from, to, "a consequence that is not allowed at this stage");
}

fn word(text: &mut Text, facts: &Facts, at: usize) {
    let cue = text.cue(at);
    if cue & (CONSEQUENCE | PROMISE | URGENT | OFFER | ADMIT | MANY | WEEKS | MONTHS | YEARS | HOURS) == 0 {
        return near_term(text, facts, at);
    }
    let near = |text: &Text, from: usize, to: usize| (at.saturating_sub(from)..=at + to).filter(|here| *here != at).fold(0, |all, here| all | text.cue(here));
    // An invoice in dispute is on hold; a customer may dispute without a lawyer.
    let on_hold = (cue & EXCLUDED != 0 || text.tokens.is(at, "charge")) && near(text, 12, 12) & DISPUTE != 0;
    let form = cue & FORM != 0;
    if cue & CONSEQUENCE != 0 && !on_hold && !form {
        consequence(text, facts, cue & CONSEQUENCE, at, at);
    }
    let word = text.tokens.text(at);
    if cue & URGENT != 0 && !(word.starts_with("heutig") || near(text, 0, 4) & REMIND != 0 && facts.allows(Act::FinalNotice)) {
        // `our last reminder of 6 March` is an event, which is checked as one.
        let past = matches!(word.get(..4), Some("letz" | "dern" | "ulti"))
            && near(text, 0, 2) & REMIND != 0
            && (at + 1..at + 6).any(|here| text.at(here).is_some_and(|mention| matches!(mention.what, What::Date { .. })));
        if !past {
            text.find_at(FindingCode::FalseUrgency, at, at, "nothing in the facts is so urgent");
        }
    }
    if cue & OFFER != 0 && !offers(facts) {
        text.find_at(FindingCode::InventedOffer, at, at, "not offered");
    }
    if cue & PROMISE != 0 && !promised(facts) {
        text.find_at(FindingCode::InventedEvent, at, at, "no promise is in the facts");
    }
    if cue & ADMIT != 0 && near(text, 3, 3) & NEG == 0 {
        text.find_at(FindingCode::Admission, at, at, "a fault that nobody has found");
    }
    if cue & MANY != 0 && facts.events.iter().filter(|event| is_reminder(&event.kind)).count() < 2 && near(text, 4, 4) & REMIND != 0 {
        text.find_at(FindingCode::InventedEvent, at, at, "not so often");
    }
    if cue & (WEEKS | MONTHS | YEARS) != 0 && cue & DUE == 0 {
        time(text, facts, at);
    }
}

/// A week, a month, a year without a number.
fn time(text: &mut Text, facts: &Facts, at: usize) {
    let word = text.tokens.text(at);
    let of_rate = (at.saturating_sub(3)..at).any(|here| text.at(here).is_some_and(|mention| matches!(mention.what, What::Percent(_))));
    if of_rate || cue_is_other(facts.language(), word) {
        return;
    }
    text.find_at(FindingCode::Comparative, at, at, "a time without a number cannot be checked");
}

/// `an` and `ans` in French beside a year are a year; `mes` in French is a possessive and is no time there.
fn cue_is_other(language: Language, word: &str) -> bool {
    language == Language::Fr && word == "an"
}

/// Words of days that lie around the day of the notice.
fn near_term(text: &mut Text, facts: &Facts, at: usize) {
    let near: &[&str] = match facts.language() {
        Language::En => &["yesterday", "weekend"],
        Language::De => &["gestern", "vorgestern", "wochenende", "ubermorgen"],
        Language::Fr => &["hier", "week"],
        Language::Es => &["ayer"],
    };
    if near.contains(&text.tokens.text(at)) {
        text.find_at(FindingCode::BadDate, at, at, "a day without a date");
    }
}
