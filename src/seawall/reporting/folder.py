"""A plan's folder: complete, so that anyone can repeat it, and read back without computing.

``plan.json`` is the document that the command prints, ``schedule.csv`` the schedule,
``report.html`` the report and ``document.html`` the plan document, ``report.<language>.html`` and
``document.<language>.html`` the same in the other languages of the case,
``case/`` the case as it was, and ``account.json`` every frame and figure that reports need.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case import Schedule
from seawall.case.files import whole_folder
from seawall.case.load import load
from seawall.case.read import write_files
from seawall.errors import InputError
from seawall.language import LANGUAGES, _, spoken, use_language
from seawall.outbreak import Distribution, Outbreaks, Timeliness
from seawall.planning import Plan
from seawall.reporting.documents import DOCUMENTS, FILES
from seawall.reporting.files import language_of

if TYPE_CHECKING:
    import os

__all__ = ["open_plan", "save_plan"]

#: What a plan's folder holds; all else is kept when it is planned anew.
_OURS = frozenset(
    {"plan.json", "schedule.csv", "account.json", "case"}
    | {f"{name}.html" for name in FILES.values()}
    | {f"{name}.{code}.html" for name in FILES.values() for code in LANGUAGES}
)
_NESTED = {"timeliness": Timeliness, "deaths": Distribution, "loss": Distribution}


def save_plan(plan: Plan, folder: str | os.PathLike[str]) -> Path:
    """Write a plan's folder, whole or not at all.

    Raises
    ------
    InputError
        If the folder holds something else than a plan, or cannot be written.
    """
    target = Path(folder)
    check_target(target)
    try:
        with whole_folder(target) as temporary:
            (temporary / "plan.json").write_text(to_json(plan.to_dict()), "utf-8")
            rows = [f"{action},{start}" for action, start in plan.schedule.items()]
            (temporary / "schedule.csv").write_text("\n".join(["action,start", *rows]) + "\n", "utf-8")
            for name, page in _pages(plan).items():
                (temporary / name).write_text(page, "utf-8", newline="\n")
            (temporary / "account.json").write_text(json.dumps(_pack(plan), allow_nan=True), "utf-8")
            (temporary / "case").mkdir()
            write_files(plan.case, temporary / "case")
            _keep_others(target, temporary)
    except OSError as e:
        raise InputError(_("{folder}: cannot be written ({reason})").format(folder=target, reason=e.strerror)) from e
    return target


def _pages(plan: Plan) -> dict[str, str]:
    """Every page by the name of its file: in its own language, and in the other languages of the case."""
    first = language_of(plan)
    others = set(spoken(plan.case.settings.languages)) - {first}
    pages = {}
    for code in (first, *sorted(others)):
        with use_language(code):
            for kind, write in DOCUMENTS.items():
                name = FILES[kind]
                pages[f"{name}.html" if code == first else f"{name}.{code}.html"] = write(plan)
    return pages


def _keep_others(old: Path, new: Path) -> None:
    """Carry over what people have put beside a plan, such as a workbook that they work on."""
    for item in old.iterdir() if old.is_dir() else ():
        if item.name not in _OURS:
            copy = shutil.copytree if item.is_dir() else shutil.copy2
            copy(item, new / item.name)


def check_target(target: Path) -> None:
    """Refuse a folder that is not a plan's, or that cannot be made; raises InputError."""
    try:
        fault = _target_fault(target)
    except OSError as e:
        fault = _("{folder}: cannot be written ({reason})").format(folder=target, reason=e.strerror)
    if fault:
        raise InputError(fault)


def _target_fault(target: Path) -> str:
    """What is wrong with a folder for a plan; empty if nothing is."""
    above = next((p for p in target.absolute().parents if p.exists()), target)
    if not above.is_dir():
        return _("{folder} cannot be made: {file} is a file").format(folder=target, file=above)
    if target.exists() and not target.is_dir():
        return _("{folder} is a file; choose a folder for the plan").format(folder=target)
    if target.is_dir() and any(target.iterdir()) and not (target / "plan.json").is_file():
        return _("{folder} holds something else than a plan; choose a new folder").format(folder=target)
    if target.absolute() == Path.cwd():
        # a plan's folder is put in place whole, and the working folder cannot be replaced
        return _("{folder} is the working folder; choose another").format(folder=target)
    return ""


def open_plan(folder: str | os.PathLike[str]) -> Plan:
    """Read a plan's folder back.

    Raises
    ------
    InputError
        If the folder is not a plan's, or its files cannot be read.
    """
    target = Path(folder)
    if not (target / "plan.json").is_file():
        message = _("{folder} is not the folder of a plan; make one with: seawall plan CASE -o {folder}")
        raise InputError(message.format(folder=target))
    try:
        packed = json.loads((target / "account.json").read_text("utf-8"))
        return _unpack(packed, target)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        message = _("{file}: cannot be read ({reason}); plan again")
        raise InputError(message.format(file=target / "account.json", reason=e)) from e


def to_json(document: dict[str, Any]) -> str:
    """A document as JSON text, the same bytes for the same figures."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _pack(value: Any) -> Any:
    """Frames, results and numbers as JSON holds them."""
    if isinstance(value, Plan):
        skipped = {"case", "schedule"}
        return {f.name: _pack(getattr(value, f.name)) for f in fields(Plan) if f.name not in skipped} | {
            "schedule": dict(value.schedule)
        }
    if isinstance(value, pd.DataFrame):
        return {
            "columns": list(value.columns),
            "data": [[_pack(v) for v in row] for row in value.itertuples(index=False, name=None)],
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _pack(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_pack(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def _frame(packed: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(packed["data"], columns=packed["columns"])


def _outbreaks(packed: dict[str, Any]) -> Outbreaks:
    parts = {k: _NESTED[k](**v) if k in _NESTED else v for k, v in packed.items()}
    parts |= {"table": _frame(packed["table"]), "hazards": _frame(packed["hazards"]), "course": None}
    return Outbreaks(**parts)


def _unpack(packed: dict[str, Any], target: Path) -> Plan:
    parts: dict[str, Any] = {}
    for f in fields(Plan):
        if f.name == "case":
            parts["case"] = load(target / "case")
        elif f.name == "schedule":
            parts["schedule"] = Schedule(packed["schedule"])
        elif f.name in {"before", "after"}:
            parts[f.name] = _outbreaks(packed[f.name])
        elif isinstance(packed[f.name], dict) and set(packed[f.name]) == {"columns", "data"}:
            parts[f.name] = _frame(packed[f.name])
        else:
            value = packed[f.name]
            parts[f.name] = tuple(value) if isinstance(value, list) else value
    return Plan(**parts)
