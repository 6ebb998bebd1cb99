"""Grammar of what people say beside yes and no: `edit`, `delegate`, `review`, `stop`, `resume`, `narrow`, `samples`, `autonomy`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ar_core.cli.grammar import book, leaf
from ar_core.cli.values import count


def add(commands: Any) -> None:
    """The commands by which people change, hand on and look at decisions, and say how far the engine may go."""
    edit = leaf(
        commands,
        "edit",
        help="change open decisions; another person approves the change",
        example="book D-… --set channel=letter --by Ada",
    )
    edit.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="channel, tone, level, on, item_ids (a,b), amount, due_on, payment_days; what an earlier change named is as proposed again",
    )
    edit.add_argument("--edit", metavar="JSON", help='the whole change, like \'{"item_ids": ["I-1"]}\'')
    edit.add_argument("--out", type=Path, metavar="FOLDER", help="default: where the day was written")
    delegate = leaf(
        commands, "delegate", help="hand open questions on to another person or role", example="book D-… --to Ben"
    )
    delegate.add_argument("--to", required=True, metavar="NAME")
    review = leaf(
        commands, "review", help="say whether what the engine did was right", example="book D-… --wrong --by Ada"
    )
    found = review.add_mutually_exclusive_group(required=True)
    found.add_argument("--right", action="store_true")
    found.add_argument("--wrong", action="store_true", help="too many of these, and the engine does less by itself")
    for command in (edit, delegate, review):
        book(command)
        command.add_argument("decision_ids", nargs="*" if command is not review else "+", metavar="D-…")
    for command in (edit, delegate):
        command.add_argument(
            "--action", action="append", default=[], metavar="ACTION", help="all open ones of this action"
        )

    stop = leaf(
        commands,
        "stop",
        help="carry nothing out from the next run on: of an action, a segment, a customer, or at all",
        example="book --action send_notice --by Ada",
    )
    resume = leaf(
        commands, "resume", help="end a stop of the same extent", example="book --action send_notice --by Ada"
    )
    narrow = leaf(
        commands,
        "narrow",
        help="let the engine do less of an action",
        example="book --action send_notice --level 1 --by Ada",
    )
    for command in (stop, resume):
        command.add_argument("--customer", metavar="ID")
    narrow.add_argument(
        "--level", type=int, choices=(0, 1, 2), required=True, help="0 record, 1 propose, 2 act inside the limits"
    )
    for command in (stop, resume, narrow):
        book(command)
        command.add_argument("--action", required=command is narrow, metavar="ACTION")
        command.add_argument("--segment", metavar="NAME", help="customers of this segment")
    for command in (edit, delegate, review, stop, resume, narrow):
        command.add_argument(
            "--by", default="", metavar="NAME", help="who says so (default: the name you are logged in with)"
        )

    samples = leaf(commands, "samples", help="what the engine did and a person is to look at", example="book")
    samples.add_argument("--limit", type=count, default=50, metavar="N", help="how many (default: 50; -1: all)")
    autonomy = leaf(
        commands, "autonomy", help="how far the engine may go, by what proof, and what is stopped", example="book"
    )
    autonomy.add_argument("--all", action="store_true", help="also what nothing is known of but the policy")
    for command in (samples, autonomy):
        book(command)
