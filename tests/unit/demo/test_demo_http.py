"""The demo's client repeats what a server would not take now."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from deploy.local.demo.http import client


class Busy(BaseHTTPRequestHandler):
    """Says "not now" twice, then yes."""

    asked = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        type(self).asked += 1
        self.send_response(503 if type(self).asked < 3 else 201)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def busy() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_what_a_service_cannot_take_now_is_sent_again(busy: str) -> None:
    async with client(busy) as http:
        assert (await http.post("/v1/submissions", json={"text": "x"})).status_code == 201
    assert Busy.asked == 3
