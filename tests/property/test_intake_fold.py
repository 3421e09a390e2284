"""Intake's fold: total for every fact in any order, and nothing survives an erasure."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, TypeAdapter

from services.intake.api.sentences import sentence
from services.intake.api.views import own_view, public_view
from services.intake.rules.commands import ContactPerson, Erase, Submit
from services.intake.rules.commands_citizen import Reply, Withdraw
from services.intake.rules.fold import fold
from services.intake.state import Complaint, Contact, IntakeState
from shared.errors import Refused
from shared.events import cases, cases_answer, deadlines, notifications
from shared.events.catalogue import CASES, DEADLINES, NOTIFICATIONS
from shared.events.fact import Fact
from shared.events.submissions import ComplaintContent
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, CONTACT = new_id(), new_id()
SECRET_WORDS = "kata-kata warga"


TEXTS = st.text(alphabet="abc {}%", min_size=1, max_size=8)
WHENS = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda some: NOW + some)
st.register_type_strategy(AwareDatetime, WHENS)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of a field."""
    given: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        str | None: st.none() | TEXTS,
        tuple[str, ...]: st.lists(TEXTS, max_size=2).map(tuple),
    }
    if annotation not in given and any(getattr(one, "__origin__", None) is str for one in get_args(annotation)):
        # An optional text with bounds.
        return st.none() | TEXTS
    return given[annotation] if annotation in given else st.from_type(annotation)


def facts(module: Any) -> st.SearchStrategy[Fact]:
    """Any fact of a stream, with any values its model allows."""
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Fact) and "." in kind.__dict__.get("TYPE", "")
    ]
    return st.one_of(
        [
            st.builds(kind, **{name: values(field.annotation) for name, field in kind.model_fields.items()})
            for kind in kinds
        ]
    )


SAID = st.one_of(
    facts(cases).map(lambda fact: (CASES, fact)),
    facts(cases_answer).map(lambda fact: (CASES, fact)),
    facts(deadlines).map(lambda fact: (DEADLINES, fact)),
    facts(notifications).map(lambda fact: (NOTIFICATIONS, fact)),
)


def item(data: Any, topic: str | None = None, at: datetime = NOW) -> Item:
    return Item(key=KEY, data=data, actor="citizen", at=at, id=new_id(), keys=(KEY, CONTACT), topic=topic, sequence=1)


def filed() -> dict[UUID, Complaint | Contact | None]:
    person = ContactPerson(CONTACT, "whatsapp", "6280000000123")
    content = ComplaintContent(source="Formulir web", text=SECRET_WORDS)
    submit = Submit("KT-7F3K-9Q2M-X", "/aduan/x/y", "web", content, NOW, people=(person,))
    return {KEY: None, CONTACT: None} | dict(fold({KEY: None, CONTACT: None}, item(submit), NOW).states)


def after(states: dict[UUID, Complaint | Contact | None], change: Change[Any]) -> dict[UUID, Any]:
    return states | dict(change.states)


@given(said=st.lists(SAID, max_size=12))
def test_any_facts_in_any_order_are_folded_and_can_be_shown(said: list[tuple[str, Fact]]) -> None:
    states = filed()
    for hours, (topic, fact) in enumerate(said):
        states = after(states, fold(states, item(fact, topic, NOW + timedelta(hours=hours)), NOW))
    complaint = states[KEY]
    assert isinstance(complaint, Complaint)
    assert public_view(complaint)["ticket"] == "KT-7F3K-9Q2M-X"
    assert len(own_view(complaint, None, NOW)["timeline"]) == len(complaint.timeline)
    assert all(sentence(entry).endswith((".", "}")) or sentence(entry) for entry in complaint.timeline)


@given(said=SAID)
def test_a_fact_about_a_complaint_nobody_filed_changes_nothing(said: tuple[str, Fact]) -> None:
    topic, fact = said
    assert fold({KEY: None}, item(fact, topic), NOW).states == {}


@given(said=st.lists(SAID, max_size=6), later=st.lists(SAID, max_size=4))
def test_after_an_erasure_nothing_is_remembered_again(
    said: list[tuple[str, Fact]], later: list[tuple[str, Fact]]
) -> None:
    states = filed()
    states = after(states, fold(states, item(Reply(SECRET_WORDS, "web")), NOW))
    for topic, fact in said:
        states = after(states, fold(states, item(fact, topic), NOW))
    states = after(states, fold(states, item(Erase()), NOW))
    for topic, fact in later:
        states = after(states, fold(states, item(fact, topic), NOW))
    complaint, contact = states[KEY], states[CONTACT]
    assert isinstance(complaint, Complaint)
    assert [entry.what for entry in complaint.timeline] == ["erased"]
    assert isinstance(contact, Contact)
    assert contact.address == ""
    assert SECRET_WORDS not in f"{complaint}{contact}"


@given(said=st.lists(SAID, max_size=8))
def test_a_command_is_either_done_or_refused_in_words(said: list[tuple[str, Fact]]) -> None:
    states = filed()
    for topic, fact in said:
        states = after(states, fold(states, item(fact, topic), NOW))
    try:
        events = fold(states, item(Withdraw("web")), NOW).events
    except Refused as refusal:
        assert refusal.detail.endswith(".")  # noqa: PT017  (refused or not, both are right here)
    else:
        assert len(events) == 1


def test_a_state_reads_back_as_itself() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(IntakeState)
    for state in filed().values():
        assert adapter.validate_json(adapter.dump_json(state)) == state
