"""Rules on the channels to the world outside. A channel without any of its settings is off, which is named once."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from deploy.check.hosts import is_inside, is_reserved
from deploy.check.model import Finding, Plan, note, wrong
from services.notifier.texts import approved_names
from shared.mail import NotAMailAddress, mail_address

INTAKE, NOTIFIER, ROUTER = "TANGGAP_INTAKE_", "TANGGAP_NOTIFIER_", "TANGGAP_ROUTER_"


def check_channels(plan: Plan) -> Iterator[Finding]:
    """Yield what is missing or contradictory on each channel, and which ones are off."""
    yield from _whatsapp(plan)
    yield from _instagram(plan)
    yield from _sms(plan)
    yield from _mail(plan)
    yield from _sp4n(plan)
    yield from _provider(plan)
    if not plan.intake.media_clamd:
        yield note(f"{INTAKE}MEDIA_CLAMD is empty: files of citizens are kept without a scan for viruses.")
    if plan.router.authorities is None:
        yield wrong(
            f"{ROUTER}AUTHORITIES is missing: referrals would go to the invented addresses of the shipped file."
        )


def _all_or_none(channel: str, given: Mapping[str, object]) -> Iterator[Finding]:
    """Yield that the channel is off, or each setting that it lacks."""
    if not any(given.values()):
        yield note(f"{channel} is off.")
        return
    for name in (name for name, value in given.items() if not value):
        yield wrong(f"{name} is missing, but other settings of {channel} are there.")


def _encrypted(name: str, url: str) -> Iterator[Finding]:
    if urlsplit(url).scheme != "https":
        yield wrong(f"{name} is not an https address.")


def _whatsapp(plan: Plan) -> Iterator[Finding]:
    intake, notifier = plan.intake, plan.notifier
    given = {
        f"{INTAKE}WHATSAPP_APP_SECRETS": intake.app_secrets,
        f"{INTAKE}WHATSAPP_VERIFY_TOKEN": intake.whatsapp_verify_token.get_secret_value(),
        f"{INTAKE}WHATSAPP_TOKEN": intake.whatsapp_token,
        f"{NOTIFIER}WHATSAPP_TOKEN": notifier.whatsapp_token,
        f"{NOTIFIER}WHATSAPP_PHONE_NUMBER_ID": notifier.whatsapp_phone_number_id,
    }
    yield from _all_or_none("WhatsApp", given)
    if not any(given.values()):
        return
    number = notifier.whatsapp_phone_number_id or ""
    if number and not number.isdigit():
        yield wrong(
            f"{NOTIFIER}WHATSAPP_PHONE_NUMBER_ID is no id: it has digits alone, and is not the telephone number."
        )
    if number and intake.our_numbers and number not in intake.our_numbers:
        yield wrong(
            f"{INTAKE}WHATSAPP_NUMBERS does not name {NOTIFIER}WHATSAPP_PHONE_NUMBER_ID: "
            "answers to our messages would be dropped."
        )
    yield from _encrypted(f"{INTAKE}WHATSAPP_BASE", intake.whatsapp_base)
    yield from _encrypted(f"{NOTIFIER}WHATSAPP_BASE", notifier.whatsapp_base)
    yield note(
        f"WhatsApp needs {len(approved_names())} approved templates, which `python -m services.notifier templates` prints: "
        f"{', '.join(sorted(approved_names()))}."
    )


def _instagram(plan: Plan) -> Iterator[Finding]:
    given = {
        f"{INTAKE}INSTAGRAM_APP_SECRETS": plan.intake.instagram_secrets,
        f"{INTAKE}INSTAGRAM_VERIFY_TOKEN": plan.intake.instagram_verify_token.get_secret_value(),
        f"{NOTIFIER}INSTAGRAM_TOKEN": plan.notifier.instagram_token,
    }
    yield from _all_or_none("Instagram", given)
    if plan.notifier.instagram_token:
        yield from _encrypted(f"{NOTIFIER}INSTAGRAM_BASE", plan.notifier.instagram_base)


def _sms(plan: Plan) -> Iterator[Finding]:
    url = plan.notifier.sms_url
    yield from _all_or_none("SMS", {f"{INTAKE}SMS_SECRETS": plan.intake.gateway_secrets, f"{NOTIFIER}SMS_URL": url})
    if url and not is_inside(urlsplit(url).hostname or ""):
        yield from _encrypted(f"{NOTIFIER}SMS_URL", url)


def _mail(plan: Plan) -> Iterator[Finding]:
    mail = plan.notifier
    if not mail.smtp_host:
        yield note("Mail is off: invitations of officers, their digests and letters to other offices do not go out.")
        return
    if mail.smtp_tls == "none" and not is_inside(mail.smtp_host):
        yield wrong(f"{NOTIFIER}SMTP_TLS is none, but {mail.smtp_host} is another machine: use starttls or implicit.")
    if bool(mail.smtp_username) != bool(mail.smtp_password):
        yield wrong(f"{NOTIFIER}SMTP_USERNAME and {NOTIFIER}SMTP_PASSWORD are needed together.")
    for name, address in (("MAIL_FROM", mail.mail_from), ("MAIL_REPLY_TO", mail.mail_reply_to)):
        try:
            domain = mail_address(address).rpartition("@")[2]
        except NotAMailAddress:
            yield wrong(f"{NOTIFIER}{name} is no plain mail address, such as aduan@kaltimprov.go.id.")
            continue
        if is_reserved(domain.casefold()):
            yield wrong(f"{NOTIFIER}{name} is {address}, which is an example.")


def _sp4n(plan: Plan) -> Iterator[Finding]:
    router = plan.router
    given = {
        f"{ROUTER}SP4N_URL": router.sp4n_url,
        f"{ROUTER}SP4N_TOKEN": router.sp4n_token.get_secret_value(),
        f"{ROUTER}SP4N_GUID": router.sp4n_guid.get_secret_value(),
        f"{ROUTER}SP4N_CHANNEL": router.sp4n_channel,
        f"{ROUTER}SP4N_USER_ID": router.sp4n_user_id,
        f"{ROUTER}SP4N_TABLE": router.sp4n_table,
    }
    yield from _all_or_none("The connection to SP4N-LAPOR!", given)
    if router.sp4n_url:
        yield from _encrypted(f"{ROUTER}SP4N_URL", router.sp4n_url)
    if router.sp4n_url and not router.sp4n_mirror:
        yield note(f"{ROUTER}SP4N_MIRROR is false: only complaints that came from SP4N-LAPOR! go back to it.")


def _provider(plan: Plan) -> Iterator[Finding]:
    router = plan.router
    given = {
        f"{ROUTER}OIDC_ISSUER": router.oidc_issuer,
        f"{ROUTER}OIDC_CLIENT_ID": router.oidc_client_id,
        f"{ROUTER}OIDC_CLIENT_SECRET": router.oidc_client_secret.get_secret_value(),
    }
    if any(given.values()):
        yield from _all_or_none("the identity provider", given)
        yield from _encrypted(f"{ROUTER}OIDC_ISSUER", router.oidc_issuer)
