//! Items: what of one is owed follows from its postings, so its state does too. The table says which postings may come.

use crate::record::{Allocation, Credit, Item};
use crate::text::words;
use chrono::NaiveDate;

words! {
    /// Where an item stands.
    ItemState {
        /// All of it is owed.
        Open = "open",
        /// A part of it is owed: the other was paid, credited or kept back.
        PartlySettled = "partly_settled",
        /// A part of it is owed, and of the other some was written off.
        PartlyWrittenOff = "partly_written_off",
        /// Nothing is owed: it was paid, credited or kept back.
        Settled = "settled",
        /// Nothing is owed, since some of it was written off.
        WrittenOff = "written_off",
    }
}

words! {
    /// What may happen to an item.
    Input {
        /// A part was paid, credited or kept back.
        SettledInPart = "settled_in_part",
        /// The rest was paid, credited or kept back.
        SettledInFull = "settled_in_full",
        /// A part was written off.
        GivenUpInPart = "given_up_in_part",
        /// The rest was written off.
        GivenUp = "given_up",
        /// Some of its postings were taken back.
        TakenBackInPart = "taken_back_in_part",
        /// What was written off was taken back, and other postings stay.
        Restored = "restored",
        /// All of its postings were taken back.
        TakenBack = "taken_back",
        /// Its due date was moved, it became part of a plan, or it was handed over to others.
        Arranged = "arranged",
    }
}

/// What follows; `None` where it cannot be.
#[rustfmt::skip]
pub const fn next(state: ItemState, input: Input) -> Option<ItemState> {
    use ItemState::{Open, PartlySettled, PartlyWrittenOff, Settled, WrittenOff};
    Some(match (state, input) {
        (Open,             Input::SettledInPart)   => PartlySettled,
        (Open,             Input::SettledInFull)   => Settled,
        (Open,             Input::GivenUpInPart)   => PartlyWrittenOff,
        (Open,             Input::GivenUp)         => WrittenOff,
        (Open,             Input::Arranged)        => Open,
        (PartlySettled,    Input::SettledInPart)   => PartlySettled,
        (PartlySettled,    Input::SettledInFull)   => Settled,
        (PartlySettled,    Input::GivenUpInPart)   => PartlyWrittenOff,
        (PartlySettled,    Input::GivenUp)         => WrittenOff,
        (PartlySettled,    Input::TakenBackInPart) => PartlySettled,
        (PartlySettled,    Input::TakenBack)       => Open,
        (PartlySettled,    Input::Arranged)        => PartlySettled,
        (PartlyWrittenOff, Input::SettledInPart)   => PartlyWrittenOff,
        (PartlyWrittenOff, Input::SettledInFull)   => WrittenOff,
        (PartlyWrittenOff, Input::GivenUpInPart)   => PartlyWrittenOff,
        (PartlyWrittenOff, Input::GivenUp)         => WrittenOff,
        (PartlyWrittenOff, Input::TakenBackInPart) => PartlyWrittenOff,
        (PartlyWrittenOff, Input::Restored)        => PartlySettled,
        (PartlyWrittenOff, Input::TakenBack)       => Open,
        (PartlyWrittenOff, Input::Arranged)        => PartlyWrittenOff,
        (Settled,          Input::TakenBackInPart) => PartlySettled,
        (Settled,          Input::TakenBack)       => Open,
        (WrittenOff,       Input::TakenBackInPart) => PartlyWrittenOff,
        (WrittenOff,       Input::Restored)        => PartlySettled,
        (WrittenOff,       Input::TakenBack)       => Open,
        _ => return None,
    })
}

impl ItemState {
    /// The state of an item, from what is open of it and whether some of it was written off.
    pub const fn of(item: &Item, given_up: bool) -> Self {
        match (item.open, given_up) {
            (open, _) if open == item.amount => Self::Open,
            (0, true) => Self::WrittenOff,
            (0, false) => Self::Settled,
            (_, true) => Self::PartlyWrittenOff,
            (_, false) => Self::PartlySettled,
        }
    }
}

impl Input {
    /// A posting of so much on an item of which so much is open.
    pub const fn posting(amount: i64, open: i64, gives_up: bool) -> Self {
        match (amount == open, gives_up) {
            (false, false) => Self::SettledInPart,
            (true, false) => Self::SettledInFull,
            (false, true) => Self::GivenUpInPart,
            (true, true) => Self::GivenUp,
        }
    }
}

/// What the customer owes of an item at the end of a day, from its postings: also what we wrote off since a day, and also
/// of an item that was issued later.
pub fn owed_on(item: &Item, rows: &[Allocation], day: NaiveDate, since: NaiveDate) -> i64 {
    let sum = |rows: &mut dyn Iterator<Item = &Allocation>| rows.fold(0i64, |sum, row| sum.saturating_add(row.amount));
    let forgiven = |row: &&Allocation| row.credit == Credit::Own && row.on >= since;
    if item.settled_on.is_some_and(|settled| settled <= day) {
        return 0;
    }
    if item.open_stated {
        // The row has all postings in it: those after the day are taken out again, and what we gave up.
        let later = sum(&mut rows.iter().filter(|row| !row.tabled && row.on > day && !forgiven(row)));
        return item.open.saturating_add(later).saturating_add(sum(&mut rows.iter().filter(forgiven)));
    }
    (item.amount - sum(&mut rows.iter().filter(|row| row.on <= day && !forgiven(row)))).max(0)
}
