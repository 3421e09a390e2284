"""Signs of misuse in a complaint, and what is none."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.rules.commands import ContactPerson, Submit
from services.intake.rules.fold import fold
from services.intake.rules.similarity import hash_of, marks_of, subject_of
from services.intake.rules.suspicions import busy, signs_in
from services.intake.state import Contact
from services.router.labels import SUSPICION_LABELS
from shared.events.submissions import ComplaintContent, External, Submitted
from shared.ids import new_id
from shared.pipeline import Item
from shared.reference.place_names import place_code_of

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def made(at: datetime, number: int = 0) -> UUID:
    """Return an id (UUIDv7) that was made at a time."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | number)


@pytest.mark.parametrize(
    "text",
    [
        "Slot gacor maxwin hari ini klik https://contoh.example/daftar",
        "Jasa followers murah, order di wa.me/6281200001234",
        "lihat http://a.example http://b.example www.c.example",
    ],
)
def test_advertisements_and_heaps_of_links_are_suspicious(text: str) -> None:
    assert signs_in(text) == ("links",)


@pytest.mark.parametrize(
    "text",
    [
        "Judi online dan slot marak di desa kami, anak-anak daftar dan deposit lewat ponsel. Tolong ditindak.",
        "Jalan rusak di sini https://maps.app.goo.gl/abc https://maps.app.goo.gl/def https://www.google.com/maps/x",
        "Pengumuman di https://kaltimprov.go.id/a, https://dishub.kaltimprov.go.id/b dan https://lapor.go.id tidak sama.",
        "Fotonya di https://drive.example/abc",
        "Lampu jalan padam sejak Senin",
    ],
)
def test_complaints_about_such_things_and_links_to_maps_and_offices_are_not(text: str) -> None:
    assert signs_in(text) == ()


def test_the_twentieth_complaint_of_a_contact_within_an_hour_is_suspicious() -> None:
    minutes = [made(NOW + timedelta(minutes=number), number) for number in range(20)]
    assert busy(Contact(complaints=tuple(minutes[:18])), minutes[18]) == ()
    assert busy(Contact(complaints=tuple(minutes[:19])), minutes[19]) == ("many",)
    assert busy(Contact(complaints=tuple(minutes)), minutes[19]) == ("many",)
    assert busy(Contact(channel="webhook", complaints=tuple(minutes[:19])), minutes[19]) == ()
    hours = [made(NOW + timedelta(minutes=4 * number), number) for number in range(20)]
    assert busy(Contact(complaints=tuple(hours[:19])), hours[19]) == ()


def suspicions(external: External | None = None, *, known: Contact | None = None, text: str = "Lampu padam") -> object:
    person = ContactPerson(new_id(), "whatsapp", "6281200001234")
    content = ComplaintContent(source="web", text=text)
    command = Submit("KT-1", "/x", "web", content, NOW, people=(person,), external=external, suspicions=("robot",))
    key = new_id()
    change = fold({key: None, person.id: known}, Item(key, command, "citizen", NOW, new_id(), (key, person.id)), NOW)
    fact = change.events[0].data
    assert isinstance(fact, Submitted)
    return fact.suspicions


def test_a_submission_names_what_the_channel_and_the_rules_have_seen() -> None:
    many = Contact(complaints=tuple(new_id() for _ in range(20)))
    assert suspicions(known=many, text="http://a.example http://b.example http://c.example") == (
        "links",
        "many",
        "robot",
    )
    assert suspicions(External(system="sp4n", id="1")) == ()


def test_the_desk_has_words_for_every_sign() -> None:
    assert set(SUSPICION_LABELS) == {"robot", "same_text", "many", "links"}


def test_equal_texts_have_one_hash_whatever_their_case_blanks_and_signs() -> None:
    assert hash_of("Jalan RUSAK,  di Loa Janan!") == hash_of("jalan rusak di loa janan")
    assert hash_of("Jalan rusak") != hash_of("Jalan bagus")


@pytest.mark.parametrize(
    ("place", "region", "marks"),
    [
        ("Jl. Poros, Loa Janan", "64.02", ("@64.02.03",)),
        ("Desa Loa Janan Ulu, Kec. Loa Janan", "64.02", ("@64.02.03", "@64.02.03.2003")),
        ("Kabupaten Kutai Kartanegara, Loa Janan", "64.02", ("@64.02.03",)),
        ("Jalan Wahid Hasyim, Samarinda", "64.72", ("@hasyim", "@wahid")),
        ("Kota Samarinda", "64.72", ()),
        ("", "64.02", ("@64.02.06",)),
        ("Gang Kelapa Merdu", "64.02", ("@64.02.06", "@kelapa", "@merdu")),
    ],
)
def test_a_place_is_marked_by_kecamatan_village_and_street_never_by_the_regency(
    place: str, region: str, marks: tuple[str, ...]
) -> None:
    code = place_code_of(place, "Sampah menumpuk di Tenggarong")
    assert marks_of(code, place) == (region, marks)


def test_an_unknown_place_is_marked_by_its_own_words() -> None:
    assert marks_of(None, "Dusun Sukarimba") == (None, ("@sukarimba",))


def test_the_subject_is_without_places_and_empty_words() -> None:
    assert subject_of("Lampu jalan di Loa Janan dan Tenggarong sudah padam sejak Senin") == "lampu padam"
