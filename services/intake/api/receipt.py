"""The receipt of a filed complaint: a page with a QR code of the secret link, and a text file to keep."""

from __future__ import annotations

from typing import Any

from starlette.responses import PlainTextResponse, Response

from services.intake.identities import Identities
from services.intake.state import Complaint
from shared.web.qr import qr_code
from shared.words import instant_words


def receipt_of(complaint: Complaint, path: str, identities: Identities) -> dict[str, Any]:
    """Return the values of the receipt's page. ``path`` is that of the secret page."""
    link = identities.link(path)
    return {
        "it": {
            "ticket": complaint.ticket,
            "filed_at": complaint.filed_at.isoformat() if complaint.filed_at else None,
        },
        "link": link,
        "path": path,
        "contacted": bool(complaint.contacts),
        "code": qr_code(link),
    }


def receipt_file(complaint: Complaint, link: str) -> Response:
    """Return the receipt as a text file. It holds the ticket and the link, and nothing that the reporter wrote."""
    filed = instant_words(complaint.filed_at) if complaint.filed_at else "-"
    text = (
        f"Tanda terima aduan {complaint.ticket}\r\n"
        "Pengaduan masyarakat Provinsi Kalimantan Timur\r\n\r\n"
        f"Nomor aduan: {complaint.ticket}\r\n"
        f"Diterima: {filed}\r\n"
        f"Tautan rahasia: {link}\r\n\r\n"
        "Dengan tautan ini Anda membaca jawaban dan membalas. Jangan bagikan kepada orang lain.\r\n"
    )
    headers = {
        "Content-Disposition": f'attachment; filename="tanda-terima-{complaint.ticket}.txt"',
        "Cache-Control": "no-store",
    }
    return PlainTextResponse(text, headers=headers)
