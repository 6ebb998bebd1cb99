//! The features of a stretch of symbols: hashes of words, of neighbours, of concepts and of their order.

use super::symbols::{Hash, Symbol, Symbols};
use alloc::vec::Vec;

/// Concepts after one that make a pair with it.
const PAIRS: usize = 4;
/// Letters from which on pieces of a word are features: compounds and unknown forms.
const LONG_WORD: usize = 8;
const PIECE: usize = 5;

/// Kinds of features: salts of their hashes.
mod salt {
    pub(super) const WORD: u32 = 11;
    pub(super) const NEXT: u32 = 12;
    pub(super) const SKIP: u32 = 13;
    pub(super) const FIRST: u32 = 14;
    pub(super) const LAST: u32 = 15;
    pub(super) const STEM: u32 = 16;
    pub(super) const CONCEPT: u32 = 17;
    pub(super) const PAIR: u32 = 18;
    pub(super) const ASKED: u32 = 19;
    pub(super) const WITH_WORD: u32 = 20;
    pub(super) const SHAPE: u32 = 21;
    pub(super) const SUBJECT: u32 = 22;
    pub(super) const SUBJECT_CONCEPT: u32 = 23;
    pub(super) const PIECE: u32 = 24;
    pub(super) const THIRD: u32 = 25;
    pub(super) const DAY: u32 = 26;
    pub(super) const DAY_CONCEPT: u32 = 27;
}

/// Collects the features of symbols; the list is sorted, without repetitions.
pub fn features(symbols: &Symbols, from: usize, to: usize, subject: Option<&Symbols>, out: &mut Vec<u32>) {
    out.clear();
    let list = symbols.list.get(from..to).unwrap_or(&[]);
    let mut asked = false;
    for (at, symbol) in list.iter().enumerate() {
        let asks = symbols.asks.get(symbol.clause as usize).copied().unwrap_or(false);
        asked |= asks;
        words(list, at, symbol, out);
        concepts(list, at, symbol, asks, out);
        days(symbols, symbol, asks, out);
        pieces(symbols, symbol, out);
    }
    let size = match list.len() {
        0..=3 => 0,
        4..=8 => 1,
        9..=20 => 2,
        21..=60 => 3,
        _ => 4,
    };
    out.push(Hash::new(salt::SHAPE).number(size).end());
    out.push(Hash::new(salt::SHAPE).number(10 + u32::from(asked)).end());
    if symbols.calls > 1 {
        out.push(Hash::new(salt::SHAPE).number(20).end());
    }
    if let Some(subject) = subject {
        for symbol in &subject.list {
            out.push(Hash::new(salt::SUBJECT).number(symbol.hash).end());
            out.extend(of_symbol(symbol).map(|concept| Hash::new(salt::SUBJECT_CONCEPT).byte(concept).end()));
        }
    }
    out.sort_unstable();
    out.dedup();
}

fn of_symbol(symbol: &Symbol) -> impl Iterator<Item = u8> {
    symbol.concepts.into_iter().filter(|concept| *concept != 0)
}

fn words(list: &[Symbol], at: usize, symbol: &Symbol, out: &mut Vec<u32>) {
    let near = |step: usize| list.get(at + step).filter(|other| other.clause == symbol.clause);
    out.push(Hash::new(salt::WORD).number(symbol.hash).end());
    if at == 0 || list.get(at - 1).is_some_and(|last| last.clause != symbol.clause) {
        out.push(Hash::new(salt::FIRST).number(symbol.hash).end());
    }
    match near(1) {
        Some(next) => out.push(Hash::new(salt::NEXT).number(symbol.hash).number(next.hash).end()),
        None => out.push(Hash::new(salt::LAST).number(symbol.hash).end()),
    }
    if let Some(next) = near(2) {
        out.push(Hash::new(salt::SKIP).number(symbol.hash).number(next.hash).end());
        if let Some(middle) = near(1) {
            out.push(Hash::new(salt::THIRD).number(symbol.hash).number(middle.hash).number(next.hash).end());
        }
    }
}

fn concepts(list: &[Symbol], at: usize, symbol: &Symbol, asks: bool, out: &mut Vec<u32>) {
    for concept in of_symbol(symbol) {
        out.push(Hash::new(salt::CONCEPT).byte(concept).end());
        if asks {
            out.push(Hash::new(salt::ASKED).byte(concept).end());
        }
        let mut taken = 0;
        for other in list.iter().skip(at + 1).take_while(|other| other.clause == symbol.clause) {
            for second in of_symbol(other) {
                out.push(Hash::new(salt::PAIR).byte(concept).byte(second).end());
                taken += 1;
            }
            if taken >= PAIRS {
                break;
            }
        }
        if let Some(next) = list.get(at + 1).filter(|next| next.clause == symbol.clause) {
            out.push(Hash::new(salt::WITH_WORD).byte(concept).number(next.hash).end());
        }
        if let Some(last) = at.checked_sub(1).and_then(|at| list.get(at)).filter(|last| last.clause == symbol.clause) {
            out.push(Hash::new(salt::WITH_WORD).number(last.hash).byte(concept).end());
        }
    }
}

/// Where the days of the clause lie, alone and with each concept of it.
fn days(symbols: &Symbols, symbol: &Symbol, asks: bool, out: &mut Vec<u32>) {
    let bits = symbols.days.get(symbol.clause as usize).copied().unwrap_or(0);
    for bit in [1u8, 2, 4].into_iter().filter(|bit| bits & bit != 0) {
        out.push(Hash::new(salt::DAY).byte(bit).byte(u8::from(asks)).end());
        out.extend(of_symbol(symbol).map(|concept| Hash::new(salt::DAY_CONCEPT).byte(bit).byte(concept).end()));
    }
}

fn pieces(symbols: &Symbols, symbol: &Symbol, out: &mut Vec<u32>) {
    let word = symbols.letters.as_bytes().get(symbol.letters.0 as usize..symbol.letters.1 as usize).unwrap_or(&[]);
    if word.len() > PIECE
        && let Some(stem) = word.get(..PIECE)
    {
        out.push(bytes(salt::STEM, stem));
    }
    if word.len() >= LONG_WORD {
        out.extend(word.windows(PIECE).skip(1).map(|piece| bytes(salt::PIECE, piece)));
    }
}

fn bytes(salt: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(Hash::new(salt), |hash, byte| hash.byte(*byte)).end()
}
