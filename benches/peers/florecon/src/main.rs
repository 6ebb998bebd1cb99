//! Reads one payment a line (amount, most items, amounts of the open items), answers with the microseconds of the search
//! and the places of the items that `florecon::subset_sum` groups with the payment.

use florecon::Entry;
use florecon::strategy::subset_sum;
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let (input, mut output) = (std::io::stdin(), std::io::stdout());
    for line in input.lock().lines() {
        let numbers: Vec<i64> = line?.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [amount, most, amounts @ ..] = numbers.as_slice() else { continue };
        // The payment has the number 0; it is negative, so that it draws items of the other sign.
        let rows = [Entry::new(0, -amount)].into_iter().chain((1..).zip(amounts).map(|(at, amount)| Entry::new(at, *amount)));
        let bag: Vec<Entry<i64>> = rows.collect();
        let start = Instant::now();
        let found = subset_sum(|entry: &Entry<i64>| entry.data, 0, *most as usize + 1, 42).run(bag);
        let micros = start.elapsed().as_secs_f64() * 1e6;
        let group = found.groups.iter().find(|group| group.members.contains(&0));
        let places: Vec<String> = group.into_iter().flat_map(|group| &group.members).filter(|id| **id > 0).map(|id| (id - 1).to_string()).collect();
        writeln!(output, "{micros:.3} {}", places.join(" "))?;
        output.flush()?;
    }
    Ok(())
}
