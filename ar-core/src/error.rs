//! Errors: what is wrong with the input. One error carries every problem that was found.

use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// The class of an [`Error`]: which door refused the input.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorCode {
    /// Tables were refused; nothing was loaded.
    InvalidTables = 1,
    /// A policy was refused; the old one stays.
    InvalidPolicy = 2,
    /// Events were refused; the ledger is unchanged.
    InvalidEvents = 3,
    /// An argument of a call was refused (date, part, identifier).
    InvalidArgument = 4,
    /// Models were refused (format or version).
    InvalidModels = 5,
    /// An audit log cannot be used for what was asked.
    InvalidAudit = 6,
    /// Saved bytes were refused (damaged, of another kind, of a later version); nothing was restored.
    InvalidBytes = 7,
    /// The work was stopped from outside; nothing was changed.
    Interrupted = 8,
}

impl ErrorCode {
    /// Every code, in the order of the numbers.
    pub const ALL: &'static [Self] =
        &[Self::InvalidTables, Self::InvalidPolicy, Self::InvalidEvents, Self::InvalidArgument, Self::InvalidModels, Self::InvalidAudit, Self::InvalidBytes, Self::Interrupted];

    /// The name that every face uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidTables => "invalid_tables",
            Self::InvalidPolicy => "invalid_policy",
            Self::InvalidEvents => "invalid_events",
            Self::InvalidArgument => "invalid_argument",
            Self::InvalidModels => "invalid_models",
            Self::InvalidAudit => "invalid_audit",
            Self::InvalidBytes => "invalid_bytes",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What is wrong with one place of the input. Numbers go by kind in hundreds and are never reused.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemCode {
    /// A required column is absent.
    MissingColumn = 101,
    /// No column of that name exists; the message names the nearest.
    UnknownColumn = 102,
    /// The same column is given twice (or `amount` beside `amount_minor`).
    DuplicateColumn = 103,
    /// The column's type cannot hold what the column means.
    WrongType = 104,
    /// Columns of one table differ in length, or a table is too long (over 4,000,000,000 rows or bytes of text).
    BadShape = 105,
    /// No table of that name exists.
    UnknownTable = 106,
    /// A required value is null or empty.
    MissingValue = 201,
    /// The text is not a number, date, boolean or list as required.
    Unreadable = 202,
    /// The amount has more decimals than its currency, or a float is not a whole number of minor units.
    NotMinorUnits = 203,
    /// The amount must be positive (or not negative).
    NotPositive = 204,
    /// The number or date is outside the range that is accepted.
    OutOfRange = 205,
    /// Not an ISO 4217 currency with minor units.
    UnknownCurrency = 206,
    /// Not one of the words that the column knows.
    UnknownWord = 207,
    /// The text is longer than the column allows.
    TextTooLong = 208,
    /// The text holds NUL or another control character.
    ControlCharacter = 209,
    /// Not a time zone of the IANA list.
    UnknownTimeZone = 210,
    /// The text is not valid UTF-8.
    BadUtf8 = 211,
    /// Due before issued, settled before issued, resolved before opened …
    DatesOutOfOrder = 301,
    /// Open amount over the amount, dispute over the item, discount over the amount.
    AmountTooLarge = 302,
    /// A settled item that is said to be still open (or the other way round).
    Contradiction = 303,
    /// The identifier stands twice in its table.
    DuplicateId = 401,
    /// The row names a customer that the customers table does not have.
    UnknownCustomer = 402,
    /// The row names an item that does not exist.
    UnknownItem = 403,
    /// The row names a payment or credit that does not exist.
    UnknownPayment = 404,
    /// More is allocated than the item or the payment holds.
    OverAllocated = 405,
    /// Parents form a circle.
    CyclicParents = 406,
    /// Two currencies where one is needed.
    CurrencyMismatch = 407,
    /// The row names a plan, promise, dispute, notice or reply that does not exist.
    UnknownRecord = 408,
    /// The policy has no such setting; the message names the nearest.
    UnknownSetting = 501,
    /// The setting's value has the wrong type.
    SettingType = 502,
    /// The setting's value is outside its range.
    SettingRange = 503,
    /// Settings contradict each other (levels not increasing, …).
    SettingConflict = 504,
    /// The document is not JSON or TOML.
    Syntax = 505,
    /// There is no such event.
    UnknownEvent = 601,
    /// The event lacks a field, or has one too many, or of the wrong type.
    BadEvent = 602,
    /// The event cannot happen in the state the books are in.
    ImpossibleEvent = 603,
    /// The event is dated before the last day that was closed.
    EventTooOld = 604,
    /// The amounts are no longer those that the decision rests on.
    ChangedFacts = 605,
    /// Who changed a decision cannot approve it.
    SamePerson = 606,
    /// A version of a policy has another digest already.
    VersionTaken = 607,
    /// The chain of the audit log is broken at this entry.
    BrokenChain = 701,
    /// The audit log has no run with these inputs.
    UnknownRun = 702,
    /// The decision that the audit log has comes out otherwise, or not at all.
    OtherDecision = 703,
    /// The bytes do not begin as saved bytes do.
    NotSaved = 801,
    /// The bytes are cut off, or more stand behind them.
    WrongLength = 802,
    /// The bytes are not those of their checksum.
    WrongChecksum = 803,
    /// The bytes hold something else than was asked for.
    WrongKind = 804,
    /// A later version of the library saved the bytes.
    NewerVersion = 805,
    /// What the bytes say cannot be: rows out of order, names of what is not there, amounts beyond each other.
    WrongContent = 806,
    /// The work was stopped from outside.
    Stopped = 901,
}

impl ProblemCode {
    /// Every code, in the order of the numbers.
    pub const ALL: &'static [Self] = &[
        Self::MissingColumn,
        Self::UnknownColumn,
        Self::DuplicateColumn,
        Self::WrongType,
        Self::BadShape,
        Self::UnknownTable,
        Self::MissingValue,
        Self::Unreadable,
        Self::NotMinorUnits,
        Self::NotPositive,
        Self::OutOfRange,
        Self::UnknownCurrency,
        Self::UnknownWord,
        Self::TextTooLong,
        Self::ControlCharacter,
        Self::UnknownTimeZone,
        Self::BadUtf8,
        Self::DatesOutOfOrder,
        Self::AmountTooLarge,
        Self::Contradiction,
        Self::DuplicateId,
        Self::UnknownCustomer,
        Self::UnknownItem,
        Self::UnknownPayment,
        Self::OverAllocated,
        Self::CyclicParents,
        Self::CurrencyMismatch,
        Self::UnknownRecord,
        Self::UnknownSetting,
        Self::SettingType,
        Self::SettingRange,
        Self::SettingConflict,
        Self::Syntax,
        Self::UnknownEvent,
        Self::BadEvent,
        Self::ImpossibleEvent,
        Self::EventTooOld,
        Self::ChangedFacts,
        Self::SamePerson,
        Self::VersionTaken,
        Self::BrokenChain,
        Self::UnknownRun,
        Self::OtherDecision,
        Self::NotSaved,
        Self::WrongLength,
        Self::WrongChecksum,
        Self::WrongKind,
        Self::NewerVersion,
        Self::WrongContent,
        Self::Stopped,
    ];

    /// The name that every face uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingColumn => "missing_column",
            Self::UnknownColumn => "unknown_column",
            Self::DuplicateColumn => "duplicate_column",
            Self::WrongType => "wrong_type",
            Self::BadShape => "bad_shape",
            Self::UnknownTable => "unknown_table",
            Self::MissingValue => "missing_value",
            Self::Unreadable => "unreadable",
            Self::NotMinorUnits => "not_minor_units",
            Self::NotPositive => "not_positive",
            Self::OutOfRange => "out_of_range",
            Self::UnknownCurrency => "unknown_currency",
            Self::UnknownWord => "unknown_word",
            Self::TextTooLong => "text_too_long",
            Self::ControlCharacter => "control_character",
            Self::UnknownTimeZone => "unknown_time_zone",
            Self::BadUtf8 => "bad_utf8",
            Self::DatesOutOfOrder => "dates_out_of_order",
            Self::AmountTooLarge => "amount_too_large",
            Self::Contradiction => "contradiction",
            Self::DuplicateId => "duplicate_id",
            Self::UnknownCustomer => "unknown_customer",
            Self::UnknownItem => "unknown_item",
            Self::UnknownPayment => "unknown_payment",
            Self::OverAllocated => "over_allocated",
            Self::CyclicParents => "cyclic_parents",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::UnknownRecord => "unknown_record",
            Self::UnknownSetting => "unknown_setting",
            Self::SettingType => "setting_type",
            Self::SettingRange => "setting_range",
            Self::SettingConflict => "setting_conflict",
            Self::Syntax => "syntax",
            Self::UnknownEvent => "unknown_event",
            Self::BadEvent => "bad_event",
            Self::ImpossibleEvent => "impossible_event",
            Self::EventTooOld => "event_too_old",
            Self::ChangedFacts => "changed_facts",
            Self::SamePerson => "same_person",
            Self::VersionTaken => "version_taken",
            Self::BrokenChain => "broken_chain",
            Self::UnknownRun => "unknown_run",
            Self::OtherDecision => "other_decision",
            Self::NotSaved => "not_saved",
            Self::WrongLength => "wrong_length",
            Self::WrongChecksum => "wrong_checksum",
            Self::WrongKind => "wrong_kind",
            Self::NewerVersion => "newer_version",
            Self::WrongContent => "wrong_content",
            Self::Stopped => "stopped",
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The table (`items`), or `policy`, `events`, `arguments`.
    pub table: String,
    /// Row of the table, counted from 0; `None` where the whole table or column is meant.
    pub row: Option<u64>,
    /// Column of the table, path of the setting, or field of the event.
    pub column: Option<String>,
    /// What is wrong.
    pub code: ProblemCode,
    /// One sentence for a person: what was seen, what is wanted.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)?;
        if let Some(row) = self.row {
            write!(f, "[{row}]")?;
        }
        if let Some(column) = &self.column {
            write!(f, ".{column}")?;
        }
        write!(f, ": {} ({})", self.message, self.code.name())
    }
}

/// The most problems that one error keeps; the rest are counted.
pub const MAX_PROBLEMS: usize = 10_000;

/// Collects problems up to [`MAX_PROBLEMS`], and counts them all.
#[derive(Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    total: u64,
}

impl Problems {
    /// Adds one problem. The message is only built while there is room to keep it.
    pub fn push(&mut self, table: &str, row: Option<usize>, column: Option<&str>, code: ProblemCode, message: impl FnOnce() -> String) {
        self.total += 1;
        if self.kept.len() < MAX_PROBLEMS {
            self.kept.push(Problem { table: table.into(), row: row.map(|row| row as u64), column: column.map(Into::into), code, message: message() });
        }
    }

    /// How many there are, kept or not.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// `Ok` when nothing was found, else the error of class `code`.
    ///
    /// # Errors
    /// The error that carries every problem kept.
    pub fn into_result(mut self, code: ErrorCode) -> Result<(), Error> {
        if self.total == 0 {
            return Ok(());
        }
        self.kept.sort_by(|a, b| (&a.table, a.row, &a.column, a.code).cmp(&(&b.table, b.row, &b.column, b.code)));
        Err(Error(Box::new(Inner { code, problems: self.kept, total: self.total })))
    }
}

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    problems: Vec<Problem>,
    total: u64,
}

/// Why an input was refused. Opaque; read it with [`Error::code`] and [`Error::problems`].
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub struct Error(Box<Inner>);

impl Error {
    /// An error with a single problem.
    pub fn one(code: ErrorCode, table: &str, column: Option<&str>, problem: ProblemCode, message: String) -> Self {
        let problem = Problem { table: table.into(), row: None, column: column.map(Into::into), code: problem, message };
        Self(Box::new(Inner { code, problems: alloc::vec![problem], total: 1 }))
    }

    /// Which door refused the input.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Every problem (the first [`MAX_PROBLEMS`] of them), sorted by table, row and column.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// How many problems there are, also those beyond [`MAX_PROBLEMS`].
    pub fn total(&self) -> u64 {
        self.0.total
    }

    /// The same of rows that stand further down: what was asked was a part of a longer list.
    #[must_use]
    pub(crate) fn later_by(mut self, rows: u64) -> Self {
        for problem in &mut self.0.problems {
            problem.row = problem.row.map(|row| row.saturating_add(rows));
        }
        self
    }

    /// The problems of both, under the code of this one.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        let Inner { problems, total, .. } = *other.0;
        self.0.total += total;
        self.0.problems.extend(problems);
        self.0.problems.sort_by(|a, b| (&a.table, a.row, &a.column, a.code).cmp(&(&b.table, b.row, &b.column, b.code)));
        self.0.problems.truncate(MAX_PROBLEMS);
        self
    }

    /// The same of a table that the caller knows by another name.
    #[must_use]
    pub(crate) fn of_table(mut self, table: &str) -> Self {
        for problem in &mut self.0.problems {
            problem.table = table.into();
        }
        self
    }

    fn text(&self) -> String {
        let mut text = alloc::format!("{}: {} problem{}", self.0.code.name(), self.0.total, if self.0.total == 1 { "" } else { "s" });
        for problem in self.0.problems.iter().take(5) {
            text.push_str(&alloc::format!("; {problem}"));
        }
        if self.0.total > 5 {
            text.push_str("; …");
        }
        text
    }
}
