"""Answers that take the same time, whatever the question finds. The time of an answer then tells nobody what was found."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

# Longer than the work behind any such question. Work that takes longer ends at the next multiple.
STEP_S: Final = 0.4


@asynccontextmanager
async def steady(
    step: float = STEP_S,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[None]:
    """Let the block end at a multiple of ``step`` seconds, also when it raises."""
    began = clock()
    try:
        yield
    finally:
        spent = clock() - began
        await sleep(max(1, math.ceil(spent / step)) * step - spent)
