"""The answers to the questions after the end, pressed on WhatsApp: through the real door, each once."""

from typing import Any

import pytest

from shared.events import cases
from tests.integration.intake.test_intake_webhook import put
from tests.support.intake import Intake, message

SENDER = "6280000000123"


def pressed(wamid: str, title: str, choice: str) -> dict[str, Any]:
    """Return the press of a quick reply of an approved template."""
    return {
        "from": SENDER,
        "id": wamid,
        "timestamp": "1773626400",
        "type": "button",
        "button": {"text": title, "payload": choice},
    }


def chosen(wamid: str, title: str, choice: str) -> dict[str, Any]:
    """Return the choice of a row of a list."""
    reply = {"type": "list_reply", "list_reply": {"id": choice, "title": title}}
    return {"from": SENDER, "id": wamid, "timestamp": "1773626400", "type": "interactive", "interactive": reply}


async def closed(intake: Intake) -> str:
    """File a complaint on WhatsApp that silence closes after its answer, and return its ticket."""
    await intake.whatsapp(message("wamid.1", "jln poros Loa Janan rusak parah bgt, tdk ada perbaikan"))
    [(_, data)] = await intake.events("submission.submitted")
    ticket = str(data["ticket"])
    await put(intake, ticket, cases.Resolved(opd="dishub", answer="Sudah ditambal."), cases.Closed(by="silence"))
    return ticket


async def said(intake: Intake) -> list[tuple[str, dict[str, Any]]]:
    return [(kind.removeprefix("submission."), data) for kind, data in await intake.events("submission.")][1:]


@pytest.mark.parametrize("press", [pressed, chosen])
async def test_two_presses_answer_both_questions_and_a_repeat_changes_nothing(intake: Intake, press: Any) -> None:
    ticket = await closed(intake)
    for _ in range(3):
        await intake.whatsapp(press("wamid.2", "Ya, sudah selesai", f"confirm:{ticket}"))
        await intake.whatsapp(press("wamid.3", "3 puas", f"rate:{ticket}:3"))
    told = await said(intake)
    assert [kind for kind, _ in told] == ["citizen_confirmed", "citizen_rated"]
    assert (told[1][1]["stars"], told[1][1]["scale"]) == (3, 4)


async def test_no_disputes_a_closed_complaint(intake: Intake) -> None:
    ticket = await closed(intake)
    await intake.whatsapp(pressed("wamid.2", "Belum selesai", f"dispute:{ticket}"))
    assert [kind for kind, _ in await said(intake)] == ["citizen_disputed"]


async def test_a_press_of_another_person_answers_nothing(intake: Intake) -> None:
    ticket = await closed(intake)
    await intake.whatsapp(pressed("wamid.2", "4 sangat puas", f"rate:{ticket}:4") | {"from": "6280000000124"})
    assert await said(intake) == []
