//! Varies the lines of the corpus: fills slots, adds what people write around the matter, joins matters, and makes slips of the keyboard.

use crate::corpus::Line;
use ar_core::conversation::locale::{Language, Locale};
use ar_core::conversation::read::Intent;
use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A mail made of a line: subject, text, labels.
pub struct Mail {
    pub received: NaiveDate,
    pub locale: Locale,
    pub subject: String,
    pub text: String,
}

fn pick<'p, T>(random: &mut ChaCha8Rng, list: &'p [T]) -> &'p T {
    &list[random.random_range(0..list.len())]
}

const GREETINGS: [&[&str]; 4] = [
    &["Hi,", "Hello,", "Dear Sir or Madam,", "Good morning,", "Morning,", "Hi there,", "Hello team,", "Dear {name},", "Hi {name},", "Afternoon,", "To whom it may concern,", "Good day,", "{name},"],
    &["Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,", "Sehr geehrter Herr {name},", "Hallo Herr {name},", "Liebe Frau {name},", "Moin,", "Grüezi,", "Servus,", "Guten Morgen,"],
    &["Bonjour,", "Madame, Monsieur,", "Bonjour Madame,", "Bonjour {name},", "Chère Madame,", "Bonsoir,", "Monsieur,"],
    &["Hola,", "Buenos días,", "Estimados señores:", "Estimada {name}:", "Buenas tardes,", "Buenas,", "Estimado cliente:", "Muy señores míos:"],
];

const FILLERS: [&[&str]; 4] = [
    &[
        "Hope you are well.",
        "Thanks for your email.",
        "Sorry for the late reply.",
        "Apologies for the delay in coming back to you.",
        "I refer to your message below.",
        "Thank you for the reminder.",
        "As discussed with my colleague.",
        "I have just seen your note.",
        "Following up on your mail.",
        "Let me know if you need anything else.",
        "Any questions just shout.",
        "Please confirm receipt.",
        "We value our relationship with you.",
        "Happy to talk it through on the phone.",
        "See below.",
        "Sorry about that.",
        "Please advise.",
        "Thanks in advance.",
    ],
    &[
        "Vielen Dank für Ihre Nachricht.",
        "Entschuldigen Sie die späte Antwort.",
        "Bezugnehmend auf Ihr Schreiben.",
        "Danke für die Erinnerung.",
        "Bei Fragen melden Sie sich gern.",
        "Ich komme zurück auf Ihre Mail.",
        "Wir bitten um Bestätigung.",
        "Danke im Voraus.",
        "wie besprochen.",
    ],
    &[
        "Merci pour votre message.",
        "Désolé pour cette réponse tardive.",
        "Je fais suite à votre courrier.",
        "Merci de votre rappel.",
        "Je reste à votre disposition.",
        "Merci de confirmer réception.",
        "Suite à votre relance.",
        "Merci d'avance.",
    ],
    &[
        "Gracias por su mensaje.",
        "Disculpe la demora en responder.",
        "Acuso recibo de su correo.",
        "En relación con su escrito.",
        "Quedo a su disposición.",
        "Por favor, confirme la recepción.",
        "Gracias de antemano.",
        "Disculpen las molestias.",
    ],
];

const ENDS: [&[&str]; 4] = [
    &["Thanks", "Thanks, {name}", "Kind regards", "Regards, {name}", "Cheers", "Many thanks", "Best, {name}", "Thank you"],
    &["Mit freundlichen Grüßen", "Viele Grüße {name}", "MfG", "Danke", "Beste Grüße"],
    &["Cordialement", "Cordialement, {name}", "Merci", "Bien à vous", "Cdt"],
    &["Saludos", "Un saludo, {name}", "Gracias", "Atentamente", "Saludos cordiales"],
];

const SUBJECTS: [&[&str]; 4] = [
    &[
        "Re: Reminder",
        "RE: Past due balance",
        "Re: Overdue invoice",
        "Re: Invoice {ref}",
        "RE: Statement",
        "Re: your account",
        "RE: 2nd notice",
        "Re: final reminder",
        "Re: {amount}",
        "FW: payment",
        "RE: {ref}",
        "Invoice query",
        "Re: Outstanding",
    ],
    &["AW: Mahnung", "AW: Rechnung {ref}", "AW: Zahlungserinnerung", "Re: offene Posten", "AW: Kontoauszug", "AW: 2. Mahnung"],
    &["RE: relance", "RE: facture {ref}", "TR: rappel", "RE: compte client", "RE: impayé", "Re: mise en demeure"],
    &["RE: aviso", "RE: factura {ref}", "RV: recordatorio", "RE: saldo pendiente", "Re: vencimiento", "RE: estado de cuenta"],
];

const AUTOMATIC: [&[&str]; 4] = [
    &["Automatic reply: Reminder", "Out of office", "Out of Office: Re: invoice", "Auto: your message", "Autoreply: overdue", "Automatic reply: Statement"],
    &["Automatische Antwort", "Automatische Antwort: Mahnung", "Abwesenheitsnotiz", "Abwesend: Rechnung"],
    &["Réponse automatique", "Réponse automatique : relance", "Absence du bureau"],
    &["Respuesta automática", "Respuesta automática: factura", "Fuera de la oficina"],
];

const BOUNCES: &[&str] = &[
    "Undeliverable: Reminder",
    "Delivery Status Notification (Failure)",
    "Delivery failure",
    "Mail delivery failed: returning message to sender",
    "Returned mail",
    "Unzustellbar: Mahnung",
    "Non remis : relance",
    "No se puede entregar: aviso",
];

/// Where and when a mail is written.
struct Place {
    locale: Locale,
    received: NaiveDate,
}

fn day(random: &mut ChaCha8Rng, place: &Place, past: bool) -> String {
    let (locale, language, base) = (place.locale, place.locale.language, place.received);
    let on = if past { base - Days::new(random.random_range(1..20)) } else { base + Days::new(random.random_range(1..40)) };
    let long = locale.date(on);
    let named = [
        &["Friday", "Monday", "Tuesday", "the 15th", "the 28th", "March 3", "12 May", "the end of the month", "next week", "Thursday"][..],
        &["Freitag", "Montag", "Dienstag", "15.", "Monatsende", "12. Mai", "nächste Woche", "Donnerstag"][..],
        &["vendredi", "lundi", "mardi", "15", "fin de mois", "12 mai", "semaine prochaine", "jeudi"][..],
        &["viernes", "lunes", "martes", "día 15", "fin de mes", "12 de mayo", "próxima semana", "jueves"][..],
    ][language as usize];
    match random.random_range(0..4) {
        0 => long,
        1 => locale.numeric_date(on),
        2 => long.split(" 20").next().unwrap().trim_end_matches([',', ' ']).to_string(),
        _ => (*pick(random, named)).to_string(),
    }
}

fn amount(random: &mut ChaCha8Rng, language: Language) -> String {
    let minor: i64 = if random.random_bool(0.4) { random.random_range(1..90) * 10_000 } else { random.random_range(900..2_500_000) };
    let tag = match language {
        Language::En => *pick(random, &["en-GB", "en-US", "en-IE"]),
        Language::De => "de-DE",
        Language::Fr => "fr-FR",
        Language::Es => "es-ES",
    };
    let locale = Locale::from_tag(tag).unwrap();
    let number = locale.number(minor, 2);
    let number = if minor % 100 == 0 && random.random_bool(0.6) { number[..number.len() - 3].to_string() } else { number };
    match language {
        Language::En => format!("{}{number}", pick(random, &["£", "$", "€", "EUR ", "USD ", "GBP "])),
        _ => format!("{number}{}", pick(random, &[" €", "€", " EUR", " Euro"])),
    }
}

fn reference(random: &mut ChaCha8Rng) -> String {
    let number = random.random_range(100..99_999);
    match random.random_range(0..7) {
        0 => format!("INV-{number}"),
        1 => format!("{number}"),
        2 => format!("{}-{number}", pick(random, &["QT", "AB", "F", "RE", "SI", "GB", "FA", "K"])),
        3 => format!("{}{number}", pick(random, &["INV", "RG", "FR", "F", "SI"])),
        4 => format!("F26/{number}"),
        5 => format!("2026-{number:05}"),
        _ => format!("{number}"),
    }
}

const NAMES: &[&str] = &["Tom", "Sarah", "Mr Patel", "Ms Reid", "Herr Krause", "Frau Lang", "Mme Petit", "Luis", "Jo", "Priya", "Dave", "Claire Dubois", "Ana"];

fn fill(random: &mut ChaCha8Rng, text: &str, place: &Place, past: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (slot, tail) = after.split_once('}').unwrap_or((after, ""));
        let value = match slot {
            "date" => day(random, place, past),
            "amount" => amount(random, place.locale.language),
            "ref" => reference(random),
            "name" => (*pick(random, NAMES)).to_string(),
            "company" => (*pick(random, &["Acme Ltd", "Northgate", "Keller GmbH", "Durand SARL", "Ortiz SL", "Bluewater LLC"])).to_string(),
            "email" => format!("{}@{}.example", pick(random, &["ap", "accounts", "rechnung", "compta", "pagos"]), pick(random, &["acme", "heron", "lahn", "rive", "sol"])),
            "phone" => format!("0{} {}", random.random_range(100..999), random.random_range(100_000..999_999)),
            _ => format!("{}", random.random_range(2..900)),
        };
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn slip(random: &mut ChaCha8Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..1 + letters.len() / 60 {
        let at = random.random_range(0..letters.len().max(1));
        if letters.get(at).is_some_and(|c| c.is_alphabetic()) && at + 1 < letters.len() {
            match random.random_range(0..3) {
                0 => letters.swap(at, at + 1),
                1 => drop(letters.remove(at)),
                _ => letters.insert(at, letters[at]),
            }
        }
    }
    letters.into_iter().collect()
}

/// Something that says nothing.
pub fn filler(random: &mut ChaCha8Rng, language: Language) -> String {
    let at = language as usize;
    let lists = [GREETINGS[at], FILLERS[at], FILLERS[at], ENDS[at]];
    let list: &[&str] = lists[random.random_range(0..lists.len())];
    (*pick(random, list)).to_string()
}

/// A mail about some lines of one language.
pub fn mail(random: &mut ChaCha8Rng, lines: &[&Line]) -> Mail {
    let language = lines[0].language;
    let at = language as usize;
    let tag = match language {
        Language::En => *pick(random, &["en-GB", "en-US", "en-GB", "en-IE"]),
        Language::De => "de-DE",
        Language::Fr => "fr-FR",
        Language::Es => "es-ES",
    };
    let received = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + Days::new(random.random_range(0..330));
    let place = Place { locale: Locale::from_tag(tag).unwrap(), received };
    let is = |intent: Intent| lines.iter().any(|line| line.intents.contains(&intent));
    let parts: Vec<String> = lines.iter().map(|line| fill(random, &line.text, &place, line.intents.contains(&Intent::PaymentMade))).collect();
    let mut text = parts.join(if random.random_bool(0.2) { "\n" } else { " " });
    if random.random_bool(0.12) {
        text = slip(random, &text);
    }
    if random.random_bool(0.12) {
        text = text.to_lowercase();
    }
    if random.random_bool(0.1) {
        text = text.trim_end_matches(['.', '!']).to_string();
    }
    let thanks = is(Intent::NoAction);
    if random.random_bool(0.18) && !thanks {
        let filler = pick(random, FILLERS[at]);
        text = if random.random_bool(0.7) { format!("{filler} {text}") } else { format!("{text} {filler}") };
    }
    if random.random_bool(0.25) {
        let greeting = *pick(random, GREETINGS[at]);
        let greeting = fill(random, greeting, &place, false);
        text = format!("{greeting}{}{text}", if random.random_bool(0.5) { "\n\n" } else { " " });
    }
    if random.random_bool(0.2) && !thanks {
        let end = *pick(random, ENDS[at]);
        let end = fill(random, end, &place, false);
        text = format!("{text} {end}");
    }
    let automatic = is(Intent::OutOfOffice) && random.random_bool(0.6);
    let bounced = is(Intent::WrongContact)
        && ["deliver", "mailbox", "recipient", "user unknown", "550", "zustell", "boîte", "buz", "destinat"].iter().any(|mark| text.to_lowercase().contains(mark))
        && random.random_bool(0.6);
    let subject = if automatic {
        (*pick(random, AUTOMATIC[at])).to_string()
    } else if bounced {
        (*pick(random, BOUNCES)).to_string()
    } else if random.random_bool(0.15) {
        String::new()
    } else {
        let subject = pick(random, SUBJECTS[at]);
        fill(random, subject, &place, false)
    };
    Mail { received, locale: place.locale, subject, text }
}
