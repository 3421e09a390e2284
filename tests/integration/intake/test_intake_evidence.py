"""An agency's photos are compared on the real Postgres and the real folder, and the router is told what speaks against them."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import pytest
from PIL import Image

from services.intake.actions.evidence import compare_evidence
from services.intake.media.keeping import make_files
from services.intake.rules.commands import Erase
from shared.events import cases
from shared.events.catalogue import CASES
from shared.events.fact import Attachment
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.photo_pairs import edited, original, retake

SEED = 4
TEXT = "Jalan di Loa Janan berlubang sejak Senin."


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    async with opened(intake_database, media_folder=tmp_path / "media", media_spool=tmp_path / "spool") as running:
        yield running


async def upload(intake: Intake, pixels: Any) -> dict[str, Any]:
    out = io.BytesIO()
    Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)).save(out, "JPEG", quality=90)
    headers = {"Authorization": f"Bearer {intake.key}"}
    kept: dict[str, Any] = (await intake.http.post("/v1/media", content=out.getvalue(), headers=headers)).json()
    return kept


async def filed(intake: Intake, *attachments: dict[str, Any]) -> str:
    body = {"text": TEXT, "attachments": [one["id"] for one in attachments]}
    return str((await intake.post(body)).json()["ticket"])


async def answer_with(intake: Intake, ticket: str, sequence: int, *evidence: dict[str, Any]) -> None:
    key, _ = await intake.complaint(ticket)
    files = tuple(Attachment(**one) for one in evidence)
    fact = cases.Resolved(opd="dishub", answer="Lubang sudah ditutup kemarin.", evidence=files)
    item = Item(key, fact, "opd:dishub", datetime.now(UTC), new_id(), (key,), topic=CASES, sequence=sequence)
    await intake.live.step.run(Batch([item]))


async def doubts(intake: Intake) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return each doubted file with kind and earlier photo of its doubts, after everything was compared."""
    files = make_files(intake.settings)
    while await compare_evidence(intake.live, files):
        pass
    found = await intake.events("submission.evidence_doubted")
    return [(one["file"], [(doubt["kind"], doubt["earlier"]) for doubt in one["doubts"]]) for _, one in found]


async def test_an_edited_copy_of_the_citizens_photo_is_doubted_and_a_new_photo_is_not(intake: Intake) -> None:
    first = original(SEED)
    own = await upload(intake, first)
    forged, honest = await upload(intake, edited(SEED, first, "painted")), await upload(intake, retake(SEED))
    await answer_with(intake, await filed(intake, own), 1, forged, honest)
    assert await doubts(intake) == [(forged["id"], [("own_photo", own["id"])])]
    assert await doubts(intake) == [(forged["id"], [("own_photo", own["id"])])]


async def test_a_photo_that_was_evidence_before_is_doubted_also_when_it_is_mirrored(intake: Intake) -> None:
    used = await upload(intake, original(SEED))
    again = await upload(intake, original(SEED)[:, ::-1].copy())
    for evidence in (used, used, again):
        await answer_with(intake, await filed(intake), 1, evidence)
    found = await doubts(intake)
    assert found == [
        (used["id"], [("earlier_evidence", used["id"])]),
        (again["id"], [("earlier_evidence", used["id"])]),
    ]


async def test_the_citizens_own_file_is_no_evidence(intake: Intake) -> None:
    own = await upload(intake, original(SEED))
    await answer_with(intake, await filed(intake, own), 1, own)
    assert await doubts(intake) == [(own["id"], [("own_photo", own["id"])])]


async def test_an_erased_complaint_leaves_no_evidence_and_no_look(intake: Intake) -> None:
    ticket = await filed(intake)
    photo = await upload(intake, original(SEED))
    await answer_with(intake, ticket, 1, photo)
    key, data = await intake.complaint(ticket)
    looks, named = "SELECT look FROM media WHERE id = $1", "SELECT * FROM evidence WHERE complaint = $1"
    assert (await intake.rows(looks, UUID(photo["id"])))[0]["look"] is not None
    assert len(await intake.rows(named, key)) == 1
    await intake.live.do(Erase(), keys=(key, *map(UUID, data["contacts"])), actor="operator")
    assert await intake.rows(named, key) == []
    assert (await intake.rows(looks, UUID(photo["id"])))[0]["look"] is None
