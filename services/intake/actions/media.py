"""The files of citizens, for the callers who send them and for the people who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic_core import from_json

from services.intake.actions.running import RunningIntake
from services.intake.media.errors import MediaMissing
from services.intake.media.keeping import KeptMedia, MediaKeeper
from services.intake.media.rows import Q
from services.intake.media.spool import SentFile
from services.intake.rules.commands import ClaimRequest, SettleFile
from shared.errors import Forbidden, Refused
from shared.events.fact import Attachment
from shared.ids import new_id
from shared.pipeline import Claim, Command
from shared.runtime.running import Running
from shared.web.file_links import OPD, FileLinks
from shared.web.reads import note_read
from shared.web.signing import Signing

_PURPOSE: Final = "media"
_PUBLIC: Final = "public media"
# The files whose fate one round says.
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class MediaReader:
    """A caller with a key: the name in the log, and the OPD of an officer. The desk has no OPD and sees every case."""

    actor: str
    opd: str | None


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The files that a caller names: those that may be used, and the ids that name no kept file of the caller."""

    attachments: tuple[Attachment, ...] = ()
    missing: tuple[UUID, ...] = ()


class MediaLinks:
    """Signed links to files. Each works for the time in the settings, for whoever holds it."""

    def __init__(self, intake: RunningIntake) -> None:
        self._signing = Signing(intake.settings.secret_bytes)
        self._of_readers = FileLinks(intake.settings.secret_bytes)
        self._lasts_s = intake.settings.media_link_s
        self._base = intake.settings.public_url.rstrip("/")

    def link(self, media: UUID, variant: str = "") -> str:
        """Return a new link to a file or to one of its thumbnails."""
        return self._base + self.path(media, variant)

    def path(self, media: UUID, variant: str = "", *, public: bool = False) -> str:
        """Return the same link without scheme and host, for a page of ours.

        ``public``: for a stranger. The link opens the file only while a person's release of it stands.
        """
        path = f"/v1/media/{media}{'/' if variant else ''}{variant}"
        return f"{path}?signature={self._signing.seal(_PUBLIC if public else _PURPOSE, str(media))}"

    def opens(self, media: UUID, signature: str) -> bool:
        """Return whether this signature opens the file now."""
        return self._signing.open(_PURPOSE, signature, lasts_s=self._lasts_s) == str(media)

    def opens_if_public(self, media: UUID, signature: str) -> bool:
        """Return whether this signature is a stranger's for the file, and has not expired."""
        return self._signing.open(_PUBLIC, signature, lasts_s=self._lasts_s) == str(media)

    def reader(self, media: UUID, signature: str) -> MediaReader | None:
        """Return the reader for whom the router made this signature, if it opens the file now."""
        actor = self._of_readers.reader(str(media), signature, self._lasts_s)
        if actor is None:
            return None
        # The actor of a person of an OPD ends with the person's account.
        return MediaReader(actor, actor.removeprefix(OPD).partition(":")[0] if actor.startswith(OPD) else None)


async def keep_upload(
    intake: RunningIntake, keeper: MediaKeeper, sent: SentFile, *, owner: str, actor: str, token: str
) -> KeptMedia:
    """Keep a file that an adapter sent. ``token`` is the caller's Idempotency-Key, if there is one.

    Raise ClaimConflict for the same token with another file, and what ``MediaKeeper.keep_upload`` raises.
    """
    if token:
        claim = Claim(f"media:{owner}", token, sent.sha256)
        await intake.running.do(ClaimRequest(), keys=(new_id(),), actor=actor, claim=claim)
    return await keeper.keep_upload(owner, sent)


async def find_attachments(intake: RunningIntake, owner: str | None, *named: Sequence[UUID]) -> list[NamedFiles]:
    """Return the files that each of these lists names, in one statement. An ``owner`` of None has no files."""
    every = list({one for ids in named for one in ids})
    rows = await intake.pool.fetch(Q["usable"], every, owner) if every and owner is not None else []
    found = {
        row["id"]: Attachment(id=str(row["id"]), sha256=row["sha256"], type=row["type"], size=row["size"])
        for row in rows
    }
    return [_named(found, list(dict.fromkeys(ids))) for ids in named]


def _named(found: Mapping[UUID, Attachment], ids: Sequence[UUID]) -> NamedFiles:
    attachments = tuple(found[one] for one in ids if one in found)
    return NamedFiles(attachments, tuple(one for one in ids if one not in found))


async def find_media(intake: RunningIntake, media: UUID, reader: MediaReader | None, *, again: bool = False) -> Any:
    """Return the row of a kept file that a complaint has. ``reader`` is None for the holder of the citizen's link.

    The read of any other reader is recorded, unless it reads on in the same file (``again``).
    Raise MediaMissing without such a file, and Forbidden for an OPD that neither has nor helps the case.
    """
    row = await intake.pool.fetchrow(Q["seen"], media)
    if row is None:
        raise MediaMissing
    if reader is not None:
        helpers = {code for codes in from_json(row["helpers"]) for code in codes or ()}
        if reader.opd is not None and reader.opd not in {*row["opds"], *helpers}:
            raise Forbidden("the case of this file is with another agency")
        for complaint in () if again else row["complaints"]:
            await note_read(intake.pool, reader.actor, complaint, f"file {media}")
    return row


async def check_public(intake: RunningIntake, media: UUID) -> None:
    """Raise MediaMissing for a file whose release a person, an erasure or a later protection took back."""
    if not await intake.pool.fetchval(Q["public"], media, str(media)):
        raise MediaMissing


async def files_of(intake: RunningIntake, complaint: UUID) -> list[Any]:
    """Return the rows of the kept files of a complaint."""
    return list(await intake.pool.fetch(Q["of_complaint"], complaint))


async def settle_files(running: Running[Any]) -> int:
    """Say of files that channels held, by events of their complaints, what became of them. Return their number.

    The claim makes it one event for each file and complaint, whatever replicas and repeats do.
    """
    rows = await running.pool.fetch(Q["unsaid"], _AT_ONCE)
    commands = [
        Command(
            SettleFile(row["media"], _attachment(row), row["reason"] or ""),
            (row["complaint"],),
            "system",
            Claim("media said", f"{row['complaint']} {row['media']}"),
        )
        for row in rows
    ]
    for outcome in await running.do_many(commands) if commands else ():
        if isinstance(outcome, Refused):
            raise outcome
    return len(rows)


def _attachment(row: Any) -> Attachment | None:
    if row["state"] != "kept":
        return None
    return Attachment(id=str(row["media"]), sha256=row["sha256"], type=row["type"], size=row["size"])
