"""Whatever an OPD's system writes on its topic is carried out or answered: it fails no fold and becomes no large event."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.events.catalogue import of_opd
from shared.events.opd import UpdateRefused
from shared.kafka.records import MAX_RECORD_BYTES, decode
from shared.pipeline import Undecodable
from shared.record import Record
from tests.support.router_cases import DISDIKBUD, SAYS, assigned
from tests.support.router_facts import Story

STREAM = of_opd(DISDIKBUD)[1]
KINDS = sorted(STREAM.types)
AT = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
FIELDS = (
    "assignment_id",
    "reason",
    "suggestion",
    "text",
    "public",
    "question",
    "until",
    "answer",
    "evidence",
    "class",
    "x" * 300,
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["\x00", "\ud800", "\U0001f600" * 9000, "a" * 20_000, "a" * 20_001, "{0.__class__}", "%s%n", "9" * 400]
    ),
    st.sampled_from(
        ["0001-01-01", "9999-12-31", "10000-01-01", "2026-13-01", "-1-01-01", DISDIKBUD, "dishub", "nobody"]
    ),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(), TEXTS)
FILES = st.fixed_dictionaries({"id": TEXTS, "sha256": TEXTS, "type": TEXTS, "size": st.integers()})
VALUES = st.one_of(
    LEAVES,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
    ),
    st.lists(FILES, max_size=25),
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"1e999999",
            b'{"text":' + b'"' + b"x" * 900_000 + b'"}',
            b"null",
            b'"\xff"',
        ]
    ),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=7).map(
        lambda body: json.dumps(body, ensure_ascii=True, default=str).encode()
    ),
)
HEADER = st.one_of(st.none(), st.binary(max_size=60), st.sampled_from([b"u" * 5000, b"\x00", b"update.resolved"]))
WELL_MEANT = st.tuples(st.sampled_from(KINDS), BODIES, st.booleans())


def _said(story: Story, kind: bytes | None, update_id: bytes | None, body: bytes) -> list[Any]:
    """Return the router's answers to one record of the OPD."""
    headers = (("ce_type", kind), ("ce_id", update_id), ("traceparent", update_id))
    read = decode(STREAM, Record(STREAM.topic, 0, 0, AT, str(story.key).encode(), body, headers))
    data = read.data if read.data is not None else Undecodable(read.problem or "unreadable")
    return story.fold(data, opd=DISDIKBUD, external_id=read.external_id[:200])


def _small(facts: list[Any]) -> None:
    assert all(len(fact.model_dump_json().encode()) < MAX_RECORD_BYTES // 4 for fact in facts)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.tuples(HEADER, HEADER, BODIES), max_size=6))
@example([(b"update.resolved", b"u1", b'{"answer": "x", "evidence": [' + b'{"id": "a"},' * 9 + b"]}")])
def test_no_record_of_an_opd_fails_a_fold(said: list[tuple[bytes | None, bytes | None, bytes]]) -> None:
    story = assigned()
    for kind, update_id, body in said:
        _small(_said(story, kind, update_id, body))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(WELL_MEANT, max_size=8))
def test_no_update_that_can_be_read_fails_a_fold_or_becomes_a_large_event(said: list[tuple[str, bytes, bool]]) -> None:
    story = assigned()
    for kind, body, current in said:
        try:
            given_body = json.loads(body)
        except (ValueError, RecursionError):
            given_body = None
        if current and isinstance(given_body, dict) and story.case.assignment_id is not None:
            given_body["assignment_id"] = str(story.case.assignment_id)
        meant = json.dumps(given_body).encode() if isinstance(given_body, dict) else body
        _small(_said(story, kind.encode(), b"u1", meant))


def test_the_largest_update_of_all_is_carried_out() -> None:
    story = assigned()
    files = [{"id": "x" * 200, "sha256": "y" * 64, "type": "z" * 100, "size": 1}] * 20
    body = {
        "assignment_id": str(story.case.assignment_id),
        "answer": SAYS + "\U0001f600" * (20_000 - len(SAYS)),
        "evidence": files,
    }
    said = _said(story, b"update.resolved", b"u1", json.dumps(body).encode())
    assert story.case.state == "resolved"
    assert not any(isinstance(fact, UpdateRefused) for fact in said)
    _small(said)


def test_an_update_beyond_the_bounds_is_refused_by_name() -> None:
    story = assigned()
    files = [{"id": "x" * 51_000, "sha256": "", "type": "", "size": 1}] * 20
    body = {
        "assignment_id": str(story.case.assignment_id),
        "answer": "Guru pengganti sudah mengajar sejak Senin.",
        "evidence": files,
    }
    [refusal] = [
        fact
        for fact in _said(story, b"update.resolved", b"u1", json.dumps(body).encode())
        if isinstance(fact, UpdateRefused)
    ]
    assert (refusal.update_id, refusal.code, refusal.reason) == (
        "u1",
        "undecodable",
        "update.resolved: evidence.0.id: string_too_long",
    )
