"""The certificate of the proxy in docker-compose.yml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.check.model import Finding, note, wrong

NEEDED: Final = ("tls.conf", "fullchain.pem", "privkey.pem")


def check_certificate(folder: Path) -> Iterator[Finding]:
    """Yield which files of the proxy's certificate are missing. Without any of them another proxy must end TLS."""
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if len(missing) == len(NEEDED):
        yield note(f"{folder} has no certificate: what stands in front of the proxy must end TLS.")
    elif missing:
        yield wrong(f"{folder} lacks {' and '.join(missing)}: the proxy does not start with TLS.")
