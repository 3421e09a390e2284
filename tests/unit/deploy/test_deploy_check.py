"""The check before going live: a good plan has nothing wrong, and each mistake is named in one sentence."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.check import __main__ as command
from deploy.check.clocks import check_clocks
from deploy.check.model import Finding
from deploy.check.reading import Process, of_compose, of_shell, plan_of
from deploy.check.tls import check_certificate
from deploy.docker.environment import addresses, write
from deploy.own_settings import own_file
from deploy.settings_page import NAMES
from services.notifier.texts import approved_names

ROOT = Path(__file__).parents[3]


def secret_of(number: int) -> str:
    """Return a lifelike secret, the same one for the same number."""
    return hashlib.sha256(f"{number}".encode()).hexdigest()


WHATSAPP = {
    "TANGGAP_INTAKE_WHATSAPP_APP_SECRETS": secret_of(20),
    "TANGGAP_INTAKE_WHATSAPP_VERIFY_TOKEN": secret_of(21),
    "TANGGAP_INTAKE_WHATSAPP_NUMBERS": "100200300400500",
    "TANGGAP_WHATSAPP_TOKEN": secret_of(22),
    "TANGGAP_NOTIFIER_WHATSAPP_PHONE_NUMBER_ID": "100200300400500",
}
SP4N = {
    "TANGGAP_ROUTER_SP4N_URL": "https://layanan.kaltimprov.go.id/lapor/3.0.0",
    "TANGGAP_ROUTER_SP4N_TOKEN": secret_of(23),
    "TANGGAP_ROUTER_SP4N_GUID": secret_of(24),
    "TANGGAP_ROUTER_SP4N_CHANNEL": "7",
    "TANGGAP_ROUTER_SP4N_USER_ID": "81",
    "TANGGAP_ROUTER_SP4N_TABLE": "sp4n.toml",
    "TANGGAP_ROUTER_SP4N_MIRROR": "true",
}
OWN = {
    "TANGGAP_PUBLIC_URL": "https://aduan.kaltimprov.go.id",
    "TANGGAP_CONSOLE_URL": "https://aduan.kaltimprov.go.id",
    "TANGGAP_ROUTER_DEADLINES_URL": "",
    "TANGGAP_ROUTER_AUTHORITIES": "authorities.csv",
    "TANGGAP_INTAKE_MEDIA_CLAMD": "clamd:3310",
    "TANGGAP_INTAKE_INSTAGRAM_APP_SECRETS": secret_of(20),
    "TANGGAP_INTAKE_INSTAGRAM_VERIFY_TOKEN": secret_of(25),
    "TANGGAP_NOTIFIER_INSTAGRAM_TOKEN": secret_of(22),
    "TANGGAP_INTAKE_SMS_SECRETS": f"{secret_of(26)},{secret_of(27)}",
    "TANGGAP_NOTIFIER_SMS_URL": "https://sms.kaltimprov.go.id/kirim",
    "TANGGAP_NOTIFIER_SMTP_HOST": "surel.kaltimprov.go.id",
    "TANGGAP_NOTIFIER_MAIL_FROM": "tanggap@kaltimprov.go.id",
    "TANGGAP_NOTIFIER_MAIL_REPLY_TO": "aduan@kaltimprov.go.id",
    **WHATSAPP,
    **SP4N,
}
MADE = {
    "TANGGAP_SECRET": secret_of(1),
    "TANGGAP_KAFKA_BOOTSTRAP": "kafka:9092",
    "TANGGAP_KAFKA_SECURITY": "SASL_PLAINTEXT",
    "TANGGAP_ACCOUNTS_URL": "http://router:8000",
    "TANGGAP_TRUSTED_PROXIES": "172.31.251.0/24",
    **{
        f"TANGGAP_{name.upper()}_DSN": f"postgresql://{name}:{secret_of(at)}@postgres/tanggap"
        for at, name in enumerate(NAMES, 2)
    },
    **{f"TANGGAP_{name.upper()}_KAFKA_USER": name for name in NAMES},
    **{f"TANGGAP_{name.upper()}_KAFKA_PASSWORD": secret_of(at) for at, name in enumerate(NAMES, 10)},
}
GOOD = MADE | OWN


def found(processes: Mapping[str, Process]) -> list[Finding]:
    plan, told = plan_of(processes)
    return [*told, *(command.all_rules(plan) if plan else [])]


def wrong_of(environment: Mapping[str, str]) -> list[str]:
    return [one.text for one in found(of_shell(environment)) if one.wrong]


def test_a_good_plan_has_nothing_wrong_and_names_its_templates() -> None:
    told = found(of_shell(GOOD))
    assert [one.text for one in told if one.wrong] == []
    assert [one.text.split()[0:3] for one in told] == [["WhatsApp", "needs", str(len(approved_names()))]]
    assert "tanggap_kabar_aduan" in told[0].text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TANGGAP_PUBLIC_URL", "https://127.0.0.1", "nobody outside can open it"),
        ("TANGGAP_PUBLIC_URL", "http://aduan.kaltimprov.go.id", "must begin with https"),
        ("TANGGAP_CONSOLE_URL", "https://meja.kaltimprov.go.id", "have different hosts"),
        ("TANGGAP_CONSOLE_URL", "https://aduan.kaltimprov.example", "nobody outside can open it"),
        ("TANGGAP_ROUTER_DEADLINES_URL", "http://127.0.0.1:8003", "leave it empty behind one proxy"),
        ("TANGGAP_ACCOUNTS_URL", "", "people cannot sign in"),
        ("TANGGAP_TRUSTED_PROXIES", "", "share the limits of one address"),
        ("TANGGAP_TRUSTED_PROXIES", "0.0.0.0/0", "anybody in it can invent an address"),
        ("TANGGAP_KAFKA_SECURITY", "PLAINTEXT", "nobody logs in at Kafka"),
        ("TANGGAP_SLA_KAFKA_USER", "", "is missing for sla"),
        (
            "TANGGAP_KAFKA_BOOTSTRAP",
            "kafka-1.kaltimprov.go.id:9092,kafka-2:9092",
            "kafka-1.kaltimprov.go.id is another machine",
        ),
        (
            "TANGGAP_SLA_DSN",
            f"postgresql://sla:{secret_of(9)}@a.kaltimprov.go.id,b.kaltimprov.go.id/tanggap",
            "without encryption",
        ),
        ("TANGGAP_CLOCK_FILE", "clock.jsonl", "time would stand still"),
        ("TANGGAP_FAULT", "relay.sent", "it is for tests"),
        ("TANGGAP_INTAKE_WHATSAP_TOKEN", "x", "did you mean TANGGAP_INTAKE_WHATSAPP_TOKEN?"),
        ("TANGGAP_INTAKE_PORT", "none", "TANGGAP_INTAKE_PORT of intake: "),
        ("TANGGAP_SECRET", "z" * 64, "is not hexadecimal"),
        ("TANGGAP_SECRET", "0" * 64, "TANGGAP_SECRET looks like an example"),
        ("TANGGAP_SLA_SECRET", secret_of(3), "TANGGAP_SECRET: intake, router, notifier and sla need the same value"),
        ("TANGGAP_SLA_KAFKA_PASSWORD", secret_of(10), "have the same value"),
        ("TANGGAP_INTAKE_KAFKA_PASSWORD", "k4ltim9-q", "has 9 characters"),
        (
            "TANGGAP_INTAKE_DSN",
            "postgresql://intake:password-postgres-1@postgres/tanggap",
            "TANGGAP_INTAKE_DSN looks like",
        ),
        ("TANGGAP_INTAKE_WHATSAPP_VERIFY_TOKEN", secret_of(22), "have the same value"),
        ("TANGGAP_INTAKE_WHATSAPP_VERIFY_TOKEN", "rahasia-tanggap-2026", "looks like an example"),
        ("TANGGAP_INTAKE_WHATSAPP_APP_SECRETS", "", "TANGGAP_INTAKE_WHATSAPP_APP_SECRETS is missing"),
        ("TANGGAP_NOTIFIER_WHATSAPP_PHONE_NUMBER_ID", "", "TANGGAP_NOTIFIER_WHATSAPP_PHONE_NUMBER_ID is missing"),
        ("TANGGAP_INTAKE_WHATSAPP_NUMBERS", "900800700", "answers to our messages would be dropped"),
        (
            "TANGGAP_NOTIFIER_WHATSAPP_BASE",
            "https://stub.kaltimprov.go.id",
            "INTAKE_WHATSAPP_BASE and TANGGAP_NOTIFIER_WHATSAPP_BASE: intake and notifier need",
        ),
        ("TANGGAP_WHATSAPP_BASE", "http://127.0.0.1:9999", "TANGGAP_NOTIFIER_WHATSAPP_BASE is not an https address"),
        ("TANGGAP_NOTIFIER_SMS_URL", "", "TANGGAP_NOTIFIER_SMS_URL is missing"),
        ("TANGGAP_INTAKE_INSTAGRAM_VERIFY_TOKEN", "", "TANGGAP_INTAKE_INSTAGRAM_VERIFY_TOKEN is missing"),
        ("TANGGAP_NOTIFIER_SMTP_TLS", "none", "use starttls or implicit"),
        ("TANGGAP_NOTIFIER_SMTP_USERNAME", "tanggap", "are needed together"),
        ("TANGGAP_NOTIFIER_MAIL_FROM", "Tanggap <tanggap@kaltimprov.go.id>", "is no plain mail address"),
        ("TANGGAP_NOTIFIER_MAIL_FROM", "tanggap@kaltim.example", "which is an example"),
        ("TANGGAP_ROUTER_SP4N_TABLE", "", "TANGGAP_ROUTER_SP4N_TABLE of router names no file"),
        ("TANGGAP_ROUTER_SP4N_USER_ID", "0", "TANGGAP_ROUTER_SP4N_USER_ID is missing"),
        ("TANGGAP_ROUTER_OIDC_ISSUER", "https://masuk.kaltimprov.go.id", "TANGGAP_ROUTER_OIDC_CLIENT_ID is missing"),
        ("TANGGAP_SLA_CALENDAR", "calendar.toml", "TANGGAP_SLA_CALENDAR: router, notifier and sla need the same value"),
        ("TANGGAP_NOTIFIER_WEBHOOK_ALLOW_LOOPBACK", "true", "could reach this machine's own ports"),
    ],
)
def test_each_mistake_is_named(name: str, value: str, words: str) -> None:
    told = wrong_of(GOOD | {name: value})
    assert any(words in one for one in told), told
    secrets = [
        value
        for key, value in (GOOD | {name: value}).items()
        if key.endswith(("SECRET", "SECRETS", "TOKEN", "PASSWORD"))
    ]
    assert not any(secret and secret in one for secret in secrets for one in told)


def test_a_channel_that_is_off_is_named_once_and_keeps_nobody_from_going_live() -> None:
    told = found(of_shell({name: value for name, value in GOOD.items() if name not in WHATSAPP and name not in SP4N}))
    assert [one.text for one in told] == ["WhatsApp is off.", "The connection to SP4N-LAPOR! is off."]
    assert not any(one.wrong for one in told)


def test_a_missing_setting_that_a_service_needs_is_named_with_its_process() -> None:
    told = wrong_of({name: value for name, value in GOOD.items() if name != "TANGGAP_ROUTER_DSN"})
    assert told == ["TANGGAP_ROUTER_DSN of router: Field required."]


def test_two_processes_of_one_service_must_agree() -> None:
    more = of_shell(GOOD) | {
        "router-2": Process("router", GOOD | {"TANGGAP_ROUTER_PUT_OFF_DAYS": "30", "TANGGAP_REPLICA": "2"})
    }
    assert [one.text for one in found(more) if one.wrong] == [
        "TANGGAP_ROUTER_PUT_OFF_DAYS: router and router-2 need the same value."
    ]


def test_the_files_that_compose_reads_are_judged_as_they_are_and_as_edited(tmp_path: Path) -> None:
    shell = {"TANGGAP_COMPOSE_DIR": str(tmp_path)}
    with pytest.raises(SystemExit, match="run `make compose-env` first"):
        of_compose(ROOT / "docker-compose.yml", shell)
    write(tmp_path, addresses(tmp_path))
    as_made = of_compose(ROOT / "docker-compose.yml", shell)
    assert set(as_made) == {"intake-web", "intake-whatsapp", "intake-sp4n", "router", "sla", "notifier"}
    names = [one.text.split()[0] for one in found(as_made) if one.wrong]
    assert names == [
        *["TANGGAP_PUBLIC_URL"] * 2,
        *["TANGGAP_CONSOLE_URL"] * 2,
        "TANGGAP_ROUTER_DEADLINES_URL",
        "TANGGAP_ROUTER_AUTHORITIES",
    ]
    for service in NAMES:
        own_file(tmp_path, service).write_text(
            "# ours\n" + "".join(f"{name}='{value}'\n" for name, value in OWN.items())
        )
    edited = own_file(tmp_path, "intake").read_text()
    write(tmp_path, addresses(tmp_path))
    assert own_file(tmp_path, "intake").read_text() == edited, "make compose-env keeps what was edited"
    assert [one.text for one in found(of_compose(ROOT / "docker-compose.yml", shell)) if one.wrong] == []


def test_the_command_ends_with_1_or_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(command.main)
    write(tmp_path, addresses(tmp_path))
    monkeypatch.setenv("TANGGAP_COMPOSE_DIR", str(tmp_path))
    as_made = CliRunner().invoke(app, ["--compose"])
    assert (as_made.exit_code, as_made.stdout.splitlines()[-1]) == (1, "6 to put right before going live")
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    good = CliRunner().invoke(app, [])
    assert (good.exit_code, good.stdout.splitlines()[-1]) == (0, "ready to go live")


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (90, 1), (-90, 1)])
def test_clocks_that_are_apart_are_found(seconds: int, count: int) -> None:
    async def ask(_dsn: str) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    told = asyncio.run(check_clocks("postgresql://nowhere/", ask))
    assert len(told) == count
    assert all(one.wrong and "90 s apart" in one.text for one in told)


def test_a_certificate_without_its_key_is_found(tmp_path: Path) -> None:
    assert [one.wrong for one in check_certificate(tmp_path)] == [False]
    (tmp_path / "tls.conf").touch()
    (tmp_path / "fullchain.pem").touch()
    assert [one.text for one in check_certificate(tmp_path)] == [
        f"{tmp_path} lacks privkey.pem: the proxy does not start with TLS."
    ]
