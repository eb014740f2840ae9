"""Puts CSS, JS and icons where the web server finds them, when they changed since the last time."""

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Installed with packages, used by no page: collecting them took longer than all the rest of a start.
_UNUSED = ["rest_framework", "redoc", "htmx-4*", "htmax*", "ext"]


def collect() -> None:
    """Fill STATIC_ROOT with hashed, compressed files unless it already holds just these."""
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root.parent / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, current = root / ".collected", _fingerprint()
        if stamp.exists() and stamp.read_text() == current:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=_UNUSED)
        stamp.write_text(current)


def _fingerprint() -> str:
    """Changes when a file is added, removed or edited, or collected in another way."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], _UNUSED)).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
