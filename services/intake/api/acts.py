"""The acts of the tracking page, as its forms send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Rate, Reply, Withdraw

# The scale of the national survey of satisfaction.
RATINGS: Final[Mapping[str, str]] = {"1": "sangat tidak puas", "2": "tidak puas", "3": "puas", "4": "sangat puas"}
# The field that holds the words of an act, by the name of the act.
FIELDS: Final[Mapping[str, str]] = {"balas": "balas", "belum": "belum", "nilai": "komentar", "tarik": "alasan"}


def act_of(values: dict[str, str]) -> CitizenAct | dict[str, str]:
    """Return the act that a form requests, or the errors by field."""
    words = values.get("keterangan", "")
    match values.get("tindakan"):
        case "balas":
            return Reply(text=words, channel="web") if words else {"balas": "Tulis keterangan Anda, lalu kirim."}
        case "selesai":
            return Confirm(channel="web")
        case "belum":
            return (
                Dispute(reason=words, channel="web") if words else {"belum": "Tulis apa yang masih kurang, lalu kirim."}
            )
        case "nilai":
            stars = values.get("nilai", "")
            if stars not in RATINGS:
                return {"nilai-1": "Pilih nilai 1 sampai 4."}
            return Rate(stars=int(stars), scale=len(RATINGS), comment=words or None, channel="web")
        case "tarik":
            return Withdraw(reason=words or None, channel="web")
    return {"tindakan": "Pilih apa yang ingin Anda lakukan."}
