"""Rules on addresses: what browsers open, who stands in front, and what crosses the network."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from deploy.check.hosts import brokers, host_of, is_encrypted, is_inside, is_reserved, servers
from deploy.check.model import Finding, Plan, variable, wrong
from services.router.settings import RouterSettings
from shared.settings import Settings

WIDEST: Final = {4: 8, 6: 32}
"""The shortest prefix of a network of proxies that is not half the internet."""


def check_addresses(plan: Plan) -> Iterator[Finding]:
    """Yield what is wrong with the addresses for browsers and with those between the services."""
    yield from _for_browsers("TANGGAP_PUBLIC_URL", plan.intake.public_url)
    yield from _for_browsers("TANGGAP_CONSOLE_URL", plan.router.console_url)
    yield from _one_host(plan)
    for name, settings in plan.processes.items():
        if not isinstance(settings, RouterSettings) and not settings.accounts_url:
            yield wrong(f"TANGGAP_ACCOUNTS_URL is missing for {name}: people cannot sign in to its pages.")
        yield from _proxies(name, settings)
        yield from _kafka(name, settings)
        if not is_encrypted(settings.dsn.get_secret_value()):
            outside = [host for host in servers(settings.dsn.get_secret_value()) if not is_inside(host)]
            if outside:
                yield wrong(
                    f"{variable(settings, 'dsn')} of {name} reaches {', '.join(outside)} without encryption: "
                    "add sslmode=verify-full."
                )


def _for_browsers(name: str, url: str) -> Iterator[Finding]:
    if is_reserved(host_of(url)):
        yield wrong(f"{name} is {url}: nobody outside can open it. Give it the name under which the proxy is reached.")
    if urlsplit(url).scheme != "https":
        yield wrong(f"{name} is {url}: it must begin with https://, or cookies and links travel readable.")


def _one_host(plan: Plan) -> Iterator[Finding]:
    public, console = host_of(plan.intake.public_url), host_of(plan.router.console_url)
    if public != console:
        yield wrong(
            f"TANGGAP_PUBLIC_URL ({public}) and TANGGAP_CONSOLE_URL ({console}) have different hosts: "
            "a sign-in at one does not count at the other."
        )
    deadlines = plan.router.deadlines_url
    if deadlines and (host_of(deadlines) != console or urlsplit(deadlines).scheme != "https"):
        yield wrong(
            f"TANGGAP_ROUTER_DEADLINES_URL is {deadlines}: leave it empty behind one proxy, or use its https name."
        )


def _proxies(name: str, settings: Settings) -> Iterator[Finding]:
    if not settings.proxies:
        yield wrong(
            f"TANGGAP_TRUSTED_PROXIES is missing for {name}: behind the proxy all people share the limits of one address."
        )
    for one in settings.proxies:
        network = ip_network(one, strict=False)
        if network.prefixlen < WIDEST[network.version]:
            yield wrong(
                f"TANGGAP_TRUSTED_PROXIES of {name} has {one}: anybody in it can invent an address. Name the proxy."
            )


def _kafka(name: str, settings: Settings) -> Iterator[Finding]:
    security = settings.kafka_security
    if "SASL" not in security:
        yield wrong(f"TANGGAP_KAFKA_SECURITY of {name} is {security}: nobody logs in at Kafka, so anybody may write.")
    elif not settings.kafka_user or not settings.kafka_password:
        yield wrong(f"TANGGAP_KAFKA_USER or TANGGAP_KAFKA_PASSWORD is missing for {name}.")
    outside = [host for host in brokers(settings.kafka_bootstrap) if not is_inside(host)]
    if "SSL" not in security and outside:
        yield wrong(
            f"TANGGAP_KAFKA_SECURITY of {name} is {security}, but {', '.join(outside)} is another machine: use SASL_SSL."
        )
