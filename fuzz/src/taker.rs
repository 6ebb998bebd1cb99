//! Bytes as choices: whatever the fuzzer writes is some input, and small changes of bytes are small changes of it.

use std::ffi::{CString, c_char};

/// Whether an input is one of those on which the slow work is done. All of its bytes have a say: were it one of them, nearly all that
/// is kept for new coverage would have it set, and be slow.
pub fn drawn(data: &[u8], one_in: u64) -> bool {
    let hash = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32).is_multiple_of(one_in)
}

/// Takes choices from the front; all zero when nothing is left.
pub struct Taker<'d>(pub &'d [u8]);

impl<'d> Taker<'d> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit.max(1)
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// One in `times`.
    pub fn rarely(&mut self, times: u8) -> bool {
        self.byte() % times == times - 1
    }

    pub fn wide(&mut self) -> i64 {
        let mut bytes = [0; 8];
        bytes.iter_mut().for_each(|byte| *byte = self.byte());
        i64::from_le_bytes(bytes)
    }

    /// Mostly small, sometimes at an end of a range.
    pub fn number(&mut self) -> i64 {
        match self.byte() {
            0..=99 => i64::from(self.byte()),
            100..=179 => i64::from(self.byte()) * 100 + i64::from(self.byte()),
            180..=199 => -i64::from(self.byte()),
            200..=239 => *self.pick(&[0, 1, -1, i64::MAX, i64::MIN, i64::from(i32::MAX), i64::from(i32::MIN), 1 << 53, 99_999_999_999_999, 4_000_000_000]),
            _ => self.wide(),
        }
    }

    /// A day: mostly near 2026-11-20.
    pub fn day(&mut self) -> i32 {
        match self.byte() {
            0..=239 => 20_777 - 300 + i32::from(self.byte()) + i32::from(self.byte() % 100),
            _ => self.number() as i32,
        }
    }

    pub fn slice(&mut self, len: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A short run of bytes, with its length before it.
    pub fn bytes(&mut self) -> &'d [u8] {
        let len = usize::from(self.byte());
        self.slice(len)
    }

    pub fn rest(&mut self) -> &'d [u8] {
        std::mem::take(&mut self.0)
    }

    /// A name with its NUL: one of these, or bytes.
    pub fn name(&mut self, known: &[&str]) -> CString {
        let mut bytes = if self.rarely(16) { self.bytes().to_vec() } else { self.pick(known).as_bytes().to_vec() };
        bytes.retain(|byte| *byte != 0);
        CString::new(bytes).unwrap()
    }

    /// Good bytes with some changes: most of what is fed is then read to its end, which bytes of chance never are.
    pub fn edited(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..1 + self.below(4) {
            let at = [self.byte(), self.byte(), self.byte()].iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)) % (bytes.len() + 1);
            let run = |take: &mut Self, bytes: &[u8]| at..(at + take.below(9)).min(bytes.len());
            match self.byte() % 8 {
                0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = self.byte()),
                1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
                2 => drop(bytes.splice(at..at, self.bytes().iter().copied())),
                3 => drop(bytes.drain(run(self, &bytes))),
                4 => {
                    let copy = bytes[run(self, &bytes)].to_vec();
                    let to = self.below(bytes.len() + 1);
                    drop(bytes.splice(to..to, copy));
                }
                5 if self.rarely(8) => bytes.truncate(at),
                _ => self.other_number(&mut bytes, at),
            }
        }
        bytes
    }

    /// Puts another number for the next that stands in the text.
    fn other_number(&mut self, text: &mut Vec<u8>, at: usize) {
        let of_number = |byte: &u8| byte.is_ascii_digit() || b".-".contains(byte);
        let Some(from) = text[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) else { return };
        let len = text[from..].iter().take_while(|byte| of_number(byte)).count();
        let other = match self.byte() % 8 {
            0 => (*self.pick(&["null", "true", "\"\"", "[]", "{}", "1e308", "-0.0", "1e-320", "0.1"])).to_owned(),
            1 => format!("0.{}", self.byte()),
            2..=4 => self.byte().to_string(),
            _ => self.number().to_string(),
        };
        drop(text.splice(from..from + len, other.into_bytes()));
    }

    /// The address of a name; now and then NULL.
    pub fn address(&mut self, name: &CString) -> *const c_char {
        if self.rarely(64) { std::ptr::null() } else { name.as_ptr() }
    }
}
