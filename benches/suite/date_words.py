"""Sentences of customers with a date whose day is known: in numbers, in words, by weekday, relative to the day of the mail."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

LANGUAGES = ("en", "de", "fr", "es")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag",
    "fr": "lundi mardi mercredi jeudi vendredi",
    "es": "lunes martes miércoles jueves viernes",
}
# Per language: how a date is written (strftime-like: D M Y numbers, DD MM with zeros, N name of the month).
NUMBERS = {
    "en": ("DD/MM/Y", "D/M/Y", "Y-MM-DD", "DD.MM.Y"),
    "de": ("DD.MM.Y", "D.M.Y", "Y-MM-DD", "DD.MM.YY"),
    "fr": ("DD/MM/Y", "D/M/Y", "Y-MM-DD", "DD.MM.Y"),
    "es": ("DD/MM/Y", "D/M/Y", "Y-MM-DD", "DD-MM-Y"),
}
NAMES = {
    "en": ("D N Y", "N D, Y", "D N", "N Dth"),
    "de": ("D. N Y", "D. N", "DD. N Y"),
    "fr": ("D N Y", "D N"),
    "es": ("D de N de Y", "D de N"),
}
# Relative days: words and days ahead.
AHEAD = {
    "en": (("tomorrow", 1), ("the day after tomorrow", 2), ("in {n} days", None), ("in a week", 7), ("in two weeks", 14)),
    "de": (("morgen", 1), ("übermorgen", 2), ("in {n} Tagen", None), ("in einer Woche", 7), ("in zwei Wochen", 14)),
    "fr": (("demain", 1), ("après-demain", 2), ("dans {n} jours", None), ("dans une semaine", 7), ("dans deux semaines", 14)),
    "es": (("mañana", 1), ("pasado mañana", 2), ("en {n} días", None), ("en una semana", 7), ("en dos semanas", 14)),
}
NEXT = {"en": "next {w}", "de": "nächsten {w}", "fr": "{w} prochain", "es": "el próximo {w}"}
COMING = {"en": "on {w}", "de": "am {w}", "fr": "ce {w}", "es": "el {w}"}
MONTH_END = {
    "en": ("at the end of the month", "at the end of next month"),
    "de": ("Ende des Monats", "Ende nächsten Monats"),
    "fr": ("à la fin du mois", "à la fin du mois prochain"),
    "es": ("a fin de mes", "a finales del próximo mes"),
}
SHORT = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "de": "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
}
MIDDLE = {"en": "in mid-{m}", "de": "Mitte {m}", "fr": "à la mi-{m}", "es": "a mediados de {m}"}
OF_MONTH = {"en": "on the {d}{th}", "de": "am {d}.", "fr": "le {d}", "es": "el día {d}"}
ON = {"en": "on ", "de": "am ", "fr": "le ", "es": "el "}
SENTENCES = {
    "en": (
        "We will pay invoice {r} {d}.",
        "The transfer of {a} for {r} goes out {d}.",
        "Sorry for the delay, payment is scheduled {d}.",
        "Your invoice {r} was approved and will be settled {d}. Kind regards, Anna",
    ),
    "de": (
        "Wir zahlen die Rechnung {r} {d}.",
        "Die Überweisung von {a} zu {r} erfolgt {d}.",
        "Entschuldigen Sie die Verzögerung, die Zahlung ist {d} eingeplant.",
        "Ihre Rechnung {r} ist freigegeben und wird {d} bezahlt. Mit freundlichen Grüßen, Anna",
    ),
    "fr": (
        "Nous paierons la facture {r} {d}.",
        "Le virement de {a} pour {r} partira {d}.",
        "Désolés pour le retard, le paiement est prévu {d}.",
        "Votre facture {r} est validée et sera réglée {d}. Cordialement, Anna",
    ),
    "es": (
        "Pagaremos la factura {r} {d}.",
        "La transferencia de {a} por {r} saldrá {d}.",
        "Disculpen el retraso, el pago está previsto {d}.",
        "Su factura {r} está aprobada y se pagará {d}. Saludos, Anna",
    ),
}
AMOUNTS = {"en": "1,234.50 EUR", "de": "1.234,50 EUR", "fr": "1 234,50 EUR", "es": "1.234,50 EUR"}
KINDS = ("numbers", "names", "short", "typo", "ahead", "weekday", "next_weekday", "month_end", "middle", "of_month")


def text_of(draw: random.Random, language: str, received: date) -> dict[str, Any]:
    """A sentence: language, day received, kind of date, words of the date, days they may mean, text."""
    kind = draw.choice(KINDS)
    words, phrase, days = DRAWN[kind](draw, language, received)
    reference = f"RE-{draw.randrange(1000, 99_999)}"
    text = draw.choice(SENTENCES[language]).format(r=reference, a=AMOUNTS[language], d=phrase).replace("..", ".")
    return {"language": language, "received_on": received, "kind": kind, "words": words, "days": sorted(days), "text": text}


Drawn = tuple[str, str, set[date]]


def numbers(draw: random.Random, language: str, received: date) -> Drawn:
    """15.12.2026. In English the day before the month, and only days that cannot be months."""
    day = some_day(draw, received)
    if language == "en" and day.day <= 12:
        day = day.replace(day=13 + day.day)
    words = written(draw.choice(NUMBERS[language]), day, language)
    return words, ON[language] + words, {day}


def names(draw: random.Random, language: str, received: date) -> Drawn:
    """15 December, with or without the year."""
    day = some_day(draw, received)
    words = written(draw.choice(NAMES[language]), day, language)
    return words, ON[language] + words, {day}


def short(draw: random.Random, language: str, received: date) -> Drawn:
    """15 Dec, with or without the year."""
    day = some_day(draw, received)
    words = written(draw.choice(NAMES[language][:2]), day, language, SHORT)
    return words, ON[language] + words, {day}


def typo(draw: random.Random, language: str, received: date) -> Drawn:
    """15 Deecmber: two neighbouring letters of the month's name change places."""
    day = some_day(draw, received)
    name = MONTHS[language].split()[day.month - 1]
    at = draw.randrange(1, len(name) - 1)
    words = written(NAMES[language][0], day, language)
    words = words.replace(name, name[:at] + name[at + 1] + name[at] + name[at + 2 :])
    return words, ON[language] + words, {day}


def middle(draw: random.Random, language: str, received: date) -> Drawn:
    """The middle of a coming month: its 15th, the 14th and 16th are let pass."""
    month = (received.month - 1 + draw.randint(1, 5)) % 12
    year = received.year + (month < received.month - 1)
    words = MIDDLE[language].format(m=MONTHS[language].split()[month])
    return words, words, {date(year, month + 1, number) for number in (14, 15, 16)}


def ahead(draw: random.Random, language: str, received: date) -> Drawn:
    """So many days from the day of the mail."""
    words, count = draw.choice(AHEAD[language])
    if count is None:
        count = draw.randint(2, 20)
        words = words.format(n=count)
    return words, words, {received + timedelta(count)}


def weekday(draw: random.Random, language: str, received: date) -> Drawn:
    """The weekday that comes; on that weekday it may be the day itself."""
    index = draw.randrange(5)
    words = COMING[language].format(w=WEEKDAYS[language].split()[index])
    days = (index - received.weekday()) % 7
    return words, words, {received + timedelta(days)} | ({received + timedelta(7)} if days == 0 else set())


def next_weekday(draw: random.Random, language: str, received: date) -> Drawn:
    """Next Friday: the one that comes, or that of next week; people differ."""
    index = draw.randrange(5)
    words = NEXT[language].format(w=WEEKDAYS[language].split()[index])
    first = received + timedelta((index - received.weekday()) % 7 or 7)
    return words, words, {first, monday(received) + timedelta(7 + index)}


def month_end(draw: random.Random, language: str, received: date) -> Drawn:
    """The last day of the month, or of the next one; or its last working day."""
    which = draw.randrange(2)
    year, month = divmod(received.year * 12 + received.month - 1 + which, 12)
    last = date(year, month + 1, monthrange(year, month + 1)[1])
    working = last - timedelta(max(0, last.weekday() - 4))
    words = MONTH_END[language][which]
    return words, words, {last, working}


def of_month(draw: random.Random, language: str, received: date) -> Drawn:
    """On the 15th: the next one; where it is today it may be today."""
    number = draw.randint(1, 28)
    day = received.replace(day=number)
    days = {day} if day == received else set()
    if day <= received:
        day = (received.replace(day=1) + timedelta(32)).replace(day=number)
    words = OF_MONTH[language].format(d=number, th=ending(number))
    return words, words, days | {day}


DRAWN = {
    "numbers": numbers,
    "names": names,
    "short": short,
    "typo": typo,
    "middle": middle,
    "ahead": ahead,
    "weekday": weekday,
    "next_weekday": next_weekday,
    "month_end": month_end,
    "of_month": of_month,
}


def some_day(draw: random.Random, received: date) -> date:
    """A day in the next hundred, on which somebody may say to pay."""
    return received + timedelta(draw.randint(3, 100))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(day.weekday())


def ending(number: int) -> str:
    """th, st, nd, rd."""
    return "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def written(form: str, day: date, language: str, months: dict[str, str] = MONTHS) -> str:
    """The day in a form of NUMBERS or NAMES."""
    if "N" not in form:
        letters = {
            "YY": f"{day.year % 100:02}",
            "Y": str(day.year),
            "DD": f"{day.day:02}",
            "D": str(day.day),
            "MM": f"{day.month:02}",
            "M": str(day.month),
        }
        separator = next(sign for sign in "-/." if sign in form)
        return separator.join(letters[part] for part in form.split(separator))
    name = months[language].split()[day.month - 1]
    number = f"{day.day:02}" if "DD" in form else str(day.day)
    if "Dth" in form:
        number, form = f"{day.day}{ending(day.day)}", form.replace("Dth", "D")
    elif language == "fr" and day.day == 1:
        number = "1er"
    # Placeholders that are no letters: names of months have D, N and Y in them.
    marked = form.replace("DD", "\1").replace("D", "\1").replace("N", "\2").replace("Y", "\3")
    return marked.replace("\1", number).replace("\2", name).replace("\3", str(day.year))
