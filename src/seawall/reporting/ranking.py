"""A ranking of assumptions as files: a table to work on and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.case.files import whole_file
from seawall.errors import InputError
from seawall.language import _
from seawall.reporting.charts.tornado import loss_of_ranking, standalone

if TYPE_CHECKING:
    import os

    from seawall.outbreak.sensitivity import Sensitivity

__all__ = ["save_ranking"]

TABLE, PICTURE = "sensitivity.csv", "tornado.svg"


def save_ranking(found: Sensitivity, folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write ``sensitivity.csv`` and ``tornado.svg`` into a folder, each whole or not at all.

    Parameters
    ----------
    found : Sensitivity
    folder : path
        Made where it is not there.

    Returns
    -------
    tuple of Path
        The files; without the picture where no assumption moves the loss, which then is removed.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    target = Path(folder)
    chart = loss_of_ranking(found, alone=True)
    written = {TABLE: found.table.to_csv(index=False, lineterminator="\n")}
    if chart is not None:
        written[PICTURE] = standalone(chart)
    file = target
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in written.items():
            file = target / name
            with whole_file(file) as temporary:
                temporary.write_text(content, "utf-8", newline="\n")
        if chart is None:
            # that of another run would not belong to this table
            (target / PICTURE).unlink(missing_ok=True)
    except OSError as e:
        raise InputError(_("{file}: cannot be written ({reason})").format(file=file, reason=e.strerror or e)) from e
    return tuple(target / name for name in written)
