"""One hazard meets one year's capacity: what is noticed, when the response comes, how strong it is."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from seawall.levers import PRODUCT_FIELDS
from seawall.outbreak.milestones import ACTIONS, Found, Milestones, answered
from seawall.outbreak.surface import Response
from seawall.outbreak.world import whole_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.case import Parameters
    from seawall.levers import Capacity
    from seawall.outbreak.diseases import Diseases
    from seawall.outbreak.surface import Surface
    from seawall.outbreak.world import Sample

__all__ = ["COEFFICIENTS", "Meeting", "found", "referral_order"]

#: Coefficients that response and detection read.
COEFFICIENTS = (
    "care_delay_days",
    "cluster_size",
    "cluster_report_days",
    "reference_abroad_days",
    "tests_per_case",
    "isolated_untested",
    "asymptomatic_infectiousness",
    "isolation_effect",
    "isolation_days",
    "infection_control_effect",
    "admission_days",
    "stay_days",
    "measures_effect",
    "measures_around",
    "coverage_cap",
    "stock_delivery_days",
)
#: Fields of Capacity that an outcome depends on, beside who is noticed and products.
READ = (
    "result_days",
    "sequencing_days",
    "specimen_days",
    "answer_days",
    "spare_tests",
    "beds",
    "notify_days",
    "activate_days",
    "assess_days",
    "communicate_days",
    "care_days",
    "measures_days",
    "behaviour",
    "traced_per_day",
    "deploy_days",
)


class Meeting:
    """One hazard under one year's capacity.

    Parameters
    ----------
    h : int
        Hazard.
    diseases : Diseases
    surface : Surface
        Its undisturbed outbreaks.
    sample : Sample
    capacity : Capacity
    parameters : Parameters
    people : float
        Residents of the country.
    """

    def __init__(
        self,
        h: int,
        diseases: Diseases,
        surface: Surface,
        sample: Sample,
        capacity: Capacity,
        parameters: Parameters,
        people: float,
    ) -> None:
        self.h = h
        self.diseases = diseases
        self.surface = surface
        self.sample = sample
        self.capacity = capacity
        self.people = people
        year = capacity.year
        self.given = {name: parameters.assumption(name, year) for name in COEFFICIENTS}
        self.noticed = diseases.noticed(h, capacity.sampled, parameters.column("places", "care_seeking", year))
        self.mixture = [dict(zip(PRODUCT_FIELDS, row, strict=True)) for row in capacity.products[h] if row[0] > 0]

    @property
    def key(self) -> tuple[object, ...]:
        """What identifies the outcome, beside the undisturbed course."""
        return (
            tuple(self.given.values()),
            self.noticed.tobytes(),
            self.capacity.products[self.h].tobytes(),
            *(getattr(self.capacity, name).tobytes() for name in READ),
        )

    @cached_property
    def days(self) -> list[tuple[Milestones, NDArray[np.int64]]]:
        """For each outcome of research: milestones, and the days of ``surface.DAYS`` as whole days."""
        out = []
        u = self.sample.rounding[:, None]
        for product in self.mixture:
            when = found(self, product)
            stones = answered(when, self.capacity, product["assay_days"], self.sample)
            at = {name: stones.actions[:, i] for i, name in enumerate(ACTIONS)}
            confirmation = at["confirmation"]
            days = np.column_stack(
                [
                    np.maximum(at["coordination"], confirmation),
                    at["communication"],
                    at["care"],
                    at["measures"],
                    stones.detect + product["vaccine_day"],
                    stones.detect + product["therapeutic_day"],
                    np.maximum(stones.notify, confirmation),
                ]
            )
            whole = whole_days(days, u)
            whole[:, 4:6] = np.maximum(whole[:, 4:6], whole[:, 6:])
            out.append((stones, np.ascontiguousarray(whole[:, :6])))
        return out

    def response(self, product: dict[str, float], *, measures: bool) -> Response:
        """How strong a response is under one outcome of research, with community measures or without."""
        h, given, capacity = self.h, self.given, self.capacity
        delivery = max(1.0, given["stock_delivery_days"])
        hospital = self.diseases.in_hospital(h, given["admission_days"], given["stay_days"])
        return Response(
            deploy=capacity.deploy_days,
            traced=capacity.traced_per_day,
            spare=capacity.spare_tests,
            order=referral_order(capacity.answer_days, capacity.spare_tests),
            tests_per_case=given["tests_per_case"],
            # without any table of laboratories nobody knows who lacks a test
            untested=given["isolated_untested"] if len(capacity.spare_tests) else 1.0,
            isolation=given["isolation_effect"]
            * self.diseases.with_symptoms(h, given["asymptomatic_infectiousness"])
            * self.diseases.left(h, given["isolation_days"]),
            behaviour=float(capacity.behaviour),
            care=given["infection_control_effect"] * hospital[0],
            measures=given["measures_effect"] if measures else 0.0,
            around=given["measures_around"],
            hospital=hospital,
            beds=capacity.beds,
            vaccine=(
                product["vaccine_doses_per_day"] / self.people,
                product["vaccine_stock"] / self.people,
                delivery,
                given["coverage_cap"],
                product["vaccine_efficacy"],
            ),
            therapy=(
                given["coverage_cap"],
                product["therapeutic_doses_per_day"],
                product["therapeutic_stock"],
                delivery,
            ),
        )


def found(meeting: Meeting, product: dict[str, float]) -> Found:
    """Day of detection: the first sampled case, or the first cluster, of any place.

    The first sampled case in a place is a geometric draw over its cases; a cluster is noticed at a
    number of cases that does not depend on a laboratory.

    Parameters
    ----------
    meeting : Meeting
    product : mapping
        Methods and medicine under one outcome of research.
    """
    surface, sample, capacity, given = meeting.surface, meeting.sample, meeting.capacity, meeting.given
    h, noticed = meeting.h, meeting.noticed
    incubation = float(meeting.diseases.incubation[h])
    new_agent = product["assay_days"] > 0
    sequencing = np.minimum(capacity.sequencing_days, capacity.specimen_days + product["naming_days"])
    reading = sequencing if new_agent else capacity.result_days
    until_care = incubation + given["care_delay_days"] * sample.luck[:, 0]
    # what all places have in common is added afterwards
    sampled, seen, specimen = until_care + surface.reports(noticed, given["cluster_size"], reading)
    detect = np.minimum(sampled, seen + given["cluster_report_days"])
    emergence = incubation + surface.first_ill(float(meeting.diseases.symptomatic[h]))
    if not new_agent:
        return Found(emergence, specimen, detect, np.full(len(detect), -np.inf))
    # once an outbreak is noticed, a specimen is sent on purpose: abroad where that is faster
    on_purpose = np.minimum(sequencing[sample.start], given["reference_abroad_days"])
    return Found(emergence, specimen, detect, np.minimum(sampled, detect + on_purpose))


def referral_order(answer_days: NDArray[np.float64], spare: NDArray[np.float64]) -> NDArray[np.int64]:
    """Laboratories that can test, in the order in which each place asks them, array (place, rank); -1: no more."""
    able = np.isfinite(answer_days) & (spare > 0)[None, :]
    return _sorted(np.where(able, answer_days, np.inf).tobytes(), answer_days.shape)


@lru_cache(maxsize=64)
def _sorted(days: bytes, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Order of finite days in each row, array (place, rank); -1: no more. One order serves many hazards."""
    table = np.frombuffer(days).reshape(shape)
    able = np.isfinite(table)
    order = np.argsort(table, axis=1, kind="stable")
    order = np.where(np.take_along_axis(able, order, 1), order, -1)
    order = np.ascontiguousarray(order[:, : int(able.sum(1).max(initial=0))], np.int64)
    order.flags.writeable = False
    return order
