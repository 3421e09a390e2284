"""The wiring of the deadlines service: settings, rules, streams, loops and the web interface."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.sla.api import make_api
from services.sla.consumers import STREAMS
from services.sla.numbers import watch
from services.sla.policy import BadPoliciesError, read_policies, shipped_text
from services.sla.rulebook import Rulebook, Texts
from services.sla.settings import SlaSettings
from services.sla.state import Case
from services.sla.store import save_rows
from services.sla.watching import Watcher
from shared.runtime.app import App
from shared.settings import WrongSetting
from shared.worktime import BadCalendarError, parse_calendar
from shared.worktime.reading import shipped_text as shipped_calendar_text


def build(settings: SlaSettings) -> App[Case]:
    """Build the service. The calendar and the policies of its settings hold until others are put into force."""
    return with_rulebook(settings)[0]


def with_rulebook(settings: SlaSettings) -> tuple[App[Case], Rulebook]:
    """Build the service and the rules that it folds under.

    Raise WrongSetting, with one line, when the policies are wrong: the service then does not start.
    """
    try:
        rulebook = Rulebook(texts_of(settings))
    except BadPoliciesError as error:
        raise WrongSetting(f"TANGGAP_SLA_POLICIES: {error}") from None
    watcher = Watcher(rulebook)
    service = App(
        name="sla",
        settings=settings,
        state=Case,
        fold=rulebook.fold,
        before=rulebook.before,
        streams=STREAMS,
        save_rows=save_rows,
        migrations=Path(__file__).parent / "migrations",
        web=partial(make_api, rulebook=rulebook, watcher=watcher),
        loops=(watch, watcher.watch),
    )
    return service, rulebook


def texts_of(settings: SlaSettings) -> Texts:
    """Read calendar and policies from the files that the settings name, or return the shipped ones.

    Raise WrongSetting when a file cannot be read or has problems.
    """
    calendar, policies = shipped_calendar_text(), shipped_text()
    if settings.calendar is not None:
        try:
            calendar = settings.calendar.read_text("utf-8")
            parse_calendar(calendar)
        except (OSError, UnicodeDecodeError, BadCalendarError) as error:
            raise WrongSetting(f"TANGGAP_SLA_CALENDAR: {error}") from None
    if settings.policies is not None:
        try:
            policies = settings.policies.read_text("utf-8")
            read_policies(policies)
        except (OSError, UnicodeDecodeError, BadPoliciesError) as error:
            raise WrongSetting(f"TANGGAP_SLA_POLICIES: {error}") from None
    return Texts(calendar, policies)
