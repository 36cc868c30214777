"""How figures are written for people: rounded to what they can carry, with their unit, in the language in force.

English and Chinese write digits alike, in groups of three with a decimal point. Words of size, names
of currencies and dates differ, and come from the Unicode locale data that Babel carries; the
locale of the machine plays no part.
"""

from __future__ import annotations

import math
from datetime import date as Date
from functools import cache

from seawall.language import _, currency_name, language, language_tag

__all__ = [
    "amount",
    "change",
    "count",
    "currency_name",
    "date",
    "days",
    "decimal",
    "exact",
    "in_size",
    "money",
    "share",
    "sizes",
]

#: Significant digits of a figure in a sentence.
DIGITS = 3
#: Words of size below this are not used: 1,500 is shorter than 1.5 thousand.
LEAST_SIZE = 1e4


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return ``value`` to some significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def _minus(digits: str) -> str:
    """A number with a true minus sign."""
    return f"−{digits[1:]}" if digits.startswith("-") else digits


def exact(value: float) -> str:
    """Write a number to the unit, in groups of three; what does not exist is a dash."""
    return _minus(f"{value:,.0f}") if math.isfinite(value) else "–"


def decimal(value: float, digits: int = DIGITS) -> str:
    """Write a number to some significant digits, without an exponent where people would not use one."""
    if not math.isfinite(value):
        return "–"
    value = rounded(value, digits)
    if value != 0 and not 1e-4 <= abs(value) < 1e15:
        return _minus(f"{value:.{digits - 1}e}")
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


@cache
def _sizes(tag: str) -> tuple[tuple[float, str], ...]:
    from babel import Locale  # noqa: PLC0415 - only where figures are written

    formats = Locale.parse(tag, sep="-").compact_decimal_formats
    # a language without abbreviations has the short words only
    patterns = (formats.get("long") or formats["short"])["other"]
    # a pattern with one digit begins a size ("0万"); more digits go on with it ("00万")
    found = {float(power): p.pattern.replace("0", "{x}") for power, p in patterns.items() if p.pattern.count("0") == 1}
    return tuple((size, word) for size, word in sorted(found.items(), reverse=True) if size >= LEAST_SIZE)


def sizes() -> tuple[tuple[float, str], ...]:
    """Words for large numbers, largest first: ``(1e6, "{x} million")`` in English, ``(1e4, "{x}万")`` in Chinese."""
    return _sizes(language_tag())


def in_size(size: float, unit: str) -> str:
    """A unit with a word of size before it: ``million USD``, ``亿美元``; for the axis of a picture."""
    word = dict(sizes()).get(size, "").replace("{x}", "").strip()
    return _("{size} {unit}").format(size=word, unit=unit) if word else unit


def amount(value: float) -> str:
    """Write a number in words of size: ``3.1 million``, ``310万``."""
    if not math.isfinite(value):
        return "–"
    value = rounded(value)
    for size, word in sizes():
        if abs(value) >= size:
            return word.format(x=decimal(value / size))
    return decimal(value)


def money(value: float, currency: str) -> str:
    """Write an amount of money: ``3.1 million USD``, ``310万美元``."""
    return _("{amount} {currency}").format(amount=amount(value), currency=currency_name(currency))


def count(value: float) -> str:
    """Write a number of people, outbreaks or things; whole from 10 on."""
    if 0 < abs(value) < 0.001:
        return _("under 0.001")
    if math.isfinite(value) and 10 <= abs(value) < sizes()[-1][0]:
        return exact(rounded(value))
    return amount(value)


def days(value: float) -> str:
    """Write a number of days, whole from 10 on."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10 else decimal(value, 2)


def date(iso: str) -> str:
    """Write a day such as 2026-01-31 as people do: ``31 January 2026``, ``2026年1月31日``; else as it is."""
    from babel.dates import format_date  # noqa: PLC0415 - only where it is needed

    try:
        day = Date.fromisoformat(iso)
    except ValueError:
        return iso
    return str(format_date(day, "long", locale={"en": "en_GB"}.get(language(), language_tag().replace("-", "_"))))


def change(before: float, after: float) -> str:
    """Write by which share something grows or falls: ``-38%``."""
    part = (after - before) / before if before else math.nan
    if not math.isfinite(part):
        return "–"
    if abs(part) < 0.0005:
        return "±0%"
    return f"{'+' if part > 0 else '−'}{share(abs(part))}"


def share(value: float) -> str:
    """Write a share as a percentage that never rounds something to nothing or to all."""
    if not math.isfinite(value):
        return "–"
    if 0 < abs(value) < 0.001:
        return _("under 0.1%")
    if 0.995 <= value < 1:
        return _("over 99%")
    text = f"{value * 100:.1f}" if abs(value) < 0.0995 else f"{value * 100:.0f}"
    return f"{text.removesuffix('.0')}%"
