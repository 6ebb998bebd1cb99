//! True notices: facts of a seeded customer, and a text that says them. Each part of the text knows what it says, so that a change of it is
//! known to be untrue.

use super::Random;
use super::texts::{ALL, Texts};
use ar_core::conversation::locale::Locale;
use ar_core::conversation::verify::{Act, Creditor, Debtor, EventFact, Facts, InvoiceFact, InvoiceStatus, NoticePolicy};
use ar_core::{Currency, Money};
use chrono::{Datelike, Days, NaiveDate};

/// What a part of the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Words,
    Reference(usize),
    Open(usize),
    Gross,
    Due(usize),
    Issued(usize),
    Days(usize),
    Total,
    Count,
    CountWord,
    Deadline,
    Weekday,
    Event,
    Url,
    Iban,
    Mail,
    Phone,
    Creditor,
    Contact,
    Disputed,
}

/// A section of the notice, as far as one can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Greeting,
    Opener,
    Line(usize),
    Other,
    Total,
    Deadline,
    Pay,
    Contact,
    Closing,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub section: Section,
    pub says: Says,
    pub text: String,
}

pub struct Notice {
    pub facts: Facts,
    pub texts: &'static Texts,
    pub parts: Vec<Part>,
}

/// How this notice writes.
struct Style {
    locale: Locale,
    numeric: bool,
    code: bool,
    plain: bool,
    spaced: bool,
}

impl Notice {
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    pub fn new(random: &mut Random) -> Self {
        let texts = &ALL[random.place(ALL.len())];
        let facts = facts(random, texts);
        let style = Style { locale: facts.locale, numeric: random.chance(400), code: random.chance(250), plain: random.chance(100), spaced: random.chance(700) };
        let mut notice = Self { facts, texts, parts: Vec::new() };
        notice.write(random, &style);
        notice
    }

    fn write(&mut self, random: &mut Random, style: &Style) {
        let texts = self.texts;
        let open: Vec<usize> = (0..self.facts.invoices.len()).filter(|at| self.facts.invoices[*at].status == InvoiceStatus::Open).collect();
        self.say(style, Section::Greeting, random.one_of(texts.greetings), 0);
        self.words(Section::Other, "\n\n");
        if let [one] = open[..] {
            self.say(style, Section::Line(one), random.one_of(texts.single), one);
        } else {
            let opener = random.one_of(texts.openers);
            self.say(style, Section::Opener, opener, 0);
            self.words(Section::Other, "\n\n");
            self.list(random, style, &open);
        }
        self.words(Section::Other, "\n\n");
        if open.len() > 1 && random.chance(850) {
            self.say(style, Section::Total, random.one_of(texts.totals), 0);
            self.words(Section::Other, "\n");
        }
        if !self.facts.events.is_empty() && random.chance(600) {
            self.say(style, Section::Other, random.one_of(texts.events), 0);
            self.words(Section::Other, " ");
        }
        if let Some(at) = self.facts.invoices.iter().position(|invoice| invoice.status == InvoiceStatus::Disputed).filter(|_| random.chance(800)) {
            self.say(style, Section::Other, random.one_of(texts.disputed), at);
            self.words(Section::Other, " ");
        }
        for (section, list) in [(Section::Deadline, texts.deadlines), (Section::Pay, texts.pays), (Section::Contact, texts.contacts)] {
            self.say(style, section, random.one_of(list), 0);
            self.words(Section::Other, if random.chance(700) { " " } else { "\n" });
        }
        self.words(Section::Other, "\n\n");
        self.say(style, Section::Closing, random.one_of(texts.closings), 0);
    }

    fn list(&mut self, random: &mut Random, style: &Style, open: &[usize]) {
        let texts = self.texts;
        let table = random.chance(250);
        let numbered = !table && random.chance(150);
        let (head, row) = random.one_of(texts.tables);
        let line = random.one_of(texts.lines);
        if table {
            self.words(Section::Other, head);
            self.words(Section::Other, "\n");
        }
        for (number, at) in open.iter().enumerate() {
            if numbered {
                self.words(Section::Line(*at), &format!("{}. ", number + 1));
            }
            let partly = self.facts.invoices[*at].open < self.facts.invoices[*at].gross;
            let line = if table {
                row
            } else if partly && random.chance(700) {
                random.one_of(texts.parts)
            } else {
                line
            };
            let line = if numbered { line.trim_start_matches(['-', '*', ' ']) } else { line };
            self.say(style, Section::Line(*at), line, *at);
            self.words(Section::Line(*at), "\n");
        }
    }

    fn words(&mut self, section: Section, text: &str) {
        self.parts.push(Part { section, says: Says::Words, text: text.into() });
    }

    /// Fills a sentence in.
    fn say(&mut self, style: &Style, section: Section, sentence: &str, at: usize) {
        for (number, piece) in sentence.split(['{', '}']).enumerate() {
            if number % 2 == 0 {
                if !piece.is_empty() {
                    self.words(section, piece);
                }
                continue;
            }
            let (says, text) = self.fill(style, piece, at);
            self.parts.push(Part { section, says, text });
        }
    }

    fn fill(&self, style: &Style, name: &str, at: usize) -> (Says, String) {
        let facts = &self.facts;
        let invoice = &facts.invoices[at];
        let date = |day: NaiveDate, numeric: bool| if numeric { style.locale.numeric_date(day) } else { style.locale.date(day) };
        let money = |minor: i64| style.money(minor, facts.currency);
        match name {
            "ref" => (Says::Reference(at), invoice.reference.clone()),
            "open" => (Says::Open(at), money(invoice.open)),
            "gross" => (Says::Gross, money(invoice.gross)),
            "due" => (Says::Due(at), date(invoice.due, style.numeric)),
            "duenum" => (Says::Due(at), date(invoice.due, true)),
            "issued" => (Says::Issued(at), date(invoice.issued.unwrap(), style.numeric)),
            "issuednum" => (Says::Issued(at), date(invoice.issued.unwrap(), true)),
            "days" => (Says::Days(at), facts.days_late(invoice).to_string()),
            "total" => (Says::Total, money(facts.total_open().unwrap())),
            "count" => (Says::Count, facts.count().to_string()),
            "count_word" => (Says::CountWord, self.texts.numbers[facts.count() - 1].into()),
            "deadline" => (Says::Deadline, date(facts.policy.deadline.unwrap(), style.numeric)),
            "weekday" => (Says::Weekday, style.locale.language.weekday_name(facts.policy.deadline.unwrap().weekday().num_days_from_monday()).into()),
            "event" => (Says::Event, date(facts.events[0].on, style.numeric)),
            "url" => (Says::Url, facts.creditor.pay_url.clone().unwrap()),
            "iban" => (Says::Iban, style.iban(facts.creditor.iban.as_deref().unwrap())),
            "mail" => (Says::Mail, facts.creditor.email.clone().unwrap()),
            "phone" => (Says::Phone, facts.creditor.phone.clone().unwrap()),
            "creditor" => (Says::Creditor, facts.creditor.name.clone()),
            "contact" => (Says::Contact, facts.debtor.contact.clone().unwrap()),
            "disputed" => (Says::Disputed, invoice.reference.clone()),
            _ => panic!("no such word: {name}"),
        }
    }
}

impl Style {
    pub fn money(&self, minor: i64, currency: Currency) -> String {
        let whole = if self.plain { format!("{}{}{:02}", minor / 100, self.locale.decimal(), minor % 100) } else { self.locale.number(minor, 2) };
        if self.code || self.plain { format!("{whole} {}", currency.code()) } else { self.locale.money(Money::new(minor, currency)) }
    }

    fn iban(&self, iban: &str) -> String {
        if !self.spaced {
            return iban.into();
        }
        let groups: Vec<String> = iban.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        groups.join(" ")
    }
}

/// An IBAN of a country with right check digits.
fn iban(random: &mut Random, country: &str, digits: usize) -> String {
    let account: String = (0..digits).map(|_| char::from(b'0' + random.place(10) as u8)).collect();
    let value = |text: &str| text.bytes().fold(0_u32, |rest, byte| if byte.is_ascii_digit() { (rest * 10 + u32::from(byte - b'0')) % 97 } else { (rest * 100 + u32::from(byte) - 55) % 97 });
    let check = 98 - value(&format!("{account}{country}00"));
    format!("{country}{check:02}{account}")
}

fn facts(random: &mut Random, texts: &Texts) -> Facts {
    let as_of = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(random.place(1_000) as u64);
    let mut facts = Facts::new(as_of, Locale::from_tag(texts.tag).unwrap(), Currency::try_new(texts.currency).unwrap(), random.range(1, 3) as u8);
    let (name, host) = random.one_of(texts.creditors);
    let (customer, contact) = random.one_of(texts.debtors);
    let (country, digits, phone) = match texts.tag {
        "de-DE" => ("DE", 18, "0561 4960 200"),
        "fr-FR" => ("FR", 23, "04 72 00 11 22"),
        "es-ES" => ("ES", 20, "961 23 00 00"),
        "en-US" => ("DE", 18, "505-555-0144"),
        _ => ("GB", 18, "0161 496 0100"),
    };
    facts.creditor = Creditor {
        name: name.into(),
        email: Some(format!("billing@{host}.example")),
        phone: Some(phone.into()),
        iban: Some(iban(random, country, digits)),
        pay_url: Some(format!("https://pay.{host}.example/a/{:X}", random.range(4_096, 65_535))),
        details: Vec::new(),
    };
    facts.debtor = Debtor { name: customer.into(), contact: Some(contact.into()) };
    facts.policy = NoticePolicy { allowed_acts: vec![Act::RequestPayment], deadline: Some(as_of + Days::new(random.range(4, 20) as u64)), ..NoticePolicy::default() };
    if random.chance(700) {
        facts.events.push(EventFact { kind: "reminder_sent".into(), on: as_of - Days::new(random.range(7, 30) as u64) });
    }
    invoices(random, &mut facts);
    facts
}

fn invoices(random: &mut Random, facts: &mut Facts) {
    let count = random.range(1, 6) as usize;
    let (disputed, shape, first) = (count > 1 && random.chance(200), random.place(5), random.range(10_000, 80_000));
    for at in 0..count {
        let number = first + at as i64 * 7 + random.range(0, 5);
        let reference = match shape {
            0 => format!("INV-{number}"),
            1 => format!("RE-{}-{:04}", facts.as_of.year(), number % 10_000),
            2 => format!("F{}/{:04}", facts.as_of.year() % 100, number % 10_000),
            3 => format!("{number}"),
            _ => format!("FA{number}"),
        };
        let gross = random.range(1_000, 9_000_000);
        let open = if random.chance(250) { random.range(5_00, gross - 1) } else { gross };
        // Every due date of its own, so that a swap is always untrue.
        let due = facts.as_of - Days::new(1 + at as u64 * 9 + random.place(8) as u64);
        let status = if disputed && at == count - 1 { InvoiceStatus::Disputed } else { InvoiceStatus::Open };
        facts.invoices.push(InvoiceFact { reference, gross, open, issued: Some(due - Days::new(random.one_of(&[14, 30, 45]))), due, status });
    }
}
