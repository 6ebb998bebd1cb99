//! How well a model reads replies with known labels.

use ar_core::conversation::locale::Locale;
use ar_core::conversation::read::model::Model;
use ar_core::conversation::read::{Context, Intent, Reading, read_with};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// One reply with what is known of it, and what was read.
struct Row {
    gold: Value,
    reading: Reading,
    json: String,
}

fn rows(bytes: &[u8], file: &Path) -> Vec<Row> {
    let model = Model::from_bytes(bytes).expect("no model");
    let text = std::fs::read_to_string(file).expect("no replies");
    let one = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("a line is no JSON");
        let field = |name: &str| row[name].as_str().unwrap_or("");
        let context = Context { subject: Some(field("subject")), locale: Locale::from_tag(field("locale")), ..Context::on(field("received").parse().expect("no day")) };
        let reading = read_with(field("body"), &context, &model);
        let json = reading.to_json(field("body"), &context);
        Row { gold: row["gold"].clone(), reading, json }
    };
    text.lines().map(one).collect()
}

/// Prints the reading of each reply as a line of JSON.
pub fn read(bytes: &[u8], file: &Path) {
    rows(bytes, file).iter().for_each(|row| println!("{}", row.json));
}

fn texts<'g>(list: &'g Value, field: Option<&str>) -> BTreeSet<&'g str> {
    list.as_array().into_iter().flatten().filter_map(|row| field.map_or(Some(row), |field| row.get(field)).and_then(Value::as_str)).collect()
}

/// Prints macro-F1 over the intents, the share of right primary intents, and who is sent to a person.
pub fn score(bytes: &[u8], file: &Path) {
    let rows = rows(bytes, file);
    let mut sum = 0.0;
    for intent in Intent::ALL {
        let pairs = rows.iter().map(|row| (row.reading.intents.iter().any(|found| found.intent == *intent), texts(&row.gold["intents"], None).contains(intent.name())));
        let (mut both, mut one) = (0, 0);
        for (said, is) in pairs {
            both += i32::from(said && is);
            one += i32::from(said != is);
        }
        let f1 = if both + one == 0 { 1.0 } else { f64::from(2 * both) / f64::from(2 * both + one) };
        print!("{} {f1:.2}  ", intent.name());
        sum += f1;
    }
    let primary = rows.iter().filter(|row| row.reading.intents.first().map(|found| found.intent.name()) == row.gold["primary"].as_str()).count();
    let must = |row: &&Row| row.gold["human"].as_bool() == Some(true);
    let sent = |row: &&Row| !row.reading.human.is_empty();
    let (musts, others) = (rows.iter().filter(must).count(), rows.iter().filter(|row| !must(row)).count());
    println!("\n{} replies: macro-F1 {:.3}, primary {:.3}", rows.len(), sum / Intent::ALL.len() as f64, primary as f64 / rows.len() as f64);
    println!("a person must see {musts}, sees {}; of {others} others {}", rows.iter().filter(|row| must(row) && sent(row)).count(), rows.iter().filter(|row| !must(row) && sent(row)).count());
}
