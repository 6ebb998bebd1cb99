//! Items, payments, remittances and allocations in: sorted, resolved, and never allocated beyond what they hold.

use super::index::IdIndex;
use super::intake::Intake;
use super::reader::Row;
use super::{Books, schema};
use crate::error::ProblemCode;
use crate::money::Currency;
use crate::record::{Allocation, AllocationKind, Credit, CustomerIdx, Deduction, DeductionReason, Failure, FailureKind, Item, ItemIdx, ItemKind, Payment, PaymentIdx, Remittance};
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;

/// The most that all amounts in a currency may be together, in minor units.
pub(crate) const MOST_SUM: i128 = i64::MAX as i128 / 2;

impl Books {
    /// The customer that a row names. An unknown one is a problem; a null where one is required was reported already.
    pub(super) fn resolve_customer(&self, row: &mut Row<'_, '_>, column: usize, last: &mut Option<(String, CustomerIdx)>) -> Option<CustomerIdx> {
        let id = row.text(column)?;
        // Rows often come customer by customer: the last answer is asked first.
        if let Some((known, at)) = last.as_ref().filter(|(known, _)| *known == id) {
            let _ = known;
            return Some(*at);
        }
        let found = self.find_customer(&id);
        match found {
            Some(at) => *last = Some((id.into_owned(), at)),
            None if self.refused.customers.contains(id.as_ref()) => {}
            None => row.complain(column, ProblemCode::UnknownCustomer, || format!("no customer '{id}'")),
        }
        found
    }

    /// The item that a row names.
    pub(super) fn resolve_item(&self, row: &mut Row<'_, '_>, column: usize) -> Option<ItemIdx> {
        let id = row.text(column)?;
        let found = self.find_item(&id);
        if found.is_none() && !self.refused.items.contains(id.as_ref()) {
            row.complain(column, ProblemCode::UnknownItem, || format!("no item '{id}'"));
        }
        found
    }
}

fn read_item(ledger: &mut Books, row: &mut Row<'_, '_>, last: &mut Option<(String, CustomerIdx)>) -> Option<Item> {
    const fn at(name: &str) -> usize {
        schema::ITEMS.at(name)
    }
    let currency = row.currency(const { at("currency") });
    let exponent = currency.map_or(2, |currency| currency.exponent());
    let id = row.text(const { at("item_id") });
    let customer = ledger.resolve_customer(row, const { at("customer_id") }, last);
    let kind = if row.has(const { at("kind") }) { row.word(const { at("kind") }, ItemKind::WORDS, ItemKind::from_name) } else { Some(ItemKind::Invoice) };
    let amount = row.amount(const { at("amount") }, exponent, false);
    let stated = row.amount(const { at("open_amount") }, exponent, true);
    let (issued_on, due_on, settled_on) = (row.date(const { at("issued_on") }), row.date(const { at("due_on") }), row.date(const { at("settled_on") }));
    let discount_ppm = row.percent(const { at("discount_percent") }).unwrap_or(0);
    let discount_until = row.date(const { at("discount_until") });
    let level = row.int(const { at("dunning_level") }).unwrap_or(0);
    let last_notice_on = row.date(const { at("last_notice_on") });
    let disputed = row.flag(const { at("disputed") });
    let blocked_until = row.date(const { at("blocked_until") });
    let notice_group = ledger.share(row, const { at("notice_group") });
    let purchase_order = ledger.keep(row, const { at("purchase_order") });
    let product = ledger.share(row, const { at("product") });
    let reference = ledger.keep(row, const { at("reference") });
    if let (Some(issued), Some(due)) = (issued_on, due_on)
        && due < issued
    {
        row.complain(const { at("due_on") }, ProblemCode::DatesOutOfOrder, || format!("due on {due}, before it was issued on {issued}"));
    }
    if let (Some(issued), Some(settled)) = (issued_on, settled_on)
        && settled < issued
    {
        row.complain(const { at("settled_on") }, ProblemCode::DatesOutOfOrder, || format!("settled on {settled}, before it was issued on {issued}"));
    }
    if let (Some(amount), Some(stated)) = (amount, stated) {
        if stated > amount {
            row.complain(const { at("open_amount") }, ProblemCode::AmountTooLarge, || "more is open than the item's amount".into());
        } else if settled_on.is_some() && stated > 0 {
            row.complain(const { at("open_amount") }, ProblemCode::Contradiction, || "settled, and still open".into());
        }
    }
    let (Some(amount), Some(customer)) = (amount, customer) else { return None };
    let id = ledger.texts.push(&id?)?;
    Some(Item {
        id,
        reference: if reference.is_none() { id } else { reference },
        purchase_order,
        notice_group,
        product,
        customer,
        amount,
        open: stated.unwrap_or(if settled_on.is_some() { 0 } else { amount }),
        issued_on: issued_on?,
        due_on: due_on?,
        settled_on,
        last_notice_on,
        discount_until,
        blocked_until,
        discount_ppm,
        contacts: u16::try_from(level).unwrap_or(0),
        currency: currency?,
        kind: kind?,
        level: u8::try_from(level).unwrap_or(0),
        disputed,
        // A settled item needs no word of the host on what is open of it.
        open_stated: stated.is_some() && settled_on.is_none(),
    })
}

/// Reason and code of an item, which only a deduction has.
pub(super) fn read_reason(ledger: &mut Books, row: &mut Row<'_, '_>, kind: ItemKind) -> Option<(DeductionReason, TextId)> {
    const REASON: usize = schema::ITEMS.at("deduction_reason");
    const CODE: usize = schema::ITEMS.at("deduction_code");
    if kind != ItemKind::Deduction {
        if let Some(column) = [REASON, CODE].into_iter().find(|column| row.has(*column)) {
            row.complain(column, ProblemCode::Contradiction, || "only an item of the kind 'deduction' has one".into());
        }
        return None;
    }
    let said = row.text(REASON);
    let reason = said.as_deref().map_or(Some(DeductionReason::Unknown), DeductionReason::read);
    if reason.is_none() {
        row.complain(REASON, ProblemCode::UnknownWord, || format!("neither a code of X12 element 426 nor one of {}", DeductionReason::WORDS.join(", ")));
    }
    let code = ledger.share(row, CODE);
    // A code that was given for the reason is what the customer wrote.
    let is_code = said.as_deref().is_some_and(|said| DeductionReason::from_name(said.trim()).is_none());
    let code = if code.is_none() && is_code { ledger.share(row, REASON) } else { code };
    Some((reason?, code))
}

fn read_payment(ledger: &mut Books, row: &mut Row<'_, '_>, last: &mut Option<(String, CustomerIdx)>) -> Option<Payment> {
    const fn at(name: &str) -> usize {
        schema::PAYMENTS.at(name)
    }
    let currency = row.currency(const { at("currency") });
    let exponent = currency.map_or(2, |currency| currency.exponent());
    let id = row.text(const { at("payment_id") });
    let amount = row.amount(const { at("amount") }, exponent, false);
    let received_on = row.date(const { at("received_on") });
    let payment = Payment {
        id: TextId::NONE,
        customer: ledger.resolve_customer(row, const { at("customer_id") }, last),
        amount: 0,
        applied: 0,
        bank_fee: row.amount(const { at("bank_fee") }, exponent, true).unwrap_or(0),
        received_on: received_on?,
        payer_name: ledger.keep(row, const { at("payer_name") }),
        payer_account: ledger.keep(row, const { at("payer_account") }),
        text: ledger.keep(row, const { at("text") }),
        reference: ledger.keep(row, const { at("reference") }),
        method: ledger.share(row, const { at("method") }),
        currency: currency?,
        failed: row.flag(const { at("failed") }),
    };
    Some(Payment { id: ledger.texts.push(&id?)?, amount: amount?, ..payment })
}

/// Why and when a payment failed, where the table says it.
fn read_failure(row: &mut Row<'_, '_>, payment: &Payment) -> Option<Failure> {
    const FAILURE: usize = schema::PAYMENTS.at("failure");
    const FAILED_ON: usize = schema::PAYMENTS.at("failed_on");
    let column = [FAILURE, FAILED_ON].into_iter().find(|column| row.has(*column))?;
    if !payment.failed {
        row.complain(column, ProblemCode::Contradiction, || "only a payment that failed has one".into());
        return None;
    }
    let kind = if row.has(FAILURE) { row.word(FAILURE, FailureKind::WORDS, FailureKind::from_name)? } else { FailureKind::Unknown };
    let on = row.date(FAILED_ON).unwrap_or(payment.received_on);
    if on < payment.received_on {
        row.complain(FAILED_ON, ProblemCode::DatesOutOfOrder, || format!("failed on {on}, before it was received on {}", payment.received_on));
    }
    Some(Failure { kind, first_on: on, last_on: on, items: 0..0 })
}

impl Intake<'_> {
    pub(super) fn items(&mut self) {
        if self.whole_items() {
            return;
        }
        let mut rows: Vec<Item> = Vec::with_capacity(self.table(&schema::ITEMS).map_or(0, crate::table::Table::rows));
        let mut numbers: Vec<u32> = Vec::new();
        let mut kept_back: Vec<(TextId, DeductionReason, TextId)> = Vec::new();
        let mut last = None;
        self.each_row(&schema::ITEMS, |ledger, row| match read_item(ledger, row, &mut last) {
            Some(item) => {
                kept_back.extend(read_reason(ledger, row, item.kind).map(|(reason, code)| (item.id, reason, code)));
                rows.push(item);
                numbers.push(row.row as u32);
            }
            None => ledger.refused.items.extend(row.name_of(const { schema::ITEMS.at("item_id") })),
        });
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.ledger.texts, &ids);
        self.report_repeats(&schema::ITEMS, "item_id", &index, &ids, &numbers);
        let ledger = &mut self.ledger;
        ledger.place_items(rows, index);
        for (id, reason, code) in kept_back {
            let Some(item) = ledger.find_item(ledger.texts.get(id)) else { continue };
            ledger.deductions.push(Deduction { item, source: None, payment: None, posting: TextId::NONE, reason, code });
        }
        ledger.deductions.sort_by_key(|row| row.item);
    }

    pub(super) fn payments(&mut self) {
        if let Some(rows) = self.whole_payments() {
            let numbers: Vec<u32> = (0u32..).take(rows.len()).collect();
            return self.enter_payments(rows, &numbers, Vec::new());
        }
        let (mut rows, mut numbers, mut last): (Vec<Payment>, Vec<u32>, _) = (Vec::new(), Vec::new(), None);
        let mut failures: Vec<(TextId, Failure)> = Vec::new();
        self.each_row(&schema::PAYMENTS, |ledger, row| match read_payment(ledger, row, &mut last) {
            Some(payment) => {
                failures.extend(read_failure(row, &payment).map(|failure| (payment.id, failure)));
                rows.push(payment);
                numbers.push(row.row as u32);
            }
            None => ledger.refused.payments.extend(row.name_of(const { schema::PAYMENTS.at("payment_id") })),
        });
        self.enter_payments(rows, &numbers, failures);
    }

    fn enter_payments(&mut self, rows: Vec<Payment>, numbers: &[u32], failures: Vec<(TextId, Failure)>) {
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.ledger.texts, &ids);
        self.report_repeats(&schema::PAYMENTS, "payment_id", &index, &ids, numbers);
        let ledger = &mut self.ledger;
        ledger.place_payments(rows, index);
        ledger.failures = failures.into_iter().filter_map(|(id, failure)| Some((ledger.find_payment(ledger.texts.get(id))?, failure))).collect();
    }

    pub(super) fn remittances(&mut self) {
        const fn at(name: &str) -> usize {
            schema::REMITTANCES.at(name)
        }
        let (mut rows, mut numbers, mut last): (Vec<Remittance>, Vec<u32>, _) = (Vec::new(), Vec::new(), None);
        self.each_row(&schema::REMITTANCES, |ledger, row| {
            let payment = row.text(const { at("payment_id") }).map(|id| (ledger.find_payment(&id), id));
            if let Some((None, id)) = payment.as_ref().filter(|(_, id)| !ledger.refused.payments.contains(id.as_ref())) {
                row.complain(const { at("payment_id") }, ProblemCode::UnknownPayment, || format!("no payment '{id}'"));
            }
            let payment = payment.and_then(|(at, _)| at);
            let customer = ledger.resolve_customer(row, const { at("customer_id") }, &mut last);
            let paid = payment.and_then(|at| ledger.payments.get(at.0 as usize)).map(|row| row.currency);
            let exponent = paid.or_else(|| ledger.customer(customer?)?.currency).map_or(2, |currency| currency.exponent());
            let id = row.text(const { at("remittance_id") });
            let received_on = row.date(const { at("received_on") });
            let line = Remittance {
                id: id.as_ref().and_then(|id| ledger.texts.push(id)).unwrap_or(TextId::NONE),
                customer,
                payment,
                received_on: received_on.unwrap_or(crate::calendar::FIRST_DAY),
                reference: ledger.keep(row, const { at("reference") }),
                amount: row.signed_amount(const { at("amount") }, exponent),
                discount: row.signed_amount(const { at("discount") }, exponent).unwrap_or(0),
                deduction: row.amount(const { at("deduction") }, exponent, true).unwrap_or(0),
                deduction_reason: ledger.share(row, const { at("deduction_reason") }),
            };
            rows.push(line);
            numbers.push(row.row as u32);
        });
        let ids: Vec<TextId> = rows.iter().map(|row| row.id).collect();
        let index = IdIndex::new(&self.ledger.texts, &ids);
        self.report_repeats(&schema::REMITTANCES, "remittance_id", &index, &ids, &numbers);
        let texts = &self.ledger.texts;
        rows.sort_by(|a, b| a.payment.cmp(&b.payment).then_with(|| texts.get(a.id).cmp(texts.get(b.id))));
        self.ledger.remittances = rows;
    }

    pub(super) fn allocations(&mut self) {
        const fn at(name: &str) -> usize {
            schema::ALLOCATIONS.at(name)
        }
        let mut rows: Vec<(Allocation, u32)> = Vec::new();
        self.each_row(&schema::ALLOCATIONS, |ledger, row| {
            let item = ledger.resolve_item(row, const { at("item_id") });
            let credit = row.text(const { at("credit_id") }).and_then(|id| {
                let found = ledger.find_payment(&id).map(Credit::Payment).or_else(|| ledger.find_item(&id).map(Credit::Item));
                if found.is_none() && !ledger.refused.payments.contains(id.as_ref()) && !ledger.refused.items.contains(id.as_ref()) {
                    row.complain(const { at("credit_id") }, ProblemCode::UnknownPayment, || format!("no payment or credit note '{id}'"));
                }
                found
            });
            let kind = if row.has(const { at("kind") }) { row.word(const { at("kind") }, AllocationKind::WORDS, AllocationKind::from_name) } else { Some(AllocationKind::Payment) };
            // An item that is its own credit: nothing came in, we wrote it off.
            let own = kind == Some(AllocationKind::WriteOff) && item.is_some() && credit == item.map(Credit::Item);
            let credit = if own { Some(Credit::Own) } else { credit };
            let exponent = item.and_then(|item| ledger.item(item)).map_or(2, |item| item.currency.exponent());
            let (amount, on) = (row.amount(const { at("amount") }, exponent, false), row.date(const { at("on") }));
            let paid = match credit {
                Some(Credit::Payment(at)) => ledger.payment(at).map(|payment| payment.currency),
                _ => None,
            };
            let cash = row.amount(const { at("credit_amount") }, paid.map_or(exponent, |currency| currency.exponent()), false);
            let (Some(item), Some(credit), Some(kind), Some(amount), Some(on)) = (item, credit, kind, amount, on) else { return };
            if matches!(credit, Credit::Payment(at) if ledger.payment(at).is_some_and(|payment| payment.failed)) {
                return row.complain(at("credit_id"), ProblemCode::Contradiction, || "the payment failed, and is applied".into());
            }
            if let Some(bad) = ledger.allocation_problem(item, credit, kind, cash.is_some()) {
                row.complain(const { at("credit_id") }, bad, || "the credit does not fit the item (currency, or not a credit of this kind)".into());
                return;
            }
            if kind == AllocationKind::Deduction && !ledger.link_deduction(item, credit, amount) {
                return row.complain(const { at("amount") }, ProblemCode::OverAllocated, || "a deduction has one line, of its whole amount".into());
            }
            if cash.is_some_and(|cash| cash != amount) && paid.is_none_or(|paid| ledger.item(item).is_some_and(|item| item.currency == paid)) {
                return row.complain(const { at("credit_amount") }, ProblemCode::Contradiction, || "another amount in the same currency".into());
            }
            let decision = ledger.keep(row, const { at("decision_id") });
            let cash = if paid.is_some() && kind == AllocationKind::Payment { cash.unwrap_or(amount) } else { 0 };
            rows.push((Allocation { item, credit, on, amount, cash, kind, decision, tabled: true }, row.row as u32));
        });
        self.check_sums(&rows);
        self.ledger.allocations = rows.into_iter().map(|(row, _)| row).collect();
        self.ledger.sort_allocations();
    }

    /// Adds the allocations up by item and by credit; what goes beyond is reported at the row that first did.
    fn check_sums(&mut self, rows: &[(Allocation, u32)]) {
        let given_up: BTreeSet<ItemIdx> = rows.iter().filter(|(row, _)| row.credit == Credit::Own).map(|(row, _)| row.item).collect();
        let (mut sums, mut paid): (BTreeMap<ItemIdx, (i64, NaiveDate)>, BTreeSet<ItemIdx>) = Default::default();
        for (row, number) in rows {
            let ledger = &mut self.ledger;
            let mut over = None;
            for (at, column) in row.lowers().zip(["item_id", "credit_id"]) {
                let Some(item) = ledger.items.get_mut(at.0 as usize) else { continue };
                let (sum, last) = sums.entry(at).or_insert((0, row.on));
                (*sum, *last) = (sum.saturating_add(row.amount), row.on.max(*last));
                over = over.or((*sum > item.amount).then_some(column));
                if !item.open_stated && item.settled_on.is_none_or(|_| paid.contains(&at)) {
                    item.open = (item.amount - *sum).max(0);
                    // Postings that add up to the item settle it, on the day of the last of them.
                    if *sum == item.amount && !given_up.contains(&at) {
                        item.settled_on = Some(*last);
                        paid.insert(at);
                    }
                }
            }
            // A discount, fee or write-off is granted by us: it takes no cash.
            if let Credit::Payment(at) = row.credit
                && row.cash > 0
                && let Some(payment) = ledger.payments.get_mut(at.0 as usize)
            {
                payment.applied = payment.applied.saturating_add(row.cash);
                over = over.or((payment.applied > payment.amount).then_some("credit_id"));
            }
            if let Some(column) = over {
                self.problems.push("allocations", Some(*number as usize), Some(column), ProblemCode::OverAllocated, || "more is allocated than there is".into());
            }
        }
    }
}

impl Books {
    /// The first currency in which all amounts together are more than sums can hold, if there is one. Every sum of the
    /// engine is a sum of some of them: what passes here cannot overflow later.
    pub(super) fn overflowing(&self) -> Option<Currency> {
        self.sums().into_iter().find(|(_, sum)| *sum > MOST_SUM).map(|(currency, _)| currency)
    }

    /// All amounts together, of items, payments and disputes, in minor units of each currency.
    pub(crate) fn sums(&self) -> BTreeMap<Currency, i128> {
        let (mut sums, mut last): (BTreeMap<Currency, i128>, (Currency, i128)) = (BTreeMap::new(), (Currency::EUR, 0));
        let items = self.items.iter().map(|row| (row.currency, row.amount));
        let claims = self.disputes.iter().filter_map(|row| Some((self.item(row.item)?.currency, row.amount)));
        let payments = self.payments.iter().map(|row| (row.currency, row.amount));
        for (currency, amount) in items.chain(payments).chain(claims) {
            // Most rows are in the currency of the row before.
            if currency != last.0 {
                *sums.entry(last.0).or_insert(0) += last.1;
                last = (currency, 0);
            }
            last.1 += i128::from(amount);
        }
        *sums.entry(last.0).or_insert(0) += last.1;
        sums
    }

    /// Why a credit cannot be applied to an item, if it cannot. A payment in another currency can where it was exchanged.
    pub(super) fn allocation_problem(&self, item: ItemIdx, credit: Credit, kind: AllocationKind, exchanged: bool) -> Option<ProblemCode> {
        let debit = self.item(item)?;
        let currency = match credit {
            Credit::Payment(_) if kind == AllocationKind::Deduction => return Some(ProblemCode::UnknownPayment),
            Credit::Payment(_) if exchanged => debit.currency,
            Credit::Payment(at) => self.payments.get(at.0 as usize)?.currency,
            Credit::Own => debit.currency,
            Credit::Item(at) => {
                let credit = self.item(at)?;
                let fits = if kind == AllocationKind::Deduction { credit.kind == ItemKind::Deduction } else { credit.kind.is_credit() };
                if !fits {
                    return Some(ProblemCode::UnknownPayment);
                }
                // A deduction stays on the account of the item that it is a part of.
                if kind == AllocationKind::Deduction && credit.customer != debit.customer {
                    return Some(ProblemCode::Contradiction);
                }
                credit.currency
            }
        };
        // Nothing is kept back of what was kept back: a chain of deductions could close on itself.
        if debit.kind.is_credit() || (kind == AllocationKind::Deduction && debit.kind == ItemKind::Deduction) {
            return Some(ProblemCode::UnknownItem);
        }
        (currency != debit.currency).then_some(ProblemCode::CurrencyMismatch)
    }

    /// Sorts allocations by item and day; equal ones by the decision, so that the order says nothing of where they came from.
    pub(super) fn sort_allocations(&mut self) {
        let texts = &self.texts;
        self.allocations.sort_by(|a, b| {
            let key = |row: &Allocation| (row.item, row.on, row.credit, row.kind, row.amount);
            key(a).cmp(&key(b)).then_with(|| texts.get(a.decision).cmp(texts.get(b.decision)))
        });
    }

    /// Notes of which item a deduction was kept back; `false` where the line is not the one line of its whole amount.
    fn link_deduction(&mut self, source: ItemIdx, credit: Credit, amount: i64) -> bool {
        let Credit::Item(at) = credit else { return false };
        let whole = self.item(at).is_some_and(|item| item.amount == amount);
        let place = self.deductions.partition_point(|row| row.item < at);
        match self.deductions.get_mut(place).filter(|row| row.item == at && row.source.is_none() && whole) {
            Some(row) => {
                row.source = Some(source);
                true
            }
            None => false,
        }
    }

    /// Sorts items by customer, due date and identifier, and keeps their index.
    pub(super) fn place_items(&mut self, rows: Vec<Item>, index: IdIndex) {
        (self.items, self.item_index) = index.place(&self.texts, rows, |row| row.id, |row| (row.customer, row.due_on));
        self.count_items();
    }

    pub(super) fn count_items(&mut self) {
        let mut starts = alloc::vec![0u32; self.customers.len() + 1];
        for item in &self.items {
            if let Some(slot) = starts.get_mut(item.customer.0 as usize + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut starts {
            sum += *slot;
            *slot = sum;
        }
        self.item_starts = starts;
    }

    /// Sorts payments by day received and identifier, and keeps their index.
    pub(super) fn place_payments(&mut self, rows: Vec<Payment>, index: IdIndex) {
        (self.payments, self.payment_index) = index.place(&self.texts, rows, |row| row.id, |row| row.received_on);
    }

    /// The payment behind a handle.
    pub fn payment(&self, at: PaymentIdx) -> Option<&Payment> {
        self.payments.get(at.0 as usize)
    }
}
