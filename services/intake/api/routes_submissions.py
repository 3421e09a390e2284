"""`POST /v1/submissions`: one complaint or a list of up to 500. They are durable before the answer.

A repeat gets the first answer.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.actions.running import RunningIntake
from services.intake.actions.submissions import (
    AdapterSubmission,
    Caller,
    FiledComplaint,
    claim_request,
    file_submissions,
)
from services.intake.api.answers import FieldError, ItemOut, ItemProblem, ItemsOut, ReceiptOut
from services.intake.api.models import SubmissionIn
from services.intake.api.parameters import IdempotencyKey
from services.intake.api.raw_bodies import answer_directly, post_raw
from services.intake.api.repeats import old_digest, old_list_digest
from shared.buckets import Buckets
from shared.canonical import digest_of
from shared.clean import clean_json
from shared.errors import Invalid, Refused, TooLarge
from shared.web.keys import Key, needs
from shared.web.problems import field_errors, of_refusal, of_validation, problem

MAX_ITEMS: Final = 500
_MAX_TOKEN: Final = 200
_ONE: TypeAdapter[SubmissionIn] = TypeAdapter(SubmissionIn)
_LIST: TypeAdapter[list[SubmissionIn]] = TypeAdapter(list[SubmissionIn])
_RAW: TypeAdapter[list[Any]] = TypeAdapter(list[Any])
CheckedItem = SubmissionIn | ValidationError
_Submissions = Annotated[list[SubmissionIn], Field(min_length=1, max_length=MAX_ITEMS)]
_REPEAT: Final = "a repeat: the first answer; or a list: an answer for each item"


def install(app: FastAPI, intake: RunningIntake) -> None:
    """Open the route on which adapters file complaints."""
    buckets = Buckets(intake.settings.adapter_rate, intake.settings.adapter_burst)
    key_of = needs(intake.running)("adapter")
    adapter = Annotated[Key, Depends(key_of)]

    @post_raw(
        app,
        "/v1/submissions",
        body=SubmissionIn | _Submissions,
        summary="File one complaint, or a list of up to 500 (role `adapter`).",
        status_code=201,
        response_model=ReceiptOut,
        response_description="one complaint: it is durable and has a ticket",
        responses={200: {"model": ReceiptOut | ItemsOut, "description": _REPEAT}},
    )
    async def file(request: Request, key: adapter, idempotency_key: IdempotencyKey = "") -> Response:
        raw = await request.body()
        token = idempotency_key.strip()
        if len(token) > _MAX_TOKEN:
            raise Invalid("an Idempotency-Key has at most 200 characters", field="Idempotency-Key")
        try:
            body = clean_json(raw)
            many = body[:64].lstrip()[:1] == b"["
            items: list[CheckedItem] = _items(body) if many else [_ONE.validate_json(body)]
        except ValidationError as error:
            return of_validation(error)
        except (ValueError, RecursionError):
            return problem(400, "The body is not JSON.", code="not_json")
        if not 1 <= len(items) <= MAX_ITEMS:
            raise TooLarge(f"a list has 1 to {MAX_ITEMS} items, this one has {len(items)}")
        buckets.take(str(key.id), len(items))
        caller = Caller(key.owner, key.actor)
        sent = from_json(body)
        if many:
            return await _answer_list(intake, caller, items, sent, raw, token)
        [item] = items
        return await _answer_one(intake, caller, item, sent, token)

    async def file_directly(request: Request) -> Response:
        return await file(request, await key_of(request), request.headers.get("Idempotency-Key", ""))

    answer_directly(app, "/v1/submissions", file_directly)


async def _answer_one(intake: RunningIntake, caller: Caller, item: CheckedItem, sent: Any, token: str) -> Response:
    if isinstance(item, ValidationError):
        return of_validation(item)
    submission = _submission(caller, item, sent)
    if token and item.external_id:
        await claim_request(intake, caller, token, submission.digests)
    [outcome] = await file_submissions(intake, caller, [submission], [token])
    if isinstance(outcome, Refused):
        return of_refusal(outcome)
    answer = ReceiptOut(status="repeated" if outcome.repeat else "accepted", ticket=outcome.ticket, link=outcome.link)
    headers = {"Location": f"/v1/complaints/{outcome.ticket}"}
    return JSONResponse(answer.model_dump(), status_code=200 if outcome.repeat else 201, headers=headers)


async def _answer_list(
    intake: RunningIntake, caller: Caller, items: list[CheckedItem], sent: list[Any], raw: bytes, token: str
) -> Response:
    if token:
        await claim_request(intake, caller, token, (digest_of(sent), old_list_digest(raw)))
    good = [(index, item) for index, item in enumerate(items) if isinstance(item, SubmissionIn)]
    submissions = [_submission(caller, item, sent[index]) for index, item in good]
    tokens = [f"{token}#{index}" if token else "" for index, _ in good]
    filed = await file_submissions(intake, caller, submissions, tokens)
    unavailable = next((one for one in filed if isinstance(one, Refused) and one.status == 503), None)
    if unavailable is not None:
        return of_refusal(unavailable)
    outcomes: dict[int, FiledComplaint | Refused] = {index: one for (index, _), one in zip(good, filed, strict=True)}
    answers = [
        _refusal_item(index, item) if isinstance(item, ValidationError) else _outcome_item(index, outcomes[index])
        for index, item in enumerate(items)
    ]
    counts = {name: sum(answer.status == name for answer in answers) for name in ("accepted", "repeated", "refused")}
    return JSONResponse(ItemsOut(**counts, items=answers).model_dump(exclude_unset=True))


def _items(body: bytes) -> list[CheckedItem]:
    """Validate the items of a list: all at once, or one by one if at least one is invalid."""
    try:
        return list(_LIST.validate_json(body))
    except ValidationError:
        return [_check_item(item) for item in _RAW.validate_json(body)]


def _check_item(item: Any) -> CheckedItem:
    try:
        return _ONE.validate_python(item)
    except ValidationError as error:
        return error


def _submission(caller: Caller, item: SubmissionIn, sent: Any) -> AdapterSubmission:
    """Return the values of an item. ``sent`` is the item as the caller wrote it, from which repeats are recognised."""
    return AdapterSubmission(
        content=item.content(caller.owner),
        channel=item.channel,
        digests=(digest_of(sent), old_digest(item, sent)),
        filed_at=item.filed_at,
        external_id=item.external_id,
        name=item.reporter.name,
        whatsapp=item.reporter.whatsapp,
        email=item.reporter.email,
        callback_url=item.callback_url,
        attachments=item.attachments,
    )


def _outcome_item(index: int, outcome: FiledComplaint | Refused) -> ItemOut:
    if isinstance(outcome, Refused):
        return _refusal_item(index, outcome)
    status: Any = "repeated" if outcome.repeat else "accepted"
    return ItemOut(index=index, status=status, ticket=outcome.ticket, link=outcome.link)


def _refusal_item(index: int, why: ValidationError | Refused) -> ItemOut:
    if isinstance(why, ValidationError):
        errors = [FieldError(**error) for error in field_errors(why)]
        document = ItemProblem(
            type="about:blank", title="The item is not valid.", status=422, code="invalid", errors=errors
        )
    else:
        document = ItemProblem(type="about:blank", title=why.title, status=why.status, code=why.code, detail=why.detail)
        if why.own_message:
            document.message = why.own_message
    return ItemOut(index=index, status="refused", problem=document)
