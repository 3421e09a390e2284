"""The values of accounts: descriptions, passwords, codes, and the words for a device."""

from datetime import UTC, datetime

import pyotp
import pytest

from services.router.accounts.errors import BadAccount, WeakPassword
from services.router.accounts.model import check_account
from services.router.accounts.secrets import check_password, new_codes, step_of, tidy_code
from services.router.api.pages_account import device_words

NOW = datetime(2026, 11, 26, 3, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("email", "name", "roles", "opd", "field"),
    [
        ("bukan surel", "Rini", ("koordinator",), None, "surel"),
        ("rini@contoh.example", " ", ("koordinator",), None, "nama"),
        ("rini@contoh.example", "Rini", (), None, "peran"),
        ("rini@contoh.example", "Rini", ("raja",), None, "peran"),
        ("rini@contoh.example", "Rini", ("arbiter", "koordinator"), None, "peran"),
        ("rini@contoh.example", "Rini", ("officer",), None, "opd"),
        ("rini@contoh.example", "Rini", ("head",), "tidak-ada", "opd"),
    ],
)
def test_a_wrong_description_names_its_field(
    email: str, name: str, roles: tuple[str, ...], opd: str | None, field: str
) -> None:
    with pytest.raises(BadAccount) as refused:
        check_account(email, name, roles, opd)
    assert refused.value.field == field


def test_a_description_is_tidied_and_drops_an_opd_that_no_role_needs() -> None:
    new = check_account(" Rini@Contoh.Example ", " Rini  Astuti ", ("koordinator",), "dishub")
    assert (new.email, new.name, new.opd) == ("rini@contoh.example", "Rini Astuti", None)


@pytest.mark.parametrize(
    "weak", ["pendek", "a" * 201, "rini astuti rini", "tanggaptanggap", "aaaaaaaaaaaa", "rini@contoh.example"]
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(weak, email="rini@contoh.example", name="Rini Astuti")


def test_a_few_words_are_a_good_password() -> None:
    check_password("sungai kelapa merdu", email="rini@contoh.example", name="Rini Astuti")


def test_a_code_of_the_step_before_or_after_is_right_and_no_other() -> None:
    secret = pyotp.random_base32()
    totp, now = pyotp.TOTP(secret), int(NOW.timestamp()) // 30
    assert [step_of(secret, totp.at((now + away) * 30), NOW) for away in (-1, 0, 1)] == [now - 1, now, now + 1]
    assert step_of(secret, totp.at((now - 3) * 30), NOW) in (None, now - 1, now, now + 1)
    for wrong in ("", "12345", "1234567", "²²²²²²", "abcdef"):
        assert step_of(secret, wrong, NOW) is None


def test_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = new_codes()
    assert len(set(codes)) == 10
    assert tidy_code(f" {codes[0].upper().replace('-', '  ')} ") == codes[0]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36", "Chrome di Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/119.0 Safari/537.36 Edg/119.0", "Edge di Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari di iPhone"),
        ("curl/8", "Peramban"),
    ],
)
def test_a_device_is_named_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
