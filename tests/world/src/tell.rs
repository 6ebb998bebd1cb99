//! What happens outside: each step becomes an event; what the books take, the facts take.

use crate::facts::{Facts, Item, Kind, Payment, Posting, Said, Source};
use crate::rules::{days, unit};
use crate::step::{Paid, Step};
use crate::world::World;
use ar_core::event::{AllocationLine, What};
use ar_core::money::minor_to_text;
use ar_core::{Event, Ledger};
use chrono::Days;

pub(crate) fn pick(len: usize, row: u8) -> Option<usize> {
    (len > 0).then(|| usize::from(row) % len.max(1))
}

/// A part of an amount: all of it, or some.
pub(crate) fn part(open: i64, share: u8) -> i64 {
    match share % 4 {
        0 => open,
        1 => (open / 2).max(1),
        _ => (open * i64::from(share) / 256).max(1),
    }
}

/// Whether an event had to be taken, or had to be refused.
pub(crate) fn taken(name: &str, found: bool, expected: bool) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("the machines: {name} was {}, and could {}be", if found { "taken" } else { "refused" }, if expected { "" } else { "not " })) }
}

impl World {
    /// Gives an event to the books; whether they took it. What they refuse changes nothing.
    pub(crate) fn tell(&mut self, what: What, decision_id: Option<String>) -> bool {
        let event = Event { on: self.today, decision_id, by: Some("Ms Desk".into()), what };
        let before: Ledger = self.ledger.clone();
        let reports = event.reports().map(String::from);
        let took = self.ledger.apply(std::slice::from_ref(&event)).is_ok();
        assert!(took || std::ptr::eq(&raw const *before, &raw const *self.ledger), "a refused event changes nothing");
        if took {
            self.facts.done.extend(reports);
            self.log.push(event);
        } else {
            self.refused += 1;
        }
        took
    }

    /// A name that no item has yet: the same for the same item, whatever else happened before it.
    fn item_name(&self, kind: &str) -> String {
        format!("{kind}-20{:02}", self.facts.items.len())
    }

    /// An item of which something is open, or now and then any.
    pub(crate) fn item(&self, row: u8) -> Option<usize> {
        let open: Vec<usize> = (0..self.facts.items.len()).filter(|at| row == 15 || (self.facts.open(*at) > 0 && !self.facts.items[*at].is_credit())).collect();
        pick(open.len(), row).map(|place| open[place])
    }

    fn customer(&self, row: u8) -> usize {
        usize::from(row) % self.facts.customers.len()
    }

    pub(crate) fn money(&self, at: usize, amount: i64) -> String {
        minor_to_text(amount, self.facts.items[at].exponent())
    }

    /// Something happens.
    pub(crate) fn happen(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Pay { .. } | Step::Fail(_) | Step::Reverse(_) | Step::UndoWriteOff(_) | Step::Credit { .. } | Step::WriteOff { .. } | Step::Keep { .. } | Step::Issue { .. } => self.cash(step),
            Step::Dispute { .. } | Step::Route(_) | Step::Resolve { .. } | Step::Promise { .. } | Step::Withdraw(_) => self.claim(step),
            Step::Plan { .. } | Step::Agree(_) | Step::Extend { .. } | Step::HandOver(_) => self.arrangement(step),
            Step::Bounce(row) => self.bounce(usize::from(*row)),
            Step::Close => {
                let on = self.today;
                taken("day_closed", self.tell(What::DayClosed {}, None), true)?;
                self.facts.closed_on = Some(on);
                Ok(())
            }
            Step::Verdict { ask, approve } => {
                let Some(id) = pick(self.asks.len(), *ask).map(|at| self.asks[at].clone()) else { return Ok(()) };
                let what = if *approve { What::DecisionApproved { action: None, segment: None } } else { What::DecisionRejected { action: None, segment: None } };
                if self.tell(what, Some(id.clone())) {
                    self.facts.verdicts.insert(id, *approve);
                }
                Ok(())
            }
            _ => self.about_customer(step),
        }
    }

    fn about_customer(&mut self, step: &Step) -> Result<(), String> {
        let today = self.today;
        let changed = |customer: usize, silent: Option<bool>, blocked_until| What::CustomerChanged {
            customer_id: format!("C{customer}"),
            do_not_contact: silent,
            strategic: None,
            owner: None,
            segment: None,
            blocked_until,
        };
        match step {
            Step::CreditHold { customer, place } => {
                let at = self.customer(*customer);
                let customer_id = format!("C{at}");
                let before = self.facts.customers[at].hold.is_some();
                let what = if *place { What::HoldPlaced { customer_id, reason: None } } else { What::HoldReleased { customer_id } };
                taken("a credit hold", self.tell(what, None), before != *place)?;
                self.facts.customers[at].hold = place.then_some("");
            }
            Step::Limit(row) => {
                let at = self.customer(*row);
                // Every other time it is the limit that changes: units of the currency that it has, or of its first item.
                let first = self.ledger.items().iter().find(|item| item.customer.0 as usize == at).map(|item| item.currency.code() == "JPY");
                let yen = self.facts.customers[at].limit.map(|limit| limit.1).or(first);
                let limit = yen.filter(|_| row % 2 == 1).map(|yen| (i64::from(*row) * 20, yen));
                let (payment_days, credit_limit) = (limit.is_none().then(|| u16::from(*row)), limit.map(|limit| limit.0.to_string()));
                if self.tell(What::TermsChanged { customer_id: format!("C{at}"), payment_days, credit_limit }, None) {
                    let customer = &mut self.facts.customers[at];
                    customer.terms_on = if limit.is_none() { Some(today) } else { customer.terms_on };
                    customer.limit = limit.map(|(units, yen)| (units * unit(yen), yen)).or(customer.limit);
                }
            }
            Step::Block { customer, ahead } => {
                let (at, until) = (self.customer(*customer), today + Days::new(ahead.unsigned_abs()));
                if self.tell(changed(at, None, Some(until)), None) {
                    self.facts.customers[at].blocked_until = Some(until);
                }
            }
            Step::Silence { customer, on } => {
                let at = self.customer(*customer);
                if self.tell(changed(at, Some(*on), None), None) {
                    self.facts.customers[at].silent = *on;
                }
            }
            Step::News { customer, bad } => {
                let at = self.customer(*customer);
                let told = self.tell(What::SignalReceived { customer_id: format!("C{at}"), kind: "bureau".into(), severity: if *bad { 90 } else { 20 } }, None);
                if told && *bad {
                    self.facts.customers[at].stop_signal = Some(today);
                }
            }
            Step::Write(row) => {
                let (at, reply_id) = (self.customer(*row), format!("MSG-{}", self.facts.replies.len()));
                if self.tell(What::ReplyReceived { reply_id, customer_id: format!("C{at}"), subject: None, text: None, channel: None, intent: None, reading: None }, None) {
                    self.facts.replies.push((today, at, false));
                }
            }
            Step::Answer(row) => {
                let at = self.customer(*row);
                self.answer(at, None);
            }
            Step::Call { customer, reached } => {
                let at = self.customer(*customer);
                self.call(at, *reached, None);
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn answer(&mut self, customer: usize, decision: Option<String>) {
        if self.tell(What::ReplySent { customer_id: format!("C{customer}"), reply_id: None, channel: Some("email".into()) }, decision) {
            self.facts.replies.iter_mut().filter(|row| row.1 == customer).for_each(|row| row.2 = true);
            self.facts.contacts.push((self.today, customer, Said::Message, "email".into()));
        }
    }

    pub(crate) fn call(&mut self, customer: usize, reached: bool, decision: Option<String>) {
        if self.tell(What::CallMade { customer_id: format!("C{customer}"), reached: Some(reached) }, decision) {
            self.facts.contacts.push((self.today, customer, if reached { Said::Call } else { Said::Missed }, String::new()));
        }
    }

    fn cash(&mut self, step: &Step) -> Result<(), String> {
        let today = self.today;
        match step {
            Step::Pay { item, share, how } => self.pay(*item, *share, *how),
            Step::Fail(row) | Step::Reverse(row) => {
                let Some(at) = pick(self.facts.payments.len(), *row) else { return Ok(()) };
                // What was kept back beside a payment goes with it; such worlds are those of the laws of deductions.
                let posted: Vec<&str> =
                    self.facts.items.iter().flat_map(|item| &item.postings).filter(|row| matches!(row.source, Source::Cash(of, _) if of == at)).filter_map(|row| row.decision.as_deref()).collect();
                if self.facts.items.iter().any(|item| item.kind == Kind::Kept && item.id.starts_with("D-")) && !posted.is_empty() {
                    return Ok(());
                }
                let payment_id = self.facts.payments[at].id.clone();
                let fails = matches!(step, Step::Fail(_));
                let what = if fails {
                    What::PaymentFailed { payment_id, failure: row.is_multiple_of(2).then(|| "insufficient_funds".into()) }
                } else {
                    What::AllocationReversed { payment_id: Some(payment_id), item_ids: None, posting: None }
                };
                if self.tell(what, None) {
                    self.facts.items.iter_mut().for_each(|item| item.postings.retain(|row| !matches!(row.source, Source::Cash(of, _) if of == at)));
                    let payment = &mut self.facts.payments[at];
                    payment.failed |= fails;
                    payment.soft = if fails { row.is_multiple_of(2) } else { payment.soft };
                    payment.failed_on = if fails { Some(today) } else { payment.failed_on };
                }
            }
            Step::UndoWriteOff(row) => {
                let Some(at) = pick(self.facts.items.len(), *row) else { return Ok(()) };
                let item_ids = Some(vec![self.facts.items[at].id.clone()]);
                let given_up = self.facts.items[at].postings.iter().any(|row| row.source == Source::GivenUp);
                taken("the undoing of a write-off", self.tell(What::AllocationReversed { payment_id: None, item_ids, posting: None }, None), given_up)?;
                self.facts.items[at].postings.retain(|row| row.source != Source::GivenUp);
            }
            Step::Credit { item, share, post } => self.credit(*item, *share, *post),
            Step::WriteOff { item, share } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let open = self.facts.open(at);
                let amount = part(open, *share);
                let what = What::WrittenOff { item_id: self.facts.items[at].id.clone(), amount: (amount < open).then(|| self.money(at, amount)) };
                taken("a write-off", self.tell(what, None), open > 0 && !self.facts.items[at].is_credit())?;
                if open > 0 && !self.facts.items[at].is_credit() {
                    self.facts.items[at].postings.push(Posting { on: today, amount, source: Source::GivenUp, decision: None });
                }
            }
            Step::Keep { item, share } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let (id, amount) = (self.item_name("DED"), part(self.facts.open(at), *share).max(1));
                self.keep_back(at, id, amount, "pricing", (None, None));
            }
            Step::Issue { customer, yen, amount, ahead } => {
                let (id, at) = (self.item_name("INV"), self.customer(*customer));
                let item = Item::issued(id, at, *yen, Kind::Invoice, *amount, (today, today + Days::new(ahead.unsigned_abs())));
                self.issue(item, None);
            }
            _ => {}
        }
        Ok(())
    }

    /// What is kept back of an item becomes an item; `by`: the decision that made it, and the posting that it came of.
    pub(crate) fn keep_back(&mut self, at: usize, id: String, amount: i64, reason: &str, by: (Option<String>, Option<String>)) -> bool {
        let what = What::DeductionCreated {
            deduction_id: id.clone(),
            item_id: self.facts.items[at].id.clone(),
            amount: self.money(at, amount),
            reason: Some(reason.into()),
            code: None,
            payment_id: None,
            posting: by.1,
        };
        let took = self.tell(what, by.0.clone());
        if took {
            let (today, source) = (self.today, self.facts.items.len());
            let of = &mut self.facts.items[at];
            of.postings.push(Posting { on: today, amount, source: Source::Kept(source), decision: by.0 });
            let kept = Item { group: of.group, ..Item::issued(id, of.customer, of.yen, Kind::Kept, amount, (today, today)) };
            self.facts.items.push(kept);
        }
        took
    }

    /// An item is issued.
    pub(crate) fn issue(&mut self, item: Item, decision: Option<String>) -> bool {
        let text = minor_to_text(item.amount, item.exponent());
        let what = What::ItemIssued {
            item_id: item.id.clone(),
            customer_id: format!("C{}", item.customer),
            kind: Some(item.kind.name().into()),
            currency: item.currency().into(),
            amount: text,
            due_on: item.due_on,
            reference: None,
        };
        let took = self.tell(what, decision);
        if took {
            self.facts.items.push(item);
        }
        took
    }

    fn pay(&mut self, item: u8, share: u8, how: Paid) {
        let Some(at) = self.item(item).filter(|at| self.facts.open(*at) > 0 && !self.facts.items[*at].is_credit()) else { return };
        let open = self.facts.open(at);
        let amount = if how == Paid::Over { open + i64::from(share) } else { part(open, share) };
        let (id, customer) = (format!("PAY-{}", self.facts.payments.len()), self.facts.items[at].customer);
        let named = matches!(how, Paid::Posted | Paid::Named | Paid::Over);
        let known = how != Paid::Stranger;
        let debit = how == Paid::Posted && share.is_multiple_of(3);
        let what = What::PaymentReceived {
            payment_id: id.clone(),
            currency: self.facts.items[at].currency().into(),
            amount: self.money(at, amount),
            customer_id: known.then(|| format!("C{customer}")),
            payer_name: None,
            payer_account: None,
            text: named.then(|| self.facts.items[at].id.clone()),
            reference: None,
            method: debit.then(|| "direct_debit".into()),
        };
        if !self.tell(what, None) {
            return;
        }
        let place = self.facts.payments.len();
        self.facts.payments.push(Payment {
            id,
            customer: known.then_some(customer),
            yen: self.facts.items[at].yen,
            amount,
            on: self.today,
            failed: false,
            debit,
            failed_on: None,
            soft: false,
            tried: Vec::new(),
        });
        if matches!(how, Paid::Posted | Paid::Over) {
            self.post(place, &[(at, amount.min(open), "payment")], None);
        }
    }

    /// Posts lines of a payment: item, amount, and the kind of line.
    pub(crate) fn post(&mut self, payment: usize, lines: &[(usize, i64, &str)], decision: Option<String>) -> bool {
        let line = |(at, amount, kind): &(usize, i64, &str)| AllocationLine {
            item_id: self.facts.items[*at].id.clone(),
            amount: self.money(*at, *amount),
            item_amount: None,
            kind: Some((*kind).into()),
            credit_id: None,
        };
        let what = What::ItemsAllocated { payment_id: self.facts.payments[payment].id.clone(), allocations: lines.iter().map(line).collect() };
        let took = self.tell(what, decision.clone());
        for (at, amount, kind) in lines.iter().filter(|_| took) {
            self.facts.items[*at].postings.push(Posting { on: self.today, amount: *amount, source: Source::Cash(payment, *kind == "payment"), decision: decision.clone() });
        }
        took
    }

    fn credit(&mut self, item: u8, share: u8, post: bool) {
        let Some(at) = self.item(item).filter(|at| self.facts.open(*at) > 0) else { return };
        let (id, amount) = (self.item_name("CRN"), part(self.facts.open(at), share));
        let of = &self.facts.items[at];
        let note = Item::issued(id.clone(), of.customer, of.yen, Kind::Note, amount, (self.today, self.today));
        if !self.issue(note, None) || !post {
            return;
        }
        let place = self.facts.items.len() - 1;
        let line = AllocationLine { item_id: self.facts.items[at].id.clone(), amount: self.money(at, amount), item_amount: None, kind: None, credit_id: None };
        if self.tell(What::ItemsAllocated { payment_id: id, allocations: vec![line] }, None) {
            self.facts.items[at].postings.push(Posting { on: self.today, amount, source: Source::Note(place), decision: None });
        }
    }

    /// Facts that are asked for often: how many days ago.
    pub(crate) fn ago(&self, on: chrono::NaiveDate) -> i64 {
        days(on, self.today)
    }

    /// The facts.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}
