"""The rule for files that a channel held: what became of each is an event of the complaint, and a line of its timeline."""

from __future__ import annotations

from services.intake.rules.commands import SettleFile
from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import lengthen
from services.intake.rules.links import FileSaid
from services.intake.state import Complaint, TimelineEntry
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Fact
from shared.events.submissions import FileRefused, FilesAdded
from shared.pipeline import Change, Out

# The line for each kind of file, by the beginning of its type.
_LINES = {"image": "photos_added", "audio": "voice_added", "video": "videos_added"}


def settle_file(context: Context, command: SettleFile) -> StateChange:
    """Say that a file was added to the complaint, or why it was not. An erased complaint says nothing."""
    key = context.item.key
    complaint, rows = context.states[key], (FileSaid(key, command.media),)
    if not isinstance(complaint, Complaint) or complaint.erased:
        return Change(rows=rows)
    file = command.file
    fact: Fact = (
        FileRefused(id=str(command.media), reason=command.reason) if file is None else FilesAdded(files=(file,))
    )
    what = "file_refused" if file is None else _LINES.get(file.type.partition("/")[0], "files_added")
    params = {"reason": command.reason} if file is None else {"count": "1"}
    after = _with_line(complaint, TimelineEntry(at=context.item.at, what=what, params=params))
    return Change(states={key: after}, events=(Out(SUBMISSIONS, key, fact),), rows=rows)


def _with_line(complaint: Complaint, entry: TimelineEntry) -> Complaint:
    """Return the complaint with the line. Files of one kind that come one after the other share a line."""
    *before, last = complaint.timeline or (None,)
    if last is not None and last.what == entry.what and "count" in entry.params:
        count = int(last.params.get("count", "1")) + 1
        joined = entry.with_(params={"count": str(count)})
        return complaint.with_(timeline=(*before, joined))
    return complaint.with_(timeline=lengthen(complaint.timeline, entry))
