"""One `serve` for one data folder."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another `serve` holds the data folder; the text says which."""


@contextmanager
def only_one(data_dir: Path, url: str) -> Iterator[None]:
    """Hold the data folder for this process. The lock goes with the process, however that ends.

    Raises AlreadyRunning.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_explain(lock.name, data_dir)) from None
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "url": url}, lock)
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _explain(path: str, data_dir: Path) -> str:
    try:
        running = json.loads(Path(path).read_text())
        which = f"process {running['pid']}, {running['url']}"
    except (ValueError, KeyError):
        which = "it is just starting or stopping"
    return (
        f"Planwright already runs on {data_dir} ({which}). Use that one, stop it with Ctrl-C, "
        "or give this one a folder of its own: DATA_DIR=/some/folder PORT=8001 make run"
    )
