"""A recording loses the names, places and dates that programs wrote into it, and none of its sound and film."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.media.errors import MediaRefused
from services.intake.media.kinds import kind_of
from services.intake.media.recordings import without_metadata
from tests.support.media import aac, amr, check_sum_of, mp3, opus, recording

SECRET = b"Warga Uji -0.5022+117.1536/"


@pytest.mark.parametrize(
    "content",
    [
        recording(b"soun", private=SECRET),
        recording(b"vide", b"soun", brand=b"isom", private=SECRET),
        recording(b"vide", brand=b"3gp4", private=SECRET),
        mp3(name=SECRET),
        aac(name=SECRET),
        opus(b"OpusTags" + struct.pack("<I", len(SECRET)) + SECRET, bytes(200)),
    ],
)
def test_the_metadata_goes_and_the_kind_stays(content: bytes) -> None:
    kind = kind_of(content)
    bare = without_metadata(kind, content)
    assert SECRET in content
    assert SECRET[:9] not in bare
    assert kind_of(bare) == kind
    assert without_metadata(kind, bare) == bare


def test_positions_within_a_film_stay_and_its_dates_are_zero() -> None:
    content = recording(b"vide", b"soun", brand=b"isom", private=SECRET)
    bare = without_metadata("video/mp4", content)
    assert len(bare) == len(content)
    assert bare.index(bytes(range(100))) == content.index(bytes(range(100)))
    for name in (b"mvhd", b"tkhd", b"mdhd"):
        at = bare.index(name) + 8
        assert (content[at : at + 8], bare[at : at + 8]) == (SECRET[:1] * 8, bytes(8))


def test_tags_before_and_behind_the_frames_are_cut_off() -> None:
    assert without_metadata("audio/mpeg", mp3(name=SECRET)) == mp3()
    assert without_metadata("audio/aac", aac(name=SECRET)) == aac()
    assert without_metadata("audio/amr", amr()) == amr()


def test_the_comments_of_an_opus_file_are_empty_and_its_pages_keep_their_check_sums() -> None:
    comments = b"OpusTags" + struct.pack("<I", len(SECRET)) + SECRET
    bare = without_metadata("audio/ogg", opus(comments, b"suara" * 20))
    head, tags, sound = bare.split(b"OggS")[1:]
    assert tags[24:] == b"OpusTags" + bytes(len(comments) - 8)
    assert (head, sound) == tuple(opus(comments, b"suara" * 20).split(b"OggS")[index] for index in (1, 3))
    assert struct.unpack("<I", tags[18:22])[0] == check_sum_of(b"OggS" + tags[:18] + bytes(4) + tags[22:])


def test_comments_over_several_pages_are_emptied_in_all_of_them() -> None:
    def page(number: int, table: bytes, body: bytes) -> bytes:
        head = b"OggS" + bytes([0, 0]) + bytes(8) + struct.pack("<III", 7, number, 0)
        return head + bytes([len(table)]) + table + body

    first = b"OpusTags" + SECRET * 20
    content = (
        page(0, bytes([19]), b"OpusHead" + bytes(11))
        + page(1, bytes([255, 255]), first[:510])
        + page(2, bytes([len(first) - 510, 5]), first[510:] + b"suara")
        + page(3, bytes([5]), b"suara")
    )
    bare = without_metadata("audio/ogg", content)
    assert (len(bare), SECRET[:5] in bare, bare.count(b"suara")) == (len(content), False, 2)
    assert kind_of(bare) == "audio/ogg"


@given(
    st.binary(max_size=400),
    st.sampled_from([b"ID3", b"#!AMR\n", b"\xff\xfb\x50\xc0", b"OggS", b"\0\0\0\x10ftypisom", b""]),
)
def test_no_bytes_break_the_recognition_or_the_cleaning(content: bytes, begin: bytes) -> None:
    try:
        kind = kind_of(begin + content)
    except MediaRefused:
        return
    if kind.startswith(("audio/", "video/")):
        assert kind_of(without_metadata(kind, begin + content)) == kind
