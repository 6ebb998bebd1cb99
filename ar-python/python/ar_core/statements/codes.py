"""The problems that a file can have, by code, and which of them a caller may live with."""

from __future__ import annotations

CODES = {
    "unreadable_file": "the file cannot be opened",
    "too_large": "more bytes, entries or depth than is read",
    "empty_file": "nothing in it",
    "unknown_format": "of none of the formats, or not of the one asked for",
    "unknown_encoding": "the bytes are no text of the encoding asked for",
    "bad_syntax": "not well-formed: XML, records or segments out of place, cut in the middle",
    "unsafe_xml": "a document type or an entity: not read",
    "no_statement": "a message without a statement",
    "no_end": "the file ends before its end: it was cut",
    "missing_field": "a field that an entry cannot be read without",
    "bad_field": "a field that is not of the form it must have",
    "bad_amount": "an amount that is none, or with more decimals than its currency",
    "bad_date": "a day that is none, or out of range",
    "no_currency": "an amount whose currency nobody says: give `currency=`",
    "unknown_currency": "a code that never was a currency",
    "entry_outside_statement": "an entry of no statement",
    "count_mismatch": "entries read are not the entries counted: one would be lost",
    "ambiguous": "can be read in two ways: give the argument that the message names",
    "unknown_account": "an account that is not among `accounts`",
    "no_closing_balance": "a statement that opens with a balance and has none at its end: it may be cut",
    "balance_mismatch": "opening balance and entries are not the closing balance",
    "total_mismatch": "a count or a sum that the file states is not that of its entries",
    "batch_mismatch": "the transactions of an entry are not its amount; it is taken as one",
    "old_currency": "a currency that is no more: read, and never a payment",
}
"""Every code with what it means."""

TOLERABLE = ("no_closing_balance", "balance_mismatch", "total_mismatch", "batch_mismatch", "old_currency")
"""What `tolerate` may name: every entry was read all the same."""

TOLERATED = ("balance_mismatch", "total_mismatch", "batch_mismatch", "old_currency")
"""What is tolerated unless `tolerate` says otherwise. It is in `.problems`, and a warning says so."""
