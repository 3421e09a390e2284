"""A referred complaint for its reporter: what the page allows, what it says, and the answers on a chat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.api.sentences import sentence, standing
from services.intake.rules.citizen import allowed_acts
from services.intake.rules.commands_citizen import ObjectToReferral, ShareContact
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import Heard, OnCase, Turn
from services.intake.rules.pending import pending_act
from services.intake.state import Complaint, Conversation, TimelineEntry
from shared.ids import new_id
from tests.support.conversation_player import Player

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
CITY = "Pemerintah Kota Samarinda"
LINE = TimelineEntry(at=NOW, what="referred_proposed", params={"to": CITY})
REFERRED = Complaint(
    ticket="KT-0000-0001-X", state="referred", proposal=True, ended_at=NOW, contacts=(new_id(),), timeline=(LINE,)
)
BOTH = frozenset({"object", "share"})


def known(on_referral: frozenset[str] = BOTH, state: str = "referred") -> KnownComplaint:
    return KnownComplaint(new_id(), state, "KT-0000-0001-X", on_referral=on_referral)


def said(text: str, case: KnownComplaint, choice: str | None = None) -> Turn:
    heard: Heard = replace(Player().message(text), cases=(case,), choice=choice)
    return converse(Conversation(), heard, NOW)


def acts(turn: Turn) -> list[type]:
    return [type(act.act) for act in turn.acts if isinstance(act, OnCase)]


def test_a_proposal_can_be_brought_back_once_within_thirty_days() -> None:
    assert allowed_acts(REFERRED, NOW) == BOTH
    assert allowed_acts(REFERRED.with_(objected=True), NOW) == {"share"}
    assert allowed_acts(REFERRED, NOW + timedelta(days=31)) == {"share"}
    assert allowed_acts(REFERRED.with_(proposal=False), NOW) == {"share"}


def test_who_is_anonymous_unreachable_or_has_consented_is_not_asked_for_consent() -> None:
    for one in (REFERRED.with_(anonim=True), REFERRED.with_(contacts=()), REFERRED.with_(shares=True)):
        assert allowed_acts(one, NOW) == {"object"}


def test_the_page_says_whose_work_we_think_it_is_and_to_others_the_same_without_asking() -> None:
    assert standing(REFERRED) == (
        f"Kami anggap ini urusan {CITY}. Bila menurut Anda ini urusan provinsi, nyatakan di bawah."
    )
    assert standing(REFERRED, own=False) == f"Kami anggap ini urusan {CITY}."
    assert sentence(LINE) == f"Kami anggap ini urusan {CITY}."


def test_the_tap_is_on_its_way_until_the_case_moves_or_a_person_reads_it() -> None:
    tapped = REFERRED.with_(objected=True, timeline=(LINE, TimelineEntry(at=NOW, what="objected")))
    assert pending_act(tapped) == "objected"
    assert pending_act(tapped.with_(state="verification")) is None
    assert pending_act(tapped.with_(unread=True)) is None
    back = TimelineEntry(at=NOW, what="taken_back_objected")
    again = tapped.with_(timeline=(*tapped.timeline, back, TimelineEntry(at=NOW, what="referred", params={"to": CITY})))
    assert pending_act(again) is None


@pytest.mark.parametrize(
    "text", ["PROVINSI", "ini urusan provinsi", "Menurut saya ini urusan provinsi pak", "tetap wewenang provinsi"]
)
def test_words_on_any_chat_bring_a_referral_back(text: str) -> None:
    assert acts(said(text, known())) == [ObjectToReferral]


@pytest.mark.parametrize("text", ["Izinkan", "izinkan nama saya", "IZINKAN pak"])
def test_words_on_any_chat_allow_name_and_contact(text: str) -> None:
    turn = said(text, known())
    assert acts(turn) == [ShareContact]
    assert turn.replies[0].text.startswith("Terima kasih. Nama dan kontak Anda")


def test_a_button_names_its_complaint() -> None:
    assert acts(said("Ini urusan provinsi", known(), "object:KT-0000-0001-X")) == [ObjectToReferral]
    assert acts(said("Izinkan nama saya", known(), "share:KT-0000-0001-X")) == [ShareContact]
    assert acts(said("Ini urusan provinsi", known(), "object:KT-9999-9999-X")) == []


def test_a_second_press_is_kept_for_a_person_and_one_after_the_return_changes_nothing() -> None:
    assert acts(said("", known(frozenset({"share"})), "object:KT-0000-0001-X")) == [ObjectToReferral]
    turn = said("", known(frozenset(), "verification"), "object:KT-0000-0001-X")
    assert acts(turn) == []
    assert turn.replies


def test_such_words_without_a_referral_are_heard_as_any_others() -> None:
    assert ObjectToReferral not in acts(said("urusan provinsi", known(frozenset(), "in_progress")))
