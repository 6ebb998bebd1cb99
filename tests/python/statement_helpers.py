"""Statements made up for the tests, in each format, from the same entries."""

from __future__ import annotations

import warnings
from decimal import Decimal
from pathlib import Path

import ar_core as ar

SAMPLES = Path(__file__).resolve().parents[1] / "statements"
IBAN = "DE89370400440532013000"


def quiet(source, **more):
    """Reads, and keeps the warning about contradictions to itself: the tests look at `.problems`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ar.statements.StatementWarning)
        return ar.statements.read(source, **more)


def codes(source, **more):
    """Line, field and code of each problem of a file that is refused."""
    try:
        quiet(source, **more)
    except ar.statements.StatementError as error:
        assert error.total == len(error.problems) and error.code == "invalid_statement"
        assert all(problem["message"] for problem in error.problems)
        return [(problem["row"], problem["column"], problem["code"]) for problem in error.problems]
    raise AssertionError("the file was read")


def entry(amount, ref=None, text="", name=None, iban=None, day=2, e2e=None, kind="NTRF"):
    return {
        "amount": Decimal(amount),
        "ref": ref,
        "text": text,
        "name": name,
        "iban": iban,
        "day": day,
        "e2e": e2e,
        "kind": kind,
    }


def mt940(entries, opening="1000.00", number=1, account=IBAN, day=2, first_day=1, closing=None):
    """An MT940 of November 2026."""

    def money(value):
        return f"{abs(Decimal(value)):.2f}".replace(".", ",")

    end = Decimal(opening) + sum(row["amount"] for row in entries) if closing is None else Decimal(closing)
    lines = [
        ":20:STARTUMS",
        f":25:{account}",
        f":28C:{number}/1",
        f":60F:{'C' if Decimal(opening) >= 0 else 'D'}2611{first_day:02}EUR{money(opening)}",
    ]
    for row in entries:
        mark = "C" if row["amount"] > 0 else "D"
        lines.append(
            f":61:2611{row['day']:02}11{row['day']:02}{mark}{money(row['amount'])}{row['kind']}NONREF"
            + (f"//{row['ref']}" if row["ref"] else "")
        )
        purpose = (f"EREF+{row['e2e']} SVWZ+" if row["e2e"] else "") + row["text"]
        pieces = [purpose[at : at + 27] for at in range(0, len(purpose), 27)]
        who = (f"?31{row['iban']}" if row["iban"] else "") + (f"?32{row['name']}" if row["name"] else "")
        whole = "166?00GUTSCHRIFT" + "".join(f"?{20 + at}{piece}" for at, piece in enumerate(pieces)) + who
        lines += [":86:" + whole[:61], *(whole[at : at + 65] for at in range(61, len(whole), 65))]
    lines += [f":62F:{'C' if end >= 0 else 'D'}2611{day:02}EUR{money(end)}", "-", ""]
    return "\r\n".join(lines).encode()


def camt_entry(row, details=None, status="<Sts><Cd>BOOK</Cd></Sts>", extra="", code="PMNT/RCDT/ESCT"):
    side = "CRDT" if row["amount"] > 0 else "DBIT"
    domain, family, kind = code.split("/")
    party = f"<Dbtr><Pty><Nm>{row['name']}</Nm></Pty></Dbtr>" if row["name"] else ""
    party += f"<DbtrAcct><Id><IBAN>{row['iban']}</IBAN></Id></DbtrAcct>" if row["iban"] else ""
    told = f"<AcctSvcrRef>{row['ref']}</AcctSvcrRef>" if row["ref"] else ""
    one = (
        f"<TxDtls><Refs><EndToEndId>{row['e2e'] or 'NOTPROVIDED'}</EndToEndId></Refs><RltdPties>{party}</RltdPties>"
        f"<RmtInf><Ustrd>{row['text']}</Ustrd></RmtInf></TxDtls>"
    )
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(row["amount"])}</Amt><CdtDbtInd>{side}</CdtDbtInd>{status}<BookgDt><Dt>2026-11-{row["day"]:02}</Dt></BookgDt>'
        f"<ValDt><Dt>2026-11-{row['day']:02}</Dt></ValDt>{told}"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{kind}</SubFmlyCd></Fmly></Domn></BkTxCd>{extra}"
        f"<NtryDtls>{one if details is None else details}</NtryDtls></Ntry>"
    )


def camt(entries, opening="1000.00", kind="053", account=IBAN, number=1, closing=None, raw=""):
    """A camt.053 of November 2026 (or 052 or 054, without balances); raw: entries as they are."""
    end = Decimal(opening) + sum(row["amount"] for row in entries) if closing is None else Decimal(closing)

    def balance(code, amount, day):
        side = "CRDT" if amount >= 0 else "DBIT"
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>"
            f"<Dt><Dt>2026-11-{day:02}</Dt></Dt></Bal>"
        )

    outer, inner = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[kind]
    balances = balance("OPBD", Decimal(opening), 1) + balance("CLBD", end, 2) if kind == "053" else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{outer}>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr>\n"
        f"<{inner}><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>2026-11-02T18:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{balances}\n"
        + "\n".join(camt_entry(row) for row in entries)
        + f"{raw}\n</{inner}></{outer}></Document>\n"
    ).encode()


def bai2(rows, account="0532013000", currency="USD", opening=100_000, group="1"):
    """A BAI2 file of 2 November 2026 with trailers that are right; rows: (type, minor units, rest of the record)."""
    sign = [1 if kind < "400" else -1 for kind, _, _ in rows]
    closing = opening + sum(side * amount for side, (_, amount, _) in zip(sign, rows, strict=True))
    lines = [
        f"03,{account},{currency},010,{opening},,,015,{closing},,/",
        *(f"16,{kind},{amount},{rest}" for kind, amount, rest in rows),
    ]
    total, count = (
        opening + closing + sum(amount for _, amount, _ in rows),
        sum(line.count("\n") + 1 for line in lines) + 1,
    )
    text = "\n".join(lines)
    ends = f"49,{total},{count}/\n98,{total},1,{count + 2}/\n99,{total},1,{count + 4}/\n"
    return f"01,BANK,US,261103,0600,1,,,2/\n02,US,BANK,{group},261102,2359,,2/\n{text}\n{ends}".encode()


def edi820(segments, total="1450.00", handling="C", trace="TRACE77"):
    """An 820 interchange around remittance segments."""
    body = [
        "ST*820*0001",
        f"BPR*{handling}*{total}*C*ACH*CTX*01*111111111*DA*12345678*1030449999**01*222222222*DA*98765*20261102",
        f"TRN*1*{trace}",
    ]
    body += ["N1*PE*OUR COMPANY", "N1*PR*ABC PLASTICS", *segments]
    body.append(f"SE*{len(body) + 1}*0001")
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*261102*1141*^*00501*000000101*1*P*:~"
    return (
        isa
        + "\n"
        + "".join(f"{row}~\n" for row in ["GS*RA*A*B*20261102*1741*101*X*005010", *body, "GE*1*101", "IEA*1*000000101"])
    ).encode()
