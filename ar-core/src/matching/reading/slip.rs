//! Slips of the pen: a written number that is nearly the name of an item.

/// How a written name differs from a known one, the likeliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// Not at all.
    None,
    /// Letters read for digits or the other way round: O and 0, I and 1, S and 5, B and 8.
    Confused,
    /// Two neighbours changed places.
    Swapped,
    /// One character is another.
    Other,
}

/// Letters that are mistaken for digits, as the digit.
pub(super) fn as_digit(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        'G' => '6',
        other => other,
    }
}

/// The slip that leads from the known name to the written one; `None` where more than one is needed.
pub(crate) fn slip(written: &[char], known: &[char]) -> Option<Slip> {
    if written == known {
        return Some(Slip::None);
    }
    if written.len() != known.len() {
        // A digit more or less is another number: 14 inside 1814 is not a match.
        return None;
    }
    let same = |(a, b): (&char, &char)| as_digit(*a) == as_digit(*b);
    if written.iter().zip(known).all(same) {
        return Some(Slip::Confused);
    }
    let mut wrong = written.iter().zip(known).enumerate().filter(|(_, pair)| !same(*pair)).map(|(at, _)| at);
    let (first, second, more) = (wrong.next()?, wrong.next(), wrong.next());
    match (second, more) {
        (None, _) => Some(Slip::Other),
        (Some(second), None) if second == first + 1 && written.get(first) == known.get(second) && written.get(second) == known.get(first) => Some(Slip::Swapped),
        _ => None,
    }
}

/// What may have been meant by a number: one digit another, or two neighbours swapped; letters read as digits first.
pub(super) fn meant(written: &[char]) -> impl Iterator<Item = alloc::vec::Vec<char>> + '_ {
    let digits: alloc::vec::Vec<char> = written.iter().map(|c| as_digit(*c)).collect();
    let places = written.len();
    let swapped = {
        let digits = digits.clone();
        (1..places).map(move |at| {
            let mut other = digits.clone();
            other.swap(at - 1, at);
            other
        })
    };
    let replaced = (0..places).flat_map(move |at| {
        let digits = digits.clone();
        ('0'..='9').map(move |digit| {
            let mut other = digits.clone();
            if let Some(slot) = other.get_mut(at) {
                *slot = digit;
            }
            other
        })
    });
    swapped.chain(replaced)
}
