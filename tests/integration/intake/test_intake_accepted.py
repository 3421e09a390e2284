"""The leader counts every accepted complaint once, by its channel."""

import asyncio

import pytest

from services.intake.loops import accepted
from tests.support.intake import Intake

TEXT = "Lampu jalan di Jl. Poros Loa Janan padam sejak Senin"


def counted(intake: Intake, channel: str) -> float:
    return intake.live.meters.registry.get_sample_value("tanggap_accepted_complaints_total", {"channel": channel}) or 0


async def test_each_accepted_complaint_is_counted_once_by_channel(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepted, "EVERY_S", 0.05)
    monkeypatch.setattr(accepted, "SETTLED_S", 2.0)
    leads = True
    monkeypatch.setattr(intake.live, "leading", lambda: leads)
    counting = asyncio.create_task(accepted.count_accepted(intake.live))
    try:
        # The first look counts nothing: it only marks where this leader begins.
        await asyncio.sleep(0.5)
        await intake.post({"text": TEXT, "channel": "sms"})
        await intake.post({"text": TEXT + " lalu", "channel": "sms"}, **{"Idempotency-Key": "a-1"})
        await intake.post({"text": TEXT + " lalu", "channel": "sms"}, **{"Idempotency-Key": "a-1"})
        await intake.post({"text": TEXT + " pagi", "channel": "papan_pengumuman"})
        async with asyncio.timeout(60):
            while counted(intake, "sms") + counted(intake, "other") < 3:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        assert (counted(intake, "sms"), counted(intake, "other"), counted(intake, "web")) == (2, 1, 0)
        leads = False
        await intake.post({"text": TEXT + " sore", "channel": "sms"})
        await asyncio.sleep(3)
        assert counted(intake, "sms") == 2
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
