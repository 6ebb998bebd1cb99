//! `make check-year`: lives a year, and says what was lived through, or the first invariant that does not hold.
//!
//! `cargo run --release -p ar-year --features threads -- 2000 365 1`: customers, days, seed.

use ar_year::Year;
use std::process::ExitCode;

/// The most memory that the process has held, where the system says so.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("unknown".into(), |size| size.trim().into())
}

fn main() -> ExitCode {
    let argument = |place: usize, usual: u64| std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let year = Year { customers: argument(1, 2_000) as usize, days: argument(2, 365) as i64, seed: argument(3, 1) };
    match year.live() {
        Ok(lived) => {
            println!("{lived}, peak memory {}", peak());
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("BROKEN with {year:?}: {why}");
            ExitCode::FAILURE
        }
    }
}
