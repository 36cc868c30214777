"""Every text that a person reads passes through here, so that it can be read in another language.

``_`` translates at once, into the language in force; ``_n`` does so with a number, whose plural
it chooses; ``N_`` marks a text that is declared as data (a column's meaning, say) and translated
where it is shown. Catalogues are plain ``.po`` files under ``locale``, read when their language is
first used: English needs none, so that nobody waits for a language that they do not speak.
"""

from __future__ import annotations

import gettext
import io
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "LANGUAGES",
    "N_",
    "_",
    "_n",
    "currency_name",
    "first_spoken",
    "known_language",
    "language",
    "language_chosen",
    "language_tag",
    "speak",
    "spoken",
    "use_language",
]

#: Languages that Seawall speaks; the first is that of its own texts.
LANGUAGES = ("en", "zh")
LOCALES = Path(__file__).parent / "locale"
#: Tags of languages as web pages and lists of locales name them.
_TAGS = {"en": "en", "zh": "zh-CN"}
#: Units of money that people write otherwise than the locale data do: 3亿元, not 3亿人民币.
_CURRENCIES = {("zh", "CNY"): "元"}
_language: ContextVar[str | None] = ContextVar("language", default=None)


def catalogue_file(language: str) -> Path:
    """File of the translations into a language."""
    return LOCALES / language / "LC_MESSAGES" / "seawall.po"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    # English starts without them
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language, domain="seawall")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(text: str) -> str:
    """Translate ``text`` into the language in force; as it is where no catalogue has it."""
    # the empty text is the head of a catalogue, which nobody wants to read
    return _catalogue(language()).gettext(text) if text else text


def _n(singular: str, plural: str, n: int) -> str:
    """Translate a text with a number into the language in force, in the plural that the number asks for."""
    return _catalogue(language()).ngettext(singular, plural, n)


def N_(text: str) -> str:
    """Mark ``text`` for translation where it is shown."""
    return text


def language() -> str:
    """Code of the language in force: ``en`` unless another was chosen."""
    return _language.get() or LANGUAGES[0]


def language_chosen() -> str | None:
    """Code of the language that was chosen, or None where nobody chose one."""
    return _language.get()


def language_tag() -> str:
    """Tag of the language in force, as web pages name it: ``zh-CN``."""
    return _TAGS[language()]


@cache
def _currency(code: str, language: str) -> str:
    if (language, code) in _CURRENCIES:
        return _CURRENCIES[language, code]
    from babel.numbers import UnknownCurrencyError, get_currency_name  # noqa: PLC0415 - English needs it not

    try:
        return str(get_currency_name(code, locale=_TAGS[language].replace("-", "_")))
    except UnknownCurrencyError:
        return code


def currency_name(code: str) -> str:
    """A currency as amounts carry it: its code in English, its name in Chinese."""
    return code if language() == LANGUAGES[0] else _currency(code, language())


def _match(code: object) -> str | None:
    """The language of Seawall that a code such as ``zh_CN`` or ``en-GB`` means."""
    main = str(code).strip().replace("_", "-").split("-", 1)[0].lower()
    return main if main in LANGUAGES else None


def known_language(code: str) -> str:
    """Code of a language that Seawall speaks; InputError where it does not."""
    found = _match(code)
    if found is None:
        raise InputError(
            _("there is no language {code!r}; choose from {known}").format(code=code, known=", ".join(LANGUAGES))
        )
    return found


def first_spoken(codes: Iterable[str]) -> str:
    """The first of a case's languages that Seawall speaks, else English."""
    return next(iter(spoken(codes)), LANGUAGES[0])


def spoken(codes: Iterable[str]) -> list[str]:
    """Those of a case's languages that Seawall speaks, in their order."""
    return list(dict.fromkeys(found for found in map(_match, codes) if found))


def speak(code: str) -> None:
    """Put a language in force for the rest of the context; InputError where there is none of that code."""
    _language.set(known_language(code))


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Put a language in force for the length of a ``with`` block.

    Parameters
    ----------
    code : str
        ``en`` or ``zh``; a country may follow, as in ``zh-CN``.

    Raises
    ------
    InputError
        If Seawall does not speak that language.
    """
    token = _language.set(known_language(code))
    try:
        yield
    finally:
        _language.reset(token)
