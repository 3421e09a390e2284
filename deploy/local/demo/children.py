"""The programs that the demo starts beside the system. Each ends with the demo, whatever ends the demo."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.process import LEASH


async def start(*arguments: str, log: Path, env: Mapping[str, str], **more: Any) -> Process:
    """Start Python with these arguments on the leash. What it says goes to the end of ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(signal.SIGTERM)), "-"]
    with log.open("ab") as said:
        told = {"stdout": said, "stderr": said} | more
        return await asyncio.create_subprocess_exec(
            *leash, sys.executable, *arguments, env=dict(env), start_new_session=True, **told
        )


async def end(process: Process | None) -> None:
    """Ask a program to end. Kill it after 10 s."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()
