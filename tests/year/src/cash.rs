//! Money: what is issued, how it is paid, what comes back, and what the desk posts by hand.

use crate::facts::{Item, Kind, Manner, Payment, Source};
use crate::rules::{CURRENCIES, ahead, days, next_open};
use crate::world::{Due, World};
use ar_core::event::{AllocationLine, What};
use std::collections::BTreeMap;

/// How a payment says who pays what.
struct Said {
    amount: i64,
    text: Option<String>,
    known: bool,
    named: bool,
    debit: bool,
}

fn line(item_id: &str, amount: i64) -> AllocationLine {
    AllocationLine { item_id: item_id.into(), amount: World::money(amount), item_amount: None, kind: None, credit_id: None }
}

impl World {
    /// New invoices of the day, each with the day on which the customer means to pay.
    pub fn bill(&mut self) {
        for at in 0..self.facts.customers.len() {
            if !self.random.chance(75) {
                continue;
            }
            let (currencies, usual, terms) = (self.facts.customers[at].currencies.clone(), self.facts.customers[at].usual, self.facts.customers[at].terms);
            let currency = self.random.one_of(&currencies);
            let amount = (usual * self.random.range(30, 250) / 100 + self.random.range(0, 99)).max(100);
            let id = format!("RE{:07}", 1_000_000 + self.facts.items.len());
            let item = self.issue(Item::issued(id, (at, currency), Kind::Invoice, amount, (self.today, ahead(self.today, terms))), None);
            if let Some(on) = self.means_to_pay(at, item) {
                self.agenda.entry(on).or_default().push(Due::Pay(item));
            }
        }
    }

    fn means_to_pay(&mut self, customer: usize, item: usize) -> Option<chrono::NaiveDate> {
        let due_on = self.facts.items[item].due_on;
        let random = &mut self.random;
        let delay = match self.facts.customers[customer].manner {
            Manner::Debited => 0,
            Manner::Prompt => random.range(-6, 2),
            Manner::Late(days) => days + random.range(-2, 3),
            Manner::Forgetful if random.chance(300) => random.range(8, 70),
            Manner::Forgetful => random.range(-3, 4),
            Manner::Worse => days(crate::rules::first_day(), self.today) / 8 + random.range(-3, 3),
            Manner::Distressed if random.chance(350) => return None,
            Manner::Distressed => random.range(10, 90),
        };
        Some(next_open(ahead(due_on, delay).max(ahead(self.today, 1))))
    }

    /// An item is issued.
    pub fn issue(&mut self, item: Item, decision: Option<String>) -> usize {
        let what = What::ItemIssued {
            item_id: item.id.clone(),
            customer_id: self.facts.customers[item.customer].id.clone(),
            kind: Some(item.kind.name().into()),
            currency: CURRENCIES[item.currency].into(),
            amount: Self::money(item.amount),
            due_on: item.due_on,
            reference: None,
        };
        self.tell(what, decision);
        self.facts.add_item(item)
    }

    /// What customers mean to pay today, each currency in one payment.
    pub fn pay_all(&mut self, items: Vec<usize>) {
        let mut runs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for at in items {
            let item = &self.facts.items[at];
            if item.open > 0 && !item.under_way && !item.is_credit() {
                runs.entry((item.customer, item.currency)).or_default().push(at);
            }
        }
        for ((customer, _), mut items) in runs {
            items.sort_unstable();
            items.dedup();
            if self.facts.customers[customer].manner == Manner::Debited {
                items.into_iter().for_each(|item| self.debit(vec![item]));
            } else {
                self.transfer(items);
            }
        }
    }

    fn transfer(&mut self, items: Vec<usize>) {
        let total: i64 = items.iter().map(|at| self.facts.items[*at].open).sum();
        let list = items.iter().map(|at| self.facts.items[*at].id.clone()).collect::<Vec<_>>().join(" ");
        let mut said = Said { amount: total, text: Some(format!("INVOICES {list}")), known: self.random.chance(500), named: true, debit: false };
        let kind = self.random.range(0, 999);
        match kind {
            0..540 => {}
            540..600 => said.text = Some("PAYMENT THANK YOU".into()),
            600..660 => said.text = Some("SEE ADVICE".into()),
            660..730 => (said.amount, said.text) = ((total - total / 40).max(1), Some(format!("{list} LESS DAMAGED GOODS"))),
            730..790 => (said.amount, said.text) = ((total / 2).max(1), Some(format!("ON ACCOUNT {list}"))),
            790..830 => said.amount = total + 500 + total / 50,
            830..870 => (said.known, said.named) = (false, false),
            870..910 => said.text = Some(format!("RE{:07}", 9_000_000 + self.random.range(0, 99_999))),
            _ => said.known = true,
        }
        let payment = self.receive(&items, said);
        if (600..660).contains(&kind) {
            self.advise(payment, &items);
        }
        if kind >= 910 {
            self.post_by_hand(payment);
        } else {
            self.later(5, 12, Due::PostByHand(payment));
        }
    }

    fn advise(&mut self, payment: usize, items: &[usize]) {
        for (place, at) in items.iter().enumerate() {
            let item = &self.facts.items[*at];
            let what = What::RemittanceReceived {
                remittance_id: format!("ADV-{payment}-{place}"),
                payment_id: Some(self.facts.payments[payment].id.clone()),
                customer_id: Some(self.facts.customers[item.customer].id.clone()),
                reference: item.id.clone(),
                amount: Some(Self::money(item.open)),
                discount: None,
                deduction: None,
                deduction_reason: None,
            };
            self.tell(what, None);
        }
    }

    fn receive(&mut self, items: &[usize], said: Said) -> usize {
        let (at, item) = (self.facts.payments.len(), &self.facts.items[items[0]]);
        let (payer, currency) = (item.customer, item.currency);
        let row = &self.facts.customers[payer];
        let what = What::PaymentReceived {
            payment_id: format!("PAY-{at:06}"),
            currency: CURRENCIES[currency].into(),
            amount: Self::money(said.amount),
            customer_id: said.known.then(|| row.id.clone()),
            payer_name: said.named.then(|| row.name.to_uppercase()),
            payer_account: (said.named && !said.known).then(|| row.account.clone()),
            text: said.text,
            reference: None,
            method: said.debit.then(|| "direct_debit".into()),
        };
        self.tell(what, None);
        let customer = said.known.then_some(payer);
        let row = Payment { id: format!("PAY-{at:06}"), customer, currency, amount: said.amount, used: 0, on: self.today, failed: false, debit: said.debit, meant: items.to_vec(), short: false };
        self.facts.payment_of.insert(row.id.clone(), at);
        self.facts.payments.push(row);
        if said.known {
            self.facts.customers[payer].payments.push(at);
        }
        items.iter().for_each(|at| self.facts.items[*at].under_way = true);
        at
    }

    /// Collects what is open of items, and posts it at once. Some of it comes back.
    fn debit(&mut self, items: Vec<usize>) {
        let amount = items.iter().map(|at| self.facts.items[*at].open).sum();
        let payment = self.receive(&items, Said { amount, text: None, known: true, named: false, debit: true });
        self.post_by_hand(payment);
        if self.random.chance(90) {
            self.later(1, 5, Due::Fail(payment));
        }
    }

    /// Tries a debit again: the same amount for the same items, where just that is still open.
    pub fn debit_again(&mut self, payment: usize) {
        let row = self.facts.payments[payment].clone();
        let open: i64 = row.meant.iter().map(|at| self.facts.items[*at].open).sum();
        if open == row.amount && row.meant.iter().all(|at| !self.facts.items[*at].under_way) {
            self.debit(row.meant);
        }
    }

    pub fn fail(&mut self, payment: usize) {
        let row = self.facts.payments[payment].clone();
        if row.failed || row.short {
            return;
        }
        let kind = self.random.one_of(&["insufficient_funds", "insufficient_funds", "technical", "limit_exceeded", "account_closed", "mandate_revoked", "disputed_by_payer", "unknown"]);
        self.tell(What::PaymentFailed { payment_id: row.id, failure: Some(kind.into()) }, None);
        self.take_back(payment);
        self.facts.payments[payment].failed = true;
        for item in row.meant {
            self.facts.items[item].under_way = false;
            self.later(12, 60, Due::Pay(item));
        }
    }

    /// Now and then a person undoes a posting, and the desk does it again some days later.
    pub fn reverse(&mut self) {
        let at = self.random.place(self.facts.payments.len().max(1));
        let Some(row) = self.facts.payments.get(at).filter(|row| row.used > 0 && !row.short && !row.failed) else { return };
        self.tell(What::AllocationReversed { payment_id: Some(row.id.clone()), item_ids: None, posting: None }, None);
        self.take_back(at);
        self.later(2, 9, Due::PostByHand(at));
    }

    /// The postings of a payment go.
    fn take_back(&mut self, payment: usize) {
        let customer = self.facts.payments[payment].meant.first().map(|at| self.facts.items[*at].customer);
        // A payment may have been posted on items of others.
        let all: Vec<usize> = match customer {
            Some(customer) if self.facts.payments[payment].debit => self.facts.customers[customer].items.clone(),
            _ => (0..self.facts.items.len()).collect(),
        };
        for at in all {
            if self.facts.items[at].postings.iter().any(|row| matches!(row.source, Source::Cash(of, _) if of == payment)) {
                self.facts.unpost(at, |source| matches!(source, Source::Cash(of, _) if of == payment));
            }
        }
    }

    /// The desk posts what is left of a payment on what it was meant for.
    pub fn post_by_hand(&mut self, payment: usize) {
        let row = self.facts.payments[payment].clone();
        let (mut left, mut lines) = (row.left(), Vec::new());
        for at in &row.meant {
            let amount = self.facts.items[*at].open.min(left);
            if amount > 0 {
                left -= amount;
                lines.push((*at, amount));
            }
        }
        if !lines.is_empty() {
            let allocations = lines.iter().map(|(at, amount)| line(&self.facts.items[*at].id, *amount)).collect();
            self.tell(What::ItemsAllocated { payment_id: row.id, allocations }, None);
            lines.iter().for_each(|(at, amount)| self.facts.post(*at, self.today, *amount, Source::Cash(payment, true)));
        }
        self.arrived(payment);
    }

    /// What a payment was meant for is on no desk any more; what is left open is paid some day.
    pub fn arrived(&mut self, payment: usize) {
        for at in self.facts.payments[payment].meant.clone() {
            self.facts.items[at].under_way = false;
            if self.facts.items[at].open > 0 && self.random.chance(850) {
                self.later(3, 45, Due::Pay(at));
            }
        }
    }

    /// A customer pays a part, as promised or agreed: the desk posts it.
    pub fn pay_part(&mut self, items: &[usize], amount: i64) {
        let open: Vec<usize> = items.iter().copied().filter(|at| self.facts.items[*at].open > 0 && !self.facts.items[*at].under_way).collect();
        let most: i64 = open.iter().map(|at| self.facts.items[*at].open).sum();
        if most > 0 {
            let payment = self.receive(&open, Said { amount: amount.min(most), text: Some("AS AGREED".into()), known: true, named: true, debit: false });
            self.post_by_hand(payment);
        }
    }

    /// A credit note for an item, posted or left open.
    pub fn credit(&mut self, at: usize, amount: i64, post: bool) {
        let (customer, currency) = (self.facts.items[at].customer, self.facts.items[at].currency);
        let id = format!("CN{:07}", self.facts.items.len());
        let note = self.issue(Item::issued(id, (customer, currency), Kind::Note, amount, (self.today, self.today)), None);
        if post {
            self.post_note(note, at);
        }
    }

    /// Posts a credit note on an item, as far as both go.
    pub fn post_note(&mut self, note: usize, at: usize) {
        let amount = self.facts.items[at].open.min(self.facts.items[note].open);
        if amount > 0 {
            let allocations = vec![line(&self.facts.items[at].id, amount)];
            self.tell(What::ItemsAllocated { payment_id: self.facts.items[note].id.clone(), allocations }, None);
            self.facts.post(at, self.today, amount, Source::Note(note));
        }
    }

    /// We give an item up, in full or in part; some of it is owed again some day.
    pub fn write_off(&mut self, at: usize, amount: Option<i64>) {
        let open = self.facts.items[at].open;
        let amount = amount.unwrap_or(open).min(open);
        self.tell(What::WrittenOff { item_id: self.facts.items[at].id.clone(), amount: (amount < open).then(|| Self::money(amount)) }, None);
        self.facts.post(at, self.today, amount, Source::GivenUp);
        if self.random.chance(150) {
            self.later(3, 40, Due::UndoWriteOff(at));
        }
    }

    pub fn undo_write_off(&mut self, at: usize) {
        let item = &self.facts.items[at];
        let what = What::AllocationReversed { payment_id: None, item_ids: Some(vec![item.id.clone()]), posting: None };
        if item.given_up() == 0 {
            return self.cannot(what);
        }
        self.tell(what, None);
        self.facts.unpost(at, |source| source == Source::GivenUp);
    }
}
