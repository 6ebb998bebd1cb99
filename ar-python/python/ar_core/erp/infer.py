"""Which column is what: by its heading, by what is in it, and by what the other columns are.

Each heading gets candidates with a certainty; the cells may strike them out; each role takes the best that is left. What stays below
the threshold is left out and said, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .knowledge import Layout, bare, known_names, layouts, meanings, roles, tokens
from .profile import Profile

THRESHOLD = 0.7
Offer: TypeAlias = tuple[float, int, Profile, str, str]
"""A column for a role: certainty, position of the column, the column, the role, and how it is known."""

MONEY_IN = (
    "payment",
    "receipt",
    "zahlung",
    "pago",
    "payer",
    "remitter",
    "iban",
    "verwendungszweck",
    "auftraggeber",
    "counterparty",
)
"""How headings begin that say that a table without due dates is one of payments."""

CUT = 0.72
"""Certainty of a heading that was cut and can be completed in one way only."""

REQUIRED = {
    "items": ("item_id", "customer_id", "currency", "amount", "issued_on", "due_on"),
    "customers": ("customer_id",),
    "payments": ("payment_id", "currency", "amount", "received_on"),
}


@dataclass(frozen=True)
class Choice:
    """A column that was recognised: for which role, how certain (0 to 1), how, and which others could be it too."""

    role: str
    heading: str
    certainty: float
    how: str
    others: tuple[str, ...] = ()


@dataclass
class Guess:
    """All that was recognised of a table."""

    table: str
    layout: Layout | None
    choices: dict[str, Choice] = field(default_factory=dict)
    unused: dict[str, str] = field(default_factory=dict)
    """Heading -> why nothing takes it."""
    cut: int | None = None

    @property
    def score(self) -> float:
        """How much of the table was understood, to tell tables apart."""
        wanted = [self.choices[role].certainty for role in REQUIRED[self.table] if role in self.choices]
        return sum(wanted) / len(REQUIRED[self.table]) + 0.05 * len([c for c in self.choices if c != "ignored"])


def recognise(profiles: Sequence[Profile], table: str | None, threshold: float = THRESHOLD) -> Guess:
    """What the columns of a table are. table: None finds out. Raises ValueError where no table can be told."""
    if table is not None:
        return _assign(profiles, table, threshold)
    guesses = {name: _assign(profiles, name, threshold) for name in REQUIRED}
    items, customers, payments = guesses["items"], guesses["customers"], guesses["payments"]
    own = {
        name: sum(p.heading.strip() == role.name for p in profiles for role in roles()[name].values() if role.column)
        for name in REQUIRED
    }
    if "payment_id" in (p.heading.strip() for p in profiles) and own["payments"] > own["items"]:
        return payments
    owed = {"amount", "open_amount", "amount_local", "debit", "line_amount", "net_amount", "unit_price"} & set(
        items.choices
    )
    dated = {"due_on", "issued_on", "posted_on", "baseline_on"} & set(items.choices)
    if owed and dated:
        paid = payments.layout is not None and items.layout is None
        money_in = "received_on" in payments.choices and "due_on" not in items.choices and _says(profiles, MONEY_IN)
        return payments if paid or money_in else items
    if "customer_id" in customers.choices and ("name" in customers.choices or customers.layout is not None):
        return customers
    sure = {role for role in ("item_id", "customer_id", "currency", "due_on", "issued_on") if role in items.choices}
    if items.score >= 0.5 or (owed and len(sure) >= 2) or (items.cut is not None and items.choices):
        return items
    raise ValueError(_unknown(profiles))


def _says(profiles: Sequence[Profile], words: tuple[str, ...]) -> bool:
    return any(bare(p.heading).startswith(words) for p in profiles)


def _unknown(profiles: Sequence[Profile]) -> str:
    headings = ", ".join(repr(p.heading) for p in profiles[:12])
    if sum(p.heading.startswith("Unnamed") or not p.heading.strip() for p in profiles) >= max(2, len(profiles) // 2):
        return f"the headings are not in the first line ({headings}): read the file again from the line that has them"
    return f"this is no table of items, customers or payments that could be told: {headings}. Say which: infer_columns(df, table='items')"


def layout_of(profiles: Sequence[Profile], table: str) -> Layout | None:
    """The system whose headings these are, or None."""
    headings = {bare(p.heading) for p in profiles}
    best: tuple[float, Layout] | None = None
    for layout in layouts():
        if layout.table != table:
            continue
        known = layout.roles
        hits = sum(heading in known for heading in headings)
        marks = len(headings & layout.marks)
        share = hits / max(1, len(headings))
        if marks >= 2 and hits >= 4 and (marks >= 3 or share >= 0.6):
            score = share + 0.3 * marks
            if best is None or score > best[0]:
                best = score, layout
    return best[1] if best else None


def cut_length(profiles: Sequence[Profile], table: str) -> int | None:
    """The length at which the headings were cut, if they were: several are as long as the longest, and one of them goes on elsewhere."""
    lengths = [len(p.heading.strip()) for p in profiles]
    longest = max(lengths, default=0)
    at_end = [p.heading.strip() for p, length in zip(profiles, lengths, strict=True) if length == longest]
    if longest < 6 or longest > 31:
        return None
    names = known_names(table)
    halves = [heading for heading in at_end if bare(heading) not in names and not _certain(meanings(heading))]
    if not halves:
        return None
    near = _near(profiles, table)
    goes_on = [heading for heading in halves if _completions(heading, table, near)]
    return longest if goes_on and (len(at_end) >= 2 or longest in (8, 10)) else None


def _certain(found: Sequence[tuple[str, float]]) -> bool:
    return any(certainty >= THRESHOLD for _, certainty in found)


def _completions(heading: str, table: str, near: Sequence[Layout]) -> dict[str, str]:
    """What a heading can have been before it was cut: role -> a heading that begins so. near: systems that the other headings fit."""
    start = bare(heading)
    found: dict[str, str] = {}
    # Where a whole word stands at the end, anything may have followed; half a word is completed by what is near.
    for layout in layouts() if _certain(meanings(heading)) else near:
        if layout.table != table:
            continue
        for name, role in layout.roles.items():
            if name.startswith(start) and len(start) >= 3 and role in roles()[table]:
                found.setdefault(role, name)
    for role, certainty in meanings(heading, True):
        if certainty >= THRESHOLD and role in roles()[table]:
            found.setdefault(role, heading + "…")
    return found


def _near(profiles: Sequence[Profile], table: str) -> list[Layout]:
    """Systems that at least half of the headings belong to, if some were cut."""
    starts = [bare(p.heading) for p in profiles]
    found = []
    for layout in layouts():
        names = layout.roles
        fits = sum(any(name.startswith(start) for name in names) for start in starts if len(start) >= 3)
        if layout.table == table and 2 * fits >= len(starts):
            found.append(layout)
    return found


def _candidates(column: Profile, table: str, layout: Layout | None, cut: int | None) -> list[tuple[str, float, str]]:
    """Roles that a heading may mean, with certainty and how it is known. Best first."""
    heading = column.heading.strip()
    known = roles()[table]
    ours = heading.removesuffix("_minor")
    if ours in known and known[ours].column and (ours == heading or known[ours].content == "amount"):
        return [(ours, 1.0, "our name" if ours == heading else "our name, whole minor units")]
    if cut is not None and len(heading) == cut:
        return []
    name = bare(heading)
    twin = heading.rsplit(".", 1)[0] if heading.rsplit(".", 1)[-1].isdigit() else heading
    found: dict[str, tuple[float, str]] = {}
    if layout is not None and (role := layout.roles.get(name) or layout.roles.get(bare(twin))):
        found[role if role in known else "ignored"] = (0.97 if name in layout.roles else 0.75, layout.system)
    if not found:
        found = {role: (certainty, "its words") for role, certainty in meanings(heading) if role in known}
    if not found:
        elsewhere = known_names(table).get(name, {})
        found = {
            role: (0.82 if len(elsewhere) == 1 else 0.6, f"as in {system}")
            for role, system in elsewhere.items()
            if role in known
        }
    if any(role != "ignored" for role in found) and found.get("ignored", (1.0, ""))[0] < 0.97:
        found.pop("ignored", None)
    return sorted(((role, certainty, how) for role, (certainty, how) in found.items()), key=lambda entry: -entry[1])


def _assign(profiles: Sequence[Profile], table: str, threshold: float) -> Guess:
    layout = layout_of(profiles, table)
    guess = Guess(table, layout, cut=cut_length(profiles, table))
    offers: list[Offer] = []
    for at, column in enumerate(profiles):
        fits = []
        for role, certainty, how in _candidates(column, table, layout, guess.cut):
            fit = column.fit(roles()[table][role].content) * (1.0 if certainty >= 0.97 else _habit(column, role))
            if fit == 0.0 and certainty >= threshold:
                guess.unused[column.heading] = f"named like {role}, but its cells are not: {column.example!r}"
            fits.append((certainty * fit, role, how))
        offers += [(certainty, at, column, role, how) for certainty, role, how in fits if certainty > 0]
    _complete_cut(profiles, guess, offers)
    _take(guess, offers, threshold)
    _prefer_unique(guess, offers, profiles)
    _second_names(guess, table)
    used = {choice.heading for choice in guess.choices.values()}
    for column in profiles:
        if column.heading not in used:
            guess.unused.setdefault(column.heading, _why(column, offers, guess, threshold))
        elif column.heading in guess.unused:
            del guess.unused[column.heading]
    return guess


def _habit(column: Profile, role: str) -> float:
    """What a role asks beyond the kind of its cells: days without a time, identifiers that differ."""
    if role in ("issued_on", "due_on", "received_on") and column.timed:
        return 0.85
    if role in ("item_id", "payment_id") and column.texts and column.distinct < 0.9:
        return 0.85 if column.distinct > 0.2 else 0.75
    return 1.0


def _complete_cut(profiles: Sequence[Profile], guess: Guess, offers: list[Offer]) -> None:
    """Headings that were cut: each is taken for what it can only have been, once roles are struck out that others surely have.

    Where it can have been several things, it is left out, and that is said.
    """
    if guess.cut is None:
        return
    near = _near(profiles, guess.table)
    halves = [p for p in profiles if len(p.heading.strip()) == guess.cut]
    can_be = {p.heading: _by_cells(p, guess.table, _completions(p.heading, guess.table, near)) for p in halves}
    sure = {role for certainty, _, _, role, _ in offers if certainty >= 0.85 and role != "ignored"}
    settled = True
    while settled:
        settled = False
        for at, column in enumerate(profiles):
            left = {role: name for role, name in can_be.get(column.heading, {}).items() if role not in sure}
            if len(left) == 1:
                [(role, name)] = left.items()
                del can_be[column.heading]
                offers.append((CUT, at, column, role, f"cut to {guess.cut} letters: {name}"))
                sure.add(role)
                settled = True
    for heading, left in can_be.items():
        if left:
            real = ", ".join(sorted(role for role in left if role != "ignored")) or "several things"
            guess.unused[heading] = f"cut to {guess.cut} letters: it can be {real}" + (
                " or nothing we use" if "ignored" in left else ""
            )


def _by_cells(column: Profile, table: str, found: dict[str, str]) -> dict[str, str]:
    """Strikes out what the cells contradict: numbers that differ in every row are no amounts, words are no identifiers."""
    content = {role: roles()[table][role].content for role in found}
    kept = {role: name for role, name in found.items() if column.fit(content[role]) > 0}
    if "id" not in content.values() or len(column.texts) < 3:
        return kept
    digits = sum(any(mark.isdigit() for mark in text) and " " not in text for text in column.texts)
    if (digits == len(column.texts) and column.distinct > 0.9) or (
        digits == len(column.texts) and column.written == "text"
    ):
        return {role: name for role, name in kept.items() if content[role] not in ("amount", "text")}
    if digits == 0:
        return {role: name for role, name in kept.items() if content[role] != "id"}
    return kept


def _take(guess: Guess, offers: list[Offer], threshold: float) -> None:
    """Each role takes the surest column, each column goes to one role."""
    taken: set[str] = set()
    order = list(guess.layout.columns) if guess.layout else []
    rank = {role: at for at, role in enumerate(order)}
    places = {
        bare(name): at
        for names in (guess.layout.columns.values() if guess.layout else ())
        for at, name in enumerate(names)
    }
    ordered = sorted(
        offers, key=lambda o: (-round(o[0], 2), places.get(bare(o[2].heading), 99), rank.get(o[3], 99), o[1])
    )
    for certainty, _, column, role, how in ordered:
        if certainty < threshold or column.heading in taken:
            continue
        if role == "ignored":
            guess.unused[column.heading] = "nothing for it in the table"
            taken.add(column.heading)
        elif role not in guess.choices:
            guess.choices[role] = Choice(role, column.heading, certainty, how)
            taken.add(column.heading)
        elif certainty >= guess.choices[role].certainty - 0.1:
            first = guess.choices[role]
            guess.choices[role] = replace(first, others=(*first.others, column.heading))


def _prefer_unique(guess: Guess, offers: list[Offer], profiles: Sequence[Profile]) -> None:
    """Of two columns that can both be the identifier, the one that tells rows apart; the other is the reference."""
    for role in ("item_id", "payment_id"):
        first = guess.choices.get(role)
        if first is None or not first.others:
            continue
        by = {p.heading: p for p in profiles}
        best = max(
            (first.heading, *first.others),
            key=lambda h: (round(by[h].distinct, 2), not _internal(h), h == first.heading),
        )
        if best != first.heading:
            others = tuple(h for h in (first.heading, *first.others) if h != best)
            guess.choices[role] = replace(
                first, heading=best, others=others, how=first.how + ", and it tells the rows apart"
            )


def _internal(heading: str) -> bool:
    """A number that the system gives itself, and no customer knows."""
    return tokens(heading)[-1:] in (["id"], ["key"], ["guid"])


def _second_names(guess: Guess, table: str) -> None:
    """What follows from roles that are missing while their neighbours are there."""
    choices = guess.choices
    if "customer_id" not in choices and "customer_name" in choices:
        name = choices.pop("customer_name")
        choices["customer_id"] = replace(name, role="customer_id", how=name.how + "; customers are told apart by name")
    first = choices.get("item_id")
    if "reference" not in choices and table == "items" and first and _internal(first.heading):
        for other in (name for name in first.others if not _internal(name)):
            choices["reference"] = Choice(
                "reference", other, first.certainty - 0.05, "the number that the customer knows"
            )
            break


def _why(column: Profile, offers: list[Offer], guess: Guess, threshold: float) -> str:
    mine = sorted(
        (offer for offer in offers if offer[2].heading == column.heading and offer[3] != "ignored"), key=lambda o: -o[0]
    )
    if not mine:
        return "not known"
    certainty, _, _, role, how = mine[0]
    if role in guess.choices and certainty >= threshold:
        return f"could be {role} too, as {guess.choices[role].heading!r} is"
    return f"could be {role} ({how}), but not surely ({certainty:.2f})"
