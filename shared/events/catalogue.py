"""The one catalogue of streams: the facts that each carries, its writer and its readers."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from shared.events import (
    cases,
    cases_answer,
    cases_appeal,
    cases_choice,
    cases_elsewhere,
    cases_evidence,
    cases_files,
    cases_helpers,
    cases_merged,
    cases_referral,
    cases_voice,
    contacts,
    deadlines,
    notifications,
    opd,
    registry,
    submissions,
    submissions_appeal,
    submissions_choice,
    submissions_evidence,
)
from shared.events.fact import Fact

HOUR_MS = 3_600_000
SUBMISSIONS = "complaint.submissions.v1"
CONTACTS = "complaint.contacts.v1"
CASES = "complaint.cases.v1"
DEADLINES = "complaint.deadlines.v1"
NOTIFICATIONS = "complaint.notifications.v1"
ACCOUNTS = "office.accounts.v1"
REGISTRY = "office.registry.v1"

Types = dict[str, type[Fact]]


def _types(module: ModuleType, only: Iterable[type[Fact]] | None = None) -> Types:
    found = only or [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Fact) and member.__module__ == module.__name__ and "." in getattr(member, "TYPE", "")
    ]
    return {fact.TYPE: fact for fact in found}


@dataclass(frozen=True, slots=True)
class Stream:
    """One Kafka topic. Writer and readers are services or ``opd``; the key is the id of a complaint, a contact, an account
    or the registry.

    ``retention_ms`` is in milliseconds. An ``external`` stream has a writer whose sequence we do not trust: there is no
    gap rule, and a record is identified by (OPD, ``ce_id``).
    """

    topic: str
    writer: str
    readers: tuple[str, ...]
    types: Types
    partitions: int = 12
    retention_ms: int = 48 * HOUR_MS
    cleanup: str = "delete"
    external: bool = False
    opd: str | None = None


INTERNAL: tuple[Stream, ...] = (
    Stream(
        SUBMISSIONS,
        "intake",
        ("router",),
        {
            **_types(submissions),
            **_types(submissions_appeal),
            **_types(submissions_choice),
            **_types(submissions_evidence),
        },
    ),
    Stream(CONTACTS, "intake", ("notifier",), _types(contacts)),
    Stream(
        CASES,
        "router",
        ("sla", "notifier", "intake"),
        {
            **_types(cases),
            **_types(cases_answer),
            **_types(cases_appeal),
            **_types(cases_choice),
            **_types(cases_elsewhere),
            **_types(cases_evidence),
            **_types(cases_files),
            **_types(cases_helpers),
            **_types(cases_merged),
            **_types(cases_referral),
            **_types(cases_voice),
        },
    ),
    Stream(DEADLINES, "sla", ("router", "notifier", "intake"), _types(deadlines)),
    Stream(NOTIFICATIONS, "notifier", ("intake",), _types(notifications)),
    # Mails to the people of the offices about their own accounts. The key is the account.
    Stream(ACCOUNTS, "router", ("notifier",), _types(contacts, [contacts.ReplyRequested]), partitions=1),
    # OPDs and topics, for the services that name them. There is one key, and each event holds the whole registry.
    Stream(REGISTRY, "router", ("intake", "sla", "notifier"), _types(registry), partitions=1),
)

_ASSIGNMENTS = _types(opd, [opd.Assignment])
_REPLIES = _types(opd, [opd.UpdateRefused])
_UPDATES = {name: fact for name, fact in _types(opd).items() if name.startswith("update.")}


def assignments(code: str) -> str:
    return f"opd.{code}.assignments.v1"


def updates(code: str) -> str:
    return f"opd.{code}.updates.v1"


def replies(code: str) -> str:
    return f"opd.{code}.replies.v1"


def of_opd(code: str) -> tuple[Stream, Stream, Stream]:
    """Return the three streams of one OPD: its assignments, its updates, and the replies to its updates."""
    return (
        Stream(assignments(code), "router", ("opd",), _ASSIGNMENTS, 1, 48 * HOUR_MS, "compact,delete", opd=code),
        Stream(updates(code), "opd", ("router",), _UPDATES, 1, 48 * HOUR_MS, external=True, opd=code),
        Stream(replies(code), "router", ("opd",), _REPLIES, 1, 30 * 24 * HOUR_MS, opd=code),
    )


def streams(opd_codes: Iterable[str]) -> dict[str, Stream]:
    """Return every stream by topic, for a province whose agencies have these codes."""
    every = [*INTERNAL, *(stream for code in opd_codes for stream in of_opd(code))]
    return {stream.topic: stream for stream in every}


def read_by(service: str) -> tuple[Stream, ...]:
    """Return the internal streams that this service reads."""
    return tuple(stream for stream in INTERNAL if service in stream.readers)


def written_by(service: str) -> tuple[Stream, ...]:
    """Return the internal streams that this service writes."""
    return tuple(stream for stream in INTERNAL if stream.writer == service)
