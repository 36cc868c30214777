"""How figures are written for people: rounded to what they can carry, with their unit."""

from __future__ import annotations

import math

from seawall.language import _

__all__ = ["amount", "change", "count", "days", "decimal", "exact", "money", "share"]

#: Significant digits of a figure in a sentence.
DIGITS = 3


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


def _scales() -> list[tuple[float, str]]:
    """Words for large numbers, largest first; a language groups its digits as it likes."""
    # Translators: size:word pairs, largest first. Chinese would say "1e12:{x}万亿;1e8:{x}亿;1e4:{x}万".
    pairs = _("1e12:{x} trillion;1e9:{x} billion;1e6:{x} million").split(";")
    return [(float(size), word) for size, word in (p.split(":", 1) for p in pairs)]


def amount(value: float) -> str:
    """Write a number in words of size: ``3.1 million``."""
    if not math.isfinite(value):
        return "–"
    value = rounded(value)
    for size, word in _scales():
        if abs(value) >= size:
            return word.format(x=decimal(value / size))
    return decimal(value)


def money(value: float, currency: str) -> str:
    """Write an amount of money: ``3.1 million USD``."""
    return _("{amount} {currency}").format(amount=amount(value), currency=currency)


def count(value: float) -> str:
    """Write a number of people, outbreaks or things; whole from 10 on."""
    if 0 < abs(value) < 0.001:
        return _("under 0.001")
    if math.isfinite(value) and 10 <= abs(value) < 1e6:
        return exact(rounded(value))
    return amount(value)


def days(value: float) -> str:
    """Write a number of days, whole from 10 on."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10 else decimal(value, 2)


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
