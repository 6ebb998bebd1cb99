//! The tables that come in: every column with its kind. Generates the reader's checks and the published list.

use crate::record::{AllocationKind, DisputeState, FailureKind, ItemKind, NoticeState, PlanState, PromiseState};

/// What a column means, which gives the types it accepts and the checks on each value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An identifier: text up to 256 bytes, or a whole number.
    Id,
    /// One line of text up to so many bytes.
    Text(usize),
    /// Text with line breaks up to so many bytes.
    LongText(usize),
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// An ISO 4217 code.
    Currency,
    /// An amount; also accepted as `<name>_minor` (whole minor units).
    Amount,
    /// A day.
    Date,
    /// A truth value.
    Bool,
    /// A whole number in a range.
    Int(i64, i64),
    /// A percentage from 0 to 100, at most four decimals.
    Percent,
    /// A positive rate, at most ten decimals.
    Rate,
    /// A list of texts.
    List,
    /// An IANA time zone.
    TimeZone,
    /// A probability from 0 to 1.
    Probability,
}

impl Kind {
    /// For the published list.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text(_) => "text",
            Self::LongText(_) => "long text",
            Self::Word(_) => "word",
            Self::Currency => "currency",
            Self::Amount => "amount",
            Self::Date => "date",
            Self::Bool => "bool",
            Self::Int(..) => "integer",
            Self::Percent => "percent",
            Self::Rate => "rate",
            Self::List => "list of text",
            Self::TimeZone => "time zone",
            Self::Probability => "probability",
        }
    }
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Name.
    pub name: &'static str,
    /// Meaning.
    pub kind: Kind,
    /// Whether the column must be there and every row must have a value.
    pub required: bool,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Name.
    pub name: &'static str,
    /// Columns.
    pub columns: &'static [ColumnSpec],
}

const fn must(name: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec { name, kind, required: true }
}

const fn may(name: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec { name, kind, required: false }
}

const NAME: Kind = Kind::Text(512);
const WORDY: Kind = Kind::Text(64);
const BODY: Kind = Kind::LongText(1 << 20);

/// `customers`.
pub const CUSTOMERS: TableSpec = TableSpec {
    name: "customers",
    columns: &[
        must("customer_id", Kind::Id),
        may("name", NAME),
        may("aliases", Kind::List),
        may("parent_id", Kind::Id),
        may("owner", NAME),
        may("segment", WORDY),
        may("strategic", Kind::Bool),
        may("consumer", Kind::Bool),
        may("country", WORDY),
        may("language", WORDY),
        may("time_zone", Kind::TimeZone),
        may("channels", Kind::List),
        may("do_not_contact", Kind::Bool),
        may("credit_limit", Kind::Amount),
        may("annual_revenue", Kind::Amount),
        may("currency", Kind::Currency),
        may("bank_accounts", Kind::List),
        may("industry", WORDY),
        may("blocked_until", Kind::Date),
    ],
};

/// `items`.
pub const ITEMS: TableSpec = TableSpec {
    name: "items",
    columns: &[
        must("item_id", Kind::Id),
        must("customer_id", Kind::Id),
        may("kind", Kind::Word(ItemKind::WORDS)),
        must("currency", Kind::Currency),
        must("amount", Kind::Amount),
        must("issued_on", Kind::Date),
        must("due_on", Kind::Date),
        may("open_amount", Kind::Amount),
        may("settled_on", Kind::Date),
        may("reference", NAME),
        may("purchase_order", NAME),
        may("notice_group", WORDY),
        may("discount_percent", Kind::Percent),
        may("discount_until", Kind::Date),
        may("dunning_level", Kind::Int(0, 99)),
        may("last_notice_on", Kind::Date),
        may("disputed", Kind::Bool),
        may("blocked_until", Kind::Date),
        may("deduction_reason", WORDY),
        may("deduction_code", WORDY),
        may("product", WORDY),
    ],
};

/// `payments`.
pub const PAYMENTS: TableSpec = TableSpec {
    name: "payments",
    columns: &[
        must("payment_id", Kind::Id),
        must("currency", Kind::Currency),
        must("amount", Kind::Amount),
        must("received_on", Kind::Date),
        may("customer_id", Kind::Id),
        may("payer_name", NAME),
        may("payer_account", NAME),
        may("text", Kind::LongText(1 << 16)),
        may("reference", NAME),
        may("bank_fee", Kind::Amount),
        may("method", WORDY),
        may("failed", Kind::Bool),
        may("failure", Kind::Word(FailureKind::WORDS)),
        may("failed_on", Kind::Date),
    ],
};

/// `remittances`.
pub const REMITTANCES: TableSpec = TableSpec {
    name: "remittances",
    columns: &[
        must("remittance_id", Kind::Id),
        may("customer_id", Kind::Id),
        may("payment_id", Kind::Id),
        must("received_on", Kind::Date),
        must("reference", NAME),
        may("amount", Kind::Amount),
        may("discount", Kind::Amount),
        may("deduction", Kind::Amount),
        may("deduction_reason", WORDY),
    ],
};

/// `allocations`.
pub const ALLOCATIONS: TableSpec = TableSpec {
    name: "allocations",
    columns: &[
        must("credit_id", Kind::Id),
        must("item_id", Kind::Id),
        must("amount", Kind::Amount),
        may("kind", Kind::Word(AllocationKind::WORDS)),
        must("on", Kind::Date),
        may("credit_amount", Kind::Amount),
        may("decision_id", Kind::Id),
    ],
};

/// `promises`.
pub const PROMISES: TableSpec = TableSpec {
    name: "promises",
    columns: &[
        must("promise_id", Kind::Id),
        must("customer_id", Kind::Id),
        may("item_id", Kind::Id),
        may("amount", Kind::Amount),
        may("currency", Kind::Currency),
        must("made_on", Kind::Date),
        must("due_on", Kind::Date),
        may("state", Kind::Word(PromiseState::WORDS)),
        may("source", NAME),
    ],
};

/// `disputes`.
pub const DISPUTES: TableSpec = TableSpec {
    name: "disputes",
    columns: &[
        must("dispute_id", Kind::Id),
        may("customer_id", Kind::Id),
        must("item_id", Kind::Id),
        may("amount", Kind::Amount),
        may("reason", WORDY),
        must("opened_on", Kind::Date),
        may("resolved_on", Kind::Date),
        may("state", Kind::Word(DisputeState::WORDS)),
        may("valid_amount", Kind::Amount),
    ],
};

/// `plans`.
pub const PLANS: TableSpec = TableSpec {
    name: "plans",
    columns: &[must("plan_id", Kind::Id), must("customer_id", Kind::Id), must("item_ids", Kind::List), must("agreed_on", Kind::Date), may("state", Kind::Word(PlanState::WORDS))],
};

/// `instalments`.
pub const INSTALMENTS: TableSpec = TableSpec { name: "instalments", columns: &[must("plan_id", Kind::Id), must("due_on", Kind::Date), must("amount", Kind::Amount), may("paid_on", Kind::Date)] };

/// `notices`.
pub const NOTICES: TableSpec = TableSpec {
    name: "notices",
    columns: &[
        must("notice_id", Kind::Id),
        must("customer_id", Kind::Id),
        may("item_ids", Kind::List),
        must("sent_on", Kind::Date),
        may("level", Kind::Int(0, 99)),
        may("channel", WORDY),
        may("state", Kind::Word(NoticeState::WORDS)),
    ],
};

/// `replies`.
pub const REPLIES: TableSpec = TableSpec {
    name: "replies",
    columns: &[
        must("reply_id", Kind::Id),
        must("customer_id", Kind::Id),
        must("received_on", Kind::Date),
        may("answered_on", Kind::Date),
        may("subject", Kind::Text(4096)),
        may("text", BODY),
        may("channel", WORDY),
        may("intent", WORDY),
        may("reading", BODY),
    ],
};

/// `signals`.
pub const SIGNALS: TableSpec = TableSpec { name: "signals", columns: &[must("customer_id", Kind::Id), must("on", Kind::Date), must("kind", WORDY), must("severity", Kind::Int(0, 100))] };

/// `fx_rates`.
pub const FX_RATES: TableSpec = TableSpec { name: "fx_rates", columns: &[must("base", Kind::Currency), must("quote", Kind::Currency), must("on", Kind::Date), must("rate", Kind::Rate)] };

/// Every table that may come in.
pub const TABLES: &[TableSpec] = &[CUSTOMERS, ITEMS, PAYMENTS, REMITTANCES, ALLOCATIONS, PROMISES, DISPUTES, PLANS, INSTALMENTS, NOTICES, REPLIES, SIGNALS, FX_RATES];

/// `pay_times`: what a model of your own says of items, in the place of the library's.
pub const PAY_TIMES: TableSpec = TableSpec { name: "pay_times", columns: &[must("item_id", Kind::Id), must("delay_days", Kind::Int(-3_650, 3_650)), must("probability", Kind::Probability)] };

/// `holidays`: on these days of a country (ISO 3166), or of a currency (ISO 4217) for customers without a country, nothing is paid.
pub const HOLIDAYS: TableSpec = TableSpec { name: "holidays", columns: &[must("calendar", Kind::Text(16)), must("on", Kind::Date)] };

/// Every table that may be given to the models.
pub const MODEL_TABLES: &[TableSpec] = &[PAY_TIMES, HOLIDAYS];

impl TableSpec {
    /// Position of a column, for use in constants; the length of the list where there is none.
    pub const fn at(&self, name: &str) -> usize {
        let mut at = 0;
        let mut rest = self.columns;
        while let [first, tail @ ..] = rest {
            if same(first.name.as_bytes(), name.as_bytes()) {
                return at;
            }
            at += 1;
            rest = tail;
        }
        at
    }
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    loop {
        match (left, right) {
            ([], []) => return true,
            ([a, left_tail @ ..], [b, right_tail @ ..]) if *a == *b => {
                left = left_tail;
                right = right_tail;
            }
            _ => return false,
        }
    }
}
