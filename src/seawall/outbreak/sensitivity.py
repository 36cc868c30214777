"""Which assumptions the expected loss of a year rests on, on the same outbreaks throughout.

Each assumption has a low, a central and a high value. `Variants` gives the same outbreaks under
other values: courses and random numbers are shared, so that losses differ by the assumption and
not by luck. Three looks, each at more cost than the one before:

- one at a time, at both ends, the others at their central value: the bars of a tornado;
- Morris screening (Morris 1991, doi 10.1080/00401706.1991.10484804; mean absolute effect after
  Campolongo et al. 2007, doi 10.1016/j.envsoft.2006.10.004): single steps from many points, so
  that assumptions are also seen in the company of others that are wrong;
- Sobol indices of those that lead (estimators of Saltelli et al. 2010, doi
  10.1016/j.cpc.2009.09.018): which share of the variance each brings.

The law from which values are drawn uses the three numbers and nothing else: half of the chance
lies evenly between low and central, half evenly between central and high. Of all laws on that range
with that median it is the one of greatest entropy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.case import NEVER, Parameters, Schedule, rows
from seawall.case.load import load
from seawall.language import _, _n, currency_name, language
from seawall.outbreak.draws import name_key
from seawall.outbreak.ensemble import Ensemble
from seawall.outbreak.loss import year_loss
from seawall.outbreak.outbreaks import _short
from seawall.outbreak.simulation import DEFAULT_N, simulate
from seawall.outbreak.strata import LEAST

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from seawall.case import Case
    from seawall.outbreak.outbreaks import Outbreaks

__all__ = [
    "Sensitivity",
    "Variants",
    "at_quantile",
    "expected_loss",
    "fewer",
    "one_at_a_time",
    "only_taken",
    "rank_assumptions",
    "ranged",
]

#: Parameters that change who meets whom: every course must be run anew.
TRAVEL = frozenset({"travel_share", "trip_days", "gravity_population", "gravity_distance", "gravity_min_km"})
#: Parameters that change no loss.
SILENT = frozenset({"target_level", "norm_faculty"})
#: One in so many of the outbreaks serves to weigh assumptions.
ONE_IN = 3
#: Paths of Morris screening, and levels at which an assumption is tried along them.
TRAJECTORIES, LEVELS = 10, 4
#: Assumptions whose share of the variance is told, and points of a Sobol sequence for each.
LEADING, DRAWS = 6, 32
#: Share of the greatest effect below which an assumption does not lead.
LEADS = 0.02
#: Change of the loss, as a share of it, that counts as none: what rounding does.
NOTHING = 1e-9
#: Assumptions that the printed table shows.
SHOWN = 12

_FACTS = ("note", "low", "central", "high", "unit", "evidence")
_SHARES = tuple(f"variance_{kind}{end}" for kind in ("first", "total") for end in ("", "_low", "_high"))
_COLUMNS = (
    "parameter", *_FACTS, "loss_at_low", "loss_at_high", "mu_star", "mu_star_low", "mu_star_high", "sigma", *_SHARES,
)  # fmt: skip


# -- the same outbreaks under other assumptions -----------------------------------------------


def ranged(case: Case) -> pd.DataFrame:
    """Assumptions that have a range: parameter, note, low, central, high, unit, evidence.

    A central value of the case outside the packaged range widens it.
    """
    found = case.assumptions.rename_axis("parameter").reset_index()[["parameter", *_FACTS]]
    low, high = found[["low", "central"]].min(axis=1), found[["central", "high"]].max(axis=1)
    known = found["low"].notna() & found["high"].notna() & (low < high) & ~found["parameter"].isin(SILENT)
    return found.assign(low=low, high=high)[known].reset_index(drop=True)


def at_quantile(facts: pd.DataFrame, u: NDArray[np.float64]) -> dict[str, float]:
    """Value of each assumption of `ranged` at a quantile from 0 to 1, array (assumption,)."""
    return {
        str(r.parameter): float(np.interp(q, (0.0, 0.5, 1.0), (r.low, r.central, r.high)))
        for r, q in zip(rows(facts), u, strict=True)
    }


def fewer(n: int, hazards: int) -> int:
    """Outbreaks on which assumptions are weighed: a third, but as many as strata need."""
    return min(n, max(LEAST * hazards, n // ONE_IN))


def only_taken(ensemble: Ensemble, starts: NDArray[np.int64]) -> tuple[Ensemble, NDArray[np.int64]]:
    """The same outbreaks of a case without the actions that are not taken, and the start years of the others.

    Such actions change nothing. Without them a case with other coefficients is put together in a
    fraction of the time.
    """
    case = ensemble.case
    taken = {a: int(s) for a, s in zip(case.edits.actions, starts, strict=True) if s < NEVER}
    for name in ("actions", "effects"):
        table = case[name]
        case = case.with_table(name, table[table["action"].isin(taken)].reset_index(drop=True))
    return ensemble.under(case), case.edits.starts(taken)


class Variants:
    """The same outbreaks under other values of assumptions.

    Parameters
    ----------
    base : Ensemble
    """

    def __init__(self, base: Ensemble) -> None:
        self.base = base
        self._edited = any(table == "assumptions" for table, _column in base.case.edits.columns)
        self._travelled: tuple[tuple[float, ...], Ensemble] = ((), base)

    def under(self, values: Mapping[str, float]) -> Ensemble:
        """The outbreaks with some assumptions changed; what these leave alone is not run again."""
        base = self.base.case
        own = base["assumptions"]
        central = own["parameter"].map(dict(values)).fillna(own["central"])
        case = base.with_table("assumptions", own.assign(central=central.astype(np.float64)))
        # told what is known already: to sort every table and to compile all effects anew takes long
        vars(case).update(canonical=case, coefficients={**base.coefficients, **values})
        if not (self._edited or set(values) & set(own["parameter"])):
            vars(case).update(edits=base.edits)
        return self._elsewhere(values, case).under(case)

    def _elsewhere(self, values: Mapping[str, float], case: Case) -> Ensemble:
        """The outbreaks where people travel as some values say; remembered while travel stays the same."""
        known = self.base.case.coefficients
        travel = tuple(values.get(p, known[p]) for p in sorted(TRAVEL & known.keys()))
        if travel == tuple(known[p] for p in sorted(TRAVEL & known.keys())):
            return self.base
        if travel != self._travelled[0]:
            other = self.base.travelling(case)
            # a case with a table of travel reads no gravity
            same = all(np.array_equal(a, b) for a, b in zip(other.world.travel, self.base.world.travel, strict=True))
            self._travelled = (travel, self.base if same else other)
        return self._travelled[1]


def expected_loss(ensemble: Ensemble, starts: NDArray[np.int64], year: int, *, undisturbed: bool = False) -> float:
    """Expected loss of a year under start years, money."""
    if undisturbed:
        parameters = Parameters(ensemble.case, starts)
        price = ensemble.price(ensemble.levers.capacities(starts, [year])[0], parameters)
        outcomes = {h: ensemble.alone(h, parameters, year) for h in ensemble.samples}
    else:
        price, outcomes = ensemble.years(starts, [year])[0]
    lost = year_loss(price, outcomes)
    return float(lost.health.sum() + lost.money.sum())


def one_at_a_time(
    variants: Variants,
    measure: Callable[[Ensemble], NDArray[np.float64]],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Measure the outbreaks at the low and the high value of each assumption.

    Parameters
    ----------
    variants : Variants
    measure : callable
        From an ensemble to what is measured, array (figure,).
    progress : callable, optional
        Told how many of how many assumptions are done.

    Returns
    -------
    (facts, measured)
        What `ranged` says of each assumption; float array (assumption, end, figure), low end first.
    """
    facts = ranged(variants.base.case)
    out = []
    for i, r in enumerate(rows(facts)):
        if progress is not None:
            progress(i, len(facts))
        out.append([measure(variants.under({r.parameter: float(value)})) for value in (r.low, r.high)])
    return facts, np.array(out, np.float64) if out else np.empty((0, 2, 1))


# -- the ranking ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sensitivity:
    """Assumptions by their effect on the expected loss of a year, the greatest first.

    Parameters
    ----------
    case : Case
    outbreaks : Outbreaks
        What `simulate` says under the central values.
    n : int
        Outbreaks on which assumptions were weighed.
    evaluations : int
        Losses worked out.
    table : DataFrame
        One assumption a row: parameter, note, low, central, high, unit, evidence; in money a year
        loss_at_low, loss_at_high (the others at their central value), mu_star (mean absolute
        change of the loss from one end of the assumption to the other, wherever the others stand),
        mu_star_low, mu_star_high (95%, over trajectories), sigma (standard deviation of that
        change: how much it depends on the others, or bends); variance_first, variance_total with
        _low and _high (95%): share of the variance that an assumption brings alone, and with
        the others; NaN where it does not lead. Losses are scaled to that on all outbreaks.
    """

    case: Case = field(repr=False)
    outbreaks: Outbreaks = field(repr=False)
    n: int
    evaluations: int
    table: pd.DataFrame = field(repr=False)

    @property
    def moving(self) -> pd.DataFrame:
        """The rows of assumptions that move the loss."""
        ends = self.table[["loss_at_low", "loss_at_high"]].sub(self.outbreaks.loss.mean).abs().max(axis=1)
        return self.table[np.maximum(ends, self.table["mu_star"]) > NOTHING * abs(self.outbreaks.loss.mean)]

    def to_dict(self) -> dict[str, Any]:
        """The document that ``seawall simulate --sensitivity --json`` prints."""
        ranking = [
            {k: _plain(v) for k, v in row.items() if k != "note"} for row in self.table.to_dict(orient="records")
        ]
        return self.outbreaks.to_dict() | {
            "sensitivity": ranking,
            "sensitivity_run": {
                "n": self.n,
                "evaluations": self.evaluations,
                "trajectories": TRAJECTORIES,
                "levels": LEVELS,
            },
        }

    def __repr__(self) -> str:
        money = currency_name(self.outbreaks.currency)
        moving = self.moving
        lines = [
            repr(self.outbreaks),
            _n(
                "  what the loss rests on: {count} assumption from low to high, on {n} of the outbreaks",
                "  what the loss rests on: {count} assumptions from low to high, on {n} of the outbreaks",
                len(self.table),
            ).format(count=len(self.table), n=self.n),
            _("  mean effect in {money} a year, and share of the variance, each with a 95% interval").format(
                money=money
            ),
        ]
        for r in rows(moving.head(SHOWN)):
            share = _share(r.variance_total, r.variance_total_low, r.variance_total_high)
            effect = f"{_short(r.mu_star)} ({_short(r.mu_star_low)} – {_short(r.mu_star_high)})"
            lines.append(f"    {r.parameter:22s} {effect:28s} {share:14s}  {self.words(r)}")
        left = len(moving) - SHOWN
        if left > 0:
            lines.append(
                _n("    and {count} more that moves it", "    and {count} more that move it", left).format(count=left)
            )
        still = len(self.table) - len(moving)
        if still:
            lines.append(
                _n(
                    "    {count} assumption moves nothing here", "    {count} assumptions move nothing here", still
                ).format(count=still)
            )
        return "\n".join(lines)

    def words(self, row: Any) -> str:
        """What an assumption is, with its range, in the language in force."""
        return _("{note}: {low} to {high} ({unit})").format(
            note=self._said(row.note) or row.parameter,
            low=f"{row.low:g}",
            high=f"{row.high:g}",
            unit=self._said(row.unit),
        )

    def _said(self, text: str) -> str:
        return self.case.translations.get((text, language())) or (_(text) if text else "")


def _share(mean: float, low: float, high: float) -> str:
    """A share of the variance with its interval; nothing where it was not told."""
    return "" if np.isnan(mean) else f"{np.clip(mean, 0.0, 1.0):.0%} ({low:.0%} – {high:.0%})"


def _plain(value: Any) -> Any:
    """A cell as JSON has it: nothing for what does not exist."""
    if isinstance(value, str):
        return value
    return float(value) if np.isfinite(value) else None


def rank_assumptions(
    case: Case | str | os.PathLike[str],
    schedule: Mapping[str, int] | None = None,
    *,
    year: int | None = None,
    n: int = DEFAULT_N,
    seed: int = 1,
    undisturbed: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Sensitivity:
    """Rank assumptions by their effect on the expected loss of a year.

    Parameters
    ----------
    case, schedule, year, n, seed, undisturbed
        As `simulate` takes them. A third of the outbreaks serves to weigh the assumptions.
    progress : callable, optional
        Told the stage, and how many of how many steps of it are done.

    Returns
    -------
    Sensitivity
        The same for a seed, whatever the number of threads.

    Raises
    ------
    InputError
        As `simulate` raises it.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    case = load(case)
    tell(_("simulating outbreaks"), 0, 1)
    outbreaks = simulate(case, schedule, year=year, n=n, seed=seed, undisturbed=undisturbed)
    smaller = Ensemble(case, fewer(n, len(case["hazards"])), seed)
    base, starts = only_taken(smaller, smaller.case.edits.starts(Schedule(schedule or {})))
    variants = Variants(base)
    done = 0

    def loss(ensemble: Ensemble) -> float:
        nonlocal done
        done += 1
        return expected_loss(ensemble, starts, outbreaks.year, undisturbed=undisturbed)

    here = loss(base)
    facts, ends = one_at_a_time(
        variants,
        lambda ensemble: np.array([loss(ensemble)]),
        lambda i, total: tell(_("changing one assumption at a time"), i, total),
    )
    key = name_key("sensitivity", seed) % 2**32

    def at(points: NDArray[np.float64], which: pd.DataFrame, stage: str) -> NDArray[np.float64]:
        out = np.empty(len(points))
        for i, u in enumerate(points):
            tell(stage, i, len(points))
            out[i] = loss(variants.under(at_quantile(which, u)))
        return out

    effects = _morris(len(facts), lambda u: at(u, facts, _("changing assumptions together (Morris)")), key)
    table = facts.assign(loss_at_low=ends[:, 0, 0], loss_at_high=ends[:, 1, 0], **effects)
    order = table.assign(span=(table["loss_at_high"] - table["loss_at_low"]).abs())
    order = order.sort_values(["mu_star", "span", "parameter"], ascending=[False, False, True], kind="stable")
    table = table.loc[order.index].reset_index(drop=True)
    greatest = float(table["mu_star"].max()) if len(table) else 0.0
    leading = table[(table["mu_star"] > max(LEADS * greatest, NOTHING * abs(here)))].head(LEADING)
    shares = _sobol(len(leading), lambda u: at(u, leading, _("sharing out the variance (Sobol)")), key)
    table = table.join(pd.DataFrame(shares, index=leading.index, columns=list(_SHARES), dtype=np.float64))
    scale = outbreaks.loss.mean / here if here > 0 else 1.0
    for column in ("loss_at_low", "loss_at_high", "mu_star", "mu_star_low", "mu_star_high", "sigma"):
        table[column] *= scale
    return Sensitivity(case, outbreaks, smaller.n, done, table[list(_COLUMNS)])


def _problem(factors: int) -> dict[str, Any]:
    """So many quantiles from 0 to 1, as SALib wants them told."""
    return {"num_vars": factors, "names": [f"x{i}" for i in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def _morris(
    factors: int, loss: Callable[[NDArray[np.float64]], NDArray[np.float64]], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Mean absolute effect of each factor with a 95% interval, and the deviation of its effects, arrays (factor,)."""
    if not factors:
        return {name: np.empty(0) for name in ("mu_star", "mu_star_low", "mu_star_high", "sigma")}
    # slow to import, and brings a drawing library along: only where it is asked for
    from SALib.analyze import morris as analysis  # noqa: PLC0415
    from SALib.sample import morris as design  # noqa: PLC0415

    problem = _problem(factors)
    points = design.sample(problem, TRAJECTORIES, num_levels=LEVELS, seed=seed)
    found = analysis.analyze(problem, points, loss(points), num_levels=LEVELS, seed=seed)
    mean, half = (np.asarray(found[name], np.float64) for name in ("mu_star", "mu_star_conf"))
    return {
        "mu_star": mean,
        "mu_star_low": np.maximum(0.0, mean - half),
        "mu_star_high": mean + half,
        "sigma": np.asarray(found["sigma"], np.float64),
    }


def _sobol(
    factors: int, loss: Callable[[NDArray[np.float64]], NDArray[np.float64]], seed: int
) -> dict[str, NDArray[np.float64]]:
    """First and total indices of each factor with 95% intervals, arrays (factor,); of one alone all is its own."""
    if factors < 2:
        return {name: np.ones(factors) for name in _SHARES}
    from SALib.analyze import sobol as analysis  # noqa: PLC0415
    from SALib.sample import sobol as design  # noqa: PLC0415

    problem = _problem(factors)
    points = design.sample(problem, DRAWS, calc_second_order=False, seed=seed)
    found = analysis.analyze(problem, loss(points), calc_second_order=False, seed=seed)
    out: dict[str, NDArray[np.float64]] = {}
    for kind, name in (("first", "S1"), ("total", "ST")):
        mean, half = (np.asarray(found[n], np.float64) for n in (name, f"{name}_conf"))
        out |= {
            f"variance_{kind}": mean,
            f"variance_{kind}_low": np.clip(mean - half, 0.0, 1.0),
            f"variance_{kind}_high": np.clip(mean + half, 0.0, 1.0),
        }
    return out
