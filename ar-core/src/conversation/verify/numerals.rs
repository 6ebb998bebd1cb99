//! Numbers in words up to ninety-nine; hundreds and more are recognised and not read.

use super::lexicon::BIG;
use super::text::Text;
use crate::conversation::locale::Language;

const TENS: [&[(&str, u32)]; 4] = [
    &[("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90)],
    &[("zwanzig", 20), ("dreissig", 30), ("vierzig", 40), ("funfzig", 50), ("sechzig", 60), ("siebzig", 70), ("achtzig", 80), ("neunzig", 90)],
    &[("vingt", 20), ("trente", 30), ("quarante", 40), ("cinquante", 50), ("soixante", 60), ("septante", 70), ("huitante", 80), ("nonante", 90), ("vingts", 20)],
    &[("veinte", 20), ("treinta", 30), ("cuarenta", 40), ("cincuenta", 50), ("sesenta", 60), ("setenta", 70), ("ochenta", 80), ("noventa", 90)],
];

const VEINTI: &[&str] = &["veintiun", "veintidos", "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve"];

const ORDINALS: [&[(&str, u32)]; 4] = [
    &[("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("fifth", 5)],
    &[("erste", 1), ("zweite", 2), ("dritte", 3), ("vierte", 4), ("funfte", 5)],
    &[("premier", 1), ("premiere", 1), ("deuxieme", 2), ("seconde", 2), ("second", 2), ("troisieme", 3), ("quatrieme", 4), ("cinquieme", 5)],
    &[("primer", 1), ("primero", 1), ("primera", 1), ("segundo", 2), ("segunda", 2), ("tercer", 3), ("tercero", 3), ("tercera", 3), ("cuarto", 4), ("cuarta", 4), ("quinto", 5), ("quinta", 5)],
];

fn of<'r>(table: &'r [&'r [(&'r str, u32)]; 4], language: Language) -> &'r [(&'r str, u32)] {
    table.get(language as usize).copied().unwrap_or(&[])
}

/// The value of `first`, `zweiter`, `troisième`, `cuarta`.
fn ordinal(language: Language, word: &str) -> Option<u32> {
    let stem = if language == Language::De { word.trim_end_matches(['r', 's', 'n', 'm']) } else { word };
    of(&ORDINALS, language).iter().find(|row| row.0 == stem).map(|row| row.1)
}

/// Whether a word is an ordinal number.
pub(super) fn is_ordinal(language: Language, word: &str) -> bool {
    ordinal(language, word).is_some()
}

/// The number in words that begins at a token: its value (`None` where it is not read) and its last token.
pub(super) fn word_number(text: &Text, language: Language, at: usize) -> Option<(Option<u32>, usize)> {
    let word = text.tokens.text(at);
    if text.is_covered(at) || word.len() > 40 {
        return None;
    }
    if let Some(value) = ordinal(language, word) {
        return Some((Some(value), at));
    }
    let (value, to) = basic(text, language, at)?;
    // What a hundred or a thousand stands behind is not read.
    let big = |here: usize| text.cue(here) & BIG != 0 && !text.is_covered(here) && !(language == Language::Fr && text.tokens.is(here, "k"));
    if big(to + 1) && value > 0 { Some((None, to + 1)) } else { Some((Some(value), to)) }
}

fn basic(text: &Text, language: Language, at: usize) -> Option<(u32, usize)> {
    let word = text.tokens.text(at);
    if language == Language::De
        && let Some(value) = german(word)
    {
        return Some((value, at));
    }
    if language == Language::Es
        && let Some(unit) = VEINTI.iter().position(|name| *name == word)
    {
        return Some((21 + unit as u32, at));
    }
    let tens = of(&TENS, language).iter().find(|row| row.0 == word).map(|row| row.1);
    let Some(tens) = tens else {
        let value = language.number(word).filter(|_| !matches!(word, "couple" | "null"))?;
        // `quatre-vingt…`
        let eighty = language == Language::Fr && value == 4 && text.tokens.is(at + 1, "-") && text.tokens.text(at + 2).starts_with("vingt");
        return Some(if eighty { with_unit(text, language, 80, at + 2) } else { (value, at) });
    };
    Some(with_unit(text, language, tens, at))
}

/// Twenty and so on with the unit behind it: `thirty-one`, `trente et un`, `treinta y uno`, `soixante-douze`.
fn with_unit(text: &Text, language: Language, tens: u32, at: usize) -> (u32, usize) {
    let mut here = at + 1;
    let link = |here: usize| matches!(text.tokens.text(here), "-" | "et" | "y");
    while link(here) && here < at + 4 {
        here += 1;
    }
    let linked = here > at + 1 || language == Language::En;
    let unit = language
        .number(text.tokens.text(here))
        .filter(|unit| linked && !text.is_covered(here) && (1..10).contains(unit) || (language == Language::Fr && linked && matches!(tens, 60 | 80) && (10..20).contains(unit)));
    unit.map_or((tens, at), |unit| (tens + unit, here))
}

/// `einunddreissig`.
fn german(word: &str) -> Option<u32> {
    let (ten, tens) = of(&TENS, Language::De).iter().find(|row| word.ends_with(row.0))?;
    let head = word.strip_suffix(ten)?;
    if head.is_empty() {
        return Some(*tens);
    }
    let unit = head.strip_suffix("und")?;
    Language::De.number(unit).filter(|unit| (1..10).contains(unit)).map(|unit| tens + unit)
}
