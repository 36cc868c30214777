"""Examples in the documentation run, commands in it exist, links in it lead somewhere."""

import re
import shlex
import textwrap
from pathlib import Path

import numpy as np
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
    from seawall.levers import FIELDS
    from seawall.outbreak.draws import SMALL_MEAN
    from seawall.planning.enumeration import SMALL

    outbreaks = (ROOT / "docs/method/outbreaks.md").read_text("utf-8")
    plan = (ROOT / "docs/method/plan.md").read_text("utf-8")
    levers = (ROOT / "docs/method/levers.md").read_text("utf-8")
    assert f"Up to a mean of {SMALL_MEAN:g} the terms" in outbreaks
    assert "eighteen fields" in levers
    assert len(FIELDS) == 18
    assert f"{SMALL:,} combinations" in plan


def test_shares_left_to_isolation_are_those_of_the_case() -> None:
    from seawall.outbreak.world import generation_interval

    text = (ROOT / "docs/method/response.md").read_text("utf-8")
    case = sw.load("china")
    after = case.coefficients["isolation_days"]
    assert f"isolation comes {after:g} days after onset" in text
    rows = re.findall(r"^\| `(\w+)` \| (\d+)% \| (\d+)% \|$", text, re.M)
    assert rows
    hazards = case["hazards"].set_index("hazard")
    for hazard, left, ill in rows:
        of = hazards.loc[hazard]
        interval = generation_interval(of["generation_days"], of["generation_sd"])
        # a day's weight is spread evenly over it, from half a day before to half a day after
        edges, passed = np.arange(len(interval) + 1) + 0.5, np.concatenate([[0.0], np.cumsum(interval)])
        before = of["presymptomatic"]
        onset = of["latent_days"] if np.isnan(before) else np.interp(before, passed, edges)
        later = 1.0 - np.interp(onset + after, edges, passed)
        assert round(100 * later) == int(left), hazard
        assert round(100 * of["symptomatic"]) == int(ill), hazard


def test_numbers_of_the_sample_are_those_of_the_code() -> None:
    from seawall.outbreak.strata import CANDIDATES, SHARE, TAKE_OFF

    text = " ".join((ROOT / "docs/method/outbreaks.md").read_text("utf-8").split())
    assert f"{CANDIDATES} candidates are begun" in text
    assert f"stopped at {TAKE_OFF} infections" in text
    assert f"{SHARE:.0%} are from the candidates" in text


def told(case: sw.Case) -> list[str]:
    """What the page of China says of its tables."""
    actions, effects, facilities = case["actions"], case["effects"], case["facilities"]
    levers, valued = actions["lever"].value_counts(), (actions["valued"] == "yes").sum()
    open_ = (facilities["status"] == "open").sum()
    assumed = f"{(effects['evidence'] == 'assumed').sum()} of {len(effects)}"
    named = (
        f"{levers['platform']} platform, {levers['science']} science, {levers['governance']} governance,"
        f" {levers['talent']} talent, {levers['discipline']} discipline; {actions['area'].nunique()} technical areas;"
        f" {(actions['place'] != '').sum()} in single provinces"
    )
    rows = case["domains"].merge(actions, on="domain", suffixes=("_of", "")).groupby("domain")["valued"]
    fronts = case["fronts"]
    return [
        f"| places | {len(case['places'])}, with the population of the census of 2020"
        f" ({case['places']['population'].sum() / 1e6:,.0f} million) |",
        f"{open_} at work, {len(facilities) - open_} candidates",
        f"{len(case['cadres'])} and {len(case['programmes'])} |",
        f"{len(fronts)} and {len(case['projects'])} |",
        f"| hazards | {len(case['hazards'])} |",
        f"| {len(case['events'])}, from 2002 to 2025 |",
        f"{len(actions)}: {named}",
        f"{valued}; the other {len(actions) - valued} enter",
        f"{case['budgets']['amount'].sum() / 1e6:,.0f} million dollars",
        f"every scale; {assumed} effects",
        f"{assumed} are assumed",
        f"growth for {fronts['world_growth'].notna().sum()} of {len(fronts)}, a share for"
        f" {fronts['national_share'].notna().sum()}, leading works for {fronts['leadership'].notna().sum()}",
        f"{fronts['national_share'].isna().sum()} of {len(fronts)} are empty",
        *(f"| {len(v)} | {(v == 'yes').sum()} |" for _domain, v in rows),
    ]


def test_the_page_of_china_says_what_its_tables_say() -> None:
    text = " ".join((ROOT / "docs/explanation/china.md").read_text("utf-8").split())
    missing = [words for words in told(sw.load("china")) if words not in text]
    assert not missing


def test_the_page_of_two_cases_says_what_their_tables_say() -> None:
    text = (ROOT / "docs/explanation/two-cases.md").read_text("utf-8")
    cases = [sw.load(name) for name in ("china", "nigeria")]

    def row(label: str, *cells: str) -> str:
        return f"| {label} | {' | '.join(cells)} |"

    def a_head(case: sw.Case, table: str, column: str) -> float:
        rows = case[table]
        kept = rows[rows["status"] == "open"] if "status" in rows else rows
        return float(kept[column].sum() / case["places"]["population"].sum())

    measures = [f"{c.coefficients['measures_effect']:.0%}; {c.coefficients['measures_cost']:g}" for c in cases]
    effects = [f"{(c['effects']['evidence'] == 'assumed').sum()} of {len(c['effects'])}" for c in cases]
    for line in (
        row("people, million", *(f"{c['places']['population'].sum() / 1e6:,.0f}" for c in cases)),
        row("budgets of five years, dollars a head", *(f"{a_head(c, 'budgets', 'amount'):.2f}" for c in cases)),
        row("value of a life year, dollars", *(f"{c.settings.value_life_year:,.0f}" for c in cases)),
        row(
            "tests a day per million people, open laboratories",
            *(f"{1e6 * a_head(c, 'facilities', 'tests_per_day'):,.0f}" for c in cases),
        ),
        row("days from a new agent's name to tests", *(f"{c.coefficients['assay_days_novel']:g}" for c in cases)),
        row("community measures: share prevented; dollars a person and day", *measures),
        row("effects graded *assumed*", *effects),
    ):
        assert line in text


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert page.relative_to(ROOT / "docs").as_posix() in navigation
