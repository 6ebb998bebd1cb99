//! The cash of a day as it concerns single customers: what was answered, what passed the gate, and what that leaves open.

use super::super::Day;
use super::Part;
use super::whole::Whole;
use crate::collections::Loose;
use crate::decision::Decision;
use crate::ledger::Books;
use crate::matching::{Answer, KeptBack, Line};
use crate::record::{CustomerIdx, ItemIdx, PaymentIdx};
use crate::report;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

/// The cash of a day.
pub(super) struct Cash {
    answers: Vec<Answer>,
    posted: Vec<Option<u32>>,
    decisions: Vec<Decision>,
    /// The answers that concern a customer, in order.
    of: BTreeMap<CustomerIdx, Vec<usize>>,
    /// Whom the answer to a payment concerns.
    concerned: BTreeMap<PaymentIdx, BTreeSet<CustomerIdx>>,
    /// Of the items that the cash touches: what is open once it is posted, and what is proposed for them.
    left: BTreeMap<ItemIdx, (i64, i64)>,
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
        let mut loose: BTreeMap<CustomerIdx, Vec<Loose>> = BTreeMap::new();
        for (who, row) in &day.loose {
            loose.entry(*who).or_default().push(*row);
        }
        Self { answers: found.answers.clone(), posted: found.posted.clone(), decisions: found.decisions.clone(), of, concerned, left, loose }
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
        let whole_place = |own: &CustomerIdx| part.places.get(own.0 as usize).copied();
        let mut places: BTreeSet<usize> = BTreeSet::new();
        for at in customers {
            let at = whole_place(at)?;
            places.extend(self.cash.answers_of(at).map(|(place, _)| place));
        }
        // What is open of the other customers of the part is asked for as well: they may owe under one limit.
        for (own, at) in (0u32..).map(CustomerIdx).zip(&part.places) {
            day.loose.extend(self.cash.loose.get(at).into_iter().flatten().map(|row| (own, *row)));
            for (place, item) in self.ledger.item_range(*at).zip(day.books.item_range(own)) {
                let Some((open, pending)) = self.cash.left.get(&ItemIdx(u32::try_from(place).ok()?)) else { continue };
                *day.open.get_mut(item)? = *open;
                *day.pending.get_mut(item)? = *pending;
            }
        }
        let seen = Seen { whole: &self.ledger, part };
        let mut kept: BTreeMap<u32, u32> = BTreeMap::new();
        let of_payment: BTreeSet<PaymentIdx> = places.iter().filter_map(|place| self.cash.answers.get(*place)).map(|answer| answer.payment).collect();
        for (at, decision) in (0u32..).zip(&self.cash.decisions).filter(|_| !of_payment.is_empty()) {
            if decision.draft.params.payment.is_some_and(|payment| of_payment.contains(&payment)) {
                kept.insert(at, found.decisions.len() as u32);
                found.decisions.push(seen.decision(decision)?);
            }
        }
        for place in places {
            found.answers.push(seen.answer(self.cash.answers.get(place)?)?);
            found.posted.push(self.cash.posted.get(place)?.and_then(|at| kept.get(&at).copied()));
        }
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
        at.map_or(Some(None), |at| self.part.place(at).filter(|_| self.part.customers.contains(&at)).map(Some))
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
