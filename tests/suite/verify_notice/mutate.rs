//! Changes that make a true notice untrue, each so by its own making: what happens to leave the text true is not made.

use super::Random;
use super::notice::{Notice, Part, Says, Section};
use ar_core::Currency;
use ar_core::conversation::verify::{Facts, InvoiceStatus};
use chrono::{Days, Months, NaiveDate};

/// Every kind of change.
pub const KINDS: &[&str] = &[
    "digit",
    "swap amounts",
    "swap dates",
    "swap days",
    "swap references",
    "day off by one",
    "wrong month",
    "wrong sum",
    "currency",
    "threat",
    "urgency",
    "invention",
    "offer",
    "hidden",
    "look-alike",
    "full width",
    "account",
    "link",
    "mail",
    "phone",
    "creditor",
    "contact",
    "count",
    "disputed",
    "paid",
    "promised",
    "dropped",
    "rounded",
    "about",
    "weekday",
    "placeholder",
    "language",
    "gross for open",
    "days off",
];

type Made = Option<(String, Facts)>;

/// The notice with one change; `None` where this one has nothing to change.
pub fn mutate(random: &mut Random, notice: &Notice, kind: &str) -> Made {
    let mut parts = notice.parts.clone();
    let mut facts = notice.facts.clone();
    match kind {
        "digit" => digit(random, notice, &mut parts, &|says| !matches!(says, Says::Words | Says::Url | Says::Mail | Says::Creditor | Says::Contact))?,
        "account" => digit(random, notice, &mut parts, &|says| says == Says::Iban)?,
        "phone" => digit(random, notice, &mut parts, &|says| says == Says::Phone)?,
        "swap amounts" => swap(random, notice, &mut parts, &|says| matches!(says, Says::Open(_)))?,
        "swap dates" => swap(random, notice, &mut parts, &|says| matches!(says, Says::Due(_)))?,
        "swap days" => swap(random, notice, &mut parts, &|says| matches!(says, Says::Days(_)))?,
        "swap references" => swap(random, notice, &mut parts, &|says| matches!(says, Says::Reference(_)))?,
        "day off by one" => shift(random, notice, &mut parts, &|random, day| if random.chance(500) { day + Days::new(1) } else { day - Days::new(1) })?,
        "wrong month" => shift(random, notice, &mut parts, &|random, day| if random.chance(500) { day + Months::new(1) } else { day - Months::new(1) })?,
        "wrong sum" => amount(random, notice, &mut parts, &|says| says == Says::Total, &|random, minor| minor + random.one_of(&[1, 100, 1_000, 12_345, -1, -250]))?,
        "rounded" => amount(random, notice, &mut parts, &|says| matches!(says, Says::Open(_) | Says::Total), &|random, minor| {
            let step = random.one_of(&[100, 1_000, 10_000]);
            (minor + step / 2) / step * step
        })?,
        "gross for open" => {
            let part = one(random, &parts, &|says| matches!(says, Says::Open(at) if notice.facts.invoices[at].open < notice.facts.invoices[at].gross))?;
            let Says::Open(at) = parts[part].says else { return None };
            if parts.iter().any(|part| part.says == Says::Gross && part.section == Section::Line(at)) {
                return None;
            }
            parts[part].text = written(notice, notice.facts.invoices[at].gross);
        }
        "hidden" | "look-alike" | "full width" => return characters(random, notice, kind).map(|text| (text, facts)),
        "link" | "mail" | "creditor" | "contact" => letter(random, &mut parts, kind)?,
        "disputed" | "paid" | "promised" => {
            let open: Vec<usize> = (0..facts.invoices.len()).filter(|at| facts.invoices[*at].status == InvoiceStatus::Open).collect();
            if open.len() < 2 {
                return None;
            }
            facts.invoices[random.one_of(&open)].status = InvoiceStatus::from_name(kind)?;
        }
        "dropped" => drop(random, &mut parts)?,
        _ => otherwise(random, notice, &mut parts, kind)?,
    }
    let text: String = parts.iter().map(|part| part.text.as_str()).collect();
    if text == notice.text() && facts == notice.facts { None } else { Some((text, facts)) }
}

/// Words and signs that say something else, or more.
fn otherwise(random: &mut Random, notice: &Notice, parts: &mut Vec<Part>, kind: &str) -> Option<()> {
    let facts = &notice.facts;
    match kind {
        "currency" => {
            let part = one(random, parts, &|says| matches!(says, Says::Open(_) | Says::Total | Says::Gross))?;
            let other = if facts.currency == Currency::EUR { ["$", "USD"] } else { ["€", "EUR"] };
            let (sign, code) = match facts.currency.code() {
                "EUR" => ("€", "EUR"),
                "GBP" => ("£", "GBP"),
                _ => ("$", "USD"),
            };
            parts[part].text = parts[part].text.replace(sign, other[0]).replace(code, other[1]);
        }
        "threat" | "urgency" | "invention" | "offer" => {
            let list = match kind {
                "threat" => notice.texts.threats,
                "urgency" => notice.texts.urgencies,
                "invention" => notice.texts.inventions,
                _ => notice.texts.offers,
            };
            let sentence = random.one_of(list);
            insert(random, parts, sentence);
        }
        "language" => {
            let other = if facts.locale.language.name() == "de" {
                "We would like to thank you for your business with us this year."
            } else {
                "Wir danken Ihnen für die gute Zusammenarbeit und sind bei Fragen für Sie da."
            };
            insert(random, parts, other);
        }
        "placeholder" => {
            let part = one(random, parts, &|says| !matches!(says, Says::Words))?;
            parts[part].text = random.one_of(&["{{value}}", "[value]", "[name]", "{0}", "____"]).into();
        }
        "about" => {
            let part = one(random, parts, &|says| matches!(says, Says::Open(_) | Says::Total))?;
            let word = match facts.locale.language.name() {
                "en" => random.one_of(&["about ", "roughly ", "approximately ", "almost "]),
                "de" => random.one_of(&["etwa ", "rund ", "ca. ", "knapp "]),
                "fr" => random.one_of(&["environ ", "près de ", "presque ", "à peu près "]),
                _ => random.one_of(&["aproximadamente ", "cerca de ", "casi ", "alrededor de "]),
            };
            parts[part].text.insert_str(0, word);
        }
        "weekday" => {
            let part = one(random, parts, &|says| says == Says::Weekday)?;
            let name = facts.locale.language.weekday_name(random.place(7) as u32);
            (parts[part].text != name).then_some(())?;
            parts[part].text = name.into();
        }
        "count" => {
            let part = one(random, parts, &|says| matches!(says, Says::Count | Says::CountWord))?;
            let other = (notice.facts.count() + random.range(1, 3) as usize - 1) % 6 + 1;
            if other == notice.facts.count() || other < 2 {
                return None;
            }
            parts[part].text = if parts[part].says == Says::Count { other.to_string() } else { notice.texts.numbers[other - 1].into() };
        }
        "days off" => {
            let part = one(random, parts, &|says| matches!(says, Says::Days(_)))?;
            let days: i64 = parts[part].text.parse().ok()?;
            parts[part].text = (days + random.one_of(&[1, -1, 7, 30])).to_string();
        }
        _ => panic!("no such change: {kind}"),
    }
    Some(())
}

fn one(random: &mut Random, parts: &[Part], fits: &dyn Fn(Says) -> bool) -> Option<usize> {
    let fitting: Vec<usize> = (0..parts.len()).filter(|at| fits(parts[*at].says)).collect();
    if fitting.is_empty() { None } else { Some(random.one_of(&fitting)) }
}

/// Puts a sentence somewhere between the list and the end.
fn insert(random: &mut Random, parts: &mut Vec<Part>, sentence: &str) {
    let after = random.one_of(&[Section::Deadline, Section::Pay, Section::Contact]);
    let at = parts.iter().rposition(|part| part.section == after).map_or(0, |at| at + 1);
    parts.insert(at, Part { section: Section::Other, says: Says::Words, text: format!(" {sentence}") });
}

/// One digit becomes another. A date that becomes one of the facts is left out: it may be true of another column.
fn digit(random: &mut Random, notice: &Notice, parts: &mut [Part], fits: &dyn Fn(Says) -> bool) -> Option<()> {
    let part = one(random, parts, &|says| fits(says))?;
    let text = &parts[part].text;
    let places: Vec<usize> = text.char_indices().filter(|row| row.1.is_ascii_digit()).map(|row| row.0).collect();
    if places.is_empty() {
        return None;
    }
    let at = random.one_of(&places);
    let old = text.as_bytes()[at];
    let new = b'0' + (old - b'0' + random.range(1, 9) as u8) % 10;
    let mut changed = text.clone();
    changed.replace_range(at..=at, &char::from(new).to_string());
    if days_of(&notice.facts).iter().any(|day| notice.facts.locale.date(*day) == changed || notice.facts.locale.numeric_date(*day) == changed) {
        return None;
    }
    parts[part].text = changed;
    Some(())
}

fn days_of(facts: &Facts) -> Vec<NaiveDate> {
    let mut days = vec![facts.as_of];
    days.extend(facts.policy.deadline);
    days.extend(facts.events.iter().map(|event| event.on));
    days.extend(facts.invoices.iter().flat_map(|invoice| [Some(invoice.due), invoice.issued]).flatten());
    days
}

/// What is said of one invoice is said of another, and the other way round.
fn swap(random: &mut Random, notice: &Notice, parts: &mut [Part], fits: &dyn Fn(Says) -> bool) -> Option<()> {
    let fitting: Vec<usize> = (0..parts.len()).filter(|at| fits(parts[*at].says)).collect();
    if fitting.len() < 2 {
        return None;
    }
    let (a, b) = (random.one_of(&fitting), random.one_of(&fitting));
    if parts[a].text == parts[b].text {
        return None;
    }
    // Two numbers of invoices that differ in nothing else would be no swap.
    if let (Says::Reference(x), Says::Reference(y)) = (parts[a].says, parts[b].says)
        && notice.facts.invoices[x].open == notice.facts.invoices[y].open
    {
        return None;
    }
    let (text, other) = (parts[a].text.clone(), parts[b].text.clone());
    (parts[a].text, parts[b].text) = (other, text);
    Some(())
}

/// A date becomes another, which is none of the facts.
fn shift(random: &mut Random, notice: &Notice, parts: &mut [Part], change: &dyn Fn(&mut Random, NaiveDate) -> NaiveDate) -> Option<()> {
    let part = one(random, parts, &|says| matches!(says, Says::Due(_) | Says::Issued(_) | Says::Deadline | Says::Event))?;
    let facts = &notice.facts;
    let day = match parts[part].says {
        Says::Due(at) => facts.invoices[at].due,
        Says::Issued(at) => facts.invoices[at].issued?,
        Says::Deadline => facts.policy.deadline?,
        _ => facts.events[0].on,
    };
    let other = change(random, day);
    if days_of(facts).contains(&other) {
        return None;
    }
    let numeric = parts[part].text == facts.locale.numeric_date(day);
    parts[part].text = if numeric { facts.locale.numeric_date(other) } else { facts.locale.date(other) };
    Some(())
}

fn written(notice: &Notice, minor: i64) -> String {
    notice.facts.locale.money(ar_core::Money::new(minor, notice.facts.currency))
}

/// An amount becomes another, which is none of the facts.
fn amount(random: &mut Random, notice: &Notice, parts: &mut [Part], fits: &dyn Fn(Says) -> bool, change: &dyn Fn(&mut Random, i64) -> i64) -> Option<()> {
    let part = one(random, parts, fits)?;
    let facts = &notice.facts;
    let minor = match parts[part].says {
        Says::Open(at) => facts.invoices[at].open,
        _ => facts.total_open()?,
    };
    let other = change(random, minor);
    let known = facts.invoices.iter().flat_map(|invoice| [invoice.open, invoice.gross]).chain(facts.total_open()).any(|known| known == other);
    if known || other <= 0 {
        return None;
    }
    parts[part].text = written(notice, other);
    Some(())
}

fn characters(random: &mut Random, notice: &Notice, kind: &str) -> Option<String> {
    let text = notice.text();
    let places: Vec<(usize, char)> = text.char_indices().collect();
    let (at, c) = random.one_of(&places);
    if kind == "hidden" {
        let hidden = random.one_of(&['\u{200b}', '\u{200d}', '\u{202e}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{e0041}', '\u{200e}', '\u{7}']);
        return Some(format!("{}{hidden}{}", &text[..at], &text[at..]));
    }
    let other = match (kind, c) {
        ("full width", '0'..='9') => char::from_u32(c as u32 - 0x30 + 0xff10)?,
        ("look-alike", 'a') => 'а',
        ("look-alike", 'e') => 'е',
        ("look-alike", 'o') => 'о',
        ("look-alike", 'p') => 'р',
        ("look-alike", 'c') => 'с',
        ("look-alike", 'i') => 'і',
        ("look-alike", 'A') => 'Α',
        ("look-alike", 'I') => 'І',
        _ => return None,
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]))
}

/// One letter of a name or an address becomes another.
fn letter(random: &mut Random, parts: &mut [Part], kind: &str) -> Option<()> {
    let wanted = match kind {
        "link" => Says::Url,
        "mail" => Says::Mail,
        "creditor" => Says::Creditor,
        _ => Says::Contact,
    };
    let part = one(random, parts, &|says| says == wanted)?;
    let text = parts[part].text.clone();
    if kind == "link" && random.chance(300) {
        parts[part].text = random
            .one_of(
                &[text.replace("https:", "http:"), text.replace(".example", ".example.com"), text.replace("https://", "https://x@"), text.replace(".example", ".test")]
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
            )
            .into();
        return Some(());
    }
    let places: Vec<(usize, char)> = text.char_indices().filter(|row| row.1.is_ascii_lowercase()).collect();
    let (at, c) = random.one_of(&places);
    let other = char::from(b'a' + (c as u8 - b'a' + random.range(1, 25) as u8) % 26);
    parts[part].text = format!("{}{other}{}", &text[..at], &text[at + 1..]);
    Some(())
}

/// Leaves out what a notice has to say.
fn drop(random: &mut Random, parts: &mut Vec<Part>) -> Option<()> {
    let lines: Vec<usize> = parts.iter().filter_map(|part| if let (Section::Line(at), Says::Reference(_)) = (part.section, part.says) { Some(at) } else { None }).collect();
    let section = match random.place(4) {
        0 if lines.len() > 1 => Section::Line(random.one_of(&lines)),
        1 => Section::Deadline,
        2 => Section::Pay,
        _ => Section::Contact,
    };
    parts.retain(|part| part.section != section);
    Some(())
}
