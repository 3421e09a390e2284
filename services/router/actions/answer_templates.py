"""The templates of an OPD's answers: reading them for its people, and changing them for its head."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.router import office_store
from services.router.rules.answer_templates import MOST_TEMPLATES, AnswerTemplate, TooManyTemplates, check_template
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.keys import Key


async def load(running: Running[Any], caller: Key) -> list[AnswerTemplate]:
    """Return the templates of the caller's OPD, by name."""
    return await office_store.list_answer_templates(running.pool, caller.opd or "")


async def save(running: Running[Any], template: UUID | None, name: str, text: str, caller: Key) -> None:
    """Put a new version of a template in force, or a new template. Raise BadTemplate or TooManyTemplates."""
    check_template(name, text)
    known = await load(running, caller)
    # An id of another OPD, or of a template that was removed meanwhile, becomes a new template.
    chosen = template if template in {one.id for one in known} else None
    if chosen is None and len(known) >= MOST_TEMPLATES:
        raise TooManyTemplates
    await _put(running, chosen or new_id(), caller, (name, text))


async def remove(running: Running[Any], template: UUID, caller: Key) -> None:
    """Take a template of the caller's OPD out of force. Its versions stay in the table."""
    await _put(running, template, caller, None)


async def _put(running: Running[Any], template: UUID, caller: Key, content: tuple[str, str] | None) -> None:
    now = running.clock.now()
    await office_store.put_answer_template(running.pool, caller.opd or "", template, now, caller.actor, content)
