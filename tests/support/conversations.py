"""Conversations on WhatsApp as a readable text, and the values that a runner needs to play them."""

# A scene begins with `== title`. Its lines:
#
#   warga: <words>               The person writes. `[foto]`, `[suara]`, `[berkas]`, `[video]`, `[lokasi]` or `[stiker]` before
#                                the words sends that, and `[tekan <title>]` presses a button or row.
#   warga (kutip 1): <words>     The person quotes the first complaint.
#   kami: <words> [a | b]        Our reply, with the answers to choose from. We say nothing else.
#   waktu: <minutes>             Time passes.
#   tanya 1: <a> | <b>           The router offers sentences about the first complaint, among which the person may choose.
#   pilih 1: <sentence>          The person has chosen.
#   kasus 1: <state>             An agency or the router moves the first complaint.
#   aduan 1: <text> @ <place>    A complaint comes out, with its number of files as `+2`, and whether it is `(anonim)`
#                                or a request for information (`(informasi)`).
#   tambahan 1: <text>           Words join a complaint. `selesai`, `belum` and `nilai` likewise.

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.events.fact import OfferedChoice

FILE: Final = Path(__file__).parents[1] / "data" / "conversations.txt"
_LINE: Final = re.compile(r"(?P<who>[a-z]+)(?: \((?P<quote>kutip \d+)\)| (?P<number>\d+))?: ?(?P<rest>.*)")
_SENT: Final = re.compile(r"\[(?P<what>foto|suara|berkas|video|lokasi|stiker|tekan)(?P<more> [^\]]*)?\] ?")
_OUTCOMES: Final = ("kami", "aduan", "tambahan", "selesai", "belum", "nilai", "pilih", "berhenti")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scene: who or what, the complaint it is about (0: none), and the rest."""

    who: str
    number: int
    rest: str

    @property
    def sent(self) -> tuple[str, str, str]:
        """Return what a person's message sends beside words ("" for words alone), its detail, and the words."""
        found = _SENT.match(self.rest)
        if found is None:
            return "", "", self.rest
        return found["what"], (found["more"] or "").strip(), self.rest[found.end() :]


@dataclass(frozen=True, slots=True)
class Scene:
    """One conversation. ``outcomes`` are the lines that must come out, in order."""

    title: str
    lines: tuple[Line, ...]

    @property
    def said(self) -> tuple[Line, ...]:
        """Return the lines that a runner plays."""
        return tuple(line for line in self.lines if line.who not in _OUTCOMES)

    @property
    def written(self) -> list[str]:
        """Return all lines as text, as a runner must reproduce them."""
        return [written(line) for line in self.lines]


def written(line: Line) -> str:
    """Return a line as it stands in the file."""
    quote = f" (kutip {line.number})" if line.who == "warga" and line.number else ""
    number = f" {line.number}" if line.who != "warga" and line.number else ""
    return f"{line.who}{quote}{number}: {line.rest}"


def scenes(file: Path = FILE) -> list[Scene]:
    """Return the scenes of a file. Raises ValueError for a line that is none."""
    found: list[tuple[str, list[Line]]] = []
    for row in file.read_text(encoding="utf-8").splitlines():
        if row.startswith("== "):
            found.append((row[3:], []))
        elif row and not row.startswith("#"):
            match = _LINE.fullmatch(row)
            if match is None or not found:
                raise ValueError(f"no line of a scene: {row}")
            number = match["number"] or (match["quote"] or "0").removeprefix("kutip ")
            found[-1][1].append(Line(match["who"], int(number), match["rest"]))
    return [Scene(title, tuple(lines)) for title, lines in found]


def offered(line: Line) -> tuple[OfferedChoice, ...]:
    """Return the sentences that the router offers with a line."""
    sentences = enumerate(line.rest.split(" | "))
    return tuple(OfferedChoice(topic=f"topic-{at}", authority="centre", sentence=one) for at, one in sentences)


def shown(text: str) -> str:
    """Return a text on one line, as the file shows it."""
    return " / ".join(text.splitlines())
