"""The word KEBERATAN on a chat appeals against the closing of a complaint, with the words after it as the reason."""

from datetime import UTC, datetime

import pytest

from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Reserved
from services.intake.rules.commands_citizen import Appeal
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import Heard, OnCase, Turn
from services.intake.state import Conversation
from shared.ids import new_id

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
RESERVED = Reserved(new_id(), "KT-2222-3333-X", "/aduan/KT-2222-3333-X/x", NOW)
WHY = "lampunya masih padam sejak Senin"


def known(state: str, ticket: str = "KT-7F3K-9Q2M-X") -> KnownComplaint:
    return KnownComplaint(new_id(), state, ticket)


def said(text: str, *cases: KnownComplaint) -> Turn:
    return converse(Conversation(), Heard(reserved=RESERVED, hash="h", text=text, cases=cases), NOW)


@pytest.mark.parametrize("text", [f"KEBERATAN {WHY}", f"keberatan: {WHY}", f"Keberatan, {WHY}"])
def test_the_word_and_a_reason_appeal_against_the_closing(text: str) -> None:
    case = known("closed")
    turn = said(text, case)
    assert turn.acts == (OnCase(case.key, Appeal(WHY, "whatsapp")),)
    assert turn.replies == ()


def test_the_word_alone_is_answered_by_how_to_appeal() -> None:
    turn = said("KEBERATAN", known("closed"))
    assert (turn.acts, turn.replies) == ((), (say.APPEAL_HOW,))


def test_a_ticket_names_the_complaint_that_is_meant() -> None:
    first, second = known("closed"), known("closed", "KT-2222-4444-X")
    [act] = said(f"Keberatan KT-2222-4444-X {WHY}", first, second).acts
    assert isinstance(act, OnCase)
    assert act.case == second.key


def test_without_a_closed_complaint_the_word_is_one_like_any_other() -> None:
    turn = said(f"Keberatan {WHY}", known("in_progress"))
    assert not any(isinstance(act, OnCase) and isinstance(act.act, Appeal) for act in turn.acts)
