"""The example consumer keeps a file only if its bytes are those that the snapshot announced."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from examples import opd_consumer

CONTENT = b"bytes of a photo"
FILE = "6c762387-8a67-4aa4-b314-fb071194fae8"


class _Api(BaseHTTPRequestHandler):
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        link = f"http://{self.headers['Host']}/v1/media/{FILE}?signature=x"
        listed = json.dumps({"files": [{"id": FILE, "link": link}]}).encode()
        body = CONTENT if self.path.startswith("/v1/media/") else listed
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Api]]:
    _Api.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OPD_API", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OPD_KEY", "kunci")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield _Api
    server.shutdown()
    thread.join()
    server.server_close()


def snapshot(**file: Any) -> dict[str, Any]:
    announced = {"id": FILE, "sha256": hashlib.sha256(CONTENT).hexdigest(), "type": "image/jpeg", "size": len(CONTENT)}
    return {"ticket": "KT-7F3K-9Q2M-X", "attachments": [announced | file]}


def test_the_files_of_a_snapshot_are_fetched_with_the_key_and_kept(api: type[_Api], tmp_path: Path) -> None:
    opd_consumer.fetch_files(snapshot(), tmp_path / "berkas")
    assert (tmp_path / "berkas" / FILE).read_bytes() == CONTENT
    listed, fetched = api.asked
    assert listed == ("/v1/cases/KT-7F3K-9Q2M-X/files", "Bearer kunci")
    # The signed link is enough. The key is the router's alone.
    assert fetched == (f"/v1/media/{FILE}?signature=x", None)


@pytest.mark.parametrize("file", [{"sha256": "00" * 32}, {"size": 1}])
def test_other_bytes_than_announced_are_not_kept(api: type[_Api], tmp_path: Path, file: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="other bytes"):
        opd_consumer.fetch_files(snapshot(**file), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_link_is_told(api: type[_Api], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="names no link"):
        opd_consumer.fetch_files(snapshot(id="another"), tmp_path)
