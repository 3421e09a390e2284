"""Process of the stubs, and the settings by which the services take them for the world outside."""

import asyncio
import base64
import os
import secrets
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from deploy.local.demo import children
from deploy.local.demo.doors import PHONE_NUMBER_ID
from deploy.local.demo.http import client
from deploy.local.demo.stubs.outside import SP4N_GUID
from deploy.local.replica import INHERITED, ROOT

# As a service sees it, which runs in the folder of the code, here and in a container.
TABLE = Path("deploy/local/demo/stubs/sp4n/table.toml")


class Stubs:
    """The process that stands for the chat platforms, an SMS gateway, a mail server and a webhook receiver."""

    def __init__(self, folder: Path, http_port: int = 0, smtp_port: int = 0) -> None:
        self.url, self.smtp_port, self._http_port = f"http://127.0.0.1:{http_port}", smtp_port, http_port
        self.app_secret, self.token, self.verify_token = (
            secrets.token_hex(32),
            secrets.token_hex(32),
            secrets.token_hex(16),
        )
        self.webhook_secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self._log = folder / "log" / "stubs.log"
        self._process: Process | None = None

    async def start(self) -> None:
        """Start the process and return when its ports are open. Raises RuntimeError when it ends before that."""
        ports = ["--http-port", str(self._http_port), "--smtp-port", str(self.smtp_port)]
        env = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "TANGGAP_STUB_APP_SECRET": self.app_secret,
            "TANGGAP_STUB_WEBHOOK_SECRET": self.webhook_secret,
            "TANGGAP_STUB_TOKEN": self.token,
        }
        # SP4N outlives the process: a test may kill it.
        journal = str((self._log.parent.parent / "sp4n.jsonl").resolve())
        command = ["-m", "deploy.local.demo.stubs", *ports, "--sp4n-journal", journal]
        self._process = await children.start(*command, log=self._log, env=env, stdout=PIPE, cwd=ROOT)
        assert self._process.stdout is not None
        if not await asyncio.wait_for(self._process.stdout.readline(), 60):
            raise RuntimeError(f"the stubs ended at their start; see {self._log}")

    async def report_to(self, webhook: str) -> None:
        """Tell the WhatsApp stub the webhook to which it posts the statuses of messages."""
        async with client(self.url) as http:
            (await http.post("/orders", json={"status_url": webhook})).raise_for_status()

    async def stop(self) -> None:
        """Stop the process. Kill it after 10 s."""
        process, self._process = self._process, None
        await children.end(process)

    async def kill(self) -> None:
        """Kill the process without a warning. Started again, it has SP4N's complaints and forgets all else."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def sp4n_settings(self, host: str = "127.0.0.1") -> dict[str, str]:
        """Return the settings by which the router uses the stub of SP4N. ``host`` is as in `settings`."""
        return {
            "SP4N_MIRROR": "true",
            "SP4N_URL": f"{self.url.replace('127.0.0.1', host)}/sp4n/lapor/3.0.0",
            "SP4N_TOKEN": self.token,
            "SP4N_GUID": SP4N_GUID,
            "SP4N_CHANNEL": "13",
            "SP4N_USER_ID": "77",
            "SP4N_SEARCH_PATH": "/complaints/complaint",
            "SP4N_TABLE": str(TABLE),
            "SP4N_RATE": "500",
            "SP4N_SETTLE_SECONDS": "2",
            "SP4N_TRY_SECONDS": "10",
        }

    def settings(self, host: str = "127.0.0.1", files_host: str = "127.0.0.1") -> dict[str, dict[str, str]]:
        """Return the settings by which intake and notifier use the stubs.

        ``host`` is the name of this machine as the notifier sees it, and ``files_host`` as intake does.
        """
        url = self.url.replace("127.0.0.1", host)
        return {
            "intake": {
                "WHATSAPP_APP_SECRETS": self.app_secret,
                "WHATSAPP_VERIFY_TOKEN": self.verify_token,
                "WHATSAPP_BASE": self.url.replace("127.0.0.1", files_host),
                "WHATSAPP_TOKEN": self.token,
                "INSTAGRAM_APP_SECRETS": self.app_secret,
                "INSTAGRAM_VERIFY_TOKEN": self.verify_token,
                "SMS_SECRETS": self.app_secret,
            },
            "router": self.sp4n_settings(files_host),
            "notifier": {
                "INSTAGRAM_BASE": url,
                "INSTAGRAM_TOKEN": self.token,
                "INSTAGRAM_RATE": "500",
                "SMS_URL": f"{url}/sms",
                "SMS_TOKEN": self.token,
                "SMS_RATE": "500",
                "WHATSAPP_BASE": url,
                "WHATSAPP_PHONE_NUMBER_ID": PHONE_NUMBER_ID,
                "WHATSAPP_TOKEN": self.token,
                "WHATSAPP_RATE": "500",
                "SMTP_HOST": host,
                "SMTP_PORT": str(self.smtp_port),
                "SMTP_TLS": "none",
                "SMTP_RATE": "500",
                "WEBHOOK_ALLOW_LOOPBACK": "true",
                "SETTLE_SECONDS": "0.3",
                "POLL_SECONDS": "0.03",
            },
        }
