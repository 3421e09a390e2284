"""The content of a complaint: one value from the door to the event, in the written form of all releases."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.intake.api.answers import ContentOut
from services.intake.api.forms import read_form
from services.intake.api.models import SubmissionIn
from services.intake.rules.commands import ContactPerson, Submit
from services.intake.rules.external import COMPARED, digests
from services.intake.rules.fold import fold
from services.intake.state import Complaint
from shared.events.submissions import ComplaintContent, External, SourceChanged, Submitted, content_of
from shared.ids import new_id
from shared.pipeline import Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, CONTACT = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"), UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c")
CONTENT = ComplaintContent(
    source="KIM",
    text="Lampu padam.",
    title="Lampu",
    place="Loa Janan",
    topic="lampu_jalan",
    class_hint="no_oversight",
    reporter_name="Warga",
    anonim=False,
    rahasia=True,
    place_code="64.02.03",
)
# The bytes of this content in the events of all releases.
WRITTEN = (
    '"source":"KIM","text":"Lampu padam.","title":"Lampu","place":"Loa Janan","topic":"lampu_jalan",'
    '"class_hint":"no_oversight","reporter_name":"Warga","anonim":false,"rahasia":true,'
)
EXTERNAL = External(system="sp4n", id="8507246", category="Lampu")


def submitted() -> tuple[Submitted, Complaint]:
    person = ContactPerson(CONTACT, "whatsapp", "6280000000123")
    command = Submit("KT-7F3K-9Q2M-X", "/aduan/x/y", "kim", CONTENT, NOW, people=(person,))
    item = Item(KEY, command, "adapter:x", NOW, new_id(), (KEY, CONTACT))
    change = fold({KEY: None, CONTACT: None}, item, NOW)
    fact, complaint = change.events[0].data, change.states[KEY]
    assert isinstance(fact, Submitted)
    assert isinstance(complaint, Complaint)
    return fact, complaint


def test_a_submission_is_written_in_the_bytes_of_all_releases() -> None:
    written = submitted()[0].model_dump_json()
    assert written.startswith('{"ticket":"KT-7F3K-9Q2M-X","channel":"kim",' + WRITTEN)
    after = f'"contacts":["{CONTACT}"],"filed_at":"2026-03-16T02:00:00Z","external":null,"attachments":[]'
    assert written.endswith(after + ',"wordless":false,"suspicions":[]}')


def test_a_change_elsewhere_is_written_in_the_bytes_of_all_releases() -> None:
    fact = SourceChanged(**dict(CONTENT), changed=("text",), filed_at=NOW, external=EXTERNAL)
    written = fact.model_dump_json()
    assert written.startswith('{"changed":["text"],' + WRITTEN)
    assert ',"filed_at":"2026-03-16T02:00:00Z","external":{"system":"sp4n","id":"8507246",' in written


def test_an_event_gives_back_the_content_that_it_was_written_from() -> None:
    fact, complaint = submitted()
    assert content_of(fact) == CONTENT
    assert (complaint.source, complaint.anonim, complaint.rahasia) == ("KIM", False, True)


def test_a_log_or_trace_shows_no_words_of_the_citizen() -> None:
    shown = f"{CONTENT!r} {submitted()[0]!r}"
    assert not [word for word in ("Lampu padam.", "'Lampu'", "Warga") if word in shown]


@pytest.mark.parametrize("name", sorted(ComplaintContent.model_fields.keys() & SubmissionIn.model_fields.keys()))
def test_an_adapter_fills_the_fields_of_the_same_name(name: str) -> None:
    sent = {"text": "Lampu padam.", "source": "KIM", "title": "Lampu", "place": "Loa Janan", "topic": "lampu_jalan"}
    item = SubmissionIn.model_validate(sent | {"anonim": True, "rahasia": True})
    assert getattr(item.content("SMS Gateway"), name) == getattr(item, name)


def test_an_adapter_names_source_class_and_reporter_in_its_own_words() -> None:
    sent = {"text": "Lampu padam.", "class": "permit", "reporter": {"name": "Warga"}}
    content = SubmissionIn.model_validate(sent).content("SMS Gateway")
    assert (content.source, content.class_hint, content.reporter_name) == ("SMS Gateway", "permit", "Warga")
    assert SubmissionIn.model_validate(sent | {"anonim": True}).content("SMS Gateway").reporter_name is None


def test_the_form_keeps_an_anonymous_reporters_name_to_itself() -> None:
    fields = {"isi": "Lampu padam di jalan", "lokasi": "Loa Janan", "nama": "Warga"}
    named, anonymous = (read_form(fields | more).content() for more in ({}, {"anonim": "1"}))
    assert (named.reporter_name, anonymous.reporter_name, anonymous.anonim) == ("Warga", None, True)


def test_the_reporter_reads_fields_that_the_content_has() -> None:
    assert ContentOut.model_fields.keys() <= ComplaintContent.model_fields.keys()


def test_every_field_that_an_export_has_of_its_own_is_compared_with_the_next_export() -> None:
    """The state keeps these digests, so their names and values stay as they are."""
    before = digests(CONTENT, NOW, EXTERNAL)
    assert tuple(before) == COMPARED
    for name, value in CONTENT:
        other = not value if isinstance(value, bool) else "Lain"
        changed = digests(CONTENT.model_copy(update={name: other}), NOW, EXTERNAL)
        assert (changed != before) is (name not in {"topic", "place_code", "application", "position"})


def test_the_stored_digests_are_those_of_all_releases() -> None:
    kept = digests(CONTENT, NOW, EXTERNAL)
    assert (kept["text"], kept["class"], kept["filed_at"], kept["disposed_at"]) == (
        "df922d826b32cbec",
        "ddc682c1e9468f73",
        "041266a8c33ffe76",
        "dc937b59892604f5",
    )
