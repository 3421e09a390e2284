"""Throw-away or given passwords, one file each in a directory that only its owner can read."""

import secrets
from pathlib import Path


class Secrets:
    """Made at random when first asked for. A deployment with a vault mounts its own files under the same names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> str:
        """The secret of this name: 32 random bytes in hexadecimal unless its file was there before."""
        file = self.folder / name
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(32))
        return file.read_text().strip()
