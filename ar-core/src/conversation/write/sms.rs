//! How many segments a short message takes (3GPP TS 23.038 and 23.040).

/// Segments that a short message of ours may have.
pub const MOST_SEGMENTS: usize = 3;

/// The letters of the GSM 7-bit alphabet beside the ASCII ones.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";

/// Letters that take two places.
const EXTENDED: &str = "^{}\\[~]|€";

/// The size of a short message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Whether the GSM alphabet has all its letters; else it is sent as UCS-2.
    pub gsm: bool,
    /// Places: septets of the GSM alphabet, or UTF-16 units.
    pub places: usize,
    /// Segments: one of 160 places (70 of UCS-2), or each of 153 (67).
    pub segments: usize,
}

/// Places of a letter in the GSM alphabet; `None` where it has no such letter.
fn places(c: char) -> Option<usize> {
    if c.is_ascii_alphanumeric() || GSM.contains(c) { Some(1) } else { EXTENDED.contains(c).then_some(2) }
}

/// The size of a text as a short message. A letter of two places never stands on both sides of a border between segments.
pub fn size(text: &str) -> Size {
    let gsm = text.chars().all(|c| places(c).is_some());
    let wide = |c: char| if gsm { places(c).unwrap_or(1) } else { c.len_utf16() };
    let (alone, each) = if gsm { (160, 153) } else { (70, 67) };
    let total: usize = text.chars().map(wide).sum();
    if total <= alone {
        return Size { gsm, places: total, segments: usize::from(total > 0) };
    }
    let (mut segments, mut used) = (1, 0);
    for width in text.chars().map(wide) {
        if used + width > each {
            (segments, used) = (segments + 1, 0);
        }
        used += width;
    }
    Size { gsm, places: total, segments }
}
