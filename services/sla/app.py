"""The wiring: the one place that knows everything."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.sla.api import make_api
from services.sla.consumers import STREAMS
from services.sla.policy import BadPoliciesError, Book, read_policies, shipped_policies
from services.sla.rules import Rules
from services.sla.settings import SlaSettings
from services.sla.state import Case
from shared.service import Service
from shared.settings import WrongSetting
from shared.worktime import BadCalendarError, Timetable, parse_calendar
from shared.worktime.reading import shipped_calendar


def build(settings: SlaSettings) -> Service[Case]:
    """The service under the calendar and the policies of its settings; a wrong file stops the start with one line."""
    rules = Rules.under(_table(settings.calendar), _book(settings.policies))
    return Service(
        name="sla",
        settings=settings,
        state=Case,
        fold=rules.fold,
        streams=STREAMS,
        migrations=Path(__file__).parent / "migrations",
        web=partial(make_api, reckoner=rules.reckoner),
    )


def _table(path: Path | None) -> Timetable:
    if path is None:
        return Timetable(shipped_calendar())
    try:
        return Timetable(parse_calendar(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, BadCalendarError) as error:
        raise WrongSetting(f"TANGGAP_SLA_CALENDAR: {error}") from None


def _book(path: Path | None) -> Book:
    if path is None:
        return shipped_policies()
    try:
        return read_policies(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, BadPoliciesError) as error:
        raise WrongSetting(f"TANGGAP_SLA_POLICIES: {error}") from None
