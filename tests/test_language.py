"""The language in force: how it is chosen, and what follows it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cases
import seawall as sw
from seawall import cli
from seawall.language import _, _n, first_spoken, known_language, language, language_tag, use_language
from seawall.reporting import numbers, save_plan
from seawall.reporting.names import case_text, case_title, localised


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    """Run the command in this process: exit code, standard output, standard error."""
    monkeypatch.setattr(sys, "argv", ["seawall", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr()
    return int(end.value.code or 0), told.out, told.err


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEAWALL_LANGUAGE", raising=False)


def chinese(**settings: object) -> sw.Case:
    """The smallest case with Chinese as its first language."""
    return cases.smallest(settings={"languages": ["zh", "en"], **settings})


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Chinese case, an English one, and a plan of each."""
    folder = tmp_path_factory.mktemp("languages")
    for name, case in (("zh", chinese()), ("en", cases.smallest())):
        cases.write(case, folder / name)
        save_plan(sw.plan(case, n=4, time_limit=0.01), folder / f"{name}-plan")
    return folder


def test_a_language_is_in_force_for_the_length_of_its_block() -> None:
    assert language() == "en"
    with sw.use_language("zh"):
        assert (language(), language_tag(), _("Total")) == ("zh", "zh-CN", "合计")
        with use_language("en"):
            assert _("Total") == "Total"
        assert _("Total") == "合计"
    assert _("Total") == "Total"


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(sw.InputError, match="choose from en, zh"), use_language("fr"):
        pass
    assert known_language("zh_CN.UTF-8") == "zh"
    assert known_language("EN-gb") == "en"
    assert first_spoken(["fr", "zh-CN", "en"]) == "zh"
    assert first_spoken(["fr"]) == "en"


def test_plurals_and_empty_texts() -> None:
    assert [_n("{n} error", "{n} errors", n).format(n=n) for n in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]
    with use_language("zh"):
        assert {_n("{n} error", "{n} errors", n) for n in (0, 1, 2)} == {"{n}个错误"}
        assert _("") == ""
        assert _("no catalogue has this") == "no catalogue has this"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (3_100_000, "3.1 million USD", "310万美元"),
        (9_999, "10,000 USD", "1万美元"),
        (12_345, "12,300 USD", "1.23万美元"),
        (314e6, "314 million USD", "3.14亿美元"),
        (2.5e12, "2.5 trillion USD", "2.5万亿美元"),
        (-3.1e6, "−3.1 million USD", "−310万美元"),
        (0, "0 USD", "0美元"),
        (float("nan"), "– USD", "–美元"),
    ],
)
def test_money_is_said_as_people_of_a_language_say_it(value: float, english: str, chinese: str) -> None:
    assert numbers.money(value, "USD") == english
    with use_language("zh"):
        assert numbers.money(value, "USD") == chinese


def test_figures_by_language() -> None:
    assert numbers.date("2026-01-31") == "31 January 2026"
    assert numbers.in_size(1e6, "USD") == "million USD"
    assert numbers.count(12_345) == "12,300"
    with use_language("zh"):
        assert numbers.date("2026-01-31") == "2026年1月31日"
        assert numbers.date("not a day") == "not a day"
        assert numbers.in_size(1e8, numbers.currency_name("USD")) == "亿美元"
        assert numbers.money(3e8, "CNY") == "3亿元"
        assert numbers.money(100, "QQQ") == "100QQQ"
        assert numbers.count(12_345) == "1.23万"
        assert numbers.count(1_234) == "1,230"
        assert numbers.share(0.0005) == "不足0.1%"
        assert numbers.share(0.123) == "12%"
        assert numbers.days(25) == "25"


def test_texts_of_a_case_are_read_in_the_language_in_force() -> None:
    case = cases.smallest(
        settings={"title": "Plan of the land"},
        translations=[
            {"text": "Plan of the land", "language": "zh-CN", "translation": "全国规划"},
            {"text": "Ministry", "language": "zh", "translation": "卫生部门"},
        ],
    )
    row = {"name": "North", "name_zh": "北部"}
    assert (case_title(case), case_text(case, "Ministry"), localised(row, "name")) == (
        "Plan of the land",
        "Ministry",
        "North",
    )
    with use_language("zh"):
        assert (case_title(case), case_text(case, "Ministry"), localised(row, "name")) == (
            "全国规划",
            "卫生部门",
            "北部",
        )
        assert localised({"name": "Ministry", "name_zh": ""}, "name", case) == "卫生部门"
        assert localised({"name": "Elsewhere", "name_zh": ""}, "name", case) == "Elsewhere"


def test_a_report_is_in_the_language_asked_for_else_chosen_else_of_its_case(work: Path, tmp_path: Path) -> None:
    plan = sw.plan(chinese(), n=4, time_limit=0.01)

    def tag_of(**options: str) -> str:
        page = sw.report(plan, tmp_path / "page.html", **options).read_text("utf-8")
        return page.split('lang="')[1].split('"')[0]

    assert tag_of() == "zh-CN"
    assert tag_of(language="en") == "en"
    with use_language("en"):
        assert tag_of() == "en"
        assert tag_of(language="zh") == "zh-CN"
    with pytest.raises(sw.InputError, match="fr"):
        sw.report(plan, tmp_path / "page.html", language="fr")


def test_a_plan_of_two_languages_holds_a_report_in_each(work: Path) -> None:
    def names(folder: str) -> set[str]:
        return {p.name for p in (work / folder).glob("report*")}

    assert names("zh-plan") == {"report.html", "report.en.html"}
    assert names("en-plan") == {"report.html"}
    assert 'lang="zh-CN"' in (work / "zh-plan" / "report.html").read_text("utf-8")
    assert 'lang="en"' in (work / "zh-plan" / "report.en.html").read_text("utf-8")


def test_a_report_that_no_language_of_the_case_asks_for_does_not_stay(tmp_path: Path) -> None:
    save_plan(sw.plan(chinese(), n=4, time_limit=0.01), tmp_path / "plan")
    save_plan(sw.plan(cases.smallest(), n=4, time_limit=0.01), tmp_path / "plan")
    assert {p.name for p in (tmp_path / "plan").glob("report*")} == {"report.html"}


def test_the_command_speaks_the_language_asked_for(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, capsys, "check", work / "en", "--language", "zh")[1] == "0个错误，0个警告\n"
    assert run(monkeypatch, capsys, "check", work / "en")[1] == "0 errors, 0 warnings\n"
    assert "既往疫情" in run(monkeypatch, capsys, "assess", "nigeria", "--language=zh")[1]
    told = run(monkeypatch, capsys, "simulate", work / "en", "-n", 4, "--language", "zh")[1]
    assert "每年死亡人数" in told
    assert language() == "en", "the language of one run is not that of the next"


def test_the_command_plans_and_reports_in_the_language_asked_for(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(monkeypatch, capsys, "plan", work / "en", "-o", tmp_path / "p", "-n", 4, "--language", "zh")
    assert code == 0
    assert "能避免多少损失" in out
    assert "正在" in err
    assert 'lang="zh-CN"' in (tmp_path / "p" / "report.html").read_text("utf-8")
    code, _out, _err = run(monkeypatch, capsys, "report", tmp_path / "p", "-o", tmp_path / "e.html", "--language", "en")
    assert code == 0
    assert 'lang="en"' in (tmp_path / "e.html").read_text("utf-8")


def test_without_an_option_the_environment_then_the_case_choose(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, capsys, "check", work / "zh")[1] == "0个错误，0个警告\n"
    assert run(monkeypatch, capsys, "report", work / "zh-plan", "-o", work / "out.html")[0] == 0
    assert 'lang="zh-CN"' in (work / "out.html").read_text("utf-8")
    monkeypatch.setenv("SEAWALL_LANGUAGE", "en")
    assert run(monkeypatch, capsys, "check", work / "zh")[1] == "0 errors, 0 warnings\n"
    monkeypatch.setenv("SEAWALL_LANGUAGE", "zh_CN")
    assert run(monkeypatch, capsys, "check", work / "en")[1] == "0个错误，0个警告\n"
    assert run(monkeypatch, capsys, "check", work / "en", "--language", "en")[1] == "0 errors, 0 warnings\n"
    monkeypatch.setenv("SEAWALL_LANGUAGE", "fr")
    code, out, err = run(monkeypatch, capsys, "check", work / "en")
    assert (code, out) == (2, "")
    assert "choose from en, zh" in err


def test_keys_of_documents_never_change(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    def keys(document: object) -> object:
        if isinstance(document, dict):
            return {k: keys(v) for k, v in document.items()}
        return [keys(v) for v in document] if isinstance(document, list) else None

    for line in (("assess", "nigeria"), ("simulate", work / "en", "-n", 4)):
        english, chinese_ = (
            json.loads(run(monkeypatch, capsys, *line, "--json", "--language", code)[1]) for code in ("en", "zh")
        )
        assert keys(english) == keys(chinese_)


def test_problems_and_errors_are_told_in_the_language_of_the_case(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = cases.write(chinese(), tmp_path / "broken")
    (broken / "budgets.csv").write_text("source,year,amount\nstate,2027,much\n", "utf-8")
    code, out, _err = run(monkeypatch, capsys, "check", broken)
    assert code == 2
    assert "错误：budgets.csv第2行，amount：" in out
    code, _out, err = run(monkeypatch, capsys, "simulate", broken)
    assert code == 2
    assert "不是数字" in err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("chek", "没有命令chek"),
        ("check", "缺少CASE"),
        ("check en --nothing", "没有选项--nothing"),
        ("plan en --seed many", "--seed："),
        ("check en more", "多余的参数：more"),
        ("check en --language", "选项--language"),
    ],
)
def test_faults_of_the_command_line_are_told_in_chinese(
    line: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAWALL_LANGUAGE", "zh")
    code, out, err = run(monkeypatch, capsys, *line.split())
    assert (code, out) == (2, "")
    assert words in err
    assert "错误：" in err
    assert "Error" not in err


def test_help_follows_the_language(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(monkeypatch, capsys, "--language", "zh", "--help")
    assert code == 0
    assert "新建案例" in out
    assert "显示本帮助后退出。" in out
    assert "Options:" not in out
    for command in ("init", "check", "assess", "simulate", "plan", "report"):
        told = run(monkeypatch, capsys, command, "--help", "--language", "zh")[1]
        assert f"示例：\n    seawall {command} " in told
        assert "--language" in told
    assert "First session" in run(monkeypatch, capsys, "--help")[1]


def test_a_new_case_explains_itself_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(monkeypatch, capsys, "init", tmp_path / "new", "--language", "zh")
    assert (code, out) == (0, f"{tmp_path / 'new'}已建立。下一步：seawall check {tmp_path / 'new'}\n")
    assert "修订公共卫生法" in (tmp_path / "new" / "actions.csv").read_text("utf-8")
    assert run(monkeypatch, capsys, "check", tmp_path / "new")[:2] == (0, "0个错误，0个警告\n")


def test_the_locale_of_the_machine_changes_no_byte(tmp_path: Path, work: Path) -> None:
    pages = []
    for locale in ("C", "de_DE.UTF-8", "zh_CN.UTF-8"):
        environment = {**os.environ, "LC_ALL": locale, "LANG": locale, "LANGUAGE": locale[:2]}
        subprocess.run(
            [sys.executable, "-m", "seawall", "report", "zh-plan", "-o", str(tmp_path / "page.html")],
            cwd=work, env=environment, check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        pages.append((tmp_path / "page.html").read_bytes())
    assert pages[0] == pages[1] == pages[2]
    assert "能避免多少损失" in pages[0].decode("utf-8")


def test_english_reads_no_catalogue() -> None:
    code = "import sys, seawall.cli, seawall.reporting; print('babel.messages' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "False"
