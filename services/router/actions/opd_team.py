"""The acts of an OPD's people among themselves: notes with mentions, hand-overs, and the marks of reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.router import store
from services.router.accounts.rows import AccountRows
from services.router.actions.case_commands import carry_out
from services.router.errors import NoSuchCase
from services.router.rules.commands_team import Colleague, HandOver, ReadMention, WriteNote
from services.router.rules.mentions import Member, NoSuchColleague, UnclearMention, find_mentions
from shared.runtime.running import Running
from shared.web.keys import Key


async def load_members(running: Running[Any], opd: str) -> Sequence[Member]:
    """Return the officers and heads of an OPD, by name."""
    return await AccountRows(running.pool).members(opd)


async def write_note(running: Running[Any], case: str, text: str, caller: Key, token: str | None) -> None:
    """Write an internal note. Who is mentioned gets a mail. Raise UnclearMention for a name that fits nobody or several."""
    members = await load_members(running, caller.opd or "")
    others = [one for one in members if one.account != caller.id]
    mentions = find_mentions(text, members)
    if mentions.unclear:
        raise UnclearMention(mentions.unclear[0], ", ".join(f"@{one.name}" for one in others) or "belum ada rekan")
    link = await _link(running, case)
    told = tuple(_colleague(one, link) for one in mentions.members if one.account != caller.id)
    command = WriteNote(opd=caller.opd or "", text=text, by=caller.owner, told=told)
    await carry_out(running, case, command, caller, token)


async def hand_over(
    running: Running[Any], case: str, to: UUID | None, text: str, caller: Key, token: str | None
) -> None:
    """Make a colleague responsible for the case, or the caller. Raise NoSuchColleague for anybody else."""
    members = await load_members(running, caller.opd or "")
    chosen = next((one for one in members if one.account == to), None)
    if chosen is None:
        raise NoSuchColleague
    colleague = _colleague(chosen, await _link(running, case))
    own = chosen.account == caller.id
    command = HandOver(opd=caller.opd or "", to=colleague, by=caller.owner, text=text, quiet=own)
    await carry_out(running, case, command, caller, token)


async def read_mention(running: Running[Any], case: str, caller: Key, token: str | None) -> None:
    """Keep that the caller has read the notes of a case."""
    await carry_out(running, case, ReadMention(opd=caller.opd or "", reader=caller.id), caller, token)


async def _link(running: Running[Any], case: str) -> str:
    """Return the address of the case's page. Raise NoSuchCase for an unknown or erased case."""
    found = await store.find_case(running.pool, case)
    if found is None:
        raise NoSuchCase
    return f"{running.settings.console_url.rstrip('/')}/opd/{found.case.ticket}"


def _colleague(member: Member, link: str) -> Colleague:
    return Colleague(member.account, member.name, member.address, link)
