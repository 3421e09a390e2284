"""Throw-away API keys for every role of every service, for people who try the system and for the demo."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.addresses import HOST, Addresses
from shared.postgres.pool import open_pool
from shared.reference import opds
from shared.web.keys import Keys

ROLES = {
    "intake": ("adapter", "koordinator", "operator"),
    "router": ("koordinator", "arbiter", "operator"),
    "sla": ("reader", "koordinator", "operator"),
    "notifier": ("operator", "koordinator"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One key to make. `dev.env` and the demo call it by `name`, e.g. `router.officer.dishub`."""

    service: str
    role: str
    opd: str | None = None

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.service, self.role, self.opd) if part)


def wanted() -> Iterator[Wanted]:
    """Yield every key to make: one for each role of each service, and an officer's key for each OPD."""
    for service, roles in ROLES.items():
        for role in roles:
            yield Wanted(service, role)
    for code in opds():
        yield Wanted("router", "officer", code)


async def make_keys(addresses: Addresses) -> dict[str, str]:
    """Return every key by its name. A key of an earlier start is kept while the database still knows it."""
    found = await asyncio.gather(*(_of_service(addresses, service) for service in ROLES))
    return {name: key for keys in found for name, key in keys.items()}


async def _of_service(addresses: Addresses, service: str) -> dict[str, str]:
    pool = await open_pool(addresses.dsn(service), size=1, name=f"{service}-keys")
    try:
        keys = Keys(pool)
        return {each.name: await _one(keys, addresses, each) for each in wanted() if each.service == service}
    finally:
        await pool.close()


async def _one(keys: Keys, addresses: Addresses, each: Wanted) -> str:
    kept = addresses.secrets.find(f"key-{each.name}")
    if kept and await keys.find(kept, HOST):
        return kept
    made = await keys.create(owner=f"lokal {each.name}", role=each.role, opd=each.opd)
    return addresses.secrets.put(f"key-{each.name}", made)
