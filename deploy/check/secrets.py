"""Rules on secrets: long enough, no examples, and none used for two things. No finding shows a value."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import SecretStr

from deploy.check.hosts import password_of
from deploy.check.model import Finding, Plan, variable, wrong

SHORTEST: Final = 16
FEWEST_CHARACTERS: Final = 6
# Whoever issues the others decides on their length.
OF_OUR_CHOICE: Final = {"dsn", "kafka_password", "whatsapp_verify_token", "instagram_verify_token", "sms_secrets"}
# Each service has its own of these, so two services with one value are as wrong as two purposes.
OF_ONE_SERVICE: Final = {"dsn", "owner_dsn", "kafka_password"}
# One application of Meta has one secret and may have one token for both of its channels.
OF_META: Final = {"instagram_app_secrets": "whatsapp_app_secrets", "instagram_token": "whatsapp_token"}
# It holds parameters of a form, not one secret.
NO_SECRET_ALONE: Final = {"sms_fields"}
EXAMPLE: Final = re.compile(
    r"(?<![a-z0-9])(example|contoh|change-?me|password|rahasia|secret|token|dummy|placeholder|test)(?![a-z0-9])|[<…]"
)


def check_secrets(plan: Plan) -> Iterator[Finding]:
    """Yield each secret that is short, an example, or used for two things."""
    seen: dict[str, dict[str, str]] = {}
    told: set[str] = set()
    for settings in plan.processes.values():
        for field in type(settings).model_fields:
            for value in _values(getattr(settings, field), field):
                own = field in OF_ONE_SERVICE
                name = f"TANGGAP_{settings.service}_{field}".upper() if own else variable(settings, field)
                seen.setdefault(value, {})[name if own else OF_META.get(field, field)] = name
                if name not in told:
                    told.add(name)
                    yield from _alone(name, field, value)
    for names in seen.values():
        if len(names) > 1:
            yield wrong(f"{' and '.join(sorted(names.values()))} have the same value: each needs one of its own.")


def _values(value: object, field: str) -> Iterator[str]:
    if not isinstance(value, SecretStr) or field in NO_SECRET_ALONE:
        return
    plain = value.get_secret_value()
    if field in {"dsn", "owner_dsn"}:
        yield from filter(None, [password_of(plain)])
    else:
        yield from (part.strip() for part in plain.split(",") if part.strip())


def _alone(name: str, field: str, value: str) -> Iterator[Finding]:
    if field in OF_OUR_CHOICE and len(value) < SHORTEST:
        yield wrong(f"{name} has {len(value)} characters: take at least {SHORTEST}, made at random.")
    elif EXAMPLE.search(value.casefold()) or len(set(value)) < FEWEST_CHARACTERS:
        yield wrong(f"{name} looks like an example: make one at random.")
