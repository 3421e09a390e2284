"""The rules for voice notes that are written down: the words become the text of the case, which is routed by them."""

from __future__ import annotations

from typing import Any

from services.router.errors import NoSuchVoiceNote
from services.router.rules.commands import WriteDown
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.files import keep_voices
from services.router.rules.limits import fields_with_reply
from services.router.rules.placement import RULES, decide_case, route
from services.router.state import OPEN, Case
from services.router.state_parts import VoiceNote
from shared.events import cases
from shared.events.cases_voice import VoiceWritten
from shared.events.submissions import VOICE_ONLY
from shared.pipeline import Change

_REASON = "Pesan suara sudah dituliskan."


def write_down(context: Context, command: WriteDown) -> Change[Case]:
    """Keep what a person wrote down of a voice note. Raise NoSuchVoiceNote for a file that is none of the case."""
    draft = begin_desk_command(context, command)
    note = _find(draft.case, command.file)
    if note is None:
        raise NoSuchVoiceNote
    _set_words(draft, note, command.text, _as_reply(draft.case, note, command.text))
    draft.emit(VoiceWritten(file=note.file, text=command.text))
    _use_words(draft, note)
    return draft.change(with_answer=True)


def correct_words(draft: Draft, file: str, text: str) -> None:
    """Put the citizen's words, which have been taken in as a reply, in the place of those written down. Keep both."""
    note = _find(draft.case, file)
    if note is None or note.text is None:
        return
    replies = draft.case.replies
    if not note.is_text and note.text in replies[:-1]:
        place = replies.index(note.text)
        replies = (*replies[:place], *replies[place + 1 :])
    _set_words(draft, note, text, {"replies": replies})
    draft.emit(VoiceWritten(file=file, text=text, corrected=True))
    _use_words(draft, note)


def _find(case: Case, file: str) -> VoiceNote | None:
    return next((one for one in case.voices if one.file == file), None)


def _as_reply(case: Case, note: VoiceNote, text: str) -> dict[str, Any]:
    """Return the changed fields of a case that has words of its own: what the voice note says is one of its replies."""
    if note.is_text or case.wordless:
        return {}
    if note.text is not None and note.text in case.replies:
        return {"replies": tuple(text if one == note.text else one for one in case.replies)}
    return fields_with_reply(case, text)


def _set_words(draft: Draft, note: VoiceNote, text: str, values: dict[str, Any]) -> None:
    """Set the words of a voice note. The first one of a case without words becomes the text of the case."""
    case = draft.case
    is_text = note.is_text or (case.wordless and note.text is None)
    if is_text:
        values = values | {"wordless": False, "text": _text_with(case, note, text)}
    changed = note.with_(text=text, before=note.text or note.before, is_text=is_text)
    keep_voices(draft, [changed if one.file == note.file else one for one in case.voices], **values)


def _text_with(case: Case, note: VoiceNote, text: str) -> str:
    if note.is_text and note.text:
        return case.text.replace(note.text, text, 1)
    return text if case.text == VOICE_ONLY else f"{case.text}\n{text}"


def _use_words(draft: Draft, note: VoiceNote) -> None:
    """Classify and route the case anew if its text has changed. Otherwise tell its OPD alone.

    A class or topic that a person has set stays, and so does the place of a case that somebody has decided about.
    """
    case = draft.case
    if not _is_text(case, note.file):
        _tell_opd(draft)
        return
    decision = decide_case(case, draft.model)
    before = (case.class_, case.topic, case.priority)
    case = draft.set(
        class_=case.class_ if "class" in case.settled else decision.class_,
        topic=case.topic if "topic" in case.settled else decision.topic or case.topic,
        priority="urgent" if decision.priority == "urgent" else case.priority,
    )
    if (case.class_, case.topic, case.priority) != before and case.state in OPEN:
        draft.emit(
            cases.Reclassified(
                class_=case.class_, priority=case.priority, topic=case.topic, place=case.place, reason=_REASON
            ),
            RULES,
        )
    if case.state == "verification" and case.desk == "triage" and not case.transfers:
        route(draft, decision)
    else:
        _tell_opd(draft)


def _is_text(case: Case, file: str) -> bool:
    return any(one.file == file and one.is_text for one in case.voices)


def _tell_opd(draft: Draft) -> None:
    if draft.case.opd is not None and draft.case.state in OPEN:
        draft.send_snapshot()
