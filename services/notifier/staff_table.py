"""The imported table of officers and supervisors: reading and checking it."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.notifier.channels.addresses import address_fits, as_stored
from services.notifier.channels.webhook_secrets import is_secret
from services.notifier.codes import STAFF_CHANNELS, Audience, Channel
from services.notifier.errors import BadAddressesError
from shared.web.signatures import PREFIX

COLUMNS = ("role", "opd", "name", "channel", "address")
ROLES = tuple(audience.value for audience in Audience if audience is not Audience.CITIZEN)


@dataclass(frozen=True, slots=True)
class StaffAddress:
    """One row of the table. Only officers and heads have an ``opd``; only webhooks have ``secrets``, newest first."""

    audience: Audience
    opd: str | None
    name: str
    channel: Channel
    address: str
    secrets: tuple[str, ...] = ()


def read_staff_table(text: str, opds: Collection[str], *, allow_loopback: bool = False) -> list[StaffAddress]:
    """Parse a CSV with the columns role, opd, name, channel, address and, if there are webhooks, secret.

    Each webhook address has a secret of its own. During a rotation the cell holds two secrets, separated by a blank,
    the new one first.

    Raises BadAddressesError, naming every bad row and cell, because a list is imported whole or not at all.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise BadAddressesError(f"columns missing: {', '.join(missing)}")
    addresses, problems = [], []
    for number, row in enumerate(rows, start=2):
        cells = {name: (value or "").strip() for name, value in row.items() if name}
        found = _problems(cells, opds, allow_loopback=allow_loopback)
        problems += [f"row {number}: {problem}" for problem in found]
        if not found:
            audience, channel = Audience(cells["role"]), Channel(cells["channel"])
            own = tuple(cells.get("secret", "").split())
            address = as_stored(channel, cells["address"])
            addresses.append(StaffAddress(audience, cells["opd"] or None, cells["name"], channel, address, own))
    problems += _shared_secrets(addresses)
    if problems or not addresses:
        raise BadAddressesError("; ".join(problems) or "the list is empty")
    return addresses


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
    if channel not in STAFF_CHANNELS:
        found.append(f"channel must be one of {', '.join(STAFF_CHANNELS)}")
    elif not address_fits(Channel(channel), address, allow_loopback=allow_loopback):
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


def _shared_secrets(addresses: Sequence[StaffAddress]) -> list[str]:
    """Return the problems with secrets: two addresses share one, or one address has different ones.

    Receivers that share a secret could pretend to be us at each other.
    """
    owners: dict[str, StaffAddress] = {}
    problems = []
    for one in addresses:
        for secret in one.secrets:
            owner = owners.setdefault(secret, one)
            if owner.address != one.address:
                problems.append(f"{owner.name} and {one.name} share a secret: each webhook address needs its own")
            elif owner.secrets != one.secrets:
                problems.append(f"{owner.name} and {one.name} have the same webhook address with different secrets")
    return list(dict.fromkeys(problems))
