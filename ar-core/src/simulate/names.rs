//! Made-up company names. Any likeness to a real one is chance.

use alloc::string::String;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

const FIRST: [&str; 24] = [
    "Alder", "Birke", "Calder", "Dorn", "Elster", "Falk", "Garten", "Hafen", "Iris", "Juni", "Kiesel", "Linden", "Morgen", "Nebel", "Orient", "Pappel", "Quell", "Rosen", "Silber", "Tannen", "Ufer",
    "Veil", "Weiden", "Zeder",
];
const SECOND: [&str; 20] =
    ["bau", "dach", "farben", "glas", "holz", "kabel", "licht", "logistik", "maschinen", "medien", "metall", "motoren", "papier", "pumpen", "stahl", "technik", "textil", "werk", "werkzeug", "ziegel"];

/// A name with the legal form of the country; the number keeps names apart in large books.
pub(super) fn company(random: &mut ChaCha8Rng, country: &str, number: u32) -> String {
    let first = FIRST.get(random.random_range(0..FIRST.len())).copied().unwrap_or("Alder");
    let second = SECOND.get(random.random_range(0..SECOND.len())).copied().unwrap_or("bau");
    let form = match country {
        "DE" => "GmbH",
        "FR" => "SARL",
        "ES" => "SL",
        "GB" => "Ltd",
        _ => "Inc",
    };
    alloc::format!("{first}{second} {} {form}", number + 1)
}
