//! How a notice is to speak, from JSON: the same through every face. Every problem is told at once.

use super::Templates;
use super::style::{Channel, Sender, Style};
use crate::action::Tone;
use crate::conversation::fields::Fields;
use crate::conversation::locale::Locale;
use crate::error::{Error, ErrorCode, ProblemCode};
use crate::text::nearest;
use alloc::{format, string::String};
use serde_json::{Map, Value};

const TABLE: &str = "style";
const FIELDS: &[&str] = &["sender", "contact", "locale", "tone", "channel"];
const SENDER: &[&str] = &["name", "email", "phone", "iban", "pay_url"];

/// A [`Style`] with texts of its own, but for the templates.
#[derive(Clone, Debug, Default)]
pub struct OwnedStyle {
    sender: Sender,
    contact: String,
    locale: Option<Locale>,
    tone: Option<Tone>,
    channel: Option<Channel>,
}

impl OwnedStyle {
    /// Reads a style: `sender` (`name`, `email`, `phone`, `iban`, `pay_url`; see [`Sender::check`]), `contact` (the person who is written
    /// to), `locale` (`de-AT`), `tone` and `channel` (the words of [`Tone`] and [`Channel`]). What is not said is as the decision and the
    /// books say.
    ///
    /// # Errors
    /// `invalid_argument` with every problem, table `style` or `sender`: `syntax`, `missing_value`, `unreadable`, `unknown_column`,
    /// `unknown_word`, and those of [`Sender::check`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let map = Fields::object(TABLE, text)?;
        let mut fields = Fields::default();
        fields.known(TABLE, None, &map, FIELDS);
        let sender = sender(&mut fields, &map);
        let contact = fields.text(TABLE, None, &map, "contact", false).unwrap_or_default();
        let tag = fields.text(TABLE, None, &map, "locale", false);
        let locale = tag.as_deref().and_then(Locale::from_tag);
        if tag.is_some() && locale.is_none() {
            fields.problem(TABLE, None, "locale", ProblemCode::UnknownWord, "wanted: a tag of en, de, fr or es");
        }
        let tone = word(&mut fields, &map, "tone", Tone::WORDS, Tone::from_name);
        let channel = word(&mut fields, &map, "channel", Channel::WORDS, Channel::from_name);
        if let Err(error) = sender.check() {
            for problem in error.problems() {
                fields.problems.push(&problem.table, None, problem.column.as_deref(), problem.code, || problem.message.clone());
            }
        }
        fields.problems.into_result(ErrorCode::InvalidArgument)?;
        Ok(Self { sender, contact, locale, tone, channel })
    }

    /// Lends the style with its texts.
    pub fn style<'s>(&'s self, templates: &'s Templates) -> Style<'s> {
        Style { contact: &self.contact, locale: self.locale, tone: self.tone, channel: self.channel, ..Style::new(&self.sender, templates) }
    }
}

fn sender(fields: &mut Fields, map: &Map<String, Value>) -> Sender {
    let none = Map::new();
    let given = match map.get("sender") {
        Some(Value::Object(given)) => given,
        None | Some(Value::Null) => &none,
        Some(_) => {
            fields.problem(TABLE, None, "sender", ProblemCode::Unreadable, "wanted: an object");
            &none
        }
    };
    fields.known("sender", None, given, SENDER);
    let mut text = |key: &str| fields.text("sender", None, given, key, false).unwrap_or_default();
    Sender { name: text("name"), email: text("email"), phone: text("phone"), iban: text("iban"), pay_url: text("pay_url") }
}

fn word<T>(fields: &mut Fields, map: &Map<String, Value>, key: &str, words: &[&'static str], find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = fields.text(TABLE, None, map, key, false)?;
    let found = find(&text);
    if found.is_none() {
        let near = nearest(&text, words.iter().copied()).unwrap_or("");
        fields.problems.push(TABLE, None, Some(key), ProblemCode::UnknownWord, || format!("not one of {}; the nearest is '{near}'", words.join(", ")));
    }
    found
}
