//! What may happen in a world, one step after the other. A step speaks of rows by small numbers, so that it means something in
//! every world and shrinks to little; what there is none of does nothing.

use crate::rules::Bytes;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// So many days go by in which nobody runs anything.
    Pass(i64),
    /// The day is run, and the host does with its decisions what the bytes say.
    Run([u8; 4]),
    /// The kill switch is thrown.
    Kill(bool),
    /// The books of the day are closed.
    Close,
    Pay {
        item: u8,
        share: u8,
        how: Paid,
    },
    Fail(u8),
    Reverse(u8),
    UndoWriteOff(u8),
    Credit {
        item: u8,
        share: u8,
        post: bool,
    },
    Dispute {
        item: u8,
        share: u8,
    },
    Route(u8),
    Resolve {
        dispute: u8,
        state: &'static str,
    },
    Promise {
        item: u8,
        account: bool,
        share: u8,
        ahead: i64,
    },
    Withdraw(u8),
    Plan {
        item: u8,
        parts: u8,
        agreed: bool,
    },
    Agree(u8),
    Extend {
        item: u8,
        ahead: i64,
    },
    CreditHold {
        customer: u8,
        place: bool,
    },
    Limit(u8),
    Block {
        customer: u8,
        ahead: i64,
    },
    WriteOff {
        item: u8,
        share: u8,
    },
    HandOver(u8),
    Silence {
        customer: u8,
        on: bool,
    },
    News {
        customer: u8,
        bad: bool,
    },
    Write(u8),
    Answer(u8),
    Call {
        customer: u8,
        reached: bool,
    },
    Bounce(u8),
    Keep {
        item: u8,
        share: u8,
    },
    Issue {
        customer: u8,
        yen: bool,
        amount: i64,
        ahead: i64,
    },
    Verdict {
        ask: u8,
        approve: bool,
    },
}

/// How a payment comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paid {
    /// The host posts it at once.
    Posted,
    /// It names its item, and the engine is to post it.
    Named,
    /// Its payer is known, and nothing else.
    Silent,
    /// Nobody is known.
    Stranger,
    /// More than the item; the host posts what fits.
    Over,
}

/// Kinds of steps, in the order of [`Step::of`]; days and runs come more often than the rest.
const KINDS: u8 = 51;

impl Step {
    /// How many bytes a step is made of.
    pub const BYTES: usize = 6;

    /// The step that bytes stand for.
    pub fn of(bytes: &[u8; Self::BYTES]) -> Self {
        let mut bytes = Bytes(bytes, 0);
        let kind = bytes.byte() % KINDS;
        let row = bytes.byte() % 16;
        let share = bytes.byte();
        match kind {
            0..=7 => Self::Run([row, share, bytes.byte(), bytes.byte()]),
            8..=15 => Self::Pass(if share < 200 { 1 + i64::from(row % 5) } else { 6 + i64::from(row) }),
            16 => Self::Kill(share < 40),
            17 => Self::Close,
            18..=21 => {
                let how = [Paid::Posted, Paid::Named, Paid::Posted, Paid::Silent, Paid::Over, Paid::Named, Paid::Posted, Paid::Stranger][usize::from(bytes.byte() % 8)];
                Self::Pay { item: row, share, how }
            }
            22 => Self::Fail(row),
            23 => Self::Reverse(row),
            24 => Self::UndoWriteOff(row),
            25 => Self::Credit { item: row, share, post: bytes.once_in(2) },
            26 | 27 => Self::Dispute { item: row, share },
            28 => Self::Route(row),
            29 | 30 => Self::Resolve { dispute: row, state: ["valid", "invalid", "partial", "closed"][usize::from(share % 4)] },
            31 | 32 => Self::Promise { item: row, account: bytes.once_in(3), share, ahead: bytes.below(8) },
            33 => Self::Withdraw(row),
            34 | 35 => Self::Plan { item: row, parts: 1 + share % 3, agreed: bytes.once_in(2) },
            36 => Self::Agree(row),
            37 => Self::Extend { item: row, ahead: i64::from(share % 20) },
            38 => Self::CreditHold { customer: row, place: share < 128 },
            39 => Self::Limit(row),
            40 => Self::Block { customer: row, ahead: i64::from(share % 12) },
            41 if share < 128 => Self::WriteOff { item: row, share },
            42 if share < 40 => Self::HandOver(row),
            42 => Self::Pass(1 + i64::from(share % 4)),
            43 => Self::Silence { customer: row, on: share < 40 },
            44 => Self::News { customer: row, bad: share < 6 },
            45 if share < 100 => Self::Write(row),
            45 | 46 => Self::Answer(row),
            41 => Self::Run([row, share, 0, 0]),
            47 => Self::Call { customer: row, reached: share < 160 },
            48 => Self::Bounce(row),
            49 if share < 80 => Self::Keep { item: row, share: bytes.byte() },
            49 => Self::Issue { customer: row, yen: share.is_multiple_of(4), amount: 137 * (1 + i64::from(bytes.byte())), ahead: bytes.below(10) },
            _ => Self::Verdict { ask: row, approve: share < 180 },
        }
    }

    /// The name of the kind of step, for counting.
    pub fn name(&self) -> String {
        format!("{self:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
    }
}
