"""A process that leads the toy intake's relay until a test stops it. `GIVEN` holds its settings as JSON."""

import asyncio
import json
import os
from pathlib import Path

from pydantic import SecretStr

from shared.pipeline.service import Service
from shared.runtime.running import running
from tests.support.toys import SECRET, IntakeToySettings, Toy, intake_fold


async def lead() -> None:
    given = json.loads(os.environ["GIVEN"])
    settings = IntakeToySettings(
        kafka_user="intake", kafka_security="SASL_PLAINTEXT", secret=SecretStr(SECRET), replica="other", **given
    )
    service = Service(
        name="intake", settings=settings, state=Toy, fold=intake_fold, streams=(), migrations=Path("/nonexistent")
    )
    async with running(service, relay=True) as live:
        while not live.leading():
            await asyncio.sleep(0.05)
        print("leading", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(lead())
