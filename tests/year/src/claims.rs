//! What customers say and do besides paying, and what comes of it: disputes, promises, plans, blocks, messages, news.

use crate::facts::{Dispute, Plan, Promise, Said};
use crate::rules::{COMPENSATION, STOP_SEVERITY, ahead};
use crate::world::{Due, World};
use ar_core::event::{InstalmentLine, What};

impl World {
    /// An item of which something is open, and nothing is on its way.
    fn some_item(&mut self) -> Option<usize> {
        let at = self.random.place(self.facts.customers.len());
        let open: Vec<usize> = self.facts.customers[at].items.iter().copied().filter(|at| self.facts.items[*at].open > 0 && !self.facts.items[*at].is_credit()).collect();
        (!open.is_empty()).then(|| self.random.one_of(&open))
    }

    /// What happens to a customer of a thousand on a day, of each kind.
    pub fn happenings(&mut self) {
        for _ in 0..self.facts.customers.len() {
            let kind = self.random.range(0, 9_999);
            match kind {
                0..50 => self.dispute(),
                50..110 => self.promise(),
                110..116 => self.plan(),
                116..160 => self.message(),
                160..166 => self.news(),
                166..186 => self.block(),
                186..196 => self.silence(),
                196..216 => self.credit_some(),
                216..226 => self.write_off_rest(),
                226..232 => self.reverse(),
                232..236 => self.owner(),
                _ => {}
            }
        }
        self.impossible();
    }

    /// What happens because its day has come.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Pay(_) => {}
            Due::PayPart(items, amount) => self.pay_part(&items, amount),
            Due::Fail(payment) => self.fail(payment),
            Due::Debit(payment) => self.debit_again(payment),
            Due::PostByHand(payment) => self.post_by_hand(payment),
            Due::Decide(dispute) => self.decide(dispute),
            Due::Close(dispute) => self.close(dispute),
            Due::CreditByHand(dispute) => {
                let row = self.facts.disputes[dispute].clone();
                let amount = row.decided.and_then(|(_, valid)| valid).unwrap_or(0).min(self.facts.items[row.item].open);
                if amount > 0 && !row.closed {
                    self.credit(row.item, amount, true);
                }
            }
            Due::Withdraw(promise) => {
                let what = What::PromiseWithdrawn { promise_id: self.facts.promises[promise].id.clone() };
                if std::mem::replace(&mut self.facts.promises[promise].over, true) { self.cannot(what) } else { self.tell(what, None) }
            }
            Due::Agree(plan) => self.agree(plan),
            Due::Bounce(notice, customer) => {
                self.tell(What::NoticeBounced { notice_id: self.facts.notices[notice].id.clone() }, None);
                self.facts.bounced(notice, customer);
            }
            Due::Late(task) => self.late(&task),
            Due::Verdict(id, approve) => self.verdict(id, approve),
            Due::Answer(customer) => self.answer(customer, None),
            Due::UndoWriteOff(item) => self.undo_write_off(item),
        }
    }

    fn dispute(&mut self) {
        let Some(at) = self.some_item() else { return };
        let whole = self.facts.items[at].amount;
        let amount = if self.random.chance(350) { whole } else { (whole * self.random.range(5, 60) / 100).max(1) };
        let reason = self.random.one_of(&["price", "01", "04", "not_received", "quality", "54"]);
        self.open_dispute(format!("X{:06}", self.facts.disputes.len()), at, amount, reason, None);
    }

    pub fn open_dispute(&mut self, id: String, at: usize, amount: i64, reason: &str, decision: Option<String>) {
        let what = What::DisputeOpened { dispute_id: id.clone(), item_id: self.facts.items[at].id.clone(), amount: Some(Self::money(amount)), reason: Some(reason.into()) };
        self.tell(what, decision);
        let place = self.facts.disputes.len();
        self.facts.dispute_of.insert(id.clone(), place);
        self.facts.items[at].disputes.push(place);
        self.facts.disputes.push(Dispute { id, item: at, amount, opened_on: self.today, routed: false, decided: None, closed: false });
        self.later(3, 30, Due::Decide(place));
    }

    fn decide(&mut self, at: usize) {
        let amount = self.facts.disputes[at].amount;
        let (state, valid) = match self.random.range(0, 9) {
            0..4 => ("valid", Some(amount)),
            4..7 => ("invalid", Some(0)),
            7 => ("closed", None),
            _ if amount > 1 => ("partial", Some(amount / 2)),
            _ => ("invalid", Some(0)),
        };
        self.resolve(at, state, valid, None);
    }

    /// A dispute is decided; one that was decided cannot be again.
    pub fn resolve(&mut self, at: usize, state: &str, valid: Option<i64>, decision: Option<String>) {
        let row = self.facts.disputes[at].clone();
        let amount = valid.filter(|_| state == "partial").map(Self::money);
        let what = What::DisputeResolved { dispute_id: row.id, state: state.into(), amount };
        if row.decided.is_some() {
            if state != "closed" {
                self.cannot(what);
            }
            return;
        }
        self.tell(what, decision);
        self.facts.disputes[at].decided = Some((self.today, valid));
        self.facts.disputes[at].closed = state == "closed";
        if valid.is_some_and(|valid| valid > 0) && self.random.chance(350) {
            self.later(0, 4, Due::CreditByHand(at));
        }
        if state != "closed" {
            self.later(15, 50, Due::Close(at));
        }
    }

    fn close(&mut self, at: usize) {
        if !std::mem::replace(&mut self.facts.disputes[at].closed, true) {
            self.tell(What::DisputeResolved { dispute_id: self.facts.disputes[at].id.clone(), state: "closed".into(), amount: None }, None);
        }
    }

    fn promise(&mut self) {
        let Some(at) = self.some_item() else { return };
        let (customer, open) = (self.facts.items[at].customer, self.facts.items[at].open);
        let (today, wait) = (self.today, if self.random.chance(40) { 70 } else { self.random.range(0, 21) });
        let (due_on, named) = (ahead(today, wait), (!self.random.chance(120)).then_some(at));
        let amount = self.random.chance(400).then(|| (open * self.random.range(20, 100) / 100).max(1));
        let (place, id) = (self.facts.promises.len(), format!("PR{:06}", self.facts.promises.len()));
        let what = What::PromiseMade {
            promise_id: id.clone(),
            customer_id: self.facts.customers[customer].id.clone(),
            item_id: named.map(|at| self.facts.items[at].id.clone()),
            amount: amount.filter(|_| named.is_some()).map(Self::money),
            due_on,
            source: Some("call".into()),
        };
        self.tell(what, None);
        for other in self.facts.customers[customer].promises.clone() {
            let row = &mut self.facts.promises[other];
            row.over |= row.item == named && row.due_on >= today;
        }
        self.facts.promises.push(Promise { id, item: named, made_on: today, due_on, over: false });
        self.facts.customers[customer].promises.push(place);
        named.into_iter().for_each(|at| self.facts.items[at].promises.push(place));
        match self.random.range(0, 99) {
            0..50 => self.later(wait, wait, Due::PayPart(vec![at], amount.unwrap_or(open))),
            50..62 => self.later(wait, wait, Due::PayPart(vec![at], (open / 3).max(1))),
            62..68 => self.later(0, wait, Due::Withdraw(place)),
            68..80 => self.later(wait + 3, wait + 9, Due::PayPart(vec![at], open)),
            _ => {}
        }
    }

    /// A plan that nobody had offered is agreed.
    fn plan(&mut self) {
        let Some(at) = self.some_item() else { return };
        let first = self.random.range(5, 15);
        let (open, count) = (self.facts.items[at].open, self.random.range(2, 4));
        if open < count || self.facts.planned(at, self.today, false) {
            return;
        }
        let parts = (0..count).map(|step| (ahead(self.today, first + 20 * step), if step + 1 == count { open - open / count * (count - 1) } else { open / count })).collect();
        let place = self.new_plan(vec![at], parts);
        self.say_plan(place, true, None);
        self.agreed(place);
    }

    pub fn new_plan(&mut self, items: Vec<usize>, parts: Vec<(chrono::NaiveDate, i64)>) -> usize {
        let place = self.facts.plans.len();
        items.iter().for_each(|at| self.facts.items[*at].plans.push(place));
        self.facts.plans.push(Plan { id: format!("PLN{place:05}"), items, parts, agreed_on: None, over: false });
        place
    }

    /// An offer, or an agreement that nobody had offered.
    pub fn say_plan(&mut self, place: usize, agreed: bool, decision: Option<String>) {
        let plan = &self.facts.plans[place];
        let instalments = plan.parts.iter().map(|(due_on, amount)| InstalmentLine { due_on: *due_on, amount: Some(Self::money(*amount)) }).collect();
        let customer_id = self.facts.customers[self.facts.items[plan.items[0]].customer].id.clone();
        let (plan_id, item_ids) = (plan.id.clone(), plan.items.iter().map(|at| self.facts.items[*at].id.clone()).collect());
        let what = match agreed {
            true => What::PlanAgreed { plan_id, customer_id: Some(customer_id), item_ids: Some(item_ids), instalments: Some(instalments) },
            false => What::PlanOffered { plan_id, customer_id, item_ids, instalments, channel: Some("email".into()) },
        };
        self.tell(what, decision);
    }

    /// The customer says yes to an offer. Where something was paid since, the offer is void.
    fn agree(&mut self, place: usize) {
        let plan = self.facts.plans[place].clone();
        let sum: i64 = plan.items.iter().map(|at| self.facts.items[*at].open).sum();
        let whole = plan.items.iter().all(|at| self.facts.items[*at].open > 0) && sum == plan.parts.iter().map(|part| part.1).sum::<i64>();
        let what = What::PlanAgreed { plan_id: plan.id, customer_id: None, item_ids: None, instalments: None };
        if !whole || plan.items.iter().any(|at| self.facts.planned(*at, self.today, false)) {
            return self.cannot(what);
        }
        self.tell(what, None);
        self.agreed(place);
    }

    fn agreed(&mut self, place: usize) {
        let plan = self.facts.plans[place].clone();
        for other in plan.items.iter().flat_map(|at| self.facts.items[*at].plans.clone()) {
            self.facts.plans[other].over |= self.facts.plans[other].agreed_on.is_some();
        }
        self.facts.plans[place].agreed_on = Some(self.today);
        for (due_on, amount) in plan.parts {
            if self.random.chance(820) {
                self.agenda.entry(due_on.max(ahead(self.today, 1))).or_default().push(Due::PayPart(plan.items.clone(), amount));
            }
        }
    }

    fn message(&mut self) {
        let at = self.random.place(self.facts.customers.len());
        self.counted.messages += 1;
        let reply_id = format!("M{:06}", self.counted.messages);
        let intent = self.random.one_of(&["extension_request", "invoice_copy", "payment_promise", "other"]);
        let what = What::ReplyReceived {
            reply_id,
            customer_id: self.facts.customers[at].id.clone(),
            subject: None,
            text: Some("Please look at this.".into()),
            channel: Some("email".into()),
            intent: Some(intent.into()),
            reading: None,
        };
        self.tell(what, None);
        self.facts.customers[at].replies.push((self.today, false));
        if self.random.chance(400) {
            self.later(1, 9, Due::Answer(at));
        }
    }

    /// Whoever wrote is answered.
    pub fn answer(&mut self, customer: usize, decision: Option<String>) {
        let row = &mut self.facts.customers[customer];
        row.replies.iter_mut().for_each(|row| row.1 = true);
        row.contacts.push((self.today, Said::Message));
        let customer_id = row.id.clone();
        self.tell(What::ReplySent { customer_id, reply_id: None, channel: Some("email".into()) }, decision);
    }

    fn news(&mut self) {
        let at = self.random.place(self.facts.customers.len());
        let severity = if self.random.chance(250) { 90 } else { self.random.range(10, 70) as u8 };
        self.tell(What::SignalReceived { customer_id: self.facts.customers[at].id.clone(), kind: "bureau".into(), severity }, None);
        if severity >= STOP_SEVERITY {
            self.facts.customers[at].stop_signal = Some(self.today);
        }
    }

    fn change(&mut self, at: usize, silent: Option<bool>, blocked_until: Option<chrono::NaiveDate>, owner: Option<String>) {
        let customer_id = self.facts.customers[at].id.clone();
        self.tell(What::CustomerChanged { customer_id, do_not_contact: silent, strategic: None, owner, segment: None, blocked_until }, None);
    }

    fn block(&mut self) {
        let until = ahead(self.today, self.random.range(3, 30));
        if self.random.chance(600) {
            let Some(at) = self.some_item() else { return };
            self.tell(What::ItemBlocked { item_id: self.facts.items[at].id.clone(), until }, None);
            self.facts.items[at].blocked_until = Some(until);
        } else {
            let at = self.random.place(self.facts.customers.len());
            self.change(at, None, Some(until), None);
            self.facts.customers[at].blocked_until = Some(until);
        }
    }

    fn silence(&mut self) {
        let at = self.random.place(self.facts.customers.len());
        // Most who do not want to hear of us change their mind when they are asked again.
        let silent = !self.facts.customers[at].silent && self.random.chance(300);
        self.change(at, Some(silent), None, None);
        self.facts.customers[at].silent = silent;
    }

    fn owner(&mut self) {
        let (at, owner) = (self.random.place(self.facts.customers.len()), self.random.one_of(&["Anna Keller", "Ben Ortiz"]));
        self.change(at, None, None, Some(owner.into()));
    }

    fn credit_some(&mut self) {
        let Some(at) = self.some_item() else { return };
        let amount = (self.facts.items[at].open * self.random.range(5, 100) / 100).max(1);
        let post = self.random.chance(700);
        self.credit(at, amount, post);
    }

    fn write_off_rest(&mut self) {
        let Some(at) = self.some_item().filter(|at| self.facts.items[*at].due_on < self.today) else { return };
        let (small, part) = (self.facts.items[at].open < COMPENSATION.1, self.random.chance(300));
        self.write_off(at, (!small && part).then_some(100));
    }

    /// What cannot be, whatever the day.
    fn impossible(&mut self) {
        let at = self.random.place(self.facts.items.len());
        let item = self.facts.items[at].clone();
        let customer_id = self.facts.customers[item.customer].id.clone();
        self.cannot(What::ItemIssued { item_id: item.id.clone(), customer_id: customer_id.clone(), kind: None, currency: "EUR".into(), amount: "1.00".into(), due_on: self.today, reference: None });
        self.cannot(What::WrittenOff { item_id: item.id.clone(), amount: Some(Self::money(item.amount + 1)) });
        self.cannot(What::DisputeOpened { dispute_id: "X-too-much".into(), item_id: item.id, amount: Some(Self::money(item.amount + 1)), reason: None });
        self.cannot(What::PlanAgreed { plan_id: "PLN-nobody-offered".into(), customer_id: None, item_ids: None, instalments: None });
        self.cannot(What::NoticeSent { customer_id, item_ids: vec!["nothing".into()], level: 1, channel: None, notice_id: None, item_levels: None, precondition: None });
        if let Some(row) = self.facts.payments.iter().find(|row| !row.failed && !row.debit) {
            self.cannot(What::PaymentRetried { payment_id: row.id.clone() });
        }
    }
}
