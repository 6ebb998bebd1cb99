//! A report beside what the host knows on the day. What is asked of many items is worked out once, so that the checks of a run
//! are a few passes over what is open.

use crate::facts::Facts;
use crate::rules::{GRACE, Rung, WHOLE_ITEM_SEGMENT, days};
use ar_core::Report;
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use ar_core::matching::{Answer, Certificate, MatchStatus};
use ar_core::record::{ItemIdx, PaymentIdx};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A report, beside what the host knows on the day.
pub struct Seen<'w> {
    pub facts: &'w Facts,
    pub report: &'w Report,
    pub today: NaiveDate,
    pub killed: bool,
    /// What is left of each item once the day has posted what it posts.
    pub left: Vec<i64>,
    /// Cash on its way to each item: proposed, and not posted.
    pub landed: Vec<i64>,
    /// Of each open item: what was found valid of its disputes and is not credited yet.
    owed: BTreeMap<usize, i64>,
    /// Why an item that is open is not pursued today, if so.
    held: Vec<Option<&'static str>>,
    /// By customer and currency: what is pursued, and all that is open.
    pub sums: Vec<[(i64, i64); 2]>,
    /// By customer and currency: credits that are for nothing yet, of payments that name the customer, and of those found to be its.
    pub credits: Vec<[(i64, i64); 2]>,
    /// Customers and currencies with a payment that could not be placed, and the day of the newest.
    pub unplaced: BTreeMap<(usize, usize), NaiveDate>,
    /// Customers and currencies with items that are late only as their customer always is: what is due is then without them.
    pub has_habit: HashSet<(usize, usize)>,
    /// Customers for whom something was drafted that was refused or done before.
    pub refused: HashSet<usize>,
    /// The item of the facts at each place of the books.
    places: Vec<usize>,
    posted: HashSet<PaymentIdx>,
    /// Deductions about which a dispute is opened today.
    opened: HashSet<usize>,
}

/// Whether an answer says which items its cash is for.
fn placed(answer: &Answer) -> bool {
    answer.status != MatchStatus::Unmatched && answer.certificate != Certificate::Tied
}

impl<'w> Seen<'w> {
    /// A report on the books of a day.
    ///
    /// # Errors
    /// An item of the books that the facts do not have.
    pub fn new(facts: &'w Facts, report: &'w Report, (today, killed): (NaiveDate, bool)) -> Result<Self, String> {
        let books = report.ledger();
        let places = books.items().iter().map(|item| facts.item_of.get(books.text(item.id)).copied().ok_or_else(|| format!("invariant_26_amounts_add_up: nobody issued {}", books.text(item.id))));
        let posted = report.decisions().iter().filter(|row| row.mode == Mode::Act && row.action() == ActionKind::PostAllocation);
        let mut seen = Self {
            facts,
            report,
            today,
            killed,
            left: facts.items.iter().map(|item| item.open).collect(),
            landed: vec![0; facts.items.len()],
            owed: BTreeMap::new(),
            held: vec![None; facts.items.len()],
            sums: vec![[(0, 0); 2]; facts.customers.len()],
            credits: vec![[(0, 0); 2]; facts.customers.len()],
            unplaced: BTreeMap::new(),
            places: places.collect::<Result<_, _>>()?,
            posted: posted.filter_map(|row| row.draft.params.payment).collect(),
            opened: HashSet::new(),
            has_habit: HashSet::new(),
            refused: HashSet::new(),
        };
        let opening = report.decisions().iter().filter(|row| row.action() == ActionKind::OpenDispute);
        seen.opened = opening.flat_map(|row| row.draft.items.iter().map(|at| seen.place(*at))).collect();
        for row in report.outcomes() {
            let item = &facts.items[seen.place(row.item)];
            match row.reason.code.name() {
                "within_habit" => drop(seen.has_habit.insert((item.customer, item.currency))),
                "rejected" | "already_done" => drop(seen.refused.insert(item.customer)),
                _ => {}
            }
        }
        seen.place_cash();
        seen.place_credits();
        seen.find_owed();
        seen.hold();
        Ok(seen)
    }

    fn place_cash(&mut self) {
        for decision in self.report.decisions() {
            if let Some((kept, _)) = &decision.draft.params.kept_back {
                let at = self.place(kept.item);
                if decision.mode == Mode::Act {
                    self.left[at] -= kept.amount;
                } else {
                    self.landed[at] += kept.amount;
                }
            }
        }
        for answer in self.report.payments() {
            for line in &answer.lines {
                let at = self.place(line.item);
                if self.posts(answer) {
                    self.left[at] -= line.item_amount.abs();
                } else if placed(answer) {
                    self.landed[at] += line.item_amount.abs();
                }
            }
        }
    }

    fn place_credits(&mut self) {
        for (at, item) in self.facts.items.iter().enumerate().filter(|(_, item)| item.is_credit()) {
            let row = &mut self.credits[item.customer][item.currency];
            (row.0, row.1) = (row.0 + self.left[at], row.1 + self.left[at]);
        }
        for answer in self.report.payments() {
            let Some(row) = self.payment(answer).map(|at| &self.facts.payments[at]) else { continue };
            let stays = self.posts(answer) || placed(answer);
            let loose = row.left() - if stays { answer.cash() } else { 0 };
            if let Some(customer) = row.customer {
                self.credits[customer][row.currency].0 += loose;
            }
            if let Some(customer) = answer.customer.map(|at| at.0 as usize).filter(|_| loose > 0) {
                self.credits[customer][row.currency].1 += loose;
                if !stays {
                    let newest = self.unplaced.entry((customer, row.currency)).or_insert(row.on);
                    *newest = (*newest).max(row.on);
                }
            }
        }
    }

    /// What was found valid, less what was credited since: first by credit notes on the item, then by open ones since the verdict; each
    /// note once, for the oldest dispute first. One under the name of a dispute is for that one only.
    fn find_owed(&mut self) {
        let mut valid: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.facts.disputes.iter().enumerate() {
            if !row.closed && self.left[row.item] > 0 && row.decided.is_some_and(|(_, valid)| valid.is_some_and(|valid| valid > 0)) {
                valid.entry(self.facts.items[row.item].customer).or_default().push(at);
            }
        }
        for (customer, mut rows) in valid {
            rows.sort_by_key(|at| (self.facts.disputes[*at].opened_on, self.facts.disputes[*at].id.as_str()));
            let named = |at: usize| self.facts.items[at].id.ends_with("/credit");
            let notes = self.facts.customers[customer].items.iter().copied().filter(|at| self.facts.items[*at].is_credit() && !named(*at));
            let mut open: Vec<(NaiveDate, usize, i64)> = notes.map(|at| (self.facts.items[at].issued_on, at, self.left[at])).collect();
            open.sort_by_key(|note| (note.0, self.facts.items[note.1].due_on, self.facts.items[note.1].id.as_str()));
            let mut used: BTreeMap<(usize, usize), i64> = BTreeMap::new();
            for row in rows.into_iter().map(|at| &self.facts.disputes[at]) {
                let Some((since, Some(valid))) = row.decided else { continue };
                if self.facts.item_of.contains_key(&format!("{}/credit", row.id)) {
                    continue;
                }
                let item = &self.facts.items[row.item];
                let mut rest = valid;
                for (place, posting) in item.postings.iter().enumerate() {
                    if matches!(posting.source, crate::facts::Source::Note(note) if !named(note)) && posting.on >= row.opened_on {
                        let used = used.entry((row.item, place)).or_insert(0);
                        let part = (posting.amount - *used).min(rest);
                        (*used, rest) = (*used + part, rest - part);
                    }
                }
                for note in open.iter_mut().filter(|note| note.0 >= since && self.facts.items[note.1].currency == item.currency) {
                    let part = note.2.min(rest);
                    (note.2, rest) = (note.2 - part, rest - part);
                }
                let owed = self.owed.entry(row.item).or_insert(0);
                *owed += rest.min(self.left[row.item] - *owed);
            }
        }
    }

    fn hold(&mut self) {
        for at in 0..self.facts.items.len() {
            let item = &self.facts.items[at];
            if self.left[at] <= 0 || item.is_credit() {
                continue;
            }
            self.held[at] = self.why_held(at);
            self.sums[item.customer][item.currency].1 += self.left[at];
            if self.late(at) > 0 && self.held[at].is_none() && !self.is_opened(at) {
                self.sums[item.customer][item.currency].0 += self.undisputed(at);
            }
        }
    }

    /// Whether a dispute is opened about it, which is all that is done about a deduction that nobody disputes.
    pub fn is_opened(&self, at: usize) -> bool {
        self.opened.contains(&at)
    }

    fn why_held(&self, at: usize) -> Option<&'static str> {
        let item = &self.facts.items[at];
        let (disputed, owed) = (self.facts.disputed(at).min(self.left[at]), self.owed.get(&at).copied().unwrap_or(0));
        let whole = self.facts.customers[item.customer].segment == WHOLE_ITEM_SEGMENT;
        let grace = || self.facts.lost_dispute_on(at).is_some_and(|on| (0..GRACE).contains(&days(on, self.today)));
        match () {
            () if item.handed_over => Some("handed_over"),
            () if item.blocked_until.is_some_and(|until| self.today < until) => Some("blocked"),
            () if self.landed[at] > 0 => Some("cash_landed"),
            () if self.facts.planned(at, self.today, true) => Some("plan_active"),
            () if self.facts.promised(at, self.today) => Some("promise_live"),
            () if grace() => Some("dispute_grace"),
            () if disputed >= self.left[at] || (disputed > 0 && whole) => Some("dispute_open"),
            () if owed > 0 && owed >= self.left[at] - disputed => Some("credit_owed"),
            () => None,
        }
    }

    /// Whether the day posts an answer without asking.
    pub fn posts(&self, answer: &Answer) -> bool {
        self.posted.contains(&answer.payment)
    }

    /// The item of the facts.
    pub fn place(&self, at: ItemIdx) -> usize {
        self.places[at.0 as usize]
    }

    /// The items of a decision.
    pub fn items(&self, decision: &Decision) -> impl Iterator<Item = usize> {
        decision.draft.items.iter().map(|at| self.place(*at))
    }

    /// The payment of an answer.
    pub fn payment(&self, answer: &Answer) -> Option<usize> {
        let books = self.report.ledger();
        self.facts.payment_of.get(books.text(books.payment(answer.payment)?.id)).copied()
    }

    /// The decisions that speak to a customer about what it owes.
    pub fn contacts(&self) -> impl Iterator<Item = &'w Decision> {
        self.report.decisions().iter().filter(|row| matches!(row.action(), ActionKind::SendNotice | ActionKind::SendReminder | ActionKind::RemindPromise | ActionKind::Call | ActionKind::OfferPlan))
    }

    /// The notices of the ladder.
    pub fn notices(&self) -> impl Iterator<Item = &'w Decision> {
        self.contacts().filter(|row| row.action() == ActionKind::SendNotice)
    }

    /// Days past due.
    pub fn late(&self, at: usize) -> i64 {
        days(self.facts.items[at].due_on, self.today)
    }

    /// Why an item is not pursued today, if so.
    pub fn held(&self, at: usize) -> Option<&'static str> {
        self.held[at]
    }

    /// What may be asked for of an item that nothing holds.
    pub fn undisputed(&self, at: usize) -> i64 {
        self.left[at] - self.facts.disputed(at).min(self.left[at]) - self.owed.get(&at).copied().unwrap_or(0)
    }

    /// Whether enough is due for a level.
    pub fn is_enough(&self, customer: usize, currency: usize, rung: &Rung) -> bool {
        let (due, open) = self.sums[customer][currency];
        due >= rung.least * 100 && due * 100 >= open * rung.share
    }

    /// Customer and currency of a decision, and how it is called.
    pub fn of(&self, decision: &Decision) -> (usize, usize, String) {
        let customer = decision.customer().map_or(usize::MAX, |at| at.0 as usize);
        let ids: Vec<&str> = self.items(decision).map(|at| self.facts.items[at].id.as_str()).collect();
        let currency = usize::from(decision.draft.currency.code() == crate::rules::CURRENCIES[1]);
        (customer, currency, format!("{} {} to C{customer:05} about {ids:?} on {}", decision.id, decision.action().name(), self.today))
    }

    /// What the facts say is open now: the items with their outcomes.
    pub fn open_items(&self) -> BTreeSet<usize> {
        (0..self.left.len()).filter(|at| self.left[*at] > 0).collect()
    }
}
