"""Pictures are cleaned in a process of their own. No hostile picture gets further than its limits."""

import io
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from services.intake.media import apart
from services.intake.media.apart import Examined, examine
from services.intake.media.errors import MediaAway, MediaRefused
from shared.clock import WITA
from shared.errors import OurFailure
from tests.support.media import HEIC, PDF, located, picture, png_header

PIXELS = 51_000_000
PROGRAM = b"<script>alert(1)</script>"


async def examined(folder: Path, content: bytes, pixels: int = PIXELS) -> Examined:
    (folder / "sent").write_bytes(content)
    return await examine(folder / "sent", folder, pixels)


async def refusal(folder: Path, content: bytes, pixels: int = PIXELS) -> str:
    with pytest.raises(MediaRefused) as refused:
        await examined(folder, content, pixels)
    return refused.value.reason


async def test_a_photo_loses_all_but_its_pixels_and_we_keep_time_and_place_apart(tmp_path: Path) -> None:
    content = picture((640, 480), exif=located(), comment=PROGRAM, icc_profile=b"profil rahasia")
    found = await examined(tmp_path, content)
    assert (found.type, found.width, found.height) == ("image/jpeg", 480, 640)
    assert found.taken_at == datetime(2026, 3, 16, 10, tzinfo=WITA)
    assert (found.latitude, found.longitude) == (-0.502083, 117.15)
    for name in ("kept", "320", "1280"):
        written = (tmp_path / name).read_bytes()
        assert not any(word in written for word in (b"Exif", b"Kamera", b"rahasia", b"script", b"ICC_PROFILE"))
    with Image.open(tmp_path / "kept") as kept:
        assert kept.size == (480, 640)
        assert dict(kept.getexif()) == {}


def annotated() -> PngInfo:
    notes = PngInfo()
    notes.add_text("Comment", "rahasia")
    notes.add_itxt("XML:com.adobe.xmp", "rahasia", zip=True)
    return notes


@pytest.mark.parametrize(
    "content",
    [
        picture(xmp=b"rahasia", comment=b"rahasia", dpi=(71, 71)),
        picture(kind="PNG", pnginfo=annotated(), exif=located(), icc_profile=b"rahasia"),
        picture(kind="WEBP", xmp=b"rahasia", exif=located(), icc_profile=b"rahasia"),
    ],
)
async def test_no_other_block_of_text_survives(tmp_path: Path, content: bytes) -> None:
    await examined(tmp_path, content)
    for name in ("kept", "320", "1280"):
        with Image.open(tmp_path / name) as written:
            assert set(written.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}
        assert b"rahasia" not in (tmp_path / name).read_bytes()


@pytest.mark.parametrize(
    "wrong",
    [
        {"gps2": (91.0, 0.0, 0.0)},
        {"gps2": (IFDRational(1, 0), 0.0, 0.0)},
        {"gps1": "Q"},
        {"gps4": (1.0, 2.0)},
        {"gps3": "\x00"},
    ],
)
async def test_a_place_that_is_none_is_left_out(tmp_path: Path, wrong: dict[str, Any]) -> None:
    found = await examined(tmp_path, picture(exif=located(**wrong)))
    assert (found.latitude, found.longitude) == (None, None)
    assert found.taken_at is not None


async def test_a_broken_exif_block_costs_a_photo_nothing(tmp_path: Path) -> None:
    content = picture(exif=located())
    at = content.index(b"Exif\0\0") + 6
    found = await examined(tmp_path, content[:at] + b"\xff" * 40 + content[at + 40 :])
    assert found == Examined("image/jpeg", 640, 480, look=0)


@pytest.mark.parametrize(
    ("content", "kind", "format_"),
    [
        (picture(kind="PNG", mode="RGBA", colour=(1, 2, 3, 4)), "image/png", "PNG"),
        (picture(kind="PNG", mode="P", colour=3), "image/png", "PNG"),
        (picture(kind="PNG", mode="I;16", colour=700), "image/png", "PNG"),
        (picture(kind="WEBP"), "image/webp", "WEBP"),
        (picture(mode="CMYK", colour=(1, 2, 3, 4)), "image/jpeg", "JPEG"),
        (picture(mode="L", colour=9), "image/jpeg", "JPEG"),
        (HEIC, "image/jpeg", "JPEG"),
    ],
)
async def test_each_kind_of_picture_is_written_anew(tmp_path: Path, content: bytes, kind: str, format_: str) -> None:
    assert (await examined(tmp_path, content)).type == kind
    with Image.open(tmp_path / "kept") as kept:
        assert kept.format == format_
    with Image.open(tmp_path / "320") as thumbnail:
        assert thumbnail.format == "WEBP"


async def test_thumbnails_have_their_longest_side_and_never_grow(tmp_path: Path) -> None:
    await examined(tmp_path, picture((3000, 1500)))
    sizes = {}
    for name in ("320", "1280"):
        with Image.open(tmp_path / name) as thumbnail:
            sizes[name] = thumbnail.size
    assert sizes == {"320": (320, 160), "1280": (1280, 640)}
    await examined(tmp_path, picture((100, 50)))
    with Image.open(tmp_path / "1280") as small:
        assert small.size == (100, 50)


async def test_a_program_behind_a_photo_is_not_kept(tmp_path: Path) -> None:
    await examined(tmp_path, picture() + PROGRAM)
    assert PROGRAM not in (tmp_path / "kept").read_bytes()


async def test_a_file_that_is_no_picture_stays_as_it_is(tmp_path: Path) -> None:
    assert await examined(tmp_path, PDF) == Examined("application/pdf")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (picture()[:-300], "unreadable"),
        (picture(kind="PNG")[:-60], "unreadable"),
        (picture(kind="WEBP")[:-10], "unreadable"),
        (HEIC[:-30], "unreadable"),
        (b"\xff\xd8\xff" + bytes(50), "unreadable"),
        (png_header(20_000, 20_000), "pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "pixels"),
        (png_header(1, 60_000), "pixels"),
        (b"", "empty"),
    ],
)
async def test_a_damaged_or_huge_picture_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    assert await refusal(tmp_path, content) == reason


async def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    rows = zlib.compress(bytes(20_001) * 20_000, 9)
    bomb = png_header(20_000, 20_000, rows)
    assert len(bomb) < 500_000
    assert await refusal(tmp_path, bomb) == "pixels"


async def test_a_picture_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (19_000, 19_000)).save(out, "PNG", transparency=0)
    assert await refusal(tmp_path, out.getvalue(), pixels=400_000_000) == "costly"


async def test_an_error_of_ours_is_recorded_and_refuses_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_arguments: str) -> tuple[int, bytes]:
        return 4, json.dumps(["KeyError", "somewhere:1"]).encode()

    monkeypatch.setattr(apart, "_run", broken)
    with pytest.raises(OurFailure):
        await examined(tmp_path, picture())


@pytest.mark.parametrize(
    ("code", "error"), [(-24, MediaRefused), (-11, MediaRefused), (-15, MediaAway), (-9, MediaAway)]
)
async def test_only_signals_that_the_file_causes_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    async def ended(*_arguments: str) -> tuple[int, bytes]:
        return code, b""

    monkeypatch.setattr(apart, "_run", ended)
    with pytest.raises(error):
        await examined(tmp_path, picture())
