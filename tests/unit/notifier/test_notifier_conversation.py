"""The replies of a conversation, with answers to choose from."""

from uuid import uuid4

from services.notifier.rules.rows import NewNotice
from shared.events import contacts
from tests.support.notifier_folds import fold_one

PERSON = uuid4()


def test_the_choices_of_a_reply_are_kept_in_their_order_beside_its_text() -> None:
    params = {"text": "Sudah benar?", "choice:draft:send": "Kirim", "choice:draft:edit": "Ubah"}
    fact = contacts.ReplyRequested(template="reply", params=params, channel="whatsapp", address="+6280000000123")
    [notice] = [row for row in fold_one({}, PERSON, fact).rows if isinstance(row, NewNotice)]
    assert notice.values["choices"] == [("draft:send", "Kirim"), ("draft:edit", "Ubah")]
    assert notice.values["text"] == "Sudah benar?"
    assert not [name for name in notice.values if name.startswith("choice:")]
