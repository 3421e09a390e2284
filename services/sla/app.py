"""The wiring of the deadlines service: settings, rules, streams, loops and the web interface."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.sla.api import make_api
from services.sla.loops.installed_rules import InstalledRulesLoop
from services.sla.loops.statistics import publish_statistics
from services.sla.policy import BadPoliciesError, read_policies, shipped_text
from services.sla.settings import SlaSettings
from services.sla.state import CaseClocks
from services.sla.store import save_measures
from services.sla.versions import RuleTexts, RuleVersions
from services.sla.versions.installed import InstalledRules
from shared.events.catalogue import read_by
from shared.runtime.app import App
from shared.settings import WrongSetting
from shared.worktime import BadCalendarError, parse_calendar
from shared.worktime.reading import shipped_text as shipped_calendar_text


def build(settings: SlaSettings) -> App[CaseClocks]:
    """Build the service. The calendar and the policies of its settings hold until others are put into force."""
    return build_with_versions(settings)[0]


def build_with_versions(settings: SlaSettings) -> tuple[App[CaseClocks], RuleVersions]:
    """Build the service and the versions of the rules that it folds under.

    Raise WrongSetting, with one line, when the policies are wrong: the service then does not start.
    """
    try:
        versions = RuleVersions(texts_of(settings))
    except BadPoliciesError as error:
        raise WrongSetting(f"TANGGAP_SLA_POLICIES: {error}") from None
    installed = InstalledRules(versions)
    service = App(
        name="sla",
        settings=settings,
        state=CaseClocks,
        fold=versions.fold,
        before=versions.load,
        streams=read_by("sla"),
        save_rows=save_measures,
        migrations=Path(__file__).parent / "migrations",
        web=partial(make_api, versions=versions, installed=installed),
        loops=(publish_statistics, InstalledRulesLoop(installed).watch_installed_rules),
    )
    return service, versions


def texts_of(settings: SlaSettings) -> RuleTexts:
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
    return RuleTexts(calendar, policies)
