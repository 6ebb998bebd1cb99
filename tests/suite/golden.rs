//! Generated lists that are committed and compared: reasons, actions, states, errors, tables, the schema of the policy.
//! `AR_WRITE_GOLDEN=1 cargo test -p ar-tests` writes them anew.

use ar_core::action::ActionKind;
use ar_core::error::{ErrorCode, ProblemCode};
use ar_core::event::What;
use ar_core::ledger::schema::{MODEL_TABLES, TABLES};
use ar_core::reason::ReasonCode;
use ar_core::report::why::row;
use ar_core::{Part, Policy};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// A file below the repository.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// Compares a generated text with the committed one, or writes it where that is asked for.
pub(crate) fn compare(name: &str, text: &str) {
    let file = path(name);
    if std::env::var_os("AR_WRITE_GOLDEN").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "{name} is not what the code gives; write it anew with `make golden` and read the difference");
}

#[test]
fn reasons_are_as_published() {
    let mut text = String::from(
        "# Reasons\n\nGenerated. A reason is `(code, observed, limit)`; the unit says what both numbers count. Lifted by: the\nsettings or the fact that `why_not` names where the reason stops something.\n\n| number | code | unit | sentence | lifted by |\n|---|---|---|---|---|\n",
    );
    for code in ReasonCode::ALL {
        writeln!(text, "| {} | `{}` | {} | {} | {} |", *code as u16, code.name(), code.unit().name(), code.sentence(), row(*code).name()).unwrap();
    }
    compare("tests/golden/reasons.md", &text);
    let mut names: Vec<&str> = ReasonCode::ALL.iter().map(|code| code.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ReasonCode::ALL.len(), "two reasons share a name");
    assert!(ReasonCode::ALL.is_sorted_by(|a, b| (*a as u16) < (*b as u16)));
}

/// Whoever adds a reason says what lifts it, in `report/why/table.rs`: also where that is nothing.
#[test]
fn every_reason_of_collections_and_gate_has_a_row() {
    let table = std::fs::read_to_string(path("ar-core/src/report/why/table.rs")).unwrap();
    let named: BTreeSet<&str> = table.split("C::").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).collect();
    let missing: Vec<&ReasonCode> = ReasonCode::ALL.iter().filter(|code| code.room() >= 3 && !named.contains(format!("{code:?}").as_str())).collect();
    assert!(missing.is_empty(), "what lifts {missing:?}?");
}

/// Every variant of an enum must stand in its list: they are counted in the source.
#[test]
fn lists_of_codes_are_complete() {
    for (file, name, listed) in [
        ("ar-core/src/reason/mod.rs", "pub enum ReasonCode {", ReasonCode::ALL.len()),
        ("ar-core/src/error.rs", "pub enum ProblemCode {", ProblemCode::ALL.len()),
        ("ar-core/src/error.rs", "pub enum ErrorCode {", ErrorCode::ALL.len()),
    ] {
        let source = std::fs::read_to_string(path(file)).unwrap();
        let body = source.split(name).nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
        let variants = body.lines().filter(|line| line.trim_end().ends_with(',') && line.contains(" = ")).count();
        assert_eq!(variants, listed, "{name} in {file}");
    }
}

#[test]
fn actions_and_events_are_as_published() {
    let mut text = String::from("# Actions and the events that report them done\n\nGenerated.\n\n| action | event | for a person only |\n|---|---|---|\n");
    for action in ActionKind::ALL {
        writeln!(text, "| `{}` | {} | {} |", action.name(), action.event().map_or("none".into(), |event| format!("`{event}`")), if action.needs_person() { "yes" } else { "" }).unwrap();
    }
    text.push_str("\n## Events that the books understand today\n\n");
    for name in What::NAMES {
        writeln!(text, "- `{name}`").unwrap();
    }
    text.push_str("\n## Parts of a report\n\n");
    for part in Part::ALL {
        writeln!(text, "- `{}`", part.name()).unwrap();
    }
    compare("tests/golden/actions.md", &text);
}

/// One table of a machine: a row for each state, a column for each input, and what follows.
macro_rules! machine {
    ($text:expr, $title:literal, $room:ident, $state:ty) => {{
        use ar_core::state::$room::{Input, next};
        let inputs: Vec<&str> = Input::ALL.iter().map(|input| input.name()).collect();
        writeln!($text, "\n## {}\n\n| | {} |\n|---|{}", $title, inputs.join(" | "), "---|".repeat(inputs.len())).unwrap();
        for state in <$state>::ALL {
            let cells: Vec<String> = Input::ALL.iter().map(|input| next(*state, *input).map_or("".into(), |next| format!("`{}`", next.name()))).collect();
            writeln!($text, "| `{}` | {} |", state.name(), cells.join(" | ")).unwrap();
        }
    }};
}

#[test]
fn states_are_as_published() {
    use ar_core::record::{DisputeState, NoticeState, PlanState, PromiseState};
    let mut text = String::from(
        "# States\n\nGenerated. Rows are states, columns are what may happen, cells what follows. Where a cell is empty, it cannot happen: an event that says so is refused with `impossible_event`.\n",
    );
    machine!(text, "Items", item, ar_core::state::item::ItemState);
    machine!(text, "Write-offs", write_off, ar_core::state::write_off::WriteOffState);
    machine!(text, "Deductions", deduction, ar_core::state::deduction::DeductionState);
    machine!(text, "Promises", promise, PromiseState);
    machine!(text, "Disputes", dispute, DisputeState);
    machine!(text, "Payment plans", plan, PlanState);
    machine!(text, "Notices", notice, NoticeState);
    machine!(text, "Credit holds", hold, ar_core::state::hold::HoldState);
    compare("tests/golden/states.md", &text);
}

#[test]
fn errors_are_as_published() {
    let mut text = String::from("# Errors and problems\n\nGenerated.\n\n| number | error |\n|---|---|\n");
    for code in ErrorCode::ALL {
        writeln!(text, "| {} | `{}` |", *code as u16, code.name()).unwrap();
    }
    text.push_str("\n| number | problem |\n|---|---|\n");
    for code in ProblemCode::ALL {
        writeln!(text, "| {} | `{}` |", *code as u16, code.name()).unwrap();
    }
    compare("tests/golden/errors.md", &text);
}

#[test]
fn tables_are_as_published() {
    let mut text = String::from("# Tables in\n\nGenerated. A star marks what is required; an amount is also accepted as `<name>_minor`.\n");
    for table in TABLES.iter().chain(MODEL_TABLES) {
        writeln!(text, "\n## {}\n\n| column | kind |\n|---|---|", table.name).unwrap();
        for column in table.columns {
            writeln!(text, "| `{}`{} | {} |", column.name, if column.required { " *" } else { "" }, column.kind.label()).unwrap();
        }
    }
    compare("tests/golden/tables.md", &text);
}

#[test]
fn policy_schema_is_as_published() {
    compare("tests/golden/policy.schema.json", &Policy::schema());
    compare("tests/golden/policy.default.json", &format!("{}\n", Policy::default().to_json()));
    let again = Policy::from_json(&Policy::default().to_json()).unwrap();
    assert_eq!(again, Policy::default(), "the default policy does not survive being written and read");
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let refused = Policy::from_json(r#"{"autonomy":{"kill_switch":true,"kill_switch":false}}"#).unwrap_err();
    assert!(refused.to_string().contains("the key 'kill_switch' stands twice"), "{refused}");
    assert!(Policy::from_toml("[autonomy]\nkill_switch = true\nkill_switch = false\n").is_err());
}
