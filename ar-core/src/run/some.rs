//! Some of the customers: who they are, and what of the day's cash concerns them.

use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::ledger::Books;
use crate::matching::Answer;
use crate::record::{CustomerIdx, PaymentIdx};
use crate::report::Parts;
use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

/// Customers that one run for some customers may name: they stand in the entry of its inputs. Who wants more wants the whole day.
pub const MAX_CUSTOMERS: usize = 10_000;

/// The customers of these identifiers, each once and in the order of the books: that of the identifiers.
pub(super) fn find(books: &Books, ids: &[&str]) -> Result<Vec<CustomerIdx>, Error> {
    let refuse = |code, message: String| Err(Error::one(ErrorCode::InvalidArgument, "arguments", Some("customers"), code, message));
    if ids.is_empty() {
        return refuse(ProblemCode::MissingValue, "no customer is named; the whole book is another run".into());
    }
    if ids.len() > MAX_CUSTOMERS {
        return refuse(ProblemCode::OutOfRange, format!("{} customers, at most {MAX_CUSTOMERS}: for more, run the whole day", ids.len()));
    }
    let (mut problems, mut found) = (Problems::default(), Vec::with_capacity(ids.len()));
    for (row, id) in ids.iter().enumerate() {
        match books.find_customer(id) {
            Some(at) => found.push(at),
            None => problems.push("arguments", Some(row), Some("customers"), ProblemCode::UnknownCustomer, || format!("no customer '{}'", id.chars().take(80).collect::<String>())),
        }
    }
    problems.into_result(ErrorCode::InvalidArgument)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Leaves of the cash the payments that concern the customers, and the decisions on these; those on the others stand apart.
pub(super) fn keep(books: &Books, customers: &[CustomerIdx], found: &mut Parts) {
    let is_one = |at: CustomerIdx| customers.binary_search(&at).is_ok();
    let concerns = |answer: &Answer| {
        let named = books.payment(answer.payment).and_then(|payment| payment.customer);
        let paid = || answer.lines.iter().filter_map(|line| books.item(line.item)).any(|item| is_one(item.customer));
        answer.customer.is_some_and(is_one) || named.is_some_and(is_one) || paid()
    };
    let kept: BTreeSet<PaymentIdx> = found.answers.iter().filter(|answer| concerns(answer)).map(|answer| answer.payment).collect();
    // Where each decision stands among those that are kept.
    let mut places = Vec::with_capacity(found.decisions.len());
    for decision in core::mem::take(&mut found.decisions) {
        let place = found.decisions.len();
        places.push(place as u32);
        if decision.draft.params.payment.is_some_and(|payment| kept.contains(&payment)) {
            found.decisions.push(decision);
        } else {
            found.elsewhere.push((place, decision));
        }
    }
    let answers = core::mem::take(&mut found.answers).into_iter().zip(core::mem::take(&mut found.posted));
    (found.answers, found.posted) = answers.filter(|(answer, _)| kept.contains(&answer.payment)).map(|(answer, posted)| (answer, posted.and_then(|at| places.get(at as usize).copied()))).unzip();
}
