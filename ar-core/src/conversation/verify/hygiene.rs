//! Characters: what a notice is written with. All others are refused; letters of other scripts only where a name in the facts has them.

use super::facts::Facts;
use super::text::Text;
use super::verdict::FindingCode;
use crate::conversation::token::Span;

/// Marks outside ASCII that have a place in a notice.
const MARKS: &str = "€£¥₹«»‹›„“”‚‘’–—…•·º°ª¿¡§×";

/// Spaces that keep a number, an abbreviation or a French mark together.
const SPACES: &str = "\u{a0}\u{202f}\u{2009}";

/// What a character is.
enum Class {
    Fine,
    Hidden,
    Look,
    Foreign,
    Strange,
    Space,
}

fn class(c: char) -> Class {
    match c {
        '\n' | '\r' | '\t' | ' '..='~' => Class::Fine,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Class::Fine,
        _ if MARKS.contains(c) => Class::Fine,
        _ if SPACES.contains(c) => Class::Space,
        // Digits and signs of full width, other digits, roman numerals, letters in circles and of mathematics.
        '\u{ff00}'..='\u{ffef}' | '\u{1d400}'..='\u{1d7ff}' | '\u{2070}'..='\u{209f}' | '\u{2100}'..='\u{218f}' | '\u{2460}'..='\u{24ff}' | '²' | '³' | '¹' | '¼'..='¾' | '\u{1f100}'..='\u{1f1ff}' => {
            Class::Look
        }
        _ if c.is_numeric() => Class::Look,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' => Class::Strange,
        _ if c.is_control() || c.is_whitespace() => Class::Hidden,
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{e0000}'..='\u{e0fff}'
        | '\u{e000}'..='\u{f8ff}' => Class::Hidden,
        _ if c.is_alphabetic() => Class::Foreign,
        _ => Class::Strange,
    }
}

/// Checks every character.
pub(super) fn check(text: &mut Text, facts: &Facts) {
    let raw = text.raw;
    let mut before = '\n';
    let mut chars = raw.char_indices().peekable();
    let mut foreign: Option<Span> = None;
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or('\n', |next| next.1);
        let span = Span { start: at as u32, end: (at + c.len_utf8()) as u32 };
        if foreign.is_some_and(|word| word.end >= span.end) {
            before = c;
            continue;
        }
        match class(c) {
            Class::Fine => {}
            Class::Hidden => text.find(FindingCode::HiddenUnicode, span, "a character that is not seen"),
            Class::Look => text.find(FindingCode::HiddenUnicode, span, "not an ASCII digit or letter, though it looks like one"),
            Class::Strange => text.find(FindingCode::BadCharacter, span, "has no place in a notice"),
            Class::Space => {
                let joins = before.is_ascii_digit() || after.is_ascii_digit() || "€£$%:;!?»".contains(after) || "«€£$.".contains(before) || (before.is_ascii_uppercase() && after.is_ascii_uppercase());
                if !joins {
                    text.find(FindingCode::HiddenUnicode, span, "a special space outside a number");
                }
            }
            Class::Foreign => {
                let word = word_around(raw, at);
                foreign = Some(word);
                if !is_of_facts(word.of(raw), facts) {
                    text.find(FindingCode::MixedScript, word, "letters of another script");
                }
            }
        }
        before = c;
    }
    if text.tokens.odd.cut {
        let end = raw.len() as u32;
        text.find(FindingCode::TooLong, Span { start: end, end }, "longer than what is read");
    }
}

/// The word around a byte; at most as long as a word is.
fn word_around(raw: &str, at: usize) -> Span {
    let back = raw.get(..at).unwrap_or("");
    let start = back.char_indices().rev().take(64).take_while(|(_, c)| c.is_alphanumeric()).last().map_or(at, |row| row.0);
    let rest = raw.get(at..).unwrap_or("");
    let end = rest.char_indices().find(|(_, c)| !c.is_alphanumeric()).map_or(raw.len(), |row| at + row.0);
    Span { start: start as u32, end: end as u32 }
}

fn is_of_facts(word: &str, facts: &Facts) -> bool {
    let names = [Some(&facts.creditor.name), Some(&facts.debtor.name), facts.debtor.contact.as_ref()];
    let latin = word.chars().any(|c| c.is_ascii_alphabetic());
    !latin && names.into_iter().flatten().any(|name| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == word))
}

/// Marks that belong to nothing that was checked: placeholders, HTML, Markdown, signs of comparison.
pub(super) fn marks(text: &mut Text) {
    for at in 0..text.tokens.len() {
        if text.is_covered(at) || text.is_word(at) {
            continue;
        }
        let code = match text.tokens.text(at) {
            "{" | "}" | "[" | "]" => FindingCode::Placeholder,
            "_" if text.tokens.is(at + 1, "_") => FindingCode::Placeholder,
            "<" | ">" if around_link(text, at) => continue,
            "<" | ">" => FindingCode::Markup,
            "&" if text.tokens.is(at + 1, "#") => FindingCode::Markup,
            "§" => FindingCode::LegalClaim,
            "~" | "≈" | "^" | "\\" | "`" | "%" | "_" | "@" => FindingCode::Unparsed,
            _ => continue,
        };
        text.find_at(code, at, at, "a sign that has no place here");
    }
    if text.raw.contains("</") || text.raw.contains("<br") || text.raw.contains("<!--") || text.raw.contains("&#") {
        let at = ["</", "<br", "<!--", "&#"].iter().filter_map(|mark| text.raw.find(mark)).min().unwrap_or(0) as u32;
        text.find(FindingCode::Markup, Span { start: at, end: at + 2 }, "HTML");
    }
    words(text);
}

/// Angle brackets around a link or an address of the facts.
fn around_link(text: &Text, at: usize) -> bool {
    if text.tokens.is(at, "<") { text.joined(at + 1) && text.is_covered(at + 1) } else { text.joined(at) && at > 0 && text.is_covered(at - 1) }
}

/// Words that stand for something that was to be filled in.
fn words(text: &mut Text) {
    const EMPTY: &[&str] = &["xxx", "xxxx", "xxxxx", "tbd", "tba", "lorem", "ipsum", "undefined", "null", "nan", "placeholder", "todo", "insert"];
    for at in 0..text.tokens.len() {
        let word = text.tokens.text(at);
        let none = word == "none" && text.is_capital(at) && !text.first(at);
        if text.is_word(at) && !text.is_covered(at) && (EMPTY.contains(&word) || none) {
            text.find_at(FindingCode::Placeholder, at, at, "was to be filled in");
        }
    }
}
