"""The routes describe themselves: bodies that they read on their own, and answers as their models say."""

from dataclasses import fields
from typing import Any

from services.intake.actions.importing import ImportReport
from services.intake.api.answers import ComplaintOut, ImportOut
from services.intake.api.routes_submissions import MAX_ITEMS
from services.intake.api.views import public_view
from services.intake.app import build
from services.intake.settings import IntakeSettings
from services.intake.state import Complaint
from shared.openapi import openapi_of

NOWHERE = {"dsn": "postgresql://nowhere/", "secret": "0" * 64}
PATHS: dict[str, Any] = openapi_of(build(IntakeSettings.model_validate(NOWHERE)))["paths"]


def body(path: str) -> Any:
    return PATHS[path]["post"]["requestBody"]["content"]


def parameters(path: str, method: str) -> dict[str, Any]:
    return {one["name"]: one for one in PATHS[path][method].get("parameters", [])}


def test_a_submission_is_one_complaint_or_a_list() -> None:
    one, many = body("/v1/submissions")["application/json"]["schema"]["anyOf"]
    assert one == many["items"] == {"$ref": "#/components/schemas/SubmissionIn"}
    assert (many["minItems"], many["maxItems"]) == (1, MAX_ITEMS)


def test_an_export_is_uploaded_as_a_form_or_as_it_is() -> None:
    assert set(body("/v1/imports/laporan-ringkas")) == {"multipart/form-data", "application/octet-stream"}
    history = parameters("/v1/imports/laporan-ringkas", "post")["history"]["schema"]
    assert (history["enum"], history["default"]) == (["auto", "all", "none"], "auto")


def test_each_act_has_its_own_body_and_needs_no_key() -> None:
    acts = {"replies": "ReplyIn", "confirm": "NothingIn", "dispute": "DisputeIn", "rate": "RateIn"}
    for act, model in (acts | {"withdraw": "WithdrawIn"}).items():
        path = f"/v1/complaints/{{ticket}}/{act}"
        assert body(path)["application/json"]["schema"] == {"$ref": f"#/components/schemas/{model}"}
        assert PATHS[path]["post"]["security"] == []
        assert {"X-Complaint-Secret", "Idempotency-Key", "ticket"} == parameters(path, "post").keys()


def test_a_webhook_must_be_signed_and_filing_needs_a_key() -> None:
    assert parameters("/v1/whatsapp/webhook", "post")["X-Hub-Signature-256"]["required"] is True
    assert "security" not in PATHS["/v1/submissions"]["post"]


def test_the_report_of_an_import_is_described_field_by_field() -> None:
    assert {one.name for one in fields(ImportReport)} == ImportOut.model_fields.keys()
    ImportOut.model_validate(ImportReport().as_json())


def test_a_stranger_reads_no_field_of_the_reporter() -> None:
    assert public_view(Complaint(ticket="KT-7F3K-9Q2M-X")).keys() == {
        name for name, field in ComplaintOut.model_fields.items() if field.is_required()
    }
