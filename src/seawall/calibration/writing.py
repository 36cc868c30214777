"""Writing measured coefficients into a case folder: the file of assumptions alone, whole or not at all."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.case import TABLES
from seawall.case.files import whole_file
from seawall.case.load import inspect
from seawall.case.read import EXAMPLES, examples, find
from seawall.errors import InputError
from seawall.language import _

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import pandas as pd

    from seawall.calibration.result import Calibration

__all__ = ["Written", "next_step", "own_folder", "write_assumptions"]


@dataclass(frozen=True)
class Written:
    """What was written, and where."""

    file: Path
    parameters: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What was written as JSON has it."""
        return {"file": str(self.file), "parameters": list(self.parameters)}

    def __repr__(self) -> str:
        if not self.parameters:
            return _("Nothing was written: these events measure no coefficient that is not kept.")
        return _("Written to {file}: {names}").format(file=self.file, names=_(", ").join(self.parameters))


def own_folder(case: str | os.PathLike[str]) -> Path:
    """Folder of a case that may be written to.

    Raises
    ------
    InputError
        If the case is a packaged one, the case that a plan keeps, or no folder.
    """
    folder = find(case)
    if folder is None or not (folder / "case.yaml").is_file():
        raise InputError(_("{case}: only the folder of a case can be written to").format(case=case))
    inside = folder.resolve()
    if inside.parent == EXAMPLES.resolve():
        name = inside.name
        raise InputError(
            _(
                "{name} is a packaged case and is not written to; copy it first: seawall init my-{name} --from {name}"
            ).format(name=name if name in examples() else examples()[0])
        )
    if inside.name == "case" and (inside.parent / "plan.json").is_file():
        raise InputError(
            _("{case} is the case as it was when its plan was made; calibrate the case itself").format(case=case)
        )
    return folder


def write_assumptions(calibration: Calibration, case: str | os.PathLike[str], replace: Iterable[str] = ()) -> Written:
    """Write measured coefficients into ``assumptions.csv`` of a case folder.

    Rows of other coefficients, comments and further columns stay as they are.

    Parameters
    ----------
    calibration : Calibration
    case : path
        Folder of the case.
    replace : iterable of str
        Coefficients to write although they were measured from another source.

    Returns
    -------
    Written

    Raises
    ------
    InputError
        If the case may not be written to, a name in ``replace`` is not among what was measured, or
        the case would have errors then.
    """
    folder, replace = own_folder(case), list(replace)
    known = [m.parameter for m in calibration.assumptions]
    wrong = [p for p in replace if p not in known]
    if wrong:
        raise InputError(
            _("--replace: {name} is not measured by these events; measured: {known}").format(
                name=", ".join(wrong), known=", ".join(known) or _("none")
            )
        )
    rows = calibration.rows(replace)
    target = folder / "assumptions.csv"
    if rows.empty:
        return Written(target, ())
    own = calibration.case["assumptions"]
    left = own[~own["parameter"].isin(rows["parameter"])].to_dict("records")
    after = type(own)([*left, *rows.to_dict("records")], columns=own.columns)
    _case, problems = inspect(calibration.case.with_table("assumptions", after))
    faults = [str(p) for p in problems if p.severity == "error"]
    if faults:
        raise InputError(*faults)
    try:
        text = target.read_bytes().decode("utf-8") if target.is_file() else ""
        with whole_file(target) as temporary:
            temporary.write_bytes(edited(text, rows).encode("utf-8"))
    except OSError as e:
        raise InputError(_("{file}: cannot be written ({reason})").format(file=target, reason=e.strerror)) from e
    return Written(target, tuple(rows["parameter"]))


def next_step(calibration: Calibration, case: str | os.PathLike[str]) -> str:
    """What to do where nothing was asked to be written, as a sentence."""
    if calibration.rows().empty:
        return _("These events measure no coefficient; nothing would be written.")
    try:
        own_folder(case)
    except InputError as e:
        return _("Nothing was changed. {reason}").format(reason=e)
    return _("Nothing was changed. To write the coefficients: seawall calibrate {case} --write").format(case=case)


def edited(text: str, rows: pd.DataFrame) -> str:
    """A CSV table with rows replaced by their first key column, or added at its end.

    Parameters
    ----------
    text : str
        The file; empty where there is none.
    rows : DataFrame
        Columns are those of the table; the key is ``parameter``.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    end = "\r\n" if "\r\n" in text else "\n"
    new = {str(r["parameter"]): {k: _cell(v) for k, v in r.items()} for r in rows.to_dict("records")}
    header: list[str] = []
    out: list[str] = []
    for cells, raw in _records(text):
        if not any(c.strip() for c in cells) or cells[0].strip().startswith("#"):
            out.append(raw)
            continue
        stripped = [c.strip() for c in cells]
        if not header:
            header = [*stripped, *(c for c in TABLES["assumptions"].by_name if c in rows.columns and c not in stripped)]
            out.append(raw if header == stripped else _line(header, end))
            continue
        at = dict(zip(header, stripped, strict=False))
        change = new.pop(at.get("parameter", ""), None)
        if change is None and len(cells) >= len(header):
            out.append(raw)
        else:
            out.append(_line([(at | (change or {})).get(c, "") for c in header], end))
    if not header:
        header = [c for c in TABLES["assumptions"].by_name if c in rows.columns]
        out.append(_line(header, end))
    if out and not out[-1].endswith(("\n", "\r")):
        out[-1] += end
    out += [_line([row.get(c, "") for c in header], end) for row in new.values()]
    return mark + "".join(out)


def _records(text: str) -> Iterable[tuple[list[str], str]]:
    """Records of a CSV text: cells, and the text that they stand in."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    at = 0
    for cells in reader:
        yield cells, "".join(lines[at : reader.line_num])
        at = reader.line_num


def _cell(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _line(cells: list[str], end: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow(cells)
    return out.getvalue()
