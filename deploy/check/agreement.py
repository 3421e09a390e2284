"""Rules on settings that must agree: between services, and between the processes of one service."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import SecretStr

from deploy.check.model import Finding, Plan, variable, wrong
from shared.settings import Settings

# Every process needs the same value, whatever its service.
EVERYWHERE: Final = ("secret", "public_url", "console_url", "kafka_bootstrap", "kafka_security", "clock_file")
# Every service that has the setting needs the same value. The router asks nobody for accounts.
WHERE_KNOWN: Final = {
    "accounts_url": {"intake", "sla", "notifier"},
    "calendar": {"router", "sla", "notifier"},
    "whatsapp_base": {"intake", "notifier"},
    "whatsapp_version": {"intake", "notifier"},
}
# Processes of one service may differ in these alone.
OF_A_PROCESS: Final = {"replica", "channels", "host", "port", "ops_port", "media_spool", "log_level"}


def check_agreement(plan: Plan) -> Iterator[Finding]:
    """Yield each setting that has two values where it needs one, and what belongs to demonstrations and tests alone."""
    for field in EVERYWHERE:
        yield from _compare(plan, field, plan.processes)
    for field, services in WHERE_KNOWN.items():
        yield from _compare(plan, field, [name for name, one in plan.processes.items() if one.service in services])
    for service in dict.fromkeys(one.service for one in plan.processes.values()):
        names = [name for name, one in plan.processes.items() if one.service == service]
        fields = type(plan.processes[names[0]]).model_fields
        for field in fields.keys() - OF_A_PROCESS - set(EVERYWHERE) - WHERE_KNOWN.keys():
            yield from _compare(plan, field, names)
    if any(one.clock_file for one in plan.processes.values()):
        yield wrong("TANGGAP_CLOCK_FILE is set: time would stand still. It is for demonstrations.")
    if plan.notifier.webhook_allow_loopback:
        yield wrong("TANGGAP_NOTIFIER_WEBHOOK_ALLOW_LOOPBACK is true: a receiver could reach this machine's own ports.")


def _compare(plan: Plan, field: str, names: Iterable[str]) -> Iterator[Finding]:
    by_value: dict[str, list[str]] = {}
    variables = set()
    for name in names:
        by_value.setdefault(_plain(plan.processes[name], field), []).append(name)
        variables.add(variable(plan.processes[name], field))
    if len(by_value) > 1:
        groups = " and ".join(", ".join(group) for group in by_value.values())
        yield wrong(f"{' and '.join(sorted(variables))}: {groups} need the same value.")


def _plain(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
