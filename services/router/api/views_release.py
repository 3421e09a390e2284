"""The photos that a koordinator may release to the public, as the page of a case shows them."""

from __future__ import annotations

from typing import Any

from services.router.rules.releasing import photos_of
from services.router.state import Case


def as_releasable(case: Case) -> list[dict[str, Any]]:
    """Return the photos of complaint and answers that may become public. Of a confidential case only public ones."""
    own = {one.id for one in case.attachments}
    rows: list[dict[str, Any]] = []
    numbers = {True: 0, False: 0}
    for file in dict.fromkeys((*photos_of(case), *case.public_files)):
        numbers[file in own] += 1
        if case.rahasia and file not in case.public_files:
            continue
        rows.append(
            {
                "file": file,
                "name": f"Foto pelapor {numbers[True]}" if file in own else f"Foto jawaban {numbers[False]}",
                "address": f"/triase/{case.ticket}/berkas/{file}",
                "public": file in case.public_files,
            }
        )
    return rows
