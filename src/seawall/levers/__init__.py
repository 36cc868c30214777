"""What we can do: tables → Capacity, by mechanism and nothing else.

Talents, platforms, science and governance each own some fields of Capacity (`FIELDS`). Nothing
here optimises; the planner asks for the capacities of many schedules through `Levers`.
"""

from seawall.levers.capacity import Capacity, Levers, capacities
from seawall.levers.fields import FIELDS, Field
from seawall.levers.platforms import great_circle_km
from seawall.levers.science import PRODUCT_FIELDS

__all__ = ["FIELDS", "PRODUCT_FIELDS", "Capacity", "Field", "Levers", "capacities", "great_circle_km"]
