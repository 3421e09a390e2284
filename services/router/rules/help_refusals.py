"""The refusals about OPDs that help."""

from __future__ import annotations

from collections.abc import Iterable

from shared.errors import Refused
from shared.reference import opds


class HelperOnly(Refused):
    """The OPD helps: only the lead does this."""

    code = "helper_only"
    status = 403
    message = "OPD Anda membantu aduan ini. Hanya OPD utama yang bertanya, menunda, dan memberi kabar kepada pelapor."


class NoHelper(Refused):
    """The OPD is no helper whose part is missing."""

    code = "no_helper"
    message = "OPD itu tidak sedang membantu aduan ini, atau bagiannya sudah masuk."


class LeadAnswers(Refused):
    """The OPD has the case: it gives no part, but the answer."""

    code = "lead_answers"
    message = "OPD Anda yang memegang aduan ini. Kirim jawaban untuk pelapor, bukan bagian."


class AlreadyHelps(Refused):
    """The OPD has the case or helps already."""

    code = "already_helps"
    message = "OPD itu sudah memegang atau sedang membantu aduan ini."


class TooManyHelpers(Refused):
    """The case takes no more helpers."""

    code = "too_many_helpers"
    message = "Aduan ini sudah dibantu sebanyak mungkin OPD. Lanjutkan tanpa salah satunya, baru minta yang lain."


class AskTheDesk(Refused):
    """Only the koordinator asks OPDs for help here."""

    code = "ask_the_desk"
    status = 403
    message = "Hanya admin koordinator yang meminta bantuan OPD lain. Sampaikan kepadanya OPD mana yang diperlukan."


class PartsMissing(Refused):
    """Parts of helpers are missing, and the answer does not say why it does not wait for them."""

    code = "parts_missing"

    def __init__(self, codes: Iterable[str]) -> None:
        names = ", ".join(opds()[code].name if code in opds() else code for code in codes)
        super().__init__(
            f"parts are missing: {', '.join(codes)}",
            field="without_parts",
            message=f"Bagian ini belum masuk: {names}. Tunggu, atau tulis mengapa Anda menjawab tanpa menunggu.",
        )
