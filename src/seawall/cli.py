"""The command line: parse, call the face, print. Nothing else lives here."""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import nullcontext
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall import usage
from seawall.errors import InputError, NoFeasiblePlan
from seawall.language import LANGUAGES, N_, _, first_spoken, language_chosen, speak

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

STARTED = time.monotonic()

app = typer.Typer(
    name="seawall",
    cls=usage.Group,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Plan a country's biosafety and health-security capacity.\n\n"
        "A case is a folder of CSV tables with a case.yaml, or the name of a packaged example (nigeria).\n\n"
        "\b\n"
        "First session:\n"
        "  seawall init kano                    a new case, with comments\n"
        "  seawall check kano                   every problem in it\n"
        "  seawall simulate kano                what outbreaks would do\n"
        "  seawall plan kano -o kano-plan       which actions, in which year\n"
        "  seawall report kano-plan --format xlsx"
    ),
)

Case = Annotated[str, typer.Argument(metavar="CASE", help=N_("Folder of a case, or name of a packaged one."))]
Json = Annotated[bool, typer.Option("--json", help=N_("Print one JSON document and nothing else."))]
Number = Annotated[int | None, typer.Option("-n", help=N_("Outbreaks simulated; the default suits most cases."))]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        envvar="SEAWALL_LANGUAGE",
        metavar="|".join(LANGUAGES),
        help=N_("Language of everything that people read; the first of the case unless given."),
    ),
]
Seed = Annotated[int, typer.Option("--seed", help=N_("Seed of every draw."))]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        envvar="SEAWALL_SCHEDULER",
        metavar="ADDRESS",
        help=N_(
            "Scheduler of a Dask cluster that runs the outbreaks, such as tcp://10.0.0.5:8786; threads unless given."
        ),
    ),
]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print_json(document: dict[str, Any]) -> None:
    import json  # noqa: PLC0415 - only where asked for

    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _choose(language: str | None, case: str | Path | None) -> None:
    """Put a language in force: the one asked for, else the first of the case, else English."""
    if language:
        speak(language)
    elif case is not None and language_chosen() is None:
        from seawall.case.read import languages_of  # noqa: PLC0415

        speak(first_spoken(languages_of(case)))


def _load(case: str) -> Any:
    """Load a case; its warnings go to standard error."""
    from seawall.case.load import inspect  # noqa: PLC0415

    found, problems = inspect(case)
    if found is None:
        raise InputError(*(str(p) for p in problems if p.severity == "error"))
    for p in problems:
        sys.stderr.write(f"{p.line}\n")
    return found


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=N_("Print the version and stop."))] = False,
    language: Language = None,
) -> None:
    _choose(language, None)
    if version:
        import seawall  # noqa: PLC0415

        _say(seawall.__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        _say(context.get_help())


@app.command(
    cls=usage.Command,
    help=N_(
        "Make a new case: a commented skeleton of the smallest, or a copy of a packaged one.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall init kano\n"
        "  seawall init my-nigeria --from nigeria"
    ),
)
def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=N_("Folder to make; must be new or empty."))],
    example: Annotated[str | None, typer.Option("--from", help=N_("Packaged case to copy."))] = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Make a new case: a commented skeleton of the smallest, or a copy of a packaged one."""
    import seawall as sw  # noqa: PLC0415

    _choose(language, example)
    path = sw.init_case(folder, example)
    if as_json:
        _print_json({"folder": str(path), "files": sorted(p.name for p in path.iterdir())})
    else:
        _say(_("{path} is ready. Next: seawall check {path}").format(path=path))


@app.command(
    cls=usage.Command,
    help=N_(
        "Find every problem of a case: table, row, column, what is wrong, what would be right.\n"
        "\n"
        "Exit code 2 if any problem is an error.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall check nigeria\n"
        "  seawall check kano --json"
    ),
)
def check(case: Case, language: Language = None, as_json: Json = False) -> None:
    """Find every problem of a case: table, row, column, what is wrong, what would be right."""
    import seawall as sw  # noqa: PLC0415

    _choose(language, case)
    problems = sw.check(case)
    _print_json(problems.to_dict()) if as_json else _say(repr(problems))
    if not problems.ok:
        raise typer.Exit(2)


@app.command(
    cls=usage.Command,
    help=N_(
        "Say where the country stands: scores, gaps, timeliness of past events, cost to target.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall assess nigeria\n"
        "  seawall assess nigeria --framework SPAR2 --json"
    ),
)
def assess(
    case: Case,
    framework: Annotated[str | None, typer.Option("--framework", help=N_("Framework to use, such as JEE1."))] = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Say where the country stands: scores, gaps, timeliness of past events, cost to target."""
    import seawall as sw  # noqa: PLC0415

    _choose(language, case)
    result = sw.assess(_load(case), framework)
    _print_json(result.to_dict()) if as_json else _say(repr(result))


@app.command(
    cls=usage.Command,
    help=N_(
        "Measure delays and coefficients on the case's own past events (table events).\n"
        "\n"
        "Changes nothing without --write.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall calibrate nigeria\n"
        "  seawall calibrate my-nigeria --since 2015 --write\n"
        "  seawall calibrate china --json"
    ),
)
def calibrate(
    case: Case,
    write: Annotated[
        bool, typer.Option("--write", help=N_("Write what was measured into assumptions.csv of the case."))
    ] = False,
    replace: Annotated[
        list[str] | None,
        typer.Option("--replace", help=N_("With --write: also this coefficient, though measured from another source.")),
    ] = None,
    since: Annotated[
        int | None, typer.Option("--since", help=N_("Leave out events that began before this year."))
    ] = None,
    n: Number = None,
    seed: Seed = 1,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Measure delays and coefficients on the case's own past events (table events)."""
    import seawall as sw  # noqa: PLC0415
    from seawall.calibration import DEFAULT_N, next_step, own_folder, write_assumptions  # noqa: PLC0415

    _choose(language, case)
    if replace and not write:
        raise InputError(_("--replace goes with --write"))
    loaded = _load(case)
    if write:
        own_folder(case)
    found = sw.calibrate(loaded, since=since, n=DEFAULT_N if n is None else n, seed=seed)
    written = write_assumptions(found, case, replace or ()) if write else None
    if as_json:
        _print_json({**found.to_dict(), "written": written.to_dict() if written else None})
    else:
        _say(repr(found))
        _say(repr(written) if written else next_step(found, case))


@app.command(
    cls=usage.Command,
    help=N_(
        "Simulate outbreaks: days to detect, notify and respond; deaths and loss a year.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall simulate nigeria\n"
        "  seawall simulate nigeria --plan nigeria-plan --year 2032\n"
        "  seawall simulate nigeria --undisturbed -n 1000 --json\n"
        "  seawall simulate nigeria --sensitivity -o nigeria-loss\n"
        "  seawall simulate nigeria -n 20000 --scheduler tcp://10.0.0.5:8786"
    ),
)
def simulate(
    case: Case,
    plan: Annotated[
        str | None, typer.Option("--plan", help=N_("Folder of a plan, or a CSV with action,start."))
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help=N_("Year whose capacity is used; today unless given."))
    ] = None,
    n: Number = None,
    seed: Seed = 1,
    scheduler: Scheduler = None,
    undisturbed: Annotated[bool, typer.Option("--undisturbed", help=N_("No detection and no response."))] = False,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help=N_("Rank the assumptions by their effect on the loss of the year.")),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            help=N_(
                "Folder for outbreaks.csv, milestones.csv and the burden by hazard, place and age;"
                " with --sensitivity for outbreaks.csv, sensitivity.csv and tornado.svg."
            ),
        ),
    ] = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Simulate outbreaks: days to detect, notify and respond; deaths and loss a year."""
    import seawall as sw  # noqa: PLC0415
    from seawall.outbreak import DEFAULT_N, write_outbreaks  # noqa: PLC0415

    _choose(language, case)
    schedule = None if plan is None else sw.read_schedule(plan)
    found, n = _load(case), DEFAULT_N if n is None else n
    if sensitivity:
        from seawall.reporting import save_ranking  # noqa: PLC0415

        with _progress() as tell, _workers(scheduler):
            ranking = sw.rank_assumptions(
                found, schedule, year=year, n=n, seed=seed, undisturbed=undisturbed, progress=tell
            )
        if output is not None:
            write_outbreaks(ranking.outbreaks, output)
            save_ranking(ranking, output)
        _print_json(ranking.to_dict()) if as_json else _say(repr(ranking))
        return
    with _workers(scheduler):
        result = sw.simulate(found, schedule, year=year, n=n, seed=seed, undisturbed=undisturbed)
    if output is not None:
        write_outbreaks(result, output)
    _print_json(result.to_dict()) if as_json else _say(repr(result))


@app.command(
    cls=usage.Command,
    help=N_(
        "Choose which actions to fund, in which year, and say how much better any other plan could be.\n"
        "\n"
        "Ctrl-C writes the best plan so far.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall plan nigeria -o nigeria-plan\n"
        "  seawall plan nigeria --budget 100e6 --time-limit 120\n"
        "  seawall plan nigeria --years 3 --json"
    ),
)
def plan(
    case: Case,
    output: Annotated[str | None, typer.Option("-o", help=N_("Folder for the plan; CASE-plan unless given."))] = None,
    budget: Annotated[float | None, typer.Option("--budget", help=N_("Scale all budgets to this total."))] = None,
    years: Annotated[int | None, typer.Option("--years", help=N_("Plan the first so many budget years."))] = None,
    gap: Annotated[float | None, typer.Option("--gap", help=N_("Stop at this optimality gap, such as 0.05."))] = None,
    time_limit: Annotated[float | None, typer.Option("--time-limit", help=N_("Seconds for the whole command."))] = None,
    n: Number = None,
    seed: Seed = 1,
    scheduler: Scheduler = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Choose which actions to fund, in which year, and say how much better any other plan could be."""
    import seawall as sw  # noqa: PLC0415
    from seawall.outbreak import DEFAULT_N  # noqa: PLC0415
    from seawall.reporting import check_target, five_figures, save_plan  # noqa: PLC0415

    _choose(language, case)
    folder = Path(output if output is not None else f"{Path(case).resolve().name}-plan")
    check_target(folder)
    loaded = _load(case)
    left = time_limit
    if time_limit is not None and time_limit > 0:
        left = max(0.1, time_limit - (time.monotonic() - STARTED))
    interrupted = False
    with _progress() as tell, _workers(scheduler):
        found = sw.plan(
            loaded,
            years=years,
            budget=budget,
            gap=gap,
            time_limit=left,
            n=DEFAULT_N if n is None else n,
            seed=seed,
            progress=tell,
        )
        try:
            tell(_("writing the report"), 0, 1)
            save_plan(found, folder)
        except KeyboardInterrupt:
            interrupted = True
            save_plan(found, folder)
    if as_json:
        _print_json(found.to_dict())
    else:
        for label, sentence in five_figures(found):
            _say(f"{label}\n  {sentence}")
        _say(_("Report: {path}").format(path=folder / "report.html"))
    if interrupted or found.status == "interrupted":
        raise typer.Exit(130)


@app.command(
    cls=usage.Command,
    help=N_(
        "Write the report of a plan: a page to read, or a costed workbook to work on.\n"
        "\n"
        "\b\n"
        "Examples:\n"
        "  seawall report nigeria-plan\n"
        "  seawall report nigeria-plan --format xlsx -o nigeria.xlsx\n"
        "  seawall report nigeria-plan --document plan"
    ),
)
def report(
    folder: Annotated[str, typer.Argument(metavar="OUT", help=N_("Folder of a plan."))],
    format: Annotated[str, typer.Option("--format", help=N_("html or xlsx."))] = "html",
    output: Annotated[
        str | None, typer.Option("-o", help=N_("File to write; report.FORMAT in OUT unless given."))
    ] = None,
    document: Annotated[
        str, typer.Option("--document", help=N_("report: the figures; plan: the plan document, document.html in OUT."))
    ] = "report",
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Write the report of a plan: a page to read, or a costed workbook to work on."""
    import seawall as sw  # noqa: PLC0415
    from seawall.reporting import open_plan  # noqa: PLC0415
    from seawall.reporting.documents import FILES  # noqa: PLC0415

    _choose(language, folder)
    found = open_plan(folder)
    usual = Path(folder) / f"{FILES.get(document, document)}.{format}"
    path = sw.report(found, output if output is not None else usual, format, document=document)
    _print_json({"file": str(path), "format": format}) if as_json else _say(str(path))


class _Stages:
    """Progress on standard error: a line that moves on a terminal, a line a stage elsewhere."""

    def __init__(self) -> None:
        self.stage = ""
        self.live = sys.stderr.isatty()
        self.drawn = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self.live:
            if stage != self.stage or now - self.drawn > 0.1:
                share = f" {done}/{total}" if total > 1 else ""
                sys.stderr.write(f"\r\x1b[K{now - STARTED:5.0f} s  {stage}{share}")
                sys.stderr.flush()
                self.drawn = now
        elif stage != self.stage:
            sys.stderr.write(f"{now - STARTED:5.0f} s  {stage}\n")
            sys.stderr.flush()
        self.stage = stage

    def close(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _workers(scheduler: str | None) -> AbstractContextManager[None]:
    """The workers of a cluster, or threads, for the length of a block."""
    import seawall as sw  # noqa: PLC0415

    return sw.use_cluster(scheduler) if scheduler else nullcontext()


class _progress:
    """Progress for the length of a block."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        self.stages = _Stages()
        return self.stages

    def __exit__(self, *_error: object) -> None:
        self.stages.close()


def _run() -> None:
    """Parse and run, in the language that is asked for; exit codes are those of the outer contract."""
    try:
        asked = usage.asked_language(sys.argv[1:], os.environ.get("SEAWALL_LANGUAGE"))
        if asked:
            speak(asked)
        command = usage.translate(typer.main.get_command(app))
        sys.exit(usage.run(command))
    except InputError as e:
        sys.stderr.write(f"{e}\n")
        sys.exit(2)
    except NoFeasiblePlan as e:
        sys.stderr.write(f"{e}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write(_("interrupted") + "\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as e:
        # a disk that is full, a name too long: whatever no room has told apart
        sys.stderr.write(_("{file}: {reason}").format(file=e.filename or _("file"), reason=e.strerror or e) + "\n")
        sys.exit(2)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a console that cannot show a sign shows a question mark
            stream.reconfigure(errors="replace")
    # a context of its own: the language of one run is not that of the next
    copy_context().run(_run)


if __name__ == "__main__":
    main()
