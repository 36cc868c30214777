"""Reports as files, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.case.files import whole_file
from seawall.errors import InputError
from seawall.language import _, first_spoken, known_language, language_chosen, use_language
from seawall.reporting.documents import page_of
from seawall.reporting.excel import workbook
from seawall.reporting.html import html

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from seawall.planning.result import Plan

__all__ = ["FORMATS", "language_of", "report"]


def _page(plan: Plan) -> bytes:
    return html(plan).encode("utf-8")


#: Formats of a report by the ending of its file.
FORMATS: dict[str, Callable[[Plan], bytes]] = {"html": _page, "xlsx": workbook}


def language_of(plan: Plan) -> str:
    """Language of a plan's report: the one chosen by ``use_language``, else the first of its case."""
    return language_chosen() or first_spoken(plan.case.settings.languages)


def report(
    plan: Plan,
    file: str | os.PathLike[str],
    format: str | None = None,
    language: str | None = None,
    document: str = "report",
) -> Path:
    """Write a plan as a report, or as a document in chapters.

    Parameters
    ----------
    plan : Plan
        The plan.
    file : path
        Where to; a file that is there is replaced, and stays as it is if anything fails.
    format : {"html", "xlsx"}, optional
        Default: the ending of ``file``.
    language : {"en", "zh"}, optional
        Default: the language that ``use_language`` has put in force, else the first of the case.
    document : {"report", "plan"}, optional
        The report of the figures, or the plan document in chapters, which is written as HTML only.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If there is no such format, language or document, or the file cannot be written.
    """
    path = Path(file)
    spoken = known_language(language) if language is not None else language_of(plan)
    chosen = (format or path.suffix).lower().lstrip(".")
    if chosen not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        raise InputError(
            _("{file}: there is no report format {format!r}; known: {known}").format(
                file=path, format=chosen, known=known
            )
        )
    write = page_of(document)
    if document != "report" and chosen != "html":
        raise InputError(
            _("{file}: the document {document!r} is written as html only").format(file=path, document=document)
        )
    if path.is_dir() or not path.name:
        raise InputError(_("{file} is a folder; name the file to write").format(file=path))
    with use_language(spoken):
        content = write(plan).encode("utf-8") if chosen == "html" else FORMATS[chosen](plan)
    try:
        with whole_file(path) as temporary:
            temporary.write_bytes(content)
    except OSError as e:
        raise InputError(_("{file}: cannot be written ({reason})").format(file=path, reason=e.strerror or e)) from e
    return path
