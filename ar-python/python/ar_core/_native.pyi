"""The compiled engine. Import `ar_core`, not this module."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, final

from .tables import Break, DayLike, Head, Problem, Progress, TableLike

__all__ = [
    "ArError",
    "AskedPart",
    "AuditLog",
    "Changed",
    "Figures",
    "InvalidInput",
    "Ledger",
    "MatchResult",
    "Models",
    "PayTimeModel",
    "Policy",
    "PolicyError",
    "Rehearsal",
    "Report",
    "Shadow",
    "StandingDay",
    "Table",
    "__version__",
    "check_reading_json",
    "figures",
    "forecast_cash",
    "forecast_of",
    "iso_day",
    "item_rows",
    "match_payments",
    "read_reply_json",
    "reason_text",
    "rehearse",
    "replay",
    "rolled_of",
    "run",
    "simulate",
    "verify_audit",
    "verify_notice_json",
    "whole_of",
    "write_notice_json",
]

__version__: str

class ArError(Exception):
    """What the engine refuses, or a fault of the engine itself (code 'internal')."""

    code: str
    """Name of the error class: invalid_tables, invalid_policy, invalid_events, invalid_argument, invalid_models, invalid_audit,
    invalid_bytes, interrupted, internal."""
    problems: list[Problem]
    """Every problem (the first 10,000), sorted by table, row and column."""
    total: int
    """How many problems there are."""

class InvalidInput(ArError, ValueError):
    """Tables, events, models or arguments were refused; nothing was changed."""

class PolicyError(ArError, ValueError):
    """A policy was refused; `column` of a problem is the path of the setting."""

@final
class Table:
    """A table that came out of the engine: columns of one length, with names and types that do not depend on the rows.

    It speaks Arrow, so pyarrow, polars, pandas and DuckDB read it directly, as often as they like; `to_dicts()` needs no library.
    Amounts are decimal128(38, decimals of the currency) in units of the currency, days are date32.
    """

    @property
    def name(self) -> str:
        """Name of the table, such as 'decisions'."""
    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
    def __len__(self) -> int:
        """Number of rows."""
    def __arrow_c_stream__(self, requested_schema: Any | None = None) -> Any:
        """A new Arrow stream of the rows; the requested schema is not followed."""
    def __arrow_c_schema__(self) -> Any:
        """The Arrow schema."""
    def to_pyarrow(self) -> Any:
        """As a pyarrow.Table; zero copy. Raises ImportError without pyarrow."""
    def to_polars(self) -> Any:
        """As a polars.DataFrame. Raises ImportError without polars."""
    def to_pandas(self) -> Any:
        """As a pandas.DataFrame (through pyarrow): amounts are Decimal, days are date objects. Raises ImportError without them."""
    def to(self, like: Any) -> Any:
        """As the kind of frame that `like` is or names (`pandas`, `polars`, `pyarrow`, `duckdb`, `dicts`, `columns`): see `to_frame`."""
    def to_dicts(self) -> list[dict[str, Any]]:
        """As plain Python: amounts are Decimal, days are date, reasons are dicts with code, observed, limit and unit."""
    def _repr_html_(self) -> str:
        """The first rows as HTML, for notebooks."""

@final
class Ledger:
    """What is owed, held and known: the books of one company."""

    def __new__(cls, *, progress: Progress | None = None, **tables: TableLike | None) -> Ledger:
        """Builds the books. Each keyword names a table: customers, items, payments, remittances, allocations, promises, disputes, plans,
        instalments, notices, replies, signals, fx_rates; None is no table.

        Amounts are decimals or text in units of their currency, or `<name>_minor` columns of whole minor units; days are dates or ISO
        text; identifiers are text or whole numbers; columns of your own start with `x_`. progress: as in `run`.
        Raises InvalidInput with every problem of every table; then nothing was loaded.
        """
    def apply(self, events: str | Sequence[Mapping[str, Any]]) -> None:
        """Applies events, a list of dicts or a JSON array: all of them or, with InvalidInput, none."""
    def precondition(self, item_ids: Sequence[str]) -> str:
        """What is open and disputed of these items now, as 16 hex digits: the `precondition` of a notice that may go out.

        Raises InvalidInput for items that the ledger does not know.
        """
    def statement(self, customer_id: str, as_of: DayLike, since: DayLike | None = None) -> Table:
        """The statement of account of a customer from `since` (default: the beginning) to the end of `as_of`: of each currency a line
        `opening`, each `movement` with the running balance, `closing`, what is `open`, and the `age` buckets, which sum to the closing
        balance. Raises InvalidInput for an unknown customer and for a first day behind the last."""
    def digest(self) -> str:
        """SHA-256 of everything the ledger holds (64 hex digits); the same for the same books, however they came in."""
    def to_bytes(self) -> bytes:
        """The ledger as bytes, to be kept or sent (pickle does the same): with version and checksum, the same for the same books."""
    @staticmethod
    def from_bytes(data: bytes) -> Ledger:
        """The ledger of which `to_bytes` wrote these bytes, in this or an earlier version. Raises InvalidInput (code `invalid_bytes`)
        for bytes that are cut, damaged, of something else, of a later version or not consistent."""
    def __copy__(self) -> Ledger:
        """The books as they stand now: events that one ledger applies do not show in the other."""
    def __deepcopy__(self, _memo: Any) -> Ledger: ...
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

@final
class Policy:
    """Every number and list that we may choose, validated and versioned. Equal when the digests are equal."""

    @staticmethod
    def default() -> Policy:
        """The conservative policy: nothing is done without a person."""
    @staticmethod
    def from_json(text: str) -> Policy:
        """Reads a policy; what is not said keeps its default. Raises PolicyError with every mistake and its path."""
    @staticmethod
    def from_toml(text: str) -> Policy:
        """See `from_json`."""
    def to_json(self) -> str:
        """The whole policy as canonical JSON, defaults included."""
    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (64 hex digits)."""
    @property
    def version(self) -> str:
        """The version that the policy gives itself."""
    def diff(self, other: Policy) -> Table:
        """What differs, one row a setting: path, segment (None: the whole book), before and after (JSON; None where the policy does not say
        it), unit, direction (looser, tighter, other: whether the engine may do more without a person), effective (whether another value
        holds there), kept_by (segments that a change of the book does not reach), text (one sentence). No rows exactly where equal."""
    def remarks(self, ledger: Ledger | None = None) -> Table:
        """What the policy says and surely does not mean, though it is legal: path, code, text (one sentence). With a ledger also the
        segments that no customer is in."""
    @staticmethod
    def schema() -> str:
        """The JSON Schema of a policy."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

@final
class Models:
    """What was learned from a ledger: the payment-time model."""

    @staticmethod
    def fit(
        ledger: Ledger,
        as_of: DayLike,
        calendars: Mapping[str, Sequence[DayLike]] | None = None,
        pay_times: TableLike | None = None,
        *,
        scope: Literal["all", "cash"] = "all",
        progress: Progress | None = None,
    ) -> Models:
        """Learns from the settled items, as known before the day `as_of`. calendars: holidays by country or currency; default none.
        pay_times: what a model of your own says (item_id, delay_days, probability), in the place of ours. scope: `cash` for a run with that
        scope: what predicts payment dates is not fitted. progress: as in `run`. Raises InvalidInput."""
    def to_json(self) -> str:
        """The models as JSON."""
    @staticmethod
    def from_json(text: str) -> Models:
        """Reads what `to_json` wrote. Raises InvalidInput."""
    @property
    def digest(self) -> str:
        """SHA-256 of the models (64 hex digits)."""
    def to_bytes(self) -> bytes:
        """The models as bytes, to be kept or sent: with version and checksum."""
    @staticmethod
    def from_bytes(data: bytes) -> Models:
        """Reads models that `to_bytes` wrote, in this or an earlier version. Raises InvalidInput."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

@final
class Report:
    """All that one run found. Every part is a Table."""

    @property
    def as_of(self) -> date:
        """The day of the run."""
    @property
    def allocations(self) -> Table:
        """Proposed applications of cash: payment_id, item_id, amount, currency, kind, decision_id."""
    @property
    def payments(self) -> Table:
        """Every payment with what was found: payment_id, customer_id, currency, amount, status (auto, propose, unmatched), confidence (0 to 1),
        certificate (unique, tied, bounded), alternatives (lists of item ids), unapplied, decision_id, reasons."""
    @property
    def scores(self) -> Table:
        """Every open item: p_late, p_late_30, p_default (probabilities), days_late, expected_on, median_on, q10_on, q90_on, priority
        (points), class, reasons."""
    @property
    def decisions(self) -> Table:
        """Actions on subjects: decision_id, action, amount, mode (act, ask), ask_role, params (JSON), reasons, evidence, propensity,
        expires_on and more."""
    @property
    def worklist(self) -> Table:
        """What a person has to do, best first: rank, decision_id, why (one sentence), expected_value (money: cash that acting today gains
        against waiting, less what the contact costs), context (JSON), minutes, today (whether it fits into the role's day) and more."""
    @property
    def capacity(self) -> Table:
        """Role by role: capacity_minutes (null = no limit), minutes, today, waiting, value and bound (money: no choice in the same time is
        worth more), gap (share), exact, without_rate."""
    @property
    def root_causes(self) -> Table:
        """Disputes and deductions by reason: currency, reason, by (all, product, customer), product, customer_id, count, amount, open_count,
        open_amount (at stake), decided_count, valid_share (of the amount decided), mean_days_open."""
    @property
    def escalations(self) -> Table:
        """What people are asked, best first, and behind it what they are to look at: rank, decision_id, question (do, approve, veto, review),
        role, person, why, asked_on, answer_by, unanswered (lapses, deputy, acts), alternatives (JSON: choice, expected_value, risk), params
        and context (JSON) and more."""
    @property
    def autonomy(self) -> Table:
        """How far the engine may go: action, segment, policy_level, level (in force), mode, since, trials, errors, error_over_ppm and
        error_under_ppm (bounds of the share of errors, whenever one looks), evidence_ppm and enough_ppm, needed (more right decisions in a
        row that would earn the next level), drift, earned_level (a person may confirm it), why and more."""
    @property
    def outcomes(self) -> Table:
        """Every open item exactly once: item_id, customer_id, outcome (decided, skipped), decision_id, reasons."""
    @property
    def forecast(self) -> Table:
        """Cash expected by day and currency: on, currency, expected, lo80, hi80, lo95, hi95 (money), line (open_items,
        open_items_converted, new_business)."""
    @property
    def aging(self) -> Table:
        """What is open by days past due: bucket (not_due, 1-30, 31-60, 61-90, over_90, credits), currency, amount, count."""
    @property
    def kpis(self) -> Table:
        """Measures: name, value (decimal, nullable), unit, formula, version, currency, note."""
    @property
    def risk(self) -> Table:
        """Risk of the book: measure (expected_loss, exposure, provision, roll_rate, concentration, credit_limit), currency, customer_id,
        bucket, amount (money), rate (0 to 1), count, formula, reasons."""
    @property
    def audit(self) -> Table:
        """The chain of audit entries: seq, previous, digest, kind, policy_version, model_version, body."""
    @property
    def plot(self) -> Any:
        """Charts: `report.plot.aging()`, `.forecast()`, `.worklist()`. Raises ImportError without altair."""
    def part(self, name: str) -> Table:
        """One part by its name. Raises InvalidInput for a name that is none of `parts()`."""
    @staticmethod
    def parts() -> list[str]:
        """Names of the parts."""
    def to_json(self) -> str:
        """The report as canonical JSON: the same bytes from every face."""
    def explain(self, decision_id: str) -> dict[str, Any]:
        """Why a decision was made: `text` for a person, and the data; in `would_act_with` what would have let the engine act, as the
        `changes` of `why_not`. Raises InvalidInput where there is no such decision."""
    def why_not(self, action: str, customer_id: str) -> dict[str, Any]:
        """Why an action was not taken: `text`, `answer`, `reasons`, and in `changes` the ways in which it would not have been stopped, the
        smallest first: each `lifts` reasons by `changes` that go together, a `setting` with `from` and `to`, or a `fact` (an event, or `wait`
        with `until`). Raises InvalidInput for an unknown action or customer."""
    def shadow(self, events: str | Sequence[Mapping[str, Any]], days: int = 1) -> Shadow:
        """Holds the decisions against what people did on the day of the report and on the `days` behind it (0 to 60), and changes nothing.

        events: a list of dicts or a JSON array, as `Ledger.apply` takes them, in any order; those of other days are left out. The books of
        the report are to be those before the events. Raises InvalidInput for other days, and for what is not such an array.
        """
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

@final
class Shadow:
    """What the engine would have done beside what people did. Agreement is not correctness: people may be wrong, too, and where they
    knew the proposal (`reported`) they agree with what they were told."""

    @property
    def rows(self) -> Table:
        """Each decision once, with what people did about the same; behind them what they did besides: class (same, differs, other,
        engine_only, people_only), action, people (their action), differs (customer, items, lines, level, amount, terms, verdict,
        channel, day), customer_id, segment, currency, amount, worth (money), minutes, decision_id, mode, reported, on, deeds, item_ids,
        payment_id, lines, lines_right, lines_people, reasons (of people_only: why the engine did nothing)."""
    @property
    def summary(self) -> Table:
        """By action, segment, currency and class: count, amount, worth (of engine_only: what people let go), minutes (of people_only: what
        the engine would not have asked for), agreed, of, agreement (agreed / of; of the action and segment)."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

@final
class StandingDay:
    """A day of a book that events come in on: what each of them changes is decided at once."""

    def __new__(cls, ledger: Ledger, policy: Policy | None = None, models: Models | None = None, as_of: DayLike | None = None) -> StandingDay:
        """ledger: the books; they are not changed by the day, which goes its own way from here on. policy, models, as_of: as for `run`. The
        whole book is worked through when the day is made, and again where an event may say something to the rest of the book."""
    def apply(self, events: str | Sequence[Mapping[str, Any]]) -> Changed:
        """Takes events in, in their order (a list of dicts or a JSON array, as `Ledger.apply` takes them), and decides for the customers
        that they touch: the report is that of `run(..., scope=customers)` on the ledger behind the events, to the byte. Events of the day
        about promises, disputes, messages, calls, notices and holds that report no decision cost what their customers cost, as a rule;
        items, payments, postings and what people decide are worked out on the whole book. All of them or, with InvalidInput, none."""
    def ledger(self) -> Ledger:
        """The ledger behind all events so far. Costs a copy of the books where events came since the whole book was worked through."""
    def digest(self) -> str:
        """The digest of that ledger, without making it."""
    @property
    def as_of(self) -> date:
        """The day."""

@final
class Changed:
    """What came of some events."""

    @property
    def customers(self) -> list[str]:
        """The customers that the events touch, by identifier, in order."""
    @property
    def report(self) -> Report | None:
        """Their day; None where the events touch nobody."""
    @property
    def again(self) -> bool:
        """Whether the whole book was worked through again."""

def run(
    ledger: Ledger,
    policy: Policy | None = None,
    models: Models | None = None,
    as_of: DayLike | None = None,
    scope: Literal["all", "cash", "collections"] | Sequence[str] = "all",
    *,
    progress: Progress | None = None,
) -> Report:
    """Decides what to do on the day `as_of`: a pure function of ledger, policy, models and day.

    policy: default `Policy.default()`. models: default `Models.fit(ledger, as_of)`. as_of is required: the engine has no clock.
    scope: `cash` stops after the payments; `collections` decides without predicting payment dates: parts scores, forecast, aging,
    kpis and risk are empty, decisions are worth nothing. A list of at most 10,000 customer_ids: what concerns these customers, each row
    as in the whole run, but for what customers share: budgets (of a run: begun anew with each) and the capacity of the day. Parts that
    speak of the whole book (forecast, aging, kpis, risk, root_causes, autonomy) are empty. Give it the models of the day: fitting takes
    many times as long as the run.
    progress: a callable that is given the stage (`load`, `fit`, `trials`, `cash`, `past`, `customers`, `report`), what of it is done and the
    total (0 = unknown), some times a second; `True` for a bar on stderr, where that is a terminal. Ctrl-C, and what the callable raises,
    stop the run.
    Raises InvalidInput when the day, the scope or the models do not fit.
    """

@final
class Figures:
    """Ageing and measures of the books as they stand on a day."""

    @property
    def aging(self) -> Table:
        """What is open, by days past due: bucket, currency, amount (of credits negative), count."""
    @property
    def kpis(self) -> Table:
        """Measures with the formula that gave them: name, value, unit, formula, version, currency, note."""
    @property
    def as_of(self) -> date:
        """The day."""
    def to_json(self) -> str:
        """Both tables as JSON, as that of a report with only these parts."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

def figures(ledger: Ledger, policy: Policy | None = None, as_of: DayLike | None = None) -> Figures:
    """Ages and measures the books as they stand at the end of the day `as_of`, without a run: nothing is matched or decided, and nothing
    is logged. Takes some milliseconds for a million items.

    policy: default `Policy.default()`; the days that measures look back on (`reporting.kpi_days`) are its, and promises are judged by it.
    as_of is required: the engine has no clock. The tables are those of the parts `aging` and `kpis` of a report; what came in and is not
    applied is a credit. Measures of the decisions of a day, of autonomy and of the models are not among them.
    Raises InvalidInput when the day or the policy does not fit the books.
    """

@final
class MatchResult:
    """What `match_payments` found."""

    @property
    def allocations(self) -> Table:
        """Applications of cash: payment_id, item_id, amount, currency, kind and more; those of proposals too (see `status`)."""
    @property
    def payments(self) -> Table:
        """The payments with what was found for each: customer_id, status, confidence, certificate, alternatives, unapplied, reasons."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

def match_payments(
    items: TableLike,
    payments: TableLike,
    customers: TableLike | None = None,
    remittances: TableLike | None = None,
    history: TableLike | Mapping[str, TableLike] | None = None,
    fx_rates: TableLike | None = None,
    policy: Policy | None = None,
    *,
    progress: Progress | None = None,
) -> MatchResult:
    """Says which items incoming payments pay.

    items: what is open. payments: what came in; taken in order of `received_on`, and what is posted is no longer open. The day is
    that of the last payment. customers, remittances, fx_rates: what is known besides. history: settled items (the columns of `items`),
    or a dict of the tables `items`, `payments`, `allocations` and `remittances` with what was posted before, also to what is still
    open: from it payers are known again, their habits are learned, and from which probability a posting is safe. What is left of a
    past payment is answered too. policy: default `Policy.default()`. Tables as `Ledger` takes them. Raises InvalidInput with every
    problem.
    """

@final
class PayTimeModel:
    """When items are paid: a distribution over days for each item, from what was known when it is asked."""

    @staticmethod
    def fit(
        items: TableLike,
        as_of: DayLike,
        customers: TableLike | None = None,
        calendars: dict[str, list[date]] | None = None,
        *,
        progress: Progress | None = None,
    ) -> PayTimeModel:
        """Fits the model with what was known strictly before the day `as_of`.

        items: past and open items (columns as in `Ledger`; `settled_on` is null while an item is open). customers: their `segment`
        and `country` are used. calendars: holidays as a dict of ISO 3166 country (or, for customers without one, ISO 4217 currency)
        to a list of days; by default those of the package `holidays`, where it is installed; `{}` for none. Deterministic, one core.
        Raises InvalidInput with every problem.
        """

    def predict(
        self, items: TableLike, history: TableLike, at: DayLike, *, progress: Progress | None = None
    ) -> Table:
        """The scores of items: p_late, p_late_30, p_default (open 180 days after the due date), expected_on, median_on, quantiles of
        the payment date (q025_on, q10_on, q25_on, q75_on, q90_on, q975_on) and reasons (each step from the shipped prior to p_late,
        in parts per million). One row an item, in the order of the rows.

        items: the items to ask about, each taken as not yet paid. history: settled and other items; it may hold the same items. at: a
        day, or the name of a column of days of `items`: only facts known strictly before it are used. Raises InvalidInput.
        """

    def distribution(
        self, items: TableLike, history: TableLike, at: DayLike, *, progress: Progress | None = None
    ) -> Table:
        """The whole distribution, as a long table: item_id, offset_days (whole days after the due date, negative before it) and
        probability, which sums to 1 an item; the largest offset of an item holds all that is later. Arguments as in `predict`."""

    def update(self, items: TableLike, as_of: DayLike, customers: TableLike | None = None) -> PayTimeModel:
        """The model with everything counted anew from what was known strictly before the day `as_of`: hazards, weekdays, holidays and
        the tail are those of a fit on that day; the trees stay as they were grown. items, customers: as in `fit`."""

    def with_pay_times(self, pay_times: TableLike) -> PayTimeModel:
        """The model with what a model of your own says of items in the place of ours: a table of item_id, delay_days (after the due
        date, may be negative) and probability not to exceed it (see `ar_core.own`). What it does not name keeps our answer."""
    def to_json(self) -> str:
        """The model as JSON, with the segments and countries of the customers that it was fitted with."""

    @staticmethod
    def from_json(text: str) -> PayTimeModel:
        """Reads what `to_json` wrote. Raises InvalidInput."""

    @property
    def fitted_on(self) -> date:
        """Facts strictly before this day were used."""
    @property
    def summary(self) -> dict[str, float]:
        """What is inside: a dict with settled_items, trees, boosted_share (how far the trees are believed), the mean log losses of a
        day on the newest part of the past (`loss_histograms`, `loss_boosted`, `loss_mixed`), and the weights."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

def forecast_cash(
    model: PayTimeModel,
    items: TableLike,
    history: TableLike,
    as_of: DayLike,
    days: int,
    weekly: bool = False,
    *,
    currency: str | None = None,
    fx_rates: TableLike | None = None,
    new_business: bool = False,
    progress: Progress | None = None,
) -> Table:
    """Expected cash of the open items, with central bands of 80 % and 95 % that were learned from the book's own past.

    model: a PayTimeModel. items: the open items (those issued on `as_of` or later, or settled before it, are left out). history:
    settled and other items; it may hold the same items. as_of: the first day of the forecast; only facts known strictly before it
    are used. days: how many days. weekly: weeks of seven days instead of days. currency: also a line of all open items in this currency,
    at the newest rates of `fx_rates` (left out where one is missing). new_business: also a line of what invoices issued from `as_of` on
    may bring in, from what those of earlier weeks did. Columns: on, currency, expected, lo80, hi80, lo95, hi95, line (`open_items`,
    `open_items_converted`, `new_business`).
    """

@final
class AskedPart:
    """Some items to ask about, and the past of their customers: a part of a book that is too large for one machine.

    Every customer is in one part, with all of its items and all of its past. Two rounds over all parts (`count`, `whole_of`, `see`,
    `rolled_of`) give what the whole book has done; with it each part answers by itself what the book in one piece answers, to the bit.
    `ar_core.parts` and `ar_core.spark` do all of this.
    """

    def __new__(cls, items: TableLike, history: TableLike, at: DayLike) -> AskedPart:
        """items, history, at: as in `PayTimeModel.predict`. Raises InvalidInput with every problem of both tables."""
    def days(self) -> list[date]:
        """The days on which the items are asked about, rising."""
    def count(self, model: PayTimeModel, days: Sequence[DayLike]) -> bytes:
        """What the part brings to the whole, for `whole_of`. days: every day on which an item of any part is asked about."""
    def see(self, model: PayTimeModel, whole: bytes) -> bytes:
        """What the model missed lately in this part, for `rolled_of`. whole: what `whole_of` gave. Raises InvalidInput."""
    def scores(self, model: PayTimeModel, whole: bytes) -> Table:
        """The scores of the items, as of `PayTimeModel.predict`, in the order of the rows. whole: what `rolled_of` gave. Raises
        InvalidInput."""
    def distribution(self, model: PayTimeModel, whole: bytes) -> Table:
        """The distributions of the items, as of `PayTimeModel.distribution`. Arguments and errors as of `scores`."""
    def forecast(
        self,
        model: PayTimeModel,
        whole: bytes,
        as_of: DayLike,
        days: int,
        weekly: bool = False,
        *,
        new_business: bool = False,
    ) -> bytes:
        """What the part brings to the forecast, for `forecast_of`. Arguments as of `forecast_cash`. Raises InvalidInput."""
    def to_bytes(self) -> bytes:
        """The part as bytes, to be kept or sent."""
    @staticmethod
    def from_bytes(data: bytes) -> AskedPart:
        """The part of which `to_bytes` wrote these bytes. Raises InvalidInput (code `invalid_bytes`) for others."""
    def __len__(self) -> int: ...

def whole_of(model: PayTimeModel, counted: Sequence[bytes]) -> bytes:
    """What is known of a whole book, from what `AskedPart.count` gave of every part, in any order: for `AskedPart.see`. Raises
    InvalidInput."""

def rolled_of(whole: bytes, seen: Sequence[bytes]) -> bytes:
    """The whole with what `AskedPart.see` gave of every part, in any order: what the parts are asked with. Raises InvalidInput where a
    part is missing or came twice."""

def forecast_of(
    model: PayTimeModel,
    parts: Sequence[bytes],
    as_of: DayLike,
    days: int,
    weekly: bool = False,
    *,
    currency: str | None = None,
    fx_rates: TableLike | None = None,
    new_business: bool = False,
) -> Table:
    """The forecast of a whole book, from what `AskedPart.forecast` gave of every part, in any order. Other arguments, and what comes
    out, as of `forecast_cash`. Raises InvalidInput."""

@final
class AuditLog:
    """An append-only audit log: one chain over all days of a host."""

    def __new__(cls, head: Head | None = None) -> AuditLog:
        """head: goes on behind a log that is kept elsewhere (what its `head` said), without its entries; None begins a new one.
        Raises InvalidInput for what is no head."""
    @staticmethod
    def from_table(table: TableLike, head: Head | None = None) -> AuditLog:
        """Reads a log from its table, as it is: `verify` says whether it is whole. head: that of the log before, where the table goes on
        behind it. Raises InvalidInput when it is no audit table."""
    def append(self, report: Report) -> None:
        """Appends the log of a run: its entries are chained behind the newest, what they record stays."""
    def append_events(self, events: str | Sequence[Mapping[str, Any]], ledger: Ledger | None = None) -> None:
        """Appends what happened: an entry for each event, as `Ledger.apply` takes them. ledger: the books behind all of them; then their
        digest gets an entry too, and events that name only items or payments are logged with the customers of these. An entry has the
        digest of the event and identifiers, no names and no texts. Raises InvalidInput for what are no events."""
    def append_policy(self, policy: Policy, by: str, on: DayLike) -> None:
        """Appends that a version of the policy came into force on a day, and who brought it."""
    @property
    def head(self) -> Head:
        """Where the log ends. Kept elsewhere, it shows whether entries were taken away since."""
    def verify(self, head: Head | None = None) -> list[Break]:
        """Checks the chain, and, where a head is given, that the log leads to it; an empty list when all is whole."""
    def search(
        self,
        *,
        customer_id: str | None = None,
        action: str | None = None,
        by: str | None = None,
        reason: str | None = None,
        item_id: str | None = None,
        payment_id: str | None = None,
        decision_id: str | None = None,
        kind: str | None = None,
        start: DayLike | None = None,
        end: DayLike | None = None,
    ) -> Table:
        """The entries that are all that is given, in their order: the columns of the log and `on`, the day. What names a decision is also
        found by what that decision is. kind: inputs, decision, authorisation, execution, reversal, event, books, policy. start, end: first
        and last day. Raises InvalidInput for another kind."""
    def history(self, decision_id: str) -> Table:
        """All that names a decision: the decision, what was said of it, its execution, its reversal; a table as `search` gives it."""
    @property
    def table(self) -> Table:
        """Every entry, with the columns of the part `audit` of a report."""
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

def verify_audit(audit: TableLike, head: Head | None = None) -> list[Break]:
    """Checks the chain of an audit table, and, where a head that was kept is given, that it leads to it; an empty list when it is whole.
    Raises InvalidInput when the table is not an audit table."""

def replay(audit: AuditLog | TableLike, ledger: Ledger, policy: Policy | None = None, models: Models | None = None) -> Report:
    """Makes the run of a log that had this ledger, this policy and these models again, on its day, and compares every decision with what
    the log has, byte by byte.

    policy: default `Policy.default()`. models: default those that the ledger teaches on that day. Returns the report.
    Raises InvalidInput (code `invalid_audit`) where the chain is broken, where no run had these inputs (it says which digest differs), or
    with a problem for each entry that comes out otherwise; `row` is its place in the log.
    """

@final
class Rehearsal:
    """What another policy would have decided on past days."""

    @property
    def changes(self) -> Table:
        """The decisions that are not the same, by day: on, decision_id (None where only the policy after makes it), customer_id, currency,
        item_ids, payment_id, action, change (only_before, only_after, ask_to_act, act_to_ask, changed), differs (items, amount, level, tone,
        channel, on, question, role, expires_on, params), mode_before, mode_after, amount_before, amount_after, worth_before, worth_after
        (money), minutes (what people have to do more), reasons_before, reasons_after (those that the other side does not have; of a decision
        that is not made, what became of its items)."""
    @property
    def summary(self) -> Table:
        """By change (also unchanged), action and currency: count, amount_before, amount_after, worth_before, worth_after (money),
        minutes_before, minutes_after."""
    @property
    def days(self) -> list[date]:
        """The days that were decided."""
    def _repr_html_(self) -> str:
        """What a notebook shows of it."""

def rehearse(
    ledger: Ledger,
    before: Policy,
    after: Policy,
    as_of: DayLike | Sequence[DayLike],
    days: int | None = None,
    events: str | Sequence[Mapping[str, Any]] | None = None,
    models: Models | None = None,
    scope: Literal["all", "collections"] = "all",
    *,
    progress: Progress | None = None,
) -> Rehearsal:
    """Decides past days under two policies and says what is not the same.

    ledger: the books as they stood when the first day began. before: the policy that was in force. as_of: the first day, or a list of
    days, each later than the one before. days: how many days in a row from the first (default 1), at most 400. events: what happened
    since, as for `Ledger.apply`, sorted by day; before a day is decided, those of the days before it are applied, and of the day itself
    those in front of the first that names a decision. Without events the books stand as they are on every day: what has a day of its
    own is as of the day asked, what has none (levels, last notices, customers) as the ledger has it. models: default
    `Models.fit(ledger, first day)`. scope: `collections` predicts no payment dates: many times as fast, and nothing is worth anything.
    What the other policy would have changed of the days that follow is not played on.
    Raises InvalidInput for days or events that are not in order, and for what the engine refuses.
    """


def simulate(seed: int = 1, customers: int = 200, as_of: DayLike | None = None) -> dict[str, Table]:
    """Invents a book: the same seed gives the same tables, as `Ledger(**tables)` takes them.

    customers: at most 1,000,000. as_of: default 2026-11-20. Raises InvalidInput for a bad day or number.
    """

def reason_text(code: str, observed: int | None = None, limit: int | None = None, currency: str | None = None) -> str:
    """A reason as a sentence for a person: `37 days past due, 30 days allowed`.

    code, observed, limit: as in the `reasons` of any table. currency: that of the row; two decimals where it is None.
    Raises InvalidInput for a code or currency that does not exist.
    """

def read_reply_json(text: str, context: str) -> str:
    """Reads a message in a context (JSON). Returns the reading as JSON. See `ar_core.read_reply`."""

def check_reading_json(text: str, context: str, supplied: str) -> str:
    """Holds a supplied reading (JSON) against the message in a context (JSON). Returns the reading as JSON. See `ar_core.check_reading`."""

def verify_notice_json(text: str, facts: str) -> str:
    """Checks a text against the facts of its notice (JSON). Returns the verdict as JSON. See `ar_core.verify_notice`."""

def write_notice_json(
    report: Report, decision_id: str, style: str, draft: str | None = None, templates: Sequence[str] | None = None
) -> str:
    """Writes the notice of a decision in a style (JSON), with the draft if it is true; templates: TOML documents of the host. Returns the
    notice as JSON. See `ar_core.write_notice`."""

def iso_day(name: str, value: DayLike) -> str:
    """A day as ISO text."""

def item_rows(items: TableLike) -> list[dict[str, Any]]:
    """The columns that the reader asks of a table of items, as a list of dicts. Columns that no table of items has are refused."""
