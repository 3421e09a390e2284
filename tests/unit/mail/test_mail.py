"""E-mail addresses as people write them, the form that every mail server takes, and texts that are no address."""

import subprocess
import sys

import pytest

from services.intake.api.models import as_email
from services.notifier.channels.addresses import address_fits, as_stored
from services.notifier.codes import Channel
from shared.mail import NotAMailAddress, mail_address

BORDER = "x" * 64 + "@" + ".".join(["b" * 60] * 3) + ".id"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("nama@contoh.id", "nama@contoh.id"),
        (" nama@contoh.id\n", "nama@contoh.id"),
        ("Nama.Panjang+aduan@KALTIM.go.id", "Nama.Panjang+aduan@kaltim.go.id"),
        ("warga1@surel.example", "warga1@surel.example"),
        ("o'hara_x!#$%&*/=?^`{|}~-@contoh.id", "o'hara_x!#$%&*/=?^`{|}~-@contoh.id"),
        ("nama@münchen.de", "nama@xn--mnchen-3ya.de"),
        ("nama@MÜNCHEN.de", "nama@xn--mnchen-3ya.de"),
        ("nama@mu\u0308nchen.de", "nama@xn--mnchen-3ya.de"),
        ("nama@xn--mnchen-3ya.de", "nama@xn--mnchen-3ya.de"),
        ("nama@почта.рф", "nama@xn--80a1acny.xn--p1ai"),
        ("nama@contoh。id", "nama@contoh.id"),
        ("x" * 64 + "@contoh.id", "x" * 64 + "@contoh.id"),
        ("nama@" + "b" * 63 + ".id", "nama@" + "b" * 63 + ".id"),
        (BORDER, BORDER),
    ],
)
def test_an_address_is_taken_in_the_form_that_every_mail_server_takes(written: str, address: str) -> None:
    assert mail_address(written) == address
    assert mail_address(address) == address
    assert as_email(written) == address
    assert address_fits(Channel.EMAIL, written, allow_loopback=False)
    assert as_stored(Channel.EMAIL, written) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "bukan",
        "not-an-address",
        "nama@",
        "@contoh.id",
        "nama@contoh",
        "nama@localhost",
        "nama@@contoh.id",
        "a@b@contoh.id",
        "na ma@contoh.id",
        "nama@con toh.id",
        # A dot at an end, or two together.
        "nama@contoh.id.",
        "nama@contoh..id",
        "nama@.contoh.id",
        ".nama@contoh.id",
        "nama.@contoh.id",
        "na..ma@contoh.id",
        # A quoted local part, a display name, a comment, an address literal.
        '"nama"@contoh.id',
        '"na ma"@contoh.id',
        '"nama@lain.id"@contoh.id',
        "Nama <nama@contoh.id>",
        "nama(aduan)@contoh.id",
        "nama@[127.0.0.1]",
        "nama@127.0.0.1",
        # Lengths beyond the limits.
        "x" * 65 + "@contoh.id",
        "nama@" + "b" * 64 + ".id",
        "nama@" + ".".join(["b" * 60] * 5) + ".id",
        "x" * 100_000 + "@contoh.id",
        "nama@" + "a." * 100_000 + "id",
        # A local part that needs SMTPUTF8.
        "ñama@contoh.id",
        "имя@почта.рф",
        "ｎama@contoh.id",
        # Top-level domains that do not exist.
        "nama@contoh.i",
        "nama@contoh.1d",
        "nama@contoh.test",
        "nama@contoh.invalid",
        "nama@printer.local",
        "nama@-contoh.id",
        "nama@contoh-.id",
        "nama@con_toh.id",
        # Characters that would begin another line of a mail's head, or hide.
        "nama@contoh.id\r\nBcc: lain@contoh.id",
        "nama\n@contoh.id",
        "nama@contoh.id\x00",
        "nama\u202e@contoh.id",
        "nama@con\u200btoh.id\u202e",
        "\ud800@contoh.id",
        "nama@\ud800.id",
        "a@b.id, c@d.id",
    ],
)
def test_a_text_that_is_no_address_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(NotAMailAddress) as refusal:
        mail_address(written)
    assert str(refusal.value) == "must be an e-mail address such as nama@contoh.id"
    assert refusal.value.__cause__ is None
    assert not address_fits(Channel.EMAIL, written, allow_loopback=False)


def test_a_value_that_is_no_text_is_left_to_the_model() -> None:
    assert as_email(7) == 7
    assert as_email(None) is None


@pytest.mark.parametrize("written", ["0812 3456 7890", "+62 812-3456-7890", "62 812 3456 7890"])
def test_a_whatsapp_number_is_stored_as_it_is_sent_to(written: str) -> None:
    assert as_stored(Channel.WHATSAPP, written) == "+6281234567890"


def test_the_library_is_loaded_only_when_an_address_comes() -> None:
    code = "import sys, shared.mail, services.notifier.channels.addresses; print('email_validator' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
