"""An action is a dated edit of the case: order, timing, keys, stocks, words, and monotone in the actions taken."""

from __future__ import annotations

import math
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from seawall.case import NEVER, TABLES, Case, Schedule
from seawall.case.checks import find_problems
from seawall.case.coerce import assemble, coerce
from seawall.case.read import RawCase

Row = dict[str, Any]


def edit(op: str, value: object, key: str = "A", action: str = "clinics", **more: Any) -> Row:
    """An effect on care seeking, of which more is better, up to 1."""
    row = {"action": action, "table": "places", "key": key, "column": "care_seeking", "op": op, "value": value}
    return {**row, **more}


def case_of(*effects: Row, care: float = 0.2, **tables: Any) -> Case:
    """The smallest case with other effects, care seeking in A at a given share."""
    places = cases.smallest_tables()["places"]
    places[0]["care_seeking"] = care
    return cases.smallest(**{"places": places, "effects": list(effects), **tables})


def care(case: Case, year: int, **schedule: int) -> float:
    """Care seeking in A in a year."""
    return float(case.at(year, schedule)["places"]["care_seeking"][0])


# -- order ---------------------------------------------------------------------------------------

FOUR = [edit("set", 0.4), edit("add", 0.1), edit("multiply", 1.2), edit("close", 0.5)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_set_then_add_then_multiply_then_close(order: tuple[int, ...]) -> None:
    case = case_of(*(FOUR[i] for i in order))
    assert care(case, 2027, clinics=2027) == pytest.approx(1 - (1 - (0.4 + 0.1) * 1.2) * 0.5, abs=1e-15)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([edit("add", 0.3)], 0.5),
        ([edit("multiply", 2)], 0.4),
        ([edit("close", 0.25)], 0.4),
        ([edit("set", 0.9)], 0.9),
        ([edit("add", 5)], 1.0),
        ([edit("multiply", 9)], 1.0),
        ([edit("close", 1)], 1.0),
        ([edit("add", -5, adverse="yes")], 0.0),
        ([edit("add", -5, adverse="yes"), edit("close", 0.9)], 0.52),  # bounds come last: 1 + (-4.8 - 1) * 0.1
        ([edit("multiply", 0, adverse="yes"), edit("add", 0.5)], 0.0),
        ([edit("multiply", 0, adverse="yes"), edit("close", 0.5)], 0.5),
    ],
)
def test_each_operation(effects: list[Row], expected: float) -> None:
    # where the order of bounds matters the value is worked out by hand
    if len(effects) == 2 and effects[0]["value"] == -5:
        expected = max(0.0, 1 + (0.2 - 5 - 1) * 0.1)
    assert care(case_of(*effects), 2027, clinics=2027) == pytest.approx(expected, abs=1e-12)


def test_closing_saturates() -> None:
    case = case_of(*(edit("close", 0.5, action=a) for a in ("clinics", "rodents", "training")))
    got = care(case, 2030, clinics=2027, rodents=2027, training=2027)
    assert got == pytest.approx(1 - 0.8 * 0.5**3)


def test_less_is_better_closes_to_the_other_end() -> None:
    effect = {"action": "rodents", "table": "hazards", "key": "flu", "column": "r0", "op": "close", "value": 0.5}
    assert case_of(effect).at(2028, {"rodents": 2027})["hazards"]["r0"].tolist() == [0.9, 1.1]


# -- a plain model of the same -------------------------------------------------------------------


def by_hand(base: float, effects: list[tuple[Row, int]], year: int, start: dict[str, int]) -> float:
    """Value of a share of which more is better, in plain arithmetic; effects come with their action's build years."""
    live = []
    for row, build in effects:
        age = year - start.get(row["action"], NEVER) - build - row["lag_years"]
        if 0 <= age < (row["lasts_years"] or math.inf):
            live.append((row["op"], row["value"], min(1.0, (age + 1) / (row["ramp_years"] + 1))))
    sets = [base + w * (v - base) for op, v, w in live if op == "set"]
    out = max(sets) if sets else base
    out += sum(w * v for op, v, w in live if op == "add")
    out *= math.prod(v**w for op, v, w in live if op == "multiply")
    out = 1 + (out - 1) * math.prod((1 - v) ** w for op, v, w in live if op == "close")
    return min(1.0, max(0.0, out))


BUILD = {"clinics": 0, "rodents": 1, "training": 2}
VALUES = {
    "set": st.floats(0.2, 1), "add": st.floats(0, 1), "multiply": st.floats(1, 3), "close": st.floats(0, 1),
}  # fmt: skip


@st.composite
def effects_on_care(draw: st.DrawFn) -> list[Row]:
    keys = draw(
        st.lists(st.tuples(st.sampled_from(sorted(BUILD)), st.sampled_from(sorted(VALUES))), unique=True, max_size=8)
    )
    return [
        edit(
            op,
            draw(VALUES[op]),
            action=action,
            lag_years=draw(st.integers(0, 3)),
            ramp_years=draw(st.integers(0, 4)),
            lasts_years=draw(st.one_of(st.none(), st.integers(1, 6))),
        )
        for action, op in keys
    ]


STARTS = st.dictionaries(st.sampled_from(sorted(BUILD)), st.integers(2027, 2029))


@settings(max_examples=60)
@given(effects_on_care(), STARTS, st.randoms(use_true_random=False))
def test_edits_are_what_plain_arithmetic_says_in_any_order_of_rows(
    effects: list[Row], start: dict[str, int], random: Any
) -> None:
    shuffled = list(effects)
    random.shuffle(shuffled)
    one, other = case_of(*effects), case_of(*shuffled)
    for year in range(2026, 2040):
        want = by_hand(0.2, [(e, BUILD[e["action"]]) for e in effects], year, start)
        assert care(one, year, **start) == pytest.approx(want, abs=1e-12)
        assert care(other, year, **start) == pytest.approx(want, abs=1e-12)
        assert float(one.at(year, start)["places"]["care_seeking"][1]) == 0.5  # B is not edited


# -- timing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "value", "at_strength"),
    [
        ("set", 0.6, lambda w: 0.2 + w * 0.4),
        ("add", 0.3, lambda w: 0.2 + w * 0.3),
        ("multiply", 3.0, lambda w: 0.2 * 3.0**w),
        ("close", 0.5, lambda w: 1 - 0.8 * 0.5**w),
    ],
)
def test_lag_ramp_and_life(op: str, value: float, at_strength: Any) -> None:
    case = case_of(edit(op, value, action="rodents", lag_years=1, ramp_years=3, lasts_years=6))
    strengths = {2027: 0, 2028: 0, 2029: 0.25, 2030: 0.5, 2031: 0.75, 2032: 1, 2033: 1, 2034: 1, 2035: 0, 2060: 0}
    for year, w in strengths.items():  # starts in 2027, builds one year, lags one year
        assert care(case, year, rodents=2027) == pytest.approx(at_strength(w))
        assert care(case, year + 2, rodents=2029) == pytest.approx(at_strength(w))


def test_without_build_an_action_is_in_force_in_the_year_of_its_start() -> None:
    case = case_of(edit("add", 0.1))
    assert [care(case, y, clinics=2028) for y in (2027, 2028, 2029)] == pytest.approx([0.2, 0.3, 0.3])


def test_nothing_taken_is_the_case_itself(full: Case) -> None:
    for schedule in (None, {}, Schedule()):
        assert full.at(2040, schedule) == full
    assert full.at(2026, dict.fromkeys(full["actions"]["action"], 2027)) == full


def test_a_case_at_a_year_keeps_its_types(full: Case) -> None:
    later = full.at(2040, dict.fromkeys(full["actions"]["action"], 2027))
    for name in TABLES:
        assert later[name].dtypes.equals(full[name].dtypes), name


# -- keys ----------------------------------------------------------------------------------------

STOCK = [
    {"cadre": c, "place": p, "stock": 10} for c, p in (("bench", "A"), ("bench", "B"), ("teacher", "A"), ("teacher", "B"))
]  # fmt: skip
CADRES = [{"cadre": "bench"}, {"cadre": "teacher"}]


@pytest.mark.parametrize(
    ("key", "edited"),
    [
        ("bench|A", [1, 0, 0, 0]),
        ("bench|*", [1, 1, 0, 0]),
        ("*|B", [0, 1, 0, 1]),
        ("*|*", [1, 1, 1, 1]),
        ("*", [1, 1, 1, 1]),
        ("bench | A", [1, 0, 0, 0]),
    ],
)
def test_composite_keys_and_wildcards(key: str, edited: list[int]) -> None:
    effect = {"action": "clinics", "table": "cadre_stock", "key": key, "column": "stock", "op": "add", "value": 1}
    case = case_of(effect, cadres=CADRES, cadre_stock=STOCK)
    got = case.at(2027, {"clinics": 2027})["cadre_stock"]["stock"]
    assert got.tolist() == [10 + e for e in edited]


def test_a_key_may_hold_a_year() -> None:
    scores = [{"framework": "JEE1", "indicator": "P.1.1", "year": y, "score": 1} for y in (2017, 2023)]
    effect = {
        "action": "clinics",
        "table": "scores",
        "key": "JEE1|P.1.1|2023",
        "column": "score",
        "op": "add",
        "value": 1,
    }
    case = case_of(effect, scores=scores)
    assert case.at(2027, {"clinics": 2027})["scores"]["score"].tolist() == [1.0, 2.0]


# -- stocks --------------------------------------------------------------------------------------


def test_an_effect_on_a_stock_is_a_one_off_inflow() -> None:
    effect = {"action": "rodents", "table": "cadre_stock", "key": "bench|A", "column": "stock", "op": "add", "value": 6,
              "ramp_years": 2, "lasts_years": 3}  # fmt: skip
    case = case_of(effect, cadres=CADRES, cadre_stock=STOCK)
    starts = case.edits.starts({"rodents": 2027})
    inflow = [case.edits.inflow("cadre_stock", "stock", y, starts)[0] for y in range(2026, 2034)]
    assert inflow == pytest.approx([0, 0, 2, 2, 2, 0, 0, 0])  # in force in 2028; its end takes nobody away
    assert case.at(2060, {"rodents": 2027})["cadre_stock"]["stock"].tolist() == [16, 10, 10, 10]
    assert not case.edits.inflow("cadre_stock", "stock", 2028, case.edits.starts({})).any()


def test_a_stock_that_nothing_edits_has_no_inflow() -> None:
    case = case_of(cadres=CADRES, cadre_stock=STOCK)
    assert case.edits.inflow("cadre_stock", "stock", 2028, case.edits.starts({})).tolist() == [0.0] * 4


# -- words ---------------------------------------------------------------------------------------

LAB = [
    {"facility": f, "place": "A", "kind": "laboratory", "status": s, "tests_per_day": 10, "turnaround_days": 1}
    for f, s in (("OLD", "open"), ("NEW", "candidate"))
]


def test_words_change_when_the_effect_is_whole() -> None:
    effect = {"action": "clinics", "table": "facilities", "key": "NEW", "column": "status", "op": "set", "value": "open",
              "ramp_years": 2, "lasts_years": 4}  # fmt: skip
    case = case_of(effect, facilities=LAB)
    words = [case.at(y, {"clinics": 2027})["facilities"]["status"].tolist() for y in range(2026, 2032)]
    assert words == [["open", w] for w in ("candidate", "candidate", "candidate", "open", "open", "candidate")]


# -- several sets --------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_several_sets_the_best_holds(order: tuple[int, int]) -> None:
    more = [edit("set", 0.6), edit("set", 0.4, action="rodents")]
    less = [
        {"action": a, "table": "hazards", "key": "flu", "column": "r0", "op": "set", "value": v}
        for a, v in (("clinics", 1.5), ("rodents", 1.2))
    ]
    coefficient = [{**e, "table": "assumptions", "key": "notify_days_worst", "column": "central", "value": v}
                   for e, v in zip(less, (9, 8), strict=True)]  # fmt: skip
    rows = [x for pair in (more, less, coefficient) for x in (pair[order[0]], pair[order[1]])]
    case = case_of(*rows, assumptions=[{"parameter": "notify_days_worst", "central": 14}])
    later = case.at(2030, {"clinics": 2027, "rodents": 2027})
    assert later["places"]["care_seeking"][0] == 0.6
    assert later["hazards"]["r0"][0] == 1.2
    assert later.coefficients["notify_days_worst"] == 8.0
    assert case.at(2030, {"rodents": 2027})["places"]["care_seeking"][0] == 0.4


def test_coefficients_stay_within_what_they_can_be() -> None:
    rows = [
        {"action": "clinics", "table": "assumptions", "key": k, "column": "central", "op": op, "value": v}
        for k, op, v in (("isolation_effect", "add", 0.9), ("pickup_days", "add", -3))
    ]
    own = [{"parameter": "isolation_effect", "central": 0.6}, {"parameter": "pickup_days", "central": 1}]
    later = case_of(*rows, assumptions=own).at(2027, {"clinics": 2027})
    assert later.coefficients["isolation_effect"] == 1.0
    assert later.coefficients["pickup_days"] == 0.0


def test_a_set_fills_an_empty_cell_at_once() -> None:
    effect = {"action": "clinics", "table": "hazards", "key": "flu", "column": "import_days", "op": "set", "value": 60,
              "ramp_years": 3}  # fmt: skip
    got = case_of(effect).at(2027, {"clinics": 2027})["hazards"]["import_days"]
    assert got[0] == 60
    assert math.isnan(got[1])


# -- monotone ------------------------------------------------------------------------------------

EDITABLE = [
    (table, c.name) for table, spec in TABLES.items() for c in spec.columns if c.good
] + [("assumptions", "central")]  # fmt: skip
ACTIONS = ("clinics", "rodents", "training", "law", "lab", "grant")
KEYS = {t: sorted({"*", *("|".join(str(r[k]) for k in TABLES[t].key) for r in rows)})
        for t, rows in cases.full_tables().items()}  # fmt: skip


def test_columns_that_may_be_edited_are_never_negative() -> None:
    """A factor makes things better or worse whatever stands there, only if nothing negative can."""
    for table, column in EDITABLE[:-1]:
        spec = TABLES[table].by_name[column]
        assert spec.kind in {"number", "integer", "choice"}
        assert spec.kind == "choice" or (spec.ge if spec.ge is not None else spec.gt) >= 0, (table, column)


@st.composite
def any_effects(draw: st.DrawFn) -> list[Row]:
    """Effects of all kinds, good and bad; some will be refused."""
    out = {}
    for _i in range(draw(st.integers(1, 12))):
        table, column = draw(st.sampled_from(EDITABLE))
        spec = TABLES[table].by_name[column]
        key = draw(st.sampled_from(KEYS[table]))
        action = draw(st.sampled_from(ACTIONS))
        op = draw(st.sampled_from(["set", "add", "multiply", "close"]))
        if spec.kind == "choice":
            op, value = "set", draw(st.sampled_from(spec.choices))
        elif op == "set":
            value = draw(st.one_of(st.integers(0, 30), st.floats(0, 1)))
        else:
            value = draw(st.one_of(st.floats(-1, 3), st.floats(0, 1)))
        out[action, table, key, column, op] = {
            "action": action, "table": table, "key": key, "column": column, "op": op, "value": value,
            "lag_years": draw(st.integers(0, 1)), "ramp_years": draw(st.integers(0, 2)),
            "lasts_years": draw(st.one_of(st.none(), st.integers(1, 4))),
        }  # fmt: skip
    return list(out.values())


def accepted(effects: list[Row]) -> Case:
    """The full case with those of the effects that are not refused."""
    names = [c.name for c in TABLES["effects"].columns]
    texts = [["" if e.get(n) is None else str(e[n]) for n in names] for e in effects]
    while True:
        case = bare().with_table("effects", typed(names, texts))
        refused = {p.row for p in find_problems(case) if p.severity == "error"}
        if not refused:
            return case
        texts = [t for i, t in enumerate(texts) if i + 2 not in refused]


@cache
def bare() -> Case:
    """The full case without effects, one of its programmes without limits."""
    course = {"programme": "course", "cadre": "bench", "years": 1, "intake": 5}
    return cases.full(effects=[], programmes=[*cases.full_tables()["programmes"], course])


def typed(names: list[str], texts: list[list[str]]) -> Any:
    """The typed table of effects; the tables that must exist have a header only."""
    raw = RawCase(tables={n: ([c.name for c in t.columns], []) for n, t in TABLES.items() if t.required})
    raw.tables["effects"] = (names, [(i + 2, t) for i, t in enumerate(texts)])
    return coerce(raw)[0]["effects"]


def goodness(case: Case, table: str, column: str) -> np.ndarray[Any, Any]:
    """Column as numbers of which more is better, empty cells read as the model reads them."""
    spec = TABLES[table].by_name[column]
    frame = case[table]
    if spec.kind == "choice":
        return frame[column].map(spec.choices.index).to_numpy(float)
    values = frame[column].to_numpy(float)
    if column in {"max_intake", "students_per_faculty", "filled"}:
        empty: Any = 1e12  # no limit
    elif column == "efficacy":
        empty = np.array([{"vaccine": 0.7, "therapeutic": 0.4}.get(p, 0.0) for p in frame["product"]])
    else:
        empty = {"import_days": 180.0, "cost_per_case": 50.0, "interruption_per_case": 100.0}.get(column, 0.0)
    values = np.where(np.isnan(values), empty, values)
    if table == "assumptions":
        return -values  # the one coefficient of the case is a number of days
    return -values if spec.good == "less" else values


@settings(max_examples=80)
@given(any_effects(), st.dictionaries(st.sampled_from(ACTIONS), st.integers(2027, 2029)), st.data())
def test_one_more_action_makes_no_column_worse(effects: list[Row], start: dict[str, int], data: st.DataObject) -> None:
    case = accepted(effects)
    more = {data.draw(st.sampled_from(ACTIONS)): data.draw(st.integers(2027, 2029)), **start}
    for year in (2027, 2029, 2031):
        before, after = case.at(year, start), case.at(year, more)
        for table, column in case.edits.columns:
            worse = goodness(before, table, column) - goodness(after, table, column)
            assert not (worse > 1e-9).any(), (table, column, year)


def test_most_sensible_effects_are_accepted() -> None:
    """The property above is about something: each column takes a good effect of every operation that fits."""
    for table, column in EDITABLE:
        spec = TABLES[table].by_name[column]
        less = spec.good == "less" or table == "assumptions"
        best: Any = spec.choices[-1] if spec.choices else 0 if less else 1000 if spec.le is None else spec.le
        best = 5 if table == "scores" else best
        good = {"set": best, "add": -0.1 if less else 0.1, "multiply": 0.5 if less else 1.5, "close": 0.5}
        ops = ["set"] if spec.choices else [op for op in good if op != "close" or spec.best is not None]
        rows = [
            {"action": "lab", "table": table, "key": "*", "column": column, "op": op, "value": good[op]} for op in ops
        ]
        if column in {"max_intake", "students_per_faculty"}:
            rows = rows[1:]  # one programme has no limit: any limit is worse
        assert len(accepted(rows)["effects"]) == len(rows), (table, column)


def test_assembling_tells_what_loading_tells() -> None:
    raw = RawCase(cases.SETTINGS, {"effects": (["action"], [])})
    case, problems = assemble(raw)
    assert case is None
    assert any(p.table == "effects" and p.column == "table" for p in problems)
