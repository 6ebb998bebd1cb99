//! What the text lists: the items it mentions, all of them and no others; with a difference that can be read; or some of
//! them and more that it does not mention.

use super::account::{Account, Position};
use super::cases::{Case, Cases, Class};
use super::certificate::Weight;
use super::count;
use super::difference::{self, Difference, Paid, Sum};
use super::fx;
use super::names::letters;
use super::payer::Payers;
use super::reading::slip::{Slip, slip};
use super::reading::{Mention, Reading};
use crate::ledger::Books;
use crate::record::{CustomerIdx, ItemIdx};
use alloc::{collections::BTreeSet, vec::Vec};

/// How likely a name is written so, in parts per million.
pub(super) fn written(slip: Slip) -> Weight {
    Weight::ppm(match slip {
        Slip::None => 960_000,
        Slip::Confused => 15_000,
        Slip::Swapped => 10_000,
        Slip::Other => 5_000,
    })
}

mod share {
    /// All items of a purchase order, or of a reference that several items share, are meant.
    pub(super) const ORDER_TOGETHER: i64 = 500_000;
    pub(super) const NAME_TOGETHER: i64 = 100_000;
    /// A range means all between its ends.
    pub(super) const ALL_BETWEEN: i64 = 980_000;
    /// A list that says it goes on does; one that does not say so may.
    pub(super) const GOES_ON: i64 = 900_000;
    pub(super) const GOES_ON_UNSAID: i64 = 30_000;
    /// One reference alone is hardly ever the beginning of a list.
    pub(super) const ONE_GOES_ON: i64 = 3_000;
    pub(super) const COMPLETE_AFTER_ALL: i64 = 10_000;
    /// What follows a list: everything behind its last item, everything else, the next ones, one more, any.
    pub(super) const MORE_BEHIND: i64 = 200_000;
    pub(super) const MORE_ALL: i64 = 100_000;
    pub(super) const MORE_ONE: i64 = 100_000;
    /// Where the list so far leaves out none, or one, of those between its ends, it goes on so; where it leaves out more,
    /// it picks.
    pub(super) const MORE_NEXT: i64 = 450_000;
    pub(super) const MORE_NEXT_PICKED: i64 = 10_000;
    pub(super) const MORE_ANY: i64 = 200_000;
    pub(super) const MORE_ANY_PICKED: i64 = 600_000;
    /// A credit note taken off without a word.
    pub(super) const NETTING: i64 = 15_000;
    /// Something written like a reference names an item that we do not see.
    pub(super) const UNSEEN: i64 = 100_000;
    pub(super) const UNSEEN_UNSAID: i64 = 500;
    pub(super) const UNSEEN_OF_STRANGER: i64 = 50_000;
    /// A slip makes the number of another open item of the same customer.
    pub(super) const SLIP_HITS_OWN: i64 = 2_000;
    /// Items of several customers in one list.
    pub(super) const SEVERAL_OWNERS: i64 = 1_000;
}

/// Readings of a list that are tried.
const MOST_READINGS: usize = 256;
/// Names in a list up to which each is checked for a slip that hit another item.
const RECHECKED: usize = 12;
/// Items that a name is compared with, letter by letter.
const MOST_COMPARED: usize = 20_000;
/// Items behind a list among which any set is looked for.
const MOST_MORE: usize = 24;
const MOST_MORE_SETS: usize = 8;

/// Accounts of the customers that may have paid or whose items are mentioned, in one currency.
pub(super) struct List<'l> {
    pub(super) books: &'l Books,
    pub(super) accounts: &'l [(CustomerIdx, Account)],
    pub(super) payers: &'l Payers,
    pub(super) paid: Paid,
    /// The rate of the day from the items' currency to the payment's, if they differ.
    pub(super) rate: Option<fx::Rate>,
    pub(super) budget: u64,
}

impl List<'_> {
    pub(super) fn position(&self, at: ItemIdx) -> Option<(CustomerIdx, i64, &Position)> {
        let customer = self.books.item(at)?.customer;
        let account = self.account(customer)?;
        account.signed(at).map(|(signed, position)| (customer, signed, position))
    }

    fn account(&self, customer: CustomerIdx) -> Option<&Account> {
        self.accounts.iter().find(|(owner, _)| *owner == customer).map(|(_, account)| account)
    }

    /// Adds every explanation by what the text mentions. Whether an exact one is among them.
    pub(super) fn explain(&self, reading: &Reading, cases: &mut Cases) -> bool {
        let mut mentions: Vec<Mention> = reading.mentions.clone();
        for mention in &mut mentions {
            mention.options.retain(|(at, _)| self.position(*at).is_some());
        }
        let named = mentions.len();
        mentions.retain(|mention| !mention.options.is_empty());
        let unseen = named - mentions.len() + self.read_slips(&reading.unread, &mut mentions);
        cases.unseen += unseen;
        if mentions.is_empty() {
            return false;
        }
        let before = cases.found.len();
        self.readings(&mentions, reading, cases);
        let fits = |cases: &Cases| cases.found.iter().skip(before).any(|case| case.difference == Difference::None && case.class == Class::Listed);
        if !fits(cases) && self.rate.is_none() {
            self.recheck(&mentions, reading, cases);
        }
        // Of a payer whom nothing else points to, a number may be anything: an order, a contract, a year.
        let stranger = self.payers.candidates.is_empty();
        let weight = Weight::ppm(if unseen > 0 {
            share::UNSEEN
        } else if stranger {
            share::UNSEEN_OF_STRANGER
        } else {
            share::UNSEEN_UNSAID
        });
        let listed = mentions.iter().filter_map(|mention| self.position(mention.options.first()?.0)).fold(self.paid.amount, |most, row| most.max(row.1));
        let owners = mentions.iter().filter_map(|mention| self.position(mention.options.first()?.0)).map(|row| self.payers.weight(row.0));
        let payer = owners.fold(Weight::NEVER, |most, weight| if most.order(weight).is_lt() { weight } else { most });
        cases.count(weight.and(payer).and(difference::anything(listed)));
        fits(cases)
    }

    /// Reads what names nothing as a slip for the name of an item of the payers. Returns how many remain unread.
    fn read_slips(&self, unread: &[Vec<char>], mentions: &mut Vec<Mention>) -> usize {
        let mut unseen = 0;
        for name in unread {
            let options = self.near(name);
            if options.is_empty() {
                unseen += 1;
            } else {
                mentions.push(Mention { options, written: name.clone(), order: false });
            }
        }
        unseen
    }

    /// The items of the payers whose reference, or the number at its end, is one slip away from what was written.
    pub(super) fn near(&self, name: &[char]) -> Vec<(ItemIdx, Slip)> {
        self.near_of(name, |_| true)
    }

    /// The same among items whose open amount is worth a look: letters cost more than numbers.
    fn near_of(&self, name: &[char], worth: impl Fn(i64) -> bool) -> Vec<(ItemIdx, Slip)> {
        let mut near: Vec<(ItemIdx, Slip)> = Vec::new();
        let own = self.accounts.iter().filter(|(customer, _)| !self.payers.named || self.payers.holds(*customer));
        for position in own.flat_map(|(_, account)| account.debits.iter().chain(&account.credits)).filter(|position| worth(position.open)).take(MOST_COMPARED) {
            let Some(item) = self.books.item(position.at) else { continue };
            let reference = self.books.text(item.reference);
            let full: Vec<char> = letters(reference).collect();
            let number: Vec<char> = super::names::ending(reference).chars().collect();
            let bare: Vec<char> = number.iter().copied().skip_while(|c| *c == '0').collect();
            let forms = [&full, &number, &bare].into_iter().filter(|form| form.len() >= 4);
            if let Some(best) = forms.filter_map(|form| slip(name, form)).min() {
                near.push((position.at, best));
            }
        }
        near
    }

    /// Debts of this amount, or credit notes where it is negative; so many at most.
    pub(super) fn of_amount(&self, amount: i64, most: usize) -> Vec<ItemIdx> {
        let side = |account: &'_ Account| {
            if amount < 0 { account.credits.as_slice() } else { account.debits.as_slice() }
                .iter()
                .filter(|position| position.open == amount.saturating_abs())
                .map(|position| position.at)
                .take(most)
                .collect::<Vec<_>>()
        };
        self.accounts.iter().flat_map(|(_, account)| side(account)).take(most).collect()
    }

    /// Every way to read the mentions, weighed.
    fn readings(&self, mentions: &[Mention], reading: &Reading, cases: &mut Cases) {
        // Each reading copies the list: of long lists fewer are carried on.
        let most = (MOST_READINGS * 32 / mentions.len().max(1)).clamp(2, MOST_READINGS);
        let mut sets: Vec<(Vec<ItemIdx>, Weight)> = alloc::vec![(Vec::new(), Weight::ONE)];
        for mention in mentions {
            let mut next = Vec::new();
            let several = mention.options.len() > 1 && mention.options.iter().all(|(_, slip)| *slip == Slip::None);
            let together = Weight::ppm(if mention.order { share::ORDER_TOGETHER } else { share::NAME_TOGETHER });
            for (items, weight) in &sets {
                for (at, slip) in &mention.options {
                    let mut items: Vec<ItemIdx> = items.clone();
                    items.push(*at);
                    next.push((items, weight.and(written(*slip))));
                }
                if several {
                    let items = items.iter().copied().chain(mention.options.iter().map(|(at, _)| *at)).collect();
                    next.push((items, weight.and(together)));
                }
            }
            if next.len() > most {
                next.sort_by(|a, b| b.1.order(a.1).then_with(|| a.0.cmp(&b.0)));
                next.truncate(most);
                cases.bounded = true;
            }
            sets = next;
        }
        for (items, weight) in sets {
            if reading.between.is_empty() {
                self.weigh(&items, weight, reading, cases);
            } else {
                self.weigh(&items, weight.and(Weight::ppm(1_000_000 - share::ALL_BETWEEN)), reading, cases);
                let all: Vec<ItemIdx> = items.iter().chain(reading.between.iter().filter(|at| self.position(**at).is_some_and(|row| row.1 > 0))).copied().collect();
                self.weigh(&all, weight.and(Weight::ppm(share::ALL_BETWEEN)), reading, cases);
            }
        }
    }

    /// A slip may have hit another item of the customer: each name in turn is read as a slip for its neighbours.
    fn recheck(&self, mentions: &[Mention], reading: &Reading, cases: &mut Cases) {
        if mentions.len() > RECHECKED {
            return;
        }
        let first = |mention: &Mention| mention.options.iter().min_by_key(|(at, slip)| (*slip, *at)).map(|(at, _)| *at);
        for (at, mention) in mentions.iter().enumerate() {
            let others: Vec<ItemIdx> = mentions.iter().enumerate().filter(|(other, _)| *other != at).filter_map(|(_, mention)| first(mention)).collect();
            // A slip seldom makes the number of another of the payer's own items.
            let own = mention.options.iter().any(|(at, _)| self.position(*at).is_some_and(|row| self.payers.holds(row.0)));
            let missed = if own { Weight::ppm(share::SLIP_HITS_OWN) } else { Weight::ONE };
            let without: i64 = others.iter().filter_map(|at| self.position(*at)).fold(0, |sum, row| sum.saturating_add(row.1));
            let missing = self.paid.amount.saturating_sub(without);
            let explains = |open: i64| open == missing || (open > missing && open - missing <= (open / 4).max(50 * self.paid.unit));
            for (neighbour, slip) in self.near_of(&mention.written, explains) {
                if slip != Slip::None && !mention.options.iter().any(|(known, _)| *known == neighbour) {
                    let items: Vec<ItemIdx> = others.iter().copied().chain([neighbour]).collect();
                    self.weigh(&items, written(slip).and(missed), reading, cases);
                }
            }
        }
    }

    /// One set of listed items.
    fn weigh(&self, items: &[ItemIdx], weight: Weight, reading: &Reading, cases: &mut Cases) {
        let items: Vec<ItemIdx> = items.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let rows: Vec<(CustomerIdx, i64, &Position)> = items.iter().filter_map(|at| self.position(*at)).collect();
        let Some(customer) = rows.first().map(|row| row.0) else { return };
        let total = rows.iter().fold(0i64, |sum, row| sum.saturating_add(row.1));
        let debits: Vec<&Position> = rows.iter().filter(|row| row.1 > 0).map(|row| row.2).collect();
        let owners: BTreeSet<CustomerIdx> = rows.iter().map(|row| row.0).collect();
        let payer = owners.iter().map(|owner| self.payers.weight(*owner)).fold(Weight::ONE, |least, weight| if weight.order(least).is_lt() { weight } else { least });
        let payer = if owners.len() > 1 { payer.and(Weight::ppm(share::SEVERAL_OWNERS)) } else { payer };
        let weight = weight.and(payer);
        let case = |items: Vec<ItemIdx>, class: Class, difference: Difference, total: i64, weight: Weight| Case { items, customer, class, difference, total, weight, advised: Vec::new() };
        if let Some(rate) = &self.rate {
            if let Some(near) = rate.near(total, self.paid.amount) {
                cases.push(case(items, Class::Listed, Difference::Fx, total, weight.and(near)));
            }
            return;
        }
        // A list that says that it goes on is hardly ever complete.
        let complete = if reading.goes_on && total < self.paid.amount { Weight::ppm(share::COMPLETE_AFTER_ALL) } else { Weight::ONE };
        if let Some((difference, chance)) = difference::read(&Sum { total, debits: &debits }, self.paid) {
            cases.push(case(items.clone(), Class::Listed, difference, total, weight.and(chance).and(complete)));
        }
        let Some(account) = self.account(customer).filter(|_| owners.len() == 1 && total != self.paid.amount) else { return };
        for credit in account.credits.iter().filter(|credit| !items.contains(&credit.at) && total - credit.open == self.paid.amount) {
            let with: Vec<ItemIdx> = items.iter().copied().chain([credit.at]).collect();
            let chance = Weight::ppm(share::NETTING).and(Weight::one_in(account.credits.len() as i64));
            cases.push(case(with, Class::Listed, Difference::None, self.paid.amount, weight.and(chance)));
        }
        if total < self.paid.amount && reading.between.is_empty() {
            self.more(customer, account, &items, weight, reading.goes_on, cases);
        }
    }

    /// The list goes on: what is missing to the payment is among the customer's other items.
    fn more(&self, customer: CustomerIdx, account: &Account, items: &[ItemIdx], weight: Weight, said: bool, cases: &mut Cases) {
        let listed: i64 = items.iter().filter_map(|at| account.signed(*at)).map(|row| row.0).sum();
        let missing = self.paid.amount - listed;
        let places: BTreeSet<usize> = items.iter().filter_map(|at| account.place_of(*at)).collect();
        let behind = places.last().map_or(0, |last| last + 1);
        let orderly = places.first().is_some_and(|first| behind - first <= places.len() + 1);
        let (share_next, share_any) = if orderly { (share::MORE_NEXT, share::MORE_ANY) } else { (share::MORE_NEXT_PICKED, share::MORE_ANY_PICKED) };
        let rest: Vec<(usize, &Position)> = account.debits.iter().enumerate().filter(|(_, position)| !items.contains(&position.at)).collect();
        let unsaid = if items.len() == 1 { share::ONE_GOES_ON } else { share::GOES_ON_UNSAID };
        let weight = weight.and(Weight::ppm(if said { share::GOES_ON } else { unsaid }));
        let mut push = |more: &[&Position], chance: Weight, off: Option<ItemIdx>, difference: Difference| {
            let with: Vec<ItemIdx> = items.iter().copied().chain(more.iter().map(|position| position.at)).chain(off).collect();
            let total = with.iter().filter_map(|at| account.signed(*at)).fold(0i64, |sum, row| sum.saturating_add(row.0));
            cases.push(Case { items: with, customer, class: Class::ListedMore, difference, total, weight: weight.and(chance), advised: Vec::new() });
        };
        let later: Vec<&Position> = rest.iter().filter(|(at, _)| *at >= behind).map(|(_, position)| *position).collect();
        let others: Vec<&Position> = rest.iter().map(|(_, position)| *position).collect();
        let sum = |positions: &[&Position]| positions.iter().map(|position| i128::from(position.open)).sum::<i128>();
        let wanted = i128::from(missing);
        for (positions, all, next) in [(&later, share::MORE_BEHIND, share_next), (&others, share::MORE_ALL, share_next / 10)] {
            let listed_and_these: Vec<&Position> = items.iter().filter_map(|at| account.signed(*at)).filter(|row| row.0 > 0).map(|row| row.1).chain(positions.iter().copied()).collect();
            let total = i64::try_from(i128::from(listed) + sum(positions)).unwrap_or(i64::MAX);
            if let Some((difference, chance)) = difference::read(&Sum { total, debits: &listed_and_these }, self.paid).filter(|_| !positions.is_empty()) {
                push(positions, Weight::ppm(all).and(chance), None, difference);
            }
            // The next ones, as many as it takes; a credit note may be among them.
            let offs: Vec<(i64, Option<ItemIdx>)> =
                [(0, None)].into_iter().chain(account.credits.iter().filter(|credit| !items.contains(&credit.at)).map(|credit| (credit.open, Some(credit.at)))).take(8).collect();
            let mut running: i128 = 0;
            for (count, position) in positions.iter().enumerate() {
                running += i128::from(position.open);
                for (off, at) in &offs {
                    if running - i128::from(*off) == wanted {
                        let chance = Weight::ppm(next).and(Weight::one_in(count as i64 + 3)).and(if at.is_some() { Weight::ppm(20_000) } else { Weight::ONE });
                        push(positions.get(..=count).unwrap_or(&[]), chance.and(difference::exact()), *at, Difference::None);
                    }
                }
            }
            for position in positions.iter().filter(|position| position.open == missing) {
                push(&[position], Weight::ppm(share::MORE_ONE).and(Weight::one_in(positions.len() as i64)).and(difference::exact()), None, Difference::None);
            }
        }
        let pool: &[&Position] = if later.is_empty() { &others } else { &later };
        if sum(pool) < wanted {
            return;
        }
        let amounts: Vec<i64> = pool.iter().map(|position| position.open).collect();
        let mut all_listed = false;
        if amounts.len() <= MOST_MORE {
            let (sets, complete) = count::list(&amounts, missing, MOST_MORE_SETS, self.budget);
            all_listed = complete;
            for set in sets {
                let more: Vec<&Position> = set.iter().filter_map(|at| pool.get(*at as usize)).copied().collect();
                push(&more, Weight::ppm(share_any).and(Weight::one_in(2).times(amounts.len() as i64)).and(difference::exact()), None, Difference::None);
            }
        }
        // Sets that fit by chance: exactly, where they were not all listed above; or with a fee, a discount or the like,
        // whose sums lie anywhere, mostly in whole units.
        let all = amounts.iter().fold(0i128, |sum, open| sum + i128::from(*open)).max(1);
        let part = i64::try_from(i128::from(missing) * 1_000_000 / all).unwrap_or(1_000_000).clamp(1_000, 999_000);
        let mass = if all_listed { Weight::ppm(250_000).and(difference::density(i64::try_from(all).unwrap_or(i64::MAX), self.paid)) } else { Weight::by_chance(&amounts, missing, part) };
        cases.count(weight.and(mass).and(Weight::ppm(share_any)));
    }
}
