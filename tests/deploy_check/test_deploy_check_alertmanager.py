"""Alertmanager itself tells a webhook and a mail server of each alert, as its severity says."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from deploy.local.process import free_port

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"


@dataclass(slots=True)
class Outside:
    """The bodies that arrived outside with the path that was called, and the mails."""

    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    mails: list[Envelope] = field(default_factory=list)
    status: int = 200

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(envelope)
        return "250 OK"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        self.called.append((head.split()[1], json.loads(await reader.readexactly(length))))
        writer.write(f"HTTP/1.1 {self.status} Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    def severities(self, path: str) -> set[str]:
        return {body["commonLabels"]["severity"] for where, body in self.called if where == path}


@asynccontextmanager
async def alertmanager(folder: Path, outside: Outside) -> AsyncIterator[dict[str, str]]:
    """Alertmanager with the configuration that we write. Gives the environment of our commands."""
    hooks = await asyncio.start_server(outside.answer, HOST, 0)
    hook = f"http://{HOST}:{hooks.sockets[0].getsockname()[1]}"
    mail = Controller(outside, hostname=HOST, port=free_port())
    mail.start()
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "alerts-webhook").write_text(f"{hook}/pager\n")
    (secrets / "alerts-heartbeat").write_text(f"{hook}/heartbeat\n")
    port = free_port()
    told = {
        **os.environ,
        "TANGGAP_SECRETS": str(secrets),
        "TANGGAP_ALERTS_URL": f"http://{HOST}:{port}",
        "TANGGAP_ALERTS_SMTP_HOST": HOST,
        "TANGGAP_ALERTS_SMTP_PORT": str(mail.port),
        "TANGGAP_ALERTS_SMTP_TLS": "none",
        "TANGGAP_ALERTS_MAIL_FROM": "tanggap@dinas.example",
        "TANGGAP_ALERTS_MAIL_TO": "jaga@dinas.example,piket@dinas.example",
    }
    file = folder / "alertmanager.yml"
    await run(told, "config", str(file))
    # The waits are minutes, so that alerts of one cause come together. Here nothing comes with them.
    file.write_text(re.sub(r'"group_wait": "\w+"', '"group_wait": "1s"', file.read_text()))
    process = await asyncio.create_subprocess_exec(
        os.environ["TANGGAP_ALERTMANAGER"],
        f"--config.file={file}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        "--cluster.listen-address=",
        "--enable-feature=receiver-name-in-metrics",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await ready(told["TANGGAP_ALERTS_URL"])
        yield told
    finally:
        process.terminate()
        await process.wait()
        mail.stop()
        hooks.close()


async def ready(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(300):
            try:
                if (await client.get("/-/ready")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("Alertmanager is not ready within half a minute")


async def run(told: dict[str, str], *words: str) -> tuple[int, str]:
    """Run a command of ours. Give its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.alerts",
        *words,
        cwd=ROOT,
        env=told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_the_trial_reaches_every_receiver_and_names_the_one_that_fails(tmp_path: Path) -> None:
    outside = Outside()
    async with alertmanager(tmp_path, outside) as told:
        code, said = await run(told, "test")
        assert code == 0, said
        [mark] = re.findall(r"Its mark is (\w+)", said)
        assert outside.severities("/pager") == {"page"}
        assert outside.severities("/heartbeat") == {"heartbeat"}
        assert all(mark in body["commonAnnotations"]["summary"] for _, body in outside.called)
        assert {tuple(mail.rcpt_tos) for mail in outside.mails} == {("jaga@dinas.example", "piket@dinas.example")}
        subjects = [re.search(r"(?im)^subject: (.*)$", mail.content.decode())[1] for mail in outside.mails]  # type: ignore[index, union-attr]
        assert len(subjects) == 2
        assert all("TanggapTrial" in subject for subject in subjects)

        outside.status = 500
        code, said = await run(told, "test")
        assert code == 1
        assert "page: webhook failed" in said
        assert "page: email was taken" in said
        assert "ticket: email was taken" in said

        (tmp_path / "secrets/alerts-heartbeat").unlink()
        code, said = await run(told, "test")
        assert "heartbeat: nobody hears it" in said
    code, said = await run(told, "test")
    assert code == 1
    assert "does not answer" in said
