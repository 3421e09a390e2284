"""The kind of a file comes from its content. Whatever is cut off, padded or none of ours is refused."""

import pytest

from services.intake.media.errors import MediaRefused
from services.intake.media.kinds import kind_of
from tests.support.media import HEIC, PDF, aac, amr, mp3, opus, picture, recording

HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture(), "image/jpeg"),
        (picture(kind="PNG"), "image/png"),
        (picture(kind="WEBP"), "image/webp"),
        (HEIC, "image/heic"),
        (PDF, "application/pdf"),
        (opus(b"OpusTags", bytes(200)), "audio/ogg"),
        (recording(b"soun"), "audio/mp4"),
        (recording(b"soun", brand=b"3gp4"), "audio/mp4"),
        (recording(b"vide"), "video/mp4"),
        (recording(b"vide", b"soun", brand=b"isom"), "video/mp4"),
        (recording(b"vide", b"soun", brand=b"3gp5"), "video/3gpp"),
        (amr(), "audio/amr"),
        (amr(wide=True), "audio/amr"),
        (b"#!AMR\n" + b"\x7c" * 3, "audio/amr"),
        (mp3(), "audio/mpeg"),
        (mp3(name=b"Rekaman Warga Uji"), "audio/mpeg"),
        (mp3()[:-50], "audio/mpeg"),
        (aac(), "audio/aac"),
        (aac(name=b"Rekaman Warga Uji"), "audio/aac"),
    ],
)
def test_each_kind_is_found_by_its_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (HTML, "type"),
        (HTML + picture(), "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "type"),
        (b"GIF89a" + bytes(100), "type"),
        (b"PK\x03\x04" + bytes(100), "type"),
        (b"MZ" + bytes(100), "type"),
        (PDF[:-8], "unreadable"),
        (b"\n" + PDF, "type"),
        (opus(b"OpusTags")[:-1], "unreadable"),
        (opus(b"OpusTags") + HTML, "unreadable"),
        (opus(b"OpusTags")[:27], "unreadable"),
        (opus(b"OpusTags").replace(b"OpusHead", b"\x01vorbis_"), "type"),
        (b"OggS", "unreadable"),
        (recording(b"soun", b"meta"), "type"),
        (recording(b"vide", b"text"), "type"),
        (amr() + HTML, "unreadable"),
        (amr()[:-1], "unreadable"),
        (b"#!AMR\n", "unreadable"),
        (b"#!AMR" + HTML, "type"),
        (mp3(2), "type"),
        (mp3() + HTML, "unreadable"),
        (b"ID3\x04\0\0\0\0\0\x05hallo" + HTML, "unreadable"),
        (b"ID3\x04", "unreadable"),
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f", "unreadable"),
        (aac(2), "type"),
        (aac() + mp3(), "unreadable"),
        (b"\xff\xfe" + "teks".encode("utf-16-le") * 9, "type"),
        (recording(), "unreadable"),
        (recording(b"soun")[:-1], "unreadable"),
        (recording(b"soun") + HTML, "unreadable"),
        (recording(b"soun", brand=b"qt  "), "type"),
        (b"\0\0\0\x08ftypM4A \0\0\0\0\0\0\0\0", "unreadable"),
    ],
)
def test_another_kind_and_a_damaged_file_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        kind_of(content)
    assert refused.value.reason == reason


def test_boxes_within_boxes_without_end_are_refused() -> None:
    depth = 1_000_000
    nested = b"".join((8 * (depth - place)).to_bytes(4, "big") + b"moov" for place in range(depth))
    with pytest.raises(MediaRefused):
        kind_of(b"\0\0\0\x10ftypM4A \0\0\0\0" + nested)
