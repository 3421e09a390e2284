"""Several notices to somebody of an office in one mail: a table in plain text and in HTML."""

import re
from datetime import UTC, datetime

from services.notifier.channels.email import EmailSender
from services.notifier.channels.outgoing import Outgoing
from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.texts import Content, Notice, compose, text_book
from shared.ids import new_id

DUE = "Senin, 16 Maret 2026 pukul 16.00 WITA"


def notice(kind: NoticeKind, number: int, **more: object) -> Notice:
    ticket = f"KT-7F3K-9Q2M-{number}"
    values: dict[str, object] = {"opd": "Dinas Perhubungan", "place": "Samarinda Ulu", "clock": "ditanggapi"}
    return Notice(kind, ticket, f"https://konsol.example/opd/{ticket}", values | {"was_due": DUE} | more)


def digest(*notices: Notice, audience: Audience = Audience.OFFICER, channel: Channel = Channel.EMAIL) -> Content:
    return compose(
        audience, channel, notices or (notice(NoticeKind.BREACHED, 1), notice(NoticeKind.ESCALATED, 2, level=2))
    )


def mail(content: Content) -> tuple[str, str | None]:
    """Return the plain text of a mail, and its HTML."""
    sender = EmailSender(host="x", port=25, sender="tanggap@contoh.example", reply_to="balas@contoh.example")
    at = datetime(2026, 3, 16, tzinfo=UTC)
    message = sender.message(Outgoing(new_id(), "sari@contoh.example", content, False, None, at, {}))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    return plain.get_content(), html.get_content() if html is not None else None


def test_the_plain_text_has_a_table_with_even_columns_and_loses_no_word() -> None:
    plain, _ = mail(digest())
    lines = plain.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("Aduan "))
    rows = lines[head + 2 : head + 4]
    assert re.fullmatch(r"-+", lines[head + 1])
    assert [row.split("  ")[0] for row in rows] == ["KT-7F3K-9Q2M-1", "KT-7F3K-9Q2M-2"]
    assert {row.index(DUE) for row in rows} == {lines[head].index("Batas waktu")}
    assert "Lewat batas waktu" in rows[0]
    assert "Eskalasi tingkat 2" in rows[1]
    assert "belum ditanggapi" in plain
    assert "https://konsol.example/opd/KT-7F3K-9Q2M-1" in plain


def test_the_html_has_the_same_rows_each_with_its_link() -> None:
    _, html = mail(digest())
    assert html is not None
    assert re.findall(r'<a href="https://konsol\.example/opd/([^"]+)">([^<]+)</a>', html) == [
        ("KT-7F3K-9Q2M-1", "KT-7F3K-9Q2M-1"),
        ("KT-7F3K-9Q2M-2", "KT-7F3K-9Q2M-2"),
    ]
    assert html.count('scope="col"') == 4


def test_what_a_citizen_wrote_is_escaped() -> None:
    risky = notice(NoticeKind.BREACHED, 1, place="<script>alert(1)</script>")
    _, html = mail(digest(risky, notice(NoticeKind.BREACHED, 2)))
    assert html is not None
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_one_notice_and_a_citizen_and_a_chat_get_no_table() -> None:
    assert mail(digest(notice(NoticeKind.BREACHED, 1)))[1] is None
    pair = (notice(NoticeKind.ASSIGNED, 1), notice(NoticeKind.REOPENED, 1))
    assert digest(*pair, audience=Audience.CITIZEN).digest is None
    assert digest(*pair, channel=Channel.WHATSAPP).digest is None


def test_every_notice_to_an_office_has_words_for_the_table() -> None:
    assert text_book()["staff"].keys() == text_book()["digest"].keys()
