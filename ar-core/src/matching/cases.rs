//! Explanations of one payment side by side.

use super::certificate::Weight;
use super::difference::Difference;
use crate::record::{CustomerIdx, ItemIdx};
use crate::text::TextId;
use alloc::vec::Vec;

/// What points to the items, the strongest evidence first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// The text or the advice lists them, and no others.
    Listed,
    /// The text lists some of them and says, or may mean, that there are more.
    ListedMore,
    /// All that is open.
    AllOpen,
    /// The oldest, or a block in the order in which they fall due.
    InOrder,
    /// The month that the text names.
    Month,
    /// One item of this amount.
    Single,
    /// The amounts alone, weighed by what is usually paid so long before or after it is due.
    Amounts,
}

impl Class {
    /// Whether the items rest on what the text or the advice says, not on amounts.
    pub(super) fn is_listed(self) -> bool {
        matches!(self, Self::Listed | Self::ListedMore)
    }
}

/// What the advice says of one item: the cash it gets, and what was kept back of it and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Advised {
    pub(super) item: ItemIdx,
    pub(super) cash: i64,
    pub(super) kept_back: i64,
    /// What the customer wrote.
    pub(super) reason: TextId,
}

/// One explanation.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The items, ascending; credit notes that are taken off are among them.
    pub(super) items: Vec<ItemIdx>,
    pub(super) customer: CustomerIdx,
    pub(super) class: Class,
    pub(super) difference: Difference,
    /// Debts less credit notes, in the currency of the items.
    pub(super) total: i64,
    pub(super) weight: Weight,
    /// What the advice says is paid of each item, where it says so.
    pub(super) advised: Vec<Advised>,
}

/// All explanations of one payment that were found, and the weight of those that were not.
#[derive(Default)]
pub(super) struct Cases {
    pub(super) found: Vec<Case>,
    /// Weight of explanations that are counted, not listed.
    counted: Option<Weight>,
    /// What was written like a name and names nothing that can be paid.
    pub(super) unseen: usize,
    /// A line of advice names nothing, and its amount was taken for an item.
    pub(super) guessed: bool,
    /// A search ended at its budget.
    pub(super) bounded: bool,
}

impl Cases {
    /// Adds an explanation. The same items by another way are the same explanation: their weights add up.
    pub(super) fn push(&mut self, mut case: Case) {
        if case.weight.is_never() || case.items.is_empty() {
            return;
        }
        case.items.sort_unstable();
        case.items.dedup();
        match self.found.iter_mut().find(|known| known.items == case.items) {
            Some(known) => {
                let whole = known.weight.or(case.weight);
                if known.weight.order(case.weight).is_lt() {
                    *known = case;
                }
                known.weight = whole;
            }
            None => self.found.push(case),
        }
    }

    /// Says of a set of items that it is what the named month holds.
    pub(super) fn of_month(&mut self, items: &[ItemIdx]) {
        let mut items = items.to_vec();
        items.sort_unstable();
        if let Some(case) = self.found.iter_mut().find(|case| case.items == items && case.class > Class::Month) {
            case.class = Class::Month;
        }
    }

    /// Adds to the weight of what is not listed.
    pub(super) fn count(&mut self, weight: Weight) {
        self.counted = Some(self.counted.map_or(weight, |known| known.or(weight)));
    }

    /// The weight of everything.
    pub(super) fn whole(&self) -> Weight {
        self.found.iter().map(|case| case.weight).chain(self.counted).fold(Weight::NEVER, Weight::or)
    }

    /// The weight of what is not listed.
    pub(super) fn rest(&self) -> Weight {
        self.counted.unwrap_or(Weight::NEVER)
    }

    /// Best first; among equals the smaller set, then the one that falls due first.
    pub(super) fn rank(&mut self) {
        self.found.sort_by(|a, b| b.weight.order(a.weight).then(a.class.cmp(&b.class)).then(a.items.len().cmp(&b.items.len())).then_with(|| a.items.cmp(&b.items)));
    }
}
