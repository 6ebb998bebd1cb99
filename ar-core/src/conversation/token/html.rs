//! Leaves HTML out: tags, comments, what a style hides, and reads entities as their characters. A text without tags is left as it is.

/// What is to be done at a place of the text.
pub(super) enum Step {
    /// The character is text.
    Plain,
    /// An entity that ends at this byte is this character.
    As(char, usize),
    /// Markup up to this byte; a block begins a line.
    Skip {
        /// Byte after the markup.
        end: usize,
        /// Whether a line begins.
        line: bool,
    },
}

/// Bytes in which an entity or a tag has to end.
const LONGEST_ENTITY: usize = 10;
const LONGEST_TAG: usize = 2_048;

const ENTITIES: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("euro", '€'),
    ("pound", '£'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("agrave", 'à'),
    ("acirc", 'â'),
    ("ccedil", 'ç'),
    ("ocirc", 'ô'),
    ("ucirc", 'û'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("aacute", 'á'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("iquest", '¿'),
    ("rsquo", '\''),
    ("lsquo", '\''),
    ("ndash", '-'),
    ("mdash", '-'),
    ("hellip", '.'),
];

/// Names of tags that begin a line.
const BLOCKS: &[&str] = &["br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "h1", "h2", "h3", "body"];
/// Elements whose content is not text.
const SILENT: &[&str] = &["style", "script", "head", "title"];
/// Every other name that makes `<…>` a tag.
const OTHERS: &[&str] = &["html", "span", "a", "b", "i", "u", "em", "strong", "font", "td", "th", "tbody", "thead", "img", "meta", "link", "center", "small", "o:p", "pre", "code"];

/// The state of one reading.
pub(super) struct Html {
    is_html: bool,
    /// Whether text was left out that a person would not have seen.
    pub(super) unseen: bool,
}

impl Html {
    pub(super) fn new(text: &str) -> Self {
        Self { is_html: text.contains("</") || text.contains("<br") || text.contains("<BR") || text.contains("<p>") || text.contains("<!--"), unseen: false }
    }

    pub(super) fn step(&mut self, text: &str, at: usize, c: char) -> Step {
        match c {
            '<' if self.is_html => self.tag(text, at),
            '&' => entity(text, at).map_or(Step::Plain, |(c, end)| Step::As(c, end)),
            _ => Step::Plain,
        }
    }

    fn tag(&mut self, text: &str, at: usize) -> Step {
        let rest = text.get(at..).unwrap_or("");
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(text.len(), |found| at + found + 3);
            return Step::Skip { end, line: false };
        }
        // A second `<` before the end is no tag: what is scanned is scanned once.
        let Some(close) = rest.bytes().take(LONGEST_TAG).skip(1).position(|byte| byte == b'>' || byte == b'<').map(|found| found + 1) else { return Step::Plain };
        if rest.as_bytes().get(close) != Some(&b'>') {
            return Step::Plain;
        }
        let inside = rest.get(1..close).unwrap_or("");
        let (closing, body) = inside.strip_prefix('/').map_or((false, inside), |body| (true, body));
        let name = body.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).next().unwrap_or("").to_ascii_lowercase();
        let (block, silent) = (BLOCKS.contains(&name.as_str()), SILENT.contains(&name.as_str()));
        if !block && !silent && !OTHERS.contains(&name.as_str()) {
            return Step::Plain;
        }
        let mut end = at + close + 1;
        let hides = !closing && hides(body);
        if !closing && (silent || hides) && !body.ends_with('/') {
            self.unseen |= hides;
            end = closing_tag(text, end, &name);
        }
        Step::Skip { end, line: block }
    }
}

fn hides(body: &str) -> bool {
    let squeezed: alloc::string::String = body.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    ["display:none", "visibility:hidden", "font-size:0", "opacity:0;", "opacity:0\"", "color:#fff", "color:white"].iter().any(|mark| squeezed.contains(mark))
}

/// The byte after the closing tag of an element; the end of the text where there is none. Nesting of the same name is not counted: what
/// follows the first closing tag is read.
fn closing_tag(text: &str, from: usize, name: &str) -> usize {
    let rest = text.get(from..).unwrap_or("").as_bytes();
    let is_close = |at: usize| {
        let tail = rest.get(at..).unwrap_or(&[]);
        tail.starts_with(b"</") && tail.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let Some(at) = (0..rest.len()).find(|at| rest.get(*at) == Some(&b'<') && is_close(*at)) else { return text.len() };
    let close = rest.iter().skip(at).position(|byte| *byte == b'>').map_or(rest.len(), |found| at + found + 1);
    from + close
}

fn entity(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at + 1..)?;
    let end = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';')?;
    let name = rest.get(..end)?;
    let after = at + 1 + end + 1;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(|c| (c, after));
    }
    ENTITIES.iter().find(|row| row.0 == name).map(|row| (row.1, after))
}
