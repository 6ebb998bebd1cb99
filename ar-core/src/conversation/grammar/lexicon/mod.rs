//! What a word is to the grammars: one table for each language, made by the compiler from the words of the locale and the lists here.

mod de;
mod en;
mod es;
mod fr;

use super::index::{Index, set};
use crate::conversation::locale::{Language, words};

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// So many calendar days: a day, a fortnight.
    Days(i32),
    Workday,
    Hour,
    Week,
    Month,
    Quarter,
    Year,
}

/// What a folded word means to a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lex {
    Plain,
    /// 1 to 12.
    Month(u32),
    /// 0 is Monday.
    Weekday(u32),
    /// A shortened weekday that is another word too.
    Short(u32),
    /// A number in words.
    Count(u32),
    /// First to thirtieth.
    Ordinal(u32),
    Unit(Unit),
    /// Today and its neighbours.
    Offset(i32),
    Next,
    This,
    Last,
    /// The first such day from now.
    Coming,
    /// In, within.
    In,
    Ago,
    /// Another, further.
    More,
    End,
    Mid,
    Start,
    /// One word for the end of the running unit.
    EndOf(Unit),
    MidMonth,
    /// The definite article.
    The,
    /// The indefinite article, where it is no number.
    A,
    Of,
    /// On, by, until: what stands before a day.
    On,
    After,
    /// From, starting.
    From,
    Between,
    And,
    /// To, through: what stands between two ends.
    Range,
    Every,
    Since,
    Business,
    /// Good, happy: what stands before a day in a greeting.
    Greeting,
    /// Extension, patience: what makes a length of time more time.
    Grace,
    /// Late, overdue: what makes it none.
    Late,
    /// Morning, evening.
    PartOfDay,
    /// Run, list: what is done on a day.
    Run,
}

type Row = (Lex, &'static [&'static str]);

const MOST: usize = 400;

struct Table {
    index: Index<MOST, 1024>,
    values: [Lex; MOST],
}

impl Table {
    /// Enters words; what is entered later wins.
    const fn enter(&mut self, mut words: &[&'static str], lex: Lex) {
        while let Some((word, rest)) = words.split_first() {
            let place = self.index.enter(word);
            set(&mut self.values, place, lex);
            words = rest;
        }
    }

    const fn new(language: Language, mut rows: &[Row]) -> Self {
        let mut table = Self { index: Index::new(), values: [Lex::Plain; MOST] };
        let (mut months, mut number) = (language_rows(&words::MONTHS, language).as_slice(), 1);
        while let Some((names, rest)) = months.split_first() {
            table.enter(names, Lex::Month(number));
            (months, number) = (rest, number + 1);
        }
        let (mut days, mut number) = (language_rows(&words::WEEKDAYS, language).as_slice(), 0);
        while let Some((names, rest)) = days.split_first() {
            table.enter(names, Lex::Weekday(number));
            (days, number) = (rest, number + 1);
        }
        let (mut counts, mut number) = (*language_rows(&words::NUMBERS, language), 0);
        while let Some((names, rest)) = counts.split_first() {
            table.enter(names, Lex::Count(number));
            (counts, number) = (rest, number + 1);
        }
        while let Some(((lex, names), rest)) = rows.split_first() {
            table.enter(names, *lex);
            rows = rest;
        }
        table
    }

    fn find(&self, word: &str) -> Lex {
        self.index.find(word).and_then(|place| self.values.get(place)).copied().unwrap_or(Lex::Plain)
    }
}

const fn language_rows<T>(all: &[T; 4], language: Language) -> &T {
    let [en, de, fr, es] = all;
    match language {
        Language::En => en,
        Language::De => de,
        Language::Fr => fr,
        Language::Es => es,
    }
}

static EN: Table = Table::new(Language::En, en::ROWS);
static DE: Table = Table::new(Language::De, de::ROWS);
static FR: Table = Table::new(Language::Fr, fr::ROWS);
static ES: Table = Table::new(Language::Es, es::ROWS);

/// Letters of the longest word that is looked up.
const LONGEST: usize = 20;

/// What a folded word is in a language.
pub(super) fn lex(language: Language, word: &str) -> Lex {
    if word.len() > LONGEST {
        return Lex::Plain;
    }
    match language {
        Language::En => &EN,
        Language::De => &DE,
        Language::Fr => &FR,
        Language::Es => &ES,
    }
    .find(word)
}
