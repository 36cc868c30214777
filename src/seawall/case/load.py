"""The way in: a folder, or the name of a packaged case, becomes a checked case."""

from __future__ import annotations

import os
from pathlib import Path

from seawall.case.case import Case
from seawall.case.checks_cells import did_you_mean, show
from seawall.case.coerce import assemble
from seawall.case.read import as_raw, examples, find, read_folder
from seawall.case.schema import Problem, Problems
from seawall.errors import InputError
from seawall.language import _

__all__ = ["check", "inspect", "load"]

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def load(case: str | os.PathLike[str] | Case) -> Case:
    """Load a case.

    Parameters
    ----------
    case : str, path or Case
        A folder, the name of a packaged case, or a case, which is returned as it is.

    Returns
    -------
    Case

    Raises
    ------
    InputError
        If there is no such case, or anything in it is wrong: every error is told, one a line.
    """
    if isinstance(case, Case):
        return case
    found, problems = inspect(case)
    if found is None:
        raise InputError(*(str(p) for p in problems if p.severity == "error"))
    return found


def check(case: str | os.PathLike[str] | Case) -> Problems:
    """Every problem of a case, errors and warnings, in the order in which people read the tables."""
    return Problems(inspect(case)[1])


def inspect(case: str | os.PathLike[str] | Case) -> tuple[Case | None, list[Problem]]:
    """Read a case and find every problem in it.

    Parameters
    ----------
    case : str, path or Case
        A folder, the name of a packaged case, or a case.

    Returns
    -------
    case : Case or None
        None if any problem is an error.
    problems : list of Problem
        Errors and warnings by table, row and column.

    Raises
    ------
    InputError
        If there is no such case, or its folder cannot be read.
    """
    if isinstance(case, Case):
        return assemble(as_raw(case))
    try:
        folder = find(case)
        raw = None if folder is None else read_folder(folder)
    except (OSError, ValueError) as e:
        reason = getattr(e, "strerror", None) or str(e)
        raise InputError(_("{case}: cannot be read ({reason})").format(case=show(str(case)), reason=reason)) from None
    if raw is None:
        raise InputError(_not_found(case))
    return assemble(raw)


def _not_found(case: str | os.PathLike[str]) -> str:
    """What is said where neither a folder nor a packaged case is found."""
    name, path = show(str(case)), Path(case)
    if path.suffix.lower() in _WORKBOOKS:
        message = _("{name}: workbooks come with a later version; save each sheet as a CSV file of a folder")
        return message.format(name=name)
    if path.is_file():
        return _("{name} is a file; a case is a folder with case.yaml and its tables").format(name=name)
    known = examples()
    return _("there is no case {name}: no such folder, and the packaged cases are {known}{suggestion}").format(
        name=name, known=", ".join(known) or _("none"), suggestion=did_you_mean(str(case), known)
    )
