"""The columns of banks' CSV files by the names that they have in the languages of our customers' banks.

A name is compared without case, accents and signs. What is not in the list is not guessed: `columns=` says it.
"""

from __future__ import annotations

import re
import unicodedata

from .. import currencies

ROLES = {
    "booked_on": (
        "date|booking date|booked|booked on|posting date|posted|posted date|post date|transaction date|buchungstag|"
        "buchungsdatum|buchung|datum|boekdatum|boekingsdatum|transactiedatum|date comptable|date operation|"
        "date d operation|date de comptabilisation|fecha|fecha operacion|fecha contable|data|data contabile|"
        "data operazione|data ksiegowania|data transakcji|bokforingsdag|bokforingsdatum|dato|bogforingsdato|kirjauspaiva|"
        "paivamaara|as of date"
    ),
    "value_on": (
        "value date|valuta|valutadatum|wertstellung|wertstellungsdatum|date de valeur|date valeur|fecha valor|data valuta|"
        "data waluty|valutadag|rentedatum|interest date|valor|arvopaiva"
    ),
    "amount": (
        "amount|betrag|umsatz|bedrag|montant|importe|importo|kwota|belopp|belob|belop|transaction amount|amount signed|"
        "betrag in eur|bedrag eur|net amount|maara"
    ),
    "credit": (
        "credit|credits|credit amount|deposit|deposits|money in|paid in|haben|gutschrift|gutschriften|zugang|"
        "credit bedrag|bij|abono|abonos|haber|avere|entrate|dare avere credito|accrediti|uznania|uznanie|insattning|ind|"
        "inn|cr"
    ),
    "debit": (
        "debit|debits|debit amount|withdrawal|withdrawals|money out|paid out|soll|belastung|lastschrift|abgang|debet|"
        "debet bedrag|cargo|cargos|debe|dare|uscite|addebiti|obciazenia|obciazenie|uttag|ud|ut|dr"
    ),
    "direction": (
        "credit debit|debit credit|cr dr|dr cr|d c|c d|credit debit indicator|soll haben|soll haben kennzeichen|s h|"
        "af bij|bij af|debet credit|sens|sign|signe|transaction type cr dr|indicator"
    ),
    "currency": (
        "currency|currency code|wahrung|waehrung|munt|muntsoort|valuta code|devise|divisa|moneda|waluta|valutakod|ccy|cur|"
        "monnaie"
    ),
    "payer_name": (
        "name|payer|payer name|counterparty|counterparty name|name counterparty|other party|remitter|beneficiary remitter|"
        "auftraggeber|auftraggeber empfanger|auftraggeber begunstigter|beguenstigter zahlungspflichtiger|"
        "begunstigter zahlungspflichtiger|zahlungspflichtiger|zahlungspflichtige r|zahlungsempfanger|"
        "name zahlungsbeteiligter|zahlungsbeteiligter|empfanger|naam|naam omschrijving|naam tegenpartij|tegenpartij|nom|"
        "contrepartie|nom contrepartie|debtor|debtor name|ordenante|ordinante|controparte|nadawca|nadawca odbiorca|"
        "avsandare|modpart|auftraggeber name|partnername|partner name|sender"
    ),
    "payer_account": (
        "iban|payer account|counterparty account|counterparty iban|account counterparty|tegenrekening|"
        "tegenrekening iban bban|tegenrekening iban|kontonummer iban|kontonummer|iban zahlungsbeteiligter|"
        "iban auftraggeber|gegenkonto|iban gegenkonto|compte contrepartie|iban contrepartie|cuenta ordenante|"
        "iban controparte|rachunek nadawcy|partner iban|payer iban|iban kontonummer|debtor account|"
        "kontonummer iban des zahlungspflichtigen"
    ),
    "text": (
        "text|description|details|narrative|memo|particulars|payment details|remittance information|purpose|"
        "verwendungszweck|buchungstext verwendungszweck|mededelingen|mededeling|omschrijving|omschrijving 1|"
        "omschrijving 2|omschrijving 3|libelle|libelle operation|motif|communication|communications|concepto|descripcion|"
        "causale|descrizione|tytul|tytul operacji|opis|opis operacji|meddelande|beskrivning|tekst|viesti|"
        "transaction description|message|notes|extended details"
    ),
    "reference": (
        "reference|customer reference|payment reference|end to end reference|end to end id|endtoendid|kundenreferenz|"
        "kundenreferenz end to end|betalingskenmerk|referentie|referencia|riferimento|reference client|ocr|kid|viite|"
        "mandatsreferenz referenz|your reference"
    ),
    "bank_reference": (
        "bank reference|transaction id|transaction reference|transaction number|volgnr|volgnummer|transactiereferentie|"
        "bankreferenz|id|unique id|fitid|numero operation|reference banque|transaktions id|entry reference|"
        "account servicer reference|trace number"
    ),
    "balance": (
        "balance|running balance|saldo|saldo na trn|kontostand|saldo nach buchung|solde|saldo disponible|"
        "saldo po operacji|closing balance|ledger balance|account balance"
    ),
    "account": (
        "account|account number|own account|auftragskonto|iban auftragskonto|rekening|rekeningnummer|iban bban|konto|"
        "compte|numero de compte|cuenta|conto|rachunek|bezeichnung auftragskonto|account iban|our account"
    ),
    "code": (
        "type|transaction type|transaction code|code|buchungstext|vorgang|buchungsart|umsatzart|mutatiesoort|mutatie|"
        "type operation|tipo|typ|bai code|kategorie|category"
    ),
    "status": "status|state",
}
"""Role of a column, and the names that it has."""

SEVERAL = frozenset({"text", "reference"})
"""Roles that several columns may have; their values are joined."""

_PLAIN = re.compile(r"[^a-z0-9]+")
_BY_NAME = {name: role for role, names in ROLES.items() for name in names.split("|")}
_SIGNS = {"€": "EUR", "£": "GBP"}


def plain(name: str) -> str:
    """A column's name without case, accents and signs.

    >>> plain("Währung"), plain("Debet/Credit"), plain("Betrag (EUR)")
    ('wahrung', 'debet credit', 'betrag eur')
    """
    bare = (
        unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("Ł", "l"))
        .encode("ascii", "ignore")
        .decode()
    )
    return _PLAIN.sub(" ", bare.lower()).strip()


def currency_in(name: str) -> str | None:
    """The currency that a column's name ends with, as in 'Amount (EUR)' or 'Betrag €'."""
    found = [_SIGNS[sign] for sign in _SIGNS if sign in name]
    words = re.findall(r"\b[A-Z]{3}\b", name)
    found += [word for word in words[-1:] if currencies.is_booked(word)]
    return found[0] if found else None


def role_of(name: str) -> str | None:
    """What a column is, by its name; None where it is not known.

    >>> role_of("Buchungstag"), role_of("Amount (EUR)"), role_of("Colour")
    ('booked_on', 'amount', None)
    """
    bare = plain(name)
    role = _BY_NAME.get(bare)
    if role is None and currency_in(name):
        role = _BY_NAME.get(plain(re.sub(r"\b[A-Z]{3}\b\W*$", "", name)))
    return role


def roles_of(header: list[str]) -> dict[str, list[int]]:
    """Columns by role; the first of a name counts, but where several may be joined."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(header):
        role = role_of(name)
        if role is not None and (role in SEVERAL or role not in found):
            found.setdefault(role, []).append(at)
    return found


def is_header(header: list[str]) -> bool:
    """Whether a row names enough columns to be read by: a day, and an amount or both of credit and debit."""
    found = roles_of(header)
    return ("booked_on" in found or "value_on" in found) and (
        "amount" in found or ("credit" in found and "debit" in found)
    )
