//! A world so small that all of it can be seen: one customer, two items of 100.00, eight days. Each day is run or missed, once or
//! more often, and what is decided is done. Beside that, so many things happen on a path as are asked for (2 where nothing is): any
//! event from outside, on any day and in any order, or a host that forgets, approves, refuses, reports twice, or whose messages
//! come back. Every state is looked at once, and all invariants of `ar-world` are asked in each, with a replay of its whole log.
//! Ends when nothing new is left.
//!
//! `make check-model`, or `cargo run --release -p ar-model -- 1` for one thing on a path.

use ar_world::{Bytes, CustomerRow, ItemRow, NAMES, Paid, Rules, Setup, Step, World, day};
use stateright::{Checker, Model, Property};
use std::hash::{Hash, Hasher};
use std::process::ExitCode;
use std::time::Instant;

/// The number of the last day.
const LAST: i64 = 7;

/// Where the world stands: two states that books, day and people cannot tell apart are one.
#[derive(Clone)]
struct State {
    world: World,
    /// Things out of the ordinary that may still happen.
    left: u8,
    /// What was broken on the way here: the place of its check, or one behind them for anything else.
    broken: Option<usize>,
    key: String,
}

impl State {
    fn new(world: World, left: u8, broken: Option<usize>) -> Self {
        // What was asked matters as long as somebody may still answer.
        let asks = if left > 0 { &world.asks[..] } else { &[] };
        let key = format!("{} {} {left} {broken:?} {asks:?} {}", world.today, world.killed, world.ledger.digest());
        Self { world, left, broken, key }
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "{}, {} events, {:?}", self.world.today, self.world.log.len(), self.broken.and_then(|at| NAMES.get(at)))
    }
}

struct Small {
    events: u8,
}

/// The host does what is decided.
const PLAIN: [u8; 4] = [0; 4];

/// It reports twice; approves what is asked; forgets what is to be done and refuses what is asked; its messages come back.
const HOSTS: [[u8; 4]; 4] = [[3; 4], [4; 4], [6; 4], [7; 4]];

fn rules() -> Rules {
    let plain = Rules::of(&mut Bytes(&[], 0));
    let rung = plain.ladder[0].clone();
    let ladder = [1, 3].map(|after| ar_world::Rung { after, ..rung.clone() }).to_vec();
    Rules { ladder, interval: 2, grace: 1, tolerance: 1, window: 7, cap: 3, level_limit: 1, ..plain }
}

impl Small {
    /// Everything out of the ordinary that can happen to what there is.
    fn events(&self, world: &World) -> Vec<Step> {
        let facts = world.facts();
        let (items, mut steps) = (0..facts.items.len() as u8, Vec::from(HOSTS.map(Step::Run)));
        for item in items.take(2) {
            steps.extend([0, 1].map(|share| Step::Pay { item, share, how: Paid::Posted }));
            steps.extend([Paid::Named, Paid::Silent, Paid::Over].map(|how| Step::Pay { item, share: 40, how }));
            steps.extend([0, 1].map(|share| Step::Dispute { item, share }));
            steps.extend([true, false].map(|post| Step::Credit { item, share: 1, post }));
            steps.extend([1, 3].map(|ahead| Step::Promise { item, account: false, share: 0, ahead }));
            steps.extend([true, false].map(|agreed| Step::Plan { item, parts: 2, agreed }));
            steps.extend([0, 1].map(|share| Step::WriteOff { item, share }));
            steps.extend([Step::Extend { item, ahead: 4 }, Step::HandOver(item), Step::Keep { item, share: 1 }, Step::UndoWriteOff(item)]);
        }
        steps.push(Step::Promise { item: 0, account: true, share: 0, ahead: 2 });
        let rows = |count: usize| 0..count as u8;
        rows(facts.payments.len()).for_each(|row| steps.extend([Step::Fail(row), Step::Reverse(row)]));
        rows(facts.disputes.len()).for_each(|dispute| steps.extend([Step::Route(dispute)].into_iter().chain(["valid", "invalid", "partial", "closed"].map(|state| Step::Resolve { dispute, state }))));
        rows(facts.promises.len()).for_each(|row| steps.push(Step::Withdraw(row)));
        rows(facts.plans.len()).for_each(|row| steps.push(Step::Agree(row)));
        rows(facts.notices.len()).for_each(|row| steps.push(Step::Bounce(row)));
        rows(world.asks.len()).for_each(|ask| steps.extend([true, false].map(|approve| Step::Verdict { ask, approve })));
        steps.extend([true, false].map(|place| Step::CreditHold { customer: 0, place }));
        steps.extend([true, false].map(|on| Step::Silence { customer: 0, on }));
        steps.extend([true, false].map(|reached| Step::Call { customer: 0, reached }));
        steps.extend([Step::Block { customer: 0, ahead: 2 }, Step::News { customer: 0, bad: true }, Step::Write(0), Step::Answer(0), Step::Close, Step::Kill(!world.killed)]);
        steps
    }
}

impl Model for Small {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let item = |due| ItemRow { customer: 0, yen: false, amount: 10_000, due, blocked: None, note: false, group: 0 };
        let setup = Setup { rules: rules(), customers: vec![CustomerRow { strategic: false, consumer: false, channels: vec![] }], items: vec![item(-1), item(2)] };
        vec![State::new(World::new(&setup), self.events, None)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        if state.broken.is_some() {
            return;
        }
        actions.push(Step::Run(PLAIN));
        if state.world.today < day(LAST) {
            actions.push(Step::Pass(1));
        }
        if state.left > 0 {
            actions.extend(self.events(&state.world));
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut world = last.world.clone();
        let outcome = world.step(&step).and_then(|()| world.finish());
        let broken = outcome.err().map(|why| {
            eprintln!("{why}");
            NAMES.iter().position(|name| why.starts_with(name)).unwrap_or(NAMES.len())
        });
        let ordinary = matches!(step, Step::Run(PLAIN) | Step::Pass(_));
        // What the books refused is no event.
        let happened = world.log.len() > last.world.log.len() || world.today > last.world.today || world.killed != last.world.killed || world.asks != last.world.asks || broken.is_some();
        happened.then(|| State::new(world, last.left - u8::from(!ordinary), broken))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = HOLDS.iter().zip(NAMES.iter().copied().chain(["the machines take what they should"])).map(|(holds, name)| Property::always(name, *holds));
        let sometimes: [(&str, Asked); 4] = [
            ("a notice of the last level is sent", |_, state| state.world.facts().items.iter().any(|item| item.level == 2)),
            ("an item is paid", |_, state| state.world.facts().open(0) == 0),
            ("a notice came back", |_, state| state.world.facts().notices.iter().any(|row| row.bounced)),
            ("a promise is over", |_, state| state.world.facts().promises.iter().any(|row| row.due_on < state.world.today)),
        ];
        always.chain(sometimes.map(|(name, seen)| Property::sometimes(name, seen))).collect()
    }
}

/// A question about a state.
type Asked = fn(&Small, &State) -> bool;

fn holds<const AT: usize>(_: &Small, state: &State) -> bool {
    state.broken != Some(AT)
}

macro_rules! each {
    ($($at:literal)+) => { [$(holds::<$at>),+] };
}

/// For every check, whether it held.
const HOLDS: [Asked; NAMES.len() + 1] = each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37);

fn main() -> ExitCode {
    let events = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(2);
    println!("1 customer, 2 items, {} days, at most {events} things on a path besides runs and what they decide", LAST + 1);
    let started = Instant::now();
    let checker = Small { events }.checker().threads(2).spawn_dfs().join();
    let found = checker.discoveries();
    println!("{} transitions, {} states, depth {}, {} properties, {:.0} s", checker.state_count(), checker.unique_state_count(), checker.max_depth(), NAMES.len() + 1, started.elapsed().as_secs_f64());
    let mut broken = false;
    for (name, path) in found {
        let good = matches!(checker.discovery_classification(name), stateright::DiscoveryClassification::Example);
        println!("{}: {name}", if good { "seen" } else { "BROKEN" });
        if !good {
            broken = true;
            println!("{:#?}", path.into_actions());
        }
    }
    println!("{}", if checker.is_done() { "to exhaustion" } else { "not all was seen" });
    if broken || !checker.is_done() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
