"""The imported table of officers and supervisors: reading and checking it."""

import base64
import csv
import io
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.notifier.channels.addresses import UnsafeAddressError, read_url
from services.notifier.errors import BadAddressesError
from services.notifier.kinds import CHANNELS, Audience, Channel
from shared.mail import NotAMailAddress, mail_address
from shared.phone import NotAWhatsAppNumber, whatsapp_number
from shared.web.signatures import PREFIX

COLUMNS = ("role", "opd", "name", "channel", "address")
ROLES = tuple(audience.value for audience in Audience if audience is not Audience.CITIZEN)


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the table. Only officers and heads have an ``opd``; only webhooks have ``secrets``, newest first."""

    audience: Audience
    opd: str | None
    name: str
    channel: Channel
    address: str
    secrets: tuple[str, ...] = ()


def read_people(text: str, opds: Collection[str], *, allow_loopback: bool = False) -> list[Person]:
    """Parse a CSV with the columns role, opd, name, channel, address and, if there are webhooks, secret.

    Each webhook address has a secret of its own. During a rotation the cell holds two secrets, separated by a blank,
    the new one first.

    Raises BadAddressesError, naming every bad row and cell, because a list is imported whole or not at all.
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
            own = tuple(cells.get("secret", "").split())
            address = as_stored(channel, cells["address"])
            people.append(Person(audience, cells["opd"] or None, cells["name"], channel, address, own))
    problems += _shared_secrets(people)
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
    return [*found, *_secret_problems(channel, cells.get("secret", "").split())]


def _secret_problems(channel: str, own: Sequence[str]) -> Sequence[str]:
    if channel != Channel.WEBHOOK:
        return ["secret belongs to webhooks only"] if own else []
    if not 1 <= len(set(own)) == len(own) <= 2:
        return ["a webhook needs a secret of its own (`addresses new-secret` makes one), or two during a rotation"]
    return (
        []
        if all(is_secret(secret) for secret in own)
        else [f"secret must be {PREFIX} and the base64 of 24 to 64 bytes"]
    )


def _shared_secrets(people: Sequence[Person]) -> list[str]:
    """Return the problems with secrets: two addresses share one, or one address has different ones.

    Receivers that share a secret could pretend to be us at each other.
    """
    owners: dict[str, Person] = {}
    problems = []
    for person in people:
        for secret in person.secrets:
            owner = owners.setdefault(secret, person)
            if owner.address != person.address:
                problems.append(f"{owner.name} and {person.name} share a secret: each webhook address needs its own")
            elif owner.secrets != person.secrets:
                problems.append(f"{owner.name} and {person.name} have the same webhook address with different secrets")
    return list(dict.fromkeys(problems))


def is_secret(text: str) -> bool:
    """Return whether ``text`` is a Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(PREFIX) and 24 <= len(key) <= 64


def new_secret() -> str:
    """Return a random secret for one receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def as_stored(channel: Channel, address: str) -> str:
    """Return an address that fits its channel in the form in which it is stored and sent to."""
    match channel:
        case Channel.EMAIL:
            return mail_address(address)
        case Channel.WHATSAPP:
            return f"+{whatsapp_number(address)}"
        case Channel.WEBHOOK:
            return address


def fits(channel: Channel, address: str, *, allow_loopback: bool) -> bool:
    """Return whether ``address`` can be an address of this channel."""
    match channel:
        case Channel.EMAIL:
            try:
                return bool(mail_address(address))
            except NotAMailAddress:
                return False
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
