"""JSON-Schema-Test-Suite: it ships in the source package of jsonschema, which pip fetches when a test asks for it
(the version and hashes of the lock) and which is kept under var/ for the next time.
"""

import fcntl
import json
import re
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tests import machine

FOLDER = settings.BASE_DIR / "var" / "json-schema-suite"
LOCK = settings.BASE_DIR / "requirements-dev.lock"
_LOCKED = re.compile(r"^jsonschema==(\S+) (?:\\\n +--hash=\S+ ?)+", re.MULTILINE)


@cache
def files() -> dict[str, Any]:
    """What every file of the suite holds, by its path in it (`tests/draft7/ref.json`, `remotes/integer.json`).

    Skips the running test when pip cannot fetch the package.
    """
    found: dict[str, Any] = {}
    with tarfile.open(_package()) as package:
        for member in package:
            _, _, path = member.name.partition("/json/")
            if path.startswith(("tests/", "remotes/")) and path.endswith(".json"):
                content = package.extractfile(member)
                assert content is not None
                found[path] = json.load(content)
    return found


def _package() -> Path:
    locked = _LOCKED.search(LOCK.read_text())
    assert locked, "the lock names no jsonschema"
    package: Path = FOLDER / f"jsonschema-{locked[1]}.tar.gz"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes, one pip
        if not package.exists():
            wanted = FOLDER / "requirements.txt"
            wanted.write_text(locked[0])
            _fetch(wanted)
    return package


def _fetch(wanted: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--retries", "1", "--no-deps", "--no-binary", "jsonschema", "--require-hashes",
        "--requirement", str(wanted), "--dest", str(FOLDER),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=90)
    except subprocess.TimeoutExpired:
        machine.lack("pip did not fetch the source of jsonschema within 90 s")
        return
    if done.returncode:
        machine.lack(f"pip cannot fetch the source of jsonschema: {done.stderr.strip()[-300:]}")
