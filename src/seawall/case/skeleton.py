"""A new case: a copy of a packaged one, or a commented skeleton of the smallest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.case.files import whole_folder
from seawall.case.read import EXAMPLES, examples, read_folder
from seawall.case.settings import MEANINGS
from seawall.case.tables import TABLES
from seawall.errors import InputError
from seawall.language import N_, _, language

if TYPE_CHECKING:
    import os

__all__ = ["init_case"]

_SETTINGS = """\
# {heading}
languages: [{language}]               # {languages}
name: my-case                 # {name}
currency: USD                 # {currency}
price_year: 2026              # {price_year}
base_year: 2026               # {base_year}
budget_years: [2027, 2028, 2029]  # {budget_years}
evaluation_years: 10          # {evaluation_years}
discount_money: 0.03          # {discount_money}
discount_health: 0.03         # {discount_health}
value_life_year: 2000         # {value_life_year}
perspective: health           # {perspective}
"""

#: Cells of the skeleton that people read; a translation holds no comma.
_WORDS = frozenset(
    {
        N_("North"),
        N_("South"),
        N_("New respiratory virus"),
        N_("Haemorrhagic fever"),
        N_("Train health workers to report suspected cases"),
        N_("Clinics nearer to people"),
        N_("Review the public health law"),
        N_("Surveillance"),
        N_("Case management"),
        N_("Legislation"),
    }
)
#: The smallest case: five tables, every number an example to be replaced.
_ROWS = {
    "places": [
        "place,name,population,lat,lon,care_seeking",
        "north,North,1200000,12.0,8.5,0.4",
        "south,South,2500000,6.5,3.4,0.6",
    ],
    "hazards": [
        "hazard,name,origin,events_per_year,r0,dispersion,latent_days,infectious_days,symptomatic,ifr",
        "respiratory,New respiratory virus,domestic,0.2,1.8,0.3,4,5,0.7,0.005",
        "haemorrhagic,Haemorrhagic fever,domestic,0.5,1.5,0.2,9,7,1,0.4",
    ],
    "actions": [
        "action,title,lever,area,capital_cost,annual_cost,build_years,valued",
        "surveillance,Train health workers to report suspected cases,talent,Surveillance,80000,20000,1,yes",
        "care,Clinics nearer to people,platform,Case management,300000,40000,1,yes",
        "law,Review the public health law,governance,Legislation,60000,0,1,no",
    ],
    "effects": [
        "action,table,key,column,op,value,ramp_years",
        "surveillance,places,*,care_seeking,close,0.3,1",
        "care,places,north,care_seeking,close,0.4,0",
        "care,hazards,haemorrhagic,ifr,multiply,0.9,0",
    ],
    "budgets": [
        "source,year,amount,carry_over,earmark",
        "government,2027,150000,no,",
        "government,2028,150000,no,",
        "government,2029,150000,no,",
        "donor,2027,200000,yes,",
        "donor,2028,0,yes,",
        "donor,2029,0,no,",
    ],
}


def init_case(folder: str | os.PathLike[str], example: str | None = None) -> Path:
    """Make a new case.

    Parameters
    ----------
    folder : path
        Where to; must not exist, or be empty.
    example : str, optional
        Name of a packaged case to copy; without one, a skeleton of the smallest case whose
        comments say what each column means.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder is in use, cannot be written, or there is no such example.
    """
    target = Path(folder)
    if example is not None and example not in examples():
        known = ", ".join(examples())
        raise InputError(
            _("--from: there is no example {name!r}; choose from {known}").format(name=example, known=known)
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(_("{folder}: is there already; choose a new folder").format(folder=target))
    try:
        with whole_folder(target) as temporary:
            for name, text in (_copy(example) if example else _skeleton()).items():
                (temporary / name).write_text(text, "utf-8", newline="\n")
    except OSError as e:
        raise InputError(_("{folder}: cannot be written ({reason})").format(folder=target, reason=e.strerror)) from e
    return target


def _copy(example: str) -> dict[str, str]:
    folder = EXAMPLES / example
    read_folder(folder)
    return {p.name: p.read_text("utf-8") for p in sorted(folder.iterdir()) if p.suffix in {".csv", ".yaml"}}


def _said(row: str) -> str:
    """A row of the skeleton with its words in the language in force."""
    return ",".join(_(cell) if cell in _WORDS else cell for cell in row.split(","))


def _skeleton() -> dict[str, str]:
    meanings = {name: _(text) for name, text in MEANINGS.items()}
    heading = _("Settings of the case. Lines that start with # are comments; every number is an example.")
    files = {"case.yaml": _SETTINGS.format(heading=heading, language=language(), **meanings)}
    for name, rows in _ROWS.items():
        table = TABLES[name]
        used = rows[0].split(",")
        notes = [f"# {_(table.meaning)}"]
        for column in table.columns:
            here = "" if column.name in used else " " + _("(may be added)")
            unit = f" [{column.unit}]" if column.unit else ""
            notes.append(f"# {column.name}{unit}: {_(column.meaning)}{here}")
        # csv reads a comment line as one cell where it holds no comma and no quotation mark
        files[f"{name}.csv"] = (
            "\n".join([rows[0], *(n.replace(",", ";").replace('"', "'") for n in notes), *map(_said, rows[1:])]) + "\n"
        )
    return files
