"""The rows that people keep for their work beside the cases: templates of answers, saved views, and cases taken on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.router.rules.answer_templates import AnswerTemplate
from services.router.store import Q
from shared.postgres.pool import Pool


class SavedView(NamedTuple):
    """A view of the desk's list that a person has saved: the query part of its address under a name."""

    id: UUID
    name: str
    query: str


class Owner(NamedTuple):
    """The person of the desk who has taken a case on."""

    reader: str
    name: str


async def list_answer_templates(pool: Pool, opd: str) -> list[AnswerTemplate]:
    """Return the templates of an OPD that are in force, by name."""
    return [AnswerTemplate(**row) for row in await pool.fetch(Q["answer_templates"], opd)]


async def put_answer_template(
    pool: Pool, opd: str, template: UUID, at: datetime, actor: str, content: tuple[str, str] | None
) -> None:
    """End the version of a template that is in force, and put ``content``, its name and text, in force after it."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(Q["answer_template_end"], opd, template, at, actor)
        if content is not None:
            await connection.execute(Q["answer_template_add"], opd, template, at, actor, *content)


async def list_desk_views(pool: Pool, reader: str) -> list[SavedView]:
    """Return the views that a person has saved, by name."""
    return [SavedView(**row) for row in await pool.fetch(Q["desk_views"], reader)]


async def add_desk_view(pool: Pool, view: UUID, reader: str, name: str, query: str, most: int) -> bool:
    """Save a view. Return False if the person has ``most`` of them."""
    return await pool.fetchval(Q["desk_view_add"], view, reader, name, query, most) is not None


async def drop_desk_view(pool: Pool, reader: str, view: UUID) -> None:
    """Forget a view of a person."""
    await pool.execute(Q["desk_view_drop"], reader, view)


async def own_case(pool: Pool, key: UUID, reader: str, name: str, at: datetime) -> None:
    """Keep that a person of the desk has taken a case on."""
    await pool.execute(Q["desk_own"], key, reader, name, at)


async def disown_case(pool: Pool, key: UUID, reader: str) -> None:
    """Forget that a person has taken a case on."""
    await pool.execute(Q["desk_disown"], key, reader)


async def find_owner(pool: Pool, key: UUID) -> Owner | None:
    """Return who has taken a case on since it last moved, or None."""
    row = await pool.fetchrow(Q["desk_owner"], key)
    return Owner(**row) if row is not None else None
