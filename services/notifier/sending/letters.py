"""Letters: leased rows put together into messages that can be sent, or the reason why one must not be sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.notifier.channels.outgoing import Outgoing
from services.notifier.codes import CHANNELS, Audience, Channel, NoticeKind
from services.notifier.rules.notice_values import desk_of, link_of, notice_of
from services.notifier.rules.rows import MessageState, Result
from services.notifier.state import CaseState, ContactState, NotifierState
from services.notifier.store import MessageRow
from services.notifier.texts import MAX_TEXT, MAX_WITH_BUTTONS, Content, Notice, compose
from shared.reference import opds

WINDOW = timedelta(hours=24)
GOODBYES = ("opted_out", "opted_in")
_STATE: TypeAdapter[NotifierState] = TypeAdapter(NotifierState)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. ``head`` is the leased row. ``rows`` are all rows that the message says.

    ``rows`` includes the head, and is in the order of the notices. The head *carries* the other rows.
    """

    head: MessageRow
    rows: tuple[MessageRow, ...]

    @property
    def traceparent(self) -> str | None:
        """The trace of the first notice that has one, as a W3C ``traceparent``."""
        return next((row["traceparent"] for row in self.rows if row["traceparent"]), None)

    def result(self, row: MessageRow, state: MessageState, status: str | None = None, **more: Any) -> Result:
        """Return the result of one of the letter's rows."""
        return Result(
            row["id"],
            row["tries"],
            state,
            row["channel"],
            row["template"],
            row["recipient"],
            status,
            traceparent=self.traceparent,
            **more,
        )


@dataclass(frozen=True, slots=True)
class TextSettings:
    """Values that the texts need beside the rows: base URLs without a final slash."""

    public: str
    console: str


def group_into_letters(rows: Sequence[MessageRow]) -> list[Letter]:
    """Group the rows of the query ``load_leased`` into letters by their carrier."""
    found = []
    for carrier, group in groupby(
        sorted(rows, key=lambda row: (str(row["carrier"]), row["occurred_at"], row["position"])),
        lambda row: row["carrier"],
    ):
        of_one = tuple(group)
        head = next((row for row in of_one if row["id"] == carrier), None)
        if head is not None:
            found.append(Letter(head, of_one))
    return found


def obstacle(letter: Letter) -> str | None:
    """Return the reason why a letter must not be sent at all, or None."""
    head, facts = letter.head, json.loads(letter.head["facts"])
    person = _contact(head)
    if not head["address"] or (person and person.erased):
        return "erased"
    if head["channel"] not in CHANNELS:
        return "no channel"
    if person and person.opted_out and facts.get("template") not in GOODBYES:
        return "opted out"
    if facts.get("stale"):
        return "stale"
    return "unknown template" if facts.get("unknown") else None


def compose_outgoing(letter: Letter, texts: TextSettings, now: datetime) -> Outgoing:
    """Return the letter ready to send. ``now`` is domain time, in which WhatsApp's 24-hour window is counted."""
    head = letter.head
    audience, person = Audience(head["audience"]), _contact(head)
    notices, data = [], []
    names = {code: opd.name for code, opd in opds().items()}
    for row in letter.rows:
        facts, case = json.loads(row["facts"]), _case(row)
        desk = desk_of(audience, row["template"], facts)
        link = link_of(audience, case, person, row["complaint"], desk, public=texts.public, console=texts.console)
        notices.append(
            notice_of(NoticeKind(row["template"]), row["occurred_at"], facts, case=case, link=link, opd_names=names)
        )
        data.append(_data(row, case, facts, link))
    channel = Channel(head["channel"])
    window = person is not None and person.window_at is not None and now < person.window_at + WINDOW
    first = data[0]
    return Outgoing(
        id=head["id"],
        address=head["address"],
        content=_content(letter, audience, channel, notices),
        free_text=window and not head["as_template"],
        in_reply_to=json.loads(head["facts"]).get("in_reply_to"),
        occurred_at=head["occurred_at"],
        data=first if len(data) == 1 else {"type": "complaint.several", "notices": data},
        secrets=tuple(secret for secret in (head["secret"], head["secret_before"]) if secret),
        traceparent=letter.traceparent,
    )


def _content(letter: Letter, audience: Audience, channel: Channel, notices: Sequence[Notice]) -> Content:
    """Return what a letter says, with the answers to choose from that its last reply offers.

    The replies of a conversation stand alone, without the frame of a notice.
    """
    content = compose(audience, channel, notices)
    facts = [json.loads(row["facts"]) for row in letter.rows]
    if all(notice.kind is NoticeKind.REPLY and notice.values["template"] == "reply" for notice in notices):
        links = dict.fromkeys(notice.link for notice in notices if notice.ticket)
        text = "\n\n".join([*dict.fromkeys(one["text"] for one in facts), *links])
        content = replace(content, text=text[:MAX_TEXT], buttons=())
    choices = tuple((str(choice), str(title)) for choice, title in facts[-1].get("choices", ()))
    return replace(content, buttons=choices) if choices and len(content.text) <= MAX_WITH_BUTTONS else content


def key_of(row: MessageRow) -> UUID:
    """Return the key under which a row's result is reported: the complaint, or the contact for a reply without one.

    Raises ValueError when the row has neither.
    """
    key: UUID | None = row["complaint"] or row["contact"]
    if key is None:
        raise ValueError("a message belongs to a complaint or to a contact")
    return key


def _data(row: MessageRow, case: CaseState, facts: Mapping[str, Any], link: str) -> dict[str, Any]:
    shown = (
        "opd",
        "question",
        "answer",
        "reason",
        "until",
        "to",
        "next_step",
        "closed_by",
        "survivor",
        "clock",
        "level",
        "was_due",
        "lead",
        "helps",
    )
    return {
        "type": f"complaint.{row['template']}",
        "ticket": case.ticket,
        "link": link,
        "occurred_at": row["occurred_at"].isoformat(),
        **{name: facts[name] for name in shown if name in facts},
    }


def _case(row: MessageRow) -> CaseState:
    state = _STATE.validate_json(row["case"]) if row["case"] else None
    return state if isinstance(state, CaseState) else CaseState()


def _contact(row: MessageRow) -> ContactState | None:
    state = _STATE.validate_json(row["person"]) if row["person"] else None
    return state if isinstance(state, ContactState) else None
