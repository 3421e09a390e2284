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
from shared.runtime.running import Running

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
def test_every_operation_declares_its_refusals_one_by_one(name: str) -> None:
    for path, operations in DOCUMENTS[name]["paths"].items():
        for method, operation in operations.items():
            refused = {status for status in operation["responses"] if status >= "400"}
            assert "default" not in operation["responses"]
            assert refused >= {"400", "429", "500", "503"}
            assert "404" in refused or "{" not in path
            assert "401" in refused or operation["security"] == []
            assert refused >= {"409"} or method not in {"post", "put"}
            for status in refused - {"408"}:
                declared = resolve(DOCUMENTS[name], operation["responses"][status]["$ref"])
                assert "application/problem+json" in declared["content"]


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - set(ASYNC)))
def test_a_document_names_its_servers_licence_and_operations(name: str) -> None:
    document = DOCUMENTS[name]
    ids = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert len(set(ids)) == len(ids) > 0
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["servers"][0]["variables"]["base"]["default"].startswith("http")


def test_what_is_open_to_anyone_is_said_to_be() -> None:
    paths = DOCUMENTS["docs/openapi/sla.json"]["paths"]
    assert paths["/v1/calendar"]["get"]["security"] == []
    assert "security" not in paths["/v1/calendar"]["put"]


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
    described = {
        (path, method) for path, faces in DOCUMENTS["docs/openapi/intake.json"]["paths"].items() for method in faces
    }
    assert routes == described
