"""What ``case.yaml`` says: every setting checked for its type and bounds."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from seawall.case.checks_cells import did_you_mean, parse_number, show
from seawall.case.schema import Problem
from seawall.case.settings import NAMES, Settings
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["read_settings"]

FIRST_YEAR, LAST_YEAR = 1900, 2200
_RANGE = re.compile(r"\s*([0-9]{4})\s*(?:-|–|—|:|\.\.|to)\s*([0-9]{4})\s*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class _Wrong(Exception):
    """A setting that cannot be used; the message says why and what would be right."""


def read_settings(values: Mapping[Any, Any], budgeted: Sequence[int], problems: list[Problem]) -> Settings | None:
    """Settings from the names and values of ``case.yaml``.

    Parameters
    ----------
    values : mapping
        What the file holds: any YAML, nothing trusted.
    budgeted : sequence of int
        Years for which ``budgets`` has a row, ascending: the budget years where none are stated.
    problems : list of Problem
        Faults are appended here.

    Returns
    -------
    Settings or None
        None if anything is wrong.
    """
    before = len(problems)

    def wrong(name: str, message: str, value: Any = None) -> None:
        problems.append(Problem("case", None, name, None if value is None else show(value), message))

    out: dict[str, Any] = {}
    for name, value in values.items():
        if name not in NAMES:
            message = _("there is no such setting; known: {known}{suggestion}").format(
                known=", ".join(NAMES), suggestion=did_you_mean(str(name), NAMES)
            )
            wrong(str(name), message, value)
        elif value is not None:
            try:
                out[name] = _READERS[name](value)
            except _Wrong as e:
                wrong(name, str(e), value)
    if values.get("budget_years") is None or out.get("budget_years") == ():
        try:
            out["budget_years"] = _years_of_budgets(budgeted)
        except _Wrong as e:
            wrong("budget_years", str(e))
    if len(problems) == before:
        first = out["budget_years"][0]
        out["base_year"] = out.get("base_year") or first
        if out["base_year"] > first:
            message = _("{year} lies after the first budget year; write {first} or earlier")
            wrong("base_year", message.format(year=out["base_year"], first=first), out["base_year"])
    return Settings(**out) if len(problems) == before else None


def _years_of_budgets(budgeted: Sequence[int]) -> tuple[int, ...]:
    if not budgeted:
        raise _Wrong(_("no year is known: state the budget years, such as 2027-2031"))
    years = range(budgeted[0], budgeted[-1] + 1)
    missing = sorted(set(years) - set(budgeted))
    if missing:
        message = _("budgets.csv has no row for {missing}; state the budget years, such as {first}-{last}")
        raise _Wrong(message.format(missing=missing[0], first=years[0], last=years[-1]))
    return tuple(years)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(_("{value} is not a text; write it in quotation marks").format(value=show(value)))
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise _Wrong(_("{value} holds a sign that cannot be printed").format(value=show(value)))
    return value.strip()


def _filled(value: Any) -> str:
    text = _text(value)
    if not text:
        raise _Wrong(_("the text is empty; leave the line out or write something"))
    return text


def _iso3(value: Any) -> str:
    text = _text(value).upper()
    if text and re.fullmatch("[A-Z]{3}", text) is None:
        raise _Wrong(_("{value} is not a code of three letters, such as NGA").format(value=show(value)))
    return text


def _languages(value: Any) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not words:
        raise _Wrong(_("{value} is not a list of languages, such as [en, zh]").format(value=show(value)))
    out = []
    for word in words:
        if not isinstance(word, str) or _LANGUAGE.fullmatch(word.strip()) is None:
            raise _Wrong(_("{value} is not a code of a language, such as en or zh").format(value=show(word)))
        out.append(word.strip())
    if len(set(out)) < len(out):
        raise _Wrong(_("{value} names a language twice").format(value=show(value)))
    return tuple(out)


def _number(value: Any) -> float:
    number: float | None = None
    if isinstance(value, str):
        number = parse_number(value.strip())
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
    if number is None or not math.isfinite(number):
        raise _Wrong(_("{value} is not a finite number").format(value=show(value)))
    return number + 0.0


def _share(value: Any) -> float:
    number = _number(value)
    if not 0 <= number <= 1:
        raise _Wrong(_("{value} does not lie between 0 and 1").format(value=show(value)))
    return number


def _rate(value: Any) -> float:
    number = _number(value)
    if not 0 <= number < 1:
        message = _("{value} is not a yearly rate from 0 to less than 1; for 3 percent write 0.03")
        raise _Wrong(message.format(value=show(value)))
    return number


def _amount(value: Any) -> float:
    number = _number(value)
    if number < 0:
        raise _Wrong(_("{value} is less than 0; write 0 or more").format(value=show(value)))
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if not number.is_integer():
        raise _Wrong(_("{value} is not whole").format(value=show(value)))
    return int(number)


def _year(value: Any) -> int:
    try:
        year = _whole(value)
    except _Wrong:
        raise _Wrong(_("{value} is not a year, such as 2027").format(value=show(value))) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("{value} is not a year from {first} to {last}")
        raise _Wrong(message.format(value=show(value), first=FIRST_YEAR, last=LAST_YEAR))
    return year


def _year_or_none(value: Any) -> int:
    """Read a year that may be left open, written 0."""
    return 0 if value == 0 and not isinstance(value, bool) else _year(value)


def _evaluation_years(value: Any) -> int:
    years = _whole(value)
    if not 0 <= years <= 100:
        raise _Wrong(_("{value} is not a number of years from 0 to 100").format(value=show(value)))
    return years


def _budget_years(value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        span = _RANGE.fullmatch(value)
        if span:
            first, last = (_year(part) for part in span.groups())
            if first > last:
                raise _Wrong(
                    _("{value} runs backwards; write {last}-{first}").format(value=show(value), first=first, last=last)
                )
            return tuple(range(first, last + 1))
        value = [part.strip() for part in value.strip("[] ").split(",")]
    if not isinstance(value, (list, tuple, range)):
        value = [value]
    years = tuple(_year(y) for y in value)
    if any(b - a != 1 for a, b in pairwise(years)):
        message = _("{value} are not consecutive years; write {first}-{last}")
        raise _Wrong(message.format(value=show(value), first=min(years), last=max(years)))
    return years


def _choice(value: Any, choices: tuple[str, ...]) -> str:
    text = _text(value).casefold()
    if text not in choices:
        message = _("{value} is not one of {choices}{suggestion}")
        raise _Wrong(
            message.format(value=show(value), choices=", ".join(choices), suggestion=did_you_mean(text, choices))
        )
    return text


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _filled,
    "title": _text,
    "iso3": _iso3,
    "languages": _languages,
    "currency": _filled,
    "price_year": _year_or_none,
    "base_year": _year_or_none,
    "budget_years": _budget_years,
    "evaluation_years": _evaluation_years,
    "discount_money": _rate,
    "discount_health": _rate,
    "value_life_year": _amount,
    "perspective": partial(_choice, choices=("health", "societal")),
    "unspent_value": _share,
    "upkeep_cap": _amount,
    "travel_model": partial(_choice, choices=("gravity", "radiation")),
    "framework": _text,
}
