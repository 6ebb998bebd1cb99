"""Field 86 of MT940 and MT942: subfields (?20 and the like), codes between slashes, or free text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .values import is_iban, long_text, meant, one_line

# A subfield is cut at 27 signs, and its text goes on in the next.
_FULL = 27
_SUBFIELDS = re.compile(r"\s*(\d{3})?\s*([?>@|~])(\d\d)", re.ASCII)
_SEPA = re.compile(r"(?<![A-Z0-9])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF)\+")
_SLASH = (
    "EREF|PREF|IREF|RREF|MARF|KREF|CREF|TRCD|TRTP|IBAN|BIC|NAME|REMI|ORDP|BENM|"
    "CNTP|ULTD|ULTB|ULTC|ISDT|CSID|PURP|SVCL|RTRN|SVWZ|OCMT|CHGS|EXCH|ADDR"
)
_SLASHES = re.compile(rf"/({_SLASH})/")
_GROUPED = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b", re.ASCII)
_NAME = re.compile(r"\b(?:NAAM|NAME|NOM)\s*[:/]\s*([^\n/]+)", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\b(?:IBAN|REK|REKENING|KONTO|ACC|ACCOUNT)\s*[:/.]\s*([A-Z]{2}\d\d[A-Z0-9 ]{11,34})", re.IGNORECASE
)


@dataclass(slots=True)
class Details:
    """What field 86 says."""

    code: str | None = None
    end_to_end: str | None = None
    reference: str | None = None
    name: str | None = None
    account: str | None = None
    text: str | None = None
    failure: str | None = None


def details_of(lines: list[str], own: str | None) -> Details:
    """Reads the lines of field 86; own: the account of the statement, which is not the payer's."""
    joined = "".join(lines)
    match = _SUBFIELDS.match(joined)
    if match:
        return _subfields(joined[match.end(1) if match[1] else 0 :].lstrip(), match[2], match[1])
    # Lines of 65 signs are cut; shorter ones end where the bank ended them.
    text = "".join(line if len(line) >= 65 else line + "\n" for line in lines)
    if _SLASHES.match(joined.lstrip()):
        return _slashes(joined.strip(), text)
    return _free(text, own)


def _subfields(text: str, sign: str, code: str | None) -> Details:
    fields: dict[str, str] = {}
    purpose: list[str] = []
    for piece in re.split(re.escape(sign) + r"(?=\d\d)", text)[1:]:
        number, value = piece[:2], piece[2:]
        if "20" <= number <= "29" or "60" <= number <= "63":
            purpose.append(value if len(value) >= _FULL else value + " ")
        else:
            fields[number] = fields.get(number, "") + value
    found = Details(code=code)
    keyed = _sepa("".join(purpose))
    found.end_to_end = meant(keyed.get("EREF"))
    found.name = one_line(fields.get("32", "") + fields.get("33", ""))
    found.account = one_line((fields.get("38") or fields.get("31") or keyed.get("IBAN") or "").replace(" ", ""))
    rest = [
        keyed.get("SVWZ") or keyed.get(""),
        keyed.get("") if keyed.get("SVWZ") else None,
        keyed.get("ABWA"),
        meant(keyed.get("KREF")),
    ]
    others = [value for number, value in sorted(fields.items()) if number >= "60"]
    found.text = long_text([*rest, *others]) or one_line(fields.get("00"))
    extra = fields.get("34", "").strip()
    # 901 and up: the reason codes of returned SEPA transactions.
    found.failure = (
        extra
        if len(extra) == 3 and extra.isdigit() and extra >= "901" and code in ("108", "109", "159", "160")
        else None
    )
    return found


def _sepa(text: str) -> dict[str, str]:
    """Text by its SEPA keyword; '' for what stands before the first."""
    pieces = _SEPA.split(text)
    keyed = {"": pieces[0].strip()}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        keyed[key] = (keyed.get(key, "") + value).strip()
    return keyed


def _slashes(joined: str, text: str) -> Details:
    keyed: dict[str, str] = {}
    pieces = _SLASHES.split(joined)
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        keyed.setdefault(key, value.strip("/ "))
    found = Details(
        end_to_end=meant(keyed.get("EREF")),
        name=one_line(keyed.get("NAME")),
        account=one_line(keyed.get("IBAN", "").replace(" ", "")),
    )
    party = keyed.get("CNTP", "").split("/")  # account/BIC/name/city
    found.account = found.account or one_line(party[0])
    found.name = found.name or (one_line(party[2]) if len(party) > 2 else None)
    remitted = keyed.get("REMI", "")
    if remitted.startswith("STRD/"):
        found.reference = meant(remitted.rpartition("/")[2])
    remitted = re.sub(r"^(USTD|STRD)/+", "", remitted).strip("/ ")
    found.text = long_text([remitted or keyed.get("SVWZ")]) or long_text([text])
    found.failure = one_line(keyed.get("RTRN"), 64)
    return found


def _free(text: str, own: str | None) -> Details:
    found = Details(text=long_text([text]))
    label, name = _ACCOUNT.search(text), _NAME.search(text)
    found.name = one_line(name[1]) if name else None
    if label:
        found.account = one_line(label[1].replace(" ", ""))
    else:
        ibans = {match for match in _GROUPED.findall(text) if is_iban(match) and match != own}
        found.account = ibans.pop() if len(ibans) == 1 else None
    return found
