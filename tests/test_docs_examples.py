"""Examples in the documentation run, commands in it exist, links in it lead somewhere."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest
import typer.main

import seawall as sw
from seawall.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda p: p.relative_to(ROOT).as_posix(),
)
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^ *```", re.M | re.S)
COMMAND = typer.main.get_command(app)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Fenced blocks of one language in a page."""
    text = page.read_text("utf-8")
    return [textwrap.dedent(m["text"]) for m in FENCE.finditer(text) if m["language"] == language]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The skeleton of a new case: small enough to plan in a test."""
    folder = tmp_path_factory.mktemp("cases") / "small"
    sw.init_case(folder)
    return folder


PYTHON = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", PYTHON, ids=name)
def test_python_runs(page: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a page run one after the other, on a small case in place of the packaged one."""
    load = sw.load
    monkeypatch.setattr(sw, "load", lambda case: load(small if isinstance(case, str) else case))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "example"}
    for block in blocks(page, "python"):
        exec(compile(block, name(page), "exec"), names)  # noqa: S102 - our own pages


CONSOLE = [page for page in PAGES if blocks(page, "console") and not name(page).endswith("reference/cli.md")]


@pytest.mark.parametrize("page", CONSOLE, ids=name)
def test_commands_exist(page: Path) -> None:
    """Every ``$ seawall`` line names a command and options that exist."""
    for block in blocks(page, "console"):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True) if line.startswith("$ ") else []
            if words[:1] != ["seawall"] or words[1:] in (["--help"], ["--version"]):
                continue
            assert words[1] in COMMAND.commands, line  # type: ignore[attr-defined]
            command = COMMAND.commands[words[1]]  # type: ignore[attr-defined]
            known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
            used = {w.split("=")[0] for w in words[2:] if w.startswith("-")}
            assert used <= known | {"--help"}, line


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for page in PAGES:
        for block in blocks(page, "console"):
            for target in re.findall(r"^\$ make ([a-z-]+)", block, re.M):
                assert target in targets, f"{name(page)}: make {target}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        assert (page.parent / target.split("#")[0]).exists(), target


def test_decisions_fit_a_page_and_are_listed() -> None:
    folder = ROOT / "docs/decisions"
    listing = (folder / "README.md").read_text("utf-8")
    for page in folder.glob("[0-9]*.md"):
        assert len(page.read_text("utf-8").splitlines()) <= 40, page.name
        assert page.name in listing


def test_numbers_in_the_method_are_those_of_the_code() -> None:
    from seawall.outbreak.draws import EXACT_BELOW
    from seawall.planning.enumeration import SMALL

    outbreaks = (ROOT / "docs/method/outbreaks.md").read_text("utf-8")
    plan = (ROOT / "docs/method/plan.md").read_text("utf-8")
    assert f"exact up to a mean of {EXACT_BELOW:g}." in outbreaks
    assert f"{SMALL:,} combinations" in plan


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert page.relative_to(ROOT / "docs").as_posix() in navigation
