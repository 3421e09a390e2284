"""Files that come with a complaint or a reply go into its event, and are linked to every complaint that gets it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.intake.rules.commands import Submit
from services.intake.rules.commands_citizen import Confirm, Reply
from services.intake.rules.fold import fold
from services.intake.rules.links import AwaitedMedia, MediaLink
from services.intake.state import Complaint
from shared.events.fact import Attachment
from shared.events.submissions import CitizenReplied, ComplaintContent
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 3, 16, 2, tzinfo=UTC)
MEDIA = new_id()
PHOTO = Attachment(id=str(MEDIA), sha256="ab" * 32, type="image/jpeg", size=5)


def told(command: Any, *complaints: Complaint) -> tuple[list[UUID], Change[Any]]:
    """Return the keys of these complaints, and the change that the command makes to the first."""
    keys = [new_id() for _ in complaints] or [new_id()]
    states = dict(zip(keys, complaints or (None,), strict=True))
    if isinstance(command, Reply):
        command = replace(command, others=tuple(keys[1:]))
    return keys, fold(states, Item(keys[0], command, "citizen", NOW, new_id(), tuple(keys)), NOW)


def complaint(state: Any = "in_progress") -> Complaint:
    return Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", state=state, filed_at=NOW)


def test_a_complaint_has_its_files_in_its_event_and_a_link_to_each() -> None:
    content = ComplaintContent(source="web", text="Lampu padam")
    command = Submit("KT-7F3K-9Q2M-X", "/aduan", "web", content, NOW, files=(PHOTO,))
    [key], change = told(command)
    assert [getattr(out.data, "attachments", ()) for out in change.events] == [(PHOTO,)]
    assert [row for row in change.rows if isinstance(row, MediaLink)] == [MediaLink(key, (MEDIA,))]


def test_a_reply_to_two_complaints_links_its_files_to_both() -> None:
    keys, change = told(Reply("Ini fotonya", "web", files=(PHOTO,)), complaint(), complaint())
    assert [(out.key, out.data.attachments) for out in change.events if isinstance(out.data, CitizenReplied)] == [
        (key, (PHOTO,)) for key in keys
    ]
    assert set(change.rows) == {MediaLink(key, (MEDIA,)) for key in keys}


def test_a_plain_yes_with_a_photo_is_read_by_a_person_and_loses_nothing() -> None:
    _, plain = told(Reply("Sudah", "web"), complaint("resolved"))
    _, shown = told(Reply("Sudah", "web", files=(PHOTO,)), complaint("resolved"))
    assert not any(isinstance(out.data, CitizenReplied) for out in plain.events)
    assert [out.data.attachments for out in shown.events if isinstance(out.data, CitizenReplied)] == [(PHOTO,)]


def test_an_act_without_files_links_none() -> None:
    for command in (Reply("Ini alamatnya", "web"), Confirm("web")):
        _, change = told(command, complaint("resolved"))
        assert change.rows == ()


def awaited(change: Change[Any]) -> list[AwaitedMedia]:
    return [row for row in change.rows if isinstance(row, AwaitedMedia)]


def test_a_complaint_awaits_the_files_that_its_channel_still_holds() -> None:
    content = ComplaintContent(source="WhatsApp", text="Lampu padam")
    command = Submit("KT-7F3K-9Q2M-X", "/aduan", "whatsapp", content, NOW, attachments=("media-1", "media-2"))
    [key], change = told(command)
    assert [(row.complaint, row.provider_id) for row in awaited(change)] == [(key, "media-1"), (key, "media-2")]
    assert len({row.id for row in awaited(change)}) == 2


def test_a_file_of_two_complaints_is_one_file() -> None:
    keys, change = told(Reply("Ini fotonya", "whatsapp", attachments=("media-1",)), complaint(), complaint())
    assert [row.complaint for row in awaited(change)] == keys
    assert len({row.id for row in awaited(change)}) == 1


def test_a_yes_with_a_photo_in_a_chat_confirms_and_keeps_the_photo() -> None:
    [key], change = told(Reply("Sudah", "whatsapp", attachments=("media-1",)), complaint("resolved"))
    assert [out.data.TYPE for out in change.events] == ["submission.citizen_confirmed"]
    assert [(row.complaint, row.provider_id) for row in awaited(change)] == [(key, "media-1")]
