"""Books on disk: nothing is guessed, and what is wrong is said with file and line."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ar_core.host.book import locate, read_book
from ar_core.host.errors import InvalidBook
from host_helpers import ITEMS, write_book, write_csv


def codes(error):
    return [(entry["table"], entry["code"]) for entry in error.value.problems]


def test_csv_is_text_and_empty_is_null(tmp_path):
    book = read_book(write_book(tmp_path))
    items, customers = book.tables["items"], book.tables["customers"]
    assert set(items.schema.types) == {pa.string()}
    assert items.column("item_id").to_pylist() == ["0001", "0002", "0003"], "leading zeros are part of an id"
    assert customers.column("aliases").to_pylist() == [["Nordwind", "NW"], None]


def test_parquet_keeps_its_types(tmp_path):
    pq.write_table(pa.table({"item_id": [1], "amount_minor": [100]}), tmp_path / "items.parquet")
    assert read_book(tmp_path).tables["items"].schema.field("amount_minor").type == pa.int64()


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_read(tmp_path):
    (tmp_path / "items.csv").write_bytes("\ufeffitem_id;amount\r\n007;1,50\r\n".encode())
    items = read_book(tmp_path).tables["items"]
    assert items.to_pylist() == [{"item_id": "007", "amount": "1,50"}], "what 1,50 means is the engine's business"


def test_quoted_text_keeps_its_line_breaks_and_commas(tmp_path):
    (tmp_path / "items.csv").write_text('item_id,reference\n1,"a, b\nc"\n')
    assert read_book(tmp_path).tables["items"].to_pylist() == [{"item_id": "1", "reference": "a, b\nc"}]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"items.csv": b""}, [("items", "empty_file")]),
        ({"items.csv": b"a,a\n1,2\n"}, [("items", "duplicate_column")]),
        ({"items.csv": b"a,b\n1,2\n3\n"}, [("items", "unreadable")]),
        ({"items.csv": b"a,b\n1,\xff\xfe\n"}, [("items", "not_utf8")]),
        ({"items.parquet": b"no"}, [("items", "unreadable")]),
        ({"items.csv": b"a\n1\n", "items.parquet": b"no"}, [("items", "duplicate_table")]),
        ({"items.csv": b"", "payments.csv": b""}, [("items", "empty_file"), ("payments", "empty_file")]),
    ],
)
def test_files_that_cannot_be_read_are_all_named(tmp_path, files, expected):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidBook) as error:
        read_book(tmp_path)
    assert codes(error) == expected


def test_no_items_and_no_book(tmp_path):
    with pytest.raises(InvalidBook, match=r"no items\.csv"):
        read_book(tmp_path)
    with pytest.raises(InvalidBook, match="no such book"):
        read_book(tmp_path / "nowhere")


def test_a_misspelt_table_is_noted(tmp_path):
    write_book(tmp_path)
    write_csv(tmp_path / "payment.csv", [{"payment_id": "1"}])
    assert read_book(tmp_path).notes == ["payment.csv is not a table of a book and was ignored; did you mean payments?"]


def test_problems_point_at_the_line_of_the_file(tmp_path):
    (tmp_path / "items.csv").write_text('item_id,reference\n1,x\n2,"two\nlines"\n\n3,y\n')
    write_csv(tmp_path / "customers.csv", [{"customer_id": "C1"}])
    files = {"items": tmp_path / "items.csv", "customers": tmp_path / "customers.csv"}
    found = locate(
        files,
        [{"table": "items", "row": row} for row in (0, 1, 2)]
        + [{"table": "customers", "row": 0}, {"table": "items", "row": None}],
    )
    assert [(entry["file"], entry["line"]) for entry in found] == [
        ("items.csv", 2),
        ("items.csv", 3),
        ("items.csv", 6),
        ("customers.csv", 2),
        ("items.csv", None),
    ]


def test_a_single_file_is_a_book_of_items(tmp_path):
    write_csv(tmp_path / "july.csv", ITEMS)
    book = read_book(tmp_path / "july.csv")
    assert list(book.tables) == ["items"] and book.name == "july.csv"
