//! Claims and arrangements: disputes, promises, plans, extensions, hand-overs, and notices that come back.

use crate::facts::{Dispute, Plan, Promise};
use crate::step::Step;
use crate::tell::{part, pick, taken};
use crate::world::World;
use ar_core::event::{InstalmentLine, What};
use chrono::Days;

impl World {
    pub(crate) fn claim(&mut self, step: &Step) -> Result<(), String> {
        let today = self.today;
        match step {
            Step::Dispute { item, share } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let (dispute_id, all) = (format!("DIS-{}", self.facts.disputes.len()), self.facts.items[at].amount);
                let amount = part(all, *share);
                let what = What::DisputeOpened { dispute_id, item_id: self.facts.items[at].id.clone(), amount: Some(self.money(at, amount)), reason: None };
                if self.tell(what, None) {
                    self.facts.disputes.push(Dispute { item: at, amount, opened_on: today, routed: None, decided: None, closed: false });
                }
            }
            Step::Route(row) => {
                let Some(at) = pick(self.facts.disputes.len(), *row) else { return Ok(()) };
                let undecided = self.facts.disputes[at].decided.is_none();
                taken("the routing of a dispute", self.tell(What::DisputeRouted { dispute_ids: vec![format!("DIS-{at}")] }, None), undecided)?;
                self.facts.disputes[at].routed = self.facts.disputes[at].routed.max(Some(today).filter(|_| undecided));
            }
            Step::Resolve { dispute, state } => {
                let Some(at) = pick(self.facts.disputes.len(), *dispute) else { return Ok(()) };
                let row = self.facts.disputes[at].clone();
                let valid = match *state {
                    "valid" => Some(row.amount),
                    "invalid" => Some(0),
                    "partial" => Some(row.amount / 2).filter(|half| *half > 0),
                    _ => None,
                };
                let amount = valid.filter(|_| *state == "partial").map(|valid| self.money(row.item, valid));
                let expected = if *state == "closed" { !row.closed } else { row.decided.is_none() };
                let what = What::DisputeResolved { dispute_id: format!("DIS-{at}"), state: (*state).into(), amount };
                taken("the decision of a dispute", self.tell(what, None), expected)?;
                let row = &mut self.facts.disputes[at];
                if expected {
                    row.closed = *state == "closed";
                    // A part of which nobody said how much is still less than all.
                    row.decided = row.decided.or(Some((today, valid.or(Some(0).filter(|_| *state == "partial")))));
                }
            }
            Step::Promise { item, account, share, ahead } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let (customer, due_on) = (self.facts.items[at].customer, today + Days::new(ahead.unsigned_abs()));
                let amount = (!share.is_multiple_of(4)).then(|| part(self.facts.items[at].amount, *share));
                let named = (!account).then_some(at);
                let what = What::PromiseMade {
                    promise_id: format!("PRO-{}", self.facts.promises.len()),
                    customer_id: format!("C{customer}"),
                    item_id: named.map(|at| self.facts.items[at].id.clone()),
                    amount: amount.filter(|_| named.is_some()).map(|amount| self.money(at, amount)),
                    due_on,
                    source: None,
                };
                if self.tell(what, None) {
                    let replaced = |row: &&mut Promise| row.customer == customer && row.item == named && row.due_on >= today;
                    self.facts.promises.iter_mut().filter(replaced).for_each(|row| row.over = true);
                    self.facts.promises.push(Promise { customer, item: named, amount, made_on: today, due_on, over: false });
                }
            }
            Step::Withdraw(row) => {
                let Some(at) = pick(self.facts.promises.len(), *row) else { return Ok(()) };
                let over = self.facts.promises[at].over;
                taken("the withdrawal of a promise", self.tell(What::PromiseWithdrawn { promise_id: format!("PRO-{at}") }, None), !over)?;
                self.facts.promises[at].over = true;
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn arrangement(&mut self, step: &Step) -> Result<(), String> {
        let today = self.today;
        match step {
            Step::Plan { item, parts, agreed } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let (open, count) = (self.facts.open(at), i64::from(*parts));
                let days: Vec<_> = (1..=u64::from(*parts)).map(|step| today + Days::new(4 * step)).collect();
                let instalments: Vec<InstalmentLine> = days.iter().map(|due_on| InstalmentLine { due_on: *due_on, amount: None }).collect();
                let (plan_id, customer_id, item_ids) = (format!("PLN-{}", self.facts.plans.len()), format!("C{}", self.facts.items[at].customer), vec![self.facts.items[at].id.clone()]);
                let what = match agreed {
                    true => What::PlanAgreed { plan_id, customer_id: Some(customer_id), item_ids: Some(item_ids), instalments: Some(instalments) },
                    false => What::PlanOffered { plan_id, customer_id, item_ids, instalments, channel: None },
                };
                let expected = !self.facts.items[at].is_credit() && open >= count && !(*agreed && self.facts.planned(at, today, &self.rules, false));
                taken("a plan", self.tell(what, None), expected)?;
                if expected {
                    let parts = days.iter().enumerate().map(|(place, due_on)| (*due_on, if place + 1 == days.len() { open - open / count * (count - 1) } else { open / count })).collect();
                    self.over_with_plans(&[at], *agreed);
                    self.facts.plans.push(Plan { items: vec![at], parts, agreed_on: agreed.then_some(today), over: false });
                }
            }
            Step::Agree(row) => {
                let Some(at) = pick(self.facts.plans.len(), *row) else { return Ok(()) };
                let plan = self.facts.plans[at].clone();
                let (open, asked) = (plan.items.iter().map(|at| self.facts.open(*at)).sum::<i64>(), plan.parts.iter().map(|part| part.1).sum::<i64>());
                let expected = plan.agreed_on.is_none() && open == asked && !plan.items.iter().any(|at| self.facts.planned(*at, today, &self.rules, false));
                taken("an agreement", self.tell(What::PlanAgreed { plan_id: format!("PLN-{at}"), customer_id: None, item_ids: None, instalments: None }, None), expected)?;
                if expected {
                    self.over_with_plans(&plan.items, true);
                    self.facts.plans[at].agreed_on = Some(today);
                }
            }
            Step::Extend { item, ahead } => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let due_on = today + Days::new(ahead.unsigned_abs());
                let expected = self.facts.open(at) > 0 && !self.facts.items[at].is_credit() && due_on > self.facts.items[at].due_on;
                taken("an extension", self.tell(What::ExtensionGranted { item_ids: vec![self.facts.items[at].id.clone()], due_on }, None), expected)?;
                if expected {
                    self.facts.items[at].due_on = due_on;
                }
            }
            Step::HandOver(item) => {
                let Some(at) = self.item(*item) else { return Ok(()) };
                let what = What::HandedOver { customer_id: format!("C{}", self.facts.items[at].customer), item_ids: vec![self.facts.items[at].id.clone()], to: None };
                if self.tell(what, None) {
                    self.facts.items[at].handed_over = true;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A new agreement ends those before it.
    fn over_with_plans(&mut self, items: &[usize], agreed: bool) {
        self.facts.plans.iter_mut().filter(|plan| agreed && plan.items.iter().any(|at| items.contains(at)) && plan.agreed_on.is_some()).for_each(|plan| plan.over = true);
    }

    /// A notice comes back: its items are where they were before it, unless another was delivered behind it.
    pub(crate) fn bounce(&mut self, row: usize) -> Result<(), String> {
        let Some(at) = pick(self.facts.notices.len(), u8::try_from(row % 256).unwrap_or(0)) else { return Ok(()) };
        let notice = self.facts.notices[at].clone();
        taken("the return of a notice", self.tell(What::NoticeBounced { notice_id: notice.id }, None), true)?;
        if !notice.bounced {
            self.facts.notices[at].bounced = true;
            for (item, before) in &notice.items {
                let later = self.facts.notices[at + 1..].iter().any(|row| !row.bounced && row.items.iter().any(|other| other.0 == *item));
                let row = &mut self.facts.items[*item];
                row.level = if later { row.level } else { row.level.min(*before) };
            }
        }
        Ok(())
    }
}
