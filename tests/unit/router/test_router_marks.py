"""The words that the rules know are marked in the writer's own spelling, and no letter of the text is lost."""

import pytest

from services.router.routing.evidence import mark_evidence
from services.router.routing.model import shipped


def marked(text: str) -> list[str]:
    return [piece.text for piece in mark_evidence(text) if piece.known]


def test_slang_is_marked_as_it_was_written() -> None:
    assert marked("jln rsak parah bgt pak") == ["jln rsak"]


def test_a_place_of_two_words_is_one_mark() -> None:
    assert "Loa Janan" in marked("Jalan poros Loa Janan berlubang dalam.")


def test_a_phrase_does_not_go_on_over_a_new_line() -> None:
    assert "jalan\nrusak" not in marked("di jalan\nrusak")


@pytest.mark.parametrize("text", ["", " ", "\n\nJalan  rusak!\n", "xyz <b>jalan</b> & rusak", "a" * 5000])
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in mark_evidence(text)) == text


def test_the_words_that_the_model_weighed_most_are_marked_apart() -> None:
    pieces = mark_evidence("Pak, jalan di Loa Janan berlubang dalam sekali.", shipped(), "road")
    learned = "".join(piece.text for piece in pieces if piece.learned)
    assert "berlubang" in learned
    assert "Pak" not in learned
    assert "".join(piece.text for piece in pieces) == "Pak, jalan di Loa Janan berlubang dalam sekali."


def test_an_unknown_topic_has_no_learned_words() -> None:
    assert not any(piece.learned for piece in mark_evidence("jalan berlubang", shipped(), "tidak-ada"))
