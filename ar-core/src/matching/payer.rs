//! Who paid: by the customer the bank names, the account the money came from, the name on the statement, the customer
//! number in the text, and the group that these belong to. Several customers may be possible; they are carried on with
//! their odds, not guessed away.

use super::certificate::Weight;
use super::names::{folded, hash, letters};
use crate::ledger::Books;
use crate::record::{Credit, CustomerIdx, Payment};
use crate::threads;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use chrono::NaiveDate;
use core::ops::Range;

/// Legal forms and joining words: they tell no two companies apart, and payers leave them out or spell them anew.
const FORMS: [&str; 42] = [
    "AB", "AG", "AND", "ANS", "APS", "AS", "ASA", "BV", "CO", "CORP", "CV", "EK", "EV", "GBR", "GMBH", "INC", "KG", "KGAA", "LIMITED", "LLC", "LLP", "LP", "LTD", "MBH", "NV", "OHG", "OY", "OYJ",
    "PLC", "PTY", "SA", "SARL", "SAS", "SE", "SL", "SPA", "SPRL", "SRL", "UG", "UND", "ZOO", "THE",
];
/// Banks cut names; a name that begins like this many letters of exactly one customer is that customer's.
const SHORTEST_CUT: usize = 12;
/// Digits that a customer number must have to be believed in a text.
const CUSTOMER_DIGITS: usize = 4;
/// Words that announce a customer number.
const CUSTOMER_WORDS: [&str; 12] = ["KD", "KDNR", "KUNDENNR", "KUNDENNUMMER", "KUNDE", "CUSTOMER", "CUST", "CLIENT", "CLIENTE", "KLANT", "KLANTNR", "DEBITOR"];
/// Customers that are carried on.
const MAX_CANDIDATES: usize = 12;

/// Odds that evidence for a customer is right, against somebody we do not see.
mod odds {
    pub(super) const HOST: i64 = 20_000;
    pub(super) const NAME: i64 = 1_000;
    pub(super) const CUT_NAME: i64 = 200;
    pub(super) const OTHER_FORM: i64 = 10;
    pub(super) const NUMBER: i64 = 200;
    pub(super) const ACCOUNT: i64 = 60;
    /// The account is known, the name on the statement is not: companies of a group pay from each other's accounts.
    pub(super) const ACCOUNT_OF_STRANGER: i64 = 3;
    /// Another company of the group that is believed to have paid; divided by a thousand.
    pub(super) const GROUP: i64 = 20;
}

/// A name without case, accents, punctuation and legal forms. `Ä` is `AE`, as banks
/// write it.
pub(super) fn plain(name: &str) -> String {
    // Dots inside a legal form hold its letters together: `B.V.`, `S.A.R.L.`, `e.K.`
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.');
    let bare = words.map(folded);
    let kept: String = bare.filter(|word| !word.is_empty() && !FORMS.contains(&word.as_str())).collect();
    kept.chars().flat_map(unaccented).collect()
}

/// The plain name without its last word, if that may be a legal form that the bank cut: `S.A.R` of `S.A.R.L.`
fn without_cut_form(name: &str) -> Option<String> {
    let (rest, last) = name.trim_end().rsplit_once(' ')?;
    let last = folded(last);
    let cut = !last.is_empty() && FORMS.iter().any(|form| form.len() > last.len() && form.starts_with(&last));
    cut.then(|| plain(rest)).filter(|plain| !plain.is_empty())
}

/// The legal form of a name, as far as it tells two companies of one name apart; empty where none is written.
fn form_of(name: &str) -> String {
    const JOINING: [&str; 6] = ["AND", "UND", "CO", "THE", "KG", "MBH"];
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.').map(folded);
    let forms = words.filter(|word| FORMS.contains(&word.as_str()) && !JOINING.contains(&word.as_str()));
    forms.map(|form| if form == "LIMITED" { String::from("LTD") } else { form }).collect()
}

/// A letter without its accent, for the letters of European names; others as they are.
fn unaccented(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'Ä' | 'Æ' => "AE",
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'Ç' | 'Ć' | 'Č' => "C",
        'Ď' | 'Đ' | 'Ð' => "D",
        'È'..='Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' => "E",
        'Ğ' => "G",
        'Ì'..='Ï' | 'Ī' | 'İ' => "I",
        'Ł' | 'Ľ' => "L",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ò'..='Õ' | 'Ő' => "O",
        'Ř' => "R",
        'Ś' | 'Š' | 'Ş' | 'Ș' => "S",
        'ẞ' => "SS",
        'Ť' | 'Ţ' | 'Ț' => "T",
        'Ü' => "UE",
        'Ù'..='Û' | 'Ū' | 'Ů' | 'Ű' => "U",
        'Ý' | 'Ÿ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => "",
    };
    plain.chars().chain(plain.is_empty().then_some(c))
}

fn account_key(account: &str) -> u64 {
    hash(letters(account))
}

/// Customers that are read together.
const TOGETHER: usize = 16_384;

/// Customers by bank account, by plain name and alias, and by group.
pub(super) struct PayerIndex {
    accounts: Vec<(u64, u32)>,
    /// Plain name, customer, legal form.
    names: Vec<(String, u32, String)>,
    children: Vec<(CustomerIdx, u32)>,
}

/// Who may have paid.
pub(super) struct Payers {
    /// With their odds against all others, likeliest first.
    pub(super) candidates: Vec<(CustomerIdx, Weight)>,
    /// Kinds of evidence that speak for the first.
    pub(super) evidence: i64,
    /// Evidence that cannot be shared by a group (the host, the name) points elsewhere than other evidence.
    pub(super) disagrees: bool,
    /// The host or the name says who paid: items of others are strange.
    pub(super) named: bool,
    /// Nothing but a name of another legal form says who paid.
    pub(super) namesake: bool,
    /// More customers may have paid than are carried on.
    pub(super) crowded: bool,
    /// Somebody paid whom we do not see.
    pub(super) stranger: Weight,
}

impl Payers {
    pub(super) fn customers(&self) -> Vec<CustomerIdx> {
        self.candidates.iter().map(|(customer, _)| *customer).collect()
    }

    /// Whether this customer may have paid, by what the payment says.
    pub(super) fn holds(&self, customer: CustomerIdx) -> bool {
        self.candidates.iter().any(|(candidate, _)| *candidate == customer)
    }

    /// The chance that it was this customer.
    pub(super) fn weight(&self, customer: CustomerIdx) -> Weight {
        self.candidates.iter().find(|(candidate, _)| *candidate == customer).map_or(self.stranger.and(Weight::ppm(100_000)), |(_, weight)| *weight)
    }
}

impl PayerIndex {
    /// Who paid a customer's items before is known by account and name: postings made by the day teach both.
    pub(super) fn new(books: &Books, as_of: NaiveDate) -> Self {
        let mut index = Self::without_history(books);
        for row in books.allocations().iter().filter(|row| row.on <= as_of) {
            let Credit::Payment(payment) = row.credit else { continue };
            let Some((payment, item)) = books.payment(payment).zip(books.item(row.item)) else { continue };
            index.accounts.extend(books.texts().get_opt(payment.payer_account).map(|number| (account_key(number), item.customer.0)));
            index.names.extend(books.texts().get_opt(payment.payer_name).map(|name| (plain(name), item.customer.0, form_of(name))).filter(|row| !row.0.is_empty()));
        }
        index.sorted()
    }

    /// What the customers' own records say.
    pub(super) fn without_history(books: &Books) -> Self {
        let read = |range: Range<usize>| {
            let (mut accounts, mut names, mut children) = (Vec::new(), Vec::new(), Vec::new());
            let rows = books.customers().get(range.clone()).unwrap_or(&[]);
            for (at, customer) in range.filter_map(|at| u32::try_from(at).ok()).zip(rows) {
                accounts.extend(books.list(&customer.bank_accounts).map(|number| (account_key(number), at)));
                names.extend(books.list(&customer.aliases).chain(books.texts().get_opt(customer.name)).map(|name| (plain(name), at, form_of(name))).filter(|row| !row.0.is_empty()));
                children.extend(customer.parent.map(|parent| (parent, at)));
            }
            (accounts, names, children)
        };
        let (mut accounts, mut names, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for (more_accounts, more_names, more_children) in threads::pieces(books.customers().len(), TOGETHER, read) {
            accounts.extend(more_accounts);
            names.extend(more_names);
            children.extend(more_children);
        }
        Self { accounts, names, children }.sorted()
    }

    fn sorted(mut self) -> Self {
        threads::sort(&mut self.accounts);
        self.accounts.dedup();
        threads::sort(&mut self.names);
        self.names.dedup();
        self.children.sort_unstable();
        self
    }

    pub(super) fn find(&self, books: &Books, payment: &Payment) -> Payers {
        let account = books.text(payment.payer_account);
        let name = plain(books.text(payment.payer_name));
        let form = form_of(books.text(payment.payer_name));
        let (mut by_name, mut odds_of_name) = self.by_name(&name, &form);
        if by_name.is_empty()
            && let Some(shorter) = without_cut_form(books.text(payment.payer_name))
        {
            (by_name, odds_of_name) = self.by_name(&shorter, "");
        }
        // Of another legal form it is another company, likely of the same group.
        let named = !by_name.is_empty() && odds_of_name != odds::OTHER_FORM;
        let by_account = if account.is_empty() { BTreeSet::new() } else { self.by_account(account) };
        let by_number: BTreeSet<u32> = by_number(books, books.text(payment.text)).into_iter().map(|at| at.0).collect();
        let host: BTreeSet<u32> = payment.customer.into_iter().map(|at| at.0).collect();
        let account_odds = if name.is_empty() || named { odds::ACCOUNT } else { odds::ACCOUNT_OF_STRANGER };
        let kinds = [(&host, odds::HOST), (&by_name, odds_of_name), (&by_number, odds::NUMBER), (&by_account, account_odds)];
        let mut found: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
        for (customers, odds) in kinds {
            for at in customers {
                let slot = found.entry(*at).or_insert((1, 0));
                *slot = (slot.0.saturating_mul((odds / customers.len() as i64).max(2)), slot.1 + 1);
            }
        }
        let single = |customers: &BTreeSet<u32>| if customers.len() == 1 { customers.first().copied() } else { None };
        let said: Vec<u32> = kinds.iter().filter_map(|(customers, _)| single(customers)).collect();
        let strong: BTreeSet<u32> = [&host, if named { &by_name } else { &host }, &by_number].into_iter().filter_map(single).collect();
        let disagrees = strong.len() > 1 || (payment.customer.is_some() && said.iter().any(|at| !host.contains(at)));
        let evidence = found.values().max().map_or(0, |best| best.1);
        let named_by_somebody = !host.is_empty() || named || !by_number.is_empty();
        let namesake = !by_name.is_empty() && !named_by_somebody && by_account.is_empty();
        Payers { namesake, ..self.weighed(books, &found, evidence, disagrees, named_by_somebody) }
    }

    /// Odds as chances, with the companies of the group behind each.
    fn weighed(&self, books: &Books, found: &BTreeMap<u32, (i64, i64)>, evidence: i64, disagrees: bool, named: bool) -> Payers {
        let mut odds: BTreeMap<u32, i64> = found.iter().map(|(at, (odds, _))| (*at, odds.saturating_mul(1_000))).collect();
        for (at, (own, _)) in found {
            for relative in self.group(books, CustomerIdx(*at)) {
                odds.entry(relative.0).or_insert_with(|| own.saturating_mul(odds::GROUP));
            }
        }
        let mut odds: Vec<(i64, u32)> = odds.into_iter().map(|(at, odds)| (odds.min(1_000_000_000_000), at)).collect();
        odds.sort_unstable_by_key(|(odds, at)| (-odds, *at));
        let crowded = odds.len() > MAX_CANDIDATES;
        odds.truncate(MAX_CANDIDATES);
        let whole: i64 = odds.iter().map(|(odds, _)| *odds).sum::<i64>() + 1_000;
        let candidates = odds.iter().map(|(part, at)| (CustomerIdx(*at), Weight::ratio(*part, whole))).collect();
        Payers { candidates, evidence, disagrees, named, crowded, namesake: false, stranger: Weight::ratio(1_000, whole) }
    }

    /// Customers with the same parent, the parent, and the children.
    fn group(&self, books: &Books, at: CustomerIdx) -> Vec<CustomerIdx> {
        let children = |of: CustomerIdx| {
            let from = self.children.partition_point(|row| row.0 < of);
            self.children.iter().skip(from).take_while(move |row| row.0 == of).take(MAX_CANDIDATES + 1).map(|row| CustomerIdx(row.1))
        };
        let parent = books.customer(at).and_then(|customer| customer.parent);
        parent.into_iter().chain(parent.into_iter().flat_map(children)).chain(children(at)).filter(|relative| *relative != at).collect()
    }

    fn by_account(&self, wanted: &str) -> BTreeSet<u32> {
        let key = account_key(wanted);
        let from = self.accounts.partition_point(|entry| entry.0 < key);
        few(self.accounts.iter().skip(from).take_while(|entry| entry.0 == key).map(|entry| entry.1))
    }

    /// The customers of that name, with the odds that it is they; else the only one whose name begins so, where the name
    /// may have been cut.
    fn by_name(&self, wanted: &str, form: &str) -> (BTreeSet<u32>, i64) {
        if wanted.is_empty() {
            return (BTreeSet::new(), odds::NAME);
        }
        let from = self.names.partition_point(|entry| entry.0.as_str() < wanted);
        let exact = || self.names.iter().skip(from).take_while(|entry| entry.0 == wanted);
        let agrees = |other: &str| form.is_empty() || other.is_empty() || form == other;
        let same = few(exact().filter(|entry| agrees(&entry.2)).map(|entry| entry.1));
        if !same.is_empty() {
            return (same, odds::NAME);
        }
        let other = few(exact().map(|entry| entry.1));
        if !other.is_empty() || wanted.len() < SHORTEST_CUT {
            return (other, odds::OTHER_FORM);
        }
        let begun = few(self.names.iter().skip(from).take_while(|entry| entry.0.starts_with(wanted)).map(|entry| entry.1));
        (if begun.len() == 1 { begun } else { BTreeSet::new() }, odds::CUT_NAME)
    }
}

/// The customers, and one more than are carried on if there are more: then it is known that some were left out.
fn few(found: impl Iterator<Item = u32>) -> BTreeSet<u32> {
    let mut customers = BTreeSet::new();
    for at in found {
        if customers.len() > MAX_CANDIDATES {
            break;
        }
        customers.insert(at);
    }
    customers
}

/// A customer number behind a word that announces it: the identifier itself, or its digits behind one letter.
fn by_number(books: &Books, text: &str) -> Option<CustomerIdx> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(100).map(folded).collect();
    let at = words.iter().position(|word| CUSTOMER_WORDS.contains(&word.as_str()))?;
    let number = words.get(at + 1..)?.iter().take(3).find(|word| word.len() >= CUSTOMER_DIGITS && word.bytes().any(|byte| byte.is_ascii_digit()))?;
    let letters = ["", "C", "K", "D"];
    let mut found = letters.iter().filter_map(|letter| books.find_customer(&alloc::format!("{letter}{number}")));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
