//! How a notice is to speak, and what only the host knows of the sender.

use super::Templates;
use super::clean;
use crate::action::Tone;
use crate::conversation::locale::Locale;
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::text::words;
use alloc::{format, string::String};

words! {
    /// What a text is laid out for.
    Channel {
        /// An e-mail: plain text and HTML.
        Email = "email",
        /// A short message: plain text of at most [`super::sms::MOST_SEGMENTS`] segments.
        Sms = "sms",
        /// A letter: as an e-mail, with the day and the line of the subject.
        Letter = "letter",
        /// What a person says on the telephone.
        Call = "call",
    }
}

impl Channel {
    /// The layout for a channel of the policy; any other word than these four is written to as by e-mail.
    pub fn of(word: &str) -> Self {
        Self::from_name(word).unwrap_or(Self::Email)
    }
}

/// The sender as a customer is to see it: what the ledger does not know. Empty = not given, and not spoken of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The name under which it writes; required.
    pub name: String,
    /// The address for questions and disputes.
    pub email: String,
    /// The telephone number for the same.
    pub phone: String,
    /// The account that is paid to, with or without spaces.
    pub iban: String,
    /// Where this customer can pay; `https://` only.
    pub pay_url: String,
}

/// Bytes of a link at most.
const MOST_LINK: usize = 300;

/// Letters of another fact of the sender at most.
const MOST_LETTERS: usize = 120;

impl Sender {
    /// Whether it may stand in a text.
    ///
    /// # Errors
    /// `invalid_argument` with every problem: no name; no way to ask (neither e-mail nor telephone); control, direction or hidden
    /// characters or more than 120 letters; an e-mail without `@`; a telephone number or IBAN of other characters than such have; a link
    /// that is not `https`, longer than 300 bytes, or has characters that a link cannot have.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let mut wrong = |field: &str, code, message: &str| problems.push("sender", None, Some(field), code, || message.into());
        if self.name.trim().is_empty() {
            wrong("name", ProblemCode::MissingValue, "a name is wanted");
        }
        if self.email.is_empty() && self.phone.is_empty() {
            wrong("email", ProblemCode::MissingValue, "an e-mail address or a telephone number is wanted: a customer must be able to ask");
        }
        for (field, text) in [("name", &self.name), ("email", &self.email), ("phone", &self.phone), ("iban", &self.iban)] {
            if text.chars().any(clean::is_unseen) {
                wrong(field, ProblemCode::ControlCharacter, "control, direction and hidden characters are not wanted");
            }
            if text.chars().count() > MOST_LETTERS {
                wrong(field, ProblemCode::TextTooLong, "at most 120 letters are wanted");
            }
        }
        let shaped = |text: &str, holds: fn(char) -> bool| text.chars().all(holds);
        if !self.email.is_empty() && (self.email.split('@').count() != 2 || !shaped(&self.email, |c| c.is_alphanumeric() || "@.-_+".contains(c))) {
            wrong("email", ProblemCode::Unreadable, "an address such as 'ar@example.com' is wanted");
        }
        if !shaped(&self.phone, |c| c.is_ascii_digit() || " +()-/.".contains(c)) {
            wrong("phone", ProblemCode::Unreadable, "digits and +()-/. are wanted");
        }
        if !shaped(&self.iban, |c| c.is_ascii_alphanumeric() || c == ' ') {
            wrong("iban", ProblemCode::Unreadable, "letters and digits are wanted");
        }
        if !self.pay_url.is_empty() && !is_link(&self.pay_url) {
            wrong("pay_url", ProblemCode::Unreadable, "a link that begins with https:// is wanted, of at most 300 bytes without spaces, quotes and brackets");
        }
        problems.into_result(ErrorCode::InvalidArgument)
    }

    /// The IBAN in groups of four, as it is printed.
    pub fn printed_iban(&self) -> String {
        let mut out = String::new();
        for (at, c) in self.iban.chars().filter(|c| *c != ' ').enumerate() {
            if at > 0 && at.is_multiple_of(4) {
                out.push(' ');
            }
            out.push(c.to_ascii_uppercase());
        }
        out
    }
}

fn is_link(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or("");
    text.len() <= MOST_LINK && host.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>`\\{}|^".contains(&byte))
}

/// How a notice is to speak.
#[derive(Clone, Debug)]
pub struct Style<'s> {
    /// Who writes.
    pub sender: &'s Sender,
    /// The texts.
    pub templates: &'s Templates,
    /// The person who is written to, as they are addressed (`Ms Reid`); empty where nobody is named.
    pub contact: &'s str,
    /// Language and region; `None` = those of the customer, and English where it has none that is written.
    pub locale: Option<Locale>,
    /// How firmly; `None` = as the decision says. Never firmer than that, where it says something.
    pub tone: Option<Tone>,
    /// By what means; `None` = as the decision says.
    pub channel: Option<Channel>,
}

impl<'s> Style<'s> {
    /// As the decision and the books say.
    pub const fn new(sender: &'s Sender, templates: &'s Templates) -> Self {
        Self { sender, templates, contact: "", locale: None, tone: None, channel: None }
    }

    /// The locale for a customer of this language and country.
    pub(super) fn locale_for(&self, language: &str, country: &str) -> Locale {
        let own = || {
            let language = Locale::from_tag(language)?;
            if language.region().is_empty() { Locale::from_tag(&format!("{}-{country}", language.language.name())) } else { Some(language) }
        };
        self.locale.or_else(own).unwrap_or(Locale::of(crate::conversation::locale::Language::En))
    }
}
