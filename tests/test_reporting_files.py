"""Reports as files: the right format, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from seawall.errors import InputError
from seawall.reporting import report
from test_reporting_example import make_plan


def test_the_ending_chooses_the_format(tmp_path: Path) -> None:
    page = report(make_plan(), tmp_path / "plan.html")
    assert page == tmp_path / "plan.html"
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    book = report(make_plan(), str(tmp_path / "Plan.XLSX"))
    assert "Plan" in openpyxl.load_workbook(book).sheetnames
    assert report(make_plan(), tmp_path / "odd.txt", "html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["Plan.XLSX", "odd.txt", "plan.html"]


@pytest.mark.parametrize("file", ["plan.docx", "plan", "plan."])
def test_an_unknown_format_names_those_that_there_are(tmp_path: Path, file: str) -> None:
    with pytest.raises(InputError, match="html, xlsx"):
        report(make_plan(), tmp_path / file)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_earlier_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "plan.html"
    file.write_text("earlier", "utf-8")
    broken = make_plan(years=make_plan().years.drop(columns="deaths"))
    with pytest.raises(KeyError):
        report(broken, file)
    assert file.read_text("utf-8") == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.html"]


def test_a_failure_to_replace_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "plan.html"
    folder.mkdir()
    with pytest.raises(InputError, match="is a folder"):
        report(make_plan(), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.html"]
    with pytest.raises(InputError, match="cannot be written"):
        report(make_plan(), tmp_path / "no" / "plan.html")


def test_a_report_replaces_the_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "plan.html"
    report(make_plan(schedule={}), file)
    report(make_plan(), file)
    assert "Sequencing hub in Bemba" in file.read_text("utf-8")
