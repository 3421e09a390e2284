"""The rules for the citizen's files: those that are with the case, and those that intake could not keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.limits import (
    KEPT_ATTACHMENT_BYTES,
    KEPT_ATTACHMENTS,
    KEPT_REFUSALS,
    KEPT_VOICE_BYTES,
    KEPT_VOICES,
)
from services.router.state import OPEN, Case
from services.router.state_parts import VoiceNote
from shared.events.fact import Attachment
from shared.events.submissions import FileRefused, FilesAdded
from shared.pipeline import Change
from shared.shortening import last_within


def add_files(context: Context, fact: FilesAdded) -> Change[Case]:
    """Add files to the case, and send its OPD a snapshot with them. A merged case hands them on to the other case."""
    draft = context.draft()
    take_files(draft, fact.files)
    case = draft.case
    if case.opd is not None and case.state in OPEN:
        draft.send_snapshot()
    return _handed_on(draft, fact)


def refuse_file(context: Context, fact: FileRefused) -> Change[Case]:
    """Keep the reason for which a file of the citizen is not with the case."""
    draft = context.draft()
    draft.set(refused_files=(*draft.case.refused_files, fact.reason)[-KEPT_REFUSALS:])
    return _handed_on(draft, fact)


def take_files(draft: Draft, files: Sequence[Attachment]) -> None:
    """Take files in. A recording of sound is a voice note that somebody must write down."""
    case = draft.case
    known = {one.id for one in case.attachments}
    new = tuple(one for one in files if one.id not in known)
    if not new:
        return
    voices = (VoiceNote(file=one.id, since=draft.at) for one in new if one.type.startswith("audio/"))
    draft.set(attachments=last_within((*case.attachments, *new), KEPT_ATTACHMENTS, KEPT_ATTACHMENT_BYTES))
    keep_voices(draft, (*case.voices, *voices))


def keep_voices(draft: Draft, voices: Sequence[VoiceNote], **values: Any) -> None:
    """Keep the last voice notes, and since when the oldest without words waits. ``values`` are further fields to set."""
    kept = last_within(voices, KEPT_VOICES, KEPT_VOICE_BYTES)
    since = min((one.since for one in kept if one.text is None), default=None)
    draft.set(voices=kept, voice_since=since, **values)


def _handed_on(draft: Draft, fact: FilesAdded | FileRefused) -> Change[Case]:
    change = draft.change()
    survivor: UUID | None = draft.case.merged_into if draft.case.state == "merged" else None
    forwards = ((survivor, fact),) if survivor is not None else ()
    return Change(states=change.states, events=change.events, forwards=forwards)
