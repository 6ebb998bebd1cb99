//! The section `autonomy`: how far the engine may go without a person, by action and segment, and by what proof it may go further.

use super::charges::{ReadRow, rows};
use super::read::{by_action, leftovers, object, texts, wrong};
use super::setting::{self, Flag, Setting, Share, Whole, section, words_setting};
use crate::action::{ActionKind, GateMode, Tone, WIDENED};
use crate::error::{ProblemCode, Problems};
use crate::money::{Currency, units};
use crate::text::words;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use serde_json::{Map, Value, json};

words_setting!(Tone, Per);

words! {
    /// What a budget is counted for.
    Per {
        /// The whole book.
        Book = "book",
        /// Each customer.
        Customer = "customer",
    }
}

section! {
    /// Limits of what the engine does without a person, and the proof by which they widen.
    Autonomy {
        /// Nothing is carried out while this is on, approved or not; holds stay.
        kill_switch: Flag = false, 0, 1, "flag";
        /// Amount up to which the engine acts at level 2.
        amount_limit: Whole = 5_000, 0, 1_000_000_000, "units of the currency";
        /// Sum of automatic amounts in one run and currency.
        run_budget: Whole = 1_000_000, 0, 1_000_000_000_000, "units of the currency";
        /// Highest dunning level at which the engine acts.
        dunning_level_limit: Whole = 2, 0, 9, "level";
        /// Firmest tone in which the engine writes.
        tone_limit: Tone = Tone::Final, 0, 9, "tone";
        /// Most instalments of a plan that the engine offers.
        plan_parts_limit: Whole = 3, 0, 1_000, "instalments";
        /// Days to the last instalment of a plan that the engine offers.
        plan_days_limit: Whole = 90, 0, 3_650, "days";
        /// Amount of a plan that the engine offers.
        plan_amount_limit: Whole = 5_000, 0, 1_000_000_000, "units of the currency";
        /// Days of an extension that the engine grants.
        extension_days_limit: Whole = 14, 0, 3_650, "days";
        /// Sum of the discounts that the engine grants with one posting.
        discount_limit: Whole = 250, 0, 1_000_000_000, "units of the currency";
        /// Amount up to which the engine writes off, alone or as the rest of a posting; 0 = always a person.
        write_off_limit: Whole = 0, 0, 1_000_000_000, "units of the currency";
        /// A person decides about credit holds: placing and releasing.
        ask_credit_hold: Flag = true, 0, 1, "flag";
        /// A person decides about handing over to an agency or a lawyer.
        ask_hand_over: Flag = true, 0, 1, "flag";
        /// Least confidence with which the engine acts.
        min_confidence: Share = 990_000, 0, 1_000_000, "share";
        /// How often something of the same action and currency, and of at least this amount, must have been carried out before; what is
        /// newer to the books than that, a person decides.
        min_precedents: Whole = 0, 0, 1_000_000, "decisions";
        /// Days after a person dealt with the customer (a call, an answer) in which a person decides; 0 = none.
        human_touch_days: Whole = 0, 0, 365, "days";
        /// Days without a person having dealt with the customer after which a person decides; 0 = never.
        unattended_days: Whole = 0, 0, 3_650, "days";
        /// The owner of a strategic customer decides.
        ask_strategic: Flag = true, 0, 1, "flag";
        /// The first contact ever with a customer is approved by a person.
        ask_first_contact: Flag = false, 0, 1, "flag";
        /// Autonomy level of actions that `levels` does not name: 0 record, 1 propose, 2 act inside limits, 3 widened.
        default_level: Whole = 1, 0, 3, "level";
        /// What the amounts of the limits are multiplied with at level 3.
        widened_amounts: Whole = 2, 1, 1_000, "times";
        /// Days that a question of the mode `veto` waits for a no before the engine acts.
        veto_days: Whole = 2, 1, 60, "days";
        /// Amount from which two different people must approve.
        second_approval_amount: Whole = 1_000_000_000, 0, 1_000_000_000, "units of the currency";
        /// What a person changed needs no approval of another.
        edit_approves: Flag = false, 0, 1, "flag";
        /// Days in which a question is to be answered, before it goes to the deputy of the role.
        answer_days: Whole = 2, 0, 60, "days";
        /// Share of what the engine does without a person that is drawn for a person to look at.
        sample_share: Share = 20_000, 0, 1_000_000, "share";
        /// Highest level that evidence may propose; below the level of the policy, nothing is proposed.
        earned_level: Whole = 3, 0, 3, "level";
        /// Share of wrong decisions that is accepted of an action that widens.
        error_limit: Share = 20_000, 100, 500_000, "share";
        /// Whether an action must also be wrong less often than people were found to be, besides keeping `error_limit`.
        against_people: Flag = false, 0, 1, "flag";
        /// Probability with which an action whose share of errors is not under the limit is ever proposed to widen.
        earn_risk: Share = 50_000, 1_000, 500_000, "probability";
        /// Decisions after which, on average at the earliest, an action that keeps the limit is narrowed by chance.
        false_alarm_trials: Whole = 10_000, 100, 1_000_000_000, "decisions";
        /// Looked at and found wrong, since the level was last changed, from which the action is narrowed at once; 0 = only by the
        /// test of drift.
        failed_samples: Whole = 1, 0, 1_000, "decisions";
    }
}

impl Autonomy {
    /// What the amounts of the limits are multiplied with at an autonomy level.
    pub const fn times(&self, level: u8) -> i64 {
        if level >= WIDENED { self.widened_amounts } else { 1 }
    }

    /// How many people must approve an amount.
    pub fn approvals(&self, amount: i64, currency: Currency) -> i64 {
        if amount >= units(self.second_approval_amount, currency) { 2 } else { 1 }
    }
}

section! {
    /// What may be done without a person in some days.
    Budget {
        /// The days, the day of the run included.
        days: Whole = 1, 1, 366, "days";
        /// Decisions.
        count: Whole = 1_000_000_000, 0, 1_000_000_000, "decisions";
        /// Sum of their amounts in one currency.
        amount: Whole = 1_000_000_000_000, 0, 1_000_000_000_000, "units of the currency";
        /// Of the whole book, or of each customer.
        per: Per = Per::Book, 0, 9, "word";
    }
}

/// A budget, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRule {
    /// The action; none = all together.
    pub action: Option<ActionKind>,
    /// The numbers.
    pub budget: Budget,
}

/// Who decides what, and what differs by action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// Level by action, where it differs from the default.
    pub levels: BTreeMap<ActionKind, u8>,
    /// Mode by action, where it is not the one of the level.
    pub modes: BTreeMap<ActionKind, GateMode>,
    /// Limits by action, where they differ.
    pub own: BTreeMap<ActionKind, Autonomy>,
    /// What of them was said.
    said: BTreeMap<ActionKind, Map<String, Value>>,
    /// Who decides, by action.
    pub roles: BTreeMap<ActionKind, String>,
    /// The person behind a role.
    pub people: BTreeMap<String, String>,
    /// The role that a question goes to that nobody answered.
    pub deputies: BTreeMap<String, String>,
    /// Languages in which the engine writes; empty = all.
    pub languages: Vec<String>,
    /// Countries whose customers the engine deals with; empty = all.
    pub countries: Vec<String>,
    /// Budgets.
    pub budgets: Vec<BudgetRule>,
}

impl Default for Supervision {
    fn default() -> Self {
        let roles = [
            (ActionKind::PostAllocation, "cash_application"),
            (ActionKind::AskRemittance, "cash_application"),
            (ActionKind::OpenDispute, "dispute_resolver"),
            (ActionKind::RouteDispute, "dispute_resolver"),
            (ActionKind::ResolveDispute, "dispute_resolver"),
            (ActionKind::IssueCreditNote, "finance_manager"),
            (ActionKind::WriteOff, "finance_manager"),
            (ActionKind::WidenAutonomy, "finance_manager"),
            (ActionKind::PlaceHold, "credit_manager"),
            (ActionKind::ReleaseHold, "credit_manager"),
            (ActionKind::ChangeTerms, "credit_manager"),
            (ActionKind::HandOver, "credit_manager"),
            (ActionKind::NotifyOwner, "account_owner"),
        ];
        Self {
            levels: BTreeMap::new(),
            modes: BTreeMap::new(),
            own: BTreeMap::new(),
            said: BTreeMap::new(),
            roles: roles.into_iter().map(|(action, role)| (action, role.into())).collect(),
            people: BTreeMap::new(),
            deputies: BTreeMap::new(),
            languages: Vec::new(),
            countries: Vec::new(),
            budgets: Vec::new(),
        }
    }
}

/// Budgets that a policy may have.
const MAX_BUDGETS: usize = 50;
/// Bytes of a role, a person or a language.
const MAX_TEXT: usize = 64;

/// What stands beside the numbers.
const LISTS: [&str; 9] = ["levels", "modes", "actions", "roles", "people", "deputies", "languages", "countries", "budgets"];

fn short(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control)).map(String::from)
}

impl Supervision {
    /// Reads the whole section.
    pub(super) fn read(&mut self, numbers: &mut Autonomy, mut section: Map<String, Value>, path: &str, problems: &mut Problems) {
        numbers.read(&mut section, path, problems);
        let place = |name: &str| format!("{path}.{name}");
        by_action(&mut self.levels, section.remove("levels"), &place("levels"), problems, |value| {
            value.as_u64().and_then(|level| u8::try_from(level).ok()).filter(|level| *level <= 3).ok_or("a level from 0 to 3 is wanted")
        });
        by_action(&mut self.modes, section.remove("modes"), &place("modes"), problems, |value| {
            value.as_str().and_then(GateMode::from_name).ok_or("one of off, suggest, approve, veto, limits, act is wanted")
        });
        by_action(&mut self.roles, section.remove("roles"), &place("roles"), problems, |value| short(value).ok_or("the name of a role is wanted"));
        names(&mut self.people, section.remove("people"), &place("people"), problems);
        names(&mut self.deputies, section.remove("deputies"), &place("deputies"), problems);
        for (slot, name) in [(&mut self.languages, "languages"), (&mut self.countries, "countries")] {
            if let Some(list) = texts(section.remove(name), &place(name), problems) {
                *slot = list;
            }
        }
        if let Some(budgets) = rows(section.remove("budgets"), MAX_BUDGETS, &place("budgets"), problems, read_budget as ReadRow<BudgetRule>) {
            self.budgets = budgets;
        }
        let mut said = BTreeMap::new();
        by_action(&mut said, section.remove("actions"), &place("actions"), problems, |value| value.as_object().cloned().ok_or("an object is wanted"));
        said.into_iter().for_each(|(action, map): (_, Map<_, _>)| self.said.entry(action).or_default().extend(map));
        self.settle(numbers, &place("actions"), problems);
        let mut known = numbers.write();
        known.extend(LISTS.map(|name| (name.into(), Value::Null)));
        leftovers(section, path, &known, problems);
    }

    /// The limits of the actions that have their own: those of all, and what was said of them.
    pub(super) fn settle(&mut self, numbers: &Autonomy, path: &str, problems: &mut Problems) {
        for (action, said) in &self.said {
            let (mut own, mut left, place) = (numbers.clone(), said.clone(), format!("{path}.{}", action.name()));
            own.read(&mut left, &place, problems);
            leftovers(left, &place, &own.write(), problems);
            self.own.insert(*action, own);
        }
    }

    /// Whether a limit was said of an action by itself.
    pub(super) fn says(&self, action: ActionKind, name: &str) -> bool {
        self.said.get(&action).is_some_and(|said| said.contains_key(name))
    }

    pub(super) fn write(&self, numbers: &Autonomy) -> Map<String, Value> {
        let mut map = numbers.write();
        let mut put = |name: &str, value: Map<String, Value>| map.insert(name.into(), Value::Object(value));
        put("levels", self.levels.iter().map(|(action, level)| (action.name().into(), json!(level))).collect());
        put("modes", self.modes.iter().map(|(action, mode)| (action.name().into(), json!(mode.name()))).collect());
        put("roles", self.roles.iter().map(|(action, role)| (action.name().into(), json!(role))).collect());
        let said = |action: &ActionKind, own: &Autonomy| own.write().into_iter().filter(|(name, _)| self.says(*action, name)).collect();
        put("actions", self.own.iter().map(|(action, own)| (action.name().into(), Value::Object(said(action, own)))).collect());
        put("people", self.people.iter().map(|(role, person)| (role.clone(), json!(person))).collect());
        put("deputies", self.deputies.iter().map(|(role, deputy)| (role.clone(), json!(deputy))).collect());
        map.insert("languages".into(), json!(self.languages));
        map.insert("countries".into(), json!(self.countries));
        map.insert("budgets".into(), self.budgets.iter().map(write_budget).collect());
        map
    }

    pub(super) fn schema() -> Map<String, Value> {
        let mut map = Autonomy::schema();
        let by_action = |value: &Value, doc: &str| super::schema::by_action(value, doc);
        let text = json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT });
        let mut put = |name: &str, value: Value| map.insert(name.into(), value);
        put("levels", by_action(&json!({ "type": "integer", "minimum": 0, "maximum": 3 }), "Autonomy level by action."));
        put("modes", by_action(&json!({ "enum": GateMode::WORDS }), "Mode by action, in the place of the one of its level (0 suggest, 1 approve, 2 and 3 limits)."));
        put("roles", by_action(&text, "Who decides, by action."));
        put(
            "actions",
            by_action(
                &json!({ "type": "object", "additionalProperties": false, "properties": Autonomy::schema() }),
                "Limits of one action, in the place of those of all; also in the place of those of a segment, unless the segment says them of the action.",
            ),
        );
        put("people", json!({ "type": "object", "additionalProperties": text, "default": {}, "description": "The person behind a role." }));
        put("deputies", json!({ "type": "object", "additionalProperties": text, "default": {}, "description": "The role that a question goes to which the role did not answer in time." }));
        let list = |doc: &str| json!({ "type": "array", "items": text, "default": [], "description": doc });
        put("languages", list("Languages in which the engine writes without a person, as customers.language has them; empty = all."));
        put("countries", list("Countries whose customers the engine deals with without a person, as customers.country has them; empty = all."));
        let mut budget = Budget::schema();
        budget.insert("action".into(), json!({ "enum": ActionKind::WORDS, "description": "The action; absent = all together." }));
        let budget = json!({ "type": "object", "additionalProperties": false, "properties": budget });
        put(
            "budgets",
            json!({ "type": "array", "maxItems": MAX_BUDGETS, "items": budget, "default": [], "description": "What may be done without a person in some days; what people did themselves does not count." }),
        );
        map
    }
}

fn names(slot: &mut BTreeMap<String, String>, value: Option<Value>, path: &str, problems: &mut Problems) {
    let Some(map) = value.and_then(|value| object(value, path, problems)) else { return };
    for (role, value) in map {
        match short(&value) {
            Some(name) => drop(slot.insert(role, name)),
            None => wrong(problems, &format!("{path}.{role}"), ProblemCode::SettingType, format!("a name is wanted, {value} is given")),
        }
    }
}

fn read_budget(map: &mut Map<String, Value>, place: &str, problems: &mut Problems) -> (BudgetRule, Map<String, Value>) {
    let mut rule = BudgetRule { action: None, budget: Budget::default() };
    if let Some(value) = map.remove("action") {
        rule.action = value.as_str().and_then(ActionKind::from_name);
        if rule.action.is_none() {
            wrong(problems, &format!("{place}.action"), ProblemCode::SettingType, format!("an action is wanted, {value} is given"));
        }
    }
    rule.budget.read(map, place, problems);
    let mut known = rule.budget.write();
    known.insert("action".into(), Value::Null);
    (rule, known)
}

fn write_budget(rule: &BudgetRule) -> Value {
    let mut map = rule.budget.write();
    if let Some(action) = rule.action {
        map.insert("action".into(), json!(action.name()));
    }
    Value::Object(map)
}
