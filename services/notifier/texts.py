"""Texts of messages: `texts.toml` filled with the values of one or several notices to one person."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from jinja2 import Environment, Template, Undefined

from services.notifier.codes import Audience, Channel, NoticeKind

MAX_TEXT = 4096  # characters of a WhatsApp text
MAX_WITH_BUTTONS = 1024  # characters of a WhatsApp text that has buttons
MAX_PARAM = 600  # keeps an approved template's body under its 1024
# The longest words of an officer in a message on a channel with little room. The link leads to the whole of them.
MAX_VALUE = {Channel.SMS: 90, Channel.INSTAGRAM: 450}
# The columns of a digest, and the width of each in plain text. The last one needs none.
DIGEST_COLUMNS: Final = ("Aduan", "Kabar", "Lokasi", "Batas waktu")
_WIDTHS: Final = (16, 26, 24)
_OFFICERS_WORDS = ("answer", "question", "reason", "next_step")
_BLANKS = re.compile(r"\s+")
_JINJA = Environment(autoescape=False, undefined=Undefined, trim_blocks=False, keep_trailing_newline=False)  # noqa: S701 - plain text, no HTML


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """An approved WhatsApp template with its parameters. Outside the 24-hour window nothing else may be sent.

    ``replies`` are the ids of its quick replies, in the order in which their titles were approved.
    """

    name: str
    params: tuple[str, ...]
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to put into words. ``values`` are those named at the head of `texts.toml`, already as words."""

    kind: NoticeKind
    ticket: str
    link: str
    values: Mapping[str, Any]


class DigestRow(NamedTuple):
    """One line of a digest: the complaint with its link, the news in a few words, what is due when, and where."""

    ticket: str
    link: str
    news: str
    due: str
    place: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Several notices to somebody of an office, as the table of a mail. ``details`` are their whole texts."""

    greeting: str
    rows: tuple[DigestRow, ...]
    details: tuple[str, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Content:
    """A whole message to one person on any channel. ``buttons`` are (id, title) of the answers to choose from.

    ``digest``: the same as a table, for a mail with several notices to somebody of an office.
    """

    subject: str
    text: str
    approved: ApprovedTemplate
    buttons: tuple[tuple[str, str], ...] = ()
    digest: Digest | None = None


@cache
def text_book() -> dict[str, Any]:
    """Return the whole of `texts.toml`."""
    return tomllib.loads((files("services.notifier") / "texts.toml").read_text(encoding="utf-8"))


@cache
def approved_names() -> frozenset[str]:
    """Return the names of all approved templates in `texts.toml`. No others are ever sent."""
    found: set[str] = set()
    pending: list[Any] = [text_book()]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += one.values()
            found |= {one["name"]} if isinstance(one.get("name"), str) else set()
    return frozenset(found)


def half_of(audience: Audience) -> str:
    """Return the part of `texts.toml` for this audience: `citizen`, `authority` or `staff`."""
    return audience.value if audience in (Audience.CITIZEN, Audience.AUTHORITY) else "staff"


def known_reply(template: str) -> bool:
    """Return whether `texts.toml` has this immediate answer, so that intake may ask for it."""
    return template in text_book()["reply"]


@cache
def _template(source: str) -> Template:
    return _JINJA.from_string(source)


def fill(source: str, values: Mapping[str, Any]) -> str:
    """Return a text of the book with its values filled in."""
    return _template(source).render(values).strip()


def one_line(text: str, limit: int = MAX_PARAM) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, or `-` when it is empty.

    WhatsApp allows no newline, tab or run of blanks in a parameter of an approved template.
    """
    flat = _BLANKS.sub(" ", text).strip() or "-"
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def compose(audience: Audience, channel: Channel, notices: Sequence[Notice]) -> Content:
    """Return one message with all the notices, oldest first. Repeated texts and links appear once."""
    half = half_of(audience)
    notices = _with_one_summary(notices)
    entries = [_entry(half, notice, channel) for notice in notices]
    newest = entries[-1]
    frame = text_book()["frame"]["sms" if channel is Channel.SMS else half]
    links = dict.fromkeys(frame["follow"].format(ticket=n.ticket, link=n.link) for n in notices if n.ticket)
    tail = "\n".join([*links, *([frame["closing"]] if frame["closing"] else [])])
    body = "\n\n".join(dict.fromkeys(entry.text for entry in entries))
    room = MAX_TEXT - len(frame["greeting"]) - len(tail) - 4
    if channel is Channel.WHATSAPP and len(body) > room:
        body = body[: room - 1].rstrip() + "…"
    text = "\n\n".join(part for part in (frame["greeting"], body, tail) if part)
    offered = [entry.buttons for entry in entries if entry.buttons]
    buttons = offered[0] if len(offered) == 1 and len(text) <= MAX_WITH_BUTTONS else ()
    if len(entries) == 1:
        return Content(newest.subject, text, newest.approved, buttons)
    several = text_book()["several"][half]
    digest = None
    if audience is not Audience.CITIZEN and channel is Channel.EMAIL:
        details = tuple(dict.fromkeys(entry.text for entry in entries))
        digest = Digest(frame["greeting"], tuple(map(_digest_row, notices)), details, frame["closing"])
        text = "\n\n".join(part for part in (frame["greeting"], plain_table(digest.rows), body, tail) if part)
    tickets = ", ".join(dict.fromkeys(n.ticket for n in notices if n.ticket)) or "-"
    params = (str(len(notices)), one_line(tickets, 200), one_line(newest.subject), one_line(notices[-1].link))
    return Content(
        several["subject"].format(count=len(notices)), text, ApprovedTemplate(several["name"], params), buttons, digest
    )


def _digest_row(notice: Notice) -> DigestRow:
    words = notice.values
    return DigestRow(
        notice.ticket or "-",
        notice.link,
        text_book()["digest"][notice.kind.value].format(level=words.get("level", "")),
        str(words.get("was_due") or words.get("due") or "-"),
        one_line(str(words.get("place") or ""), 80),
    )


def plain_table(rows: Sequence[DigestRow]) -> str:
    """Return the table of a digest in plain text: columns of equal width, and a line under their names."""
    lines = [DIGEST_COLUMNS, *((row.ticket, row.news, row.place, row.due) for row in rows)]
    written = [_plain_line(line) for line in lines]
    return "\n".join([written[0], "-" * max(map(len, written)), *written[1:]])


def _plain_line(cells: Sequence[str]) -> str:
    fixed = (one_line(cell, width - 2).ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False))
    return "".join([*fixed, cells[-1]])


def _with_one_summary(notices: Sequence[Notice]) -> Sequence[Notice]:
    """Replace the notices about an imported history by one notice with their count."""
    history = [notice for notice in notices if notice.kind is NoticeKind.TAKEN_OVER]
    if not history:
        return notices
    one = replace(history[-1], values={**history[-1].values, "count": len(history)})
    if len(history) > 1:
        one = replace(one, ticket="", link=one.link.rsplit("/", 2)[0])
    return [*(notice for notice in notices if notice.kind is not NoticeKind.TAKEN_OVER), one]


def _entry(half: str, notice: Notice, channel: Channel) -> Content:
    longest = MAX_VALUE.get(channel)
    words = notice.values
    cut = {name: one_line(words[name], longest) for name in _OFFICERS_WORDS if longest and words.get(name)}
    values = {
        **words,
        **cut,
        "ticket": notice.ticket,
        "link": notice.link,
        "channel": channel.value,
        "chat": channel.is_chat,
    }
    if notice.kind is NoticeKind.REPLY:
        entry = text_book()["reply"][str(values["template"])]
        values["text"] = fill(entry["text"], values)
        entry = {**text_book()[half]["reply"], **entry}
    else:
        entry = text_book()[half][notice.kind.value]
        entry = entry.get(str(values.get("variant")), entry)
    subject, text = one_line(fill(entry["subject"], values), 200), fill(entry["text"], values)
    if values.get("information") and (more := text_book()["information"].get(half, {}).get(notice.kind.value)):
        text = f"{text}\n{more}"
    approved = entry.get("approved")
    if approved is None:
        general = text_book()["approved"]["staff"]
        return Content(
            subject,
            text,
            ApprovedTemplate(general["name"], (one_line(notice.ticket), one_line(text), one_line(notice.link))),
        )
    params = tuple(one_line(fill(param, values)) for param in approved["params"])
    buttons = tuple((choice, title) for id_, title in entry.get("buttons", ()) if (choice := fill(id_, values)))
    replies = tuple(choice for choice, _ in buttons) if approved.get("quick_replies") else ()
    return Content(subject, text, ApprovedTemplate(approved["name"], params, replies), buttons)
