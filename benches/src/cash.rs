//! `cargo run --release -p ar-benches --bin cash -- [mode]`: how fast payments are explained. Without a mode: microseconds a
//! payment, by kind of payment and number of open items of the customer. `book [payments] [items] [customers] [settled]`:
//! a large book in one go. `cell KIND N TIMES`: payments of one cell again and again, to count instructions.

use ar_benches::book::{Book, Kind, Paid, as_of};
use ar_benches::{Dice, Model, cents, memory, part, processor, vat};
use ar_core::matching::{Answer, Certificate, MatchStatus, Matcher, match_payments};
use ar_core::models::CashModel;
use ar_core::record::{ItemIdx, PaymentIdx};
use ar_core::{Books, Error, Models, Policy};
use std::hint::black_box;
use std::time::Instant;

const MODELS: [(&str, Model); 2] = [("cents", cents), ("vat", vat)];
const SIZES: [usize; 4] = [10, 100, 1_000, 5_000];
const PAYMENTS: usize = 200;
/// Seconds for one cell; what does not fit is left out, and the table says so.
const PATIENCE: f64 = 8.0;
/// Each payment is answered so many times and the least counts: other processes share the machine.
const TIMES: usize = 3;

/// Customers with `size` open items and as many settled, and payments of one kind.
fn cell(model: Model, kind: Kind, size: usize, payments: usize) -> Book {
    let customers = if size > 1_000 { 4 } else { 10 };
    let mut dice = Dice(size as u64 + 1);
    let mut book = Book::new(&mut dice, model, customers, customers * size, customers * size, |_, at| (at % customers) as u32);
    let open = book.open();
    book.payments = (0..payments).filter_map(|at| book.pay(&mut dice, kind, &open[at % customers])).collect();
    book
}

/// The generated row behind an item: its number is the identifier.
fn row_of(books: &Books, at: ItemIdx) -> u32 {
    books.item(at).and_then(|item| books.text(item.id).get(1..)?.parse().ok()).unwrap_or(u32::MAX)
}

fn found(books: &Books, answer: &Answer) -> Vec<u32> {
    let mut rows: Vec<u32> = answer.lines.iter().map(|line| row_of(books, line.item)).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

#[derive(Default)]
struct Tally {
    right: usize,
    posted: usize,
    posted_wrong: usize,
    unmatched: usize,
    bounded: usize,
}

impl Tally {
    fn add(&mut self, books: &Books, answer: &Answer, paid: &Paid) {
        let right = found(books, answer) == paid.items;
        let posted = answer.status == MatchStatus::Auto;
        self.right += usize::from(right);
        self.posted += usize::from(posted);
        self.posted_wrong += usize::from(posted && !right);
        self.unmatched += usize::from(answer.status == MatchStatus::Unmatched);
        self.bounded += usize::from(answer.certificate == Certificate::Bounded);
    }
}

/// One answer, and microseconds: the least of several, and the first, in which the customer's habits may be counted.
fn ask(matcher: &mut Matcher<'_>, at: usize, amount: i64, open: &[i64]) -> Option<(Answer, f64, f64)> {
    let mut best: Option<(Answer, f64, f64)> = None;
    for _ in 0..TIMES {
        let start = Instant::now();
        let answer = black_box(matcher.answer(PaymentIdx(at as u32), amount, open))?;
        let micros = start.elapsed().as_secs_f64() * 1e6;
        best = Some(match best {
            None => (answer, micros, micros),
            Some((_, least, first)) => (answer, least.min(micros), first),
        });
    }
    best
}

fn cells() -> Result<(), Error> {
    println!("| amounts | payment | open items | payments | p50 µs | p99 µs | worst µs | first of a customer µs | right | posted | of it wrong | unmatched | bounded |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (name, model) in MODELS {
        for kind in Kind::ALL {
            for size in SIZES.into_iter().filter(|size| kind != Kind::Nothing || *size == 5_000) {
                row(name, model, kind, size)?;
            }
        }
    }
    Ok(())
}

fn row(name: &str, model: Model, kind: Kind, size: usize) -> Result<(), Error> {
    let book = cell(model, kind, size, PAYMENTS);
    let ledger = book.ledger()?;
    let (policy, cash) = (Policy::default(), CashModel::default());
    let (open, unapplied) = (ledger.open_all(as_of()), ledger.unapplied_all(as_of()));
    let mut matcher = Matcher::new(&ledger, policy.base(), &cash, as_of(), &open);
    let (mut times, mut firsts, mut tally) = (Vec::new(), Vec::new(), Tally::default());
    let start = Instant::now();
    for (at, paid) in book.payments.iter().enumerate() {
        let Some((answer, least, first)) = ask(&mut matcher, at, unapplied[at], &open) else { continue };
        times.push(least);
        if at < book.customers {
            firsts.push(first);
        }
        tally.add(&ledger, &answer, paid);
        if start.elapsed().as_secs_f64() > PATIENCE {
            break;
        }
    }
    times.sort_by(f64::total_cmp);
    firsts.sort_by(f64::total_cmp);
    let (count, percent) = (times.len(), |some: usize| format!("{:.0} %", some as f64 * 100.0 / times.len().max(1) as f64));
    let right = if kind == Kind::Nothing { "-".into() } else { percent(tally.right) };
    println!(
        "| {name} | {} | {size} | {count} | {:.1} | {:.1} | {:.1} | {:.1} | {right} | {} | {} | {} | {} |",
        kind.name(),
        part(&times, 0.5),
        part(&times, 0.99),
        part(&times, 1.0),
        part(&firsts, 0.5),
        percent(tally.posted),
        tally.posted_wrong,
        percent(tally.unmatched),
        percent(tally.bounded)
    );
    Ok(())
}

/// Payments of one customer's open rows; what is paid is gone for the next.
fn draw(dice: &mut Dice, book: &Book, own: &mut Vec<u32>) -> Option<Paid> {
    let kind = match dice.below(100) {
        0..60 => Kind::Listed,
        60..70 => Kind::Difference,
        70..88 => Kind::One,
        88..97 if own.len() > 1 => Kind::Oldest,
        _ => Kind::Five,
    };
    let paid = book.pay(dice, kind, own)?;
    own.retain(|at| paid.items.binary_search(at).is_err());
    Some(paid)
}

fn large(numbers: &[usize]) -> Result<(), Error> {
    let number = |at: usize, usual: usize| numbers.get(at).copied().unwrap_or(usual);
    let (payments, items, customers, settled) = (number(0, 100_000), number(1, 1_000_000), number(2, 100_000), number(3, 0));
    let mut dice = Dice(7);
    // Few large customers and many small: the largest has a few thousand items.
    let mut book = Book::new(&mut dice, cents, customers, items, settled, |dice, _| (dice.unit().powi(2) * customers as f64) as u32);
    let mut open = book.open();
    let mut drawn = 0;
    while book.payments.len() < payments && drawn < payments * 20 {
        // A payer is met as often as there are items of it.
        let owner = book.rows[settled + dice.below(items as u64) as usize].owner as usize;
        let paid = draw(&mut dice, &book, &mut open[owner]);
        book.payments.extend(paid);
        drawn += 1;
    }
    let largest = book.open().iter().map(Vec::len).max().unwrap_or(0);
    println!("{} payments, {items} open items, {settled} settled, {customers} customers, the largest with {largest} open", book.payments.len());
    let ledger = book.ledger()?;
    let start = Instant::now();
    let (policy, models) = (Policy::default(), Models::fit(&ledger, as_of()));
    println!("fit of the models      {:>8.3} s", start.elapsed().as_secs_f64());
    let mut left = ledger.open_all(as_of());
    let start = Instant::now();
    drop(black_box(Matcher::new(&ledger, policy.base(), &models.cash, as_of(), &left)));
    let index = start.elapsed().as_secs_f64();
    // The kernel forgets the highest memory so far: the tables that came in do not count.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = memory("VmRSS");
    let (start, used) = (Instant::now(), processor());
    let answers = match_payments(&ledger, policy.base(), &models.cash, as_of(), &mut left, &ar_core::Watch::default());
    let (seconds, used) = (start.elapsed().as_secs_f64(), processor() - used);
    println!("indexes                {index:>8.3} s");
    println!("answers                {:>8.3} s, {:.1} µs a payment", seconds - index, (seconds - index) * 1e6 / answers.len().max(1) as f64);
    println!("match_payments         {seconds:>8.3} s, of it on the processor {used:.2} s");
    println!("peak {} MB{}, of it {} MB before", memory("VmHWM") / 1_000_000, if reset { " while matching" } else { "" }, before / 1_000_000);
    let mut tally = Tally::default();
    answers.iter().zip(&book.payments).for_each(|(answer, paid)| tally.add(&ledger, answer, paid));
    println!("right {}, posted {}, of it wrong {}, unmatched {}, bounded {}", tally.right, tally.posted, tally.posted_wrong, tally.unmatched, tally.bounded);
    Ok(())
}

/// The same payments `times` times over. Two runs under `valgrind --tool=callgrind` or `perf stat`, one with more times
/// than the other, give the instructions of an answer without those of making the book.
fn repeated(kind: Kind, size: usize, times: usize) -> Result<(), Error> {
    let book = cell(cents, kind, size, PAYMENTS);
    let ledger = book.ledger()?;
    let (policy, cash) = (Policy::default(), CashModel::default());
    let (open, unapplied) = (ledger.open_all(as_of()), ledger.unapplied_all(as_of()));
    let mut matcher = Matcher::new(&ledger, policy.base(), &cash, as_of(), &open);
    for _ in 0..times {
        for (at, amount) in (0u32..).zip(&unapplied) {
            black_box(matcher.answer(PaymentIdx(at), *amount, &open));
        }
    }
    println!("{times} times {} payments, {} against {size} open items", unapplied.len(), kind.name());
    Ok(())
}

fn main() -> Result<(), Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers = |from: usize| words.iter().skip(from).filter_map(|word| word.parse().ok()).collect::<Vec<usize>>();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match (word(0), Kind::named(word(1))) {
        ("", _) => cells(),
        ("book", _) => large(&numbers(1)),
        ("cell", Some(kind)) => repeated(kind, numbers(2).first().copied().unwrap_or(100), numbers(2).get(1).copied().unwrap_or(1)),
        _ => {
            println!("modes: none, book, cell KIND N TIMES; kinds: {}", Kind::ALL.map(Kind::name).join(" "));
            Ok(())
        }
    }
}
