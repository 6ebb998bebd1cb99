"""The benchmark suite: its figures, its tables, its seeded workloads, the rules of two ERPs. No peer is needed, nothing is timed."""

from __future__ import annotations

import math
import pickle
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benches"))

from suite import aging, dates, dunning, figures, machine, measure, name_words, names, table
from suite.contender import Case, Contender, Quality, Section
from suite.draw import dice
from suite.matching import instances, rules
from suite.matching import ledger as book_of_payments
from suite.matching.workload import TODAY, Answer, Book, Customer, Item, Payment, Workload
from suite.sections import NAMES
from suite.sections import section as section_of

# Figures


def test_spread_median_and_quantile():
    assert figures.spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0, "n": 3}
    assert figures.median([4.0, 1.0]) == 2.5
    assert [figures.quantile(list(range(1, 101)), share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]


def test_ratios_are_of_the_same_turn():
    """A turn in which the machine was slow divides slow by slow."""
    assert figures.ratios({0: 10.0, 1: 100.0, 2: 12.0}, {0: 1.0, 1: 10.0, 2: 2.0}) == {"min": 6.0, "median": 10.0, "max": 10.0, "n": 3}
    assert figures.ratios({1: 8.0}, {0: 1.0, 1: 4.0}) == {"min": 2.0, "median": 2.0, "max": 2.0, "n": 1}
    assert figures.ratios({5: 8.0}, {0: 1.0}) is None


def test_best_is_least_most_or_nearest():
    values = {"a": 0.7, "b": 0.82, "c": 0.9}
    assert figures.best(values, "more") == {"c"} and figures.best(values, "less") == {"a"} and figures.best(values, "0.8") == {"b"}
    assert figures.best(values, "") == set()
    assert figures.best({"a": 1.0, "b": 1.0}, "more") == set(), "where all are the same nobody is best"
    assert figures.best({"a": 1.0, "b": 1.0, "c": 0.0}, "more") == {"a", "b"}
    assert figures.best({"a": math.nan, "b": 2.0, "c": 3.0}, "less") == {"b"}


# The table


def made_up() -> tuple[dict, Section]:
    """A section of four contenders and what was measured of them: the peer is faster, the engine is right more often."""
    work = lambda workload: lambda: workload
    contenders = [
        Contender("ours", work, (), "MIT", "as it comes", ours=True, base=True),
        Contender("fast", work, (), "MIT", "one thread"),
        Contender("slow", work, (), "GPL-3.0", "its own"),
        Contender("gone", work, ("no-such-distribution",), "MIT", "none"),
    ]
    quality = [Quality("right", "right", "more"), Quality("wrong", "wrong posts", "less", "{:.0f}")]
    section = Section("made_up", "Made up", "thing", lambda size: [], dict, len, contenders, lambda w, a: {}, quality, "Nothing.")
    given = Case("few", "ten things", {"seed": 1}, 2.0)
    rows = [measure.new_row(section, given, one) for one in contenders]
    for turn, noise in enumerate((1.0, 3.0)):
        for row, wall, right in zip(rows[:2], (0.002, 0.001), (0.9, 0.5), strict=True):
            found = {"wall_s": wall * noise, "cpu_s": wall, "peak_mb": 30.0, "units": 10, "quality": {"right": right, "wrong": 1.0 - right}}
            measure.note(row, turn, found)
    measure.note(rows[2], 0, {"over": 2.0})
    case = {"case": given.name, "about": given.about, "settings": given.settings, "limit_s": given.limit, "units": 10, "rows": rows}
    table.summarised(case)
    run = {"size": "small", "repeats": 2, "started": "a", "ended": "b", "engine": "1", "commit": "c", "load_before": [1], "load_after": [2]}
    sections = [{"section": "made_up", "title": "Made up", "unit": "thing", "cases": [case]}]
    return {"run": run, "machine": machine.facts(), "sections": sections}, section


def test_the_table_says_who_is_best_and_why_somebody_is_missing():
    results, section = made_up()
    text = table.document(results, lambda name: section)
    rows = {cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for cells in (line.split("|") for line in text.splitlines()) if len(cells) > 5}
    # version, wall, per thing, CPU, ratios, memory, right, wrong
    assert rows["*ours*"] == ["", "4.00 ms (2.00 ms to 6.00 ms)", "400 µs", "2.00 ms", "1", "1", "30", "**90.0%**", "**0**"]
    assert rows["fast"] == ["", "**2.00 ms (1.00 ms to 3.00 ms)**", "200 µs", "**1.00 ms**", "0.50", "0.50", "30", "50.0%", "0"]
    assert rows["slow"][1] == "over the limit: ended at 2 s"
    assert rows["gone"][1] == "not there: not installed: no-such-distribution"
    assert "Fastest: fast; right: ours; wrong posts: ours." in text
    assert "- slow (GPL-3.0): its own" in text
    lengths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(lengths) == 1, "every row has as many cells as the head"


def test_seconds_and_numbers_keep_three_digits():
    assert [table.seconds(value) for value in (12.345, 0.0123, 0.0000456, 0.0000004)] == ["12.3 s", "12.3 ms", "45.6 µs", "0.40 µs"]
    assert [table.short(value) for value in (0, 0.00123, 1.234, 12.34, 1234.5)] == ["0", "0.0012", "1.23", "12.3", "1,234"]


def test_what_was_ended_or_failed_is_not_asked_again(tmp_path, monkeypatch):
    """Contenders work in turns; one that went over its limit takes no further turn, one with few turns as many as it has."""
    _, section = made_up()
    asked = []

    def one(section, contender, workload, limit):
        asked.append(contender.name)
        found = {"wall_s": 1.0, "cpu_s": 1.0, "peak_mb": 1.0, "units": 1, "quality": {}}
        return {"over": limit} if contender.name == "slow" else found

    monkeypatch.setattr(measure, "one", one)
    found = measure.case(section, Case("few", "", {}, 2.0, turns={"fast": 2}), tmp_path, 3, lambda line: None)
    assert asked == ["ours", "fast", "slow", "ours", "fast", "ours"]
    assert [row["status"] for row in found["rows"]] == ["measured", "measured", "over_limit", "absent"]
    assert [turn["turn"] for turn in found["rows"][0]["turns"]] == [0, 1, 2]


def test_a_process_is_ended_at_its_limit(tmp_path):
    """The child is a process of its own: a workload that it cannot read is an error of its row, and a limit ends it."""
    workload = tmp_path / "w.pickle"
    workload.write_bytes(b"no pickle")
    given = section_of("dates")
    [contender] = [one for one in given.contenders if one.base]
    assert "UnpicklingError" in measure.one(given, contender, workload, 60.0)["error"]
    assert measure.one(given, contender, workload, 0.01) == {"over": 0.01}


# Workloads


WORKLOADS = [
    (dates.make, {"seed": 1, "texts": 40}),
    (names.make, {"seed": 1, "customers": 60, "payments": 30, "equal": False}),
    (dunning.make, {"seed": 1, "items": 30, "each": 3}),
    (aging.make, {"seed": 1, "items": 300, "customers": 20}),
    (instances.make, {"seed": 1, "open": 12, "each": 1, "seconds_each": 1.0}),
    (book_of_payments.make, {"seed": 1, "customers": 12, "seconds_each": 1.0}),
    (section_of("pay_time").make, {"seed": 1, "book": "invented", "customers": 5}),
]


@pytest.mark.parametrize(("make", "settings"), WORKLOADS, ids=lambda value: getattr(value, "__module__", None))
def test_a_seed_gives_the_same_bytes_and_another_seed_others(make, settings):
    first, again, other = (pickle.dumps(make(settings | {"seed": seed}), protocol=4) for seed in (1, 1, 2))
    assert first == again and first != other


def test_every_section_has_cases_in_each_size_one_base_and_settings():
    for name in NAMES:
        section = section_of(name)
        assert section.name == name
        assert [one.ours for one in section.contenders if one.base] == [True]
        assert all(one.settings and one.licence for one in section.contenders)
        assert len({one.name for one in section.contenders}) == len(section.contenders)
        known = {one.name for one in section.contenders}
        for size in ("small", "medium", "large"):
            cases = section.cases(size)
            assert cases and all(set(case.left_out) | set(case.turns) <= known for case in cases)


def test_payments_of_the_book_pay_what_they_say():
    """What a payment without a difference pays sums to it; no item is paid twice; what pays nothing says so."""
    [book] = book_of_payments.make({"seed": 4, "customers": 60, "seconds_each": 1.0}).books
    paid = [at for payment in book.payments for at in payment.pays]
    assert len(paid) == len(set(paid)) and all(book.items[at].settled < 0 for at in paid)
    exact = [payment for payment in book.payments if payment.pays and "," not in payment.kind]
    assert exact and all(sum(book.items[at].amount for at in payment.pays) == payment.amount for payment in exact)
    differs = [payment for payment in book.payments if "," in payment.kind]
    assert differs and all(sum(book.items[at].amount for at in payment.pays) >= payment.amount for payment in differs)
    assert any(payment.kind == "nothing" for payment in book.payments)
    assert all((payment.kind == "nothing") == (not payment.pays) for payment in book.payments)
    assert {at for _, at, _ in book.applied} == {at for at, item in enumerate(book.items) if item.settled >= 0}


def test_words_of_dates_mean_their_days():
    from suite import date_words

    for row in dates.make({"seed": 3, "texts": 400}):
        assert row["words"] in row["text"] and row["days"]
        assert all((day - row["received_on"]).days >= 0 for day in row["days"]) or row["kind"] == "month_end"
    assert date_words.written("D N Y", date(2026, 12, 15), "en") == "15 December 2026"
    assert date_words.written("DD. N Y", date(2026, 3, 5), "de") == "05. März 2026"
    assert date_words.written("D de N de Y", date(2026, 1, 5), "es") == "5 de enero de 2026"
    assert date_words.written("N Dth", date(2026, 3, 22), "en") == "March 22nd"
    assert date_words.written("DD/MM/Y", date(2026, 3, 5), "fr") == "05/03/2026"
    friday = date(2026, 11, 20)
    _, _, days = date_words.month_end(dice("x"), "en", friday)
    assert days <= {date(2026, 11, 30), date(2026, 12, 31)}


def test_ageing_truth_of_a_book_by_hand():
    """Two invoices open, one paid, a credit note: buckets, counts and measures by hand."""
    book = {"customer": [0] * 4, "currency": [0] * 4, "amount": [10_000, 6_000, 4_000, 500]}
    book |= {"issued": [aging.TODAY - 20, aging.TODAY - 80, aging.TODAY - 50, aging.TODAY - 5], "due": [aging.TODAY + 10, aging.TODAY - 50, aging.TODAY - 20, aging.TODAY]}
    book |= {"settled": [aging.NEVER, aging.NEVER, aging.TODAY - 10, aging.NEVER], "credit": [0, 0, 0, 1]}
    aged = [10_000, 0, 6_000, 0, 0]
    found = aging.measures(aged, 20_000, 0)
    assert found["dso"] == 72.0 and found["best_possible_dso"] == 45.0 and found["overdue_share"] == 37.5 and found["turnover"] == 2.5

    wanted = {("EUR", "not_due amount"): 10_000, ("EUR", "31-60 amount"): 6_000, ("EUR", "31-60 count"): 1, ("EUR", "credits amount"): -500}
    both = {name: values * 3 for name, values in book.items()} | {"currency": [0] * 4 + [1] * 4 + [2] * 4}
    truth = aging.truth(both)
    assert {key: truth[key] for key in wanted} == wanted
    assert truth["EUR", "dso"] == 72.0 and truth["EUR", "1-30 amount"] == 0
    assert aging.judge(both, truth)["right"] == 1.0
    assert aging.judge(both, truth | {("EUR", "dso"): 72.1})["right"] < 1.0


def test_names_are_distorted_and_cleaned():
    draw = dice("names")
    assert name_words.upper("Müller & Söhne, Straße é") == "MUELLER & SOEHNE, STRASSE E"
    assert name_words.formless("Nordfeld Handel GmbH & Co. KG") == "Nordfeld Handel"
    assert name_words.plain("Nordfeld Handel GmbH & Co. KG") == name_words.plain("NORDFELD HANDEL KG") == "NORDFELD HANDEL"
    assert name_words.distorted(draw, "Nordfeld Handel AG", "turned") == "HANDEL NORDFELD"
    made = name_words.companies(draw, 200)
    assert len({name_words.plain(name) for name in made}) == 200


def test_judgement_of_names_counts_strangers():
    payments = [{"way": "same", "customer": 0}, {"way": "typo", "customer": 1}, {"way": "stranger", "customer": None}, {"way": "stranger", "customer": None}]
    found = names.judge({"payments": payments}, [(0, True), (0, True), (None, False), (1, False)])
    assert (found["right"], found["wrong"], found["posted"], found["wrong_posts"]) == (0.5, 0.5, 0.5, 1.0)
    assert (found["right_typo"], found["right_stranger"]) == (0.0, 0.5)


# Rules


def small_book(*payments: Payment) -> Workload:
    """Three items of Anna (100.00, 50.00, 50.00, the oldest first) and one of Bert (100.00)."""
    people = [Customer(name, name, True, "", False, "") for name in ("Anna", "Bert")]
    amounts = ((0, "RE-100", 10_000), (0, "RE-200", 5_000), (0, "RE-300", 5_000), (1, "RE-900", 10_000))
    items = [Item(who, reference, amount, TODAY - 50 + at, TODAY - 20 + at) for at, (who, reference, amount) in enumerate(amounts)]
    return Workload([Book(people, items, list(payments))], 1.0)


def paid(who: int, amount: int, text: str = "", pays: tuple[int, ...] = ()) -> Payment:
    """A payment of today."""
    return Payment(who, amount, text, TODAY, "any", list(pays))


def answers(rule, *payments: Payment) -> list[list[int] | None]:
    """What a rule finds for each."""
    found: Answer = rules.run(rule)(small_book(*payments))()
    assert found.posted == [items is not None for items in found.found], "a rule posts what it finds"
    return found.found


def test_erpnext_ranks_party_and_reference():
    assert answers(rules.erpnext_ranked, paid(1, 10_000)) == [[3]]
    assert answers(rules.erpnext_ranked, paid(0, 10_000, "RE-900")) == [[0]], "a point for the party, a point for the reference: the older one"
    assert answers(rules.erpnext_ranked, paid(1, 10_000, "RE-900")) == [[3]]
    assert answers(rules.erpnext_ranked, paid(0, 5_000), paid(0, 5_000), paid(0, 5_000)) == [[1], [2], None], "of equals the oldest, then it is gone"
    assert answers(rules.erpnext_ranked, paid(0, 5_001), paid(-1, 10_000)) == [None, None], "another amount; nobody's"
    assert answers(rules.erpnext_ranked, paid(0, 15_000, "RE-100 RE-200")) == [None], "it knows no sums"


def test_erpnext_allocates_oldest_first():
    assert answers(rules.erpnext_fifo, paid(0, 12_000), paid(0, 5_000), paid(0, 90_000)) == [[0, 1], [1, 2], [2]]
    assert answers(rules.erpnext_fifo, paid(0, 5_000, "RE-300")) == [[0]], "whatever the text says"
    assert answers(rules.erpnext_fifo, paid(-1, 5_000)) == [None]


def test_odoo_takes_numbers_in_the_label_then_the_amount():
    assert answers(rules.odoo, paid(0, 15_000, "re 100, RE/300")) == [[0, 2]]
    assert answers(rules.odoo, paid(0, 9_800, "RE-100")) == [[0]], "2 % less is in its tolerance"
    assert answers(rules.odoo, paid(0, 9_000, "RE-100")) == [None], "10 % less is not"
    assert answers(rules.odoo, paid(0, 10_500, "RE-100")) == [None], "more is not"
    assert answers(rules.odoo, paid(0, 5_000), paid(0, 5_000)) == [[1], [2]]
    assert answers(rules.odoo, paid(1, 5_000)) == [None]


def test_judgement_of_payments():
    section = section_of("matching")
    workload = small_book(paid(0, 10_000, "", (0,)), paid(0, 10_000, "", (1, 2)), paid(1, 10_000, "", (3,)), paid(1, 700), paid(1, 800))
    answer = Answer()
    for found, posts in (([0], True), ([0], True), ([3], False), (None, False), ([3], True)):
        answer.add(found, posts)
    judged = section.judge(workload, answer)
    assert judged["right"] == pytest.approx(2 / 3) and judged["right_posted"] == pytest.approx(1 / 3)
    assert (judged["posted"], judged["wrong_posts"], judged["noise_posts"], judged["wrong_share"]) == (0.6, 2.0, 1.0, pytest.approx(2 / 3))
