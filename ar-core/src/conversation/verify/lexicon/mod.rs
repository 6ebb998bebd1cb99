//! The words a notice turns on: for each language what a word may mean, and phrases that mean more than their words.

mod common;
mod de;
mod en;
mod es;
mod fr;
mod phrases;

pub(super) use common::{is_ahead, is_common};
pub(super) use phrases::{Phrase, phrases};

use crate::conversation::locale::Language;

/// Names the bits, from the first.
macro_rules! bits {
    ($at:expr;) => {};
    ($at:expr; $(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        $(#[$doc])*
        pub(in crate::conversation::verify) const $name: u64 = 1 << $at;
        bits! { $at + 1; $($rest)* }
    };
}

bits! { 0;
    /// The sum of several.
    TOTAL,
    /// To be paid on a day.
    DUE,
    /// After the due date.
    LATE,
    SINCE,
    /// The day of the invoice.
    ISSUED,
    /// Up to a day.
    UNTIL,
    DEADLINE,
    /// Something was written before.
    REMIND,
    /// Still owed.
    OPEN,
    /// As it was first.
    GROSS,
    PAID,
    DISPUTE,
    /// Left out, or waiting.
    EXCLUDED,
    PROMISE,
    /// Asks for the money.
    DEMAND,
    NEG,
    DAYS,
    WEEKS,
    MONTHS,
    YEARS,
    HOURS,
    INVOICE,
    /// Not exactly.
    APPROX,
    MORE,
    LESS,
    FEE,
    INTEREST,
    AGENCY,
    REGISTER,
    LEGAL,
    LAW,
    /// Something is stopped.
    HOLD,
    PUBLIC,
    /// A consequence without a name.
    THREAT,
    URGENT,
    OFFER,
    ADMIT,
    /// Terms of payment.
    TERMS,
    GREETING,
    HONORIFIC,
    /// A legal form of a company.
    FORM,
    /// The day of the notice.
    ASOF,
    PERCENT,
    /// More than once.
    MANY,
    /// A number that is not read: hundred, half.
    BIG,
    /// A common word of the language.
    STOP,
    /// Somebody called, or something was agreed.
    CALLED,
    /// A word that is no name though it may begin with a capital.
    PLAIN,
}

/// The bits that speak of a consequence.
pub(super) const CONSEQUENCE: u64 = FEE | INTEREST | AGENCY | REGISTER | LEGAL | LAW | HOLD | PUBLIC | THREAT;

fn rows(language: Language) -> &'static [(&'static str, u64)] {
    match language {
        Language::En => en::ROWS,
        Language::De => de::ROWS,
        Language::Fr => fr::ROWS,
        Language::Es => es::ROWS,
    }
}

/// What a folded word may mean; nought where it is not known.
pub(super) fn cues(language: Language, word: &str) -> u64 {
    let head = head(word);
    let rows = rows(language);
    let start = rows.partition_point(|row| self::head(row.0) < head);
    let same = rows.get(start..).unwrap_or(&[]).iter().take_while(|row| self::head(row.0) == head);
    same.filter(|row| matches(row.0, word)).fold(0, |all, row| all | row.1)
}

/// The first two bytes of a word or a stem, by which the rows are found. A stem has two letters at least.
fn head(word: &str) -> (u8, u8) {
    let mut bytes = word.bytes();
    (bytes.next().unwrap_or(0), bytes.next().unwrap_or(0))
}

/// Words that tell the language: short, common, and of none of the other languages.
const TELLING: [&[&str]; 4] = [
    &["the", "and", "of", "to", "is", "are", "was", "your", "you", "our", "we", "please", "this", "for", "with", "have", "has", "if", "at", "from"],
    &["die", "der", "das", "und", "ist", "sind", "wir", "sie", "ihre", "ihren", "ihrem", "bitte", "zum", "auf", "den", "dem", "mit", "von", "fur", "oder", "uns", "nicht"],
    &["les", "des", "et", "est", "sont", "nous", "vous", "votre", "vos", "sur", "pour", "avec", "dans", "une", "merci", "que", "cette", "notre", "nos", "aux", "le"],
    &["el", "los", "las", "del", "y", "es", "son", "usted", "su", "sus", "por", "para", "con", "una", "que", "si", "al", "nos", "nuestra", "nuestro", "esta"],
];

/// Whether a folded word tells this language.
pub(super) fn tells(language: Language, word: &str) -> bool {
    word.len() < 8 && TELLING.get(language as usize).is_some_and(|words| words.contains(&word))
}

/// Whether a word is the one of a row, or begins with its stem.
pub(super) fn matches(row: &str, word: &str) -> bool {
    row.strip_suffix('*').map_or(row == word, |stem| word.starts_with(stem))
}
