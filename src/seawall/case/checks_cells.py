"""What one cell says: text becomes a value, or a fault that tells what would be right."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from difflib import get_close_matches
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from seawall.case.schema import Problem
from seawall.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from seawall.case.schema import Column

__all__ = ["blank", "did_you_mean", "fault_at", "parse_cell", "parse_flag", "parse_number", "show"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ].*)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[,' \u00a0\u202f_][0-9]{3})+(?:\.[0-9]+)?")
_AFFIXES = re.compile(r"[^0-9.,+-]*([+-]?[0-9.]+)[^0-9.,]*")
#: Words of size that people write after a number.
_SIZES = {
    **dict.fromkeys(("k", "thousand", "千"), 1e3),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "百万"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions", "十亿"), 1e9),
    "万": 1e4,
    "亿": 1e8,
}
_SIZED = re.compile(r"([+-]?(?:[0-9]+(?:[.,][0-9]+)?|\.[0-9]+))\s*([^\W\d_]+)\.?")
_BOOKED = re.compile(r"\(([0-9][0-9,.]*)\)")
_NOTHING = frozenset({"nan", "na", "n/a", "n.a.", "none", "null", "nil", "-", "--", "–", "—", "?", ".", "无", "不详"})
_INFINITE = frozenset({"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞"})
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_CHARACTERS = "零一二三四五六七八九十"
_FLAGS = {
    **dict.fromkeys(("yes", "y", "true", "1", "是"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "否"), "no"),
}
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80


def show(value: Any) -> str:
    """Repr of a value, cut short so that no message is longer than a person reads."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no integer of thousands of digits
        return f"<{type(value).__name__}>"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that names the nearest known word; empty where none is near."""
    folded = {k.casefold(): k for k in known if k}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return _("; did you mean {nearest!r}?").format(nearest=folded[near[0]]) if near else ""


def fault_at(
    table: str,
    position: int | None,
    column: str | None,
    value: str | None,
    message: str,
    severity: Literal["error", "warning"] = "error",
) -> Problem:
    """Problem of the row at a position of a table, told as a line of a plain file.

    Where the file has comments, blank lines or cells of several lines, reading moves the problem
    to the true line.
    """
    return Problem(table, None if position is None else position + 2, column, value, message, severity)


def parse_number(text: str) -> float | None:
    """Finite number that a text says in plain digits; ``None`` where it says none."""
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text) + 0.0  # -0.0 becomes 0.0
    return value if math.isfinite(value) else None


def parse_flag(text: str) -> str | None:
    """``yes`` or ``no``; ``None`` where a text says neither."""
    return _FLAGS.get(text.casefold())


def blank(spec: Column) -> Any:
    """What stands in a cell that cannot be read: checks of other cells pass over it."""
    return math.nan if spec.numeric else ""


def parse_cell(spec: Column, text: str) -> tuple[Any, str]:
    """Value of a cell and what is wrong with it.

    Parameters
    ----------
    spec : Column
        Declaration of the column.
    text : str
        The cell without surrounding spaces.

    Returns
    -------
    value : object
        Float for numeric columns, else text; `blank` where there is a fault.
    fault : str
        What is wrong and what would be right; empty where nothing is.
    """
    if not text:
        return _parse_empty(spec)
    if spec.numeric:
        return _parse_numeric(spec, text)
    if spec.kind == "choice":
        return _parse_choice(spec, text)
    if spec.kind == "flag":
        flag = parse_flag(text)
        return flag or "", "" if flag else _("{value} is neither yes nor no").format(value=show(text))
    if spec.kind == "date":
        return _parse_date(text)
    if spec.kind == "cell":
        return _parse_word_or_number(text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text, ""


def _parse_empty(spec: Column) -> tuple[Any, str]:
    if not spec.required:
        return spec.default, ""
    if spec.choices:
        wanted = _("one of {choices}").format(choices=", ".join(spec.choices))
    elif spec.ref:
        table, column = spec.ref.split(".")
        wanted = _("a {column} of {table}.csv").format(column=column, table=table)
    elif spec.numeric:
        wanted = _("a year") if spec.kind == "year" else _("a number{unit}").format(unit=_unit(spec))
    elif spec.kind == "cell":
        wanted = _("a number or a word")
    else:
        wanted = _("a text")
    return blank(spec), _("the cell is empty; write {wanted}").format(wanted=wanted)


def _parse_numeric(spec: Column, text: str) -> tuple[float, str]:
    value = parse_number(text)
    if value is None:
        fault = _number_fault(spec, text)
    elif spec.kind != "number" and not value.is_integer():
        low = math.floor(value)
        fault = _("{value} is not whole; write {low} or {high}").format(value=show(text), low=low, high=low + 1)
    else:
        fault = _bounds_fault(spec, value, text)
    return (math.nan if fault or value is None else value), fault


def _number_fault(spec: Column, text: str) -> str:
    shown, unit = show(text), _unit(spec)
    if _NUMBER.fullmatch(text):
        return _("{value} is too large for a number{unit}").format(value=shown, unit=unit)
    if text.casefold() in _NOTHING and not spec.required:
        message = _("{value} is not a number{unit}; leave the cell empty where nothing is known")
        return message.format(value=shown, unit=unit)
    if text.casefold() in _INFINITE and not spec.required:
        message = _("{value} is not a number{unit}; leave the cell empty where there is no limit")
        return message.format(value=shown, unit=unit)
    meant = _meant_number(text)
    if meant and spec.kind == "year" and _LOOSE_DATE.fullmatch(text):
        return _("{value} is not a year; write {year}").format(value=shown, year=text[:4])
    if meant:
        return _("{value} is not a number{unit}; write {meant}").format(value=shown, unit=unit, meant=meant)
    if spec.kind == "year":
        return _("{value} is not a year; write one such as 2027").format(value=shown)
    return _("{value} is not a number{unit}; write one such as {example}").format(
        value=shown, unit=unit, example="2" if spec.kind == "integer" else "2.5"
    )


def _meant_number(text: str) -> str:
    """Plain digits that a text seems to mean; empty where nobody could say."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() in _WORDS:
        return str(_WORDS.index(plain.casefold()))
    if len(plain) == 1 and plain in _CHARACTERS:
        return str(_CHARACTERS.index(plain))
    loose = _LOOSE_DATE.fullmatch(plain)
    if loose:
        return loose.group(1)
    sized = _SIZED.fullmatch(plain)
    if sized and sized.group(2).casefold() in _SIZES:
        return f"{float(sized.group(1).replace(',', '.')) * _SIZES[sized.group(2).casefold()]:.15g}"
    booked = _BOOKED.fullmatch(plain)
    if booked:
        # book-keepers write what is below nothing in brackets
        plain = f"-{booked.group(1)}"
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[,' \u00a0\u202f_]", "", plain)
    elif re.fullmatch(r"[+-]?[0-9]+,[0-9]+", plain):
        plain = plain.replace(",", ".")
    if plain.endswith("%") and parse_number(plain[:-1].strip()) is not None:
        return f"{float(plain[:-1]) / 100:.12g}"
    if parse_number(plain) is not None:
        return plain
    amount = _AFFIXES.fullmatch(plain)
    return amount.group(1) if amount and parse_number(amount.group(1)) is not None else ""


def _bounds_fault(spec: Column, value: float, text: str) -> str:
    fault = ""
    if spec.ge is not None and value < spec.ge:
        fault = _("{value} is less than {bound:g}{unit}; write {bound:g} or more")
        bound = spec.ge
    elif spec.gt is not None and value <= spec.gt:
        fault = _("{value} is not more than {bound:g}{unit}; write more than {bound:g}")
        bound = spec.gt
    elif spec.le is not None and value > spec.le:
        bound = spec.le
        if spec.unit.startswith("share") and 2 <= value <= 100:
            fault = _(
                "{value} is more than {bound:g}{unit}; a share runs from 0 to 1: for {text} percent write {share}"
            )
        else:
            fault = _("{value} is more than {bound:g}{unit}; write {bound:g} or less")
    else:
        return ""
    return fault.format(value=show(text), bound=bound, unit=_unit(spec), text=text, share=f"{value / 100:.12g}")


def _parse_choice(spec: Column, text: str) -> tuple[str, str]:
    if text in spec.choices:
        return text, ""
    folded = {c.casefold(): c for c in spec.choices}
    if text.casefold() in folded:
        return folded[text.casefold()], ""
    return "", _("{value} is not one of {choices}{suggestion}").format(
        value=show(text), choices=", ".join(spec.choices), suggestion=did_you_mean(text, spec.choices)
    )


def _parse_date(text: str) -> tuple[str, str]:
    if _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat(), ""
        except ValueError:
            return "", _("{value} is no day of the calendar").format(value=show(text))
    loose = _LOOSE_DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if loose:
        meant = "-".join(part.zfill(2) for part in loose.groups())
        return "", _("{value} is not an ISO 8601 date; write {meant}").format(value=show(text), meant=meant)
    return "", _("{value} is not an ISO 8601 date; write year-month-day, such as 2014-07-20").format(value=show(text))


def _parse_word_or_number(text: str) -> tuple[str, str]:
    if text.casefold() in {"nan", *_INFINITE} or (_NUMBER.fullmatch(text) and parse_number(text) is None):
        return "", _("{value} is neither a finite number nor a word").format(value=show(text))
    return text, ""


def _unit(spec: Column) -> str:
    """Unit of a column in brackets, as it stands in messages."""
    return f" ({spec.unit})" if spec.unit not in {"", "1"} else ""
