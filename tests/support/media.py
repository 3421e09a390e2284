"""Files that citizens might send, good and hostile, and the parts that the media store talks to."""

import asyncio
import base64
import contextlib
import io
import struct
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image, ImageFilter

from services.intake.media.files import MediaFiles
from services.intake.media.keeping import make_files
from services.intake.media.marking import NAME
from services.intake.media.spool import SentFile
from services.intake.settings import IntakeSettings

BUCKET = "berkas"
# A picture of 64 by 48 pixels of one colour, with the camera's maker in its EXIF block.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAB0AAgAAAAAB/wABAAAAAAAAACwAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAUW1kYXQAAAAZKAGvE4D1J4E//+ClR/+61nh9hSl+efLU8AAAAAZFeGlmAABNTQAq"
    "AAAACAABAQ8AAgAAAAcAAAAaAAAAAENvbnRvaAAA"
)


def picture(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", colour: Any = (180, 40, 30), mode: str = "RGB", **more: Any
) -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def photo(size: tuple[int, int] = (4000, 3000)) -> bytes:
    """Return a JPEG of about 3 MB that compresses like a photo."""
    noise = Image.effect_noise(size, 60).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=97)
    return out.getvalue()


def located(**fields: Any) -> Image.Exif:
    """Return an EXIF block with a time, a place, an orientation and a NUL character. ``fields`` replace GPS values."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera\x00Rahasia"
    exif[0x0112] = 6
    exif.get_ifd(0x8769).update({36867: "2026:03:16 10:00:00\x00", 36881: "+08:00"})
    gps = {1: "S", 2: (0.0, 30.0, 7.5), 3: "E", 4: (117.0, 9.0, 0.0)}
    exif.get_ifd(0x8825).update(gps | {int(name.removeprefix("gps")): value for name, value in fields.items()})
    return exif


def png_header(width: int, height: int, rows: bytes = b"") -> bytes:
    """Return a PNG that claims this size. ``rows`` are its packed pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opus(*bodies: bytes) -> bytes:
    """Return an Ogg file with an Opus stream: its header page, and a page for each body."""
    pages = (b"OpusHead" + bytes(11), *bodies)
    return b"".join(
        b"OggS"
        + bytes([0, 2 if number == 0 else 0])
        + bytes(8)
        + struct.pack("<III", 7, number, 0)
        + bytes([1, len(body)])
        + body
        for number, body in enumerate(pages)
    )


def check_sum_of(page: bytes) -> int:
    """Return the check sum of an Ogg page, bit by bit as its description says."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value >> 31 else value << 1
            value &= 0xFFFFFFFF
    return value


def voice_note(packets: list[bytes], comment: bytes = b"") -> bytes:
    """Return an Ogg Opus file of these packets, of 20 ms each, that a player plays. ``comment`` is its metadata."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<II", 1, len(comment)) + comment
    pages = [(2, 0, [head]), (0, 0, [tags]), (4, 960 * len(packets), packets)]
    out = b""
    for number, (flags, samples, bodies) in enumerate(pages):
        table = b"".join(b"\xff" * (len(body) // 255) + bytes([len(body) % 255]) for body in bodies)
        before = b"OggS" + bytes([0, flags]) + struct.pack("<qII", samples, 7, number)
        behind = bytes([len(table)]) + table + b"".join(bodies)
        out += before + struct.pack("<I", check_sum_of(before + bytes(4) + behind)) + behind
    return out


def box(name: bytes, content: bytes) -> bytes:
    """Return a box of an MP4 file."""
    return struct.pack(">I4s", len(content) + 8, name) + content


def recording(*handlers: bytes, brand: bytes = b"M4A ", private: bytes = b"") -> bytes:
    """Return an MP4 file with a track for each of these handlers. ``private`` stands in the boxes for metadata."""
    dated = b"\0\0\0\0" + (private or b"\0")[:1] * 8 + bytes(84)
    within = box(b"udta", private) if private else b""
    tracks = b"".join(
        box(
            b"trak",
            box(b"tkhd", dated) + box(b"mdia", box(b"mdhd", dated) + box(b"hdlr", bytes(8) + one + bytes(13))) + within,
        )
        for one in handlers
    )
    moov = box(b"moov", box(b"mvhd", dated) + tracks + within)
    return box(b"ftyp", brand + bytes(4)) + moov + within + box(b"mdat", bytes(range(100)))


def amr(frames: int = 10, *, wide: bool = False) -> bytes:
    """Return an AMR file, as a telephone writes a voice note."""
    return (b"#!AMR-WB\n" + (b"\x44" + bytes(60)) * frames) if wide else (b"#!AMR\n" + (b"\x3c" + bytes(31)) * frames)


def mp3(frames: int = 10, *, name: bytes = b"") -> bytes:
    """Return an MP3 file of 64 kbit/s and 44.1 kHz. ``name`` stands in its tags, before and behind the frames."""
    before = b"ID3\x04\0\0" + bytes([0, 0, len(name) >> 7, len(name) & 127]) + name if name else b""
    behind = b"TAG" + name.ljust(125, b"\0")[:125] if name else b""
    return before + (b"\xff\xfb\x50\xc0" + bytes(204)) * frames + behind


def aac(frames: int = 10, *, name: bytes = b"") -> bytes:
    """Return an AAC file of ADTS frames of 100 bytes. ``name`` stands in a tag before them."""
    before = b"ID3\x04\0\0" + bytes([0, 0, 0, len(name)]) + name if name else b""
    return before + (b"\xff\xf1\x50\x80\x0c\x9f\xfc" + bytes(93)) * frames


PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@contextlib.contextmanager
def sent(content: bytes) -> Iterator[SentFile]:
    """Yield a file under way with this content."""
    with tempfile.TemporaryDirectory() as folder:
        file = SentFile(Path(folder), 50_000_000)
        file.write(content)
        file.close()
        yield file


async def whole(files: MediaFiles, name: str) -> bytes:
    """Return all bytes under a name of a store."""
    return b"".join([chunk async for chunk in (await files.read(name)).chunks])


async def names(files: MediaFiles) -> list[str]:
    """Return the names of all files of a store, without its mark."""
    return sorted([file.name async for page in files.listed() for file in page if file.name != NAME])


@dataclass
class Clamd:
    """A stand-in of clamd that speaks INSTREAM. ``answer`` replaces its verdict; None means that it never answers."""

    address: str = ""
    answer: bytes | None = b""
    scanned: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one scan on one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            if await reader.readuntil(b"\0") != b"zINSTREAM\0":
                writer.write(b"UNKNOWN COMMAND\0")
                return
            content = b""
            while length := struct.unpack(">I", await reader.readexactly(4))[0]:
                content += await reader.readexactly(length)
            self.scanned.append(content)
            if self.answer is None:
                await reader.read()
                return
            verdict = b"stream: Eicar-Signature FOUND" if b"EICAR" in content else b"stream: OK"
            writer.write((self.answer or verdict) + b"\0")
            await writer.drain()


@contextlib.asynccontextmanager
async def clamd(answer: bytes | None = b"") -> AsyncIterator[Clamd]:
    """Yield a stand-in of clamd on a free port."""
    own = Clamd(answer=answer)
    server = await asyncio.start_server(own.serve, "127.0.0.1", 0)
    own.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield own
    finally:
        server.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Yield the address of an S3 server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def media_settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return the settings of an empty store of each kind."""
    spool = {"media_spool": tmp_path / "spool"}
    if request.param == "folder":
        return spool | {"media_folder": tmp_path / "media"}
    address = request.getfixturevalue("s3_server")
    client: Any = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="uji", aws_secret_access_key="uji"
    )
    client.create_bucket(Bucket=BUCKET)
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.close()
    return spool | {
        "media_bucket": BUCKET,
        "media_s3_url": address,
        "media_s3_key": "uji",
        "media_s3_secret": "uji",
    }


@pytest.fixture
def media_files(media_settings: dict[str, Any]) -> MediaFiles:
    """Return an empty store of each kind."""
    return make_files(IntakeSettings.model_validate({"dsn": "none", "secret": "ab" * 32} | media_settings))
