"""What customers write, read; what they are to read, written and checked. Everything happens here, offline, and nothing in a text can do anything.

    reading = ar.read_reply(mail, received_on="2026-03-03", items=items)
    notice = ar.write_notice(report, decision_id, sender={"name": "Northgate Ltd", "email": "ar@northgate.example"})
    verdict = ar.verify_notice(text, facts)

Entries (an intent, a date, a finding …) are read as `entry.name` or `entry["name"]`. Spans are `(from, to)` in characters: `text[from:to]`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from . import _native
from .found import AmountFound, Claim, DateFound, E, Finding, IntentFound, RemittanceFound, Span, entry
from .tables import DayLike, TableLike

DEFAULT_TIMEOUT = 30.0
# A text of a generator that is longer than this is not looked at.
_MOST_DRAFT = 1 << 20


class _Result:
    """What the engine answered, as JSON gave it."""

    __slots__ = ("_data",)

    def __init__(self, text: str) -> None:
        self._data: dict[str, Any] = json.loads(text)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and lists, by the names of the attributes; a copy."""
        return json.loads(json.dumps(self._data))  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, _Result) and other._data == self._data

    __hash__ = None  # type: ignore[assignment]

    def _repr_html_(self) -> str:
        from .page.cards import result_html

        return result_html(self)

    def _entries(self, name: str, kind: type[E]) -> list[E]:
        return [entry(kind, row) for row in self._data[name]]


class Reading(_Result):
    """What was understood of a message. What follows from it is decided elsewhere, by policy.

    >>> items = [{"item_id": "1", "customer_id": "Mill", "reference": "R-4711", "currency": "GBP", "amount": "120.00",
    ...          "issued_on": "2026-09-01", "due_on": "2026-10-01"}]
    >>> reading = ar.read_reply("We will pay invoice R-4711 next Friday.", received_on="2026-11-16", items=items)
    >>> reading.intents[0].name, reading.dates[0].on, reading.references
    ('promise_to_pay', '2026-11-27', ['R-4711'])
    """

    __slots__ = ()

    @property
    def intents(self) -> list[IntentFound]:
        """Intents, the surest first; only those above the reader's threshold."""
        return self._entries("intents", IntentFound)

    @property
    def references(self) -> list[str]:
        """References as the customer wrote them, in capitals."""
        return list(self._data["references"])

    @property
    def disputed_references(self) -> list[str]:
        """Those of them that are disputed."""
        return list(self._data["disputed_references"])

    @property
    def dates(self) -> list[DateFound]:
        """Days, in the order of the text."""
        return self._entries("dates", DateFound)

    @property
    def amounts(self) -> list[AmountFound]:
        """Amounts, in the order of the text."""
        return self._entries("amounts", AmountFound)

    @property
    def dispute_reasons(self) -> list[str]:
        """Codes of the reasons of a dispute, the surest first."""
        return list(self._data["dispute_reasons"])

    @property
    def remittance(self) -> list[RemittanceFound]:
        """Lines of a remittance advice in the text."""
        return self._entries("remittance", RemittanceFound)

    @property
    def human(self) -> bool:
        """Whether a person must see it."""
        return bool(self._data["human"])

    @property
    def human_reasons(self) -> list[str]:
        """Why a person must see it."""
        return list(self._data["human_reasons"])

    @property
    def language(self) -> str | None:
        """The language; None where it is none of those that are read."""
        language: str | None = self._data["language"]
        return language

    @property
    def reply_span(self) -> Span:
        """What is reply, and neither quoted thread nor signature."""
        start, end = self._data["reply_span"]
        return start, end

    @property
    def thread_item_ids(self) -> list[str]:
        """The known items that the quoted message below names."""
        return list(self._data["thread_item_ids"])

    @property
    def oddities(self) -> list[str]:
        """What was odd about the text: hidden, look_alike, unseen_html, cut."""
        return list(self._data["oddities"])

    def __repr__(self) -> str:
        names = ", ".join(intent.name for intent in self.intents) or "nothing"
        return f"<ar_core.Reading: {names}{'; a person must see it' if self.human else ''}>"


class Verdict(_Result):
    """Whether a text may go out, what is wrong with it, and which fact each of its statements is.

    >>> facts = {
    ...     "as_of": "2026-11-20", "locale": "en-GB", "currency": "GBP", "stage": 2, "creditor": {"name": "Northgate Ltd"},
    ...     "debtor": {"name": "Mill"}, "events": [], "policy": {"allowed_acts": []},
    ...     "invoices": [{"ref": "R-4711", "gross": "120.00", "open": "120.00", "issued": "2026-09-01", "due": "2026-10-01", "status": "open"}],
    ... }
    >>> ar.verify_notice("Northgate Ltd: invoice R-4711 of £120.00 was due on 1 October 2026.", facts).accepted
    True
    >>> [found.code for found in ar.verify_notice("Northgate Ltd: invoice R-4711 of £130.00 is open.", facts).findings]
    ['BAD_AMOUNT', 'MISSING_AMOUNT', 'MISSING_DUE_DATE']
    """

    __slots__ = ()

    @property
    def accepted(self) -> bool:
        """Whether the text may go out: nothing was found."""
        return bool(self._data["accepted"])

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, in the order of the text; what is missing at the end."""
        return self._entries("findings", Finding)

    @property
    def claims(self) -> list[Claim]:
        """What the text states, in its order."""
        return self._entries("claims", Claim)

    def __repr__(self) -> str:
        codes = ", ".join(found.code for found in self.findings)
        return "<ar_core.Verdict: accepted>" if self.accepted else f"<ar_core.Verdict: refused ({codes})>"


class Notice(_Result):
    """What a customer, or the person who calls, is to read. `draft` says what became of the draft of a generator.

    >>> ledger = ar.Ledger(
    ...     customers=[{"customer_id": "Mill", "name": "Mill Ltd", "channels": ["email"], "language": "en", "country": "GB"}],
    ...     items=[{"item_id": "1", "customer_id": "Mill", "reference": "R-4711", "currency": "GBP", "amount": "120.00",
    ...             "issued_on": "2026-09-01", "due_on": "2026-10-01"}],
    ... )
    >>> report = ar.run(ledger, as_of="2026-11-20")
    >>> decision_id = report.decisions.to_dicts()[0]["decision_id"]
    >>> notice = ar.write_notice(report, decision_id, sender={"name": "Northgate Ltd", "email": "ar@northgate.example"})
    >>> notice.subject
    'A friendly reminder: invoice R-4711'
    """

    __slots__ = ()

    def __init__(self, text: str, draft: str | None = None, error: str | None = None) -> None:
        super().__init__(text)
        self._data["draft"] = draft or self._data["draft"]
        self._data["used_draft"] = self._data["draft"] == "used"
        self._data["error"] = error

    @property
    def kind(self) -> str:
        """What it is for, such as 'dunning'."""
        return str(self._data["kind"])

    @property
    def subject(self) -> str:
        """The line above it; empty for a short message. Never that of a generator."""
        return str(self._data["subject"])

    @property
    def text(self) -> str:
        """Plain text."""
        return str(self._data["text"])

    @property
    def html(self) -> str | None:
        """The same as a document of HTML; None for a short message and a call."""
        html: str | None = self._data["html"]
        return html

    @property
    def channel(self) -> str:
        """What it is laid out for: email, sms, letter, call."""
        return str(self._data["channel"])

    @property
    def language(self) -> str:
        """The language."""
        return str(self._data["language"])

    @property
    def tone(self) -> str:
        """How firmly it speaks."""
        return str(self._data["tone"])

    @property
    def sms(self) -> dict[str, Any] | None:
        """The size of a short message: gsm, places, segments."""
        size: dict[str, Any] | None = self._data["sms"]
        return None if size is None else dict(size)

    @property
    def facts(self) -> dict[str, Any]:
        """All that it may say; what a generator is given. More than `verify_notice` takes. A copy."""
        facts: dict[str, Any] = self.to_dict()["facts"]
        return facts

    @property
    def used_draft(self) -> bool:
        """Whether the text is that of the draft; else it is that of the template."""
        return bool(self._data["used_draft"])

    @property
    def draft(self) -> str:
        """What became of the draft: none (there was none), used, refused (see findings), not_provable (the verifier does not know such
        facts), does_not_fit (empty, or longer than its channel carries), error or timeout (of the generator, see error)."""
        return str(self._data["draft"])

    @property
    def error(self) -> str | None:
        """What the generator failed with, where it did."""
        error: str | None = self._data["error"]
        return error

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the draft; spans are places in the draft."""
        return self._entries("findings", Finding)

    @property
    def claims(self) -> list[Claim]:
        """What the draft states."""
        return self._entries("claims", Claim)

    def __repr__(self) -> str:
        return f"<ar_core.Notice: {self.kind} by {self.channel} in {self.language}, draft {self.draft}>"


Generator = Callable[[dict[str, Any]], str]
"""Is given the facts of a notice, and gives a draft of its text."""


def read_reply(
    text: str,
    received_on: DayLike,
    subject: str | None = None,
    language: str | None = None,
    locale: str | None = None,
    items: TableLike | None = None,
    country: str | None = None,
    currency: str | None = None,
) -> Reading:
    """Reads what a customer wrote, plain or HTML; the first 65,536 bytes count.

    received_on: the day it came in (a date, a datetime at midnight, or ISO text): days in it are counted from there. subject: its subject.
    language ('de') or locale ('de-AT'): those of the customer; a text that is plainly in another language is read in that one. items: the
    customer's items, a table as `Ledger` takes it, of which item_id is needed and reference, currency, open_amount (or amount) are used.
    country: ISO 3166-1, how dates and amounts are written there. currency: that of an amount without one.
    Raises InvalidInput with every problem of what is given.

    >>> items = [{"item_id": "1", "customer_id": "Mill", "reference": "R-4711", "currency": "GBP", "amount": "120.00",
    ...          "issued_on": "2026-09-01", "due_on": "2026-10-01"}]
    >>> reading = ar.read_reply("We will pay invoice R-4711 next Friday.", received_on="2026-11-16", items=items)
    >>> reading.intents[0].name, reading.dates[0].on, reading.references
    ('promise_to_pay', '2026-11-27', ['R-4711'])
    """
    return Reading(
        _native.read_reply_json(text, _context(received_on, subject, language, locale, items, country, currency))
    )


def check_reading(
    text: str,
    supplied: Mapping[str, Any] | str,
    received_on: DayLike,
    subject: str | None = None,
    language: str | None = None,
    locale: str | None = None,
    items: TableLike | None = None,
    country: str | None = None,
    currency: str | None = None,
) -> Reading:
    """Holds a reading that somebody else made (a language model, a form) against the text it is of.

    supplied: a dict or JSON text with fields of `Reading.to_dict()`, all optional: intents (name), references, disputed_references, dates
    (role, on), amounts (role, value, currency), dispute_reasons, human, human_reasons. What the text does not say is left out, and then a
    person sees the message. The other arguments are as with `read_reply`.
    Raises InvalidInput with every word that is not known.

    >>> said = {"dates": [{"role": "promise", "on": "2026-12-24"}]}
    >>> reading = ar.check_reading("We will pay next Friday.", said, received_on="2026-11-16")
    >>> reading.dates, reading.human  # the text does not say it
    ([], True)
    """
    context = _context(received_on, subject, language, locale, items, country, currency)
    return Reading(_native.check_reading_json(text, context, _json("supplied", supplied)))


def verify_notice(text: str, facts: Mapping[str, Any] | str) -> Verdict:
    """Checks a text (plain, not HTML) that is to go out against the facts of its notice: accepted is only what is true.

    facts: a dict or JSON text: as_of, locale, currency, stage, creditor (name, email, phone, iban, pay_url, and details that may be written
    as they stand), debtor (name, contact), invoices (ref, gross, open, issued, due, status), events (type, date), policy (allowed_acts,
    deadline, fees, interest_rate, offers). Amounts are decimal text.
    Raises InvalidInput with every problem of the facts.

    >>> facts = {
    ...     "as_of": "2026-11-20", "locale": "en-GB", "currency": "GBP", "stage": 2, "creditor": {"name": "Northgate Ltd"},
    ...     "debtor": {"name": "Mill"}, "events": [], "policy": {"allowed_acts": []},
    ...     "invoices": [{"ref": "R-4711", "gross": "120.00", "open": "120.00", "issued": "2026-09-01", "due": "2026-10-01", "status": "open"}],
    ... }
    >>> ar.verify_notice("Northgate Ltd: invoice R-4711 of £120.00 was due on 1 October 2026.", facts).accepted
    True
    >>> [found.code for found in ar.verify_notice("Northgate Ltd: invoice R-4711 of £130.00 is open.", facts).findings]
    ['BAD_AMOUNT', 'MISSING_AMOUNT', 'MISSING_DUE_DATE']
    """
    return Verdict(_native.verify_notice_json(text, _json("facts", facts)))


def write_notice(
    report: _native.Report,
    decision_id: str,
    sender: Mapping[str, str],
    *,
    contact: str | None = None,
    locale: str | None = None,
    tone: str | None = None,
    channel: str | None = None,
    templates: Sequence[str] | None = None,
    draft: str | None = None,
    generator: Generator | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Notice:
    """Writes the notice of a decision of a report, as it goes out on the day of the report.

    sender: name, email or phone, iban, pay_url. contact: the person who is written to. locale, tone (never firmer than the decision),
    channel (email, sms, letter, call): as the decision and the customer say where they are not given. templates: TOML documents with texts
    of your own in the place of ours.
    draft: a text of another writer; it is used if the verifier accepts it, else the template is. generator: is called with the facts of the
    notice and gives such a draft (see `ar_core.generators`); where it fails, or takes longer than `timeout` seconds, the template is used
    and `Notice.draft` says 'error' or 'timeout'. (It then goes on in its thread; nothing of it is used.)
    Raises InvalidInput for an unknown decision, an action that nothing is written for, and every problem of the style and the templates.

    >>> ledger = ar.Ledger(
    ...     customers=[{"customer_id": "Mill", "name": "Mill Ltd", "channels": ["email"], "language": "en", "country": "GB"}],
    ...     items=[{"item_id": "1", "customer_id": "Mill", "reference": "R-4711", "currency": "GBP", "amount": "120.00",
    ...             "issued_on": "2026-09-01", "due_on": "2026-10-01"}],
    ... )
    >>> report = ar.run(ledger, as_of="2026-11-20")
    >>> decision_id = report.decisions.to_dicts()[0]["decision_id"]
    >>> notice = ar.write_notice(report, decision_id, sender={"name": "Northgate Ltd", "email": "ar@northgate.example"})
    >>> notice.subject
    'A friendly reminder: invoice R-4711'
    """
    given = {"sender": sender, "contact": contact, "locale": locale, "tone": tone, "channel": channel}
    style = _json("style", {name: value for name, value in given.items() if value is not None})
    documents = None if templates is None else list(templates)
    if draft is not None and generator is not None:
        raise TypeError("give a draft or a generator, not both")
    if generator is None:
        return Notice(_native.write_notice_json(report, decision_id, style, draft, documents))
    plain = Notice(_native.write_notice_json(report, decision_id, style, None, documents))
    made, failed, why = _generate(generator, plain.facts, timeout)
    if made is None:
        return Notice(json.dumps(plain.to_dict()), failed, why)
    try:
        return Notice(_native.write_notice_json(report, decision_id, style, made, documents))
    except _native.InvalidInput as error:  # the draft is no text; the rest was accepted above
        return Notice(json.dumps(plain.to_dict()), "error", str(error))


def _generate(generator: Generator, facts: dict[str, Any], timeout: float) -> tuple[str | None, str, str]:
    """A draft, or why there is none. In a thread of its own, so that a generator that hangs holds up nobody."""
    made: list[Any] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            made.append(generator(facts))
        except BaseException as error:  # whatever it is, the notice is written
            failed.append(error)

    thread = threading.Thread(target=work, name="ar_core generator", daemon=True)
    thread.start()
    thread.join(timeout)
    if failed:
        late = isinstance(failed[0], TimeoutError) or isinstance(getattr(failed[0], "reason", None), TimeoutError)
        return None, "timeout" if late else "error", f"{type(failed[0]).__name__}: {failed[0]}"[:500]
    if not made:
        return None, "timeout", f"the generator took longer than {timeout:g} seconds"
    if not isinstance(made[0], str):
        return None, "error", f"the generator gave a {type(made[0]).__name__}, not a text"
    if len(made[0]) > _MOST_DRAFT:
        return None, "error", "the generator gave more text than a notice can have"
    return made[0], "", ""


def _context(
    received_on: DayLike,
    subject: str | None,
    language: str | None,
    locale: str | None,
    items: TableLike | None,
    country: str | None,
    currency: str | None,
) -> str:
    given = {"subject": subject, "language": language, "locale": locale, "country": country, "currency": currency}
    context: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    context["received_on"] = _day(received_on)
    if items is not None:
        context["items"] = [_item(row) for row in _native.item_rows(items)]
    return _json("context", context)


def _day(value: DayLike) -> str:
    try:
        return _native.iso_day("received_on", value)
    except _native.InvalidInput:
        if isinstance(value, str):
            return value  # the engine refuses it together with whatever else is wrong
        raise


def _item(row: dict[str, Any]) -> dict[str, Any]:
    """What the reader takes of a row; what is open of it where that is said, else what it was issued for."""
    item = {name: row.get(name) for name in ("item_id", "reference", "currency")}
    for name in ("open_amount", "open_amount_minor", "amount", "amount_minor"):
        value = row.get(name)
        if value is not None:
            # A float is a whole number of minor units within a millionth, or refused.
            item[f"open_{name.removeprefix('open_')}"] = f"{value:.6f}" if isinstance(value, float) else value
            break
    return item


def _json(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, default=_text, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{name} cannot be written as JSON: {error}") from error


def _text(value: Any) -> Any:
    """Decimals and days as text; a mapping as a dict. Anything else is no JSON."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 60 else str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is no value of JSON")


__all__ = [
    "AmountFound",
    "Claim",
    "DateFound",
    "Finding",
    "Generator",
    "IntentFound",
    "Notice",
    "Reading",
    "RemittanceFound",
    "Span",
    "Verdict",
    "check_reading",
    "read_reply",
    "verify_notice",
    "write_notice",
]
