"""One toy service in two versions of its code. The newer state has more fields at every level, and one more mood."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from shared.events import cases
from shared.events.catalogue import CASES, SUBMISSIONS
from shared.events.fact import Attachment
from shared.events.submissions import CitizenReplied, SubmissionErased
from shared.frozen import KEEPING, Frozen
from shared.pipeline import Change, Item, Out, Tick
from shared.pipeline.service import Service
from tests.support.toys import Say, World


class Note(Frozen):
    """A piece of the older state, in lists and under names."""

    text: str = ""
    seen: int = 0


class OldToy(Frozen):
    """The state of the version that runs."""

    mood: Literal["tenang", "sibuk"] = "tenang"
    texts: tuple[str, ...] = ()
    last: Note | None = None
    notes: tuple[Note, ...] = ()
    named: Mapping[str, Note] = {}
    files: tuple[Annotated[Attachment, KEEPING], ...] = ()
    ticks: int = 0
    due: datetime | None = None


class NewNote(Note):
    """The piece of state in the newer version."""

    by: str = ""
    more: Mapping[str, Any] = {}


class NewAttachment(Attachment):
    """The piece of an event in the newer version."""

    title: str = ""


class NewToy(Frozen):
    """The state of the version that is being rolled out."""

    mood: Literal["tenang", "sibuk", "panik"] = "tenang"
    texts: tuple[str, ...] = ()
    last: NewNote | None = None
    notes: tuple[NewNote, ...] = ()
    named: Mapping[str, NewNote] = {}
    files: tuple[NewAttachment, ...] = ()
    ticks: int = 0
    due: datetime | None = None
    stars: int | None = None
    history: tuple[NewNote, ...] = ()


@dataclass(frozen=True)
class Fill:
    """A command of the newer version that fills every field of its state."""

    mood: str = "sibuk"


def _old_fold(states: Mapping[UUID, OldToy | None], item: Item, _now: datetime) -> Change[OldToy]:
    toy = states[item.key] or OldToy()
    return _folded(toy, item)


def _folded(toy: Any, item: Item) -> Change[Any]:
    match item.data:
        case Say(text=text) | CitizenReplied(text=text):
            notes = tuple(note.with_(seen=note.seen + 1) for note in toy.notes)
            named = {name: note.with_(seen=note.seen + 1) for name, note in toy.named.items()}
            last = toy.last.with_(seen=toy.last.seen + 1) if toy.last else None
            after = toy.with_(texts=(*toy.texts, text), notes=notes, named=named, last=last)
            return Change(
                {item.key: after}, (Out(CASES, item.key, cases.Progressed(opd="dishub", public=False, text=text)),)
            )
        case SubmissionErased():
            return Change({item.key: type(toy)()}, (Out(CASES, item.key, cases.CaseErased()),))
        case Tick():
            return Change({item.key: toy.with_(ticks=toy.ticks + 1, due=None)})
    return Change()


def filled(mood: Any = "sibuk", due: datetime | None = None) -> NewToy:
    """Return a state with a new field at every level."""
    note = NewNote(text="catatan", by="petugas", more={"deep": [1, {"x": None}]})
    file = NewAttachment(id="1", sha256="0", type="image/jpeg", size=1, title="Foto jalan")
    return NewToy(
        mood=mood,
        last=note,
        notes=(note, note.with_(by="lain")),
        named={"a": note},
        files=(file,),
        stars=4,
        history=(note,),
        due=due,
    )


def _new_fold(states: Mapping[UUID, NewToy | None], item: Item, now: datetime) -> Change[NewToy]:
    if isinstance(item.data, Fill):
        return Change({item.key: filled(item.data.mood, now if item.data.mood == "panik" else None)})
    return _folded(states[item.key] or NewToy(), item)


def old_service(world: World) -> Service[Any]:
    """Return the version that runs."""
    return replace(cast("Service[Any]", world.service("router")), state=OldToy, fold=_old_fold)


def new_service(world: World) -> Service[Any]:
    """Return the version that is being rolled out."""
    return replace(cast("Service[Any]", world.service("router")), state=NewToy, fold=_new_fold)


__all__ = ["SUBMISSIONS", "Fill", "NewToy", "OldToy", "filled", "new_service", "old_service"]
