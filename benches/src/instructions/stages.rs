//! What is counted: every stage on a small seeded book, on one thread.

use super::request::counted;
use ar_arrow::ArrowTable;
use ar_benches::book::{Book, Kind};
use ar_benches::large::{AS_OF, Case, Shape};
use ar_benches::{Dice, cents, sender};
use ar_core::audit::{AuditLog, verify};
use ar_core::conversation::locale::{Language, Locale};
use ar_core::conversation::read::{Context, Known, read_reply};
use ar_core::conversation::write::{Channel, Style, Templates, write_notice};
use ar_core::decision::Decision;
use ar_core::escalation::Gate;
use ar_core::models::{Calendars, PayTimeModel};
use ar_core::record::ItemIdx;
use ar_core::scoring::{Question, Wanted, forecast, predict};
use ar_core::table::Table;
use ar_core::{Error, Ledger, Models, Part, Policy, Watch, collect, match_payments, run, run_for};
use chrono::NaiveDate;
use std::hint::black_box;

/// Items of the book, of which three in ten are open.
const ITEMS: usize = 2_000;
/// Items of the book that models are fitted on.
const FITTED: usize = 600;
/// Decisions that notices are written of, in four languages; each is verified.
const NOTICES: usize = 20;

/// Every stage, in the order of the street.
pub fn all() -> Result<(), Error> {
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let ledger = books(Shape::new(ITEMS, Case::Usual).tables())?;
    let (policy, models) = (policies()?, fitting(as_of)?);
    cash(&policy, as_of)?;
    predicting(&ledger, &models, as_of);
    day(&ledger, &policy, &models, as_of)?;
    replies(&ledger);
    notices(&ledger, &policy, &models, as_of)
}

/// The stages whose work grows with the book, on a book of so many items. The models are those of [`all`].
pub fn growing(items: usize) -> Result<(), Error> {
    let as_of = ar_core::calendar::date_from_days(AS_OF).unwrap_or_default();
    let ledger = books(Shape::new(items, Case::Usual).tables())?;
    let small = Ledger::try_new(&Shape::new(FITTED, Case::Usual).tables())?;
    let (policy, models) = (Policy::default(), Models::fit(&small, as_of));
    counted("cash", || match_payments(&ledger, &policy, &models, as_of))?;
    predicting(&ledger, &models, as_of);
    day(&ledger, &policy, &models, as_of)
}

/// In and out: tables, Arrow, digest, saved bytes.
fn books(tables: Vec<Table<'static>>) -> Result<Ledger, Error> {
    counted("load_tables", || Ledger::try_new(&tables))?;
    let arrow = |table: Table<'static>| {
        let name = table.name.to_string();
        ar_arrow::into_batches(table).map(|(schema, batches)| (name, ArrowTable::from_batches(&schema, batches)))
    };
    let given: Vec<(String, ArrowTable)> = tables.into_iter().map(arrow).collect::<Result<_, _>>().unwrap_or_default();
    let load = || {
        let views: Vec<Table<'_>> = given.iter().map(|(name, table)| table.view(name)).collect();
        Ledger::try_new(&views)
    };
    let ledger = counted("load_arrow", load)?;
    counted("digest", || ledger.digest());
    let bytes = counted("save", || ledger.to_bytes());
    counted("restore", || Ledger::from_bytes(&bytes))?;
    Ok(ledger)
}

fn policies() -> Result<Policy, Error> {
    let text = Policy::default().to_json();
    counted("policy_parse", || Policy::from_json(&text))
}

fn fitting(as_of: NaiveDate) -> Result<Models, Error> {
    let ledger = Ledger::try_new(&Shape::new(FITTED, Case::Usual).tables())?;
    counted("fit_pay_time", || PayTimeModel::fit(&ledger, as_of, &Calendars::new()));
    counted("fit_cash", || Models::fit_cash(&ledger, as_of, &Watch::default()))?;
    Ok(Models::fit(&ledger, as_of))
}

/// Payments that list what they pay, that differ from it, and that say nothing: 40 of each, of 20 customers with 50 open items.
fn cash(policy: &Policy, as_of: NaiveDate) -> Result<(), Error> {
    for (name, kind) in [("cash_listed", Kind::Listed), ("cash_difference", Kind::Difference), ("cash_by_amount", Kind::Oldest)] {
        let mut dice = Dice(5);
        let mut book = Book::new(&mut dice, cents, 20, 1_000, 500, |_, at| (at % 20) as u32);
        let open = book.open();
        let payments = open.iter().cycle().take(40).filter_map(|own| book.pay(&mut dice, kind, own)).collect();
        book.payments = payments;
        let ledger = book.ledger()?;
        let models = Models::fit_cash(&ledger, as_of, &Watch::default())?;
        counted(name, || match_payments(&ledger, policy, &models, as_of))?;
    }
    Ok(())
}

fn predicting(ledger: &Ledger, models: &Models, as_of: NaiveDate) {
    let open = ledger.open_all(as_of);
    let asks: Vec<(ItemIdx, NaiveDate)> = (0u32..).zip(&open).filter(|(_, open)| **open > 0).map(|(at, _)| (ItemIdx(at), as_of)).collect();
    let watch = Watch::default();
    let question = || Question { items: ledger, history: ledger, customers: ledger, watch: &watch };
    counted("score", || predict(&models.pay_time, question(), &asks));
    counted("forecast", || forecast(&models.pay_time, question(), as_of, &Wanted { windows: 13, width: 7, reporting: None, new_business: true }));
}

/// Dunning without predictions, gate, the whole day, one customer of it, what people read, and the log.
fn day(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<(), Error> {
    let decided = counted("collect", || collect(ledger, policy, models, as_of))?;
    let (open, drafts) = (ledger.open_all(as_of), decided.decisions().iter().map(|decision| decision.draft.clone()).collect::<Vec<_>>());
    counted("gate", || {
        let mut gate = Gate::new(ledger, policy, as_of);
        drafts.into_iter().filter_map(|draft| gate.pass(draft, &open).ok()).collect::<Vec<Decision>>()
    });
    let report = counted("run", || run(ledger, policy, models, as_of))?;
    let one = ledger.customers().get(ledger.customers().len() / 2).map_or("", |row| ledger.text(row.id));
    counted("run_for_one", || run_for(ledger, policy, models, as_of, &[one]))?;
    counted("report_tables", || Part::ALL.iter().map(|part| report.part(*part).rows()).sum::<usize>());
    counted("audit", || {
        let mut log = AuditLog::default();
        log.append_report(&report);
        black_box(verify(&log).len())
    });
    Ok(())
}

/// Sixteen messages: four languages, and in each a promise, a dispute, a remittance and an absence or so, as the dice have it.
fn replies(ledger: &Ledger) {
    let received_on = ar_core::calendar::date_from_days(AS_OF - 1).unwrap_or_default();
    let mut dice = Dice(11);
    let items: Vec<_> = ledger.items().iter().take(20).collect();
    let known: Vec<Known<'_>> = items.iter().map(|item| Known { reference: ledger.text(item.reference), item_id: ledger.text(item.id), currency: item.currency, open: item.open }).collect();
    let mails: Vec<_> = (0..16)
        .map(|at| {
            let about: Vec<(String, i64)> = known.iter().skip(at).take(1 + at % 3).map(|known| (known.reference.into(), known.open)).collect();
            (ar_benches::mail::LANGUAGES[at % 4], ar_benches::mail::write(&mut dice, at % 4, &about))
        })
        .collect();
    counted("read_reply", || {
        for (language, mail) in &mails {
            let context = Context { subject: Some(&mail.subject), locale: Locale::from_tag(language), known: &known, ..Context::on(received_on) };
            black_box(read_reply(&mail.text, &context));
        }
    });
}

fn notices(ledger: &Ledger, policy: &Policy, models: &Models, as_of: NaiveDate) -> Result<(), Error> {
    let report = collect(ledger, policy, models, as_of)?;
    let templates = counted("templates", Templates::shipped)?;
    let sender = sender();
    let dunned: Vec<&Decision> = report.decisions().iter().filter(|decision| decision.draft.action == ar_core::action::ActionKind::SendNotice).take(NOTICES).collect();
    let written = counted("write_notice", || {
        let each = Language::ALL.iter().flat_map(|language| dunned.iter().map(move |decision| (language, decision)));
        let style = |language: &Language| Style { locale: Some(Locale::of(*language)), channel: Some(Channel::Email), ..Style::new(&sender, &templates) };
        each.map(|(language, decision)| write_notice(decision, ledger, policy, &style(language), as_of)).collect::<Result<Vec<_>, _>>()
    })?;
    counted("verify_notice", || written.iter().filter_map(|notice| notice.facts.verify(&notice.text)).filter(|verdict| verdict.accepted).count());
    Ok(())
}
