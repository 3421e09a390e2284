"""The function of each topic: the kind of agency that works on it, whatever its level of government."""

from __future__ import annotations

import csv
from functools import cache

from services.router.routing.matters import DATA


@cache
def load_functions() -> dict[str, tuple[str, float]]:
    """Return by topic its function ("" if no source knows it), and the topic's share of the function's complaints."""
    with (DATA / "functions.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["topic"]: (row["function"], float(row["share"])) for row in rows}
