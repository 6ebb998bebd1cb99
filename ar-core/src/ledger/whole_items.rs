//! The table of items, read by whole columns. What each row says is packed into one line of the cache, beside the number that the rows are
//! sorted by; the items are then made in their final order. Where one value of the table would be a problem nothing comes of it, and
//! `intake_items` reads row by row.
//!
//! What a row must cost: its texts are gone over once, and copied once into the order of the items (20 to 40 bytes); its customer is found
//! among the customers, its 32 bytes are written, and read once in another order, and the 80 bytes of the item are written; 16 bytes go through each of the two
//! sorts, by customer and day and by the hash of the identifier.

use super::columns::{Block, Calendar, Lane, blocks, bound};
use super::index::{IdIndex, hash};
use super::intake::Intake;
use super::intake_items::read_reason;
use super::lookup::Lookup;
use super::order::{self, Keyed};
use super::schema;
use super::whole_texts::{self, Column, Handles, Held};
use crate::money::Currency;
use crate::record::{CustomerIdx, Deduction, Item, ItemKind};
use crate::text::{TextId, TextPool};
use crate::threads::{self, TOGETHER};
use crate::watch::Stage;
use alloc::vec::Vec;
use chrono::NaiveDate;
use core::mem::take;

/// Hash of the identifier; amount; days issued and due; day settled, kind and currency. A day that may be absent is one more, 0 for none.
type Line = [u64; 4];

/// What few tables say: open amount and one; days of discount and last notice; end of a block, discount; level and disputed.
type More = [u64; 4];

const fn two(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

const fn high(word: u64) -> u32 {
    (word >> 32) as u32
}

const fn low(word: u64) -> u32 {
    word as u32
}

fn kind_of(line: &Line) -> ItemKind {
    ItemKind::ALL.get((line[3] >> 24) as usize & 0xff).copied().unwrap_or(ItemKind::Invoice)
}

const fn code(currency: Currency) -> u64 {
    let [a, b, c] = currency.bytes();
    (a as u64) << 16 | (b as u64) << 8 | c as u64
}

const fn at(name: &str) -> usize {
    schema::ITEMS.at(name)
}

const REASONS: [usize; 2] = [at("deduction_reason"), at("deduction_code")];

const MORE: [usize; 7] = [at("open_amount"), at("discount_percent"), at("discount_until"), at("dunning_level"), at("last_notice_on"), at("disputed"), at("blocked_until")];

/// A block, and where what it says is put.
struct Part<'t, 'b, 'm> {
    block: Block<'t, 'b>,
    keys: &'m mut [Keyed],
    lines: &'m mut [Line],
    more: &'m mut [More],
}

/// What a block says beside that.
struct Read<'t> {
    rows: usize,
    id: Lane<'t>,
    reference: Lane<'t>,
    order: Lane<'t>,
    group: Lane<'t>,
    product: Lane<'t>,
    currencies: Vec<Currency>,
    deductions: Vec<usize>,
    span: Span,
}

/// The first and the last day of a table.
#[derive(Clone, Copy)]
struct Span(i32, i32);

impl Span {
    fn see(&mut self, day: i32) -> u32 {
        (self.0, self.1) = (self.0.min(day), self.1.max(day));
        day as u32
    }
}

/// Reads a block; `None` where a value in it would be a problem.
fn read_block<'t>(customers: &Lookup<'_>, Part { block, keys, lines, more }: Part<'t, '_, '_>) -> Option<Read<'t>> {
    let (mut span, mut currencies) = (Span(i32::MAX, i32::MIN), Vec::new());
    block.currencies(at("currency"), |row, currency| {
        if currencies.last() != Some(&currency) && !currencies.contains(&currency) {
            currencies.push(currency);
        }
        lines.get_mut(row).into_iter().for_each(|line| line[3] |= code(currency));
    })?;
    let one = currencies.first().map_or(2, |currency| currency.exponent());
    let exponents: Vec<u8> = if currencies.len() < 2 { Vec::new() } else { lines.iter().map(|line| named(&currencies, line).map_or(2, Currency::exponent)).collect() };
    let exponent = |row: usize| exponents.get(row).copied().unwrap_or(one);
    let id = block.texts(at("item_id"))?;
    for (row, line) in lines.iter_mut().enumerate() {
        line[0] = hash(id.bytes(row));
    }
    let owner = block.texts(at("customer_id"))?;
    let found = |row: usize, customer| keys.get_mut(row).into_iter().for_each(|key| *key = (two(customer, 0), (block.first + row) as u32));
    customers.each(block.len(), |row| owner.bytes(row), found)?;
    block.meanings(at("kind"), ItemKind::from_name, |row, kind| lines.get_mut(row).into_iter().for_each(|line| line[3] |= (kind as u64) << 24))?;
    block.amounts(at("amount"), exponent, 1, |row, amount| lines.get_mut(row).into_iter().for_each(|line| line[1] = amount as u64))?;
    block.days(at("issued_on"), |row, day| lines.get_mut(row).into_iter().for_each(|line| line[2] |= two(span.see(day), 0)))?;
    block.days(at("due_on"), |row, day| {
        let day = span.see(day);
        lines.get_mut(row).into_iter().for_each(|line| line[2] |= u64::from(day));
        keys.get_mut(row).into_iter().for_each(|key| key.0 |= u64::from(day));
    })?;
    block.days(at("settled_on"), |row, day| lines.get_mut(row).into_iter().for_each(|line| line[3] |= two(span.see(day).wrapping_add(1), 0)))?;
    read_more(&block, exponent, more, &mut span)?;
    let deductions = deductions(&block, lines)?;
    let fine = lines.iter().all(|line| low(line[2]) >= high(line[2]) && (high(line[3]) == 0 || high(line[3]) > high(line[2])));
    // Nothing is stated to be open beyond the amount, and nothing of what is settled.
    let open = lines.iter().zip(&*more).all(|(line, more)| more[0] == 0 || more[0] - 1 <= if high(line[3]) == 0 { line[1] } else { 0 });
    let [reference, order, group, product] = [at("reference"), at("purchase_order"), at("notice_group"), at("product")].map(|at| block.texts(at));
    (fine && open).then_some(())?;
    Some(Read { rows: block.len(), id, reference: reference?, order: order?, group: group?, product: product?, currencies, deductions, span })
}

fn named(currencies: &[Currency], line: &Line) -> Option<Currency> {
    currencies.iter().find(|currency| code(**currency) == line[3] & 0xff_ffff).copied()
}

fn read_more(block: &Block<'_, '_>, exponent: impl Fn(usize) -> u8, more: &mut [More], span: &mut Span) -> Option<()> {
    if !MORE.iter().any(|at| block.has(*at)) {
        return Some(());
    }
    let mut put = |row: usize, word: usize, value: u64| more.get_mut(row).and_then(|more| more.get_mut(word)).into_iter().for_each(|slot| *slot |= value);
    block.amounts(at("open_amount"), exponent, 0, |row, amount| put(row, 0, amount.wrapping_add(1) as u64))?;
    block.days(at("discount_until"), |row, day| put(row, 1, two(span.see(day).wrapping_add(1), 0)))?;
    block.days(at("last_notice_on"), |row, day| put(row, 1, u64::from(span.see(day).wrapping_add(1))))?;
    block.days(at("blocked_until"), |row, day| put(row, 2, two(span.see(day).wrapping_add(1), 0)))?;
    block.percents(at("discount_percent"), |row, ppm| put(row, 2, u64::from(ppm)))?;
    block.numbers(at("dunning_level"), |row, level| put(row, 3, (level as u64) << 1))?;
    block.flags(at("disputed"), |row, disputed| put(row, 3, u64::from(disputed)))
}

/// Rows of the block that are deductions; `None` where another has a reason.
fn deductions(block: &Block<'_, '_>, lines: &[Line]) -> Option<Vec<usize>> {
    let is = |line: &Line| kind_of(line) == ItemKind::Deduction;
    for reason in REASONS.into_iter().filter(|at| block.has(*at)) {
        let said = block.texts(reason)?;
        lines.iter().enumerate().all(|(row, line)| is(line) || said.bytes(row).is_empty()).then_some(())?;
    }
    let there = if block.has(at("kind")) { lines } else { &[] };
    Some(there.iter().enumerate().filter(|(_, line)| is(line)).map(|(row, _)| row).collect())
}

/// The lines of the whole table, and what rows share.
struct Table {
    lines: Vec<Line>,
    more: Vec<More>,
    group: Held,
    product: Held,
    currencies: Vec<Currency>,
    calendar: Calendar,
}

impl Table {
    fn item(&self, customer: u32, row: u32, line: &Line, [id, reference, order]: Handles<3>) -> Item {
        let more = self.more.get(row as usize).unwrap_or(&[0; 4]);
        let day = |day: u32| self.calendar.day(day as i32);
        let may = |next: u32| -> Option<NaiveDate> { Some(day(next.checked_sub(1)?)) };
        let (amount, settled_on, stated) = (line[1] as i64, may(high(line[3])), more[0].checked_sub(1));
        let level = (more[3] >> 1) as u8;
        Item {
            id,
            reference: if reference.is_none() { id } else { reference },
            purchase_order: order,
            notice_group: self.group.get(row),
            product: self.product.get(row),
            customer: CustomerIdx(customer),
            amount,
            open: stated.map_or(if settled_on.is_some() { 0 } else { amount }, |stated| stated as i64),
            issued_on: day(high(line[2])),
            due_on: day(low(line[2])),
            settled_on,
            last_notice_on: may(low(more[1])),
            discount_until: may(high(more[1])),
            blocked_until: may(high(more[2])),
            discount_ppm: low(more[2]),
            contacts: u16::from(level),
            currency: named(&self.currencies, line).unwrap_or(Currency::EUR),
            kind: kind_of(line),
            level,
            disputed: more[3] & 1 == 1,
            open_stated: stated.is_some() && settled_on.is_none(),
        }
    }
}

/// The places of all blocks, each for one block.
fn parts<'t, 'b, 'm>(blocks: Vec<Block<'t, 'b>>, mut keys: &'m mut [Keyed], mut lines: &'m mut [Line], mut more: &'m mut [More]) -> Vec<Part<'t, 'b, 'm>> {
    let cut = |block: Block<'t, 'b>| {
        let (rows, rare) = (block.len(), block.len().min(more.len()));
        let (mine_keys, rest_keys) = take(&mut keys).split_at_mut(rows);
        let (mine_lines, rest_lines) = take(&mut lines).split_at_mut(rows);
        let (mine_more, rest_more) = take(&mut more).split_at_mut(rare);
        (keys, lines, more) = (rest_keys, rest_lines, rest_more);
        Part { block, keys: mine_keys, lines: mine_lines, more: mine_more }
    };
    blocks.into_iter().map(cut).collect()
}

fn column<'r, 't>(read: &'r [Read<'t>], lane: impl Fn(&'r Read<'t>) -> &'r Lane<'t>) -> impl Iterator<Item = (&'r Lane<'t>, usize)> {
    read.iter().map(move |read| (lane(read), read.rows))
}

/// Keeps the texts that rows share; `None` where the pool is full.
fn shared(texts: &mut TextPool, read: &[Read<'_>], lines: Vec<Line>, more: Vec<More>) -> Option<Table> {
    let group = whole_texts::share(texts, &column(read, |read| &read.group).collect::<Vec<_>>())?;
    let product = whole_texts::share(texts, &column(read, |read| &read.product).collect::<Vec<_>>())?;
    let mut currencies: Vec<Currency> = read.iter().flat_map(|read| &read.currencies).copied().collect();
    currencies.sort_unstable();
    currencies.dedup();
    let span = read.iter().fold(Span(i32::MAX, i32::MIN), |span, read| Span(span.0.min(read.span.0), span.1.max(read.span.1)));
    let calendar = Calendar::new(span.0, span.1, lines.len());
    Some(Table { lines, more, group, product, currencies, calendar })
}

impl Intake<'_> {
    /// Reads the items; `false` where they must be read row by row.
    pub(super) fn whole_items(&mut self) -> bool {
        let Some(table) = self.table(&schema::ITEMS).filter(|table| table.rows() > 0) else { return false };
        let Some(bound) = bound(&schema::ITEMS, table) else { return false };
        let rows = table.rows();
        self.watch.begin(Stage::Load, rows);
        let (mut keys, mut lines): (Vec<Keyed>, Vec<Line>) = (alloc::vec![(0, 0); rows], alloc::vec![[0; 4]; rows]);
        let has_more = bound.iter().any(|columns| MORE.iter().any(|at| columns.get(*at).is_some_and(Option::is_some)));
        let mut more: Vec<More> = alloc::vec![[0; 4]; if has_more { rows } else { 0 }];
        let (ledger, watch) = (&self.ledger, self.watch);
        let customers = Lookup::new(&ledger.customer_index, &ledger.texts, ledger.customers.iter().map(|row| row.id).collect());
        let parts = parts(blocks(&schema::ITEMS, table, &bound), &mut keys, &mut lines, &mut more);
        let read = threads::each(parts, |part| if watch.advance(part.block.len()) { read_block(&customers, part) } else { None });
        drop(customers);
        if watch.is_stopped() {
            return true;
        }
        let Some(read) = read.into_iter().collect::<Option<Vec<Read<'_>>>>() else { return false };
        let Some(held) = shared(&mut self.ledger.texts, &read, lines, more) else { return false };
        if !self.place_whole(held, &read, keys) {
            return false;
        }
        for (block, read) in blocks(&schema::ITEMS, table, &bound).iter().zip(&read) {
            self.keep_back(block, read);
        }
        self.ledger.deductions.sort_by_key(|row| row.item);
        true
    }

    /// Makes the items in their order and finds their places; `false` where an identifier stands twice.
    fn place_whole(&mut self, table: Table, read: &[Read<'_>], mut keys: Vec<Keyed>) -> bool {
        let columns = [Column::new(column(read, |read| &read.id)), Column::new(column(read, |read| &read.reference)), Column::new(column(read, |read| &read.order))];
        let [ids, ..] = &columns;
        let mut entries = Vec::new();
        let starts = order::sort(&mut keys, &mut entries, 32, self.ledger.customers.len(), |a, b| ids.bytes(a).cmp(ids.bytes(b)).then(a.cmp(&b)));
        let Some(placed) = whole_texts::place(&mut self.ledger.texts, &columns, &entries) else { return false };
        let items = threads::groups(&mut entries, |first, group| {
            // The lines first, on their own: nothing in the making of an item then waits for a line from far away.
            let mut lines = [[0; 4]; TOGETHER];
            for (line, entry) in lines.iter_mut().zip(&*group) {
                *line = table.lines.get(entry.1 as usize).copied().unwrap_or_default();
            }
            core::array::from_fn(|at| {
                let line = lines.get(at).unwrap_or(&[0; 4]);
                let (key, row) = group.get(at).copied().unwrap_or_default();
                group.get_mut(at).into_iter().for_each(|entry| *entry = (line[0], (first + at) as u32));
                table.item(high(key), row, line, placed.get(first + at))
            })
        });
        drop((table, placed));
        let id = |place: u32| items.get(place as usize).map_or(TextId::NONE, |item| item.id);
        let texts = &self.ledger.texts;
        let index = IdIndex::of(&mut entries, &mut keys, texts, id);
        let fine = index.repeats(texts, id).is_empty();
        if fine {
            (self.ledger.items, self.ledger.item_index, self.ledger.item_starts) = (items, index, starts);
        }
        fine
    }

    /// Notes why the deductions of a block were kept back.
    fn keep_back(&mut self, block: &Block<'_, '_>, read: &Read<'_>) {
        for place in &read.deductions {
            let ledger = &mut self.ledger;
            let row = &mut block.row(*place, &mut self.problems);
            let found = core::str::from_utf8(read.id.bytes(*place)).ok().and_then(|id| ledger.find_item(id));
            if let Some(((reason, code), item)) = read_reason(ledger, row, ItemKind::Deduction).zip(found) {
                ledger.deductions.push(Deduction { item, source: None, payment: None, posting: TextId::NONE, reason, code });
            }
        }
    }
}
