"""The catalogue: every text of the package, translated, and nothing shown that it could not hold."""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "seawall"
sys.path.insert(0, str(ROOT / "tools"))

import catalogue  # noqa: E402 - a tool, not a package

#: Texts that read the same in Chinese: names, codes and signs.
SAME = {"7-1-7", "{framework} {indicator}", "{code} {name}", "{code} · {place}", "{code} · {area} · {place}"}
#: What stands for a text in the language in force.
TRANSLATORS = {"_", "N_", "_n"}
#: Calls whose words people read, and from which argument on.
SHOWN = {
    "Chart": 0, "Column": 0, "Figure": 0, "InputError": 0, "NoFeasiblePlan": 0, "Problem": 0, "Section": 1,
    "bullets": 0, "fault_at": 0, "paragraph": 0, "picture": 2, "sentences": 0, "table": 0, "tag": 1, "text": 2,
}  # fmt: skip
#: The same for arguments by name, of any call.
NAMED = {"help", "caption", "title", "note", "message"}


def messages() -> list:
    """What the catalogue holds; what it lacks is told by one test alone."""
    return [m for m in catalogue.read("zh") if m.id and all(strings(m.string))]


def strings(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def test_the_catalogue_is_in_step_and_whole() -> None:
    assert catalogue.differences("zh") == [], "run: make catalogue"


def fields(text: str) -> set[str]:
    return {
        f"{name}{'!' + how if how else ''}:{spec}" for _t, name, spec, how in string.Formatter().parse(text) if name
    }


def test_translations_hold_the_same_places_for_figures() -> None:
    wrong = []
    for m in messages():
        wanted = set.union(*(fields(i) for i in strings(m.id)))
        wrong += [(i, m.string) for s in strings(m.string) for i in strings(m.id)[-1:] if fields(s) != wanted]
    assert wrong == []


def test_no_translation_is_left_in_english() -> None:
    same = {s for m in messages() for s in strings(m.string) if s in strings(m.id) and re.search("[A-Za-z]", s)}
    letters = {s for s in same if re.search("[A-Za-z]", re.sub(r"\{[^}]*\}", "", s)) or s in SAME}
    assert letters <= SAME


def test_chinese_is_punctuated_as_chinese() -> None:
    wrong = []
    for m in messages():
        for s in strings(m.string):
            plain = re.sub(r"\{[^}]*\}", "字", s)
            if s.startswith("1e12:"):  # sizes, which a machine reads
                continue
            if re.search(r"[\u4e00-\u9fff][,;?!]|[\u4e00-\u9fff]\.(?:\s|$)|[\u4e00-\u9fff]:(?! )", plain):
                wrong.append(s)
            if re.search(r"[。！？；，、：]\s+[\u4e00-\u9fff]", s.replace("\n", "")) and "\n" not in s:
                wrong.append(s)
    assert wrong == []


def test_ends_of_texts_agree() -> None:
    """A sentence stays a sentence, and what stands before or after another text keeps its space at the start."""
    wrong = [
        (i, s)
        for m in messages()
        for i, s in zip(strings(m.id)[-1:], strings(m.string), strict=False)
        if (len(i) > 20 and i.endswith(".") != s.endswith("。"))
        or (len(i) - len(i.lstrip(" ")) > 1) != (len(s) - len(s.lstrip(" ")) > 1)
    ]
    assert wrong == []


# -- what is shown passes through the catalogue -------------------------------------------------


def words_of(text: str, formatted: bool) -> bool:
    """Whether a text holds English that people would read, and is no name of a file or column."""
    if formatted:
        return bool(re.search("[A-Za-z]{3,}", text)) and (" " in text.strip() or not re.fullmatch(r"[\w.#/-]*", text))
    return bool(re.search(r"[A-Za-z][,;:]? [A-Za-z]", text) or re.fullmatch(r"[A-Z][a-z]{2,}[.:]?", text))


def english(node: ast.expr) -> Iterator[str]:
    """Words in a literal or in the plain parts of a formatted one, outside translators."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}:
            yield from english(node.func.value)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and words_of(node.value, formatted=False):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        plain = [str(p.value) for p in node.values if isinstance(p, ast.Constant)]
        yield from (p for p in plain if words_of(p, formatted=True))
    elif isinstance(node, (ast.IfExp, ast.BoolOp, ast.List, ast.Tuple, ast.Starred, ast.BinOp)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from english(child)


def untranslatable(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in TRANSLATORS:
            continue
        shown = list(node.args[SHOWN[name] :]) if name in SHOWN else []
        if name in SHOWN or name in {"Option", "Argument", "Typer", "command"}:
            shown += [k.value for k in node.keywords if k.arg in NAMED]
        for argument in shown:
            for words in english(argument):
                yield f"{path.relative_to(ROOT)}:{argument.lineno}: {words!r}"


def test_every_text_that_people_read_can_be_translated() -> None:
    found = [line for path in sorted(SOURCE.rglob("*.py")) for line in untranslatable(path)]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'paragraph("Nothing is known.")',
        'Column("Total")',
        'tag("p", "two words")',
        'raise InputError(f"{file} cannot be read")',
        'typer.Option("-n", help="How many")',
        'Section("id", "A title", body)',
        'paragraph("two words" if x else _("three"))',
    ],
)
def test_a_text_outside_the_catalogue_is_found(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "module.py").write_text(code, "utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert len(list(untranslatable(tmp_path / "module.py"))) == 1


@pytest.mark.parametrize(
    "code", ['tag("p", _("two words"))', 'Column(_("Total"), "n")', 'tag("ul", class_="two words")']
)
def test_a_text_in_the_catalogue_passes(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "module.py").write_text(code, "utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert list(untranslatable(tmp_path / "module.py")) == []
