//! What rows point to: texts and lists at addresses that stay until the owner is dropped.

use std::ffi::c_char;
use std::ptr;

const CHUNK: usize = 4096;

/// Keeps slices of values. A chunk never grows, as that would move what was handed out.
#[derive(Debug)]
pub struct Slab<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy> Slab<T> {
    /// Copies the parts one after the other; the address of the first value.
    fn keep_parts(&mut self, parts: &[&[T]]) -> *const T {
        let needed = parts.iter().map(|part| part.len()).sum();
        if needed == 0 {
            return ptr::null();
        }
        let fits = self.chunks.last().is_some_and(|chunk| chunk.capacity() - chunk.len() >= needed);
        if !fits {
            // Chunks double, so that a large report costs few of them.
            let size = self.chunks.last().map_or(CHUNK, |chunk| chunk.capacity().saturating_mul(2).min(CHUNK * 256));
            self.chunks.push(Vec::with_capacity(needed.max(size)));
        }
        let Some(chunk) = self.chunks.last_mut() else { return ptr::null() };
        let start = chunk.len();
        parts.iter().for_each(|part| chunk.extend_from_slice(part));
        chunk.as_ptr().wrapping_add(start)
    }

    /// Copies the values; the address of the first, NULL for none.
    pub fn keep(&mut self, values: &[T]) -> *const T {
        self.keep_parts(&[values])
    }
}

/// Keeps texts, each ended by NUL.
#[derive(Debug, Default)]
pub struct Arena(Slab<u8>);

impl Arena {
    /// Copies the text. A NUL inside (which the engine refuses at its doors) is shown as U+FFFD.
    pub fn keep(&mut self, text: &str) -> *const c_char {
        if text.contains('\0') {
            return self.keep(&text.replace('\0', "\u{fffd}"));
        }
        self.0.keep_parts(&[text.as_bytes(), b"\0"]).cast()
    }

    /// The same for a text that may be absent: NULL.
    pub fn keep_opt(&mut self, text: Option<&str>) -> *const c_char {
        text.map_or(ptr::null(), |text| self.keep(text))
    }
}
