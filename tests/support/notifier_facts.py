"""Builders of the facts that the notifier receives."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from deploy.local.demo.stubs.receiver import secret_of
from shared.events import cases, contacts, deadlines
from shared.events.fact import Clock, Role

TICKET = "KT-7F3K-9Q2M-X"
NUMBER = "+6280000000123"
# The address table as it is imported. ``hook`` is the address of the receiver of webhooks, and ``secret`` its secret.
OFFICERS = """role,opd,name,channel,address,secret
officer,dishub,Pejabat penghubung Dishub,email,pejabat.dishub@kaltim.example,
officer,dpupr-pera,Pejabat penghubung DPUPR-PERA,webhook,{hook}/hooks/dpupr,{secret}
head,dishub,Kepala Dishub,email,kepala.dishub@kaltim.example,
inspektorat,,Inspektorat,email,inspektorat@kaltim.example,
sekda,,Sekda,email,sekda@kaltim.example,
governor,,Daftar gubernur,email,gubernur@kaltim.example,
admin,,Admin koordinator,email,admin@kaltim.example,
"""
# The stubs derive each receiver's secret from this one.
WEBHOOK_ROOT = "whsec_" + "c2VjcmV0" * 5


def officers(hook: str) -> str:
    """Return the address table with the receiver's own secret."""
    return OFFICERS.format(hook=hook, secret=secret_of(WEBHOOK_ROOT, "dpupr"))


def opened(at: datetime, *people: UUID, **more: Any) -> cases.Opened:
    values: dict[str, Any] = {
        "ticket": TICKET,
        "state": "verification",
        "channel": "whatsapp",
        "source": "whatsapp",
        "class_": "no_oversight",
        "priority": "normal",
        "contacts": people,
        "filed_at": at,
        **more,
    }
    return cases.Opened(**values)


def assigned(opd: str = "dishub", **more: Any) -> cases.Assigned:
    values: dict[str, Any] = {
        "assignment_id": uuid4(),
        "opd": opd,
        "class_": "no_oversight",
        "priority": "normal",
        **more,
    }
    return cases.Assigned(**values)


def linked(complaint: UUID, **more: Any) -> contacts.ContactLinked:
    values: dict[str, Any] = {
        "complaint": complaint,
        "ticket": TICKET,
        "role": "reporter",
        "channel": "whatsapp",
        "address": NUMBER,
        "link": f"/aduan/{TICKET}/rahasia",
        **more,
    }
    return contacts.ContactLinked(**values)


def deadline(clock: Clock, at: datetime, run: int = 1, days: int = 5) -> deadlines.DeadlineSet:
    return deadlines.DeadlineSet(clock=clock, run=run, started_at=at, due_at=at + timedelta(days=days), explanation="-")


def escalated(at: datetime, *to: Role, level: int = 1, clock: Clock = "respond") -> deadlines.Escalated:
    return deadlines.Escalated(clock=clock, run=1, level=level, offset="0", due_at=at, opd="dishub", to=to)


def resolved(answer: str = "Lampu sudah diganti.") -> cases.Resolved:
    return cases.Resolved(opd="dishub", answer=answer)
