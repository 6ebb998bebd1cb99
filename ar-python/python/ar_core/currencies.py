"""Currencies: the codes of ISO 4217 and how many decimals their amounts have, as the engine books them.

    from ar_core import currencies
    currencies.exponent("KWD")

The engine keeps the same table (compared in the tests) and books nothing else. Files of banks also name currencies that are no more: of those
the decimals are known here, so that an old statement can be read, but nothing in them can be booked.
"""

from __future__ import annotations

from decimal import Decimal

_BOOKED = {
    0: ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP "
        "COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR "
        "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN "
        "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL "
        "THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL"
    ),
    3: ("BHD IQD JOD KWD LYD OMR TND"),
    4: ("CLF UYW"),
}
# ISO 4217 list three: withdrawn, with the decimals that they had.
_OLD = {
    0: "ADP BEF ESP GRD ITL LUF PTE ROL TPE TRL BYB BYR MGF",
    2: (
        "ANG ATS AZM BGL CUC CYP CSD CSK DEM EEK FIM FRF GHC HRK IEP LTL LVL MRO MTL MXP MZM NLG PLZ RUR SDD SIT SKK SLL STD SUR TMM UYP"
        " VEB VEF XEU YUM ZAL ZMK ZWD ZWL ZWN ZWR"
    ),
}

BOOKED: dict[str, int] = {code: decimals for decimals, codes in _BOOKED.items() for code in codes.split()}
"""Every currency that the engine books, with its decimals."""

UNUSUAL: dict[int, tuple[str, ...]] = {decimals: tuple(codes.split()) for decimals, codes in _BOOKED.items() if decimals != 2}
"""Booked currencies that have not two decimals, by their decimals."""

OLD: dict[str, int] = {
    code: decimals for decimals, codes in _OLD.items() for code in codes.split() if code not in BOOKED
}
"""Currencies that are no more, with the decimals that they had."""


def exponent(code: str) -> int | None:
    """Decimals of a currency, also of one that is no more; None for what never was one.

    >>> exponent("EUR"), exponent("JPY"), exponent("KWD"), exponent("DEM"), exponent("XYZ")
    (2, 0, 3, 2, None)
    """
    return BOOKED.get(code, OLD.get(code))


def is_booked(code: str) -> bool:
    """Whether the engine takes amounts of this currency.

    >>> is_booked("EUR"), is_booked("DEM")
    (True, False)
    """
    return code in BOOKED


def fits(amount: Decimal, code: str) -> bool:
    """Whether an amount has no more decimals than its currency; zeros at the end do not count.

    >>> fits(Decimal("8.850"), "EUR"), fits(Decimal("8.855"), "EUR"), fits(Decimal("1.5"), "JPY")
    (True, False, False)
    """
    decimals = exponent(code)
    return decimals is not None and amount == amount.quantize(Decimal(1).scaleb(-decimals))
