"""The pages that the heads of the lever departments read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.reporting.lever_accounts import LeverAccounts
from seawall.reporting.sections.levers.countermeasures import countermeasures
from seawall.reporting.sections.levers.discipline import disciplines
from seawall.reporting.sections.levers.identification import rapid
from seawall.reporting.sections.levers.platform import platforms
from seawall.reporting.sections.levers.science import frontier
from seawall.reporting.sections.levers.talent import talents

if TYPE_CHECKING:
    from seawall.reporting.accounts import Accounts
    from seawall.reporting.sections.parts import Section

__all__ = ["lever_pages"]


def lever_pages(accounts: Accounts) -> list[Section]:
    """All pages of the levers, in the order in which an outbreak meets their work."""
    own = LeverAccounts(accounts)
    return [page(own) for page in (frontier, rapid, countermeasures, disciplines, talents, platforms)]
