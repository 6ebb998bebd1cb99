//! The parts of a report as tables.

use super::book::{aging_columns, kpi_columns};
use super::columns::{date, flag, float, float_opt, int, int_opt, list, money, money_opt, reasons, reasons_made, scale, text, text_made, text_opt};
use super::explain::Owing;
use super::object::Object;
use super::{Part, Report};
use crate::action::ActionKind;
use crate::calendar::ContactHours;
use crate::collections::{Outcome, window};
use crate::decision::{Arrangement, Decision, Promised};
use crate::money::Currency;
use crate::reason::{Reason, ReasonCode};
use crate::record::{CustomerIdx, Item, ItemIdx};
use crate::scoring::{ForecastDay, Score};
use crate::table::{Column, Data, Table, Texts};
use crate::text::Characters;
use alloc::{format, string::String, vec::Vec};
use chrono::{DateTime, Timelike, Utc};
use serde_json::{Value, json};

impl Report {
    /// A part of the report as a table of one batch.
    pub fn part(&self, part: Part) -> Table<'static> {
        let columns = match part {
            Part::Allocations => self.allocations_table(),
            Part::Payments => self.payments_table(),
            Part::Scores => self.scores_table(),
            Part::Decisions => self.decisions_table(),
            Part::Worklist => self.worklist_table(),
            Part::Outcomes => self.outcomes_table(),
            Part::Forecast => forecast_columns(&self.parts.forecast, self.scale_with(self.parts.forecast.iter().map(|row| row.currency))),
            Part::Aging => aging_columns(&self.parts.aging, self.scale()),
            Part::Kpis => kpi_columns(&self.parts.kpis),
            Part::Risk => self.risk_table(),
            Part::Capacity => self.capacity_table(),
            Part::RootCauses => self.root_causes_table(),
            Part::Escalations => self.escalations_table(),
            Part::Autonomy => self.autonomy_table(),
            Part::Audit => self.audit.columns(),
        };
        Table::new(part.name(), columns)
    }

    pub(super) fn scale(&self) -> u8 {
        self.scale
    }

    /// As [`Self::scale`], where some currencies may be ones that the books do not have.
    fn scale_with(&self, currencies: impl Iterator<Item = Currency>) -> u8 {
        currencies.map(Currency::exponent).fold(self.scale(), u8::max)
    }

    pub(super) fn item_id(&self, at: ItemIdx) -> &str {
        self.ledger.item(at).map_or("", |row| self.ledger.text(row.id))
    }

    pub(super) fn customer_id(&self, at: Option<CustomerIdx>) -> Option<&str> {
        at.and_then(|at| self.ledger.customer(at)).map(|row| self.ledger.text(row.id))
    }

    fn decision_id(&self, at: Option<u32>) -> Option<&str> {
        at.and_then(|at| self.parts.decisions.get(at as usize)).map(|decision| decision.id.as_str())
    }

    fn allocations_table(&self) -> Vec<Column<'static>> {
        let scale = self.scale();
        let answers = || self.parts.answers.iter().zip(&self.parts.posted);
        let rows = || answers().flat_map(|(answer, posted)| answer.lines.iter().map(move |line| (answer, line, self.ledger.payment(answer.payment), *posted)));
        alloc::vec![
            text("payment_id", rows().map(|row| row.2.map_or("", |payment| self.ledger.text(payment.id)))),
            text("item_id", rows().map(|row| self.item_id(row.1.item))),
            money("amount", scale, rows().filter_map(|row| row.2.map(|payment| (row.1.amount, payment.currency)))),
            text("currency", rows().map(|row| row.2.map_or("", |payment| payment.currency.code()))),
            text("kind", rows().map(|row| row.1.kind.name())),
            money("item_amount", scale, rows().filter_map(|row| self.ledger.item(row.1.item).map(|item| (row.1.item_amount, item.currency)))),
            text("item_currency", rows().map(|row| self.ledger.item(row.1.item).map_or("", |item| item.currency.code()))),
            text_opt("decision_id", rows().map(|row| self.decision_id(row.3))),
            text("status", rows().map(|row| row.0.status.name())),
        ]
    }

    fn payments_table(&self) -> Vec<Column<'static>> {
        let scale = self.scale();
        let rows = || self.parts.answers.iter().zip(&self.parts.posted).filter_map(|(answer, posted)| Some((answer, *posted, self.ledger.payment(answer.payment)?)));
        alloc::vec![
            text("payment_id", rows().map(|row| self.ledger.text(row.2.id))),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.0.customer))),
            text("currency", rows().map(|row| row.2.currency.code())),
            money("amount", scale, rows().map(|row| (row.2.amount, row.2.currency))),
            text("status", rows().map(|row| row.0.status.name())),
            float("confidence", rows().map(|row| row.0.confidence_ppm as f64 / 1_000_000.0)),
            text("certificate", rows().map(|row| row.0.certificate.name())),
            self.alternatives(),
            money("unapplied", scale, rows().map(|row| (row.0.unapplied, row.2.currency))),
            text_opt("decision_id", rows().map(|row| self.decision_id(row.1))),
            reasons("reasons", rows().map(|row| row.0.reasons.clone())),
        ]
    }

    fn alternatives(&self) -> Column<'static> {
        let (mut rows, mut sets, mut texts) = (Vec::new(), Vec::new(), Texts::default());
        for answer in &self.parts.answers {
            for set in &answer.alternatives {
                set.iter().for_each(|item| texts.push(self.item_id(*item)));
                sets.push(texts.ends.len());
            }
            rows.push(sets.len());
        }
        Column::new("alternatives", Data::TextLists(rows, sets, texts))
    }

    fn scores_table(&self) -> Vec<Column<'static>> {
        let all: Vec<(&Score, &Item)> = self.parts.scores.iter().filter_map(|score| Some((score, self.ledger.item(score.item)?))).collect();
        let rows = || all.iter().copied();
        alloc::vec![
            text("item_id", rows().map(|row| self.ledger.text(row.1.id))),
            text("customer_id", rows().map(|row| self.customer_id(Some(row.1.customer)).unwrap_or(""))),
            text("currency", rows().map(|row| row.1.currency.code())),
            money("open_amount", self.scale(), rows().map(|row| (row.0.open, row.1.currency))),
            int("days_late", rows().map(|row| i64::from(row.0.days_late))),
            float("p_late", rows().map(|row| row.0.p_late)),
            float("p_late_30", rows().map(|row| row.0.p_late_30)),
            float("p_default", rows().map(|row| row.0.p_default)),
            date("expected_on", rows().map(|row| row.0.expected_on)),
            date("median_on", rows().map(|row| row.0.median_on)),
            date("q10_on", rows().map(|row| row.0.q10_on)),
            date("q90_on", rows().map(|row| row.0.q90_on)),
            int("priority", rows().map(|row| row.0.points.total())),
            text("class", rows().map(|row| self.parts.profile(row.1.customer).map_or("new", |profile| profile.class.name()))),
            text_made("counterfactual", &all, |row, _: &mut ()| self.counterfactual(row.1.customer)),
            reasons_made("reasons", &all, |row| self.score_reasons(row.0, row.1.customer)),
        ]
    }

    /// What would make the class another: `without the last 3 late payments: prompt`; empty where nothing simple would.
    fn counterfactual(&self, customer: CustomerIdx) -> String {
        match self.parts.profile(customer).and_then(|profile| profile.without) {
            Some((1, class)) => format!("without the last late payment: {}", class.name()),
            Some((count, class)) => format!("without the last {count} late payments: {}", class.name()),
            None => String::new(),
        }
    }

    /// The additive explanation of a score: from the shipped prior, each layer adds observed less limit; the last
    /// observed is `p_late` in parts per million. Behind it the points that sum to the priority.
    pub(super) fn score_reasons(&self, score: &Score, customer: CustomerIdx) -> Vec<Reason> {
        let Some(profile) = self.parts.profile(customer) else { return Vec::new() };
        let settings = self.policy.settings(self.ledger.segment_of(Some(customer)));
        let mut found = score.rates.reasons(score.p_late);
        found.push(Reason::new(ReasonCode::HistoryLength, profile.settled, settings.scoring.history_min_items));
        found.extend(score.points.reasons(settings));
        found
    }

    fn decisions_table(&self) -> Vec<Column<'static>> {
        let rows = || self.parts.decisions.iter();
        alloc::vec![
            text("decision_id", rows().map(|row| row.id.as_str())),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.customer()))),
            text("currency", rows().map(|row| row.draft.currency.code())),
            list("item_ids", rows().map(|row| row.draft.items.iter().map(|at| self.item_id(*at)))),
            text("action", rows().map(|row| row.action().name())),
            money("amount", self.scale(), rows().map(|row| (row.draft.amount, row.draft.currency))),
            int("level", rows().map(|row| i64::from(row.draft.params.level))),
            int("priority", rows().map(|row| row.draft.priority)),
            text_made("params", self.decisions(), |row, _: &mut ()| self.params(row)),
            text("mode", rows().map(|row| row.mode.name())),
            text_opt("ask_role", rows().map(|row| (!row.ask_role.is_empty()).then_some(row.ask_role.as_str()))),
            reasons("reasons", rows().map(|row| row.reasons().to_vec())),
            self.evidence(),
            // The engine does not explore: what it decides, it decides with certainty.
            float("propensity", rows().map(|_| 1.0)),
            date("expires_on", rows().map(|row| row.expires_on)),
            text("segment", rows().map(|row| self.segment_of(row))),
            text("gate", rows().map(|row| row.gate.mode.name())),
            int("autonomy_level", rows().map(|row| i64::from(row.gate.level))),
            flag("sampled", rows().map(|row| row.gate.sampled)),
        ]
    }

    /// What a decision rests on: `kind:identifier` of every record that it names.
    pub(super) fn evidence_of(&self, decision: &Decision) -> Vec<String> {
        let params = &decision.draft.params;
        let payment = params.payment.and_then(|at| self.ledger.payment(at)).map(|row| format!("payment:{}", self.ledger.text(row.id)));
        let items = decision.draft.items.iter().map(|at| format!("item:{}", self.item_id(*at)));
        let disputes = params.disputes.iter().map(|id| format!("dispute:{}", self.ledger.text(*id)));
        let replies = params.replies.iter().map(|id| format!("reply:{}", self.ledger.text(*id)));
        let spans = self.spans_of(decision);
        let promises = params.promises.iter().map(|id| format!("promise:{}", self.ledger.text(*id)));
        payment.into_iter().chain(items).chain(promises).chain(disputes).chain(replies).chain(spans).collect()
    }

    /// The parts of a message that a decision follows from: `reply:identifier#from-to`, in characters of the text.
    fn spans_of(&self, decision: &Decision) -> Vec<String> {
        let params = &decision.draft.params;
        let reply = params.replies.first().and_then(|id| self.ledger.replies_of(decision.customer()?).iter().find(|row| row.id == *id));
        let Some(reply) = reply else { return Vec::new() };
        let characters = Characters::of(self.ledger.text(reply.text));
        params.spans.iter().map(|span| characters.span(*span)).map(|[from, to]| format!("reply:{}#{from}-{to}", self.ledger.text(reply.id))).collect()
    }

    fn evidence(&self) -> Column<'static> {
        let all: Vec<Vec<String>> = self.parts.decisions.iter().map(|decision| self.evidence_of(decision)).collect();
        list("evidence", all.iter().map(|row| row.iter().map(String::as_str)))
    }

    /// What must still be so of the items of a notice when it goes out ([`crate::Books::precondition`]); `None` for other decisions.
    pub fn precondition(&self, decision: &Decision) -> Option<String> {
        let is_notice = decision.action().event() == ActionKind::SendNotice.event();
        is_notice.then(|| self.ledger.precondition_after(&decision.draft.items, &self.parts.open))
    }

    /// The particulars of a decision as a JSON object with sorted keys.
    pub(super) fn params(&self, decision: &Decision) -> String {
        let params = &decision.draft.params;
        let mut map = Object::new();
        if params.level > 0 {
            map.shown("level", params.level);
        }
        if !params.item_levels.is_empty() {
            map.insert("item_levels", json!(params.item_levels));
        }
        if let Some(tone) = params.tone {
            map.text("tone", tone.name());
        }
        if let Some(channel) = &params.channel {
            map.text("channel", channel);
        }
        if let Some(payment) = params.payment.and_then(|at| self.ledger.payment(at)) {
            map.text("payment_id", self.ledger.text(payment.id));
        }
        if !params.lines.is_empty() {
            map.insert("allocations", params.lines.iter().map(|line| self.line(line, decision.draft.currency)).collect());
        }
        let exponent = decision.draft.currency.exponent();
        if let Some((kept, posting)) = &params.kept_back {
            // The decision's own identifier is new: so is that of the item it makes.
            map.text("deduction_id", &decision.id);
            map.text("item_id", self.item_id(kept.item));
            map.amount("amount", kept.amount, exponent);
            map.text("reason", kept.reason.name());
            map.insert("posting", json!(posting));
            if !kept.code.is_none() {
                map.text("code", self.ledger.text(kept.code));
            }
        }
        if let Some(charge) = &params.charge {
            // The identifier is that of the charge, not of the decision: a second report of it cannot be entered. One that
            // would be too long has to do with the decision's; the reference knows it all the same.
            map.text("item_id", if charge.key.len() <= 256 { &charge.key } else { &decision.id });
            map.text("kind", charge.kind.name());
            map.amount("amount", decision.draft.amount, exponent);
            map.day("due_on", charge.due_on);
            map.text("reference", &charge.key);
        }
        if let Some(arrangement) = &params.arrangement {
            self.arrangement(decision, arrangement, &mut map);
        }
        if let Some(promised) = &params.promised {
            self.promise(decision, promised, &mut map);
        }
        if let Some(widening) = &params.widening {
            map.text("action", widening.cell.action.name());
            map.text("segment", &widening.cell.segment);
            map.shown("level", widening.level);
        }
        if !params.promises.is_empty() {
            map.texts("promise_ids", params.promises.iter().map(|id| self.ledger.text(*id)));
        }
        if !params.replies.is_empty() {
            map.texts("reply_ids", params.replies.iter().map(|id| self.ledger.text(*id)));
        }
        if let Some(precondition) = self.precondition(decision) {
            map.text("precondition", &precondition);
        }
        self.put_claims(decision, &mut map);
        if let Some(on) = params.on {
            map.day("on", on);
            self.contact_hours(decision, on, &mut map);
        }
        map.done()
    }

    /// The promise that a message makes, as the event that reports it has it.
    fn promise(&self, decision: &Decision, promised: &Promised, map: &mut Object) {
        let reply = self.ledger.text(promised.reply);
        let item = decision.draft.items.first().filter(|_| !promised.account).map(|at| self.item_id(*at));
        let key = item.map_or_else(|| format!("{reply}/promise"), |item| format!("{reply}/promise/{item}"));
        // One that would be too long has to do with the decision's identifier.
        map.text("promise_id", if key.len() <= 256 { &key } else { &decision.id });
        if let Some(item) = item {
            map.text("item_id", item);
        }
        map.amount("amount", decision.draft.amount, decision.draft.currency.exponent());
        map.day("due_on", promised.due_on);
        map.text("source", &format!("reply:{reply}"));
    }

    /// What is granted or held back, as the event that reports it has it.
    fn arrangement(&self, decision: &Decision, arrangement: &Arrangement, map: &mut Object) {
        let exponent = decision.draft.currency.exponent();
        match arrangement {
            Arrangement::Hold(cause) => map.insert("reason", json!(cause)),
            Arrangement::Terms(days) => map.insert("payment_days", json!(days)),
            Arrangement::Extension(due_on) => map.day("due_on", *due_on),
            Arrangement::Plan(parts) => {
                let part = |(due_on, amount): &(chrono::NaiveDate, i64)| json!({ "due_on": format!("{due_on}"), "amount": crate::money::minor_to_text(*amount, exponent) });
                map.text("plan_id", &decision.id);
                map.insert("instalments", parts.iter().map(part).collect());
            }
        }
    }

    /// A line of a posting as the event that reports it has it.
    fn line(&self, line: &crate::matching::Line, currency: crate::money::Currency) -> Value {
        let exponent = currency.exponent();
        let mut map = json!({ "item_id": self.item_id(line.item), "amount": crate::money::minor_to_text(line.amount, exponent), "kind": line.kind.name() });
        if let Some(item) = self.ledger.item(line.item).filter(|item| item.currency != currency)
            && let Some(fields) = map.as_object_mut()
        {
            fields.insert("item_amount".into(), json!(crate::money::minor_to_text(line.item_amount, item.currency.exponent())));
        }
        map
    }

    /// The hours in which the contact is allowed, local and in UTC.
    fn contact_hours(&self, decision: &Decision, on: chrono::NaiveDate, map: &mut Object) {
        if decision.action() == ActionKind::Wait {
            return;
        }
        let customer = decision.customer().and_then(|at| self.ledger.customer(at));
        let settings = self.policy.settings(self.ledger.segment_of(decision.customer()));
        map.text("not_before", &ContactHours::minute_text(settings.contact.not_before_minute));
        map.text("not_after", &ContactHours::minute_text(settings.contact.not_after_minute));
        map.text("time_zone", customer.and_then(|row| row.time_zone).map_or("UTC", |zone| zone.name()));
        if let Some(window) = window(customer, settings, on) {
            // By hand: a pattern is read anew each time.
            let minute = |at: DateTime<Utc>| format!("{}T{:02}:{:02}Z", at.date_naive(), at.hour(), at.minute());
            map.text("not_before_utc", &minute(window.opens));
            map.text("not_after_utc", &minute(window.closes));
        }
    }

    /// Who is asked by name; where nobody is, whom the customer belongs to.
    fn person_of<'r>(&'r self, decision: &'r Decision) -> Option<&'r str> {
        let owner = || self.ledger.texts().get_opt(self.ledger.customer(decision.customer()?)?.owner);
        Some(decision.gate.person.as_str()).filter(|name| !name.is_empty()).or_else(owner)
    }

    fn worklist_table(&self) -> Vec<Column<'static>> {
        let all: Vec<&Decision> = self.worklist().collect();
        let rows = || all.iter().copied();
        alloc::vec![
            int("rank", (1..).zip(rows()).map(|row| row.0)),
            text("decision_id", rows().map(|row| row.id.as_str())),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.customer()))),
            text("currency", rows().map(|row| row.draft.currency.code())),
            money("amount", self.scale(), rows().map(|row| (row.draft.amount, row.draft.currency))),
            text("action", rows().map(|row| row.action().name())),
            text("ask_role", rows().map(|row| row.ask_role.as_str())),
            text_opt("person", rows().map(|row| self.person_of(row))),
            int("priority", rows().map(|row| row.draft.priority)),
            text_made("why", &all, |row, _: &mut ()| self.why(row)),
            money("expected_value", self.scale(), rows().map(|row| (row.draft.worth.net(), row.draft.currency))),
            text_made("context", &all, |row, owing: &mut Owing| self.context(row, owing)),
            int("minutes", self.worklist_lines().map(|row| row.0.minutes)),
            flag("today", self.worklist_lines().map(|row| row.0.today)),
        ]
    }

    fn capacity_table(&self) -> Vec<Column<'static>> {
        let rows = || self.capacity().iter();
        let scale = self.scale_with(rows().map(|row| row.currency));
        alloc::vec![
            text("role", rows().map(|row| row.role.as_str())),
            int_opt("capacity_minutes", rows().map(|row| row.capacity)),
            int("minutes", rows().map(|row| row.minutes)),
            int("today", rows().map(|row| row.today)),
            int("waiting", rows().map(|row| row.waiting)),
            text("currency", rows().map(|row| row.currency.code())),
            money("value", scale, rows().map(|row| (row.value, row.currency))),
            money("bound", scale, rows().map(|row| (row.bound, row.currency))),
            float("gap", rows().map(|row| if row.bound > 0 { (row.bound - row.value) as f64 / row.bound as f64 } else { 0.0 })),
            flag("exact", rows().map(|row| row.exact)),
            int("without_rate", rows().map(|row| row.without_rate)),
        ]
    }

    fn outcomes_table(&self) -> Vec<Column<'static>> {
        let rows = || self.parts.outcomes.iter();
        let customer = |row: &Outcome| self.ledger.item(row.item).map(|item| item.customer);
        alloc::vec![
            text("item_id", rows().map(|row| self.item_id(row.item))),
            text("customer_id", rows().map(|row| self.customer_id(customer(row)).unwrap_or(""))),
            text("outcome", rows().map(|row| if row.draft.is_some() { "decided" } else { "skipped" })),
            text_opt("decision_id", rows().map(|row| self.decision_id(row.draft))),
            reasons("reasons", rows().map(|row| alloc::vec![row.reason])),
        ]
    }

    fn root_causes_table(&self) -> Vec<Column<'static>> {
        let rows = || self.parts.root_causes.iter();
        let ratio = |top: i64, bottom: i64| (bottom > 0).then(|| top as f64 / bottom as f64);
        alloc::vec![
            text("currency", rows().map(|row| row.currency.code())),
            text("reason", rows().map(|row| row.reason.name())),
            text("by", rows().map(|row| row.by)),
            text_opt("product", rows().map(|row| row.product.map(|product| self.ledger.text(product)))),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.customer))),
            int("count", rows().map(|row| row.sums.count)),
            money("amount", self.scale(), rows().map(|row| (row.sums.amount, row.currency))),
            int("open_count", rows().map(|row| row.sums.open_count)),
            money("open_amount", self.scale(), rows().map(|row| (row.sums.open_amount, row.currency))),
            int("decided_count", rows().map(|row| row.sums.decided_count)),
            float_opt("valid_share", rows().map(|row| ratio(row.sums.valid_amount, row.sums.decided_amount))),
            float_opt("mean_days_open", rows().map(|row| ratio(row.sums.days, row.sums.dated_count))),
        ]
    }

    fn risk_table(&self) -> Vec<Column<'static>> {
        let rows = || self.parts.risk.iter();
        alloc::vec![
            text("measure", rows().map(|row| row.measure)),
            text("currency", rows().map(|row| row.currency.code())),
            text_opt("customer_id", rows().map(|row| self.customer_id(row.customer))),
            text_opt("bucket", rows().map(|row| row.bucket)),
            money_opt("amount", self.scale(), rows().map(|row| row.amount.map(|amount| (amount, row.currency)))),
            float_opt("rate", rows().map(|row| row.rate_ppm.map(|ppm| ppm as f64 / 1_000_000.0))),
            int("count", rows().map(|row| row.count)),
            text("formula", rows().map(|row| row.formula)),
            reasons("reasons", rows().map(|row| row.reasons.clone())),
        ]
    }
}

/// A forecast as a table, as the part `forecast` of a report has it.
pub fn forecast_table(rows: &[ForecastDay]) -> Table<'static> {
    let currencies: Vec<Currency> = rows.iter().map(|row| row.currency).collect();
    Table::new(Part::Forecast.name(), forecast_columns(rows, scale(&currencies)))
}

fn forecast_columns(forecast: &[ForecastDay], scale: u8) -> Vec<Column<'static>> {
    let rows = || forecast.iter();
    alloc::vec![
        date("on", rows().map(|row| row.on)),
        text("currency", rows().map(|row| row.currency.code())),
        money("expected", scale, rows().map(|row| (row.expected, row.currency))),
        money("lo80", scale, rows().map(|row| (row.band80.0, row.currency))),
        money("hi80", scale, rows().map(|row| (row.band80.1, row.currency))),
        money("lo95", scale, rows().map(|row| (row.band95.0, row.currency))),
        money("hi95", scale, rows().map(|row| (row.band95.1, row.currency))),
        text("line", rows().map(|row| row.line.name())),
    ]
}
