"""The commands by which the people of an OPD work together: notes, mentions and whoever is responsible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.router.rules.commands import OpdCommand


class Colleague(NamedTuple):
    """Somebody of an OPD who gets a mail: the account, the name, the address, and the link to the case."""

    account: UUID
    name: str
    address: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote(OpdCommand):
    """Write an internal note. ``by``: the writer's name. The step must be given the keys of all who are ``told``."""

    text: str
    by: str
    told: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(OpdCommand):
    """Make a colleague responsible for the case, with a note why. The step must be given the colleague's key.

    ``quiet``: the caller takes the case over and needs no mail.
    """

    to: Colleague
    by: str
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMention(OpdCommand):
    """Take the reader off the list of those who have not read a note that mentions them."""

    reader: UUID
