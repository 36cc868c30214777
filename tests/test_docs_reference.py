"""The generated pages say what the code says, and leave nothing out."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from seawall.case import TABLES, packaged_assumptions
from seawall.case.settings import MEANINGS
from seawall.levers import FIELDS

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page",
    ["reference/tables.md", "reference/assumptions.md", "reference/capacity.md", "reference/cli.md", "sources.md"],
)
def test_page_is_what_the_code_says(generate: ModuleType, page: str) -> None:
    assert (DOCS / page).read_text("utf-8") == generate.PAGES[page](), "run: make docs-reference"


def test_every_generated_page_is_compared(generate: ModuleType) -> None:
    assert set(generate.PAGES) == {
        "reference/tables.md",
        "reference/assumptions.md",
        "reference/capacity.md",
        "reference/cli.md",
        "sources.md",
    }


def sections(page: str) -> dict[str, str]:
    """Text of a page by second-level heading."""
    parts = (DOCS / page).read_text("utf-8").split("\n## ")[1:]
    return {part.split("\n", 1)[0].strip(): part for part in parts}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_table_and_column_is_documented(table) -> None:
    section = sections("reference/tables.md")[table.name].replace("\\|", "|")
    assert table.meaning in section
    for column in table.columns:
        row = next(line for line in section.splitlines() if line.startswith(f"| `{column.name}` |"))
        assert column.meaning
        assert column.meaning in row
        assert not column.unit or f"| {column.unit} |" in row
        assert not column.required or "must be filled" in row


def test_every_setting_is_documented() -> None:
    section = sections("reference/tables.md")["case.yaml"]
    assert all(f"| `{name}` |" in section for name in MEANINGS)


def test_every_coefficient_is_documented_with_source_and_grade() -> None:
    page = (DOCS / "reference/assumptions.md").read_text("utf-8")
    for parameter, row in packaged_assumptions().iterrows():
        line = next(text for text in page.splitlines() if text.startswith(f"| `{parameter}` |"))
        assert row["source"]
        assert row["source"] in line
        assert row["evidence"] in line
        assert row["note"] in line


def test_every_field_of_capacity_and_all_that_it_reads_is_documented() -> None:
    matrix = sections("reference/capacity.md")["What each field reads"].splitlines()
    names = [cell.strip() for cell in next(line for line in matrix if line.startswith("| column")).split("|")]
    for field in FIELDS:
        at = names.index(f"`{field.name}`")
        for column in field.reads:
            row = next(line for line in matrix if line.startswith(f"| `{column}` |"))
            assert row.split("|")[at].strip() == "●"


def test_every_command_and_option_is_documented(generate: ModuleType) -> None:
    found = sections("reference/cli.md")
    for name, command in generate.commands().items():
        section = found[f"seawall {name}"]
        assert command.help
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else []:
                assert f"`{option}`" in section
            assert parameter.param_type_name == "argument" or parameter.help, f"{name}: {parameter.name} has no help"


def test_a_changed_declaration_is_noticed(generate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(generate.PAGES, "sources.md", lambda: "something else\n")
    assert "sources.md" in generate.stale()
