"""The values that the pages show of the citizen's files and voice notes: pure, in Indonesian."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from services.router.actions.voice_times import due_of_voice
from services.router.labels import FILE_LABELS, OTHER_FILE
from services.router.state import Case
from services.router.state_parts import VoiceNote
from services.router.store import StoredCase
from shared.events.fact import Attachment
from shared.labels import FILE_REASONS, PRIORITIES, heading
from shared.masking import masked
from shared.words import instant_words
from shared.worktime import Timetable

NO_SUCH_FILE: Final = {
    "title": "Tidak ada berkas itu",
    "advice": "Berkas ini tidak ada pada aduan itu, atau sudah dihapus atas permintaan pelapor.",
}
# Files that a browser shows by itself. The reader saves the others.
_SHOWN: Final = frozenset({"image", "audio", "video"})
_KB: Final = 1024


def as_files(case: Case, hours: Timetable, now: datetime) -> dict[str, Any]:
    """Return the files of a case in the order in which they came, and the files that could not be kept, in words."""
    voices = {one.file: one for one in case.voices}
    files = _kept(case, "triase")
    for file in files:
        file["voice"] = _voice(voices[file["id"]], hours, now) if file["id"] in voices else None
    refused = Counter(FILE_REASONS.get(reason, FILE_REASONS["type"]) for reason in case.refused_files)
    return {"kept": files, "refused": [f"{number} berkas: {words}" for words, number in refused.items()]}


def as_work_files(case: Case) -> list[dict[str, Any]]:
    """Return the files of a case for its OPD, with what was written down of a voice note, unmasked."""
    written = {one.file: one.text for one in case.voices}
    return [file | {"words": written.get(file["id"])} for file in _kept(case, "opd")]


def _kept(case: Case, desk: str) -> list[dict[str, Any]]:
    """Return the files of a case with their addresses at a desk."""
    counted: Counter[str] = Counter()
    files = []
    for file in case.attachments:
        kind = file.type.partition("/")[0]
        name = FILE_LABELS.get(kind, OTHER_FILE)
        counted[name] += 1
        files.append(
            {
                "id": file.id,
                "kind": kind if kind in _SHOWN else "other",
                "name": f"{name} {counted[name]}",
                "address": f"/{desk}/{case.ticket}/berkas/{file.id}",
                "type": file.type,
                "size": _size(file),
            }
        )
    return files


def as_voice_row(found: StoredCase, hours: Timetable, now: datetime) -> dict[str, Any]:
    """Return one line of the list of voice notes that nobody has written down."""
    case = found.case
    due = due_of_voice(hours, case.voice_since) if case.voice_since else None
    return {
        "ticket": case.ticket,
        "number": sum(one.text is None for one in case.voices),
        "since": instant_words(case.voice_since) if case.voice_since else "",
        "due": instant_words(due) if due else "",
        "late": due is not None and due < now,
        "urgent": heading(PRIORITIES["urgent"]) if case.priority == "urgent" else None,
        "place": case.place or "belum disebut",
    }


def _voice(note: VoiceNote, hours: Timetable, now: datetime) -> dict[str, Any]:
    due = due_of_voice(hours, note.since) if note.text is None else None
    return {
        "text": masked(note.text) if note.text else None,
        "before": masked(note.before) if note.before else None,
        "due": instant_words(due) if due else None,
        "late": due is not None and due < now,
    }


def _size(file: Attachment) -> str:
    """Return the size as a person reads it, with a comma."""
    if file.size < _KB * _KB:
        return f"{max(1, round(file.size / _KB))} KB"
    return f"{file.size / _KB / _KB:.1f} MB".replace(".", ",")
