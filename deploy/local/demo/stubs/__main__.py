"""Run the stubs of the outside world until SIGTERM or Ctrl-C. The first line printed names the addresses."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
from functools import partial
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP

from deploy.local.demo.stubs.outside import Outside


def _listen(host: str, port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((host, port))
    found.listen(128)
    return found


async def serve(outside: Outside, http: socket.socket, smtp: socket.socket) -> None:
    """Serve HTTP and SMTP until SIGTERM or Ctrl-C."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    mail = await loop.create_server(partial(SMTP, outside, loop=loop, enable_SMTPUTF8=True, ident="stub"), sock=smtp)
    config = uvicorn.Config(
        outside.web(), log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with contextlib.ExitStack() as stack:
        stack.callback(mail.close)
        task = asyncio.create_task(server._serve([http]))  # noqa: SLF001 - serve() would take over the signals
        print(
            json.dumps({"http": f"http://127.0.0.1:{http.getsockname()[1]}", "smtp_port": smtp.getsockname()[1]}),
            flush=True,
        )
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await task
        waiting.cancel()


def main() -> None:
    """Run the stubs. The secrets are in the environment: TANGGAP_STUB_APP_SECRET, _WEBHOOK_SECRET, _TOKEN."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--http-port", type=int, default=0)
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--status-url", default=None, help="where WhatsApp statuses are posted")
    parser.add_argument("--sp4n-journal", type=Path, default=None, help="file that keeps SP4N's complaints")
    options = parser.parse_args()
    outside = Outside(
        status_url=options.status_url,
        app_secret=os.environ["TANGGAP_STUB_APP_SECRET"],
        webhook_secret=os.environ["TANGGAP_STUB_WEBHOOK_SECRET"],
        token=os.environ["TANGGAP_STUB_TOKEN"],
        sp4n_journal=options.sp4n_journal,
    )
    asyncio.run(serve(outside, _listen(options.host, options.http_port), _listen(options.host, options.smtp_port)))


if __name__ == "__main__":
    main()
