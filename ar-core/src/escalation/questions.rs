//! Questions that wait: which matter was put to people under which identifier, and what they said since.

use crate::calendar::{add_days, days_between};
use crate::decision::{Draft, Matter, named_day, since};
use crate::ledger::{Asked, Books, Verdict, VerdictKind};
use crate::policy::Policy;
use alloc::{collections::BTreeSet, string::String, sync::Arc};
use chrono::NaiveDate;

/// A draft under the identifier that it goes by today.
pub(super) struct Named<'g> {
    /// The identifier.
    pub(super) id: String,
    /// Chance that is not read off the identifier.
    pub(super) lot: u32,
    /// The day that the identifier names.
    pub(super) day: NaiveDate,
    /// What people said.
    pub(super) verdict: Option<&'g Verdict>,
    /// The same, where it was said so lately that it may be carried out.
    pub(super) lives: Option<&'g Verdict>,
    /// Whom it was put to.
    pub(super) asked: Option<&'g Asked>,
}

/// What waits for an answer, or was answered lately: identifiers of the last days that somebody was asked about or spoke of, and that are
/// not carried out.
pub(super) struct Questions<'g> {
    books: &'g Books,
    waiting: Arc<BTreeSet<String>>,
}

impl<'g> Questions<'g> {
    pub(super) fn read(books: &'g Books, policy: &Policy, as_of: NaiveDate) -> Self {
        let longest = policy.each().map(|settings| settings.collections.decision_days).max().unwrap_or(0);
        let from = add_days(as_of, -i32::try_from(longest).unwrap_or(0));
        let verdicts = books.verdicts_on(as_of).filter(|(_, row)| row.on >= from).map(|row| row.0);
        let questions = books.questions().filter(|(_, row)| (from..=as_of).contains(&row.on)).map(|row| row.0);
        let waiting = verdicts.chain(questions).filter(|id| books.done_on(id).is_none()).map(String::from).collect();
        Self { books, waiting: Arc::new(waiting) }
    }

    /// What waited when it was read, in the same books.
    pub(super) fn of(books: &'g Books, waiting: &Arc<BTreeSet<String>>) -> Self {
        Self { books, waiting: Arc::clone(waiting) }
    }

    pub(super) fn waiting(&self) -> &Arc<BTreeSet<String>> {
        &self.waiting
    }

    /// The identifier of a draft: the one under which it waits, where it is the same matter and the question has not expired; else the one
    /// of the day.
    pub(super) fn name(&self, matter: &Matter, draft: &Draft, as_of: NaiveDate, decision_days: i64) -> Named<'g> {
        let today = named_day(draft, as_of);
        let back = if self.waiting.is_empty() {
            -1
        } else if since(draft).is_some() {
            0
        } else {
            i32::try_from(decision_days).unwrap_or(0)
        };
        // Where people spoke of the matter under two days, the newest word holds, and of one day a no.
        let word = |id: &str| self.books.verdict_on(id, as_of).map(|row| (row.on, row.kind == VerdictKind::Rejected));
        let named = (0..=back).map(|days| add_days(today, -days)).map(|day| (matter.on(day), day)).filter(|((id, _), _)| self.waiting.contains(id.as_str()));
        let waiting = named.max_by_key(|((id, _), day)| (word(id), *day)).map(|((id, lot), day)| (id, lot, day));
        let (id, lot, day) = waiting.unwrap_or_else(|| {
            let (id, lot) = matter.on(today);
            (id, lot, today)
        });
        let (verdict, asked) = (self.books.verdict_on(&id, as_of), self.books.question_on(&id, as_of));
        let lives = verdict.filter(|row| i64::from(days_between(row.on, as_of)) <= decision_days);
        Named { id, lot, day, verdict, lives, asked }
    }
}
