//! Which decisions of two reports are the same decision, and what of them is another.

use super::Aspect;
use crate::action::{ActionKind, Mode};
use crate::decision::{Decision, Params};
use crate::money::Currency;
use crate::record::{CustomerIdx, ItemIdx, PaymentIdx};
use crate::report::Question;
use crate::text::TextId;
use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    vec::Vec,
};

/// What a decision is about, beside its items.
type About<'d> = (Option<CustomerIdx>, Currency, ActionKind, Option<PaymentIdx>, Option<&'d str>);

fn about(decision: &Decision) -> About<'_> {
    let (draft, params) = (&decision.draft, &decision.draft.params);
    (draft.customer, draft.currency, draft.action, params.payment, params.charge.as_ref().map(|charge| charge.key.as_str()))
}

/// Places of the decisions of both reports, each of them once: first those of the second in their order, with those of the first that they
/// are; then what is left of the first.
pub(super) fn pairs(old: &[Decision], new: &[Decision]) -> Vec<[Option<usize>; 2]> {
    let mut found: Vec<Option<usize>> = alloc::vec![None; new.len()];
    let mut free: BTreeSet<usize> = (0..old.len()).collect();
    // The same facts, letter by letter; then the same items; then something in common.
    meet(old, new, &mut found, &mut free, |decision| decision.id.as_str());
    meet(old, new, &mut found, &mut free, |decision| (about(decision), decision.draft.items.as_slice()));
    share(old, new, &mut found, &mut free);
    let of_new = found.into_iter().enumerate().map(|(at, old)| [old, Some(at)]);
    of_new.chain(free.into_iter().map(|at| [Some(at), None])).collect()
}

/// Pairs what has the same key, in order.
fn meet<'d, K: Ord>(old: &'d [Decision], new: &'d [Decision], found: &mut [Option<usize>], free: &mut BTreeSet<usize>, key: impl Fn(&'d Decision) -> K) {
    let mut waiting: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for at in free.iter() {
        if let Some(decision) = old.get(*at) {
            waiting.entry(key(decision)).or_default().push_back(*at);
        }
    }
    for (decision, slot) in new.iter().zip(found).filter(|(_, slot)| slot.is_none()) {
        *slot = waiting.get_mut(&key(decision)).and_then(VecDeque::pop_front);
        if let Some(at) = slot {
            free.remove(at);
        }
    }
}

/// What a decision is about, one by one: its items, and the promises, disputes and messages that it names.
fn subjects(decision: &Decision) -> impl Iterator<Item = Subject> {
    let (draft, params) = (&decision.draft, &decision.draft.params);
    let said = params.promises.iter().chain(&params.disputes).chain(&params.replies);
    draft.items.iter().copied().map(Subject::Item).chain(said.copied().map(Subject::Said))
}

/// One thing that a decision is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Item(ItemIdx),
    Said(TextId),
}

/// Pairs what is about the same and has something in common: the first that is left.
fn share(old: &[Decision], new: &[Decision], found: &mut [Option<usize>], free: &mut BTreeSet<usize>) {
    let mut waiting: BTreeMap<About<'_>, Vec<(usize, BTreeSet<Subject>)>> = BTreeMap::new();
    for at in free.iter() {
        if let Some(decision) = old.get(*at) {
            waiting.entry(about(decision)).or_default().push((*at, subjects(decision).collect()));
        }
    }
    for (decision, slot) in new.iter().zip(found).filter(|(_, slot)| slot.is_none()) {
        let Some(near) = waiting.get_mut(&about(decision)) else { continue };
        let Some(place) = near.iter().position(|(_, others)| subjects(decision).any(|subject| others.contains(&subject))) else { continue };
        let (at, _) = near.remove(place);
        free.remove(&at);
        *slot = Some(at);
    }
}

/// What of two decisions about the same is another. Reasons, priority and worth are not what is decided.
pub(super) fn aspects(old: &Decision, new: &Decision) -> Vec<Aspect> {
    let (before, after) = (&old.draft, &new.draft);
    let (was, is) = (&before.params, &after.params);
    let rest = |params: &Params| Params { level: 0, tone: None, channel: None, role: None, on: None, ..params.clone() };
    let asked = old.mode == Mode::Ask && new.mode == Mode::Ask;
    let all = [
        (Aspect::Items, before.items != after.items),
        (Aspect::Amount, before.amount != after.amount),
        (Aspect::Level, was.level != is.level),
        (Aspect::Tone, was.tone != is.tone),
        (Aspect::Channel, was.channel != is.channel),
        (Aspect::On, was.on != is.on),
        (Aspect::Question, old.mode == new.mode && Question::of(old) != Question::of(new)),
        (Aspect::Role, asked && old.ask_role != new.ask_role),
        (Aspect::ExpiresOn, old.expires_on != new.expires_on),
        (Aspect::Params, was != is && rest(was) != rest(is)),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect).collect()
}
