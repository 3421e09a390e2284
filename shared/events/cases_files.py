"""The release of a photo to the public by a person. Part of `complaint.cases.v1`."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Fact, Text


class FileReleased(Fact):
    """A person released a photo of the complaint or of its answer to the public, or took it back.

    ``public``: whether everybody with the ticket may see the photo from now on. The reporter reads ``reason``.
    """

    TYPE: ClassVar[str] = "case.file_released"
    file: str
    public: bool
    reason: Text
