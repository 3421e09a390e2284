"""The published documents are what the code says. After a change on purpose: `make contracts`, and look at the difference."""

import json
import re
from typing import Any

import pytest

from deploy.contracts import NOWHERE, ROOT, documents, rendered
from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.clock import RealClock
from shared.events.catalogue import INTERNAL, of_opd
from shared.service import Running

DOCUMENTS = documents()
intake = build(IntakeSettings.model_validate(NOWHERE))
ASYNC = {name: document for name, document in DOCUMENTS.items() if "asyncapi" in name}


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    return [found for value in part for found in references(value)] if isinstance(part, list) else []


def resolve(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_committed_document_is_what_the_code_says(name: str) -> None:
    committed = (ROOT / name).read_text(encoding="utf-8") if (ROOT / name).exists() else ""
    assert committed == rendered(DOCUMENTS[name]), "run `make contracts` and look at the difference"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_reference_leads_somewhere(name: str) -> None:
    for reference in references(DOCUMENTS[name]):
        assert resolve(DOCUMENTS[name], reference)


@pytest.mark.parametrize("name", sorted(ASYNC))
def test_readers_are_told_to_let_added_fields_pass(name: str) -> None:
    assert '"additionalProperties": false' not in json.dumps(ASYNC[name])


def test_every_stream_is_sent_by_one_and_received_by_its_readers() -> None:
    done: dict[str, list[str]] = {}
    for name, document in ASYNC.items():
        for operation in document["operations"].values():
            address = resolve(document, operation["channel"]["$ref"])["address"]
            done.setdefault(f"{operation['action']} {address}", []).append(name.split("/")[-1].removesuffix(".json"))
    for stream in (*INTERNAL, *of_opd("{code}")):
        assert done.pop(f"send {stream.topic}") == [stream.writer]
        assert sorted(done.pop(f"receive {stream.topic}")) == sorted(stream.readers)
    assert done == {}


def test_an_opd_reads_of_its_own_topics_alone() -> None:
    told = json.dumps(ASYNC["docs/asyncapi/opd.json"])
    assert set(re.findall(r'"address": "([^"]+)"', told)) == {stream.topic for stream in of_opd("{code}")}


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - set(ASYNC)))
def test_every_operation_says_what_a_refusal_looks_like(name: str) -> None:
    for operations in DOCUMENTS[name]["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_plain_route_of_intake_is_described() -> None:
    """They are no FastAPI routes, so they do not describe themselves."""
    application: Any = intake.web(Running(intake, None, RealClock())) if intake.web else None  # type: ignore[arg-type]
    acts = [name.rpartition("/")[2] for name in DOCUMENTS["docs/openapi/intake.json"]["paths"] if "{ticket}/" in name]
    routes = {
        (route.path.replace("{act}", act), method.lower())
        for route in application.routes
        if route.path.startswith("/v1/")
        for act in (acts if "{act}" in route.path else [""])
        for method in route.methods - {"HEAD"}
    }
    described = {(path, method) for path, faces in DOCUMENTS["docs/openapi/intake.json"]["paths"].items() for method in faces}
    assert routes == described
