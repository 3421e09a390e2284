"""The commands between a case and its complaint in SP4N."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.router.rules.commands import CaseCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideNews(CaseCommand):
    """Take an entry off the list of news from SP4N. ``follow``: do here what was done in SP4N."""

    number: int
    follow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied(CaseCommand):
    """Take an entry off the list of what must reach SP4N, because it is there now.

    ``tracking_id``: the Tracking ID that the complaint got there. Only the entry of the complaint itself needs it.
    """

    number: int
    # Older releases stored a digest of the command's text. A field that they did not have stays out of that text.
    tracking_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FollowUpThere:
    """A follow-up that stands in SP4N. ``ours``: we wrote it. ``status``: the status that it gave, if it gave one."""

    id: int
    at: datetime
    who: str
    text: str = field(repr=False)
    ours: bool
    status: str | None = None

    @property
    def cursor(self) -> str:
        """Return the place of the follow-up in their order."""
        return f"{self.at.astimezone(UTC).isoformat()} {self.id:020d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFromSp4n(CaseCommand):
    """Take over what SP4N shows of the complaint now, as the connector has read it.

    ``copied``: the number of the last entry for SP4N when it was read. The case may have gone on since.
    ``status_by_us``: the last change of status there was ours.
    """

    tracking_id: str
    status: str
    opd: str | None
    anonim: bool
    rahasia: bool
    followups: tuple[FollowUpThere, ...]
    copied: int
    status_by_us: bool
