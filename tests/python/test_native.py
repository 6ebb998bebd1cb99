"""The compiled module: tables out, days in, errors, threads, and the stub that describes it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import time
from datetime import date, datetime
from decimal import Decimal

import ar_core as ar
import pytest

AS_OF = "2026-10-20"
PARTS = ["allocations", "payments", "scores", "decisions", "worklist", "outcomes", "forecast", "aging", "kpis", "audit", "risk", "capacity", "root_causes", "escalations", "autonomy"]
REASON_KEYS = {"code", "observed", "limit", "unit"}


@pytest.fixture
def ledger(book):
    return ar.Ledger(**book)


@pytest.fixture
def report(ledger):
    return ar.run(ledger, as_of=AS_OF)


def test_import_is_light():
    """Nothing but the engine is loaded, and with little work: the command line starts with it. (The time of the processor, whoever else is at work.)"""
    program = "import sys, time; before = set(sys.modules); t = time.process_time(); import ar_core; print(time.process_time() - t, *sorted(set(sys.modules) - before))"
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
    assert min(float(run[0]) for run in runs) < 0.15
    assert not {name.split(".")[0] for name in runs[0][1:]} & {"pandas", "polars", "pyarrow", "numpy", "altair", "jinja2", "sqlite3", "asyncio"}


def test_everything_public_is_listed_and_described():
    assert sorted(ar.__all__) == list(ar.__all__) and ar.__version__.count(".") == 2
    for name in set(ar.__all__) - {"__version__"}:
        thing = getattr(ar, name)
        assert thing.__doc__ and len(thing.__doc__) > 20, name
        members = [member for member in vars(thing) if not member.startswith("_")] if isinstance(thing, type) else []
        for member in members:
            if name not in ("ArError", "InvalidInput", "PolicyError"):
                assert getattr(thing, member).__doc__, f"{name}.{member}"


def test_the_stub_says_what_the_module_does(tmp_path):
    pytest.importorskip("mypy")
    native = importlib.util.find_spec("ar_core._native")
    assert native is not None and native.origin, "stubtest passes when the extension is missing"
    checked = subprocess.run([sys.executable, "-m", "mypy.stubtest", "ar_core._native"], capture_output=True, text=True, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_error_classes():
    assert issubclass(ar.InvalidInput, ar.ArError) and issubclass(ar.InvalidInput, ValueError)
    assert issubclass(ar.PolicyError, ar.ArError) and issubclass(ar.PolicyError, ValueError)
    assert not issubclass(ar.ArError, ValueError)
    assert (ar.ArError.code, ar.ArError("x").problems) == ("internal", [])
    with pytest.raises(ar.PolicyError) as caught:
        ar.Policy.from_json('{"no_such_setting": 1}')
    assert caught.value.code == "invalid_policy" and caught.value.problems[0]["table"] == "policy"
    for text in ("", "{", "[]", "5", "\0", "[" * 100_000):
        with pytest.raises(ar.PolicyError):
            ar.Policy.from_json(text)
    with pytest.raises(ar.PolicyError):
        ar.Policy.from_toml("= 1")


def test_statements_chain_and_refuse(ledger):
    whole, opens = (ledger.statement("C2", "2026-10-20", since).to_dicts() for since in (None, date(2026, 9, 4)))
    before = ledger.statement("C2", "2026-09-03").to_dicts()
    assert len(ledger.statement("C2", "2026-10-20").to_pyarrow()) == len(whole)

    def balance(rows, line):
        return [row["balance"] for row in rows if row["line"] == line]

    assert balance(opens, "opening")[0] == balance(before, "closing")[0] and balance(opens, "closing") == balance(whole, "closing")
    assert [row["kind"] for row in whole if row["document_id"] == "P1"] == ["payment", "applied"]
    for wrong in (lambda: ledger.statement("C9", AS_OF), lambda: ledger.statement("C2", AS_OF, "2026-10-21"), lambda: ledger.statement("C2", None)):
        with pytest.raises(ar.InvalidInput) as refused:
            wrong()
        assert refused.value.code == "invalid_argument"


def test_risk_is_read(report):
    rows = report.risk.to_dicts()
    assert list(rows[0]) == ["measure", "currency", "customer_id", "bucket", "amount", "rate", "count", "formula", "reasons"]
    assert {row["measure"] for row in rows} == {"expected_loss", "exposure", "provision", "roll_rate", "concentration", "credit_limit"}
    assert all(row["rate"] is None or 0 <= row["rate"] <= 1 for row in rows) and all(row["formula"] for row in rows)
    aged = {(row["currency"], row["bucket"]): row["amount"] for row in report.aging.to_dicts() if row["bucket"] != "credits"}
    assert {(row["currency"], row["bucket"]): row["amount"] for row in rows if row["measure"] == "exposure"} == aged
    for currency in ("EUR", "USD"):
        buckets, total = [], []
        for row in rows:
            if (row["measure"], row["currency"]) == ("provision", currency):
                (buckets if row["bucket"] else total).append(row["amount"])
        assert len(buckets) == 5 and [sum(buckets)] == total and isinstance(total[0], Decimal)
    [index] = [row for row in rows if row["bucket"] == "herfindahl" and row["currency"] == "EUR"]
    assert index["amount"] is None and index["customer_id"] is None and 1 / 3 <= index["rate"] <= 1
    limits = [row for row in rows if row["measure"] == "credit_limit"]
    assert {reason["code"] for row in limits for reason in row["reasons"]} >= {"monthly_billing", "days_to_pay", "class_factor", "risk_factor", "limit_used"}


def test_policy_goes_round():
    policy = ar.Policy.default()
    text = policy.to_json()
    assert json.loads(text)
    again = ar.Policy.from_json(text)
    assert (again, again.digest, again.to_json(), hash(again)) == (policy, policy.digest, text, hash(policy))
    assert len(policy.digest) == 64 and policy.version in repr(policy) and policy != 5
    assert ar.Policy.from_toml("") == ar.Policy.from_json("{}")
    assert json.loads(ar.Policy.schema())["type"] == "object"


def test_models_go_round(ledger):
    models = ar.Models.fit(ledger, AS_OF)
    again = ar.Models.from_json(models.to_json())
    assert again.digest == models.digest and again.to_json() == models.to_json()
    assert ar.run(ledger, None, models, as_of=AS_OF).to_json() == ar.run(ledger, as_of=AS_OF).to_json()
    for text in ("", "{", "[]", "{}", "\0"):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.Models.from_json(text)
        assert caught.value.code == "invalid_models"


@pytest.mark.parametrize("day", ["2026-10-20", date(2026, 10, 20), datetime(2026, 10, 20), "2026-10-20T00:00:00"], ids=repr)
def test_days_in(ledger, report, day):
    assert ar.run(ledger, as_of=day).to_json() == report.to_json()


@pytest.mark.parametrize(
    ("day", "code"),
    [(datetime(2026, 10, 20, 9, 30), "unreadable"), ("20.10.2026", "unreadable"), ("today", "unreadable"), ("", "unreadable"), (None, "missing_value"), (20261020, "wrong_type"), (b"2026-10-20", "wrong_type"), (["2026-10-20"], "wrong_type"), (date(1, 1, 1), "out_of_range"), ("9999-12-31", "out_of_range"), (float("nan"), "missing_value"), ("x" * 10_000_000, "unreadable")],
    ids=lambda value: repr(value)[:20],
)
def test_bad_days_in(ledger, day, code):
    for call in (lambda: ar.run(ledger, as_of=day), lambda: ar.Models.fit(ledger, day)):
        with pytest.raises(ar.InvalidInput) as caught:
            call()
        [problem] = caught.value.problems
        assert (caught.value.code, problem["table"], problem["column"], problem["code"]) == ("invalid_argument", "arguments", "as_of", code)
        assert len(str(caught.value)) < 1000


def test_the_engine_has_no_clock(ledger):
    with pytest.raises(ar.InvalidInput, match="the day of the run is required"):
        ar.run(ledger)
    positional = ar.run(ledger, ar.Policy.default(), None, "2026-11-20")
    assert positional.to_json() == ar.run(ledger, as_of=date(2026, 11, 20)).to_json()


def test_events_as_rows_or_text():
    rows = [{"event": "notice_sent", "on": date(2026, 11, 19), "customer_id": "A", "item_ids": ["I1"], "level": 1}]
    item = {"item_id": "I1", "customer_id": "A", "currency": "EUR", "amount": "5", "issued_on": "2026-01-01", "due_on": "2026-02-01"}
    books = [ar.Ledger(items=[item]), ar.Ledger(items=[item])]
    books[0].apply(rows)
    books[1].apply(json.dumps(rows, default=str))
    assert books[0].digest() == books[1].digest() != ar.Ledger(items=[item]).digest()


def test_parts(report):
    assert ar.Report.parts() == PARTS
    for name in PARTS:
        table = getattr(report, name)
        assert table.name == name and report.part(name).column_names == table.column_names
        assert len(table) == len(table.to_dicts())
        assert name in repr(table)
    assert len(report.outcomes) == len(report.scores) > 0
    [failed] = [row for row in report.payments.to_dicts() if row["payment_id"] == "P2"]
    assert failed["status"] == "unmatched" and [reason["code"] for reason in failed["reasons"]] == ["payment_failed"]
    assert AS_OF in repr(report) and report.as_of == date(2026, 10, 20)
    with pytest.raises(ar.InvalidInput, match="decisions"):
        report.part("decision")


def test_plain_python_out(report):
    for row in report.scores.to_dicts():
        assert type(row["open_amount"]) is Decimal and type(row["expected_on"]) is date and 0.0 <= row["p_late"] <= 1.0
        assert all(set(reason) == REASON_KEYS for reason in row["reasons"])
        assert all(type(reason["observed"]) in (int, type(None)) for reason in row["reasons"])
    for row in report.payments.to_dicts():
        assert all(type(item) is str for alternative in row["alternatives"] for item in alternative)


@pytest.mark.parametrize("part", PARTS)
def test_frames_out_agree_with_plain_python(report, part):
    table = getattr(report, part)
    pa, pl = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    arrow = table.to_pyarrow()
    assert arrow.column_names == table.column_names
    assert arrow.to_pylist() == table.to_dicts()
    assert pa.table(table).equals(arrow), "a table can be read as often as one likes"
    assert pa.schema(table) == arrow.schema
    assert arrow.validate(full=True) is None
    assert table.to_polars().to_dicts() == pl.DataFrame(table).to_dicts() == table.to_dicts()
    assert len(table.to_pandas()) == len(table)
    for field in arrow.schema:
        if pa.types.is_decimal(field.type):
            assert field.type.precision == 38
    reasons = pa.list_(pa.struct([("code", pa.string()), ("observed", pa.int64()), ("limit", pa.int64()), ("unit", pa.string())]))
    if "reasons" in table.column_names:
        assert arrow.schema.field("reasons").type.equals(reasons) or arrow.schema.field("reasons").type.value_type == reasons.value_type


def test_duckdb_reads_a_part(report):
    duckdb = pytest.importorskip("duckdb")
    aging = report.aging  # DuckDB finds the name
    assert aging is not None
    assert duckdb.sql("select count(*) from aging").fetchall() == [(len(report.aging),)]


def test_a_part_outlives_its_report(ledger):
    table = ar.run(ledger, as_of=AS_OF).decisions
    rows = table.to_dicts()
    stream = table.__arrow_c_stream__()
    del table
    pa = pytest.importorskip("pyarrow")

    class Kept:
        def __arrow_c_stream__(self, requested_schema=None):
            return stream

    assert pa.table(Kept()).to_pylist() == rows


def test_html_is_escaped_and_short():
    books = ar.Ledger(items=[{"item_id": "<b>&\"", "customer_id": "C1", "currency": "EUR", "amount": 1, "issued_on": "2026-09-01", "due_on": "2026-09-01"}])
    html = ar.run(books, as_of=AS_OF).scores._repr_html_()
    assert "&lt;b&gt;&amp;&quot;" in html and "<b>" not in html
    many = ar.simulate(customers=60)["customers"]
    assert many._repr_html_().count("<tr>") == 21 and "60 rows" in many._repr_html_()


def test_explanations(report):
    decision = report.decisions.to_dicts()[0]
    assert report.explain(decision["decision_id"])["text"]
    told = report.why_not("call", decision["customer_id"])
    assert told["text"] and isinstance(told["changes"], list)
    for call in (lambda: report.explain("D-none"), lambda: report.why_not("no_such_action", "C1"), lambda: report.why_not("call", "nobody"), lambda: report.explain("\0" * 10_000_000)):
        with pytest.raises(ar.InvalidInput) as caught:
            call()
        assert len(str(caught.value)) < 2000


def test_the_smallest_change_is_enough(ledger):
    asked = ar.run(ledger, as_of=AS_OF)
    ask = next(row for row in asked.decisions.to_dicts() if row["action"] == "send_notice")
    ways = asked.explain(ask["decision_id"])["would_act_with"]
    way = next(way for way in ways if all("setting" in change for change in way["changes"]))
    assert way in asked.why_not("send_notice", ask["customer_id"])["changes"]
    policy: dict = {}
    for change in way["changes"]:
        section, name = change["setting"].split(".")
        policy.setdefault(section, {})[name] = change["to"]
    acts = ar.run(ledger, ar.Policy.from_json(json.dumps(policy)), as_of=AS_OF).decisions.to_dicts()
    same = [row["mode"] for row in acts if (row["action"], row["item_ids"]) == (ask["action"], ask["item_ids"])]
    assert same == ["act"]


def test_report_json_is_the_same_twice(ledger, book):
    again = ar.Ledger(**{name: rows[::-1] for name, rows in book.items()})
    assert ar.run(again, as_of=AS_OF).to_json() == ar.run(ledger, as_of=AS_OF).to_json()
    assert json.loads(ar.run(ledger, as_of=AS_OF).to_json())


def test_audit_chain(report):
    rows = report.audit.to_dicts()
    assert ar.verify_audit(report.audit) == ar.verify_audit(rows) == []
    assert [found["code"] for found in ar.verify_audit([])] == ["empty"]
    pa = pytest.importorskip("pyarrow")
    assert ar.verify_audit(pa.table(report.audit)) == []
    rows[1] = {**rows[1], "body": rows[1]["body"] + " "}
    broken = ar.verify_audit(rows)
    assert broken and set(broken[0]) == {"seq", "code", "message"} and broken[0]["seq"] == rows[1]["seq"]
    with pytest.raises(ar.InvalidInput) as caught:
        ar.verify_audit([{"seq": 1}])
    assert caught.value.code == "invalid_audit"
    with pytest.raises(ar.InvalidInput):
        ar.verify_audit(5)


def test_a_scope_stops_where_it_says(ledger, report):
    alone = ar.run(ledger, ar.Policy.default(), as_of=report.as_of, scope="collections")
    assert alone.outcomes.to_dicts() == report.outcomes.to_dicts()
    assert [row["decision_id"] for row in alone.decisions.to_dicts()] == [row["decision_id"] for row in report.decisions.to_dicts()]
    assert len(alone.scores) == len(alone.forecast) == 0 < len(report.scores)
    cash = ar.run(ledger, ar.Policy.default(), as_of=report.as_of, scope="cash")
    assert cash.payments.to_dicts() == report.payments.to_dicts()
    assert len(cash.outcomes) == 0
    with pytest.raises(ar.InvalidInput, match="none of all, cash, collections"):
        ar.run(ledger, as_of=report.as_of, scope="dunning")


def test_a_run_for_some_customers(ledger, report):
    whole = report.decisions.to_dicts()
    names = sorted({row["customer_id"] for row in whole if row["customer_id"]})
    one = names[0]
    some = ar.run(ledger, ar.Policy.default(), as_of=report.as_of, scope=[one])
    assert [row["decision_id"] for row in some.decisions.to_dicts()] == [row["decision_id"] for row in whole if row["customer_id"] == one]
    assert {row["customer_id"] for row in some.scores.to_dicts()} <= {one} and len(some.aging) == len(some.forecast) == 0
    turned = ar.run(ledger, ar.Policy.default(), as_of=report.as_of, scope=(*names[::-1], one))
    assert turned.to_json() == ar.run(ledger, ar.Policy.default(), as_of=report.as_of, scope=names).to_json()
    assert ar.replay(some.audit, ledger, ar.Policy.default()).to_json() == some.to_json()
    for scope, codes in (([], ["missing_value"]), (["?", one, "!"], ["unknown_customer"] * 2), (["x"] * 10_001, ["out_of_range"])):
        with pytest.raises(ar.InvalidInput) as caught:
            ar.run(ledger, as_of=report.as_of, scope=scope)
        assert [problem["code"] for problem in caught.value.problems] == codes
    assert [problem["row"] for problem in caught.value.problems] == [None]
    for wrong in (5, [one, 5], None):
        with pytest.raises(TypeError):
            ar.run(ledger, as_of=report.as_of, scope=wrong)


def test_match_payments_on_its_own(book):
    found = ar.match_payments(book["items"], book["payments"], customers=book["customers"])
    by_id = {row["payment_id"]: row for row in found.payments.to_dicts()}
    assert by_id["P1"]["status"] in ("auto", "propose") and {"payment_id": "P1", "item_id": "I1"}.items() <= found.allocations.to_dicts()[0].items()
    assert "payment" in repr(found) and found.payments.column_names == ar.run(ar.Ledger(**book), as_of=AS_OF).payments.column_names
    settled = [item for item in book["items"] if item["settled_on"]]
    still_open = [item for item in book["items"] if not item["settled_on"]]
    apart = ar.match_payments(still_open, book["payments"], book["customers"], history=settled)
    assert apart.payments.to_dicts() == found.payments.to_dicts()
    assert len(ar.match_payments([], []).payments) == 0
    with pytest.raises(ar.InvalidInput) as caught:
        ar.match_payments(still_open, book["payments"], history=[{**settled[0], "amount": "x"}])
    assert [(problem["table"], problem["row"], problem["column"]) for problem in caught.value.problems] == [("history", 0, "amount")]
    with pytest.raises(ar.InvalidInput):
        ar.match_payments(5, None)


def test_simulated_book_runs():
    tables = ar.simulate(seed=3, customers=20, as_of="2026-11-20")
    assert {"customers", "items", "payments"} <= set(tables)
    ledger = ar.Ledger(**tables)
    assert ar.Ledger(**ar.simulate(seed=3, customers=20, as_of=date(2026, 11, 20))).digest() == ledger.digest()
    assert ar.Ledger(**ar.simulate(seed=4, customers=20)).digest() != ledger.digest()
    assert ar.Ledger(**{name: table.to_dicts() for name, table in tables.items()}).digest() == ledger.digest()
    assert len(ar.run(ledger, as_of="2026-11-20").worklist) > 0
    assert set(ar.simulate(customers=0)) == set(tables)
    with pytest.raises(OverflowError):
        ar.simulate(seed=-1)
    for bad in ({"customers": 1_000_001}, {"as_of": "soon"}, {"as_of": "1970-01-01x"}):
        with pytest.raises(ar.InvalidInput):
            ar.simulate(**bad)


@pytest.mark.parametrize("day", ["1970-01-01", "2199-12-31"])
def test_simulated_books_at_the_ends_of_the_calendar(day):
    """Whatever the laboratory does there, it must not panic."""
    try:
        ar.simulate(customers=5, as_of=day)
    except ar.InvalidInput:
        pass


def test_events_move_the_digest(ledger):
    before = ledger.digest()
    ledger.apply("[]")
    assert ledger.digest() == before
    ledger.apply('[{"event": "day_closed", "on": "2026-10-20"}]')
    assert ledger.digest() != before


def test_other_threads_run_while_the_engine_works():
    ledger = ar.Ledger(**ar.simulate(seed=1, customers=2_000))
    ticks, stop = 0, threading.Event()

    def tick():
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.0005)

    clock = threading.Thread(target=tick)
    clock.start()
    start = time.perf_counter()
    report = ar.run(ledger, as_of="2026-11-20")
    elapsed, seen = time.perf_counter() - start, ticks
    stop.set()
    clock.join()
    assert len(report.scores) > 0
    if elapsed > 0.05:
        assert seen > 3, f"the interpreter was held for {elapsed:.2f} s"


def test_threads_share_a_ledger(ledger):
    results, errors = [], []

    def work():
        try:
            results.append(ar.run(ledger, as_of=AS_OF).decisions.to_dicts())
            ledger.apply("[]")
            results.append(ledger.digest())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors and len(results) == 16 and all(not thread.is_alive() for thread in threads)
    assert len({json.dumps(result, default=str) for result in results}) == 2
