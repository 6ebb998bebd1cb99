//! What of the ledger may stand in a text: names and references come from outside, and are only ever data.

use alloc::string::String;

/// Letters of a name that are shown.
const MOST_NAME: usize = 80;

/// Characters of a reference that are shown.
const MOST_REFERENCE: usize = 40;

/// Whether a character is not seen, or turns others around: controls, line ends, zero-width, direction marks, tags, variation
/// selectors, private use.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

/// On one line, what is not seen left out, runs of spaces as one, and at most so many characters.
fn one_line(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most * 4));
    let (mut count, mut space) = (0, false);
    for c in text.chars() {
        if c.is_whitespace() {
            space = count > 0;
            continue;
        }
        if is_unseen(c) {
            continue;
        }
        if count + usize::from(space) >= most {
            break;
        }
        if space {
            out.push(' ');
            count += 1;
        }
        out.push(c);
        (count, space) = (count + 1, false);
    }
    out
}

/// A name, as it may be addressed. One that carries a message of its own (a link, an address, an account or telephone number) is
/// not shown at all: nothing is then called by a name.
pub(super) fn name(text: &str) -> String {
    let name = one_line(text, MOST_NAME);
    let folded = name.to_lowercase();
    let linked = folded.contains("://") || folded.contains("www.") || name.contains('@') || name.contains('\u{ff20}');
    let mut run = 0_usize;
    let numbered = name.chars().any(|c| {
        run = if c.is_numeric() {
            run + 1
        } else if c == ' ' || c == '-' {
            run
        } else {
            0
        };
        run >= 7
    });
    if linked || numbered { String::new() } else { name }
}

/// A reference: letters, digits and the marks that numbers have.
pub(super) fn reference(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_alphanumeric() || " -/._#".contains(*c)).collect();
    one_line(&kept, MOST_REFERENCE)
}
