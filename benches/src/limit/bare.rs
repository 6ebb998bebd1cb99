//! The bare loops. Each touches the bytes that its stage cannot do without, in the order in which they lie, and does the least that is then to
//! be done with them. They return a number that depends on all of it, so that nothing is left out by the compiler.

use ar_core::models::{FEATURES, LAST_DELAY, Tree};
use ar_core::table::{Data, Table, Texts};
use sha2::{Digest, Sha256};

/// Bytes of a score, and of a decision with its draft, its reasons and its identifier, as a run must leave them at least.
pub const SCORE: usize = 64;
pub const DECISION: usize = 256;
/// Days of an item that the trees are asked about together.
const DAYS: usize = 32;
/// Of the features, those of item and customer: they are the same on all days.
const STATIC: usize = 21;
/// Bins of delays that are counted.
const BINS: usize = ar_core::models::BINS;

/// The columns of a book as a bare loop wants them: numbers side by side.
pub struct Book {
    texts: Vec<Texts<'static>>,
    /// Hashes are made of these: the identifiers of items and of customers, and of the customer of each item.
    ids: [usize; 3],
    references: usize,
    /// What payments say.
    said: usize,
    pub owner: Vec<u32>,
    pub amount: Vec<i64>,
    due: Vec<i32>,
    /// The day, or `i32::MAX`.
    settled: Vec<i32>,
    /// Rows that are open.
    pub open: Vec<u32>,
    today: i32,
}

impl Book {
    /// Reads the tables of the workload.
    pub fn new(tables: &[Table<'static>]) -> Self {
        let mut texts = Vec::new();
        let mut places = std::collections::BTreeMap::new();
        let mut book = Self {
            texts: Vec::new(),
            ids: [0; 3],
            references: 0,
            said: 0,
            owner: Vec::new(),
            amount: Vec::new(),
            due: Vec::new(),
            settled: Vec::new(),
            open: Vec::new(),
            today: ar_benches::large::AS_OF,
        };
        for table in tables {
            for column in table.columns() {
                match (&column.data, table.name.as_ref(), column.name.as_ref()) {
                    (Data::Text(values), name, column) => {
                        places.insert((name.to_owned(), column.to_owned()), texts.len());
                        texts.push(values.clone());
                    }
                    (Data::Int(values), "items", "amount_minor") => book.amount = values.to_vec(),
                    (Data::Date(values), "items", "due_on") => book.due = values.to_vec(),
                    (Data::Date(values), "items", "settled_on") => book.settled = (0..values.len()).map(|row| if column.is_valid(row) { values[row] } else { i32::MAX }).collect(),
                    _ => {}
                }
            }
        }
        let place = |table: &str, column: &str| places[&(table.to_owned(), column.to_owned())];
        book.ids = [place("items", "item_id"), place("customers", "customer_id"), place("items", "customer_id")];
        (book.references, book.said) = (place("items", "reference"), place("payments", "text"));
        let of_item = &texts[book.ids[2]];
        book.owner = (0..of_item.ends.len()).map(|row| std::str::from_utf8(&of_item.bytes_of(row)[1..]).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)).collect();
        book.open = (0u32..).zip(&book.settled).filter(|(_, day)| **day == i32::MAX).map(|(at, _)| at).collect();
        book.texts = texts;
        book
    }

    /// Load: every text is checked and copied; item and customer identifiers go into a table of hashes, the customer of each item is looked
    /// up; and `held` bytes of memory that was not used before are written.
    pub fn load(&self, held: usize) -> u64 {
        let mut sum = 0;
        let mut pool: Vec<u8> = Vec::with_capacity(held);
        for texts in &self.texts {
            sum += std::str::from_utf8(&texts.bytes).map_or(0, str::len) as u64;
            pool.extend_from_slice(&texts.bytes);
        }
        pool.resize(held.max(pool.len()), 1);
        let [items, customers, owners] = self.ids.map(|at| &self.texts[at]);
        let (mut of_items, mut of_customers) = (Slots::new(items.ends.len()), Slots::new(customers.ends.len()));
        (0..customers.ends.len()).for_each(|row| of_customers.put(hash(customers.bytes_of(row)), row as u32));
        for row in 0..items.ends.len() {
            of_items.put(hash(items.bytes_of(row)), row as u32);
            sum += u64::from(of_customers.find(hash(owners.bytes_of(row))));
        }
        sum + u64::from(pool[pool.len() / 2]) + u64::from(of_items.find(hash(items.bytes_of(0))))
    }

    /// Bytes that [`Book::cash`] reads and writes.
    pub fn cash_bytes(&self) -> usize {
        self.texts[self.said].bytes.len() + self.open.len() * (12 + 24)
    }

    /// Cash: the references of what is open into a table of hashes; each word of each payment looked up, and the amounts found added.
    pub fn cash(&self) -> u64 {
        let (references, said) = (&self.texts[self.references], &self.texts[self.said]);
        let mut slots = Slots::new(self.open.len());
        self.open.iter().for_each(|at| slots.put(hash(references.bytes_of(*at as usize)), *at));
        let mut sum = 0;
        for row in 0..said.ends.len() {
            for word in said.bytes_of(row).split(|byte| *byte == b' ') {
                sum += self.amount.get(slots.find(hash(word)) as usize).copied().unwrap_or(0) as u64;
            }
        }
        sum
    }

    /// Bytes that [`Book::past`] reads and writes.
    pub fn past_bytes(&self) -> usize {
        self.due.len() * (4 + 4 + 4 + 4)
    }

    /// Past: the delay of each settled item is counted in the book, in its segment, and in the customer's own coarse histogram.
    pub fn past(&self) -> u64 {
        let customers = self.owner.iter().max().map_or(0, |most| *most as usize + 1);
        let (mut book, mut own) = ([0u32; 6 * BINS], vec![0u16; customers * 8]);
        for ((owner, due), settled) in self.owner.iter().zip(&self.due).zip(&self.settled) {
            if *settled != i32::MAX {
                let delay = (settled - due + 90).clamp(0, BINS as i32 - 1) as usize;
                book[delay] += 1;
                book[(1 + *owner as usize % 5) * BINS + delay] += 1;
                own[*owner as usize * 8 + delay * 8 / BINS] += 1;
            }
        }
        book.iter().map(|count| u64::from(*count)).sum::<u64>() + own.iter().map(|count| u64::from(*count)).sum::<u64>()
    }

    /// Score: 32 days of each open item are asked of all trees, all days of an item side by side; what item and customer settle is asked once
    /// for all days. Then a logistic function a day, and the product of what is left.
    pub fn score(&self, trees: &[Tree]) -> u64 {
        let mut sum = 0.0;
        let trees: Vec<Bare> = trees.iter().map(Bare::new).collect();
        let mut days = [[0u8; DAYS]; FEATURES];
        for at in &self.open {
            let (due, amount) = (self.due[*at as usize], self.amount[*at as usize]);
            // The bins are no features of the engine, but as many bytes, from what a feature is made of.
            for (feature, column) in days.iter_mut().enumerate() {
                let seed = (amount >> (feature % 16)) as i32 + due;
                for (day, bin) in (0i32..).zip(column.iter_mut()) {
                    *bin = ((seed + if feature < STATIC { 0 } else { day }) & 0x3F) as u8;
                }
            }
            let mut logits = [0.0f32; DAYS];
            trees.iter().for_each(|tree| tree.add(&days, &mut logits));
            let left: f32 = logits.iter().map(|logit| 1.0 / (1.0 + (logit + 3.0 + (LAST_DELAY as f32) / 60.0).exp())).map(|hazard| 1.0 - hazard).product();
            sum += f64::from(left);
        }
        sum.to_bits()
    }

    /// Decide: a score and an outcome for each open item, and the decisions, are written.
    pub fn decide(&self, decisions: usize) -> u64 {
        let mut scores: Vec<[u64; SCORE / 8]> = Vec::with_capacity(self.open.len());
        for at in &self.open {
            let late = i64::from(self.today - self.due[*at as usize]);
            scores.push([u64::from(*at), self.amount[*at as usize] as u64, late as u64, 1, 2, 3, 4, 5]);
        }
        let made = vec![[7u64; DECISION / 8]; decisions];
        scores.iter().map(|score| score[1]).sum::<u64>() + made.iter().map(|row| row[0]).sum::<u64>()
    }

    /// Measures: every item is read once, and its amount is added to the sum of its age.
    pub fn measures(&self) -> u64 {
        let mut ages = [0i64; 8];
        for ((amount, due), settled) in self.amount.iter().zip(&self.due).zip(&self.settled) {
            let late = (self.today - due).clamp(0, 209) as usize / 30;
            ages[if *settled == i32::MAX { late } else { 7 }] += amount;
        }
        ages.iter().sum::<i64>() as u64
    }
}

/// A tree with its questions apart: those of item and customer, and those of the day.
struct Bare {
    fixed: Vec<(usize, u8, u32)>,
    varying: Vec<(usize, u8, u32)>,
    leaves: [f32; 64],
}

impl Bare {
    fn new(tree: &Tree) -> Self {
        let splits = || (0u32..).zip(&tree.splits).map(|(level, (feature, bin))| (usize::from(*feature), *bin, level));
        let mut leaves = [0.0; 64];
        leaves.iter_mut().zip(&tree.leaves).for_each(|(slot, leaf)| *slot = *leaf);
        Self { fixed: splits().filter(|split| split.0 < STATIC).collect(), varying: splits().filter(|split| split.0 >= STATIC).collect(), leaves }
    }

    fn add(&self, days: &[[u8; DAYS]; FEATURES], logits: &mut [f32; DAYS]) {
        let settled: u8 = self.fixed.iter().map(|(feature, bin, level)| u8::from(days[*feature][0] > *bin) << level).sum();
        let mut leaf = [settled; DAYS];
        for (feature, bin, level) in &self.varying {
            for (leaf, value) in leaf.iter_mut().zip(&days[*feature]) {
                *leaf |= u8::from(*value > *bin) << level;
            }
        }
        for (logit, leaf) in logits.iter_mut().zip(leaf) {
            *logit += self.leaves[usize::from(leaf & 63)];
        }
    }
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Numbers by hash, in a table with twice as many places; what is not there is found as the largest number.
struct Slots {
    places: Vec<(u64, u32)>,
    mask: usize,
}

impl Slots {
    fn new(count: usize) -> Self {
        let size = (2 * count.max(1)).next_power_of_two();
        Self { places: vec![(0, u32::MAX); size], mask: size - 1 }
    }

    fn put(&mut self, hash: u64, value: u32) {
        let mut at = hash as usize & self.mask;
        while self.places[at].1 != u32::MAX {
            at = (at + 1) & self.mask;
        }
        self.places[at] = (hash, value);
    }

    fn find(&self, hash: u64) -> u32 {
        let mut at = hash as usize & self.mask;
        while self.places[at].1 != u32::MAX && self.places[at].0 != hash {
            at = (at + 1) & self.mask;
        }
        self.places[at].1
    }
}

/// Chain: SHA-256 over the ledger as it is saved, and twice over the log.
pub fn chain(ledger: &[u8], log: &[u8]) -> u64 {
    sha(ledger) + sha(log) + sha(log)
}

/// SHA-256 over the bytes.
pub fn sha(bytes: &[u8]) -> u64 {
    u64::from(Sha256::digest(bytes)[0])
}

/// The bytes read, and so many written to memory that was not used before.
pub fn moved(from: &[u8], written: usize) -> u64 {
    let mut to = Vec::with_capacity(written);
    while to.len() < written {
        let rest = (written - to.len()).min(from.len());
        to.extend_from_slice(&from[..rest]);
    }
    // The part that was not copied is read too.
    let words = from[written.min(from.len())..].as_chunks::<8>().0;
    words.iter().fold(u64::from(to[written / 2]), |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)))
}

/// The bytes digested, and so many written.
pub fn restored(bytes: &[u8], held: usize) -> u64 {
    sha(bytes) + moved(bytes, held)
}

/// Bytes of the values of a table.
pub fn bytes_of(table: &Table<'_>) -> usize {
    let of = |data: &Data<'_>| match data {
        Data::Text(texts) => texts.bytes.len() + texts.ends.len() * 4,
        Data::TextList(ends, texts) => texts.bytes.len() + (texts.ends.len() + ends.len()) * 4,
        Data::TextLists(ends, inner, texts) => texts.bytes.len() + (texts.ends.len() + ends.len() + inner.len()) * 4,
        Data::Reasons(ends, reasons) => ends.len() * 4 + reasons.len() * 24,
        Data::Decimal(values, _) => values.len() * 16,
        Data::Int(values) | Data::Timestamp(values, _) => values.len() * 8,
        Data::Float(values) => values.len() * 8,
        Data::Date(values) => values.len() * 4,
        Data::Bool(values) => values.len(),
        Data::Null(_) | Data::Cells(_) | Data::Unsupported(..) => 0,
    };
    table.batches.iter().flat_map(|batch| &batch.columns).map(|column| of(&column.data)).sum()
}
