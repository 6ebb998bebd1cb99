//! What a character outside ASCII is read as.

/// What is made of a character.
pub(super) enum Folded {
    /// Not seen by a reader: dropped, and noted.
    Hidden,
    /// An accent on the letter before: dropped.
    Nothing,
    /// A space.
    Space,
    /// These letters.
    As(&'static str),
    /// A letter of another script, or a digit, that looks like this.
    LookAlike(char),
    /// Itself.
    Own,
}

/// Rows of characters that are read as one text.
const LETTERS: &[(&str, &str)] = &[
    ("àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a"),
    ("çćčĉċÇĆČĈĊ", "c"),
    ("ďđĎĐ", "d"),
    ("èéêëēĕėęěÈÉÊËĒĔĖĘĚ", "e"),
    ("ĝğġģĜĞĠĢ", "g"),
    ("ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ", "i"),
    ("łļľĺŁĻĽĹ", "l"),
    ("ñńňņÑŃŇŅ", "n"),
    ("òóôõöøōŏőÒÓÔÕÖØŌŎŐ", "o"),
    ("ŕřŗŔŘŖ", "r"),
    ("śšşŝșŚŠŞŜȘ", "s"),
    ("ťţțŤŢȚ", "t"),
    ("ùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲ", "u"),
    ("ýÿÝŸ", "y"),
    ("źżžŹŻŽ", "z"),
    ("ß", "ss"),
    ("ẞ", "ss"),
    ("æÆ", "ae"),
    ("œŒ", "oe"),
    ("’‘‚ʼ´`′", "'"),
    ("“”„«»″", "\""),
    ("‐‑‒–—―−", "-"),
    ("…", "..."),
    ("ªº", "o"),
];

/// Letters of other scripts by the Latin letter they look like (the confusables that matter of UTS 39).
const LOOK_ALIKES: &[(&str, char)] = &[
    ("аАαΑ", 'a'),
    ("ВβΒ", 'b'),
    ("сСϲ", 'c'),
    ("ԁ", 'd'),
    ("еЕεΕ", 'e'),
    ("НнΗ", 'h'),
    ("іІιΙ", 'i'),
    ("јЈ", 'j'),
    ("кКκΚ", 'k'),
    ("ӏ", 'l'),
    ("МмΜ", 'm'),
    ("ηΝ", 'n'),
    ("оОοΟ", 'o'),
    ("рРρΡ", 'p'),
    ("ѕЅ", 's'),
    ("тТτΤ", 't'),
    ("υ", 'u'),
    ("νѵ", 'v'),
    ("ѡ", 'w'),
    ("хХχΧ", 'x'),
    ("уУγΥ", 'y'),
    ("ΖᏃ", 'z'),
];

pub(super) fn fold(c: char) -> Folded {
    match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{180e}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}'
        | '\u{80}'..='\u{84}'
        | '\u{86}'..='\u{9f}' => Folded::Hidden,
        '\u{fe00}'..='\u{fe0f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Folded::Hidden,
        '\u{300}'..='\u{36f}' => Folded::Nothing,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{1680}' => Folded::Space,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Folded::As("\n"),
        // Full-width ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).map_or(Folded::Own, |c| Folded::LookAlike(c.to_ascii_lowercase())),
        // Mathematical letters and digits.
        '\u{1d7ce}'..='\u{1d7ff}' => Folded::LookAlike(digit((c as u32 - 0x1d7ce) % 10)),
        '\u{1d400}'..='\u{1d6a3}' => Folded::LookAlike(char::from(b'a' + ((c as u32 - 0x1d400) % 26) as u8)),
        '\u{660}'..='\u{669}' => Folded::LookAlike(digit(c as u32 - 0x660)),
        '\u{6f0}'..='\u{6f9}' => Folded::LookAlike(digit(c as u32 - 0x6f0)),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => Folded::LookAlike(digit(c as u32 - 0x2070)),
        '\u{2080}'..='\u{2089}' => Folded::LookAlike(digit(c as u32 - 0x2080)),
        '\u{b9}' => Folded::LookAlike('1'),
        '\u{b2}' => Folded::LookAlike('2'),
        '\u{b3}' => Folded::LookAlike('3'),
        '\u{370}'..='\u{52f}' | '\u{13c3}' => LOOK_ALIKES.iter().find(|(from, _)| from.contains(c)).map_or(Folded::Own, |row| Folded::LookAlike(row.1)),
        _ => LETTERS.iter().find(|(from, _)| from.contains(c)).map_or(Folded::Own, |row| Folded::As(row.1)),
    }
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}
