//! The model that the crate carries (feature `reader`). `training/` makes it.

use super::model::Model;

#[cfg(feature = "reader")]
const BYTES: &[u8] = include_bytes!("weights.bin");
#[cfg(not(feature = "reader"))]
const BYTES: &[u8] = &[];

/// The model; `None` without the feature.
pub(super) fn model() -> Option<Model<'static>> {
    Model::from_bytes(BYTES)
}
