"""An answer of an older writer, which says no outcome, is read as before."""

from uuid import UUID

import pytest

from shared.events.cases import Reopened, Resolved
from shared.events.opd import UpdateResolved

KEY = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
EVIDENCE = {"id": "10000001", "sha256": "0" * 64, "type": "image/jpeg", "size": 1}


@pytest.mark.parametrize(
    ("fact", "body"),
    [
        (Resolved, {"opd": "dishub", "answer": "Lampu jalan sudah diganti kemarin.", "evidence": [EVIDENCE]}),
        (
            UpdateResolved,
            {"assignment_id": str(KEY), "answer": "Lampu jalan sudah diganti kemarin.", "evidence": [EVIDENCE]},
        ),
    ],
)
def test_an_answer_without_an_outcome_is_fixed(
    fact: type[Resolved] | type[UpdateResolved], body: dict[str, object]
) -> None:
    read = fact.model_validate(body)
    assert (read.outcome, read.until, read.reason, read.legal_basis, read.to) == ("fixed", None, None, None, None)


def test_a_case_that_an_older_writer_reopened_had_no_promise() -> None:
    body = {"opd": "dishub", "assignment_id": str(KEY), "round": 2, "class": "oversight", "priority": "normal"}
    assert Reopened.model_validate(body).promised is None
