"""Writer of the published contracts: `python -m deploy.contracts`.

AsyncAPI describes the streams, OpenAPI the services, and a page of operations every setting.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from deploy.settings_page import PAGE, page
from shared.contracts import OPD, asyncapi_of
from shared.openapi import openapi_of
from shared.runtime.app import App

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("intake", "router", "sla", "notifier")
NOWHERE = {"dsn": "postgresql://nowhere/", "secret": "0" * 64}


def documents() -> dict[str, dict[str, Any]]:
    """Return every document by its path in the repository. Opens no connection."""
    written = {f"docs/asyncapi/{who}.json": asyncapi_of(who) for who in (*SERVICES, OPD)}
    return written | {f"docs/openapi/{name}.json": openapi_of(_service(name)) for name in SERVICES}


def rendered(document: dict[str, Any]) -> str:
    """Return a document as the text that is committed."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _service(name: str) -> App[Any]:
    """Build a service with settings that lead nowhere. Only its application is used."""
    settings: Any = getattr(import_module(f"services.{name}.settings"), f"{name.capitalize()}Settings")
    service: App[Any] = import_module(f"services.{name}.app").build(settings(**NOWHERE))
    return service


def main() -> None:
    """Write each document that changed and print its name."""
    texts = {name: rendered(document) for name, document in documents().items()} | {PAGE: page()}
    for name, fresh in texts.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != fresh:
            path.write_text(fresh, encoding="utf-8")
            print(f"written: {name}")


if __name__ == "__main__":
    main()
