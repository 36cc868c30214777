"""The packaged case of China: what it has to hold, and that all of it can be read in Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

import seawall as sw
from seawall.case import Case
from seawall.language import use_language
from seawall.reporting.names import case_text, earmark_name
from seawall.reporting.prose import family_name

#: Seventh National Census, 1 November 2020: the 31 provincial-level units without the forces in active service.
CENSUS = 1_409_778_724
PROVINCES = ["AH", "BJ", "CQ", "FJ", "GD", "GS", "GX", "GZ", "HA", "HB", "HE", "HI", "HL", "HN", "JL", "JS", "JX", "LN", "NM", "NX", "QH", "SC", "SD", "SH", "SN", "SX", "TJ", "XJ", "XZ", "YN", "ZJ"]  # fmt: skip
DOMAINS = [f"A{i}" for i in range(1, 9)]
#: Area 7 of the Biosafety Law: treatment of patients, training for it, equipment for it, and lists. Each was read.
PREPAREDNESS = {
    "sci_listed_agents": "Keep treatment ready for agents on the medical preparedness list",
    "dis_med_rescue": "Add medical rescue and decontamination to emergency medicine degrees",
    "tal_medical_rescue": "Train medical rescue teams in protection and decontamination",
    "pla_a7_medical_sets": "Place medical treatment and decontamination sets in the national rescue bases",
    "gov_a7_lists": "Keep the lists of controlled agents and equipment up to date and supervised",
    "gov_a7_preparedness": "Train hospitals in care, protection and decontamination for unusual events",
}
#: Columns that people read and that have no column of their own for Chinese.
READ = {
    "actions": ["lead", "area"],
    "assumptions": ["note", "unit"],
    "budgets": ["source"],
    "cost_lines": ["title"],
    "curricula": ["competency", "level"],
    "events": ["bottleneck"],
    "fronts": ["supports"],
    "origins": ["origin"],
    "peers": ["peer"],
    "places": ["region"],
    "programmes": ["discipline", "level", "region"],
    "unit_costs": ["name", "unit"],
}
IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
#: Half-width marks beside an ideograph; a colon, comma or stop between figures and codes is no sentence's.
HALF_WIDTH = re.compile("[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?()] ?[\u4e00-\u9fff]|[\u4e00-\u9fff]\\.(\\s|$)")
#: Words that are the same in Chinese.
SAME = {"PB"}


@pytest.fixture(scope="module")
def china() -> Case:
    """The packaged case, read once for all tests of this file."""
    return sw.load("china")


@pytest.fixture(scope="module")
def read(china: Case) -> dict[str, str]:
    """Where each text stands that people read and that has no Chinese beside it."""
    found = {china.settings.title: "title"}
    for table, columns in READ.items():
        for column in columns:
            found |= dict.fromkeys(china[table][column].unique(), f"{table}.{column}")
    found.pop("", None)
    return found


def bare_titles(case: Case) -> Iterator[tuple[str, str]]:
    """Lever and title of each action, without names of places and without numbers."""
    names = [re.escape(n) for n in sorted({*case["places"]["name"], *case["places"]["region"]}, key=len, reverse=True)]
    cities = ["Lanzhou", "Xi'an", "Urumqi", "Kunming", "Chengdu", "Nanning", "Changchun", "Harbin", "Shenyang", "Wuhan"]
    where = "|".join([*names, *cities, "Xizang", "Nei Mongol", "Yinchuan", "Lhasa", "north|south|cent(re|er|ral)"])
    for row in case["actions"].itertuples():
        bare = re.sub(rf"\b({where})(ern|ish)?\b|[-\d,]+", " ", str(row.title), flags=re.I)
        yield str(row.lever), " ".join(bare.lower().split())


def test_the_provincial_level_units_are_there(china: Case) -> None:
    assert sorted(china["places"]["place"]) == [f"CN-{code}" for code in PROVINCES]
    assert china["places"]["population"].sum() == pytest.approx(CENSUS, rel=0.002)


def test_every_unit_has_a_tile_of_its_own(china: Case) -> None:
    tiles = china["places"][["tile_row", "tile_column"]]
    assert tiles.notna().all(axis=None)
    assert not tiles.duplicated().any()


def test_people_travel_between_all_units(china: Case) -> None:
    travel = china["travel"]
    assert (travel["trips_per_day"] > 0).any()
    ends = {frozenset(pair) for pair in zip(travel["origin"], travel["destination"], strict=True)}
    codes = sorted(china["places"]["place"])
    reached, edge = {codes[0]}, {codes[0]}
    while edge:
        edge = {b for pair in ends for a in pair & edge for b in pair - {a}} - reached
        reached |= edge
    assert reached == set(codes)
    assert set(travel["origin"]) == set(travel["destination"]) == set(codes)


def test_actions_are_many_and_different(china: Case) -> None:
    titles = list(bare_titles(china))
    alike = Counter(title for _lever, title in titles)
    assert max(alike.values()) <= 3
    assert len(alike) >= 90
    different = Counter(lever for lever, _title in set(titles))
    assert {lever: n for lever, n in different.items() if lever != "governance" and n < 20} == {}
    assert set(different) == {"science", "discipline", "talent", "platform", "governance"}


def test_titles_are_not_said_twice(china: Case) -> None:
    actions = china["actions"]
    assert actions["title"].is_unique
    assert actions["title_zh"].is_unique


def test_every_domain_of_the_law_has_actions(china: Case) -> None:
    assert china["domains"]["domain"].tolist() == DOMAINS
    assert sorted(set(china["actions"]["domain"])) == DOMAINS


def test_area_seven_holds_medical_preparedness_and_lists_alone(china: Case) -> None:
    actions = china["actions"]
    own = actions[actions["domain"] == "A7"]
    assert dict(zip(own["action"], own["title"], strict=True)) == PREPAREDNESS


def test_domains_that_the_model_cannot_see_have_decided_actions_that_their_budget_can_pay(china: Case) -> None:
    locks = china["locks"]
    decided = set(locks.loc[locks["rule"] == "must", "action"])
    actions = china["actions"].set_index("action").loc[sorted(decided)]
    assert {"A2", "A4", "A5", "A6", "A7"} <= set(actions["domain"])
    budgets = china["budgets"]
    least = budgets[budgets["earmark"] == "governance"]["amount"].min()
    governance = actions[actions["lever"] == "governance"]
    # all of them in one year, built and run, and half of the money is left
    assert (governance["capital_cost"] + governance["annual_cost"]).sum() < least
    assert governance["annual_cost"].sum() < least / 2


def test_fronts_are_many(china: Case) -> None:
    fronts = china["fronts"]
    assert len(fronts) >= 24
    assert set(fronts["domain"]) <= set(DOMAINS)
    shares = fronts[["national_share", "leadership"]].to_numpy()
    assert (shares[shares == shares] < 1).all()


def test_there_are_no_more_high_level_laboratories_in_an_action_than_in_the_country(china: Case) -> None:
    lines = china["cost_lines"].set_index(["action", "item"])["quantity"]
    assert lines["gov_insurance", "f_premium"] == lines["pla_containment_monitoring", "f_sensor"]


def test_a_row_is_graded_by_the_weakest_figure_in_it(china: Case) -> None:
    """Hazards and assumptions stand apart: their sources say figure by figure what is known."""
    weak = re.compile(r"rules? of this case|assumed|derived|press report|press,")
    too_high = []
    for table in sorted(china.present - {"hazards", "assumptions"}):
        frame = china[table]
        if "evidence" in frame.columns:
            words = frame["reference" if table == "budgets" else "source"].astype(str)
            weaker = words.str.contains(weak) & frame["evidence"].isin(["measured", "published"])
            too_high += [(table, w) for w in words[weaker]]
    assert too_high == []


# -- all of it in Chinese ----------------------------------------------------------------------


def test_names_have_a_chinese_form_beside_them(china: Case) -> None:
    missing = []
    for table in sorted(china.present):
        for column in [c for c in china[table].columns if str(c).endswith("_zh")]:
            frame = china[table]
            named = frame[str(column).removesuffix("_zh")] != ""
            missing += [(table, v) for v in frame.loc[named, column] if not IDEOGRAPH.search(v)]
    assert missing == []


def test_every_other_text_that_people_read_has_a_translation(china: Case, read: dict[str, str]) -> None:
    with use_language("zh"):
        told = {text: case_text(china, text) for text in read}
        earmarks = [earmark_name(e, china) for e in china["budgets"]["earmark"].unique() if e]
    assert [(read[text], text) for text, t in told.items() if not IDEOGRAPH.search(t) and t not in SAME] == []
    assert all(IDEOGRAPH.search(e) for e in earmarks)


def families(case: Case) -> set[str]:
    """Families of hazards that a table names."""
    tables = ("hazards", "events", "origins", "countermeasures", "projects", "fronts")
    return {f for t in tables for f in case[t]["family"]} - {"", "*"}


def test_families_have_names_in_both_languages(china: Case) -> None:
    with use_language("zh"):
        assert [f for f in families(china) if not IDEOGRAPH.search(family_name(china, f))] == []
    with use_language("en"):
        assert [f for f in families(china) if not family_name(china, f)[0].isupper()] == []


def test_no_translation_is_left_over(china: Case, read: dict[str, str]) -> None:
    rows = china["translations"]
    assert [t for t in rows["text"] if t not in read and t not in families(china)] == []
    assert not rows.duplicated(["text", "language"]).any()


def chinese(case: Case) -> Iterator[str]:
    """Every Chinese text of the case."""
    rows = case["translations"]
    yield from rows.loc[rows["language"] == "zh", "translation"]
    for table in sorted(case.present):
        for column in case[table].columns:
            if str(column).endswith("_zh"):
                yield from case[table][column].unique()


def test_chinese_is_written_in_ideographs_with_full_width_marks(china: Case) -> None:
    texts = [t for t in chinese(china) if t]
    assert [t for t in texts if not IDEOGRAPH.search(t) and t not in SAME] == []
    assert [t for t in texts if HALF_WIDTH.search(t)] == []


def test_one_word_is_used_for_one_thing(china: Case) -> None:
    """What the field says in two ways is said in one here; phases of trials bear Roman numerals."""
    other = re.compile("标本|人畜共患|菌毒种|[一二三]期临床|可疑生物因子|疾病控制中心")
    assert [t for t in chinese(china) if other.search(t)] == []
