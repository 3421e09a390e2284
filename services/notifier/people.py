"""Officers and supervisors: the imported table of who is told for which OPD, read and checked."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from services.notifier.channels.addresses import UnsafeAddressError, read_url
from services.notifier.errors import BadAddressesError
from services.notifier.kinds import CHANNELS, Audience, Channel
from shared.phone import NotAWhatsAppNumber, whatsapp_number

COLUMNS = ("role", "opd", "name", "channel", "address")
ROLES = tuple(audience.value for audience in Audience if audience is not Audience.CITIZEN)


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the table; ``opd`` for officers and heads only, ``secret`` for webhooks that have their own."""

    audience: Audience
    opd: str | None
    name: str
    channel: Channel
    address: str
    secret: str | None = None


def read_people(text: str, opds: Collection[str], *, allow_loopback: bool = False) -> list[Person]:
    """A CSV with the columns role, opd, name, channel, address and perhaps secret.

    Raises BadAddressesError naming every bad row and cell: such a list is imported whole or not at all.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise BadAddressesError(f"columns missing: {', '.join(missing)}")
    people, problems = [], []
    for number, row in enumerate(rows, start=2):
        cells = {name: (value or "").strip() for name, value in row.items() if name}
        found = _problems(cells, opds, allow_loopback=allow_loopback)
        problems += [f"row {number}: {problem}" for problem in found]
        if not found:
            audience, channel = Audience(cells["role"]), Channel(cells["channel"])
            secret = cells.get("secret") or None
            address = f"+{whatsapp_number(cells['address'])}" if channel is Channel.WHATSAPP else cells["address"]
            people.append(Person(audience, cells["opd"] or None, cells["name"], channel, address, secret))
    if problems or not people:
        raise BadAddressesError("; ".join(problems) or "the list is empty")
    return people


def _problems(cells: dict[str, str], opds: Collection[str], *, allow_loopback: bool) -> Sequence[str]:
    found = []
    role, channel, address = cells["role"], cells["channel"], cells["address"]
    if role not in ROLES:
        found.append(f"role must be one of {', '.join(ROLES)}")
    elif Audience(role).of_an_opd and cells["opd"] not in opds:
        found.append("opd must be a code of the table of agencies")
    elif not Audience(role).of_an_opd and cells["opd"]:
        found.append("opd belongs to officers and heads only")
    if not cells["name"]:
        found.append("name is empty")
    if channel not in CHANNELS:
        found.append(f"channel must be one of {', '.join(CHANNELS)}")
    elif not fits(Channel(channel), address, allow_loopback=allow_loopback):
        found.append(f"address does not fit the channel {channel}")
    return found


def fits(channel: Channel, address: str, *, allow_loopback: bool) -> bool:
    """Whether it can be an address of this channel."""
    match channel:
        case Channel.EMAIL:
            name, domain = parseaddr(address)[1].rpartition("@")[::2]
            return bool(name) and "." in domain and parseaddr(address)[1] == address
        case Channel.WHATSAPP:
            try:
                return bool(whatsapp_number(address))
            except NotAWhatsAppNumber:
                return False
        case Channel.WEBHOOK:
            try:
                read_url(address, allow_loopback=allow_loopback)
            except UnsafeAddressError:
                return False
            return True
