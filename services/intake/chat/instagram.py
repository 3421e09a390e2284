"""The reader of Instagram's webhooks (Messenger Platform). An item that cannot be read does not affect its neighbours.

The sender's Instagram-scoped id is all that the platform tells of a person: no name, no number.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from shared.events.submissions import VOICE_ONLY

from .message import ChatBody, ChatMessage, UnreadableItem
from .values import Unreadable, instant, mapping, read_json, sequence, words

# The types of attachments that are files of the person, with the words that stand for one without words.
_FILES: Final[Mapping[str, str]] = {
    "image": "(mengirim foto)",
    "video": "(mengirim video)",
    "audio": VOICE_ONLY,
    "file": "(mengirim berkas)",
}
# Posts of somebody that the person shares. The address of a post is no file of the person, so it stays a word.
_SHARES: Final = frozenset({"share", "ig_post", "ig_reel", "reel", "ig_story", "story"})
_SHARED: Final = "(membagikan kiriman Instagram)"
_UNREADABLE: Final = "(mengirim pesan yang tidak dapat dibaca di sini)"
_LONGEST_ADDRESS: Final = 2_000
_MOST_FILES: Final = 20


class UnreadableWebhook(ValueError):
    """The body is not an Instagram webhook. The caller parks the whole body."""


def parse(body: bytes, account: str = "") -> ChatBody:
    """Return all messages of a webhook body. ``account`` is the id of our account; empty: every account is ours.

    Raise UnreadableWebhook if the body as a whole is no webhook.
    """
    try:
        document = read_json(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableWebhook("not JSON") from error
    if not isinstance(document, dict) or document.get("object") != "instagram":
        raise UnreadableWebhook("object is not instagram")
    messages: list[ChatMessage] = []
    dropped: list[str] = []
    problems: list[UnreadableItem] = []
    for entry in sequence(document.get("entry")):
        fields = mapping(entry)
        ours = not account or fields.get("id") == account
        # Comments and mentions come as changes. What another application of ours handles comes as standby.
        for other in ("changes", "standby"):
            dropped += ["other" for _ in sequence(fields.get(other))]
        for item in sequence(fields.get("messaging")):
            if not ours:
                dropped.append("other_account")
                continue
            try:
                told = _event(mapping(item), fields.get("id"))
            except Unreadable as error:
                problems.append(UnreadableItem(f"message: {error}", item))
                continue
            if isinstance(told, ChatMessage):
                messages.append(told)
            else:
                dropped.append(told)
    return ChatBody(tuple(messages), tuple(dropped), tuple(problems))


def _event(event: dict[str, Any], account: Any) -> ChatMessage | str:
    """Return the message of an event, or the label of one that says nothing to us. Raise Unreadable."""
    sender = words(mapping(event.get("sender")).get("id"))
    message = mapping(event.get("message"))
    if message.get("is_echo") is True or (sender is not None and sender == account):
        return "echo"
    if "read" in event or "delivery" in event:
        return "read"
    known = ("message", "postback", "reaction", "message_edit")
    kind = next((name for name in known if isinstance(event.get(name), dict)), None)
    if kind is None:
        return "other"
    if sender is None:
        raise Unreadable("no sender")
    content = mapping(event[kind])
    mid = words(content.get("mid"))
    if mid is None:
        raise Unreadable("no id")
    at = instant(event.get("timestamp"), per_second=1000)
    bare = ChatMessage("instagram", mid, at, (sender,), sender, raw=event)
    match kind:
        case "reaction":
            return _reaction(bare, content)
        case "postback":
            text, choice = words(content.get("title")) or "", words(content.get("payload"))
            return replace(bare, label="choice", text=text, choice=choice)
        case "message_edit":
            edits = content.get("num_edit")
            text = words(content.get("text")) or ""
            return replace(bare, id=f"{mid}:edit:{edits}", label="edit", text=text, quotes=mid)
        case _:
            return _message(bare, content)


def _reaction(bare: ChatMessage, content: dict[str, Any]) -> ChatMessage:
    """Return a reaction. It has no id of its own; its time tells it from a later one to the same message."""
    emoji = words(content.get("emoji")) or ""
    taken_back = content.get("action") == "unreact"
    own = f"{bare.id}:reaction:{int(bare.at.timestamp() * 1000)}"
    return replace(bare, id=own, kind="reaction", label="reaction", text="" if taken_back else emoji, quotes=bare.id)


def _message(bare: ChatMessage, content: dict[str, Any]) -> ChatMessage | str:
    if content.get("is_deleted") is True:
        # The deletion carries the id of the message that it takes back.
        return replace(bare, id=f"{bare.id}:deleted", kind="silent", label="deletion", quotes=bare.id)
    text = words(content.get("text")) or ""
    quotes = words(mapping(content.get("reply_to")).get("mid"))
    choice = words(mapping(content.get("quick_reply")).get("payload"))
    told = replace(bare, text=text, choice=choice, quotes=quotes, label="choice" if choice else "text")
    attachments = [mapping(one) for one in sequence(content.get("attachments"))]
    types = [words(one.get("type")) or "" for one in attachments]
    if not text and not choice and types and all(one == "story_mention" for one in types):
        # A story that names our account was not written to us.
        return "mention"
    files = tuple(
        address
        for one, kind in zip(attachments, types, strict=True)
        if kind in _FILES
        and (address := words(mapping(one.get("payload")).get("url")))
        and len(address) <= _LONGEST_ADDRESS
    )[:_MOST_FILES]
    if files:
        placeholder = next(_FILES[kind] for kind in types if kind in _FILES)
        voice = not text and any(kind == "audio" for kind in types)
        return replace(told, files=files, placeholder=placeholder, label="file", voice=voice)
    if any(kind in _SHARES for kind in types):
        return replace(told, text=text or _SHARED, placeholder=_SHARED)
    if text or choice:
        return told
    return replace(told, kind="unreadable", label="unreadable", placeholder=_UNREADABLE)
