"""Generated or given passwords, one file each in a directory that only its owner can read."""

import secrets
from pathlib import Path


class Secrets:
    """A folder of secrets, each generated when first asked for.

    A deployment with a vault mounts its own files under the same names.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> str:
        """Return the secret of this name. Generate 32 random bytes in hexadecimal if its file does not exist."""
        return self.find(name) or self.put(name, secrets.token_hex(32))

    def find(self, name: str) -> str | None:
        """Return the secret of this name, or None."""
        file = self.folder / name
        return file.read_text().strip() if file.exists() else None

    def put(self, name: str, value: str) -> str:
        """Save a secret that was made elsewhere, and return it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(value)
        return value
