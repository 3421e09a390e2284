"""QR codes, drawn on the server."""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import Markup

# The side of one module in pixels. A cheap phone reads it from a screen and from paper.
_MODULE: Final = 4


def qr_code(text: str) -> Markup:
    """Return the QR code of a text as SVG, dark on light in every colour scheme."""
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(scale=_MODULE, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    # The drawing is made of our own numbers alone.
    return Markup(drawn)  # noqa: S704
