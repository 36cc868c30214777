"""The same as numpy_seir.py, every outbreak run to the last day: what most people write."""

from __future__ import annotations

from functools import partial

from common import serve
from numpy_seir import prepare

if __name__ == "__main__":
    serve("numpy", partial(prepare, drop=False))
