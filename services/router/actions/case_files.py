"""The citizen's files of a case, as signed links that intake opens for one reader and a few minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.router import store
from services.router.actions.case_reads import read_case
from services.router.errors import NoSuchCase, NotYours
from services.router.state import Case
from services.router.store import CaseEvent
from shared.events.fact import Attachment
from shared.runtime.running import Running
from shared.web.file_links import FileLinks
from shared.web.keys import Key

THUMBNAILS: Final = ("320", "1280")


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """A file of a case with links for one reader. A picture has thumbnails, by the longest side in pixels."""

    file: Attachment
    link: str
    thumbnails: dict[str, str] = field(default_factory=dict)


async def list_files(running: Running[Any], case: str, reader: Key) -> list[LinkedFile]:
    """Return the files of a case, and record who read them. Raise NoSuchCase, or NotYours for another OPD's officer."""
    found = await read_case(running, case, reader, "files of the case")
    links = _links(running)
    return [
        LinkedFile(
            file,
            links.link(file.id, reader.actor),
            {side: links.link(file.id, reader.actor, side) for side in THUMBNAILS} if _is_picture(file) else {},
        )
        for file in found.stored.case.attachments
    ]


async def link_to_file(running: Running[Any], case: str, file: str, variant: str, reader: Key) -> str:
    """Return a new link to one file of a case, or to a thumbnail of it.

    Raise NoSuchCase without such a file, or NotYours for somebody of an OPD that neither has nor helps the case. Intake
    records the reading when the link is opened.
    """
    found = await store.find_case(running.pool, case)
    if found is not None and reader.opd is not None and not found.case.known_to(reader.opd):
        raise NotYours
    pictures = _kinds(found.case) if found is not None else {}
    if found is not None and file not in pictures:
        pictures |= {one.id: _is_picture(one) for one in evidence_of(await store.read_history(running.pool, found.key))}
    if file not in pictures or (variant and (variant not in THUMBNAILS or not pictures[file])):
        raise NoSuchCase
    return _links(running).link(file, reader.actor, variant)


def evidence_of(history: Sequence[CaseEvent]) -> list[Attachment]:
    """Return the files that the answers of a case name as evidence, each once."""
    named = [Attachment.model_validate(one) for event in history for one in event.data.get("evidence", ())]
    return list({one.id: one for one in named}.values())


def _kinds(case: Case) -> dict[str, bool]:
    """Return for each file that the desk may open whether it is a picture: the citizen's files and doubted evidence."""
    doubted = {one.file: True for one in case.doubted}
    earlier = {doubt.earlier: True for one in case.doubted for doubt in one.doubts if doubt.earlier}
    return {one.id: _is_picture(one) for one in case.attachments} | doubted | earlier


def _is_picture(file: Attachment) -> bool:
    return file.type.startswith("image/")


def _links(running: Running[Any]) -> FileLinks:
    return FileLinks(running.settings.secret_bytes, running.settings.public_url)
