//! What some calls change: where a panic leaves it half-changed, it can only be freed.

use crate::borrow::Checked;
use crate::error::Failure;

/// A value that is whole between two calls, or not used any more.
pub struct Fragile<T> {
    value: T,
    poisoned: bool,
}

impl<T> Fragile<T> {
    /// Whole.
    pub const fn new(value: T) -> Self {
        Self { value, poisoned: false }
    }

    /// The value, unless a panic left it half-changed.
    pub fn read(&self) -> Checked<&T> {
        if self.poisoned { Err(Failure::poisoned()) } else { Ok(&self.value) }
    }

    /// Changes the value. Where the work panics, this is the last that was done with it.
    pub fn change<R>(&mut self, work: impl FnOnce(&mut T) -> R) -> Checked<R> {
        self.read()?;
        self.poisoned = true;
        let done = work(&mut self.value);
        self.poisoned = false;
        Ok(done)
    }
}
