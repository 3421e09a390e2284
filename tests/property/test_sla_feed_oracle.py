"""The calendar feed of an OPD against icalendar, an independent reader of RFC 5545."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.api.icalendar import LINE_OCTETS, CalendarEntry, render_calendar
from tests.support.sla_story import at

NOW = at("2026-04-06T09:00")
# No control characters but tab and line feed: RFC 5545 does not allow them in a text, and the feed leaves them out.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from('\n\t,;\\:"'), max_size=300)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ENTRIES = st.builds(CalendarEntry, uid=TEXTS.map("a{}@tanggap".format), at=MOMENTS, summary=TEXTS, description=TEXTS)
HOSTILE = [
    'KT-7F3K-9Q2M-X: tanggapan, pertama; kedua\\ketiga: "keempat"',
    "Baris satu\nbaris dua\n\nbaris empat",
    "é" * 500,
    "💡" * 300,
    "a" * 74 + "é" + "b" * 73 + "💡",
    "teks\u2028dengan\u2029pemisah\u0085baris\x0b\x0c",
    "\\n bukan baris baru \\, \\; \\\\",
    "BEGIN:VEVENT\nUID:palsu\nEND:VEVENT",
    " di depan dan di belakang ",
    "نص من اليمين\u202e",
    "",
]


def parsed(body: bytes) -> icalendar.Calendar:
    found = icalendar.Calendar.from_ical(body)
    assert isinstance(found, icalendar.Calendar)
    return found


def told(event: icalendar.Event) -> tuple[str, datetime, str, str]:
    return str(event["UID"]), event.decoded("DTSTART"), str(event["SUMMARY"]), str(event["DESCRIPTION"])


def whole(entry: CalendarEntry) -> tuple[str, datetime, str, str]:
    """Return an entry as a reader must see it: in whole seconds."""
    return entry.uid, entry.at.astimezone(UTC).replace(microsecond=0), entry.summary, entry.description


def lines_are_folded(body: bytes) -> bool:
    return all(len(line) <= LINE_OCTETS for line in body.split(b"\r\n")) and b"\n" not in body.replace(b"\r\n", b"")


@given(TEXTS, st.lists(ENTRIES, max_size=5))
def test_the_feed_says_the_same_to_an_independent_reader(name: str, entries: list[CalendarEntry]) -> None:
    body = render_calendar(name, entries, NOW)
    assert lines_are_folded(body)
    found = parsed(body)
    # icalendar reads no value of an extension property. RFC 5545 makes it TEXT (3.8.8.2), which icalendar writes.
    assert str(found["X-WR-CALNAME"]).encode() == icalendar.vText(name).to_ical()
    assert [told(event) for event in found.events] == [whole(entry) for entry in entries]
    assert {event.decoded("DTSTAMP") for event in found.events} <= {NOW.astimezone(UTC)}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_read_as_they_were_meant(text: str) -> None:
    entries = [
        CalendarEntry("satu@tanggap", NOW, text, text),
        CalendarEntry("dua@tanggap", NOW + timedelta(days=1), "berikut", ""),
    ]
    body = render_calendar(text, entries, NOW)
    assert lines_are_folded(body)
    first, second = parsed(body).events
    kept = "".join(sign for sign in text if sign not in "\x0b\x0c")
    assert told(first) == ("satu@tanggap", NOW.astimezone(UTC), kept, kept)
    assert told(second)[0] == "dua@tanggap"


def test_the_feed_is_a_valid_calendar() -> None:
    found = parsed(render_calendar("Tenggat", [CalendarEntry("a@tanggap", NOW, "KT-1", "x")], NOW))
    assert (str(found["VERSION"]), found["PRODID"] != "", str(found["METHOD"])) == ("2.0", True, "PUBLISH")
    assert [list(part.errors) for part in found.walk()] == [[], []]
