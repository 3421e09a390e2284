"""The cleaning of pictures: decoded, turned upright, and written anew with nothing but their pixels."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from services.intake.media.errors import MediaRefused
from services.intake.media.exif import private_values
from services.intake.media.files import VARIANTS
from services.intake.media.kinds import PICTURES
from services.intake.media.looks import look_of

_LONGEST_SIDE: Final = 20_000
_WRITTEN: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "image/jpeg": ("JPEG", {"quality": 90}),
    # More compression takes many times the processor time, and saves little.
    "image/png": ("PNG", {"compress_level": 3}),
    "image/webp": ("WEBP", {"quality": 90, "method": 2}),
}


def clean_picture(path: Path, kind: str, folder: Path, most_pixels: int) -> dict[str, Any]:
    """Write the cleaned picture and its thumbnails into ``folder``, and return what is known of it.

    The size in pixels is read and checked before anything is decoded. A HEIC picture becomes a JPEG.
    Raise MediaRefused for a picture that is damaged or too large.
    """
    Image.MAX_IMAGE_PIXELS = most_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pi_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(path, formats=[PICTURES[kind]]) as picture:
            width, height = picture.size
            if width * height > most_pixels or max(width, height) >= _LONGEST_SIDE:
                raise MediaRefused("pixels")
            picture.load()
            private = _private(picture)
            ImageOps.exif_transpose(picture, in_place=True)
            kept = "image/jpeg" if kind == "image/heic" else kind
            upright = _bare(picture, clear=kept != "image/jpeg")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaRefused("pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, OverflowError):
        # Pillow raises any of these for bytes that are no picture.
        raise MediaRefused("unreadable") from None
    format_, options = _WRITTEN[kept]
    upright.save(folder / "kept", format_, **options)
    width, height = upright.size
    seen = {"look": look_of(upright)}
    for variant in sorted(VARIANTS, key=int, reverse=True):
        upright.thumbnail((int(variant), int(variant)))
        upright.save(folder / variant, "WEBP", quality=75, method=2)
    return {"type": kept, "width": width, "height": height} | seen | private


def _private(picture: Image.Image) -> dict[str, Any]:
    try:
        return private_values(picture.getexif())
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, OverflowError, ZeroDivisionError):
        # The block is the camera's, and broken. The picture itself is whole.
        return {}


def _bare(picture: Image.Image, *, clear: bool) -> Image.Image:
    """Return the pixels alone: no comment, profile or other text that the file carried.

    ``clear`` allows clear pixels. A picture that has the right mode is not copied, because it may fill half our memory.
    """
    see_through = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA"}
    mode = "RGBA" if clear and see_through else "L" if picture.mode in {"1", "L"} else "RGB"
    bare = picture if picture.mode == mode else picture.convert(mode)
    bare.info = {}
    return bare
