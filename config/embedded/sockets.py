"""Where the embedded server's socket lies: a short path (a socket's may have 107 bytes), open to nobody else."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

from config import secret_files
from config.embedded.account import Account

_SHORT = Path("/tmp")  # noqa: S108  # our folder in it has a secret name and is ours alone, or refused


class ForeignFolder(Exception):
    """Somebody else owns the folder that we would put the socket into."""


def folder(data_dir: Path) -> Path:
    """The socket folder of this data folder: the same at every start, not to be guessed by others."""
    secret = f"{secret_files.database_password(data_dir)} {data_dir}"
    return _SHORT / f"planwright-{hashlib.sha256(secret.encode()).hexdigest()[:20]}"


def make(path: Path, account: Account | None) -> None:
    """Create it for the server's account alone. Raises ForeignFolder."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        ours = {os.geteuid(), account.uid if account else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise ForeignFolder(f"{path} is not ours: remove it, or set DATABASE_URL") from None
        path.chmod(0o700)
    if account is not None:
        account.own(path)


def remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
