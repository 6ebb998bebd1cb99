"""Replies read, notices checked and written: every function through Python, with the bytes of the other faces."""

from __future__ import annotations

import json
import threading
import time
from datetime import date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import ar_core as ar
import pytest
from ar_core import cli

ROOT = Path(__file__).resolve().parent.parent.parent
RECEIVED = "2026-03-03"
ITEMS = [
    {"item_id": "I7", "reference": "INV-7", "currency": "GBP", "open_amount": "120.00"},
    {"item_id": "I8", "reference": "INV-8", "currency": "GBP", "open_amount": "80.50"},
]
MAIL = "Grüße! We will pay invoice INV-7, £120.00, on 20 March 2026."
SENDER = {"name": "Northgate Supplies Ltd", "email": "ar@northgate.example", "iban": "GB33BUKB20201555555555"}
READING_KEYS = {
    "intents", "references", "disputed_references", "dates", "amounts", "dispute_reasons", "remittance", "human", "human_reasons", "language",
    "reply_span", "thread_item_ids", "oddities",
}  # fmt: skip


def lines(name):
    return [json.loads(line) for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]


def refused(call, *given, **named):
    with pytest.raises(ar.InvalidInput) as caught:
        call(*given, **named)
    return {(row["table"], row["row"], row["column"], row["code"]) for row in caught.value.problems}


# Reading


def test_mails_are_read_as_through_rust_and_c():
    mails, wanted = lines("tests/reference/replies_faces.jsonl"), lines("tests/golden/replies_faces.jsonl")
    assert len(mails) == len(wanted) >= 12
    for mail, golden in zip(mails, wanted, strict=True):
        reading = ar.read_reply(mail["text"], **mail["context"])
        assert reading.to_dict() == golden, mail["id"]
        text = ar._native.read_reply_json(mail["text"], json.dumps(mail["context"]))
        assert text == json.dumps(golden, ensure_ascii=False, separators=(",", ":"), sort_keys=True), mail["id"]


def test_a_reading_has_attributes_names_and_spans():
    reading = ar.read_reply(MAIL, RECEIVED, subject="Re: INV-7", locale="en-GB", items=ITEMS)
    assert set(reading.to_dict()) == READING_KEYS == {name for name in vars(ar.Reading) if isinstance(vars(ar.Reading)[name], property)}
    intent = reading.intents[0]
    assert (intent.name, intent["name"], intent.item_ids) == ("promise_to_pay", "promise_to_pay", ["I7"]) and 0 < intent.probability <= 1
    assert dict(intent) == {**reading.to_dict()["intents"][0], "spans": intent.spans}
    (found,), (amount,) = reading.dates, reading.amounts
    assert (found.role, found.on, found.bound, MAIL[slice(*found.span)]) == ("promise", "2026-03-20", "on", "20 March 2026") or found.bound == "by"
    assert (amount.value, amount.currency, MAIL[slice(*amount.span)]) == ("120.00", "GBP", "£120.00")
    assert reading.references == ["INV-7"] and reading.disputed_references == [] and reading.language == "en" and not reading.human
    start, end = reading.reply_span
    assert MAIL[start:end].startswith("Grüße") and "promise_to_pay" in repr(reading)
    with pytest.raises(KeyError):
        intent["colour"]
    with pytest.raises(AttributeError):
        intent.name = "x"
    copy = reading.to_dict()
    copy["intents"].clear()
    assert reading.intents and reading == ar.read_reply(MAIL, date(2026, 3, 3), "Re: INV-7", "en", "en-GB", ITEMS)


def test_items_come_as_any_table():
    pa, pl, pd = (pytest.importorskip(name) for name in ("pyarrow", "polars", "pandas"))
    wide = {
        "item_id": ["I7", "I8"], "customer_id": ["C", "C"], "reference": ["INV-7", None], "currency": ["GBP", "GBP"], "amount": [120.1 + 0.2, 80.5],
        "due_on": ["2026-02-01"] * 2, "x_own": [1, 2],
    }  # fmt: skip
    rows = [dict(zip(wide, row, strict=True)) for row in zip(*wide.values(), strict=True)]
    wanted = ar.read_reply(MAIL, RECEIVED, items=rows)
    assert wanted.intents[0].item_ids == ["I7"]
    for table in (wide, pa.table(wide), pl.DataFrame(wide), pd.DataFrame(wide), pa.RecordBatch.from_pydict(wide)):
        assert ar.read_reply(MAIL, datetime(2026, 3, 3), items=table) == wanted
    numbers = pa.table({"item_id": [7], "reference": ["INV-7"], "currency": ["GBP"], "open_amount_minor": [12000]})
    assert ar.read_reply(MAIL, RECEIVED, items=numbers).intents[0].item_ids == ["7"]
    assert ar.read_reply(MAIL, RECEIVED, items=[{"item_id": 7, "reference": "INV-7", "open_amount": Decimal("1E+2")}], currency="GBP").references == ["INV-7"]
    assert ar.read_reply(MAIL, RECEIVED, items=[]).references == ar.read_reply(MAIL, RECEIVED).references


def test_what_is_wrong_with_the_context_is_told_at_once():
    items = [{"item_id": None, "currency": "GBP"}, {"item_id": "I", "currency": "XXQ", "open_amount": "1"}, {"item_id": "J", "currency": "GBP", "open_amount": "1.005"}]
    assert refused(ar.read_reply, "x", "3 March", country="Germany", locale="?", currency="EURO", items=items) == {
        ("context", None, "received_on", "unreadable"),
        ("context", None, "country", "unknown_word"),
        ("context", None, "locale", "unknown_word"),
        ("context", None, "currency", "unknown_currency"),
        ("items", 0, "item_id", "missing_value"),
        ("items", 1, "currency", "unknown_currency"),
        ("items", 2, "open_amount", "not_minor_units"),
    }
    assert refused(ar.read_reply, "x", RECEIVED, items=[{"item_id": "I", "colour": 1, "refrence": "R"}]) == {("items", None, "colour", "unknown_column"), ("items", None, "refrence", "unknown_column")}
    assert refused(ar.read_reply, "x", None) == {("arguments", None, "received_on", "missing_value")}
    assert refused(ar.read_reply, "x", RECEIVED, items=5) == {("items", None, None, "wrong_type")}
    assert refused(ar.read_reply, "half \ud800", RECEIVED) == {("arguments", None, "text", "bad_utf8")}
    for text in (None, 5, b"x"):
        with pytest.raises(TypeError):
            ar.read_reply(text, RECEIVED)


def test_hostile_texts_are_read():
    texts = ["", "\0", "INV-7 " * 50_000, "<" * 100_000, "&#" * 50_000, "1" * 100_000, "\u202e£1\u200b.00", "🏴‍☠️" * 1000, "> " * 30_000, "a@" * 30_000]
    for text in texts:
        began = time.perf_counter()
        reading = ar.read_reply(text, RECEIVED, items=ITEMS)
        assert time.perf_counter() - began < 5
        spans = [reading.reply_span, *(row.span for row in reading.dates), *(row.span for row in reading.amounts), *(span for row in reading.intents for span in row.spans)]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert "cut" in ar.read_reply("pay " * 50_000, RECEIVED).oddities


def test_a_supplied_reading_is_held_against_the_text():
    said = {"intents": [{"name": "promise_to_pay"}], "dates": [{"role": "promise", "on": date(2026, 3, 20)}], "amounts": [{"role": "promise", "value": Decimal("120.00"), "currency": "GBP"}]}
    true = ar.check_reading(MAIL, said, RECEIVED, locale="en-GB", items=ITEMS)
    assert not true.human and true.dates[0].on == "2026-03-20" and true == ar.check_reading(MAIL, json.dumps(said, default=str), RECEIVED, locale="en-GB", items=ITEMS)
    untrue = ar.check_reading(MAIL, {"intents": [{"name": "payment_made"}], "dates": [{"role": "paid", "on": "2026-03-21"}]}, RECEIVED, items=ITEMS)
    assert untrue.human and "unsupported" in untrue.human_reasons and untrue.dates == []
    assert refused(ar.check_reading, MAIL, {"intents": [{"name": "promise"}], "dispute_reasons": ["COST"]}, RECEIVED) == {("reading", 0, "intents", "unknown_word"), ("reading", 0, "dispute_reasons", "unknown_word")}
    for supplied in ("", "[]", {"colour": 1}):
        assert {row[0] for row in refused(ar.check_reading, MAIL, supplied, RECEIVED)} == {"reading"}
    with pytest.raises(TypeError):
        ar.check_reading(MAIL, {"intents": object()}, RECEIVED)


# Checking


def test_texts_are_checked_against_facts():
    rows = lines("tests/reference/grounding.jsonl")
    for row in rows:
        verdict = ar.verify_notice(row["message"], row["facts"])
        assert verdict.accepted == (not verdict.findings) and set(verdict.to_dict()) == {"accepted", "findings", "claims"}
        assert verdict == ar.verify_notice(row["message"], json.dumps(row["facts"]))
        for claim in verdict.claims:
            assert row["message"][slice(*claim.span)].strip() and claim["type"] == claim.type
    good = next(row for row in rows if row["expect"] == "accept")
    assert ar.verify_notice(good["message"], good["facts"]).accepted
    wrong = good["message"].replace("1,234.56", "1,243.56")
    (found,) = [row for row in ar.verify_notice(wrong, good["facts"]).findings if row.code == "BAD_AMOUNT"]
    assert "1,243.56" in wrong[slice(*found.span)] and found.message
    assert ("facts", None, "as_of", "missing_value") in refused(ar.verify_notice, "x", {})
    assert len(refused(ar.verify_notice, "x", {"stage": -1, "colour": 1, "invoices": [{"ref": "A"}]})) > 8
    for facts in ("", "{", "[" * 100_000):
        assert refused(ar.verify_notice, "x", facts) == {("facts", None, None, "syntax")}


# Writing


@pytest.fixture(scope="module")
def report():
    pytest.importorskip("pyarrow")
    from ar_core.host.book import read_book

    book = read_book(ROOT / "examples" / "book")
    return ar.run(ar.Ledger(**book.tables), ar.Policy.from_toml((ROOT / "examples" / "book" / "policy.toml").read_text()), as_of="2026-11-20")


@pytest.fixture(scope="module")
def decision_id(report):
    """A notice about a reminder or a dunning level, whose facts can be proved."""
    rows = [row["decision_id"] for row in report.decisions.to_dicts() if row["action"] == "send_notice"]
    return next(row for row in rows if ar.write_notice(report, row, SENDER, draft="x").draft == "refused")


def test_a_notice_of_every_action_that_writes_one(report):
    kinds = set()
    for row in report.decisions.to_dicts():
        try:
            notice = ar.write_notice(report, row["decision_id"], SENDER, contact="Ms Reid")
        except ar.InvalidInput as error:
            assert {(found["column"], found["code"]) for found in error.problems} <= {("decision", "unknown_word"), ("decision", "unknown_customer")}
            continue
        kinds.add(notice.kind)
        assert notice.text and notice.draft == "none" and not notice.used_draft and notice.findings == notice.claims == [] and notice.error is None
        assert notice.subject or notice.channel in ("sms", "call")
        assert SENDER["name"] in notice.text or notice.channel == "call"
        assert (notice.html is None) == (notice.channel in ("sms", "call")) and notice.facts["creditor"]["name"] == SENDER["name"]
    assert "dunning" in kinds and len(kinds) > 2


def test_a_notice_follows_its_style(report, decision_id):
    german = ar.write_notice(report, decision_id, SENDER, locale="de-AT", channel="letter", tone="friendly")
    assert (german.language, german.channel, german.tone) == ("de", "letter", "friendly")
    short = ar.write_notice(report, decision_id, {**SENDER, "phone": "0161 496 0100"}, channel="sms")
    assert short.subject == "" and short.html is None and short.sms["segments"] <= 3
    own = ar.write_notice(report, decision_id, SENDER, locale="en-GB", templates=['language = "en"\n[shared]\nsubject = "From {{ creditor }}"\n[dunning]\nsubject = "{{ creditor }} asks"'])
    assert own.subject == f"{SENDER['name']} asks"
    assert refused(ar.write_notice, report, decision_id, {"nmae": "x"}, tone="loud", channel="fax", locale="xx") == {
        ("sender", None, "nmae", "unknown_column"), ("sender", None, "name", "missing_value"), ("sender", None, "email", "missing_value"),
        ("style", None, "tone", "unknown_word"), ("style", None, "channel", "unknown_word"), ("style", None, "locale", "unknown_word"),
    }  # fmt: skip
    assert refused(ar.write_notice, report, "D-none", SENDER) == {("arguments", None, "decision_id", "unknown_record")}
    assert {row[0] for row in refused(ar.write_notice, report, decision_id, SENDER, templates=["= 1", 'language = "xx"'])} == {"templates"}
    with pytest.raises(TypeError):
        ar.write_notice(report, decision_id, SENDER, draft="x", generator=lambda facts: "x")


def test_a_draft_is_used_only_if_it_is_true(report, decision_id):
    plain = ar.write_notice(report, decision_id, SENDER)
    again = ar.write_notice(report, decision_id, SENDER, draft=plain.text)
    assert again.used_draft and again.draft == "used" and again.text == plain.text and again.claims and again.subject == plain.subject
    untrue = plain.text + "\nWe will sue you tomorrow for 999,999.00 EUR."
    refusal = ar.write_notice(report, decision_id, SENDER, draft=untrue)
    assert not refusal.used_draft and refusal.draft == "refused" and refusal.text == plain.text and refusal.findings
    assert all(untrue[slice(*row.span)] or row.code.startswith("MISSING") for row in refusal.findings)
    for text in ("", " \n", "\0", "x" * 100_000, "{{ creditor }}", "<script>alert(1)</script>"):
        notice = ar.write_notice(report, decision_id, SENDER, draft=text)
        assert notice.text == plain.text and not notice.used_draft and notice.draft in ("refused", "does_not_fit")


# Generators


def test_a_generator_is_given_the_facts_and_believed_only_where_true(report, decision_id):
    plain, seen = ar.write_notice(report, decision_id, SENDER), []

    def honest(facts):
        seen.append(facts)
        return plain.text

    notice = ar.write_notice(report, decision_id, SENDER, generator=honest)
    assert notice.used_draft and seen == [plain.facts] and plain.facts["invoices"]
    lies = ar.write_notice(report, decision_id, SENDER, generator=lambda facts: "Pay 5 EUR now")
    assert (lies.draft, lies.text) == ("refused", plain.text) and lies.findings and lies.error is None

    def broken(facts):
        facts.clear()
        raise RuntimeError("out of tokens")

    failed = ar.write_notice(report, decision_id, SENDER, generator=broken)
    assert (failed.draft, failed.text, failed.facts, failed.error) == ("error", plain.text, plain.facts, "RuntimeError: out of tokens")
    for answer in (None, 5, b"x", "half \ud800", "x" * (1 << 21)):
        notice = ar.write_notice(report, decision_id, SENDER, generator=lambda facts, answer=answer: answer)
        assert (notice.draft, notice.text) == ("error", plain.text) and notice.error and not notice.used_draft
    began = time.perf_counter()
    gate = threading.Event()
    late = ar.write_notice(report, decision_id, SENDER, generator=lambda facts: str(gate.wait(30)), timeout=0.2)
    gate.set()
    assert (late.draft, late.text) == ("timeout", plain.text) and time.perf_counter() - began < 5


@pytest.fixture
def server():
    """A server of this machine that answers as it is told to."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers.get("Authorization"), body))
            status, answer, headers = self.server.answer(body)
            self.send_response(status)
            for pair in headers.items():
                self.send_header(*pair)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.asked, http.url = asked, f"http://127.0.0.1:{http.server_address[1]}/v1"
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield http
        http.shutdown()


def completion(text):
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def test_an_openai_compatible_server_writes(report, decision_id, server):
    plain = ar.write_notice(report, decision_id, SENDER)
    writer = ar.generators.OpenAICompatible(server.url + "/", "small", api_key="k-1", timeout=5, max_tokens=400)
    server.answer = lambda body: (200, completion(plain.text + "\n"), {})
    notice = ar.write_notice(report, decision_id, SENDER, generator=writer)
    assert notice.used_draft and notice.text == plain.text and "k-1" not in repr(writer)
    ((path, key, body),) = server.asked
    assert (path, key, body["model"], body["max_tokens"]) == ("/v1/chat/completions", "Bearer k-1", "small", 400)
    assert json.loads(body["messages"][1]["content"]) == plain.facts and body["messages"][0]["role"] == "system"


def test_what_a_server_gets_wrong_leaves_the_template(report, decision_id, server):
    plain = ar.write_notice(report, decision_id, SENDER)
    writer = ar.generators.OpenAICompatible(server.url, "small", api_key="k-1", timeout=0.5)
    elsewhere = {"Location": server.url + "/elsewhere"}
    for answer in ((500, b"no", {}), (200, b"no", {}), (200, b'{"choices": []}', {}), (200, completion(None), {}), (200, b"\xff" * 100, {}), (302, b"", elsewhere), (307, b"", elsewhere)):
        server.asked.clear()
        server.answer = lambda body, answer=answer: answer
        notice = ar.write_notice(report, decision_id, SENDER, generator=writer)
        assert (notice.draft, notice.text) == ("error", plain.text) and notice.error, answer
        assert len(server.asked) == 1, "a redirect was followed, with the key"

    def slow(body):
        time.sleep(1.5)
        return 200, completion(plain.text), {}

    server.answer = slow
    assert ar.write_notice(report, decision_id, SENDER, generator=writer).draft == "timeout"
    gone = ar.generators.OpenAICompatible("http://127.0.0.1:9", "small", timeout=0.5)
    assert ar.write_notice(report, decision_id, SENDER, generator=gone).draft == "error"
    for address in ("file:///etc/passwd", "llm.example", "ftp://x"):
        with pytest.raises(ValueError):
            ar.generators.OpenAICompatible(address, "small")


# The command line


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_message_is_read_from_the_command_line(tmp_path, capsys):
    mail = tmp_path / "mail.txt"
    mail.write_bytes(MAIL.encode() + b"\x1b[2J \xff")
    code, out, _ = command(capsys, "read", mail, "--received-on", RECEIVED, "--locale", "en-GB")
    assert code == 0 and "promise_to_pay" in out and "2026-03-20" in out and "\x1b" not in out
    code, out, _ = command(capsys, "read", mail, "--received-on", RECEIVED, "--book", ROOT / "examples" / "book", "--json")
    assert code == 0 and set(json.loads(out)) == READING_KEYS
    code, _, err = command(capsys, "read", mail, "--received-on", RECEIVED, "--country", "Germany", "--currency", "EURO")
    assert code == 2 and "country" in err and "currency" in err
    assert command(capsys, "read", tmp_path / "none", "--received-on", RECEIVED)[0] == 2


def test_a_text_is_checked_from_the_command_line(tmp_path, capsys):
    good = next(row for row in lines("tests/reference/grounding.jsonl") if row["expect"] == "accept")
    text, facts = tmp_path / "text.txt", tmp_path / "facts.json"
    text.write_text(good["message"], encoding="utf-8")
    facts.write_text(json.dumps(good["facts"]), encoding="utf-8")
    assert command(capsys, "verify", text, "--facts", facts)[:2] == (0, "accepted: every statement is a fact\n")
    text.write_text(good["message"].replace("1,234.56", "1,243.56"), encoding="utf-8")
    code, out, _ = command(capsys, "verify", text, "--facts", facts)
    assert code == 1 and "BAD_AMOUNT" in out and "1,243.56" in out
    code, out, _ = command(capsys, "verify", text, "--facts", facts, "--json")
    assert code == 1 and not json.loads(out)["accepted"]
    facts.write_text("{}")
    assert command(capsys, "verify", text, "--facts", facts)[0] == 2


def test_a_notice_is_written_from_the_command_line(tmp_path, capsys):
    pytest.importorskip("altair")
    assert command(capsys, "demo", "--out", tmp_path)[0] == 0
    book = tmp_path / "book"
    asks = json.loads(command(capsys, "worklist", book, "--json")[1])
    rows = asks if isinstance(asks, list) else asks["worklist"]
    decision_id = next(row["decision_id"] for row in rows if row["action"] in ("send_notice", "call", "send_reminder"))
    assert command(capsys, "notice", book, decision_id)[0] == 2, "nobody writes"
    (book / "sender.toml").write_text('name = "Northgate Supplies Ltd"\nemail = "ar@northgate.example"\n')
    code, out, err = command(capsys, "notice", book, decision_id, "--locale", "en-GB", "--channel", "email")
    assert code == 0 and "Northgate Supplies Ltd" in out, err
    (tmp_path / "draft.txt").write_text("Pay 1 EUR")
    code, out, _ = command(capsys, "notice", book, decision_id, "--draft", tmp_path / "draft.txt", "--json")
    assert code == 0 and not json.loads(out)["used_draft"]
    assert command(capsys, "notice", book, "D-none")[0] == 2
    (book / "sender.toml").write_text('nmae = "x"\n')
    assert command(capsys, "notice", book, decision_id)[0] == 2
