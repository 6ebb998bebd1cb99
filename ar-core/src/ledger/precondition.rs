//! What must still be true when a message goes out: the open and the disputed amounts of its items, as a digest.

use super::Books;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::record::{Dispute, Item, ItemIdx};
use crate::text::hex;
use alloc::{format, string::String, vec::Vec};
use sha2::{Digest, Sha256};

impl Books {
    /// The digest of what is open and disputed of these items now, in any order: 16 hexadecimal digits of the SHA-256 over, for each
    /// item by its identifier, the identifier, a zero byte, and both amounts in 8 bytes, little endian. A message that was decided on
    /// another digest must not go out: something was paid, credited or disputed since.
    pub fn precondition(&self, items: &[ItemIdx]) -> String {
        self.precondition_at(items, |at| self.item(at).map_or(0, |item| item.open), |at| self.disputed_now(at))
    }

    /// The same for items by their identifiers, as a host asks just before it sends.
    ///
    /// # Errors
    /// `invalid_argument` with every identifier that the books do not know.
    pub fn precondition_of<'i>(&self, item_ids: impl IntoIterator<Item = &'i str>) -> Result<String, Error> {
        let mut problems = Problems::default();
        let mut items = Vec::new();
        for (place, id) in item_ids.into_iter().enumerate() {
            match self.find_item(id) {
                Some(at) => items.push(at),
                None => problems.push("arguments", Some(place), Some("item_ids"), ProblemCode::UnknownItem, || format!("no item '{id}'")),
            }
        }
        problems.into_result(ErrorCode::InvalidArgument).map(|()| self.precondition(&items))
    }

    /// As [`Books::precondition`], with the open amounts that a run leaves.
    pub(crate) fn precondition_after(&self, items: &[ItemIdx], open: &[i64]) -> String {
        self.precondition_at(items, |at| open.get(at.0 as usize).copied().unwrap_or(0), |at| self.disputed_now(at))
    }

    pub(super) fn precondition_at(&self, items: &[ItemIdx], open: impl Fn(ItemIdx) -> i64, disputed: impl Fn(ItemIdx) -> i64) -> String {
        let mut rows: Vec<(&str, i64, i64)> = items.iter().filter_map(|at| Some((self.text(self.item(*at)?.id), open(*at), disputed(*at)))).collect();
        rows.sort_unstable();
        let mut hash = Sha256::new();
        for (id, open, disputed) in rows {
            hash.update(id.as_bytes());
            hash.update([0]);
            hash.update(open.to_le_bytes());
            hash.update(disputed.to_le_bytes());
        }
        hex(hash.finalize().get(..8).unwrap_or(&[]))
    }

    /// What is disputed of an item by all that the books know.
    fn disputed_now(&self, at: ItemIdx) -> i64 {
        let Some(item) = self.item(at) else { return 0 };
        self.disputed_of(item, self.disputes_of(item.customer).iter().filter(|row| row.item == at))
    }

    /// The sum of live disputes about an item; all of it, where its row says so.
    pub(super) fn disputed_of<'d>(&self, item: &Item, claims: impl Iterator<Item = &'d Dispute>) -> i64 {
        let flagged = if item.disputed { item.amount } else { 0 };
        claims.filter(|row| row.state.is_live()).fold(flagged, |sum, row| sum.saturating_add(row.amount))
    }
}
