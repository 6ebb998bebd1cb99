//! What the rows come to: by action, segment, currency and class.

use super::{ShadowClass, ShadowRow};
use crate::action::ActionKind;
use crate::money::Currency;
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// The rows of one action, segment, currency and class together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShadowSum {
    /// The action of the decisions; of `people_only` that of the deeds.
    pub action: ActionKind,
    /// The segment of the customers; empty = without one.
    pub segment: String,
    /// The currency of amount and worth; none where nothing names one.
    pub currency: Option<Currency>,
    /// The class.
    pub class: ShadowClass,
    /// Rows.
    pub count: i64,
    /// Sum of the amounts, in minor units.
    pub amount: i64,
    /// Sum of what the decisions are worth; none for `people_only`. Of `engine_only` it is what people let go.
    pub worth: Option<i64>,
    /// Minutes of people, by the policy; of `people_only` they are what the engine would not have asked for.
    pub minutes: i64,
    /// Rows `same` of the action and segment, in all currencies.
    pub agreed: i64,
    /// Rows of the action and segment, in all currencies and classes: the denominator of the share of agreement.
    pub of: i64,
}

/// Adds the rows up.
pub(super) fn sums(rows: &[ShadowRow]) -> Vec<ShadowSum> {
    let mut agreed: BTreeMap<(ActionKind, &str), (i64, i64)> = BTreeMap::new();
    let mut found: BTreeMap<(ActionKind, &str, Option<Currency>, ShadowClass), ShadowSum> = BTreeMap::new();
    for row in rows {
        let segment = row.segment.as_str();
        let share = agreed.entry((row.action, segment)).or_default();
        *share = (share.0 + i64::from(row.class == ShadowClass::Same), share.1 + 1);
        let new = || ShadowSum { action: row.action, segment: segment.into(), currency: row.currency, class: row.class, count: 0, amount: 0, worth: None, minutes: 0, agreed: 0, of: 0 };
        let sum = found.entry((row.action, segment, row.currency, row.class)).or_insert_with(new);
        sum.count += 1;
        sum.amount = sum.amount.saturating_add(row.amount.unwrap_or(0));
        sum.worth = row.worth.map(|worth| worth.saturating_add(sum.worth.unwrap_or(0))).or(sum.worth);
        sum.minutes = sum.minutes.saturating_add(row.minutes);
    }
    let share = |sum: ShadowSum| {
        let (agreed, of) = agreed.get(&(sum.action, sum.segment.as_str())).copied().unwrap_or_default();
        ShadowSum { agreed, of, ..sum }
    };
    found.into_values().map(share).collect()
}
