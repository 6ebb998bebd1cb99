//! What a setting is: a number, share or flag with unit, range and default, declared once and read, written,
//! checked and published from that one declaration.

use crate::error::{ProblemCode, Problems};
use alloc::{format, string::String};
use serde_json::{Map, Value, json};

/// A kind of setting: how it is read from and written to JSON.
pub trait Setting {
    /// The type of the field.
    type Repr: Copy;
    /// JSON Schema type.
    const TYPE: &'static str;
    /// Reads the value; `Err` with what is wanted.
    fn read(value: &Value) -> Result<Self::Repr, &'static str>;
    /// Writes the value.
    fn write(repr: Self::Repr) -> Value;
    /// The number that is held against the range.
    fn number(repr: Self::Repr) -> i64;
    /// A bound of the range as JSON.
    fn bound(number: i64) -> Value;
    /// The words that are allowed, where the value is one of a closed list.
    const WORDS: Option<&'static [&'static str]> = None;
    /// What the text of the value looks like, where it is one.
    const PATTERN: Option<&'static str> = None;
}

/// A whole number.
pub struct Whole;

impl Setting for Whole {
    type Repr = i64;
    const TYPE: &'static str = "integer";
    fn read(value: &Value) -> Result<i64, &'static str> {
        value.as_i64().ok_or("a whole number is wanted")
    }
    fn write(repr: i64) -> Value {
        json!(repr)
    }
    fn number(repr: i64) -> i64 {
        repr
    }
    fn bound(number: i64) -> Value {
        json!(number)
    }
}

/// A share or probability with at most six decimals, kept in parts per million.
pub struct Share;

impl Setting for Share {
    type Repr = i64;
    const TYPE: &'static str = "number";
    fn read(value: &Value) -> Result<i64, &'static str> {
        let number = value.as_f64().ok_or("a number is wanted")?;
        crate::money::minor_from_float(number, 6).map_err(|_| "a number with at most six decimals is wanted")
    }
    fn write(repr: i64) -> Value {
        // Six decimals are exact in a double's shortest text.
        serde_json::from_str(crate::money::minor_to_text(repr, 6).trim_end_matches('0').trim_end_matches('.')).unwrap_or(Value::Null)
    }
    fn number(repr: i64) -> i64 {
        repr
    }
    fn bound(number: i64) -> Value {
        Self::write(number)
    }
}

/// An amount of money as decimal text with at most two decimals, kept in hundredths of a unit of a currency that is named
/// elsewhere. Text, so that what is written is what is meant; hundredths, whatever decimals the currency has.
pub struct Amount;

impl Setting for Amount {
    type Repr = i64;
    const TYPE: &'static str = "string";
    const PATTERN: Option<&'static str> = Some("^[0-9]+(\\.[0-9]{1,2})?$");
    fn read(value: &Value) -> Result<i64, &'static str> {
        const WANTED: &str = "an amount as text with at most two decimals, such as '12.50', is wanted";
        crate::money::minor_from_text(value.as_str().ok_or(WANTED)?, 2).map_err(|_| WANTED)
    }
    fn write(repr: i64) -> Value {
        json!(crate::money::minor_to_text(repr, 2))
    }
    fn number(repr: i64) -> i64 {
        repr
    }
    fn bound(number: i64) -> Value {
        Self::write(number)
    }
}

/// A day as ISO text.
pub struct Day;

impl Setting for Day {
    type Repr = chrono::NaiveDate;
    const TYPE: &'static str = "string";
    const PATTERN: Option<&'static str> = Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    fn read(value: &Value) -> Result<chrono::NaiveDate, &'static str> {
        value.as_str().and_then(crate::calendar::date_from_text).ok_or("a day such as '2026-01-01' is wanted")
    }
    fn write(repr: chrono::NaiveDate) -> Value {
        json!(format!("{repr}"))
    }
    fn number(repr: chrono::NaiveDate) -> i64 {
        i64::from(crate::calendar::days_since_epoch(repr))
    }
    fn bound(number: i64) -> Value {
        i32::try_from(number).ok().and_then(crate::calendar::date_from_days).map_or(Value::Null, Self::write)
    }
}

/// Makes settings of closed lists of words.
macro_rules! words_setting {
    ($($name:ident),+) => { $(
        impl Setting for $name {
            type Repr = Self;
            const TYPE: &'static str = "string";
            const WORDS: Option<&'static [&'static str]> = Some(Self::WORDS);
            fn read(value: &Value) -> Result<Self, &'static str> {
                value.as_str().and_then(Self::from_name).ok_or("a word of the list in the schema is wanted")
            }
            fn write(repr: Self) -> Value {
                json!(repr.name())
            }
            fn number(_: Self) -> i64 {
                0
            }
            fn bound(_: i64) -> Value {
                Value::Null
            }
        }
    )+ };
}
pub(super) use words_setting;

/// A switch.
pub struct Flag;

impl Setting for Flag {
    type Repr = bool;
    const TYPE: &'static str = "boolean";
    fn read(value: &Value) -> Result<bool, &'static str> {
        value.as_bool().ok_or("true or false is wanted")
    }
    fn write(repr: bool) -> Value {
        json!(repr)
    }
    fn number(repr: bool) -> i64 {
        i64::from(repr)
    }
    fn bound(number: i64) -> Value {
        json!(number != 0)
    }
}

/// Reads one setting out of `map` into `slot`.
pub(super) fn read_into<S: Setting>(map: &mut Map<String, Value>, name: &str, low: i64, high: i64, slot: &mut S::Repr, path: &str, problems: &mut Problems) {
    let Some(value) = map.remove(name) else { return };
    let place = format!("{path}.{name}");
    match S::read(&value) {
        Ok(repr) if (low..=high).contains(&S::number(repr)) => *slot = repr,
        Ok(_) => problems.push("policy", None, Some(&place), ProblemCode::SettingRange, || format!("{value} is not in {} to {}", S::bound(low), S::bound(high))),
        Err(wanted) => problems.push("policy", None, Some(&place), ProblemCode::SettingType, || format!("{wanted}, {value} is given")),
    }
}

/// The JSON Schema of one setting.
pub(super) fn schema_of<S: Setting>(default: S::Repr, low: i64, high: i64, unit: &str, doc: &str) -> Value {
    let mut schema = json!({ "type": S::TYPE, "default": S::write(default), "description": format!("{} [{unit}]", doc.trim()) });
    if let Some(object) = schema.as_object_mut() {
        if matches!(S::TYPE, "integer" | "number") {
            object.insert("minimum".into(), S::bound(low));
            object.insert("maximum".into(), S::bound(high));
        }
        object.extend(S::WORDS.map(|words| ("enum".into(), json!(words))));
        object.extend(S::PATTERN.map(|pattern| ("pattern".into(), json!(pattern))));
    }
    schema
}

/// What a description says, and the unit behind it: what [`schema_of`] put together.
pub(super) fn told(description: &str) -> (&str, Option<&str>) {
    let (doc, unit) = match description.strip_suffix(']').and_then(|text| text.rsplit_once(" [")) {
        Some((doc, unit)) => (doc, Some(unit)),
        None => (description, None),
    };
    (doc.strip_suffix('.').unwrap_or(doc), unit)
}

/// Declares a section of the policy: fields with kind, default, range, unit and doc.
macro_rules! section {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $fdoc:literal])+ $field:ident: $kind:ident = $default:expr, $low:expr, $high:expr, $unit:literal;)+ }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[doc = $fdoc])+ pub $field: <$kind as Setting>::Repr,)+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $name {
            /// Takes the known settings out of `map`; what is left is unknown.
            pub(super) fn read(&mut self, map: &mut Map<String, Value>, path: &str, problems: &mut Problems) {
                $(setting::read_into::<$kind>(map, stringify!($field), $low, $high, &mut self.$field, path, problems);)+
            }

            /// Every setting as JSON.
            pub(super) fn write(&self) -> Map<String, Value> {
                let mut map = Map::new();
                $(map.insert(stringify!($field).into(), <$kind as Setting>::write(self.$field));)+
                map
            }

            /// The JSON Schema of every setting.
            pub(super) fn schema() -> Map<String, Value> {
                let mut map = Map::new();
                $(map.insert(stringify!($field).into(), setting::schema_of::<$kind>($default, $low, $high, $unit, concat!($($fdoc),+)));)+
                map
            }
        }
    };
}
pub(super) use section;
