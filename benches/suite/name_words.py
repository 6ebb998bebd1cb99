"""Names of companies, and what a bank's statement makes of them."""

from __future__ import annotations

import random
import unicodedata

FIRST = (
    "Al Ber Cal Dor Eng Far Gold Hart Irm Jung Kron Lind Mar Nor Ost Pfei Rau Sach Tren Ulm Vogt Wein Zim Brück Möl Grün Sön Lüb Köh "
    "Ash Black Carl Dun Ever Fair Green Hol Kings Lang Mid New Old Pem Red Stan Thorn Whit York Beau Char Mont Du Cler Per Roch Ville"
).split()
LAST = (
    "bach berg burg dorf feld hausen heim hof mann meier ner schmidt stein tal thal wald weiler ler ke ster "
    "bridge bury dale field ford ham ley low port shire ton well wick wood court mont ville neuf rac val son"
).split()
TRADES = (
    "Maschinenbau Logistik Handel Elektrotechnik Bau Metallbau Holding Technik Druck Verpackung Textil Möbel Optik Kälte Hydraulik "
    "Engineering Foods Trading Logistics Supplies Systems Packaging Textiles Tools Chemicals Printing Services Transports Industrie Matériaux"
).split()
PLACES = "Hamburg München Köln Berlin Bremen Leeds York Lyon Lille Nantes Zürich Wien Graz Basel Bristol Kent".split()
FORMS = ("GmbH", "GmbH & Co. KG", "AG", "KG", "Ltd", "Limited", "PLC", "SARL", "SA", "SAS", "e.K.", "OHG")
SHAPES = (("{w}", 3), ("{w} {t}", 6), ("{w} & {v} {t}", 2), ("{w} {t} {p}", 3), ("{w} und {v}", 1), ("{t} {w}", 2))
WAYS = (
    ("same", 12), ("upper", 24), ("no form", 14), ("cut", 10), ("typo", 10), ("turned", 5), ("no place", 5), ("more", 6), ("other form", 4),
    ("stranger", 10),
)  # fmt: skip


def company(draw: random.Random) -> str:
    """A name with a legal form."""
    word = lambda: draw.choice(FIRST) + draw.choice(LAST)  # noqa: E731
    shape = draw.choices([shape for shape, _ in SHAPES], [weight for _, weight in SHAPES])[0]
    return shape.format(w=word(), v=word(), t=draw.choice(TRADES), p=draw.choice(PLACES)) + " " + draw.choice(FORMS)


def companies(draw: random.Random, count: int) -> list[str]:
    """So many names, no two the same without their legal form."""
    seen: dict[str, str] = {}
    while len(seen) < count:
        name = company(draw)
        seen.setdefault(plain(name), name)
    return list(seen.values())


def upper(name: str) -> str:
    """As banks write: capitals, umlauts in two letters, no accents."""
    name = name.upper()
    for letter, two in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE"), ("ß", "SS")):
        name = name.replace(letter, two)
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))


def formless(name: str) -> str:
    """The name without its legal form."""
    for form in sorted(FORMS, key=len, reverse=True):
        if name.endswith(" " + form):
            return name[: -len(form) - 1]
    return name


def plain(name: str) -> str:
    """What a careful user of a name matcher makes of a name first: capitals, letters and digits, no legal form."""
    words = "".join(letter if letter.isalnum() else " " for letter in upper(formless(name)))
    known = {"GMBH", "CO", "KG", "AG", "LTD", "LIMITED", "PLC", "SARL", "SA", "SAS", "OHG", "EK", "UND", "AND"}
    kept = [word for word in words.split() if word not in known]
    return " ".join(kept)


def distorted(draw: random.Random, name: str, way: str) -> str:
    """The name as it came in, in one of `WAYS`; all but `same` in capitals."""
    if way == "same":
        return name
    if way == "no form":
        return upper(formless(name))
    if way == "cut":
        return upper(name)[: max(12, len(name) * 2 // 3)]
    if way == "typo":
        return upper(mistyped(draw, formless(name)) + name[len(formless(name)) :])
    if way == "turned":
        words = formless(name).split()
        return upper(" ".join(words[1:] + words[:1]))
    if way == "no place":
        return upper(" ".join(word for word in name.split() if word not in PLACES))
    if way == "more":
        return upper(name + draw.choice((" BUCHHALTUNG", " ZENTRALE", " ACCOUNTS PAYABLE", " " + draw.choice(PLACES))))
    if way == "other form":
        return upper(formless(name) + " " + draw.choice(FORMS))
    return upper(name)


def mistyped(draw: random.Random, name: str) -> str:
    """One letter left out, doubled, changed, or two that changed places."""
    at = draw.randrange(1, len(name) - 1)
    kind = draw.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:
        return name[:at] + draw.choice("aeinrst") + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
