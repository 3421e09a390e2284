"""Photos that a person released: what the row keeps, what a stranger and the reporter are shown."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.intake.api.views import own_view, public_view
from services.intake.state import Complaint
from shared.events.cases_files import FileReleased
from shared.ids import new_id
from tests.support.router_facts import START
from tests.unit.intake import test_intake_external as imports
from tests.unit.intake.test_intake_files import KEY, folded

PHOTO = new_id()


def fact(file: str = str(PHOTO), *, public: bool = True) -> FileReleased:
    return FileReleased(file=file, public=public, reason="Tidak ada wajah yang terlihat.")


def after(*facts: FileReleased, **more: Any) -> Complaint:
    complaint = Complaint(ticket="KT-7F3K-9Q2M-X", filed_at=START, **more)
    for one in facts:
        found = folded(complaint, one).states.get(KEY, complaint)
        assert isinstance(found, Complaint)
        complaint = found
    return complaint


@pytest.mark.parametrize(
    ("facts", "kept", "lines"),
    [
        ((fact(),), (PHOTO,), ["file_released"]),
        ((fact(), fact()), (PHOTO,), ["file_released"]),
        ((fact(), fact(public=False)), (), ["file_released", "file_taken_back"]),
        ((fact(public=False),), (), []),
        ((fact("arsip-instansi-7"),), (), []),
    ],
)
def test_the_row_keeps_what_is_public_and_a_repeat_changes_nothing(
    facts: tuple[FileReleased, ...], kept: tuple[UUID, ...], lines: list[str]
) -> None:
    complaint = after(*facts)
    assert complaint.public_files == kept
    assert [one.what for one in complaint.timeline] == lines


def test_the_reporter_reads_the_reason_and_a_stranger_only_which_photos_are_public() -> None:
    complaint = after(fact())
    own, public = own_view(complaint, None, START), public_view(complaint)
    assert own["public_files"] == public["public_files"] == [str(PHOTO)]
    assert own["timeline"][-1]["quote"] == fact().reason
    assert public["timeline"] == []


@pytest.mark.parametrize("hidden", [{"rahasia": True}, {"public_files": ()}])
def test_a_confidential_complaint_names_no_public_photo(hidden: dict[str, Any]) -> None:
    complaint = after(fact()).with_(**hidden)
    assert "public_files" not in public_view(complaint)
    assert "public_files" not in own_view(complaint, None, START)


@pytest.mark.parametrize("protection", ["anonim", "rahasia"])
def test_an_import_that_protects_the_reporter_takes_the_photos_back_at_once(protection: str) -> None:
    states = imports.taken_over()
    shown = imports.complaint(states).with_(public_files=(PHOTO,))
    same = imports.shown_again({imports.KEY: shown}, imports.BASE).states.get(imports.KEY, shown)
    assert isinstance(same, Complaint)
    assert same.public_files == (PHOTO,)
    row = replace(imports.BASE, anonim=protection == "anonim", rahasia=protection == "rahasia")
    assert imports.complaint(imports.shown_again({imports.KEY: shown}, row).states).public_files == ()
