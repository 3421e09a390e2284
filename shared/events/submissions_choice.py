"""The question to the citizen what a complaint is about, and the answer. Part of `complaint.submissions.v1`."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Authority, Fact


class ChoiceAsked(Fact):
    """The citizen was asked which of the router's sentences fits the complaint.

    ``shown``: so many of the sentences, the first ones, were shown. An older writer, without it, showed all.
    """

    TYPE: ClassVar[str] = "submission.choice_asked"
    channel: str
    shown: int | None = None


class CitizenChose(Fact):
    """The citizen chose the sentence that fits the complaint. Without ``topic`` none of the offered ones does."""

    TYPE: ClassVar[str] = "submission.citizen_chose"
    topic: str | None = None
    authority: Authority | None = None
    sentence: str
    channel: str
