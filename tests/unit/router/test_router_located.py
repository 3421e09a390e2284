"""Place code, application and position: from the submission to the case, its events and its OPD's snapshot."""

from typing import Any

from services.router.api.views_pages import as_case_page
from services.router.rules import commands as c
from services.router.store import StoredCase
from shared.events import cases
from shared.events.opd import Assignment
from shared.events.submissions import Position, SourceChanged
from tests.support.router_facts import SCHOOL, START, Story, submitted
from tests.support.router_sp4n import FILED, row, there

CODE, NUMBER = "64.72.03.1005", "B-120/DPMPTSP/2026"
POSITION = Position(latitude=-0.4721, longitude=117.1534)


def opened(**more: Any) -> Story:
    story = Story()
    story.fold(submitted(place="Dekat pasar", place_code=CODE, application=NUMBER, position=POSITION, **more))
    return story


def test_the_opd_and_the_readers_of_the_case_get_what_the_citizen_gave() -> None:
    story = opened()
    facts = [fact for _, fact in story.said]
    [event] = [fact for fact in facts if isinstance(fact, cases.Opened)]
    [snapshot] = [fact for fact in facts if isinstance(fact, Assignment)]
    assert event.place_code == CODE
    assert (snapshot.place_code, snapshot.application, snapshot.position) == (CODE, NUMBER, POSITION)
    assert snapshot.whole is None


def test_the_page_of_the_case_reads_the_code_out_and_shows_number_and_position() -> None:
    story = opened()
    page = as_case_page(StoredCase(story.key, story.case), [], START)
    assert page["area"] == "Kelurahan Sidodadi, Kecamatan Samarinda Ulu, Kota Samarinda"
    assert (page["application"], page["position"]) == (NUMBER, "-0.4721, 117.1534")


def test_the_chosen_place_decides_whose_matter_it_is_although_the_words_name_none() -> None:
    story = Story()
    story.fold(submitted("Sampah menumpuk di pinggir jalan tidak diangkut.", place="Dekat pasar", place_code=CODE))
    [referred] = [fact for _, fact in story.said if isinstance(fact, cases.Referred)]
    assert "Samarinda" in referred.to


def test_a_place_that_the_desk_corrects_brings_its_own_code_or_none() -> None:
    story = opened()
    story.fold(c.Reclassify(reason="Salah tempat.", place="Loa Janan"))
    assert (story.case.place, story.case.place_code) == ("Loa Janan", "64.02.03")
    story.fold(c.Reclassify(reason="Belum tentu.", place="Rantau Panjang"))
    assert story.case.place_code is None
    story.fold(c.Reclassify(reason="Kelas.", class_="information"))
    assert story.case.place == "Rantau Panjang"


def test_a_place_that_changed_in_sp4n_brings_its_code_and_an_older_intake_takes_none_away() -> None:
    story = Story()
    story.fold(row(there("assigned"), filed_at=START, place="Samarinda", place_code="64.72"))
    given: dict[str, Any] = {"source": "Website", "text": SCHOOL, "filed_at": FILED, "external": there("assigned")}
    story.fold(SourceChanged(changed=("text",), place="Samarinda", **given))
    assert story.case.place_code == "64.72"
    story.fold(SourceChanged(changed=("place",), place="Bontang", place_code="64.74", **given))
    assert (story.case.place, story.case.place_code) == ("Bontang", "64.74")
    said = [fact for _, fact in story.said if isinstance(fact, cases.Reclassified)]
    assert said[-1].place_code == "64.74"
