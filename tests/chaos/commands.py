"""The commands of the runbook, run as an operator would."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence


async def run(command: Sequence[str], env: Mapping[str, str], *, may_differ: bool = False) -> str:
    """Return what `python -m command` printed. Raises RuntimeError when it fails.

    With ``may_differ`` its exit status may be 1, by which a command that compares says that something differs.
    """
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, env=os.environ | dict(env), stdout=PIPE, stderr=PIPE
    )
    said, wrong = await running.communicate()
    if running.returncode not in ((0, 1) if may_differ else (0,)):
        raise RuntimeError(f"{' '.join(command)}: {wrong.decode()}")
    return said.decode().strip()
