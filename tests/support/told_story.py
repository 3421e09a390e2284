"""One complaint told to sla. The events of sla go on to the citizen's page and to the notifier."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.intake.api.views import own_view
from services.intake.rules.fold import fold as page_fold
from services.intake.state import Complaint
from services.notifier.codes import Audience, Channel
from services.notifier.rules.fold import fold as notice_fold
from services.notifier.rules.notice_values import notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState, NotifierState
from services.notifier.texts import Content, compose
from shared.events.catalogue import CASES, DEADLINES
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item, Tick
from shared.reference import opds
from tests.support.sla_story import KEY, Story, at

PERSON = new_id()


class Told(Story):
    """A story whose facts also reach the page and the notifier, in their order."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web")
        self.heard: NotifierState | None = None
        self.notices: list[NewNotice] = []

    def tell(self, when: str | datetime, data: Any) -> "Told":
        moment = at(when) if isinstance(when, str) else when
        super().tell(moment, data)
        for fact in [data, *self.new] if not isinstance(data, Tick) else self.new:
            if isinstance(fact, Fact):
                self._hear(fact, moment)
        return self

    def _hear(self, fact: Fact, moment: datetime) -> None:
        topic = DEADLINES if fact.TYPE.startswith("deadline.") else CASES
        item = Item(key=KEY, data=fact, actor="x", at=moment, id=new_id(), keys=(KEY,), topic=topic)
        after = page_fold({KEY: self.complaint}, item, moment).states.get(KEY, self.complaint)
        assert isinstance(after, Complaint)
        self.complaint = after
        change = notice_fold({KEY: self.heard}, item, moment, hours=self.due_dates.table)
        self.heard = change.states.get(KEY, self.heard)
        self.notices += [row for row in change.rows if isinstance(row, NewNotice)]

    @property
    def page(self) -> str:
        """Return the first sentences of the citizen's page."""
        return str(own_view(self.complaint, None, self.complaint.filed_at or at("2026-04-06T09:00"))["standing"])

    def of_audience(self, audience: Audience) -> list[NewNotice]:
        return [notice for notice in self.notices if notice.audience is audience]

    def message(self, channel: Channel, notices: Sequence[NewNotice], audience: Audience = Audience.CITIZEN) -> Content:
        """Return the message that would carry these notices now."""
        case = self.heard if isinstance(self.heard, CaseState) else CaseState()
        names = {code: one.name for code, one in opds().items()}
        said = [
            notice_of(
                one.kind, one.occurred_at, one.values, case=case, link="https://tanggap.example/a", opd_names=names
            )
            for one in notices
        ]
        return compose(audience, channel, said)
