"""A report in Chinese: no English is left in it but names, codes and titles of sources."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest

import cases
import seawall as sw
from seawall.case import TABLES
from seawall.language import use_language
from seawall.planning import Plan
from seawall.reporting.documents import DOCUMENTS
from seawall.reporting.excel import workbook
from seawall.reporting.html import html

#: Words that are the same in Chinese: names of programs, frameworks and formats.
NAMES = {"Seawall", "JEE", "SPAR", "CSV", "HTML", "WHO", "km"}
#: Texts of the case, which it translates itself.
TEXTS = {
    "A title of the country": "某国规划",
    "Ministry of Health": "卫生部",
    "state": "国家财政",
    "law": "立法",
    "Buildings and works": "土建",
    "meeting day": "会议日",
    "basic": "初级",
    "sampling": "采样",
    "late samples": "送样迟缓",
    "Northern part": "北方",
    "public health": "公共卫生",
    "vaccines for the virus": "病毒疫苗",
    "Abroad": "境外某地",
    "Kenya": "肯尼亚",
    "flu": "流感",
    "lassa": "拉沙热",
}
ZH = {
    "law": "修订法律", "clinics": "增设诊所", "rodents": "鼠害防治", "training": "人员培训", "lab": "新建实验室", "grant": "科研资助",
    "A": "甲地", "B": "乙地", "bench": "检验人员", "senior": "高级检验人员", "teacher": "教师", "diploma": "专科培训",
    "vax": "疫苗研发", "LAB-A": "甲地实验室", "HUB-B": "乙地测序中心", "flu": "流感", "lassa": "拉沙热", "arena": "沙粒病毒",
}  # fmt: skip


#: Texts that every row of a table gets, each of which the case translates.
FILLED = {
    "actions": {"lead": "Ministry of Health", "source": "An English title"},
    "places": {"region": "Northern part"},
    "cost_lines": {"title": "Buildings and works"},
    "events": {"bottleneck": "late samples"},
    "programmes": {"discipline": "public health"},
    "fronts": {"supports": "vaccines for the virus"},
}


def chinese_case() -> sw.Case:
    """The full small case, every text of it in Chinese as well."""
    tables = cases.full_tables()
    for name, rows in tables.items():
        key = next((c.name for c in TABLES[name].columns if c.key), "")
        named = [c for c in ("name_zh", "title_zh", "label_zh") if c in TABLES[name].by_name]
        for row in rows:
            row |= FILLED.get(name, {})
            row |= {c: ZH[str(row[key])] for c in named if str(row.get(key)) in ZH}
    tables["translations"] = [{"text": k, "language": "zh", "translation": v} for k, v in TEXTS.items()]
    settings = {"languages": ["zh", "en"], "title": "A title of the country", "price_year": 2026}
    return cases.full(settings=settings, **tables)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return sw.plan(chinese_case(), n=40, time_limit=20)


def codes(case: sw.Case) -> set[str]:
    """Words of the case's codes and of the names of tables, columns and parameters, which a report may cite."""
    found = {*TABLES, *(c for t in TABLES.values() for c in t.by_name), *case.assumptions.index, case.settings.name}
    for name, table in TABLES.items():
        for column in table.columns:
            if (column.key or column.ref) and column.name != "text" and not column.numeric:
                found |= {str(v) for v in case[name][column.name]}
    return {w for code in found for w in re.findall("[A-Za-z]+", code)}


class Words(HTMLParser):
    """Texts of a page by the element around them, without styles, sources and code."""

    SKIPPED = frozenset({"style", "cite", "code", "script"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "br", "img", "hr", "col", "input"}:
            self.open.append(tag)
        self.found += [
            v or "" for k, v in attrs if k in {"aria-label", "title", "alt", "content"} and "width=" not in (v or "")
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.SKIPPED & set(self.open):
            self.found.append(data)


def left(texts: list[str], allowed: set[str]) -> dict[str, str]:
    """English words in texts, each with one text that holds it."""
    out: dict[str, str] = {}
    for text in texts:
        for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"https?://\S+", "", text)):
            if word not in allowed and not re.fullmatch("[A-Z]{2,3}", word):
                out.setdefault(word, text.strip())
    return out


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_chinese_page_holds_no_english(plan: Plan, name: str) -> None:
    with use_language("zh"):
        page = DOCUMENTS[name](plan)
    words = Words()
    words.feed(page)
    digest = set(re.findall("[A-Za-z]{2,}", plan.case.digest))
    assert left(words.found, NAMES | codes(plan.case) | digest) == {}
    assert 'lang="zh-CN"' in page


def test_names_of_the_case_are_shown_by_their_chinese_names(plan: Plan) -> None:
    with use_language("zh"):
        page = html(plan)
    for english, translation in (("A title of the country", "某国规划"), ("Ministry of Health", "卫生部")):
        assert english not in page
        assert translation in page
    for name in ("流感", "拉沙热", "甲地", "国家财政"):
        assert name in page
    english_page = html(plan)
    assert "A title of the country" in english_page
    assert "卫生部" not in english_page


def test_a_chinese_workbook_holds_no_english(plan: Plan) -> None:
    with use_language("zh"):
        book = openpyxl.load_workbook(io.BytesIO(workbook(plan)))
    texts: list[str] = list(book.sheetnames)
    for sheet in book:
        sources: set[int] = set()
        for row in sheet.iter_rows():
            sources |= {c.column for c in row if c.value in {"来源", "依据", "数字出处"} and sheet.title != "预算"}
            texts += [
                c.value
                for c in row
                if isinstance(c.value, str) and not c.value.startswith("=") and c.column not in sources
            ]
    digest = set(re.findall("[A-Za-z]{2,}", plan.case.digest))
    assert left(texts, NAMES | codes(plan.case) | digest) == {}


def test_english_in_a_page_would_be_found() -> None:
    page: Any = Words()
    page.feed('<p class="english">全国<b>of Health</b></p><cite>A title</cite><svg aria-label="Some words"/>')
    assert set(left(page.found, set())) == {"of", "Health", "Some", "words"}
