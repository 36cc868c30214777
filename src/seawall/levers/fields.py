"""The fields of Capacity: one owner each, and the columns that the owner reads.

The matrix in the reference is generated from here; a test disturbs every column of a case and
fails if a field moves that does not declare it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seawall.language import N_

__all__ = ["FIELDS", "Field"]

_STOCKS = (
    "cadre_stock.stock",
    "cadres.annual_attrition",
    "programmes.intake",
    "programmes.max_intake",
    "programmes.completion",
    "programmes.years",
    "programmes.students_per_faculty",
)
_COUNTERMEASURE = ("status", "available_day", "efficacy", "doses_per_day", "stock")
_PROJECT = ("years_left", "p_success", "available_day", "efficacy", "doses_per_day")
_SCIENCE = (*(f"countermeasures.{c}" for c in _COUNTERMEASURE), *(f"projects.{c}" for c in _PROJECT))
_LABORATORY = (
    "facilities.status",
    "facilities.turnaround_days",
    "staffing.filled",
    "referral.days",
    *_STOCKS,
)


@dataclass(frozen=True)
class Field:
    """One field of Capacity.

    ``lever`` owns its formula; ``shape`` names its axes; ``good`` is the direction that makes
    outbreaks smaller; ``reads`` lists the columns of the case that it depends on, assumptions
    under their own names.
    """

    name: str
    lever: Literal["talents", "platforms", "science", "governance"]
    shape: str
    unit: str
    good: Literal["more", "less", "mixture"]
    meaning: str
    reads: tuple[str, ...]


FIELDS = (
    Field(
        "sampled",
        "talents",
        "place",
        "share",
        "more",
        N_("Chance that a symptomatic case is suspected and sampled"),
        (
            "places.care_seeking",
            *_STOCKS,
            "assumptions.suspicion_low",
            "assumptions.suspicion_high",
            "assumptions.adequacy_default",
        ),
    ),
    Field(
        "traced_per_day",
        "talents",
        "place",
        "person/day",
        "more",
        N_("New cases a day whose contacts can be followed"),
        (*_STOCKS, "assumptions.cases_per_tracer_day", "assumptions.tracers_per_100k"),
    ),
    Field(
        "deploy_days",
        "talents",
        "place",
        "day",
        "less",
        N_("Days from activation until responders work in the place"),
        (
            *_STOCKS,
            "assumptions.deploy_days_worst",
            "assumptions.deploy_days_best",
            "assumptions.adequacy_default",
        ),
    ),
    Field(
        "result_days",
        "platforms",
        "place",
        "day",
        "less",
        N_("Days from sampling to the result for a known agent; none where samples go nowhere"),
        (
            "facilities.tests_per_day",
            "facilities.sequencing_per_day",
            *_LABORATORY,
            "assumptions.pickup_days",
            "assumptions.transport_km_per_day",
            "assumptions.longest_wait_days",
            "assumptions.sequencing_run_days",
            "assumptions.reference_abroad_days",
        ),
    ),
    Field(
        "sequencing_days",
        "platforms",
        "place",
        "day",
        "less",
        N_("Days from sampling until a new agent is named"),
        (
            "facilities.sequencing_per_day",
            "facilities.tests_per_day",
            *_LABORATORY,
            "assumptions.pickup_days",
            "assumptions.transport_km_per_day",
            "assumptions.longest_wait_days",
            "assumptions.sequencing_run_days",
            "assumptions.reference_abroad_days",
        ),
    ),
    Field(
        "specimen_days",
        "platforms",
        "place",
        "day",
        "less",
        N_("Days from sampling until a laboratory that can sequence begins to"),
        # whether there is any staff at all
        (
            "facilities.sequencing_per_day",
            "facilities.status",
            "facilities.turnaround_days",
            "staffing.filled",
            "referral.days",
            "assumptions.pickup_days",
            "assumptions.transport_km_per_day",
        ),
    ),
    Field(
        "answer_days",
        "platforms",
        "place, laboratory",
        "day",
        "less",
        N_("Days from sampling to the result of a test in each laboratory; none where it does not test"),
        (
            "facilities.tests_per_day",
            *_LABORATORY,
            "assumptions.pickup_days",
            "assumptions.transport_km_per_day",
            "assumptions.longest_wait_days",
        ),
    ),
    Field(
        "spare_tests",
        "platforms",
        "laboratory",
        "1/day",
        "more",
        N_("Tests a day that each laboratory can do for an outbreak beside its routine"),
        ("facilities.tests_per_day", "facilities.status", "staffing.filled", *_STOCKS),
    ),
    Field(
        "beds",
        "platforms",
        "place",
        "bed",
        "more",
        N_("Hospital beds that an outbreak can have"),
        ("places.beds", "assumptions.beds_per_1000", "assumptions.beds_spare"),
    ),
    Field(
        "products",
        "science",
        "hazard, outcome, product field",
        "",
        "mixture",
        N_("Tests, vaccine and therapeutic for each outcome of research, with its probability"),
        (
            *_SCIENCE,
            "assumptions.assay_days_novel",
            "assumptions.vaccine_efficacy",
            "assumptions.therapeutic_efficacy",
        ),
    ),
    Field(
        "notify_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from detection to notification"),
        (
            "scores.score",
            "assumptions.notify_days_worst",
            "assumptions.notify_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "activate_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from notification until the response is activated"),
        (
            "scores.score",
            "assumptions.activate_days_worst",
            "assumptions.activate_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "assess_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from notification to the first assessment of the risk"),
        (
            "scores.score",
            "assumptions.assess_days_worst",
            "assumptions.assess_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "communicate_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from notification until communities are informed"),
        (
            "scores.score",
            "assumptions.communicate_days_worst",
            "assumptions.communicate_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "care_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from notification until infection control and case management are in place"),
        (
            "scores.score",
            "assumptions.care_days_worst",
            "assumptions.care_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "measures_days",
        "governance",
        "",
        "day",
        "less",
        N_("Days from the assessed risk and the activated response until community measures hold"),
        (
            "scores.score",
            "assumptions.measures_days_worst",
            "assumptions.measures_days_best",
            "assumptions.level_default",
        ),
    ),
    Field(
        "behaviour",
        "governance",
        "",
        "share",
        "more",
        N_("Onward transmission that informed communities prevent from the response on"),
        ("scores.score", "assumptions.behaviour_best", "assumptions.level_default"),
    ),
    Field(
        "frequency",
        "governance",
        "hazard",
        "1/year",
        "less",
        N_("Outbreaks that start a year"),
        (
            "hazards.events_per_year",
            "scores.score",
            *_STOCKS,
            "assumptions.lab_incident_reduction",
            "assumptions.spillover_reduction",
            "assumptions.level_default",
        ),
    ),
)
"""Every field of Capacity, by lever."""
