"""The trace of an event goes on with the notices that follow from it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notifier.rules.fold import fold, keys_of
from services.notifier.rules.rows import NewNotice
from services.notifier.sending.letters import Letter
from shared.events import contacts
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item
from shared.trace import id_of
from tests.support.notifier_facts import assigned, escalated, linked, opened
from tests.support.notifier_folds import COMPLAINT, HOURS, NOW, PERSON, States, states_after

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
REPLY = contacts.ReplyRequested(template="received", channel="whatsapp", address="+6280000000123")


def notices(states: States, key: Any, fact: Fact, traceparent: str | None) -> list[NewNotice]:
    keys = keys_of(key, fact)
    item = replace(Item(key, fact, "test", NOW, new_id(), keys), traceparent=traceparent)
    change = fold({one: states.get(one) for one in keys}, item, NOW, hours=HOURS)
    return [row for row in change.rows if isinstance(row, NewNotice)]


@pytest.mark.parametrize("traceparent", [TRACE, None])
@pytest.mark.parametrize("fact", [assigned(), escalated(NOW, "head"), REPLY], ids=lambda fact: fact.TYPE)
def test_every_notice_has_the_trace_of_its_fact(fact: Fact, traceparent: str | None) -> None:
    states = states_after((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON)), (COMPLAINT, assigned()))
    made = notices(states, PERSON if fact is REPLY else COMPLAINT, fact, traceparent)
    assert made
    assert {notice.traceparent for notice in made} == {traceparent}


def test_a_share_of_an_imported_history_has_the_trace_of_its_fact() -> None:
    history = opened(NOW - timedelta(days=40), imported_at=NOW, history=True)
    [share] = notices(states_after((COMPLAINT, history)), COMPLAINT, assigned(), TRACE)
    assert share.traceparent == TRACE


@pytest.mark.parametrize(
    ("traces", "first"), [((TRACE, OTHER), TRACE), ((None, OTHER), OTHER), ((None, None), None), ((TRACE,), TRACE)]
)
def test_a_letter_with_several_notices_has_the_trace_of_the_first(
    traces: tuple[str | None, ...], first: str | None
) -> None:
    rows = tuple(row_with(trace) for trace in traces)
    letter = Letter(rows[0], rows)
    assert letter.traceparent == first
    assert {letter.result(row, "sent").traceparent for row in rows} == {first}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (TRACE, "4bf92f3577b34da6a3ce929d0e0e4736"),
        (None, None),
        ("", None),
        ("x" * 55, None),
        (TRACE.upper(), None),
        (TRACE + "\r\nx-other: 1", None),
        (TRACE + "\n", None),
        ("ff" + TRACE[2:], None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01", None),
    ],
)
def test_the_id_of_a_trace_is_read_only_from_a_well_formed_one(written: str | None, found: str | None) -> None:
    assert id_of(written) == found


def row_with(traceparent: str | None) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "tries": 1,
        "channel": "email",
        "template": "assigned",
        "recipient": "officer:1",
        "traceparent": traceparent,
    }
