//! The cash of a day as it concerns single customers: what was answered, what passed the gate, and what that leaves open.

use super::super::Day;
use super::Part;
use super::whole::Whole;
use crate::collections::Loose;
use crate::decision::Decision;
use crate::ledger::Books;
use crate::matching::{Answer, KeptBack, Line};
use crate::record::{CustomerIdx, ItemIdx, PaymentIdx};
use crate::report::{self, Passed};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    vec::Vec,
};

/// The cash of a day.
pub(super) struct Cash {
    answers: Vec<Answer>,
    posted: Vec<Option<u32>>,
    /// What passed the gate, and what is left of the items that it is about.
    passed: Arc<Passed>,
    /// The decisions on each payment, in order.
    decided: BTreeMap<PaymentIdx, Vec<usize>>,
    /// The answers that concern a customer, in order.
    of: BTreeMap<CustomerIdx, Vec<usize>>,
    /// Whom the answer to a payment concerns.
    concerned: BTreeMap<PaymentIdx, BTreeSet<CustomerIdx>>,
    loose: BTreeMap<CustomerIdx, Vec<Loose>>,
}

impl Cash {
    /// As the day leaves it.
    pub(super) fn new(day: &Day<'_>, found: &report::Parts) -> Self {
        let mut of: BTreeMap<CustomerIdx, Vec<usize>> = BTreeMap::new();
        let (mut left, mut concerned) = (BTreeMap::new(), BTreeMap::new());
        for (at, answer) in found.answers.iter().enumerate() {
            let items = answer.lines.iter().map(|line| line.item).chain(answer.kept_back.iter().map(|kept| kept.item));
            let mut who: BTreeSet<CustomerIdx> = [answer.customer, day.books.payment(answer.payment).and_then(|row| row.customer)].into_iter().flatten().collect();
            for item in items {
                who.extend(day.books.item(item).map(|row| row.customer));
                let amount = |amounts: &[i64]| amounts.get(item.0 as usize).copied().unwrap_or(0);
                left.insert(item, (amount(&day.open), amount(&day.pending)));
            }
            who.iter().for_each(|who| of.entry(*who).or_default().push(at));
            concerned.insert(answer.payment, who);
        }
        let mut decided: BTreeMap<PaymentIdx, Vec<usize>> = BTreeMap::new();
        for (at, decision) in found.decisions.iter().enumerate() {
            decision.draft.params.payment.into_iter().for_each(|payment| decided.entry(payment).or_default().push(at));
        }
        let mut loose: BTreeMap<CustomerIdx, Vec<Loose>> = BTreeMap::new();
        for (who, row) in &day.loose {
            loose.entry(*who).or_default().push(*row);
        }
        let passed = Arc::new(Passed { decisions: found.decisions.clone(), left });
        Self { answers: found.answers.clone(), posted: found.posted.clone(), passed, decided, of, concerned, loose }
    }

    /// Whether any cash of the day has to do with a customer.
    pub(super) fn concerns(&self, at: CustomerIdx) -> bool {
        self.of.contains_key(&at) || self.loose.contains_key(&at)
    }

    fn answers_of(&self, at: CustomerIdx) -> impl Iterator<Item = (usize, &Answer)> {
        self.of.get(&at).into_iter().flatten().filter_map(|place| Some((*place, self.answers.get(*place)?)))
    }

    /// The payments of the day that have to do with a customer.
    pub(super) fn payments_of(&self, at: CustomerIdx) -> impl Iterator<Item = PaymentIdx> {
        self.answers_of(at).map(|(_, answer)| answer.payment)
    }

    /// Whom the answer to a payment has to do with.
    pub(super) fn concerned_by(&self, payment: PaymentIdx) -> impl Iterator<Item = CustomerIdx> {
        self.concerned.get(&payment).into_iter().flatten().copied()
    }
}

impl Whole {
    /// Puts the cash of the day that concerns customers of a part in its place. `None` where it has to do with others, too, of whom the
    /// part knows nothing.
    pub(super) fn cash_of(&self, part: &Part, customers: &[CustomerIdx], day: &mut Day<'_>, found: &mut report::Parts) -> Option<()> {
        let mut places: BTreeSet<usize> = BTreeSet::new();
        for at in customers {
            places.extend(self.cash.answers_of(part.books.told(*at)).map(|(place, _)| place));
        }
        // What is open of the other customers of the part is asked for as well: they may owe under one limit.
        for (own, at) in (0u32..).map(CustomerIdx).zip(part.books.places()) {
            day.loose.extend(self.cash.loose.get(at).into_iter().flatten().map(|row| (own, *row)));
            for (place, item) in self.ledger.item_range(*at).zip(day.books.item_range(own)) {
                let Some((open, pending)) = self.cash.passed.left.get(&ItemIdx(u32::try_from(place).ok()?)) else { continue };
                *day.open.get_mut(item)? = *open;
                *day.pending.get_mut(item)? = *pending;
            }
        }
        let seen = Seen { whole: &self.ledger, part };
        let payments = places.iter().filter_map(|place| self.cash.answers.get(*place)).map(|answer| answer.payment);
        let kept: BTreeSet<usize> = payments.filter_map(|payment| self.cash.decided.get(&payment)).flatten().copied().collect();
        let kept: Vec<usize> = kept.into_iter().collect();
        for at in &kept {
            found.decisions.push(seen.decision(self.cash.passed.decisions.get(*at)?)?);
        }
        for place in places {
            found.answers.push(seen.answer(self.cash.answers.get(place)?)?);
            found.posted.push(self.cash.posted.get(place)?.and_then(|at| kept.binary_search(&(at as usize)).ok()).map(|at| at as u32));
        }
        found.passed = Some((Arc::clone(&self.cash.passed), kept));
        Some(())
    }
}

/// Rows of the whole as the part counts them.
struct Seen<'s> {
    whole: &'s Books,
    part: &'s Part,
}

impl Seen<'_> {
    fn item(&self, at: ItemIdx) -> Option<ItemIdx> {
        self.part.books.find_item(self.whole.text(self.whole.item(at)?.id))
    }

    fn items(&self, items: &[ItemIdx]) -> Option<Vec<ItemIdx>> {
        items.iter().map(|at| self.item(*at)).collect()
    }

    fn payment(&self, at: PaymentIdx) -> Option<PaymentIdx> {
        self.part.books.find_payment(self.whole.text(self.whole.payment(at)?.id))
    }

    /// `Some(None)` for nobody, `None` for one of whom the part has no more than the bare row: a question shows what its customer wrote.
    fn customer(&self, at: Option<CustomerIdx>) -> Option<Option<CustomerIdx>> {
        at.map_or(Some(None), |at| self.part.books.own(at).filter(|_| self.part.customers.binary_search(&at).is_ok()).map(Some))
    }

    fn lines(&self, lines: &[Line]) -> Option<Vec<Line>> {
        lines.iter().map(|line| Some(Line { item: self.item(line.item)?, ..line.clone() })).collect()
    }

    /// What a customer wrote has a handle in the pool of the whole: such an answer is for the whole.
    fn kept_back(&self, kept: &KeptBack) -> Option<KeptBack> {
        kept.code.is_none().then_some(())?;
        Some(KeptBack { item: self.item(kept.item)?, ..kept.clone() })
    }

    fn answer(&self, answer: &Answer) -> Option<Answer> {
        Some(Answer {
            payment: self.payment(answer.payment)?,
            customer: self.customer(answer.customer)?,
            lines: self.lines(&answer.lines)?,
            kept_back: answer.kept_back.iter().map(|kept| self.kept_back(kept)).collect::<Option<_>>()?,
            alternatives: answer.alternatives.iter().map(|items| self.items(items)).collect::<Option<_>>()?,
            ..answer.clone()
        })
    }

    fn decision(&self, decision: &Decision) -> Option<Decision> {
        let mut own = decision.clone();
        let (draft, of) = (&mut own.draft, &decision.draft);
        draft.customer = self.customer(of.customer)?;
        draft.items = self.items(&of.items)?;
        draft.params.payment = of.params.payment.map_or(Some(None), |at| self.payment(at).map(Some))?;
        draft.params.lines = self.lines(&of.params.lines)?;
        draft.params.kept_back = match &of.params.kept_back {
            Some((kept, posting)) => Some((self.kept_back(kept)?, posting.clone())),
            None => None,
        };
        Some(own)
    }
}
