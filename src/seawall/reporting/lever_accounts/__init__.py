"""The figures behind the pages of the lever departments, kept apart from how they are shown."""

from seawall.reporting.lever_accounts.base import LeverAccounts, Move

__all__ = ["LeverAccounts", "Move"]
