"""Command line of the local system: `up` starts it, with `--detach` in the background, and `down` stops it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local import preflight
from deploy.local.addresses import FIXED, SERVICES
from deploy.local.demo.stubs_process import Stubs
from deploy.local.kafka_cluster import OtherSize
from deploy.local.postgres_pair import LocalPair
from deploy.local.process import free_port
from deploy.local.replica import ROOT, DidNotStart
from deploy.local.system import System
from deploy.own_settings import own_fields
from deploy.postgres import pair

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
Folder = Annotated[Path, typer.Option("--dir", help="where data, logs and throw-away keys are kept")]
Brokers = Annotated[
    int, typer.Option("--brokers", min=1, max=3, help="Kafka brokers: 1, or 3 of which any may be lost")
]
Standby = Annotated[bool, typer.Option("--standby", help="a second Postgres that has each commit")]
LOCAL = Path(".local")


@app.command()
def up(
    folder: Folder = LOCAL,
    brokers: Brokers = 1,
    standby: Standby = False,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="any free ports instead of 8001-8004")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="return when it is ready; `down` stops it")] = False,
    ready_fd: Annotated[int, typer.Option(hidden=True, help="closed, after one byte, when everything is ready")] = -1,
) -> None:
    """Start the whole system and keep it running until Ctrl-C or `down`."""
    pid_file = folder / "system.pid"
    other = _running(pid_file)
    if other:
        raise SystemExit(f"it already runs (process {other}); `make down` stops it")
    fixed = [] if free_ports else [port for ports in FIXED.values() for port in (ports.http, ports.ops)]
    preflight.check(folder, fixed, brokers=brokers)
    if detach:
        _detach(folder, brokers=brokers, standby=standby, free_ports=free_ports)
        return
    pid_file.write_text(f"{os.getpid()}\n")
    try:
        asyncio.run(_up(folder, not free_ports, ready_fd, brokers=brokers, standby=standby))
    except (DidNotStart, OtherSize) as failure:
        raise SystemExit(str(failure)) from None
    finally:
        pid_file.unlink(missing_ok=True)


def _detach(folder: Path, *, brokers: int, standby: bool, free_ports: bool) -> None:
    """Run `up` in a session of its own and return when it is ready. Exits with the log when it does not start.

    The child gets a log file in place of our output: so a shell shows its prompt again and a pipe reaches its end.
    """
    log = folder / "log" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    options = ["--dir", str(folder.absolute()), "--brokers", str(brokers), "--ready-fd", str(writing)]
    options += ["--standby"] * standby + ["--free-ports"] * free_ports
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "up", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            pass_fds=[writing],
            start_new_session=True,
        )
    os.close(writing)
    try:
        with console.status("starting (the first start on a machine takes a minute longer)"):
            ready = os.read(reading, 1)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise SystemExit("stopped") from None
    if not ready:
        child.wait()
        raise SystemExit(f"{log.read_text(errors='replace').strip()}\nit did not start; logs: {folder / 'log'}")
    console.print(
        f"[bold]Tanggap runs.[/bold] Addresses and keys: {folder / 'dev.env'}; logs: {folder / 'log'}; `make down` stops it."
    )


async def _up(folder: Path, fixed_ports: bool, ready_fd: int, **built: Any) -> None:
    own = {service: own_fields(folder, service) for service in SERVICES}
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with console.status("starting") as status:

        def report(what: str) -> None:
            console.print(f"  [dim]{what}[/dim]")
            status.update(what)

        # Without settings of one's own nothing outside is called. The stub stands for SP4N, and keeps what it got from
        # one start to the next.
        stubs = Stubs(folder, free_port(), free_port())
        (folder / "log").mkdir(parents=True, exist_ok=True)
        await stubs.start()
        extra = {**own, "router": stubs.sp4n_settings() | own["router"]}
        system = System(folder, fixed_ports=fixed_ports, report=report, extra=extra, **built)
        starting = asyncio.create_task(system.start())
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            await stubs.stop()
            return
        if starting.exception() is not None:
            await stubs.stop()
        starting.result()
    try:
        console.print(
            f"[bold]Tanggap runs.[/bold] Addresses and keys: {system.env_file}; logs: {folder / 'log'}; Ctrl-C stops it."
        )
        if ready_fd >= 0:
            os.write(ready_fd, b".")
            os.close(ready_fd)
        await _watch(system, stopping)
    finally:
        console.print("stopping")
        await system.stop()
        await stubs.stop()


async def _watch(system: System, stopping: asyncio.Event) -> None:
    """Watch until ``stopping`` is set. Print each process that ended by itself, once."""
    known: set[str] = set()
    while not stopping.is_set():
        for name in set(system.died()) - known:
            known.add(name)
            console.print(
                f"[red]{name} ended by itself[/red]:\n{system.replicas[name].child.last_lines()}",
                markup=True,
                highlight=False,
            )
        try:
            await asyncio.wait_for(stopping.wait(), 1)
        except TimeoutError:
            continue


@app.command()
def down(folder: Folder = LOCAL) -> None:
    """Stop the system that `up` left running in this directory, and wait until its process has ended."""
    pid = _running(folder / "system.pid")
    if not pid:
        console.print("nothing runs here")
        return
    try:
        os.kill(pid, signal.SIGTERM)
    except PermissionError:
        raise SystemExit(f"process {pid} belongs to another user, who can stop it") from None
    deadline = time.monotonic() + 60
    while _running(folder / "system.pid"):
        if time.monotonic() > deadline:
            raise SystemExit(f"process {pid} did not end within a minute")
        time.sleep(0.1)
    console.print("stopped")


@app.command()
def promote(folder: Folder = LOCAL) -> None:
    """Make the standby of this directory the primary. The next `up` makes the lost server its standby."""
    try:
        console.print(f"{asyncio.run(pair.promote(LocalPair(folder).admin_dsn))} is the primary now")
    except FileNotFoundError:
        raise SystemExit(f"{folder} holds no Postgres pair") from None
    except pair.NotPromoted as refusal:
        raise SystemExit(str(refusal)) from None


def _running(pid_file: Path) -> int | None:
    """Return the id of the process that wrote ``pid_file``, or None when it has ended or is not one of ours."""
    try:
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if b"deploy.local" in command or b"deploy/local" in command else None


if __name__ == "__main__":
    app()
