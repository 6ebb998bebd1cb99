//! A stream of random numbers (SplitMix64): the same on every machine.

/// The stream.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Random bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        bytes.chunks_mut(8).for_each(|chunk| chunk.iter_mut().zip(self.next().to_le_bytes()).for_each(|(byte, random)| *byte = random));
    }

    /// A whole number from `least` to `most`, both included.
    pub fn range(&mut self, least: i64, most: i64) -> i64 {
        least + (self.next() % (most - least + 1).unsigned_abs()) as i64
    }

    /// A place in a list of so many.
    pub fn place(&mut self, len: usize) -> usize {
        (self.next() % len as u64) as usize
    }

    /// One of a list.
    pub fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.place(list.len())]
    }

    /// True so many times of a thousand.
    pub fn chance(&mut self, permille: i64) -> bool {
        self.range(1, 1_000) <= permille
    }
}
