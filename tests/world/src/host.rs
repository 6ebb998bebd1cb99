//! What the host does with the decisions of a day: carries them out and says so, once or twice; forgets them; approves or
//! refuses what is asked; and now and then a message comes back.

use crate::checks::{self, Seen};
use crate::facts::{Dispute, Item, Kind, Notice, Plan, Said};
use crate::world::{LastRun, Meaning, World};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::{Arrangement, Decision};
use ar_core::event::{InstalmentLine, What};
use chrono::NaiveDate;
use std::sync::Arc;

/// A decision in the words of the facts: places in the books move with every event.
struct Task {
    id: String,
    mode: Mode,
    action: ActionKind,
    customer: Option<usize>,
    items: Vec<usize>,
    amount: i64,
    level: u8,
    own_levels: Vec<u8>,
    channel: String,
    on: Option<NaiveDate>,
    payment: Option<usize>,
    lines: Vec<(usize, i64, &'static str)>,
    kept_back: Option<(usize, i64, &'static str, String)>,
    charge: Option<(String, Kind, NaiveDate)>,
    arrangement: Option<Arrangement>,
    verdict: Option<&'static str>,
    disputes: Vec<String>,
    precondition: Option<String>,
    /// Of each item what the run leaves open, and what is disputed.
    amounts: Vec<(i64, i64)>,
}

impl Task {
    fn of(seen: &Seen<'_>, decision: &Decision) -> Self {
        let params = &decision.draft.params;
        let books = seen.report.ledger();
        let place = |at: ar_core::record::ItemIdx| seen.place(at);
        let payment = params.payment.and_then(|at| books.payment(at)).map(|row| books.text(row.id));
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
            on: params.on,
            payment: payment.and_then(|id| seen.world.facts.payments.iter().position(|row| row.id == id)),
            lines: params.lines.iter().map(|line| (place(line.item), line.amount, line.kind.name())).collect(),
            kept_back: params.kept_back.as_ref().map(|(kept, posting)| (place(kept.item), kept.amount, kept.reason.name(), posting.clone())),
            charge: params.charge.as_ref().map(|charge| (charge.key.clone(), kind_of(charge.kind.name()), charge.due_on)),
            arrangement: params.arrangement.clone(),
            verdict: params.verdict.map(|verdict| verdict.state.name()),
            disputes: params.disputes.iter().map(|id| books.text(*id).to_string()).collect(),
            precondition: seen.report.precondition(decision),
            amounts: decision.draft.items.iter().map(|at| place(*at)).map(|at| (seen.left[at], seen.facts.disputed(at))).collect(),
        }
    }
}

fn kind_of(name: &str) -> Kind {
    match name {
        "fee" => Kind::Fee,
        "credit_note" => Kind::Note,
        _ => Kind::Interest,
    }
}

impl World {
    /// Runs the day, asks the invariants, and does with the decisions what the bytes say.
    pub(crate) fn run(&mut self, host: &[u8; 4]) -> Result<(), String> {
        if self.facts.closed_on.is_some_and(|closed| self.today < closed) {
            return Ok(());
        }
        let report = ar_core::run(&self.ledger, self.policy(), self.models(), self.today).map_err(|error| format!("the run: {:?}", error.problems()))?;
        let seen = Seen::new(self, &report);
        checks::on_run(&seen)?;
        let tasks: Vec<Task> = report.decisions().iter().map(|decision| Task::of(&seen, decision)).collect();
        let meanings: Vec<(String, Meaning)> = report.decisions().iter().map(|decision| (decision.id.clone(), seen.meaning(decision))).collect();
        self.meanings.extend(meanings);
        self.asks = tasks.iter().filter(|task| task.mode == Mode::Ask).map(|task| task.id.clone()).collect();
        let decisions = tasks.iter().map(|task| (task.id.clone(), task.mode)).collect();
        if self.tally.is_some() {
            let skipped = report.outcomes().iter().filter(|row| row.draft.is_none()).map(|row| ("skipped", row.reason.code.name()));
            let decided = tasks.iter().map(|task| (task.mode.name(), task.action.name()));
            let all: Vec<_> = skipped.chain(decided).collect();
            all.into_iter().for_each(|(what, name)| self.count(what, name));
        }
        self.last_run = Some(Arc::new(LastRun { on: self.today, killed: self.killed, events: self.log.len(), decisions }));
        for (at, task) in tasks.into_iter().enumerate() {
            self.respond(&task, host[at % 4] % 8)?;
        }
        Ok(())
    }

    fn respond(&mut self, task: &Task, how: u8) -> Result<(), String> {
        let approve = match how {
            4 | 5 => Some(true),
            6 => Some(false),
            _ => None,
        };
        if task.mode == Mode::Ask {
            if task.action == ActionKind::Call && how == 4 {
                self.call(task.customer.unwrap_or(0), true, Some(task.id.clone()));
            } else if task.action == ActionKind::Reply && how == 4 {
                self.answer(task.customer.unwrap_or(0), Some(task.id.clone()));
            } else if let Some(approve) = approve {
                let what = if approve { What::DecisionApproved { action: None, segment: None } } else { What::DecisionRejected { action: None, segment: None } };
                if self.tell(what, Some(task.id.clone())) {
                    self.facts.verdicts.insert(task.id.clone(), approve);
                }
            }
            return Ok(());
        }
        // 6: never sent. A message waits for its contact day.
        if how == 6 || task.on.is_some_and(|on| on != self.today) {
            return Ok(());
        }
        self.carry_out(task)?;
        if how == 3 {
            let before = self.ledger.digest();
            self.carry_out(task)?;
            if self.ledger.digest() != before {
                return Err(format!("invariant_27_the_same_day_again: a second report of {} moves the books", task.action.name()));
            }
        }
        if how == 7 && task.action == ActionKind::SendNotice && !self.facts.notices.is_empty() {
            return self.bounce(self.facts.notices.len() - 1);
        }
        Ok(())
    }

    fn carry_out(&mut self, task: &Task) -> Result<(), String> {
        self.count("done", task.action.name());
        let again = self.facts.done.contains(&task.id);
        let customer_id = task.customer.map_or(String::new(), |at| format!("C{at}"));
        let id = Some(task.id.clone());
        match task.action {
            ActionKind::SendNotice | ActionKind::SendReminder => self.send(task, customer_id, again)?,
            ActionKind::RemindPromise => self.told(What::PromiseReminded { customer_id, channel: Some(task.channel.clone()) }, id, (task, Said::Message), again),
            ActionKind::NotifyOwner => self.told(What::OwnerNotified { customer_id }, id, (task, Said::Owner), again),
            ActionKind::AskRemittance => {
                let payment_id = task.payment.map(|at| self.facts.payments[at].id.clone());
                let what = What::RemittanceAsked { customer_id: task.customer.map(|_| customer_id), payment_id, channel: None };
                self.told(what, id, (task, Said::Remittance), again);
            }
            ActionKind::RouteDispute => {
                let told = self.tell(What::DisputeRouted { dispute_ids: task.disputes.clone() }, id);
                for name in task.disputes.iter().filter(|_| told) {
                    let at = name.trim_start_matches("DIS-").parse::<usize>().ok();
                    at.and_then(|at| self.facts.disputes.get_mut(at)).into_iter().for_each(|row| row.routed = Some(self.today));
                }
            }
            // A posting that takes off a credit note the host does by hand.
            ActionKind::PostAllocation if !again && task.lines.iter().all(|line| line.1 > 0) => {
                if let Some(payment) = task.payment {
                    self.post(payment, &task.lines, id);
                }
            }
            ActionKind::CreateDeduction if !again => {
                if let Some((at, amount, reason, posting)) = &task.kept_back {
                    self.keep_back(*at, task.id.clone(), *amount, reason, (id, Some(posting.clone())));
                }
            }
            ActionKind::ChargeFee | ActionKind::ChargeInterest | ActionKind::IssueCreditNote if !again => {
                if let (Some((key, kind, due_on)), Some(at)) = (&task.charge, task.items.first()) {
                    let of = &self.facts.items[*at];
                    let charge = Item::issued(key.clone(), of.customer, of.yen, *kind, task.amount, (self.today, *due_on));
                    self.issue(charge, id);
                }
            }
            _ if !again => self.arrange(task, customer_id, id)?,
            _ => {}
        }
        Ok(())
    }

    /// Verdicts, attempts, plans, due dates, holds and terms: the books take each as it was decided.
    fn arrange(&mut self, task: &Task, customer_id: String, id: Option<String>) -> Result<(), String> {
        let (today, name) = (self.today, task.action.name());
        let item_ids: Vec<String> = task.items.iter().map(|at| self.facts.items[*at].id.clone()).collect();
        let what = match (task.action, &task.arrangement) {
            (ActionKind::ResolveDispute, _) => What::DisputeResolved { dispute_id: task.disputes.concat(), state: task.verdict.unwrap_or("").into(), amount: None },
            (ActionKind::RetryPayment, _) => What::PaymentRetried { payment_id: task.payment.map_or(String::new(), |at| self.facts.payments[at].id.clone()) },
            (ActionKind::OfferPlan, Some(Arrangement::Plan(parts))) => {
                let instalments = parts.iter().map(|(due_on, amount)| InstalmentLine { due_on: *due_on, amount: Some(self.money(task.items[0], *amount)) }).collect();
                What::PlanOffered { plan_id: format!("PLN-{}", self.facts.plans.len()), customer_id, item_ids, instalments, channel: Some(task.channel.clone()) }
            }
            (ActionKind::GrantExtension, Some(Arrangement::Extension(due_on))) => What::ExtensionGranted { item_ids, due_on: *due_on },
            (ActionKind::PlaceHold, Some(Arrangement::Hold(word))) => What::HoldPlaced { customer_id, reason: Some((*word).into()) },
            (ActionKind::ReleaseHold, _) => What::HoldReleased { customer_id },
            (ActionKind::ChangeTerms, Some(Arrangement::Terms(days))) => What::TermsChanged { customer_id, payment_days: Some(*days), credit_limit: None },
            _ => return Ok(()),
        };
        // What an earlier decision of the run has changed since may be refused: a plan is to the minor unit.
        let moved = task.items.iter().zip(&task.amounts).any(|(at, amounts)| self.facts.open(*at) != amounts.0);
        let took = self.tell(what, id);
        if !took {
            return if moved { Ok(()) } else { Err(format!("the machines: what {name} decides is refused")) };
        }
        let customer = task.customer.unwrap_or(0);
        match (task.action, &task.arrangement) {
            (ActionKind::ResolveDispute, _) => {
                let at = task.disputes.concat().trim_start_matches("DIS-").parse().unwrap_or(0);
                let row: &mut Dispute = &mut self.facts.disputes[at];
                row.decided = Some((today, Some(if task.verdict == Some("valid") { row.amount } else { 0 })));
            }
            (ActionKind::RetryPayment, _) => task.payment.into_iter().for_each(|at| self.facts.payments[at].tried.push(today)),
            (_, Some(Arrangement::Plan(parts))) => {
                self.facts.contacts.push((today, customer, Said::Message, task.channel.clone()));
                self.facts.plans.push(Plan { items: task.items.clone(), parts: parts.clone(), agreed_on: None, over: false });
            }
            (_, Some(Arrangement::Extension(due_on))) => task.items.iter().for_each(|at| self.facts.items[*at].due_on = *due_on),
            (_, Some(Arrangement::Hold(word))) => self.facts.customers[customer].hold = Some(word),
            (ActionKind::ReleaseHold, _) => self.facts.customers[customer].hold = None,
            (_, Some(Arrangement::Terms(_))) => self.facts.customers[customer].terms_on = Some(today),
            _ => {}
        }
        Ok(())
    }

    /// Something was said to somebody; a second report says nothing.
    fn told(&mut self, what: What, decision: Option<String>, (task, said): (&Task, Said), again: bool) {
        if self.tell(what, decision) && !again {
            self.facts.contacts.extend(task.customer.map(|at| (self.today, at, said, task.channel.clone())));
        }
    }

    fn send(&mut self, task: &Task, customer_id: String, again: bool) -> Result<(), String> {
        let item_ids = task.items.iter().map(|at| self.facts.items[*at].id.clone()).collect();
        let item_levels = (!task.own_levels.is_empty()).then(|| task.own_levels.clone());
        let what = What::NoticeSent { customer_id, item_ids, level: task.level, channel: Some(task.channel.clone()), notice_id: None, item_levels, precondition: task.precondition.clone() };
        let same = task.items.iter().zip(&task.amounts).all(|(at, amounts)| (self.facts.open(*at), self.facts.disputed(*at)) == *amounts);
        let sent = self.tell(what, Some(task.id.clone()));
        if sent != same && !again {
            return Err(format!("invariant_01_nothing_settled_is_asked_for: a notice on amounts that {} is {}", if same { "hold" } else { "changed" }, if sent { "sent" } else { "void" }));
        }
        let Some(customer) = task.customer.filter(|_| sent && !again) else { return Ok(()) };
        let mut items = Vec::new();
        for (place, at) in task.items.iter().enumerate() {
            let today = self.today;
            let item = &mut self.facts.items[*at];
            items.push((*at, item.level));
            let own = task.own_levels.get(place).copied().unwrap_or_else(|| task.level.min(item.level + 1));
            item.level = item.level.max(own);
            item.last_notice_on = Some(today);
            item.notices += 1;
        }
        self.facts.notices.push(Notice { id: task.id.clone(), customer, items, on: self.today, channel: task.channel.clone(), bounced: false });
        self.facts.contacts.push((self.today, customer, Said::Message, task.channel.clone()));
        Ok(())
    }
}
