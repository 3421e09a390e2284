"""The state of every service keeps the fields of newer code at every depth."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter

from services.intake.state import ClockShown, Complaint, Contact, IntakeState, TimelineEntry
from services.notifier.state import CaseState, ContactState, Link, NotifiedAudiences, NotifierState, RunningClock
from services.router.state import Case
from services.router.state_parts import FormerOpd, TextToCopy
from services.sla.state import CaseClocks, ClockHalt, ClockRun, ReachedLevel
from shared.errors import NewerState
from shared.events.fact import Attachment, Candidate
from shared.events.opd import Assignment
from shared.events.submissions import External
from shared.frozen import read_state
from shared.tally import Tally

AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
EXTRA = {"deep": [{"x": None}, 1.5, "é"]}
FILE = Attachment(id="1", sha256="0", type="image/jpeg", size=1)
STATES: list[tuple[Any, BaseModel]] = [
    (
        IntakeState,
        Complaint(
            clocks={"respond": ClockShown(run=1)}, timeline=(TimelineEntry(at=AT, what="replied"),), said=Tally()
        ),
    ),
    (IntakeState, Contact(complaints=(KEY,))),
    (
        Case,
        Case(
            left=(FormerOpd(opd="dishub", assignment_id=KEY, until=AT),),
            copies=(TextToCopy(number=1, what="answer", text="x", at=AT),),
            attachments=(FILE,),
            candidates=(Candidate(authority="province", confidence=0.5),),
            acts=Tally(),
            external=External(system="sp4n", id="1"),
        ),
    ),
    (
        CaseClocks,
        CaseClocks(
            halts=(ClockHalt(kind="waiting", start=AT),),
            runs=(ClockRun(clock="respond", run=1, started_at=AT, due_at=AT, fired=(ReachedLevel(level=0, at=AT),)),),
        ),
    ),
    (
        NotifierState,
        CaseState(
            clocks={"respond": RunningClock(run=1, started_at=AT, due_at=AT)},
            told={"respond:1": NotifiedAudiences(was_due_at=AT, audiences=())},
        ),
    ),
    (NotifierState, ContactState(links={KEY: Link(ticket="KT", role="reporter")})),
]


def grown(value: Any, written: Any) -> int:
    """Put a field into the JSON of every model in it; how many there are."""
    if isinstance(value, BaseModel):
        written["from_newer"] = EXTRA
        return 1 + sum(grown(getattr(value, name), written.get(name)) for name in type(value).model_fields)
    if isinstance(value, tuple):
        return sum(grown(one, two) for one, two in zip(value, written, strict=True))
    if isinstance(value, dict):
        return sum(grown(one, written[str(name)]) for name, one in value.items())
    return 0


@pytest.mark.parametrize(
    ("kind", "state"), STATES, ids=lambda value: type(value).__name__ if isinstance(value, BaseModel) else ""
)
def test_unknown_fields_survive_a_round_trip_at_every_level(kind: Any, state: BaseModel) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    written = json.loads(adapter.dump_json(state))
    models = grown(state, written)
    assert models == _models(state)
    again = adapter.dump_json(read_state(adapter, json.dumps(written)).with_())
    assert json.loads(again) == written


def _models(value: Any) -> int:
    """Count the kinds of models in a state. A sample must have each of them."""
    kinds: dict[Any, int] = {Complaint: 4, Contact: 1, Case: 7, CaseClocks: 4, CaseState: 3, ContactState: 2}
    return kinds[type(value)]


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Case, '{"state": "escalated"}'),
        (Case, '{"attachments": [{"id": "1", "sha256": "0", "type": "x", "size": "large"}]}'),
        (CaseClocks, '{"halts": [{"kind": "strike", "start": "2026-03-16T02:00:00Z"}]}'),
        (IntakeState, '{"kind": "office"}'),
        (NotifierState, '{"kind": "case", "clocks": {"wait": {}}}'),
    ],
)
def test_an_unknown_value_is_newer_and_not_an_error_of_ours(kind: Any, raw: str) -> None:
    with pytest.raises(NewerState):
        read_state(TypeAdapter(kind), raw)


def test_a_field_of_newer_code_does_not_reach_an_event_that_forbids_it() -> None:
    raw = '{"attachments": [{"id": "1", "sha256": "0", "type": "x", "size": 1, "from_newer": 1}]}'
    case = read_state(TypeAdapter(Case), raw)
    said = Assignment(
        assignment_id=KEY,
        version=1,
        ticket="KT",
        state="assigned",
        class_="no_oversight",
        priority="normal",
        attachments=case.attachments,
    )
    assert "from_newer" not in said.model_dump_json()
