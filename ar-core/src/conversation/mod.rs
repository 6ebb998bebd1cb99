//! Conversation: what customers write is read, what they will read is written, and nothing untrue goes out.

mod fields;
pub mod grammar;
pub mod locale;
pub mod read;
pub mod token;
pub mod verify;
#[cfg(feature = "templates")]
pub mod write;
