//! What the part of a book keeps of the whole: what is known of decisions is shared by all parts, and tells customers by their places in
//! the whole.

use super::decided::{Decided, Done, Shared, Stop};
use super::{Books, Ledger};
use crate::record::CustomerIdx;
use alloc::{borrow::Cow, sync::Arc};

/// The books that a part was taken from, and where its customers stand in them, in order.
#[derive(Clone, Debug)]
pub(super) struct Within {
    whole: Ledger,
    places: Arc<[CustomerIdx]>,
}

impl Within {
    pub(super) fn new(whole: &Ledger, places: &[CustomerIdx]) -> Self {
        Self { whole: whole.clone(), places: places.into() }
    }
}

impl Books {
    /// The books that these are a part of, as they were when the part was taken; none where these are whole.
    pub(crate) fn whole(&self) -> Option<&Ledger> {
        self.within.as_ref().map(|within| &within.whole)
    }

    /// The place in the whole of each customer of a part.
    pub(crate) fn places(&self) -> &[CustomerIdx] {
        self.within.as_ref().map_or(&[], |within| &within.places)
    }

    /// A customer of these books as what is known of decisions tells it.
    pub(crate) fn told(&self, own: CustomerIdx) -> CustomerIdx {
        self.places().get(own.0 as usize).copied().unwrap_or(own)
    }

    /// A customer that is told so, as these books count it; `None` for one that is not in them.
    pub(crate) fn own(&self, told: CustomerIdx) -> Option<CustomerIdx> {
        match &self.within {
            Some(within) => within.places.binary_search(&told).ok().and_then(|place| u32::try_from(place).ok()).map(CustomerIdx),
            None => Some(told),
        }
    }

    /// A deed as these books count customers: of others it does not say for whom it was.
    pub(super) fn own_deed(&self, told: &Done) -> Done {
        Done { customer: told.customer.and_then(|at| self.own(at)), ..*told }
    }

    /// A stop as these books count customers; `None` for that of a customer that is not in them.
    pub(super) fn own_stop(&self, told: &Stop) -> Option<Stop> {
        let customer = match told.customer {
            Some(at) => Some(self.own(at)?),
            None => None,
        };
        Some(Stop { customer, ..told.clone() })
    }

    /// These books without the whole that they are a part of: what is known of decisions tells customers by their places here.
    pub(super) fn apart(&self) -> Cow<'_, Self> {
        if self.within.is_none() {
            return Cow::Borrowed(self);
        }
        let decided = Decided {
            done: self.decided.done.iter().map(|(id, row)| (id.clone(), self.own_deed(row))).collect(),
            stops: self.decided.stops.iter().filter_map(|(stop, told)| Some((self.own_stop(stop)?, told.clone()))).collect(),
            ..(*self.decided).clone()
        };
        Cow::Owned(Self { decided: Shared::new(decided), within: None, ..self.clone() })
    }
}

impl Ledger {
    /// The ledger as one that knows of no other: see [`Books::apart`].
    pub(crate) fn on_its_own(self) -> Self {
        if self.within.is_none() { self } else { Self(Arc::new(self.apart().into_owned())) }
    }
}
