//! What a word is to the grammars: one sorted table for each language, made by the compiler from the words of the locale and the lists here.

mod de;
mod en;
mod es;
mod fr;

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
type Entry = (&'static str, Lex);

const MOST: usize = 420;

/// Sorted words; the last `MOST - len` are empty.
struct Table {
    rows: [Entry; MOST],
    len: usize,
}

const fn less(left: &str, right: &str) -> core::cmp::Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    loop {
        match (left.split_first(), right.split_first()) {
            (None, None) => return core::cmp::Ordering::Equal,
            (None, Some(_)) => return core::cmp::Ordering::Less,
            (Some(_), None) => return core::cmp::Ordering::Greater,
            (Some((a, rest_left)), Some((b, rest_right))) => {
                if *a < *b {
                    return core::cmp::Ordering::Less;
                }
                if *a > *b {
                    return core::cmp::Ordering::Greater;
                }
                (left, right) = (rest_left, rest_right);
            }
        }
    }
}

impl Table {
    /// Enters a word; what is entered later wins.
    const fn enter(mut self, word: &'static str, lex: Lex) -> Self {
        let (mut entry, mut rest, mut at) = ((word, lex), self.rows.as_mut_slice(), 0);
        while let Some((row, tail)) = rest.split_first_mut() {
            if at >= self.len {
                *row = entry;
                self.len += 1;
                return self;
            }
            match less(entry.0, row.0) {
                core::cmp::Ordering::Equal => {
                    row.1 = entry.1;
                    return self;
                }
                core::cmp::Ordering::Less => core::mem::swap(row, &mut entry),
                core::cmp::Ordering::Greater => {}
            }
            (rest, at) = (tail, at + 1);
        }
        panic!("the table of words is full");
    }

    const fn enter_all(mut self, mut words: &[&'static str], lex: Lex) -> Self {
        while let Some((word, rest)) = words.split_first() {
            self = self.enter(word, lex);
            words = rest;
        }
        self
    }

    const fn new(language: Language, mut rows: &[Row]) -> Self {
        let mut table = Self { rows: [("", Lex::Plain); MOST], len: 0 };
        let (mut months, mut number) = (language_rows(&words::MONTHS, language).as_slice(), 1);
        while let Some((names, rest)) = months.split_first() {
            table = table.enter_all(names, Lex::Month(number));
            (months, number) = (rest, number + 1);
        }
        let (mut days, mut number) = (language_rows(&words::WEEKDAYS, language).as_slice(), 0);
        while let Some((names, rest)) = days.split_first() {
            table = table.enter_all(names, Lex::Weekday(number));
            (days, number) = (rest, number + 1);
        }
        let (mut counts, mut number) = (*language_rows(&words::NUMBERS, language), 0);
        while let Some((names, rest)) = counts.split_first() {
            table = table.enter_all(names, Lex::Count(number));
            (counts, number) = (rest, number + 1);
        }
        while let Some(((lex, names), rest)) = rows.split_first() {
            table = table.enter_all(names, *lex);
            rows = rest;
        }
        table
    }

    fn find(&self, word: &str) -> Lex {
        let rows = self.rows.get(..self.len).unwrap_or(&[]);
        rows.binary_search_by(|row| row.0.cmp(word)).ok().and_then(|at| rows.get(at)).map_or(Lex::Plain, |row| row.1)
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
