"""The opening of a case, the commands of the desk, and merging."""

from typing import Any

import pytest

from services.router.errors import CannotMerge, ReasonNeeded, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_referral, commands_sp4n
from shared.events.cases import Assigned, Opened, Referred, Triaged
from shared.events.submissions import CitizenReplied, External, ExternalStatusChanged
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, in_triage, refused, resolved
from tests.support.router_facts import REFUSE, UNCLEAR, Story, from_sp4n, submitted, types


def test_a_clear_complaint_is_assigned_at_once() -> None:
    story = Story()
    said = story.fold(submitted())
    assert types(said) == ["case.opened", "case.assigned", "assignment.snapshot"]
    assert (story.case.state, story.case.opd, story.case.revision) == ("assigned", DISDIKBUD, 2)


def test_an_unclear_complaint_is_put_before_a_person_with_three_candidates() -> None:
    said = Story().fold(submitted(UNCLEAR))
    triaged = said[1]
    assert isinstance(triaged, Triaged)
    assert (triaged.desk, len(triaged.candidates)) == ("triage", 3)
    assert any("status jalannya" in reason for reason in triaged.reasons)


def test_what_is_another_authoritys_is_referred_with_what_to_do_next() -> None:
    said = Story().fold(submitted(REFUSE, place="Samarinda"))
    referred = said[1]
    assert isinstance(referred, Referred)
    assert (referred.authority, referred.to) == ("regency_or_city", "Pemerintah Kota Samarinda")
    assert "Pemerintah Kota Samarinda" in referred.next_step


def test_a_row_that_sp4n_had_closed_opens_closed_and_nothing_else_happens() -> None:
    story = Story()
    said = story.fold(from_sp4n(status="closed", status_text="Ditutup oleh Admin", by="admin"))
    assert types(said) == ["case.opened"]
    opened = said[0]
    assert isinstance(opened, Opened)
    assert (opened.state, opened.closed_by, story.case.due) == ("closed", "admin", None)


def test_a_row_that_sp4n_has_in_work_is_routed_like_all_and_its_agency_is_one_reason() -> None:
    story = Story()
    said = story.fold(from_sp4n(opd="Dinas Kesehatan"))
    given = said[1]
    assert isinstance(given, Assigned)
    assert given.opd == DISDIKBUD
    assert any("Dinas Kesehatan" in reason for reason in given.reasons)


def test_what_the_adapter_says_of_topic_and_class_stands() -> None:
    story = assigned(topic="scholarship", class_hint="aspiration")
    assert (story.case.topic, story.case.class_) == ("scholarship", "aspiration")


@pytest.mark.parametrize("word", ["ppdb", "Infrastruktur Jalan", "Topik Lainnya", ""])
def test_a_topic_that_is_none_of_ours_is_left_to_the_text(word: str) -> None:
    assert assigned(topic=word).case.topic == "school"


def test_triage_assigns_and_every_assignment_has_an_id_of_its_own() -> None:
    story = in_triage()
    story.fold(c.Assign(opd="dishub", reason="Jalan provinsi."))
    first = story.case.assignment_id
    story.fold(c.Decline(opd="dishub", reason="Bukan kami."))
    story.fold(c.Assign(opd="dishub"))
    assert first != story.case.assignment_id


def test_an_assigned_case_is_not_assigned_again_without_a_reason() -> None:
    assert isinstance(refused(assigned(), c.Assign(opd="dishub")), ReasonNeeded)


def test_referring_an_assigned_case_withdraws_it() -> None:
    story = assigned()
    refer = commands_referral.Refer(
        authority="centre", to="Kementerian Agama", reason="Madrasah.", next_step="Hubungi Kemenag."
    )
    assert types(story.fold(refer)) == ["case.referred", "case.authority_told", "assignment.snapshot"]


def test_reclassifying_changes_no_state_and_the_opd_sees_it() -> None:
    story = assigned()
    assert types(story.fold(c.Reclassify(reason="Ada pungutan.", class_="oversight"))) == [
        "case.reclassified",
        "assignment.snapshot",
    ]
    assert (story.case.class_, story.case.state) == ("oversight", "assigned")


def test_an_admin_closes_only_what_was_answered() -> None:
    assert isinstance(refused(assigned(), c.Close(reason="Selesai.")), WrongState)
    story = resolved()
    story.fold(c.Close(reason="Selesai."))
    assert story.case.state == "closed"


def merged() -> tuple[Story, Any]:
    story, other = assigned(contacts=(new_id(),)), new_id()
    story.fold(submitted(UNCLEAR, ticket="KT-BBBB-BBBB-B", contacts=(new_id(),)), key=other)
    story.fold(c.Merge(into=story.key), key=other, keys=(other, story.key))
    return story, other


def test_the_people_of_a_merged_case_follow_the_other() -> None:
    story, other = merged()
    gone = story.states[other]
    assert gone is not None
    assert (gone.state, gone.merged_into, story.case.followers) == ("merged", story.key, gone.contacts)


def test_a_reply_on_a_merged_case_reaches_the_one_that_lives_on() -> None:
    story, other = merged()
    story.fold(CitizenReplied(text="Masih sama.", channel="web"), key=other)
    assert story.case.replies == ("Masih sama.",)


def test_merging_into_a_merged_case_is_refused() -> None:
    story, other = merged()
    third = new_id()
    story.fold(submitted(UNCLEAR, ticket="KT-CCCC-CCCC-C"), key=third)
    assert isinstance(refused(story, c.Merge(into=other), key=third, keys=(third, other)), CannotMerge)


def test_a_case_cannot_be_merged_into_itself() -> None:
    story = assigned()
    assert isinstance(refused(story, c.Merge(into=story.key)), CannotMerge)


def test_an_unmerged_case_is_as_before() -> None:
    story, other = merged()
    story.fold(c.Unmerge(), key=other, keys=(other, story.key))
    back = story.states[other]
    assert back is not None
    assert (back.state, back.desk, story.case.followers) == ("verification", "triage", ())


def test_what_the_citizen_reads_here_waits_to_be_copied_to_sp4n() -> None:
    story = Story()
    story.fold(from_sp4n())
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar sejak Senin."))
    assert [(copy.what, copy.text) for copy in story.case.copies] == [
        ("answer", "Guru pengganti sudah mengajar sejak Senin.")
    ]
    story.fold(commands_sp4n.Copied(number=1))
    assert story.case.copies == ()


def test_another_status_in_sp4n_is_seen_and_ours_stands() -> None:
    story = Story()
    story.fold(from_sp4n())
    told = External(system="sp4n", id="7000001", status="closed", status_text="Ditutup oleh Sistem")
    assert types(story.fold(ExternalStatusChanged(external=told))) == ["case.external_status_changed"]
    assert story.case.state == "assigned"
