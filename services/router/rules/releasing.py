"""The rules for photos that a person releases to the public. Nothing else makes a file public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.router.rules.commands_release import ReleaseFile
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.release_refusals import ConfidentialPhoto, NoSuchPhoto, NotReleased, ReleasedAlready
from services.router.state import Case
from shared.events.cases_files import FileReleased
from shared.events.fact import Attachment
from shared.ids import parse_id
from shared.pipeline import Change

_PROTECTED: Final = "Pelapor aduan ini kini dilindungi."
# An answer has at most so many files. Photos of earlier answers make room for those of later ones.
_MOST: Final = 20


def release_file(context: Context, command: ReleaseFile) -> Change[Case]:
    """Release a photo to the public, or take it back.

    Raise ConfidentialPhoto for a confidential case, NoSuchPhoto for what is no photo of complaint or answer.
    Raise ReleasedAlready or NotReleased if nothing would change, and what every command of a desk raises.
    """
    draft = begin_desk_command(context, command)
    case = draft.case
    if not command.public:
        if command.file not in case.public_files:
            raise NotReleased
        _set(draft, command)
        return draft.change(with_answer=True)
    if case.rahasia:
        raise ConfidentialPhoto
    if command.file not in photos_of(case):
        raise NoSuchPhoto
    if command.file in case.public_files:
        raise ReleasedAlready
    _set(draft, command)
    return draft.change(with_answer=True)


def photos_of(case: Case) -> tuple[str, ...]:
    """Return the ids of the photos that a person may release: first the citizen's, then those of the answers."""
    own = [one.id for one in case.attachments if _is_photo(one)]
    return tuple(dict.fromkeys((*own, *case.answer_photos)))


def keep_answer_photos(draft: Draft, evidence: Sequence[Attachment]) -> None:
    """Keep the ids of the photos of an answer that may lie in our store. Other kinds of id are kept elsewhere."""
    new = [one.id for one in evidence if _is_photo(one) and parse_id(one.id) is not None]
    if new:
        draft.set(answer_photos=tuple(dict.fromkeys((*draft.case.answer_photos, *new)))[-_MOST:])


def take_back_released(draft: Draft, before: Case, actor: str) -> None:
    """Take all photos back if the case is anonymous or confidential now and was not ``before``."""
    case = draft.case
    if (case.anonim, case.rahasia) == (before.anonim, before.rahasia):
        return
    for file in case.public_files:
        draft.emit(FileReleased(file=file, public=False, reason=_PROTECTED), actor)
    draft.set(public_files=())


def _set(draft: Draft, command: ReleaseFile) -> None:
    others = tuple(one for one in draft.case.public_files if one != command.file)
    draft.set(public_files=(*others, command.file) if command.public else others)
    draft.emit(FileReleased(file=command.file, public=command.public, reason=command.reason))


def _is_photo(file: Attachment) -> bool:
    return file.type.startswith("image/")
