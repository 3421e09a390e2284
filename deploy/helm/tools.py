"""Helm and kubeconform, built from their Go modules and kept in the cache of this user; folders of other modules.

Go verifies each module against the sums that its checksum database publishes.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from deploy.local.kafka_jars import cache

TOOLS = cache() / "tools"
HELM = "helm.sh/helm/v3/cmd/helm@v3.19.2"
KUBECONFORM = "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0"
# On two busy cores without any cache, Helm took 14 minutes.
BUILD_S = 2400


class Missing(SystemExit):
    """Ends the check with one line that names what is missing."""


def program(package: str) -> Path:
    """Return the program of a Go package at a version. The first call builds it."""
    name = package.rpartition("/")[2].replace("@", "-")
    made = TOOLS / name
    if not made.exists():
        folder = (TOOLS / f"{name}.build").resolve()
        _go("install", package, GOBIN=str(folder))
        (folder / name.partition("-")[0]).rename(made)
        folder.rmdir()
    return made.resolve()


def module(name: str) -> Path:
    """Return the folder of a Go module, as its author published it."""
    return Path(json.loads(_go("mod", "download", "-json", name))["Dir"])


def _go(*arguments: str, **environment: str) -> str:
    go = shutil.which("go")
    if go is None:
        raise Missing("the charts' check needs Go: install it (Debian: apt-get install golang-go)")
    print("once: go", *arguments, flush=True)
    try:
        return subprocess.run(
            [go, *arguments],
            env={**os.environ, **environment},
            # Outside of any module, so that none of this checkout counts.
            cwd=TOOLS,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=BUILD_S,
        ).stdout
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Missing(f"go {' '.join(arguments)}: {type(error).__name__}") from None
