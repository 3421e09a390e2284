"""People at the webhook: edits, deletions, reactions, groups, and one person under several ids."""

from typing import Any

import pytest

from tests.support.intake import Intake, message

TEXT = "jln poros Loa Janan rusak parah bgt, tdk ada perbaikan"


async def kinds(intake: Intake) -> list[str]:
    """Return the kinds of the events of complaints."""
    return [kind.removeprefix("submission.") for kind, _ in await intake.events("submission.")]


def bare(wamid: str, kind: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a message without words of a type."""
    told = message(wamid, "") | {"type": kind, kind: content} | more
    del told["text"]
    return told


def edit(wamid: str, original: str, text: str) -> dict[str, Any]:
    return bare(wamid, "edit", {"original_message_id": original, "message": {"type": "text", "text": {"body": text}}})


async def test_an_edit_is_added_to_the_complaint_of_the_edited_message(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await intake.whatsapp(message("wamid.2", "Air kotor di Babulu sudah seminggu"))
    await intake.whatsapp(edit("wamid.3", "wamid.1", TEXT + " sejak Mei"))
    assert await kinds(intake) == ["submitted", "submitted", "citizen_replied"]
    rows = await intake.rows("SELECT key, type FROM events WHERE type LIKE 'submission.%' ORDER BY position")
    assert rows[2]["key"] == rows[0]["key"]


async def test_an_edit_of_a_draft_goes_into_the_draft(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", "lampu mati di depan rumah kami"))
    await intake.whatsapp(edit("wamid.2", "wamid.1", "lampu jalan mati di Palaran"))
    await intake.whatsapp(message("wamid.3", "kirim"))
    [(_, data)] = await intake.events("submission.")
    assert data["text"] == "lampu mati di depan rumah kami\nlampu jalan mati di Palaran"


async def test_a_deletion_is_recorded_in_silence(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    before = len(await intake.events())
    await intake.whatsapp(bare("wamid.2", "revoke", {"original_message_id": "wamid.1"}))
    assert [kind for kind, _ in (await intake.events())[before:]] == ["contact.window_opened"]


async def test_a_reaction_says_nothing_by_itself(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await intake.whatsapp(bare("wamid.2", "reaction", {"message_id": "wamid.1", "emoji": "👍"}))
    assert await kinds(intake) == ["submitted"]
    assert not await intake.events("contact.reply_requested")


async def test_a_message_of_a_group_is_counted_and_dropped(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT, group_id="G.1"))
    assert await intake.events() == []
    registry = intake.live.meters.registry
    labels = {"field": "messages", "outcome": "dropped"}
    assert registry.get_sample_value("tanggap_whatsapp_changes_total", labels) == 1


async def test_a_person_who_later_comes_without_a_number_is_no_stranger(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await intake.whatsapp(message("wamid.2", "halo", from_user_id="ID.9"))
    told = message("wamid.3", "tiangnya nomor 17 pak", from_user_id="ID.9")
    del told["from"]
    await intake.whatsapp(told)
    assert await kinds(intake) == ["submitted", "citizen_replied"]
    assert len(await intake.rows("SELECT key FROM state WHERE data ->> 'same_as' IS NOT NULL")) == 1


async def test_two_ids_that_were_known_apart_become_one_person(intake: Intake) -> None:
    by_id = message("wamid.1", TEXT, from_user_id="ID.9")
    del by_id["from"]
    await intake.whatsapp(by_id)
    await intake.whatsapp(message("wamid.2", "Air kotor di Babulu sudah seminggu"))
    await intake.whatsapp(message("wamid.3", "STATUS", from_user_id="ID.9"))
    asked = (await intake.events("contact.reply_requested"))[-1][1]["params"]["text"]
    tickets = [data["ticket"] for _, data in await intake.events("submission.submitted")]
    assert all(ticket in asked for ticket in tickets)
    await intake.whatsapp(message("wamid.4", "STATUS"))
    assert (await intake.events("contact.reply_requested"))[-1][1]["params"]["text"] == asked


async def test_a_draft_goes_on_under_another_id_of_the_person(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", "lampu jalan mati di depan rumah"))
    await intake.whatsapp(message("wamid.2", "di Palaran", from_user_id="ID.9"))
    told = message("wamid.3", "kirim", from_user_id="ID.9")
    del told["from"]
    await intake.whatsapp(told)
    assert await kinds(intake) == ["submitted"]


async def test_a_changed_number_leads_to_the_same_person_and_is_the_address_from_now_on(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    system = {"type": "user_changed_number", "body": "User changed number", "wa_id": "6280000000999"}
    await intake.whatsapp(bare("wamid.2", "system", system))
    await intake.whatsapp(message("wamid.3", "tiangnya nomor 17 pak", "6280000000999"))
    assert await kinds(intake) == ["submitted", "citizen_replied"]
    assert (await intake.events("contact.reply_requested"))[-1][1]["address"] == "6280000000999"
    assert not await intake.events("contact.opted")


@pytest.mark.parametrize("together", [True, False])
async def test_bubbles_of_one_person_are_one_complaint(intake: Intake, together: bool) -> None:
    bubbles = [message(f"wamid.{n}", text) for n, text in enumerate(("halo", "lampu jalan mati", "di Palaran", "ya"))]
    if together:
        await intake.whatsapp(*bubbles)
    else:
        for bubble in bubbles:
            await intake.whatsapp(bubble)
    [(_, data)] = await intake.events("submission.")
    assert (data["text"], data["place"]) == ("lampu jalan mati\ndi Palaran", "Palaran")


async def test_a_complaint_and_its_detail_in_one_body_stay_together(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT), message("wamid.2", "dekat pasar"), message("wamid.3", "sejak Mei"))
    assert await kinds(intake) == ["submitted", "citizen_replied", "citizen_replied"]
