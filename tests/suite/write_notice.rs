//! Notices: every action in every language, tone and channel, from a real run over the example book.

use crate::golden::{compare, path};
use ar_core::action::{ActionKind, Tone};
use ar_core::conversation::locale::{Language, Locale};
use ar_core::conversation::verify::FindingCode;
use ar_core::conversation::write::{Channel, Notice, NoticeKind, Sender, Style, Templates, sms, write_notice, write_with};
use ar_core::decision::{Arrangement, Decision};
use ar_core::ledger::schema::TABLES;
use ar_core::record::{ItemKind, PaymentIdx};
use ar_core::table::{Cell, Table};
use ar_core::{Currency, Ledger, Models, Policy, run};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::OnceLock;

const LOCALES: [&str; 4] = ["en-GB", "de-DE", "fr-FR", "es-ES"];

/// The actions that something is written for.
fn actions() -> Vec<ActionKind> {
    ActionKind::ALL.iter().copied().filter(|action| NoticeKind::of(*action).is_some()).collect()
}

/// The tables of the example book.
pub fn book_tables() -> Vec<Table<'static>> {
    tables(&[])
}

/// The example book, with other names for some customers.
fn book(names: &[(&str, &str)]) -> Ledger {
    Ledger::try_new(&tables(names)).unwrap()
}

fn tables(names: &[(&str, &str)]) -> Vec<Table<'static>> {
    let mut tables = Vec::new();
    for table in TABLES {
        let Ok(text) = std::fs::read_to_string(path("examples/book").join(format!("{}.csv", table.name))) else { continue };
        let mut lines = text.lines();
        let head: Vec<String> = lines.next().unwrap().split(',').map(String::from).collect();
        let cell = |column: &str, text: &str| match column {
            _ if text.is_empty() => Cell::Null,
            "channels" | "bank_accounts" | "aliases" => Cell::List(text.split(';').map(String::from).collect()),
            "strategic" => Cell::Bool(text == "true"),
            "dunning_level" => Cell::Int(text.parse().unwrap()),
            _ => Cell::Text(text.into()),
        };
        let rows = lines.map(|line| -> Vec<(String, Cell)> {
            let mut row: Vec<(String, Cell)> = head.iter().zip(line.split(',')).map(|(column, text)| (column.clone(), cell(column, text))).collect();
            let other = row.first().and_then(|first| names.iter().find(|(id, _)| first.1 == Cell::Text((*id).into()))).filter(|_| table.name == "customers");
            if let Some((_, name)) = other {
                row.iter_mut().filter(|cell| cell.0 == "name").for_each(|cell| cell.1 = Cell::Text((*name).into()));
            }
            row
        });
        tables.push(Table::from_rows(table.name, rows));
    }
    tables
}

pub fn as_of() -> NaiveDate {
    "2026-11-21".parse().unwrap()
}

struct Day {
    ledger: Ledger,
    policy: Policy,
    decisions: Vec<Decision>,
    templates: Templates,
}

fn day() -> &'static Day {
    static DAY: OnceLock<Day> = OnceLock::new();
    DAY.get_or_init(|| {
        let ledger = book(&[]);
        let policy = Policy::from_toml(&std::fs::read_to_string(path("examples/book/policy.toml")).unwrap()).unwrap();
        let decisions = run(&ledger, &policy, &Models::fit(&ledger, as_of()), as_of()).unwrap().decisions().to_vec();
        Day { ledger, policy, decisions, templates: Templates::shipped().unwrap() }
    })
}

fn sender() -> Sender {
    Sender {
        name: "Northgate Supplies Ltd".into(),
        email: "ar@northgate.example".into(),
        phone: "0161 496 0100".into(),
        iban: "GB33BUKB20201555555555".into(),
        pay_url: "https://pay.northgate.example/a/7F3K?x=1&y=2".into(),
    }
}

/// A real notice of the run, about one item or about several.
fn base(several: bool) -> Decision {
    let wanted = |decision: &&Decision| decision.action() == ActionKind::SendNotice && (decision.draft.items.len() > 1) == several && decision.draft.items.len() <= 4;
    day().decisions.iter().find(wanted).unwrap().clone()
}

/// Every decision of the run about items of one customer, as if a notice were sent about them.
fn notices() -> Vec<Decision> {
    let about_items = |decision: &&Decision| decision.customer().is_some() && !decision.draft.items.is_empty();
    let mut found: Vec<Decision> = day().decisions.iter().filter(about_items).cloned().collect();
    found.iter_mut().for_each(|decision| decision.draft.action = ActionKind::SendNotice);
    found
}

/// The decision of a run where there is one, else a real one of notices turned into it.
fn decision_of(action: ActionKind, several: bool) -> Decision {
    let real = |decision: &&Decision| decision.action() == action && decision.customer().is_some() && (several || decision.draft.items.len() <= 1);
    if let Some(found) = day().decisions.iter().find(real).filter(|found| (found.draft.items.len() > 1) == several) {
        return found.clone();
    }
    let mut decision = base(several);
    decision.draft.action = action;
    let later = |days: u64| as_of() + Days::new(days);
    match action {
        ActionKind::OfferPlan => {
            let half = decision.draft.amount / 2;
            decision.draft.params.arrangement = Some(Arrangement::Plan(vec![(later(9), half), (later(39), decision.draft.amount - half)]));
        }
        ActionKind::GrantExtension => decision.draft.params.arrangement = Some(Arrangement::Extension(later(16))),
        ActionKind::AskRemittance | ActionKind::PostAllocation => decision.draft.params.payment = Some(PaymentIdx(day().ledger.payments().len() as u32 - 1)),
        ActionKind::RecordPromise => decision.draft.params.on = Some(later(6)),
        _ => {}
    }
    decision
}

fn written(decision: &Decision, locale: &str, tone: Tone, channel: Channel) -> Notice {
    let (day, sender) = (day(), sender());
    let mut decision = decision.clone();
    decision.draft.params.tone = Some(tone);
    let style = Style { locale: Locale::from_tag(locale), channel: Some(channel), ..Style::new(&sender, &day.templates) };
    write_notice(&decision, &day.ledger, &day.policy, &style, as_of()).unwrap_or_else(|error| panic!("{} {locale} {} {}: {error}", decision.action().name(), tone.name(), channel.name()))
}

#[test]
fn every_action_is_written_in_every_language_tone_and_channel() {
    let mut seen = 0;
    for (action, several) in actions().into_iter().flat_map(|action| [(action, false), (action, true)]) {
        let decision = decision_of(action, several);
        for (locale, tone) in LOCALES.iter().flat_map(|locale| Tone::ALL.iter().map(move |tone| (*locale, *tone))) {
            for channel in Channel::ALL {
                let notice = written(&decision, locale, tone, *channel);
                let all = format!("{}\n{}", notice.subject, notice.text);
                let place = format!("{} {locale} {} {}: {all}", action.name(), tone.name(), channel.name());
                assert!(!all.contains(['{', '}', '%']) && !all.contains("  .") && !all.contains("None") && !all.contains("undefined"), "{place}");
                assert!(!notice.text.is_empty() && !notice.text.contains("\n\n\n"), "{place}");
                assert_eq!((notice.language.name(), notice.tone, notice.kind), (&locale[..2], tone, NoticeKind::of(action).unwrap()), "{place}");
                match notice.channel {
                    Channel::Sms => {
                        let size = notice.sms.unwrap();
                        assert!(size.segments <= sms::MOST_SEGMENTS && size == sms::size(&notice.text) && notice.subject.is_empty(), "{size:?} {place}");
                    }
                    _ => assert!(!notice.subject.is_empty() && notice.sms.is_none(), "{place}"),
                }
                assert_eq!(notice.html.is_some(), matches!(notice.channel, Channel::Email | Channel::Letter), "{place}");
                assert!(notice.kind == NoticeKind::ThankYou || notice.channel == Channel::Call || notice.text.contains("northgate") || notice.text.contains("Northgate"), "{place}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 15 * 2 * 4 * 5 * 4);
}

/// Amounts of the text, as the locale en-GB writes euros.
fn euros(text: &str) -> Vec<i64> {
    let parts = text.split('€').skip(1).map(|rest| rest.chars().take_while(|c| c.is_ascii_digit() || ",.".contains(*c)).collect::<String>());
    parts.map(|number| number.trim_end_matches(['.', ',']).replace([',', '.'], "").parse().unwrap()).collect()
}

#[test]
fn amounts_are_those_of_the_books() {
    let day = day();
    let open = day.ledger.open_all(as_of());
    let mut seen = 0;
    for decision in &notices() {
        let notice = written(decision, "en-GB", Tone::Neutral, Channel::Email);
        let items = || decision.draft.items.iter().map(|at| (day.ledger.item(*at).unwrap(), open[at.0 as usize]));
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for (item, open) in items() {
            *sums.entry(item.currency).or_default() += open;
            let reference = day.ledger.text(item.reference);
            let line = notice.text.lines().find(|line| line.starts_with(reference)).unwrap();
            if item.currency.code() == "EUR" {
                assert_eq!(euros(line)[..2], [item.amount, open], "{line}");
            }
            let late = (as_of() - item.due_on).num_days();
            assert!(late <= 0 || line.split_whitespace().any(|word| word == late.to_string()), "{line}: {late}");
            seen += 1;
        }
        let stated: BTreeMap<Currency, i64> = notice.facts.totals.iter().map(|sum| (sum.currency(), sum.minor())).collect();
        assert_eq!(stated, sums);
        assert!(sums.get(&Currency::EUR).is_none_or(|sum| euros(&notice.text).contains(sum)), "{}", notice.text);
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn one_is_said_in_the_singular() {
    for (locale, one, many) in [("en-GB", "invoice RE", "invoices"), ("de-DE", "Rechnung RE", "Rechnungen"), ("fr-FR", "facture RE", "factures"), ("es-ES", "factura RE", "facturas")] {
        let texts = [false, true].map(|several| {
            let notice = written(&base(several), locale, Tone::Neutral, Channel::Email);
            format!("{}\n{}", notice.subject, notice.text)
        });
        assert!(texts[0].contains(one) && !texts[0].contains(many), "{}", texts[0]);
        assert!(texts[1].contains(many) && !texts[1].contains(one), "{}", texts[1]);
    }
}

#[test]
fn the_tone_is_never_firmer_than_the_decision() {
    let (day, sender) = (day(), sender());
    let mut decision = base(false);
    for (said, wanted, tone) in [(Tone::Friendly, Some(Tone::Final), Tone::Friendly), (Tone::Firm, Some(Tone::Friendly), Tone::Friendly), (Tone::Firm, None, Tone::Firm)] {
        decision.draft.params.tone = Some(said);
        let style = Style { tone: wanted, ..Style::new(&sender, &day.templates) };
        assert_eq!(write_notice(&decision, &day.ledger, &day.policy, &style, as_of()).unwrap().tone, tone);
    }
}

#[test]
fn the_language_is_that_of_the_customer() {
    let (day, sender) = (day(), sender());
    let style = Style::new(&sender, &day.templates);
    let mut seen = BTreeSet::new();
    for decision in &notices() {
        let notice = write_notice(decision, &day.ledger, &day.policy, &style, as_of()).unwrap();
        let customer = day.ledger.customer(decision.customer().unwrap()).unwrap();
        let language = Language::from_name(day.ledger.text(customer.language)).unwrap_or(Language::En);
        assert_eq!(notice.language, language);
        assert_eq!(notice.channel.name(), decision.draft.params.channel.as_deref().unwrap_or("email"));
        seen.insert(language);
    }
    assert!(seen.len() >= 3);
}

#[test]
fn hostile_names_stay_data() {
    let customer = day().ledger.customer(base(true).customer().unwrap()).unwrap();
    let id = day().ledger.text(customer.id).to_string();
    for (name, shown) in [
        ("<script>alert('x')</script> & \"Co\"", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Co&quot;"),
        ("Acme \u{202e}dtL\u{200b} \u{2066}x\u{2069} GmbH", "Acme dtL x GmbH"),
        ("{{ 7 * 7 }}{% for x in items %}", "{{ 7 * 7 }}{% for x in items %}"),
        ("Acme pays to https://evil.example now", ""),
        ("Acme IBAN DE89 3704 0044 0532 0130 00", ""),
        ("call@evil.example", ""),
    ] {
        let (ledger, sender) = (book(&[(&id, name)]), sender());
        for channel in [Channel::Email, Channel::Letter, Channel::Sms, Channel::Call] {
            let style = Style { locale: Locale::from_tag("en-GB"), channel: Some(channel), ..Style::new(&sender, &day().templates) };
            let notice = write_notice(&base(true), &ledger, &day().policy, &style, as_of()).unwrap();
            assert!(!notice.text.contains("evil") && !notice.text.contains("3704"), "{}", notice.text);
            let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!notice.text.contains(hidden), "{:?}", notice.text);
            let Some(html) = notice.html else { continue };
            assert!(!html.contains("<script") && !html.contains("<img") && html.contains(shown), "{html}");
            assert_eq!(html.matches("href=").count(), 1, "{html}");
            assert!(html.contains("<a href=\"https://pay.northgate.example/a/7F3K?x=1&amp;y=2\">"), "{html}");
        }
    }
}

#[test]
fn what_a_sender_may_not_be_is_refused_with_every_problem() {
    let refused = |sender: Sender| -> Vec<String> { sender.check().unwrap_err().problems().iter().map(|problem| format!("{}:{}", problem.column.as_deref().unwrap(), problem.code.name())).collect() };
    assert_eq!(refused(Sender::default()), ["email:missing_value", "name:missing_value"]);
    let bad = Sender { name: "A\u{202e}B".into(), email: "a@b@c".into(), phone: "call me".into(), iban: "DE<1>".into(), pay_url: "http://pay.example".into() };
    assert_eq!(refused(bad), ["email:unreadable", "iban:unreadable", "name:control_character", "pay_url:unreadable", "phone:unreadable"]);
    for link in ["javascript:alert(1)", "https://", "https://a\"b", "https://a b", "https://a<b>", "//x", "https:///x"] {
        assert_eq!(refused(Sender { pay_url: link.into(), ..sender() }), ["pay_url:unreadable"], "{link}");
    }
}

#[test]
fn templates_of_a_host_take_the_place_of_ours() {
    let own = "language = 'en'\n[segment.small.shared]\nclosing = 'All the best, {{ creditor }}'\n[dunning]\nsubject = 'Hello'\n";
    let (templates, sender) = (Templates::with(&[own]).unwrap(), sender());
    let mut closings = BTreeSet::new();
    for decision in &notices() {
        let style = Style { locale: Some(Locale::of(Language::En)), ..Style::new(&sender, &templates) };
        let notice = write_notice(decision, &day().ledger, &day().policy, &style, as_of()).unwrap();
        let small = day().ledger.segment_of(decision.customer()) == "small";
        assert_eq!((notice.subject.as_str(), notice.text.contains("All the best, Northgate")), ("Hello", small));
        closings.insert(small);
    }
    assert_eq!(closings.len(), 2);
}

#[test]
fn templates_with_mistakes_are_refused_with_name_and_line() {
    let refused = |text: &str| -> Vec<String> {
        let error = Templates::with(&[text]).unwrap_err();
        error.problems().iter().map(|problem| format!("{} {}:{}", problem.column.as_deref().unwrap_or(""), problem.row.map_or("-".into(), |row| row.to_string()), problem.code.name())).collect()
    };
    assert_eq!(refused("language = 'xx'"), [" -:unknown_word"]);
    assert_eq!(refused("language = "), [" -:syntax"]);
    let many = "language = 'de'\n[nonsense]\na = 'x'\n[dunning]\nopening = \"\"\"Eins\n{{ kunde }}\nzwei {{ first.name }}\"\"\"\nask = '{% include \"x\" %}'\nsubject = '{{ creditor | upper }}'\npay = '{% if iban %}offen'\n[dunning.sms]\nfirm = 'a'\nloud = 'b'\n";
    assert_eq!(
        refused(many),
        [
            "de/dunning/sms -:missing_value",
            "de/dunning/sms -:unknown_word",
            "de/nonsense -:unknown_word",
            "de/dunning/ask 0:unknown_word",
            "de/dunning/pay 0:syntax",
            "de/dunning/subject 0:syntax",
            "de/dunning/opening 1:unknown_word",
            "de/dunning/opening 2:unknown_word"
        ]
    );
    assert_eq!(refused("language = 'en'\n[shared]\npay = \"\"\"x\n{% for item in items %}{{ item.colour }}{% endfor %}\"\"\"\n")[0], "en/shared/pay 1:syntax");
    let endless = "language = 'en'\n[shared]\npay = '{% for a in items %}{% for b in items %}{{ a.reference }}{% endfor %}{% endfor %}'\n";
    assert!(Templates::with(&[endless]).is_ok());
}

#[test]
fn what_is_not_written_is_refused() {
    let (day, sender) = (day(), sender());
    let style = Style::new(&sender, &day.templates);
    for action in ActionKind::ALL.iter().filter(|action| NoticeKind::of(**action).is_none()) {
        let mut decision = base(false);
        decision.draft.action = *action;
        let error = write_notice(&decision, &day.ledger, &day.policy, &style, as_of()).unwrap_err();
        assert_eq!((error.code().name(), error.problems()[0].code.name()), ("invalid_argument", "unknown_word"));
    }
}

#[test]
fn short_messages_are_counted_as_the_network_counts() {
    let count = |text: &str| (sms::size(text).gsm, sms::size(text).places, sms::size(text).segments);
    assert_eq!(count(""), (true, 0, 0));
    assert_eq!(count(&"a".repeat(160)), (true, 160, 1));
    assert_eq!(count(&"a".repeat(161)), (true, 161, 2));
    assert_eq!(count(&"€".repeat(80)), (true, 160, 1));
    // The euro does not stand on both sides of a border: 152 places, then two.
    assert_eq!(count(&format!("{}€{}", "a".repeat(152), "a".repeat(152))), (true, 306, 3));
    assert_eq!(count(&"á".repeat(70)), (false, 70, 1));
    assert_eq!(count(&"á".repeat(71)), (false, 71, 2));
    assert_eq!(count(&"😀".repeat(35)), (false, 70, 1));
}

#[test]
fn charges_are_spoken_of_only_where_the_decision_has_them() {
    let charged = |decision: &Decision| decision.draft.items.iter().any(|at| day().ledger.item(*at).is_some_and(|item| matches!(item.kind, ItemKind::Fee | ItemKind::Interest)));
    for decision in &notices() {
        let text = written(decision, "en-GB", Tone::Final, Channel::Letter).text;
        assert_eq!(text.contains("fees or interest"), charged(decision), "{text}");
        for word in ["court", "lawyer", "legal", "agency", "immediately", "urgent", "penalt"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}

/// One sample of each kind in each language, for people to read.
#[test]
fn samples_are_as_published() {
    let mut out = String::from("# Notices\n\nGenerated: one sample of each kind in each language from the example book, as e-mail; dunning in all five tones, and on all channels.\n");
    for locale in LOCALES {
        writeln!(out, "\n## {locale}").unwrap();
        for action in actions().into_iter().filter(|action| *action != ActionKind::RouteDispute) {
            let kind = NoticeKind::of(action).unwrap();
            let mut shapes = vec![(Tone::Neutral, Channel::Email, false)];
            if kind == NoticeKind::Dunning {
                shapes = Tone::ALL.iter().map(|tone| (*tone, Channel::Email, *tone == Tone::Neutral || *tone == Tone::Final)).collect();
                shapes.extend([(Tone::Firm, Channel::Letter, true), (Tone::Neutral, Channel::Sms, true), (Tone::Final, Channel::Sms, false), (Tone::Neutral, Channel::Call, false)]);
            } else if matches!(kind, NoticeKind::Statement | NoticeKind::PlanOffer | NoticeKind::Call) {
                shapes[0].2 = true;
            } else {
                shapes.push((Tone::Neutral, Channel::Sms, false));
            }
            for (tone, channel, several) in shapes {
                let notice = written(&decision_of(action, several), locale, tone, channel);
                let size = notice.sms.map_or(String::new(), |size| {
                    format!(", {} segment{}, {} places{}", size.segments, if size.segments == 1 { "" } else { "s" }, size.places, if size.gsm { "" } else { " of UCS-2" })
                });
                writeln!(
                    out,
                    "\n### {} · {} · {}{size}\n\n```text\n{}{}\n```",
                    notice.kind.name(),
                    notice.channel.name(),
                    tone.name(),
                    if notice.subject.is_empty() { String::new() } else { format!("{}\n\n", notice.subject) },
                    notice.text
                )
                .unwrap();
            }
        }
    }
    compare("tests/golden/notices.md", &out);
}

/// What a text may lack where there is no room.
fn is_room(channel: Channel, code: FindingCode) -> bool {
    channel == Channel::Sms && matches!(code, FindingCode::MissingReference | FindingCode::MissingAmount | FindingCode::MissingDueDate)
}

#[test]
fn the_verifier_accepts_every_text_of_ours() {
    let (mut refused, mut seen) = (String::new(), 0);
    let samples = actions().into_iter().flat_map(|action| [decision_of(action, false), decision_of(action, true)]);
    let real = day().decisions.iter().filter(|decision| decision.customer().is_some() && NoticeKind::of(decision.action()).is_some()).cloned();
    for decision in samples.chain(real).filter(|decision| decision.action() != ActionKind::Call) {
        for (locale, tone) in LOCALES.iter().flat_map(|locale| Tone::ALL.iter().map(move |tone| (*locale, *tone))) {
            for channel in [Channel::Email, Channel::Letter, Channel::Sms] {
                let notice = written(&decision, locale, tone, channel);
                let Some(verdict) = notice.facts.verify(&notice.text) else { continue };
                seen += 1;
                for found in verdict.findings.iter().filter(|found| !is_room(channel, found.code)) {
                    let place = format!("{} {locale} {} {}", notice.kind.name(), channel.name(), tone.name());
                    writeln!(refused, "{place}: {} '{}' {}", found.code.name(), found.span.of(&notice.text), found.message).unwrap();
                }
            }
        }
    }
    assert!(refused.is_empty() && seen > 3_000, "{seen}\n{refused}");
}

#[test]
fn a_draft_is_used_only_where_nothing_in_it_is_untrue() {
    let (day, sender, decision) = (day(), sender(), base(true));
    let style = Style { locale: Locale::from_tag("en-GB"), ..Style::new(&sender, &day.templates) };
    let ours = write_notice(&decision, &day.ledger, &day.policy, &style, as_of()).unwrap();
    let with = |draft: &str| write_with(&decision, &day.ledger, &day.policy, &style, as_of(), draft).unwrap();
    let own = ours.text.replace("Kind regards", "With kind regards").replace("According to our records", "According to our books");
    let used = with(&own);
    assert!(used.draft_used && used.notice.text == own && used.verdict.unwrap().accepted);
    assert!(used.notice.html.unwrap().contains("According to our books"));
    let amount = ours.text.split('€').nth(1).unwrap().split_whitespace().next().unwrap();
    let lies = [
        own.replace(amount, "999.99"),
        own.replace("https://pay.northgate", "https://pay.evil"),
        format!("{own}\nWe will take you to court."),
        own.replace("GB33", "GB34"),
        String::new(),
        "{{ pay }}".into(),
    ];
    for lie in lies {
        let refused = with(&lie);
        assert!(!refused.draft_used && refused.notice == ours && !refused.verdict.unwrap().findings.is_empty(), "{lie}");
    }
}
