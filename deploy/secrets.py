"""Throw-away or given passwords, one file each in a directory that only its owner can read."""

import secrets
from pathlib import Path


class Secrets:
    """Made at random when first asked for. A deployment with a vault mounts its own files under the same names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> str:
        """The secret of this name: 32 random bytes in hexadecimal unless its file was there before."""
        return self.find(name) or self.put(name, secrets.token_hex(32))

    def find(self, name: str) -> str | None:
        """The secret of this name, if there is one."""
        file = self.folder / name
        return file.read_text().strip() if file.exists() else None

    def put(self, name: str, value: str) -> str:
        """Keeps a secret that was made elsewhere, and gives it back."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(value)
        return value
