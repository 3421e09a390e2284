"""The cases that may tell of the same event as a case."""

from services.router.rules.similar import kecamatan_of, rank_similar
from services.router.state import Case
from shared.events.submissions import Position

HERE = Position(latitude=-0.5022, longitude=117.1536)


def case(ticket: str, **more: object) -> Case:
    given: dict[str, object] = {"ticket": ticket, "topic": "road", "place_code": "64.02.05.2001"}
    return Case(**(given | more))  # type: ignore[arg-type]


OWN = case("KT-0", position=HERE)


def tickets(*found: tuple[Case, bool], own: Case = OWN) -> list[str]:
    return [one.case.ticket for one in rank_similar(own, found)]


def test_another_village_of_the_kecamatan_is_near_and_another_kecamatan_is_not() -> None:
    near, far = case("KT-1", place_code="64.02.05.2007"), case("KT-2", place_code="64.02.06.2001")
    assert tickets((near, False), (far, False)) == ["KT-1"]


def test_a_regency_is_no_place_near() -> None:
    assert kecamatan_of(case("KT-1", place_code="64.02")) is None
    assert tickets((case("KT-1", place_code="64.02"), False), own=case("KT-0", place_code="64.02")) == []


def test_another_topic_counts_for_the_same_person_alone() -> None:
    assert tickets((case("KT-1", topic="school"), False), (case("KT-2", topic="school"), True)) == ["KT-2"]


def test_points_far_apart_are_two_events_and_the_nearest_comes_first() -> None:
    close = case("KT-1", position=Position(latitude=-0.5023, longitude=117.1537))
    closer = case("KT-2", position=HERE)
    far = case("KT-3", position=Position(latitude=-0.60, longitude=117.1536))
    assert tickets((close, False), (far, False), (closer, False)) == ["KT-2", "KT-1"]
    assert rank_similar(OWN, [(close, False)])[0].metres == 16


def test_the_same_person_on_the_same_matter_comes_first_and_once() -> None:
    one, other = case("KT-1", position=HERE), case("KT-2")
    assert tickets((other, True), (one, False), (other, False)) == ["KT-2", "KT-1"]


def test_who_stays_unknown_is_linked_with_nobody() -> None:
    assert tickets((case("KT-1", topic="school", anonim=True), True)) == []
    assert tickets((case("KT-1", topic="school"), True), own=case("KT-0", anonim=True)) == []


def test_five_are_enough() -> None:
    assert len(tickets(*((case(f"KT-{number}"), False) for number in range(1, 9)))) == 5
