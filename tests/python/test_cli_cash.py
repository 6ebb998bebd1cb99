"""`match`, `score` and `forecast`: what they say is what the engine says of the same book, and nothing is remembered."""

from decimal import Decimal

import ar_core as ar
import pyarrow.parquet as pq
import pytest
from cli_story import DAY, ITEMS, answer, inside, rows, untouched
from host_helpers import write_csv


@pytest.fixture
def story(tmp_path_factory, tmp_path, monkeypatch):
    folder = untouched(tmp_path_factory, tmp_path / "work")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("ar_core.report_html.render", lambda *_: "")
    return folder


def test_match_says_what_the_engine_says_of_a_book(story):
    found = answer("match", "book", "--out", "m")
    tables = {path.stem: pq.read_table(path) for path in (story / "m").glob("*.parquet")}
    assert set(tables) == {"allocations", "payments"}
    tables = {name: table.to_pylist() for name, table in tables.items()}
    ledger = ar.Ledger(**{path.stem: _texts(path) for path in (story / "book").glob("*.csv")})
    with open("book/policy.toml", encoding="utf-8") as handle:
        policy = ar.Policy.from_toml(handle.read())
    report = ar.run(ledger, policy, as_of=found["as_of"], scope="cash")
    assert tables["payments"] == report.payments.to_pyarrow().to_pylist()
    assert tables["allocations"] == report.allocations.to_pyarrow().to_pylist()
    assert sum(row["count"] for row in found["statuses"]) == found["payments"] == len(tables["payments"]) > 0
    total = sum(Decimal(row["amount"]) for row in found["statuses"] if row["currency"] == "EUR")
    assert total == sum(row["amount"] for row in tables["payments"] if row["currency"] == "EUR")
    assert not (story / "book" / "ar-state.sqlite").exists(), "nothing is remembered"
    ended = inside("match", "book", "--out", "m", "--only-csv")
    assert "posted" in ended.stdout and len(rows("m/payments.csv")) == found["payments"]


def _texts(path):
    from ar_core.host.book import read_book

    return read_book(path.parent).tables[path.stem]


def test_payments_of_later_days_are_left_out_and_counted(story):
    days = sorted({row["received_on"] for row in rows("book/payments.csv")})
    found = answer("match", "book", "--out", "m", "--as-of", days[-2])
    later = sum(row["received_on"] > days[-2] for row in rows("book/payments.csv"))
    assert found["notes"] == [f"payments after {days[-2]} are left out: {later}"] and later > 0


def test_scores_are_those_of_a_run_of_the_day(story):
    found = answer("score", "book", "--as-of", DAY, "--out", "s.parquet")
    answer("run", "book", "--as-of", DAY, "--out", "out")
    mine, theirs = pq.read_table("s.parquet"), pq.read_table("out/scores.parquet")
    assert mine.to_pylist() == theirs.to_pylist()
    assert found["items"] == mine.num_rows > 0
    past = found["calibration"]
    assert 0 < past["brier"] < past["brier_base"] and past["items"] > 30 and past["asked_on"] < DAY


def test_a_book_that_tells_settlements_by_allocations_alone_scores_the_same(story):
    answer("score", "book", "--as-of", DAY, "--out", "with.csv")
    lines = rows("book/items.csv")
    write_csv(
        story / "book" / "items.csv",
        [{name: value for name, value in row.items() if name != "settled_on"} for row in lines],
    )
    answer("score", "book", "--as-of", DAY, "--out", "without.csv")
    assert (story / "with.csv").read_bytes() == (story / "without.csv").read_bytes()


def test_a_model_is_kept_and_used_again_and_never_knows_the_future(story):
    first = answer("score", "book", "--as-of", DAY, "--out", "a.csv", "--model", "kept.model", "--no-check")
    again = answer("score", "book", "--as-of", DAY, "--out", "b.csv", "--model", "kept.model", "--no-check")
    assert (first["model"]["loaded"], again["model"]["loaded"], again["calibration"]) == (False, True, None)
    assert first["model"]["digest"] == again["model"]["digest"]
    assert (story / "a.csv").read_bytes() == (story / "b.csv").read_bytes()
    assert ar.Models.from_bytes((story / "kept.model").read_bytes()).digest == first["model"]["digest"]
    later = answer("score", "book", "--as-of", "2026-12-20", "--out", "c.csv", "--model", "kept.model")
    assert later["model"]["fitted_on"] == DAY
    told = answer("score", "book", "--as-of", "2026-10-01", "--out", "d.csv", "--model", "kept.model", code=4)
    assert "hindsight" in told["error"] and not (story / "d.csv").exists()
    (story / "kept.model").write_bytes((story / "kept.model").read_bytes()[:-9])
    assert (
        answer("forecast", "book", "--as-of", DAY, "--days", "7", "--model", "kept.model", code=2)["code"]
        == "invalid_input"
    )


def test_a_forecast_has_every_day_and_currency(story):
    found = answer("forecast", "book", "--as-of", DAY, "--days", "14", "--out", "f.csv", "--model", "kept.model")
    weekly = answer("forecast", "book", "--as-of", DAY, "--days", "14", "--weekly", "--model", "kept.model")
    currencies = {row["currency"] for row in found["rows"]}
    assert len(found["rows"]) == 14 * len(currencies) == len(rows("f.csv")) and currencies >= {"EUR"}
    for currency in currencies:
        days = [Decimal(row["expected"]) for row in found["rows"] if row["currency"] == currency]
        weeks = [Decimal(row["expected"]) for row in weekly["rows"] if row["currency"] == currency]
        assert len(weeks) == 2 and abs(sum(days) - sum(weeks)) <= Decimal("0.20")
    assert all(
        Decimal(row["lo95"]) <= Decimal(row["lo80"]) <= Decimal(row["hi80"]) <= Decimal(row["hi95"])
        for row in found["rows"]
    )
    ended = inside("forecast", "book", "--as-of", DAY, "--days", "14", "--weekly", "--model", "kept.model")
    assert "week from" in ended.stdout and "expected in all: EUR" in ended.stdout


def test_columns_of_an_export_are_recognised_on_request(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {
        "BELNR": "item_id",
        "KUNNR": "customer_id",
        "WAERS": "currency",
        "WRBTR": "amount",
        "BUDAT": "issued_on",
        "NETDT": "due_on",
    }
    back = {name: erp for erp, name in names.items()}
    write_csv(
        tmp_path / "BSID.csv", [{back[name]: value for name, value in row.items() if name in back} for row in ITEMS]
    )
    told = answer("forecast", "BSID.csv", "--as-of", "2026-11-20", "--days", "7", code=2)
    assert "--infer" in told["error"] and {row["code"] for row in told["problems"]} == {
        "unknown_column",
        "missing_column",
    }
    monkeypatch.setattr(ar, "infer_columns", None, raising=False)
    assert (
        answer("forecast", "BSID.csv", "--as-of", "2026-11-20", "--days", "7", "--infer", code=5)["code"]
        == "missing_library"
    )

    class Mapping:
        assumptions = (
            {"what": "SAP, by its names"},
            {"what": "days are days first", "column": "BUDAT", "otherwise": "with_(day_first=False)"},
        )

        def apply(self, table):
            return table.rename_columns([names[name] for name in table.column_names])

    monkeypatch.setattr(ar, "infer_columns", lambda table: Mapping(), raising=False)
    found = answer("score", "BSID.csv", "--as-of", "2026-11-20", "--out", "s.csv", "--infer")
    assert found["items"] == 6 and found["notes"] == [
        "SAP, by its names",
        "days are days first (else: --assume day_first=False)",
    ]


def test_an_interrupted_day_leaves_nothing_and_is_run_again(story, monkeypatch):
    import ar_core.host.day as day

    kept, wrote = day.write_table, []

    def interrupted(folder, name, *more):
        kept(folder, name, *more)
        wrote.append(name)
        if len(wrote) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(day, "write_table", interrupted)
    told = answer("run", "book", "--as-of", DAY, "--out", "out", code=130)
    assert told["code"] == "interrupted" and list((story / "out").iterdir()) == []
    monkeypatch.setattr(day, "write_table", kept)
    assert not answer("run", "book", "--as-of", DAY, "--out", "out")["already_run"], "nothing was recorded"
