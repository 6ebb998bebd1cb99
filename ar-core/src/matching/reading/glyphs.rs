//! A text as letters and digits, with what stands between them; and the words of it that are never references.

use alloc::{string::String, vec::Vec};

/// The most characters of one text that are looked at; a bank text has a few hundred, an advice line fewer.
const MAX_GLYPHS: usize = 8_000;

/// A letter or digit in upper case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) c: char,
    /// Blanks stand before it.
    pub(super) blank: bool,
    /// The last punctuation mark before it, if there is one.
    pub(super) mark: Option<char>,
}

impl Glyph {
    /// Whether a word starts here.
    pub(super) fn starts(&self) -> bool {
        self.blank || self.mark.is_some()
    }
}

/// A run of letters and digits: from, to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) from: usize,
    pub(super) to: usize,
    /// A date, a telephone number, a bank's own reference: never the name of an item.
    pub(super) noise: bool,
}

/// A text taken apart.
pub(super) struct Glyphs {
    pub(super) all: Vec<Glyph>,
    pub(super) words: Vec<Word>,
}

impl Glyphs {
    pub(super) fn new(text: &str) -> Self {
        let mut all = Vec::with_capacity(text.len().min(MAX_GLYPHS));
        let (mut blank, mut mark) = (true, None);
        for c in text.chars() {
            if c.is_alphanumeric() {
                for upper in c.to_uppercase() {
                    all.push(Glyph { c: upper, blank, mark });
                    (blank, mark) = (false, None);
                }
            } else if c.is_whitespace() {
                blank = true;
            } else {
                mark = Some(c);
            }
            if all.len() >= MAX_GLYPHS {
                break;
            }
        }
        let mut words: Vec<Word> = Vec::new();
        for (at, glyph) in all.iter().enumerate() {
            match words.last_mut().filter(|_| !glyph.starts()) {
                Some(word) => word.to = at + 1,
                None => words.push(Word { from: at, to: at + 1, noise: false }),
            }
        }
        let mut glyphs = Self { all, words };
        glyphs.mark_noise();
        glyphs
    }

    /// The letters from one place to another.
    pub(super) fn letters(&self, from: usize, to: usize) -> Vec<char> {
        self.all.get(from..to).unwrap_or(&[]).iter().map(|glyph| glyph.c).collect()
    }

    pub(super) fn word(&self, at: usize) -> String {
        self.words.get(at).map(|word| self.letters(word.from, word.to).into_iter().collect()).unwrap_or_default()
    }

    fn digits(&self, at: usize) -> Option<usize> {
        let word = self.words.get(at)?;
        let letters = self.all.get(word.from..word.to)?;
        letters.iter().all(|glyph| glyph.c.is_ascii_digit()).then_some(letters.len())
    }

    fn mark_before(&self, at: usize) -> Option<char> {
        self.words.get(at).and_then(|word| self.all.get(word.from)).and_then(|glyph| glyph.mark)
    }

    fn drop_words(&mut self, from: usize, count: usize) {
        for word in self.words.iter_mut().skip(from).take(count) {
            word.noise = true;
        }
    }

    fn mark_noise(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            let word = self.word(at);
            let noise = self.noise_after(at, &word);
            let date = self.date(at);
            if noise > 0 {
                self.drop_words(at, 1 + noise);
                at += 1 + noise;
            } else if date > 0 {
                self.drop_words(at, date);
                at += date;
            } else {
                at += 1;
            }
        }
    }

    /// Words after a word that announces something else than a reference.
    fn noise_after(&self, at: usize, word: &str) -> usize {
        let numeric = |at: usize| self.digits(at).is_some();
        match word {
            // A telephone number stands in two groups of digits, sometimes three behind a country code.
            "TEL" | "FON" | "PHONE" | "TELEFON" | "FAX" | "MOBIL" | "TELEPHONE" => {
                let country = numeric(at + 1) && (self.mark_before(at + 1) == Some('+') || self.word(at + 1).starts_with("00"));
                (1..=if country { 3 } else { 2 }).take_while(|step| numeric(at + step)).count()
            }
            // The bank's line break may fall into the number.
            "TAN" | "ROC" | "BLZ" | "KTO" | "KONTO" | "UETR" | "ID" => match (self.digits(at + 1), self.digits(at + 2)) {
                (Some(first), Some(rest)) if first < 7 && first + rest <= 7 && self.is_apart(at + 2) && self.mark_before(at + 2).is_none() => 2,
                _ => usize::from(at + 1 < self.words.len()),
            },
            "BIC" | "IBAN" | "SWIFT" => usize::from(at + 1 < self.words.len()),
            // SEPA's own references: everything that is joined by marks, up to the next blank.
            "KREF" | "EREF" | "MREF" | "CRED" | "DEBT" | "PURP" | "ENDTOENDID" => (at + 1..self.words.len()).take_while(|next| self.mark_before(*next).is_some() && !self.is_apart(*next)).count(),
            "DATUM" | "DATE" | "VOM" | "VALUTA" | "DU" | "DEL" | "OF" | "DATED" => self.date(at + 1),
            "KD" | "KDNR" | "KUNDE" | "KUNDENNR" | "KUNDENNUMMER" | "CUSTOMER" | "CUST" | "CLIENT" | "CLIENTE" | "KLANT" | "DEBITOR" => {
                let number = (at + 1..at + 3).find(|next| self.word(*next).bytes().any(|byte| byte.is_ascii_digit()));
                number.map_or(0, |number| number - at)
            }
            _ => 0,
        }
    }

    /// Whether blanks stand before a word.
    fn is_apart(&self, at: usize) -> bool {
        self.words.get(at).and_then(|word| self.all.get(word.from)).is_some_and(|glyph| glyph.blank)
    }

    /// Words of a date that starts here: `17.02.26`, `35.03.2026` (banks print what they were given), `2026-03-31`.
    fn date(&self, at: usize) -> usize {
        let joined = |at: usize| matches!(self.mark_before(at), Some('.' | '-' | '/')) && !self.is_apart(at);
        let (Some(first), Some(second), Some(third)) = (self.digits(at), self.digits(at + 1), self.digits(at + 2)) else { return 0 };
        let day_first = first <= 2 && second <= 2 && (2..=4).contains(&third);
        let year_first = first == 4 && second == 2 && third == 2;
        if !(day_first || year_first) || !joined(at + 1) || !joined(at + 2) {
            return 0;
        }
        // The bank's line break may fall into the year.
        let broken = third < 4 && self.is_apart(at + 3) && self.digits(at + 3).is_some_and(|rest| third + rest == 4);
        3 + usize::from(broken)
    }
}
