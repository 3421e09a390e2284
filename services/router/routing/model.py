"""The model that a decision uses: what was learned about words, and how certain its decisions are.

`shipped` is the model that comes with the code. A model that was trained on one's own data has a prior and a calibration
of its own, and the same shape. `decide` takes one as ``model``; the law and the tables are the same for every model.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from services.router.routing.calibration import Calibration, read_calibration
from services.router.routing.matters import DATA
from services.router.routing.prior import Prior, read_prior


class Model(NamedTuple):
    """``name``: how people tell models apart. ``levels``: a prior whose classes are the authorities."""

    name: str
    prior: Prior
    levels: Prior
    calibration: Calibration


def read_model(name: str, folder: Path) -> Model:
    """Read a model from the three files of a folder."""
    return Model(
        name,
        read_prior(folder / "prior.tsv"),
        read_prior(folder / "prior_level.tsv"),
        read_calibration(folder / "calibration.json"),
    )


@cache
def shipped() -> Model:
    """Return the model that comes with the code."""
    return read_model("shipped", DATA)
