//! Trains the reader of replies.
//!
//! `train <weights>` reads `training/corpus/*.txt` and `training/concepts.txt` and writes the weights; the same corpus gives the same
//! bytes. `score <weights> <replies.jsonl>…` reads replies with known labels and prints how well the model does.

mod corpus;
mod fit;
mod score;
mod vary;

use std::path::{Path, PathBuf};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["train", weights] => {
            let lines = corpus::read(&home().join("corpus"));
            let concepts = corpus::concepts(&home().join("concepts.txt"));
            std::fs::write(weights, fit::train(&lines, &concepts)).expect("the weights cannot be written");
        }
        ["score", weights, files @ ..] => {
            let bytes = std::fs::read(weights).expect("no weights");
            for file in files {
                score::score(&bytes, Path::new(file));
            }
        }
        ["read", weights, file] => {
            let bytes = std::fs::read(weights).expect("no weights");
            score::read(&bytes, Path::new(file));
        }
        _ => eprintln!("ar-training train <weights> | score <weights> <replies.jsonl>…"),
    }
}
