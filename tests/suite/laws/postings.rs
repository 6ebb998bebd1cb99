//! Postings, deductions and reversals against a plain second telling: after any sequence of them, and on any day, the books
//! say the same as lists of lines would, and no unit of money is made or lost.

use super::book::ago;
use super::cases;
use super::plain_cash::{Cash, From, Item, Line, Payment, differs, is_conserved, text};
use ar_core::Ledger;
use ar_core::event::{AllocationLine, Event, What};
use proptest::collection::vec;
use proptest::prelude::*;

type Bytes = [u8; 7];

fn pick<T: Clone>(byte: u8, from: &[T]) -> Option<T> {
    from.get(usize::from(byte) % from.len().max(1)).cloned()
}

/// A book as a host may have it: items of which the open amount is stated or not, payments, and what was posted before.
fn begun(rows: &[Bytes]) -> Cash {
    let mut cash = Cash::default();
    for (at, row) in rows.iter().enumerate() {
        let amount = i64::from(row[1] % 4) * 100 + 100;
        match row[0] % 5 {
            0 | 1 => {
                let stated = (row[2] > 150).then(|| amount * i64::from(row[3] % 4) / 4);
                let kind = if row[4] > 190 { "credit_note" } else { "invoice" };
                cash.items.push(Item { id: format!("T{at}"), kind, customer: usize::from(row[5] % 2), amount, issued_on: ago(i64::from(row[6] % 4)), stated, gone: false });
            }
            2 => cash.payments.push(Payment { id: format!("TP{at}"), amount, failed: false, undone: false }),
            _ => {
                let credits: Vec<(From, i64)> = (0..cash.payments.len()).map(|at| (From::Payment(at), cash.unapplied(at))).chain(notes(&cash)).collect();
                let Some((from, room)) = pick(row[2], &credits) else { continue };
                let debits: Vec<usize> = (0..cash.items.len()).filter(|at| !cash.is_credit(*at)).collect();
                let Some(item) = pick(row[3], &debits) else { continue };
                // Of an item whose open amount is stated the lines tell the rest, or less.
                let told: i64 = cash.lines.iter().filter(|line| line.lowers(item)).map(|line| line.amount).sum();
                let amount = (cash.items[item].amount - cash.items[item].stated.unwrap_or(0) - told).min(room) * i64::from(row[4] % 3) / 2;
                if amount > 0 {
                    let decision = (row[5] > 128).then(|| format!("D-T{at}"));
                    cash.lines.push(Line { from, item, amount, kind: "payment", on: ago(i64::from(row[6] % 4)), decision, tabled: true });
                }
            }
        }
    }
    cash
}

/// Credit notes of which nothing is stated, and what is left of each.
fn notes(cash: &Cash) -> impl Iterator<Item = (From, i64)> {
    (0..cash.items.len()).filter(|at| cash.is_credit(*at) && cash.items[*at].stated.is_none()).map(|at| (From::Item(at), cash.open_now(at)))
}

fn money(amount: i64, byte: u8) -> String {
    // Mostly all that there is, or a part; now and then too much.
    text(
        match byte {
            0..=130 => amount,
            131..=235 => amount * i64::from(byte) / 255,
            _ => amount + 1,
        }
        .max(1),
    )
}

/// Decisions that were told so far, by events or tables.
fn decisions(cash: &Cash) -> Vec<String> {
    let of_lines = cash.lines.iter().filter_map(|line| line.decision.clone());
    cash.done.iter().cloned().chain(of_lines).collect()
}

fn name(cash: &Cash, from: From) -> String {
    match from {
        From::Payment(at) => cash.payments[at].id.clone(),
        From::Item(at) => cash.items[at].id.clone(),
    }
}

/// A payment of nobody in particular.
fn received(number: usize, amount: String) -> What {
    let (customer_id, payer_name, payer_account, text, reference, method) = (None, None, None, None, None, None);
    What::PaymentReceived { payment_id: format!("P{number}"), currency: "EUR".into(), amount, customer_id, payer_name, payer_account, text, reference, method }
}

/// The event of some bytes, about what the books hold at that moment; it need not be possible.
fn event(cash: &Cash, number: usize, row: &Bytes) -> Option<Event> {
    let live: Vec<usize> = (0..cash.items.len()).filter(|at| !cash.items[*at].gone).collect();
    let debits: Vec<usize> = live.iter().copied().filter(|at| !cash.is_credit(*at)).collect();
    let item_id = |byte: u8, from: &[usize]| pick(byte, from).map(|at| cash.items[at].id.clone());
    let payment_id = |byte: u8| pick(byte, &cash.payments).map(|payment| payment.id);
    let known = decisions(cash);
    // Mostly about a line that is there, now and then about anything.
    let line = pick(row[1], &cash.lines).filter(|_| row[2] < 230);
    let mut decision_id = (row[5] > 90).then(|| format!("D-{number}"));
    if row[5] > 245 {
        decision_id = pick(row[5], &cash.done);
    }
    let what = match row[0] % 20 {
        0 => {
            let kind = if row[2] > 150 { "credit_note" } else { "invoice" };
            let (customer_id, amount) = (format!("C{}", row[3] % 2), text(i64::from(row[1] % 4) * 100 + 100));
            What::ItemIssued { item_id: format!("I{number}"), customer_id, kind: Some(kind.into()), currency: "EUR".into(), amount, due_on: ago(0), reference: None }
        }
        1 | 2 => {
            let amount = text(i64::from(row[1] % 5) * 100 + 50);
            received(number, amount)
        }
        3 | 4 => netted(cash, &debits, row)?,
        5..=8 => {
            let credits: Vec<(From, i64)> = (0..cash.payments.len()).map(|at| (From::Payment(at), cash.unapplied(at))).chain(notes(cash)).collect();
            let open: Vec<usize> = debits.iter().copied().filter(|at| cash.open_now(*at) > 0).collect();
            let line = |first: u8, second: u8, byte: u8| {
                let ((from, room), item) = (pick(first, &credits)?, pick(second, &open)?);
                let kind = ["payment", "payment", "payment", "discount", "bank_fee"][usize::from(byte % 5)];
                let amount = money(cash.open_now(item).min(room), byte.wrapping_mul(3));
                Some(AllocationLine { item_id: cash.items[item].id.clone(), amount, kind: Some(kind.into()), credit_id: Some(name(cash, from)), item_amount: None })
            };
            let allocations: Vec<AllocationLine> = [line(row[1], row[2], row[3]), line(row[2], row[4], row[6]).filter(|_| row[4] > 128)].into_iter().flatten().collect();
            What::ItemsAllocated { payment_id: allocations.first()?.credit_id.clone()?, allocations }
        }
        9..=11 => {
            let at = pick(row[1], if row[6] > 250 { &live } else { &debits })?;
            What::DeductionCreated {
                deduction_id: format!("K{number}"),
                item_id: cash.items[at].id.clone(),
                amount: money((cash.open_now(at) / 2).max(1), row[2]),
                reason: pick(row[3], &[None, Some("pricing".into()), Some("06".into()), Some("freight".into())])?,
                code: (row[4] > 200).then(|| "K77".into()),
                payment_id: short_of(cash, at).or(payment_id(row[4])).filter(|_| row[4].is_multiple_of(2)),
                posting: pick(row[6], &known).filter(|_| row[6].is_multiple_of(2)),
            }
        }
        12..=14 => {
            let item = line.as_ref().map(|line| cash.items[line.item].id.clone()).or(item_id(row[2], &debits));
            let other = item_id(row[4], &debits).filter(|_| row[4] > 220);
            let credit = line.map(|line| name(cash, line.from)).or(payment_id(row[1]));
            What::AllocationReversed { payment_id: credit, item_ids: item.filter(|_| row[3] > 128).map(|id| [id].into_iter().chain(other).collect()), posting: None }
        }
        15..=17 => {
            let of_line = line.clone().and_then(|line| line.decision).or(pick(row[1], &known));
            let item = line.as_ref().map(|line| cash.items[line.item].id.clone()).or(item_id(row[2], &debits));
            let credit = line.map(|line| name(cash, line.from)).or(payment_id(row[4]));
            What::AllocationReversed { payment_id: credit.filter(|_| row[4] > 200), item_ids: item.filter(|_| row[3] > 180).map(|id| vec![id]), posting: of_line }
        }
        18 => What::PaymentFailed { payment_id: payment_id(row[1])?, failure: None },
        _ => What::AllocationReversed { payment_id: payment_id(row[1]), item_ids: None, posting: None },
    };
    // A reversal without `posting` means, by `decision_id`, the posting of that decision.
    match row[0] % 20 {
        12..=14 => decision_id = None,
        19 => decision_id = pick(row[1], &known),
        _ => {}
    }
    Some(Event { on: ago(i64::from(row[6] % 4)), decision_id, by: None, what })
}

/// A payment that takes credit notes off: the items, and the notes with a minus.
fn netted(cash: &Cash, debits: &[usize], row: &Bytes) -> Option<What> {
    let payment = pick(row[1], &cash.payments)?;
    let open: Vec<usize> = debits.iter().copied().filter(|at| cash.open_now(*at) > 0).collect();
    let notes: Vec<(From, i64)> = notes(cash).filter(|note| note.1 > 0).collect();
    let line = |id: String, amount: String| AllocationLine { item_id: id, amount, kind: None, credit_id: None, item_amount: None };
    let mut lines: Vec<AllocationLine> = [row[2], row[3]].iter().filter_map(|byte| pick(*byte, &open)).map(|at| line(cash.items[at].id.clone(), text(cash.open_now(at)))).collect();
    if !row[2].is_multiple_of(3) {
        lines.truncate(1);
    }
    let note = |byte: u8| pick(byte, &notes).map(|(from, left)| line(name(cash, from), format!("-{}", money(left, byte.wrapping_mul(7)))));
    lines.extend(note(row[4]));
    lines.extend(note(row[6]).filter(|_| row[6] > 200));
    Some(What::ItemsAllocated { payment_id: payment.id, allocations: lines })
}

/// A payment that paid a part of an item.
fn short_of(cash: &Cash, item: usize) -> Option<String> {
    cash.lines.iter().find(|line| line.item == item && matches!(line.from, From::Payment(_))).map(|line| name(cash, line.from))
}

/// What was settled before the tables by ways that no line tells.
fn untold(cash: &Cash) -> i64 {
    let of = |at: usize| {
        let (item, told) = (&cash.items[at], cash.lines.iter().filter(|line| line.lowers(at)).map(|line| line.amount).sum::<i64>());
        let rest = item.stated.map_or(0, |stated| item.amount - stated - told);
        if cash.is_credit(at) { -rest } else { rest }
    };
    (0..cash.items.len()).map(of).sum()
}

fn base(rows: &[Bytes]) -> (Ledger, Cash) {
    let cash = begun(rows);
    (Ledger::try_new(&cash.tables()).unwrap_or_else(|error| panic!("{:?} of {cash:?}", error.problems())), cash)
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// `LAWS=1000 cargo test --release -p ar-tests money_is_neither` is a million sequences.
    // Killed by: a unit too much anywhere, a reversal that takes another's line, a day of settlement that stays, a
    // deduction that is left behind or taken along when it must not be.
    #[test]
    fn money_is_neither_made_nor_lost(rows in vec(any::<Bytes>(), 0..9), steps in vec(any::<Bytes>(), 1..24), day in -1i64..6) {
        let (mut ledger, mut cash) = base(&rows);
        let untold = untold(&cash);
        prop_assert_eq!(differs(&ledger, &cash, ago(day)), None, "{:?}", cash);
        for (number, step) in steps.iter().enumerate() {
            let Some(event) = event(&cash, number, step) else { continue };
            let (before, expected) = (cash.clone(), cash.after(&event));
            let applied = ledger.apply(std::slice::from_ref(&event));
            prop_assert_eq!(applied.is_ok(), expected.is_some(), "{:?}: {:?}\n{:?}", event, applied.err().map(|error| error.problems().to_vec()), before);
            cash = expected.unwrap_or(before);
            prop_assert_eq!(differs(&ledger, &cash, ago(day)), None, "{:?}\n{:?}", event, cash);
            prop_assert!(is_conserved(&ledger, untold), "{:?}\n{:?}", event, cash);
        }
    }
}

proptest! {
    #![proptest_config(cases(250))]

    /// A batch is its events one by one, also where postings come and go in it.
    #[test]
    fn a_batch_of_postings_is_its_events(rows in vec(any::<Bytes>(), 0..9), steps in vec(any::<Bytes>(), 1..24)) {
        let (mut one_by_one, mut cash) = base(&rows);
        let mut at_once = one_by_one.clone();
        let mut events = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let Some(event) = event(&cash, number, step) else { continue };
            let Some(after) = cash.after(&event) else { continue };
            one_by_one.apply(std::slice::from_ref(&event)).unwrap();
            events.push(event);
            cash = after;
        }
        let applied = at_once.apply(&events);
        prop_assert!(applied.is_ok(), "{:?}: {:?}", events, applied.err().map(|error| error.problems().to_vec()));
        prop_assert_eq!(at_once.digest(), one_by_one.digest(), "{:?}", events);
    }

    /// A host that writes the books down and gives them back as tables has the same books: what is open on each day, what
    /// is settled, what was kept back and why, and which decision posted what.
    #[test]
    fn what_is_written_down_is_the_same_book(rows in vec(any::<Bytes>(), 0..9), steps in vec(any::<Bytes>(), 1..24), day in 0i64..6) {
        let (_, mut cash) = base(&rows);
        for (number, step) in steps.iter().enumerate() {
            cash = event(&cash, number, step).and_then(|event| cash.after(&event)).unwrap_or(cash);
        }
        // What the host states of an item is what is open now; the lines are in it from now on.
        for at in 0..cash.items.len() {
            cash.items[at].stated = cash.items[at].stated.map(|_| cash.open_now(at));
        }
        cash.lines.iter_mut().for_each(|line| line.tabled = true);
        cash.payments.iter_mut().for_each(|payment| payment.undone = false);
        cash.lines.retain(|line| !matches!(line.from, From::Payment(at) if cash.payments[at].failed));
        let ledger = Ledger::try_new(&cash.tables()).unwrap_or_else(|error| panic!("{:?} of {cash:?}", error.problems()));
        prop_assert_eq!(differs(&ledger, &cash, ago(day)), None, "{:?}", cash);
        let mut postings: Vec<(&str, i64)> = ledger.allocations().iter().map(|row| (ledger.text(row.decision), row.amount)).collect();
        let mut told: Vec<(&str, i64)> = cash.lines.iter().map(|line| (line.decision.as_deref().unwrap_or(""), line.amount)).collect();
        postings.sort_unstable();
        told.sort_unstable();
        prop_assert_eq!(postings, told);
    }
}
