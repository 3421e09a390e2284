"""The reporter appeals once after a closing, and reads what became of it."""

from datetime import timedelta

import pytest

from services.intake.api.forms import act_of
from services.intake.api.sentences import standing
from services.intake.errors import TooLate
from services.intake.rules.citizen import allowed_acts
from services.intake.rules.commands_citizen import Appeal, Confirm, Dispute
from services.intake.rules.pending import pending_act
from shared.events import cases
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.events.deadlines import DeadlineSet
from shared.events.submissions_appeal import CitizenAppealed
from shared.policy import OMBUDSMAN
from tests.unit.intake.test_intake_tracking import ANSWER, KEY, NOW, REOPENED, YOU, after, folded, page

SILENT = cases.Closed(by="silence")
APPEAL = Appeal(reason="Jawabannya bukan tentang aduan saya.", channel="web")
WAITS = Appealed(opd="dishub", reason=APPEAL.reason)
REJECTED = AppealDecided(verdict="rejected", reason="Perbaikan sudah diperiksa di lapangan.")
UPHELD = AppealDecided(verdict="upheld", reason="Foto bukti dari tempat lain.", opd="dishub")


def test_an_appeal_is_offered_after_a_closing_alone() -> None:
    assert "appeal" not in allowed_acts(after(ANSWER), NOW)
    closed = after(ANSWER, SILENT)
    assert {"appeal", "dispute"} <= allowed_acts(closed, NOW)
    assert "appeal" in page(closed).acts
    assert "appeal" not in allowed_acts(closed, NOW + timedelta(days=31))


def test_an_appeal_is_sent_once_and_stands_in_the_timeline() -> None:
    change = folded({KEY: after(ANSWER, SILENT)}, APPEAL, NOW + timedelta(hours=3))
    [out] = change.events
    assert out.data == CitizenAppealed(reason=APPEAL.reason, channel="web")
    sent = after(ANSWER, SILENT, APPEAL)
    assert pending_act(sent) == "appealed"
    assert page(sent).acts == {"rate"}
    assert (sent.timeline[-1].what, sent.timeline[-1].quote) == ("appealed", APPEAL.reason)
    with pytest.raises(TooLate):
        folded({KEY: sent}, APPEAL, NOW + timedelta(hours=4))


def test_beside_a_waiting_appeal_nothing_else_reopens_or_confirms() -> None:
    waiting = after(ANSWER, SILENT, APPEAL, WAITS)
    assert (pending_act(waiting), waiting.appeal) == (None, "waiting")
    assert allowed_acts(waiting, NOW) == {"rate"}


def test_the_page_says_until_when_the_appeal_is_decided() -> None:
    due = NOW + timedelta(days=14)
    clock = DeadlineSet(clock="appeal", run=1, started_at=NOW, due_at=due, explanation="10 hari kerja")
    assert "diputus pengawas paling lambat Senin, 30 Maret 2026" in standing(
        after(ANSWER, SILENT, APPEAL, WAITS, clock)
    )


def test_a_rejected_appeal_names_the_ombudsman_and_stands() -> None:
    rejected = after(ANSWER, SILENT, APPEAL, WAITS, REJECTED)
    assert OMBUDSMAN in standing(rejected)
    assert (rejected.timeline[-1].what, rejected.timeline[-1].quote) == ("appeal_rejected", REJECTED.reason)
    assert allowed_acts(rejected, NOW) == {"rate"}
    assert not YOU.search(standing(rejected, own=False))


def test_after_an_upheld_appeal_the_next_closing_can_be_disputed_but_not_appealed_against() -> None:
    again = after(ANSWER, SILENT, APPEAL, WAITS, UPHELD, REOPENED, ANSWER, SILENT)
    assert again.appeal == "upheld"
    assert allowed_acts(again, NOW) == {"rate", "dispute", "confirm"}


def test_a_case_that_comes_back_without_a_decision_leaves_the_right_to_appeal() -> None:
    again = after(ANSWER, SILENT, APPEAL, WAITS, REOPENED, ANSWER, SILENT)
    assert again.appeal is None
    assert "appeal" in allowed_acts(again, NOW)


def test_an_appeal_that_came_too_late_is_taken_in_as_a_reply() -> None:
    taken = after(ANSWER, SILENT, APPEAL, cases.Replied(text=APPEAL.reason, state="resolved"))
    assert (taken.appeal, taken.state) == (None, "resolved")


def test_the_form_asks_for_the_reason() -> None:
    assert act_of({"tindakan": "keberatan", "keterangan": APPEAL.reason}) == APPEAL
    assert act_of({"tindakan": "keberatan"}) == {"keberatan": "Tulis mengapa Anda berkeberatan, lalu kirim."}


@pytest.mark.parametrize("act", [Confirm(channel="web"), Dispute(reason="Masih.", channel="web")])
def test_after_another_act_the_appeal_waits_for_its_answer(act: Confirm | Dispute) -> None:
    assert "appeal" not in page(after(ANSWER, SILENT, act)).acts
