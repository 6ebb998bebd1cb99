//! The policy: every number and list that somebody may choose, as validated, versioned data.

pub mod autonomy;
pub mod charges;
pub mod credit;
mod diff;
pub mod direction;
pub mod disputes;
mod no_repeats;
mod place;
mod read;
mod remarks;
pub mod replies;
mod schema;
pub mod sections;
mod setting;
mod words;
mod write;

use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use alloc::{collections::BTreeMap, format, string::String};
pub use diff::Change;
pub use direction::Direction;
pub use place::{Place, Step, share_value};
pub use remarks::{Remark, RemarkCode};
pub use sections::Settings;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The rules of engagement: settings for the whole book, and what differs for some segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    version: String,
    base: Settings,
    overrides: BTreeMap<String, Value>,
    segments: BTreeMap<String, Settings>,
    /// The digest that it goes by, where that is another's.
    known_as: Option<String>,
}

impl Default for Policy {
    /// Conservative: autonomy level 1 everywhere, so that every action is proposed and none is taken.
    fn default() -> Self {
        Self { version: "default-1".into(), base: Settings::default(), overrides: BTreeMap::new(), segments: BTreeMap::new(), known_as: None }
    }
}

impl Policy {
    /// Reads a policy from JSON; settings that are absent keep their defaults.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPolicy`] with every problem, each with the path of the setting.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        match serde_json::from_str::<no_repeats::NoRepeats>(text).and_then(|_| serde_json::from_str::<Value>(text)) {
            Ok(value) => Self::from_value(value),
            Err(bad) => Err(syntax(format!("not JSON: {bad}"))),
        }
    }

    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// As [`Policy::from_json`].
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        match toml::from_str::<Value>(text) {
            Ok(value) => Self::from_value(value),
            Err(bad) => Err(syntax(format!("not TOML: {}", bad.message()))),
        }
    }

    fn from_value(value: Value) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let policy = read::policy(value, &mut problems);
        problems.into_result(ErrorCode::InvalidPolicy)?;
        Ok(policy)
    }

    /// The name that its author gave it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The settings for a segment; those of the whole book where nothing differs.
    pub fn settings(&self, segment: &str) -> &Settings {
        self.segments.get(segment).unwrap_or(&self.base)
    }

    /// The segments that differ, in order.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.keys().map(String::as_str)
    }

    /// The settings of the book and those of every segment that differs.
    pub fn each(&self) -> impl Iterator<Item = &Settings> {
        core::iter::once(&self.base).chain(self.segments.values())
    }

    /// Whether something holds of the settings of the book or of a segment.
    pub fn any(&self, holds: impl Fn(&Settings) -> bool) -> bool {
        self.each().any(holds)
    }

    /// The settings of the whole book.
    pub const fn base(&self) -> &Settings {
        &self.base
    }

    /// Canonical JSON: every setting, keys in order.
    pub fn to_json(&self) -> String {
        format!("{}", write::policy(self))
    }

    /// Hex SHA-256 of the canonical JSON.
    pub fn digest(&self) -> String {
        if let Some(digest) = &self.known_as {
            return digest.clone();
        }
        crate::text::hex(&Sha256::digest(self.to_json().as_bytes()))
    }

    /// These settings under the name and digest of another policy: its decisions then have the identifiers of those of the other, and
    /// what people said of one is said of the other. For a rehearsal only; nothing that is logged may go by another's name.
    pub(crate) fn known_as(&self, other: &Self) -> Self {
        Self { version: other.version.clone(), known_as: Some(other.digest()), ..self.clone() }
    }

    /// The JSON Schema of a policy.
    pub fn schema() -> String {
        schema::schema()
    }
}

fn syntax(message: String) -> Error {
    Error::one(ErrorCode::InvalidPolicy, "policy", None, ProblemCode::Syntax, message)
}
