//! A reading as JSON, the same through every face: spans count characters (Unicode scalar values) of the text.

use super::reading::Reading;
use super::{Context, Known};
use crate::money::minor_to_text;
use crate::text::Characters;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde_json::{Value, json};

impl Reading {
    /// The reading as a JSON object: `intents` (`name`, `probability`, `item_ids`, `spans`), `references`, `disputed_references`, `dates`
    /// (`role`, `on`, `bound`, `span`), `amounts` (`role`, `value`, `currency`, `span`), `dispute_reasons`, `remittance` (`reference`,
    /// `item_id`, `amount`, `currency`), `human`, `human_reasons`, `language`, `reply_span`, `thread_item_ids`, `oddities`. A span is
    /// `[from, to]` in characters of `text`, which must be the text that was read, in the context in which it was.
    pub fn to_json(&self, text: &str, context: &Context<'_>) -> String {
        let characters = Characters::of(text);
        let id = |place: &u32| context.known.get(*place as usize).map_or("", |item: &Known<'_>| item.item_id);
        let intents: Vec<Value> = self
            .intents
            .iter()
            .map(|found| {
                json!({
                    "name": found.intent.name(),
                    "probability": f64::from(found.probability_ppm) / 1e6,
                    "item_ids": found.items.iter().map(id).collect::<Vec<_>>(),
                    "spans": found.spans.iter().map(|span| characters.span(*span)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let mut written: Vec<&str> = Vec::new();
        let mut disputed: Vec<&str> = Vec::new();
        for found in &self.references {
            for (list, counts) in [(&mut written, true), (&mut disputed, found.disputed)] {
                if counts && !list.contains(&found.written.as_str()) {
                    list.push(&found.written);
                }
            }
        }
        let dates = self.dates.iter().map(|found| json!({ "role": found.role.name(), "on": found.on.to_string(), "bound": found.bound.name(), "span": characters.span(found.span) }));
        let value = |minor: i64, currency: crate::money::Currency| minor_to_text(minor, currency.exponent());
        let amounts =
            self.amounts.iter().map(|found| json!({ "role": found.role.name(), "value": value(found.minor, found.currency), "currency": found.currency.code(), "span": characters.span(found.span) }));
        let remittance = self.remittance.iter().filter_map(|line| {
            let (reference, amount) = (self.references.get(line.reference as usize)?, self.amounts.get(line.amount as usize)?);
            Some(json!({ "reference": reference.written, "item_id": reference.item.as_ref().map(id), "amount": value(amount.minor, amount.currency), "currency": amount.currency.code() }))
        });
        let odd = [("hidden", self.odd.hidden), ("look_alike", self.odd.look_alike), ("unseen_html", self.odd.unseen_html), ("cut", self.odd.cut)];
        let object = json!({
            "intents": intents,
            "references": written,
            "disputed_references": disputed,
            "dates": dates.collect::<Vec<_>>(),
            "amounts": amounts.collect::<Vec<_>>(),
            "dispute_reasons": self.dispute_codes.iter().map(|code| code.name()).collect::<Vec<_>>(),
            "remittance": remittance.collect::<Vec<_>>(),
            "human": !self.human.is_empty(),
            "human_reasons": self.human.iter().map(|reason| reason.name()).collect::<Vec<_>>(),
            "language": self.language.map(|language| language.name()),
            "reply_span": characters.span(self.reply),
            "thread_item_ids": self.thread.iter().map(id).collect::<Vec<_>>(),
            "oddities": odd.iter().filter(|row| row.1).map(|row| row.0).collect::<Vec<_>>(),
        });
        format!("{object}")
    }
}
