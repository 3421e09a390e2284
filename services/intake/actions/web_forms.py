"""The web forms that visitors have typed: kept until they are sent or a day old, each for its own visitor alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.intake.actions.filing import FiledForm
from services.intake.actions.running import RunningIntake
from services.intake.store import Q
from shared.ids import keyed_hash, keyed_id

# The same content within so many minutes is taken for a form that was sent twice.
SAME_WITHIN_MINUTES: Final = 10
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as its visitor typed it, or, once it was sent, its complaint. One of both is None."""

    id: UUID
    token: str
    content: dict[str, Any] | None
    filed: FiledForm | None


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A complaint that was just sent with the same content. ``own``: by this very visitor."""

    filed: FiledForm
    own: bool


class WebForms:
    """The kept forms of one service."""

    def __init__(self, intake: RunningIntake) -> None:
        self._pool = intake.pool
        self._secret = intake.settings.secret_bytes

    def id_of(self, token: str) -> UUID:
        """Return the id of the form with this one-use token."""
        return keyed_id(self._secret, "form", token)

    async def keep(self, visitor: str, token: str, content: dict[str, Any]) -> UUID | None:
        """Keep what was typed and return the form's id, or None for a form that was sent already."""
        form = self.id_of(token)
        kept: UUID | None = await self._pool.fetchval(Q["keep_form"], form, visitor, token, json.dumps(content))
        return kept

    async def find(self, visitor: str, written: str) -> KeptForm | None:
        """Return the form of an address, or None if it is unknown, too old or another visitor's."""
        try:
            form = UUID(written)
        except ValueError:
            return None
        row = await self._pool.fetchrow(Q["find_form"], form, visitor)
        if row is None:
            return None
        filed = FiledForm(row["complaint"], row["ticket"]) if row["complaint"] else None
        return KeptForm(form, row["token"], None if filed else json.loads(row["content"]), filed)

    async def find_same(self, visitor: str, form: UUID, text: str, place: str) -> SentBefore | None:
        """Return the complaint that was just sent with the same text by this visitor, or with all the same by another."""
        marks = self._mark(text), self._mark(text, place)
        row = await self._pool.fetchrow(Q["form_sent_before"], form, visitor, *marks, SAME_WITHIN_MINUTES)
        return SentBefore(FiledForm(row["complaint"], row["ticket"]), own=row["own"]) if row is not None else None

    async def mark_sent(self, form: UUID, filed: FiledForm, text: str, place: str, *, secret: bool) -> None:
        """Blank a form that was sent. Nobody else is told of a ``secret`` complaint."""
        whole = None if secret else self._mark(text, place)
        await self._pool.execute(Q["form_sent"], form, filed.complaint, filed.ticket, self._mark(text), whole)

    def _mark(self, *texts: str) -> str:
        """Return the keyed hash of the words, whatever the case, the blanks and the signs between them."""
        return keyed_hash(self._secret, "form", *(" ".join(_WORD.findall(text.casefold())) for text in texts))
