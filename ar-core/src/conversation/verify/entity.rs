//! Names, invoice numbers, links, addresses, phone numbers and accounts: they are those of the facts, letter by letter, or they are wrong.

use super::facts::Facts;
use super::lexicon::{DEMAND, INVOICE};
use super::text::{Text, What};
use super::verdict::{Claim, ClaimKind, FindingCode};
use crate::conversation::token::{Kind, Tokens};
use alloc::{format, string::String, string::ToString, vec::Vec};

/// Tokens that one invoice number may have.
const LONGEST_REFERENCE: usize = 16;

/// Finds all of them, and makes the claims.
pub(super) fn cover(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    links(text, facts, claims);
    references(text, facts, claims);
    names(text, facts, claims);
    accounts(text, facts, claims);
    phones(text, facts, claims);
}

fn claim(text: &Text, claims: &mut Vec<Claim>, from: usize, to: usize, kind: ClaimKind, fact: String) {
    let span = text.tokens.span(from, to);
    claims.push(Claim { span, kind, value: span.of(text.raw).into(), fact: Some(fact) });
}

/// Whether the tokens from a place on are those of another text, and where they end. Marks between words may not differ.
fn same(text: &Text, at: usize, other: &Tokens) -> Option<usize> {
    let fits = (0..other.len())
        .all(|step| !text.is_covered(at + step) && text.tokens.is(at + step, other.text(step)) && (step == 0 || text.joined(at + step) == other.get(step).is_some_and(|token| token.joined)));
    let end = (at + other.len()).checked_sub(1)?;
    let bounded = fits && !other.is_empty() && !grows(text, at, end);
    bounded.then_some(end)
}

/// Whether letters or digits are joined to the tokens from one to another.
fn grows(text: &Text, from: usize, to: usize) -> bool {
    let sticks = |at: usize| matches!(text.kind(at), Some(Kind::Word | Kind::Digits));
    let before = text.joined(from) && from.checked_sub(1).is_some_and(|at| sticks(at) || (matches!(text.tokens.text(at), "-" | "_" | ".") && text.joined(at) && at.checked_sub(1).is_some_and(sticks)));
    let after = text.joined(to + 1) && (sticks(to + 1) || (matches!(text.tokens.text(to + 1), "-" | "_" | "." | "@" | "/") && text.joined(to + 2) && sticks(to + 2)));
    before || after
}

fn names(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    let mut known: Vec<(Tokens, String, ClaimKind)> = Vec::new();
    let mut add = |name: &str, path: String, kind| known.push((Tokens::read(name), path, kind));
    add(&facts.creditor.name, "creditor.name".into(), ClaimKind::Name);
    add(&facts.debtor.name, "debtor.name".into(), ClaimKind::Name);
    if let Some(contact) = &facts.debtor.contact {
        add(contact, "debtor.contact".into(), ClaimKind::Name);
    }
    facts.creditor.details.iter().enumerate().for_each(|(at, detail)| add(detail, format!("creditor.details[{at}]"), ClaimKind::Account));
    known.sort_by_key(|row| core::cmp::Reverse(row.0.len()));
    for at in 0..text.tokens.len() {
        if text.is_covered(at) {
            continue;
        }
        let found = known.iter().find_map(|row| same(text, at, &row.0).map(|end| (end, row)));
        if let Some((end, (_, path, kind))) = found {
            claim(text, claims, at, end, *kind, path.clone());
            text.mention(at, end, What::Settled);
        }
    }
}

fn references(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    let mut known: Vec<(&str, usize)> = facts.known().iter().enumerate().map(|(at, invoice)| (invoice.reference.as_str(), at)).collect();
    known.sort_unstable();
    let spaced = known.iter().any(|row| row.0.contains(' '));
    let mut at = 0;
    while at < text.tokens.len() {
        let found = if text.is_covered(at) { None } else { reference(text, at, &known, spaced) };
        let Some((end, place)) = found else {
            at += 1;
            continue;
        };
        claim(text, claims, at, end, ClaimKind::Reference, format!("invoices[{place}].ref"));
        text.mention(at, end, What::Reference(place));
        at = end + 1;
    }
}

/// The longest reference that begins at a token.
fn reference(text: &Text, at: usize, known: &[(&str, usize)], spaced: bool) -> Option<(usize, usize)> {
    let mut ends = at;
    while ends + 1 < text.tokens.len() && ends + 1 - at < LONGEST_REFERENCE && (text.joined(ends + 1) || spaced) && !text.is_covered(ends + 1) {
        ends += 1;
    }
    (at..=ends).rev().find_map(|end| {
        let written = text.tokens.span(at, end).of(text.raw);
        let place = known.binary_search_by(|row| row.0.cmp(written)).ok()?;
        let digits = at == end && text.kind(at) == Some(Kind::Digits);
        let in_number = digits
            && ((text.joined(at) && at > 0 && matches!(text.tokens.text(at - 1), "," | "'" | "€" | "£" | "$"))
                || (text.joined(end + 1) && matches!(text.tokens.text(end + 1), "," | "'") && text.kind(end + 2) == Some(Kind::Digits) && text.joined(end + 2)));
        let slash = text.tokens.is(end + 1, "/") && text.joined(end + 1);
        if in_number || ((digits || !slash) && grows(text, at, end)) { None } else { known.get(place).map(|row| (end, row.1)) }
    })
}

/// Links, mail addresses and bare domains.
fn links(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let mut end = at;
        while text.joined(end + 1) {
            end += 1;
        }
        let next = end + 1;
        if let Some((from, to)) = looks_like_link(text, at, end) {
            link(text, facts, claims, from, to);
        }
        at = next;
    }
}

/// The part of a run without spaces that is a link, without the marks around it.
fn looks_like_link(text: &Text, mut from: usize, mut to: usize) -> Option<(usize, usize)> {
    while from < to && matches!(text.tokens.text(from), "(" | "<" | "[" | "\"" | "'" | "*") {
        from += 1;
    }
    while to > from && matches!(text.tokens.text(to), ")" | ">" | "]" | "." | "," | ";" | ":" | "!" | "?" | "\"" | "'" | "*") {
        to -= 1;
    }
    let is = |at: usize, mark: &str| text.tokens.is(at, mark);
    // `Online:https://…` and `mailto:a@b.example`: what stands before the scheme is no part of it.
    let scheme = (from..to).find(|at| is(*at, ":") && is(at + 1, "/") && is(at + 2, "/"));
    if let Some(colon) = scheme {
        let start = colon.saturating_sub(1).max(from);
        return Some((start, to));
    }
    if let Some(mail) = (from..=to).find(|at| is(*at, "@")) {
        let start = (from..mail).rev().find(|at| is(*at, ":")).map_or(from, |colon| colon + 1);
        return Some((start.min(mail), to));
    }
    let letters = |at: usize| text.is_word(at) && text.tokens.text(at).len() >= 2;
    let is_domain = (from + 1..to).any(|at| {
        is(at, ".") && (text.is_word(at - 1) && text.tokens.text(at - 1).len() >= 2 || text.kind(at - 1) == Some(Kind::Digits) && text.is_word(at + 1)) && letters(at + 1) && !text.is_capital(at + 1)
    });
    let dotted = text.is_word(from) && matches!(text.tokens.text(from), "www" | "hxxp" | "hxxps" | "http" | "https" | "mailto" | "tel" | "ftp" | "javascript" | "data") && from < to;
    (is_domain || dotted).then_some((from, to))
}

fn link(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>, from: usize, to: usize) {
    let written = text.tokens.span(from, to).of(text.raw);
    let creditor = &facts.creditor;
    let url = creditor.pay_url.as_deref();
    let is_url = url.is_some_and(|url| same_link(url, written));
    let mail = creditor.email.as_deref().is_some_and(|mail| mail.eq_ignore_ascii_case(written));
    let detail = creditor.details.iter().position(|detail| same_link(detail, written));
    let kind = if written.contains('@') && !written.contains("//") { ClaimKind::Mail } else { ClaimKind::Link };
    let fact = match (is_url, mail, detail) {
        (true, ..) => Some("creditor.pay_url".to_string()),
        (_, true, _) => Some("creditor.email".to_string()),
        (.., Some(at)) => Some(format!("creditor.details[{at}]")),
        _ => None,
    };
    let wrong = fact.is_none();
    if kind == ClaimKind::Link && wrong && is_reference_list(written, facts) {
        return;
    }
    claims.push(Claim { span: text.tokens.span(from, to), kind, value: written.into(), fact });
    if wrong {
        let pays = kind == ClaimKind::Link && (url.is_some() || (from.saturating_sub(12)..from).any(|at| text.cue(at) & DEMAND != 0));
        if pays {
            text.find_at(FindingCode::BadPaymentDetail, from, to, "a link that is not the one to pay with");
        }
        let code = if kind == ClaimKind::Mail { FindingCode::BadContact } else { FindingCode::ForeignLink };
        text.find_at(code, from, to, "not in the facts");
    }
    text.mention(from, to, if wrong { What::Wrong } else { What::Settled });
}

/// A reference with a point in it looks like a domain.
fn is_reference_list(written: &str, facts: &Facts) -> bool {
    facts.known().iter().any(|invoice| invoice.reference == written) || facts.creditor.name.contains(written) || facts.debtor.name.contains(written)
}

/// The same link: scheme and host in any case, the scheme may be left out where it is `https`.
fn same_link(fact: &str, written: &str) -> bool {
    if fact == written {
        return true;
    }
    let split = |link: &str| -> (usize, usize) {
        let start = link.find("://").map_or(0, |at| at + 3);
        let end = link.get(start..).and_then(|rest| rest.find('/')).map_or(link.len(), |at| start + at);
        (start, end)
    };
    let (start, end) = split(fact);
    let whole = written.len() == fact.len() && fact.get(..end).zip(written.get(..end)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b)) && fact.get(end..) == written.get(end..);
    whole || (fact.starts_with("https://") && fact.get(start..) == Some(written))
}

fn alnum(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The tokens from a place on that spell `wanted` without regard to spaces and hyphens on one line; the last of them.
fn spelled(text: &Text, at: usize, wanted: &str) -> Option<usize> {
    let mut rest = wanted;
    let mut end = at;
    let mut here = at;
    while !rest.is_empty() {
        let token = text.tokens.text(here);
        if text.is_covered(here) || token.is_empty() || (here > at && text.first(here)) {
            return None;
        }
        match text.kind(here) {
            Some(Kind::Mark) if here > at && matches!(token, "-" | "." | "/" | "(" | ")") => {}
            Some(Kind::Mark) | None => return None,
            _ => {
                let head = rest.get(..token.len())?;
                if !head.eq_ignore_ascii_case(token) {
                    return None;
                }
                rest = rest.get(token.len()..)?;
                end = here;
            }
        }
        here += 1;
    }
    let grown = text.joined(end + 1) && matches!(text.kind(end + 1), Some(Kind::Word | Kind::Digits));
    let grows = text.joined(at) && at > 0 && matches!(text.kind(at - 1), Some(Kind::Word | Kind::Digits));
    if grown || grows { None } else { Some(end) }
}

/// Accounts: the IBAN of the facts in any grouping, its check digits right; whatever else looks like one is wrong.
fn accounts(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    let iban = facts.creditor.iban.as_deref().map(alnum).filter(|iban| checks(iban));
    let mut at = 0;
    while at < text.tokens.len() {
        if text.is_covered(at) || !text.is_word(at) || text.kind(at + 1) != Some(Kind::Digits) || !text.joined(at + 1) {
            at += 1;
            continue;
        }
        let fits = iban.as_deref().and_then(|iban| spelled(text, at, iban));
        if let Some(end) = fits {
            claim(text, claims, at, end, ClaimKind::Account, "creditor.iban".into());
            text.mention(at, end, What::Settled);
            at = end + 1;
            continue;
        }
        if let Some(end) = like_iban(text, at) {
            claims.push(Claim { span: text.tokens.span(at, end), kind: ClaimKind::Account, value: alnum(text.tokens.span(at, end).of(text.raw)), fact: None });
            text.find_at(FindingCode::BadPaymentDetail, at, end, "an account that is not in the facts, or with wrong check digits");
            text.mention(at, end, What::Wrong);
            at = end;
        }
        at += 1;
    }
}

/// The end of what looks like an IBAN: two letters, two digits, then groups of letters and digits of at least eleven characters.
fn like_iban(text: &Text, at: usize) -> Option<usize> {
    if text.tokens.text(at).len() != 2 || text.tokens.text(at + 1).len() < 2 {
        return None;
    }
    let (mut end, mut length) = (at, 0);
    for here in at..text.tokens.len().min(at + 40) {
        let token = text.tokens.text(here);
        let fits = match text.kind(here) {
            Some(Kind::Digits) => true,
            Some(Kind::Word) => token.is_ascii() && token.len() <= 6 && text.written(here).chars().all(|c| c.is_ascii_uppercase()),
            _ => matches!(token, "-" | ".") && text.joined(here) && text.joined(here + 1),
        };
        if !fits || text.is_covered(here) || (here > at && text.first(here)) || length > 34 {
            break;
        }
        if text.kind(here) != Some(Kind::Mark) {
            length += token.len();
            end = here;
        }
    }
    (length >= 13).then_some(end)
}

/// The check digits of an IBAN (ISO 13616: the number read with the first four at the end is 1 modulo 97).
fn checks(iban: &str) -> bool {
    let (head, tail) = (iban.get(..4).unwrap_or(""), iban.get(4..).unwrap_or(""));
    let turned = tail.bytes().chain(head.bytes());
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase()) - 55) % 97,
    });
    iban.len() >= 15 && iban.is_ascii() && rest == 1
}

/// The calling code of a region, and whether a nought is put before a national number.
const CALLING: &[(&str, &str)] = &[
    ("GB", "44"),
    ("IE", "353"),
    ("US", "1"),
    ("CA", "1"),
    ("AU", "61"),
    ("NZ", "64"),
    ("ZA", "27"),
    ("IN", "91"),
    ("DE", "49"),
    ("AT", "43"),
    ("CH", "41"),
    ("LI", "423"),
    ("FR", "33"),
    ("BE", "32"),
    ("LU", "352"),
    ("ES", "34"),
    ("MX", "52"),
    ("AR", "54"),
    ("CO", "57"),
    ("CL", "56"),
];

fn phones(text: &mut Text, facts: &Facts, claims: &mut Vec<Claim>) {
    let phone = facts.creditor.phone.as_deref().unwrap_or("");
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let mut ways: Vec<String> = Vec::new();
    if digits.len() >= 5 {
        let code = CALLING.iter().find(|row| row.0 == facts.locale.region()).map(|row| row.1);
        let national = digits.strip_prefix('0').unwrap_or(&digits);
        if let (false, Some(code)) = (phone.trim().starts_with('+'), code) {
            ways.extend([format!("{code}{national}"), format!("{code}0{national}"), format!("00{code}{national}")]);
        }
        ways.push(digits);
    }
    let mut at = 0;
    while at < text.tokens.len() {
        if text.kind(at) != Some(Kind::Digits) || text.is_covered(at) {
            at += 1;
            continue;
        }
        if let Some(end) = ways.iter().find_map(|way| spelled(text, at, way)) {
            let opens = |at: &usize| matches!(text.tokens.text(*at), "+" | "(") && !text.is_covered(*at);
            let from = at.checked_sub(1).filter(opens).map_or(at, |before| before.checked_sub(1).filter(opens).unwrap_or(before));
            claim(text, claims, from, end, ClaimKind::Phone, "creditor.phone".into());
            text.mention(from, end, What::Settled);
            at = end;
        }
        at += 1;
    }
}

/// Phone numbers that are not in the facts; for when dates are known.
pub(super) fn foreign_phones(text: &mut Text, claims: &mut Vec<Claim>) {
    let mut at = 0;
    while at < text.tokens.len() {
        at = if text.kind(at) == Some(Kind::Digits) && !text.is_covered(at) { like_phone(text, claims, at) } else { at + 1 };
    }
}

/// Groups of digits of at least seven that begin with a plus, a nought or after a word for calling; the place to go on from.
fn like_phone(text: &mut Text, claims: &mut Vec<Claim>, at: usize) -> usize {
    const CALLS: &[&str] = &["call", "tel", "phone", "telephone", "telefon", "telefonisch", "appelez", "telephonez", "llame", "telefono", "fon", "ring", "whatsapp", "mobile", "mobil", "fax"];
    let (mut end, mut length, mut groups) = (at, 0, 0);
    for here in at..text.tokens.len().min(at + 20) {
        match text.kind(here) {
            Some(Kind::Digits) if !(text.is_covered(here) || here > at && text.first(here)) => {
                length += text.tokens.text(here).len();
                groups += 1;
                end = here;
            }
            Some(Kind::Mark) if here > at && matches!(text.tokens.text(here), "-" | "(" | ")" | "/") => {}
            _ => break,
        }
    }
    let start = text.tokens.text(at);
    let called = (at.saturating_sub(4)..at).any(|before| CALLS.contains(&text.tokens.text(before)) || text.tokens.is(before, "+"));
    let dashed = groups > 2 && length > 8 && (at..end).all(|here| text.kind(here) == Some(Kind::Digits) || text.tokens.is(here, "-"));
    let begins = dashed || (start.starts_with('0') && groups > 1 && !text.tokens.text(at + 1).contains('/')) || called;
    if length >= 7 && begins && !(at.saturating_sub(3)..at).any(|before| text.cue(before) & INVOICE != 0) {
        claims.push(Claim { span: text.tokens.span(at, end), kind: ClaimKind::Phone, value: text.tokens.span(at, end).of(text.raw).into(), fact: None });
        text.find_at(FindingCode::BadContact, at, end, "a phone number that is not in the facts");
        text.mention(at, end, What::Wrong);
    }
    end + 1
}
