//! Notices: to whom and about what none may go out, worked out anew from the rows of the book.

use super::book::{Book, as_of, books};
use super::cases;
use super::day::left_open;
use super::policies::{policies, read};
use super::tables::{day, ledger};
use ar_core::action::{ActionKind, Mode};
use ar_core::decision::Decision;
use ar_core::matching::{Certificate, MatchStatus};
use ar_core::policy::Settings;
use ar_core::{Policy, Report};
use chrono::Days;
use proptest::prelude::*;

/// How much of an item is under live disputes on the day.
fn disputed(book: &Book, at: usize) -> i64 {
    let item = &book.items[at];
    let live = book.disputes.iter().filter(|row| row.item == at && matches!(row.state, "open" | "in_review") && row.opened_on <= as_of());
    if item.disputed { item.amount } else { live.map(|row| row.amount.unwrap_or(item.amount)).sum() }
}

/// Why no notice may hold the item, whatever else is true.
fn held(book: &Book, at: usize, open: i64, landed: i64, settings: &Settings) -> Option<&'static str> {
    let item = &book.items[at];
    let customer = &book.customers[item.customer];
    let tolerance = settings.collections.promise_tolerance_days as u16;
    let live = |promise: &&super::book::Promise| {
        let covers = promise.item == Some(at) || (promise.item.is_none() && promise.customer == item.customer && item.issued_on <= promise.made_on);
        let horizon = promise.made_on + Days::new(settings.collections.promise_max_days.unsigned_abs());
        let ends = if promise.due_on > horizon { horizon } else { settings.calendar().add_business_days(promise.due_on, tolerance) };
        covers && promise.state == "open" && promise.made_on <= as_of() && as_of() <= ends
    };
    let in_plan = book.plans.iter().any(|plan| plan.state == "active" && plan.agreed_on <= as_of() && plan.items.contains(&at));
    let claim = disputed(book, at);
    let blocked = |until: Option<chrono::NaiveDate>| until.is_some_and(|until| as_of() < until);
    let rules = [
        (open <= 0, "nothing is open"),
        (item.is_credit(), "a credit"),
        (item.due_on >= as_of(), "not past due"),
        (item.issued_on > as_of(), "not issued"),
        (blocked(item.blocked_until) || blocked(customer.blocked_until), "blocked"),
        (customer.do_not_contact, "not to be contacted"),
        (landed > 0, "cash has landed"),
        (in_plan, "a plan is active"),
        (book.promises.iter().any(|promise| live(&promise)), "a promise is live"),
        (claim >= open || (claim > 0 && settings.collections.hold_whole_item), "disputed"),
        (item.last_notice_on.is_some_and(|day| (as_of() - day).num_days() < settings.collections.min_interval_days), "a notice too recent"),
    ];
    rules.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why)
}

/// Cash that is proposed for an item and not posted.
fn landed(report: &Report, at: ar_core::record::ItemIdx) -> i64 {
    let posted = |payment| report.decisions().iter().any(|decision| decision.mode == Mode::Act && decision.action() == ActionKind::PostAllocation && decision.draft.params.payment == Some(payment));
    let placed = report.payments().iter().filter(|answer| answer.status != MatchStatus::Unmatched && answer.certificate != Certificate::Tied && !posted(answer.payment));
    placed.flat_map(|answer| &answer.lines).filter(|line| line.item == at).map(|line| line.amount).sum()
}

fn check(book: &Book, report: &Report, policy: &Policy, notice: &Decision) -> Result<(), String> {
    let books = report.ledger();
    let open = left_open(report);
    let settings = policy.settings(notice.customer().and_then(|at| books.customer(at)).map_or("", |row| books.text(row.segment)));
    let mut most = 0;
    for at in &notice.draft.items {
        let row = books.item(*at).unwrap();
        let in_book = book.items.iter().position(|item| item.id == books.text(row.id)).unwrap();
        let left = open[at.0 as usize];
        if let Some(why) = held(book, in_book, left, landed(report, *at), settings) {
            return Err(format!("{} is on a notice: {why}", books.text(row.id)));
        }
        if Some(row.customer) != notice.customer() || row.currency != notice.draft.currency {
            return Err(format!("{} is on a notice to another", books.text(row.id)));
        }
        let reached = settings.ladder[usize::from(row.level)].numbers.after_days;
        if (as_of() - row.due_on).num_days() < reached || row.level + 1 > notice.draft.params.level {
            return Err(format!("{} has not reached its level: {reached} days, level {}", books.text(row.id), row.level));
        }
        most += left - disputed(book, in_book).min(left);
    }
    let channels = &book.customers[notice.customer().unwrap().0 as usize].channels;
    let channel = notice.draft.params.channel.as_deref().unwrap_or("");
    if !(channels.is_empty() || channels.iter().any(|own| own == channel)) {
        return Err(format!("by {channel}, the customer wants {channels:?}"));
    }
    if notice.draft.amount > most || notice.draft.amount <= 0 {
        return Err(format!("asks for {}, {most} may be asked for", notice.draft.amount));
    }
    let sent = notice.draft.params.on.unwrap();
    if sent < as_of() || !settings.calendar().is_open(sent) {
        return Err(format!("goes out on {sent}"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(500))]

    // Killed by: any one hold taken out of `holds.rs`, the tolerance of promises, `landed` ignored.
    #[test]
    fn no_notice_holds_what_is_held(book in books(), policy in policies()) {
        let books = ledger(&book);
        let policy = read(&policy);
        let report = day(&books, &policy);
        for notice in report.decisions().iter().filter(|decision| decision.action() == ActionKind::SendNotice) {
            prop_assert_eq!(check(&book, &report, &policy, notice), Ok(()));
        }
    }

    // Killed by: a notice an item, or one by kind of item.
    #[test]
    fn one_notice_a_customer_and_currency(book in books(), policy in policies()) {
        let report = day(&ledger(&book), &read(&policy));
        let notices: Vec<&Decision> = report.decisions().iter().filter(|decision| decision.action() == ActionKind::SendNotice).collect();
        for (at, notice) in notices.iter().enumerate() {
            for other in &notices[..at] {
                prop_assert!(notice.customer() != other.customer() || notice.draft.currency != other.draft.currency);
                prop_assert!(!notice.draft.items.iter().any(|item| other.draft.items.contains(item)));
            }
            prop_assert!(notice.draft.items.windows(2).all(|pair| pair[0] < pair[1]), "an item stands twice");
        }
        // A person who deals with a customer, or a stop, leaves no room for a notice in the same currency.
        for person in report.decisions().iter().filter(|decision| matches!(decision.action(), ActionKind::Call)) {
            prop_assert!(!notices.iter().any(|notice| notice.customer() == person.customer() && notice.draft.currency == person.draft.currency));
        }
    }

    /// The cap on contacts counts those of the books and those that the day itself decides.
    #[test]
    fn a_day_keeps_the_cap_on_contacts(book in books(), policy in policies()) {
        let books = ledger(&book);
        let policy = read(&policy);
        let report = day(&books, &policy);
        for (at, customer) in (0u32..).zip(books.customers()) {
            let at = ar_core::record::CustomerIdx(at);
            let limits = &policy.settings(books.text(customer.segment)).collections;
            let spoken = |action| matches!(action, ActionKind::SendNotice | ActionKind::RemindPromise | ActionKind::Call);
            let today = report.decisions().iter().filter(|decision| decision.customer() == Some(at) && spoken(decision.action())).count() as i64;
            let before = books.contacts_of(at).iter().filter(|contact| contact.on <= as_of() && (as_of() - contact.on).num_days() < limits.contact_window_days).count() as i64;
            prop_assert!(today == 0 || today + before <= limits.contact_cap, "{} today, {} before, at most {}", today, before, limits.contact_cap);
        }
    }
}
