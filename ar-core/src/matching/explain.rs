//! One payment: who may have paid, what is said, every explanation of it side by side, and what follows.

use super::account::{Account, Position};
use super::advice::{self, Apart};
use super::cases::{Case, Cases, Class};
use super::certificate::Weight;
use super::count;
use super::difference::{Difference, Paid};
use super::fx::Rate;
use super::habits::{Choice, Counts, own_counts};
use super::lines;
use super::listed::List;
use super::names::{NameIndex, OwnNumbers};
use super::open::Open;
use super::payer::{PayerIndex, Payers};
use super::reading::{Lookup, Reading, Slip};
use super::whole::{self, Frame};
use super::{Answer, Certificate, MatchStatus};
use crate::ledger::Books;
use crate::money::Currency;
use crate::policy::Settings;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, ItemIdx, Payment, PaymentIdx};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use chrono::NaiveDate;

/// Customers whose accounts are looked at for one payment.
const MOST_ACCOUNTS: usize = 16;
/// A text that names items is ignored by so few payments, in parts per million.
const IGNORES_THE_TEXT: i64 = 10;
/// Of payments by somebody unknown that list nothing, how many pay one open item, in parts per million.
const ONE_OF_ANYBODY: i64 = 100_000;
/// Up to so many open items the sets are counted even for an explanation that is not proposed.
const COUNTED_ANYWAY: usize = 20;
/// A rival this near fits as well, for anybody who has to choose.
const TIE_ODDS: i64 = 20;

/// Habits of customers before a day.
pub(super) type Habits = BTreeMap<(CustomerIdx, NaiveDate), Counts>;

/// What all payments of a run share.
pub(super) struct Shared<'s> {
    pub(super) books: &'s Books,
    pub(super) settings: &'s Settings,
    pub(super) as_of: NaiveDate,
    pub(super) names: NameIndex,
    pub(super) payers: PayerIndex,
    pub(super) apart: Apart<'s>,
    /// What the book's customers usually pay.
    pub(super) book: Counts,
    /// Confidence from which an explanation is posted, in parts per million: listed, and by amount.
    pub(super) limits: [i64; 2],
}

/// One payment to explain, and what is still open.
pub(super) struct Question<'q> {
    pub(super) at: PaymentIdx,
    pub(super) payment: &'q Payment,
    pub(super) amount: i64,
    pub(super) open: &'q Open<'q>,
}

/// What the stages of one explanation share.
struct Inquiry<'i> {
    shared: &'i Shared<'i>,
    question: &'i Question<'i>,
    payers: Payers,
    reading: Reading,
    paid: Paid,
    cases: Cases,
}

/// What one payment leaves for those behind it: it changes no answer, only how long it takes.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) habits: Habits,
    /// The numbers of those who may have paid the last one.
    numbers: Option<(Vec<CustomerIdx>, OwnNumbers)>,
}

impl Kept {
    /// Habits that were read elsewhere.
    pub(super) const fn knowing(habits: Habits) -> Self {
        Self { habits, numbers: None }
    }
}

pub(super) fn explain(shared: &Shared<'_>, question: &Question<'_>, kept: &mut Kept) -> Answer {
    let payers = shared.payers.find(shared.books, question.payment);
    let customers = payers.customers();
    let budget = usize::try_from(shared.settings.matching.candidate_budget).unwrap_or(usize::MAX);
    let known = kept.numbers.take().filter(|known| known.0 == customers);
    let numbers = known.map_or_else(|| OwnNumbers::new(shared.books, &shared.names, &customers, budget), |known| known.1);
    let shortest = usize::try_from(shared.settings.matching.min_reference_length).unwrap_or(4);
    let lookup = Lookup { books: shared.books, open: question.open, index: &shared.names, own: &numbers, payers: &customers, anybody: !payers.named, shortest, budget };
    let mut reading = Reading::default();
    reading.read_field(&lookup, shared.books.text(question.payment.reference));
    reading.read(&lookup, shared.books.text(question.payment.text));
    let rows = advice::lines_of(shared.books, &shared.apart, question.at, question.payment, &customers, shared.as_of);
    let advice = advice::read(&lookup, &rows);
    let unit = 10i64.pow(u32::from(question.payment.currency.exponent())).max(100);
    let paid = Paid { amount: question.amount, on: question.payment.received_on, unit, fee: question.payment.bank_fee };
    let mut inquiry = Inquiry { shared, question, payers, reading, paid, cases: Cases::default() };
    let read = inquiry.reading.mentions.len();
    inquiry.reading.mentions.retain(|mention| mention.options.iter().any(|(at, _)| question.open.is_open(at.0 as usize)));
    // What was open this morning and was paid since is named, and gone.
    inquiry.reading.closed += read - inquiry.reading.mentions.len();
    let mut mentioned = inquiry.mentioned(&advice);
    mentioned.extend(inquiry.guesses(&lookup));
    kept.numbers = Some((customers, numbers));
    let accounts = inquiry.accounts(&mentioned, question.payment.currency, budget);
    let foreign = inquiry.foreign_currency(&mentioned).and_then(|currency| Some((inquiry.accounts(&mentioned, currency, budget), inquiry.rate(currency)?)));
    // Whoever names items in another currency lists those, not items of ours that look alike.
    let named = (!mentioned.is_empty()).then_some(foreign.as_ref()).flatten();
    let exact = match named {
        Some((accounts, rate)) => inquiry.listed(accounts, Some(*rate), &advice),
        None => inquiry.listed(&accounts, None, &advice),
    };
    if !exact {
        inquiry.whole(&accounts, &mut kept.habits);
        if let Some((accounts, rate)) = &foreign {
            inquiry.whole_foreign(accounts, *rate);
        }
    }
    let foreign = foreign.map(|(accounts, _)| accounts);
    let accounts = if inquiry.cases.found.is_empty() { inquiry.anybody(budget) } else { accounts };
    inquiry.answer(&accounts, foreign.as_deref().unwrap_or(&[]), rows.len() as i64)
}

impl Inquiry<'_> {
    /// The items that the text and the advice name.
    fn mentioned(&self, advice: &[advice::Line<'_>]) -> Vec<ItemIdx> {
        let readings = [&self.reading].into_iter().chain(advice.iter().map(|line| &line.reading));
        readings.flat_map(|reading| &reading.mentions).flat_map(|mention| &mention.options).map(|(at, _)| *at).collect()
    }

    /// Where nobody says by name who paid and one reference is written: items of anybody that a slip would lead to and
    /// that explain the payment.
    fn guesses(&self, lookup: &Lookup<'_>) -> Vec<ItemIdx> {
        let written: Vec<&Vec<char>> = self.reading.mentions.iter().map(|mention| &mention.written).chain(&self.reading.unread).collect();
        let [written] = written.as_slice() else { return Vec::new() };
        if !lookup.anybody {
            return Vec::new();
        }
        let usual = |at: &ItemIdx| {
            let item = self.shared.books.item(*at).filter(|item| item.currency == self.question.payment.currency && !item.kind.is_credit());
            let open = self.question.open.get(at.0 as usize).unwrap_or(0);
            item.and_then(|_| Position::of(self.shared.books, &self.shared.names, *at, open)).is_some_and(|position| super::difference::is_usual(&position, self.paid))
        };
        lookup.guess(written).into_iter().filter(usual).take(MOST_ACCOUNTS).collect()
    }

    /// The accounts of those who may have paid and of those whose items are named.
    fn accounts(&self, mentioned: &[ItemIdx], currency: Currency, budget: usize) -> Vec<(CustomerIdx, Account)> {
        let owners = mentioned.iter().filter_map(|at| self.shared.books.item(*at)).map(|item| item.customer);
        let mut customers: Vec<CustomerIdx> = Vec::new();
        for customer in self.payers.candidates.iter().map(|(customer, _)| *customer).chain(owners) {
            if customers.len() < MOST_ACCOUNTS && !customers.contains(&customer) {
                customers.push(customer);
            }
        }
        customers.into_iter().map(|customer| (customer, Account::new(self.shared.books, &self.shared.names, self.question.open, customer, currency, budget))).collect()
    }

    /// The currency of the items that are named, if none of them is in the payment's; where none are named, one in which
    /// the likeliest payer owes.
    fn foreign_currency(&self, mentioned: &[ItemIdx]) -> Option<Currency> {
        let own = self.question.payment.currency;
        let books = self.shared.books;
        let mut found: Vec<Currency> = mentioned.iter().filter_map(|at| books.item(*at)).map(|item| item.currency).collect();
        if found.is_empty() {
            let (customer, _) = self.payers.candidates.first()?;
            let open = books.item_range(*customer).filter(|at| self.question.open.is_open(*at));
            found = open.filter_map(|at| books.items().get(at)).map(|item| item.currency).filter(|currency| *currency != own).collect();
        }
        found.sort_unstable();
        found.dedup();
        if found.contains(&own) { None } else { found.first().copied() }
    }

    fn rate(&self, from: Currency) -> Option<Rate> {
        let tolerance = self.shared.settings.matching.fx_tolerance;
        Rate::find(self.shared.books, from, self.question.payment.currency, self.paid.on, self.shared.as_of, tolerance)
    }

    fn list<'l>(&'l self, accounts: &'l [(CustomerIdx, Account)], rate: Option<Rate>) -> List<'l> {
        List { books: self.shared.books, accounts, payers: &self.payers, paid: self.paid, rate, budget: self.steps() }
    }

    fn steps(&self) -> u64 {
        u64::try_from(self.shared.settings.matching.search_budget).unwrap_or(0)
    }

    /// Adds what advice and text list. Whether it explains the payment so well that nothing else need be tried.
    fn listed(&mut self, accounts: &[(CustomerIdx, Account)], rate: Option<Rate>, advice: &[advice::Line<'_>]) -> bool {
        let mut cases = core::mem::take(&mut self.cases);
        let list = self.list(accounts, rate);
        list.advised(advice, &mut cases);
        let advised = cases.found.iter().any(|case| matches!(case.difference, Difference::Advised | Difference::Fx));
        // Advice that does not add up is read together with what the text says.
        let mut together = self.reading.clone();
        if !advice.is_empty() {
            together.unread.clear();
        }
        for line in advice {
            together.join(&line.reading);
        }
        let exact = !advised && list.explain(&together, &mut cases);
        cases.bounded |= self.reading.bounded;
        self.cases = cases;
        exact || advised
    }

    /// Whether text or advice lists anything.
    fn said(&self) -> bool {
        !self.reading.mentions.is_empty() || !self.cases.found.is_empty()
    }

    /// How often a payment is of what nobody lists, by what it lists.
    fn manner(&self) -> Weight {
        if self.said() { Weight::ppm(IGNORES_THE_TEXT) } else { Weight::ONE }
    }

    /// Adds what nobody lists, for each customer who may have paid.
    fn whole(&mut self, accounts: &[(CustomerIdx, Account)], own: &mut Habits) {
        let (said, manner) = (self.said(), self.manner());
        let mut cases = core::mem::take(&mut self.cases);
        for (customer, account) in accounts.iter().filter(|(customer, _)| self.payers.holds(*customer)) {
            let books = self.shared.books;
            let counts = own.entry((*customer, self.paid.on)).or_insert_with(|| own_counts(books.items_of(*customer), self.paid.on));
            let choice = Choice::new(account, self.paid.on, &self.shared.book, counts);
            let frame = Frame {
                customer: *customer,
                account,
                choice: &choice,
                paid: self.paid,
                prior: self.payers.weight(*customer).and(manner),
                month: self.reading.month,
                budget: self.steps(),
                plain: said,
            };
            whole::explain(&frame, &mut cases);
        }
        // Somebody whom we do not see paid something that we do not see.
        cases.count(self.payers.stranger.and(manner).and(super::difference::anything(self.paid.amount)));
        self.cases = cases;
    }

    /// Nothing else is known: one item of anybody with just this amount. Offered to a person, never posted.
    fn anybody(&mut self, budget: usize) -> Vec<(CustomerIdx, Account)> {
        let books = self.shared.books;
        let still = |at: &ItemIdx| self.question.open.get(at.0 as usize) == Some(self.paid.amount) && books.item(*at).is_some_and(|item| item.currency == self.question.payment.currency);
        let hits: Vec<ItemIdx> = self.shared.names.of_amount(self.paid.amount, MOST_ACCOUNTS).into_iter().filter(still).collect();
        let chance = Weight::ppm(ONE_OF_ANYBODY).and(Weight::one_in(books.customers().len() as i64));
        for at in &hits {
            let Some(customer) = books.item(*at).map(|item| item.customer) else { continue };
            let total = self.paid.amount;
            self.cases.push(Case { items: alloc::vec![*at], customer, class: Class::Single, difference: Difference::None, total, weight: chance, advised: Vec::new() });
        }
        // Nothing else was found: it is all that can be offered, and little.
        self.cases.count(Weight::ONE);
        self.accounts(&hits, self.question.payment.currency, budget)
    }

    /// One item, the oldest, or all, in another currency.
    fn whole_foreign(&mut self, accounts: &[(CustomerIdx, Account)], rate: Rate) {
        let manner = self.manner();
        for (customer, account) in accounts.iter().filter(|(customer, _)| self.payers.holds(*customer)) {
            let prior = self.payers.weight(*customer).and(manner);
            whole::exchanged(*customer, account, rate, self.paid, prior, &mut self.cases);
        }
    }

    fn answer(mut self, accounts: &[(CustomerIdx, Account)], foreign: &[(CustomerIdx, Account)], advice: i64) -> Answer {
        // What a posting left over is on account: only what it pays exactly is offered for it.
        if self.question.amount < self.question.payment.amount {
            self.cases.found.retain(|case| case.difference.adds_up());
        }
        self.cases.rank();
        let found = || self.cases.found.first().map(|case| case.customer).or_else(|| self.payers.candidates.first().map(|(customer, _)| *customer));
        let customer = self.question.payment.customer.or_else(found);
        let mut answer = Answer {
            payment: self.question.at,
            customer,
            status: MatchStatus::Unmatched,
            confidence_ppm: 0,
            certificate: Certificate::Bounded,
            lines: Vec::new(),
            kept_back: Vec::new(),
            alternatives: Vec::new(),
            unapplied: self.question.amount,
            reasons: Vec::new(),
        };
        match customer {
            Some(_) => answer.reasons.push(Reason::new(ReasonCode::PayerKnown, self.payers.evidence.max(1), Reason::NOTHING)),
            None => answer.reasons.push(Reason::bare(ReasonCode::PayerUnknown)),
        }
        if let Some(best) = self.cases.found.first() {
            let list = self.list(if best.difference == Difference::Fx { foreign } else { accounts }, None);
            let posting = lines::post(best, self.paid, &list);
            answer.unapplied = posting.unapplied;
            answer.lines = posting.lines;
            answer.kept_back = posting.kept_back;
            self.judge(best, accounts, &mut answer);
            self.say(best, advice, &mut answer);
        }
        if self.cases.bounded {
            answer.reasons.push(Reason::new(ReasonCode::BudgetReached, Reason::NOTHING, self.shared.settings.matching.candidate_budget));
        }
        // What is hardly likelier than others, or not what the text speaks of, is not proposed and holds no item back from
        // dunning: it is offered.
        let listed = self.cases.found.first().is_some_and(|best| best.class.is_listed());
        let offered = answer.confidence_ppm < self.shared.settings.matching.propose_from || self.reading.elsewhere || answer.unapplied > self.question.amount / 2;
        if answer.status != MatchStatus::Auto && !listed && offered {
            answer.lines.clear();
        }
        if answer.lines.is_empty() {
            answer.status = MatchStatus::Unmatched;
            answer.confidence_ppm = 0;
            // Of what was not found nothing is known to be the only one.
            answer.certificate = Certificate::Bounded;
            answer.kept_back.clear();
            answer.unapplied = self.question.amount;
            let most = usize::try_from(self.shared.settings.matching.max_alternatives).unwrap_or(0);
            answer.alternatives = self.cases.found.iter().take(most).map(|case| case.items.clone()).collect();
            answer.customer = self.payers.candidates.first().map(|(customer, _)| *customer);
            answer.reasons.push(Reason::new(ReasonCode::NothingFits, self.question.amount, Reason::NOTHING));
        }
        answer
    }

    /// Confidence, certificate, status and rivals of the best explanation.
    fn judge(&self, best: &Case, accounts: &[(CustomerIdx, Account)], answer: &mut Answer) {
        let settings = &self.shared.settings.matching;
        answer.confidence_ppm = best.weight.share_of(self.cases.whole());
        let rival = self.cases.found.get(1).map_or(Weight::NEVER, |case| case.weight);
        let odds = best.weight.odds_to(rival.or(self.cases.rest()));
        answer.certificate = self.certificate(best, rival, accounts, answer.confidence_ppm >= self.shared.settings.matching.propose_from);
        let most = usize::try_from(settings.max_alternatives).unwrap_or(0);
        answer.alternatives = self.cases.found.iter().skip(1).take(most).map(|case| case.items.clone()).collect();
        let owners: BTreeSet<CustomerIdx> = best.items.iter().filter_map(|at| self.shared.books.item(*at)).map(|item| item.customer).collect();
        let owners_known = owners.iter().all(|owner| self.payers.holds(*owner));
        // One payment for several customers is believed of those who may have paid, if the sum leaves nothing open.
        let exact = best.difference.adds_up();
        let strange = self.payers.disagrees || ((self.payers.named || owners.len() > 1) && !owners_known) || (owners.len() > 1 && !exact);
        if strange {
            answer.reasons.push(Reason::new(ReasonCode::SeveralCustomers, owners.len().max(2) as i64, Reason::NOTHING));
        }
        let by_amount = !best.class.is_listed();
        let [listed_limit, amount_limit] = self.shared.limits;
        let limit = if by_amount { amount_limit } else { listed_limit };
        let elsewhere = self.reading.elsewhere && (by_amount || best.difference != Difference::None);
        // The rest of a payment that was posted in part has been looked at; and nobody pays twice what is owed by mistake.
        let rest = self.question.amount < self.question.payment.amount && by_amount;
        let excess = answer.unapplied > self.question.amount / 2;
        // A name that is nobody's open item says that something is missing: then the sum must say that nothing is.
        let written = |at: &ItemIdx| self.reading.mentions.iter().any(|mention| mention.options.iter().any(|(known, slip)| known == at && *slip == Slip::None));
        let verbatim = best.difference == Difference::Advised || best.items.iter().all(written);
        let missing = (self.cases.unseen > 0 && !exact) || (self.reading.closed > 0 && !(exact && best.class == Class::Listed && verbatim));
        // The text names other items than these; or an item of just this amount is open beside one that is named and differs.
        let named_other = by_amount && !self.reading.mentions.is_empty();
        let plain_rival = !exact && self.cases.found.iter().skip(1).any(|case| case.difference == Difference::None && case.items.len() == 1);
        let payers = |at: &ItemIdx| self.shared.books.item(*at).is_some_and(|item| self.payers.holds(item.customer));
        let crossed = self.reading.mentions.iter().any(|mention| mention.options.iter().any(|(at, _)| payers(at)) && !mention.options.iter().any(|(at, _)| best.items.contains(at)));
        let namesake = by_amount && self.payers.namesake;
        let fee_unpaid = self.paid.fee > 0 && best.difference != Difference::BankFee && !exact;
        let contradicted = named_other || namesake || plain_rival || crossed || fee_unpaid || self.cases.guessed || self.payers.crowded;
        // What people undid is not done again without them.
        let undone = self.shared.books.undone_on(self.question.at).is_some();
        let strange = strange || rest || excess || missing || undone || contradicted;
        let certain = answer.confidence_ppm >= limit && answer.certificate != Certificate::Tied && !strange && !elsewhere && (settings.post_by_amount || !by_amount);
        answer.status = if certain { MatchStatus::Auto } else { MatchStatus::Propose };
        answer.reasons.push(Reason::new(ReasonCode::RivalOdds, odds, TIE_ODDS));
        answer.reasons.push(Reason::new(ReasonCode::Confidence, answer.confidence_ppm, limit));
    }

    fn certificate(&self, best: &Case, rival: Weight, accounts: &[(CustomerIdx, Account)], likely: bool) -> Certificate {
        if best.weight.odds_to(rival) < TIE_ODDS {
            return Certificate::Tied;
        }
        if self.payers.crowded {
            return Certificate::Bounded;
        }
        let exact = |case: &&Case| case.difference.adds_up();
        if matches!(best.class, Class::Listed) && exact(&best) {
            let others = self.cases.found.iter().skip(1).filter(|case| case.class == Class::Listed).filter(exact).count();
            return if others == 0 && !self.cases.bounded { Certificate::Unique } else { Certificate::Bounded };
        }
        if self.cases.bounded || self.cases.found.iter().skip(1).any(|case| exact(&case)) {
            return Certificate::Bounded;
        }
        // Nothing but the amounts: every set of every account that may have paid is counted, where it matters.
        if !likely && accounts.iter().any(|(_, account)| account.debits.len() > COUNTED_ANYWAY) {
            return Certificate::Bounded;
        }
        let mut ways = 0u32;
        for (_, account) in accounts {
            let amounts: Vec<i64> = account.debits.iter().map(|position| position.open).chain(account.credits.iter().map(|position| -position.open)).collect();
            match count::ways(&amounts, self.question.amount, self.steps()) {
                Some(some) => ways += u32::from(some),
                None => return Certificate::Bounded,
            }
        }
        let own = u32::from(exact(&best));
        let alone = self.cases.found.len() == 1 || exact(&best);
        // With a difference every set was only tried where there are few.
        let tried = exact(&best) || accounts.iter().all(|(_, account)| account.debits.len() <= whole::TRIED_DEBTS);
        if ways == own && alone && tried { Certificate::Unique } else { Certificate::Bounded }
    }

    /// Why: what the items rest on, and how the payment differs from their sum.
    fn say(&self, best: &Case, advice: i64, answer: &mut Answer) {
        let (total, amount) = (best.total, self.question.amount);
        let count = best.items.len() as i64;
        let evidence = match best.class {
            Class::Listed | Class::ListedMore => Reason::new(ReasonCode::ReferenceListed, count.min(self.reading.mentions.len() as i64).max(i64::from(advice > 0)), count),
            _ => Reason::new(ReasonCode::AmountOnly, amount, Reason::NOTHING),
        };
        answer.reasons.push(evidence);
        let shape = match best.class {
            Class::ListedMore => Some(Reason::new(ReasonCode::ListContinues, count, self.reading.mentions.len() as i64)),
            Class::AllOpen => Some(Reason::new(ReasonCode::AllOpen, count, Reason::NOTHING)),
            Class::InOrder | Class::Month => Some(Reason::new(ReasonCode::InOrder, count, Reason::NOTHING)),
            _ => None,
        };
        answer.reasons.extend(shape);
        if advice > 0 {
            answer.reasons.push(Reason::new(ReasonCode::RemittanceListed, advice, Reason::NOTHING));
        }
        let difference = match best.difference {
            Difference::None | Difference::Advised => Reason::new(ReasonCode::AmountExact, amount, amount),
            Difference::Discount => Reason::new(ReasonCode::DiscountTaken, total - amount, Reason::NOTHING),
            Difference::LateDiscount => Reason::new(ReasonCode::DiscountTooLate, total - amount, Reason::NOTHING),
            Difference::BankFee => Reason::new(ReasonCode::BankFeeKept, total - amount, Reason::NOTHING),
            Difference::Short => Reason::new(ReasonCode::ShortPaid, total - amount, Reason::NOTHING),
            Difference::Part => Reason::new(ReasonCode::PartPaid, amount, total),
            Difference::Over => Reason::new(ReasonCode::OverPaid, amount, total),
            Difference::Fx => Reason::new(ReasonCode::CurrencyDiffers, count, Reason::NOTHING),
        };
        answer.reasons.push(difference);
        let credits = best.items.iter().filter_map(|at| self.shared.books.item(*at)).filter(|item| item.kind.is_credit()).count();
        if credits > 0 {
            answer.reasons.push(Reason::new(ReasonCode::CreditNetted, credits as i64, Reason::NOTHING));
        }
        if answer.certificate == Certificate::Tied {
            answer.reasons.push(Reason::new(ReasonCode::SeveralExplanations, self.cases.found.len() as i64, 1));
        }
    }
}
