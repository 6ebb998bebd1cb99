//! Statuses: what a call came to.

use ar_core::error::ErrorCode;

/// What a call came to. Numbers 1 to 99 are the classes of refused input, the same in every language; 101 and above belong to
/// the C border. Numbers are never reused.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done; every output is written.
    Ok = 0,
    /// Tables were refused; nothing was loaded.
    InvalidTables = 1,
    /// A policy was refused.
    InvalidPolicy = 2,
    /// Events were refused; the ledger is unchanged.
    InvalidEvents = 3,
    /// An argument was refused: a date, a part, an identifier, a length, text that is not UTF-8.
    InvalidArgument = 4,
    /// Models were refused (format or version).
    InvalidModels = 5,
    /// An audit log cannot be used for what was asked.
    InvalidAudit = 6,
    /// Saved bytes were refused (damaged, of another kind, of a later version); nothing was restored.
    InvalidBytes = 7,
    /// The work was stopped from outside; nothing was changed.
    Interrupted = 8,
    /// A pointer that must not be NULL is NULL, or it is not aligned; the problem names the parameter.
    NullPointer = 101,
    /// An Arrow stream could not be read or made; the message is the stream's own.
    ArrowStream = 102,
    /// The ledger (or audit log) was being changed when a call panicked. It can only be freed.
    Poisoned = 103,
    /// A bug of this library. Every handle is as it was before the call, except a ledger given to ar_ledger_apply_json, a
    /// day given to ar_standing_day_apply_json or a log that was appended to, which answers AR_STATUS_POISONED from now on. Please report the message.
    Panic = 104,
    /// This build of the library leaves out what was asked for; the message names the feature. A complete build never answers it.
    NotBuiltIn = 105,
}

impl Status {
    /// Every status, in the order of the numbers.
    pub const ALL: &'static [Self] = &[
        Self::Ok,
        Self::InvalidTables,
        Self::InvalidPolicy,
        Self::InvalidEvents,
        Self::InvalidArgument,
        Self::InvalidModels,
        Self::InvalidAudit,
        Self::InvalidBytes,
        Self::Interrupted,
        Self::NullPointer,
        Self::ArrowStream,
        Self::Poisoned,
        Self::Panic,
        Self::NotBuiltIn,
    ];

    /// The name that every face uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::InvalidTables => ErrorCode::InvalidTables.name(),
            Self::InvalidPolicy => ErrorCode::InvalidPolicy.name(),
            Self::InvalidEvents => ErrorCode::InvalidEvents.name(),
            Self::InvalidArgument => ErrorCode::InvalidArgument.name(),
            Self::InvalidModels => ErrorCode::InvalidModels.name(),
            Self::InvalidAudit => ErrorCode::InvalidAudit.name(),
            Self::InvalidBytes => ErrorCode::InvalidBytes.name(),
            Self::Interrupted => ErrorCode::Interrupted.name(),
            Self::NullPointer => "null_pointer",
            Self::ArrowStream => "arrow_stream",
            Self::Poisoned => "poisoned",
            Self::Panic => "panic",
            Self::NotBuiltIn => "not_built_in",
        }
    }
}

impl From<ErrorCode> for Status {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidTables => Self::InvalidTables,
            ErrorCode::InvalidPolicy => Self::InvalidPolicy,
            ErrorCode::InvalidEvents => Self::InvalidEvents,
            ErrorCode::InvalidArgument => Self::InvalidArgument,
            ErrorCode::InvalidModels => Self::InvalidModels,
            ErrorCode::InvalidAudit => Self::InvalidAudit,
            ErrorCode::InvalidBytes => Self::InvalidBytes,
            ErrorCode::Interrupted => Self::Interrupted,
        }
    }
}
