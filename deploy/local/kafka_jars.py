"""Kafka's jars: resolved by jgo, checked against the SHA-256 sums of `kafka-jars.lock`, kept in the user's cache.

After a change of COORDINATES, `python -m deploy.local.kafka_jars lock` writes the lock file anew.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    # Without this line log4j's parent brings an older version, and the broker dies at its start.
    f"org.apache.kafka:kafka-clients:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
    "org.apache.logging.log4j:log4j-core:2.25.1",
)
LOCK = Path(__file__).with_name("kafka-jars.lock")


def class_path() -> str:
    """Return the value of `java -cp`. The first call on a machine downloads the jars; every call checks every sum."""
    home = cache() / f"kafka-{VERSION}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not home.is_dir():
        _install(home)
    _verify(home)
    return f"{home}/*"


def cache() -> Path:
    """Return the folder that keeps downloaded files for this user."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tanggap"


def _locked() -> dict[str, str]:
    """Return the SHA-256 sum of each file that the lock names."""
    pairs = (line.split() for line in LOCK.read_text().splitlines() if line and not line.startswith("#"))
    return {name: digest for digest, name in pairs}


def _resolve() -> list[Path]:
    import jgo

    environment = jgo.build("+".join(COORDINATES), cache_dir=cache() / "jgo")
    found = [*environment.jars_dir.glob("*.jar"), *environment.modules_dir.glob("*.jar")]
    return sorted(found, key=lambda jar: jar.name)


def _install(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as making:
        ready = Path(making) / "jars"
        ready.mkdir()
        for jar in _resolve():
            shutil.copyfile(jar, ready / jar.name)
        _verify(ready)
        try:
            ready.rename(home)
        except OSError:
            # If the folder exists now, another process was quicker, and its copy is the same.
            if not home.is_dir():
                raise


def _verify(folder: Path) -> None:
    present = {jar.name: _digest(jar) for jar in folder.glob("*.jar")}
    wrong = {name for name, _ in set(present.items()) ^ set(_locked().items())}
    if wrong:
        names = ", ".join(sorted(wrong))
        raise RuntimeError(
            f"Kafka's jars in {folder} differ from {LOCK.name}: {names}; remove the folder and try again"
        )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_lock() -> None:
    """Resolve COORDINATES and write the lock file."""
    lines = [f"{_digest(jar)}  {jar.name}" for jar in _resolve()]
    LOCK.write_text("# " + " ".join(COORDINATES) + "\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["lock"]:
        sys.exit("usage: python -m deploy.local.kafka_jars lock")
    write_lock()
