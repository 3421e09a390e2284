"""The documents and the doors agree: generated requests with valid keys get no error of ours and no undeclared answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.openapi import openapi_of
from shared.runtime.app import App
from tests.support.doors import Door

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
SERVICES = ("intake", "router", "sla", "notifier")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "not fitting"])
@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore")
def test_no_generated_request_gets_an_error_of_ours(doors: dict[str, Door], name: str, mode: GenerationMode) -> None:
    door = doors[name]
    assert isinstance(door.live.service, App)
    schema = schemathesis.openapi.from_dict(openapi_of(door.live.service))
    session = requests.Session()
    session.trust_env = False
    failures: dict[str, str] = {}
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(
            case=operation.as_strategy(generation_mode=mode),
            role=st.sampled_from(sorted(door.keys)),
            known=st.booleans(),
        )
        @hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any, role: str, known: bool) -> None:
            nonlocal asked
            asked += 1
            if known:
                case.path_parameters = {**(case.path_parameters or {}), **_known(door, case.path_parameters or {})}
            headers = door.bearer(role) | ({"X-Complaint-Secret": door.secret} if known and door.secret else {})
            response = case.call(base_url=door.address, session=session, headers=headers, timeout=20)
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseExceptionGroup as wrong:  # schemathesis tells several findings at once
                what = " | ".join(str(one).replace("\n", " ")[:300] for one in wrong.exceptions)
                sent = f"{case.path_parameters} {case.query} {str(case.body)[:200]}"
                failures.setdefault(f"{case.method} {case.path} {response.status_code}", f"{what} after {sent}")

        try:
            ask()
        except hypothesis.errors.Unsatisfiable:  # text in a path: whatever is sent fits
            assert mode is GenerationMode.NEGATIVE
            assert not list(operation.body)
    assert asked >= 100
    assert failures == {}, json.dumps(failures, indent=1)


def _known(door: Door, parameters: dict[str, Any]) -> dict[str, str]:
    """The ticket of a complaint that is there, in place of an invented one."""
    return {name: quote(door.ticket) for name in parameters if name in {"ticket", "case"}}
