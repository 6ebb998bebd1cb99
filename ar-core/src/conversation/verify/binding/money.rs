//! Amounts: of an invoice, of several, of all, a fee, an offer.

use super::super::facts::InvoiceStatus;
use super::super::lexicon::{FEE, GROSS, INTEREST, LATE, OFFER, OPEN, PAID, TOTAL};
use super::super::text::{Hedge, What};
use super::super::verdict::{ClaimKind, FindingCode};
use super::{Check, Segment, Unit};
use crate::money::{minor_to_text, pow10};
use alloc::{format, string::String, string::ToString, vec::Vec};

/// An amount under check.
struct Asked {
    number: usize,
    minor: i64,
    /// What the words before it, and behind it, may mean.
    before: u64,
    after: u64,
    /// The same of the three words before it only.
    near: u64,
}

impl Check<'_, '_> {
    /// Every sum that a total may be.
    pub(super) fn totals(&self) -> Vec<(i64, &'static str)> {
        let said = &self.seen.invoices;
        let all = self.facts.total_open().map(|sum| (sum, "total_open"));
        let named = self.facts.total(|at, _| said.get(at).is_some_and(|said| said.named)).map(|sum| (sum, "total_of_named"));
        all.into_iter().chain(named.filter(|row| row.0 > 0)).collect()
    }

    pub(super) fn moneys(&mut self, unit: &Unit, segment: &Segment, moneys: &[usize]) {
        let shared = moneys.len() == segment.owners.len() && segment.owners.len() > 1;
        for (at, number) in moneys.iter().enumerate() {
            let Some(mention) = self.text.mentions.get(*number).cloned() else { continue };
            let What::Money { minor, hedge } = mention.what else { continue };
            let start = self.window(unit, mention.from, |what| matches!(what, What::Money { .. } | What::Reference(_) | What::Count(_)) && !matches!(what, What::Count(_)));
            let asked = Asked {
                number: *number,
                minor,
                before: self.cues(start, mention.from),
                after: self.cues_after(unit, mention.to),
                near: self.cues(mention.from.saturating_sub(3).max(start), mention.from),
            };
            let fact = self.money(unit, segment, &asked, hedge, if shared { segment.owners.get(at).copied() } else { None });
            let value = minor_to_text(minor, self.facts.currency.exponent());
            self.claim(*number, ClaimKind::Amount, value, fact);
        }
    }

    /// The fact that an amount is; where it is none, the finding is made.
    fn money(&mut self, unit: &Unit, segment: &Segment, asked: &Asked, hedge: Hedge, own: Option<usize>) -> Option<String> {
        match hedge {
            Hedge::None => {}
            Hedge::About => {
                self.wrong(asked.number, FindingCode::Rounded, "an amount that is only about right");
                return None;
            }
            Hedge::More | Hedge::Less => {
                self.wrong(asked.number, FindingCode::Comparative, "an amount is told exactly or not at all");
                return None;
            }
        }
        let around = asked.before | asked.after;
        if around & INTEREST != 0 {
            self.wrong(asked.number, FindingCode::BadInterest, "an amount of interest that is not in the facts");
            return None;
        }
        if around & FEE != 0 && around & TOTAL == 0 {
            return self.fee(asked);
        }
        if around & OFFER != 0 {
            let offer = self.facts.policy.offers.iter().position(|offer| offer.amount == Some(asked.minor));
            if offer.is_none() {
                self.wrong(asked.number, FindingCode::InventedOffer, "an amount that was not offered");
            }
            return offer.map(|at| format!("policy.offers[{at}].amount"));
        }
        if let Some(place) = own {
            return self.of_invoice(asked, place, segment.named);
        }
        if around & TOTAL != 0 || segment.owners.len() > 1 {
            return self.total(unit, segment, asked);
        }
        match segment.owners.first() {
            Some(place) => self.of_invoice(asked, *place, segment.named),
            None => self.unowned(unit, segment, asked),
        }
    }

    fn fee(&mut self, asked: &Asked) -> Option<String> {
        if self.facts.policy.fees.contains(&asked.minor) {
            return Some("policy.fees".to_string());
        }
        self.wrong(asked.number, FindingCode::BadFee, "a fee that is not in the facts");
        None
    }

    fn of_invoice(&mut self, asked: &Asked, place: usize, named: bool) -> Option<String> {
        let invoice = self.facts.known().get(place)?;
        let (open, gross) = (invoice.open, invoice.gross);
        let said_gross = asked.near & GROSS != 0 && asked.near & OPEN == 0;
        if asked.minor == open && (open == gross || !said_gross) {
            if let Some(said) = self.seen.invoices.get_mut(place) {
                said.open = true;
            }
            return Some(format!("invoices[{place}].open"));
        }
        let said_open = (asked.near | asked.after) & OPEN != 0 && !said_gross;
        if asked.minor == gross && !said_open {
            if let Some(said) = self.seen.invoices.get_mut(place) {
                said.gross = Some(asked.number);
            }
            return Some(format!("invoices[{place}].gross"));
        }
        let paid = gross.checked_sub(open).filter(|paid| *paid > 0);
        if paid == Some(asked.minor) && ((asked.before | asked.after) & PAID != 0 || self.your_payment(asked.number)) {
            return Some(format!("invoices[{place}].paid"));
        }
        if !named && self.sums.iter().any(|sum| sum.0 == asked.minor) {
            return self.sums.iter().find(|sum| sum.0 == asked.minor).map(|sum| sum.1.to_string());
        }
        if self.belongs_elsewhere(asked.minor, place) {
            self.wrong(asked.number, FindingCode::Binding, "the amount of another invoice");
        } else if self.rounds(asked.minor, open) || self.rounds(asked.minor, gross) {
            self.wrong(asked.number, FindingCode::Rounded, "the amount of the invoice, rounded");
        } else {
            self.wrong(asked.number, FindingCode::BadAmount, "not the amount of the invoice");
        }
        None
    }

    /// `your payment of £500.00`.
    fn your_payment(&self, number: usize) -> bool {
        const PAYMENTS: &[&str] = &["payment", "zahlung", "teilzahlung", "acompte", "paiement", "versement", "pago", "abono", "ingreso"];
        let Some(from) = self.text.mentions.get(number).map(|mention| mention.from) else { return false };
        let word = |at: usize, list: &[&str]| list.contains(&self.text.tokens.text(at));
        (from.saturating_sub(3)..from).any(|at| word(at, PAYMENTS)) && (from.saturating_sub(6)..from).any(|at| word(at, &["your", "ihre", "ihrer", "votre", "su"]))
    }

    fn belongs_elsewhere(&self, minor: i64, place: usize) -> bool {
        self.facts.known().iter().enumerate().any(|(at, invoice)| at != place && (invoice.open == minor || invoice.gross == minor))
    }

    /// Whether an amount is another one rounded to a whole unit, ten, a hundred or a thousand, or cut to whole units.
    fn rounds(&self, minor: i64, exact: i64) -> bool {
        let whole = i64::try_from(pow10(self.facts.currency.exponent())).unwrap_or(1);
        let to = |step: i64| exact.checked_add(step / 2).map(|sum| sum - sum.rem_euclid(step)) == Some(minor) || exact - exact.rem_euclid(step) == minor;
        minor > 0 && minor != exact && [1, 10, 100, 1_000].iter().any(|step| whole.checked_mul(*step).is_some_and(&to))
    }

    /// A total: of all that may be asked for, of those that are named, or of those that the unit lists.
    fn total(&mut self, unit: &Unit, segment: &Segment, asked: &Asked) -> Option<String> {
        let late = self.facts.total(|_, invoice| (self.facts.as_of - invoice.due).num_days() > 0);
        let says_late = (asked.before | asked.after) & LATE != 0;
        let listed = unit.listed;
        let group = if segment.owners.len() > 1 { self.open_of(&segment.owners) } else { None };
        if late == Some(asked.minor) && says_late {
            return Some("total_overdue".to_string());
        }
        if listed == Some(asked.minor) || group == Some(asked.minor) {
            return Some("total_of_listed".to_string());
        }
        let known = self.sums.iter().find(|sum| sum.0 == asked.minor);
        if let Some(sum) = known.filter(|_| !says_late || late == self.facts.total_open()) {
            return Some(sum.1.to_string());
        }
        let fees = self.facts.policy.fees.iter().any(|fee| self.facts.total_open().and_then(|sum| sum.checked_add(*fee)) == Some(asked.minor));
        if fees && unit.cues & FEE != 0 {
            return Some("total_open + fee".to_string());
        }
        self.bad_sum(asked);
        None
    }

    fn bad_sum(&mut self, asked: &Asked) {
        let open = self.facts.total_open().unwrap_or(0);
        for (status, code) in [
            (InvoiceStatus::Disputed, FindingCode::DemandsDisputed),
            (InvoiceStatus::Promised, FindingCode::DemandsPromised),
            (InvoiceStatus::Paid, FindingCode::DemandsPaid),
            (InvoiceStatus::InPlan, FindingCode::DemandsPlan),
        ] {
            let rows = self.facts.known().iter().filter(|invoice| invoice.status == status);
            let rest: Option<(i64, i64)> = rows.map(|invoice| (invoice.open, invoice.gross)).try_fold((open, open), |(a, b), (c, d)| Some((a.checked_add(c)?, b.checked_add(d)?)));
            if rest.is_some_and(|(with_open, with_gross)| open != asked.minor && (asked.minor == with_open || asked.minor == with_gross)) {
                self.wrong(asked.number, code, "the total counts what is not asked for");
            }
        }
        if self.rounds(asked.minor, open) {
            self.wrong(asked.number, FindingCode::Rounded, "the total, rounded");
        }
        self.wrong(asked.number, FindingCode::BadSum, "not the sum");
    }

    /// An amount that belongs to no invoice by its place: only a total can be meant.
    fn unowned(&mut self, unit: &Unit, segment: &Segment, asked: &Asked) -> Option<String> {
        if self.sums.iter().any(|sum| sum.0 == asked.minor) {
            return self.total(unit, segment, asked);
        }
        if self.belongs_elsewhere(asked.minor, usize::MAX) {
            self.wrong(asked.number, FindingCode::Binding, "an amount of an invoice that is not named with it");
        } else if (asked.before | asked.after) & (OPEN | LATE) != 0 {
            self.bad_sum(asked);
        } else {
            self.wrong(asked.number, FindingCode::BadAmount, "not in the facts");
        }
        None
    }

    /// What an invoice was made out for is not told alone: it is not what is owed.
    pub(super) fn gross_alone(&mut self) {
        let alone: Vec<usize> = self.seen.invoices.iter().filter(|said| !said.open).filter_map(|said| said.gross).collect();
        for number in alone {
            self.wrong(number, FindingCode::BadAmount, "what the invoice was made out for, not what is open");
        }
    }
}
