"""The command values that the fold carries out. Facts come from streams, commands from callers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recompute:
    """Command: compute every running deadline of a case again under the rules in force.

    ``reason`` is written into each event that follows. The answer is the number of due times that moved.
    """

    reason: str
