"""Reading what was written gives the case back; writing is whole or not at all; the order of rows is nothing."""

from __future__ import annotations

import math
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from seawall.case import TABLES, Case, Column, Settings, Table
from seawall.case.coerce import assemble, build, coerce
from seawall.case.load import load
from seawall.case.read import RawCase, read_folder, write_folder
from seawall.errors import InputError

# -- cases that follow the declaration, and nothing else -----------------------------------------

#: What tends to break files: separators, quotation marks, line ends, spaces of all kinds, marks, other scripts.
AWKWARD = st.sampled_from(
    ['a,b', '"', '""', "'", "a\nb", "a\r\nb", "a\rb", ";", "\t", "广州, 实验室", "é́", "#x", "=1+1", "\ufeff", "\u3000x",
     "NA", "nan", "null", "true", "1e5", "007", " ", "\x85", "\u2028", "😀", "a|b", "*", "-", "[", "{}", "%"]
)  # fmt: skip
TEXTS = st.one_of(
    AWKWARD,
    st.lists(AWKWARD, max_size=3).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
)
CODES = st.text(st.characters(categories=["L", "N"], include_characters=" -_.,'\""), min_size=1, max_size=8)


def _numbers(spec: Column) -> st.SearchStrategy[float]:
    low = spec.ge if spec.ge is not None else spec.gt
    if spec.kind != "number":
        return st.integers(int(low if low is not None else -1000), int(spec.le if spec.le is not None else 1000)).map(
            float
        )
    return st.floats(
        low, spec.le, allow_nan=False, allow_infinity=False, exclude_min=spec.gt is not None and spec.ge is None
    )


def _cells(spec: Column) -> st.SearchStrategy[Any]:
    if spec.numeric:
        cells: st.SearchStrategy[Any] = _numbers(spec)
    elif spec.kind == "choice":
        cells = st.sampled_from(spec.choices)
    elif spec.kind == "flag":
        cells = st.sampled_from(["yes", "no"])
    elif spec.kind == "date":
        cells = st.integers(0, 80_000).map(lambda d: (date(1900, 1, 1) + timedelta(d)).isoformat())
    elif spec.kind == "cell":
        cells = st.one_of(CODES, st.floats(allow_nan=False, allow_infinity=False).map(repr)).filter(_is_a_cell)
    elif spec.key or spec.ref:
        cells = CODES.map(str.strip).filter(lambda t: t and not t.startswith("#"))
    else:
        cells = TEXTS
    if not spec.required:
        return st.one_of(st.just(None), cells)
    return cells if spec.numeric else cells.filter(lambda v: str(v).strip() != "")


def _is_a_cell(text: str) -> bool:
    try:
        return math.isfinite(float(text)) or text.strip().lower() not in {"nan", "inf", "infinity"}
    except ValueError:
        return text.strip().lower() not in {"na", "n/a", "none", "null", "nil", "-", "--", "."}


def _rows(table: Table) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({c.name: _cells(c) for c in table.columns}), min_size=1, max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some tables, each cell within what its column declares; references and rules are not kept."""
    names = draw(st.sets(st.sampled_from(sorted(TABLES)), max_size=4))
    return {name: draw(_rows(TABLES[name])) for name in TABLES if name in names}


SHARES = st.floats(0, 1)
SETTINGS = st.fixed_dictionaries(
    {"name": st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=9).filter(lambda t: t.strip() != "")},
    optional={
        "title": st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20),
        "iso3": st.sampled_from(["", "NGA", "NOR"]),
        "languages": st.sampled_from([["en"], ["zh", "en"], ["no"]]),
        "currency": st.sampled_from(["USD", "CNY", "no", "1"]),
        "price_year": st.sampled_from([0, 1999, 2024]),
        "base_year": st.integers(1900, 2027),
        "evaluation_years": st.integers(0, 100),
        "discount_money": st.floats(0, 0.99),
        "discount_health": st.floats(0, 0.99),
        "value_life_year": st.floats(0, 1e300),
        "perspective": st.sampled_from(["health", "societal"]),
        "unspent_value": SHARES,
        "upkeep_cap": st.one_of(st.none(), st.floats(0, 1e300)),
        "framework": st.sampled_from(["", "JEE1"]),
    },
)


def _draft(content: dict[str, list[dict[str, Any]]], said: dict[str, Any]) -> Case:
    """A case whose cells are as declared; rules across cells are not checked."""
    raw = RawCase({**said, "budget_years": [2027, 2028]})
    # a table that must exist and does not would have every reference to it blanked
    content = {**{name: [] for name, table in TABLES.items() if table.required}, **content}
    for name, rows in content.items():
        columns = [c.name for c in TABLES[name].columns]
        raw.tables[name] = (columns, [(i + 2, [_text(row[c]) for c in columns]) for i, row in enumerate(rows)])
    frames, parsed, problems = coerce(raw)
    assert parsed is not None
    told = [p for p in problems if p.table in content and p.severity == "error"]
    assert not told, [str(p) for p in told]
    return Case(frames, parsed, frozenset(content))


def _text(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value).strip()


def _read(folder: Path) -> Case:
    raw = read_folder(folder)
    frames, parsed, _problems = coerce(raw)
    assert parsed is not None
    return Case(frames, parsed, frozenset(raw.tables))


@settings(max_examples=40)
@given(tables(), SETTINGS)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, list[dict[str, Any]]], said: dict[str, Any]
) -> None:
    case = _draft(content, said)
    folder = tmp_path_factory.mktemp("case") / "case"
    write_folder(case, folder)
    again = _read(folder)
    assert again.settings == case.settings
    for name in TABLES:
        pd.testing.assert_frame_equal(again[name], case[name])
    assert again == case
    assert again.digest == case.digest


@pytest.mark.parametrize("name", sorted(TABLES))
@settings(max_examples=10)
@given(data=st.data())
def test_every_table_comes_back(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    case = _draft({name: data.draw(_rows(TABLES[name]))}, {"name": "x"})
    folder = tmp_path_factory.mktemp("case") / "case"
    write_folder(case, folder)
    assert _read(folder)[name].equals(case[name])


def test_whole_cases_come_back(tmp_path: Path) -> None:
    for i, case in enumerate((cases.smallest(), cases.full(), load("nigeria"))):
        write_folder(case, tmp_path / str(i))
        assert load(tmp_path / str(i)) == case
        assert load(tmp_path / str(i)).digest == case.digest


def test_a_case_made_of_its_own_tables_is_the_same() -> None:
    case = cases.full()
    assert build({t: case[t] for t in case.present}, case.settings.to_dict()) == case


def test_columns_that_are_not_said_take_their_defaults() -> None:
    case = cases.smallest()
    for name, table in TABLES.items():
        frame = case[name]
        assert list(frame.columns) == [c.name for c in table.columns]
        for spec in table.columns:
            assert frame[spec.name].dtype == (np.float64 if spec.numeric else object), (name, spec.name)
    assert case["places"]["care_seeking"].tolist() == [0.5, 0.5]
    assert case["places"]["area_km2"].isna().all()
    assert case["hazards"]["origin"].tolist() == ["imported", "domestic"]
    assert case["effects"]["adverse"].tolist() == ["no"] * 3
    assert case.settings == Settings(name="test", budget_years=(2027, 2028, 2029), base_year=2027, evaluation_years=5)


def test_empty_cells_absent_columns_and_nothing_are_the_same() -> None:
    rows = cases.smallest_tables()["places"]
    said = [{**row, "care_seeking": value} for row, value in zip(rows, (None, ""), strict=True)]
    frame = pd.DataFrame([{**row, "care_seeking": math.nan} for row in rows])
    assert (
        cases.smallest(places=said)
        == cases.smallest()
        == build({**cases.smallest_tables(), "places": frame}, cases.SETTINGS)
    )


def test_python_values_of_all_kinds_are_read() -> None:
    case = cases.smallest(
        places=[
            {"place": " A ", "population": np.int64(10), "lat": np.float32(0.5), "lon": 0, "area_km2": pd.NA},
            {"place": "B", "population": "20", "lat": 1, "lon": np.int8(3), "area_km2": None},
        ],
        budgets=[{"source": "s", "year": np.int32(2027), "amount": 1e15, "carry_over": np.bool_(True)}],
        events=[
            {"event": "e", "detection": pd.Timestamp("2024-01-02"), "emergence": date(2024, 1, 1), "response": pd.NaT}
        ],
        settings={"budget_years": range(2027, 2030), "unspent_value": np.float64(0.5), "languages": ("en", "zh")},
    )
    assert case["places"]["place"].tolist() == ["A", "B"]
    assert case["places"]["lat"].tolist() == [0.5, 1.0]
    assert case["budgets"]["carry_over"].tolist() == ["yes"]
    assert case["budgets"]["amount"].tolist() == [1e15]
    assert case["events"][["emergence", "detection", "response"]].to_numpy().tolist() == [
        ["2024-01-01", "2024-01-02", ""]
    ]
    assert case.settings.budget_years == (2027, 2028, 2029)
    assert case.settings.languages == ("en", "zh")


def test_a_bare_carriage_return_stays_within_its_cell(tmp_path: Path) -> None:
    case = cases.smallest()
    case = case.with_table("places", case["places"].assign(name=["a\rb", "c\r\nd"]))
    write_folder(case, tmp_path / "case")
    assert load(tmp_path / "case")["places"]["name"].tolist() == ["a\nb", "c\nd"]


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
def test_signs_that_no_file_can_hold_are_refused(sign: str) -> None:
    rows = cases.smallest_tables()["places"]
    rows[0]["name"] = f"a{sign}b"
    with pytest.raises(InputError, match=r"places.csv line 2, name"):
        cases.smallest(places=rows)


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random: Any) -> None:
    content = cases.full_tables()
    for rows in content.values():
        random.shuffle(rows)
    shuffled = build(content, cases.SETTINGS)
    assert shuffled.digest == cases.full().digest
    assert shuffled.canonical == cases.full().canonical


def test_any_change_changes_the_digest() -> None:
    case = cases.full()
    digests = {case.digest, case.with_settings(unspent_value=0.0).digest}
    for name in case.present:
        column = TABLES[name].columns[-1].name
        frame = case[name].copy()
        frame[column] = frame[column].map(lambda _v: 77.0 if isinstance(_v, float) else "other")
        digests.add(case.with_table(name, frame).digest)
        digests.add(case.with_table(name, case[name].iloc[1:]).digest)
    assert len(digests) == 2 + 2 * len(case.present)


# -- whole or not at all -------------------------------------------------------------------------


def _all_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _failing(after: int, true: Any) -> Any:
    """A method that works some times and then finds the disk full."""
    calls = 0

    def wrapped(self: Path, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == after:
            raise OSError(28, "No space left on device")
        return true(self, *args, **kwargs)

    return wrapped


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("step", ["text", "file", "last file", "move"])
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, exists: bool
) -> None:
    target = tmp_path / "case"
    if exists:
        cases.write(cases.smallest(), target)
        (target / "notes.txt").write_text("mine", "utf-8")
    before = _all_files(tmp_path)
    with monkeypatch.context() as patch:
        if step == "text":
            patch.setattr("seawall.case.read.table_text", lambda *_a: 1 / 0)
        elif step == "move":
            patch.setattr("seawall.case.files._exchange", lambda *_a: False)  # not every system can
            patch.setattr(Path, "rename", _failing(1, Path.rename))
        else:
            patch.setattr(Path, "write_text", _failing(9 if step == "file" else 1 + len(TABLES), Path.write_text))
        with pytest.raises((OSError, ZeroDivisionError)):
            write_folder(cases.full(), target)
    assert _all_files(tmp_path) == before
    assert {p.name for p in tmp_path.iterdir()} == ({"case"} if exists else set())


def test_a_failure_between_two_moves_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = cases.write(cases.smallest(), tmp_path / "case")
    before = _all_files(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("seawall.case.files._exchange", lambda *_a: False)
        patch.setattr(Path, "rename", _failing(2, Path.rename))
        with pytest.raises(OSError, match="No space"):
            write_folder(cases.full(), target)
    assert _all_files(tmp_path) == before


def test_writing_anew_replaces_the_case_and_keeps_the_rest(tmp_path: Path) -> None:
    target = cases.write(cases.full(), tmp_path / "case")
    (target / ".git").mkdir()
    (target / ".git" / "HEAD").write_text("ref", "utf-8")
    (target / "notes.txt").write_text("mine", "utf-8")
    write_folder(cases.smallest(), target)
    assert load(target) == cases.smallest()
    assert (target / ".git" / "HEAD").read_text("utf-8") == "ref"
    assert (target / "notes.txt").read_text("utf-8") == "mine"
    assert not (target / "travel.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_what_is_no_case_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    for target in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(InputError, match=r"folder"):
            write_folder(cases.smallest(), target)
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "years of work"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    write_folder(cases.smallest(), tmp_path)
    assert load(tmp_path) == cases.smallest()


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_others_may_read_what_is_written(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_folder(cases.smallest(), tmp_path / "case")
    finally:
        os.umask(old)
    assert (tmp_path / "case").stat().st_mode & 0o777 == 0o755


def test_checking_never_fails(tmp_path: Path) -> None:
    assert assemble(RawCase())[0] is None
    assert assemble(read_folder(tmp_path))[0] is None
