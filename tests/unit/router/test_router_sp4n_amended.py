"""A later import tells the complaint otherwise: taken over, protection only ever added."""

from typing import Any

import pytest

from services.router.rules import commands as c
from services.router.rules import commands_sp4n
from shared.events.fact import Fact
from shared.events.opd import Assignment
from shared.events.submissions import SourceChanged
from tests.support.router_facts import SCHOOL, START, UNCLEAR, Story, types
from tests.support.router_sp4n import FILED, kinds, row, there


def changed(story: Story, *columns: str, **values: Any) -> list[Fact]:
    given: dict[str, Any] = {
        "changed": columns,
        "source": "Website",
        "text": SCHOOL,
        "reporter_name": "Warga Contoh",
        "filed_at": FILED,
        "external": there("assigned"),
    }
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
        story,
        "text",
        "place",
        "class",
        "category",
        text="Guru SMAN 7 tidak mengajar.",
        place="Bontang",
        class_hint="oversight",
        topic="scholarship",
    )
    [snapshot] = snapshots(said)
    assert (snapshot.text, snapshot.place, snapshot.class_, snapshot.topic) == (
        "Guru SMAN 7 tidak mengajar.",
        "Bontang",
        "oversight",
        "scholarship",
    )
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
    story.fold(commands_sp4n.DecideNews(number=1, follow=True))
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
