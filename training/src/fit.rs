//! Fits the linear scores: one logistic regression for each output, all at once over the same sparse features, with AdaGrad steps; then the
//! weights are rounded to bytes.

use crate::corpus::Line;
use crate::vary::{filler, mail};
use ar_core::conversation::grammar::{Words, dates::days};
use ar_core::conversation::read::concepts::Concepts;
use ar_core::conversation::read::features::features;
use ar_core::conversation::read::model::{OUTPUTS, ROW, STEPS, VERSION, inverse_root};
use ar_core::conversation::read::symbols::Symbols;
use ar_core::conversation::token::Tokens;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Hash buckets.
const BUCKETS: usize = 1 << 16;

struct Sample {
    features: Vec<u32>,
    labels: [bool; OUTPUTS],
}

fn sample(random: &mut ChaCha8Rng, lines: &[Line], at: usize, concepts: &Concepts<'_>) -> Sample {
    let mut chosen = vec![&lines[at]];
    if random.random_bool(0.15) {
        let other = &lines[random.random_range(0..lines.len())];
        if other.language == chosen[0].language {
            chosen.push(other);
        }
    }
    let mut labels = [false; OUTPUTS];
    for line in &chosen {
        labels.iter_mut().zip(line.labels).for_each(|(label, other)| *label |= other);
    }
    let mut mail = mail(random, &chosen);
    // What people write around the matter means nothing by itself.
    if random.random_bool(f64::from(std::env::var("FILL").ok().and_then(|v| v.parse().ok()).unwrap_or(0.05f32))) {
        (mail.text, labels) = (filler(random, mail.locale.language), [false; OUTPUTS]);
    }
    let tokens = Tokens::read(&mail.text);
    let mut symbols = Symbols::read(&tokens, &[(0, tokens.len())], concepts);
    symbols.note_days(&tokens, &days(&Words::new(&mail.text, &tokens, mail.locale), mail.received), mail.received);
    let subject_tokens = Tokens::read(&mail.subject);
    let subject = Symbols::read(&subject_tokens, &[(0, subject_tokens.len())], concepts);
    let mut found = Vec::new();
    features(&symbols, 0, symbols.list.len(), Some(&subject), &mut found);
    Sample { features: found, labels }
}

pub fn train(lines: &[Line], slots: &[u8]) -> Vec<u8> {
    let concepts = Concepts::new(slots);
    let mut weights = vec![0f32; BUCKETS * ROW];
    let mut squares = vec![1e-3f32; BUCKETS * ROW];
    let (mut bias, mut bias_squares) = ([-2f32; OUTPUTS], [1e-2f32; OUTPUTS]);
    let env = |name: &str, or: f32| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or);
    let (step, shrink, passes, weigh) = (env("STEP", 0.4), env("SHRINK", 3e-5), env("PASSES", 30.0) as usize, env("WEIGH", 2.0));
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    for pass in 0..passes {
        for at in (1..order.len()).rev() {
            order.swap(at, random.random_range(0..=at));
        }
        let mut loss = 0f64;
        for at in &order {
            let sample = sample(&mut random, lines, *at, &concepts);
            let x = inverse_root(sample.features.len()) as f32 / 65_536.0;
            let mut sums = [0f32; ROW];
            for feature in &sample.features {
                let row = (*feature as usize & (BUCKETS - 1)) * ROW;
                sums.iter_mut().zip(&weights[row..row + ROW]).for_each(|(sum, weight)| *sum += weight);
            }
            let mut slopes = [0f32; ROW];
            for output in 0..OUTPUTS {
                let score = bias[output] + sums[output] * x;
                let p = 1.0 / (1.0 + (-score).exp());
                let y = f32::from(sample.labels[output]);
                loss -= f64::from(if sample.labels[output] { p.max(1e-7).ln() } else { (1.0 - p).max(1e-7).ln() });
                let slope = (p - y) * if sample.labels[output] && output >= 14 { weigh } else { 1.0 };
                bias_squares[output] += slope * slope;
                bias[output] -= 0.05 * slope / bias_squares[output].sqrt();
                slopes[output] = slope * x;
            }
            for feature in &sample.features {
                let bucket = *feature as usize & (BUCKETS - 1);
                let (row, squares) = (&mut weights[bucket * ROW..(bucket + 1) * ROW], &mut squares[bucket * ROW..(bucket + 1) * ROW]);
                for ((weight, square), slope) in row.iter_mut().zip(squares).zip(slopes) {
                    let slope = slope + shrink * *weight;
                    *square += slope * slope;
                    *weight -= step * slope / square.sqrt();
                }
            }
        }
        eprintln!("pass {pass}: loss {:.4}", loss / order.len() as f64);
    }
    write(&weights, &bias, slots)
}

/// The bytes of the model (see `ar_core::conversation::read::model`).
fn write(weights: &[f32], bias: &[f32; OUTPUTS], slots: &[u8]) -> Vec<u8> {
    let mut out = Vec::from(*b"ARRM");
    let mut put = |number: u32| out.extend(number.to_le_bytes());
    put(VERSION);
    put((slots.len() / 5) as u32);
    put(BUCKETS as u32);
    for step in 0..STEPS {
        let value = 1.0 / (1.0 + (-(step as f64) / 8.0).exp());
        put((value * 1e6).round() as u32);
    }
    let mut steps = [0f32; ROW];
    for output in 0..OUTPUTS {
        let mut sizes: Vec<f32> = weights.iter().skip(output).step_by(ROW).map(|weight| weight.abs()).filter(|size| *size > 0.0).collect();
        sizes.sort_by(f32::total_cmp);
        let most = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 2000)).copied().unwrap_or(1.0);
        steps[output] = most / 127.0;
        put((bias[output] * 1024.0).round() as i32 as u32);
        put((steps[output] * 1_048_576.0).round() as u32);
    }
    out.extend(slots);
    out.extend(weights.iter().enumerate().map(|(at, weight)| if at % ROW < OUTPUTS { (weight / steps[at % ROW]).round().clamp(-127.0, 127.0) as i8 as u8 } else { 0 }));
    out
}
