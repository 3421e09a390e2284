"""Every complaint gets the code of its place where its words surely name it, on every channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.api.models import SubmissionIn
from services.intake.rules.commands import ContactPerson, Hear, Reserved, SourceMessage, Submit, SyncExternal
from services.intake.rules.fold import fold
from services.intake.rules.location import located
from services.intake.state import Complaint
from shared.events.submissions import ComplaintContent, External, Position, SourceChanged, Submitted
from shared.ids import new_id
from shared.pipeline import Item

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def content(text: str = "Lampu jalan padam.", **more: Any) -> ComplaintContent:
    return ComplaintContent(source="KIM", text=text, **more)


def filed(given: ComplaintContent) -> tuple[Submitted, Complaint]:
    key = new_id()
    change = fold(
        {key: None}, Item(key, Submit("KT-1", "/x", "kim", given, NOW), "adapter:x", NOW, new_id(), (key,)), NOW
    )
    fact, complaint = change.events[0].data, change.states[key]
    assert isinstance(fact, Submitted)
    assert isinstance(complaint, Complaint)
    return fact, complaint


def test_a_chosen_code_stays_whatever_the_words_say() -> None:
    assert located(content(place="Bontang", place_code="64.72")).place_code == "64.72"


def test_a_submission_carries_the_code_that_place_title_or_text_name() -> None:
    assert filed(content(place="Sidodadi, Samarinda"))[0].place_code == "64.72.03.1005"
    assert filed(content(title="Lampu di Palaran"))[0].place_code == "64.72.01"
    assert filed(content("Lampu di Rantau Panjang padam."))[0].place_code is None


def test_a_complaint_from_whatsapp_carries_the_code_of_its_place() -> None:
    contact, reserved = new_id(), Reserved(new_id(), "KT-1", "/x", NOW)
    person = ContactPerson(contact, "whatsapp", "6281200001234")
    hear = Hear(SourceMessage(person, NOW, "hash"), reserved, text="Lampu jalan di Sempaja Selatan padam semua")
    [(key, submit)] = fold({contact: None}, Item(contact, hear, "citizen", NOW, new_id(), (contact,)), NOW).forwards
    change = fold({key: None}, Item(key, submit, "citizen", NOW, new_id(), (key,)), NOW)
    fact = change.events[0].data
    assert isinstance(fact, Submitted)
    assert fact.place_code == "64.72.05.1002"


def test_an_export_that_names_another_place_brings_its_code() -> None:
    external = External(system="sp4n", id="8507246")
    _, complaint = filed(content(place="Samarinda"))
    key, moved = new_id(), content(place="Bontang")
    command = SyncExternal(external, moved, NOW - timedelta(days=1), {"place": "before"})
    change = fold({key: complaint}, Item(key, command, "import", NOW, new_id(), (key,)), NOW)
    [fact] = [out.data for out in change.events if isinstance(out.data, SourceChanged)]
    assert (fact.changed, fact.place_code) == (("place",), "64.74")


def test_an_adapter_names_a_known_place_and_an_application_in_any_spelling() -> None:
    sent = {"text": "Izin belum terbit", "place_code": "64.72.03", "application": "b-120 / dpmptsp / 2026"}
    given = SubmissionIn.model_validate(sent).content("KIM")
    assert (given.place_code, given.application) == ("64.72.03", "B-120/DPMPTSP/2026")


@pytest.mark.parametrize(
    "wrong", [{"place_code": "64.72.99"}, {"place_code": "64"}, {"application": "6472000000000001"}]
)
def test_an_adapter_hears_of_an_unknown_place_or_a_number_that_is_none(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        SubmissionIn.model_validate({"text": "Izin belum terbit"} | wrong)
    assert refused.value.errors()[0]["loc"] == tuple(wrong)


@pytest.mark.parametrize(
    ("place", "position"),
    [
        ("-0.50000, 117.15000", (-0.5, 117.15)),
        ("Pasar Segiri, -0.482341, 117.146212", (-0.4823, 117.1462)),
        ("https://maps.google.com/?q=0.13412,117.50121", (0.1341, 117.5012)),
        ("Rp 12.500, 300.000", None),
        ("52.37021, 104.89517", None),
        ("Jl. Poros km 12.5", None),
        (None, None),
    ],
)
def test_a_pin_gives_the_complaint_its_position(place: str | None, position: tuple[float, float] | None) -> None:
    fact, _ = filed(content(place=place))
    assert (fact.position and (fact.position.latitude, fact.position.longitude)) == position


def test_a_position_that_was_given_stays() -> None:
    given = Position(latitude=-0.1234, longitude=117.1234)
    fact, _ = filed(content(place="-0.50000, 117.15000", position=given))
    assert fact.position == given
