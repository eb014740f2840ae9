"""Real servers of the system's packages, each on a free loopback port, with its data in a folder of the test."""

import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.embedded.account import Account, become
from tests import machine
from tests.serving import free_port, wait_until


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The system's PostgreSQL with an empty database; yields its DATABASE_URL."""
    programs, port = Path(machine.program("postgres") or "").parent, free_port()
    account = _unprivileged("postgres")
    data, password = folder / "postgres", folder / "password"
    password.write_text("secret")
    for path in (folder, password):
        if account:
            account.own(path)
    run: dict[str, Any] = {"preexec_fn": become(account)}  # the tests' folder may be closed to it
    made: list[Any] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "planwright",
        "--pwfile",
        password,
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
    ]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder, **run)
    options = ["-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    with _running([programs / "postgres", "-D", data, *options], folder, port, **run):
        environ = os.environ | {"PGPASSWORD": "secret"}
        create = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "planwright", "-d", "postgres"]
        wait_until(
            lambda: (
                subprocess.run([*create, "-c", "SELECT 1"], env=environ, capture_output=True).returncode == 0
            ),
            30,
        )
        subprocess.run([*create, "-qc", "CREATE DATABASE planwright"], env=environ, check=True)
        yield f"postgres://planwright:secret@127.0.0.1:{port}/planwright"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Yields its BROKER_URL."""
    port = free_port()
    command = [
        machine.program("redis"),
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--dir",
        folder,
        "--save",
        "",
    ]
    with _running(command, folder, port):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """A node of its own, without the system's name server of nodes; yields its BROKER_URL."""
    port, distribution, names = free_port(), free_port(), free_port()
    settings = folder / "rabbitmq.conf"
    settings.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    environ = os.environ | {
        "RABBITMQ_NODENAME": f"planwright{port}@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_DIST_PORT": str(distribution),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "HOME": str(folder),
    }
    account = _unprivileged("rabbitmq")
    program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    run: dict[str, Any] = {"preexec_fn": become(account)}  # the tests' folder may be closed to it
    if account:
        account.own(folder)
    try:
        with _running([program], folder, port, env=environ, **run):
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:  # the node started it, and would leave it
        subprocess.run(["epmd", "-port", str(names), "-kill"], capture_output=True, check=False)


@contextmanager
def _running(command, folder: Path, port: int, **options) -> Iterator[None]:
    log = folder / "output.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **options,
        )
    try:
        wait_until(lambda: _listens(port) or server.poll() is not None, 90)
        assert _listens(port), log.read_text()
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _unprivileged(name: str) -> Account | None:
    """The package's own account, which root runs its server as."""
    if os.geteuid() != 0:
        return None
    found = pwd.getpwnam(name)
    return Account(found.pw_uid, found.pw_gid)
