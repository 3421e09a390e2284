"""The voice notes of a case, written down for those who read. Part of `complaint.cases.v1`."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Fact, Text


class VoiceWritten(Fact):
    """A voice note of the citizen stands in words. ``file`` is its id.

    An officer wrote it down, and the citizen is asked whether the words are right. ``corrected``: these are the
    citizen's own words, in place of the officer's.
    """

    TYPE: ClassVar[str] = "case.voice_written"
    file: str
    text: Text
    corrected: bool = False
