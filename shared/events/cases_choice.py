"""The citizen's choice of what a case is about. Part of `complaint.cases.v1`."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Authority, Fact


class ChoiceTaken(Fact):
    """The citizen chose the ``sentence`` that fits the case. Without ``topic`` none of the offered ones does.

    ``opd``: the OPD that the law names for the choice, if it is the province's. ``late``: somebody had decided before,
    so that the choice changes nothing.
    """

    TYPE: ClassVar[str] = "case.choice_taken"
    sentence: str
    topic: str | None = None
    authority: Authority | None = None
    opd: str | None = None
    late: bool = False
