"""The scan by clamd: only the scanner's clear word lets a file pass."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.intake.media import scanning
from services.intake.media.errors import MediaAway, MediaRefused
from services.intake.media.scanning import scan
from services.intake.settings import IntakeSettings
from tests.support.media import clamd

CLEAN = b"x" * 200_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sent"
    path.write_bytes(CLEAN)
    return path


@pytest.fixture
def infected(file: Path) -> Path:
    file.write_bytes(b"EICAR" * 100)
    return file


async def test_the_scanner_sees_every_byte_of_a_clean_file(file: Path) -> None:
    async with clamd() as scanner:
        assert await scan(file, scanner.address) is True
        assert scanner.scanned == [CLEAN]


async def test_a_virus_refuses_the_file(infected: Path) -> None:
    async with clamd() as scanner:
        with pytest.raises(MediaRefused, match="virus"):
            await scan(infected, scanner.address)


async def test_without_a_scanner_the_file_counts_as_not_scanned(file: Path) -> None:
    assert await scan(file, "") is False


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: OK maybe", b"x" * 100_000])
async def test_any_other_word_keeps_the_file_waiting(file: Path, answer: bytes) -> None:
    async with clamd(answer) as scanner:
        with pytest.raises(MediaAway):
            await scan(file, scanner.address)


async def test_a_scanner_that_is_away_keeps_the_file_waiting(file: Path) -> None:
    with pytest.raises(MediaAway):
        await scan(file, "127.0.0.1:1")


async def test_a_scanner_that_never_answers_is_given_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SCAN_S", 0.3)
    async with clamd(None) as scanner:
        with pytest.raises(MediaAway):
            await scan(file, scanner.address)


@pytest.mark.parametrize("wrong", ["clamd", "clamd:", "a b:3310", "clamd:99999999"])
def test_an_address_without_a_port_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(ValidationError):
        IntakeSettings.model_validate({"dsn": "none", "secret": "ab" * 32, "media_clamd": wrong})
