//! Separates what was written now from the thread that is quoted below (or above) it and from the signature.

use crate::conversation::token::{Span, Tokens};
use alloc::{string::String, vec::Vec};

/// Lines of an attribution ("On … wrote:") that mail programs wrap it into.
const ATTRIBUTION_LINES: usize = 4;
/// Lines after "From:" in which another header must stand.
const HEADER_LINES: usize = 6;
/// Words of a line of an address block.
const BLOCK_WORDS: usize = 9;
/// Lines of an address block.
const BLOCK_LINES: usize = 8;
/// Words of a line that is nothing but a sign-off, or a name below one.
const SIGN_OFF_WORDS: usize = 6;

const WROTE: &[&str] = &["wrote", "writes", "schrieb", "geschrieben", "ecrit", "escribio", "escribi", "says"];
const FROM: &[&str] = &["from", "von", "de", "da", "expediteur", "absender", "remitente"];
const HEADERS: &[&str] = &["sent", "date", "to", "cc", "subject", "gesendet", "datum", "an", "betreff", "envoye", "a", "objet", "enviado", "para", "asunto", "fecha", "destinataire"];
const SEPARATORS: &[&str] = &["original", "message", "ursprungliche", "nachricht", "origine", "mensaje", "forwarded", "weitergeleitete", "transfere", "reenviado", "reply", "antwort"];
/// Sign-offs as whole lines, without punctuation.
const SIGN_OFFS: &[&str] = &[
    "regards",
    "kind regards",
    "best regards",
    "warm regards",
    "warmest regards",
    "best",
    "best wishes",
    "all the best",
    "thanks",
    "thank you",
    "many thanks",
    "thanks and regards",
    "thanks regards",
    "thanks again",
    "thx",
    "ta",
    "tks",
    "cheers",
    "br",
    "kr",
    "rgds",
    "yours",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "sincerely",
    "sincerely yours",
    "respectfully",
    "cordially",
    "with kind regards",
    "with best regards",
    "with regards",
    "thanks in advance",
    "thank you and regards",
    "thanks best",
    "best thanks",
    "take care",
    "mit freundlichen grussen",
    "mit freundlichem gruss",
    "freundliche grusse",
    "viele grusse",
    "beste grusse",
    "liebe grusse",
    "mfg",
    "lg",
    "vg",
    "gruss",
    "grusse",
    "mit besten grussen",
    "freundliche gruesse",
    "mit freundlichen gruessen",
    "viele gruesse",
    "beste gruesse",
    "hochachtungsvoll",
    "schone grusse",
    "danke",
    "vielen dank",
    "danke und gruss",
    "besten dank",
    "cordialement",
    "bien cordialement",
    "bien a vous",
    "salutations",
    "sinceres salutations",
    "meilleures salutations",
    "cdt",
    "cdlt",
    "merci",
    "merci d'avance",
    "respectueusement",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "atentamente",
    "atte",
    "muy atentamente",
    "cordialmente",
    "gracias",
    "muchas gracias",
    "un cordial saludo",
    "reciba un cordial saludo",
    "quedo a la espera",
];
/// Beginnings of lines that programs and lawyers add.
const FOOTERS: &[&str] = &[
    "sent from my",
    "get outlook for",
    "sent via",
    "sent using",
    "von meinem",
    "gesendet von",
    "envoye de mon",
    "envoye depuis",
    "enviado desde",
    "obtener outlook",
    "obtenez outlook",
    "outlook fur",
    "this email and any",
    "this e-mail and any",
    "this message and any",
    "this message is intended",
    "this email is confidential",
    "this communication is",
    "the information contained in this",
    "the information in this",
    "confidentiality notice",
    "disclaimer",
    "diese e-mail enthalt",
    "diese nachricht ist",
    "der inhalt dieser",
    "ce message et",
    "ce courriel",
    "ce message est",
    "este mensaje",
    "este correo",
    "la informacion contenida",
    "please consider the environment",
    "think before you print",
    "registered in england",
    "registered office",
    "p please consider",
    "sitz der gesellschaft",
    "amtsgericht",
    "geschaftsfuhrer",
    "handelsregister",
];
/// Words with which a line of an address block begins.
const CONTACT: &[&str] = &[
    "tel", "phone", "mobile", "mob", "cell", "fax", "direct", "office", "telefon", "mobil", "telefono", "movil", "www", "http", "https", "email", "mail", "vat", "ust", "t", "m", "f", "p", "d", "ext",
];

/// The parts of a message.
pub struct Thread {
    /// Tokens of the reply, as ranges of places.
    pub parts: Vec<(usize, usize)>,
    /// From the first part to the last, signature left out.
    pub reply: Span,
}

struct Lines<'t> {
    text: &'t str,
    tokens: &'t Tokens,
    /// From, to (excluded).
    list: Vec<(usize, usize)>,
}

impl Lines<'_> {
    fn words(&self, at: usize) -> impl Iterator<Item = &str> {
        let (from, to) = self.list.get(at).copied().unwrap_or((0, 0));
        (from..to).map(|at| self.tokens.text(at))
    }

    /// The words of a line with one space between, without punctuation at its ends; at most so many words.
    fn phrase(&self, at: usize, most: usize) -> String {
        let mut out = String::new();
        let (from, to) = self.list.get(at).copied().unwrap_or((0, 0));
        let mut taken = 0;
        for place in from..to {
            let text = self.tokens.text(place);
            let joined = self.tokens.get(place).is_some_and(|token| token.joined);
            if matches!(text, "," | "." | "!" | ";" | ":" | "*" | "_" | "-" | "&" | "+" | "(" | ")" | "/") && !(text == "-" && joined && place + 1 < to) {
                continue;
            }
            if text == "'" || text == "-" {
                out.push_str(text);
                continue;
            }
            taken += 1;
            if taken > most {
                break;
            }
            if !out.is_empty() && !out.ends_with(['\'', '-']) {
                out.push(' ');
            }
            out.push_str(text);
        }
        out
    }

    fn count(&self, at: usize) -> usize {
        self.words(at).filter(|word| word.chars().any(char::is_alphanumeric)).count()
    }

    fn is_quote(&self, at: usize) -> bool {
        self.words(at).next() == Some(">")
    }

    fn ends_with_colon(&self, at: usize) -> bool {
        self.words(at).last() == Some(":")
    }

    /// Lines of an attribution that begins here; nought where none does.
    fn attribution(&self, at: usize) -> usize {
        let opens = self.words(at).next().is_some_and(|word| matches!(word, "on" | "am" | "le" | "el" | "en" | "il"));
        for lines in 1..=ATTRIBUTION_LINES {
            let last = at + lines - 1;
            if last >= self.list.len() || self.count(last) > 30 || self.is_quote(last) {
                return 0;
            }
            if !self.ends_with_colon(last) {
                if opens { continue } else { return 0 }
            }
            let words = || (at..=last).flat_map(|line| self.words(line));
            let wrote = words().any(|word| WROTE.contains(&word));
            let dated = words().any(|word| word == "<" || word.bytes().all(|byte| byte.is_ascii_digit()));
            return if wrote && dated { lines } else { 0 };
        }
        0
    }

    fn header(&self, at: usize, names: &[&str]) -> bool {
        let mut words = self.words(at).skip_while(|word| matches!(*word, "*" | "_" | "|"));
        let named = words.next().is_some_and(|word| names.contains(&word));
        named && words.take(3).any(|word| word == ":")
    }

    /// Whether all from here on is an older message.
    fn older(&self, at: usize) -> bool {
        if self.header(at, FROM) {
            return (at + 1..=at + HEADER_LINES).filter(|next| self.header(*next, HEADERS)).count() >= 1;
        }
        let dashes = self.words(at).filter(|word| matches!(*word, "-" | "_")).count();
        let named = self.words(at).filter(|word| SEPARATORS.contains(word)).count();
        (dashes >= 4 && named >= 1) || self.phrase(at, 3) == "begin forwarded message"
    }

    fn is_sign_off(&self, at: usize) -> bool {
        self.count(at) <= SIGN_OFF_WORDS && {
            let phrase = self.phrase(at, SIGN_OFF_WORDS + 1);
            SIGN_OFFS.iter().any(|known| phrase == *known) || (phrase.contains("regards") && self.count(at) <= 4) || (phrase.ends_with("grussen") && self.count(at) <= 5)
        }
    }

    fn is_footer(&self, at: usize) -> bool {
        let phrase = self.phrase(at, 6);
        FOOTERS.iter().any(|known| phrase.starts_with(known)) || self.is_dashes(at)
    }

    /// The line "-- " before a signature, or a rule.
    fn is_dashes(&self, at: usize) -> bool {
        let mut words = self.words(at);
        self.words(at).count() >= 2 && words.all(|word| matches!(word, "-" | "_" | "=" | "*"))
    }

    /// Whether an empty line stands above a line.
    fn after_gap(&self, at: usize) -> bool {
        let edges = at.checked_sub(1).and_then(|above| Some((self.list.get(above)?.1.checked_sub(1)?, self.list.get(at)?.0)));
        let between = edges.and_then(|(last, first)| Some(Span { start: self.tokens.get(last)?.span.end, end: self.tokens.get(first)?.span.start }));
        between.is_some_and(|span| span.of(self.text).bytes().filter(|byte| *byte == b'\n').count() >= 2)
    }

    /// Whether a line ends as a sentence does.
    fn is_sentence(&self, at: usize) -> bool {
        self.words(at).last().is_some_and(|word| matches!(word, "." | "?" | "!" | ":" | ";")) || self.count(at) > BLOCK_WORDS
    }

    /// Whether a line holds an amount of money: then it is no line of an address.
    fn has_money(&self, at: usize) -> bool {
        let money = |word: &str| matches!(word, "$" | "€" | "£" | "eur" | "usd" | "gbp" | "chf" | "cad");
        let (from, to) = self.list.get(at).copied().unwrap_or((0, 0));
        let cents = |place: usize| {
            matches!(self.tokens.text(place), "." | ",") && self.tokens.number(place.wrapping_sub(1)).is_some() && self.tokens.text(place + 1).len() == 2 && self.tokens.number(place + 1).is_some()
        };
        self.words(at).any(money) || (from..to).any(cents)
    }

    fn is_contact(&self, at: usize) -> bool {
        let mut words = self.words(at);
        words.next().is_some_and(|word| CONTACT.contains(&word)) && words.next().is_some_and(|word| matches!(word, ":" | "." | "+" | "(" | "/") || word.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

impl Thread {
    /// Separates a message. Where nothing is left (a bare forward), the reply is empty.
    pub fn read(text: &str, tokens: &Tokens) -> Self {
        let lines = Lines { text, tokens, list: line_ranges(tokens) };
        let written = written(&lines);
        let kept = without_signature(&lines, &written);
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for at in kept {
            let (from, to) = lines.list.get(at).copied().unwrap_or((0, 0));
            match parts.last_mut().filter(|last| last.1 == from) {
                Some(last) => last.1 = to,
                None => parts.push((from, to)),
            }
        }
        let reply = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => tokens.span(first.0, last.1.saturating_sub(1)),
            _ => Span::default(),
        };
        Self { parts, reply }
    }
}

fn line_ranges(tokens: &Tokens) -> Vec<(usize, usize)> {
    let mut list: Vec<(usize, usize)> = Vec::new();
    for (at, token) in tokens.all().iter().enumerate() {
        match list.last_mut().filter(|_| !token.first) {
            Some(last) => last.1 = at + 1,
            None => list.push((at, at + 1)),
        }
    }
    list
}

/// The lines that are not quoted.
fn written(lines: &Lines<'_>) -> Vec<usize> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < lines.list.len() {
        if lines.older(at) {
            break;
        }
        let attribution = lines.attribution(at);
        if attribution > 0 {
            at += attribution;
            // What follows is either marked as quoted, or all of it is.
            if at < lines.list.len() && !lines.is_quote(at) {
                break;
            }
            continue;
        }
        if !lines.is_quote(at) {
            kept.push(at);
        }
        at += 1;
    }
    kept
}

fn without_signature(lines: &Lines<'_>, written: &[usize]) -> Vec<usize> {
    let mut end = written.len();
    for (place, at) in written.iter().enumerate().skip(1) {
        let below = || written.iter().skip(place + 1).take(2);
        let short_below = below().all(|next| lines.count(*next) <= SIGN_OFF_WORDS);
        if lines.is_footer(*at) || (lines.is_sign_off(*at) && short_below) {
            end = place;
            break;
        }
    }
    // An address block without a sign-off: lines of contacts, and the name above them.
    let mut block = end;
    while block > 1 && written.get(block - 1).is_some_and(|at| lines.is_contact(*at)) {
        block -= 1;
    }
    while block < end && block > 1 && written.get(block - 1).is_some_and(|at| lines.count(*at) <= 4 && lines.words(*at).last().is_some_and(|word| !matches!(word, "." | "?" | "!" | ","))) {
        block -= 1;
    }
    // The last paragraph, where it is short lines that are no sentences: a name, a title, a company.
    let lines_below = (1..=BLOCK_LINES.min(block.saturating_sub(1))).take_while(|back| written.get(block - back).is_some_and(|at| !lines.is_sentence(*at) && !lines.has_money(*at)));
    if let Some(back) = lines_below.filter(|back| written.get(block - back).is_some_and(|at| lines.after_gap(*at))).last() {
        let above = written.get(block - back - 1).copied().unwrap_or(0);
        // A heading or a greeting above it would leave nothing.
        if lines.is_sentence(above) {
            block -= back;
        }
    }
    written.iter().take(block).copied().collect()
}
