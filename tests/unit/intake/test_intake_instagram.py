"""Instagram webhooks: what a body holds, and what is only counted."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.chat.instagram import UnreadableWebhook, parse
from services.intake.chat.message import ChatBody, ChatMessage
from services.intake.metrics import MESSAGE_KINDS

ACCOUNT, PERSON = "17841400000000001", "17841400000000123"
CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x"


def event(**more: Any) -> dict[str, Any]:
    return {"sender": {"id": PERSON}, "recipient": {"id": ACCOUNT}, "timestamp": 1773628200123} | more


def said(**more: Any) -> dict[str, Any]:
    return event(message={"mid": "mid.1", "text": "Lampu jalan padam"} | more)


def body(*events: Any, **entry: Any) -> bytes:
    told = {"id": ACCOUNT, "time": 1773628200123, "messaging": list(events)} | entry
    return json.dumps({"object": "instagram", "entry": [told]}).encode()


def one(item: Any) -> ChatMessage:
    [message] = parse(body(item)).messages
    return message


def test_a_text_is_read_with_its_sender_and_its_time_in_milliseconds() -> None:
    assert one(said()) == ChatMessage(
        channel="instagram",
        id="mid.1",
        at=datetime(2026, 3, 16, 2, 30, 0, 123000, tzinfo=UTC),
        ids=(PERSON,),
        address=PERSON,
        text="Lampu jalan padam",
    )


def test_every_message_of_every_entry_is_kept() -> None:
    document = json.loads(body(said(mid="1"), said(mid="2")))
    document["entry"] *= 2
    assert [told.id for told in parse(json.dumps(document).encode()).messages] == ["1", "2", "1", "2"]


def test_a_pressed_quick_reply_is_a_choice_with_its_title() -> None:
    told = one(said(text="Kirim", quick_reply={"payload": "draft:send"}))
    assert (told.choice, told.text, told.label) == ("draft:send", "Kirim", "choice")


def test_a_pressed_button_is_a_choice_too() -> None:
    told = one(event(postback={"mid": "mid.2", "title": "Mulai", "payload": "START"}))
    assert (told.id, told.choice, told.text, told.label) == ("mid.2", "START", "Mulai", "choice")


@pytest.mark.parametrize(
    ("kind", "placeholder"),
    [
        ("image", "(mengirim foto)"),
        ("video", "(mengirim video)"),
        ("audio", "(mengirim pesan suara)"),
        ("file", "(mengirim berkas)"),
    ],
)
def test_a_file_is_named_by_its_address(kind: str, placeholder: str) -> None:
    told = one(event(message={"mid": "mid.1", "attachments": [{"type": kind, "payload": {"url": CDN}}] * 2}))
    assert (told.files, told.placeholder, told.text, told.kind, told.label) == (
        (CDN, CDN),
        placeholder,
        "",
        "said",
        "file",
    )


def test_a_shared_post_is_words_and_no_file_of_the_person() -> None:
    told = one(event(message={"mid": "mid.1", "attachments": [{"type": "ig_post", "payload": {"url": CDN}}]}))
    assert (told.files, told.text, told.kind) == ((), "(membagikan kiriman Instagram)", "said")


def test_a_quoted_message_is_named_and_a_story_is_none() -> None:
    assert one(said(reply_to={"mid": "mid.0"})).quotes == "mid.0"
    assert one(said(reply_to={"story": {"url": CDN, "id": "1"}})).quotes is None


def test_a_deletion_is_silent_and_is_not_the_message_that_it_takes_back() -> None:
    told = one(event(message={"mid": "mid.1", "is_deleted": True}))
    assert (told.id, told.kind, told.label, told.quotes) == ("mid.1:deleted", "silent", "deletion", "mid.1")


def test_an_edit_is_a_message_of_its_own_that_quotes_the_first() -> None:
    told = one(event(message_edit={"mid": "mid.1", "text": "Lampu jalan padam semua", "num_edit": 2}))
    assert (told.id, told.text, told.label, told.quotes) == (
        "mid.1:edit:2", "Lampu jalan padam semua", "edit", "mid.1",
    )  # fmt: skip


@pytest.mark.parametrize(("action", "text"), [("react", "❤"), ("unreact", "")])
def test_a_reaction_is_about_a_message_and_can_be_taken_back(action: str, text: str) -> None:
    told = one(event(reaction={"mid": "mid.0", "action": action, "reaction": "love", "emoji": "❤"}))
    assert (told.kind, told.text, told.quotes, told.label) == ("reaction", text, "mid.0", "reaction")
    assert told.id == "mid.0:reaction:1773628200123"


def test_a_message_that_the_platform_cannot_show_is_answered_politely() -> None:
    told = one(event(message={"mid": "mid.1", "is_unsupported": True}))
    assert (told.kind, told.label) == ("unreadable", "unreadable")


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (said(is_echo=True), "echo"),
        (said() | {"sender": {"id": ACCOUNT}}, "echo"),
        (event(read={"mid": "mid.1"}), "read"),
        (event(referral={"ref": "x"}), "other"),
        (event(message={"mid": "mid.1", "attachments": [{"type": "story_mention", "payload": {}}]}), "mention"),
        ({}, "other"),
        (None, "other"),
    ],
)
def test_what_nobody_says_to_us_is_only_counted(item: Any, label: str) -> None:
    assert parse(body(item)) == ChatBody(dropped=(label,))


def test_comments_and_what_another_application_handles_are_only_counted() -> None:
    told = parse(body(changes=[{"field": "comments", "value": {}}], standby=[said()]))
    assert told == ChatBody(dropped=("other", "other"))


def test_messages_to_another_account_are_dropped_if_ours_is_known() -> None:
    assert parse(body(said()), "17841400000000999") == ChatBody(dropped=("other_account",))
    assert len(parse(body(said()), ACCOUNT).messages) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"message": {"mid": "x", "text": "y"}},
        event(message={"text": "tanpa id"}),
        said() | {"timestamp": "kemarin"},
        said() | {"timestamp": 10**30},
    ],
)
def test_a_bad_item_is_a_problem_and_its_neighbour_is_kept(bad: Any) -> None:
    told = parse(body(bad, said()))
    assert (len(told.messages), len(told.problems)) == (1, 1)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"object": "page"}', b"[" * 100_000])
def test_another_body_is_no_webhook(raw: bytes) -> None:
    with pytest.raises(UnreadableWebhook):
        parse(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.dictionaries(
    st.sampled_from(["sender", "timestamp", "message", "reaction", "postback", "message_edit", "read", "mid", "id"]),
    JSON | st.fixed_dictionaries({"mid": JSON, "attachments": JSON, "text": JSON, "reply_to": JSON, "id": JSON}),
)


@given(st.lists(PARTS | JSON, max_size=4))
def test_no_body_is_beyond_reading_and_every_label_is_known(items: list[Any]) -> None:
    told = parse(body(*items))
    assert len(told.messages) + len(told.dropped) + len(told.problems) == len(items)
    assert {message.label for message in told.messages} | set(told.dropped) <= MESSAGE_KINDS
