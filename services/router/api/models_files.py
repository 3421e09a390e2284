"""The answers of the routes about the files of a case."""

from __future__ import annotations

from pydantic import BaseModel

from shared.events.fact import Attachment


class FileOut(Attachment):
    """A file of the citizen, with links that work for a few minutes. A picture has thumbnails by longest side."""

    link: str
    thumbnails: dict[str, str]


class FilesOut(BaseModel):
    """The files of a case, in the order in which they came."""

    files: list[FileOut]
