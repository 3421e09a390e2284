"""The loops of a running service in a test: started together, and ended with every error that one of them raised."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from shared.runtime.running import Running


@contextlib.asynccontextmanager
async def working(live: Running[Any], *loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run the consumer, the timers and further loops of a service."""
    consumer = live.consumer()
    tasks = [asyncio.create_task(loop) for loop in (consumer.run(), live.timers().run(), *loops)]
    try:
        yield
    finally:
        await consumer.stop()
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
