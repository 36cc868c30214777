"""The workbook: its formulas, calculated by others, come to our figures."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from seawall.case import Costs
from seawall.planning.result import Plan
from seawall.reporting.excel import workbook
from test_reporting_example import SCHEDULE, YEARS, make_case, make_plan, many_actions

SHEETS = ["Summary", "Plan", "Cost lines", "Budget", "Check", "Assumptions"]


class Calculator:
    """A small evaluator of the formulas that the workbook uses; knows nothing of how they were written."""

    TOKEN = re.compile(
        r"""(?P<sheet>'(?:[^']|'')+'!)?(?P<ref>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)\b(?!\()
        |(?P<name>[A-Z]+)\(|(?P<number>\d+\.?\d*)|(?P<op><=|>=|<>|=|<|>|[-+*/(),])""",
        re.VERBOSE,
    )

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        at = (sheet, cell.replace("$", ""))
        if at not in self.known:
            raw = self.book[sheet][at[1]]
            self.known[at] = self._calculate(sheet, raw.value[1:]) if raw.data_type == "f" else raw.value
        return self.known[at]

    def block(self, sheet: str, ref: str) -> list[Any]:
        left, top, right, bottom = range_boundaries(ref.replace("$", ""))
        return [
            self.value(sheet, f"{openpyxl.utils.get_column_letter(c)}{r}")
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        ]

    def _calculate(self, sheet: str, formula: str) -> Any:
        out, position = [], 0
        while position < len(formula):
            m = self.TOKEN.match(formula, position)
            assert m, formula[position:]
            position = m.end()
            if m["ref"]:
                where = m["sheet"][1:-2].replace("''", "'") if m["sheet"] else sheet
                call = "block" if ":" in m["ref"] else "value"
                out.append(f"{call}({where!r}, {m['ref']!r})")
            elif m["name"]:
                out.append(f"{m['name']}(")
            else:
                out.append({"=": "==", "<>": "!="}.get(m["op"], m["op"]) if m["op"] else m["number"])
        names = {"block": self.block, "value": self.value, **FUNCTIONS}
        return eval("".join(out), {"__builtins__": {}}, names)  # noqa: S307 - our own tokens only


def flat(values: tuple[Any, ...]) -> list[float]:
    cells = [v for part in values for v in (part if isinstance(part, list) else [part])]
    return [v for v in cells if isinstance(v, (int, float))]


FUNCTIONS = {
    "SUM": lambda *v: sum(flat(v)),
    "MAX": lambda *v: max(flat(v)),
    "MIN": lambda *v: min(flat(v)),
    "AND": lambda *v: all(v),
    "IF": lambda test, yes, no: yes if test else no,
    "ROUND": round,
    "SUMIF": lambda where, what, values: sum(v for w, v in zip(where, values, strict=True) if w == what),
}


def heads(content: bytes, sheet: str) -> dict[Any, str]:
    row = openpyxl.load_workbook(io.BytesIO(content))[sheet][4]
    return {c.value: c.column_letter for c in row}


def rows_of(content: bytes, sheet: str) -> dict[str, int]:
    book = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    return {str(book.cell(r, 1).value): r for r in range(5, book.max_row + 1)}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="module")
def content(plan: Plan) -> bytes:
    return workbook(plan)


def test_the_sheets_stand_in_order_with_fixed_heads(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "B5"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$4:$4"


def test_formulas_come_to_the_costs_of_the_plan(plan: Plan, content: bytes) -> None:
    calculator, costs = Calculator(content), Costs(plan.case)
    starts = plan.case.edits.starts(plan.schedule)
    table = costs.action_years(starts)
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    folded = [int(y) for y in costs.years if y > YEARS[-1] + 1]
    assert all(isinstance(columns[int(y)], str) for y in costs.years)
    assert folded
    for action in SCHEDULE:
        for j, year in enumerate(costs.years):
            found = calculator.value("Plan", f"{columns[int(year)]}{rows[action]}")
            assert found == pytest.approx(table[plan.case.edits.index[action], j]), (action, year)
    for j, year in enumerate(costs.years):
        assert calculator.value("Plan", f"{columns[int(year)]}{rows['Total']}") == pytest.approx(table[:, j].sum())
    check = rows_of(content, "Check")
    row = check["Cost discounted to 2026, as it counts in the plan"]
    assert calculator.value("Check", f"C{row}") == pytest.approx(plan.cost)
    assert calculator.value("Check", f"D{check['Largest difference']}") == 0


@pytest.mark.parametrize("which", ["plan", "sixty actions", "nothing"])
def test_every_cached_value_is_what_its_formula_comes_to(which: str) -> None:
    case, schedule = many_actions()
    plans = {"plan": make_plan(), "sixty actions": make_plan(case, schedule), "nothing": make_plan(schedule={})}
    content = workbook(plans[which])
    calculator = Calculator(content)
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    n = 0
    for sheet in calculator.book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    n += 1
                    found = calculator.value(sheet.title, cell.coordinate)
                    assert cached[sheet.title][cell.coordinate].value == pytest.approx(found, abs=1e-6), cell
    assert n > 20


def test_costs_by_year_follow_the_cost_lines(content: bytes) -> None:
    plan_sheet = openpyxl.load_workbook(io.BytesIO(content))["Plan"]
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    capital, annual = columns["Capital cost"], columns["Annual cost"]
    assert str(plan_sheet[f"{capital}{rows['frontline']}"].value).startswith("=SUM('Cost lines'!")
    assert str(plan_sheet[f"{annual}{rows['frontline']}"].value).startswith("=SUM('Cost lines'!")
    assert plan_sheet[f"{capital}{rows['lab_hub']}"].value == 6_400_000
    changed = Calculator(content)
    changed.book["Cost lines"]["F5"] = changed.book["Cost lines"]["F5"].value * 2
    before, after = Calculator(content), changed
    action = before.value("Cost lines", "A5")
    cell = f"{columns['Total 2027-2031']}{rows[action]}"
    assert after.value("Plan", cell) > before.value("Plan", cell)


def test_a_changed_start_year_moves_the_money(content: bytes) -> None:
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    calculator = Calculator(content)
    calculator.book["Plan"][f"{columns['Starts']}{rows['eoc']}"] = 2028
    paid = [calculator.value("Plan", f"{columns[y]}{rows['eoc']}") for y in YEARS]
    assert paid == pytest.approx([0, 1_800_000, 350_000, 350_000, 350_000])
    assert calculator.value("Check", f"D{rows_of(content, 'Check')['Largest difference']}") > 0


def test_lines_that_do_not_add_up_are_completed_in_sight(content: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Cost lines"]
    rest = [[c.value for c in r] for r in sheet.iter_rows(min_row=5) if "Not itemised" in str(r[3].value)]
    assert [(r[0], r[5], r[6]) for r in rest] == [("law", 1, 40_000)]
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    note = openpyxl.load_workbook(io.BytesIO(content))["Plan"][f"{columns['Funding']}{rows['law']}"].value
    assert "40,000 USD is not itemised" in note


def test_the_budget_carries_over_and_adds_up(plan: Plan, content: bytes) -> None:
    calculator = Calculator(content)
    sheet = calculator.book["Budget"]
    carried = 0.0
    for row in range(5, 5 + len(plan.budget_use)):
        source, year = sheet.cell(row, 1).value, sheet.cell(row, 2).value
        if source == "Government":
            left = calculator.value("Budget", f"F{row}")
            assert calculator.value("Budget", f"D{row}") == pytest.approx(carried if year > YEARS[0] else 0.0)
            assert left >= -1e-6
            carried = left
    total = 5 + len(plan.budget_use)
    assert calculator.value("Budget", f"C{total}") == pytest.approx(plan.budget_use["amount"].sum())
    assert calculator.value("Budget", f"E{total}") == pytest.approx(plan.budget_use["spent"].sum())


def test_numbers_are_numbers_and_text_is_never_a_formula(plan: Plan, content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    lead = book["Plan"][f"{columns['Responsible']}{rows['amr']}"]
    assert (lead.data_type, lead.value) == ("s", '=HYPERLINK("http://example.org")')
    cost = book["Plan"][f"{columns[2027]}{rows['lab_net']}"]
    assert "#,##0" in cost.number_format
    assert any(
        r[3].value == "+Drafting, lines that do not add up" and r[3].data_type == "s" for r in book["Cost lines"]
    )
    formulas = [c for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert not any("HYPERLINK" in str(c.value) for c in formulas)
    assert not any(c.hyperlink for s in book for r in s.iter_rows() for c in r)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_text_that_begins_like_a_formula_stays_text(sign: str) -> None:
    case = make_case()
    case = case.with_table("actions", case["actions"].assign(title=f"{sign}1+1", source=f"{sign}cmd|'/c calc'!A1"))
    book = openpyxl.load_workbook(io.BytesIO(workbook(make_plan(case))))
    cells = [c for s in book for r in s.iter_rows() for c in r if str(c.value).startswith((f"{sign}1+1", f"{sign}cmd"))]
    assert cells
    assert {c.data_type for c in cells} == {"s"}


def test_every_assumption_is_listed(plan: Plan, content: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Assumptions"]
    assert [r[1].value for r in sheet.iter_rows(min_row=5)] == list(plan.assumptions["parameter"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_comes_to_the_same_figures(plan: Plan, content: bytes, tmp_path: Path) -> None:
    file, profile = tmp_path / "plan.xlsx", tmp_path / "profile"
    file.write_bytes(content)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    # calculate everything on loading, whatever the file says
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>",
        "utf-8",
    )
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(file)], check=True, capture_output=True, timeout=180
    )
    book = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx", data_only=True)
    costs = Costs(plan.case)
    spending = costs.spending(plan.case.edits.starts(plan.schedule))
    columns, rows = heads(content, "Plan"), rows_of(content, "Plan")
    found = [book["Plan"][f"{columns[int(y)]}{rows['Total']}"].value for y in costs.years]
    np.testing.assert_allclose(found, spending, rtol=1e-9)
    check = rows_of(content, "Check")
    assert book["Check"][f"D{check['Largest difference']}"].value == 0
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in formulas:
        for cell in (c for r in sheet.iter_rows() for c in r if c.data_type == "f"):
            assert isinstance(book[sheet.title][cell.coordinate].value, (int, float)), cell
