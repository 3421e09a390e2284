"""The forms of the approved templates: complete, as the texts send them, and within what Meta takes."""

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from services.notifier.cli import app
from services.notifier.template_forms import template_forms
from services.notifier.texts import approved_names

FORMS = template_forms()
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def test_every_template_that_is_ever_sent_has_its_form() -> None:
    assert set(FORMS) == approved_names()


@every_form
def test_a_form_has_what_the_platform_asks_for(form: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,512}", form["name"])
    assert (form["language"], form["category"]) == ("id", "UTILITY")
    body, *others = form["components"]
    assert body["type"] == "BODY"
    assert len(body["text"]) <= 1024
    assert [other["type"] for other in others] in ([], ["BUTTONS"])
    for button in others[0]["buttons"] if others else ():
        assert button["type"] == "QUICK_REPLY"
        assert 0 < len(button["text"]) <= 25


@every_form
def test_the_places_are_numbered_and_stand_inside_the_text_with_an_example_each(form: dict[str, Any]) -> None:
    body = form["components"][0]
    places = re.findall(r"\{\{(\d+)\}\}", body["text"])
    assert places == [str(number + 1) for number in range(len(places))]
    # The platform refuses a template that begins or ends with a place, or in which two stand side by side.
    assert not re.search(r"^\W*\{\{|\}\}\W*$|\}\}\s*\{\{", body["text"])
    (examples,) = body["example"]["body_text"]
    assert len(examples) == len(places)
    assert all(example.strip(" -") and "\n" not in example and "{" not in example for example in examples)
    assert not any(re.search(r"\bAlasannya:\s*$|\bNone\b", example) for example in examples)


def test_the_quick_replies_are_those_that_are_sent() -> None:
    replies = {name: form["components"][1]["buttons"] for name, form in FORMS.items() if len(form["components"]) > 1}
    assert {name: [one["text"] for one in buttons] for name, buttons in replies.items()} == {
        "tanggap_tanya_selesai": ["Ya, sudah selesai", "Belum selesai"],
        "tanggap_tanya_puas": ["1 sangat tidak puas", "2 tidak puas", "3 puas", "4 sangat puas"],
    }


def test_the_command_prints_all_forms_or_one() -> None:
    every = CliRunner().invoke(app, ["templates"])
    assert json.loads(every.stdout) == [*FORMS.values()]
    one = CliRunner().invoke(app, ["templates", "tanggap_aduan_dijawab"])
    assert json.loads(one.stdout) == FORMS["tanggap_aduan_dijawab"]
    assert CliRunner().invoke(app, ["templates", "tanggap_lain"]).exit_code != 0
