"""The finding of a comparison of two photos, as a value that needs no library of pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SameExposure:
    """The relation of two photos of one exposure.

    ``covered`` is the share of the evidence that stems from the earlier photo. ``changed`` is the share of that part
    whose content differs.
    """

    mirrored: bool
    covered: float
    changed: float
