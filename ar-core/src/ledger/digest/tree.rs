//! The digest of a set of leaves, as a tree over them: one that changes costs a few hashes.
//!
//! A node is the place of all leaves that begin with the same half bytes. One of at most [`BUCKET`] leaves is the hash of them in their
//! order; one of more is the hash of its sixteen children, by the half byte that comes next. So the tree follows from the set alone, in
//! whatever order the leaves came, and two sets with the same root are two inputs with the same SHA-256.

use super::leaf::Hash;
use crate::threads;
use sha2::{Digest, Sha256};

/// The most leaves that are not divided further.
const BUCKET: usize = 16;

/// Half bytes of a leaf: equal leaves are never divided.
const DEEPEST: usize = 64;

/// What stands for a child without leaves.
const NOTHING: Hash = [0; 32];

fn half_byte(leaf: &Hash, depth: usize) -> usize {
    let byte = leaf.get(depth / 2).copied().unwrap_or(0);
    usize::from(if depth % 2 == 0 { byte >> 4 } else { byte & 15 })
}

fn of_leaves(leaves: &[Hash]) -> Hash {
    if leaves.is_empty() {
        return NOTHING;
    }
    let mut hash = Sha256::new_with_prefix([0]);
    hash.update((leaves.len() as u64).to_le_bytes());
    hash.update(leaves.as_flattened());
    hash.finalize().into()
}

fn of_children(children: &[Hash; 16]) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(children.as_flattened()).finalize().into()
}

/// The part of sorted leaves below each child.
fn divided(leaves: &[Hash], depth: usize) -> [&[Hash]; 16] {
    let mut rest = leaves;
    core::array::from_fn(|child| {
        let (own, behind) = rest.split_at_checked(rest.partition_point(|leaf| half_byte(leaf, depth) <= child)).unwrap_or((rest, &[]));
        rest = behind;
        own
    })
}

/// The root of sorted leaves.
pub(super) fn root(leaves: &[Hash], depth: usize) -> Hash {
    if leaves.len() <= BUCKET || depth == DEEPEST {
        return of_leaves(leaves);
    }
    of_children(&children(divided(leaves, depth), depth, root))
}

/// Asks the children of a node: the upper ones on many threads, where there are any.
fn children<T: Send>(parts: [&[Hash]; 16], depth: usize, of: impl Fn(&[Hash], usize) -> T + Sync) -> [T; 16] {
    if depth > 1 {
        return parts.map(|part| of(part, depth + 1));
    }
    let mut found = threads::each(parts.to_vec(), |part| of(part, depth + 1)).into_iter();
    parts.map(|part| found.next().unwrap_or_else(|| of(part, depth + 1)))
}

/// Puts leaves in their order.
pub(super) fn sort(leaves: &mut [Hash]) {
    threads::sort(leaves);
}
