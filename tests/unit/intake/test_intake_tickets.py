"""Tickets: one spelling, read however a person writes it."""

import itertools
import secrets
from collections.abc import Callable

import pytest

from services.intake.tickets import ALPHABET, BLOCK, Tickets, parse_ticket, ticket_of

SECRET = bytes(range(32))


def new_ticket() -> str:
    return ticket_of(SECRET, secrets.randbelow(1 << 40))


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
    assert [
        s for s in swaps if parse_ticket("".join(letters[{s[0]: s[1], s[1]: s[0]}.get(k, k)] for k in range(9)))
    ] == []


@pytest.mark.parametrize("written", ["", "KT", "KT-7F3K-9Q2M", "KT-7F3K-9Q2M-XX", "KT-7F3K-9Q2M-*", "\u0967" * 9])
def test_what_is_no_ticket_is_none(written: str) -> None:
    assert parse_ticket(written) is None


def test_running_numbers_give_tickets_of_which_none_is_like_another() -> None:
    tickets = [ticket_of(SECRET, number) for number in range(20_000)]
    assert len(set(tickets)) == 20_000
    assert len({ticket[3:5] for ticket in tickets[:500]}) > 250


def test_another_secret_gives_other_tickets() -> None:
    assert ticket_of(SECRET, 1) != ticket_of(bytes(32), 1)


async def test_a_block_of_numbers_serves_a_thousand_tickets() -> None:
    blocks = itertools.count(7)
    asked = []

    async def next_block() -> int:
        asked.append(next(blocks))
        return asked[-1]

    tickets = Tickets(SECRET, next_block)
    taken = [*await tickets.take(BLOCK - 1), *await tickets.take(2)]
    assert taken == [ticket_of(SECRET, number) for number in range(7 * BLOCK, 8 * BLOCK + 1)]
    assert asked == [7, 8]
