"""The ids, hashes and links that are derived from the service's secret and therefore stored nowhere."""

from __future__ import annotations

import hmac
from typing import Any
from uuid import UUID

from services.intake.rules.commands import ContactPerson
from shared.events.contacts import ContactChannel
from shared.ids import keyed_hash, keyed_id


class Identities:
    """The derivations of one service. The same secret and input always give the same id, hash or link."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._secret = secret
        self._public_url = public_url.rstrip("/")

    def person(self, channel: ContactChannel, address: str, **more: Any) -> ContactPerson:
        """Return the person of a channel and address."""
        return ContactPerson(self.contact_id(channel, address), channel, address, **more)

    def contact_id(self, channel: str, address: str) -> UUID:
        """Return the contact id of an address."""
        return keyed_id(self._secret, "contact", channel, address)

    def provider_hash(self, message_id: str) -> str:
        """Return the keyed hash of a provider's message id. We keep no plain id: it may contain a phone number."""
        return keyed_hash(self._secret, "message", message_id)

    def link_secret(self, complaint: UUID) -> str:
        """Return the secret part of a complaint's link."""
        return keyed_hash(self._secret, "link", str(complaint))[:32]

    def follow_secret(self, complaint: UUID, contact: UUID) -> str:
        """Return the secret part of the link with which a follower stops following a complaint."""
        return keyed_hash(self._secret, "follow", f"{complaint} {contact}")[:32]

    def follow_path(self, complaint: UUID, ticket: str, contact: UUID) -> str:
        """Return the path of a follower's own page."""
        return f"/ikuti/{ticket}/{self.follow_secret(complaint, contact)}"

    def opens(self, complaint: UUID, secret: str) -> bool:
        """Return whether this is the complaint's secret."""
        return hmac.compare_digest(self.link_secret(complaint).encode(), secret.encode(errors="replace"))

    def path(self, complaint: UUID, ticket: str) -> str:
        """Return the path of the complaint's secret page."""
        return f"/aduan/{ticket}/{self.link_secret(complaint)}"

    def link(self, path: str) -> str:
        """Return the public address of a path."""
        return self._public_url + path
