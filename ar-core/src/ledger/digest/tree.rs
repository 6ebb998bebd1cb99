//! The digest of a set of leaves, as a tree over them: one that changes costs a few hashes.
//!
//! A node is the place of all leaves that begin with the same half bytes. One of at most [`BUCKET`] leaves is the hash of them in their
//! order; one of more is the hash of its sixteen children, by the half byte that comes next. So the tree follows from the set alone, in
//! whatever order the leaves came, and two sets with the same root are two inputs with the same SHA-256.

use super::leaf::Hash;
use crate::threads;
use alloc::{boxed::Box, vec::Vec};
use sha2::{Digest, Sha256};

/// The most leaves that are not divided further.
const BUCKET: usize = 16;

/// Half bytes of a leaf: equal leaves are never divided.
const DEEPEST: usize = 64;

/// What stands for a child without leaves.
const NOTHING: Hash = [0; 32];

/// A tree that is kept, to be changed.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    hash: Hash,
    count: usize,
    below: Below,
}

#[derive(Clone, Debug)]
enum Below {
    /// In order; one that stands twice is there twice.
    Leaves(Vec<Hash>),
    Nodes(Box<[Tree; 16]>),
}

impl Tree {
    /// Of sorted leaves.
    pub(super) fn new(leaves: &[Hash], depth: usize) -> Self {
        if leaves.len() <= BUCKET || depth == DEEPEST {
            return Self { hash: of_leaves(leaves), count: leaves.len(), below: Below::Leaves(leaves.to_vec()) };
        }
        let nodes = Box::new(children(divided(leaves, depth), depth, Self::new));
        Self { hash: of_nodes(&nodes), count: leaves.len(), below: Below::Nodes(nodes) }
    }

    pub(super) const fn hash(&self) -> &Hash {
        &self.hash
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Puts a leaf in.
    pub(super) fn insert(&mut self, leaf: Hash, depth: usize) {
        self.count += 1;
        match &mut self.below {
            Below::Leaves(leaves) => {
                leaves.insert(leaves.partition_point(|known| *known < leaf), leaf);
                if leaves.len() > BUCKET && depth < DEEPEST {
                    *self = Self::new(leaves, depth);
                } else {
                    self.hash = of_leaves(leaves);
                }
            }
            Below::Nodes(nodes) => {
                if let Some(node) = nodes.get_mut(half_byte(&leaf, depth)) {
                    node.insert(leaf, depth + 1);
                }
                self.hash = of_nodes(nodes);
            }
        }
    }

    /// Takes a leaf out, once; `false` where it is not in.
    pub(super) fn remove(&mut self, leaf: &Hash, depth: usize) -> bool {
        match &mut self.below {
            Below::Leaves(leaves) => {
                let Ok(place) = leaves.binary_search(leaf) else { return false };
                leaves.remove(place);
                self.hash = of_leaves(leaves);
            }
            Below::Nodes(nodes) => {
                if !nodes.get_mut(half_byte(leaf, depth)).is_some_and(|node| node.remove(leaf, depth + 1)) {
                    return false;
                }
                self.hash = of_nodes(nodes);
            }
        }
        self.count -= 1;
        if self.count <= BUCKET && matches!(self.below, Below::Nodes(_)) {
            let mut leaves = Vec::with_capacity(self.count);
            self.gather(&mut leaves);
            *self = Self::new(&leaves, depth);
        }
        true
    }

    fn gather(&self, leaves: &mut Vec<Hash>) {
        match &self.below {
            Below::Leaves(own) => leaves.extend_from_slice(own),
            Below::Nodes(nodes) => nodes.iter().for_each(|node| node.gather(leaves)),
        }
    }
}

fn of_nodes(nodes: &[Tree; 16]) -> Hash {
    of_children(&core::array::from_fn(|at| nodes.get(at).map_or(NOTHING, |node| node.hash)))
}

fn half_byte(leaf: &Hash, depth: usize) -> usize {
    let byte = leaf.get(depth / 2).copied().unwrap_or(0);
    usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
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
