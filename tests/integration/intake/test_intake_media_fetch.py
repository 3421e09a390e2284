"""Files of WhatsApp messages are fetched from the platform, for a day, and nothing else waits for them."""

import base64
import hashlib
from typing import Any

import pytest

from services.intake.media import fetching
from services.intake.media.errors import MediaAway
from services.intake.media.fetching import MediaFetcher
from services.intake.media.files import name_of
from services.intake.media.keeping import MediaKeeper
from services.intake.media.rows import Q
from services.intake.media.sweeping import sweep
from services.intake.rules.links import DeleteMessageLinks
from services.intake.store import save_rows
from tests.support.intake import direct, message
from tests.support.media import PDF, picture, whole
from tests.support.media_platform import FILE, PLACE, TOKEN, World, answer, world

SHA256 = hashlib.sha256(PDF).hexdigest()
BASE64 = base64.b64encode(bytes.fromhex(SHA256)).decode()
TEXT = "Lampu jalan padam di Jalan Suryanata Samarinda sejak Senin malam"
__all__ = ["world"]


@pytest.mark.parametrize("stated", [BASE64, SHA256, None])
async def test_a_file_of_the_platform_is_fetched_with_the_token_and_kept(world: World, stated: str | None) -> None:
    world.holds(PDF, sha256=stated)
    complaint = await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["type"], row["owner"]) == ("kept", "application/pdf", "whatsapp")
    assert await whole(world.files, name_of(row["sha256"])) == PDF
    assert world.platform.asked == [PLACE, FILE]
    assert {headers["authorization"] for headers, _ in world.platform.requests} == {f"Bearer {TOKEN}"}
    links = await world.intake.rows("SELECT media, complaint FROM media_links")
    assert [tuple(link) for link in links] == [(row["id"], complaint)]


@pytest.mark.parametrize("away", [PLACE, FILE])
@pytest.mark.parametrize("status", ["503 Unavailable", "429 Too Many", "401 Unauthorized", "302 Found"])
async def test_a_platform_that_fails_is_asked_again_later(world: World, away: str, status: str) -> None:
    world.holds(PDF)
    good = world.platform.answers[away]
    world.platform.answers[away] = answer(b"", status)
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["later"], row["tries"]) == ("awaited", True, 1)
    world.platform.answers[away] = good
    await world.fetcher.fetch_due()
    assert (await world.row())["state"] == "awaited"
    await world.intake.rows("UPDATE media SET next_try_at = now()")
    await world.fetcher.fetch_due()
    assert (await world.row())["state"] == "kept"


async def test_a_short_failure_is_over_within_one_try(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.holds(PDF)
    good = world.platform.answers.pop(PLACE)
    world.platform.answer = answer(b"", "503 Unavailable")
    take = MediaFetcher._place

    async def second_time(self: MediaFetcher, provider_id: str) -> Any:
        try:
            return await take(self, provider_id)
        finally:
            world.platform.answers[PLACE] = good

    monkeypatch.setattr(MediaFetcher, "_place", second_time)
    await world.awaits()
    await world.fetcher.fetch_due()
    assert (await world.row())["state"] == "kept"


@pytest.mark.parametrize(
    ("content", "told", "reason"),
    [
        (PDF + b" ", {"sha256": SHA256}, "mismatch"),
        (PDF, {"sha256": "ab" * 32}, "mismatch"),
        (PDF, {"file_size": 100_001}, "size"),
        (PDF + bytes(100_001), {"file_size": 5}, "size"),
    ],
)
async def test_a_file_other_than_announced_is_refused_for_good(
    world: World, content: bytes, told: dict[str, Any], reason: str
) -> None:
    world.holds(content, **told)
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["reason"], row["next_try_at"]) == ("refused", reason, None)


async def test_a_file_that_we_do_not_keep_is_refused_with_its_reason(world: World) -> None:
    world.holds(b"<svg/>")
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["reason"]) == ("refused", "type")


async def test_a_file_that_the_platform_has_deleted_is_refused(world: World) -> None:
    world.platform.answers[PLACE] = answer(b"{}", "404 Not Found")
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["reason"]) == ("refused", "gone")


@pytest.mark.parametrize(
    "body", [b"not json", b"[]", b'{"url": 5}', b'{"url": "http://[bad/"}', b'{"url": "ftp://x/y"}']
)
async def test_an_answer_without_an_address_is_asked_again_later(world: World, body: bytes) -> None:
    world.platform.answers[PLACE] = answer(body)
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["later"]) == ("awaited", True)


async def test_the_token_never_travels_in_the_clear(world: World) -> None:
    settings = world.intake.settings.model_copy(update={"whatsapp_base": "https://graph.example"})
    fetcher = MediaFetcher(MediaKeeper(world.intake.live.pool, settings))
    with pytest.raises(MediaAway):
        await fetcher._take(f"{world.platform.url}{FILE}", None)  # type: ignore[arg-type]
    await fetcher.close()
    assert world.platform.asked == []


async def test_a_platform_that_never_ends_its_answer_holds_nobody_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.holds(PDF)
    del world.platform.answers[FILE]
    world.platform.answer = None
    monkeypatch.setattr(fetching, "LONGEST_S", 0.5)
    await world.awaits()
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["later"]) == ("awaited", True)


async def test_after_a_day_a_file_is_given_up(world: World) -> None:
    await world.awaits()
    await world.intake.rows(
        "UPDATE media SET made_at = now() - interval '23 hours', used_at = now() - interval '23 hours'"
    )
    await sweep(world.intake.live.pool, world.files, 24)
    assert (await world.row())["state"] == "awaited"
    await world.intake.rows("UPDATE media SET made_at = now() - interval '25 hours'")
    await sweep(world.intake.live.pool, world.files, 24)
    row = await world.row()
    assert (row["state"], row["reason"]) == ("refused", "not_fetched")


async def test_a_file_that_one_replica_fetches_is_not_fetched_by_another(world: World) -> None:
    world.holds(PDF)
    await world.awaits()
    taken = await world.intake.live.pool.fetch(Q["take_awaited"], 4)
    assert len(taken) == 1
    await world.fetcher.fetch_due()
    assert world.platform.asked == []


async def test_the_erasure_of_a_complaint_ends_the_waiting_for_its_file(world: World) -> None:
    world.holds(PDF)
    complaint = await world.awaits()
    async with world.intake.live.pool.acquire() as connection, connection.transaction():
        await save_rows(connection, [DeleteMessageLinks((complaint,))])
    await world.fetcher.fetch_due()
    row = await world.row()
    assert (row["state"], row["provider_id"]) == ("erased", None)
    assert world.platform.asked == []


async def test_an_adapter_cannot_claim_a_file_of_the_platform_by_its_name(world: World) -> None:
    world.holds(PDF)
    await world.awaits()
    await world.fetcher.fetch_due()
    key = await world.intake.new_key("adapter", "whatsapp")
    body = {"text": "Lampu jalan padam", "attachments": [str((await world.row())["id"])]}
    answer = await world.intake.post(body, Authorization=f"Bearer {key}")
    assert answer.status_code == 422


async def test_a_photo_of_a_chat_reaches_the_page_of_its_complaint(world: World) -> None:
    world.holds(picture())
    image = {"type": "image", "image": {"id": "media-1", "mime_type": "image/jpeg", "caption": TEXT}}
    sent = message("wamid.1", "") | image
    del sent["text"]
    assert (await world.intake.whatsapp(sent)).status_code == 200
    assert (await world.intake.whatsapp(message("wamid.2", "kirim"))).status_code == 200
    assert len(await world.intake.events("submission.submitted")) == 1
    await world.fetcher.fetch_due()
    [row] = await world.intake.rows("SELECT m.*, l.complaint FROM media AS m JOIN media_links AS l ON l.media = m.id")
    assert (row["state"], row["type"]) == ("kept", "image/jpeg")
    [complaint] = await world.intake.rows("SELECT key FROM state WHERE data ->> 'kind' = 'complaint'")
    assert row["complaint"] == complaint["key"]


async def photo_on_instagram(world: World, address: str) -> None:
    """File a complaint on Instagram with a photo at this address."""
    event = direct("mid.1", TEXT, attachments=[{"type": "image", "payload": {"url": address}}])
    assert (await world.intake.instagram(event)).status_code == 200
    assert (await world.intake.instagram(direct("mid.2", "kirim"))).status_code == 200
    assert len(await world.intake.events("submission.submitted")) == 1
    await world.fetcher.fetch_due()


async def test_a_photo_on_instagram_is_fetched_from_its_address_without_a_token(world: World) -> None:
    world.platform.answers["/cdn/foto?asset_id=1"] = answer(picture())
    await photo_on_instagram(world, f"{world.platform.url}/cdn/foto?asset_id=1")
    row = await world.row()
    assert (row["state"], row["type"], row["owner"]) == ("kept", "image/jpeg", "instagram")
    [(headers, _)] = world.platform.requests
    assert "authorization" not in headers


async def test_a_redirect_to_a_foreign_host_is_not_followed(world: World) -> None:
    moved = b"HTTP/1.1 302 Found\nLocation: http://localhost:1/rahasia\nContent-Length: 0\nConnection: close\n\n"
    world.platform.answers["/cdn/foto"] = moved
    await photo_on_instagram(world, f"{world.platform.url}/cdn/foto")
    row = await world.row()
    assert (row["state"], row["reason"]) == ("refused", "address")
    assert world.platform.asked == ["/cdn/foto"]


async def test_a_redirect_within_the_platform_is_followed_a_few_times(world: World) -> None:
    moved = b"HTTP/1.1 302 Found\nLocation: /cdn/foto\nContent-Length: 0\nConnection: close\n\n"
    world.platform.answers |= {"/cdn/lama": moved, "/cdn/foto": answer(picture())}
    await photo_on_instagram(world, f"{world.platform.url}/cdn/lama")
    assert (await world.row())["state"] == "kept"


@pytest.mark.parametrize(
    "address", ["http://localhost:1/x", "https://evil.example/x", "http://169.254.169.254/x", "https://fbsbx.com:1/x"]
)
async def test_a_foreign_address_is_refused_and_never_asked(world: World, address: str) -> None:
    await photo_on_instagram(world, address)
    row = await world.row()
    assert (row["state"], row["reason"], world.platform.asked) == ("refused", "address", [])


async def test_a_file_of_instagram_has_the_same_bound_in_bytes(world: World) -> None:
    world.platform.answers["/cdn/foto"] = answer(picture() + bytes(100_001))
    await photo_on_instagram(world, f"{world.platform.url}/cdn/foto")
    assert (await world.row())["reason"] == "size"


async def test_without_a_token_whatsapp_is_not_asked_while_instagram_is_fetched(world: World) -> None:
    world.platform.answers["/cdn/foto"] = answer(picture())
    fetcher = MediaFetcher(
        MediaKeeper(world.intake.live.pool, world.intake.settings.model_copy(update={"whatsapp_token": None}))
    )
    await world.awaits()
    event = direct("mid.1", TEXT, attachments=[{"type": "image", "payload": {"url": f"{world.platform.url}/cdn/foto"}}])
    for told in (event, direct("mid.2", "kirim")):
        assert (await world.intake.instagram(told)).status_code == 200
    await fetcher.fetch_due()
    await fetcher.close()
    rows = await world.intake.rows("SELECT owner, state FROM media ORDER BY owner")
    assert [tuple(row) for row in rows] == [("instagram", "kept"), ("whatsapp", "awaited")]
    assert world.platform.asked == ["/cdn/foto"]
