"""Tickets: one spelling, read however a person writes it."""

from collections.abc import Callable

import pytest

from services.intake.tickets import ALPHABET, new_ticket, parse_ticket


def test_a_ticket_reads_back_as_itself() -> None:
    assert all(parse_ticket(ticket) == ticket for ticket in (new_ticket() for _ in range(1000)))


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda t: t.replace("-", ""),
        lambda t: t.replace("-", " "),
        lambda t: f"  {t[3:]} ",
        lambda t: t.replace("-", "\u2011"),
        lambda t: t.replace("0", "O").replace("1", "l"),
    ],
)
def test_case_blanks_dashes_and_look_alikes_do_not_matter(spell: Callable[[str], str]) -> None:
    ticket = new_ticket()
    assert parse_ticket(spell(ticket)) == ticket


def test_every_single_wrong_character_is_found() -> None:
    letters = new_ticket()[3:].replace("-", "")
    wrong = [letters[:i] + other + letters[i + 1 :] for i in range(9) for other in ALPHABET if other != letters[i]]
    assert [one for one in wrong if parse_ticket(one)] == []


def test_every_swap_of_two_characters_is_found() -> None:
    letters = new_ticket()[3:].replace("-", "")
    swaps = [(i, j) for i in range(9) for j in range(i) if letters[i] != letters[j]]
    assert [s for s in swaps if parse_ticket("".join(letters[{s[0]: s[1], s[1]: s[0]}.get(k, k)] for k in range(9)))] == []


@pytest.mark.parametrize("written", ["", "KT", "KT-7F3K-9Q2M", "KT-7F3K-9Q2M-XX", "KT-7F3K-9Q2M-*", "\u0967" * 9])
def test_what_is_no_ticket_is_none(written: str) -> None:
    assert parse_ticket(written) is None
