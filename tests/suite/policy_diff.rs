//! What differs between two policies in words, which way it goes, and what is remarked of a policy.

use crate::scenarios::Inputs;
use ar_core::Policy;
use ar_core::policy::direction::{AUTONOMY, Instead, Way};
use ar_core::policy::{Change, Direction, RemarkCode};
use serde_json::{Value, json};

fn policy(text: &str) -> Policy {
    Policy::from_toml(text).unwrap_or_else(|bad| panic!("{:?}", bad.problems()))
}

fn diff(before: &str, after: &str) -> Vec<Change> {
    Policy::diff(&policy(before), &policy(after))
}

/// The changes without what a test does not speak of: path, sentence, direction, whether another value holds.
fn told(before: &str, after: &str) -> Vec<(String, String, &'static str, bool)> {
    diff(before, after).into_iter().map(|change| (change.path, change.text, change.direction.name(), change.effective)).collect()
}

fn one(before: &str, after: &str) -> (String, String, &'static str, bool) {
    let mut found = told(before, after);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn row(path: &str, text: &str, direction: &'static str, effective: bool) -> (String, String, &'static str, bool) {
    (path.into(), text.into(), direction, effective)
}

#[test]
fn a_change_is_said_in_a_sentence() {
    let limit = row("autonomy.amount_limit", "Amount up to which the engine acts at level 2: 7200 instead of 5000 (units of the currency).", "looser", true);
    assert_eq!(one("", "[autonomy]\namount_limit = 7200"), limit);
    let sure = row("autonomy.min_confidence", "Least confidence with which the engine acts: 0.995 instead of 0.99 (share).", "tighter", true);
    assert_eq!(one("", "[autonomy]\nmin_confidence = 0.995"), sure);
    let flag = row("autonomy.ask_strategic", "The owner of a strategic customer decides: off instead of on.", "looser", true);
    assert_eq!(one("", "[autonomy]\nask_strategic = false"), flag);
    let version = row("version", "The name that its author gives it; stands in every audit entry: b instead of a.", "other", true);
    assert_eq!(one("version = 'a'", "version = 'b'"), version);
    let null = row("reporting.currency", "ISO 4217 code of the currency that sums over currencies are given in: EUR instead of none.", "other", true);
    assert_eq!(one("", "[reporting]\ncurrency = 'EUR'"), null);
}

#[test]
fn entries_of_maps_and_lists_are_told_one_by_one() {
    let level = row("autonomy.levels.write_off", "Autonomy level by action (write_off): 2 instead of nothing.", "looser", true);
    assert_eq!(one("", "[autonomy]\nlevels = { write_off = 2 }"), level);
    // Without an entry the default level holds.
    assert_eq!(one("", "[autonomy]\nlevels = { write_off = 1 }").2, "other");
    assert_eq!(one("", "[autonomy]\nlevels = { write_off = 0 }").2, "tighter");
    let ladder = |second: i64, more: &str| format!("[collections]\nladder = [{{ after_days = 7 }}, {{ after_days = {second} }}{more}]");
    let days = row("collections.ladder[1].after_days", "Days from the level's anchor on which it may be reached (entry 2): 28 instead of 21 (days).", "other", true);
    assert_eq!(one(&ladder(21, ""), &ladder(28, "")), days);
    let added = diff(&ladder(21, ""), &ladder(21, ", { after_days = 40, tone = 'final' }"));
    assert_eq!((added.len(), added[0].path.as_str(), &added[0].before), (1, "collections.ladder[2]", &None));
    assert_eq!(added[0].after, Some(json!({ "after_days": 40, "tone": "final", "anchor": "due_date", "min_amount": 0, "min_share": 0 })));
    let role = row("worklist.capacity.\"key accounts\"", "Minutes a day by role; a role that is absent has no limit (key accounts): 480 instead of nothing.", "other", true);
    assert_eq!(one("", "[worklist]\ncapacity = { \"key accounts\" = 480 }"), role);
}

#[test]
fn long_lists_are_told_by_what_came_and_went() {
    let days = |list: &[&str]| format!("[contact]\nholidays = {list:?}");
    let seven = ["2026-01-01", "2026-01-06", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-12-26"];
    let text = |before: &[&str], after: &[&str]| one(&days(before), &days(after)).1;
    assert_eq!(text(&seven[..2], &seven[..1]), "Days on which nobody is contacted: 2026-01-01 instead of 2026-01-01, 2026-01-06.");
    assert_eq!(text(&seven, &seven[..6]), "Days on which nobody is contacted: 6 entries instead of 7, without 2026-12-26.");
    assert_eq!(text(&[], &seven), "Days on which nobody is contacted: 7 entries instead of 0, with 2026-01-01, 2026-01-06, 2026-04-03, 2026-04-06, 2026-05-01, 2026-12-25 and 1 more.");
    let mut turned = seven;
    turned.reverse();
    assert_eq!(text(&seven, &turned), "Days on which nobody is contacted: 7 entries instead of 7, in another order.");
}

#[test]
fn a_change_of_the_book_is_told_once_and_names_the_segments_that_it_does_not_reach() {
    let with = |limit: i64, more: &str| format!("[autonomy]\namount_limit = {limit}\n[segments.small.collections]\ngrace_days = 3\n{more}");
    let own = "[segments.key.autonomy]\namount_limit = 100";
    let found = diff(&with(5_000, own), &with(6_000, own));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kept_by, ["key"]);
    assert!(found[0].text.ends_with("6000 instead of 5000 (units of the currency); not in the segment key, which has its own."), "{}", found[0].text);
    // No segment has a version.
    let named = diff(&format!("version = 'a'\n{own}"), &format!("version = 'b'\n{own}"));
    assert!(named.len() == 1 && named[0].kept_by.is_empty() && named[0].text.ends_with(": b instead of a."), "{named:?}");
    // What it says for itself it has, the same or not.
    let pinned = told(&with(5_000, ""), &with(6_000, "[segments.key.autonomy]\namount_limit = 5000"));
    let limit = "Amount up to which the engine acts at level 2";
    let kept = format!("{limit}: 6000 instead of 5000 (units of the currency); not in the segment key, which has its own.");
    let said = format!("In the segment key: {limit}: 5000 of its own instead of 5000 as for the whole book (units of the currency).");
    assert_eq!(pinned, [row("autonomy.amount_limit", &kept, "looser", true), row("segments.key.autonomy.amount_limit", &said, "other", false)]);
    let freed = told(own, "");
    let text = format!("In the segment key: {limit}: 5000 as for the whole book instead of 100 of its own (units of the currency).");
    assert_eq!(freed, [row("segments.key.autonomy.amount_limit", &text, "looser", true)]);
}

#[test]
fn what_an_entry_of_a_list_does_not_say_is_by_default() {
    let ladder = |more: &str| format!("[segments.key.collections]\nladder = [{{ after_days = 7{more} }}]");
    let text = "In the segment key: How the level speaks (entry 1): firm of its own instead of neutral by default.";
    assert_eq!(one(&ladder(""), &ladder(", tone = 'firm'")), row("segments.key.collections.ladder[0].tone", text, "other", true));
}

/// What the digest tells apart is told apart, whatever it is worth.
#[test]
fn numbers_that_are_written_in_two_ways_are_two() {
    let share = |number: &str| Policy::from_json(&format!(r#"{{"version":"a","segments":{{"key":{{"autonomy":{{"min_confidence":{number}}}}}}}}}"#)).unwrap();
    for (first, then) in [("1", "1.0"), ("0.0", "-0.0")] {
        let (first, then) = (share(first), share(then));
        assert_ne!(first.digest(), then.digest());
        let found = Policy::diff(&first, &then);
        assert_eq!((found.len(), found[0].effective, found[0].direction), (1, false, Direction::Other));
    }
}

#[test]
fn what_a_segment_says_without_an_entry_is_told_too() {
    let named = told("", "[segments.\"key.a\"]");
    assert_eq!(named, [row("segments.\"key.a\"", "In the segment key.a: Settings: none of its own instead of what holds for the whole book.", "other", false)]);
    // An empty map of amounts takes the place of that of the book.
    let base = "[collections]\nminimums = { EUR = '5' }\n";
    let found = diff(base, &format!("{base}[segments.key.collections]\nminimums = {{}}"));
    assert_eq!((found.len(), found[0].path.as_str(), found[0].effective), (1, "segments.key.collections.minimums", true));
}

#[test]
fn every_setting_of_autonomy_has_a_way() {
    let (canonical, schema): (Value, Value) = (serde_json::from_str(&Policy::default().to_json()).unwrap(), serde_json::from_str(&Policy::schema()).unwrap());
    let budgets = schema["properties"]["autonomy"]["properties"]["budgets"]["items"]["properties"].as_object().unwrap();
    let mut settings: Vec<String> = canonical["autonomy"].as_object().unwrap().keys().cloned().chain(budgets.keys().map(|name| format!("budgets.{name}"))).collect();
    settings.sort_unstable();
    let named: Vec<&str> = AUTONOMY.iter().map(|row| row.0).collect();
    assert_eq!(named, settings, "a setting of autonomy has no line in the table of directions, or one too many");
    for row in AUTONOMY {
        assert!(!matches!(row.2, Instead::Setting(other) if !named.contains(&other)), "{row:?}");
    }
}

#[test]
fn directions_follow_what_holds() {
    let way = |before: &str, after: &str| {
        let found = diff(&format!("[autonomy]\n{before}"), &format!("[autonomy]\n{after}"));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].direction.name()
    };
    // A mode that is not said is that of the level.
    assert_eq!(way("", "modes = { send_notice = 'act' }"), "looser");
    assert_eq!(way("", "modes = { send_notice = 'suggest' }"), "tighter");
    assert_eq!(way("", "modes = { send_notice = 'approve' }"), "other");
    assert_eq!(way("levels = { send_notice = 2 }", "levels = { send_notice = 2 }\nmodes = { send_notice = 'approve' }"), "tighter");
    assert_eq!(way("modes = { send_notice = 'veto' }", "modes = { send_notice = 'off' }"), "tighter");
    // The limit of one action stands in the place of that of all.
    assert_eq!(way("", "actions = { send_notice = { amount_limit = 5001 } }"), "looser");
    assert_eq!(way("", "actions = { send_notice = { amount_limit = 4999 } }"), "tighter");
    assert_eq!(way("actions = { send_notice = { min_confidence = 0.9 } }", "actions = { send_notice = { min_confidence = 0.8 } }"), "looser");
    // Budgets: one more is one more to keep.
    let budget = |more: &str| format!("budgets = [{{ days = 7, amount = 100 }}{more}]");
    assert_eq!(way(&budget(""), &budget(", { count = 3 }")), "tighter");
    assert_eq!(way(&budget(", { count = 3 }"), &budget("")), "looser");
    assert_eq!(way(&budget(""), "budgets = [{ days = 7, amount = 101 }]"), "looser");
    assert_eq!(way(&budget(""), "budgets = [{ days = 8, amount = 100 }]"), "tighter");
    assert_eq!(way(&budget(""), "budgets = [{ days = 7, amount = 100, per = 'customer' }]"), "other");
    // An empty list permits all.
    assert_eq!(way("", "languages = ['de']"), "tighter");
    assert_eq!(way("languages = ['de']", "languages = ['fr', 'de']"), "looser");
    assert_eq!(way("languages = ['de']", "languages = ['fr']"), "other");
    assert_eq!(way("countries = ['DE']", ""), "looser");
    assert_eq!(way("tone_limit = 'firm'", "tone_limit = 'neutral'"), "tighter");
    assert_eq!(way("", "people = { collector = 'Anna' }"), "other");
    // 0 asks for nothing.
    assert_eq!(way("unattended_days = 30", "unattended_days = 0"), "looser");
    assert_eq!(way("unattended_days = 30", "unattended_days = 40"), "looser");
    assert_eq!(way("failed_samples = 0", "failed_samples = 1"), "tighter");
}

#[test]
fn ways_compare_what_can_be_compared() {
    let more = |before: Value, after: Value| Way::MoreIsLooser.direction(&before, &after);
    assert_eq!(more(json!(1), json!(2)), Direction::Looser);
    assert_eq!(more(json!(2), json!(1.5)), Direction::Tighter);
    assert_eq!(more(json!("9.50"), json!("10")), Direction::Looser);
    assert_eq!(more(json!(2), json!(2)), Direction::Other);
    assert_eq!(more(json!(null), json!(2)), Direction::Other);
    assert_eq!(Way::MoreIsTighter.direction(&json!(false), &json!(true)), Direction::Tighter);
    assert_eq!(Way::MoreIsTighter.direction(&json!(0.2), &json!(0.1)), Direction::Looser);
    let words = Way::Words(&["off", "ask", "act"]);
    assert_eq!(words.direction(&json!("off"), &json!("act")), Direction::Looser);
    assert_eq!(words.direction(&json!("act"), &json!("ask")), Direction::Tighter);
    assert_eq!(words.direction(&json!("act"), &json!("none of these")), Direction::Other);
    assert_eq!(Way::Neither.direction(&json!(1), &json!(2)), Direction::Other);
}

/// Sentences are made of these.
#[test]
fn every_setting_says_what_it_is() {
    let schema: Value = serde_json::from_str(&Policy::schema()).unwrap();
    let mut seen = 0;
    for (section, settings) in schema["properties"].as_object().unwrap() {
        for (name, setting) in settings["properties"].as_object().into_iter().flatten() {
            let said = setting["description"].as_str().unwrap_or_default();
            assert!(said.len() > 10, "{section}.{name}: '{said}'");
            seen += 1;
        }
    }
    assert!(seen > 120, "{seen}");
}

fn remarks(text: &str) -> Vec<(String, &'static str)> {
    policy(text).remarks().into_iter().map(|remark| (remark.path, remark.code.name())).collect()
}

#[test]
fn nothing_is_remarked_of_what_is_meant() {
    assert_eq!(Policy::default().remarks(), []);
    assert_eq!(remarks("version = 'a'\n[autonomy]\ndefault_level = 2"), []);
    assert_eq!(remarks("version = 'a'\n[autonomy]\ndefault_level = 2\namount_limit = 1000\nrun_budget = 1000\ndunning_level_limit = 4\nmin_confidence = 0.000001"), []);
    assert_eq!(remarks("version = 'a'\n[autonomy]\namount_limit = 0\nrun_budget = 0\nmin_confidence = 0\ndunning_level_limit = 9"), [], "nothing is acted on");
    let open = "ask_credit_hold = false\nask_hand_over = false\nwrite_off_limit = 1\nlevels = { place_hold = 2, hand_over = 2, write_off = 2 }\nmodes = { call = 'off' }";
    assert_eq!(remarks(&format!("version = 'a'\n[autonomy]\n{open}")), []);
    assert_eq!(remarks("version = 'a'\n[autonomy]\nlevels = { place_hold = 1 }\nmodes = { send_notice = 'act' }\namount_limit = 0"), [], "what acts beyond all limits needs none");
    assert_eq!(remarks("version = 'a'\n[contact]\ncaps = { email = 2 }\n[segments.key.collections]\ngrace_days = 5"), []);
}

#[test]
fn each_remark_has_a_policy_that_it_is_made_of() {
    let acts = "version = 'a'\n[autonomy]\ndefault_level = 2\n";
    let cases: &[(&str, &str, RemarkCode)] = &[
        ("", "version", RemarkCode::Unnamed),
        (&format!("{acts}amount_limit = 0"), "autonomy.amount_limit", RemarkCode::ActsOnNothing),
        ("version = 'a'\n[autonomy]\nlevels = { send_notice = 2 }\nrun_budget = 0", "autonomy.run_budget", RemarkCode::ActsOnNothing),
        (&format!("{acts}amount_limit = 1001\nrun_budget = 1000"), "autonomy.run_budget", RemarkCode::BudgetBelowLimit),
        (&format!("{acts}min_confidence = 0"), "autonomy.min_confidence", RemarkCode::AnyConfidence),
        (&format!("{acts}dunning_level_limit = 5"), "autonomy.dunning_level_limit", RemarkCode::LevelAboveLadder),
        ("version = 'a'\n[autonomy]\nlevels = { call = 2 }", "autonomy.levels.call", RemarkCode::LevelOfPerson),
        ("version = 'a'\n[autonomy]\nmodes = { reply = 'act' }", "autonomy.modes.reply", RemarkCode::LevelOfPerson),
        ("version = 'a'\n[autonomy]\nlevels = { write_off = 2 }", "autonomy.levels.write_off", RemarkCode::LevelWithoutEffect),
        ("version = 'a'\n[autonomy]\nlevels = { place_hold = 3 }", "autonomy.levels.place_hold", RemarkCode::LevelWithoutEffect),
        ("version = 'a'\n[autonomy]\nmodes = { hand_over = 'veto' }", "autonomy.modes.hand_over", RemarkCode::LevelWithoutEffect),
        (&format!("{acts}actions = {{ send_notice = {{ amount_limit = 0 }} }}"), "autonomy.actions.send_notice.amount_limit", RemarkCode::ActsOnNothing),
        (&format!("{acts}actions = {{ send_notice = {{ dunning_level_limit = 5 }} }}"), "autonomy.actions.send_notice.dunning_level_limit", RemarkCode::LevelAboveLadder),
        (&format!("{acts}min_confidence = 0\nactions = {{ send_notice = {{ tone_limit = 'firm' }} }}"), "autonomy.min_confidence", RemarkCode::AnyConfidence),
        ("version = 'a'\n[worklist]\ncapacity = { collector = 480 }", "worklist.capacity", RemarkCode::RoleWithoutCapacity),
        ("version = 'a'\n[contact]\ncaps = { fax = 1 }", "contact.caps.fax", RemarkCode::CapOfUnusedChannel),
        ("version = 'a'\n[contact]\ncaps = { email = 3 }", "contact.caps.email", RemarkCode::CapNeverReached),
        ("version = 'a'\n[collections]\nlisted_currencies_only = true", "collections.minimums", RemarkCode::NothingDunned),
        ("version = 'a'\n[segments.key.collections]\ngrace_days = 0", "segments.key", RemarkCode::SegmentWithoutEffect),
        ("version = 'a'\n[segments.key.reporting]\nkpi_days = 30", "segments.key.reporting", RemarkCode::BookOnly),
        ("version = 'a'\n[segments.key.worklist]\nchoice_budget = 3", "segments.key.worklist.choice_budget", RemarkCode::BookOnly),
        (&format!("{acts}[segments.key.autonomy]\namount_limit = 0"), "segments.key.autonomy.amount_limit", RemarkCode::ActsOnNothing),
    ];
    for (text, path, code) in cases {
        assert_eq!(remarks(text), [(String::from(*path), code.name())], "{text}");
    }
    let everybody = "account_owner = 60, cash_application = 60, collector = 60, credit_manager = 60, dispute_resolver = 60, finance_manager = 60";
    assert_eq!(remarks(&format!("version = 'a'\n[worklist]\ncapacity = {{ {everybody} }}")), []);
    let typed = remarks(&format!("version = 'a'\n[worklist]\ncapacity = {{ {everybody}, colector = 60 }}"));
    assert_eq!(typed, [("worklist.capacity.colector".into(), RemarkCode::CapacityWithoutRole.name())]);
}

#[test]
fn a_segment_that_no_customer_is_in_is_remarked_beside_the_books() {
    let tables = json!({ "as_of": "2026-11-20", "tables": { "customers": [{ "customer_id": "C1", "segment": "retail" }, { "customer_id": "C2" }], "items": [] } });
    let books = Inputs::of(&tables).ledger;
    let policy = policy("version = 'a'\n[segments.retail.collections]\ngrace_days = 5\n[segments.Retail.collections]\ngrace_days = 5");
    assert_eq!(policy.remarks(), []);
    let found = policy.remarks_on(&books);
    assert_eq!((found.len(), found[0].path.as_str(), found[0].code), (1, "segments.Retail", RemarkCode::SegmentWithoutCustomer));
    assert_eq!(found[0].text, "No customer is in the segment Retail; the nearest segment of one is retail.");
}
