//! One pass over a text: words, runs of digits and marks, each with its place in the text as it came, folded for comparing.
//!
//! Folding makes lower case, takes accents away, reads look-alike letters and full-width digits as what they look like, leaves hidden
//! characters and HTML tags out, and notes that it did. What a text may do to the reader ends here: there is no backtracking, and at most
//! [`MOST_BYTES`] are read.

mod fold;
mod html;

pub use crate::text::Span;
use alloc::{string::String, vec::Vec};

/// Bytes of a text that are read; of a longer text the rest is not, and [`Oddities::cut`] says so.
pub const MOST_BYTES: usize = 64 * 1024;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A run of letters.
    Word,
    /// A run of digits.
    Digits,
    /// Any other character that is no space.
    Mark,
}

/// A run of characters of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its place in the text.
    pub span: Span,
    /// Nothing stands between it and the token before.
    pub joined: bool,
    /// It is the first of its line.
    pub first: bool,
    folded: (u32, u32),
}

/// What was odd about a text; none of it changes what the rest says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Characters that are not seen: zero-width, direction marks, tags, controls.
    pub hidden: bool,
    /// Letters of another script among Latin ones, or digits that are not ASCII.
    pub look_alike: bool,
    /// Text that HTML hides from the eye (`display:none`, size nought).
    pub unseen_html: bool,
    /// The text is longer than what is read.
    pub cut: bool,
}

/// A text in tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    folded: String,
    /// What was odd.
    pub odd: Oddities,
}

impl Tokens {
    /// Reads a text: one pass.
    pub fn read(text: &str) -> Self {
        let mut cut = text.len().min(MOST_BYTES);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let read = text.get(..cut).unwrap_or("");
        let mut scan = Scan { into: Self::default(), open: None, joined: false, first: true, latin: false };
        scan.into.odd.cut = cut < text.len();
        scan.into.folded.reserve(read.len());
        scan.into.list.reserve(read.len() / 5 + 1);
        let mut html = html::Html::new(read);
        let mut chars = read.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let after = chars.peek().map_or(cut, |next| next.0);
            match html.step(read, at, c) {
                html::Step::Plain => scan.char(c, at as u32, after as u32),
                html::Step::As(c, end) => {
                    scan.char(c, at as u32, end as u32);
                    while chars.peek().is_some_and(|next| next.0 < end) {
                        chars.next();
                    }
                }
                html::Step::Skip { end, line } => {
                    scan.close();
                    (scan.joined, scan.first) = (false, scan.first || line);
                    while chars.peek().is_some_and(|next| next.0 < end) {
                        chars.next();
                    }
                }
            }
        }
        scan.close();
        scan.into.odd.unseen_html = html.unseen;
        scan.into
    }

    /// The tokens of some parts only (ranges of places); their spans stay those of the text.
    pub fn only(&self, parts: &[(usize, usize)]) -> Self {
        let mut list: Vec<Token> = Vec::new();
        for (from, to) in parts {
            let start = list.len();
            list.extend(self.list.get(*from..*to).unwrap_or(&[]));
            if let Some(first) = list.get_mut(start) {
                (first.first, first.joined) = (true, false);
            }
        }
        Self { list, folded: self.folded.clone(), odd: self.odd }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The token at a place.
    pub fn get(&self, at: usize) -> Option<&Token> {
        self.list.get(at)
    }

    /// All, in order.
    pub fn all(&self) -> &[Token] {
        &self.list
    }

    /// The folded text of the token at a place; nothing beyond the end.
    pub fn text(&self, at: usize) -> &str {
        self.list.get(at).map_or("", |token| self.folded.get(token.folded.0 as usize..token.folded.1 as usize).unwrap_or(""))
    }

    /// The folded text of a token of this text.
    pub fn text_of(&self, token: &Token) -> &str {
        self.folded.get(token.folded.0 as usize..token.folded.1 as usize).unwrap_or("")
    }

    /// Whether the token at a place is this folded word, mark or number.
    pub fn is(&self, at: usize, text: &str) -> bool {
        self.text(at) == text
    }

    /// The value of the run of digits at a place; `None` for what is none, or has more than nine digits.
    pub fn number(&self, at: usize) -> Option<u32> {
        let token = self.list.get(at).filter(|token| token.kind == Kind::Digits)?;
        let text = self.text_of(token);
        if text.len() > 9 { None } else { text.parse().ok() }
    }

    /// The span from one token to another, both included.
    pub fn span(&self, from: usize, to: usize) -> Span {
        match (self.list.get(from), self.list.get(to)) {
            (Some(first), Some(last)) => first.span.with(last.span),
            _ => Span::default(),
        }
    }
}

/// The token that is being read.
struct Open {
    kind: Kind,
    start: u32,
    end: u32,
    folded: u32,
}

struct Scan {
    into: Tokens,
    open: Option<Open>,
    joined: bool,
    first: bool,
    /// The open word has a Latin letter.
    latin: bool,
}

impl Scan {
    fn char(&mut self, c: char, at: u32, after: u32) {
        if c.is_ascii() {
            return self.seen(c, at, after);
        }
        match fold::fold(c) {
            fold::Folded::Hidden => self.into.odd.hidden = true,
            fold::Folded::Nothing => {}
            fold::Folded::Space => self.space(false),
            fold::Folded::As(text) => text.chars().for_each(|c| self.seen(c, at, after)),
            fold::Folded::LookAlike(c) => {
                self.into.odd.look_alike |= !c.is_ascii_alphabetic() || self.latin;
                self.seen(c, at, after);
            }
            fold::Folded::Own => self.seen(c, at, after),
        }
    }

    fn seen(&mut self, c: char, at: u32, after: u32) {
        if c == '\n' || c == '\r' {
            return self.space(true);
        }
        if c == ' ' || c == '\t' {
            return self.space(false);
        }
        if c.is_ascii_control() {
            self.into.odd.hidden = true;
            return;
        }
        let kind = if c.is_ascii_digit() {
            Kind::Digits
        } else if c.is_alphabetic() {
            Kind::Word
        } else {
            Kind::Mark
        };
        if self.open.as_ref().is_none_or(|open| open.kind != kind || kind == Kind::Mark) {
            self.close();
            self.open = Some(Open { kind, start: at, end: after, folded: self.into.folded.len() as u32 });
        }
        if c.is_ascii() {
            self.into.folded.push(c.to_ascii_lowercase());
            self.latin |= c.is_ascii_alphabetic();
        } else {
            self.into.folded.extend(c.to_lowercase());
        }
        if let Some(open) = &mut self.open {
            open.end = after;
        }
    }

    fn space(&mut self, line: bool) {
        self.close();
        self.joined = false;
        self.first |= line;
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let token = Token { kind: open.kind, span: Span { start: open.start, end: open.end }, joined: self.joined, first: self.first, folded: (open.folded, self.into.folded.len() as u32) };
            self.into.list.push(token);
            (self.joined, self.first, self.latin) = (true, false, false);
        }
    }
}
