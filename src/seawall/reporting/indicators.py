"""Goals: indicators at the start, in each budget year and under the whole plan, with where they come from.

Values by year come from the case, the schedule and the levers alone; what needs simulated outbreaks
is told for the years for which the plan holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.case.edits import matching_rows
from seawall.language import _
from seawall.levers import FIELDS, Levers
from seawall.levers.science import PRODUCT_FIELDS
from seawall.reporting.accounts import Accounts, records
from seawall.reporting.ledger import Origin, cell, computed, result
from seawall.reporting.markup import tag
from seawall.reporting.names import localised
from seawall.reporting.outlook import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.levers import Capacity

__all__ = ["Goal", "Indicators"]

#: Delays after notification until all early actions of a response are there.
_ANSWER = ("activate_days", "assess_days", "communicate_days", "care_days", "measures_days", "deploy_days")
#: Targets of 7-1-7, days.
_SEVEN = 7.0
#: Roles in the order in which an outbreak meets them.
_ROLES = ("surveillance", "laboratory", "tracing", "response", "biosafety", "faculty", "other")


@dataclass(frozen=True)
class Goal:
    """One indicator through the years.

    Parameters
    ----------
    code : str
        Stable name, for anchors and tests.
    name, unit : str
        What it is; ``day``, ``share``, ``person``, ``place``, ``death``, ``score`` or ``number``.
    base : float
        Value today, or without the plan.
    years : mapping of int to float
        Value in each budget year under the plan; NaN where the model gives none.
    final : float
        Value under the plan in the reading year.
    wanted : float
        Norm or target from outside the plan; NaN where there is none.
    origin, course : Origin
        Where the base value comes from, and where those by year and the final one do.
    aim : Origin or None
        Where ``wanted`` comes from.
    data : str
        What to measure it by.
    lead : str
        Institution responsible, in the language in force; empty where none is named.
    """

    code: str
    name: str
    unit: str
    base: float
    years: Mapping[int, float]
    final: float
    wanted: float
    origin: Origin
    course: Origin
    aim: Origin | None
    data: str
    lead: str


@dataclass(frozen=True, eq=False)
class Indicators:
    """The indicators of a plan."""

    accounts: Accounts

    @property
    def case(self) -> Case:
        """The case in canonical order."""
        return self.accounts.case

    @cached_property
    def headline(self) -> list[Goal]:
        """What the plan is for: speed, staff, laboratories, research, lives, readiness."""
        goals = [*self._simulated(), *self._speeds(), *self._counts(), self._deaths(), self._readiness()]
        return [g for g in goals if g is not None]

    @cached_property
    def staff(self) -> list[Goal]:
        """Stocks of cadres against their norms."""
        return self._cadres()

    @cached_property
    def areas(self) -> list[Goal]:
        """Mean scores by technical area."""
        return self._areas()

    # -- years ------------------------------------------------------------------------------

    @cached_property
    def _levers(self) -> Levers:
        return Levers(self.case)

    @cached_property
    def _base(self) -> Capacity:
        """Capacity of the base year, before any action."""
        return self._levers.capacities(self.case.edits.starts({}), [self.case.settings.base_year])[0]

    @cached_property
    def _course(self) -> dict[int, Capacity]:
        """Capacity under the plan in each budget year and in the reading year."""
        years = sorted({*self.accounts.budget_years, self.accounts.reading})
        return dict(zip(years, self._levers.capacities(self.accounts.starts, years), strict=True))

    @cached_property
    def _cases(self) -> dict[int, Case]:
        """The case as it stands in each of these years under the plan."""
        return {y: self.case.at(y, self.accounts.plan.schedule) for y in self._course}

    def _goal(
        self,
        code: str,
        name: str,
        unit: str,
        values: tuple[float, Mapping[int, float], float],
        origins: tuple[Origin, Origin, Origin | None],
        wanted: float,
        told: tuple[str, str],
    ) -> Goal:  # one indicator has that many facets
        base, years, final = values
        kept = {y: float(years.get(y, np.nan)) for y in self.accounts.budget_years}
        return Goal(code, name, unit, float(base), kept, float(final), wanted, *origins, *told)

    def _by_year(self, value: Callable[[Capacity], float]) -> tuple[float, dict[int, float], float]:
        """A value of capacity today, in each year, and in the reading year."""
        years = {y: value(c) for y, c in self._course.items()}
        return value(self._base), years, years[self.accounts.reading]

    # -- leads ------------------------------------------------------------------------------

    def lead(self, columns: Iterable[tuple[str, str]], rows: Mapping[str, Iterable[int]] | None = None) -> str:
        """Lead of the actions of the plan that edit any of some columns; empty where they have none in common.

        Parameters
        ----------
        columns : iterable of (table, column)
            What the indicator reads.
        rows : mapping of table to positions of rows, optional
            Only effects on these rows count, in the tables named.
        """
        read = set(columns)
        edits = self.case["effects"]
        mine = edits[edits["action"].isin(set(self.accounts.plan.schedule))]
        moving = set()
        for e in records(mine):
            if (e.table, e.column) not in read:
                continue
            wanted = None if rows is None or e.table not in rows else set(rows[e.table])
            if wanted is None or wanted & set(matching_rows(self.case[e.table], e.table, str(e.key)).tolist()):
                moving.add(e.action)
        table = self.accounts.actions
        # several institutions: which of them answers for the indicator is for people to settle
        leads = set(table.loc[table["action"].isin(moving), "lead"])
        return str(leads.pop()) if len(leads) == 1 else ""

    def _lead_of(self, *fields: str) -> str:
        """Lead of what moves some fields of capacity."""
        reads = [r.split(".", 1) for f in FIELDS if f.name in fields for r in f.reads]
        own = {("assumptions", "central")} if any(t == "assumptions" for t, _c in reads) else set()
        columns = {(t, c) for t, c in reads if t != "assumptions"} | own
        named = {c for t, c in reads if t == "assumptions"}
        table = self.case["assumptions"]["parameter"]
        return self.lead(columns, {"assumptions": np.flatnonzero(table.isin(named)).tolist()})

    # -- indicators -------------------------------------------------------------------------

    def _simulated(self) -> list[Goal]:
        """Medians and shares over simulated outbreaks, without the plan and with it."""
        before, after = self.accounts.plan.before.timeliness, self.accounts.plan.after.timeliness
        log = _("Log of outbreaks by 7-1-7 (table events), every outbreak entered")
        how = _(
            "Outbreaks that would infect at least {large} people if left alone, weighted by how often they occur;"
            " capacity of {year}, without the plan and with it. Not simulated for single budget years."
        ).format(large=before.LARGE, year=self.accounts.reading)
        rows = (
            ("large_detect_median_days", _("Median days until an outbreak is found, from emergence"), "day", _SEVEN,
             ("sampled", "result_days", "sequencing_days")),
            ("large_respond_median_days", _("Median days until it is answered, from notification"), "day", _SEVEN,
             _ANSWER),
            ("large_met_717", _("Share of outbreaks that meet all three 7-1-7 targets"), "share", np.nan,
             ("sampled", "result_days", "notify_days", *_ANSWER)),
        )  # fmt: skip
        aim = Origin(tag("cite", "doi 10.1016/S0140-6736(21)01250-2"), _("The 7-1-7 target"))
        return [
            self._goal(
                code, name, unit,
                (getattr(before, code), {}, getattr(after, code)),
                (result(f"before.timeliness.{code}", how), result(f"after.timeliness.{code}", how),
                 aim if wanted == wanted else None),
                wanted, (log, self._lead_of(*fields)),
            )
            for code, name, unit, wanted, fields in rows
        ]  # fmt: skip

    def _middle(self, values: NDArray[np.float64]) -> float:
        """The value that half the people live below."""
        weight = self.case.residents
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weight[order])
        at = min(int(np.searchsorted(reached, reached[-1] / 2)), len(order) - 1)
        return float(values[order[at]])

    def _named(self, capacity: Capacity) -> NDArray[np.float64]:
        """Days from a sample until a new agent is named, as expected over research, array (place,)."""
        at = {name: i for i, name in enumerate(PRODUCT_FIELDS)}
        mixture = capacity.products
        new = (mixture[:, :, at["assay_days"]] > 0) & (mixture[:, :, at["probability"]] > 0)
        unknown = np.flatnonzero(new.any(axis=1))
        if not len(unknown):
            return capacity.sequencing_days
        out = np.zeros_like(capacity.sequencing_days)
        for h in unknown:
            chances = np.where(new[h], mixture[h, :, at["probability"]], 0.0)
            for chance, days in zip(chances / chances.sum(), mixture[h, :, at["naming_days"]], strict=True):
                if chance > 0:
                    out = out + chance * np.minimum(capacity.sequencing_days, capacity.specimen_days + days)
        return np.asarray(out / len(unknown))

    def _speeds(self) -> list[Goal]:
        """Days and chances by place, as half the people have them."""
        half = _("For half the people it is at most this: the median over places, weighted by residents.")
        register = _("Dates of samples, results and responses in the laboratory and response registers")
        run = _("computed by the levers from the case and the schedule, year by year")

        def origin(field: str) -> Origin:
            return computed(f"seawall.levers.capacities, {field}", _("{half} {run}").format(half=half, run=run))

        def after_detection(c: Capacity) -> float:
            return self._middle(c.notify_days + c.activate_days + c.deploy_days)

        rows: tuple[tuple[str, str, str, Callable[[Capacity], float], tuple[str, ...]], ...] = (
            ("sampled", _("Chance that a person who falls ill is suspected and sampled"), "share",
             lambda c: self._middle(c.sampled), ("sampled",)),
            ("result_days", _("Days from a sample to its result, known agent"), "day",
             lambda c: self._middle(c.result_days), ("result_days",)),
            ("naming_days", _("Days from a sample until a new agent is named"), "day",
             lambda c: self._middle(self._named(c)),
             ("sequencing_days", "specimen_days", "products")),
            ("answer_days", _("Days from detection until responders work"), "day", after_detection,
             ("notify_days", "activate_days", "deploy_days")),
        )  # fmt: skip
        return [
            self._goal(
                code, name, unit, self._by_year(value), (origin(" + ".join(fields)),) * 2 + (None,), np.nan,
                (register, self._lead_of(*fields)),
            )
            for code, name, unit, value, fields in rows
        ]  # fmt: skip

    def _cadres(self) -> list[Goal]:
        cadres = self.case["cadres"]
        if not len(cadres):
            return []
        norms = self._levers.talents.norm.sum(axis=1)
        programmes, stocks = self.case["programmes"], self.case["cadre_stock"]
        out = []
        for i, r in enumerate(cadres.to_dict("records")):
            code = str(r["cadre"])
            base = float(stocks.loc[stocks["cadre"] == code, "stock"].sum())
            course = {y: float(c.stock[i].sum()) for y, c in self._course.items()}
            if max(base, *course.values()) <= 0:
                continue
            own = r["norm_per_100k"] == r["norm_per_100k"]
            # the model holds no other role against a norm
            known = own or r["role"] in {"surveillance", "response", "biosafety"}
            aim = (
                cell("cadres", "norm_per_100k", code, _("Norm for 100,000 residents, over all residents."))
                if own
                else cell("assumptions", "central", f"norm_{r['role']}", _("Norm for 100,000 residents, over all."))
            )
            rows = {
                "cadre_stock": np.flatnonzero(stocks["cadre"] == code).tolist(),
                "programmes": np.flatnonzero(programmes["cadre"] == code).tolist(),
                "cadres": [i],
            }
            columns = [("cadre_stock", "stock"), ("cadres", "annual_attrition")]
            columns += [("programmes", c) for c in ("intake", "max_intake", "completion", "years")]
            how = _("Stock by year: those at work, less who leave, with graduates and those whom actions bring in.")
            goal = self._goal(
                f"stock-{code}",
                localised(r, "name", self.case) or code,
                "person",
                (base, course, course[self.accounts.reading]),
                (
                    cell("cadre_stock", "stock", f"{code}|*", _("Sum over places in the base year.")),
                    computed("seawall.levers.capacities, stock", how),
                    aim if known else None,
                ),
                float(norms[i]) if known else float("nan"),
                (_("Staff register (table cadre_stock)"), self.lead(columns, rows)),
            )
            out.append((_ROLES.index(r["role"]) if r["role"] in _ROLES else len(_ROLES), goal))
        return [goal for _rank, goal in sorted(out, key=lambda x: x[0])]

    def _counts(self) -> list[Goal]:
        """What can be counted in the tables as they stand in each year."""
        register = {
            "bsl3": _("Register of laboratories (table facilities)"),
            "projects": _("Register of research projects (table projects)"),
            "entrants": _("Enrolment of universities and training centres (table programmes)"),
        }
        rows: tuple[tuple[str, str, str, str, str, Callable[[Case], float], str], ...] = (
            ("bsl3", _("Places with a laboratory of biosafety level 3 or 4"), "place", "facilities", "status",
             _places_with_bsl3, _("Places with an open facility whose biosafety_level is 3 or more.")),
            ("projects", _("Research projects under way that may give a product"), "number", "projects", "p_success",
             _projects_running, _("Projects with a chance of success above 0.")),
            ("entrants", _("Entrants to training and degree programmes a year"), "person", "programmes", "intake",
             _entrants, _("Sum of intake, each at most max_intake; a lack of teachers may leave places empty.")),
        )  # fmt: skip
        out = []
        for code, name, unit, table, column, value, how in rows:
            if not len(self.case[table]):
                continue
            years = {y: value(c) for y, c in self._cases.items()}
            values = (value(self.case), years, years[self.accounts.reading])
            origins = (
                cell(table, column, how=how),
                cell(table, column, how=_("{how} As edited by the actions in force that year.").format(how=how)),
                None,
            )
            lead = self.lead([(table, column), (table, "max_intake")])
            out.append(self._goal(code, name, unit, values, origins, float("nan"), (register[code], lead)))
        return out

    def _deaths(self) -> Goal:
        plan = self.accounts.plan
        by_year = {int(r.year): float(r.deaths) for r in records(plan.years)}
        how = _("Mean over many possible years; capacity of {year} for the last figure.").format(
            year=self.accounts.reading
        )
        return self._goal(
            "deaths",
            _("Expected deaths a year from outbreaks"),
            "death",
            (plan.before.deaths.mean, by_year, plan.after.deaths.mean),
            (result("before.deaths.mean", how), result("years.deaths, after.deaths.mean", how), None),
            float("nan"),
            (_("The model run again each year on the case's tables of that year"), ""),
        )

    @cached_property
    def _standings(self) -> tuple[Standing | None, dict[int, Standing]]:
        today = standing(self.case)
        if today is None:
            return None, {}
        then = {y: standing(c, today.framework) for y, c in self._cases.items()}
        return today, {y: s for y, s in then.items() if s is not None}

    def _readiness(self) -> Goal | None:
        today, then = self._standings
        if today is None:
            return None
        framework = today.framework
        name = _("Readiness by scores, of 100 ({framework})").format(framework=framework.name)
        how = _("Mean of the area means of the latest scores; under the plan as its actions edit them.")
        origin = cell("scores", "score", f"{framework.name}|*", how)
        years = {y: s.readiness for y, s in then.items()}
        wanted = framework.percent(float(today.areas["target"].mean()))
        aim = cell("targets", "target", f"{framework.name}|*", _("Mean of the area means of the targets."))
        told = (_("The yearly assessment (table scores)"), self.lead([("scores", "score")]))
        values = (today.readiness, years, years[self.accounts.reading])
        return self._goal("readiness", name, "score", values, (origin, origin, aim), wanted, told)

    def _areas(self) -> list[Goal]:
        today, then = self._standings
        if today is None:
            return []
        framework, out = today.framework, []
        scores = self.case["scores"]
        by_year = {y: dict(zip(s.areas["area"], s.areas["score"], strict=True)) for y, s in then.items()}
        for r in records(today.areas):
            name = framework.area_name(str(r.area))
            label = _("{code} {name}").format(code=r.area, name=name) if name != r.area else str(r.area)
            mine = [
                i
                for i, s in enumerate(records(scores))
                if s.framework == framework.name and framework.area_of(str(s.indicator)) == r.area
            ]
            origin = cell("scores", "score", f"{framework.name}|{r.area}.*", _("Mean of the area's indicators."))
            aim = cell("targets", "target", f"{framework.name}|{r.area}.*", _("Mean of the area's targets."))
            years = {y: float(scored[r.area]) for y, scored in by_year.items()}
            values = (float(r.score), years, years[self.accounts.reading])
            told = (_("The yearly assessment (table scores)"), self.lead([("scores", "score")], {"scores": mine}))
            out.append(
                self._goal(f"area-{r.area}", label, "score", values, (origin, origin, aim), float(r.target), told)
            )
        return out


def _places_with_bsl3(case: Case) -> float:
    rows = case["facilities"]
    return float(rows.loc[(rows["status"] == "open") & (rows["biosafety_level"] >= 3), "place"].nunique())


def _projects_running(case: Case) -> float:
    return float((case["projects"]["p_success"] > 0).sum())


def _entrants(case: Case) -> float:
    rows = case["programmes"]
    return float(np.fmin(rows["intake"].to_numpy(float), rows["max_intake"].to_numpy(float)).sum())
