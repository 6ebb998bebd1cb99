"""Whether an entry is a receipt: a payment that a customer made. Money that comes in is one, unless the bank's codes say in so many words
that it is something else. A code that is not known here says nothing.

Sources: ISO 20022 external code sets (bank transaction codes), SWIFT Standards Category 9 (field 61, subfield 6), the business transaction codes
(GVC) of the German banks' DFÜ agreement, and the BAI2 transaction codes of ANSI X9.121 (balance and transaction reporting).
"""

from __future__ import annotations

from .model import Entry

REASONS = {
    "receipt": "money that came in",
    "receipts": "several receipts booked as one: each is a payment",
    "debit": "money that went out",
    "zero": "nothing moved",
    "not_booked": "announced or for information only; it is not on the account",
    "reversal_of_debit": "what went out, and was taken back",
    "reversal_of_credit": "what came in, and was taken back",
    "returned_receipt": "what a customer paid, and his bank took back",
    "own_payment_returned": "what we paid, and what came back",
    "interest": "interest of the bank",
    "bank": "fees and settlements of the bank itself",
    "own_transfer": "moved between accounts of our own",
    "currency_not_booked": "in a currency that the engine does not book",
    "told_before": "told already, in another file or another form",
    "known": "posted already: its identifier is among `known`",
    "advised": "told by the payer; the bank's own entry is in another file of the same reading",
    "no_money": "remittance information only: no money moves with it",
}
"""Why an entry is a payment or is not."""


def camt_reason(entry: Entry, code: str | None) -> str | None:
    """By reversal indicator, return information and bank transaction code."""
    comes = entry.amount > 0
    if entry.reversal:
        return "reversal_of_debit" if comes else "reversal_of_credit"
    domain, _, kind = [*(code or "").split("/"), "", ""][:3] if code and code.count("/") == 2 else ("", "", "")
    returned = entry.failure is not None or kind in (
        "RRTN",
        "UPDD",
        "PRDD",
        "RCDD",
        "UPCQ",
        "CQRV",
        "UPCT",
        "RPCR",
        "PRCT",
    )
    if returned:
        return "own_payment_returned" if comes else "returned_receipt"
    if kind in ("INTR", "DINT"):
        return "interest" if comes else None
    if comes and (domain == "ACMT" or kind in ("CHRG", "COMM", "COMT", "FEES", "TAXE")):
        return "bank"
    return "own_transfer" if comes and domain == "CAMT" else None


# GVC: a credit transfer of ours that came back; a direct debit or a cheque of ours that was returned.
_GVC_OWN_RETURNED = frozenset({"159", "160"})
_GVC_RETURNED = frozenset({"108", "109", "111", "181", "184", "185"})


def mt940_reason(entry: Entry, code: str | None, gvc: str | None) -> str | None:
    """By the mark of field 61 (RC, RD), its type, and the code of a German bank."""
    comes = entry.amount > 0
    if entry.reversal:
        return "reversal_of_debit" if comes else "reversal_of_credit"
    kind = (code or "")[1:4]
    if gvc in _GVC_OWN_RETURNED and comes:
        return "own_payment_returned"
    if (gvc in _GVC_RETURNED or kind == "RTI") and not comes:
        return "returned_receipt"
    if kind == "RTI":
        return "own_payment_returned"
    if comes and (kind == "INT" or gvc == "814"):
        return "interest"
    if comes and (kind in ("CHG", "COM") or gvc in ("805", "808", "809")):
        return "bank"
    return None


_BAI_OWN_RETURNED = frozenset(["123", "252", "254", "255", "257", "258", "261", "266", "268", "395"])
_BAI_OWN_TRANSFER = frozenset(["135", "145", "270", "271", "274", "275", "276", "277", "278", "281", "286"])
_BAI_INTEREST = frozenset(["346", "354", "355", "359"])
_BAI_BANK = frozenset(["357", "358", "397", "398"])
_BAI_RETURNED = frozenset(["423", "552", "554", "555", "556", "557", "558", "561", "566", "568", "655", "657"])


def bai_reason(code: str, comes: bool) -> str | None:
    """By the transaction code."""
    if not comes:
        return "returned_receipt" if code in _BAI_RETURNED else None
    groups = (
        ("own_payment_returned", _BAI_OWN_RETURNED),
        ("own_transfer", _BAI_OWN_TRANSFER),
        ("interest", _BAI_INTEREST),
        ("bank", _BAI_BANK),
    )
    return next((reason for reason, codes in groups if code in codes), None)


# Why money came back, by the ISO 20022 reason codes and those of NACHA, in the words of the engine.
_FAILURES = {
    "insufficient_funds": "AM04 R01 R09",
    "limit_exceeded": "AM02 AM14",
    "account_closed": "AC04 R02 R03 R04 AC01 AC13 R12 R20 R16 AC06",
    "mandate_revoked": "MD01 MD07 MD16 R07 SL01 SL11 SL12 SL13 SL14",
    "disputed_by_payer": "MD06 MS02 R08 R10 R11 R29 AM01 SL02",
    "technical": "AG01 AG02 FF01 FF05 AM05 RC01 BE04 BE05 BE06 ED05 TM01 R13 R14 R17 R23",
}
_FAILURE_OF = {code: word for word, codes in _FAILURES.items() for code in codes.split()}


def failure_word(code: str | None) -> str | None:
    """The engine's word for why a payment failed, or None.

    >>> failure_word("AM04"), failure_word("R10"), failure_word("?")
    ('insufficient_funds', 'disputed_by_payer', None)
    """
    return _FAILURE_OF.get(code or "")


_METHODS = {
    "camt": {
        "RCDT": "transfer",
        "ICDT": "transfer",
        "RRCT": "transfer",
        "IRCT": "transfer",
        "RDDT": "direct_debit",
        "IDDT": "direct_debit",
        "RCHQ": "cheque",
        "ICHQ": "cheque",
        "CCRD": "card",
        "MCRD": "card",
        "CNTR": "cash",
        "LBOX": "lockbox",
    },
    "mt940": {
        "TRF": "transfer",
        "STO": "transfer",
        "RTR": "transfer",
        "CHK": "cheque",
        "ECK": "cheque",
        "DDT": "direct_debit",
        "COL": "direct_debit",
        "CLR": "cash",
    },
    "bai2": {
        "115": "lockbox",
        "116": "lockbox",
        "142": "ach",
        "164": "ach",
        "165": "ach",
        "169": "ach",
        "195": "wire",
        "191": "wire",
        "208": "wire",
        "206": "transfer",
        "174": "cheque",
        "175": "cheque",
        "301": "deposit",
    },
}


def method_of(form: str, code: str | None) -> str | None:
    """How it was paid, by the bank's code; None where the code does not say it.

    >>> method_of("camt.053", "PMNT/RCDT/ESCT"), method_of("mt940", "NTRF/166"), method_of("bai2", "195"), method_of("csv", "x")
    ('transfer', 'transfer', 'wire', None)
    """
    code = code or ""
    if form == "edi820":
        return code.partition("/")[2] or None
    part = (
        code.split("/")[1]
        if form.startswith("camt") and code.count("/") == 2
        else code.split("/")[0][1:]
        if form == "mt940"
        else code
    )
    return _METHODS.get(form.partition(".")[0], {}).get(part)
