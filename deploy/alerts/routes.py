"""Alertmanager's configuration as a value: which alert goes to whom, how often, and what it hides."""

from __future__ import annotations

from typing import Any, Final

from deploy.alerts.settings import HEARTBEAT, SMTP_PASSWORD, WEBHOOK, AlertSettings

# A page wakes somebody, a ticket is for the morning, a heartbeat goes to a service outside that misses it.
SEVERITIES: Final = ("page", "ticket", "heartbeat")

# How long the first message waits for others, how long one about new alerts does, and when an old one is said again.
_TIMES: Final[dict[str, dict[str, str]]] = {
    "page": {"group_wait": "10s", "group_interval": "1m", "repeat_interval": "1h"},
    "ticket": {"group_wait": "30s", "group_interval": "15m", "repeat_interval": "24h"},
    "heartbeat": {"group_wait": "0s", "group_interval": "30s", "repeat_interval": "1m"},
}

# What follows from the first alert is not told while the first fires: alert, what it hides, and what both name alike.
FOLLOWS: Final = (
    ("TanggapProcessGone", "TanggapProcessDown", "process"),
    ("TanggapNoRelay", "TanggapOutboxOld|TanggapSealingLags", "service"),
    ("TanggapBreakerOpen|TanggapPartitionStands", "TanggapLagging", "service"),
)


def configuration(settings: AlertSettings) -> dict[str, Any]:
    """Return the configuration. An alert whose receiver has no address is kept and shown, and sent nowhere."""
    found = receivers(settings)
    return {
        "route": {
            "receiver": "ticket",
            "group_by": ["alertname", "service"],
            **_TIMES["ticket"],
            "routes": [
                {"matchers": [f'severity="{severity}"'], "receiver": severity, **_TIMES[severity]}
                for severity in SEVERITIES
            ],
        },
        "inhibit_rules": [
            {
                "source_matchers": [f'alertname=~"{first}"'],
                "target_matchers": [f'alertname=~"{hidden}"'],
                "equal": [alike],
            }
            for first, hidden, alike in FOLLOWS
        ]
        # One alert may have two speeds: the page says all that the ticket would.
        + [
            {
                "source_matchers": ['severity="page"'],
                "target_matchers": ['severity="ticket"'],
                "equal": ["alertname", "service"],
            }
        ],
        "receivers": [{"name": name, **integrations} for name, integrations in found.items()],
    }


def receivers(settings: AlertSettings) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the integrations of each receiver. A page takes every way; a ticket is a mail, or else the webhook."""
    webhook = _webhook(settings.secret(WEBHOOK), resolved=True)
    mail = _mail(settings)
    return {
        "page": webhook | mail,
        "ticket": mail or webhook,
        "heartbeat": _webhook(settings.secret(HEARTBEAT), resolved=False),
    }


def _webhook(url: str | None, *, resolved: bool) -> dict[str, list[dict[str, Any]]]:
    return {"webhook_configs": [{"url": url, "send_resolved": resolved}]} if url else {}


def _mail(settings: AlertSettings) -> dict[str, list[dict[str, Any]]]:
    if not settings.smtp_host:
        return {}
    login = {"auth_username": settings.smtp_username, "auth_password": settings.secret(SMTP_PASSWORD)}
    one = {
        "to": settings.mail_to,
        "from": settings.mail_from,
        "smarthost": f"{settings.smtp_host}:{settings.smtp_port}",
        "require_tls": settings.smtp_tls == "starttls",
        "send_resolved": True,
        **(login if settings.smtp_username else {}),
    }
    return {"email_configs": [one]}
