//! How well a model reads replies with known labels, and what it gets wrong.

use ar_core::conversation::read::intents::judge;
use ar_core::conversation::read::model::{CODES_FROM, HUMAN, HUMAN_FROM, Model};
use ar_core::conversation::read::symbols::Symbols;
use ar_core::conversation::read::{DisputeCode, HumanReason, Intent};
use ar_core::conversation::token::Tokens;
use serde_json::Value;
use std::path::Path;

pub fn score(bytes: &[u8], file: &Path) {
    let model = Model::from_bytes(bytes).expect("no model");
    let text = std::fs::read_to_string(file).expect("no replies");
    let (mut tp, mut fp, mut fn_) = ([0u32; 14], [0u32; 14], [0u32; 14]);
    let (mut primary, mut all, mut human, mut musts, mut false_human, mut others) = (0, 0, 0, 0, 0, 0);
    let mut codes = (0, 0, 0);
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let (core, subject) = (row["core"].as_str().unwrap(), row["subject"].as_str().unwrap_or(""));
        let tokens = Tokens::read(core);
        let symbols = Symbols::read(&tokens, &[(0, tokens.len())], &model.concepts);
        let tokens = Tokens::read(subject);
        let subject = Symbols::read(&tokens, &[(0, tokens.len())], &model.concepts);
        let scores = judge(&model, &symbols, Some(&subject)).whole;
        let mut ranked: Vec<(u32, Intent)> = Intent::ALL.iter().map(|intent| (model.probability(scores[*intent as usize]), *intent)).collect();
        ranked.sort_by_key(|row| std::cmp::Reverse(row.0));
        let said: Vec<Intent> = ranked.iter().enumerate().filter(|(at, row)| *at == 0 || row.0 > 500_000).map(|(_, row)| row.1).collect();
        let gold: Vec<Intent> = row["gold"]["intents"].as_array().unwrap().iter().filter_map(|name| Intent::from_name(name.as_str()?)).collect();
        for intent in Intent::ALL {
            match (said.contains(intent), gold.contains(intent)) {
                (true, true) => tp[*intent as usize] += 1,
                (true, false) => fp[*intent as usize] += 1,
                (false, true) => fn_[*intent as usize] += 1,
                _ => {}
            }
        }
        all += 1;
        primary += u32::from(said[0] == gold[0]);
        let must = row["gold"]["human"].as_bool().unwrap();
        let reasons: Vec<&str> = (0..HUMAN).filter(|at| model.probability(scores[HUMAN_FROM + at]) > 300_000).map(|at| HumanReason::ALL[at].name()).collect();
        if must {
            musts += 1;
            human += u32::from(!reasons.is_empty());
        } else {
            others += 1;
            false_human += u32::from(!reasons.is_empty());
        }
        let said_codes: Vec<&str> = DisputeCode::ALL.iter().filter(|code| model.probability(scores[CODES_FROM + **code as usize]) > 400_000).map(|code| code.name()).collect();
        let gold_codes: Vec<&str> = row["gold"]["dispute_reasons"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        codes.0 += said_codes.iter().filter(|code| gold_codes.contains(code)).count();
        codes.1 += said_codes.len();
        codes.2 += gold_codes.len();
        if said[0] != gold[0] || must == reasons.is_empty() || said_codes != gold_codes || said.len() != gold.len() {
            let shown: Vec<String> = ranked.iter().take(3).map(|row| format!("{} {}", row.1.name(), row.0 / 10_000)).collect();
            println!("{} {:?} -> {} {reasons:?} {said_codes:?} | gold {gold_codes:?} {} | {}", row["id"].as_str().unwrap(), gold.iter().map(|intent| intent.name()).collect::<Vec<_>>(), shown.join(", "), row["gold"]["human_reason"], core.replace('\n', " / "));
        }
    }
    let f1: Vec<f64> = (0..14).map(|at| 2.0 * f64::from(tp[at]) / f64::from(2 * tp[at] + fp[at] + fn_[at]).max(1.0)).collect();
    println!("{}", Intent::ALL.iter().zip(&f1).map(|(intent, f1)| format!("{} {f1:.2}", intent.name())).collect::<Vec<_>>().join(" "));
    println!("{} replies: macro-F1 {:.3}, primary {:.3}, human {human}/{musts}, others sent {false_human}/{others}, codes right {}/{} said of {}", all, f1.iter().sum::<f64>() / 14.0, f64::from(primary) / f64::from(all), codes.0, codes.1, codes.2);
}
