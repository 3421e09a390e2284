"""The fate of a file that a channel held is said once by an event of its complaint, counted, and shown while it waits."""

import asyncio
import json

from prometheus_client import CollectorRegistry

from services.intake.actions.media import settle_files
from services.intake.media.fetching import MediaFetcher
from services.intake.media.keeping import MediaKeeper
from services.intake.media.rows import Q
from services.intake.metrics import MediaMeters
from shared.ids import new_id
from tests.support.intake import message
from tests.support.media import PDF, picture
from tests.support.media_platform import World, world

__all__ = ["world"]
TEXT = "Lampu jalan padam di Jalan Suryanata Samarinda sejak Senin malam"


async def filed_photo(world: World) -> None:
    """Let a citizen send a photo with words, and fetch the photo."""
    world.holds(picture())
    image = {"type": "image", "image": {"id": "media-1", "mime_type": "image/jpeg", "caption": TEXT}}
    sent = message(f"wamid.{new_id()}", "") | image
    del sent["text"]
    assert (await world.intake.whatsapp(sent)).status_code == 200
    assert (await world.intake.whatsapp(message(f"wamid.{new_id()}", "kirim"))).status_code == 200
    await world.fetcher.fetch_due()


async def test_replicas_that_say_a_file_at_once_say_it_once_after_what_came_before(world: World) -> None:
    await filed_photo(world)
    for _ in range(20):
        await world.intake.rows("UPDATE media_links SET said_at = NULL")
        await asyncio.gather(*(settle_files(world.intake.live) for _ in range(4)))
    [(_, first), (kind, added)] = await world.intake.events("submission.")
    assert first["attachments"] == []
    [row] = await world.intake.rows("SELECT * FROM media")
    assert (kind, added["files"]) == (
        "submission.files_added",
        [{"id": str(row["id"]), "sha256": row["sha256"], "type": "image/jpeg", "size": row["size"]}],
    )


async def test_a_file_is_said_once_and_then_left_alone(world: World) -> None:
    await filed_photo(world)
    assert [await settle_files(world.intake.live) for _ in range(2)] == [1, 0]
    key = (await world.intake.rows("SELECT complaint FROM media_links"))[0]["complaint"]
    [row] = await world.intake.rows("SELECT data FROM state WHERE key = $1", key)
    assert json.loads(row["data"])["timeline"][-1]["what"] == "photos_added"


async def test_a_file_of_an_unknown_complaint_is_not_asked_for_for_ever(world: World) -> None:
    world.holds(PDF)
    await world.awaits()
    await world.fetcher.fetch_due()
    assert [await settle_files(world.intake.live) for _ in range(2)] == [1, 0]
    assert await world.intake.events() == []


async def test_what_became_of_files_is_counted_and_what_waits_is_shown(world: World) -> None:
    registry = CollectorRegistry()
    meters = MediaMeters(registry)
    fetcher = MediaFetcher(MediaKeeper(world.intake.live.pool, world.intake.settings, meters=meters))
    for content in (PDF, b"<svg/>"):
        world.holds(content)
        await world.awaits()
        [waiting] = await world.intake.live.pool.fetch(Q["waiting"])
        assert (waiting["number"], waiting["seconds"] >= 0) == (1, True)
        await fetcher.fetch_due()
    await fetcher.close()
    counted = {
        outcome: registry.get_sample_value("tanggap_media_settled_total", {"outcome": outcome})
        for outcome in ("kept", "type", "gone")
    }
    assert counted == {"kept": 1, "type": 1, "gone": 0}
