"""Grammar of `read` and `notice`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, leaf
from ar_core.cli.values import day


def add(commands: Any) -> None:
    """What customers write, and what is written to them."""
    read = leaf(
        commands,
        "read",
        help="what a customer wrote: intents, dates, amounts, references",
        example="mail.txt --received-on 2026-11-21 --book book",
    )
    read.add_argument("text", metavar="FILE", help="the message, plain or HTML; - for stdin")
    read.add_argument("--received-on", type=day, required=True, metavar="DATE", help="the day it came in")
    read.add_argument("--book", type=Path, help="the book with the items that it may be about")
    read.add_argument("--customer", metavar="ID", help="only the items of this customer")
    for name, meta, text in (
        ("subject", "TEXT", "its subject"),
        ("locale", "TAG", "language and region of the customer, like de-AT"),
        ("country", "CODE", "how dates and amounts are written there, like US"),
        ("currency", "CODE", "of an amount without one"),
    ):
        read.add_argument(f"--{name}", metavar=meta, help=text)

    notice = leaf(
        commands,
        "notice",
        help="write the notice of a decision of the latest day; nothing is sent",
        example="book D-… --sender sender.toml",
    )
    book(notice)
    notice.add_argument("decision_id", metavar="D-…")
    notice.add_argument(
        "--sender",
        type=Path,
        metavar="FILE",
        help="name, email or phone, iban, pay_url (default: sender.toml of the book)",
    )
    notice.add_argument(
        "--draft", type=Path, metavar="FILE", help="a text of another writer, used if all that it says is true"
    )
    notice.add_argument("--contact", metavar="NAME", help="the person who is written to")
    notice.add_argument("--locale", metavar="TAG", help="default: that of the customer")
    notice.add_argument(
        "--tone", choices=("friendly", "question", "neutral", "firm", "final"), help="never firmer than the decision"
    )
    notice.add_argument("--channel", choices=("email", "sms", "letter", "call"), help="default: as the decision says")
