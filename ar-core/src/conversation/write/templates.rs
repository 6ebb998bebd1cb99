//! The texts as data: one TOML document a language, read and compiled once.
//!
//! A document names its `language`, `labels` of the tables, the `layout` of each channel (names of pieces in their order; `items` and
//! `parts` are the tables of what is open and of what is offered in parts), and the pieces: those of one kind of notice in the table
//! that has its name, those of all kinds in `shared`, and in `segment.<name>` those that are other for a segment of the policy. The
//! narrower place wins: kind in a segment, kind, all kinds in a segment, all kinds. A piece is a text, or a table of texts by tone, of
//! which `neutral` stands for those that are absent. A piece that comes out empty is left out; a kind that wants no table says so with
//! an empty piece of its name.
//!
//! What a text may say between braces is closed: the names of [`super::context::NAMES`], `if`, `for`, and `plural(count, one, many)`. There
//! are no filters, no files, no macros and no assignments, and each piece has a budget of steps.

use super::check;
use super::context::plural;
use super::kind::NoticeKind;
use super::style::Channel;
use crate::action::Tone;
use crate::conversation::locale::Language;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use minijinja::{Environment, UndefinedBehavior, Value};
use serde_json::{Map, Value as Json};

/// The texts that ship with the crate.
const SHIPPED: [&str; 4] = [include_str!("templates/en.toml"), include_str!("templates/de.toml"), include_str!("templates/fr.toml"), include_str!("templates/es.toml")];

/// Steps that one piece may take.
const FUEL: u64 = 200_000;

/// Bytes that one document may have.
const MOST_DOCUMENT: usize = 1 << 20;

/// The pieces that hold for every kind of notice.
const SHARED: &str = "shared";

/// The labels that every language has.
pub(super) const LABELS: [&str; 23] = [
    "reference",
    "issued",
    "due",
    "days_late",
    "day",
    "days",
    "amount",
    "open",
    "disputed",
    "total",
    "part_due",
    "part_amount",
    "noun_invoice",
    "nouns_invoice",
    "noun_other",
    "nouns_other",
    "invoice",
    "debit_note",
    "fee",
    "interest",
    "deduction",
    "credit_note",
    "payment",
];

/// The texts of every language, compiled.
#[derive(Clone, Debug)]
pub struct Templates {
    sets: BTreeMap<Language, Set>,
}

/// The texts of a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    env: Environment<'static>,
    labels: BTreeMap<String, String>,
    layouts: BTreeMap<Channel, Vec<String>>,
    /// The names of the texts of a piece by tone, by place (`dunning`, `small/shared`) and piece.
    pieces: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    segments: Vec<String>,
}

impl Templates {
    /// The texts that ship with the crate: English, German, French and Spanish.
    ///
    /// # Errors
    /// None in a released version: a test reads them.
    pub fn shipped() -> Result<Self, Error> {
        Self::with(&[])
    }

    /// The shipped texts with pieces, labels and layouts of the host in their place; each document names its language.
    ///
    /// # Errors
    /// `invalid_argument` with every problem (table `templates`, the name of the text, the line counted from 0): not TOML; an unknown
    /// language, kind, piece, channel or tone; a tag or name that there is none of; a text that does not render with the facts of the
    /// samples. Every text is rendered for every kind, tone, channel and segment, with one item and with several.
    pub fn with(documents: &[&str]) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let mut sets: BTreeMap<Language, Set> = BTreeMap::new();
        for text in SHIPPED.iter().chain(documents) {
            read(text, &mut sets, &mut problems);
        }
        let found = Self { sets };
        if problems.total() == 0 {
            check::samples(&found, &mut problems);
        }
        problems.into_result(ErrorCode::InvalidArgument)?;
        Ok(found)
    }

    /// The texts of a language.
    pub(super) fn set(&self, language: Language) -> Option<&Set> {
        self.sets.get(&language)
    }

    /// Every language with its texts.
    pub(super) fn sets(&self) -> impl Iterator<Item = (Language, &Set)> {
        self.sets.iter().map(|(language, set)| (*language, set))
    }
}

impl Set {
    /// What stands over a column, or what something is called; empty where there is no such label.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// The pieces of a channel, in their order.
    pub(super) fn layout(&self, channel: Channel) -> &[String] {
        self.layouts.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// The segments that have texts of their own.
    pub(super) fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Renders a piece; `None` where there is no such piece.
    pub(super) fn render(&self, piece: &str, kind: NoticeKind, tone: Tone, segment: &str, context: &Value) -> Result<Option<String>, minijinja::Error> {
        let own = self.segments.iter().any(|name| name == segment);
        let place = |name: &str| self.pieces.get(name).and_then(|pieces| pieces.get(piece));
        let of_segment = |scope: &str| own.then(|| place(&format!("{segment}/{scope}"))).flatten();
        let found = of_segment(kind.name()).or_else(|| place(kind.name())).or_else(|| of_segment(SHARED)).or_else(|| place(SHARED));
        let Some(name) = found.and_then(|tones| tones.get(tone as usize)) else { return Ok(None) };
        let text = self.env.get_template(name)?.render(context.clone())?;
        Ok(Some(text.trim().into()))
    }
}

/// What is read of one document.
struct Reader<'p> {
    language: Language,
    set: Set,
    problems: &'p mut Problems,
}

fn read(text: &str, sets: &mut BTreeMap<Language, Set>, problems: &mut Problems) {
    let mut refuse = |code, message: String| problems.push("templates", None, None, code, || message);
    if text.len() > MOST_DOCUMENT {
        return refuse(ProblemCode::TextTooLong, format!("a document of {} bytes; at most {MOST_DOCUMENT} are read", text.len()));
    }
    let mut map = match toml::from_str::<Json>(text) {
        Ok(Json::Object(map)) => map,
        Ok(_) => return refuse(ProblemCode::Syntax, "a table is wanted".into()),
        Err(bad) => return refuse(ProblemCode::Syntax, format!("not TOML: {}", bad.message())),
    };
    let named = map.remove("language");
    let Some(language) = named.as_ref().and_then(Json::as_str).and_then(Language::from_name) else {
        return refuse(ProblemCode::UnknownWord, format!("`language` is one of {}", Language::WORDS.join(", ")));
    };
    let mut reader = Reader { language, set: sets.remove(&language).unwrap_or_else(|| Set { env: environment(language), ..Set::default() }), problems };
    reader.document(map);
    sets.insert(language, reader.set);
}

fn environment(language: Language) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.add_function("plural", move |count: i64, one: &str, many: &str| -> String { plural(language, count, one, many).into() });
    env
}

impl Reader<'_> {
    fn refuse(&mut self, place: &str, code: ProblemCode, message: String) {
        let place = format!("{}/{place}", self.language.name());
        self.problems.push("templates", None, Some(&place), code, || message);
    }

    fn document(&mut self, map: Map<String, Json>) {
        for (name, value) in map {
            match (name.as_str(), value) {
                ("labels", Json::Object(labels)) => self.labels(labels),
                ("layout", Json::Object(layouts)) => self.layouts(layouts),
                ("segment", Json::Object(segments)) => {
                    for (segment, value) in segments {
                        let Json::Object(scopes) = value else {
                            self.refuse(&format!("segment.{segment}"), ProblemCode::WrongType, "a table is wanted".into());
                            continue;
                        };
                        for (scope, value) in scopes {
                            self.scope(Some(&segment), &scope, value);
                        }
                        if !self.set.segments.contains(&segment) {
                            self.set.segments.push(segment);
                        }
                    }
                }
                (scope, value) => self.scope(None, scope, value),
            }
        }
    }

    fn labels(&mut self, labels: Map<String, Json>) {
        for (name, value) in labels {
            match value {
                Json::String(text) if LABELS.contains(&name.as_str()) => drop(self.set.labels.insert(name, text)),
                _ => self.refuse(&format!("labels/{name}"), ProblemCode::UnknownWord, format!("a text for one of {} is wanted", LABELS.join(", "))),
            }
        }
    }

    fn layouts(&mut self, layouts: Map<String, Json>) {
        for (name, value) in layouts {
            let pieces: Option<Vec<String>> = value.as_array().and_then(|rows| rows.iter().map(|row| row.as_str().map(ToString::to_string)).collect());
            match (Channel::from_name(&name), pieces) {
                (Some(channel), Some(pieces)) => drop(self.set.layouts.insert(channel, pieces)),
                _ => self.refuse(&format!("layout/{name}"), ProblemCode::UnknownWord, format!("a list of pieces for one of {} is wanted", Channel::WORDS.join(", "))),
            }
        }
    }

    fn scope(&mut self, segment: Option<&str>, scope: &str, value: Json) {
        let place = segment.map_or_else(|| scope.to_string(), |segment| format!("{segment}/{scope}"));
        let Json::Object(pieces) = value else {
            return self.refuse(&place, ProblemCode::WrongType, "a table is wanted".into());
        };
        if scope != SHARED && NoticeKind::from_name(scope).is_none() {
            return self.refuse(&place, ProblemCode::UnknownWord, format!("a kind of notice is wanted, or `{SHARED}`: {}", NoticeKind::WORDS.join(", ")));
        }
        for (piece, value) in pieces {
            self.piece(&place, piece, value);
        }
    }

    /// A text for all tones, or texts by tone.
    fn piece(&mut self, scope: &str, piece: String, value: Json) {
        let place = format!("{scope}/{piece}");
        let names = match value {
            Json::String(text) => self.text(&place, text).map(|name| alloc::vec![name; Tone::ALL.len()]),
            Json::Object(mut tones) => {
                let all = self.text_of(&place, &mut tones, Tone::Neutral);
                let names: Vec<Option<String>> =
                    Tone::ALL.iter().map(|tone| if *tone == Tone::Neutral { all.clone() } else { self.text_of(&place, &mut tones, *tone).or_else(|| all.clone()) }).collect();
                for other in tones.keys() {
                    self.refuse(&place, ProblemCode::UnknownWord, format!("'{other}' is no tone; they are {}", Tone::WORDS.join(", ")));
                }
                if all.is_none() {
                    self.refuse(&place, ProblemCode::MissingValue, "the tone `neutral` is wanted: it stands for those that are absent".into());
                }
                names.into_iter().collect()
            }
            _ => {
                self.refuse(&place, ProblemCode::WrongType, "a text is wanted, or a table of texts by tone".into());
                None
            }
        };
        if let Some(names) = names {
            self.set.pieces.entry(scope.into()).or_default().insert(piece, names);
        }
    }

    fn text_of(&mut self, place: &str, tones: &mut Map<String, Json>, tone: Tone) -> Option<String> {
        match tones.remove(tone.name())? {
            Json::String(text) => self.text(&format!("{place}/{}", tone.name()), text),
            _ => {
                self.refuse(place, ProblemCode::WrongType, format!("a text is wanted for '{}'", tone.name()));
                None
            }
        }
    }

    /// Compiles a text; its name, where nothing is wrong with it.
    fn text(&mut self, place: &str, text: String) -> Option<String> {
        let name = format!("{}/{place}", self.language.name());
        let before = self.problems.total();
        check::tags(&name, &text, self.problems);
        if self.problems.total() == before
            && let Err(bad) = self.set.env.add_template_owned(name.clone(), text)
        {
            check::said(&name, &bad, self.problems);
        }
        if self.problems.total() == before {
            let template = self.set.env.get_template(&name);
            template.map(|template| check::names(&name, &template, self.problems)).unwrap_or_default();
        }
        (self.problems.total() == before).then_some(name)
    }
}
