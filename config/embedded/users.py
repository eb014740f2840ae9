"""Who uses the embedded server, by file locks: they go with their process, however it ends."""

import fcntl
import time
from pathlib import Path
from typing import IO

_READY = "ready"


def _open(data_dir: Path, name: str) -> IO[str]:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (data_dir / name).open("a")


def _try(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Use:
    """One process's use of the server; while there is one, the keeper keeps it running."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._lock: IO[str] | None = None

    def begin(self) -> None:
        """Waits while a keeper is just stopping the server."""
        self._lock = _open(self.data_dir, "postgres.users")
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def end(self, patience: float) -> None:
        """Wait up to `patience` seconds for the server to be gone, unless somebody else uses it."""
        if self._lock is None:
            return
        self._lock.close()
        self._lock = None
        give_up = time.monotonic() + patience
        while is_kept(self.data_dir) and not self._is_used() and time.monotonic() < give_up:
            time.sleep(0.05)

    def _is_used(self) -> bool:
        """By others: shared locks can be joined but not excluded, the stopping keeper's can be neither."""
        with _open(self.data_dir, "postgres.users") as probe:
            if _try(probe, fcntl.LOCK_EX):
                return False
            return _try(probe, fcntl.LOCK_SH)


class Keeping:
    """The keeper's side: at most one, and it learns when nobody uses the server any more."""

    def __init__(self, data_dir: Path) -> None:
        self._keeper = _open(data_dir, "postgres.keeper")
        self._users = _open(data_dir, "postgres.users")

    def is_first(self) -> bool:
        if not _try(self._keeper, fcntl.LOCK_EX):
            return False
        self._keeper.truncate(0)
        return True

    def announce(self) -> None:
        """Let everybody know that the server takes connections."""
        self._keeper.write(_READY)
        self._keeper.flush()

    def is_over(self) -> bool:
        """True once nobody uses the server; from then on whoever wants to must wait until we are gone."""
        return _try(self._users, fcntl.LOCK_EX)


def is_kept(data_dir: Path) -> bool:
    """Whether a keeper runs."""
    with _open(data_dir, "postgres.keeper") as probe:
        return not _try(probe, fcntl.LOCK_SH)


def is_ready(data_dir: Path) -> bool:
    """Whether a keeper runs and its server takes connections."""
    return is_kept(data_dir) and (data_dir / "postgres.keeper").read_text() == _READY
