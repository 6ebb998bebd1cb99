//! What the host does with the decisions of a run: carries them out and says so, once or twice, today, late or never; approves
//! or refuses what is asked, today, late or never.

use crate::facts::{Facts, Item, Kind, Said, Source};
use crate::rules::{DECISION_DAYS, ahead};
use crate::seen::Seen;
use crate::world::{Due, Void, World};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::{Arrangement, Decision};
use ar_core::event::{AllocationLine, What};
use chrono::NaiveDate;

/// The kind of a line that takes cash.
const CASH: &str = "payment";

/// A decision in the words of the facts: places in the books move with every event.
pub struct Task {
    id: String,
    pub mode: Mode,
    action: ActionKind,
    customer: Option<usize>,
    items: Vec<usize>,
    amount: i64,
    level: u8,
    own_levels: Vec<u8>,
    channel: String,
    made_on: NaiveDate,
    on: Option<NaiveDate>,
    payment: Option<usize>,
    lines: Vec<(usize, i64, &'static str)>,
    kept_back: Option<(usize, i64, &'static str, String)>,
    charge: Option<(String, Kind, NaiveDate)>,
    disputes: Vec<String>,
    verdict: Option<&'static str>,
    opening: Option<(String, String)>,
    arrangement: Option<Arrangement>,
    precondition: Option<String>,
    /// Of each item what the run leaves open, and what is disputed.
    amounts: Vec<(i64, i64)>,
    exhausted: bool,
}

impl Task {
    pub fn of(seen: &Seen<'_>, decision: &Decision) -> Self {
        let (params, books) = (&decision.draft.params, seen.report.ledger());
        let place = |at: ar_core::record::ItemIdx| seen.place(at);
        let payment = params.payment.and_then(|at| books.payment(at)).map(|row| books.text(row.id));
        let kind = |name: &str| match name {
            "fee" => Kind::Fee,
            "interest" => Kind::Interest,
            _ => Kind::Note,
        };
        Self {
            id: decision.id.clone(),
            mode: decision.mode,
            action: decision.action(),
            customer: decision.customer().map(|at| at.0 as usize),
            items: decision.draft.items.iter().map(|at| place(*at)).collect(),
            amount: decision.draft.amount,
            level: params.level,
            own_levels: params.item_levels.clone(),
            channel: params.channel.clone().unwrap_or_default(),
            made_on: seen.today,
            on: params.on,
            payment: payment.and_then(|id| seen.facts.payment_of.get(id).copied()),
            lines: params.lines.iter().map(|line| (place(line.item), line.amount, line.kind.name())).collect(),
            kept_back: params.kept_back.as_ref().map(|(kept, posting)| (place(kept.item), kept.amount, kept.reason.name(), posting.clone())),
            charge: params.charge.as_ref().map(|charge| (charge.key.clone(), kind(charge.kind.name()), charge.due_on)),
            disputes: params.disputes.iter().map(|id| books.text(*id).to_string()).collect(),
            verdict: params.verdict.as_ref().map(|verdict| verdict.state.name()),
            opening: params.opening.as_ref().map(|opening| (opening.key.clone(), opening.reason.clone())),
            arrangement: params.arrangement.clone(),
            precondition: seen.report.precondition(decision),
            amounts: decision.draft.items.iter().map(|at| place(*at)).map(|at| (seen.left[at], seen.facts.disputed(at))).collect(),
            exhausted: decision.reasons().iter().any(|reason| matches!(reason.code.name(), "ladder_exhausted" | "max_contacts")),
        }
    }

    fn is_message(&self) -> bool {
        matches!(self.action, ActionKind::SendNotice | ActionKind::SendReminder | ActionKind::RemindPromise)
    }

    /// Whether the amounts it rests on are what they were.
    fn still_holds(&self, facts: &Facts) -> bool {
        self.items.iter().zip(&self.amounts).all(|(at, amounts)| (facts.items[*at].open, facts.disputed(*at)) == *amounts)
    }
}

impl World {
    /// Does with the decisions of a run what hosts do.
    pub fn respond(&mut self, tasks: Vec<Task>) {
        for task in tasks {
            match task.mode {
                Mode::Ask => self.asked(&task),
                // A message waits for its contact day.
                Mode::Act if task.on.is_some_and(|on| on != self.today) => {}
                Mode::Act => match self.random.range(0, 99) {
                    0..4 => {}
                    4..10 if task.is_message() => self.later(1, 4, Due::Late(Box::new(task))),
                    10..14 => {
                        self.carry_out(&task);
                        self.tell_again();
                    }
                    _ => self.carry_out(&task),
                },
            }
        }
    }

    fn asked(&mut self, task: &Task) {
        let (answer, id) = (self.random.range(0, 99), task.id.clone());
        match (answer, task.action) {
            (0..45, ActionKind::Call) => {
                let (at, reached) = (task.customer.unwrap_or(0), self.random.chance(600));
                self.tell(What::CallMade { customer_id: self.facts.customers[at].id.clone(), reached: Some(reached) }, Some(id));
                self.facts.customers[at].contacts.push((self.today, if reached { Said::Call } else { Said::Missed }));
            }
            (0..45, ActionKind::Reply) => self.answer(task.customer.unwrap_or(0), Some(id)),
            (0..8, ActionKind::Review) if task.exhausted => self.give_up(task),
            (0..12, ActionKind::Review) => self.verdict(id, true),
            (12..30, ActionKind::Review) => {}
            // Approved, and done by whoever approved it.
            (0..30, _) => {
                self.verdict(id, true);
                if task.on.is_none_or(|on| on == self.today) {
                    self.carry_out(task);
                }
            }
            // Approved: what becomes of it, another run says.
            (30..50, _) => self.verdict(id, true),
            (50..60, _) => self.later(1, 6, Due::Verdict(id, true)),
            (60..66, _) => self.verdict(id, false),
            (66..69, _) => self.later(1, 6, Due::Verdict(id, false)),
            _ => {}
        }
    }

    pub fn verdict(&mut self, id: String, approve: bool) {
        self.facts.verdicts.insert(id.clone(), approve);
        self.tell(if approve { What::DecisionApproved { action: None, segment: None } } else { What::DecisionRejected { action: None, segment: None } }, Some(id));
    }

    /// The ladder is over: an agency gets the items, or nobody.
    fn give_up(&mut self, task: &Task) {
        let items: Vec<usize> = task.items.iter().copied().filter(|at| self.facts.items[*at].open > 0 && !self.facts.items[*at].handed_over).collect();
        if items.is_empty() {
            return;
        }
        if self.random.chance(300) {
            return items.into_iter().for_each(|at| self.write_off(at, None));
        }
        let item_ids = items.iter().map(|at| self.facts.items[*at].id.clone()).collect();
        self.tell(What::HandedOver { customer_id: self.facts.customers[task.customer.unwrap_or(0)].id.clone(), item_ids, to: Some("agency".into()) }, None);
        items.into_iter().for_each(|at| self.facts.items[at].handed_over = true);
    }

    /// A message that should have gone out days ago: not where another did since, or it is out of date. Where an amount changed,
    /// the books refuse it.
    pub fn late(&mut self, task: &Task) {
        let customer = task.customer.unwrap_or(0);
        let since = self.facts.customers[customer].contacts.iter().any(|row| row.0 >= task.made_on);
        if since || self.facts.done.contains(&task.id) || self.today > ahead(task.made_on, DECISION_DAYS as i64) {
            return;
        }
        self.carry_out(task);
    }

    fn carry_out(&mut self, task: &Task) {
        if self.facts.done.contains(&task.id) {
            return;
        }
        let (at, id) = (task.customer.unwrap_or(0), Some(task.id.clone()));
        let customer_id = task.customer.map_or(String::new(), |at| self.facts.customers[at].id.clone());
        match task.action {
            ActionKind::SendNotice | ActionKind::SendReminder => self.send(task, customer_id),
            ActionKind::RemindPromise => self.said(What::PromiseReminded { customer_id, channel: Some(task.channel.clone()) }, id, at, Said::Message),
            ActionKind::NotifyOwner => self.said(What::OwnerNotified { customer_id }, id, at, Said::Owner),
            ActionKind::AskRemittance => {
                let payment_id = task.payment.map(|at| self.facts.payments[at].id.clone());
                self.said(What::RemittanceAsked { customer_id: Some(customer_id), payment_id, channel: None }, id, at, Said::Remittance);
            }
            ActionKind::RouteDispute if task.disputes.iter().all(|name| self.facts.disputes[self.facts.dispute_of[name]].decided.is_none()) => {
                self.tell(What::DisputeRouted { dispute_ids: task.disputes.clone() }, id);
                for name in &task.disputes {
                    let at = self.facts.dispute_of[name];
                    self.facts.disputes[at].routed = true;
                }
            }
            ActionKind::ResolveDispute => {
                if let Some(at) = task.disputes.first().map(|name| self.facts.dispute_of[name]).filter(|at| self.facts.disputes[*at].decided.is_none()) {
                    let (state, amount) = (task.verdict.unwrap_or("invalid"), self.facts.disputes[at].amount);
                    self.resolve(at, state, Some(if state == "valid" { amount } else { 0 }), id);
                }
            }
            ActionKind::OpenDispute => {
                if let Some((key, reason)) = task.opening.clone().filter(|row| !self.facts.dispute_of.contains_key(&row.0)) {
                    self.open_dispute(key, task.items[0], self.facts.items[task.items[0]].amount, &reason, id);
                }
            }
            ActionKind::PostAllocation => self.post_decided(task),
            ActionKind::CreateDeduction => self.keep_back(task),
            ActionKind::ChargeFee | ActionKind::ChargeInterest | ActionKind::IssueCreditNote => self.charge(task),
            ActionKind::RetryPayment => {
                if let Some(payment) = task.payment {
                    self.tell(What::PaymentRetried { payment_id: self.facts.payments[payment].id.clone() }, id);
                    self.later(1, 2, Due::Debit(payment));
                }
            }
            _ => self.arrange(task, at, customer_id),
        }
    }

    fn arrange(&mut self, task: &Task, at: usize, customer_id: String) {
        let id = Some(task.id.clone());
        match (task.action, &task.arrangement) {
            (ActionKind::PlaceHold, Some(Arrangement::Hold(cause))) if !self.facts.customers[at].on_credit_hold => {
                self.tell(What::HoldPlaced { customer_id, reason: Some((*cause).into()) }, id);
                self.facts.customers[at].on_credit_hold = true;
            }
            (ActionKind::ReleaseHold, _) if self.facts.customers[at].on_credit_hold => {
                self.tell(What::HoldReleased { customer_id }, id);
                self.facts.customers[at].on_credit_hold = false;
            }
            (ActionKind::ChangeTerms, Some(Arrangement::Terms(days))) => {
                self.tell(What::TermsChanged { customer_id, payment_days: Some(*days), credit_limit: None }, id);
                self.facts.customers[at].terms = i64::from(*days);
            }
            (ActionKind::OfferPlan, Some(Arrangement::Plan(parts))) if task.still_holds(&self.facts) => {
                let plan = self.new_plan(task.items.clone(), parts.clone());
                self.say_plan(plan, false, id);
                self.facts.customers[at].contacts.push((self.today, Said::Message));
                if self.random.chance(600) {
                    self.later(1, 8, Due::Agree(plan));
                }
            }
            (ActionKind::GrantExtension, Some(Arrangement::Extension(due_on))) if task.items.iter().all(|at| self.facts.items[*at].open > 0 && self.facts.items[*at].due_on < *due_on) => {
                let item_ids = task.items.iter().map(|at| self.facts.items[*at].id.clone()).collect();
                self.tell(What::ExtensionGranted { item_ids, due_on: *due_on }, id);
                task.items.iter().for_each(|at| self.facts.items[*at].due_on = *due_on);
            }
            _ => {}
        }
    }

    fn said(&mut self, what: What, decision: Option<String>, customer: usize, said: Said) {
        self.tell(what, decision);
        self.facts.customers[customer].contacts.push((self.today, said));
    }

    fn send(&mut self, task: &Task, customer_id: String) {
        let item_ids = task.items.iter().map(|at| self.facts.items[*at].id.clone()).collect();
        let item_levels = (!task.own_levels.is_empty()).then(|| task.own_levels.clone());
        let what = What::NoticeSent { customer_id, item_ids, level: task.level, channel: Some(task.channel.clone()), notice_id: None, item_levels, precondition: task.precondition.clone() };
        if !task.still_holds(&self.facts) {
            // Something else may change the amounts back before the night.
            self.void.push(Void { what, id: task.id.clone(), items: task.items.clone(), amounts: task.amounts.clone() });
            return;
        }
        self.tell(what, Some(task.id.clone()));
        let own = |(place, at): (usize, &usize)| (*at, task.own_levels.get(place).copied().unwrap_or_else(|| task.level.min(self.facts.items[*at].level + 1)));
        let items: Vec<(usize, u8)> = task.items.iter().enumerate().map(own).collect();
        let customer = task.customer.unwrap_or(0);
        self.facts.sent(task.id.clone(), customer, &items, (self.today, &task.channel));
        if self.random.chance(45) {
            let notice = self.facts.notices.len() - 1;
            self.later(1, 4, Due::Bounce(notice, customer));
        }
    }

    /// Posts what the engine decided: credit notes first, in their order, the rest from the payment.
    fn post_decided(&mut self, task: &Task) {
        let Some(payment) = task.payment else { return };
        let cash: i64 = task.lines.iter().filter(|line| line.2 == CASH).map(|line| line.1).sum();
        let fits = |line: &(usize, i64, &str)| line.1.abs() <= self.facts.items[line.0].open;
        // A person may have posted meanwhile.
        if cash > self.facts.payments[payment].left() || !task.lines.iter().all(fits) {
            return;
        }
        let allocations = task.lines.iter().map(|(at, amount, kind)| AllocationLine {
            item_id: self.facts.items[*at].id.clone(),
            amount: Self::money(*amount),
            item_amount: None,
            kind: Some((*kind).into()),
            credit_id: None,
        });
        let what = What::ItemsAllocated { payment_id: self.facts.payments[payment].id.clone(), allocations: allocations.collect() };
        self.tell(what, Some(task.id.clone()));
        let mut notes: Vec<(usize, i64)> = task.lines.iter().filter(|line| line.1 < 0).map(|line| (line.0, -line.1)).collect();
        for (at, amount, kind) in task.lines.iter().filter(|line| line.1 > 0) {
            let (mut left, is_cash) = (*amount, *kind == CASH);
            for (note, room) in notes.iter_mut().filter(|_| is_cash) {
                let part = left.min(*room);
                if part > 0 {
                    (left, *room) = (left - part, *room - part);
                    self.facts.post(*at, self.today, part, Source::Note(*note));
                }
            }
            if left > 0 {
                self.facts.post(*at, self.today, left, Source::Cash(payment, is_cash));
            }
        }
        self.arrived(payment);
    }

    /// What was kept back becomes an item.
    fn keep_back(&mut self, task: &Task) {
        let Some((at, amount, reason, posting)) = task.kept_back.clone() else { return };
        if self.facts.items[at].open < amount || !self.facts.done.contains(&posting) {
            return;
        }
        let what = What::DeductionCreated {
            deduction_id: task.id.clone(),
            item_id: self.facts.items[at].id.clone(),
            amount: Self::money(amount),
            reason: Some(reason.into()),
            code: None,
            payment_id: None,
            posting: Some(posting),
        };
        self.tell(what, Some(task.id.clone()));
        self.facts.post(at, self.today, amount, Source::Kept);
        let of = (self.facts.items[at].customer, self.facts.items[at].currency);
        self.facts.add_item(Item::issued(task.id.clone(), of, Kind::Kept, amount, (self.today, self.today)));
        task.payment.into_iter().for_each(|payment| self.facts.payments[payment].short = true);
    }

    /// What is charged, or credited, becomes an item, whatever number it has.
    fn charge(&mut self, task: &Task) {
        let (Some((key, kind, due_on)), Some(of)) = (task.charge.clone(), task.items.first()) else { return };
        if self.facts.item_of.contains_key(&key) {
            return;
        }
        let owner = (self.facts.items[*of].customer, self.facts.items[*of].currency);
        let due_on = due_on.max(self.today);
        let item = self.issue(Item::issued(key, owner, kind, task.amount, (self.today, due_on)), Some(task.id.clone()));
        if kind == Kind::Note && self.random.chance(700) {
            self.post_note(item, *of);
        } else if kind != Kind::Note {
            self.later(10, 60, Due::Pay(item));
        }
    }
}
