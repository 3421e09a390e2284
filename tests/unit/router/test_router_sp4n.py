"""SP4N's export at the router: an open row is taken over as it stands there, and what SP4N tells later follows a rule."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.router.errors import WrongState
from services.router.routing.named import agency_named
from services.router.rules import commands as c
from services.router.rules import fold
from shared.events import cases
from shared.events.fact import Fact
from shared.events.opd import Assignment
from shared.events.submissions import CitizenConfirmed, External, ExternalStatusChanged, SourceChanged, Submitted
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.router_cases import refused
from tests.support.router_facts import SCHOOL, START, UNCLEAR, Story, submitted, types

FILED = START - timedelta(days=1200)
DISPOSED = FILED + timedelta(days=3)
FOLLOWED_UP = FILED + timedelta(days=20)
WORDS = {
    "verification": "Belum Terverifikasi", "awaiting_citizen": "Menunggu Kelengkapan Informasi", "assigned": "Terverifikasi",
    "in_progress": "Ditanggapi oleh Pelapor",
}  # fmt: skip


def there(status: str, word: str = "", **more: Any) -> External:
    told: dict[str, Any] = {"system": "sp4n", "id": "7000001", "status": status, "status_text": word or WORDS.get(status, status)}
    return External(**({"opd": "Dinas Perhubungan"} | told | more))


def row(external: External, text: str = SCHOOL, filed_at: datetime = FILED, **more: Any) -> Submitted:
    return submitted(text, channel="sp4n", external=external, filed_at=filed_at, **more)


def old(status: str, text: str = SCHOOL, **more: Any) -> Story:
    """An open row of years ago, imported now."""
    story = Story()
    story.fold(row(there(status, history=True, imported_at=START, **more), text))
    return story


def fresh(status: str = "assigned", text: str = SCHOOL, **more: Any) -> Story:
    story = Story()
    story.fold(row(there(status, imported_at=START, **more), text, START - timedelta(days=1)))
    return story


def again(story: Story, status: str, word: str = "", **more: Any) -> list[Fact]:
    return story.later(days=3).fold(ExternalStatusChanged(external=there(status, word, **more)))


def kinds(story: Story) -> list[str]:
    return [news.kind for news in story.case.news]


# taking over ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("assigned", ["case.opened", "case.assigned"]),
        ("in_progress", ["case.opened", "case.assigned", "case.accepted"]),
        ("awaiting_citizen", ["case.opened", "case.assigned", "case.info_requested"]),
    ],
)
def test_an_old_open_row_goes_on_in_its_state_with_the_agency_that_has_it_there(status: str, events: list[str]) -> None:
    story = old(status)
    assert (story.case.state, story.case.opd) == (status, "dishub")
    assert [name for name in story.types() if name.startswith("case.")] == events


@pytest.mark.parametrize("status", ["assigned", "in_progress", "awaiting_citizen"])
def test_its_events_bear_the_dates_they_have_there(status: str) -> None:
    story = old(status, disposed_at=DISPOSED, followed_up_at=FOLLOWED_UP)
    dates = {out.data.TYPE: out.at for out in story.last.events}
    assert (dates["case.opened"], dates["case.assigned"]) == (FILED, DISPOSED)
    later = {"in_progress": "case.accepted", "awaiting_citizen": "case.info_requested"}.get(status)
    assert later is None or dates[later] == FOLLOWED_UP


def test_the_readers_learn_that_it_is_history() -> None:
    opened = old("assigned").said[0][1]
    assert isinstance(opened, cases.Opened)
    assert (opened.history, opened.imported_at, opened.filed_at) == (True, START, FILED)


def test_an_old_unverified_row_and_one_without_an_agency_of_ours_are_put_before_a_person() -> None:
    for story in (old("verification"), old("in_progress", UNCLEAR, opd="Kementerian Agama"), old("assigned", UNCLEAR, opd=None)):
        assert (story.case.state, story.case.desk, story.case.opd) == ("verification", "triage", None)


@pytest.mark.parametrize("status", ["assigned", "in_progress", "awaiting_citizen"])
def test_the_agency_can_work_on_what_was_taken_over(status: str) -> None:
    for command, state in (
        (c.Progress(opd="dishub", text="Sedang dikerjakan."), "in_progress"),
        (c.Resolve(opd="dishub", answer="Sudah diperbaiki."), "resolved"),
        (c.Decline(opd="dishub", reason="Bukan wewenang kami."), "verification"),
    ):
        story = old(status)
        story.later(days=1).fold(command)
        assert story.case.state == state


def test_the_desk_can_assign_what_waits_for_the_citizen_there() -> None:
    story = old("awaiting_citizen", UNCLEAR, opd=None)
    assert story.case.state == "awaiting_citizen"
    story.later(days=1).fold(c.Assign(opd="dishub"))
    assert (story.case.state, story.case.opd) == ("assigned", "dishub")


def test_todays_verified_report_is_routed_by_its_text_and_its_clock_starts_at_its_date() -> None:
    story = fresh()
    assert (story.case.state, story.case.opd) == ("assigned", "disdikbud")
    assert [out.at for out in story.last.events if out.data.TYPE == "case.assigned"] == [START - timedelta(days=1)]


def test_where_todays_text_settles_nothing_a_person_sees_the_agency_there_among_the_candidates() -> None:
    story = fresh(text=UNCLEAR)
    assert (story.case.state, story.case.desk) == ("verification", "triage")
    assert any("Dinas Perhubungan" in reason for reason in story.case.reasons)


def test_todays_unverified_report_is_assigned_now() -> None:
    story = fresh("verification")
    dates = [out.at for out in story.last.events if out.data.TYPE.startswith("case.")]
    assert dates == [START - timedelta(days=1), START]


def test_a_date_in_the_future_starts_no_clock_later_than_the_import() -> None:
    story = Story()
    story.fold(row(there("assigned", imported_at=START), filed_at=START + timedelta(hours=20)))
    assert all(out.at is None or out.at <= START for out in story.last.events)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Dinas Perhubungan", "dishub"),
        ("Dinas Perhubungan Provinsi Kalimantan Timur", "dishub"),
        ("DPMPTSP", "dpmptsp"),
        ("RSUD Abdoel Wahab Sjahranie (Samarinda)", "rsud-aws"),
        ("Biro Umum Sekretariat Daerah Prov. Kaltim", "setda-umum"),
        ("Dinas Kesehatan Kota Samarinda", None),
        ("Dinas Lingkungan Hidup Kabupaten Kutai Timur", None),
        ("Pemerintah Provinsi Kalimantan Timur", None),
        ("Kementerian Agama", None),
        ("", None),
        (None, None),
    ],
)
def test_an_agency_is_ours_only_where_its_name_can_mean_no_other(name: str | None, code: str | None) -> None:
    assert agency_named(name) == code


# the second import ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "by", "closed_by"),
    [
        ("Ditutup oleh Sistem", "system", "silence"),
        ("Ditutup oleh Admin", "admin", "admin"),
        ("Ditutup oleh Pelapor", "reporter", "citizen"),
    ],
)
def test_an_answered_case_closes_when_sp4n_closes_and_is_listed(word: str, by: str, closed_by: str) -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar."))
    said = again(story, "closed", word, by=by)
    [closed] = [fact for fact in said if isinstance(fact, cases.Closed)]
    assert (story.case.state, closed.by, kinds(story)) == ("closed", closed_by, ["closed_too"])


@pytest.mark.parametrize("status", ["verification", "assigned", "in_progress", "awaiting_citizen"])
@pytest.mark.parametrize(
    ("ended", "word"),
    [("closed", "Ditutup oleh Sistem"), ("archived", "Diarsipkan oleh Admin"), ("archived", "Konten Terblokir")],
)
def test_what_nobody_here_has_answered_is_put_before_a_person(status: str, ended: str, word: str) -> None:
    story = old(status)
    state = story.case.state
    again(story, ended, word, by="admin")
    assert (story.case.state, kinds(story)) == (state, ["closed_there"])


def test_a_person_follows_or_leaves_it() -> None:
    followed, left = old("assigned"), old("assigned")
    for story in (followed, left):
        again(story, "closed", "Ditutup oleh Admin", by="admin")
    followed.fold(c.DecideNews(number=1, follow=True))
    left.fold(c.DecideNews(number=1))
    assert (followed.case.state, left.case.state, followed.case.news, left.case.news) == ("closed", "assigned", (), ())


def test_following_is_refused_once_the_case_has_moved_on() -> None:
    story = old("assigned")
    again(story, "closed", "Ditutup oleh Admin", by="admin")
    story.fold(c.Archive(reason="other"))
    assert isinstance(refused(story, c.DecideNews(number=1, follow=True)), WrongState)
    story.fold(c.DecideNews(number=1))


def test_the_reporters_own_closing_there_is_a_withdrawal_here() -> None:
    story = old("in_progress")
    again(story, "closed", "Ditutup oleh Pelapor", by="reporter")
    assert (story.case.state, kinds(story)) == ("archived", ["closed_too"])


@pytest.mark.parametrize(
    ("closing", "answered", "state"), [("always", False, "closed"), ("never", True, "resolved"), ("answered", False, "assigned")]
)
def test_the_office_chooses_when_a_closing_is_followed(closing: Any, answered: bool, state: str) -> None:
    story = fresh()
    if answered:
        story.fold(c.Resolve(opd="disdikbud", answer="Sudah."))
    fact = ExternalStatusChanged(external=there("closed", "Ditutup oleh Sistem", by="system"))
    item = Item(key=story.key, data=fact, actor="x", at=story.now, id=new_id(), keys=(story.key,))
    after = fold(story.states, item, story.now, closing=closing).states[story.key]
    assert after is not None
    assert after.state == state


def test_a_citizen_who_came_back_there_reopens_the_case_with_its_agency() -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Sudah."))
    story.fold(CitizenConfirmed(channel="web"))
    assert story.case.state == "closed"
    assert "case.reopened" in types(again(story, "in_progress"))
    assert (story.case.state, story.case.opd, story.case.round, kinds(story)) == ("in_progress", "disdikbud", 2, ["came_back"])


def test_one_that_was_imported_ended_reopens_with_the_agency_that_sp4n_names() -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Sistem", by="system")))
    again(story, "in_progress")
    assert (story.case.state, story.case.opd, kinds(story)) == ("in_progress", "dishub", ["came_back"])
    story.fold(c.Resolve(opd="dishub", answer="Sudah."))
    assert story.case.state == "resolved"


def test_one_that_no_agency_of_ours_had_comes_back_to_the_desk() -> None:
    story = Story()
    story.fold(row(there("archived", "Diarsipkan oleh Sistem", by="system", opd=None)))
    [triaged] = [fact for fact in again(story, "in_progress", opd=None) if isinstance(fact, cases.Triaged)]
    assert (story.case.state, story.case.desk, triaged.reopened) == ("verification", "triage", True)


def test_an_answered_case_on_which_the_citizen_responds_there_reopens() -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Sudah."))
    again(story, "in_progress")
    assert (story.case.state, kinds(story)) == ("in_progress", ["came_back"])


def test_a_response_there_to_an_open_case_is_seen_by_a_person() -> None:
    story = fresh()
    again(story, "in_progress")
    assert (story.case.state, kinds(story)) == ("assigned", ["came_back"])


@pytest.mark.parametrize("status", ["verification", "assigned", "awaiting_citizen"])
def test_one_that_sp4n_opened_again_is_put_before_a_person(status: str) -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Admin", by="admin")))
    again(story, status)
    assert (story.case.state, kinds(story)) == ("closed", ["reopened_there"])
    story.fold(c.DecideNews(number=1, follow=True))
    assert (story.case.state, story.case.opd, story.case.news) == ("in_progress", "dishub", ())


def test_what_waited_for_the_citizen_goes_on_when_sp4n_does() -> None:
    story = old("awaiting_citizen")
    [received] = [fact for fact in again(story, "in_progress") if isinstance(fact, cases.InfoReceived)]
    assert (story.case.state, received.answered) == ("assigned", True)


def test_a_question_that_sp4n_asks_later_makes_it_wait_and_still_workable() -> None:
    story = fresh()
    again(story, "awaiting_citizen", reason="Mohon foto lokasi.")
    assert (story.case.state, story.case.question) == ("awaiting_citizen", "Mohon foto lokasi.")
    story.fold(c.Resolve(opd="disdikbud", answer="Sudah."))
    assert story.case.state == "resolved"


def test_an_ending_there_replaces_the_return_before_it_on_the_list() -> None:
    story = old("assigned")
    again(story, "in_progress")
    again(story, "closed", "Ditutup oleh Admin", by="admin")
    assert kinds(story) == ["closed_there"]


def test_both_ended_is_no_news() -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Sistem", by="system")))
    again(story, "archived", "Diarsipkan oleh Admin", by="admin")
    assert (story.case.state, story.case.news) == ("closed", ())


# what SP4N tells otherwise ----------------------------------------------------------------------------------------------


def changed(story: Story, *columns: str, **values: Any) -> list[Fact]:
    given: dict[str, Any] = {
        "changed": columns, "source": "Website", "text": SCHOOL, "reporter_name": "Warga Contoh", "filed_at": FILED,
        "external": there("assigned"),
    }  # fmt: skip
    return story.later(days=3).fold(SourceChanged(**(given | values)))


def snapshots(said: list[Fact]) -> list[Assignment]:
    return [fact for fact in said if isinstance(fact, Assignment) and not fact.withdrawn]


def test_a_report_made_anonymous_there_carries_no_name_in_the_next_snapshot() -> None:
    story = Story()
    story.fold(row(there("assigned"), reporter_name="Warga Contoh", filed_at=START))
    assert snapshots([fact for _, fact in story.said])[-1].reporter_name == "Warga Contoh"
    said = changed(story, "anonim", "rahasia", anonim=True, rahasia=True)
    assert [one.reporter_name for one in snapshots(said)] == [None]
    assert (story.case.anonim, story.case.rahasia, story.case.reporter_name) == (True, True, None)


def test_an_import_never_takes_anonymity_off() -> None:
    story = Story()
    story.fold(row(there("assigned"), anonim=True, rahasia=True, filed_at=START))
    said = changed(story, "text", text="Isi yang diperbaiki.", anonim=False, rahasia=False)
    assert (story.case.anonim, story.case.rahasia, story.case.reporter_name) == (True, True, None)
    assert [one.reporter_name for one in snapshots(said)] == [None]


def test_text_place_class_and_category_are_taken_over_and_the_agency_sees_them() -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START))
    said = changed(
        story, "text", "place", "class", "category",
        text="Guru SMAN 7 tidak mengajar.", place="Bontang", class_hint="oversight", topic="scholarship",
    )  # fmt: skip
    [snapshot] = snapshots(said)
    assert (snapshot.text, snapshot.place, snapshot.class_, snapshot.topic) == (
        "Guru SMAN 7 tidak mengajar.", "Bontang", "oversight", "scholarship",
    )  # fmt: skip
    assert {"case.source_amended", "case.reclassified"} <= set(types(said))


def test_what_a_person_here_has_set_stays() -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START))
    story.fold(c.Reclassify(reason="Ada pungutan.", class_="oversight", topic="integrity"))
    changed(story, "class", "category", class_hint="aspiration", topic="road")
    assert (story.case.class_, story.case.topic) == ("oversight", "integrity")


def test_another_agency_there_moves_what_nobody_has_taken_up() -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START))
    said = changed(story, "opd", external=there("assigned", opd="Dinas Perhubungan"))
    assert (story.case.opd, story.case.state) == ("dishub", "assigned")
    assert [one.withdrawn for one in said if isinstance(one, Assignment)] == [True, False]


@pytest.mark.parametrize("name", ["Dinas Perhubungan", "Kementerian Agama"])
def test_another_agency_there_for_work_in_progress_is_put_before_a_person(name: str) -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START))
    story.fold(c.Accept(opd="disdikbud"))
    changed(story, "opd", external=there("assigned", opd=name))
    assert (story.case.opd, kinds(story)) == ("disdikbud", ["moved_there"])


def test_a_person_moves_it_too() -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START))
    story.fold(c.Accept(opd="disdikbud"))
    changed(story, "opd", external=there("assigned", opd="Dinas Perhubungan"))
    story.fold(c.DecideNews(number=1, follow=True))
    assert (story.case.opd, story.case.state) == ("dishub", "assigned")


def test_a_clearer_text_at_the_desk_is_routed_again() -> None:
    story = Story()
    story.fold(row(there("verification", opd=None), UNCLEAR, START))
    assert story.case.desk == "triage"
    changed(story, "text", text=SCHOOL, external=there("verification", opd=None))
    assert (story.case.state, story.case.opd) == ("assigned", "disdikbud")


def test_an_ended_case_takes_it_over_without_a_word_to_the_agency() -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Sistem", by="system"), reporter_name="Warga Contoh"))
    said = changed(story, "anonim", anonim=True, external=there("closed", "Ditutup oleh Sistem", by="system"))
    assert types(said) == ["case.source_amended"]
    assert (story.case.anonim, story.case.reporter_name) == (True, None)
