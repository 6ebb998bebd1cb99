"""A supervised team with the real engine, day by day: questions that wait, changes, stops, reviews, levels that are earned."""

import json
import sqlite3
from datetime import date

import pytest
from ar_core import cli
from ar_core.host.book import state_path
from ar_core.host.day import Request, run_day
from ar_core.host.errors import InvalidBook
from ar_core.host.progress import Progress
from host_helpers import write_csv

MONDAY = 16  # of November 2026


def make(folder, autonomy="", more="", version="one", count=1):
    """Customers with one overdue invoice each, and a policy."""
    folder.mkdir()
    write_csv(folder / "customers.csv", [{"customer_id": f"C{n}", "name": f"Kunde {n} GmbH"} for n in range(count)])
    write_items(folder, *((f"I{n}", f"C{n}") for n in range(count)))
    write_policy(folder, autonomy, more, version)
    return folder


def write_items(folder, *rows, due_on="2026-10-01"):
    """Invoices of 1,200 each."""
    item = {"currency": "EUR", "amount": "1200.00", "issued_on": "2026-09-01", "due_on": due_on}
    write_csv(folder / "items.csv", [{"item_id": item_id, "customer_id": customer_id, **item} for item_id, customer_id in rows])


def write_policy(folder, autonomy="", more="", version="one"):
    (folder / "policy.toml").write_text(f'version = "{version}"\n[autonomy]\n{autonomy}\n{more}\n')


def run(book, day):
    return run_day(Request(book, date(2026, 11, day), None, by="Grace"), Progress(quiet=True))


def notices(day, mode=None):
    return [body for body in day.bodies if body["action"] == "send_notice" and mode in (None, body["mode"])]


def command(capsys, *words):
    code = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def status(book, decision_id):
    with sqlite3.connect(state_path(book)) as connection:
        (found,) = connection.execute("SELECT status FROM decisions WHERE decision_id = ?", (decision_id,)).fetchone()
    return found


def events(book):
    with sqlite3.connect(state_path(book)) as connection:
        return [json.loads(body) for (body,) in connection.execute("SELECT body FROM events ORDER BY seq")]


def whole(capsys, book):
    """The audit chain holds, and the newest run comes out again."""
    return [command(capsys, "audit", word, book)[0] for word in ("verify", "replay")] == [0, 0]


def test_a_question_waits_under_its_identifier_until_it_is_approved(tmp_path, capsys):
    book = make(tmp_path / "book")
    (first,) = notices(run(book, MONDAY))
    (again,) = notices(run(book, MONDAY + 1))
    assert (first["mode"], first["asked_on"], again["asked_on"]) == ("ask", None, "2026-11-16")
    assert first["decision_id"] == again["decision_id"]
    (ask,) = json.loads(command(capsys, "worklist", book, "--json")[1])
    assert (ask["age_days"], ask["answer_by"], ask["if_unanswered"]) == (1, "2026-11-18", "lapses on 2026-11-21")
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 0 and "carried out (notice_sent)" in out
    assert status(book, ask["decision_id"]) == "done"
    said = next(event for event in events(book) if event["event"] == "decision_approved")
    assert (said["action"], said["segment"]) == ("send_notice", "")
    assert notices(run(book, MONDAY + 2)) == [] and whole(capsys, book)


def test_a_question_goes_to_the_deputy_and_lapses(tmp_path, capsys):
    book = make(tmp_path / "book", 'people = { collector = "Ada", team_lead = "Bob" }\ndeputies = { collector = "team_lead" }')
    asked = [notices(run(book, MONDAY + day))[0] for day in (0, 1, 2, 3, 4, 7)]
    who = [(body["decision_id"] == asked[0]["decision_id"], body["ask_role"], body["person"]) for body in asked]
    assert who == [(True, "collector", "Ada")] * 3 + [(True, "team_lead", "Bob")] * 2 + [(False, "collector", "Ada")]
    assert [status(book, body["decision_id"]) for body in asked[-2:]] == ["expired", "open"]


def test_a_veto_window_runs(tmp_path, capsys):
    book = make(tmp_path / "book", 'modes = { send_notice = "veto" }\nveto_days = 2', count=2)
    first = notices(run(book, MONDAY))
    assert {body["mode"] for body in first} == {"ask"}
    (line, _) = json.loads(command(capsys, "worklist", book, "--json")[1])
    assert line["if_unanswered"] == "acts on 2026-11-18"
    said_no = first[0]["decision_id"]
    assert command(capsys, "reject", book, said_no, "--by", "Ada")[0] == 0
    assert [body["mode"] for body in notices(run(book, MONDAY + 1))] == ["ask"]
    (acted,) = notices(run(book, MONDAY + 2))
    assert (acted["mode"], acted["decision_id"]) == ("act", first[1]["decision_id"])
    assert (status(book, acted["decision_id"]), status(book, said_no)) == ("done", "rejected")
    assert [event["decision_id"] for event in events(book) if event["event"] == "notice_sent"] == [acted["decision_id"]]


def test_a_change_by_one_is_approved_by_another(tmp_path, capsys):
    book = make(tmp_path / "book")
    (ask,) = notices(run(book, MONDAY))
    key, before = ask["decision_id"], events(book)
    for wrong in (["--set", "due_on=2026-12-01"], ["--set", "item_ids=I0,I9"], ["--set", "tone=rude"], ["--set", "chanel=x"], []):
        assert command(capsys, "edit", book, key, *wrong, "--by", "Ada")[0] in (2, 4), wrong
    assert events(book) == before
    code, out, _ = command(capsys, "edit", book, key, "--set", "tone=friendly", "--set", "on=2026-11-18", "--by", "Ada")
    assert code == 0 and "another person approves it" in out
    code, _, err = command(capsys, "approve", book, key, "--by", "Ada")
    assert code == 4 and "another person approves it" in err and "Nothing was recorded" in err
    run(book, MONDAY + 1)
    assert command(capsys, "approve", book, key, "--by", "Bob")[0] == 0
    assert status(book, key) == "done"
    explained = json.loads(command(capsys, "explain", book, key, "--json")[1])["decision"]
    assert explained["params"]["tone"] == "friendly" and whole(capsys, book)


def test_a_change_of_what_is_gone_is_told_as_a_no(tmp_path, capsys):
    """The book no longer holds what a person wanted left: the day runs, and nobody's approval makes it the engine's own proposal."""
    book = make(tmp_path / "book", count=2)
    rows = [("I0", "C0"), ("I1", "C0")]
    write_items(book, *rows)
    (ask,) = notices(run(book, MONDAY))
    assert command(capsys, "edit", book, ask["decision_id"], "--set", "item_ids=I1", "--by", "Ada")[0] == 0
    write_items(book, *rows[:1])
    (other,) = notices(run(book, MONDAY + 1))
    assert other["decision_id"] != ask["decision_id"] and status(book, ask["decision_id"]) == "superseded"
    write_items(book, *rows)
    assert len(notices(run(book, MONDAY + 2))) == 1


def test_stop_and_resume(tmp_path, capsys):
    book = make(tmp_path / "book", "default_level = 2", count=2)
    assert command(capsys, "stop", book)[0] == 4, "a book that was never run has nothing to stop"
    write_items(book, ("I0", "C0"), ("I1", "C1"), due_on="2026-12-24")
    run(book, MONDAY)
    assert command(capsys, "resume", book, "--action", "send_notice", "--by", "Ada")[0] == 4
    assert command(capsys, "stop", book, "--customer", "nobody")[0] == 2
    assert command(capsys, "stop", book, "--action", "send_notise")[0] == 2
    assert [event["event"] for event in events(book)] == ["policy_changed"]
    code, out, _ = command(capsys, "stop", book, "--action", "send_notice", "--customer", "C0", "--by", "Ada")
    assert code == 0 and "holds stay" in out and "next run" in out
    assert whole(capsys, book), "what was said since is not what the newest run heard"
    write_items(book, ("I0", "C0"), ("I1", "C1"))
    day = run(book, MONDAY)
    assert {body["customer_id"]: body["mode"] for body in notices(day)} == {"C0": "ask", "C1": "act"}
    (ask,) = notices(day, "ask")
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Bob")
    assert code == 1 and "it is stopped" in out
    assert "stopped by Ada on 2026-11-16" in command(capsys, "autonomy", book)[1]
    code, out, _ = command(capsys, "resume", book, "--action", "send_notice", "--customer", "C0", "--by", "Bob")
    assert code == 0 and "resumed" in out
    (acted,) = notices(run(book, MONDAY + 1))
    assert acted["mode"] == "act" and whole(capsys, book)


def test_a_stop_for_a_customer_who_left_stops_no_day(tmp_path, capsys):
    book = make(tmp_path / "book", count=2)
    run(book, MONDAY)
    assert command(capsys, "stop", book, "--customer", "C1", "--by", "Ada")[0] == 0
    for name in ("customers", "items"):
        lines = (book / f"{name}.csv").read_text().splitlines()
        (book / f"{name}.csv").write_text("\n".join(line for line in lines if "C1" not in line) + "\n")
    assert len(notices(run(book, MONDAY + 1))) == 1


def test_what_a_look_finds_wrong_narrows_the_next_day(tmp_path, capsys):
    book = make(tmp_path / "book", "default_level = 2\nsample_share = 1", count=2)
    acts = notices(run(book, MONDAY), "act")
    drawn = json.loads(command(capsys, "samples", book, "--json")[1])
    assert {row["decision_id"] for row in drawn} == {body["decision_id"] for body in acts}
    wrong, right = (body["decision_id"] for body in acts)
    assert "to look at: ar-core samples" in command(capsys, "worklist", book)[1]
    assert command(capsys, "review", book, wrong, "--wrong", "--by", "Ada")[0] == 0
    assert command(capsys, "review", book, right, "--right", "--by", "Ada")[0] == 0
    assert json.loads(command(capsys, "samples", book, "--json")[1]) == []
    write_items(book, ("I0", "C0"), ("I1", "C1"), ("J0", "C0"))
    assert "Narrowed to level 1" in command(capsys, "autonomy", book)[1]
    day = run(book, MONDAY + 14)
    assert notices(day) and {body["mode"] for body in notices(day)} == {"ask"}
    assert "narrowed" in {reason["code"] for reason in notices(day)[0]["reasons"]} and whole(capsys, book)


def test_narrowed_by_a_person(tmp_path, capsys):
    book = make(tmp_path / "book", "default_level = 2")
    write_items(book, ("I0", "C0"), due_on="2026-12-24")
    run(book, MONDAY)
    code, _, err = command(capsys, "narrow", book, "--action", "send_notice", "--level", 2)
    assert code == 4 and "at level 2" in err
    assert command(capsys, "narrow", book, "--action", "send_notice", "--level", 1, "--by", "Ada")[0] == 0
    (row,) = json.loads(command(capsys, "autonomy", book, "--json")[1])["autonomy"]
    assert (row["action"], row["policy_level"], row["level"]) == ("send_notice", 2, 1)


def test_more_autonomy_is_earned_and_confirmed_by_approving_it(tmp_path, capsys):
    book = make(tmp_path / "book", "error_limit = 0.5\nearn_risk = 0.5", count=8)
    keys = [body["decision_id"] for body in notices(run(book, MONDAY), "ask")]
    assert command(capsys, "approve", book, *keys[:-1], "--by", "Ada")[0] == 0
    day = run(book, MONDAY + 1)
    (ask,) = [body for body in day.bodies if body["action"] == "widen_autonomy"]
    assert ask["params"] == {"action": "send_notice", "level": 2, "segment": ""}
    assert command(capsys, "done", book, ask["decision_id"])[0] == 4
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 0 and "Send notice is at level 2 from now on, confirmed by Ada" in out
    assert "with the new level: 1 more decision carried out" in out
    widened = next(event for event in events(book) if event["event"] == "autonomy_widened")
    assert (widened["by"], widened["action"], widened["level"]) == ("Ada", "send_notice", 2)
    assert status(book, ask["decision_id"]) == status(book, keys[-1]) == "done"
    (row,) = json.loads(command(capsys, "autonomy", book, "--json")[1])["autonomy"]
    assert (row["policy_level"], row["level"], row["since"]) == (1, 2, "2026-11-17") and whole(capsys, book)


def test_a_large_amount_is_approved_by_two(tmp_path, capsys):
    book = make(tmp_path / "book", "second_approval_amount = 1000")
    (ask,) = notices(run(book, MONDAY))
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 0 and "waits for another person (1 approval so far)" in out and status(book, ask["decision_id"]) == "open"
    code, _, err = command(capsys, "approve", book, ask["decision_id"], "--by", "Ada")
    assert code == 4 and "approved" in err and "already" in err
    run(book, MONDAY + 1)
    code, out, _ = command(capsys, "approve", book, ask["decision_id"], "--by", "Bob")
    assert code == 0 and "carried out" in out and status(book, ask["decision_id"]) == "done"


def test_what_the_policy_leaves_to_people_is_reported_done(tmp_path, capsys):
    book = make(tmp_path / "book", 'modes = { send_notice = "suggest" }')
    (ask,) = notices(run(book, MONDAY))
    code, _, err = command(capsys, "approve", book, ask["decision_id"])
    assert code == 4 and "leaves to people" in err
    assert command(capsys, "done", book, ask["decision_id"], "--by", "Ada")[0] == 0
    assert notices(run(book, MONDAY + 1)) == []


def test_a_question_is_handed_on(tmp_path, capsys):
    book = make(tmp_path / "book")
    (ask,) = notices(run(book, MONDAY))
    code, out, _ = command(capsys, "delegate", book, ask["decision_id"], "--to", "Zoë", "--by", "Ada")
    assert code == 0 and "handed on to Zoë by Ada" in out
    (line,) = json.loads(command(capsys, "worklist", book, "--json")[1])
    assert line["person"] == "Zoë" and notices(run(book, MONDAY + 1))[0]["person"] == "Zoë"
    assert command(capsys, "approve", book, ask["decision_id"], "--by", "Zoë")[0] == 0
    assert command(capsys, "delegate", book, ask["decision_id"], "--to", "Bob")[0] == 4
    found = json.loads(command(capsys, "audit", "search", book, "--decision", ask["decision_id"], "--json")[1])
    assert [entry["kind"] for entry in found].count("authorisation") == 3, "asked, handed on, approved"


def test_a_version_has_one_policy(tmp_path, capsys):
    book = make(tmp_path / "book", version="two")
    run(book, MONDAY)
    (said,) = [event for event in events(book) if event["event"] == "policy_changed"]
    assert (said["version"], said["by"], said["on"]) == ("two", "Grace", "2026-11-16")
    write_policy(book, "amount_limit = 7", version="two")
    with pytest.raises(InvalidBook, match=r"kept its version.*Give it another one"):
        run(book, MONDAY + 1)
    write_policy(book, "amount_limit = 7", version="three")
    run(book, MONDAY + 1)
    write_policy(book, version="two")
    run(book, MONDAY + 2)
    assert [event["version"] for event in events(book) if event["event"] == "policy_changed"] == ["two", "three"]
    for limit in (8, 9):
        (book / "policy.toml").write_text(f"[autonomy]\namount_limit = {limit}\n")
        run(book, MONDAY + 2)
    found = json.loads(command(capsys, "audit", "search", book, "--kind", "policy", "--json")[1])
    assert len(found) == 5 and whole(capsys, book), "the chain has every change, also of a policy without a name"
