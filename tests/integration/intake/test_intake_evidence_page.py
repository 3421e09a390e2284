"""The page on which an officer sends the photos of an answer: by permission alone, and back to the OPD's desk."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.web.evidence_links import EvidenceLinks, Permission
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import picture

BIG = 300_000
OWN = Permission("KT-7F3K-9Q2M-X", "dishub")


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    async with opened(intake_database, media_folder=tmp_path / "media", media_bytes=BIG) as running:
        yield running


def links(intake: Intake) -> EvidenceLinks:
    return EvidenceLinks(intake.settings.secret_bytes)


async def send(intake: Intake, content: bytes | None, foto: str = "", izin: str | None = None) -> httpx.Response:
    data = {"izin": links(intake).permit(OWN) if izin is None else izin, "foto": foto}
    files = [("berkas", ("foto.jpg", content, "image/jpeg"))] if content is not None else None
    if files is None:
        return await intake.http.post("/bukti", data=data)
    return await intake.http.post("/bukti", data=data, files=files)


def carried(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["foto"][0]


async def test_photos_are_kept_shown_and_carried_back_to_the_case(intake: Intake) -> None:
    one = await send(intake, picture())
    assert one.status_code == 303
    two = await send(intake, picture(kind="PNG"), carried(one))
    again = await send(intake, picture(), carried(two))
    page = (await intake.http.get(again.headers["location"])).text
    photos = re.findall(r'<img src="([^"]+)"', page)
    assert len(photos) == 2, "the same photo is carried once"
    small = await intake.http.get(html.unescape(photos[0]))
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    back = re.search(r'class="button" href="([^"]+)"', page)
    assert back
    address = urlsplit(html.unescape(back[1]))
    assert address.path == f"/opd/{OWN.ticket}"
    found = links(intake).photos(parse_qs(address.query)["foto"][0], OWN)
    rows = await intake.rows("SELECT id, sha256 FROM media WHERE state = 'kept'")
    assert {(one.id, one.sha256) for one in found.values()} == {(str(row["id"]), row["sha256"]) for row in rows}


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "Pilih satu foto"), (b"x" * (BIG + 1), "lebih besar dari"), (b"%PDF-1.4\n%%EOF", "hanya foto")],
)
async def test_what_is_wrong_is_told_and_the_earlier_photos_stay(
    intake: Intake, content: bytes | None, words: str
) -> None:
    kept = carried(await send(intake, picture()))
    wrong = await send(intake, content, kept)
    assert wrong.status_code in (413, 422)
    assert words in wrong.text
    assert kept in html.unescape(wrong.text)


async def test_without_a_permission_nothing_is_taken_and_nothing_is_shown(intake: Intake) -> None:
    kept = carried(await send(intake, picture()))
    assert (await send(intake, picture(kind="PNG"), izin="salah")).status_code == 404
    assert (await intake.http.get("/bukti")).status_code == 404
    [row] = await intake.rows("SELECT id FROM media")
    other = links(intake).permit(Permission("KT-2222-3333-X", "dishub"))
    assert (await intake.http.get(f"/bukti/{row['id']}", params={"izin": other})).status_code == 404
    page = await intake.http.get("/bukti", params={"izin": other, "foto": kept})
    assert "<img" not in page.text, "a photo of another case is not carried"
