//! Saved state: the container in which books and models are kept and shipped as bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 0 to 7 | `89 41 52 53 0D 0A 1A 0A`: no text begins so, and a transfer that changes line ends shows |
//! | 8, 9 | kind: 1 a ledger, 2 models; of a book that is asked in parts 3 a part, 4 what was counted of it, 5 the whole, 6 what was seen, 7 its forecast |
//! | 10, 11 | version of the payload of this kind |
//! | 12 to 19 | length of the payload in bytes |
//! | 20 and on | the payload: of a ledger as in `ledger::saved`, of models their canonical JSON, of parts as in `report::asked_part` |
//! | the last 32 | SHA-256 of all bytes before them |
//!
//! Numbers have the lowest byte first. A library reads the payloads of its own version and of all before it; those of a later one it
//! refuses by name. The checksum tells damage, not forgery: whoever can write the bytes can write it too, so a payload is held against
//! the rules of the books all the same.

use crate::error::{Error, ErrorCode, ProblemCode};
use alloc::{format, string::String, vec::Vec};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 8] = *b"\x89ARS\r\n\x1a\n";
const HEADER: usize = 20;
const CHECKSUM: usize = 32;

/// What bytes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ledger = 1,
    Models = 2,
    Part = 3,
    Counted = 4,
    Whole = 5,
    Seen = 6,
    Forecast = 7,
}

impl Kind {
    /// The version of the payload that this library writes; it reads this one and those before. A field that comes into a payload
    /// raises it by one.
    pub(crate) const fn version(self) -> u16 {
        match self {
            Self::Ledger | Self::Models | Self::Part | Self::Counted | Self::Whole | Self::Seen | Self::Forecast => 1,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ledger => "a ledger",
            Self::Models => "models",
            Self::Part => "a part of a book",
            Self::Counted => "what was counted of a part",
            Self::Whole => "what is known of a whole book",
            Self::Seen => "what was seen of a part",
            Self::Forecast => "the forecast of a part",
        }
    }
}

/// Appends a number: seven bits a byte, the lowest first; the top bit where more follow.
#[inline]
pub(crate) fn push_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        let [low, ..] = value.to_le_bytes();
        bytes.push(low | 0x80);
        value >>= 7;
    }
    let [low, ..] = value.to_le_bytes();
    bytes.push(low);
}

/// Small numbers of either sign are small: 0, -1, 1, -2 …
#[inline]
pub(crate) const fn folded(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

/// Why bytes are refused.
pub(crate) fn refused(code: ProblemCode, part: Option<&str>, message: String) -> Error {
    Error::one(ErrorCode::InvalidBytes, "bytes", part, code, message)
}

/// The bytes of a container around what `write` appends.
pub(crate) fn seal(kind: Kind, write: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut head = Vec::from(MAGIC);
    head.extend((kind as u16).to_le_bytes());
    head.extend(kind.version().to_le_bytes());
    head.extend([0; 8]);
    let mut bytes = write(head);
    let length = bytes.len().saturating_sub(HEADER) as u64;
    if let Some(slot) = bytes.get_mut(12..HEADER) {
        slot.copy_from_slice(&length.to_le_bytes());
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// The version and the payload of whole and undamaged bytes of a kind.
///
/// # Errors
/// `invalid_bytes` for anything else: `not_saved`, `wrong_length`, `wrong_checksum`, `wrong_kind`, `newer_version`.
pub(crate) fn open(bytes: &[u8], kind: Kind) -> Result<(u16, &[u8]), Error> {
    let begins = bytes.iter().zip(MAGIC).take_while(|(byte, wanted)| **byte == *wanted).count();
    if begins < MAGIC.len().min(bytes.len()) {
        return Err(refused(ProblemCode::NotSaved, None, "these are no bytes that this library saved, or a transfer changed them".into()));
    }
    let short = || refused(ProblemCode::WrongLength, None, format!("{} bytes: a part of what was saved is missing, or something stands behind it", bytes.len()));
    let (head, rest) = bytes.split_at_checked(HEADER).ok_or_else(short)?;
    let (payload, checksum) = rest.len().checked_sub(CHECKSUM).and_then(|end| rest.split_at_checked(end)).ok_or_else(short)?;
    let number = |at: usize, len: usize| head.iter().skip(at).take(len).rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    if number(12, 8) != payload.len() as u64 {
        return Err(short());
    }
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(payload);
    if hash.finalize().as_slice() != checksum {
        return Err(refused(ProblemCode::WrongChecksum, None, "the bytes are damaged: they are not those of the checksum".into()));
    }
    if number(8, 2) != kind as u64 {
        return Err(refused(ProblemCode::WrongKind, None, format!("the bytes do not hold {}", kind.name())));
    }
    let version = number(10, 2);
    match u16::try_from(version) {
        Ok(known) if (1..=kind.version()).contains(&known) => Ok((known, payload)),
        _ => Err(refused(ProblemCode::NewerVersion, None, format!("version {version} of {}; this library reads up to {}", kind.name(), kind.version()))),
    }
}
