"""What cannot be read: one error with every problem, each with file, line, field and code. Nothing is lost without a word."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import ar_core as ar
import pytest
from statement_helpers import IBAN, SAMPLES, bai2, camt, camt_entry, codes, edi820, entry, mt940, quiet

ROWS = [
    entry("119.00", "B1", "RE-1001", "ACME GMBH"),
    entry("-20.00", "B2", "rent"),
    entry("7.00", "B3", "RE-1002", "BETA AG"),
]
HEAD = f":20:A\n:25:{IBAN}\n:28C:1\n:60F:C261101EUR0,00\n"
TAIL = ":62F:C261102EUR1,00\n-\n"
ONE = camt_entry(entry("1.00", "R"))
ADVICE = edi820(["RMR*IV*INV-1**1450"])


def camt_with(**replaced):
    text = camt([], raw=ONE, opening="0.00", closing="1.00").decode()
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


CASES = {
    "empty": (b" \r\n", "empty_file", None),
    "unknown": (b"Dear sirs\nplease find attached nothing", "unknown_format", None),
    "zip": (b"PK\x03\x04aaaa", "unknown_format", None),
    "other XML": (b"<?xml version='1.0'?><html/>", "unknown_format", None),
    "MT940 field 61": ((HEAD + ":61:2611021102X1,00NTRFNONREF\n" + TAIL).encode(), "bad_field", 5),
    "MT940 amount": ((HEAD + ":61:2611021102C1,005NTRFNONREF\n" + TAIL).encode(), "bad_amount", 5),
    "MT940 day": ((HEAD + ":61:2613021102C1,00NTRFNONREF\n" + TAIL).encode(), "bad_date", 5),
    "MT940 no balance": ((":20:A\n:25:1\n:61:2611021102C1,00NTRFNONREF\n" + TAIL).encode(), "no_currency", 3),
    "MT940 balance": ((HEAD.replace("EUR0,00", "EUR0") + TAIL).encode(), "bad_field", 4),
    "MT940 currency": ((HEAD.replace("EUR", "XXY") + ":62F:C261102XXY1,00\n").encode(), "unknown_currency", 4),
    "MT940 cut": ((HEAD + ":61:2611021102C1,00NTRFNONREF\n").encode(), "no_closing_balance", 1),
    "MT940 outside": (
        (":20:A\n:25:1\n" + TAIL + ":61:2611021102C1,00NTRFNONREF\n").encode(),
        "entry_outside_statement",
        5,
    ),
    "MT942 cut": (b":20:A\n:25:1\n:34F:EUR0,\n:61:2611021102C5,00NTRFNONREF\n", "no_end", 1),
    "camt amount": (camt_with(a=('<Amt Ccy="EUR">1.00<', '<Amt Ccy="EUR">1,0x<')), "bad_amount", 4),
    "camt decimals": (camt_with(a=('<Amt Ccy="EUR">1.00<', '<Amt Ccy="EUR">1.005<')), "bad_amount", 4),
    "camt no amount": (camt_with(a=('<Amt Ccy="EUR">1.00</Amt>', "")), "missing_field", 4),
    "camt no currency": (camt_with(a=('<Amt Ccy="EUR">1.00<', "<Amt>1.00<")), "no_currency", 4),
    "camt currency": (camt_with(a=('<Amt Ccy="EUR">1.00<', '<Amt Ccy="EUX">1.00<')), "unknown_currency", 4),
    "camt direction": (
        camt_with(a=("</Amt><CdtDbtInd>CRDT<", "</Amt><CdtDbtInd>IN<"), b=("<Ntry>", "<Ntry>")),
        "bad_field",
        None,
    ),
    "camt day": (camt_with(a=("<BookgDt><Dt>2026-11-02<", "<BookgDt><Dt>2026-11-32<")), "bad_date", 4),
    "camt cut": (camt_with()[:-30], "bad_syntax", None),
    "camt no statement": (b"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "no_statement", None),
    "camt no closing": (camt_with(a=("CLBD", "FWAV")), "no_closing_balance", 3),
    "camt outside": (
        b"<Document><BkToCstmrStmt>" + ONE.encode() + b"</BkToCstmrStmt></Document>",
        "entry_outside_statement",
        1,
    ),
    "doctype": (b'<!DOCTYPE Document [<!ENTITY a "b">]>' + camt_with()[39:], "unsafe_xml", 1),
    "external entity": (b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + camt_with()[39:], "unsafe_xml", 1),
    "deep XML": (
        b"<Document><BkToCstmrStmt>" + b"<a>" * 100 + b"</a>" * 100 + b"</BkToCstmrStmt></Document>",
        "too_large",
        1,
    ),
    "BAI2 amount": (bai2([("195", 100, "Z,,,x/")]).replace(b"16,195,100", b"16,195,1.00"), "bad_amount", 4),
    "BAI2 type": (bai2([("195", 100, "Z,,,x/")]).replace(b"16,195", b"16,19"), "bad_field", 4),
    "BAI2 funds": (bai2([("195", 100, "Q,,,x/")]), "bad_field", 4),
    "BAI2 day": (bai2([("195", 100, "V,261402,,,,x/")]), "bad_date", 4),
    "BAI2 cut": (bai2([("195", 100, "Z,,,x/")])[:-20], "no_end", 6),
    "BAI2 order": (bai2([("195", 100, "Z,,,x/")]).replace(b"\n03,", b"\n98,0,0,0/\n03,"), "bad_syntax", 4),
    "BAI2 no code": (bai2([("195", 100, "Z,,,x/")]).replace(b"\n03,", b"\nhello\n03,"), "bad_syntax", 3),
    "820 header": (ADVICE.replace(b"ISA*00*", b"ISA*0*"), "bad_syntax", 1),
    "820 cut": (ADVICE[:-30], "no_end", None),
    "820 amount": (ADVICE.replace(b"**1450~", b"**14x50~"), "bad_amount", 8),
    "820 no payment": (ADVICE.replace(b"BPR*", b"XPR*"), "bad_syntax", 8),
    "820 day": (ADVICE.replace(b"98765*20261102", b"98765*20261302"), "bad_date", 4),
    "820 other set": (ADVICE.replace(b"ST*820", b"ST*835"), "unknown_format", 3),
}


@pytest.mark.parametrize("name", CASES)
def test_each_problem_has_its_code_and_line(name):
    data, code, line = CASES[name]
    found = codes(data, name="file.txt")
    assert code in [row[2] for row in found], found
    if line is not None:
        assert (line, code) in [(row[0], row[2]) for row in found], found
    with pytest.raises(ar.InvalidInput, match=r"file\.txt"):
        quiet(data, name="file.txt")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (mt940(ROWS, closing="5.00"), "balance_mismatch"),
        (camt(ROWS, closing="5.00"), "balance_mismatch"),
        (bai2([("195", 100, "Z,,,x/")]).replace(b"98,", b"98,1"), "total_mismatch"),
        (edi820(["RMR*IV*INV-1**1449"]), "balance_mismatch"),
        (
            camt(
                [], raw=camt_entry(ROWS[0], details='<TxDtls><Amt Ccy="EUR">1.00</Amt></TxDtls>' * 2), closing="1119.00"
            ),
            "batch_mismatch",
        ),
        (mt940(ROWS).replace(b"EUR", b"DEM"), "old_currency"),
    ],
)
def test_contradictions_are_told_and_refused_on_request(data, code):
    with pytest.warns(ar.statements.StatementWarning):
        found = ar.statements.read(data, name="f")
    assert {row["code"] for row in found.problems} == {code} and not found.ok and found.entries
    assert {row[2] for row in codes(data, tolerate=())} == {code}
    assert code in ar.statements.TOLERABLE


def test_a_statement_without_an_end_may_be_tolerated():
    data = (HEAD + ":61:2611021102C1,00NTRFNONREF\n").encode()
    assert [row[2] for row in codes(data)] == ["no_closing_balance"]
    assert len(quiet(data, tolerate=ar.statements.TOLERABLE).payments) == 1


def test_all_problems_of_all_files_at_once():
    bad = (HEAD + ":61:x\n:61:y\n" + TAIL).encode()
    with pytest.raises(ar.statements.StatementError) as caught:
        quiet(
            [mt940(ROWS), bad, "no/such/file.xml", camt_with(a=('<Amt Ccy="EUR">1.00<', '<Amt Ccy="EUR">?<'))], name="n"
        )
    assert [(row["table"], row["row"], row["code"]) for row in caught.value.problems] == [
        ("n 2", 5, "bad_field"),
        ("n 2", 6, "bad_field"),
        ("no/such/file.xml", None, "unreadable_file"),
        ("n 4", 4, "bad_amount"),
    ]


def test_arguments_that_are_none():
    for more in (
        {"format": "pdf"},
        {"decimal": "'"},
        {"date_order": "YDM"},
        {"tolerate": ["bad_field"]},
        {"delimiter": ";;"},
    ):
        assert codes(mt940(ROWS), **more) == [(None, next(iter(more)), "bad_field")]
    assert [row[2] for row in codes(mt940(ROWS), format="camt")] == ["bad_syntax"]
    assert [row[2] for row in codes(3)] == ["unreadable_file"]


def test_too_large_is_refused(monkeypatch, tmp_path):
    import ar_core.statements.bai2 as bai2_module
    import ar_core.statements.camt as camt_module
    import ar_core.statements.mt940 as mt940_module
    from ar_core.statements import source

    for module, data in (
        (mt940_module, mt940(ROWS)),
        (camt_module, camt(ROWS)),
        (bai2_module, bai2([("195", 1, "Z,,,x/")] * 3)),
    ):
        monkeypatch.setattr(module, "MOST_ENTRIES", 2)
        assert "too_large" in [row[2] for row in codes(data)]
    monkeypatch.setattr(source, "MOST_BYTES", 10)
    (tmp_path / "a.sta").write_bytes(mt940(ROWS))
    for given in (mt940(ROWS), tmp_path / "a.sta"):
        assert [row[2] for row in codes(given)] == ["too_large"]


def test_a_reader_that_loses_an_entry_is_found_out(monkeypatch):
    """The second count does not trust the reader."""
    import ar_core.statements as package

    def lossy(data, at, file):
        read(data, at, file)
        file.statements[0].entries.pop()

    read = package.read_camt
    monkeypatch.setattr(package, "read_camt", lossy)
    assert [row[2] for row in codes(camt(ROWS))] == ["count_mismatch"]


def counted(form, data):
    begins = {
        "mt940": rb"(?m)^:61:",
        "camt": rb"<Ntry[ >]",
        "bai2": rb"(?:^|\n|/ +)16,\d",
        "820": rb"BPR\*",
        "csv": rb"2026-11-",
    }[form]
    return len(re.findall(begins, data))


BASES = [
    ("mt940", mt940(ROWS * 3)),
    ("camt", camt(ROWS * 3)),
    ("bai2", bai2([("195", 100 + at, f"Z,R{at},,text {at}/") for at in range(9)])),
    ("820", edi820([f"RMR*IV*INV-{at}**{at}" for at in range(1, 10)], total="45.00")),
    (
        "csv",
        (
            "Date;Amount;Text;Balance\n"
            + "".join(
                f"2026-11-{at:02};{at}.25;t{at};{sum(range(1, at + 1))}.{25 * at % 100:02}\n" for at in range(1, 4)
            )
        ).encode(),
    ),
]


@pytest.mark.parametrize(("form", "data"), BASES, ids=[form for form, _ in BASES])
def test_a_cut_file_is_refused_or_whole(form, data):
    """Every prefix: refused, or all that it has is accounted for."""
    whole = quiet(data, currency="EUR" if form == "csv" else None)
    read = 0
    for end in range(1, len(data), 3):
        try:
            found = quiet(data[:end], currency="EUR" if form == "csv" else None, tolerate=())
        except ar.statements.StatementError:
            continue
        read += 1
        assert len(found.entries) == counted(form, data[:end]), end
        amounts = [row["amount"] for row in whole.entries]
        # Of a CSV nobody says how long it is, so rows may be missing at its end; but none is cut.
        assert [row["amount"] for row in found.entries] == (
            amounts if form != "csv" else amounts[: len(found.entries)]
        ), end
    assert read < (20 if form == "csv" else 4)


SAMPLED = ["mt940/asnb.txt", "camt/camt053.v2.multi.statement.xml", "camt/camt054.v4.esr-asr.xml", "bai2/sample3.txt"]


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_accounted_for(seed):
    """Random cuts, doublings and wrong bytes: an error of ours or tables that the engine takes; and whatever is read is all that is there."""
    rng = random.Random(seed)
    bases = BASES + [(name.partition("/")[0], (SAMPLES / name).read_bytes()) for name in SAMPLED]
    outcomes = {"refused": 0, "read": 0}
    for _ in range(250):
        form, base = rng.choice(bases)
        data = bytearray(base)
        at, size = rng.randrange(len(data)), rng.randrange(1, 120)
        how = rng.randrange(4)
        if how == 0:
            del data[at : at + size]
        elif how == 1:
            data[at:at] = data[at : at + size]
        elif how == 2:
            for _ in range(3):
                data[rng.randrange(len(data))] = rng.randrange(256)
        else:
            data = bytearray(rng.choice(data) for _ in range(400))
        try:
            found = quiet(bytes(data), currency="EUR" if form == "csv" else None)
        except ar.statements.StatementError as error:
            assert error.problems and all(row["code"] in ar.statements.CODES for row in error.problems)
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        ar.Ledger(payments=found.payments, remittances=found.remittances)
        files = {row["file_entries"] for row in found.accounted} | {row["file_counted"] for row in found.accounted}
        assert files <= {len(found.entries)}
    assert min(outcomes.values()) > 20, outcomes


@pytest.mark.parametrize("base", [0, 1, 2], ids=["mt940", "camt", "bai2"])
def test_an_entry_that_is_cut_out_is_missed(base):
    """Balances and totals tell that an entry is gone from the middle, also where the rest can be read."""
    form, data = BASES[base]
    pieces = {"mt940": rb"(?s):61:.*?(?=:6[12])", "camt": rb"(?s)<Ntry>.*?</Ntry>", "bai2": rb"16,[^\n]*\n"}[form]
    found = [match.span() for match in re.finditer(pieces, data)]
    assert len(found) == 9
    for start, end in found:
        cut = quiet(data[:start] + data[end:])
        assert len(cut.entries) == 8 and not cut.ok


def test_texts_and_amounts_fit_the_books():
    """Control signs, very long texts, and amounts at the edge of 64 bits."""
    rows = [entry("1.00", "R", "a&#9;b " + "x" * 90_000, "n" * 600)]
    found = quiet(camt(rows))
    ar.Ledger(payments=found.payments)
    assert len(found.payments[0]["payer_name"]) == 512 and "\t" not in found.payments[0]["text"]
    huge = quiet(camt([entry("999999999999999.00", "R")], opening="0.00"))
    assert huge.payments[0]["amount"] == Decimal("999999999999999")
    ar.Ledger(payments=huge.payments)
    assert "bad_amount" in [row[2] for row in codes(camt([entry("9999999999999999.00", "R")]))]
