"""Bank holidays as data: from the package `holidays`, where it is installed.

The engine has no calendars of its own. `PayTimeModel.fit` asks here unless it is given some.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import date

# Where a currency is settled: its payment system is closed on these holidays.
HOME = {
    "AUD": "AU",
    "BRL": "BR",
    "CAD": "CA",
    "CHF": "CH",
    "CNY": "CN",
    "CZK": "CZ",
    "DKK": "DK",
    "GBP": "GB",
    "HKD": "HK",
    "HUF": "HU",
    "INR": "IN",
    "JPY": "JP",
    "KRW": "KR",
    "MXN": "MX",
    "NOK": "NO",
    "NZD": "NZ",
    "PLN": "PL",
    "RON": "RO",
    "SEK": "SE",
    "SGD": "SG",
    "TRY": "TR",
    "USD": "US",
    "ZAR": "ZA",
}


def bank_holidays(countries: Iterable[str], currencies: Iterable[str], first: date, last: date) -> dict[str, list[date]]:
    """The holidays of countries (ISO 3166) and currencies (ISO 4217) between two days, by their code.

    For the euro, those of the TARGET calendar. Codes that `holidays` does not know have no entry.
    """
    try:
        import holidays
    except ImportError:
        warnings.warn("without the package 'holidays' every weekday counts as a bank day; pip install holidays", stacklevel=2)
        return {}
    years = range(first.year, last.year + 1)
    found: dict[str, list[date]] = {}
    wanted = {code: code.upper() for code in countries} | {code: HOME.get(code, "") for code in currencies}
    for code, country in wanted.items():
        try:
            if code == "EUR":
                days = holidays.financial_holidays("ECB", years=years)
            elif country:
                days = holidays.country_holidays(country, years=years)
            else:
                continue
        except NotImplementedError:
            continue
        found[code] = sorted(day for day in days if first <= day <= last)
    return found
