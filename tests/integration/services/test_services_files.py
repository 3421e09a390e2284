"""A voice note and a photo of WhatsApp reach the desk and the OPD that has the case, and nobody else."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from services.intake.rules.commands import Erase
from services.router.rules import commands as c
from shared.events.submissions import VOICE_ONLY
from tests.support.files_world import CITIZEN, FilesWorld, files_world
from tests.support.infra import Database
from tests.support.media import amr, opus, picture
from tests.support.people import hire, sign_in
from tests.support.toys import until

VOICE = opus(b"OpusTags" + bytes(8), b"suara" * 30)
WORDS = "Guru SMAN 5 tidak pernah masuk kelas sejak awal semester."
BETTER = "Bukan, gurunya SMAN 8 yang tidak pernah masuk kelas"
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def world(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> AsyncIterator[FilesWorld]:
    async with files_world(database, cluster_ready, kafka_admin, secrets, tmp_path) as own:
        yield own


async def spoken(world: FilesWorld) -> str:
    """Let the citizen send a voice note and then a photo, and return the ticket of what came of them."""
    world.holds("suara-1", VOICE)
    world.holds("foto-1", picture())
    await world.sends("audio", id="suara-1", mime_type="audio/ogg; codecs=opus", voice=True)
    await world.sends("image", id="foto-1", mime_type="image/jpeg")
    case = await world.becomes(lambda one: len(one.attachments) == 2, "both files are with the case")
    return case.ticket


async def say(world: FilesWorld, command: c.CaseCommand) -> None:
    [row] = await world.rows("router", "SELECT key FROM state")
    await world.lives["router"].do(command, keys=(row["key"],), actor="koordinator:uji")


async def test_a_voice_note_alone_is_a_complaint_at_once_and_its_words_route_it(world: FilesWorld) -> None:
    await spoken(world)
    case = await world.case()
    assert (case.text, case.wordless, case.state, case.desk) == (VOICE_ONLY, True, "verification", "triage")
    voice = next(one for one in case.attachments if one.type == "audio/ogg")
    assert [note.file for note in case.voices] == [voice.id]
    said = "SELECT type FROM events WHERE topic = 'complaint.submissions.v1' ORDER BY sequence"
    types = [row["type"] for row in await world.rows("intake", said)]
    assert types[:2] == ["submission.submitted", "submission.citizen_replied"]
    assert types[2:] == ["submission.files_added"] * 2

    await say(world, c.WriteDown(file=voice.id, text=WORDS))
    case = await world.becomes(lambda one: one.opd == "disdikbud", "the rules have routed the case")
    assert case.text == WORDS
    told = await world.shows(lambda one: one["written"], "the citizen's page has the words")
    lines = {line["what"]: line.get("quote") for line in told["timeline"]}
    assert {"voice_added", "photos_added"} <= set(lines)
    assert lines["voice_written"] == WORDS
    await until(lambda: asked(world), "the citizen is asked whether the words are right")

    await world.sends("text", body=BETTER)
    case = await world.becomes(lambda one: one.text == BETTER, "the correction has taken the place of the words")
    assert (case.voices[0].text, case.voices[0].before, case.opd) == (BETTER, WORDS, "disdikbud")
    [snapshot, *_] = await world.rows(
        "router", "SELECT data FROM events WHERE topic = 'opd.disdikbud.assignments.v1' ORDER BY sequence DESC"
    )
    sent = json.loads(snapshot["data"])
    assert sent["text"] == BETTER
    assert [set(one) for one in sent["attachments"]] == [{"id", "sha256", "type", "size"}] * 2
    await world.shows(lambda one: "voice_corrected" in {line["what"] for line in one["timeline"]}, "it is shown")
    assert await asked(world) == [("whatsapp", CITIZEN)]


async def asked(world: FilesWorld) -> list[Any]:
    sql = "SELECT channel, address FROM messages WHERE template = 'voice_written' AND audience = 'citizen'"
    return [tuple(row) for row in await world.rows("notifier", sql)]


async def test_the_opd_that_has_the_case_opens_its_files_and_a_former_one_no_more(world: FilesWorld) -> None:
    ticket = await spoken(world)
    path = f"/v1/cases/{ticket}/files"
    keys = {code: await world.key("router", "officer", code) for code in ("disdikbud", "dishub")}
    koordinator = await world.key("router", "koordinator")

    async def statuses() -> list[int]:
        return [(await world.desk.get(path, headers=headers)).status_code for headers in (*keys.values(), koordinator)]

    async def opened(link: str) -> int:
        return (await world.site.get(link)).status_code

    assert await statuses() == [403, 403, 200]
    await say(world, c.Assign(opd="disdikbud"))
    await world.shows(lambda one: one["opd"] == "disdikbud", "intake knows the agency")
    assert await statuses() == [200, 403, 200]
    found = (await world.desk.get(path, headers=keys["disdikbud"])).json()["files"]
    photo = next(one for one in found if one["type"] == "image/jpeg")
    links = [photo["link"], *photo["thumbnails"].values()]
    assert [await opened(link) for link in links] == [200, 200, 200]
    assert await opened(photo["link"].replace("opd:disdikbud", "opd:dishub")) in {401, 403}

    await say(world, c.Assign(opd="dishub", reason="Ternyata urusan perhubungan."))
    await world.shows(lambda one: one["opd"] == "dishub", "intake knows the new agency")
    assert await statuses() == [403, 200, 200]
    assert [await opened(link) for link in links] == [403, 403, 403]
    new = (await world.desk.get(path, headers=keys["dishub"])).json()["files"]
    assert [await opened(one["link"]) for one in new] == [200, 200]
    reads = await world.rows("intake", "SELECT DISTINCT actor FROM reads WHERE why LIKE 'file %' ORDER BY actor")
    assert [row["actor"] for row in reads] == ["opd:disdikbud", "opd:dishub"]
    assert (await world.site.get(f"/v1/media/{photo['id']}")).status_code == 401


async def test_the_offices_case_file_holds_the_photos_for_whoever_may_read_the_case(world: FilesWorld) -> None:
    ticket = await spoken(world)
    await say(world, c.Assign(opd="disdikbud"))
    case = await world.becomes(lambda one: one.opd == "disdikbud", "the case is assigned")
    await world.shows(lambda one: one["opd"] == "disdikbud", "intake knows the agency")
    worker = await hire(world.lives["router"], "officer", opd="disdikbud")
    await sign_in(world.desk, worker)
    answer = await world.desk.get(f"/perkara/{ticket}/unduh")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        listed = {one["sha256"]: one for one in json.loads(packed.read("manifest.json"))["files"]}
        held = {one.type: listed[one.sha256]["included"] for one in case.attachments}
        assert held == {"audio/ogg": False, "image/jpeg": True}
        [photo] = [one for one in case.attachments if one.type == "image/jpeg"]
        content = packed.read(f"pelapor/{photo.id}.jpeg")
    assert hashlib.sha256(content).hexdigest() == photo.sha256
    reads = await world.rows("intake", "SELECT DISTINCT actor FROM reads WHERE why LIKE 'file %'")
    assert [row["actor"] for row in reads] == [f"opd:disdikbud:{worker.id}"]


async def test_an_erasure_takes_the_bytes_the_words_and_every_link(world: FilesWorld) -> None:
    ticket = await spoken(world)
    voice = (await world.case()).voices[0].file
    await say(world, c.WriteDown(file=voice, text=WORDS))
    await world.shows(lambda one: one["written"], "the words are shown")
    koordinator = await world.key("router", "koordinator")
    found = (await world.desk.get(f"/v1/cases/{ticket}/files", headers=koordinator)).json()["files"]
    [row] = await world.rows("intake", "SELECT key, data FROM state WHERE data ->> 'kind' = 'complaint'")
    keys = (row["key"], *(json.loads(row["data"])["contacts"]))
    await world.lives["intake"].do(Erase(), keys=tuple(UUID(str(one)) for one in keys), actor="operator")
    await world.becomes(lambda one: one.erased, "the router has erased the case")
    assert [(await world.site.get(one["link"])).status_code for one in found] == [404, 404]

    async def empty() -> bool:
        return [one for one in world.folder.rglob("*") if one.is_file() and one.name != "store"] == []

    await until(empty, "the bytes are deleted")
    for schema in ("intake", "router", "notifier"):
        for table, column in (("state", "data"), ("events", "data")):
            held = await world.rows(schema, f"SELECT 1 FROM {table} WHERE {column}::text LIKE '%semester%'")
            assert held == [], (schema, table)
    assert (await world.case()).voices == ()


async def test_a_file_that_cannot_be_kept_is_told_to_the_citizen_and_the_desk(world: FilesWorld) -> None:
    world.holds("suara-2", amr() + b"<html>")
    await world.sends("audio", id="suara-2", mime_type="audio/amr", voice=True)
    case = await world.becomes(lambda one: one.refused_files, "the desk knows of the refusal")
    assert (case.refused_files, case.attachments) == (("unreadable",), ())
    told = await world.complaint()
    # The router's line may stand before or after it.
    [line] = [one for one in told["timeline"] if one["what"] == "file_refused"]
    assert line | {"at": None} == {
        "at": None,
        "what": "file_refused",
        "params": {"reason": "unreadable"},
        "quote": None,
        "files": [],
    }
