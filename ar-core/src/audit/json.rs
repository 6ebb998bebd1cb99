//! JSON with sorted keys, written straight into the column of bodies: a log has as many bodies as decisions.

use super::entry::push_number;
use alloc::string::String;
use chrono::{Datelike, NaiveDate};

/// A JSON object being written. The keys are given in their order; a test reads every body again and compares.
pub(super) struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

impl<'o> Object<'o> {
    pub(super) fn open(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    pub(super) fn close(self) {
        self.out.push('}');
    }

    /// The place behind a key, for a value of any kind.
    pub(super) fn at(&mut self, key: &str) -> &mut String {
        self.out.push_str(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        push_text(self.at(key), value);
        self
    }

    pub(super) fn text_or_null(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => push_text(self.at(key), value),
            None => self.at(key).push_str("null"),
        }
        self
    }

    pub(super) fn number(&mut self, key: &str, value: i64) -> &mut Self {
        push_number(self.at(key), value);
        self
    }

    pub(super) fn day(&mut self, key: &str, value: NaiveDate) -> &mut Self {
        push_day(self.at(key), value);
        self
    }

    pub(super) fn list<T>(&mut self, key: &str, values: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) -> &mut Self {
        let out = self.at(key);
        out.push('[');
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write(out, value);
        }
        out.push(']');
        self
    }
}

/// A word of ours in quotes: none has anything to escape.
pub(super) fn push_word(out: &mut String, word: &'static str) {
    out.push('"');
    out.push_str(word);
    out.push('"');
}

/// A text in quotes, escaped as every other JSON of the engine.
pub(crate) fn push_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

pub(super) fn push_number_or_null(out: &mut String, value: Option<i64>) {
    match value {
        Some(value) => push_number(out, value),
        None => out.push_str("null"),
    }
}

/// A day as ISO text in quotes.
pub(crate) fn push_day(out: &mut String, day: NaiveDate) {
    out.push('"');
    for (value, longest, mark) in [(day.year().unsigned_abs(), 1_000, '-'), (day.month(), 10, '-'), (day.day(), 10, '"')] {
        let mut unit = longest;
        while unit > 0 {
            out.push(char::from(b'0' + (value / unit % 10) as u8));
            unit /= 10;
        }
        out.push(mark);
    }
}
