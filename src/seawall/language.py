"""Every text that a person reads passes through here, so that it can be read in another language.

``_`` translates at once, into the language in force; ``N_`` marks a text that is declared as
data (a column's meaning, say) and translated where it is shown.
"""

from __future__ import annotations

import gettext
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["N_", "_", "use_language"]

LOCALES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("seawall", LOCALES, languages=[language], fallback=True)


def _(text: str) -> str:
    """Translate ``text`` into the language in force; English where no catalogue has it."""
    return _catalogue(_language.get()).gettext(text)


def N_(text: str) -> str:
    """Mark ``text`` for translation where it is shown."""
    return text


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Put a language in force for the length of a ``with`` block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)
