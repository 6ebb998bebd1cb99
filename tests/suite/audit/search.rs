//! Search, against a filter that reads every body as JSON and knows nothing of columns.

use super::days::{DAYS, Days, first_day};
use ar_core::audit::{AuditEntry, Filter, hits_table, search};
use chrono::{Days as Ahead, NaiveDate};
use serde_json::Value;
use std::collections::BTreeSet;

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        value => value == text,
    }
}

/// What an entry alone says of the filter, its kind, person and day aside.
fn about(body: &Value, kind: &str, filter: &Filter) -> bool {
    let has = |wanted: &Option<String>, paths: &[&str]| wanted.as_deref().is_none_or(|wanted| paths.iter().any(|path| body.pointer(path).is_some_and(|value| holds(value, wanted))));
    let asked = [&filter.customer_id, &filter.action, &filter.reason, &filter.item_id, &filter.payment_id, &filter.decision_id];
    (!matches!(kind, "inputs" | "books") || asked.iter().all(|asked| asked.is_none()))
        && has(&filter.customer_id, &["/customer_id", "/references/customer_ids"])
        && has(&filter.action, &["/action", "/facts/action"])
        && has(&filter.item_id, &["/item_ids", "/references/item_ids", "/lines"])
        && has(&filter.payment_id, &["/payment_id", "/references/payment_ids"])
        && has(&filter.decision_id, &["/decision_id", "/references/postings"])
        && has(&filter.reason, &["/reasons"])
}

fn naive<'l>(entries: &[AuditEntry<'l>], filter: &Filter) -> Vec<(AuditEntry<'l>, Option<NaiveDate>)> {
    let anything = Filter { by: None, kind: None, from: None, to: None, ..filter.clone() };
    let (mut day, mut decided, mut found) = (None, BTreeSet::new(), Vec::new());
    for entry in entries {
        let body: Value = serde_json::from_str(entry.body).unwrap();
        let own_day = ["on", "as_of"].iter().find_map(|key| body[key].as_str()).map(|text| text.parse().unwrap());
        if entry.kind == "inputs" {
            day = own_day;
        }
        let on = if entry.kind == "decision" { day } else { own_day };
        let mut is_it = about(&body, entry.kind, filter);
        if entry.kind == "decision" && is_it {
            decided.insert(body["decision_id"].as_str().unwrap().to_owned());
        } else if entry.kind != "decision" && anything != Filter::default() {
            let named = |value: &Value| value.as_str().is_some_and(|id| decided.contains(id));
            is_it |= named(&body["decision_id"]) || body.pointer("/references/postings").and_then(Value::as_array).is_some_and(|ids| ids.iter().any(named));
        }
        let in_days = filter.from.is_none_or(|from| on >= Some(from)) && filter.to.is_none_or(|to| on.is_some() && on <= Some(to));
        if is_it && in_days && filter.kind.as_deref().is_none_or(|kind| kind == entry.kind) && filter.by.as_deref().is_none_or(|by| body["by"] == by) {
            found.push((*entry, on));
        }
    }
    found
}

#[test]
fn a_search_finds_what_a_plain_filter_finds() {
    let days = Days::live(10);
    let entries: Vec<AuditEntry<'_>> = days.log.iter().collect();
    let bodies: Vec<Value> = entries.iter().map(|entry| serde_json::from_str(entry.body).unwrap()).collect();
    let mut state = 1u64;
    let mut roll = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % most as u64) as usize
    };
    let (mut some, mut many) = (0, 0);
    for _ in 0..2_000 {
        // Values that stand in one entry, so that most filters find something.
        let at = roll(entries.len());
        let body = &bodies[at];
        let text = |path: &str| body.pointer(path).and_then(Value::as_str).map(String::from);
        let mut sometimes = |value: Option<String>| value.filter(|_| roll(4) == 0);
        let mut filter = Filter {
            customer_id: sometimes(text("/customer_id").or(text("/references/customer_ids/0"))),
            action: sometimes(text("/action").or(Some("send_notice".into()))),
            by: sometimes(text("/by")),
            reason: sometimes(text("/reasons/0/0")),
            item_id: sometimes(text("/item_ids/0").or(text("/references/item_ids/0"))),
            payment_id: sometimes(text("/payment_id").or(text("/references/payment_ids/0"))),
            decision_id: sometimes(text("/decision_id").or(text("/references/postings/0"))),
            kind: sometimes(Some(entries[at].kind.into())),
            from: None,
            to: None,
        };
        let day = |number: usize| first_day() + Ahead::new(number as u64 % DAYS);
        filter.from = (roll(5) == 0).then(|| day(roll(9)));
        filter.to = (roll(5) == 0).then(|| day(roll(9)));
        let found: Vec<_> = search(&days.log, &filter).iter().map(|hit| (hit.entry, hit.on)).collect();
        assert_eq!(found, naive(&entries, &filter), "{filter:?}");
        (some, many) = (some + usize::from(!found.is_empty()), many + usize::from(found.len() > 10));
    }
    assert!(some > 500 && many > 50, "{some} of the searches find something, {many} much");
}

/// All of a case in one list: decided, allowed, carried out, taken back.
#[test]
fn the_history_of_a_decision() {
    let days = Days::live(11);
    let reversed = days.log.iter().find(|entry| entry.kind == "reversal").unwrap();
    let id = serde_json::from_str::<Value>(reversed.body).unwrap()["decision_id"].as_str().unwrap().to_owned();
    let hits = search(&days.log, &Filter::history(&id));
    assert_eq!(hits.iter().map(|hit| hit.entry.kind).collect::<Vec<_>>(), ["decision", "execution", "reversal"]);
    assert!(hits.iter().all(|hit| hit.on.is_some()));
    let approved = days.log.iter().find(|entry| entry.kind == "authorisation").unwrap();
    let id = serde_json::from_str::<Value>(approved.body).unwrap()["decision_id"].as_str().unwrap().to_owned();
    let kinds: Vec<&str> = search(&days.log, &Filter::history(&id)).iter().map(|hit| hit.entry.kind).collect();
    assert!(kinds.starts_with(&["decision", "authorisation"]), "{kinds:?}");
    // As a table: the columns of the log and the day.
    let table = hits_table(&hits);
    assert_eq!(table.columns().iter().map(|column| &*column.name).collect::<Vec<_>>(), ["seq", "previous", "digest", "kind", "policy_version", "model_version", "body", "on"]);
    assert_eq!(table.rows(), 3);
}

/// Who did what, and who changed the rules.
#[test]
fn people_are_found_by_name() {
    let days = Days::live(12);
    let by = |name: &str, kind: &str| search(&days.log, &Filter { by: Some(name.into()), kind: Some(kind.into()), ..Filter::default() }).len();
    assert!(by("Ada", "authorisation") > 0 && by("Ada", "reversal") > 0 && by("Nobody", "authorisation") == 0);
    assert_eq!(by("Grace", "policy"), 1);
    assert_eq!(search(&days.log, &Filter::default()).len(), days.log.len());
}
