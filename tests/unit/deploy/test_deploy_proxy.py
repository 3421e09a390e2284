"""The proxy in front fits the doors behind it."""

import re
from pathlib import Path
from typing import Any

import yaml

from services.intake.api import LIMITS, live
from services.intake.api.pages_evidence import limits_of as limits_of_evidence
from services.intake.api.pages_photos import limits_of
from services.intake.api.routes_media import limit_of
from services.intake.app import build as build_intake
from services.intake.metrics import CHATS
from services.intake.settings import IntakeSettings
from services.notifier.app import build as build_notifier
from services.notifier.settings import NotifierSettings
from services.router.app import build as build_router
from services.router.settings import RouterSettings
from services.sla.app import build as build_sla
from services.sla.settings import SlaSettings
from shared.clock import RealClock
from shared.runtime.running import Running
from shared.web.guard import BODY_LIMIT

ROOT = Path(__file__).parents[3]
CONF = (ROOT / "deploy/proxy/nginx.conf").read_text()
TLS = (ROOT / "deploy/proxy/tls/tls.conf.example").read_text()
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
GIVEN = {"dsn": "postgresql://x/y", "secret": "ab" * 32}
MIB = 1024 * 1024


def test_every_door_behind_the_proxy_is_a_service_of_compose() -> None:
    doors = set(re.findall(r"(?:set \$door|default|\$) ([a-z0-9-]+):8000;", CONF))
    assert doors == {"intake-web", "intake-whatsapp", "intake-sp4n", "router", "sla", "notifier"}
    assert doors <= set(SERVICES)


def test_every_port_of_the_proxy_is_published() -> None:
    listening = set(re.findall(r"listen (\d+)(?: ssl)?;", CONF + TLS))
    assert {port.rpartition(":")[2] for port in SERVICES["proxy"]["ports"]} == listening


def test_the_first_address_leads_each_path_to_its_service() -> None:
    [table] = re.findall(r"map \$uri \$by_path \{([^}]+)\}", CONF)
    rules = re.findall(r"~(\S+) ([a-z0-9-]+):8000;", table)

    def service_of(path: str) -> str:
        return next((door for pattern, door in rules if re.search(pattern, path)), "intake-web")

    # These stand at every service. The router ends the session for all of them, and shows the sign-in.
    everywhere = re.compile(r"/openapi\.json|/static/.*|/robots\.txt|/|/masuk|/keluar")
    wrong = {}
    for name, app in apps().items():
        for route in app.routes:
            path = re.sub(r"\{[^}]+\}", "x", getattr(route, "path", "/"))
            if not everywhere.fullmatch(path) and service_of(path).partition("-")[0] != name:
                wrong[path] = service_of(path)
    assert wrong == {}
    assert (service_of("/akun/masuk"), service_of("/keluar"), service_of("/")) == ("router", "router", "intake-web")


def apps() -> dict[str, Any]:
    """Return the web application of each service, without any connection."""
    services = {
        "intake": build_intake(IntakeSettings.model_validate(GIVEN)),
        "router": build_router(RouterSettings.model_validate(GIVEN)),
        "sla": build_sla(SlaSettings.model_validate(GIVEN)),
        "notifier": build_notifier(NotifierSettings.model_validate(GIVEN)),
    }
    made: dict[str, Any] = {}
    for name, service in services.items():
        app: Any = service
        made[name] = app.web(Running(app, None, RealClock()))  # type: ignore[arg-type]  # no route is called
    return made


def test_the_proxy_takes_what_the_doors_take() -> None:
    blocks = dict(re.findall(r"location = (\S+) \{\s+client_max_body_size (\d+)m;", CONF))
    taken = {path: int(size) * MIB for path, size in blocks.items()}
    largest = IntakeSettings.model_fields["media_bytes"].default
    for path, least in (limit_of(largest) | limits_of(largest) | limits_of_evidence(largest)).items():
        assert least <= taken.pop(path) <= least + MIB
    assert taken == LIMITS
    assert int(re.findall(r"^    client_max_body_size (\d+)m;", CONF, re.MULTILINE)[0]) * MIB == BODY_LIMIT


def test_each_webhook_leads_to_the_process_that_opens_its_channel() -> None:
    doors = dict(re.findall(r"location = /v1/(\w+)/webhook \{[^}]*set \$door ([a-z0-9-]+):8000;", CONF))
    for channel in CHATS:
        assert channel in SERVICES[doors[channel]]["environment"]["TANGGAP_INTAKE_CHANNELS"].split(","), channel


def test_live_streams_pass_the_proxy_unbuffered_and_speak_before_it_gives_up() -> None:
    [block] = re.findall(rf"location \^~ {live.PATH}/ \{{([^}}]+)\}}", CONF)
    assert "proxy_buffering off;" in block
    [patience] = re.findall(r"^    proxy_read_timeout (\d+)s;", CONF, re.MULTILINE)
    assert int(patience) > live.HEARTBEAT_S * 2
    assert "set $door intake-web:8000;" in block


def test_the_proxy_waits_for_nobody_and_bounds_connections() -> None:
    for name in (
        "client_header_timeout",
        "client_body_timeout",
        "send_timeout",
        "keepalive_timeout",
        "limit_conn_zone",
        "limit_conn",
    ):
        assert re.search(rf"^    {name} ", CONF, re.MULTILINE), name


def test_a_caller_cannot_choose_the_address_it_is_counted_under() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in CONF
    assert "$proxy_add_x_forwarded_for" not in CONF


def test_no_address_and_no_path_reaches_a_log() -> None:
    assert "access_log off;" in CONF
    assert "error_log stderr crit;" in CONF


def test_the_doors_believe_the_proxy_and_nobody_outside_its_network() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    [network] = compose["networks"]["default"]["ipam"]["config"]
    for name in ("intake-web", "intake-whatsapp", "intake-sp4n", "router", "sla", "notifier"):
        assert SERVICES[name]["environment"]["TANGGAP_TRUSTED_PROXIES"] == network["subnet"], name


def test_the_files_of_citizens_lie_in_one_volume_of_all_intakes() -> None:
    dockerfile = (ROOT / "deploy/docker/Dockerfile").read_text()
    [folder] = re.findall(r"TANGGAP_INTAKE_MEDIA_FOLDER=(\S+)", dockerfile)
    for name in ("intake-web", "intake-whatsapp", "intake-sp4n"):
        assert f"media:{folder}" in SERVICES[name]["volumes"], name
