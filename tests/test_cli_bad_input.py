"""Bad options and files: exit code 2, a message that names the place, nothing touched."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cases
import seawall as sw
from seawall import cli
from seawall.reporting import save_plan

TOO_LONG = "x" * 300


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case, its plan, and files and folders that are neither."""
    folder = tmp_path_factory.mktemp("bad")
    case = cases.write(cases.smallest(), folder / "case")
    save_plan(sw.plan(case, n=4, time_limit=0.01), folder / "plan")
    save_plan(sw.plan(case, n=4, time_limit=0.01), folder / "torn")
    (folder / "torn" / "account.json").write_text('{"schedule": {')
    (folder / "other").mkdir()
    (folder / "other" / "notes.txt").write_text("mine")
    (folder / "empty").mkdir()
    (folder / "file.txt").write_text("a file")
    broken = cases.write(cases.smallest(), folder / "broken")
    (broken / "hazards.csv").write_bytes("hazard,name\nflu,Gr\u00f6n\n".encode("latin-1"))
    for name, text in {
        "unknown": "action,start\nclinics,2027\nspaceship,2028\n",
        "word": "action,start\nclinics,soon\n",
        "fraction": "action,start\nclinics,2027.5\n",
        "twice": "action,start\nclinics,2027\nclinics,2028\n",
        "columns": "what,when\nclinics,2027\n",
        "short": "action,start\nclinics\n",
        "quote": 'action,start\n"clinics,2027\n',
        "void": "",
        "huge": "action,start\nclinics,99999999999999999999\n",
    }.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "bytes.csv").write_bytes(b"action,start\n\xff\xfe\x00,2027\n")
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, and what is in it."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "folder"
        for p in sorted(folder.rglob("*"))
    }


BAD = [
    # what there is no case of
    ("check nowhere", "nowhere"),
    ("check file.txt", "file.txt"),
    ("check case.xlsx", "case.xlsx"),
    ("assess empty", "places.csv"),
    (f"check {TOO_LONG}", "xxx"),
    ("assess nowhere", "nowhere"),
    ("simulate nowhere", "nowhere"),
    ("plan nowhere -o new", "nowhere"),
    # a case that is broken
    ("assess broken", "hazards.csv"),
    ("simulate broken", "hazards.csv"),
    ("plan broken -o new", "hazards.csv"),
    # numbers
    ("simulate case -n 0", "-n"),
    ("simulate case -n -3", "-n"),
    ("simulate case -n many", "-n"),
    ("simulate case -n 2.5", "-n"),
    ("simulate case -n 2000000", "-n"),
    ("simulate case --seed -1", "--seed"),
    ("simulate case --year 1800", "--year"),
    ("simulate case --year 2999", "--year"),
    ("plan case -o new -n 0", "-n"),
    ("plan case -o new --seed -1", "--seed"),
    ("plan case -o new --gap 2", "--gap"),
    ("plan case -o new --gap -0.1", "--gap"),
    ("plan case -o new --gap nan", "--gap"),
    ("plan case -o new --time-limit -1", "--time-limit: -1"),
    ("plan case -o new --time-limit 0", "--time-limit: 0"),
    ("plan case -o new --time-limit nan", "--time-limit"),
    ("plan case -o new --time-limit inf", "--time-limit"),
    ("plan case -o new --budget nan", "--budget"),
    ("plan case -o new --budget -5", "--budget"),
    ("plan case -o new --budget inf", "--budget"),
    ("plan case -o new --budget much", "--budget"),
    ("plan case -o new --years 0", "--years"),
    ("plan case -o new --years 1.5", "--years"),
    # schedules
    ("simulate case --plan nowhere", "--plan"),
    ("simulate case --plan empty", "--plan"),
    (f"simulate case --plan {TOO_LONG}", "xxx"),
    ("simulate case -n 4 --plan unknown.csv", "spaceship"),
    ("simulate case -n 4 --plan word.csv", "word.csv line 2, start"),
    ("simulate case -n 4 --plan fraction.csv", "fraction.csv line 2, start"),
    ("simulate case -n 4 --plan twice.csv", "twice.csv line 3, action"),
    ("simulate case -n 4 --plan columns.csv", "columns.csv"),
    ("simulate case -n 4 --plan short.csv", "short.csv line 2"),
    ("simulate case -n 4 --plan quote.csv", "quote.csv line 2"),
    ("simulate case -n 4 --plan void.csv", "void.csv"),
    ("simulate case -n 4 --plan bytes.csv", "bytes.csv line 2"),
    # where results go
    ("simulate case -n 4 -o file.txt", "file.txt"),
    ("simulate case -n 4 -o file.txt/sub", "file.txt"),
    ("plan case -o file.txt", "file.txt"),
    ("plan case -o file.txt/sub", "file.txt"),
    ("plan case -o other", "other"),
    ("plan case -o case", "case"),
    ("plan case -o .", "."),
    (f"plan case -o {TOO_LONG}", "xxx"),
    ("init case", "case"),
    ("init file.txt", "file.txt"),
    ("init file.txt/sub", "file.txt"),
    ("init new --from atlantis", "--from"),
    # reports
    ("report nowhere", "nowhere"),
    ("report other", "other"),
    ("report case", "case"),
    ("report torn", "account.json"),
    ("report plan --format pdf", "format"),
    ("report plan --format docx -o new.docx", "new.docx"),
    ("report plan -o nowhere/page.html", "nowhere/page.html"),
    ("report plan -o other", "other"),
    # frameworks
    ("assess nigeria --framework JEE9", "JEE9"),
    # the line itself
    ("simulate", "CASE"),
    ("simulate case --nothing", "--nothing"),
    ("simulate case --seed", "--seed"),
    ("launch case", "launch"),
]


@pytest.mark.parametrize(("line", "named"), BAD, ids=[line[:50] for line, _named in BAD])
def test_bad_input_is_refused(
    line: str, named: str, work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(work)
    monkeypatch.chdir(work)
    monkeypatch.setattr(sys, "argv", ["seawall", *line.split()])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr()
    assert end.value.code == 2
    assert told.out == ""
    assert named in told.err
    assert "Traceback" not in told.err
    assert "drawing outbreaks" not in told.err, "what can be refused at once is refused at once"
    assert contents(work) == before


def test_a_year_of_twenty_digits_is_refused(work: Path) -> None:
    with pytest.raises(sw.InputError, match=r"huge\.csv line 2"):
        sw.simulate(work / "case", sw.read_schedule(work / "huge.csv"), n=4)


def test_the_working_folder_is_not_replaced(work: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    for folder in ("empty", "plan"):
        monkeypatch.chdir(work / folder)
        monkeypatch.setattr(sys, "argv", ["seawall", "plan", "../case", "-o", ".", "-n", "4"])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == 2
        assert "working folder" in capsys.readouterr().err


def test_a_fault_of_the_system_is_told_like_any_other(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device", "plan.json")

    monkeypatch.setattr(sw, "check", full)
    monkeypatch.setattr(sys, "argv", ["seawall", "check", str(work / "case")])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert (end.value.code, capsys.readouterr().err) == (2, "plan.json: No space left on device\n")


def test_the_command_itself_ends_with_2_and_without_a_traceback(work: Path) -> None:
    before = contents(work)
    environment = {**os.environ, "COLUMNS": "200"}
    for line, named in (
        ("plan case -o other", "other"),
        ("simulate case --plan unknown.csv -n 4 --json", "spaceship"),
        ("report torn --json", "account.json"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "seawall", *line.split()],
            cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert named in done.stderr
        assert "Traceback" not in done.stderr
    assert contents(work) == before
