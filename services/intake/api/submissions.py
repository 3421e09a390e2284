"""`POST /v1/submissions`: one complaint or a list of up to 500. They are durable before the answer.

A repeat gets the first answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.api.models import SubmissionIn
from services.intake.api.repeats import old_digest, old_list_digest
from services.intake.filing import Desk, Filing
from services.intake.rules.commands import Once, Person
from shared.buckets import Buckets
from shared.canonical import digest_of
from shared.clean import clean_json
from shared.errors import Invalid, Refused, TooLarge
from shared.ids import new_id
from shared.pipeline import Attempt, Claim
from shared.web.keys import Key, needs
from shared.web.problems import field_errors, of_refusal, of_validation, problem

if TYPE_CHECKING:
    from fastapi import FastAPI

MAX_ITEMS: Final = 500
_MAX_TOKEN: Final = 200
_ONE: TypeAdapter[SubmissionIn] = TypeAdapter(SubmissionIn)
_LIST: TypeAdapter[list[SubmissionIn]] = TypeAdapter(list[SubmissionIn])
_RAW: TypeAdapter[list[Any]] = TypeAdapter(list[Any])
Checked = SubmissionIn | ValidationError


def install(app: FastAPI, desk: Desk) -> None:
    """Open the route on which adapters file complaints."""
    door = _Door(desk)
    app.router.add_route("/v1/submissions", door.post, methods=["POST"], include_in_schema=True)


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._caller = needs(desk.running)("adapter")
        self._buckets = Buckets(desk.settings.adapter_rate, desk.settings.adapter_burst)

    async def post(self, request: Request) -> Response:
        key = await self._caller(request)
        raw = await request.body()
        token = request.headers.get("idempotency-key", "").strip()
        if len(token) > _MAX_TOKEN:
            raise Invalid("an Idempotency-Key has at most 200 characters", field="Idempotency-Key")
        try:
            body = clean_json(raw)
            many = body[:64].lstrip()[:1] == b"["
            items: list[Checked] = _items(body) if many else [_ONE.validate_json(body)]
        except ValidationError as error:
            return of_validation(error)
        except (ValueError, RecursionError):
            return problem(400, "The body is not JSON.", code="not_json")
        if not 1 <= len(items) <= MAX_ITEMS:
            raise TooLarge(f"a list has 1 to {MAX_ITEMS} items, this one has {len(items)}")
        self._buckets.take(str(key.id), len(items))
        if many:
            return await self._list(key, items, from_json(body), raw, token)
        [item] = items
        if isinstance(item, ValidationError):
            return of_validation(item)
        return await self._one(key, item, from_json(body), token)

    async def _one(self, key: Key, item: SubmissionIn, sent: Any, token: str) -> Response:
        digests = _digests(item, sent)
        if token and item.external_id:
            await self._once(key, token, digests)
        filing = self._filing(key, item, digests, token)
        [command] = await self._desk.commands([filing])
        [done] = await self._desk.running.do_many([command])
        if isinstance(done, Refused):
            return of_refusal(done)
        answer = self._answer(done, command.data.ticket, command.data.link)
        return JSONResponse(
            answer, status_code=200 if done.repeat else 201, headers={"Location": f"/v1/complaints/{answer['ticket']}"}
        )

    async def _list(self, key: Key, items: list[Checked], sent: list[Any], raw: bytes, token: str) -> Response:
        if token:
            await self._once(key, token, (digest_of(sent), old_list_digest(raw)))
        good = [(index, item) for index, item in enumerate(items) if isinstance(item, SubmissionIn)]
        filings = [
            self._filing(key, item, _digests(item, sent[index]), f"{token}#{index}" if token else "")
            for index, item in good
        ]
        commands = await self._desk.commands(filings)
        results = await self._desk.running.do_many(commands)
        answers: list[dict[str, Any]] = [_refused(index, item) for index, item in enumerate(items)]
        for (index, _), command, done in zip(good, commands, results, strict=True):
            if isinstance(done, Refused):
                if done.status == 503:
                    return of_refusal(done)
                answers[index] = _refused(index, done)
            else:
                answers[index] = {"index": index} | self._answer(done, command.data.ticket, command.data.link)
        counts = {
            name: sum(answer["status"] == name for answer in answers) for name in ("accepted", "repeated", "refused")
        }
        return JSONResponse(counts | {"items": answers})

    async def _once(self, key: Key, token: str, digests: tuple[str, str]) -> None:
        """Claim the Idempotency-Key for this body. A repeat of the body passes; another body is refused as a whole."""
        claim = Claim(f"request:{key.owner}", token, digests[0], also=digests[1:])
        await self._desk.running.do(Once(), keys=(new_id(),), actor=key.actor, claim=claim)

    def _filing(self, key: Key, item: SubmissionIn, digests: tuple[str, str], token: str) -> Filing:
        now: datetime = self._desk.running.clock.now()
        reporter = item.reporter
        identity = ("external", item.external_id) if item.external_id else ("idempotency", token)
        return Filing(
            channel=item.channel,
            source=item.source or key.owner,
            text=item.text,
            filed_at=min(item.filed_at or now, now),
            actor=key.actor,
            title=item.title,
            place=item.place,
            topic=item.topic,
            class_hint=item.class_,
            reporter_name=None if item.anonim else reporter.name,
            anonim=item.anonim,
            rahasia=item.rahasia,
            owner=key.owner,
            people=self._people(item),
            claim_scope=f"{identity[0]}:{key.owner}",
            claim_token=identity[1] or "",
            digest=digests[0],
            also=digests[1:],
        )

    def _people(self, item: SubmissionIn) -> tuple[Person, ...]:
        reporter, people = item.reporter, []
        if reporter.whatsapp:
            people.append(self._desk.person("whatsapp", reporter.whatsapp, name=reporter.name))
        if reporter.email:
            people.append(self._desk.person("email", reporter.email, name=reporter.name))
        if item.callback_url:
            people.append(self._desk.person("webhook", item.callback_url, role="follower"))
        return tuple(people)

    def _answer(self, done: Attempt, ticket: str, link: str) -> dict[str, Any]:
        if done.repeat:
            return {"status": "repeated", "ticket": done.answer["ticket"], "link": self._desk.link(done.answer["path"])}
        return {"status": "accepted", "ticket": ticket, "link": self._desk.link(link)}


def _items(body: bytes) -> list[Checked]:
    """Validate the items of a list: all at once, or one by one if at least one is invalid."""
    try:
        return list(_LIST.validate_json(body))
    except ValidationError:
        return [_checked(item) for item in _RAW.validate_json(body)]


def _checked(item: Any) -> Checked:
    try:
        return _ONE.validate_python(item)
    except ValidationError as error:
        return error


def _refused(index: int, why: Checked | Refused) -> dict[str, Any]:
    if isinstance(why, ValidationError):
        told = {"title": "The item is not valid.", "status": 422, "code": "invalid", "errors": field_errors(why)}
    elif isinstance(why, Refused):
        told = {"title": why.title, "status": why.status, "code": why.code, "detail": why.detail}
    else:
        told = {}
    return {"index": index, "status": "refused", "problem": {"type": "about:blank"} | told}


def _digests(item: SubmissionIn, sent: Any) -> tuple[str, str]:
    """Return the two digests that identify a repeat: of the canonical form, and of the form of earlier releases."""
    return digest_of(sent), old_digest(item, sent)
