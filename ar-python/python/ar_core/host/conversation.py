"""The commands of conversation: a message is read, a text is checked, a notice is written. Nothing is sent, recorded or remembered."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from ar_core.host import say_conversation as say
from ar_core.host.book import read_book
from ar_core.host.day import repeat
from ar_core.host.errors import InvalidBook, need
from ar_core.host.naming import has_run
from ar_core.host.progress import Progress

SENDER_FILE = "sender.toml"


def read(args: Namespace) -> int:
    """What a customer wrote."""
    import ar_core as ar

    text = _text(args.text)
    items = _items(args.book, args.customer) if args.book else None
    reading = ar.read_reply(text, args.received_on, args.subject, None, args.locale, items, args.country, args.currency)
    say.reading(text, reading, args.json)
    return 0


def check(text: str, facts: Path, as_json: bool) -> int:
    """Whether a text may go out."""
    import ar_core as ar

    verdict = ar.verify_notice(text, _text(str(facts)))
    say.verdict(text, verdict, as_json)
    return 0 if verdict.accepted else 1


def verify(args: Namespace) -> int:
    """Whether a text in a file may go out."""
    return check(_text(str(args.audit)), args.facts, args.json)


def notice(args: Namespace) -> int:
    """The notice of a decision of the latest run."""
    import ar_core as ar

    has_run(args.book, args.state)
    sender = _sender(args.sender or args.book / SENDER_FILE)
    draft = None if args.draft is None else _text(str(args.draft))
    report = repeat(args.book, None, Progress(quiet=True), dry_run=True, state=args.state).report
    style = {"contact": args.contact, "locale": args.locale, "tone": args.tone, "channel": args.channel}
    say.notice(ar.write_notice(report, args.decision_id, sender, draft=draft, **style), args.json)
    return 0


def _text(name: str) -> str:
    """A text from a file, or from stdin for '-'. Bytes that are no UTF-8 are shown as such, not refused: mail has them."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InvalidBook(f"{name} cannot be read: {error}") from error
    return data.decode("utf-8", errors="replace")


def _items(root: Path, customer: str | None) -> Any:
    """The items of a book, or of a customer of it."""
    table = read_book(root).tables["items"]
    if customer is None:
        return table
    pc, pa = need("pyarrow.compute"), need("pyarrow")
    return table.filter(pc.equal(pc.cast(table.column("customer_id"), pa.string()), customer))


def _sender(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidBook(
            f"who writes? {path} cannot be read ({error}); it has name, email or phone, iban and pay_url, in TOML or JSON"
        ) from error
    try:
        found = json.loads(text) if path.suffix.lower() == ".json" else need("tomllib").loads(text)
    except ValueError as error:
        raise InvalidBook(f"the sender {path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise InvalidBook(f"the sender {path} is no table with name, email or phone, iban and pay_url")
    return found


__all__ = ["check", "notice", "read", "verify"]
