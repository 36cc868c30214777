"""Slow, plain, independent models of what Seawall computes, and published figures to compare with."""
