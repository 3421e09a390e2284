"""The citizen's appeal after a closing. Part of `complaint.submissions.v1`."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Fact, Text


class CitizenAppealed(Fact):
    """The citizen is not content after the closing, and asks a person above the closer to decide."""

    TYPE: ClassVar[str] = "submission.citizen_appealed"
    reason: Text
    channel: str
