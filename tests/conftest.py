"""What every test may use; the cases themselves are in `cases`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

try:
    import seawall  # noqa: F401
except ModuleNotFoundError:
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import cases

# no deadline: a busy machine is not a fault; the same examples on every run: a fault found once is found again
settings.register_profile(
    "seawall", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("seawall")


@pytest.fixture
def smallest():
    """The smallest case: five tables."""
    return cases.smallest()


@pytest.fixture
def full():
    """A small case in which every table has a row."""
    return cases.full()
