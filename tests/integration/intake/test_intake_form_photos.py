"""Photos of the web form over HTTP: only their visitor sees and files them, and a refusal loses nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.integration.intake.test_intake_pages import TYPED, hidden, stranger_of, submit
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import picture, png_header

BIG = 300_000


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a folder for files and a low bound on their size."""
    async with opened(intake_database, media_folder=tmp_path / "media", media_bytes=BIG) as running_intake:
        yield running_intake


Named = tuple[str, tuple[str, bytes, str]]


def file(name: str, content: bytes) -> Named:
    return "berkas", (name, content, "image/jpeg")


async def keep(http: httpx.AsyncClient, *files: Named, **fields: str | list[str]) -> httpx.Response:
    """Send the form with these files, and return the page that the answer leads to."""
    page = await http.get("/")
    answer = await http.post("/", data=TYPED | hidden(page) | fields, files=list(files) or None)
    assert answer.status_code == 303
    return await http.get(answer.headers["location"])


async def upload(http: httpx.AsyncClient, content: bytes, **fields: str) -> httpx.Response:
    """Send one photo as the script does."""
    csrf = hidden(await http.get("/"))["csrf"]
    return await http.post("/kirim/foto", data={"csrf": csrf} | fields, files=[file("foto.jpg", content)])


async def kept_photos(intake: Intake) -> list[str]:
    return [str(row["id"]) for row in await intake.rows("SELECT id FROM media WHERE state = 'kept' ORDER BY made_at")]


async def test_photos_of_the_form_are_filed_with_the_complaint_and_swept_with_nothing_else(intake: Intake) -> None:
    answers = await keep(intake.http, file("satu.jpg", picture()), file("dua.png", picture(kind="PNG")))
    photos = await kept_photos(intake)
    assert [f'src="/kirim/foto/{one}"' in answers.text for one in photos] == [True, True]
    assert (await submit(intake.http, answers)).headers["location"].endswith("/bukti")
    [(_, data)] = await intake.events("submission.")
    assert {one["id"] for one in data["attachments"]} == set(photos)
    assert len(await intake.rows("SELECT FROM media_links")) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (BIG + 1), "Foto ini lebih besar dari"),
        (b"<svg></svg>", "Di sini hanya foto yang dapat dilampirkan"),
        (b"%PDF-1.4\n%%EOF", "Di sini hanya foto yang dapat dilampirkan"),
        (png_header(30_000, 30_000), "Foto ini terlalu besar"),
        (picture()[:500], "Berkas ini rusak atau tidak lengkap"),
    ],
)
async def test_a_refused_photo_names_its_reason_at_the_field_and_loses_nothing_else(
    intake: Intake, content: bytes, words: str
) -> None:
    page = await keep(intake.http, file("baik.jpg", picture()), file("salah.jpg", content))
    assert page.text.count(f"salah.jpg: {words}") == 2
    assert ('href="#berkas"' in page.text, 'id="berkas-salah"' in page.text) == (True, True)
    assert (TYPED["lokasi"] in page.text, page.text.count('name="foto"')) == (True, 1)


async def test_a_sixth_photo_is_refused_and_five_stay(intake: Intake) -> None:
    files = [file(f"{number}.jpg", picture(colour=(number * 9, 0, 0))) for number in range(6)]
    page = await keep(intake.http, *files)
    assert (page.text.count("5.jpg: paling banyak 5 foto."), page.text.count('name="foto"')) == (2, 5)


async def test_a_photo_can_be_taken_off_without_scripts(intake: Intake) -> None:
    await keep(intake.http, file("satu.jpg", picture()), file("dua.jpg", picture(colour=(0, 0, 90))))
    first, second = await kept_photos(intake)
    answers = await keep(intake.http, foto=[first, second], hapus=first)
    assert (first in answers.text, second in answers.text) == (False, True)


async def test_the_script_gets_an_id_and_the_visitor_sees_the_small_copy(intake: Intake) -> None:
    answer = await upload(intake.http, picture())
    assert answer.status_code == 201
    shown = await intake.http.get(f"/kirim/foto/{answer.json()['id']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["cache-control"].startswith("private")
    assert "sandbox" in shown.headers.get_list("content-security-policy")[0]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"x" * (BIG + 1), 413, "Foto ini lebih besar dari"),
        (b"<svg></svg>", 422, "Di sini hanya foto"),
        (b"%PDF-1.4\n%%EOF", 422, "Di sini hanya foto"),
        (b"", 422, "kosong"),
    ],
)
async def test_the_script_hears_why_a_photo_is_refused(intake: Intake, content: bytes, status: int, words: str) -> None:
    answer = await upload(intake.http, content)
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)


async def test_a_photo_without_our_token_or_without_a_file_is_refused(intake: Intake) -> None:
    assert (await upload(intake.http, picture(), csrf="x")).status_code == 403
    csrf = hidden(await intake.http.get("/"))["csrf"]
    assert (await intake.http.post("/kirim/foto", data={"csrf": csrf})).status_code == 422
    assert await kept_photos(intake) == []


async def test_another_visitor_neither_sees_nor_files_a_photo(intake: Intake) -> None:
    photo = (await upload(intake.http, picture())).json()["id"]
    async with stranger_of(intake) as stranger:
        await stranger.get("/")
        for path in (f"/kirim/foto/{photo}", "/kirim/foto/x", f"/v1/media/{photo}"):
            assert (await stranger.get(path)).status_code in {401, 404}
        page = await keep(stranger, foto=photo)
        assert ("1 foto tidak tersimpan lagi" in page.text, photo in page.text) == (True, False)
    taken = await keep(intake.http, foto=photo)
    assert photo in taken.text


async def test_a_photo_that_was_deleted_meanwhile_is_said_to_be_lost_and_the_rest_is_filed(intake: Intake) -> None:
    answers = await keep(intake.http, file("satu.jpg", picture()), file("dua.jpg", picture(colour=(0, 0, 90))))
    first, second = await kept_photos(intake)
    await intake.rows("UPDATE media SET state = 'refused', sha256 = NULL WHERE id = $1::uuid", first)
    refused = await submit(intake.http, answers)
    page = await intake.http.get(refused.headers["location"])
    assert ("1 foto tidak tersimpan lagi" in page.text, second in page.text) == (True, True)
    again = await intake.http.get(f"{page.url.path}/periksa")
    assert (await submit(intake.http, again)).headers["location"].endswith("/bukti")
    [(_, data)] = await intake.events("submission.")
    assert [one["id"] for one in data["attachments"]] == [second]


async def test_who_sends_photo_after_photo_is_asked_to_wait(intake_database: Database, tmp_path: Path) -> None:
    async with opened(intake_database, media_folder=tmp_path / "media", visitor_burst=1, visitor_rate=0.001) as intake:
        statuses = [(await upload(intake.http, b"x")).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


async def test_the_script_reads_the_places_of_a_regency(intake: Intake) -> None:
    districts = (await intake.http.get("/wilayah/64.72")).json()
    [ulu] = [one for one in districts if one[1] == "Samarinda Ulu"]
    assert (len(districts), ["64.72.03.1005", "Sidodadi"] in ulu[2]) == (10, True)
    assert (await intake.http.get("/wilayah/64.99")).status_code == 404
