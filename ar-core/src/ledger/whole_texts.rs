//! Texts of whole columns into the pool: those of items in the order of the items, others in the order of their rows.

use super::columns::Lane;
use super::index::hash;
use super::order::Keyed;
use crate::table::Texts;
use crate::text::{TextId, TextPool};
use crate::threads;
use alloc::vec::Vec;
use core::hint::black_box;

/// The texts of a column, by row.
pub(super) enum Held {
    None,
    /// The handle of the first; those of the others follow.
    Run(TextId),
    Each(Vec<TextId>),
}

impl Held {
    pub(super) fn get(&self, row: u32) -> TextId {
        match self {
            Self::None => TextId::NONE,
            Self::Run(first) => first.later(row),
            Self::Each(ids) => ids.get(row as usize).copied().unwrap_or(TextId::NONE),
        }
    }
}

/// A column of a whole table.
pub(super) struct Column<'r, 't>(Vec<Stretch<'r, 't>>);

/// Rows whose texts stand in one place.
struct Stretch<'r, 't> {
    /// The first row in the table, and among the texts.
    row: usize,
    from: usize,
    texts: &'r Texts<'t>,
    valid: Option<&'r [bool]>,
}

impl<'r, 't> Column<'r, 't> {
    /// Of the blocks of a table, in their order, with the number of their rows. One batch is one stretch, however many blocks it has.
    pub(super) fn new(blocks: impl Iterator<Item = (&'r Lane<'t>, usize)>) -> Self {
        let (mut stretches, mut row): (Vec<Stretch<'r, 't>>, usize) = (Vec::new(), 0);
        for (lane, rows) in blocks {
            if let Some((texts, valid, from)) = lane.texts() {
                let goes_on = stretches.last().is_some_and(|last| core::ptr::eq(last.texts, texts) && from.checked_sub(last.from) == row.checked_sub(last.row));
                if !goes_on {
                    stretches.push(Stretch { row, from, texts, valid });
                }
            }
            row += rows;
        }
        Self(stretches)
    }

    /// Where the text of a row of the table stands.
    fn find(&self, row: u32) -> Option<(&Stretch<'r, 't>, usize)> {
        let stretch = match self.0.as_slice() {
            [all] => all,
            several => several.get(several.partition_point(|stretch| stretch.row <= row as usize).checked_sub(1)?)?,
        };
        Some((stretch, (row as usize).checked_sub(stretch.row)? + stretch.from))
    }

    /// The text of a row of the table; empty for none.
    pub(super) fn bytes(&self, row: u32) -> &'r [u8] {
        match self.find(row) {
            Some((stretch, at)) if stretch.valid.is_none_or(|valid| valid.get(at) == Some(&true)) => stretch.texts.bytes_of(at),
            _ => b"",
        }
    }

    /// Where the text of a row ends.
    fn end(&self, row: u32) -> usize {
        self.find(row).and_then(|(stretch, at)| stretch.texts.ends.get(at)).copied().unwrap_or(0)
    }
}

/// The handles of the texts of a row, column by column.
pub(super) type Handles<const N: usize> = [TextId; N];

/// Handles by place.
pub(super) struct Placed<const N: usize>(Vec<(TextId, Vec<[u32; N]>)>);

/// Places whose texts are copied together, and rows whose texts are on their way from memory at once.
const PIECE: usize = 1 << 14;
const AHEAD: usize = 64;

impl<const N: usize> Placed<N> {
    /// The handles of a place.
    pub(super) fn get(&self, place: usize) -> Handles<N> {
        let piece = self.0.get(place / PIECE);
        let given = piece.and_then(|(first, places)| Some((first, places.get(place % PIECE)?)));
        given.map_or([TextId::NONE; N], |(first, numbers)| numbers.map(|number| number.checked_sub(1).map_or(TextId::NONE, |number| first.later(number))))
    }
}

/// Keeps the texts of some columns in the order of `rows`: who goes through the items in their order then finds their texts one behind the
/// other, whatever order the rows came in. A text that is that of the first column is not kept twice. `None` where the pool is full.
pub(super) fn place<const N: usize>(texts: &mut TextPool, columns: &[Column<'_, '_>; N], rows: &[Keyed]) -> Option<Placed<N>> {
    let copied = threads::pieces(rows.len(), PIECE, |range| copy(columns, rows.get(range).unwrap_or(&[])));
    texts.reserve(copied.iter().map(|piece| piece.ends.len()).sum(), copied.iter().map(|piece| piece.bytes.len()).sum());
    let mut placed = Vec::with_capacity(copied.len());
    for piece in copied {
        let first = texts.push_run(core::str::from_utf8(&piece.bytes).ok()?, piece.ends.iter().map(|end| *end as usize))?;
        placed.push((first, piece.numbers));
    }
    Some(Placed(placed))
}

/// Texts of some rows, one behind the other.
struct Copied<const N: usize> {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Of each row and column the number of its text, from 1; 0 for none.
    numbers: Vec<[u32; N]>,
}

fn copy<const N: usize>(columns: &[Column<'_, '_>; N], rows: &[Keyed]) -> Copied<N> {
    let mut copied = Copied { bytes: Vec::with_capacity(rows.len() * 16), ends: Vec::with_capacity(rows.len() * N), numbers: Vec::with_capacity(rows.len()) };
    for group in rows.chunks(AHEAD) {
        // A row in another order is far away. Where the texts of all these rows end is fetched side by side, then their first bytes.
        for column in columns.iter().filter(|column| !column.0.is_empty()) {
            black_box(group.iter().fold(0, |sum, (_, row)| sum ^ column.end(*row)));
        }
        let mut found = [[&b""[..]; N]; AHEAD];
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.0.is_empty()) {
            for (slots, (_, row)) in found.iter_mut().zip(group) {
                slots.get_mut(at).into_iter().for_each(|slot| *slot = column.bytes(*row));
            }
        }
        black_box(found.iter().flatten().filter_map(|text| text.first()).fold(0, |sum, byte| sum ^ byte));
        for texts in found.iter().take(group.len()) {
            let mut numbers = [0; N];
            for (at, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let number = if at > 0 && texts.first() == Some(text) {
                    numbers.first().copied().unwrap_or(0)
                } else {
                    copied.bytes.extend_from_slice(text);
                    copied.ends.push(copied.bytes.len() as u32);
                    copied.ends.len() as u32
                };
                if let Some(slot) = numbers.get_mut(at) {
                    *slot = number;
                }
            }
            copied.numbers.push(numbers);
        }
    }
    copied
}

/// Keeps the texts of a column, whose blocks these are, with their rows; `None` where the pool is full.
pub(super) fn hold(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)]) -> Option<Held> {
    let given = lanes.iter().any(|(lane, _)| !matches!(lane, Lane::Absent));
    if !given {
        return Some(Held::None);
    }
    if lanes.iter().all(|(lane, _)| lane.is_whole()) {
        return run(texts, lanes).map(Held::Run);
    }
    let mut ids = Vec::with_capacity(lanes.iter().map(|(_, rows)| rows).sum());
    for (lane, rows) in lanes {
        for row in 0..*rows {
            ids.push(texts.push(core::str::from_utf8(lane.bytes(row)).ok()?)?);
        }
    }
    Some(Held::Each(ids))
}

/// Keeps texts of which every row has one; gives the handle of the first.
pub(super) fn run(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)]) -> Option<TextId> {
    let runs = || lanes.iter().filter_map(|(lane, _)| lane.run());
    texts.reserve(lanes.iter().map(|(_, rows)| rows).sum(), runs().map(|(text, _)| text.len()).sum());
    let first = texts.next();
    for (lane, _) in lanes {
        let (text, ends) = lane.run()?;
        texts.push_run(text, ends)?;
    }
    Some(first)
}

/// Keeps texts that many rows share.
pub(super) fn share(texts: &mut TextPool, lanes: &[(&Lane<'_>, usize)]) -> Option<Held> {
    /// Texts that were seen last, by their hash: what is not among them is looked up.
    const SEEN: usize = 1 << 10;
    if lanes.iter().all(|(lane, _)| matches!(lane, Lane::Absent)) {
        return Some(Held::None);
    }
    let mut seen = alloc::vec![TextId::NONE; SEEN];
    let mut ids = Vec::with_capacity(lanes.iter().map(|(_, rows)| rows).sum());
    for (lane, rows) in lanes {
        for row in 0..*rows {
            let text = lane.bytes(row);
            if text.is_empty() {
                ids.push(TextId::NONE);
                continue;
            }
            let slot = seen.get_mut(hash(text) as usize % SEEN)?;
            if texts.get(*slot).as_bytes() != text {
                *slot = texts.intern(core::str::from_utf8(text).ok()?)?;
            }
            ids.push(*slot);
        }
    }
    Some(Held::Each(ids))
}
