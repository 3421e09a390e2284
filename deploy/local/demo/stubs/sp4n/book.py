"""The complaints that the SP4N stub holds, with their follow-ups. With a journal they outlive the process."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from deploy.local.demo.stubs.sp4n.masters import FRESH, TEMPLATES, name_of

WIB = timezone(timedelta(hours=7))
FIRST_ID = 9_100_001


class NoSuchComplaint(Exception):
    """No complaint has this number."""


class Book:
    """All complaints and files of the stub.

    Each write is one line of the journal, which a new process reads first. No write knows a repeat: SP4N has no
    idempotency key.
    """

    def __init__(self, journal: Path | None = None) -> None:
        self.complaints: dict[int, dict[str, Any]] = {}
        self.files: dict[int, int] = {}
        self._journal = journal
        if journal is not None and journal.exists():
            for line in journal.read_text(encoding="utf-8").splitlines():
                name, values, at = json.loads(line)
                getattr(self, f"_{name}")(values, at)

    def add_file(self, size: int) -> int:
        """Keep a file, and return its number."""
        return int(self._write("file", {"size": size}))

    def create(self, values: Mapping[str, Any]) -> int:
        """Create a complaint, and return its number."""
        return int(self._write("create", {name: value for name, value in values.items() if name != "id"}))

    def put(self, values: Mapping[str, Any]) -> None:
        """Put a complaint that was there before, with its number and its state."""
        self._write("put", dict(values))

    def reject(self, number: int, values: Mapping[str, Any]) -> None:
        """Hand a complaint to another institution, because it is no matter of this one."""
        self.find(number)
        self._write("reject", {"id": number, **values})

    def follow(self, number: int, values: Mapping[str, Any]) -> int:
        """Add a follow-up, and return its number. Its template may change the complaint's status."""
        self.find(number)
        return int(self._write("follow", {"id": number, **values}))

    def change(self, number: int, values: Mapping[str, Any]) -> None:
        """Change fields of a complaint, as an admin of SP4N does."""
        self.find(number)
        self._write("change", {"id": number, **values})

    def find(self, number: int) -> dict[str, Any]:
        """Return a complaint. Raise NoSuchComplaint."""
        if number not in self.complaints:
            raise NoSuchComplaint(number)
        return self.complaints[number]

    def search(self, words: str) -> list[dict[str, Any]]:
        """Return the complaints whose tags, title or content hold these words, the oldest first."""
        wanted = words.casefold()
        return [
            one["data"]
            for one in self.complaints.values()
            if any(wanted in str(one["data"].get(name, "")).casefold() for name in ("tags_raw", "title", "content"))
        ]

    def _write(self, name: str, values: dict[str, Any]) -> Any:
        at = datetime.now(UTC).isoformat()
        if self._journal is not None:
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps([name, values, at], ensure_ascii=False) + "\n")
        return getattr(self, f"_{name}")(values, at)

    def _file(self, values: dict[str, Any], _at: str) -> int:
        number = len(self.files) + 1
        self.files[number] = values["size"]
        return number

    def _create(self, values: dict[str, Any], at: str) -> int:
        number = max(FIRST_ID - 1, *self.complaints, 0) + 1
        disposed = values.get("disposition_id") if values.get("is_disposisi_slider") else None
        data = {
            **values,
            "id": number,
            "tracking_id": str(number),
            "status": "Terverifikasi" if disposed else FRESH,
            "institution_id": disposed,
            "institution_name": name_of(disposed),
            "created_at": _written(at),
        }
        self.complaints[number] = {"data": data, "logs": [], "followups": []}
        self._log(number, "create", at)
        return number

    def _put(self, values: dict[str, Any], at: str) -> None:
        data = {"content": "", "title": "", "created_at": _written(at), **values}
        self.complaints[int(values["id"])] = {"data": data, "logs": [], "followups": []}

    def _reject(self, values: dict[str, Any], at: str) -> None:
        data = self.complaints[values["id"]]["data"]
        target = int(values["reason"])
        data.update(institution_id=target, institution_name=name_of(target))
        self._log(values["id"], "not_authority", at)

    def _follow(self, values: dict[str, Any], at: str) -> int:
        complaint = self.complaints[values["id"]]
        data, template = complaint["data"], TEMPLATES.get(values.get("template_code") or "")
        old = data["status"]
        if template is not None and template.status is not None:
            data["status"] = template.status
        if template is TEMPLATES["DISPOSISI"] and values.get("institution_to_id"):
            target = int(values["institution_to_id"])
            data.update(institution_id=target, institution_name=name_of(target))
        number = int(values["id"]) * 1000 + len(complaint["followups"]) + 1
        complaint["followups"].append(
            {
                "id": number,
                "created_at": _written(at),
                "content": values.get("content") or None,
                "template_content": template.text if template is not None else None,
                "from": values.get("from") or name_of(int(values.get("institution_from_id") or 0)),
                "to": name_of(int(values.get("institution_to_id") or 0)),
                "attachments": values.get("attachments", []),
                # The names that stand in the braces of the template, as a text: that is how clients found it.
                "data": json.dumps(
                    {
                        "institution_from": name_of(int(values.get("institution_from_id") or 0)),
                        "institution_to": name_of(int(values.get("institution_to_id") or 0)),
                        "status_old": old,
                        "status_new": data["status"],
                    }
                ),
            }
        )
        self._log(values["id"], "followup", at)
        return number

    def _change(self, values: dict[str, Any], at: str) -> None:
        self.complaints[values["id"]]["data"].update({name: value for name, value in values.items() if name != "id"})
        self._log(values["id"], "change", at)

    def _log(self, number: int, what: str, at: str) -> None:
        self.complaints[number]["logs"].append({"action": what, "created_at": _written(at)})


def _written(at: str) -> str:
    """Return a time as SP4N writes it: in WIB, without a zone."""
    return datetime.fromisoformat(at).astimezone(WIB).strftime("%d-%m-%Y %H:%M:%S")
