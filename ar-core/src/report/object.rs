//! JSON objects written straight into text. A report has some for each decision: built as trees of maps, they took most of the time in
//! which its tables are laid out.

use crate::audit::{push_day, push_text};
use crate::money::write_minor;
use alloc::{string::String, vec::Vec};
use chrono::NaiveDate;
use core::fmt::{Display, Write};
use core::ops::Range;
use serde_json::Value;

/// An object on the way. Its keys come in any order and are written sorted; of a key that is given twice the last value stands.
#[derive(Default)]
pub(super) struct Object {
    /// The values, one after the other.
    values: String,
    members: Vec<(&'static str, Range<usize>)>,
}

impl Object {
    pub(super) fn new() -> Self {
        Self { values: String::with_capacity(256), members: Vec::with_capacity(24) }
    }

    fn put(&mut self, name: &'static str, write: impl FnOnce(&mut String)) {
        let start = self.values.len();
        write(&mut self.values);
        self.members.push((name, start..self.values.len()));
    }

    /// Any value.
    pub(super) fn insert(&mut self, name: &'static str, value: Value) {
        self.shown(name, value);
    }

    /// A text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.put(name, |out| push_text(out, text));
    }

    /// A text, or null.
    pub(super) fn text_opt(&mut self, name: &'static str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.put(name, |out| out.push_str("null")),
        }
    }

    /// Texts.
    pub(super) fn texts<'t>(&mut self, name: &'static str, texts: impl Iterator<Item = &'t str>) {
        self.put(name, |out| {
            let mut before = '[';
            for text in texts {
                out.push(before);
                push_text(out, text);
                before = ',';
            }
            out.push_str(if before == '[' { "[]" } else { "]" });
        });
    }

    /// A number, as it shows itself.
    pub(super) fn shown(&mut self, name: &'static str, value: impl Display) {
        self.put(name, |out| write_shown(value, out));
    }

    /// A number, or null.
    pub(super) fn shown_opt(&mut self, name: &'static str, value: Option<impl Display>) {
        match value {
            Some(value) => self.shown(name, value),
            None => self.text_opt(name, None),
        }
    }

    /// An amount as decimal text.
    pub(super) fn amount(&mut self, name: &'static str, minor: i64, exponent: u8) {
        self.put(name, |out| {
            out.push('"');
            write_minor(minor, exponent, out);
            out.push('"');
        });
    }

    /// A day as text.
    pub(super) fn day(&mut self, name: &'static str, day: NaiveDate) {
        self.put(name, |out| push_day(out, day));
    }

    /// A day as text, or null.
    pub(super) fn day_opt(&mut self, name: &'static str, day: Option<NaiveDate>) {
        match day {
            Some(day) => self.day(name, day),
            None => self.text_opt(name, None),
        }
    }

    /// An object inside.
    pub(super) fn object(&mut self, name: &'static str, object: Self) {
        self.put(name, |out| object.write(out));
    }

    /// Writes the object behind what is there.
    pub(super) fn write(mut self, out: &mut String) {
        // Stable: of a key that is given twice, the last is the last.
        self.members.sort_by_key(|member| member.0);
        let last = self.members.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.last());
        let mut before = '{';
        out.reserve(self.values.len() + self.members.len() * 20);
        for (name, place) in last {
            out.push(before);
            push_text(out, name);
            out.push(':');
            out.push_str(self.values.get(place.clone()).unwrap_or_default());
            before = ',';
        }
        out.push_str(if before == '{' { "{}" } else { "}" });
    }

    /// The object as text.
    pub(super) fn done(self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

fn write_shown(value: impl Display, out: &mut String) {
    // Writing into a text cannot fail.
    let _ = write!(out, "{value}");
}
