"""Science: which tests, vaccines and therapeutics there are against each hazard, and when.

Projects succeed or fail. The products at hand in a year are therefore a mixture over success
patterns, with exact weights: every pattern of the projects that could be finished by then.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Case, Parameters

__all__ = ["PRODUCT_FIELDS", "Science"]

#: Columns of the array ``products``: probability of the outcome; days to name a new agent from a
#: specimen in the laboratory, beside ordinary sequencing (0: known; inf: no other method); days from
#: its name to tests in use (0: known, tests are routine);
#: for vaccine and therapeutic the days from
#: detection until in use (inf: never), efficacy, doses a day, doses in store.
PRODUCT_FIELDS = (
    "probability",
    "naming_days",
    "assay_days",
    "vaccine_day",
    "vaccine_efficacy",
    "vaccine_doses_per_day",
    "vaccine_stock",
    "therapeutic_day",
    "therapeutic_efficacy",
    "therapeutic_doses_per_day",
    "therapeutic_stock",
)

_PRODUCTS = ("identification", "diagnostic", "vaccine", "therapeutic")
_NOTHING = (np.inf, 0.0, 0.0, 0.0)
_Entry = tuple[float, float, float, float]


class Science:
    """Products and projects of a case, compiled.

    Parameters
    ----------
    case : Case
        A checked case in canonical order.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        hazards = case["hazards"]
        self.families = [f or h for f, h in zip(hazards["family"], hazards["hazard"], strict=True)]
        self.open_minded = "countermeasures" not in case.present
        rows = case["countermeasures"]
        self.ready = _positions(rows["family"], rows["product"])
        rows = case["projects"]
        self.running = _positions(rows["family"], rows["product"])

    def fields(self, parameters: Parameters, year: int) -> dict[str, NDArray[np.float64]]:
        """The field that science owns: products, array (hazard, outcome, `PRODUCT_FIELDS`).

        Hazards with fewer outcomes than others are padded with outcomes of probability 0.
        """
        outcomes = {f: self._family(parameters, year, f) for f in set(self.families)}
        most = max(len(o) for o in outcomes.values())
        out = np.zeros((len(self.families), most, len(PRODUCT_FIELDS)))
        for h, family in enumerate(self.families):
            out[h, : len(outcomes[family])] = outcomes[family]
            out[h, len(outcomes[family]) :, 1:] = outcomes[family][0][1:]
        return {"products": out}

    def _family(self, parameters: Parameters, year: int, family: str) -> list[tuple[float, ...]]:
        """All outcomes for one family: probability and the fields of its three products."""
        novel = parameters.assumption("assay_days_novel", year)
        methods, tests, vaccines, therapeutics = (self._product(parameters, year, family, name) for name in _PRODUCTS)
        out: dict[tuple[float, ...], float] = {}
        for (o, method), (p, test), (q, vaccine), (r, therapeutic) in product(methods, tests, vaccines, therapeutics):
            assay = 0.0 if self.open_minded else min(test[0], novel)
            naming = method[0] if assay > 0 else 0.0
            key = (naming, assay, *vaccine, *therapeutic)
            out[key] = out.get(key, 0.0) + o * p * q * r
        return [(weight, *key) for key, weight in sorted(out.items())]

    def _product(self, parameters: Parameters, year: int, family: str, name: str) -> list[tuple[float, _Entry]]:
        """Outcomes for one product: probability; day, efficacy, doses a day, doses in store."""
        column = parameters.column
        default = f"{name}_efficacy" if name in {"vaccine", "therapeutic"} else "coverage_cap"
        at_hand = _NOTHING
        for i in self.ready.get((family, name), ()):
            if column("countermeasures", "status", year)[i] >= 1.0:
                at_hand = _best(at_hand, self._entry(parameters, year, "countermeasures", i, default))
        outcomes: list[tuple[float, _Entry]] = [(1.0, at_hand)]
        for i in (*self.running.get((family, name), ()), *self.running.get(("*", name), ())):
            p = float(column("projects", "p_success", year)[i])
            if p <= 0.0 or year < self._begun(parameters, i, year) + column("projects", "years_left", year)[i]:
                continue
            gives = self._entry(parameters, year, "projects", i, default)
            succeeds = [(w * p, _best(e, gives)) for w, e in outcomes]
            fails = [(w * (1.0 - p), e) for w, e in outcomes] if p < 1.0 else []
            outcomes = succeeds + fails
        merged: dict[_Entry, float] = {}
        for w, e in outcomes:
            merged[e] = merged.get(e, 0.0) + w
        return [(w, e) for e, w in merged.items()]

    def _begun(self, parameters: Parameters, i: int, year: int) -> int:
        """First year in which a project is paid for, so that it may succeed."""
        first = self.case.settings.base_year
        return next(
            y for y in range(min(first, year), year + 1) if parameters.column("projects", "p_success", y)[i] > 0
        )

    @staticmethod
    def _entry(parameters: Parameters, year: int, table: str, i: int, default: str) -> _Entry:
        column = parameters.column
        return (
            float(column(table, "available_day", year)[i]),
            float(parameters.filled(table, "efficacy", year, default)[i]),
            float(column(table, "doses_per_day", year)[i]),
            float(column(table, "stock", year)[i]) if table == "countermeasures" else 0.0,
        )


def _best(a: _Entry, b: _Entry) -> _Entry:
    """The better of two products in every respect: the earlier day, the greater efficacy and supply."""
    return (min(a[0], b[0]), max(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _positions(families: object, products: object) -> dict[tuple[str, str], tuple[int, ...]]:
    out: dict[tuple[str, str], tuple[int, ...]] = {}
    for i, key in enumerate(zip(families, products, strict=True)):  # type: ignore[call-overload]
        out[key] = (*out.get(key, ()), i)
    return out
