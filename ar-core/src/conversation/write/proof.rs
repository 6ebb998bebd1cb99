//! The facts of a notice as the verifier reads them.

use super::facts::{Facts, ItemFact};
use super::kind::NoticeKind;
use super::style::Channel;
use crate::action::Tone;
use crate::conversation::verify::{self, Act, Creditor, Debtor, EventFact, InvoiceFact, InvoiceStatus, NoticePolicy, Offer};
use crate::money::Money;
use alloc::{string::String, vec::Vec};

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

impl Facts {
    /// The facts for [`verify::verify_notice`]; `None` where a notice is about several currencies, credits or unapplied payments, which
    /// the verifier does not know, and for what a person says: no text but that of a template is used then. What is [`Facts::stated`] are
    /// details of the creditor for it, which are taken word for word.
    pub fn proof(&self) -> Option<verify::Facts> {
        if self.channel == Channel::Call {
            return None;
        }
        let invoices: Option<Vec<InvoiceFact>> = self.items.iter().filter(|_| self.kind.names_items()).map(|item| self.invoice(item)).collect();
        let pays = self.kind.is_paid_by();
        let way = |text: &str| given(text).filter(|_| pays);
        let mut acts: Vec<Act> = self.allowed_acts.iter().filter_map(|word| Act::of_word(word)).collect();
        acts.extend((self.tone == Tone::Final).then_some(Act::FinalNotice));
        let event = |kind: &str, on| EventFact { kind: kind.into(), on };
        let events = [
            self.reminded_on.map(|on| event("reminder_sent", on)),
            self.promise.map(|row| event("promise", row.0)),
            self.payment.map(|row| event("payment", row.0)),
            self.message_on.map(|on| event("message", on)),
        ];
        let parts = u32::try_from(self.parts.len()).ok();
        let mut offers: Vec<Offer> = self.parts.iter().map(|(on, amount)| Offer { kind: "payment_plan".into(), amount: Some(amount.minor()), until: Some(*on), parts, rate_ppm: None }).collect();
        offers.extend(self.new_due_on.map(|on| Offer { kind: "extension".into(), until: Some(on), ..Offer::default() }));
        let (sender, stage) = (&self.sender, if self.kind == NoticeKind::Dunning { self.level } else { 0 });
        Some(verify::Facts {
            creditor: Creditor {
                name: sender.name.clone(),
                email: given(&sender.email),
                phone: given(&sender.phone),
                iban: way(&sender.iban),
                pay_url: way(&sender.pay_url),
                details: self.stated.clone(),
            },
            debtor: Debtor { name: self.customer.clone(), contact: given(&self.contact) },
            invoices: invoices?,
            events: events.into_iter().flatten().collect(),
            policy: NoticePolicy { allowed_acts: acts, deadline: self.deadline, fees: Vec::new(), interest_ppm: None, offers },
            ..verify::Facts::new(self.as_of, self.locale, self.currency, stage)
        })
    }

    fn invoice(&self, item: &ItemFact) -> Option<InvoiceFact> {
        let due = item.due_on.filter(|_| item.open.currency() == self.currency)?;
        let status = match self.kind {
            NoticeKind::Dispute => InvoiceStatus::Disputed,
            _ if item.disputed > 0 && item.disputed >= item.open.minor() => InvoiceStatus::Disputed,
            _ => InvoiceStatus::Open,
        };
        let plain = |money: Money| money.minor();
        Some(InvoiceFact { reference: item.reference.clone(), gross: plain(item.amount), open: plain(item.open), issued: Some(item.issued_on), due, status })
    }
}
