"""What was recorded meets a book that moved on: nothing counts twice, and nothing that is gone stops the day."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from ar_core.host.book import Book
from ar_core.host.errors import InvalidBook
from ar_core.host.events import ACTION_EVENTS, FIELDS, VERDICTS, done_event
from ar_core.host.history import History, book_opens, fitted, tell
from host_helpers import InvalidInput

CORE = Path(__file__).parents[2] / "ar-core" / "src"
NOTICE = {
    "event": "notice_sent",
    "on": "2026-11-20",
    "decision_id": "D-1",
    "customer_id": "C1",
    "item_ids": ["1", "2"],
    "level": 1,
}
POSTING = {
    "event": "items_allocated",
    "on": "2026-11-20",
    "decision_id": "D-2",
    "payment_id": "P1",
    "allocations": [{"item_id": "1", "amount": "60.00", "kind": "payment"}],
}


def book(**tables):
    return Book(Path("book"), {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}, {})


def item(key, **more):
    return {"item_id": key, "customer_id": "C1", "amount": "100.00", **more}


def test_what_still_fits_is_told_as_it_was():
    history = fitted([NOTICE, POSTING], book(items=[item("1"), item("2")], payments=[{"payment_id": "P1"}]))
    assert (history.events, history.posted, history.left_out, history.notes()) == ([NOTICE, POSTING], [], 0, [])


def test_items_that_are_gone_are_left_out_of_a_notice():
    history = fitted([NOTICE], book(items=[item("2")]))
    assert history.events == [{**NOTICE, "item_ids": ["2"]}]
    assert history.notes() == [
        "1 earlier event was left out or shortened: the book has made the change itself, or no longer holds what they name"
    ]


def test_a_notice_whose_items_are_all_gone_was_a_contact_all_the_same():
    assert fitted([NOTICE], book(items=[item("9")])).events == [{**NOTICE, "item_ids": []}]


def test_a_customer_who_is_gone_takes_the_event_along():
    assert fitted([NOTICE], book(items=[item("1")], customers=[{"customer_id": "C2"}])).events == []


@pytest.mark.parametrize("key", [1, "1"])
def test_ids_are_compared_as_text(key):
    items = [{"item_id": key, "customer_id": "C1", "amount": 5}]
    assert fitted([{**NOTICE, "item_ids": ["1"]}], book(items=items)).left_out == 0


def test_a_posting_that_the_book_lists_counts_once():
    listed = book(
        items=[item("1")],
        payments=[{"payment_id": "P1"}],
        allocations=[{"credit_id": "P1", "item_id": "1", "amount": "60.00"}],
    )
    history = fitted([POSTING], listed)
    assert (history.events, history.posted) == ([], [])


@pytest.mark.parametrize(
    ("columns", "recorded"),
    [({"settled_on": "2026-11-20"}, {}), ({"open_amount": "40.00"}, {"1": "100.00"})],
)
def test_a_posting_that_the_book_made_without_listing_it_uses_up_the_payment(columns, recorded):
    moved = book(items=[item("1", **columns)], payments=[{"payment_id": "P1"}])
    history = fitted([{**POSTING, "x_book_open": recorded}], moved)
    assert history.events == []
    line = {"item_id": "1", "amount": "60.00", "kind": "payment"}
    assert history.posted == [{"credit_id": "P1", "on": "2026-11-20", "decision_id": "D-2", **line}]


NETTED = {
    "event": "items_allocated",
    "on": "2026-11-20",
    "decision_id": "D-7",
    "payment_id": "P1",
    "allocations": [
        {"item_id": "1", "amount": "100.00", "kind": "payment"},
        {"item_id": "2", "amount": "60.00", "kind": "payment"},
        {"item_id": "N", "amount": "-110.00", "kind": "payment"},
    ],
}


def test_a_posting_with_a_credit_note_is_told_while_the_book_has_not_made_it():
    still = book(items=[item("1"), item("2"), item("N")], payments=[{"payment_id": "P1"}])
    assert fitted([NETTED], still).events == [NETTED]


def test_a_posting_with_a_credit_note_that_the_book_made_uses_up_both():
    moved = book(items=[item("1", settled_on="2026-11-20"), item("2"), item("N")], payments=[{"payment_id": "P1"}])
    history = fitted([NETTED], moved)
    rows = [(row["credit_id"], row["item_id"], row["amount"]) for row in history.posted]
    assert (history.events, rows) == ([], [("N", "1", "100.00"), ("N", "2", "10.00"), ("P1", "2", "50.00")])


def test_an_exchanged_posting_is_a_row_in_the_currency_of_the_item():
    line = {"item_id": "1", "amount": "60.00", "item_amount": "9000", "kind": "payment"}
    moved = book(items=[item("1", settled_on="2026-11-20")], payments=[{"payment_id": "P1"}])
    row = fitted([{**POSTING, "allocations": [line]}], moved).posted[0]
    assert (row["amount"], row["credit_amount"], "item_amount" in row) == ("9000", "60.00", False)


def test_a_posting_that_the_book_has_not_made_yet_is_told():
    still = book(items=[item("1", open_amount="100.00")], payments=[{"payment_id": "P1"}])
    history = fitted([{**POSTING, "x_book_open": book_opens(still, {"1"})}], still)
    assert (history.events, history.posted) == ([POSTING], []), "and what is the host's own stays with the host"


def test_a_payment_that_is_gone_posts_nothing():
    assert fitted([POSTING], book(items=[item("1")])).events == []


def test_disputes_that_are_resolved_are_not_routed():
    routed = {"event": "dispute_routed", "on": "2026-11-20", "decision_id": "D-3", "dispute_ids": ["A", "B", "C"]}
    disputes = [{"dispute_id": "A", "state": "open"}, {"dispute_id": "B", "state": "closed"}]
    assert fitted([routed], book(items=[item("1")], disputes=disputes)).events == [{**routed, "dispute_ids": ["A"]}]


def test_a_record_that_the_book_holds_is_not_made_again():
    made = {
        "event": "promise_made",
        "on": "2026-11-20",
        "decision_id": "D-4",
        "promise_id": "Q",
        "customer_id": "C1",
        "due_on": "2026-12-01",
    }
    assert fitted([made], book(items=[item("1")])).events == [made]
    assert fitted([made], book(items=[item("1")], promises=[{"promise_id": "Q"}])).events == []


KEPT_BACK = {
    "event": "deduction_created",
    "on": "2026-11-20",
    "decision_id": "D-6",
    "deduction_id": "K1",
    "item_id": "1",
    "amount": "40.00",
    "reason": "pricing",
}


def test_a_deduction_that_the_book_has_not_made_yet_is_told():
    still = book(items=[item("1", open_amount="100.00")])
    recorded = {**KEPT_BACK, "x_book_open": book_opens(still, {"1"})}
    assert fitted([recorded], still).events == [KEPT_BACK]


@pytest.mark.parametrize(
    "items",
    [
        [item("1", open_amount="100.00"), item("K1")],
        [item("1", open_amount="60.00"), item("4711")],
        [item("1", open_amount="0.00", settled_on="2026-11-20")],
        [item("9")],
    ],
    ids=["under its number", "under a number of the book's own", "the item is settled", "the item is gone"],
)
def test_a_deduction_that_the_book_made_is_not_made_again(items):
    assert fitted([{**KEPT_BACK, "x_book_open": {"1": "100.00"}}], book(items=items)).events == []


def test_a_deduction_says_what_was_kept_back_to_the_cent():
    said = {"deduction_id": "K1", "item_id": "1", "reason": "pricing", "code": "01", "posting": "D-1"}
    decision = {"decision_id": "D-6", "action": "create_deduction", "currency": "EUR", "amount": "40.000"}
    assert done_event({**decision, "params": said}, "2026-11-20", []) == {**KEPT_BACK, **said}


CHARGED = {
    "event": "item_issued",
    "on": "2026-11-20",
    "decision_id": "D-7",
    "item_id": "1/fee-1",
    "customer_id": "C1",
    "kind": "fee",
    "currency": "EUR",
    "amount": "10.00",
    "due_on": "2026-12-04",
    "reference": "1/fee-1",
}


def test_a_charge_is_reported_as_the_item_that_it_becomes():
    params = {name: CHARGED[name] for name in ("item_id", "kind", "amount", "due_on", "reference")}
    decision = {"decision_id": "D-7", "action": "charge_fee", "customer_id": "C1", "currency": "EUR", "amount": 10.0}
    assert done_event({**decision, "item_ids": ["1"], "level": 1, "params": params}, "2026-11-20", []) == CHARGED


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([item("1")], [CHARGED]),
        ([item("1"), item("1/fee-1")], []),
        ([item("1", reference="1"), item("F-4711", reference="1/fee-1")], []),
    ],
    ids=["not in the book", "under its number", "under a number of the book's own"],
)
def test_a_charge_that_the_book_made_is_not_made_again(items, told):
    assert fitted([CHARGED], book(items=items)).events == told


def test_events_that_the_engine_does_not_know_are_not_told():
    assert (
        fitted([{"event": "refunded", "on": "2026-11-20", "decision_id": "D-5"}], book(items=[item("1")])).events
        == []
    )


class Picky:
    """A ledger that refuses the events of some decisions, or of some names, and says which, as the engine does."""

    def __init__(self, bad):
        self.bad, self.applied = bad, None

    def apply(self, text):
        import json

        events = json.loads(text)
        rows = [row for row, event in enumerate(events) if {event.get("decision_id"), event["event"]} & self.bad]
        if rows:
            raise InvalidInput(
                [{"table": "events", "row": row, "column": None, "code": "bad_event", "message": "no"} for row in rows]
            )
        self.applied = events


def test_an_event_that_the_engine_refuses_is_left_out_and_the_rest_counts():
    ledger, history = Picky({"D-1"}), History([NOTICE, POSTING])
    assert tell(None, ledger, book(), history) is ledger
    assert (ledger.applied, history.left_out) == ([POSTING], 1)


def test_a_change_that_names_what_is_gone_is_told_as_a_no_that_no_earlier_yes_lifts():
    ledger = Picky({"decision_edited", "autonomy_stopped"})
    edited = {"event": "decision_edited", "on": "2026-11-20", "decision_id": "D-1", "by": "Ada", "action": "send_notice"}
    yes = {"event": "decision_approved", "on": "2026-11-20", "decision_id": "D-1", "by": "Bob"}
    stop = {"event": "autonomy_stopped", "on": "2026-11-20", "customer_id": "gone", "by": "Ada"}
    other = {**yes, "decision_id": "D-2"}
    history = History([{**edited, "edit": {"item_ids": ["9"]}}, yes, stop, other])
    tell(None, ledger, book(), history)
    assert ledger.applied == [{**edited, "event": "decision_rejected"}, other]
    assert history.left_out == 2


def test_a_stop_of_everything_that_is_refused_is_an_error():
    stop = {"event": "autonomy_stopped", "on": "2026-11-20", "by": ""}
    with pytest.raises(InvalidBook, match="refused"):
        tell(None, Picky({"autonomy_stopped"}), book(), History([stop]))


def test_a_refused_verdict_is_an_error():
    said = {"event": "decision_approved", "on": "2026-11-20", "decision_id": "D-1", "by": ""}
    with pytest.raises(InvalidBook, match="refused"):
        tell(None, Picky({"D-1"}), book(), History([said]))


def test_every_action_of_the_engine_has_its_event_here():
    source = (CORE / "action.rs").read_text()
    actions = dict(re.findall(r'^\s+(\w+) = "(\w+)",$', source.split("impl ActionKind")[0], re.MULTILINE))
    events = {}
    for variants, event in re.findall(
        r'^\s+((?:Self::\w+(?: \| )?)+) => "(\w+)",$', source.split("pub const fn event")[1], re.MULTILINE
    ):
        events.update({actions[variant.removeprefix("Self::")]: event for variant in variants.split(" | ")})
    assert {name: events.get(name) for name in actions.values()} == ACTION_EVENTS


def test_every_field_told_to_the_engine_is_one_of_its_own():
    source = (CORE / "event.rs").read_text().split("pub enum What {")[1].split("\n}\n")[0]
    variants = re.findall(r"^    (\w+) \{(.*?)\},$", source, re.MULTILINE | re.DOTALL)
    own = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): re.findall(r"(\w+):", fields) for name, fields in variants}
    assert set(VERDICTS) <= set(own)
    for name, fields in FIELDS.items():
        assert list(fields) == own[name], name


def test_an_event_says_what_the_decision_knows_and_no_more():
    decision = {
        "decision_id": "D-1",
        "action": "send_notice",
        "customer_id": "C1",
        "item_ids": ["1"],
        "level": 2,
        "amount": "5.00",
        "params": {"channel": "email", "tone": "firm"},
    }
    assert done_event(decision, "2026-11-21", []) == {
        "event": "notice_sent",
        "on": "2026-11-21",
        "decision_id": "D-1",
        "customer_id": "C1",
        "item_ids": ["1"],
        "level": 2,
        "channel": "email",
    }
    assert done_event({"decision_id": "D-2", "action": "wait"}, "2026-11-21", []) is None
